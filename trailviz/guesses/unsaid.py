"""Why a place that is more probable than not is not told after all: what was measured to be wrong as often as right.

The scores were fitted on people who named a workplace. Whoever named none has a likeliest place too, and what follows tells them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import distance_m
from trailviz.guesses import Abstained, Point, Span
from trailviz.guesses.sightings import COUNTS, RIDE_KINDS
from trailviz.guesses.spells import working_days_h

if TYPE_CHECKING:
    from trailviz.guesses.anchors import Anchor, Anchored
    from trailviz.guesses.sightings import Sightings

NIGHTLESS = 40
"""So many ends of rides and no night are a place of work as likely as a home: of the homes told of 67 labelled people whom no fit has
seen none is so (2026-11-26)."""
WORKDAYS_THERE = 6
"""Of the places told as work that were seen on five working days or fewer, .39 were named as work by the 301 people of the fit, whoever
named none counting as wrong; of those seen on six, .65, on nine and more, .87 (2026-11-26, all ways of logging)."""
SHORT_DAYS, SHORT_H = 5, 3.0
"""Where rides tell of at least so many working days and half of these are shorter, .42 of the places were work, and above it .91; most of
the people below it named no workplace at all (2026-11-26, the same people). A teenager's afternoons at a park are so."""
SCATTERED, A_WEEK_H = 0.3, 40.0
"""Whoever spends less of their known working hours at the likeliest workplace has none to speak of: with every stop known, 149 of
151 workplaces named right or wrong had more; two invented couriers had .03 and .24 (2026-11-26)."""
HOUR_S = 3600.0


def of_home(seen: Sightings, found: Anchored, best: Anchor) -> Abstained | None:
    """Say why a likely home is not told: many ends of rides, and no night leads there."""
    ends = int(found.counts[best.place, RIDE_KINDS].sum())
    if ends >= NIGHTLESS and not len(seen.nights(best.place)):
        return Abstained("nightless", {"place": point(best), "n": ends})
    return None


def of_work(seen: Sightings, found: Anchored, home: Anchored) -> Abstained | None:
    """Say why no workplace is told, however likely: home is in doubt, nights are slept off there, or the place itself speaks against it."""
    # Of a home that may be a workplace the next place is no workplace either.
    if home.unsaid is not None:
        return Abstained("nightless")
    if home.shift is not None:
        return Abstained("at_night", {"place": point(home.shift)})
    best = found.best
    if best is None:
        return None
    if home.best is not None and apart_m(best, home.best) < best.r90_m + home.best.r90_m:
        return Abstained("beside_home")
    if _scattered(found, best):
        return Abstained("scattered")
    return _too_little(seen, found, best)


def _scattered(found: Anchored, best: Anchor) -> bool:
    worked = found.counts[:, COUNTS.index("work_h")].copy()
    worked[list(found.never)] = 0.0
    return bool(worked.sum() >= A_WEEK_H and worked[best.place] < SCATTERED * worked.sum())


def _too_little(seen: Sightings, found: Anchored, best: Anchor) -> Abstained | None:
    days = len(np.unique(seen.day[(seen.place == best.place) & seen.on_working_day]))
    if days < WORKDAYS_THERE:
        return Abstained("few_days_there", {"place": point(best), "have": days, "need": WORKDAYS_THERE})
    known = working_days_h(seen, best.place)
    ridden = found.counts[best.place, RIDE_KINDS].any()
    if ridden and len(known) >= SHORT_DAYS and np.median(known) < SHORT_H:
        lasted = Span(float(np.median(known)) * HOUR_S)
        return Abstained("short", {"place": point(best), "lasted": lasted, "days": len(known)})
    return None


def apart_m(one: Anchor, other: Anchor) -> float:
    """Measure between two places, in metres."""
    return float(distance_m(np.array(one.lat), np.array(one.lon), np.array(other.lat), np.array(other.lon)))


def point(one: Anchor) -> Point:
    """Answer where a place is, with its radii."""
    return Point(one.lat, one.lon, one.r50_m, one.r90_m)
