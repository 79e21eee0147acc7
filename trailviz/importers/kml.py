"""KML and KMZ: placemarks with a time, and tracks.

Format: XML; one row a point of a track, a placemark or a line. A KMZ is a zip with such a file in it.
Seen: files of Google Earth, OpenTracks and others of 2010 to 2024 in public test suites (read 2026-11); OGC KML 2.3.
Encoding: as declared, if that is true.
Zone: the offset beside each time; UTC without one.
Precision: a second, or a day or month where that is all that is written.
Kept: points of gx:Track with their times, placemarks with TimeStamp (a fix) or TimeSpan (a visit), lines with a TimeSpan (a movement).
Left out: points of a track without a place (a placemark without one stays a note); a placemark without a time is unreadable, and counted.
How to get it: Google Earth or My Maps: Save or Export as KML; OpenTracks: Export, KMZ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition
from trailviz.reading.phrases import track
from trailviz.reading.records import record_cells
from trailviz.reading.xml import Element, elements, root_of, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("kind", "time", "end", "lat", "lon", "end_lat", "end_lon", "name", "detail")
Point = tuple[str | None, str | None]


def recognise(head: Head) -> Recognition:
    """Look at the root element."""
    if root_of(head)[0] == "kml":
        return Recognition(Confidence.CERTAIN, "its root is kml")
    return Recognition(Confidence.NO, "its root is not kml")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the points, numbered from 1."""
    yield from record_cells(_points(file), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a fix, a visit or a movement of every point."""
    return track.events(rows)


def _points(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    for placemark in elements(file, {"Placemark"}):
        tracks = [one for one in placemark.iter() if one.tag == "Track"]
        for one in tracks:
            whens = [when.text for when in one if when.tag == "when"]
            places = [_blank(coord.text) for coord in one if coord.tag == "coord"]
            for when, (lat, lon) in _padded(whens, places):
                yield {"time": when, "lat": lat, "lon": lon}
        if not tracks:
            yield from _marked(placemark)


def _padded(whens: list[str | None], places: list[Point]) -> Iterator[tuple[str | None, Point]]:
    """Pair the n-th time with the n-th place, as the format says, and keep what has no partner."""
    for at in range(max(len(whens), len(places))):
        yield whens[at] if at < len(whens) else None, places[at] if at < len(places) else (None, None)


def _marked(placemark: Element) -> Iterator[dict[str, str | None]]:
    """Read a placemark's points, and its lines as movements from end to end."""
    begin, end = text_at(placemark, "TimeSpan", "begin"), text_at(placemark, "TimeSpan", "end")
    time = text_at(placemark, "TimeStamp", "when") or begin
    shared = {"time": time, "name": text_at(placemark, "name"), "end": end}
    shapes = [one for one in placemark.iter() if one.tag in {"Point", "LineString", "LinearRing"}]
    for shape in shapes:
        places = [_comma(one) for one in (text_at(shape, "coordinates") or "").split()]
        first, last = (places[0], places[-1]) if places else ((None, None), (None, None))
        point = {**shared, "lat": first[0], "lon": first[1]}
        # a placemark's time is told even where it has no place
        if None in first:
            yield {**shared, "kind": "note"}
        elif shape.tag == "Point":
            yield {**point, "kind": "visit" if begin else "fix"}
        else:
            yield {
                **point,
                "kind": "leg",
                "name": None,
                "detail": shared["name"],
                "end_lat": last[0],
                "end_lon": last[1],
            }
    if not shapes:
        yield {**shared, "kind": "note"}


def _comma(text: str) -> Point:
    # KML writes the longitude first
    parts = text.split(",")
    return (parts[1], parts[0]) if len(parts) > 1 else (None, None)


def _blank(text: str | None) -> Point:
    parts = (text or "").split()
    return (parts[1], parts[0]) if len(parts) > 1 else (None, None)


IMPORTER = Importer(name="kml", collector="self", recognise=recognise, cells=cells, events=events, zone="UTC")
