"""Wolt, a courier's tasks.

Format: CSV: Task creation time, Task completion time, Is pickup task, vehicle, Arrived at, Started at, Departed at.
Seen: a public sample of 2020 (read 2026-11); a header ends in a blank.
Encoding: UTF-8.
Zone: not stated by the file.
Precision: a thousandth of a second.
Kept: every task from start to completion, with the vehicle; no place is told.
Left out: nothing.
How to get it: wolt.com, Privacy, a request for your data as a courier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Task creation time", "Task completion time", "Is pickup task", "Started at")
OTHERS = ("Completed with vehicle type", "Arrived at", "Arrival time", "Departed at")
MODES = {
    "BICYCLE": "bike",
    "CAR": "car",
    "SCOOTER": "scooter",
    "MOPED": "scooter",
    "MOTORCYCLE": "scooter",
    "WALKING": "walk",
    "ELECTRIC_BICYCLE": "bike",
}
PATTERNS = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S")


def recognise(head: Head) -> Recognition:
    """Look for the header."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a delivery of every task."""
    started, made = (rows.times(name, *PATTERNS, noted=False) for name in ("Started at", "Task creation time"))
    pickup = pc.equal(pc.utf8_upper(pc.fill_null(rows.text("Is pickup task"), "")), "TRUE")
    return Columns(
        {
            "kind": "delivery",
            "start": pc.coalesce(started, made),
            "end": rows.times("Task completion time", *PATTERNS),
            "booked": made,
            "time_basis": "stated",
            "precision_s": 1,
            "zone_basis": "assumed",
            "mode": rows.words("Completed with vehicle type", MODES, other="unknown"),
            "category": pc.if_else(pickup, "pickup", "drop-off"),
            "flow": pa.array(np.full(len(rows), "neither")),
            "presence": "in_person",
        }
    )


IMPORTER = Importer(name="wolt_courier", collector="wolt", recognise=recognise, cells=cells, events=events)
