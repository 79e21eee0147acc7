"""Delicate kinds of shop and body: what was seen, what a profiler would call it, and what it does not prove, side by side.

The three are never told apart from one another. Nothing here says what a person has, believes or is, nor that anybody went in.
Counted are payments whose own code, category or name says such a kind, and ends of rides and stays near such a place of a map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import DAYS_A_WEEK, MINUTE_US, date_of, weekdays
from trailviz.guesses import Abstained, Clock, Guess, Length, Point, Share, Term, Value, Weekday
from trailviz.guesses.kinds import of_kind
from trailviz.guesses.money import OUT, Money, money
from trailviz.guesses.nearby import Nearby, nearby
from trailviz.places.locate import R50_OF_R90

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailviz.guesses.held import Held
    from trailviz.guesses.surroundings import Surroundings

KINDS = (
    "pharmacy", "doctor", "religion", "politics", "nightlife", "gambling", "dating", "legal", "debt", "charity", "childcare",
    "union",
)  # fmt: skip
A_DAY = {"religion": 0.08808, "doctor": 0.03462, "legal": 0.00066}
"""Shares of person-days with such an activity, of 246,000 days of 2003 to 2016 in the United States (ATUS): the base rates."""
WEEKS, HITS = 8, 6
"""A slot is weekly where it was kept in six weeks of eight: of what is done on one day in eleven, by chance once in 90,000 times."""
PRIOR_WEEKS = 2
"""The base rate weighs as much as two weeks of one's own: little, since it is of another country's average person."""
BESIDE_MIN = 90
"""A weekly slot: the same weekday, within an hour and a half of its middle."""
DAY_MIN = 1440
GRID = 4001
"""Points at which a Beta is added up: its quantiles to a four-thousandth, and no further library."""
MOST_SPOTS = 5
TEN_M, LEAST_M = 10.0, 20.0
"""How near is said to ten metres, and never to less than twenty: no map is better."""


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """Count payments by delicate kind, then what lay near such a place, each with its three statements; and weekly slots."""
    yield from _of_money(money(seen), seen)
    if seen.around is None:
        yield Abstained("no_map")
        return
    yield from _of_places(seen, nearby(seen, seen.around), seen.around)


def _of_money(had: Money, seen: Held) -> Iterator[Guess | Abstained]:
    spent = int((had.flow == OUT).sum())
    if not spent:
        yield Abstained("no_sums")
        return
    found = {kind: of_kind(seen, kind) for kind in KINDS}
    answers = [_counted(had, kind, deeds) for kind, deeds in found.items() if len(deeds)]
    weekly = [one for kind in A_DAY for one in _weekly(had, kind, found[kind])]
    yield from (*answers, *weekly)
    if not answers:
        yield Abstained("none", {"count": spent})


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


def _weekly(had: Money, kind: str, deeds: np.ndarray) -> Iterator[Guess]:
    minute = (had.wall[deeds] // MINUTE_US) % DAY_MIN
    for slot in _slots(had.day[deeds], minute):
        inside = deeds[slot.inside]
        values = {
            **_of_slot(slot, kind),
            "kind": Term(kind),
            "since": date_of(had.day[inside[0]]),
            "last": date_of(had.day[inside[-1]]),
            "limit": Term(f"{kind}_limit"),
        }
        yield Guess("weekly", values, had.evidence(inside), key=f"{kind}-{slot.weekday}")


def _of_places(seen: Held, found: Nearby, around: Surroundings) -> Iterator[Guess | Abstained]:
    if not len(found.looked):
        yield Abstained("no_ends")
        return
    if not len(found.at) and not found.own:
        yield Abstained("far", {"days": found.days, "places": around.total})
    for kind in np.unique(found.kind).tolist():
        mine = np.flatnonzero(found.kind == kind)
        place, spot = np.unique(found.seen.place[found.at[mine]], return_inverse=True)
        days = np.array([len(np.unique(found.seen.day[found.at[mine[spot == one]]])) for one in range(len(place))])
        # The spots of most days first; of equal ones the one met first.
        order = np.lexsort((place, -days))
        for rank, one in enumerate(order[:MOST_SPOTS].tolist(), 1):
            yield from _spot(seen, found, around, mine[spot == one], rank)
        if len(order) > MOST_SPOTS:
            yield Abstained("more", {"count": len(order) - MOST_SPOTS, "kind": Term(f"{around.kinds[kind]}_place")})
    if found.own:
        yield Abstained("own", {"count": found.own})


def _spot(seen: Held, found: Nearby, around: Surroundings, hits: np.ndarray, rank: int) -> Iterator[Guess]:
    """Tell of one spot and kind, and of its weekly slots; `hits` are entries of `found`."""
    at = found.at[hits]
    at, hits = at[np.argsort(found.seen.day[at], kind="stable")], hits[np.argsort(found.seen.day[at], kind="stable")]
    day, kind = found.seen.day[at], around.kinds[int(found.kind[hits[0]])]
    days = len(np.unique(day))
    r90 = float(found.seen.r90_m[at].max())
    point = Point(
        float(np.median(found.seen.point_lat[at])), float(np.median(found.seen.point_lon[at])), r90 * R50_OF_R90, r90
    )
    shared: dict[str, Value] = {
        "kind": Term(f"{kind}_place"),
        "far": Length(max(LEAST_M, float(np.ceil(found.away_m[hits].max() / TEN_M)) * TEN_M)),
        "share": Share(float(found.share[hits].mean())),
        "limit": Term(f"{kind}_near"),
    }
    values = {
        **shared,
        "days": days,
        "of": found.days,
        "since": date_of(day[0]),
        "last": date_of(day[-1]),
        "such": int(around.of_kind[int(found.kind[hits[0]])]),
        "places": around.total,
        "segment": Term(f"{kind}_segment"),
    }
    rows = seen.position[np.unique(found.seen.row[at])]
    yield Guess("near" if days > 1 else "near_once", values, rows, key=f"near-{kind}-{rank}", point=point)
    timed = np.flatnonzero(found.seen.at[at] != NO_TIME) if kind in A_DAY else at[:0]
    minute = (found.seen.at[at[timed]] // MINUTE_US) % DAY_MIN
    for slot in _slots(day[timed], minute):
        inside = timed[slot.inside]
        during = {"since": date_of(day[inside[0]]), "last": date_of(day[inside[-1]])}
        rows = seen.position[np.unique(found.seen.row[at[inside]])]
        key = f"near-{kind}-{rank}-{slot.weekday}"
        yield Guess("near_weekly", {**_of_slot(slot, kind), **shared, **during}, rows, key=key, point=point)


class Slot(NamedTuple):
    """A weekday and minute kept in `hits` of eight weeks; `inside`: which of the moments asked about are of those weeks."""

    weekday: int
    middle: float
    hits: int
    inside: np.ndarray


def _slots(day: np.ndarray, minute: np.ndarray) -> Iterator[Slot]:
    """Find the weekdays and hours that were kept in six of eight weeks or more; days ascend."""
    for weekday in range(DAYS_A_WEEK):
        mine = np.flatnonzero(weekdays(day) == weekday)
        if len(mine) < HITS:
            continue
        middle = np.median(minute[mine])
        slot = mine[np.abs(minute[mine] - middle) <= BESIDE_MIN]
        week = np.unique(day[slot] // DAYS_A_WEEK)
        hits = np.searchsorted(week, week + WEEKS) - np.arange(len(week))
        if not len(hits) or hits.max() < HITS:
            continue
        first = int(week[hits.argmax()])
        inside = slot[(day[slot] // DAYS_A_WEEK >= first) & (day[slot] // DAYS_A_WEEK < first + WEEKS)]
        yield Slot(weekday, float(middle), int(hits.max()), inside)


def _of_slot(slot: Slot, kind: str) -> dict[str, Value]:
    """Answer what is said of a weekly slot: how often, and the posterior of the share of weeks beside its base rate."""
    mean, low, high = _posterior(slot.hits, A_DAY[kind])
    return {
        "weekday": Weekday(slot.weekday),
        "around": Clock(slot.middle),
        "hits": slot.hits,
        "weeks": WEEKS,
        "base": Share(A_DAY[kind]),
        "mean": Share(mean),
        "low": Share(low),
        "high": Share(high),
    }


def _posterior(hits: int, base: float) -> tuple[float, float, float]:
    """Answer mean and 90 % interval of the share of weeks: a Beta of the base rate and of what was counted, on a grid."""
    # On the scale of logarithms: with few hits the density is too small for a float at either end.
    a, b = base * PRIOR_WEEKS + hits, (1 - base) * PRIOR_WEEKS + WEEKS - hits
    at = (np.arange(GRID) + 0.5) / GRID
    log = (a - 1) * np.log(at) + (b - 1) * np.log1p(-at)
    weight = np.exp(log - log.max())
    whole = np.cumsum(weight) / weight.sum()
    low, high = at[np.searchsorted(whole, [0.05, 0.95])].tolist()
    return a / (a + b), low, high
