"""Home and work: from rides, visits and payments, as sure as measured, and silent where nobody could know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.guesses.anchors import Anchored, home_of, work_of
from trailviz.guesses.scores import scores
from trailviz.guesses.sightings import COUNTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailviz.trail import Trail

MONDAY = datetime(2024, 3, 4, tzinfo=UTC)
HOME, OFFICE, SHOP, GYM = (31.200, 121.400), (31.230, 121.470), (31.212, 121.430), (31.190, 121.440)
Point = tuple[float, float]


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


def _near(found: Anchored, where: Point) -> bool:
    return found.best is not None and abs(found.best.lat - where[0]) + abs(found.best.lon - where[1]) < 0.001


def test_home_is_where_rides_begin_in_the_morning_and_end_at_night(trail_of: Callable[..., Trail]) -> None:
    """Six weeks of rides and lunches name both, very likely."""
    trail = trail_of(_weeks())

    assert _near(_home(trail), HOME)
    assert _near(_work(trail), OFFICE)
    assert min(_home(trail).places[0].p, _work(trail).places[0].p) >= 0.8


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
