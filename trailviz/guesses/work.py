"""Work: where the working days are spent, or within lunch distance of it; a school or a university is said the same way.

Source: as for home. Payments tell of work too, for lunches are paid beside it: so "work" means within lunch distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.guesses import Abstained, Clock, Guess, Other, Share
from trailviz.guesses.anchors import FEWEST, Anchor, Anchored, work_of
from trailviz.guesses.home import changes
from trailviz.guesses.sightings import LEFT, Sightings, sightings, strongest
from trailviz.guesses.spells import shift_of
from trailviz.guesses.unsaid import nowhere, point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses import Value
    from trailviz.guesses.held import Held

CHANGED = 0.55
"""Of 34 changes told of the 214 people with a workplace, in 26 three quarters of the days at both lay on their side of the day, and 13 were so between two
workplaces both named (benchmarks/home_work_moves.py, 2026-11-26): .76 and .38, and this between the two."""


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Say where work is and when it changed, or why not."""
    found, seen = held.once("work", work_of), held.once("sightings", sightings)
    best = found.best
    if found.shift is not None and (shift := shift_of(seen, found.shift.place)) is not None:
        at = point(found.shift)
        told: dict[str, Value] = {
            "place": at,
            "nights": shift.nights,
            "from": Clock(shift.begins),
            "until": Clock(shift.ends),
        }
        rows = held.position[strongest(seen, found.shift.place, np.zeros(len(seen.place)), seen.night_h)]
        yield Guess("night", told, rows, None, "work", at)
        return
    if best is None:
        yield _silent(held, found, seen)
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
    # To be seen there on a working day counts as half of it; to leave says that it is over.
    return held.position[strongest(seen, one.place, 4.0 * (seen.on_working_day & (seen.what != LEFT)), seen.work_h)]


def _silent(held: Held, found: Anchored, seen: Sightings) -> Abstained:
    if not len(seen):
        return nowhere(held)
    if found.unsaid is not None:
        return found.unsaid
    if not found.places:
        return Abstained("only_home")
    if not found.enough:
        return Abstained("too_few", {"have": found.rides + found.paid, "need": FEWEST})
    if found.likely is not None:
        return Abstained("few_days", {"have": found.have, "need": found.need})
    return Abstained("unsure", {"place": point(found.places[0]), "share": Share(found.places[0].p)})
