"""GPX tracks, routes and waypoints (1.0 and 1.1).

Format: XML; one row a point, in the order of the file.
Seen: files of a dozen devices and apps of 2009 to 2026 in public test suites (read 2026-11); the GPX 1.1 schema.
Encoding: as declared, if that is true; a byte-order mark or a blank line before the declaration does not matter.
Zone: UTC as the format fixes it, or the offset beside a time.
Precision: a second.
Kept: every point with a time; its accuracy where an extension tells it; the track's type as mode; a waypoint's name.
Left out: points without a place, points at 0, 0; a point without a time is unreadable, and counted.
How to get it: the app or device: Export or Share, GPX; Strava: Export GPX on the activity's page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition
from trailviz.reading.phrases import track
from trailviz.reading.records import record_cells
from trailviz.reading.xml import Element, elements, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("time", "lat", "lon", "accuracy", "name", "mode")
POINTS = frozenset({"trkpt", "rtept", "wpt"})
ACCURACY = frozenset({"accuracy", "horizontalAccuracy", "h_acc"})


def recognise(head: Head) -> Recognition:
    """Look at the root element."""
    if root_of(head)[0] == "gpx":
        return Recognition(Confidence.CERTAIN, "its root is gpx")
    return Recognition(Confidence.NO, "its root is not gpx")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the points, numbered from 1."""
    yield from record_cells(_points(file), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a fix of every point."""
    return track.events(rows)


def _points(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    mode: str | None = None
    # a track's type stands before its points
    for element in elements(file, POINTS | {"type"}):
        if element.tag == "type":
            mode = track.mode_of(element.text)
            continue
        point: dict[str, str | None] = {"lat": element.get("lat"), "lon": element.get("lon")}
        # a waypoint belongs to no track
        if element.tag == "trkpt":
            point["mode"] = mode
        yield point | _told(element)


def _told(element: Element) -> dict[str, str | None]:
    told: dict[str, str | None] = {}
    for one in element.iter():
        if one.tag == "time" and "time" not in told:
            told["time"] = one.text
        elif one.tag in ACCURACY:
            told["accuracy"] = one.text
        elif one.tag == "name" and element.tag == "wpt":
            told["name"] = one.text
    return told


IMPORTER = Importer(name="gpx", collector="self", recognise=recognise, cells=cells, events=events, zone="UTC")
