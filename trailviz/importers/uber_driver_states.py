"""Uber, when a driver was online: `Driver Online Offline.csv`, a stretch a row, with where it began and ended. From a description.

Format: delimited text (`;` in French replies): open (waiting), enroute (to the pick-up), ontrip (with a rider), offline.
Seen: the header of 2021 quoted in public documentation (read 2026-11); no reply was at hand.
Encoding: UTF-8.
Zone: UTC columns; a local time beside them, whose Z is false, gives the offset.
Precision: a thousandth of a second, kept to the second.
Kept: every stretch online as a movement from its beginning to its end: where an ontrip begins, a rider was picked up. Of a
    stretch offline its two ends, as positions: in between Uber saw nothing.
Left out: nothing.
How to get it: a request for access by e-mail to Uber, as a driver (in a reply: 10 - Driver Online Offline.csv).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells
from trailviz.reading.phrases import uber

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("earner_state", "begin_lat", "begin_lng", "end_lat", "end_lng", "begin_timestamp_utc", "end_timestamp_utc")
LOCAL = "begin_timestamp_local"
STATES = {
    "open": "open",
    "enroute": "enroute",
    "ontrip": "ontrip",
    "offline": "offline",
    "on_trip": "ontrip",
    "en_route": "enroute",
}
EARTH = {"lat": 90.0, "lng": 180.0}


def recognise(head: Head) -> Recognition:
    """Look for states with two positions; no reply was seen, so it is never certain."""
    said = head.has_columns(HEADER)
    return Recognition(min(said.confidence, Confidence.LIKELY), said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> list[Columns]:
    """Make a movement of every stretch online, and two positions of one offline."""
    states = rows.words("earner_state", STATES)
    begin, end = (uber.moments(rows, f"{which}_timestamp_utc") for which in ("begin", "end"))
    rows.note(np.asarray(pc.is_null(rows.text("begin_timestamp_utc"))), "begin_timestamp_utc", "a time")
    zone, known = _offsets(rows, begin)
    first, last = (_position(rows, which) for which in ("begin", "end"))
    offline = np.asarray(pc.fill_null(pc.equal(states, "offline"), False))  # noqa: FBT003
    shared: dict[str, object] = {
        "time_basis": "stated", "precision_s": 1, "zone": zone, "zone_basis": pc.if_else(known, "stated", "format"),
        "status": rows.text("earner_state"), "datum": "wgs84", "presence": "in_person",
    }  # fmt: skip
    leg = {
        "kind": "leg",
        "mode": "unknown",
        "start": begin,
        "end": end,
        **first,
        **{f"end_{name}": one for name, one in last.items()},
    }
    online, away = np.flatnonzero(~offline), np.flatnonzero(offline)
    return [
        _picked({**shared, **leg}, online, 0),
        _picked({**shared, "kind": "fix", "start": begin, **first}, away, 0),
        _picked({**shared, "kind": "fix", "start": end, **last}, away, 1),
    ]


def _picked(values: dict[str, object], of: np.ndarray, part: int) -> Columns:
    pick = pa.array(of)
    taken = {name: one.take(pick) if isinstance(one, pa.Array) else one for name, one in values.items()}
    return Columns(taken, of=of, part=part)


def _position(rows: Cells, which: str) -> dict[str, pa.Array]:
    """Answer where a stretch began or ended; 0, 0 is no place."""
    lat, lon = (rows.numbers(f"{which}_{name}", low=-most, high=most) for name, most in EARTH.items())
    nowhere = pc.fill_null(pc.and_(pc.equal(lat, 0), pc.equal(lon, 0)), fill_value=True)
    return {name: pc.if_else(nowhere, pa.scalar(None, pa.float64()), one) for name, one in (("lat", lat), ("lon", lon))}


def _offsets(rows: Cells, begin: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Answer each row's offset from UTC, as its local time tells, and where it tells one; else UTC."""
    bare = Cells({LOCAL: pc.replace_substring_regex(rows.text(LOCAL), r"(\.\d+)?Z?$", "")}, rows.row)
    wall = bare.times(LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", zone="UTC", noted=False)
    moved = pc.divide(pc.subtract(wall.cast(pa.int64()), begin.cast(pa.int64())), 60_000_000)
    # no zone is further off, and all lie on a quarter of an hour
    sound = pc.fill_null(pc.and_(pc.less_equal(pc.abs(moved), 14 * 60), pc.equal(pc.subtract(moved, pc.multiply(pc.divide(moved, 15), 15)), 0)), False)  # fmt: skip  # noqa: FBT003
    coded = pc.if_else(sound, moved, 0).dictionary_encode()
    written = [
        f"{'-' if one < 0 else '+'}{abs(one) // 60:02d}:{abs(one) % 60:02d}" for one in coded.dictionary.to_pylist()
    ]
    named = pa.array(written, pa.string()).take(coded.indices) if written else pa.nulls(len(rows), pa.string())
    return pc.if_else(sound, named, "UTC"), sound


IMPORTER = Importer(
    name="uber_driver_states", collector="uber", recognise=recognise, cells=cells, events=events, zone="UTC"
)
