"""TrackerControl (Android): which app called which tracker, and when. Known from a description.

Format: delimited text; columns found by name; one row a contact.
Seen: described in public documentation (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: UTC: milliseconds since 1970.
Precision: a second, as a millisecond says nothing more about a person.
Kept: every contact as a disclosure: the tracker was told by the app.
Left out: contacts without a known tracker (`no_tracker`).
How to get it: TrackerControl, the menu of the traffic log, Export CSV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("uid", "daddr", "time", "Tracker", "Category", "Package", "App")


def recognise(head: Head) -> Recognition:
    """Look for the header; no export was seen, so it is never certain."""
    found = head.has_columns(HEADER, optional=("uncertain",))
    return Recognition(min(found.confidence, Confidence.LIKELY), found.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a disclosure of every contact with a tracker."""
    rows.leave_out(np.asarray(pc.is_null(rows.text("Tracker"))), "no_tracker")
    return Columns(
        {
            "kind": "disclosure",
            "start": rows.times("time", "unix_ms", "unix_s"),
            "collector": rows.text("Tracker"),
            "time_basis": "stated",
            "precision_s": 1,
            "party": rows.text("App", "Package"),
            "party_is": "company",
            "category": rows.text("Category"),
            "detail": rows.text("daddr"),
            "presence": "remote",
        }
    )


IMPORTER = Importer(
    name="tracker_control", collector="self", recognise=recognise, cells=cells, events=events, zone="UTC"
)
