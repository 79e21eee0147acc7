"""The blur lab: the same record with coarser times, places and sums, and which guesses survive it.

A guess survives a blur if it is still made at that blur and at every lesser one, so that to blur more never brings one back.
Nothing is estimated: the rules run again on the coarser record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.geo import distance_m, squares
from trailviz.guesses import Guess, look
from trailviz.guesses.held import NONE, Held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.guesses import Rule

Name: TypeAlias = tuple[str, str, str]
"""What makes it the same guess: its rule, what it says, and its key."""
HOUR_S = 3600
TIMES_S = (0, HOUR_S, 4 * HOUR_S, 24 * HOUR_S)
"""As recorded, to the hour, to four hours, to the day."""
PLACES_M = (0.0, 500.0, 1000.0, 5000.0, np.inf)
"""As recorded, to squares of this width, or no places at all."""
FIGURES = (0, 2, 1, -1)
"""As recorded, to two figures, to one, or no sums at all."""
HALF_DIAGONAL = 0.7072
"""Of a square's side: as far as the middle is from its farthest point, its corner."""
NEAR_M = 250.0
"""A blurred place may have slid so far beside what both radii allow and still be the same: half of the least square's side."""


@dataclass(frozen=True, order=True)
class Blur:
    """How coarse: positions in `TIMES_S`, `PLACES_M`, `FIGURES`."""

    time: int = 0
    place: int = 0
    amount: int = 0

    def lesser(self) -> tuple[Blur, ...]:
        """List the blurs that are one step finer in one thing."""
        return tuple(replace(self, **{name: value - 1}) for name, value in vars(self).items() if value)


class Fate(IntEnum):
    """What becomes of a guess."""

    GONE = 0
    VAGUER = 1
    SURVIVES = 2


def blurred(held: Held, blur: Blur) -> Held:
    """Answer what the observer would have of the coarser record; events and their order stay.

    Times fall back to the beginning of their bucket on the clock of the wall; a place becomes the middle of its square, as far off as
    the square is wide; a sum keeps its first figures.
    """
    changes: dict[str, np.ndarray] = {}
    if bucket := TIMES_S[blur.time] * 1_000_000:
        for time, wall in (("start", "wall"), ("end", "wall_end")):
            at, shown = getattr(held, time), getattr(held, wall)
            back = np.where(at == NO_TIME, 0, shown % bucket)
            changes |= {time: at - back, wall: shown - back}
        changes["precision_s"] = np.maximum(held.precision_s, TIMES_S[blur.time])
    if side := PLACES_M[blur.place]:
        for lat, lon, r90 in (("lat", "lon", "r90_m"), ("end_lat", "end_lon", "end_r90_m")):
            changes |= dict(zip((lat, lon, r90), _squared(held, lat, lon, r90, side), strict=True))
    if figures := FIGURES[blur.amount]:
        changes["amount"] = _rounded(held.amount, figures)
    # `_kept` holds what was worked out from the finer record.
    return replace(held, _kept={}, **changes)  # type: ignore[arg-type]


def _squared(held: Held, lat: str, lon: str, r90: str, side: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put points into the middle of squares of some metres; everywhere is one square."""
    north, east, radius = getattr(held, lat), getattr(held, lon), getattr(held, r90)
    if np.isinf(side):
        nowhere = np.full(len(north), np.nan)
        return nowhere, nowhere, nowhere
    row, column, high, wide = squares(north, east, side)
    return (row + 0.5) * high, (column + 0.5) * wide, np.maximum(radius, side * HALF_DIAGONAL)


def _rounded(amount: np.ndarray, figures: int) -> np.ndarray:
    """Keep the first figures of sums; -1 keeps none."""
    if figures < 0:
        return np.full(len(amount), NONE, np.int64)
    real = amount > 0
    digits = np.floor(np.log10(np.where(real, amount, 1))).astype(np.int64)
    unit = 10 ** np.maximum(digits - figures + 1, 0)
    # To the nearest, and up from the half, in whole numbers: no float decides which way 12.50 goes.
    return np.where(real, (amount + unit // 2) // unit * unit, amount)


@dataclass
class Lab:
    """What becomes of the guesses of some rules when the record is blurred; every blur is worked out once."""

    held: Held
    rules: Sequence[Rule]
    _found: dict[Blur, dict[Name, Guess]] = field(default_factory=dict, repr=False)

    def guesses(self, blur: Blur) -> dict[Name, Guess]:
        """Answer the guesses made at a blur, by rule, what and key."""
        if blur not in self._found:
            self._found[blur] = made(blurred(self.held, blur), self.rules)
        return self._found[blur]

    def fates(self, blur: Blur) -> dict[Name, Fate]:
        """Say what becomes of every guess of the record as it is."""
        sharp = self.guesses(Blur())
        answer = dict.fromkeys(sharp, Fate.SURVIVES)
        # By the worst of all finer blurs: a rule may make by chance of a coarser record what it no longer made of a finer one.
        for each in self._down(blur):
            found = self.guesses(each)
            for name, before in answer.items():
                answer[name] = min(before, fate(sharp[name], found.get(name)))
        return answer

    def _down(self, blur: Blur) -> set[Blur]:
        """List a blur and all that are finer."""
        every = {blur}
        for one in blur.lesser():
            every |= self._down(one)
        return every


def made(held: Held, rules: Sequence[Rule]) -> dict[Name, Guess]:
    """Answer the guesses some rules make from what an observer has, by name."""
    return {
        (rule.id, one.what, one.key or one.what): one
        for rule in rules
        for one in look(rule, held)
        if isinstance(one, Guess)
    }


def fate(sharp: Guess, blunt: Guess | None) -> Fate:
    """Say what became of a guess, made again from less (None: not made)."""
    if blunt is None:
        return Fate.GONE
    if sharp.point is None or blunt.point is None:
        return Fate.SURVIVES if sharp.point is blunt.point else Fate.GONE
    apart = float(distance_m(*np.array([sharp.point.lat, sharp.point.lon, blunt.point.lat, blunt.point.lon])))
    # Another place is another guess, though the rule calls it by the same name.
    if apart > sharp.point.r90_m + blunt.point.r90_m + NEAR_M:
        return Fate.GONE
    return Fate.SURVIVES if blunt.point.r90_m <= sharp.point.r90_m + NEAR_M else Fate.VAGUER
