"""Polarsteps: the positions and stays of a trip.

Format: JSON; `locations` of lat, lon, time, or a list of segments with arrived and departed; one row an object.
Seen: both in a public test suite of 2024 (read 2026-11).
Encoding: UTF-8.
Zone: the offset beside a time, or seconds since 1970.
Precision: a second.
Kept: positions; a segment is a visit from arrival to departure.
Left out: objects without a place.
How to get it: polarsteps.com, Settings, Download my data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_objects, record_cells, said
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def recognise(head: Head) -> Recognition:
    """Look for positions with a time, or segments with arrived and departed."""
    if {"locations.item.lat", "locations.item.lon", "locations.item.time"} <= head.paths:
        return Recognition(Confidence.CERTAIN, "has locations of lat, lon and time")
    if {"item.arrived", "item.departed", "item.lat"} <= head.paths:
        return Recognition(Confidence.CERTAIN, "has segments with arrived and departed")
    return Recognition(Confidence.NO, "has neither locations nor segments of a trip")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the objects, numbered from 1."""
    file.seek(0)
    top = None if file.read(1) == b"[" else "locations"
    yield from record_cells((_told(one) for one in json_objects(file, top)), track.POINT, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a fix of every position and a visit of every segment."""
    return track.events(rows)


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    arrived = said(one.get("arrived"))
    return {
        "kind": "visit" if arrived else "fix",
        "time": arrived or said(one.get("time")),
        "end": said(one.get("departed")),
        "lat": said(one.get("lat")),
        "lon": said(one.get("lon")) or said(one.get("lng")),
    }


IMPORTER = Importer(
    name="polarsteps", collector="polarsteps", recognise=recognise, cells=cells, events=events, zone="UTC"
)
