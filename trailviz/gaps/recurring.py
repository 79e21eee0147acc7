"""Gaps that come back: the hours of a week in which an observer is blind more often than chance would have it.

A half-hour of the week counts as blind on a day if a gap covers all of it. It is recurrent if it was blind on at least `OFTEN` of at
least `FEWEST` days, if even the lower end of that share's 95 % interval (Wilson 1927) is at least `AT_LEAST`, and if chance is ruled
out: on each day the gaps of its week, begun at a random moment of it, would cover that half-hour with the share of the week that they
cover. The number of such days is then at most as spread as a binomial one of their mean (Hoeffding 1956), whose tail is the bound;
over all half-hours asked, one in twenty of those found may be false (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trailviz.days import DAY_US
from trailviz.gaps.spans import measured

HALF_HOURS = 48
HALF_HOUR_US = DAY_US // HALF_HOURS
OFTEN, AT_LEAST, FEWEST, FALSE = 0.8, 0.6, 6, 0.05
WILSON_Z = 1.959964
EVERY_DAY, WEEKDAYS, WEEKEND = tuple(range(7)), tuple(range(5)), (5, 6)
KINDS_OF_DAY = (EVERY_DAY, WEEKDAYS, WEEKEND, *((one,) for one in range(7)))
"""Which days are looked at together (Monday is 0): what holds for every day is not told again for each."""


@dataclass(frozen=True)
class Recurring:
    """Hours of some days of the week in which an observer is usually blind.

    `days`: days of the week, Monday 0. `start`, `end`: half-hours of the local day; an `end` not after `start` is on the next day.
    `blind`, `of`: on how many of how many days all of it was blind. `expected`: what chance would bring, for its least blind half-hour;
    `chance`: the largest p-value of its half-hours.
    """

    days: tuple[int, ...]
    start: int
    end: int
    blind: int
    of: int
    expected: float
    chance: float

    def clock(self, half_hour: int) -> str:
        """Write a half-hour of the day as a clock shows it; the last is 24:00."""
        return f"{half_hour // 2:02d}:{half_hour % 2 * 30:02d}"


def recurring(
    blind: np.ndarray, loaded: np.ndarray, midnights: np.ndarray, first_weekday: int
) -> tuple[Recurring, ...]:
    """Find the recurrent gaps of an observer.

    Args:
        blind: Its gaps, `[n, 2]` in order, each from one anchor to the next: two that touch have an anchor between them.
        loaded: Merged spans in which a source speaks, or something is known.
        midnights: The bounds of the local days, one more than there are days.
        first_weekday: The weekday of the first (Monday is 0).

    Returns:
        Recurrent gaps, the longest first. Days that have not 24 hours, or that are not loaded to the end, are left out.
    """
    day = np.flatnonzero(np.diff(midnights) == DAY_US)
    bounds = midnights[day][:, None, None] + np.arange(HALF_HOURS + 1)[:, None] * HALF_HOUR_US
    bounds = np.concatenate([bounds[:, :-1], bounds[:, 1:]], axis=2)
    flat = bounds.reshape(-1, 2)
    told = (measured(loaded, flat) == HALF_HOUR_US).reshape(-1, HALF_HOURS).all(axis=1)
    dark = _covered(blind, flat).reshape(-1, HALF_HOURS)[told]
    weekday, week = (first_weekday + day[told]) % 7, (first_weekday + day[told]) // 7
    if not len(dark):
        return ()
    _, week = np.unique(week, return_inverse=True)
    # By each week's own gaps, not by all time: who is seen only at weekends is not "recurrently blind" (0005).
    share = np.bincount(week, dark.mean(axis=1)) / np.bincount(week)
    chance = share[week]
    tested = [(days, np.isin(weekday, days)) for days in KINDS_OF_DAY]
    # Six weeks of such days: six Mondays, but thirty weekdays.
    tested = [(days, here) for days, here in tested if here.sum() >= FEWEST * len(days)]
    tails = [_tails(dark[here].sum(axis=0), int(here.sum()), float(chance[here].mean())) for _, here in tested]
    # Over all half-hours at once: each one asked is another chance to be wrong.
    limit = _limit(np.concatenate(tails)) if tails else 0.0
    found: list[Recurring] = []
    for (days, here), tail in zip(tested, tails, strict=True):
        by_day = np.stack([dark[weekday == one].mean(axis=0) for one in days])
        # Each of the days for itself too: four blind weekdays would carry a fifth that is not.
        kept = _often(dark[here].sum(axis=0), int(here.sum())) & (tail <= limit) & (by_day >= OFTEN).all(axis=0)
        runs = _runs(kept, joined=days == EVERY_DAY)
        found += [_described(days, run, dark[here], day[told][here], tail, float(chance[here].mean())) for run in runs]
    return tuple(sorted(_once(found), key=lambda one: (-len(_hours(one)) * len(one.days), one.days, one.start)))


def _once(found: list[Recurring]) -> list[Recurring]:
    """Leave out what others tell already: a part of a run of more days, and a run of every day that its kinds of day tell longer.

    A night of every day stays, since no kind of day has its evening and its morning together.
    """
    parts = [other for other in found if other.days in {WEEKDAYS, WEEKEND}]
    told = [
        one
        for one in found
        if one.days != EVERY_DAY
        or one.end <= one.start
        or len({other.days for other in parts if _hours(one) < _hours(other)}) < len({WEEKDAYS, WEEKEND})
    ]
    return [
        one
        for one in told
        if not any(set(one.days) < set(other.days) and _hours(one) <= _hours(other) for other in told)
    ]


def _covered(gaps: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Say which bounds one gap covers from end to end."""
    if not len(gaps):
        return np.zeros(len(bounds), bool)
    index = np.searchsorted(gaps[:, 0], bounds[:, 0], side="right") - 1
    return (index >= 0) & (gaps[np.maximum(index, 0), 1] >= bounds[:, 1])


def _often(blind: np.ndarray, of: int) -> np.ndarray:
    """Say which half-hours are blind often enough, and surely enough (the lower end of Wilson's interval)."""
    share, square = blind / of, WILSON_Z**2
    half = WILSON_Z * np.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (share >= OFTEN) & ((share + square / (2 * of) - half) / (1 + square / of) >= AT_LEAST)


def _tails(blind: np.ndarray, of: int, chance: float) -> np.ndarray:
    """Answer how likely so many blind days or more are, each of `of` being blind with `chance`."""
    # Whoever is always blind has no recurrent gap: a pattern needs its opposite (0005).
    if not 0 < chance < 1:
        return np.where(blind <= of * chance, 1.0, 0.0)
    # In logarithms: the factorials of some hundred days fit no float.
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, of + 1)))])
    number = np.arange(of + 1)
    weights = logs[of] - logs - logs[::-1] + number * np.log(chance) + (of - number) * np.log1p(-chance)
    tail = np.cumsum(np.exp(weights)[::-1])[::-1]
    # the bound holds above the mean; below it nothing is unusual
    return np.where(blind >= of * chance + 1, np.minimum(tail[blind], 1.0), 1.0)


def _limit(tails: np.ndarray) -> float:
    """Answer the largest p-value that counts, so that of those that count one in twenty is false at most."""
    ordered = np.sort(tails)
    passed = np.flatnonzero(ordered <= FALSE * np.arange(1, len(ordered) + 1) / len(ordered))
    return float(ordered[passed[-1]]) if len(passed) else -1.0


def _runs(kept: np.ndarray, *, joined: bool) -> list[tuple[int, int]]:
    """List the runs of half-hours; `joined`: evening and morning are one run, whose `end` is not after its `start`."""
    edges = np.flatnonzero(np.diff(kept.astype(np.int8), prepend=0, append=0))
    runs = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    if joined and len(runs) > 1 and runs[0][0] == 0 and runs[-1][1] == HALF_HOURS:
        runs = [*runs[1:-1], (runs[-1][0], runs[0][1])]
    return runs


def _described(
    days: tuple[int, ...], run: tuple[int, int], dark: np.ndarray, day: np.ndarray, tail: np.ndarray, chance: float
) -> Recurring:
    start, end = run
    if end > start:
        whole, worst = np.logical_and.reduce(dark[:, start:end], axis=1), tail[start:end].max()
    else:
        # a night is the evening of a day and the morning of the next
        next_day = np.diff(day) == 1
        evening, morning = dark[:-1, start:][next_day], dark[1:, :end][next_day]
        whole = np.logical_and.reduce(np.concatenate([evening, morning], axis=1), axis=1)
        worst = max(tail[start:].max(), tail[:end].max())
    return Recurring(days, start, end, int(whole.sum()), len(whole), chance * len(whole), float(worst))


def _hours(one: Recurring) -> frozenset[int]:
    """List its half-hours of the day."""
    long = one.end - one.start if one.end > one.start else one.end - one.start + HALF_HOURS
    return frozenset(at % HALF_HOURS for at in range(one.start, one.start + long))
