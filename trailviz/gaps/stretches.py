"""The blind, silent and not-loaded stretches of a day, with what stands at their ends and what could be reached within."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import day_bounds
from trailviz.gaps.sight import loaded_for, micros
from trailviz.gaps.spans import clipped, merged, within
from trailviz.reachable import Anchor, Reach, reach

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from trailviz.events import Events
    from trailviz.gaps.sight import Sight
    from trailviz.places import Located
    from trailviz.registry import Observer

SPEEDS_MPS = {
    "walk": 1.4,
    "bike": 4.2,
    "scooter": 5.0,
    "bus": 5.0,
    "car": 8.3,
    "taxi": 8.3,
    "metro": 9.0,
    "train": 33.0,
}
"""Door-to-door speeds in cities by mode: walking by the usual 5 km/h, bikes 15, cars 30, metro 32, trains 120."""
SHORTEST_S = 30 * 60


@dataclass(frozen=True)
class Gap:
    """A stretch in which an observer has no anchor (blind), no record (silent), or no source speaks (not_loaded).

    `before`, `after`: ids of the events at its ends (None at the edge of the day). `a`, `b`: the anchors. `inside`: ids of
    the events within that the observer has, and that name no place. `speed_mps` and `mode`: what `reach` is drawn with.
    """

    observer: str
    kind: str
    start: datetime
    end: datetime
    before: int | None = None
    after: int | None = None
    a: Anchor | None = None
    b: Anchor | None = None
    inside: tuple[int, ...] = ()
    mode: str = "walk"
    speed_mps: float = SPEEDS_MPS["walk"]
    area: Reach | None = field(default=None, repr=False)

    @property
    def minutes(self) -> int:
        """Its length in whole minutes."""
        return round((self.end - self.start).total_seconds() / 60)

    @property
    def contradiction(self) -> bool:
        """Whether the two anchors cannot both be true at this speed."""
        return self.area is not None and self.area.contradiction


def find(  # noqa: PLR0913 - columns in, as every room of this wing
    events: Events,
    seen: Sight,
    located: Located,
    by_collector: Mapping[str, np.ndarray],
    observer: Observer,
    day: date,
    zone: tzinfo,
    *,
    speed_mps: float | None = None,
    shortest_s: float = SHORTEST_S,
) -> tuple[Gap, ...]:
    """Find the blind, silent and not-loaded stretches of a local day that last at least `shortest_s`.

    Args:
        events: The trail.
        seen: What the observer has.
        located: Where each event was.
        by_collector: For when the files of each collector speak.
        observer: Who looks.
        day: The local day.
        zone: The zone it is local in.
        shortest_s: Shorter stretches are passed over.
        speed_mps: Speed of the reachable area; by default that of the last mode before the gap.

    Returns:
        Gaps in order of time, blind before silent.
    """
    low, high = (micros(one) for one in day_bounds(day, zone))
    # Blind and silent are said only where a source speaks: a file that is not there proves no silence.
    loaded = clipped(loaded_for(by_collector, observer.members | seen.sources), low, high)
    found: list[Gap] = []
    for kind, at, of, spans in (
        ("blind", seen.anchors, seen.anchor_events, seen.spans),
        ("silent", seen.records, seen.record_events, seen.busy),
    ):
        pieces = (tuple(piece.tolist()) for span in _between(at, spans, low, high) for piece in clipped(loaded, *span))
        long = [piece for piece in pieces if piece[1] - piece[0] >= shortest_s * 1_000_000]
        found += [_gap(events, seen, located, observer, kind, piece, (at, of), speed_mps) for piece in long]
    # A ride known through another company is known, though no file of the observer covers it.
    known = clipped(merged(seen.spans, loaded), low, high)
    unknown = _between(np.zeros(0, np.int64), known, low, high)
    found += [
        Gap(observer.id, "not_loaded", _instant(a), _instant(b)) for a, b in unknown if b - a >= shortest_s * 1_000_000
    ]
    return tuple(sorted(found, key=lambda gap: (gap.start, gap.kind, gap.end)))


def _between(at: np.ndarray, spans: np.ndarray, low: int, high: int) -> list[tuple[int, int]]:
    """List the stretches of `[low, high)` between instants and outside spans."""
    points = np.unique(np.clip(np.concatenate([at[(at >= low) & (at <= high)], spans.ravel(), [low, high]]), low, high))
    covered = within(spans, (points[:-1] + points[1:]) // 2)
    return [
        (int(one), int(other)) for (one, other), inside in zip(pairwise(points), covered, strict=True) if not inside
    ]


def _gap(
    events: Events,
    seen: Sight,
    located: Located,
    observer: Observer,
    kind: str,
    span: tuple[int, int],
    points: tuple[np.ndarray, np.ndarray],
    speed_mps: float | None,
) -> Gap:
    low, high = span
    at, of = points
    first, last = np.searchsorted(at, low, side="right") - 1, np.searchsorted(at, high)
    before = int(of[first]) if first >= 0 and at[first] == low else None
    after = int(of[last]) if last < len(at) and at[last] == high else None
    since, until = np.searchsorted(seen.records, low, side="right"), np.searchsorted(seen.records, high)
    inside = tuple(dict.fromkeys(events.ids[seen.record_events[since:until]].tolist()))
    a = b = area = None
    # After paying in a shop one walks, unless that record names a mode (0001).
    mode = _mode_before(events, before)
    speed = speed_mps or SPEEDS_MPS.get(mode, SPEEDS_MPS["walk"])
    # Only a blind stretch lies between two places; a silent one may begin at a record that names none.
    if kind == "blind":
        a, b = _anchor(seen, located, low, int(first)), _anchor(seen, located, high, int(last))
        area = reach(a, b, (high - low) / 1e6, speed) if a and b else None
    ids = [None if one is None else int(events.ids[one]) for one in (before, after)]
    return Gap(observer.id, kind, _instant(low), _instant(high), ids[0], ids[1], a, b, inside, mode, speed, area)


def _anchor(seen: Sight, located: Located, at: int, index: int) -> Anchor | None:
    """Answer the surest place the observer has at an instant."""
    if not 0 <= index < len(seen.anchors) or seen.anchors[index] != at:
        return None
    same = range(*np.searchsorted(seen.anchors, [at, at + 1]))
    best: Anchor | None = None
    for one in same:
        event, far = seen.anchor_events[one], seen.anchor_is_far[one]
        lat, lon, r90 = (
            (located.end_lat, located.end_lon, located.end_r90_m) if far else (located.lat, located.lon, located.r90_m)
        )
        # Of several records of one instant the most exact: the area grows with what is not known.
        if not np.isnan(lat[event]) and (best is None or r90[event] < best.radius_m):
            best = Anchor(float(lat[event]), float(lon[event]), float(r90[event]))
    return best


def _mode_before(events: Events, before: int | None) -> str:
    """Answer how the person moved last, for the observer: whoever pays in a shop stands on their own feet."""
    if before is None:
        return "walk"
    codes, words = events.words("mode")
    return words[codes[before]] if codes[before] >= 0 and words[codes[before]] in SPEEDS_MPS else "walk"


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, UTC)
