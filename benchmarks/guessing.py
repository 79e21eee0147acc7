"""How long guesses take: home and work on every stop of a life, and the rules on ten years of rides and payments.

Run: `uv run python benchmarks/guessing.py`. Seconds of the processor, the best of five, so that neighbours on
the machine do not count; what several rules share is worked out once, as in the app.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from labelled_people import Regime, logged, people, rows

from trailviz.guesses import look, rules
from trailviz.guesses.anchors import home_of, work_of
from trailviz.guesses.held import Held

ROUNDS, TEN_YEARS_S = 5, 3652 * 86_400
OURS = ("home", "work", "commute")
AT_HOME = 0.6
HOME_WORK_S, RULES_S = 0.5, 0.3


def lived(visits: int, rides: int, payments: int, seed: int = 20261126) -> Held:
    """Invent ten years between home, work and two thousand other places."""
    chance = np.random.default_rng(seed)
    count = visits + rides + payments
    start = np.sort(chance.integers(0, TEN_YEARS_S, count))
    kind = chance.permutation(np.repeat([2, 0, 1], [visits, rides, payments]))
    here, there = (np.where(chance.random(count) < AT_HOME, 0, chance.zipf(1.6, count) % 2000) for _ in range(2))
    end = start + np.where(kind == 1, 0, chance.integers(300, 3600, count))
    return rows(kind, start, np.where(kind == 1, -1, end), here, np.where(kind == 0, there, -1), chance)


def best(ask: Callable[[Held], object], helds: list[Held]) -> float:
    """Answer the processor's seconds of the fastest of some rounds; nothing is kept from one to the next."""
    took = []
    for _ in range(ROUNDS):
        fresh = [one.take(np.arange(len(one))) for one in helds]
        began = time.process_time()
        for one in fresh:
            ask(one)
        took.append(time.process_time() - began)
    return min(took)


def both(held: Held) -> None:
    """Ask for home and work."""
    held.once("home", home_of)
    held.once("work", work_of)


def main() -> None:
    """Print the table."""
    every = [logged(person, Regime(0, 0, 1000, 1.0), 0) for person in people()]
    stops = sum(len(one) for one in every)
    print(f"home and work, {stops:,} stops of {len(every)} people: {best(both, every):.2f} s")
    one = lived(300_000, 0, 0)
    print(f"home and work, 300,000 stops of one person: {best(both, [one]):.2f} s (bar {HOME_WORK_S} s)")
    ten = lived(0, 20_000, 40_000)
    ours = [rule for rule in rules() if rule.id in OURS]
    took = best(lambda held: [look(rule, held) for rule in ours], [ten])
    print(f"{', '.join(OURS)}, ten years of 20,000 rides and 40,000 payments: {took:.2f} s (bar {RULES_S} s)")
    every_rule = [rule for rule in rules() if not rule.gate]
    took = best(lambda held: [look(rule, held) for rule in every_rule], [ten])
    print(f"all {len(every_rule)} rules, the same: {took:.2f} s (bar 1 s)")


if __name__ == "__main__":
    main()
