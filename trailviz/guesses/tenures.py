"""Since when and until when a place was home, or work: windows that slide over the weeks, and the days on which the answer changes.

Source: the windows of 28 days for home and 42 for work are those of HoWDe (arXiv:2506.20679). Their answers are joined by the
likeliest path that pays for every change, so that a holiday or a thin month is no move.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import DAYS_A_WEEK
from trailviz.guesses.scores import probability, score
from trailviz.guesses.sightings import COUNTS

if TYPE_CHECKING:
    from trailviz.guesses.scores import Scores
    from trailviz.guesses.sightings import Sightings

MOST_PLACES = 150
"""Home is among the places seen most often: in ten years of a person followed by the minute, over a thousand are seen."""
MOST_WEEKS = 60 * 52
"""A wrong date makes a trail of eight thousand years, and no table of their weeks is made."""
BEST, BEST_OF_A_QUARTER, QUARTER = 6, 2, 12
"""Candidates: the best six of the whole time, and the best two of every twelve weeks, so that a home of ten years ago is among them."""
CHANGE, LEAST = 16.0, -4.0
"""What a change costs, and the least a window says of a place (log-odds). Of 301 labelled people logged by rides, 22 of 23 changes
told were between two true homes, with every stop known 35 of 52 (2026-11-26); where both are shown, they are also sure."""

STRAY, FEWEST_SLEPT = 0.1, 5
"""Of the nights at the place with fewer, so many at most may lie on the wrong side of a move, and so many there must be."""


@dataclass(frozen=True)
class Weekly:
    """The evidence of each week: (weeks, places, COUNTS), for the places seen most often (numbers of the sightings)."""

    places: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Tenure:
    """A place through some local days `[first, end)`, since 1970, and how probable it is by the evidence of these days."""

    place: int
    first: int
    end: int
    p: float


def weekly(seen: Sightings) -> Weekly:
    """Count the evidence of each week from the first day on; of none where the trail is longer than any life."""
    first, end = seen.span()
    asked = np.argsort(-np.bincount(seen.place, minlength=len(seen)), kind="stable")[:MOST_PLACES]
    asked.sort()
    weeks = -(-(end - first) // DAYS_A_WEEK)
    if weeks > MOST_WEEKS:
        return Weekly(asked[:0], np.zeros((0, 0, len(COUNTS))))
    return Weekly(asked, seen.counts(np.arange(end - first) // DAYS_A_WEEK, weeks, asked))


def tenures(
    seen: Sightings, each: Weekly, by: Scores, weeks: int, least: float, never: tuple[int, ...] = ()
) -> tuple[Tenure, ...]:
    """Answer the places that followed each other, in order of time; none where one stayed the place all along.

    Args:
        seen: Where the person was.
        each: The evidence of each week.
        by: How places are scored.
        weeks: How wide a window is; nothing shorter is a tenure.
        least: How probable each of them must be.
        never: Places out of the question (work is not at home).
    """
    first, end = seen.span()
    if len(each.counts) < 2 * weeks:
        return ()
    possible = ~np.isin(each.places, never)
    places, counts = _candidates(each.places[possible], each.counts[:, possible], by)
    if not len(places):
        return ()
    # What every window says, the likeliest path through it, its pieces, and each piece judged by its own days.
    says = _windows(counts, by, weeks)
    # Who is never the best of as many windows as a tenure has weeks has none, and most people never moved.
    if (np.bincount(says.argmax(1), minlength=len(places)) >= weeks).sum() < 2:  # noqa: PLR2004 - a change has two sides
        return ()
    path = _path(says)
    pieces = _settled(_long_enough(path, weeks), each.counts[:, possible], by, least)
    names = [each.places[possible][one.place] for one in pieces]
    # Who comes back has not moved: two homes take turns.
    if len(pieces) < 2 or len(set(names)) < len(names):  # noqa: PLR2004 - a change has two sides
        return ()
    changes = [_changed(seen, pair, one.first, weeks) for pair, one in zip(pairwise(names), pieces[1:], strict=True)]
    days = pairwise([first, *changes, end])
    return tuple(Tenure(int(name), *span, one.p) for name, span, one in zip(names, days, pieces, strict=True))


def followed(one: np.ndarray, other: np.ndarray) -> tuple[int, bool] | None:
    """Answer since when one place was slept at and the other no more; None where nights go back and forth.

    A shorter log than `tenures` needs shows it too: not a window has to be filled, only the nights be in two blocks.

    Args:
        one: Nights at a place, as days since 1970, in order, each once.
        other: Those at another.

    Returns:
        The first day of the later place, and whether the first of the two is the earlier.
    """
    found = min(_parted(one, other, first=True), _parted(other, one, first=False), key=lambda each: each[0])
    wrong, day, first = found
    return (day, first) if wrong <= STRAY * min(len(one), len(other)) else None


def _parted(before: np.ndarray, after: np.ndarray, *, first: bool) -> tuple[int, int, bool]:
    # Wrong nights grow fewer on the day after a night at the one, and more after a night at the other: least between such days.
    days = np.unique(np.concatenate((before + 1, after)))
    if not len(days):
        return 0, 0, first
    wrong = len(before) - np.searchsorted(before, days) + np.searchsorted(after, days)
    return int(wrong.min()), int(days[wrong == wrong.min()].mean()), first


def _candidates(places: np.ndarray, counts: np.ndarray, by: Scores) -> tuple[np.ndarray, np.ndarray]:
    """Keep the places that are among the best of the whole time or of a quarter of a year."""
    whole = score(counts.sum(0), by)
    quarters = score(np.add.reduceat(counts, np.arange(0, len(counts), QUARTER), axis=0), by)
    best = np.argsort(-quarters, axis=1, kind="stable")[:, :BEST_OF_A_QUARTER]
    kept = np.unique(np.concatenate((np.argsort(-whole, kind="stable")[:BEST], best.ravel())))
    kept = kept[np.isfinite(whole[kept])]
    return places[kept], counts[:, kept]


def _windows(counts: np.ndarray, by: Scores, weeks: int) -> np.ndarray:
    """Answer what a window about each week says of each place: (weeks, places), the logarithm of its share of probability."""
    # Windows as differences of running sums; at either end the window stays whole and leans inwards.
    summed = np.concatenate((np.zeros((1, *counts.shape[1:])), np.cumsum(counts, axis=0)))
    low = np.clip(np.arange(len(counts)) - weeks // 2, 0, len(counts) - weeks)
    scored = score(summed[low + weeks] - summed[low], by)
    scored = np.where(np.isfinite(scored), scored, by.intercept)
    return np.maximum(scored - np.logaddexp.reduce(scored, axis=1)[:, None], LEAST)


def _path(says: np.ndarray) -> np.ndarray:
    """Answer the likeliest place of each week, where each change costs `CHANGE` (Viterbi)."""
    best, came = says[0], np.zeros(says.shape, np.int64)
    here = np.arange(says.shape[1])
    for week in range(1, len(says)):
        # Whoever changes comes from the best of all, so each place has two ways to be reached, not as many as there are places.
        top = int(best.argmax())
        stayed = best >= best[top] - CHANGE
        came[week] = np.where(stayed, here, top)
        best = np.where(stayed, best, best[top] - CHANGE) + says[week]
    path = np.zeros(len(says), np.int64)
    path[-1] = best.argmax()
    for week in range(len(says) - 1, 0, -1):
        path[week - 1] = came[week, path[week]]
    return path


def _long_enough(path: np.ndarray, weeks: int) -> list[tuple[int, int]]:
    """Answer the pieces `[since, until)` of one place each; one shorter than a window goes to its longer neighbour."""
    path = path.copy()
    while True:
        pieces = list(pairwise([0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]))
        short = min(range(len(pieces)), key=lambda at: pieces[at][1] - pieces[at][0])
        if len(pieces) == 1 or pieces[short][1] - pieces[short][0] >= weeks:
            return pieces
        beside = [at for at in (short - 1, short + 1) if 0 <= at < len(pieces)]
        longer = max(beside, key=lambda at: pieces[at][1] - pieces[at][0])
        path[slice(*pieces[short])] = path[pieces[longer][0]]


def _settled(pieces: list[tuple[int, int]], counts: np.ndarray, by: Scores, least: float) -> list[Tenure]:
    """Judge each piece (in weeks) by its own evidence; one too improbable, or of its neighbour's place, is joined to a neighbour."""
    found = [_judged(*piece, counts, by) for piece in pieces]
    while len(found) > 1:
        same = [at for at, (one, other) in enumerate(pairwise(found)) if one.place == other.place]
        worst = min(range(len(found)), key=lambda at: found[at].p)
        if not same and found[worst].p >= least:
            break
        at = same[0] if same else worst if _length(found, worst + 1) >= _length(found, worst - 1) else worst - 1
        found[at : at + 2] = [_judged(found[at].first, found[at + 1].end, counts, by)]
    return found


def _judged(since: int, until: int, counts: np.ndarray, by: Scores) -> Tenure:
    own = counts[since:until].sum(0)
    scored = score(own, by)
    p = float(probability(own, scored, by)) if np.isfinite(scored).any() else 0.0
    return Tenure(int(scored.argmax()), since, until, p)


def _length(found: list[Tenure], at: int) -> int:
    return found[at].end - found[at].first if 0 <= at < len(found) else -1


def _changed(seen: Sightings, pair: tuple[int, int], week: int, weeks: int) -> int:
    """Answer the day that best parts the days at the one place from those at the next."""
    before, after = (np.unique(seen.day[seen.place == place]) for place in pair)
    days = seen.span()[0] + np.arange((week - weeks) * DAYS_A_WEEK, (week + weeks) * DAYS_A_WEEK)
    wrong = len(before) - np.searchsorted(before, days) + np.searchsorted(after, days)
    return int(days[np.flatnonzero(wrong == wrong.min())].mean())
