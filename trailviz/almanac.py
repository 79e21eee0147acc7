"""What an observer knew over a span of days: the ledger, the five levels, the gaps that come back, and bits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from trailviz import gaps
from trailviz.events import FACET_BIT
from trailviz.gaps import Bits, Recurring, Sight, Stretch, Thresholds
from trailviz.gaps.sight import loaded_for
from trailviz.gaps.spans import clipped, edges, merged, outside
from trailviz.knowledge import Grade
from trailviz.registry import SELF

if TYPE_CHECKING:
    from trailviz.knowledge import Known
    from trailviz.registry import Observer, Relation
    from trailviz.trail import Trail

WHERE = ("place", "destination")


@dataclass(frozen=True)
class Almanac:
    """What an observer knew from day to day.

    `days`: every local day of the span. `parts`: seconds a day: length, known, blind, not_loaded. `levels`: seconds a day of each of
    `gaps.LEVELS`, and not_loaded. `gap_hours`: hours in gaps of at least half an hour, two, and eight. `bits`: mean location entropy
    over the time a source speaks for; `places`: how many places it is asked about; `most`: the bits of not knowing at all.
    """

    observer: Observer
    scenario: str
    limits: Thresholds
    days: tuple[date, ...]
    parts: dict[str, np.ndarray]
    levels: dict[str, np.ndarray]
    gap_hours: dict[float, float]
    recurring: tuple[Recurring, ...]
    bits: Bits
    places: int
    most: float


@dataclass(frozen=True)
class Worth:
    """How many bits of mean location entropy one more source takes from an observer, over the same time.

    `name`: a relation's row id, with the direction it tells in, or a company. Negative where what it tells breaks a guess: less sure,
    and righter.
    """

    name: str
    bits: float
    relation: Relation | None = None


def almanac(
    trail: Trail,
    observer: Observer,
    scenario: str,
    first: date | None = None,
    last: date | None = None,
    limits: Thresholds | None = None,
) -> Almanac:
    """Sum up a span of local days, both ends counted; without ends, the whole trail.

    Raises:
        ValueError: If the trail has no day at all, or the last day is before the first.
    """
    days = span(trail, first, last)
    limits = limits or Thresholds()
    bounds = trail.bounds(days[0], days[-1])
    low, high = int(bounds[0]), int(bounds[-1])
    seen = trail.sight(observer, scenario)
    found = gaps.levels(seen, trail.located, trail.loaded, observer, limits)
    # The places are the whole trail's, not the observer's: one yardstick, so that two observers can be compared (0005).
    speaks, places = found.spans[-1], trail.yardstick(limits.same_m)
    blind = _blind(seen, speaks)
    return Almanac(
        observer,
        scenario,
        limits,
        days,
        trail.ledger(observer, scenario, list(days)),
        found.measured(np.stack([bounds[:-1], bounds[1:]], axis=1)),
        {hours: _hours(clipped(blind, low, high), hours) for hours in (0.5, 2, 8)},
        gaps.recurring(_longer(blind, limits.shortest_s), speaks, bounds, days[0].weekday()),
        gaps.mean_bits(found, places, limits, clipped(speaks, low, high)),
        len(places),
        places.most,
    )


def stretches(trail: Trail, observer: Observer, scenario: str, day: date, limits: Thresholds) -> tuple[Stretch, ...]:
    """List the stretches of a local day, each of one level of knowledge, in order; where no source speaks there is none."""
    low, high = trail.bounds(day, day).tolist()
    found = gaps.levels(trail.sight(observer, scenario), trail.located, trail.loaded, observer, limits)
    return found.stretches(low, high)


def span(trail: Trail, first: date | None, last: date | None) -> tuple[date, ...]:
    """List every local day from one to another, both counted; without ends, from the trail's first to its last."""
    if not trail.days and (first is None or last is None):
        raise ValueError("no day")
    first, last = first or trail.days[0][0], last or trail.days[-1][0]
    if last < first:
        raise ValueError("the last day is before the first")
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def worth(
    trail: Trail, observer: Observer, scenario: str, first: date, last: date, limits: Thresholds | None = None
) -> tuple[tuple[Worth, ...], tuple[Worth, ...]]:
    """Answer what each relation is worth that tells an observer of a place, and what each other collector's own records would be.

    A relation: the mean location entropy without it, less that with it, over the time a source speaks for with it. A company: the
    entropy without its records, less that with them, over the time a source speaks for with them. The largest first.
    """
    limits = limits or Thresholds()
    bounds = trail.bounds(first, last)
    low, high = int(bounds[0]), int(bounds[-1])
    places = trail.yardstick(limits.same_m)

    def entropy(known: Known, who: Observer, over: np.ndarray) -> float:
        seen = gaps.sight(known, trail.every_moment, who, scenario)
        found = gaps.levels(seen, trail.located, trail.loaded, who, limits)
        return gaps.mean_bits(found, places, limits, over).mean

    def speaks(who: Observer) -> np.ndarray:
        seen = trail.sight(who, scenario)
        spans = merged(loaded_for(trail.loaded, who.members | seen.sources), seen.spans)
        return clipped(spans, low, high)

    own = speaks(observer)
    with_all = entropy(trail.known, observer, own)
    relations = [
        Worth(name, entropy(trail.known.without([name]), observer, own) - with_all, one)
        for name, one in _telling_where(trail.known, observer, scenario).items()
    ]
    companies = []
    # What one remembers oneself is no company's, and none can be told of it; whoever has the files has all records.
    others = trail.known.collectors - observer.members - {SELF} if SELF not in observer.members else ()
    for one in sorted(others):
        # As if both were one: what another's records are worth is what is known with them (docs/how-it-knows.md, Bits).
        joined = type(observer)(f"{observer.id}+{one}", observer.members | {one}, "group")
        # Over the same time for both sides, or more loaded hours alone would count as knowledge.
        over = speaks(joined)
        companies.append(Worth(one, entropy(trail.known, observer, over) - entropy(trail.known, joined, over)))
    ranked = [tuple(sorted(some, key=lambda one: (-one.bits, one.name))) for some in (relations, companies)]
    return ranked[0], ranked[1]


def _telling_where(known: Known, observer: Observer, scenario: str) -> dict[str, Relation]:
    """List the relations on the paths by which an observer knows the time or place of anything."""
    grades = known.grades(observer, scenario)
    found: dict[str, Relation] = {}
    for facet in ("time", "end", *WHERE):
        bit = FACET_BIT[facet].bit_length() - 1
        seen: set[int] = set()
        for number in np.flatnonzero(grades[:, bit] == Grade.KNOWS_BECAUSE).tolist():
            # classes of one deed have the same paths
            if int(known.deed_of[number]) not in seen:
                seen.add(int(known.deed_of[number]))
                found.update({one.row_id: one for one in known.because(number, facet, observer, scenario)})
    return found


def _blind(seen: Sight, speaks: np.ndarray) -> np.ndarray:
    """Answer the stretches between anchors, and outside rides and visits known whole, for which a source speaks."""
    if not len(speaks):
        return speaks
    low, high = int(speaks[0, 0]), int(speaks[-1, 1])
    points = edges(*(np.clip(one, low, high) for one in (seen.anchors, speaks, seen.spans)))
    pieces = np.stack([points[:-1], points[1:]], axis=1)
    # A ride known whole is no gap, though no anchor lies between its ends.
    dark = gaps.measured(merged(seen.spans, outside(speaks, low, high)), pieces) == 0
    return pieces[dark]


def _longer(pieces: np.ndarray, seconds: float) -> np.ndarray:
    return pieces[pieces[:, 1] - pieces[:, 0] >= seconds * 1e6]


def _hours(pieces: np.ndarray, hours: float) -> float:
    long = pieces[:, 1] - pieces[:, 0]
    return float(long[long >= hours * 3.6e9].sum() / 3.6e9)
