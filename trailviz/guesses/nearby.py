"""Which ends of rides and which stays lay near a place of a delicate kind, and how many of the places there are of it.

Source: inference.md 5.9 of this project's notes: `P = sum w(d) over the kind / (sum w(d) over all places + w0)`, with
`w = exp(-d² / 2σ²)` and σ = 50 m; beyond 1 km only times leak (Wiedemann et al. 2024). It is a share of places, not a
probability that anybody went in, and nobody has measured how often the nearest place was the one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import DAYS_A_WEEK, MINUTE_US
from trailviz.guesses.anchors import home_of, work_of
from trailviz.guesses.sightings import REACHED, SEEN, STAYED, sightings

if TYPE_CHECKING:
    from trailviz.guesses.anchors import Anchor
    from trailviz.guesses.held import Held
    from trailviz.guesses.sightings import Sightings
    from trailviz.guesses.surroundings import Surroundings

SIGMA_M = 50.0
UNLISTED = 1.0
"""w0: a place at the very spot that no map lists, such as a flat; as many more as the spot is wider than σ."""
R90_OF_SIGMA, R95_OF_R90 = 2.146, 1.14
"""Of a point scattered alike to all sides: the radii of nine tenths and of 95 in 100."""
VAGUE_M = 1000.0
"""Of a point known no better than this every street around is as near: only times leak (Wiedemann et al. 2024)."""
LEAST = 0.2
"""A kind that is less than a fifth of the places there is not told: every street has a bar, and every third a dentist."""
FEWEST_NIGHTS, DAYS_THERE = 2, 2.5
"""What somebody would call home or work is an everyday place from so many nights, or days a week, on."""
STAYED_US = 20 * MINUTE_US
"""What is shorter is a red light, a bus stop or a queue."""
THREE = 3.0
"""So many σ away a place weighs a hundredth of one at the spot: nobody looks further."""


@dataclass(frozen=True)
class Nearby:
    """Ends of rides and stays, and those near a delicate place.

    `looked`: which sightings are ends or stays with a point good enough. One entry a sighting and kind that fit: `at` (which
    sighting), `kind`, `share` of the places there, `away_m` (of the nearest of the kind). `own`: how many more fit
    where the observer would guess home or work.
    """

    seen: Sightings
    looked: np.ndarray
    at: np.ndarray
    kind: np.ndarray
    share: np.ndarray
    away_m: np.ndarray
    own: int

    @property
    def days(self) -> int:
        """Count the local days with an end or a stay that was looked at."""
        return len(np.unique(self.seen.day[self.looked]))


def nearby(held: Held, around: Surroundings) -> Nearby:
    """Look at every end of a ride, stay of twenty minutes and check-in that an observer has a point of."""
    seen = held.once("sightings", sightings)
    looked = np.flatnonzero(_wanted(held, seen))
    shares_, away = shares(around, seen.point_lat[looked], seen.point_lon[looked], seen.r90_m[looked])
    which, kind = np.nonzero(shares_ >= LEAST)
    at = looked[which]
    # Who lives beside a clinic ends every ride beside a clinic.
    own = np.isin(seen.place[at], _anchors(held, seen) if len(at) else [])
    return Nearby(
        seen,
        looked,
        at[~own],
        kind[~own],
        shares_[which, kind][~own],
        away[which, kind][~own],
        len(np.unique(at[own])),
    )


def shares(around: Surroundings, lat: np.ndarray, lon: np.ndarray, r90_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answer which share of the places at some points is of each kind, and how far its nearest lies.

    Args:
        around: The places there are.
        lat: Latitudes, degrees.
        lon: Longitudes, degrees.
        r90_m: Radii that hold the points nine times in ten.

    Returns:
        Two arrays (points, kinds): shares, 0 where none of a kind lies within the radius of 95 in 100 (of point and map
        together); metres, infinite likewise.
    """
    first, back = _distinct(lat, lon, r90_m)
    lat, lon, r90_m = lat[first], lon[first], r90_m[first]
    share, away = np.zeros((len(first), len(around.kinds))), np.full((len(first), len(around.kinds)), np.inf)
    # By doublings of the width: few sizes of net for all points.
    octave = np.ceil(np.log2(np.maximum(r90_m / R90_OF_SIGMA / SIGMA_M, 1.0)) - 1e-9).astype(np.int64)
    for one in np.unique(octave).tolist():
        mine = np.flatnonzero(octave == one)
        reach = THREE * SIGMA_M * 2.0**one
        share[mine], away[mine] = _within(around, lat[mine], lon[mine], r90_m[mine], reach)
    return share[back], away[back]


def _within(
    around: Surroundings, lat: np.ndarray, lon: np.ndarray, r90_m: np.ndarray, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    """Answer as `shares`, of points that are all known about as well."""
    kinds = len(around.kinds)
    share, away = np.zeros((len(lat), kinds)), np.full((len(lat), kinds), np.inf)
    # The point and the map are off independently of each other.
    r95 = R95_OF_R90 * np.hypot(r90_m, SIGMA_M)
    for point, cell, metres in around.around(lat, lon, reach, delicate=True):
        near = metres <= r95[point]
        np.minimum.at(away, (point[near], around.kind[cell[near]]), metres[near])
    # Only near one of a kind are all places counted.
    touched = np.flatnonzero(np.isfinite(away).any(axis=1))
    sigma = np.maximum(SIGMA_M, r90_m[touched] / R90_OF_SIGMA)
    weight, every = np.zeros((len(touched), kinds)), np.zeros(len(touched))
    for point, cell, metres in around.around(lat[touched], lon[touched], reach, delicate=False):
        w = around.count[cell] * np.exp(-0.5 * (metres / sigma[point]) ** 2)
        every += np.bincount(point, w, minlength=len(touched))
        of = around.kind[cell] >= 0
        flat = np.bincount(point[of] * kinds + around.kind[cell[of]], w[of], minlength=weight.size)
        weight += flat.reshape(weight.shape)
    # By area: where the point may be in nine times as much ground, nine times as many flats are.
    unlisted = UNLISTED * (sigma / SIGMA_M) ** 2
    share[touched] = np.where(np.isfinite(away[touched]), weight / (every + unlisted)[:, None], 0.0)
    return share, away


def _distinct(lat: np.ndarray, lon: np.ndarray, r90_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answer where each distinct point is met first, and which of them each is: in a coarser record they are few."""
    _, point = np.unique(lat + 1j * lon, return_inverse=True)
    radii, radius = np.unique(r90_m, return_inverse=True)
    _, first, back = np.unique(point * len(radii) + radius, return_index=True, return_inverse=True)
    return first, back


def _wanted(held: Held, seen: Sightings) -> np.ndarray:
    """Say which sightings are ends of rides, stays and check-ins with a point of their own, known to a kilometre."""
    kind = held.kind
    ended = (seen.what == REACHED) & kind.among(["ride"])[seen.row]
    timed = (seen.at != NO_TIME) & (seen.until != NO_TIME)
    stayed = (seen.what == STAYED) & timed
    stayed[stayed] = (seen.until - seen.at)[stayed] >= STAYED_US
    # Points on the way to a dinner and back from it are no stay on the way: while a visit lasts, it says where.
    fixes, visits = (np.flatnonzero(stayed & kind.among([one])[seen.row]) for one in ("fix", "visit"))
    begun = np.searchsorted(np.sort(seen.at[visits]), seen.until[fixes])
    over = np.searchsorted(np.sort(seen.until[visits]), seen.at[fixes], side="right")
    stayed[fixes[begun > over]] = False
    checked_in = (seen.what == SEEN) & kind.among(["visit"])[seen.row]
    # A place that only another row's words give is no place of this row's.
    own = ended | ~held.unsure[seen.row]
    answer: np.ndarray = (ended | stayed | checked_in) & own & (seen.r90_m <= VAGUE_M)
    return answer


def _anchors(held: Held, seen: Sightings) -> list[int]:
    """List the places an observer would guess home or work to be, or to have been, with nights or most working days there.

    The place of a night shift is one. Without nights and days a clinic of every Wednesday would be a workplace: few rides look like
    work to the scores.
    """
    both = held.once("home", home_of), held.once("work", work_of)
    told = [one for found in both for one in (found.best, found.second, found.shift, *found.moves) if one is not None]
    return [one.place for one in told if _everyday(seen, one)]


def _everyday(seen: Sightings, one: Anchor) -> bool:
    day = np.unique(seen.day[seen.place == one.place])
    day = day[(day >= one.first) & (day < one.end)]
    weeks = max((one.end - one.first) / DAYS_A_WEEK, 1.0)
    return len(seen.nights(one.place)) >= FEWEST_NIGHTS or len(day) / weeks >= DAYS_THERE
