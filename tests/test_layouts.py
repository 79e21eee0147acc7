"""Columns read many letters at once: the same values, to the last bit, as a pattern or a parser gives one by one."""

from __future__ import annotations

import json
import re
from itertools import chain

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trailviz.reading import clock
from trailviz.reading.cells import Cells
from trailviz.reading.moulds import joined, mould, poured
from trailviz.reading.phrases import google
from trailviz.reading.shapes import typed

POINT = re.compile(google.POINT.replace("$", r"\Z"), re.ASCII)
DIGITS = st.text("0123456789", min_size=1, max_size=4)
NUMBER = st.builds(
    lambda sign, whole, part: f"{sign}{whole}{part}",
    st.sampled_from(["", "", "-"]),
    DIGITS,
    st.one_of(st.just(""), st.builds(".{}".format, st.text("0123456789", max_size=17))),
)
WRITTEN = st.builds(
    lambda shape, lat, lon: shape.format(lat, lon),
    st.sampled_from(["{}°, {}°", "{}°, {}°", "geo:{},{}", "{}, {}", " {} ° ,{}", "{}°,\v{}°", "{};{}", "{}°, {}°\n"]),
    NUMBER,
    NUMBER,
)


def one_by_one(text: str | None) -> tuple[float, float] | None:
    """Read a point as Python reads decimals."""
    found = POINT.match(text or "")
    if found is None or "\v" in (text or ""):
        return None
    lat, lon = float(found["lat"]), float(found["lon"])
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


@given(st.lists(st.none() | WRITTEN, max_size=30), st.integers(0, 3))
@example(["48.8566140°, 2.3522219°", "48.8566:40°, 2.3522219°", "48.8566/40°, 2.3522219°", "-0.0°, -0.0°"], 0)
def test_points_of_any_layout_are_the_numbers_their_digits_say(texts: list[str | None], start: int) -> None:
    """Eight letters at a time or one by one: the same float64, and the same texts are no point."""
    column = pa.array(texts, pa.string()).slice(start)
    lat, lon, bad = google.points(column)
    told = [None if x is None else (x, y) for x, y in zip(lat.to_pylist(), lon.to_pylist(), strict=True)]
    kept = texts[start:]
    assert told == [one_by_one(text) for text in kept]
    assert bad.tolist() == [text is not None and one_by_one(text) is None for text in kept]


def test_more_layouts_than_are_told_apart_lose_no_point() -> None:
    """A file that writes points in a hundred ways is read to its end."""
    texts = [f"{'1' * (n % 2 + 1)}.{'5' * (n % 11 + 1)}°, -{n % 180}.{'5' * (n // 11 + 1)}°" for n in range(110)]
    lat, lon, bad = google.points(pa.array(texts))
    assert list(zip(lat.to_pylist(), lon.to_pylist(), strict=True)) == [one_by_one(text) for text in texts]
    assert not bad.any()


ISO = st.builds(
    "{}-{:02d}-{:02d}{}{:02d}:{:02d}:{:02d}{}{}".format,
    st.sampled_from([1850, 1969, 2024, 2199, 2300]), st.integers(0, 13), st.integers(0, 31), st.sampled_from("T "), st.integers(0, 24),
    st.integers(0, 60), st.integers(0, 60), st.sampled_from(["", ".5", ".123", ".123456"]), st.sampled_from(["Z", "+08:00", "-03:30", "+0800", "+24:00", ""]),
)  # fmt: skip


@given(st.lists(st.none() | ISO, max_size=6))
def test_a_column_of_times_is_read_as_each_of_them_is(texts: list[str | None]) -> None:
    """Where all of a column can be read at once they are the instants that are read one by one, beside a time that cannot."""
    rows = np.arange(len(texts) + 1)
    beside = Cells({"at": pa.array([*texts, "no time"], pa.string())}, rows).times("at", "ISO8601")[:-1]
    alone = Cells({"at": pa.array(texts, pa.string())}, rows[:-1]).times("at", "ISO8601")
    assert alone.equals(beside)


@pytest.mark.parametrize("end", ["+08:00", "-03:30", "Z"])
def test_the_zone_a_time_ends_with_is_found_in_a_slice(end: str) -> None:
    """The last six letters are those of the text, not of its neighbour, and null has none."""
    column = pa.array(["2024-05-31T10:00:00+01:00", f"2024-05-31T10:00:00{end}", None, "2024-05-31T10:00:00+02:00"])
    named = None if end == "Z" else end
    assert google.zones(column.slice(1)).to_pylist() == [named, None, "+02:00"]
    assert clock.last_six(pa.array(["+08:00"])) is None


SHAPE = pa.struct(
    [
        ("n", pa.int64()),
        ("x", pa.float64()),
        ("t", pa.string()),
        ("in", pa.struct([("n", pa.int64()), ("deep", pa.struct([("t", pa.string())]))])),
        ("many", pa.list_(pa.struct([("t", pa.string())]))),
    ]
)
DEEP = st.none() | st.fixed_dictionaries({}, optional={"t": st.none() | st.text(max_size=3)})
ELEMENT = st.fixed_dictionaries(
    {},
    optional={
        "n": st.none() | st.integers(-(2**63), 2**63 - 1),
        "x": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "t": st.none() | st.text(max_size=3),
        "in": st.none() | st.fixed_dictionaries({}, optional={"n": st.none() | st.integers(0, 9), "deep": DEEP}),
        "many": st.none() | st.lists(DEEP, max_size=3),
    },
)


@given(st.lists(st.lists(ELEMENT, max_size=4), min_size=1, max_size=4))
def test_blocks_put_together_are_what_arrow_makes_of_the_whole(blocks: list[list[dict[str, object]]]) -> None:
    """Whatever is null, empty or missing in which block, structs and lists come out as they were written."""
    decoder, form = typed(SHAPE).exact, mould(SHAPE)
    casts = [poured(decoder.decode(json.dumps(block).encode()), form) for block in blocks]
    assert joined([one for one in casts if one is not None], form).equals(pa.array([*chain(*blocks)], SHAPE))


def test_an_integer_no_column_can_hold_is_left_to_the_slower_way() -> None:
    """A number beyond 64 bits is never cut."""
    found = typed(SHAPE).exact.decode(b'[{"n": 9223372036854775808}]')
    assert poured(found, mould(SHAPE)) is None
