"""What trailviz keeps on this computer, and how it is removed.

One folder, chosen by the operating system's custom; nothing personal is put there unless a person saves it by name.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from pathlib import Path


def folder() -> Path:
    """Answer the folder trailviz may write to; it need not exist."""
    # Without an author Windows would nest the folder in one of the same name.
    return platformdirs.user_data_path("trailviz", appauthor=False)


def mappings() -> Path:
    """Answer the folder of the person's own column mappings; it need not exist."""
    return folder() / "mappings"


def places_folder() -> Path:
    """Answer the folder of places files the person has asked to keep; it need not exist."""
    return folder() / "places"


def places() -> tuple[Path, ...]:
    """List the places files the person has asked to keep."""
    here = places_folder()
    return tuple(sorted(path for path in here.iterdir() if path.is_file())) if here.is_dir() else ()


def write(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, raw: bytes) -> None:
    """Write the bytes of a small file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(raw)
    # A rename cannot stop half way: a crash leaves the old file or the new one.
    beside.replace(path)


def kept() -> tuple[Path, ...]:
    """List every file trailviz has written and not removed."""
    return tuple(sorted(path for path in folder().rglob("*") if path.is_file())) if folder().is_dir() else ()


def wipe() -> tuple[Path, ...]:
    """Remove everything `kept` lists, and the folder; answer what was removed."""
    gone = kept()
    shutil.rmtree(folder(), ignore_errors=True)
    return gone
