"""What a profiler's segment would be called for everyday habits: a name that brokers use, never what a person is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trailviz.days import date_of
from trailviz.guesses import Abstained, Guess, Term, Value
from trailviz.guesses.kinds import of_kind
from trailviz.guesses.money import OUT, money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.guesses.held import Held


class Habit(NamedTuple):
    """A habit: on how many days of ninety its kind is paid for."""

    kind: str
    days: int


# From two days a week (dining) to one a month (gym). Where brokers draw the line we have seen nowhere published: these are ours.
HABITS = (
    Habit("transport", 24),
    Habit("travel", 4),
    Habit("dining", 24),
    Habit("car", 6),
    Habit("cycling", 12),
    Habit("gym", 3),
    Habit("pets", 3),
)
DAYS = 90


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """Name the segments of habits that were kept up for some ninety days, the busiest ninety shown."""
    had = money(seen)
    spent = int((had.flow == OUT).sum())
    if not spent:
        return [Abstained("no_sums")]
    answers = []
    for habit in HABITS:
        deeds = of_kind(seen, habit.kind)
        days = np.unique(had.day[deeds])
        held_up = np.searchsorted(days, days + DAYS) - np.arange(len(days))
        if not len(days) or held_up.max() < habit.days:
            continue
        first = days[held_up.argmax()]
        busiest = deeds[(had.day[deeds] >= first) & (had.day[deeds] < first + DAYS)]
        values: dict[str, Value] = {
            "count": len(busiest),
            "kind": Term(habit.kind),
            "days": DAYS,
            "since": date_of(first),
            "total": len(deeds),
            "segment": Term(f"{habit.kind}_segment"),
        }
        answers.append(Guess("segment", values, had.evidence(busiest), key=habit.kind))
    return answers or [Abstained("none", {"count": spent})]
