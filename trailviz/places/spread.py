"""How far off a guessed place may be: a spike of having stayed, and a tail of having travelled.

Displacement after a while is heavy-tailed and has two humps, so no single growing circle describes it: with p the person is where
the record was, scattered as its radius says; otherwise as far away as they get in that time. Source: inference.md 2 and 5.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.places.sides import OUTER_MPS

if TYPE_CHECKING:
    from collections.abc import Mapping

FEWEST_RIDES = 10
"""Of fewer the median is one ride's luck; until then the measured default stands."""
PASSES = 18
"""Halvings of the logarithm of a radius: to a ten-thousandth."""
FARTHEST_LOG = np.log(2e7)
"""Half way round the globe."""
SOONEST_H = 1 / 60
"""Within a minute nobody gets away, and no law is divided by nought."""


@dataclass(frozen=True)
class Spread:
    """The laws of a person: `speed_mps` and `shape` of a Weibull law of how fast one gets away, for no longer than `longest_h`.

    `extent_m`: how far within one place nine of ten records lie from each other; `core`: the shape of that scatter (2 is normal).
    `strolled`: of those whom the tables call still there, how many are round the corner, `stroll_m` on (errands on foot that no
    recorder of stops sees).
    """

    speed_mps: float
    shape: float
    longest_h: float
    extent_m: float
    core: float
    strolled: float
    stroll_m: float


def law(speeds_mps: np.ndarray, said: Mapping[str, float]) -> Spread:
    """Fit the law of getting away to a person's own rides; below ten of them the measured default stands.

    Args:
        speeds_mps: Their rides, as the crow flies.
        said: The coefficients of `Spread`, and `ride_mps`: the usual ride of those they were measured on.
    """
    speed = said["speed_mps"]
    if len(speeds_mps) >= FEWEST_RIDES:
        # In the middle, which no ride across a sea moves; who rides twice as fast gets away twice as fast.
        speed *= float(np.median(speeds_mps)) / said["ride_mps"]
    names = ("shape", "longest_h", "extent_m", "core", "strolled", "stroll_m")
    return Spread(speed, *(said[name] for name in names))


def radii(
    p: np.ndarray, r90_m: np.ndarray, hours: np.ndarray, own: Spread, told: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Answer the radii that hold half, and nine tenths, of where the person may be, in metres; NaN where nothing is told.

    They solve `p G(r) + (1 - p) F(r) = q`: G the scatter of a place, F the law of getting away within `hours`, no faster than a train.
    """
    here = np.flatnonzero(told)
    answer = np.full((2, len(p)), np.nan)
    given = p[here], r90_m[here], hours[here]
    most = OUTER_MPS * 3600 * np.maximum(given[2], SOONEST_H) + np.hypot(given[1], own.extent_m)
    for number, q in enumerate((0.5, 0.9)):
        low, high = np.zeros(len(here)), np.full(len(here), FARTHEST_LOG)
        for _ in range(PASSES):
            middle = (low + high) / 2
            short = inside(np.exp(middle), *given, own) < q
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        answer[number, here] = np.minimum(np.exp(high), most)
    return answer[0], answer[1]


def inside(r_m: np.ndarray, p: np.ndarray, r90_m: np.ndarray, hours: np.ndarray, own: Spread) -> np.ndarray:
    """Answer how likely the person is within some metres of the place guessed."""
    # A Weibull law whose nine tenths lie within the record's radius and the place's extent together: F(r90) = 1 - 1/10.
    place = np.hypot(r90_m, own.extent_m) / np.log(10.0) ** (1 / own.core)
    travel = own.speed_mps * np.clip(hours, SOONEST_H, own.longest_h) * 3600
    near = -np.expm1(-((r_m / place) ** own.core))
    corner = -np.expm1(-((r_m / own.stroll_m) ** 2))
    away = -np.expm1(-((r_m / travel) ** own.shape))
    return p * ((1 - own.strolled) * near + own.strolled * corner) + (1 - p) * away
