"""Guesses from the order of places: how regular it is, and whether the next one can be named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.guesses import Abstained, Guess, rules
from trailviz.guesses.routine import entropy, regularity

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailviz.trail import Trail

RULES = {one.id: one for one in rules()}
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)


def _paid(day: int, hour: float, at: tuple[float, float]) -> dict[str, Any]:
    return {
        "collector": "alipay",
        "start": MONDAY + timedelta(days=day, hours=hour),
        "zone": "UTC",
        "precision_s": 1,
        "presence": "in_person",
        "lat": at[0],
        "lon": at[1],
    }


def _found(trail: Trail, rule: str) -> tuple[Guess | Abstained, ...]:
    return trail.guess(RULES[rule], trail.observer("alipay"), "own")


def _guesses(trail: Trail, rule: str) -> dict[str, list[Guess]]:
    answer: dict[str, list[Guess]] = {}
    for one in _found(trail, rule):
        if isinstance(one, Guess):
            answer.setdefault(one.what, []).append(one)
    return answer


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
