"""Laws of not knowing over many days: partition, growth, levels, gaps that return, bits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import acts, almanac, gaps, knowledge, parties
from trailviz.days import local_days, midnight, midnights, zone_of
from trailviz.events import COVERAGE, Events, gather
from trailviz.gaps import LEVELS, Thresholds
from trailviz.gaps.levels import STAYED, STAYED_H
from trailviz.gaps.recurring import recurring
from trailviz.places import Gazetteer, locate
from trailviz.registry import Company, Observer, Registry, Relation
from trailviz.trail import Trail

WHO = ("aa", "bb", "cc")
ZONES = ("Asia/Shanghai", "Europe/Paris", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "+05:45")
NOON = datetime(2024, 3, 29, 12, tzinfo=UTC)
HOUR_US = 3_600_000_000
Row = tuple[str, str, int, int, int | None, int | None]
"""Collector, kind, start and length in minutes, and which of a few places it began and ended at."""

rows = st.tuples(
    st.sampled_from(WHO),
    st.sampled_from(("payment", "ride", "visit", "order")),
    st.integers(0, 5 * 1440),
    st.integers(1, 600),
    st.sampled_from((None, 0, 1, 2)),
    st.sampled_from((None, 0, 1, 2)),
)
spans = st.lists(st.tuples(st.sampled_from(WHO), st.integers(-1440, 4 * 1440), st.integers(1, 5 * 1440)), max_size=4)


moments = st.datetimes(datetime(2011, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given bare, as hypothesis wants


def trail_of(told: list[Row], covered: list[tuple[str, int, int]], zone: str = "UTC", since: datetime = NOON) -> Trail:
    """Think about some rows, and files that speak for some minutes."""
    events = _events(told, since) if told else Events(())
    companies = {name: Company(name, {"en": name}) for name in WHO}
    passes = _relation("aa", "bb")
    registry = Registry(companies, (passes,))
    named = parties.resolve(events, registry)
    linked = acts.link(events, named)
    located = locate(events, Gazetteer())
    known = knowledge.derive(events, linked, located, named, registry)
    files = [
        {"collector": who, "from": since + timedelta(minutes=at), "until": since + timedelta(minutes=at + long)}
        for who, at, long in covered
    ]
    coverage = pa.Table.from_pylist(files, schema=COVERAGE)
    return Trail(events, named, linked, located, known, (), coverage, registry, {}, Gazetteer(), None, zone)


def _relation(first: str, second: str) -> Relation:
    return Relation(
        id="R001-so", subject=first, relation="data_sharing_partner", object=second, from_id=first, to_id=second,
        direction="so", use="edge", since=date(2020, 1, 1), since_kind="start", since_precision="day", until=None,
        until_precision="", as_of=None, stake="", flows=("trip_start_end", "payment_metadata"),
        evidence="documented_flow", confidence="high", sources=("a source",),
    )  # fmt: skip


def _events(told: list[Row], since: datetime) -> Events:
    start = [since + timedelta(minutes=at) for _, _, at, _, _, _ in told]
    lasting = [kind in {"ride", "visit"} for _, kind, *_ in told]
    end = [
        one + timedelta(minutes=row[3]) if long else None for one, row, long in zip(start, told, lasting, strict=True)
    ]

    def degrees(place: int | None, base: float) -> float | None:
        return None if place is None else base + place / 10

    arrived = [row[5] if row[1] == "ride" else None for row in told]
    # an id is made of what a row says, whatever its place in the file
    rank = sorted(range(len(told)), key=lambda at: str(told[at]))
    return gather(
        [
            pa.table(
                {
                    "event_id": pa.array([rank.index(at) + 1 for at in range(len(told))], pa.uint64()),
                    "row": pa.array(range(1, len(told) + 1), pa.int32()),
                    "file": pa.array([f"{row[0]}.csv" for row in told]),
                    "collector": pa.array([row[0] for row in told]),
                    "kind": pa.array([row[1] for row in told]),
                    "start": pa.array(start, pa.timestamp("us", "UTC")),
                    "end": pa.array(end, pa.timestamp("us", "UTC")),
                    "presence": pa.array(["remote" if row[1] == "order" else "in_person" for row in told]),
                    "lat": pa.array([degrees(row[4], 48.0) for row in told], pa.float64()),
                    "lon": pa.array([degrees(row[4], 2.0) for row in told], pa.float64()),
                    "end_lat": pa.array([degrees(one, 48.0) for one in arrived], pa.float64()),
                    "end_lon": pa.array([degrees(one, 2.0) for one in arrived], pa.float64()),
                }
            )
        ]
    )


def _who(*members: str) -> Observer:
    return Observer("+".join(members), frozenset(members), "group")


def _days() -> list[date]:
    first = NOON.date() - timedelta(days=2)
    return [first + timedelta(days=number) for number in range(12)]


@settings(max_examples=15, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), spans, st.sampled_from(ZONES), st.integers(0, 60))
def test_every_day_is_parted_exactly(
    told: list[Row], covered: list[tuple[str, int, int]], zone: str, hold: int
) -> None:
    """Known, blind and not loaded, and the five levels with not loaded, each add up to the local day, to the microsecond."""
    trail = trail_of(told, covered, zone)
    days = _days()
    bounds = trail.bounds(days[0], days[-1])
    both = np.stack([bounds[:-1], bounds[1:]], axis=1)
    for who in WHO:
        parts = trail.ledger(_who(who), "documented", days)
        seen = trail.sight(_who(who), "documented")
        found = gaps.levels(seen, trail.located, trail.loaded, _who(who), Thresholds(hold_s=hold * 60.0))
        levels = found.measured(both)

        assert (np.diff(bounds) / 1e6 == parts["length"]).all()
        assert (parts["known"] + parts["blind"] + parts["not_loaded"] == parts["length"]).all()
        assert np.abs(sum(levels.values()) - parts["length"]).max() < 1e-6
        assert (levels["not_loaded"] == parts["not_loaded"]).all()
        assert min(one.min() for one in levels.values()) >= 0


@settings(max_examples=15, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), spans)
def test_observed_without_a_hold_is_what_the_ledger_calls_known(
    told: list[Row], covered: list[tuple[str, int, int]]
) -> None:
    """An instant has no length: only rides and visits known from end to end are observed when places do not hold."""
    trail = trail_of(told, covered)
    days = _days()
    found = almanac.almanac(trail, _who("aa"), "documented", days[0], days[-1], Thresholds(hold_s=0))

    assert (found.levels["observed"] == found.parts["known"]).all()


def _shrank(less: Trail, more: Trail, first: Observer, second: Observer, steps: tuple[str, str]) -> list[str]:
    """Name what breaks the law of growth: what is known never shrinks; where a file spoke before, blindness never grows."""
    days = _days()
    bounds = less.bounds(days[0], days[-1])
    both = np.stack([bounds[:-1], bounds[1:]], axis=1)
    before, after = (
        trail.ledger(who, step, days) for trail, who, step in zip((less, more), (first, second), steps, strict=True)
    )

    knew, knows = (
        gaps.known_spans(trail.known, trail.every_moment, who, step)
        for trail, who, step in zip((less, more), (first, second), steps, strict=True)
    )
    held = {
        "known": after["known"] >= before["known"],
        "loaded": after["not_loaded"] <= before["not_loaded"],
        "in sight": after["blind"] + after["not_loaded"] <= before["blind"] + before["not_loaded"],
        "the same spans": gaps.measured(gaps.merged(knew, knows), both) == gaps.measured(knows, both),
    }
    return [name for name, days_held in held.items() if not days_held.all()]


@settings(max_examples=12, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), rows, spans)
def test_another_event_blinds_nobody(told: list[Row], more: Row, covered: list[tuple[str, int, int]]) -> None:
    """With one more row no observer knows less, of any day."""
    less, after = trail_of(told, covered), trail_of([*told, more], covered)
    for who in WHO:
        assert _shrank(less, after, _who(who), _who(who), ("documented", "documented")) == []


@settings(max_examples=12, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), spans)
def test_a_wider_scenario_or_observer_blinds_nobody(told: list[Row], covered: list[tuple[str, int, int]]) -> None:
    """Neither counting more relations nor joining another company takes knowledge away."""
    trail = trail_of(told, covered)
    for narrow, wide in pairwise(knowledge.SCENARIOS):
        assert _shrank(trail, trail, _who("bb"), _who("bb"), (narrow, wide)) == []
    assert _shrank(trail, trail, _who("bb"), _who("bb", "cc"), ("documented", "documented")) == []


@settings(max_examples=12, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), spans)
def test_another_relation_blinds_nobody(told: list[Row], covered: list[tuple[str, int, int]]) -> None:
    """What B knows with A's copies it knows without them, and perhaps more."""
    trail = trail_of(told, covered)
    without = replace(trail, known=trail.known.without(["R001"]), _answers={})
    assert _shrank(without, trail, _who("bb"), _who("bb"), ("documented", "documented")) == []


@settings(max_examples=10, deadline=None)
@given(st.lists(rows, min_size=2, max_size=6), spans, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_gap(told: list[Row], covered: list[tuple[str, int, int]], chance: object) -> None:
    """The same rows in another order give the same days, levels and bits."""
    turned = list(told)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    one, other = (trail_of(some, covered) for some in (told, turned))
    days = _days()
    first, second = (
        almanac.almanac(trail, _who("aa", "bb"), "documented", days[0], days[-1]) for trail in (one, other)
    )

    assert all((first.parts[name] == second.parts[name]).all() for name in first.parts)
    assert all((first.levels[name] == second.levels[name]).all() for name in first.levels)
    assert first.bits.mean == pytest.approx(second.bits.mean, abs=1e-9)
    assert first.gap_hours == second.gap_hours


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(ZONES), st.dates(date(2009, 1, 1), date(2026, 1, 1)), st.integers(1, 400))
def test_midnights_in_a_row_are_midnights_one_by_one(zone: str, first: date, days: int) -> None:
    """Also where a day has 23, 24 or 25 hours, half an hour less, or no hour at all (Apia, 30 December 2011)."""
    there = zone_of(zone)
    expected = [round(midnight(first + timedelta(days=number), there).timestamp() * 1e6) for number in range(days + 1)]

    assert midnights(first, days, there).tolist() == expected


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(ZONES), st.lists(moments, min_size=1, max_size=9))
def test_a_local_day_is_what_the_clock_there_shows(zone: str, instants: list[datetime]) -> None:
    """The day of many instants at once is the day of each."""
    there = zone_of(zone)
    expected = [one.astimezone(there).date() for one in instants]

    assert (
        local_days(np.array([one.replace(tzinfo=None) for one in instants], "datetime64[us]"), there).tolist()
        == expected
    )


def test_a_visit_is_known_from_end_to_end() -> None:
    """Who has a visit's time and place has the place of its end: it is the same."""
    trail = trail_of([("aa", "visit", 0, 120, 0, None)], [("aa", -60, 600)])
    parts = trail.ledger(_who("aa"), "own", [NOON.date()])

    assert parts["known"].tolist() == [7200.0]


def _stretches(told: list[Row], limits: Thresholds | None = None) -> list[tuple[str, str]]:
    trail = trail_of(told, [("aa", -60, 1440)])
    found = almanac.stretches(trail, _who("aa"), "own", NOON.date(), limits or Thresholds())
    return [(f"{datetime.fromtimestamp(one.start / 1e6, UTC):%H:%M}", one.level) for one in found]


def test_between_two_records_of_one_place_one_likely_stayed() -> None:
    """Three hours between two payments at one shop: the place holds for a quarter of an hour, and is likely in between."""
    told: list[Row] = [("aa", "payment", 0, 1, 0, None), ("aa", "payment", 180, 1, 0, None)]

    assert _stretches(told)[1:4] == [("11:45", "observed"), ("12:15", "likely_stayed"), ("14:45", "observed")]


def test_between_two_places_one_was_at_one_of_two() -> None:
    """Three hours between payments at two shops: one of the two, said as such."""
    told: list[Row] = [("aa", "payment", 0, 1, 0, None), ("aa", "payment", 180, 1, 1, None)]

    assert ("12:15", "one_of_two") in _stretches(told)


def test_a_deed_elsewhere_breaks_the_guess() -> None:
    """A payment in person at no known place, in between, shows that she went out: nothing is guessed any more."""
    told: list[Row] = [
        ("aa", "payment", 0, 1, 0, None),
        ("aa", "payment", 90, 1, None, None),
        ("aa", "payment", 180, 1, 0, None),
    ]

    assert not {"likely_stayed", "one_of_two"} & {level for _, level in _stretches(told)}


def test_an_order_from_afar_breaks_no_guess_and_is_a_time_only_elsewhere() -> None:
    """An online order names no place and moves nobody."""
    told: list[Row] = [
        ("aa", "payment", 0, 1, 0, None),
        ("aa", "order", 90, 1, None, None),
        ("aa", "payment", 180, 1, 0, None),
        ("aa", "order", 400, 1, None, None),
    ]
    found = _stretches(told)

    assert ("12:15", "likely_stayed") in found
    assert ("18:25", "time_only") in found


def test_whoever_drives_away_has_not_stayed() -> None:
    """A ride from a place with no known end, and a payment there hours later: the place does not hold after she left it."""
    told: list[Row] = [("aa", "ride", 0, 30, 0, None), ("aa", "payment", 180, 1, 0, None)]
    found = _stretches(told)

    assert ("11:45", "observed") in found
    assert ("12:00", "time_only") in found
    assert not {"likely_stayed", "one_of_two"} & {level for _, level in found}


def test_thresholds_move_the_levels() -> None:
    """No hold, a surer guess, a nearer place: each takes what rested on it, and the gap stays what it was."""
    told: list[Row] = [("aa", "payment", 0, 1, 0, None), ("aa", "payment", 180, 1, 0, None)]
    hours = float(np.interp(3, STAYED_H, STAYED))

    assert "observed" not in {level for _, level in _stretches(told, Thresholds(hold_s=0))}
    assert "likely_stayed" in {level for _, level in _stretches(told, Thresholds(sure=hours - 0.001))}
    assert "likely_stayed" not in {level for _, level in _stretches(told, Thresholds(sure=hours + 0.001))}
    assert "likely_stayed" not in {
        level for _, level in _stretches(told, Thresholds(outer_mps=0.1, same_m=0.0, sure=1.0))
    }


def test_a_guess_shortens_no_gap() -> None:
    """Likely stayed or not, the blind stretch is as long, and its ends are no anchors."""
    told: list[Row] = [("aa", "payment", 0, 1, 0, None), ("aa", "payment", 180, 1, 0, None)]
    trail = trail_of(told, [("aa", -60, 1440)])
    found = trail.gaps(_who("aa"), "own", NOON.date())

    assert ("blind", 180) in [(one.kind, one.minutes) for one in found]
    assert len(trail.sight(_who("aa"), "own").anchors) == len(told)


WEEKS = 10


def _gaps_of(days: list[int], start_h: float, end_h: float) -> np.ndarray:
    return np.array([[(day * 24 + start_h) * HOUR_US, (day * 24 + end_h) * HOUR_US] for day in days], np.int64)


def test_hours_blind_on_every_weekday_are_found_as_such() -> None:
    """Blind from nine to six on fifty weekdays and seen at all other times: one sentence, not five."""
    weekdays = [day for day in range(7 * WEEKS) if day % 7 < 5]
    bounds = np.arange(7 * WEEKS + 1, dtype=np.int64) * 24 * HOUR_US
    found = recurring(_gaps_of(weekdays, 9, 18), np.array([[0, bounds[-1]]]), bounds, 0)

    assert [(one.days, one.clock(one.start), one.clock(one.end), one.blind, one.of) for one in found] == [
        ((0, 1, 2, 3, 4), "09:00", "18:00", 50, 50)
    ]


def test_whoever_is_always_blind_has_no_recurrent_gap() -> None:
    """Blind all the time, or on every second hour: no hour of the week is blind more often than chance has it."""
    bounds = np.arange(7 * WEEKS + 1, dtype=np.int64) * 24 * HOUR_US
    always = np.array([[0, bounds[-1]]])

    assert recurring(always, always, bounds, 0) == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_gaps_at_random_hours_do_not_return(seed: int) -> None:
    """Gaps begun at random moments pass for recurrent hardly ever: one in twenty of what is told may be false, of nothing nothing."""
    random = np.random.default_rng(seed)
    starts = np.sort(random.uniform(0, 7 * WEEKS * 24 - 10, 4 * WEEKS))
    blind = np.stack([starts, np.minimum(starts + 9, np.append(starts[1:], np.inf))], axis=1) * HOUR_US
    bounds = np.arange(7 * WEEKS + 1, dtype=np.int64) * 24 * HOUR_US

    assert recurring(blind.astype(np.int64), np.array([[0, bounds[-1]]]), bounds, 0) == ()


def test_five_weeks_are_too_few() -> None:
    """What happened on five Mondays may be anything."""
    bounds = np.arange(36, dtype=np.int64) * 24 * HOUR_US
    mondays = _gaps_of([0, 7, 14, 21, 28], 9, 18)

    assert recurring(mondays, np.array([[0, bounds[-1]]]), bounds, 0) == ()


def test_not_knowing_at_all_is_every_place_and_elsewhere() -> None:
    """Three places and no record: two bits, exactly."""
    told: list[Row] = [("aa", "payment", at, 1, at, None) for at in (0, 1, 2)]
    trail = trail_of(told, [("aa", -600, 1440), ("bb", -600, 1440)])
    found = almanac.almanac(trail, _who("cc"), "own", NOON.date(), NOON.date())
    blind = gaps.mean_bits(
        gaps.levels(trail.sight(_who("cc"), "own"), trail.located, trail.loaded, _who("cc"), Thresholds()),
        trail.yardstick(150.0),
        Thresholds(),
        trail.loaded["bb"],
    )

    assert found.bits.seconds == 0
    assert blind.mean == pytest.approx(2.0)
    assert found.most == pytest.approx(2.0)


def test_a_guess_is_as_unsure_as_its_own_odds() -> None:
    """Between two records of one place, hours apart: the entropy of the measured share, the rest even over what is in reach."""
    told: list[Row] = [("aa", "payment", 0, 1, 0, None), ("aa", "payment", 240, 1, 0, None)]
    trail = trail_of(told, [])
    over = np.array([[0, 240]], np.int64) * 60_000_000 + trail.sight(_who("aa"), "own").anchors[0]
    found = gaps.levels(trail.sight(_who("aa"), "own"), trail.located, trail.loaded, _who("aa"), Thresholds(hold_s=0))
    bits = gaps.mean_bits(found, trail.yardstick(150.0), Thresholds(hold_s=0), over)
    share = float(np.interp(4, STAYED_H, STAYED))

    assert bits.mean == pytest.approx(-share * np.log2(share) - (1 - share) * np.log2(1 - share))


def test_a_relation_is_worth_what_its_absence_costs() -> None:
    """B is told of A's rides: the bits it has without them, less the bits with them, and all of A's records on top."""
    told: list[Row] = [("aa", "ride", 60 * at, 50, at % 3, (at + 1) % 3) for at in range(6)]
    trail = trail_of(told, [("aa", -60, 600), ("bb", -60, 600)])
    relations, companies = almanac.worth(trail, _who("bb"), "documented", NOON.date(), NOON.date())
    with_it = almanac.almanac(trail, _who("bb"), "documented", NOON.date(), NOON.date()).bits.mean
    without = replace(trail, known=trail.known.without(["R001"]), _answers={})
    bare = almanac.almanac(without, _who("bb"), "documented", NOON.date(), NOON.date()).bits.mean

    assert [one.name for one in relations] == ["R001"]
    assert relations[0].bits == pytest.approx(bare - with_it)
    assert relations[0].bits > 0
    assert [one.name for one in companies] == ["aa"]


def test_an_almanac_of_nothing_is_refused() -> None:
    """No day, no almanac; and no span that runs backwards."""
    trail = trail_of([("aa", "payment", 0, 1, 0, None)], [])

    with pytest.raises(ValueError, match="no day"):
        almanac.span(trail_of([], []), None, None)
    with pytest.raises(ValueError, match="before the first"):
        almanac.span(trail, NOON.date(), NOON.date() - timedelta(days=1))


def test_every_level_has_its_word() -> None:
    """What is measured is also said."""
    from trailviz.story.almanac import LEVEL_WORDS  # noqa: PLC0415

    assert tuple(LEVEL_WORDS) == LEVELS
