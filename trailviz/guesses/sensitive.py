"""Delicate kinds of shop and body: what was seen, what a profiler would call it, and what it does not prove, side by side.

The three are never told apart from one another. Nothing here says what a person has, believes or is. Only what a payment's own
code, category or name says is counted; where a ride ended near such a place is not, since no table of such places ships.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.guesses import Abstained, Clock, Guess, Share, Term, Value, Weekday
from trailviz.guesses.calendar import weekdays
from trailviz.guesses.kinds import of_kind
from trailviz.guesses.money import OUT, Money, date_of, money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.guesses.held import Held

KINDS = (
    "pharmacy", "doctor", "religion", "politics", "nightlife", "gambling", "dating", "legal", "debt", "charity", "childcare",
    "union",
)  # fmt: skip
A_DAY = {"religion": 0.08808, "doctor": 0.03462, "legal": 0.00066}
"""Shares of person-days with such an activity, of 246,000 days of 2003 to 2016 in the United States (ATUS): the base rates."""
WEEKS, HITS = 8, 6
PRIOR_WEEKS = 2
"""The base rate weighs as much as two weeks of one's own: little, since it is of another country's average person."""
BESIDE_MIN = 90
"""A weekly slot: the same weekday, within an hour and a half of its middle."""
DAY_MIN, MINUTE_US = 1440, 60_000_000
GRID = 4001


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """Count payments by delicate kind, each with its three statements; and weekly slots with their posterior."""
    had = money(seen)
    spent = int((had.flow == OUT).sum())
    if not spent:
        return [Abstained("no_sums")]
    found = {kind: of_kind(seen, kind) for kind in KINDS}
    answers = [_counted(had, kind, deeds) for kind, deeds in found.items() if len(deeds)]
    weekly = [one for kind in A_DAY for one in _weekly(had, kind, found[kind])]
    return [*answers, *weekly] or [Abstained("none", {"count": spent})]


def _counted(had: Money, kind: str, deeds: np.ndarray) -> Guess:
    values: dict[str, Value] = {
        "count": len(deeds),
        "kind": Term(kind),
        "since": date_of(had.day[deeds[0]]),
        "last": date_of(had.day[deeds[-1]]),
        "segment": Term(f"{kind}_segment"),
        "limit": Term(f"{kind}_limit"),
    }
    return Guess("seen" if len(deeds) > 1 else "once", values, had.evidence(deeds), key=kind)


def _weekly(had: Money, kind: str, deeds: np.ndarray) -> Iterable[Guess]:
    """Find the weekday and hour that were kept in six of eight weeks or more, and the posterior of the share of weeks."""
    minute = (had.wall[deeds] // MINUTE_US) % DAY_MIN
    for weekday in range(7):
        mine = weekdays(had.day[deeds]) == weekday
        if mine.sum() < HITS:
            continue
        middle = np.median(minute[mine])
        slot = deeds[mine][np.abs(minute[mine] - middle) <= BESIDE_MIN]
        week = np.unique(had.day[slot] // 7)
        hits = np.searchsorted(week, week + WEEKS) - np.arange(len(week))
        if not len(hits) or hits.max() < HITS:
            continue
        first = int(week[hits.argmax()])
        inside = slot[(had.day[slot] // 7 >= first) & (had.day[slot] // 7 < first + WEEKS)]
        mean, low, high = _posterior(int(hits.max()), A_DAY[kind])
        values: dict[str, Value] = {
            "kind": Term(kind),
            "weekday": Weekday(weekday),
            "around": Clock(float(middle)),
            "hits": int(hits.max()),
            "weeks": WEEKS,
            "since": date_of(had.day[inside[0]]),
            "last": date_of(had.day[inside[-1]]),
            "base": Share(A_DAY[kind]),
            "mean": Share(mean),
            "low": Share(low),
            "high": Share(high),
            "limit": Term(f"{kind}_limit"),
        }
        yield Guess("weekly", values, had.evidence(inside), key=f"{kind}-{weekday}")


def _posterior(hits: int, base: float) -> tuple[float, float, float]:
    """Answer mean and 90 % interval of the share of weeks: a Beta of the base rate and of what was counted, on a grid."""
    a, b = base * PRIOR_WEEKS + hits, (1 - base) * PRIOR_WEEKS + WEEKS - hits
    at = (np.arange(GRID) + 0.5) / GRID
    log = (a - 1) * np.log(at) + (b - 1) * np.log1p(-at)
    weight = np.exp(log - log.max())
    whole = np.cumsum(weight) / weight.sum()
    low, high = at[np.searchsorted(whole, [0.05, 0.95])].tolist()
    return a / (a + b), low, high
