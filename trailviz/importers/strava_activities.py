"""Strava archive, `activities.csv`: one row an activity. Known from a description; columns are taken by their place.

Format: delimited text whose headings are in the account's language and come twice; 2019's has other, lower-case ones.
Seen: described in public documentation of 2019 to 2026 (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: UTC, not written.
Precision: a second.
Kept: every activity as a movement from its start to its end; its track is a file of its own in the archive.
Left out: nothing.
How to get it: strava.com, Settings, My Account, Download or Delete Your Account, Download Request.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT
from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, csv_cells
from trailviz.reading.csv import split
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator

# The first columns have kept their order in every language; of those named twice the first is meant for people.
ORDER = ("id", "date", "name", "type", "description", "elapsed", "distance", "heart", "effort", "commute", "private", "gear", "file")  # fmt: skip
TRACK = re.compile(r"^activities/\S+\.(gpx|tcx|fit)(\.gz)?$")
LEAST = 10
DATES = (
    "%b %d, %Y, %I:%M:%S %p", "%d.%m.%Y, %H:%M:%S", "%d %b %Y, %H:%M:%S", "%d/%m/%Y, %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "ISO8601",
)  # fmt: skip
WORDS = {
    "lauf": "walk", "wander": "walk", "spazier": "walk", "gehen": "walk", "rad": "bike", "marche": "walk", "course": "walk", "vélo": "bike",
    "carrera": "walk", "bicicleta": "bike", "跑步": "walk", "骑": "bike", "步行": "walk", "徒步": "walk",
}  # fmt: skip


def recognise(head: Head) -> Recognition:
    """Look for rows that begin with a number and name a track in the 13th cell; no export was seen, so LIKELY."""
    wide = [row for row in head.rows if len(row) >= len(ORDER)]
    # an activity entered by hand has no track
    named = [row for row in wide if row[0].isdigit() and (TRACK.match(row[12]) or row[12] == "")]
    if named and any(TRACK.match(row[12]) for row in named):
        return Recognition(Confidence.LIKELY, "has rows with a number and a track in the archive")
    return Recognition(Confidence.NO, "has no rows with a number and a track")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table under its first line, whatever language that is in."""
    file.seek(0)
    names = split(file.readline(1 << 16).decode("utf-8-sig", "replace").strip())
    file.seek(0)
    # headings that come twice tell no column
    for one in csv_cells(file, [name for name in names[:LEAST] if name and names.count(name) == 1], delimiters=","):
        columns = dict(zip(ORDER, one.columns.values(), strict=False))
        yield replace(one, columns=columns if one.columns else {})


def events(rows: Cells) -> Columns:
    """Make a movement of every activity."""
    # an activity of 16:24 Central European Time was seen written as 15:24
    start = rows.times("date", *DATES, zone="UTC")
    seconds = rows.numbers("elapsed", low=0, high=10_000_000)
    ended = np.asarray(start.cast(pa.int64()).fill_null(0)) + np.nan_to_num(np.asarray(seconds, float)) * 1e6
    known = np.asarray(pc.and_(pc.is_valid(start), pc.is_valid(seconds)))
    end = pa.array(ended.astype(np.int64), mask=~known).cast(pa.timestamp("us")).cast(INSTANT)
    kind = rows.text("type")
    return Columns(
        {
            "kind": "leg",
            "start": start,
            "end": end,
            "time_basis": "stated",
            "precision_s": 1,
            "mode": pa.array([_mode(one) for one in kind.to_pylist()], pa.string()),
            "detail": rows.text("name"),
            "note": rows.text("description", "private"),
            "category": kind,
            "vehicle": rows.text("gear"),
            "refs": _refs(rows),
            "presence": "in_person",
        },
        own_id=rows.text("id"),
    )


def _mode(text: str | None) -> str | None:
    said = (text or "").lower()
    return track.mode_of(text) or next((mode for part, mode in WORDS.items() if part in said), None)


def _refs(rows: Cells) -> pa.Array:
    pairs = zip(rows.text("id").to_pylist(), rows.text("file").to_pylist(), strict=True)
    return pa.array([[one for one in pair if one] or None for pair in pairs], pa.list_(pa.string()))


IMPORTER = Importer(
    name="strava_activities", collector="strava", recognise=recognise, cells=cells, events=events, zone="UTC"
)
