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
from trailviz.reading import clock
from trailviz.reading.cells import Cells
from trailviz.reading.phrases import layouts

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
    """Read `48.85°, 2.35°`, `geo:48.85,2.35` and `48.85, 2.35`, to the same numbers as a cast of their digits.

    Returns:
        Latitudes, longitudes (float64, null where none) and which texts were there but not a point.
    """
    there = np.asarray(pc.is_valid(text))
    lat, lon, left = layouts.read(text, there, POINT)
    if left.any():
        # a phone at rest writes one point again and again: each is read once
        coded = text.filter(pa.array(left)).dictionary_encode()
        found = pc.extract_regex(coded.dictionary, POINT)
        for name, numbers in (("lat", lat), ("lon", lon)):
            read = pc.struct_field(found, name).cast(pa.float64()).take(coded.indices)
            numbers[left] = read.to_numpy(zero_copy_only=False)
    # what was not read is no number, and not within
    fine = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)  # noqa: PLR2004 - degrees
    none = None if fine.all() else ~fine
    return pa.array(lat, mask=none), pa.array(lon, mask=none), there & ~fine


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
    # most files write one of them, everywhere or nowhere
    some = [one for one in texts if one.null_count < len(one)] or list(texts[:1])
    text = pc.coalesce(*some) if some[0].null_count else some[0]
    if needed is not None and text.null_count:
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


def zones(written: pa.Array, minutes: pa.Array | None = None) -> pa.DictionaryArray:
    """Answer the offset (`+02:00`) of each time: the minutes stated beside it, else the one it is written with.

    Null where a time ends in Z or names none: Greenwich is how it was stored, not where the person was.
    """
    ending = _offsets_written(written)
    if minutes is None or minutes.null_count == len(minutes):
        return ending
    return filled(_translated(minutes, _offset), ending)


def filled(words: pa.DictionaryArray, others: pa.DictionaryArray) -> pa.DictionaryArray:
    """Answer a column of words with others in place of its nulls."""
    if not words.null_count or others.null_count == len(others):
        return words
    return pc.coalesce(words.cast(TEXT), others.cast(TEXT)).dictionary_encode()


def _offsets_written(written: pa.Array) -> pa.DictionaryArray:
    """Answer the offset each time is written with, by its last six letters, of which a file has a few kinds."""
    ends = clock.last_six(written)
    if ends is None:
        return _translated(pc.utf8_slice_codeunits(written, -6), _as_offset)
    coded = pa.array(ends).dictionary_encode()
    words = [int(end).to_bytes(6, "little").decode("ascii", "replace") for end in coded.dictionary.to_pylist()]
    return _told(coded.indices, [_as_offset(word) for word in words])


def _as_offset(end: str) -> str | None:
    return end if OFFSET.match(end) else None


def _offset(minutes: str) -> str | None:
    if not re.fullmatch(r"-?\d{1,3}(\.0)?", minutes):
        return None
    hours, rest = divmod(abs(int(float(minutes))), 60)
    return f"{'-' if minutes.startswith('-') else '+'}{hours:02}:{rest:02}"


def _translated(text: pa.Array, told: Callable[[str], str | None]) -> pa.DictionaryArray:
    """Translate a text column by its distinct words, of which there are few."""
    coded = text.dictionary_encode()
    return _told(coded.indices, [told(word) for word in coded.dictionary.to_pylist()])


def _told(codes: pa.Array, words: list[str | None]) -> pa.DictionaryArray:
    """Make a column of words that may repeat, or be none."""
    distinct = pa.array(words, TEXT).dictionary_encode()
    return pa.DictionaryArray.from_arrays(distinct.indices.take(codes), distinct.dictionary)
