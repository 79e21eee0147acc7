"""Draw the tiles that touch a box: whichever of four schemas they were made by, the same few kinds of things."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trailviz.reading import legend, mvt, tiles
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.legend import CALLED, GREEN, NOTHING, RIVER, STREET, WATER
from trailviz.reading.sheet import WORLD, Label, MapFile, Progress, Sheet, degrees, edges, named

MOST_TILES = 120
"""Of a zoom; a box that needs more is drawn from a smaller one. 120 tiles of zoom 14 are some 20 by 20 km."""
CLOSEST_ZOOM, PATIENCE = 15, 8
# What may stand beyond a tile's edge, in tiles: more is a mistake, and would be drawn across the map.
BEYOND = 0.25
ROLES = {
    "water": ("water", "ocean", "water_polygons", "water_lines", "waterway"),
    "green": ("landuse", "landcover", "park", "land", "sites", "natural"),
    "road": ("roads", "transportation", "streets", "transit", "road"),
    "called": ("transportation_name", "street_labels", "road_label"),
    "label": (
        "places",
        "place",
        "place_labels",
        "place_label",
        "pois",
        "poi",
        "public_transport",
        "rail_station_label",
    ),
}
ROLE_OF = {layer: role for role, names in ROLES.items() for layer in names}
DETAIL, WORD = ("kind_detail", "pmap:kind_detail", "subclass"), ("kind", "pmap:kind", "class", "type")
# Water that is no place of water: these are drawn by nobody who draws a map of a city.
NO_WATER = frozenset({"swimming_pool", "fountain", "dam", "ditch", "drain"})
LAND_COVER_ZOOM = 10
NAMED = ("name", "name:en", "name_en", "name_int", "name:zh", "name:zh-Hans", "name:zh-Hant", "name_zh")
RANKS = ("population_rank", "pmap:population_rank", "rank", "min_zoom", "pmap:min_zoom")
UPWARD = frozenset({"population_rank", "pmap:population_rank"})
MIDDLING, MOST_RANK = 10, 100


def draw(source: MapFile, boxes: Sequence[Box], sheet: Sheet, progress: Progress | None = None) -> dict[str, object]:
    """Draw on the sheet what tiles hold of the boxes, and answer what the file says of itself.

    Raises:
        BrokenFileError: As `tiles.opened`; `ground_elsewhere` if no tile touches a box.
    """
    with tiles.opened(source) as file:
        zoom = _zoom(file.zooms, boxes)
        wanted = sorted({tile for box in boxes for tile in _covering(box, zoom)})
        met: list[tuple[int, int]] = []
        for number, (x, y) in enumerate(wanted):
            raw = file.get(zoom, x, y)
            if raw:
                met.append((x, y))
                for layer in mvt.layers(raw, ROLE_OF.__contains__):
                    _layer(layer, zoom, x, y, sheet)
            if progress:
                progress(number + 1, len(wanted))
        if not met:
            raise BrokenFileError("ground_elsewhere")
        return {**file.metadata, "boxes": [_covered(met, zoom)]}


def _covered(met: list[tuple[int, int]], zoom: int) -> Box:
    """Answer the box around the tiles there were."""
    x, y = np.array(met, np.int64).T * (WORLD >> zoom)
    size = WORLD >> zoom
    (south, north), (west, east) = degrees(np.array([x.min(), x.max() + size]), np.array([y.max() + size, y.min()]))
    return Box(float(south), float(west), float(north), float(east))


def _zoom(zooms: tuple[int, int], boxes: Sequence[Box]) -> int:
    """Choose the closest zoom of the file that needs few tiles enough."""
    low, high = zooms
    for zoom in range(min(high, CLOSEST_ZOOM), low, -1):
        if sum(_count(box, zoom) for box in boxes) <= MOST_TILES:
            return zoom
    return low


def _span(box: Box, zoom: int) -> tuple[int, int, int, int]:
    size, last = WORLD >> zoom, (1 << zoom) - 1
    return tuple(min(max(one // size, 0), last) for one in edges(box))  # type: ignore[return-value]


def _count(box: Box, zoom: int) -> int:
    west, east, north, south = _span(box, zoom)
    return (east - west + 1) * (south - north + 1)


def _covering(box: Box, zoom: int) -> list[tuple[int, int]]:
    if _count(box, zoom) > MOST_TILES * PATIENCE:
        # The file begins closer than anybody looks at a box so wide.
        raise BrokenFileError("ground_too_large")
    west, east, north, south = _span(box, zoom)
    return [(x, y) for x in range(west, east + 1) for y in range(north, south + 1)]


def _layer(layer: mvt.Layer, zoom: int, x: int, y: int, sheet: Sheet) -> None:
    """Draw what is wanted of a layer, and write its names."""
    role = ROLE_OF[layer.name]
    detail, word = _first(layer, DETAIL), _first(layer, WORD)
    if role == "label":
        _labels(
            layer,
            legend.either(legend.looked_up(detail, legend.LABEL_OF), legend.looked_up(word, legend.LABEL_OF)),
            zoom,
            (x, y),
            sheet,
        )
        return
    kind = _kinds(role, layer, detail, word, zoom)
    if not (kind != NOTHING).any():
        return
    outlines = layer.outlines
    of = kind[outlines.owner]
    wanted = of != NOTHING
    names = _names(layer, kind >= STREET, sheet)
    points = np.repeat(wanted, outlines.lengths)
    px, py = (_placed(one[points], layer.extent, zoom, at) for one, at in ((outlines.x, x), (outlines.y, y)))
    owner = outlines.owner[wanted]
    sheet.draw(px, py, outlines.lengths[wanted], of[wanted].astype(np.int64), owner, names[owner])


def _placed(along: np.ndarray, extent: int, zoom: int, tile: int) -> np.ndarray:
    """Move coordinates of a tile to where it lies in the world."""
    size = WORLD >> zoom
    near = np.clip(along, -BEYOND * extent, (1 + BEYOND) * extent)
    return tile * size + np.rint(near * (size / extent)).astype(np.int64)


def _kinds(role: str, layer: mvt.Layer, detail: np.ndarray, word: np.ndarray, zoom: int) -> np.ndarray:
    """Answer what each feature is drawn as."""
    area, line = layer.kind == mvt.POLYGON, layer.kind == mvt.LINE
    if role == "water":
        drawn = np.array([one not in NO_WATER for one in word], bool)
        return np.where(drawn & area, WATER, np.where(drawn & line, RIVER, NOTHING))
    if role == "green":
        told = legend.either(legend.looked_up(detail, legend.GREEN_OF), legend.looked_up(word, legend.GREEN_OF))
        if layer.name == "park":
            told = np.full(len(told), GREEN, np.int8)
        # Far out, what covers the land is guessed from pictures of it.
        return np.where(area & (zoom >= LAND_COVER_ZOOM), told, NOTHING)
    told = legend.either(legend.looked_up(detail, legend.ROAD_OF), legend.looked_up(word, legend.ROAD_OF))
    if role == "called":
        told = np.where(told >= STREET, told + CALLED, NOTHING)
    return np.where(line, told, NOTHING)


def _first(layer: mvt.Layer, keys: Sequence[str]) -> np.ndarray:
    """Answer what each feature says under the first of the keys it has."""
    answer = np.full(len(layer.kind), None, object)
    for key in keys:
        if key in layer.keys:
            told = layer.words(key)
            answer = np.where([one is None for one in answer], told, answer)
    return answer


def _names(layer: mvt.Layer, wanted: np.ndarray, sheet: Sheet) -> np.ndarray:
    """Answer the number of each wanted feature's name, or -1."""
    answer = np.full(len(wanted), -1, np.int64)
    told = {key: layer.words(key) for key in NAMED if key in layer.keys}
    for at in np.flatnonzero(wanted).tolist() if told else ():
        answer[at] = sheet.call(named([(key, words[at]) for key, words in told.items()]))
    return answer


def _labels(layer: mvt.Layer, kind: np.ndarray, zoom: int, tile: tuple[int, int], sheet: Sheet) -> None:
    """Write the names of points inside the tile; what stands beyond its edge, its neighbour writes."""
    outlines = layer.outlines
    points = (kind[outlines.owner] != NOTHING) & (layer.kind[outlines.owner] == mvt.POINT)
    starts = np.cumsum(outlines.lengths) - outlines.lengths
    told = {key: layer.words(key) for key in NAMED if key in layer.keys}
    ranks = {key: layer.words(key) for key in RANKS if key in layer.keys}
    for part in np.flatnonzero(points).tolist():
        owner, at = int(outlines.owner[part]), int(starts[part])
        across, down = int(outlines.x[at]), int(outlines.y[at])
        if not (0 <= across < layer.extent and 0 <= down < layer.extent):
            continue
        x, y = (
            int(_placed(np.array([one]), layer.extent, zoom, of)[0])
            for one, of in zip((across, down), tile, strict=True)
        )
        name = named([(key, words[owner]) for key, words in told.items()])
        sheet.write(Label(int(kind[owner]), x, y, name, _rank({key: words[owner] for key, words in ranks.items()})))


def _rank(told: dict[str, object]) -> int:
    """Answer how far back a name stands: Protomaps counts people upward, the others importance downward."""
    for key, value in told.items():
        if isinstance(value, int | float) and abs(value) < MOST_RANK:
            return int(-value if key in UPWARD else value)
    return MIDDLING
