"""Guesses from where and when: trips, routine, the next place, and how many people share a few points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.guesses import Abstained, Guess, rules
from trailviz.guesses.reidentification import expected, fewest, shared
from trailviz.guesses.routine import entropy, regularity
from trailviz.story import guesses as told

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailviz.trail import Trail

RULES = {one.id: one for one in rules()}
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)
SHANGHAI, BEIJING = (31.23, 121.47), (39.9, 116.4)


def _paid(day: int, hour: float, at: tuple[float, float], **more: Any) -> dict[str, Any]:
    return {
        "collector": "alipay",
        "start": MONDAY + timedelta(days=day, hours=hour),
        "zone": "UTC",
        "precision_s": 1,
        "party": "示例面馆",
        "amount": 22,
        "currency": "CNY",
        "flow": "out",
        "presence": "in_person",
        "lat": at[0],
        "lon": at[1],
        **more,
    }


def _found(trail: Trail, rule: str) -> tuple[Guess | Abstained, ...]:
    return trail.guess(RULES[rule], trail.observer("alipay"), "own")


def _guesses(trail: Trail, rule: str) -> dict[str, list[Guess]]:
    answer: dict[str, list[Guess]] = {}
    for one in _found(trail, rule):
        if isinstance(one, Guess):
            answer.setdefault(one.what, []).append(one)
    return answer


def _fortnights(days: int = 28) -> list[dict[str, Any]]:
    return [_paid(day, hour, SHANGHAI) for day in range(days) for hour in (8, 19)]


def test_days_far_from_where_most_days_lie_are_a_trip(trail_of: Callable[..., Trail]) -> None:
    """Three days in Beijing, one of them without a record, are one trip; its rows are its evidence."""
    rows = [row for row in _fortnights() if not 10 <= (row["start"] - MONDAY).days < 13]
    trail = trail_of([*rows, _paid(10, 12, BEIJING), _paid(12, 12, BEIJING)])
    (trip,) = _guesses(trail, "trips")["trip"]

    assert (str(trip.values["from"]), str(trip.values["until"])) == ("2024-03-14", "2024-03-16")
    assert trip.values["days"] == 2
    assert 1_050_000 < trip.values["far"].metres < 1_080_000  # type: ignore[union-attr]
    assert trip.evidence.tolist() == [len(rows), len(rows) + 1]


def test_two_towns_with_a_fifth_of_the_days_each_are_both_usual(trail_of: Callable[..., Trail]) -> None:
    """A student's weekends at the parents' are no trips."""
    rows = [_paid(day, 12, BEIJING if day % 7 >= 5 else SHANGHAI) for day in range(28)]

    (one,) = _found(trail_of(rows), "trips")

    assert isinstance(one, Abstained)
    assert (one.why, one.values) == ("none", {"days": 28})


def test_a_day_in_both_usual_towns_is_no_trip(trail_of: Callable[..., Trail]) -> None:
    """Half the points here, half there: their middle is in neither, and nobody was."""
    rows = [_paid(day, hour, BEIJING if day % 2 else SHANGHAI) for day in range(28) for hour in (8, 20)]
    both = [_paid(30, 8, SHANGHAI), _paid(30, 20, BEIJING)]

    assert not _guesses(trail_of([*rows, *both]), "trips")


def test_a_day_at_home_parts_two_trips(trail_of: Callable[..., Trail]) -> None:
    """There, back for a day, and there again."""
    rows = [row for row in _fortnights() if (row["start"] - MONDAY).days not in {10, 12}]

    assert len(_guesses(trail_of([*rows, _paid(10, 12, BEIJING), _paid(12, 12, BEIJING)]), "trips")["day_trip"]) == 2


def test_another_currency_in_person_is_said_with_its_days(trail_of: Callable[..., Trail]) -> None:
    """Without a place too; an order from afar in another currency is no journey."""
    rows = [
        *_fortnights(),
        _paid(5, 9, (np.nan, np.nan), currency="JPY", lat=None, lon=None),
        _paid(6, 9, (np.nan, np.nan), currency="USD", lat=None, lon=None, presence="remote"),
    ]
    (one,) = _guesses(trail_of(rows), "trips")["currency"]

    assert one.values["currency"] == "JPY"


def test_the_sentence_of_a_trip_reads_well(trail_of: Callable[..., Trail]) -> None:
    """Dates, a place no finer than it is known, and how far."""
    rows = [row for row in _fortnights() if (row["start"] - MONDAY).days != 10]
    trail = trail_of([*rows, _paid(10, 12, BEIJING)])
    (one,) = told.read(trail, RULES["trips"], trail.observer("alipay"), "own", "en").told

    assert one.text.startswith("Away on 14 March 2024: ")
    assert one.text.endswith("from the usual area")


@given(st.integers(1, 11), st.integers(10_000, 30_000_000), st.floats(50, 5000))
def test_another_point_never_leaves_more_people(points: int, people: int, side: float) -> None:
    """Fewer share more points, and never less than the person alone."""
    share = shared(side, people)

    assert 1 <= expected(share, points + 1, people, 0.7) <= expected(share, points, people, 0.7)
    # the more alike people are, the more of them share the points
    assert expected(share, points, people, 1.0) <= expected(share, points, people, 0.5)


def test_four_points_of_a_city_of_millions_leave_few() -> None:
    """Figures worked by hand: 24 million people, 4,000 to the square kilometre."""
    share = shared(1000.0, 24_000_000)

    assert share == pytest.approx(4000 / 24e6)
    assert expected(share, 1, 24_000_000) == pytest.approx(1 + (24e6 - 1) * share**0.93)
    assert fewest(share, 24_000_000) == 3
    assert fewest(1.0, 24_000_000) == 0


def test_fewer_points_than_four_are_not_made_into_a_figure(trail_of: Callable[..., Trail]) -> None:
    """Two payments at one till within one hour are one point."""
    rows = [_paid(0, 8 + minute / 60, SHANGHAI) for minute in range(5)]
    (one,) = _found(trail_of(rows), "reidentification")

    assert isinstance(one, Abstained)
    assert one.values == {"have": 1, "need": 4}


def test_the_town_is_the_one_that_reaches_as_far(trail_of: Callable[..., Trail]) -> None:
    """The west of Shanghai is Shanghai, not its nearest suburb; in mid-ocean no number of people is assumed to be known."""
    west, nowhere = ([_paid(day, 8, at) for day in range(5)] for at in ((31.2, 121.35), (0.0, -25.0)))
    held = [one.held(one.observer("alipay"), "own") for one in (trail_of(west), trail_of(nowhere))]

    assert held[0].people > 20_000_000
    assert held[1].people == 0


def _naive(steps: list[int]) -> float:
    """Work the estimate out stretch by stretch, as scikit-mobility's `_true_entropy` does."""
    size, total = len(steps), 3
    for at in range(1, size - 1):
        until = at + 1
        while until < size and any(steps[k : k + until - at] == steps[at:until] for k in range(at - (until - at) + 1)):
            until += 1
        total += until - at + (until == size)
    return float(size * np.log2(size) / total)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=4, max_size=40))
def test_the_entropy_of_an_order_is_that_of_its_definition(steps: list[int]) -> None:
    """The quick search finds what the plain one finds."""
    assert entropy(np.array(steps)) == pytest.approx(_naive(steps))


@given(st.floats(0.01, 5.0), st.integers(2, 200))
def test_more_entropy_is_never_more_regular(bits: float, places: int) -> None:
    """The index falls as the entropy grows, and stays within 0 and 1."""
    assert 0 < regularity(bits + 0.1, places) <= regularity(bits, places) + 1e-9 <= 1 + 1e-9


def test_the_index_solves_fanos_equality() -> None:
    """At the index the two sides are equal."""
    index = regularity(1.2, 10)
    both = -index * np.log2(index) - (1 - index) * np.log2(1 - index) + (1 - index) * np.log2(9)

    assert both == pytest.approx(1.2, abs=1e-6)


def _round(days: int) -> list[dict[str, Any]]:
    """Tell of the same four places every day, in the same order, and of a fifth on some."""
    spots = [(31.2, 121.4), (31.25, 121.45), (31.3, 121.5), (31.22, 121.52)]
    chance = np.random.default_rng(5)
    rows = []
    for day in range(days):
        for number, hour in enumerate((8, 12, 17, 20)):
            there = (31.1, 121.3) if chance.random() < 0.1 else spots[number]
            rows.append(_paid(day, hour, there))
    return rows


def test_a_round_of_places_is_regular_and_its_next_place_is_named(trail_of: Callable[..., Trail]) -> None:
    """The order adds to what the places alone say, and the chain beats the most frequent place on unseen moves."""
    trail = trail_of(_round(40))
    (order,) = _guesses(trail, "routine")["order"]
    better = _guesses(trail, "next_place")

    assert order.values["real"] < order.values["shuffled"]  # type: ignore[operator]
    assert better["better"][0].values["right"].of_one > better["better"][0].values["usual"].of_one  # type: ignore[union-attr]
    assert len(better["after"]) == 3


def test_where_the_chain_is_no_better_nothing_is_predicted(trail_of: Callable[..., Trail]) -> None:
    """Places by chance: the rule says what it tried and abstains."""
    chance = np.random.default_rng(3)
    rows = [
        _paid(day, hour, (31 + 0.05 * float(chance.integers(6)), 121.4)) for day in range(60) for hour in (8, 13, 20)
    ]
    (one,) = _found(trail_of(rows), "next_place")

    assert isinstance(one, Abstained)
    assert one.why == "no_better"


def test_whoever_is_in_two_places_on_every_day_is_on_no_trip(trail_of: Callable[..., Trail]) -> None:
    """Two phones in one export: no usual area half-way over an ocean, where no row is, and no journey from there."""
    far = (-33.9, 151.2)
    rows = [_paid(day, hour, far if hour % 2 else SHANGHAI) for day in range(14) for hour in range(6, 12)]

    (one,) = _found(trail_of(rows), "trips")

    assert isinstance(one, Abstained)
    assert one.why in {"none", "always_away"}


def test_a_usual_area_lies_on_the_date_line_as_anywhere(trail_of: Callable[..., Trail]) -> None:
    """Days on either side of it are days at home, also where a day is half on the one and half on the other."""
    rows = [
        _paid(day, hour, (-17.0, 179.96 if (day + hour // 12) % 2 else -179.96))
        for day in range(20)
        for hour in (8, 19)
    ]
    rows += [_paid(day, 12, (-17.0, 179.96 if day % 3 else -179.96)) for day in range(20, 30)]

    (one,) = _found(trail_of(rows), "trips")

    assert isinstance(one, Abstained)
    assert one.why == "none"
