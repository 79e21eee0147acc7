"""Gaps: what an observer cannot see, measured."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailviz import gaps
from trailviz.days import day_bounds, zone_of
from trailviz.trail import Trail

DAY = date(2017, 8, 26)


def _found(
    trail: Trail, observer: str, scenario: str, kind: str, *, moving_places: bool = False
) -> list[tuple[str, str]]:
    found = trail.gaps(trail.observer(observer), scenario, DAY, moving_places=moving_places)
    return [
        (one.start.astimezone(trail.zone).strftime("%H:%M"), one.end.astimezone(trail.zone).strftime("%H:%M"))
        for one in found
        if one.kind == kind
    ]


@pytest.mark.parametrize("scenario", ["documented", "permitted", "ownership", "state"])
def test_the_famous_gap_is_blind_by_rule_for_three_hours_and_twenty_five(afternoon: Trail, scenario: str) -> None:
    """A taxi's code is not a place, so Alipay and Ant are blind from 15:36 to 19:01."""
    assert ("15:36", "19:01") in _found(afternoon, "alipay+ant", scenario, "blind")


def test_no_record_at_all_is_shorter(afternoon: Trail) -> None:
    """The order paid at 16:19 names no place but is a record: silence lasts from 16:19 to 19:01."""
    silent = _found(afternoon, "alipay+ant", "ownership", "silent")

    assert ("16:19", "19:01") in silent
    assert ("13:24", "15:11") in silent


def test_by_her_words_the_gap_is_three_hours(afternoon: Trail) -> None:
    """Where a taxi's arrival counts as a place, the gap is the author's: 16:01 to 19:01."""
    found = _found(afternoon, "alipay+ant", "ownership", "blind", moving_places=True)

    assert ("16:01", "19:01") in found
    assert ("13:24", "15:11") in found


def test_ofo_alone_sees_one_gap(afternoon: Trail) -> None:
    """Between its two hires Ofo has nothing: 13:24 to 19:01 in one piece."""
    assert _found(afternoon, "ofo", "own", "blind") == [("13:24", "19:01")]


def test_own_records_alone_have_no_later_anchor(afternoon: Trail) -> None:
    """With its own records only, Alipay's last place is the shop at 15:36."""
    assert _found(afternoon, "alipay+ant", "own", "blind")[-1] == ("15:36", "00:00")


def test_what_might_be_known_ends_no_gap(afternoon: Trail) -> None:
    """Ant might learn of the Didi ride in the ownership scenario; the gap before 15:36 stays as it was."""
    assert _found(afternoon, "ant", "ownership", "blind") == _found(afternoon, "ant", "documented", "blind")


ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "+05:45"]
)
SPANS = st.lists(st.tuples(st.integers(0, 3 * 86_400), st.integers(0, 40_000)), max_size=8)


@given(ZONES, st.dates(date(2018, 1, 1), date(2026, 12, 30)), SPANS, SPANS)
def test_a_day_is_known_blind_or_not_loaded_and_nothing_else(
    zone: str, day: date, known: list[tuple[int, int]], loaded: list[tuple[int, int]]
) -> None:
    """The three parts of a local day add up to its length exactly, whatever the clocks do."""
    start = round(day_bounds(day, zone_of(zone))[0].timestamp()) - 86_400
    spans, covered = (
        gaps.merged(
            np.array(
                [[(start + at) * 1_000_000, (start + at + long) * 1_000_000] for at, long in some], np.int64
            ).reshape(-1, 2)
        )
        for some in (known, loaded)
    )
    bounds = np.array([[round(one.timestamp() * 1e6) for one in day_bounds(day, zone_of(zone))]], np.int64)
    parts = gaps.parted(spans, covered, bounds)

    assert (parts["known"] + parts["blind"] + parts["not_loaded"] == parts["length"]).all()
    assert min(parts[name].min() for name in parts) >= 0


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 6, 1), 24)])
def test_a_local_day_has_its_own_length(day: date, hours: int) -> None:
    """The day the clocks go forward has 23 hours, the day they go back 25."""
    start, end = day_bounds(day, ZoneInfo("Europe/Paris"))

    assert end - start == timedelta(hours=hours)


def test_the_ledger_of_the_afternoon_adds_up(afternoon: Trail) -> None:
    """For Ofo: 34 minutes known, the gap blind, and what no file covers not loaded."""
    parts = afternoon.ledger(afternoon.observer("ofo"), "own", [DAY])

    assert {name: float(value[0]) for name, value in parts.items()} == {
        "length": 86_400,
        "known": 2_040,
        "blind": 20_280,
        "not_loaded": 64_080,
    }


def test_gaps_begin_and_end_in_the_day(afternoon: Trail) -> None:
    """No gap of a day reaches beyond its midnights."""
    low, high = day_bounds(DAY, afternoon.zone)
    found: list[tuple[datetime, datetime]] = [
        (one.start, one.end) for one in afternoon.gaps(afternoon.default_observer, "ownership", DAY)
    ]

    assert all(low <= start < end <= high for start, end in found)
