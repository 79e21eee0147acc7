"""Work: where the working days are spent, or within lunch distance of it; a school or a university is said the same way.

Source: as for home. Payments tell of work too, for lunches are paid beside it: so "work" means within lunch distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import distance_m
from trailviz.guesses import Abstained, Guess, Other, Share
from trailviz.guesses.anchors import FEWEST, Anchor, Anchored, home_of, work_of
from trailviz.guesses.home import changes, point
from trailviz.guesses.sightings import COUNTS, LEFT, Sightings, sightings, strongest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses import Value
    from trailviz.guesses.held import Held

SCATTERED, A_WEEK_H = 0.3, 40.0
"""Whoever spends less of their known working hours at the likeliest workplace has none to speak of: with every stop known, 149 of
151 workplaces named right or wrong had more; two invented couriers had .03 and .24 (2026-11-26)."""
CHANGED = 0.55
"""Of the changes told of 172 people, so many were between two workplaces they had both named (2026-11-26)."""


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Say where work is and when it changed, or why not."""
    found, seen = held.once("work", work_of), held.once("sightings", sightings)
    best = found.best
    home = held.once("home", home_of).best
    beside = best is not None and home is not None and _beside(best, home)
    if best is None or found.shift is not None or _scattered(found, best) or beside:
        yield Abstained("beside_home") if beside else _silent(found, seen, best)
        return
    others = tuple(Other(_values(seen, one), one.p, point(one)) for one in found.places[1:])
    yield Guess("work", _values(seen, best), _rows(held, seen, best), best.p, "work", point(best), others=others)
    yield from changes(found, best, ("changed", "work"), CHANGED, lambda one: _rows(held, seen, one))


def _values(seen: Sightings, one: Anchor) -> dict[str, Value]:
    here = seen.place == one.place
    days = np.unique(seen.day[here & seen.on_working_day])
    return {"place": point(one), "days": len(days), "rows": len(np.unique(seen.row[here]))}


def _rows(held: Held, seen: Sightings, one: Anchor) -> np.ndarray:
    """Answer the positions of the rows that speak most for working there."""
    return held.position[strongest(seen, one.place, 4.0 * (seen.on_working_day & (seen.what != LEFT)), seen.work_h)]


def _scattered(found: Anchored, best: Anchor) -> bool:
    worked = found.counts[:, COUNTS.index("work_h")].copy()
    worked[list(found.never)] = 0.0
    return bool(worked.sum() >= A_WEEK_H and worked[best.place] < SCATTERED * worked.sum())


def _silent(found: Anchored, seen: Sightings, best: Anchor | None) -> Abstained:
    if not len(seen):
        return Abstained("no_places")
    if found.shift is not None:
        return Abstained("at_night", {"place": point(found.shift)})
    if best is not None:
        return Abstained("scattered")
    return _thin(found)


def _beside(one: Anchor, home: Anchor) -> bool:
    """Say whether a place lies within what is known of home: shops next door are no workplace."""
    apart = distance_m(np.array(one.lat), np.array(one.lon), np.array(home.lat), np.array(home.lon))
    return bool(apart < one.r90_m + home.r90_m)


def _thin(found: Anchored) -> Abstained:
    if not found.places:
        return Abstained("only_home")
    if not found.enough:
        return Abstained("too_few", {"have": found.rides + found.paid, "need": FEWEST})
    if found.nightless:
        return Abstained("nightless")
    if found.likely is not None:
        return Abstained("few_days", {"have": found.have, "need": found.need})
    return Abstained("unsure", {"place": point(found.places[0]), "share": Share(found.places[0].p)})
