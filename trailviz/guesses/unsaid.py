"""Why a place that is more probable than not is not told after all: what was measured to be wrong as often as right.

The scores were fitted on people who named a workplace. Whoever named none has a likeliest place too, and what follows tells them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import distance_m
from trailviz.guesses import Abstained, Point, Span
from trailviz.guesses.sightings import COUNTS, PAID_KINDS, RIDE_KINDS, STAY_KINDS, STAYED, sightings, unplaced
from trailviz.guesses.spells import working_days_h

if TYPE_CHECKING:
    from trailviz.guesses.anchors import Anchor, Anchored
    from trailviz.guesses.held import Held
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
MORE_OFTEN, SURE_ALL_THE_SAME = 1.5, 0.7
"""Below this probability, a home that another place surpasses so in days was right .38 of the time (40 guesses, the same people); above it, .88.
Of 4,374 homes told of all 368 under five ways of logging rides, one had no night while a place seen so much more often had some (2026-11-26):
of people who work by day nothing is lost by keeping silent there."""
IN_WORKING_HOURS = 0.5
"""Of places known by payments alone. The people of the fit were logged as paying nothing beside home; logged as paying there at one stop in fifty, of the
places paid at less often in working hours .38 were work and .50 home, of the others .89 were work; at one in ten, .08, .91 and .93 (2026-11-26)."""
SCATTERED, A_WEEK_H = 0.3, 40.0
"""Whoever spends less of their known working hours at the likeliest workplace has none to speak of: with every stop known, 149 of
151 workplaces named right or wrong had more; two invented couriers had .03 and .24 (2026-11-26)."""
HOUR_S = 3600.0


def nowhere(held: Held) -> Abstained:
    """Say why there is no place at all: no row has a point, or none of those that do is a stop."""
    points = int((~(np.isnan(held.lat) & np.isnan(held.end_lat))).sum())
    return Abstained("no_stops", {"points": points}) if points else Abstained("no_places")


def of_home(held: Held, found: Anchored, best: Anchor) -> Abstained | None:
    """Say why a likely home is not told: most rides end nowhere on the map, or no night leads there."""
    seen = held.once("sightings", sightings)
    ends = int(found.counts[best.place, RIDE_KINDS].sum())
    if (nowhere := _nowhere(held, found, best)) is not None:
        return nowhere
    if ends >= NIGHTLESS and not len(seen.nights(best.place)):
        return Abstained("nightless", {"place": point(best), "n": ends})
    return None


def of_days(seen: Sightings, found: Anchored, best: Anchor) -> Abstained | None:
    """Say whether a home that is not sure, or has no night, is seen on far fewer days than another place (with nights)."""
    days = found.counts[:, COUNTS.index("end_days")]
    most = int(days.argmax())
    if not 0 < days[best.place] * MORE_OFTEN <= days[most]:
        return None
    # However sure the score: a nurse who takes a car to work by night, and the bus home, is told the hospital as home otherwise.
    without = not len(seen.nights(best.place)) and len(seen.nights(most)) > 0
    if best.p >= SURE_ALL_THE_SAME and not without:
        return None
    return Abstained("elsewhere_more", {"place": point(best), "have": int(days[best.place]), "more": int(days[most])})


def _nowhere(held: Held, found: Anchored, best: Anchor) -> Abstained | None:
    """Say whether more ends of rides have no place than the likeliest place has, where nothing but rides tells of it."""
    seen, ends = held.once("sightings", sightings), int(found.counts[best.place, RIDE_KINDS].sum())
    lost = held.once("unplaced", unplaced)
    if not ends or lost <= ends or (seen.what[seen.place == best.place] == STAYED).any():
        return None
    return Abstained("nowhere", {"n": lost, "place": point(best), "have": ends})


def of_work(held: Held, found: Anchored, home: Anchored) -> Abstained | None:
    """Say why no workplace is told, however likely: home is in doubt, nights are slept off there, or the place itself speaks against it."""
    # Of a home that may be a workplace the next place is no workplace either.
    if home.unsaid is not None:
        return Abstained("nightless" if home.unsaid.why == "nightless" else "home_doubt")
    if home.shift is not None:
        return Abstained("at_night", {"place": point(home.shift)})
    best = found.best
    if best is None:
        return None
    if home.best is not None and apart_m(best, home.best) < best.r90_m + home.best.r90_m:
        return Abstained("beside_home")
    if _scattered(found, best):
        return Abstained("scattered")
    return (
        _nowhere(held, found, best)
        or _paid_outside(found, best)
        or _too_little(held.once("sightings", sightings), found, best)
    )


def _paid_outside(found: Anchored, best: Anchor) -> Abstained | None:
    """Say whether a place known by payments alone is mostly paid at outside working hours, as the shops beside home are."""
    if found.counts[best.place, [*RIDE_KINDS, *STAY_KINDS]].any():
        return None
    working, paid = int(found.counts[best.place, PAID_KINDS[0]]), int(found.counts[best.place, PAID_KINDS].sum())
    if working >= IN_WORKING_HOURS * paid:
        return None
    return Abstained("paid_outside", {"place": point(best), "have": working, "paid": paid})


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
