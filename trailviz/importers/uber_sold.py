"""Uber's archive, the text for California: to which kinds of companies Uber sold your data. Known from a description.

Format: plain text; a sentence per kind of disclosure.
Seen: quoted in public documentation (read 2026-11): "Uber has sold your personal data to the following categories …".
Encoding: UTF-8.
Zone: none is needed.
Precision: none: within the twelve months before the export.
Kept: every line that names who was sold to, as a disclosure without a date.
Left out: the other lines (`other_message`).
How to get it: privacy.uber.com, Download your data; folder Regional information, For_California_users.txt.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

SOLD = re.compile(r"Uber has (?:sold|shared|disclosed)[^.:]*?\bto\b", re.IGNORECASE)
BUYERS = re.compile(r"(?P<who>[A-Z][\w &/-]*(?:provider|network|partner|platform|broker|affiliate|advertiser|compan(?:y|ie))s?\b[\w &/-]*)")  # fmt: skip
LONGEST = 1 << 18


def recognise(head: Head) -> Recognition:
    """Look for the sentence; no file was seen, so it is never certain."""
    if head.kind == "text" and SOLD.search(head.text):
        return Recognition(Confidence.LIKELY, "says to whom Uber sold data")
    return Recognition(Confidence.NO, "does not say to whom Uber sold data")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the lines after the sentence, numbered from 1."""
    file.seek(0)
    lines = file.read(LONGEST).decode("utf-8-sig", "replace").splitlines()
    yield from record_cells(_told(lines), ("who",), encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a disclosure of every line that names a kind of buyer."""
    rows.leave_out(np.asarray(pc.is_null(rows.text("who"))), "other_message")
    return Columns(
        {
            "kind": "disclosure",
            "start": pa.nulls(len(rows), pa.timestamp("us", "UTC")),
            "collector": pc.fill_null(rows.text("who"), "uber"),
            "time_basis": "unknown",
            "precision_s": 86_400,
            "party": "Uber",
            "party_is": "company",
            "presence": "remote",
        },
        # a line that is left out needs an id all the same
        own_id=pc.coalesce(rows.text("who"), pa.array(rows.row).cast(pa.string())),
    )


def _told(lines: list[str]) -> Iterator[dict[str, str | None]]:
    open_sentence = False
    for line in lines:
        # what stands before the words "sold to" names no buyer
        after = SOLD.split(line)[-1] if SOLD.search(line) else line
        # the buyers may be listed in the lines below the sentence
        open_sentence = open_sentence or bool(SOLD.search(line))
        found = BUYERS.search(after) if open_sentence else None
        yield {"who": found["who"].strip(" -") if found else None}


IMPORTER = Importer(name="uber_sold", collector="uber", recognise=recognise, cells=cells, events=events)
