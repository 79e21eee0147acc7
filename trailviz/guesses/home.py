"""Home: where the person sleeps, when they moved, and a second home lived in besides.

Source: evidence by kind after Isaacman et al. (2011) and HoWDe (arXiv:2506.20679), scores fitted by this project on the
latter's labelled people (`home_work.json`, docs/guesses-home-work.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import date_of
from trailviz.guesses import PROBABLY, Abstained, Guess, Other, Share
from trailviz.guesses.anchors import FEWEST, Anchor, Anchored, home_of
from trailviz.guesses.sightings import REACHED, Sightings, sightings, strongest
from trailviz.guesses.spells import nights_spent
from trailviz.guesses.unsaid import nowhere, point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailviz.guesses import Value
    from trailviz.guesses.held import Held

MOVED = 0.65
"""Of 126 changes told of labelled people under four ways of logging, in 75 three quarters of the nights at both places lay on their side of the day, the
less sure place being .96 on average: .62 (.53 to .71; benchmarks/home_work_moves.py, 2026-11-26). A little more, so that one of .8 is still told."""


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Say where home is, when it changed, and whether there is a second; or why nobody could know."""
    found, seen = held.once("home", home_of), held.once("sightings", sightings)
    best = found.best
    if best is None:
        yield _silent(held, found, seen)
        return
    # What is told as moved from or to, or as a second home, is no runner-up besides.
    named = {*found.numbers, *(one.place for one in found.moves)}
    rest = [one for one in found.places[1:] if one.place not in named]
    others = tuple(Other(_values(seen, one), one.p, point(one)) for one in rest)
    yield Guess(
        "home",
        _values(seen, best),
        _rows(held, seen, best),
        best.p,
        "home",
        point(best),
        others=others,
        wrong=_wrong(held, seen, best),
    )
    yield from changes(found, best, ("moved", "home"), MOVED, lambda one: _rows(held, seen, one))
    if found.second is not None and not found.moves:
        other = found.second
        yield Guess("second", _values(seen, other), _rows(held, seen, other), other.p, "home-2", point(other))


def _values(seen: Sightings, one: Anchor) -> dict[str, Value]:
    return {"place": point(one), "rows": len(np.unique(_all(seen, one.place))), "nights": nights_spent(seen, one.place)}


def _all(seen: Sightings, place: int) -> np.ndarray:
    return np.concatenate((seen.row[seen.place == place], seen.stay_rows[seen.stay_place == place].ravel()))


def _rows(held: Held, seen: Sightings, one: Anchor) -> np.ndarray:
    """Answer the positions of the rows that speak most for sleeping there."""
    # A ride home late counts as the eight hours of a night that follow it.
    return held.position[strongest(seen, one.place, 8.0 * (seen.late & (seen.what == REACHED)), seen.night_h)]


def _wrong(held: Held, seen: Sightings, one: Anchor) -> tuple[str, ...]:
    """Answer what would make a home wrong: a car's stop and a station's gate only where there is one."""
    rows = seen.row[seen.place == one.place]
    by = {"next_door": "ride", "station": "tap"}
    beside = tuple(key for key, kind in by.items() if held.kind.among([kind])[rows].any())
    return ("partner", "night_work", *beside)


def changes(
    found: Anchored, best: Anchor, named: tuple[str, str], share: float, rows: Callable[[Anchor], np.ndarray]
) -> Iterator[Guess]:
    """Tell when a home or a workplace changed.

    `named`: what is said, and the key before the number; `share`: how many of such changes were found to be true.
    """
    number = 2
    for before, after in zip(found.moves, found.moves[1:], strict=False):
        # No surer than the less sure of the two places, and no surer than such changes were found to be.
        p = share * min(before.p, after.p)
        if p >= PROBABLY:
            new = before if after.place == best.place else after
            values: dict[str, Value] = {"from": point(before), "to": point(after), "date": date_of(after.first)}
            yield Guess(named[0], values, rows(new), p, f"{named[1]}-{number}", point(new))
            number += 1


def _silent(held: Held, found: Anchored, seen: Sightings) -> Abstained:
    if not len(seen):
        return nowhere(held)
    if not found.places:
        return Abstained("only_paid", {"paid": found.paid})
    if not found.enough:
        return Abstained("too_few", {"have": found.rides, "need": FEWEST})
    if found.unsaid is not None:
        return found.unsaid
    if found.likely is not None:
        return Abstained("few_days", {"have": found.have, "need": found.need})
    return Abstained("unsure", {"place": point(found.places[0]), "share": Share(found.places[0].p)})
