"""What an observer has of a trail, as times: its anchors, its records, and the rides and visits it knows from end to end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.events import FACETS, KINDS
from trailviz.gaps.spans import merged
from trailviz.knowledge import Grade

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from trailviz.acts import Acts
    from trailviz.events import Events
    from trailviz.knowledge import Known
    from trailviz.places import Located
    from trailviz.registry import Observer

MOVES = ("ride", "visit", "leg")
UNDER_WAY = ("ride", "leg", "tap")
STIRRING = ("payment", "hold", "order", "ride", "leg", "tap", "visit", "delivery")
"""Kinds that tell of a person on their feet, unless the row says it was done from afar."""
TIME, END, PLACE, DESTINATION = (FACETS.index(name) for name in ("time", "end", "place", "destination"))


@dataclass(frozen=True)
class Moments:
    """Every exact start and every end of a trail, sorted once: what any observer's sight is picked from.

    A moment an entry: `at` (microseconds), `event` (position), `is_end`, `key` (twice the event's class, and one more for an end),
    `has_point`, `far_point` (it is the event's second point), `arrives` (a payment that stands for a ride's end), `leaving` and `coming` (the person goes from there, or came
    there, at that instant). A ride, visit or leg with both ends an entry: `moving` (class), `spans` (`[start, end)`, in order of
    start), `pointed`. A start or end of a deed on one's feet, within bounds or not, an entry: `stirs`, `stir_key`.
    """

    at: np.ndarray
    event: np.ndarray
    is_end: np.ndarray
    key: np.ndarray
    has_point: np.ndarray
    far_point: np.ndarray
    arrives: np.ndarray
    leaving: np.ndarray
    coming: np.ndarray
    moving: np.ndarray
    spans: np.ndarray
    pointed: np.ndarray
    stirs: np.ndarray
    stir_key: np.ndarray

    def within(self, low: int, high: int) -> Moments:
        """Answer the moments of `[low, high]`, and the spans that touch it."""
        part = slice(*np.searchsorted(self.at, [low, high + 1]))
        stirring = slice(*np.searchsorted(self.stirs, [low, high + 1]))
        # Whole, not cut: a night's stay reaches into the day from the one before.
        kept = (self.spans[:, 0] < high) & (self.spans[:, 1] > low)
        first = (self.at, self.event, self.is_end, self.key, self.has_point, self.far_point)
        return Moments(
            *(column[part] for column in (*first, self.arrives, self.leaving, self.coming)),
            *(column[kept] for column in (self.moving, self.spans, self.pointed)),
            *(column[stirring] for column in (self.stirs, self.stir_key)),
        )


@dataclass(frozen=True)
class Sight:
    """What an observer has, as times: microseconds since 1970 UTC, sorted.

    `anchors`: instants with a place, with the position of their event, which of its points, and whether the person left from
    there or came there then; `spans`: `[start, end)` of rides and visits known from end to end; `records`: every instant it has
    anything of; `busy`: spans it has both times of; `stirs`: instants of deeds on one's feet; `sources`: the collectors whose
    records it has any time of.
    """

    anchors: np.ndarray
    anchor_events: np.ndarray
    anchor_is_far: np.ndarray
    leaving: np.ndarray
    coming: np.ndarray
    spans: np.ndarray
    records: np.ndarray
    record_events: np.ndarray
    busy: np.ndarray
    stirs: np.ndarray
    sources: frozenset[str]


def moments(events: Events, located: Located, acts: Acts, known: Known) -> Moments:
    """Sort the moments of a trail; those at one instant stand starts first, then by event id."""
    start, end, latest = (events.instants(name).view(np.int64) for name in ("start", "end", "start_latest"))
    # A start known only within bounds makes no anchor, and ends no gap.
    exact, ended = (latest == NO_TIME) & (start != NO_TIME), end != NO_TIME
    event = np.concatenate([np.flatnonzero(exact), np.flatnonzero(ended)])
    at = np.concatenate([start[exact], end[ended]])
    order = _in_order(at, event, int(exact.sum()), events.ids)
    is_end, at, event = order >= exact.sum(), at[order], event[order]
    kinds, words = events.words("kind")
    kind = np.array([*words, ""], object)
    moves, under_way, visits = (np.isin(kind, one)[kinds] for one in (MOVES, UNDER_WAY, ["visit"]))
    moving = np.flatnonzero(moves & exact & ended)
    moving = moving[np.argsort(start[moving], kind="stable")]
    stirs, stir_key = _stirring(events, np.isin(kind, STIRRING)[kinds], (start, latest, end), known)
    # At a gate one passes: nothing is known of the time before it, nor of the time after.
    gate = np.isin(kind, ["tap"])[kinds][event]
    # one stays at one place: a visit's end is where it began, unless its row says otherwise
    stays = visits & ~located.has_end
    far = is_end & ~stays[event]
    return Moments(
        at=at,
        event=event,
        is_end=is_end,
        key=known.class_of[event].astype(np.int64) * 2 + is_end,
        has_point=np.where(far, located.end_pinned[event], located.pinned[event]),
        far_point=far,
        arrives=~is_end & (acts.end_us != NO_TIME)[event],
        leaving=np.where(is_end, visits[event], under_way[event]) | gate,
        coming=np.where(is_end, under_way[event], visits[event]) | gate,
        moving=known.class_of[moving],
        spans=np.stack([start[moving], end[moving]], axis=1),
        pointed=(located.pinned & (located.end_pinned | stays))[moving],
        stirs=stirs,
        stir_key=stir_key,
    )


def _in_order(at: np.ndarray, event: np.ndarray, starts: int, ids: np.ndarray) -> np.ndarray:
    """Sort moments (starts, then ends) by instant, starts first, then by event id, which no order of files changes."""
    order = np.argsort(at, kind="stable")
    same = at[order[1:]] == at[order[:-1]]
    among = np.flatnonzero(np.concatenate([same, [False]]) | np.concatenate([[False], same])) if len(at) else order
    tied = order[among]
    order[among] = tied[np.lexsort((ids[event[tied]], tied >= starts, at[tied]))]
    return order


def _stirring(
    events: Events, kinds: np.ndarray, times: tuple[np.ndarray, ...], known: Known
) -> tuple[np.ndarray, np.ndarray]:
    """List the instants of deeds that may have been done on one's feet, in order, each with its class and end as a key."""
    presence, said = events.words("presence")
    # What does not say where one was counts as a deed on one's feet: the guess is withheld, never made (0005).
    here = np.flatnonzero(kinds & ~np.array([*(word == "remote" for word in said), False], bool)[presence])
    key = known.class_of[here].astype(np.int64) * 2
    # Both bounds of a start are the facet `time`; the last of the three is the end.
    found = [(time[here], key + (number == len(times) - 1)) for number, time in enumerate(times)]
    at, keys = (np.concatenate([one[side] for one in found]) for side in (0, 1))
    order = np.argsort(at, kind="stable")
    order = order[at[order] != NO_TIME]
    return at[order], keys[order]


def sight(known: Known, all_of: Moments, observer: Observer, scenario: str, *, moving_places: bool = False) -> Sight:
    """Pick an observer's anchors and records from the moments of a trail.

    `moving_places` counts a taxi's arrival and a drop-off as places too, as the author of the afternoon does.
    """
    # "Might" never makes an anchor, or a guess would close a gap.
    has = known.grades(observer, scenario) >= Grade.KNOWS_BECAUSE
    timed: np.ndarray = has[:, [TIME, END]]
    placed = timed & _places(known, has)
    records = timed.ravel().take(all_of.key)
    anchors = placed.ravel().take(all_of.key) & all_of.has_point
    if moving_places:
        anchors |= all_of.arrives & has[:, END].repeat(2).take(all_of.key)
    told = np.flatnonzero(anchors)
    heard = np.flatnonzero(records)
    both, either = np.logical_and.reduce(timed, axis=1), np.logical_or.reduce(timed, axis=1)
    return Sight(
        anchors=all_of.at[told],
        anchor_events=all_of.event[told],
        anchor_is_far=all_of.far_point[told],
        leaving=all_of.leaving[told],
        coming=all_of.coming[told],
        spans=known_spans(known, all_of, observer, scenario),
        records=all_of.at[heard],
        record_events=all_of.event[heard],
        busy=merged(all_of.spans[both[all_of.moving]]),
        stirs=all_of.stirs[timed.ravel().take(all_of.stir_key)],
        sources=known.wrote(either),
    )


def known_spans(known: Known, all_of: Moments, observer: Observer, scenario: str) -> np.ndarray:
    """Answer the rides and visits an observer has from end to end, time and place, merged."""
    has = known.grades(observer, scenario) >= Grade.KNOWS_BECAUSE
    whole = has[:, TIME] & has[:, END] & _places(known, has).all(axis=1)
    return merged(all_of.spans[whole.take(all_of.moving) & all_of.pointed])


def _places(known: Known, has: np.ndarray) -> np.ndarray:
    """Say, for each class, whether the place of its start and that of its end are had; a visit's are one."""
    return np.stack([has[:, PLACE], np.where(ends_elsewhere(known), has[:, DESTINATION], has[:, PLACE])], axis=1)


def ends_elsewhere(known: Known) -> np.ndarray:
    """Say of which classes the place of the end is a facet of its own: of all but visits, which end where they began."""
    return known.kinds != KINDS.index("visit")


def classes_had(known: Known, observer: Observer, scenario: str) -> np.ndarray:
    """Say of every class whether an observer has the time of its start, that of its end, the places of both, might have that of its start.

    Returns:
        Boolean `[classes, 5]`, in this order.
    """
    grades = known.grades(observer, scenario)[:, [TIME, END, PLACE, DESTINATION]]
    return np.column_stack([grades >= Grade.KNOWS_BECAUSE, grades[:, 2] >= Grade.MIGHT_KNOW])


def sources(known: Known, observer: Observer, scenario: str) -> frozenset[str]:
    """List the collectors of whose records an observer has any time."""
    has = known.grades(observer, scenario) >= Grade.KNOWS_BECAUSE
    return known.wrote(np.logical_or.reduce(has[:, [TIME, END]], axis=1))


def loaded(coverage: pa.Table) -> Mapping[str, np.ndarray]:
    """Answer, by collector, the merged spans in which some file of it speaks."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in coverage.to_pylist():
        if row["from"] and row["until"]:
            found[row["collector"]].append((micros(row["from"]), micros(row["until"])))
    return {collector: merged(np.array(spans, np.int64)) for collector, spans in found.items()}


def loaded_for(by_collector: Mapping[str, np.ndarray], collectors: frozenset[str]) -> np.ndarray:
    """Answer the merged spans in which some file of these collectors speaks."""
    spans = [by_collector[one] for one in sorted(collectors & by_collector.keys())]
    return merged(np.concatenate(spans)) if spans else np.zeros((0, 2), np.int64)


def micros(instant: datetime) -> int:
    """Answer microseconds since 1970 UTC."""
    # Rounded, since a float may lie a hair below the microsecond it stands for.
    return round(instant.timestamp() * 1_000_000)
