"""Whatever stands in a trail, every rule answers: a guess with its rows, or why there is none, in both languages."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trailviz.events import KINDS
from trailviz.guesses import Abstained, Guess, Party, rules
from trailviz.story import guesses as told

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailviz.trail import Trail

BEGIN = datetime(2023, 12, 28, tzinfo=UTC)
NAMES = (
    "示例面馆",
    "",
    "{name} {0}",
    "![x](http://127.0.0.1:1/p.png)",
    "Netflix",
    "房租",
    "a" * 400,
    "\u202egpj",
    "O'Neil & <b>",
)
ZONES = ("Asia/Shanghai", "America/New_York", "UTC", "+08:00", None)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw a trail: a few shapes of row, each repeated in some rhythm, so that rules find something to stumble over."""
    found: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 4))):
        start = BEGIN + timedelta(minutes=draw(st.integers(0, 60_000)))
        step = timedelta(hours=draw(st.sampled_from([0, 1, 5, 24, 168, 720])))
        place = draw(st.sampled_from([(31.2, 121.4), (-89.99, 179.999), (0.0, 0.0), (40.7, -74.0), (None, None)]))
        shape = {
            "collector": draw(st.sampled_from(["alipay", "uber", "google", "self"])),
            "kind": draw(st.sampled_from(KINDS)),
            "zone": draw(st.sampled_from(ZONES)),
            "party": draw(st.sampled_from(NAMES)),
            "party_is": draw(st.sampled_from(["company", "person", "unknown", None])),
            "detail": draw(st.sampled_from(NAMES)),
            "amount": draw(st.sampled_from([None, 0, 22, 10**15])),
            "currency": draw(st.sampled_from(["CNY", "USD", "¤¤", None])),
            "flow": draw(st.sampled_from(["out", "in", "neither", None])),
            "presence": draw(st.sampled_from(["in_person", "remote", "unknown", None])),
            "precision_s": draw(st.sampled_from([1, 86400, None])),
            "lat": place[0],
            "lon": place[1],
            "end_lat": place[0],
            "end_lon": place[1],
        }
        long = draw(st.sampled_from([None, timedelta(0), timedelta(minutes=20), timedelta(hours=-1)]))
        for number in range(draw(st.integers(1, 30))):
            at = start + number * step
            found.append({**shape, "start": at, "end": at + long if long is not None else None})
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told_rows=rows())
def test_every_rule_answers_whatever_stands_in_a_trail(
    trail_of: Callable[..., Trail], told_rows: list[dict[str, Any]]
) -> None:
    """No rule fails; each guess rests on rows of the trail, and its sentence fills in English and in Chinese."""
    trail = trail_of(told_rows)
    everyone = trail.observer("everyone")
    for rule in rules():
        for one in trail.guess(rule, everyone, "ownership"):
            assert isinstance(one, Guess | Abstained)
            assert ((one.evidence >= 0) & (one.evidence < len(trail.events))).all()
            assert not isinstance(one, Guess) or len(one.evidence)
        for lang in ("en", "zh-Hans"):
            reading = told.read(trail, rule, everyone, "ownership", lang)
            assert len(reading.told) + len(reading.silences) == len(trail.guess(rule, everyone, "ownership"))


def test_the_order_of_rows_changes_no_guess(trail_of: Callable[..., Trail]) -> None:
    """The same rows in another order, with the same ids, are the same guesses on the same events."""
    meal = {
        "collector": "alipay",
        "zone": "UTC",
        "precision_s": 1,
        "presence": "in_person",
        "flow": "out",
        "currency": "CNY",
    }
    whole = [
        {
            **meal,
            "event_id": 7919 * (day * 4 + number + 1) % 100_003,
            "start": BEGIN + timedelta(days=day, hours=hour),
            "party": name,
            "amount": 20 + number,
            "lat": 31.2 + number / 50,
            "lon": 121.4,
        }
        for day in range(60)
        for number, (hour, name) in enumerate([(8, "示例面馆"), (12, "食堂"), (18, "超市"), (22, "小店")])
    ]
    mixed = [whole[at] for at in np.random.default_rng(1).permutation(len(whole))]
    seen = [
        [
            (rule.id, one.what, one.values, one.p, sorted(trail.events.ids[one.evidence].tolist()))
            for rule in rules()
            for one in trail.guess(rule, trail.observer("alipay"), "own")
            if isinstance(one, Guess) and not any(isinstance(value, Party) for value in one.values.values())
        ]
        for trail in (trail_of(whole), trail_of(mixed))
    ]

    assert len(seen[0]) > 5
    assert seen[0] == seen[1]


def _ids(trail: Trail, who: str) -> list[tuple[str, str, str, float | None, list[int]]]:
    """Answer what every rule guesses for an observer: what, how surely, and on which events, by their ids."""
    return sorted(
        (rule.id, one.what, str(one.point), one.p, sorted(trail.events.ids[one.evidence].tolist()))
        for rule in rules()
        for one in trail.guess(rule, trail.observer(who), "own")
        if isinstance(one, Guess)
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told_rows=rows(), keep=st.integers(0, 2**32 - 1))
def test_a_guess_rests_on_what_is_held_and_on_nothing_else(
    trail_of: Callable[..., Trail], told_rows: list[dict[str, Any]], keep: int
) -> None:
    """For every observer, and of any part of what it has: no row of somebody else's, and none that was taken away."""
    trail = trail_of(told_rows)
    for who in ("alipay", "uber", "google", "everyone", "self"):
        if who not in {one.id for one in trail.observers}:
            continue
        held = trail.held(trail.observer(who), "own")
        part = held.take(np.random.default_rng(keep).random(len(held)) < 0.6)
        for have in (held, part):
            for rule in rules():
                for one in rule.guess(have):
                    assert np.isin(one.evidence, have.position).all(), (rule.id, who)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told_rows=rows(), seed=st.integers(0, 1000))
def test_neither_the_order_of_rows_nor_the_clock_of_the_machine_changes_a_guess(
    trail_of: Callable[..., Trail], told_rows: list[dict[str, Any]], seed: int
) -> None:
    """Any trail, its rows in another order with the same ids, read in Auckland and in Honolulu."""
    numbered = [{**row, "event_id": 7919 * (at + 1) % 100_003, "row": at} for at, row in enumerate(told_rows)]
    mixed = [numbered[at] for at in np.random.default_rng(seed).permutation(len(numbered))]
    found = []
    with pytest.MonkeyPatch.context() as patch:
        for zone, rows_ in (("Pacific/Auckland", numbered), ("Pacific/Honolulu", mixed)):
            patch.setenv("TZ", zone)
            time.tzset()
            found.append(_ids(trail_of(rows_), "everyone"))
    time.tzset()

    assert found[0] == found[1]
