"""When an observer does not know where the person was, and what could be reached meanwhile.

An anchor is an instant with a place that the observer has at "knows" or "knows because". Blind: a stretch with no anchor
inside. Silent: a stretch with no record at all. Nothing an observer only might know makes an anchor; a start known only
within bounds ends no gap. Stretches are `[start, end)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import day_bounds
from trailviz.events import FACETS
from trailviz.knowledge import Grade
from trailviz.reachable import Anchor, Reach, reach

if TYPE_CHECKING:
    from datetime import tzinfo

    import pyarrow as pa

    from trailviz.acts import Acts
    from trailviz.events import Events
    from trailviz.knowledge import Known
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
MOVES = ("ride", "visit", "leg")
TIME, END, PLACE, DESTINATION = (FACETS.index(name) for name in ("time", "end", "place", "destination"))


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


@dataclass(frozen=True)
class Sight:
    """What an observer has, as times: microseconds since 1970 UTC, sorted.

    `anchors`: instants with a place, with the position of their event and which end of it; `spans`: `[start, end)` of
    rides and visits known from end to end; `records`: every instant it has anything of; `busy`: spans it has both times of;
    `sources`: the collectors whose records it has any time of.
    """

    anchors: np.ndarray
    anchor_events: np.ndarray
    anchor_is_end: np.ndarray
    spans: np.ndarray
    records: np.ndarray
    record_events: np.ndarray
    busy: np.ndarray
    sources: frozenset[str]


@dataclass(frozen=True)
class Moments:
    """Every exact start and every end of a trail, sorted once: what any observer's sight is picked from.

    A moment an entry: `at` (microseconds), `event` (position), `is_end`, `has_point`, `arrives` (a payment that stands for
    a ride's end). A ride, visit or leg with both ends an entry: `moving` (position), `spans` (`[start, end)`).
    """

    at: np.ndarray
    event: np.ndarray
    is_end: np.ndarray
    has_point: np.ndarray
    arrives: np.ndarray
    moving: np.ndarray
    spans: np.ndarray

    def within(self, low: int, high: int) -> Moments:
        """Answer the moments of `[low, high]`, and the spans that touch it."""
        part = slice(*np.searchsorted(self.at, [low, high + 1]))
        kept = (self.spans[:, 0] < high) & (self.spans[:, 1] > low)
        at, event, is_end, has_point, arrives = (
            column[part] for column in (self.at, self.event, self.is_end, self.has_point, self.arrives)
        )
        return Moments(at, event, is_end, has_point, arrives, self.moving[kept], self.spans[kept])


def moments(events: Events, located: Located, acts: Acts) -> Moments:
    """Sort the moments of a trail; those at one instant stand starts first, then by event id."""
    start, end = (events.instants(name).astype(np.int64) for name in ("start", "end"))
    exact = np.isnat(events.instants("start_latest")) & (start != NO_TIME)
    ended = end != NO_TIME
    event = np.concatenate([np.flatnonzero(exact), np.flatnonzero(ended)])
    at = np.concatenate([start[exact], end[ended]])
    is_end = np.arange(len(event)) >= exact.sum()
    has_point = np.where(is_end, located.has_end[event], located.has_place[event])
    order = np.lexsort((events.ids[event], is_end, at))
    kinds, words = events.words("kind")
    moves = np.array([word in MOVES for word in [*words, ""]], bool)[kinds]
    arrives = ~is_end & (acts.end_us != NO_TIME)[event]
    moving = np.flatnonzero(moves & exact & ended)
    spans = np.stack([start[moving], end[moving]], axis=1)
    return Moments(at[order], event[order], is_end[order], has_point[order], arrives[order], moving, spans)


def sight(
    known: Known, located: Located, all_of: Moments, observer: Observer, scenario: str, *, moving_places: bool = False
) -> Sight:
    """Pick an observer's anchors and records from the moments of a trail.

    `moving_places` counts a taxi's arrival and a drop-off as places too, as the author of the afternoon does.
    """
    has = known.grades(observer, scenario) >= Grade.KNOWS_BECAUSE
    of_class = known.class_of[all_of.event]
    records = np.where(all_of.is_end, has[of_class, END], has[of_class, TIME])
    anchors = records & all_of.has_point & np.where(all_of.is_end, has[of_class, DESTINATION], has[of_class, PLACE])
    if moving_places:
        anchors |= all_of.arrives & has[of_class, END]
    moving = all_of.moving
    classes = known.class_of[moving]
    timed = has[classes, TIME] & has[classes, END]
    pointed = located.has_place[moving] & located.has_end[moving]
    placed = timed & pointed & has[classes, PLACE] & has[classes, DESTINATION]
    told = has[:, TIME] | has[:, END]
    sources = frozenset(known.deeds[number].collector for number in np.flatnonzero(told))
    return Sight(
        all_of.at[anchors],
        all_of.event[anchors],
        all_of.is_end[anchors],
        merged(all_of.spans[placed]),
        all_of.at[records],
        all_of.event[records],
        merged(all_of.spans[timed]),
        sources,
    )


def find(  # noqa: PLR0913 - columns in, as every room of this wing
    events: Events,
    seen: Sight,
    located: Located,
    coverage: pa.Table,
    observer: Observer,
    day: date,
    zone: tzinfo,
    *,
    speed_mps: float | None = None,
    shortest_s: int = SHORTEST_S,
) -> tuple[Gap, ...]:
    """Find the blind, silent and not-loaded stretches of a local day that last at least `shortest_s`.

    Args:
        events: The trail.
        seen: What the observer has.
        located: Where each event was.
        coverage: For when the sources speak.
        observer: Who looks.
        day: The local day.
        zone: The zone it is local in.
        shortest_s: Shorter stretches are passed over.
        speed_mps: Speed of the reachable area; by default that of the last mode before the gap.

    Returns:
        Gaps in order of time, blind before silent.
    """
    low, high = (_us(one) for one in day_bounds(day, zone))
    loaded = clipped(_loaded(coverage, observer, seen), low, high)
    found: list[Gap] = []
    for kind, at, of, spans in (
        ("blind", seen.anchors, seen.anchor_events, seen.spans),
        ("silent", seen.records, seen.record_events, seen.busy),
    ):
        pieces = (tuple(piece.tolist()) for span in _between(at, spans, low, high) for piece in clipped(loaded, *span))
        long = [piece for piece in pieces if piece[1] - piece[0] >= shortest_s * 1_000_000]
        found += [_gap(events, seen, located, observer, kind, piece, (at, of), speed_mps) for piece in long]
    known = clipped(merged(np.concatenate([seen.spans, loaded])), low, high)
    unknown = _between(np.zeros(0, np.int64), known, low, high)
    found += [
        Gap(observer.id, "not_loaded", _instant(a), _instant(b)) for a, b in unknown if b - a >= shortest_s * 1_000_000
    ]
    return tuple(sorted(found, key=lambda gap: (gap.start, gap.kind, gap.end)))


def ledger(
    seen: Sight, coverage: pa.Table, observer: Observer, days: list[date], zone: tzinfo
) -> dict[str, np.ndarray]:
    """Add up, for each local day, the seconds known, blind and not loaded: together exactly the length of the day."""
    bounds = np.array([[_us(one) for one in day_bounds(day, zone)] for day in days], np.int64).reshape(-1, 2)
    return {
        name: micros / 1e6 for name, micros in parted(seen.spans, _loaded(coverage, observer, seen), bounds).items()
    }


def parted(known: np.ndarray, loaded: np.ndarray, bounds: np.ndarray) -> dict[str, np.ndarray]:
    """Part each of some bounds (`[n, 2]`, microseconds) into known, blind and not loaded, which add up to its length."""
    either = merged(np.concatenate([known, loaded]))
    length = bounds[:, 1] - bounds[:, 0]
    seen, covered = _measured(known, bounds), _measured(either, bounds)
    return {"length": length, "known": seen, "blind": covered - seen, "not_loaded": length - covered}


def merged(spans: np.ndarray) -> np.ndarray:
    """Join overlapping and touching spans (`[n, 2]` int64); empty and reversed ones vanish."""
    spans = spans[spans[:, 1] > spans[:, 0]]
    if not len(spans):
        return np.zeros((0, 2), np.int64)
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    furthest = np.maximum.accumulate(spans[:, 1])
    begins = np.concatenate([[True], spans[1:, 0] > furthest[:-1]])
    return np.stack(
        [spans[begins, 0], furthest[np.concatenate([np.flatnonzero(begins)[1:] - 1, [len(spans) - 1]])]], axis=1
    )


def clipped(spans: np.ndarray, low: int, high: int) -> np.ndarray:
    """Cut merged spans to `[low, high)`."""
    cut = np.clip(spans, low, high)
    return cut[cut[:, 1] > cut[:, 0]]


def _measured(spans: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Measure merged spans within each of some bounds, exactly, in microseconds."""
    if not len(spans):
        return np.zeros(len(bounds), np.int64)
    total = np.concatenate([[0], np.cumsum(spans[:, 1] - spans[:, 0])])

    def until(at: np.ndarray) -> np.ndarray:
        index = np.searchsorted(spans[:, 0], at, side="right")
        last = spans[np.maximum(index - 1, 0)]
        inside = np.minimum(at, last[:, 1]) - last[:, 0]
        return np.where(index > 0, total[np.maximum(index - 1, 0)] + inside, 0)

    return until(bounds[:, 1]) - until(bounds[:, 0])


def _between(at: np.ndarray, spans: np.ndarray, low: int, high: int) -> list[tuple[int, int]]:
    """List the stretches of `[low, high)` between instants and outside spans."""
    points = np.unique(np.clip(np.concatenate([at[(at >= low) & (at <= high)], spans.ravel(), [low, high]]), low, high))
    stretches = pairwise(points)
    middle = (points[:-1] + points[1:]) // 2
    index = np.searchsorted(spans[:, 0], middle, side="right") - 1
    covered = (index >= 0) & (middle < spans[np.maximum(index, 0), 1]) if len(spans) else np.zeros(len(middle), bool)
    return [(int(one), int(other)) for (one, other), inside in zip(stretches, covered, strict=True) if not inside]


def _loaded(coverage: pa.Table, observer: Observer, seen: Sight) -> np.ndarray:
    """Answer the merged spans in which some source of this observer speaks: its members', and those it learns from."""
    rows = [one for one in coverage.to_pylist() if one["collector"] in observer.members | seen.sources]
    spans = [[_us(one["from"]), _us(one["until"])] for one in rows if one["from"] and one["until"]]
    return merged(np.array(spans, np.int64).reshape(-1, 2))


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
    mode = _mode_before(events, before)
    speed = speed_mps or SPEEDS_MPS.get(mode, SPEEDS_MPS["walk"])
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
        event, is_end = seen.anchor_events[one], seen.anchor_is_end[one]
        lat, lon, r90 = (
            (located.end_lat, located.end_lon, located.end_r90_m)
            if is_end
            else (located.lat, located.lon, located.r90_m)
        )
        if not np.isnan(lat[event]) and (best is None or r90[event] < best.radius_m):
            best = Anchor(float(lat[event]), float(lon[event]), float(r90[event]))
    return best


def _mode_before(events: Events, before: int | None) -> str:
    """Answer how the person moved last, for the observer: whoever pays in a shop stands on their own feet."""
    if before is None:
        return "walk"
    codes, words = events.words("mode")
    return words[codes[before]] if codes[before] >= 0 and words[codes[before]] in SPEEDS_MPS else "walk"


def _us(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)


def _instant(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)
