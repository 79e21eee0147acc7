"""Home and work: from rides, visits and payments, as sure as measured, and silent where nobody could know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.days import HOUR_US
from trailviz.guesses import Abstained, Guess, Span, rule, rules
from trailviz.guesses.anchors import Anchored, home_of, work_of
from trailviz.guesses.blur import Blur, blurred, made
from trailviz.guesses.scores import scores
from trailviz.guesses.sightings import COUNTS, sightings
from trailviz.guesses.spells import days_seen, nights_spent
from trailviz.story import guesses as told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailviz.trail import Trail

MONDAY = datetime(2024, 3, 4, tzinfo=UTC)
HOME, OFFICE, SHOP, GYM = (31.200, 121.400), (31.230, 121.470), (31.212, 121.430), (31.190, 121.440)
NEW = (31.290, 121.350)
Point = tuple[float, float]
RULES = {one.id: one for one in rules()}


def _ride(day: int, hour: float, begin: Point, end: Point) -> dict[str, Any]:
    start = MONDAY + timedelta(days=day, hours=hour)
    ends = {"end": start + timedelta(minutes=25), "end_lat": end[0], "end_lon": end[1]}
    return {**_at(begin), "collector": "didi", "kind": "ride", "mode": "car", "start": start, **ends}


def _paid(day: int, hour: float, where: Point) -> dict[str, Any]:
    start = MONDAY + timedelta(days=day, hours=hour)
    sums = {"party": "示例面馆", "amount": 22, "currency": "CNY", "flow": "out", "presence": "in_person"}
    return {**_at(where), **sums, "collector": "alipay", "start": start}


def _visit(day: int, hour: float, hours: float, where: Point) -> dict[str, Any]:
    start = MONDAY + timedelta(days=day, hours=hour)
    return {**_at(where), "collector": "google", "kind": "visit", "start": start, "end": start + timedelta(hours=hours)}


def _at(where: Point) -> dict[str, Any]:
    return {"zone": "Etc/GMT", "precision_s": 1, "lat": where[0], "lon": where[1]}


def _weeks(weeks: int = 6) -> list[dict[str, Any]]:
    """Ride to the office and back on three days a week, to the gym on Saturdays; eat beside the office."""
    rides = [
        _ride(7 * week + day, hour, *way)
        for week in range(weeks)
        for day in (0, 2, 3)
        for hour, way in ((8.2, (HOME, OFFICE)), (18.5, (OFFICE, HOME)))
    ]
    gym = [
        _ride(7 * week + 5, hour, *way) for week in range(weeks) for hour, way in ((10, (HOME, GYM)), (12, (GYM, HOME)))
    ]
    lunch = [_paid(7 * week + day, 12.3, OFFICE) for week in range(weeks) for day in range(5)]
    shop = [_paid(7 * week + 5, 15, SHOP) for week in range(weeks)]
    return [*rides, *gym, *lunch, *shop]


def _home(trail: Trail) -> Anchored:
    return trail.held(trail.observer("everyone"), "own").once("home", home_of)


def _work(trail: Trail) -> Anchored:
    return trail.held(trail.observer("everyone"), "own").once("work", work_of)


def _asked(trail: Trail, rule: str) -> tuple[Guess | Abstained, ...]:
    return trail.guess(RULES[rule], trail.observer("everyone"), "own")


def _guesses(trail: Trail, rule: str) -> list[Guess]:
    return [one for one in _asked(trail, rule) if isinstance(one, Guess)]


def _near(found: Anchored, where: Point) -> bool:
    return found.best is not None and abs(found.best.lat - where[0]) + abs(found.best.lon - where[1]) < 0.001


def test_home_is_where_rides_begin_in_the_morning_and_end_at_night(trail_of: Callable[..., Trail]) -> None:
    """Six weeks of rides and lunches name both, very likely."""
    trail = trail_of(_weeks())

    assert _near(_home(trail), HOME)
    assert _near(_work(trail), OFFICE)
    assert min(_home(trail).places[0].p, _work(trail).places[0].p) >= 0.8


def test_a_ride_of_which_one_time_is_written_leaves_before_it_reaches(trail_of: Callable[..., Trail]) -> None:
    """A metro's gate on the way out tells when, and both stations: the nights between two of them are seen."""
    taps = [{**row, "kind": "tap", "start": row["end"], "end": None} for row in _weeks() if row.get("kind") == "ride"]
    found = _home(trail_of(taps))

    assert _near(found, HOME)
    assert found.counts[found.places[0].place, COUNTS.index("night_h")] == 48


def _unsaid(trail: Trail, rule: str) -> list[str]:
    return [one.why for one in _asked(trail, rule) if isinstance(one, Abstained)]


def test_where_most_ends_of_rides_have_no_place_home_may_be_among_them(trail_of: Callable[..., Trail]) -> None:
    """A ride log knows the gym by its name and no flat: the gym is not told as home."""
    rides = [
        {
            **row,
            **(dict.fromkeys(("lat", "lon")) if row["lat"] in (HOME[0], OFFICE[0]) else {}),
            **_hidden_end(row),
        }
        for row in _weeks(10)
        if row.get("kind") == "ride"
    ]
    trail = trail_of(rides)

    assert _home(trail).likely is None or _unsaid(trail, "home") == ["nowhere"]
    assert not _guesses(trail, "home")


def _hidden_end(row: dict[str, Any]) -> dict[str, Any]:
    return {"end_lat": None, "end_lon": None} if row["end_lat"] in (HOME[0], OFFICE[0]) else {}


def test_a_home_rests_on_as_many_rows_as_its_sentence_says(trail_of: Callable[..., Trail]) -> None:
    """Of a year of rides none is left out, and those of nights stand first, in order."""
    trail = trail_of(_weeks(52))
    (home,) = _guesses(trail, "home")
    first = home.evidence[:100].tolist()

    assert len(home.evidence) == len(set(home.evidence.tolist())) == home.values["rows"]
    assert len(home.evidence) > 200
    assert first == sorted(first) != sorted(home.evidence.tolist())[:100]


def test_buses_that_never_name_a_stop_hide_no_home(trail_of: Callable[..., Trail]) -> None:
    """Twice as many rides without any place, all by bus: home by car is told as before."""
    none = {"lat": None, "lon": None, "end_lat": None, "end_lon": None, "mode": "bus"}
    buses = [
        {**_ride(day, hour, HOME, SHOP), **none} for day in range(42) for hour in (9.5, 11.0, 13.0, 14.0, 15.0, 16.0)
    ]

    assert _near(_home(trail_of([*_weeks(), *buses])), HOME)


@pytest.mark.parametrize(("hour", "told"), [(19.0, []), (12.5, ["work"])])
def test_shops_paid_at_in_the_evening_are_no_workplace(
    hour: float, told: list[str], trail_of: Callable[..., Trail]
) -> None:
    """Payments alone: forty at one place are told as work where they are lunches, and not where they may be beside home."""
    paid = [_paid(7 * week + day, hour, SHOP) for week in range(8) for day in range(5)]
    trail = trail_of(paid)

    assert [one.what for one in _guesses(trail, "work")] == told


def test_nights_without_a_clock_are_not_called_a_shift(trail_of: Callable[..., Trail]) -> None:
    """Nights at a friend's, slept off at home, begin now at eight and now at two: why nothing is said of work is."""
    rows = [
        row
        for day in range(0, 60, 3)
        for late in ((0.0, 3.0, 6.0)[day % 9 // 3],)
        for row in (
            _visit(day, 20 + late, 9 - late, OFFICE),
            _visit(day + 1, 6, 36, HOME),
        )
    ]
    found = _work(trail_of(rows))

    assert found.shift is not None
    assert [one.why for one in _asked(trail_of(rows), "work") if isinstance(one, Abstained)] == ["at_night"]


@pytest.mark.parametrize(("hours", "told"), [(1.5, []), (2.75, []), (3.5, ["work"])])
def test_a_place_left_again_soon_is_no_workplace(hours: float, told: list[str], trail_of: Callable[..., Trail]) -> None:
    """Twenty working days of a quick visit by car are told as nothing, and as work from three hours on."""
    rides = [
        _ride(7 * week + day, hour, *way)
        for week in range(5)
        for day in (0, 1, 2, 3)
        for hour, way in (
            (9.0, (HOME, OFFICE)),
            (9.5 + hours, (OFFICE, HOME)),
            (18.5, (HOME, GYM)),
            (21.0, (GYM, HOME)),
        )
    ]
    trail = trail_of(rides)

    assert _near(_home(trail), HOME)
    assert [one.what for one in _guesses(trail, "work")] == told


def test_without_most_rides_the_rule_abstains_and_says_how_many_there_are(trail_of: Callable[..., Trail]) -> None:
    """Two rides to two places leave everything open."""
    found = _asked(trail_of([_ride(0, 13, SHOP, GYM), _ride(9, 14, OFFICE, HOME)]), "home")

    assert [one.why for one in found if isinstance(one, Abstained)] == ["too_few"]
    assert found[0].values == {"have": 4, "need": 6}


def test_payments_alone_are_told_to_say_nothing_of_a_home(trail_of: Callable[..., Trail]) -> None:
    """The sentence says why, and how many payments there are."""
    trail = trail_of([row for row in _weeks() if row.get("kind") != "ride"])
    reading = told.read(trail, RULES["home"], trail.observer("alipay"), "own", "en")

    assert reading.silences == (
        "No row of this trail could show where a person sleeps: 36 payments have a place, and nobody pays at home.",
    )


def test_who_moved_is_told_around_when(trail_of: Callable[..., Trail]) -> None:
    """Twelve weeks of rides from one home, then twelve from another, to the same office."""
    after = [
        {**row, **({"lat": NEW[0], "lon": NEW[1]} if row["lat"] == HOME[0] else {}), **_moved_end(row)}
        for row in _weeks(12)
    ]
    later = [{**row, **{at: row[at] + timedelta(weeks=12) for at in ("start", "end") if at in row}} for row in after]
    moved = next(one for one in _guesses(trail_of([*_weeks(12), *later]), "home") if one.what == "moved")
    day = moved.values["date"]

    assert isinstance(day, date)
    assert abs(day - (MONDAY + timedelta(weeks=12)).date()) <= timedelta(days=4)
    assert moved.p is not None
    assert moved.p < 0.8


def _moved_end(row: dict[str, Any]) -> dict[str, Any]:
    return {"end_lat": NEW[0], "end_lon": NEW[1]} if row.get("end_lat") == HOME[0] else {}


def test_who_changed_work_is_told_around_when(trail_of: Callable[..., Trail]) -> None:
    """A timeline of fourteen weeks at one office, and fourteen at another."""
    rows = [
        row
        for day in range(196)
        for row in (
            _visit(day, 19, 13, HOME),
            *([_visit(day, 9, 8.5, OFFICE if day < 98 else GYM)] if day % 7 < 5 else [_visit(day, 11, 2, SHOP)]),
        )
    ]
    changed = next(one for one in _guesses(trail_of(rows), "work") if one.what == "changed")
    told_day = changed.values["date"]

    assert isinstance(told_day, date)
    assert abs(told_day - (MONDAY + timedelta(days=98)).date()) <= timedelta(days=4)


def test_a_phones_fixes_are_enough(trail_of: Callable[..., Trail]) -> None:
    """Nights and working days of positions every ten minutes, and nothing else."""
    where = [
        (day, hour, OFFICE if 9 <= hour < 17 and day % 7 < 5 else HOME)
        for day in range(14)
        for hour in np.arange(0, 24, 1 / 6).tolist()
    ]
    rows = [
        {**_at(place), "collector": "google", "kind": "fix", "start": MONDAY + timedelta(days=day, hours=hour)}
        for day, hour, place in where
    ]

    assert _near(_home(trail_of(rows)), HOME)
    assert _near(_work(trail_of(rows)), OFFICE)


def test_squares_of_half_a_kilometre_leave_the_home(trail_of: Callable[..., Trail]) -> None:
    """The same guess by its key, and no nearer than the square; squares of five kilometres leave none."""
    trail = trail_of(_weeks())
    held = trail.held(trail.observer("everyone"), "own")
    keys = [set(made(blurred(held, Blur(place=at)), [RULES["home"]])) for at in (0, 1, 3)]
    vague = made(blurred(held, Blur(place=1)), [RULES["home"]])["home", "home", "home"]

    assert keys[0] == keys[1] == {("home", "home", "home")}
    assert vague.point is not None
    assert vague.point.r90_m >= 350
    assert keys[2] == set()


def test_a_wrong_date_makes_no_table_of_eight_thousand_years(trail_of: Callable[..., Trail]) -> None:
    """One ride of the year 9000 costs no memory, and the home stays."""
    trail = trail_of([*_weeks(), _ride(60, 9, SHOP, GYM)])
    held = trail.held(trail.observer("everyone"), "own")
    far = {
        name: np.where(held.position == len(held) - 1, column + 7000 * 365 * 86_400_000_000, column)
        for name, column in vars(held).items()
        if name in {"start", "end", "wall", "wall_end"}
    }
    seen = replace(held, _kept={}, **far)  # type: ignore[arg-type]

    assert _near(seen.once("home", home_of), HOME)


def test_a_way_of_which_a_gate_writes_one_time_has_an_hour_and_no_length(trail_of: Callable[..., Trail]) -> None:
    """When it ends is told; how long it took nobody knows."""
    taps = [{**row, "kind": "tap", "start": row["end"], "end": None} for row in _weeks() if row.get("kind") == "ride"]
    found = _guesses(trail_of(taps), "commute")

    assert [one.what for one in found] == ["to_work_once", "to_home_once"]
    assert told.clock(found[0].values["comes"].minute) == "08:37"  # type: ignore[union-attr]


def test_the_way_to_work_has_its_hours_and_days(trail_of: Callable[..., Trail]) -> None:
    """As probable as home and work together; a way at midnight is no average of noon."""
    trail = trail_of(_weeks())
    found = {one.key: one for one in _guesses(trail, "commute")}
    home, work = _home(trail).places[0], _work(trail).places[0]

    assert told.clock(found["to-work"].values["leaves"].minute) == "08:12"  # type: ignore[union-attr]
    assert [day.number for day in found["to-work"].values["weekdays"]] == [0, 2, 3]  # type: ignore[union-attr]
    assert found["to-home"].values["took"] == Span(25 * 60.0)
    assert found["to-work"].p == pytest.approx(home.p * work.p)


def test_without_rides_nobody_can_say_where_the_person_sleeps(trail_of: Callable[..., Trail]) -> None:
    """Payments alone leave no place in question, however many; work they show."""
    trail = trail_of([row for row in _weeks() if row.get("kind") != "ride"])

    assert _home(trail).places == ()
    assert _near(_work(trail), OFFICE)


def test_visits_of_nights_and_working_days_name_both(trail_of: Callable[..., Trail]) -> None:
    """A timeline alone is enough."""
    rows = [
        row
        for day in range(28)
        for row in (
            _visit(day, 19, 13, HOME),
            *([_visit(day, 9, 8.5, OFFICE)] if day % 7 < 5 else [_visit(day, 11, 2, SHOP)]),
        )
    ]

    assert _near(_home(trail_of(rows)), HOME)
    assert _near(_work(trail_of(rows)), OFFICE)


@settings(max_examples=4, deadline=None)
@given(order=st.permutations(range(60)))
def test_the_order_of_rows_does_not_matter(trail_of: Callable[..., Trail], order: Iterable[int]) -> None:
    """The same rows in another order are the same home, as sure."""
    rows = _weeks()[:60]
    shuffled = [{**rows[at], "event_id": at + 1} for at in order]
    one, other = _home(trail_of(rows)), _home(trail_of(shuffled))

    assert [(each.lat, each.p) for each in one.places] == [(each.lat, each.p) for each in other.places]


@settings(max_examples=6, deadline=None)
@given(
    nights=st.lists(st.tuples(st.integers(0, 41), st.sampled_from([HOME, OFFICE, GYM])), min_size=1, max_size=12),
)
def test_more_nights_at_a_place_do_not_lower_its_rank(
    trail_of: Callable[..., Trail], nights: list[tuple[int, Point]]
) -> None:
    """A ride to it late at night and from it in the morning is no evidence against living there."""

    def rank(rows: list[dict[str, Any]], where: Point) -> int:
        found = [abs(one.lat - where[0]) < 0.001 for one in _home(trail_of(rows)).places]
        return found.index(True) if True in found else len(found)

    before = [*_weeks(2), *(row for day, where in nights for row in _overnight(day, where))]
    where = nights[0][1]

    assert rank([*before, *_overnight(50, where)], where) <= rank(before, where)


def _overnight(day: int, where: Point) -> list[dict[str, Any]]:
    return [_ride(day, 22, SHOP, where), _ride(day + 1, 7.4, where, SHOP)]


def test_no_night_at_a_place_speaks_against_living_there_in_the_coefficients() -> None:
    """What a fit to few people must not learn: the opposite of what a kind of evidence can mean."""
    home, work = (dict(zip(COUNTS, by.weights.tolist(), strict=True)) for by in scores())

    assert min(home[name] for name in ("end_days", "night_reached", "morning_left", "last_of_day", "night_h")) > 0
    assert max(home[name] for name in ("morning_reached", "paid_working", "paid_other")) < 0
    assert work["work_h"] > 0 > work["night_h"]
    assert np.isfinite(scores()[0].sure).all()


def test_points_that_never_stop_are_not_called_no_points(trail_of: Callable[..., Trail]) -> None:
    """A phone that is elsewhere every minute says where it was, and nothing of a home: so many rows, and none of them a stop."""
    begin = datetime(2024, 3, 4, tzinfo=UTC)
    rows = [
        {
            "collector": "google",
            "kind": "fix",
            "zone": "UTC",
            "precision_s": 1,
            "start": begin + timedelta(minutes=number),
            "lat": 31.2 if number % 2 else -33.9,
            "lon": 121.4 if number % 2 else 151.2,
        }
        for number in range(300)
    ]
    trail = trail_of(rows)

    for name in ("home", "work"):
        (one,) = trail.guess(rule(name), trail.observer("google"), "own")
        assert isinstance(one, Abstained)
        assert (one.why, one.values) == ("no_stops", {"points": 300})


def test_to_stay_for_weeks_is_to_be_seen_every_day_and_night(trail_of: Callable[..., Trail]) -> None:
    """A phone that never leaves has one stay of thirty days: thirty days seen, and the nights of all of them."""
    begin = datetime(2024, 3, 4, 8, tzinfo=UTC)
    at = {"collector": "google", "kind": "fix", "zone": "UTC", "precision_s": 1, "lat": 31.2, "lon": 121.4}
    trail = trail_of([{**at, "start": begin + timedelta(hours=number)} for number in range(30 * 24)])

    home, work = (trail.guess(rule(name), trail.observer("google"), "own")[0] for name in ("home", "work"))

    assert isinstance(home, Guess)
    assert home.values["nights"] == 30
    assert isinstance(work, Abstained)
    assert work.why == "only_home"


@given(
    stays=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200)), min_size=1, max_size=12),
)
def test_nights_and_days_are_those_counted_hour_by_hour(
    trail_of: Callable[..., Trail], stays: list[tuple[int, int]]
) -> None:
    """Stays may overlap; a night counts that has two hours on end, a day that has all 24 or the beginning of a stay."""
    begin = datetime(2024, 3, 4, tzinfo=UTC)
    at = {"collector": "google", "kind": "visit", "zone": "UTC", "precision_s": 1, "lat": 31.2, "lon": 121.4}
    hour = timedelta(hours=1)
    trail = trail_of([{**at, "start": begin + one * hour, "end": begin + (one + long) * hour} for one, long in stays])
    seen = sightings(trail.held(trail.observer("google"), "own"))

    # With the hours between two of them, as far as the rule counts these.
    hours = np.stack([seen.stay_from, seen.stay_until]) // HOUR_US - int(begin.timestamp()) // 3600
    there = np.zeros(700, bool)
    for one, until in hours.T.tolist():
        there[one:until] = True
    # Who is back within the hour was there all along.
    there[1:-1] |= there[:-2] & there[2:]
    nights = [there[day * 24 + 22 : day * 24 + 30] for day in range(-1, 26)]
    nights[0] = there[:6]
    days = {one // 24 for one, _ in stays}
    days |= {day for one, until in hours.T.tolist() for day in range(-(-one // 24), until // 24)}

    assert nights_spent(seen, 0) == sum(bool((one[1:] & one[:-1]).any()) for one in nights)
    assert days_seen(seen, working=False) == len(days)
    assert days_seen(seen, working=True) == sum(day % 7 < 5 for day in days)
