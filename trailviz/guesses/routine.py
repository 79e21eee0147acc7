"""How regular a life looks from its places: entropies of the order of places, and how firmly hours of the week hold one.

Sources: Song et al., "Limits of Predictability in Human Mobility", Science 327, 2010, for the entropies; Kulkarni et al.,
"Examining the Limits of Predictability of Human Mobility", Entropy 21(4), 2019, for why the figure is called a regularity
index here: methods beat the "limit", for 12 % of 393 people when this project's reference measured it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import EPOCH_WEEKDAY, HOUR_US
from trailviz.guesses import Abstained, Guess, Share
from trailviz.guesses.sightings import sightings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses.held import Held

FEWEST = 100
"""Below this the entropy of an order is mostly the order's shortness (Song et al. use far longer ones)."""
MOST_STEPS = 4000
"""The latest moves are enough, and the search for repeats grows with their square."""
SEED, SHUFFLES = 20100219, 3
WEEK_HOURS = 168
FEWEST_IN_HOUR = 4
"""Of an hour of the week with fewer sightings the commonest place is often the only one."""


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Measure the order of places; abstain where there are too few moves, or one place only."""
    seen = held.once("sightings", sightings)
    moved = np.flatnonzero(np.diff(seen.place, prepend=-1) != 0)
    if len(moved) < FEWEST:
        yield Abstained("too_few", {"have": len(moved), "need": FEWEST})
        return
    steps = seen.place[moved][-MOST_STEPS:]
    count = len(np.unique(steps))
    share = np.bincount(steps)[np.unique(steps)] / len(steps)
    uncorrelated = float(-(share * np.log2(share)).sum())
    real = entropy(steps)
    chance = np.random.default_rng(SEED)
    shuffled = float(np.mean([entropy(chance.permutation(steps)) for _ in range(SHUFFLES)]))
    # What an order adds is the difference from the same places in no order; below the spread of chance it adds nothing.
    yield Guess(
        "order" if real < shuffled - 1 / np.sqrt(len(steps)) else "no_order",
        {
            "moves": len(steps),
            "places": count,
            "uncorrelated": uncorrelated,
            "real": real,
            "shuffled": shuffled,
            "index": Share(regularity(real, count)),
        },
        np.unique(held.position[seen.row[moved]]),
        key="order",
    )
    if (weekly := _weekly(seen.place, seen.at)) is not None:
        firm, hours, rows = weekly
        yield Guess(
            "week", {"share": Share(firm), "hours": hours}, np.unique(held.position[seen.row[rows]]), key="week"
        )


def entropy(steps: np.ndarray) -> float:
    """Estimate the entropy rate of an order of places, in bits a step (Lempel-Ziv, as Song et al. 2010 and scikit-mobility do).

    n log2 n over the sum, for each i, of the length of the shortest stretch from i that does not occur before i; one that reaches
    the last step counts one more.
    """
    # As letters, so that the search for a stretch is that of strings; beyond the surrogates, which no string may hold.
    text = "".join(map(chr, np.unique(steps, return_inverse=True)[1].ravel() + 0x10000))
    size, total, length = len(text), 0, 1
    for at in range(size):
        # The next shortest stretch is never more than one shorter.
        length = max(length - 1, 1)
        while at + length < size and text.find(text[at : at + length], 0, at) >= 0:
            length += 1
        length += at + length == size
        total += length
    return size * float(np.log2(size)) / total


def regularity(real: float, places: int) -> float:
    """Answer the share that solves Fano's equality for an entropy: Song's Π, called a regularity index here.

    0 for one place would be no share: a single place answers 1.
    """
    if places < 2 or real <= 0:  # noqa: PLR2004 - of one place every step is known
        return 1.0
    low, high = 1 / places, 1.0
    # Sixty halvings leave nothing that a float could tell apart.
    for _ in range(60):
        middle = (low + high) / 2
        binary = 0.0 if middle in {0.0, 1.0} else -middle * np.log2(middle) - (1 - middle) * np.log2(1 - middle)
        # The more regular, the less entropy: halve towards the share at which the two are equal.
        low, high = (middle, high) if binary + (1 - middle) * np.log2(max(places - 1, 1)) > real else (low, middle)
    return (low + high) / 2


def _weekly(place: np.ndarray, at: np.ndarray) -> tuple[float, int, np.ndarray] | None:
    """Answer how often the commonest place of an hour of the week is the one, over the hours seen often enough."""
    timed = np.flatnonzero(at != NO_TIME)
    hour = (at[timed] // HOUR_US + EPOCH_WEEKDAY * 24) % WEEK_HOURS
    cell, count = np.unique(hour * (place.max() + 1) + place[timed], return_counts=True)
    of = cell // (place.max() + 1)
    total = np.bincount(of, count, minlength=WEEK_HOURS)
    best = np.zeros(WEEK_HOURS)
    np.maximum.at(best, of, count)
    often = total >= FEWEST_IN_HOUR
    if not often.any():
        return None
    return float(best[often].sum() / total[often].sum()), int(often.sum()), timed[often[hour]]
