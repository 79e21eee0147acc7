"""Words, points and times as Google's location exports write them, generation by generation.

A point is written in three ways and as ten-millionths of a degree, a mode in two, a time as ISO or as digits since 1970.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT
from trailviz.reading.cells import Cells

if TYPE_CHECKING:
    from collections.abc import Callable

POINT = r"^\s*(?:geo:)?\s*(?P<lat>-?\d{1,2}(?:\.\d+)?)\s*°?\s*,\s*(?P<lon>-?\d{1,3}(?:\.\d+)?)\s*°?\s*$"
TEXT = pa.string()
E7 = 1e7
# a longitudeE7 of 343xxxxxxx was seen: its sign had run over 32 bits
RAN_OVER, FULL_TURN = 1_800_000_000, 1 << 32
DIGITS = r"^\d{10}(\d{2,3})?$"
# ISO times are longer than any count, so that a column of them needs no search
MOST_DIGITS = 13
LONGEST_SECONDS = 100_000_000_000
OFFSET = re.compile(r"^[+-]\d\d:\d\d$")
MODES = {
    "walking": "walk", "on_foot": "walk", "running": "walk", "hiking": "walk", "cycling": "bike", "on_bicycle": "bike",
    "in_passenger_vehicle": "car", "in_vehicle": "car", "driving": "car", "in_taxi": "taxi", "motorcycling": "scooter",
    "in_bus": "bus", "in_subway": "metro", "in_tram": "metro", "in_train": "train", "in_rail_vehicle": "train",
    "in_ferry": "boat", "boating": "boat", "flying": "plane",
}  # fmt: skip


def points(text: pa.Array) -> tuple[pa.Array, pa.Array, np.ndarray]:
    """Read `48.85°, 2.35°`, `geo:48.85,2.35` and `48.85, 2.35`.

    Returns:
        Latitudes, longitudes (float64, null where none) and which texts were there but not a point.
    """
    # a phone at rest writes one point again and again: each is read once
    coded = text.dictionary_encode()
    found = pc.extract_regex(coded.dictionary, POINT)
    lat, lon = (pc.struct_field(found, name).cast(pa.float64()) for name in ("lat", "lon"))
    fine = pc.and_(pc.less_equal(pc.abs(lat), 90), pc.less_equal(pc.abs(lon), 180))
    none = pa.scalar(None, pa.float64())
    lat, lon = (pc.if_else(fine, one, none).take(coded.indices) for one in (lat, lon))
    return lat, lon, np.asarray(pc.is_valid(text)) & ~np.asarray(pc.is_valid(lat))


def modes(text: pa.Array) -> pa.Array:
    """Translate `IN_PASSENGER_VEHICLE` and `in passenger vehicle` alike; a word not met before is unknown."""
    return _translated(text, lambda word: MODES.get(word.lower().replace(" ", "_"), "unknown"))


def degrees(rows: Cells, lat: pa.Array, lon: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Read ten-millionths of a degree into float64; null where the pair is no place on Earth, or 0, 0.

    A value that had run over 32 bits is put right and counted as `repaired_coordinate`.
    """
    found = []
    for value in (lat, lon):
        over = pc.fill_null(pc.greater(value, RAN_OVER), fill_value=False)
        if (count := pc.sum(over).as_py() or 0) > 0:
            rows.notices["repaired_coordinate"] += count
            value = pc.if_else(over, pc.subtract(value, FULL_TURN), value)  # noqa: PLW2901 - the same value, put right
        found.append(pc.divide(value.cast(pa.float64()), E7))
    somewhere = pc.or_(pc.not_equal(found[0], 0), pc.not_equal(found[1], 0))
    fine = pc.and_(somewhere, pc.and_(pc.less_equal(pc.abs(found[0]), 90), pc.less_equal(pc.abs(found[1]), 180)))
    none = pa.scalar(None, pa.float64())
    return pc.if_else(fine, found[0], none), pc.if_else(fine, found[1], none)


def instants(rows: Cells, column: str, *texts: pa.Array, needed: np.ndarray | None = None) -> pa.Array:
    """Read ISO times, or seconds or milliseconds since 1970; of several texts the first that is there speaks.

    A text that is no time becomes null and is noted under `column`; so is an absent one where it is `needed`.
    """
    text = pc.coalesce(*texts)
    if needed is not None:
        rows.note(needed & ~np.asarray(pc.is_valid(text)), column, "a time")
    if (pc.min(pc.binary_length(text)).as_py() or 0) > MOST_DIGITS:
        return _iso(rows, column, text)
    is_digits = pc.match_substring_regex(text, DIGITS)
    none = pa.scalar(None, TEXT)
    number = pc.if_else(is_digits, text, none).cast(pa.int64())
    micros = pc.multiply(number, pc.if_else(pc.less(number, LONGEST_SECONDS), 1_000_000, 1_000))
    return pc.coalesce(micros.cast(INSTANT), _iso(rows, column, pc.if_else(is_digits, none, text)))


def _iso(rows: Cells, column: str, text: pa.Array) -> pa.Array:
    written = Cells({column: text}, rows.row, assumed_zone=rows.assumed_zone)
    read = written.times(column, "ISO8601")
    rows.unreadable.extend(written.unreadable)
    return read


def zones(written: pa.Array, minutes: pa.Array) -> pa.Array:
    """Answer the offset (`+02:00`) of each time: the minutes stated beside it, else the one it is written with.

    Null where a time ends in Z or names none: Greenwich is how it was stored, not where the person was.
    """
    stated = _translated(minutes, _offset)
    return pc.coalesce(
        stated, _translated(pc.utf8_slice_codeunits(written, -6), lambda end: end if OFFSET.match(end) else None)
    )


def _offset(minutes: str) -> str | None:
    if not re.fullmatch(r"-?\d{1,3}(\.0)?", minutes):
        return None
    hours, rest = divmod(abs(int(float(minutes))), 60)
    return f"{'-' if minutes.startswith('-') else '+'}{hours:02}:{rest:02}"


def _translated(text: pa.Array, told: Callable[[str], str | None]) -> pa.Array:
    """Translate a text column by its distinct words, of which there are few."""
    coded = text.dictionary_encode()
    words = pa.array([told(word) for word in coded.dictionary.to_pylist()], TEXT)
    return words.take(coded.indices) if len(words) else pa.nulls(len(text), TEXT)
