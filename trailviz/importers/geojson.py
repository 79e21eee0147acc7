"""GeoJSON points with a time, from trackers, and Overland's batches of them.

Format: JSON; a FeatureCollection (or Overland's `locations`) of Features; one row a Feature.
Seen: exports of GPSLogger, Dawarich and Overland of 2015 to 2024 in public test suites (read 2026-11); RFC 7946.
Encoding: UTF-8.
Zone: the offset beside a time, or seconds or milliseconds since 1970; UTC without one.
Precision: a second.
Kept: points with their accuracy, device and activity; a line with coordTimes as its points.
Left out: Features without a place; network names and identifiers of Wi-Fi are never read.
How to get it: the tracker's app: Export, GeoJSON; Overland sends such files to a server of your own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from trailviz.reading import (
    Cells,
    Columns,
    Confidence,
    Head,
    Importer,
    Recognition,
    json_objects,
    record_cells,
    said,
    within,
)
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# RFC 7946 knows no time, so every tracker has a name of its own for it
TIMES = ("timestamp", "time", "tst", "recorded_at", "datetime", "date", "created_at", "time_long", "when")
ACCURACY = ("accuracy", "horizontal_accuracy", "acc", "hacc")
DEVICES = ("device_id", "tracker_id", "tid")
MODES = ("activity", "motion", "mode", "type")
LEADS = {"features": "features", "locations": "locations"}


def recognise(head: Head) -> Recognition:
    """Look for Features with a geometry and a time."""
    for key in LEADS:
        if f"{key}.item.geometry.coordinates" in head.paths or f"{key}.item.geometry.coordinates[]" in head.paths:
            timed = any(f"{key}.item.properties.{name}" in head.paths for name in (*TIMES, "coordTimes"))
            if timed:
                return Recognition(Confidence.CERTAIN, "has Features with a geometry and a time")
            return Recognition(Confidence.POSSIBLE, "has Features, but none with a time")
    return Recognition(Confidence.NO, "has no Features")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the Features, numbered from 1."""
    yield from record_cells(_points(file), track.POINT, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a fix of every point."""
    return track.events(rows)


def _points(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    for key in LEADS:
        for feature in json_objects(file, key):
            yield from _told(feature)


def _told(feature: Mapping[str, Any]) -> Iterator[dict[str, str | None]]:
    properties = within(feature, "properties")
    geometry = within(feature, "geometry")
    shared = {
        "accuracy": _first(properties, ACCURACY),
        "device": _first(properties, DEVICES),
        "mode": next((mode for name in MODES if (mode := track.mode_of(_word(properties.get(name))))), None),
        "name": said(properties.get("name")),
    }
    places = geometry.get("coordinates")
    times = properties.get("coordTimes")
    if geometry.get("type") == "LineString" and isinstance(places, list) and isinstance(times, list):
        # what has no partner has no time or no place
        for place, time in zip(places, times, strict=False):
            yield {**shared, "time": said(time), **_place(place)}
        return
    yield {**shared, "time": _first(properties, TIMES), **_place(places if geometry.get("type") == "Point" else None)}


def _place(place: object) -> dict[str, str | None]:
    if isinstance(place, list) and len(place) > 1:
        # GeoJSON writes the longitude first
        return {"lat": said(place[1]), "lon": said(place[0])}
    return {}


def _first(properties: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((told for name in names if (told := said(properties.get(name)))), None)


def _word(value: object) -> str | None:
    # Overland lists what it saw: ["walking"]
    return said(value[0]) if isinstance(value, list) and value else said(value)


IMPORTER = Importer(name="geojson", collector="self", recognise=recognise, cells=cells, events=events, zone="UTC")
