"""Columns of text into times, money and numbers: read exactly, or null with a note."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trailviz.reading.cells import FIRST_NOTES, Cells, tidy

PATTERN = "%Y-%m-%d %H:%M:%S"


def column(*texts: str | None) -> Cells:
    """Make cells with one column `x`, as a reader would."""
    return Cells({"x": tidy(pa.array(texts, pa.string()))}, np.arange(2, 2 + len(texts), dtype=np.int32))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12.50", "12.50"), ("¥12.50", "12.50"), ("￥12.5", "12.5"), ("$1,234.56", "1234.56"), ("1，234", "1234"),
        ("12,34,567.00", "1234567"), ("-9.00", "9.00"), ("−9.00", "9"), ("¥-9", "9"), ("-¥9", "9"), ("(9.00)", "9"),
        ("9 元", "9"), ("CNY 9", "9"), ("9 EUR", "9"), ("+9", "9"), ("0.00", "0"),
        ("12,50", None), ("1.234,56", None), ("1e30", None), ("NaN", None), ("1_000", None), ("１２", None),
        ("12.123456789", None), ("9" * 25, None), ("1,2345", None), ("9¥9", None), ("inf", None), ("--9", None), ("0x10", None),
    ],
)  # fmt: skip
def test_money_is_exact_or_refused(written: str, read: str | None) -> None:
    """An amount is a decimal as it was written, without its sign; what could be read two ways is refused and noted."""
    cells = column(written)
    assert cells.money("x").to_pylist() == [None if read is None else Decimal(read)]
    assert [one.row for one in cells.unreadable] == ([] if read is not None else [2])


def test_signs_tell_the_direction() -> None:
    """Minus and brackets are -1, everything readable else is 1, and nothing is 0."""
    assert column("-9", "(9)", "¥-9", "9", "x", None).signs("x").tolist() == [-1, -1, -1, 1, 0, 0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-05-31 18:02:11", datetime(2024, 5, 31, 10, 2, 11, tzinfo=UTC)),
        ("2024-5-1 8:02:11", datetime(2024, 5, 1, 0, 2, 11, tzinfo=UTC)),
        ("2024-02-29 00:00:00", datetime(2024, 2, 28, 16, tzinfo=UTC)),
        ("1969-12-31 23:59:59", datetime(1969, 12, 31, 15, 59, 59, tzinfo=UTC)),
        ("2023-02-29 00:00:00", None), ("2024-12-34 00:00:00", None), ("2024-13-01 00:00:00", None),
        ("2024-05-31 77:57:11", None), ("2024-05-31 18:60:11", None), ("2024-05-31T18:02:11", None),
        ("0000-05-31 18:02:11", None), ("2024-05-31 18:02", None), ("1024-05-31 18:02:11", None), ("9024-05-31 18:02:11", None), ("-----------------", None),
    ],
)  # fmt: skip
def test_a_time_is_exact_or_refused(written: str, read: datetime | None) -> None:
    """A wall clock time is read in its zone; a day or minute that does not exist is null and noted."""
    cells = column(written)
    assert cells.times("x", PATTERN, zone="Asia/Shanghai").to_pylist() == [read]
    assert [one.expected for one in cells.unreadable] == ([] if read else ["a time like 2024-05-31 18:02:11"])


def test_patterns_mix_within_a_column() -> None:
    """Each cell is read by the first pattern that fits it."""
    cells = column("2024-05-31 18:02:11", "2024/5/31 18:02", "45443.5", "2024-05-31T18:02:11.5+08:00", None)
    read = cells.times("x", PATTERN, "%Y/%m/%d %H:%M", "serial", "ISO8601", zone="Asia/Shanghai").to_pylist()
    assert [str(one) for one in read] == [
        "2024-05-31 10:02:11+00:00",
        "2024-05-31 10:02:00+00:00",
        "2024-05-31 04:00:00+00:00",
        "2024-05-31 10:02:11.500000+00:00",
        "None",
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - wall clock times
    st.sampled_from(
        ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "+05:30", "-03:00", "UTC"]
    ),
)
@example(datetime(2024, 3, 31, 2, 30), "Europe/Berlin")  # noqa: DTZ001
@example(datetime(2024, 10, 27, 2, 30), "Europe/Berlin")  # noqa: DTZ001
def test_a_wall_clock_is_read_as_the_standard_library_reads_it(wall: datetime, zone: str) -> None:
    """The earlier of two, and where the clocks jumped over the time the first one after."""
    wall = wall.replace(microsecond=0)
    read = column(f"{wall:%Y-%m-%d %H:%M:%S}").times("x", PATTERN, zone=zone)[0].as_py()
    sign = -1 if zone[0] == "-" else 1
    if zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[4:])
        assert (wall - read.replace(tzinfo=None)).total_seconds() == sign * (hours * 3600 + minutes * 60)
        return
    expected = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    exists = expected.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
    assert read == expected if exists else abs((read - expected).total_seconds()) <= 3600


def test_the_persons_zone_is_for_times_that_name_none() -> None:
    """A format's own zone comes before the one a person names, and that before UTC."""
    cells = column("2024-05-31 18:02:11")
    cells.assumed_zone = "Asia/Tokyo"
    assert cells.times("x", PATTERN)[0].as_py().hour == 9
    assert cells.times("x", PATTERN, zone="Asia/Shanghai")[0].as_py().hour == 10


def test_a_number_outside_its_bounds_is_null_and_noted() -> None:
    """A latitude of 91 is no latitude."""
    cells = column("31.2", "91", "1e2", "nan", None, "5.")
    assert cells.numbers("x", low=-90, high=90).to_pylist() == [31.2, None, None, None, None, 5.0]
    assert [one.row for one in cells.unreadable] == [3, 4, 5]


def test_an_unknown_word_keeps_its_row_and_is_counted() -> None:
    """A closed vocabulary meets a new word: it becomes `other`, and the account will say how often."""
    cells = column("支出", "新词", "新词", None)
    assert cells.words("x", {"支出": "out"}, other="neither").to_pylist() == ["out", "neither", "neither", None]
    assert cells.notices["unknown_word"] == 2


def test_a_million_bad_cells_are_counted_not_listed() -> None:
    """The first notes are kept, the others only counted."""
    cells = column(*["x"] * 1000)
    cells.money("x")
    assert len(cells.unreadable) == FIRST_NOTES
    assert cells.notices["unreadable_cells"] == 1000 - FIRST_NOTES


def test_precision_is_what_was_written() -> None:
    """A date alone is a day, no seconds a minute."""
    assert column("2024-05-31", "2024-05-31 18:02", "2024-05-31 18:02:11").precision("x").to_pylist() == [86_400, 60, 1]


ISO = st.builds(
    "{}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}{}{}".format,
    st.sampled_from([1904, 1970, 2024]),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 24),
    st.integers(0, 60),
    st.integers(0, 61),
    st.sampled_from(["", ".1", ".12", ".123", ".123456"]),
    st.sampled_from(["Z", "+08:00", "-11:30", "+23:59"]),
)


@given(ISO)
@example("2024-02-29T23:59:59.999999-00:30")
def test_an_iso_time_is_what_the_standard_library_reads(written: str) -> None:
    """Digits are read as a matrix; the standard library, letter by letter, finds the same instant or none."""
    try:
        expected = datetime.fromisoformat(written).astimezone(UTC)
    except ValueError:
        expected = None
    assert column(written).times("x", "ISO8601").to_pylist() == [expected]
