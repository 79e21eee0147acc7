"""Files trailviz does not read, told by their content: what they are and which file to get instead (as codes)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trailviz.reading.contract import Head


def stranger(head: Head) -> str | None:
    """Answer the advice code for a file that no importer knows, or None."""
    return {"empty": "empty_file", "html": "html_page", "image": "image", "pdf": "pdf"}.get(head.kind)
