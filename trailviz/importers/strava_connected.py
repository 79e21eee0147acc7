"""Strava archive, `connected_apps.csv`: which apps you let read your Strava. Known from a description.

Format: delimited text; one column, `Enabled Application Name`.
Seen: described in public documentation (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: none is needed.
Precision: none: no time is told.
Kept: every app as a disclosure without a date: Strava may tell it.
Left out: nothing.
How to get it: strava.com, Settings, My Account, Download or Delete Your Account, Download Request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Enabled Application Name",)


def recognise(head: Head) -> Recognition:
    """Look for the one heading; no export was seen, so it is never certain."""
    found = head.has_columns(HEADER)
    return Recognition(min(found.confidence, Confidence.LIKELY), found.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a disclosure of every app: the app is who was told, Strava who told."""
    return Columns(
        {
            "kind": "disclosure",
            "start": pa.nulls(len(rows), pa.timestamp("us", "UTC")),
            "collector": rows.text("Enabled Application Name"),
            "time_basis": "unknown",
            "precision_s": 86_400,
            "party": "Strava",
            "party_is": "company",
            "presence": "remote",
        },
        # there is nothing else to tell rows by
        own_id=rows.text("Enabled Application Name"),
    )


IMPORTER = Importer(name="strava_connected", collector="strava", recognise=recognise, cells=cells, events=events)
