"""What an observer does not see of a day, and what it would take to measure that again with a company switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.days import day_bounds
from trailviz.gaps import SHORTEST_S, SPEEDS_MPS, ends_elsewhere, sources
from trailviz.knowledge import SCENARIOS
from trailviz.story.silences import worded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trailviz.gaps import Gap
    from trailviz.reachable import Anchor
    from trailviz.registry import Observer
    from trailviz.story.clauses import Speaker
    from trailviz.trail import Trail


def gaps(speaker: Speaker, observers: Sequence[Observer], day: date) -> list[list[list[dict[str, Any]]]]:
    """List the gaps of a day: `[observer][scenario]`."""
    return [
        [[_gap(gap, speaker, one) for gap in speaker.trail.gaps(one, scenario, day)] for scenario in SCENARIOS]
        for one in observers
    ]


def _gap(gap: Gap, speaker: Speaker, observer: Observer) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "t0": gap.start.timestamp(),
        "t1": gap.end.timestamp(),
        "a": _point(gap.a),
        "b": _point(gap.b),
        "v": gap.speed_mps,
        "mode": gap.mode,
        "length": speaker.words.span(gap.minutes),
        "text": worded(gap, speaker, observer),
    }


def _point(anchor: Anchor | None) -> list[float] | None:
    return None if anchor is None else [anchor.lat, anchor.lon, anchor.radius_m]


def sight(
    trail: Trail, observers: Sequence[Observer], numbers: np.ndarray, names: Sequence[str], day: date
) -> dict[str, Any]:
    """Lay out what gaps are measured from: the day's moments and spans, and for when each company's files speak.

    Args:
        trail: What is recorded.
        observers: Who may look.
        numbers: The classes of the day, as `classes_of` lists them.
        names: The companies, as the stage numbers them.
        day: The local day.
    """
    here = trail.moments(day)
    located, low, high = trail.located, *(one.timestamp() for one in day_bounds(day, trail.zone))
    # All of this is for gaps.js, which measures again with a company switched off (0009).
    codes, words = trail.events.words("mode")
    at, ends, apart = here.event, here.is_end, ends_elsewhere(trail.known)
    index = {name: number for number, name in enumerate(names)}

    def point(start: np.ndarray, end: np.ndarray) -> list[float | None]:
        chosen = np.where(here.far_point, end[at], start[at])
        return [None if np.isnan(one) else round(float(one), 6) for one in chosen]

    return {
        "at": (here.at / 1e6).tolist(),
        "cls": np.searchsorted(numbers, trail.known.class_of[at]).tolist(),
        "co": [index[trail.parties.names[one]] for one in trail.parties.collector[at]],
        "end": ends.tolist(),
        "apart": (ends & apart[trail.known.class_of[at]]).tolist(),
        "point": here.has_point.tolist(),
        "lat": point(located.lat, located.end_lat),
        "lon": point(located.lon, located.end_lon),
        "r": point(located.r90_m, located.end_r90_m),
        # After paying in a shop one walks (0001).
        "mode": [words[one] if one >= 0 and words[one] in SPEEDS_MPS else "walk" for one in codes[at]],
        "spans": (here.spans / 1e6).tolist(),
        "span_cls": np.searchsorted(numbers, here.moving).tolist(),
        "span_point": here.pointed.tolist(),
        "span_apart": apart[here.moving].tolist(),
        # Cut to the day: with a company off, the browser adds up what is left of exactly this day.
        "loaded": [
            [index[row["collector"]], max(row["from"].timestamp(), low), min(row["until"].timestamp(), high)]
            for row in trail.coverage.to_pylist()
            if row["collector"] in index and row["from"] and row["until"]
            and row["from"].timestamp() < high and row["until"].timestamp() > low
        ],
        "members": [[index[name] for name in names if name in one.members] for one in observers],
        "sources": [[_sources(trail, one, scenario, index) for scenario in SCENARIOS] for one in observers],
        "shortest": SHORTEST_S,
        # Sent along, so that the browser's arithmetic cannot drift from this one.
        "speeds": SPEEDS_MPS,
    }  # fmt: skip


def classes_of(trail: Trail, positions: Sequence[int], day: date) -> np.ndarray:
    """List the classes of a day: of its events, and of those of other days that reach into it."""
    here = trail.moments(day)
    events = np.concatenate([np.array(positions, np.int64), here.event])
    return np.unique(np.concatenate([trail.known.class_of[events], here.moving]))


def _sources(trail: Trail, observer: Observer, scenario: str, index: dict[str, int]) -> list[int]:
    """List the companies whose records an observer has any time of."""
    return sorted(index[name] for name in sources(trail.known, observer, scenario) if name in index)
