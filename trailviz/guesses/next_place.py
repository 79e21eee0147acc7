"""The next place: shown only where it beats naming the most frequent other place, on the person's own last quarter.

Source: this project's reference measured, for 393 people, .54 for the most frequent other place and .46 for a Markov chain of the
first order alone; a chain with a back-off to the hour of the week is what is tried here. 14 % of moves lead to a place
never seen before, which no such rule can name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import DAY_US, HOUR_US, WORKING_DAYS, weekdays
from trailviz.guesses import Abstained, Guess, Point, Share
from trailviz.guesses.sightings import sightings
from trailviz.places.locate import R50_OF_R90

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses import Value
    from trailviz.guesses.held import Held
    from trailviz.guesses.sightings import Sightings

FEWEST = 60
"""A quarter of fewer is too short a test for any rule to win by more than chance."""
TRAINED = 0.75
ALPHA = 2.0
"""How many moves the back-off weighs as much as: after two moves from a place what was done there counts as much."""
SLOTS, SLOT_US = 12, 4 * HOUR_US
"""Six stretches of four hours, of working days and of free ones."""
MOST_SHOWN = 3
SIGMAS = 2.0
"""How far beyond chance the chain must win: of two equal rules one does so once in 44 trials."""
MOST_PLACES = 400
"""A chain over more places than this has more cells than moves."""


class Moves(NamedTuple):
    """Moves in order: from, to (into `places`, numbers of the sightings), the slot of the week, and the row of each end."""

    origin: np.ndarray
    to: np.ndarray
    slot: np.ndarray
    left: np.ndarray
    came: np.ndarray
    places: np.ndarray


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Try the chain on the last quarter, and show what it says only if it was better there."""
    seen = held.once("sightings", sightings)
    moves = _moves(seen)
    if len(moves.to) < FEWEST:
        yield Abstained("too_few", {"have": len(moves.to), "need": FEWEST})
        return
    count = len(moves.places)
    cut = round(len(moves.to) * TRAINED)
    table = _scores(moves, cut, count)
    tested = slice(cut, None)
    chain = table(moves.origin[tested], moves.slot[tested]).argmax(axis=1) == moves.to[tested]
    usual = _usual(moves.to[:cut], count, moves.origin[tested]) == moves.to[tested]
    won, lost = int((chain & ~usual).sum()), int((usual & ~chain).sum())
    figures: dict[str, Value] = {
        "right": Share(float(chain.mean())),
        "usual": Share(float(usual.mean())),
        "moves": len(chain),
    }
    # By more than chance leaves open (McNemar): one lucky move must not make a feature.
    if won - lost <= SIGMAS * np.sqrt(won + lost):
        yield Abstained("no_better", figures)
        return
    new = float((~np.isin(moves.to[tested], moves.to[:cut])).mean())
    rows = np.unique(np.concatenate([moves.left[tested], moves.came[tested]]))
    yield Guess("better", {**figures, "new": Share(new)}, held.position[rows], key="better")
    yield from _after(held, seen, moves, count)


def _after(held: Held, seen: Sightings, moves: Moves, count: int) -> Iterator[Guess]:
    """Name, for the places left most often, where the person goes next most often."""
    for origin in np.argsort(-np.bincount(moves.origin, minlength=count), kind="stable")[:MOST_SHOWN].tolist():
        here = np.flatnonzero(moves.origin == origin)
        gone = np.bincount(moves.to[here], minlength=count)
        to = int(gone.argmax())
        rows = here[moves.to[here] == to]
        point = _point(seen, int(moves.places[to]))
        yield Guess(
            "after",
            {
                "from": _point(seen, int(moves.places[origin])),
                "to": point,
                "share": Share(float(gone[to] / len(here))),
                "n": len(here),
            },
            held.position[np.unique(np.concatenate([moves.left[rows], moves.came[rows]]))],
            key=f"after-{moves.places[origin]}",
            point=point,
        )


def _point(seen: Sightings, place: int) -> Point:
    radius = seen.radius_m(place)
    return Point(float(seen.lat[place]), float(seen.lon[place]), radius * R50_OF_R90, radius)


def _moves(seen: Sightings) -> Moves:
    """Gather the moves between two different places, at times that have an hour."""
    timed = np.flatnonzero(seen.at != NO_TIME)
    # The places seen most often; a place beyond them is one nobody can name again.
    often = np.argsort(-np.bincount(seen.place[timed], minlength=1), kind="stable")[:MOST_PLACES]
    timed = timed[np.isin(seen.place[timed], often)]
    places, place = np.unique(seen.place[timed], return_inverse=True)
    at = seen.at[timed]
    moved = np.flatnonzero(place[1:] != place[:-1]) + 1
    free = weekdays(at[moved] // DAY_US) >= WORKING_DAYS
    slot = at[moved] % DAY_US // SLOT_US + np.where(free, SLOTS // 2, 0)
    return Moves(place[moved - 1], place[moved], slot, seen.row[timed[moved - 1]], seen.row[timed[moved]], places)


def _scores(moves: Moves, cut: int, count: int) -> _Chain:
    chain = np.bincount(moves.origin[:cut] * count + moves.to[:cut], minlength=count * count).reshape(count, count)
    slots = np.bincount(moves.slot[:cut] * count + moves.to[:cut], minlength=SLOTS * count).reshape(SLOTS, count)
    overall = np.bincount(moves.to[:cut], minlength=count) + 1 / count
    overall = overall / overall.sum()
    # From the special to the general: the place left, then the slot of the week, then all moves, and at last any place at all.
    back = (slots + ALPHA * overall) / (slots.sum(axis=1, keepdims=True) + ALPHA)
    return _Chain(chain, back)


class _Chain(NamedTuple):
    """Counts of moves (count, count), and where one goes at a slot of the week (slots, count)."""

    moved: np.ndarray
    back: np.ndarray

    def __call__(self, origin: np.ndarray, slot: np.ndarray) -> np.ndarray:
        """Score every place as the next one; where one is cannot be where one goes."""
        moved = self.moved[origin]
        scored = (moved + ALPHA * self.back[slot]) / (moved.sum(axis=1, keepdims=True) + ALPHA)
        scored[np.arange(len(origin)), origin] = -1.0
        return scored


def _usual(to: np.ndarray, count: int, origin: np.ndarray) -> np.ndarray:
    """Answer the most frequent place other than where the person is."""
    first, second = np.argsort(-np.bincount(to, minlength=max(count, 2)), kind="stable")[:2]
    return np.where(origin == first, second, first)
