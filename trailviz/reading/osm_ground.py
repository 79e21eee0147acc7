"""Draw the ground of an OpenStreetMap extract: the same few kinds of things as tiles have, from the tags themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from trailviz.reading import coast, cutting, legend, osm, wkb
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.legend import GREEN, NOTHING, RIVER, STREET, WATER
from trailviz.reading.sheet import Label, MapFile, Progress, Shapes, Sheet, edges, named, starting, unit_m, units

KEYS = (
    "highway",
    "railway",
    "waterway",
    "natural",
    "landuse",
    "leisure",
    "place",
    "tourism",
    "amenity",
    "aeroway",
    "water",
)
AREAS = ("natural", "waterway", "landuse", "leisure", "tourism", "amenity", "place")
WATERS = frozenset({"water", "bay", "strait"})
BANKS = frozenset({"riverbank", "dock"})
STREAMS = frozenset({"river", "canal", "stream"})
RAILS = frozenset({"rail", "subway", "light_rail", "tram", "narrow_gauge", "monorail", "funicular"})
# Sidings and depots would draw a station as a black field.
SIDINGS = frozenset({"yard", "siding", "spur", "crossover"})
COAST = -2
BREAKS_OFF_M = 400.0
BATCH = 20_000
RANKS = {legend.CITY: 0, legend.TOWN: 2, legend.DISTRICT: 4, legend.STATION: 5, legend.SIGHT: 8}


@dataclass
class _Batch:
    """Parts as they are met, until they are many enough for columns."""

    lat: list[np.ndarray] = field(default_factory=list)
    lon: list[np.ndarray] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    shape: list[int] = field(default_factory=list)
    name: list[int] = field(default_factory=list)
    shapes: int = 0

    def add(self, rings: list[tuple[np.ndarray, np.ndarray]], kind: int, name: int = -1) -> None:
        for lat, lon in rings:
            self.lat.append(lat)
            self.lon.append(lon)
            self.kind.append(kind)
            self.shape.append(self.shapes)
            self.name.append(name)
        self.shapes += 1

    def drawn(self, sheet: Sheet) -> None:
        """Draw them, and begin anew."""
        if self.lat:
            x, y = units(np.concatenate(self.lat), np.concatenate(self.lon))
            columns = (np.array(one, np.int64) for one in (self.kind, self.shape, self.name))
            sheet.draw(x, y, np.array([len(one) for one in self.lat], np.int64), *columns)
        self.__init__()  # type: ignore[misc]


def draw(source: MapFile, boxes: Sequence[Box], sheet: Sheet, progress: Progress | None = None) -> dict[str, object]:
    """Draw on the sheet what an extract holds of the boxes, and answer what the file says of itself.

    Raises:
        BrokenFileError: As `osm.opened`; `ground_elsewhere` if the file is of another place.
    """
    batch, shores = _Batch(), list[np.ndarray]()
    told, place = osm.head(source)
    cut = [one for box in boxes if (one := box.within(place) if place else box)]
    if not cut:
        raise BrokenFileError("ground_elsewhere")
    for number, one in enumerate(osm.opened(source, *KEYS, areas=AREAS)):
        _take(one, {tag.k: tag.v for tag in one.tags}, cut, batch, shores, sheet)
        if number % BATCH == BATCH - 1:
            batch.drawn(sheet)
            if progress:
                progress(number + 1, 0)
    batch.drawn(sheet)
    for box in cut if shores else ():
        _sea(shores, box, sheet)
    return {**told, "boxes": cut}


def _take(
    one: Any,  # noqa: ANN401 - a node, a way or an area of osmium
    tags: dict[str, str],
    boxes: list[Box],
    batch: _Batch,
    shores: list[np.ndarray],
    sheet: Sheet,
) -> None:
    """Draw one thing and write its name, if it is something and touches a box."""
    sort = one.type_str()
    if sort == "n":
        here = one.location
        rings = [(np.array([here.lat]), np.array([here.lon]))]
        kind = NOTHING
    elif sort == "w":
        kind = _line(tags)
        rings = [osm.outline(one)] if kind != NOTHING else []
    elif sort == "a":
        kind = _area(tags)
        rings = _rings(one) if kind != NOTHING or "name" in tags else []
    else:
        return
    rings = [ring for ring in rings if len(ring[0])]
    if not rings or not any(box.touches(*rings[0]) for box in boxes):
        return
    name = named(list(tags.items())) if "name" in tags else None
    if kind == COAST:
        shores.append(np.stack(units(*rings[0]), 1))
    elif kind != NOTHING:
        batch.add(rings, kind, sheet.call(name) if name and kind >= STREET else -1)
    if name and sort != "w" and (called := _label(tags)) != NOTHING:
        lat, lon = rings[0]
        x, y = units(np.array([(lat.min() + lat.max()) / 2]), np.array([(lon.min() + lon.max()) / 2]))
        sheet.write(Label(called, int(x[0]), int(y[0]), name, RANKS[called]))


def _line(tags: dict[str, str]) -> int:
    """Answer what a way is drawn as."""
    if "highway" in tags and tags.get("area") != "yes":
        return legend.ROAD_OF.get(tags["highway"], NOTHING)
    if tags.get("railway") in RAILS:
        # A depot's tracks would make a black field of it.
        return NOTHING if tags.get("service") in SIDINGS else legend.RAIL
    if tags.get("natural") == "coastline":
        return COAST
    return RIVER if tags.get("waterway") in STREAMS and tags.get("tunnel") in {None, "no"} else NOTHING


def _area(tags: dict[str, str]) -> int:
    """Answer what an area is drawn as."""
    if tags.get("natural") in WATERS or tags.get("waterway") in BANKS:
        return WATER
    words = (tags[key] for key in ("leisure", "landuse", "natural", "tourism") if key in tags)
    return GREEN if any(legend.GREEN_OF.get(word, NOTHING) == GREEN for word in words) else NOTHING


def _label(tags: dict[str, str]) -> int:
    """Answer what a name is written as."""
    if tags.get("railway") == "station" or tags.get("aeroway") == "aerodrome":
        return legend.STATION
    words = (tags[key] for key in ("place", "tourism", "amenity", "leisure") if key in tags)
    return next((kind for word in words if (kind := legend.LABEL_OF.get(word, NOTHING)) != NOTHING), NOTHING)


def _rings(area: Any) -> list[tuple[np.ndarray, np.ndarray]]:  # noqa: ANN401 - an area of osmium
    """Answer the outer and inner rings of an area."""
    text = osm.library().geom.WKBFactory().create_multipolygon(area)
    return [(part[:, 1], part[:, 0]) for part in wkb.parts(bytes.fromhex(text))[1]]


def _sea(shores: list[np.ndarray], box: Box, sheet: Sheet) -> None:
    """Draw the sea of a box; where the coast breaks off, only its line."""
    west, east, north, south = edges(box)
    chains = coast.joined(shores)
    closed = np.array([bool((one[0] == one[-1]).all()) for one in chains])
    lines = [one for one, ring in zip(chains, closed, strict=True) if not ring]
    rings = [one for one, ring in zip(chains, closed, strict=True) if ring]
    inside = [one[:-1] for one in rings if _within(one, west, east, north, south)]
    # A ring that leaves the box is a line there.
    cut = _clipped([*lines, *(one for one in rings if not _within(one, west, east, north, south))], RIVER, box)
    pieces = [np.stack([cut.x[a:b], cut.y[a:b]], 1) for a, b in pairwise(cut.starts.tolist())]
    found = coast.seas(coast.joined(pieces), inside, west, east, north, south, BREAKS_OFF_M / unit_m(box))
    if found is None:
        _draw(sheet, pieces, RIVER)
    elif found:
        _draw(sheet, found, WATER)


def _within(points: np.ndarray, west: int, east: int, north: int, south: int) -> bool:
    x, y = points.T
    return bool(x.min() >= west and x.max() <= east and y.min() >= north and y.max() <= south)


def _clipped(lines: list[np.ndarray], kind: int, box: Box) -> Shapes:
    lengths = np.array([len(one) for one in lines], np.int64)
    none = np.zeros(len(lines), np.int64)
    x, y = np.concatenate([*lines, np.zeros((0, 2), np.int64)]).T
    return cutting.clipped(Shapes(x, y, starting(lengths), none + kind, none, none - 1), *edges(box))


def _draw(sheet: Sheet, parts: list[np.ndarray], kind: int) -> None:
    """Draw parts of one shape."""
    none = np.zeros(len(parts), np.int64)
    x, y = np.concatenate(parts).T
    sheet.draw(x, y, np.array([len(one) for one in parts], np.int64), none + kind, none, none - 1)
