"""Which places are home and work, as surely as measured: one answer for every rule that rests on them.

`held.once("home", home_of)` and `held.once("work", work_of)` answer an `Anchored`. Where a person moved, each home has its
time; where two homes are lived in at once, the second stands beside the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import distance_m
from trailviz.guesses import PROBABLY
from trailviz.guesses.scores import (
    Scores,
    probability,
    score,
    scores,
    without,
)
from trailviz.guesses.second import NO_WORK_LEAST, comes_back, nights_h, probable, runner_up, second_home
from trailviz.guesses.sightings import PAID_KINDS, RIDE_KINDS, STAY_KINDS, Sightings, sightings
from trailviz.guesses.spells import days_seen
from trailviz.guesses.tenures import FEWEST_SLEPT, Weekly, followed, tenures, weekly
from trailviz.guesses.unsaid import apart_m, of_days, of_home, of_work
from trailviz.places.locate import R50_OF_R90

if TYPE_CHECKING:
    from trailviz.guesses import Abstained
    from trailviz.guesses.held import Held

FEWEST, ENOUGH_H = 6, 16.0
"""Of five ends of rides or fewer home is right half to three quarters of the time (section 2 of the reference). Two nights, or two
working days, of known hours are enough too."""
DAYS_NEEDED, WORKDAYS_NEEDED = 3, 4
"""Days and working days seen before anything is said. What is said with .8 is right nine times in ten, with an interval from .85 on, from two days
on (.977, .93 to .99) and from four working days on (.947, .88 to .98; 368 people, logs of up to 30 days, each by a fit without them, 2026-11-26).
Nobody of them was on a holiday alone: a third day is asked for, since two are a weekend in a hotel."""
MOST_NAMED, LEAST_TOLD = 4, 0.01
"""So many places at most are named, and no runner-up less probable than this."""
HOME_WEEKS, WORK_WEEKS = 4, 6
"""The windows in which a change is looked for: HoWDe's 28 and 42 days (`tenures`)."""
SLEPT_H, SLEPT_OFF = 3.0, 0.4
FEWEST_NIGHTS, NIGHTS_OFF = 8, 0.15
"""A night is slept off by three of the hours from 10 to 16, on more than so many of eight nights or more; and so large a share of the
nights is spent at the other place, for days off are nights at home. Of two invented nurses 50 and 76 of 100 nights at the
hospital were followed by such a day at home, of two students' nights at their parents' none (2026-11-26)."""
HOME_LEAST, WORK_LEAST = 0.8, 0.95
"""How probable both places must be, each by its own days, for a move or a change of work to be told."""
APART_M = 1000.0
"""A second home, or a new one, is further off than the station one walks to, where whoever rides home seems to spend the nights.
Invented people live up to 750 m from theirs; nobody has measured real ones, for the labelled data has no coordinates."""


@dataclass(frozen=True)
class Anchor:
    """A place that may be home or work: its number in the sightings, WGS-84 degrees, metres, and how probable it is.

    `first`, `end`: the local days `[first, end)`, since 1970, for which it holds.
    """

    place: int
    lat: float
    lon: float
    r50_m: float
    r90_m: float
    p: float
    first: int
    end: int


@dataclass(frozen=True)
class Anchored:
    """What an observer can say of home, or of work.

    `places`: the likeliest first, its `p` calibrated, then what else it may have been; they share what is left. `moves`: where
    it changed, the places in order of time, each with its days. `second`: another home lived in besides; where there are `moves`
    too, it is one of them. `shift`: where the nights are spent that are slept off at home by day. `never`: the places that are out
    of the question.
    `counts`: the evidence of each place (places of the sightings, `COUNTS`). `rides`, `stays`, `paid`: how many ends of rides,
    stretches and moments of paying all rests on; `enough`: whether they are enough to say anything. `have`, `need`: how many days
    (working days, of work) the log has, and must have. `unsaid`: why the likeliest place is not told all the same.
    """

    places: tuple[Anchor, ...]
    moves: tuple[Anchor, ...]
    second: Anchor | None
    shift: Anchor | None
    never: tuple[int, ...]
    counts: np.ndarray
    rides: int
    stays: int
    paid: int
    enough: bool
    have: int
    need: int
    unsaid: Abstained | None = None

    @property
    def likely(self) -> Anchor | None:
        """Answer the place that is more probable than not, on however few days."""
        return self.places[0] if self.enough and self.places and self.places[0].p >= PROBABLY else None

    @property
    def best(self) -> Anchor | None:
        """Answer the place that is told: more probable than not, of a log with days enough, and nothing speaks against it (`unsaid`)."""
        return self.likely if self.have >= self.need and self.unsaid is None else None

    @property
    def numbers(self) -> tuple[int, ...]:
        """Answer the numbers of the place and of the second one, where nobody works."""
        # A second home that is only probable may be an office.
        second = self.second if self.second is not None and self.second.p >= NO_WORK_LEAST else None
        return tuple(one.place for one in (self.likely, second) if one is not None)


def home_of(held: Held, by: Scores | None = None, second: np.ndarray | None = None) -> Anchored:
    """Answer where the person may live; ask through `held.once("home", home_of)`."""
    by = scores()[0] if by is None else by
    found = _anchored(held, by, HOME_WEEKS, HOME_LEAST)
    if found.best is None:
        return found
    seen = held.once("sightings", sightings)
    if (unsaid := of_home(held, found, found.best)) is not None:
        return replace(found, unsaid=unsaid)
    # A station beside home is no other place to sleep at.
    best = found.best
    away = distance_m(seen.lat, seen.lon, np.array(best.lat), np.array(best.lon)) >= APART_M
    if any(_slept_off(seen, best.place, rival) for rival in _rivals(nights_h(found.counts), best.place, away)):
        # The nights have deceived the scores: the place of a shift is ruled out, and they are asked once more.
        again = _anchored(held, by, HOME_WEEKS, HOME_LEAST, (best.place,))
        return replace(again, shift=best)
    if (unsaid := of_days(seen, found, best)) is not None:
        return replace(found, unsaid=unsaid)
    return _slept_at_too(seen, found, away, by, second_home() if second is None else second)


def _slept_at_too(seen: Sightings, found: Anchored, away: np.ndarray, by: Scores, weights: np.ndarray) -> Anchored:
    """Say what the place with the most nights besides home is: that of a shift, a second home, or the home before a move or after it."""
    place = runner_up(found.counts, away)
    if place < 0 or found.moves:
        return found
    p = probable(seen, found.counts, place, by, weights)
    other = _anchor(seen, place, p, seen.span())
    if _slept_off(seen, place, found.places[0].place):
        return replace(found, shift=other)
    return _lived_in_too(seen, found, other) if p else found


def _lived_in_too(seen: Sightings, found: Anchored, other: Anchor) -> Anchored:
    """Tell a second home from a move: nights in two homes go back and forth, and of a move there are two blocks of them."""
    best = found.places[0]
    nights = seen.nights(best.place), seen.nights(other.place)
    cut = followed(*nights)
    # Back and forth: lived in besides if somebody comes back often enough, else a visit.
    if cut is None:
        return replace(found, second=other) if comes_back(nights[1], apart_m(best, other)) else found
    if min(map(len, nights)) < FEWEST_SLEPT:
        return found
    day, first = cut
    before, after = (best, other) if first else (other, best)
    return replace(found, second=other, moves=(replace(before, end=day), replace(after, first=day)))


def _apart(one: Anchor, other: Anchor) -> bool:
    return apart_m(one, other) >= APART_M


def _rivals(nights: np.ndarray, place: int, away: np.ndarray) -> list[int]:
    """Answer the places where nights are spent too, so many at least that it may be the days off from a night's work."""
    return np.flatnonzero(away & (nights >= NIGHTS_OFF * (nights + nights[place]))).tolist()


def _slept_off(seen: Sightings, place: int, elsewhere: int) -> bool:
    """Say whether nights at a place are mostly followed by a day at another, where other nights are spent.

    So does who works at night and sleeps at home. Who works by day spends days at the office too, but no nights.
    """
    nights, others = seen.nights(place), seen.nights(elsewhere)
    if len(nights) < FEWEST_NIGHTS or len(others) < NIGHTS_OFF * (len(nights) + len(others)):
        return False
    return float((seen.middays(elsewhere, nights + 1) >= SLEPT_H).mean()) > SLEPT_OFF


def work_of(held: Held, by: Scores | None = None) -> Anchored:
    """Answer where the person may work, which is not at home; ask through `held.once("work", work_of)`."""
    by = scores()[1] if by is None else by
    home = held.once("home", home_of)
    found = _anchored(held, by, WORK_WEEKS, WORK_LEAST, home.numbers)
    return replace(found, shift=home.shift, unsaid=of_work(held, found, home))


def evidence(held: Held) -> np.ndarray:
    """Count the evidence of each place over the whole trail: (places, COUNTS)."""
    seen, each = held.once("sightings", sightings), held.once("weekly", _weekly)
    # The weeks are counted anyway, and their sum is cheaper than another pass; not where places beyond `MOST_PLACES` are left out.
    return each.counts.sum(0) if len(each.places) == len(seen) else seen.counts()[0]


def _weekly(held: Held) -> Weekly:
    return weekly(held.once("sightings", sightings))


def _anchored(held: Held, by: Scores, weeks: int, least: float, never: tuple[int, ...] = ()) -> Anchored:
    seen, counts = held.once("sightings", sightings), held.once("evidence", evidence)
    rides, paid = (int(counts[:, kinds].sum()) for kinds in (RIDE_KINDS, PAID_KINDS))
    amounts = counts.sum(0)
    # Ends of rides (of work, payments too) count by number, stays by hours: either alone may be enough.
    telling = amounts[[one for one in by.telling.tolist() if one not in STAY_KINDS]]
    enough = bool(telling.sum() >= FEWEST or amounts[STAY_KINDS].sum() >= ENOUGH_H)
    possible = without(counts, list(never))
    scored = score(possible, by)
    if not np.isfinite(scored).any():
        return Anchored((), (), None, None, never, counts, rides, len(seen.stay_place), paid, enough, 0, 0)
    p = float(probability(possible, scored, by))
    order = np.argsort(-scored, kind="stable")[:MOST_NAMED]
    order = order[np.isfinite(scored[order])]
    rest = np.exp(scored[order[1:]] - scored[order[0]])
    # The next places share what the best one leaves, and "somewhere never seen" has its part of it.
    chances = [p, *((1 - p) * rest / (rest.sum() + 1)).tolist()]
    places = tuple(
        _anchor(seen, at, one, seen.span())
        for number, (at, one) in enumerate(zip(order.tolist(), chances, strict=True))
        if not number or one >= LEAST_TOLD
    )
    changed = tenures(seen, held.once("weekly", _weekly), by, weeks, least, never) if p >= PROBABLY else ()
    moves = tuple(_anchor(seen, one.place, one.p, (one.first, one.end)) for one in changed)
    # Whoever begins to pay at the gate beside home has not moved there.
    moves = moves if all(_apart(*pair) for pair in pairwise(moves)) else ()
    home = weeks == HOME_WEEKS
    # Days of the whole log: a place seen once in half a year has been measured, a log of a day or two has not.
    have, need = days_seen(seen, working=not home), DAYS_NEEDED if home else WORKDAYS_NEEDED
    stays = len(seen.stay_place)
    return Anchored(places, moves, None, None, never, counts, rides, stays, paid, enough, have, need)


def _anchor(seen: Sightings, place: int, p: float, days: tuple[int, int]) -> Anchor:
    r90 = seen.radius_m(place)
    lat, lon = float(seen.lat[place]), float(seen.lon[place])
    return Anchor(place, lat, lon, r90 * R50_OF_R90, r90, p, *days)
