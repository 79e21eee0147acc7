"""The events of a day in columns, and the companies that wrote them down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz import story
from trailviz.events import written
from trailviz.observers import carries_own
from trailviz.registry import SELF
from trailviz.story.labels import label
from trailviz.words import mark

if TYPE_CHECKING:
    from datetime import date

    from trailviz.story.clauses import Speaker
    from trailviz.trail import Trail
    from trailviz.words import Words

MOST_EVENTS = 60_000


def of_day(trail: Trail, day: date) -> list[int]:
    """List the events of a day in order of time, as far as a stage holds them."""
    here = np.flatnonzero(trail.day_of == np.datetime64(day))
    # Ids break ties, so that the order of files changes nothing.
    order = np.lexsort((trail.events.ids[here], trail.events.instants("start")[here]))
    return [int(one) for one in here[order][:MOST_EVENTS]]


def happened(
    trail: Trail, speaker: Speaker, positions: list[int], numbers: np.ndarray, names: list[str]
) -> dict[str, list[Any]]:
    """Lay out the day's events in columns; seconds since 1970 UTC, degrees, metres."""
    located = trail.located
    at = np.array(positions, np.int64)
    times = {name: trail.events.instants(name)[at] for name in ("start", "start_latest", "end_earliest", "end")}
    rows = [speaker.rows[position] for position in positions]
    index = {name: number for number, name in enumerate(names)}
    kinds = [row["kind"] for row in rows]
    return {
        # As text: a number of a browser holds 53 bits, an id has 64.
        "id": [written(trail.events.ids[one]) for one in at],
        **{short: _seconds(times[name]) for short, name in (("t0", "start"), ("t0l", "start_latest"), ("t1e", "end_earliest"), ("t1", "end"))},
        **{
            # NaN is no JSON; the sixth decimal of a degree is a tenth of a metre.
            short: [None if np.isnan(value) else round(float(value), 6) for value in column[at]]
            for short, column in (
                ("lat", located.lat), ("lon", located.lon), ("r", located.r90_m),
                ("elat", located.end_lat), ("elon", located.end_lon), ("er", located.end_r90_m),
            )
        },
        "co": [index[trail.parties.names[number]] for number in trail.parties.collector[at]],
        "cls": np.searchsorted(numbers, trail.known.class_of[at]).tolist(),
        "act": trail.acts.act[at].tolist(),
        "kind": kinds,
        "mode": [row["mode"] for row in rows],
        "ill": located.illustrative[at].tolist(),
        # An area has no mark at its middle: nobody is known to have been there (0013).
        "wide": located.coarse[at].tolist(),
        "ewide": located.end_coarse[at].tolist(),
        "basis": [row["time_basis"] for row in rows],
        "file": [row["file"] for row in rows],
        "row": [row["row"] for row in rows],
        "label": [_label(speaker, position) for position in positions],
        # On a map a point says itself what it is near: only names are written beside it.
        "place": [speaker.called(position, end=False) or None for position in positions],
        "eplace": [speaker.called(position, end=True) or None for position in positions],
    }  # fmt: skip


def companies(trail: Trail, names: list[str], positions: list[int], words: Words) -> list[dict[str, Any]]:
    """Name the companies, and say which has a lane: those that wrote something down that day."""
    # A lane for every company named would be a screen of empty lanes.
    wrote = {trail.parties.names[number] for number in trail.parties.collector[positions]} if positions else set()
    yours = mark("Your devices") if carries_own(trail.events, positions) else mark("You remember")
    return [
        {
            "id": name,
            "name": words.say(yours) if name == SELF else trail.registry.company(name).name(words.lang),
            "lane": name in wrote,
            "self": name == SELF,
        }
        for name in names
    ]


def _label(speaker: Speaker, position: int) -> str:
    if speaker.rows[position]["collector"] == SELF:
        return story.remembered(speaker, position)
    return label(speaker, position, kind=False)


def _seconds(times: np.ndarray) -> list[float | None]:
    return [None if np.isnat(one) else one.astype("int64").item() / 1e6 for one in times]
