"""An OpenStreetMap extract (.osm.pbf) on the user's disk: how it is opened, and the named places in it.

Read by the package osmium (libosmium, BSD-2), which comes with the extra `trailviz[osm]` and not otherwise. Nodes, ways
and areas are filtered in its own code; a Python step is paid for what is kept alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from os import SEEK_END
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from trailviz.geo import METRES_A_DEGREE
from trailviz.reading import wkb
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.mvt import fields
from trailviz.reading.sheet import MapFile, opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

MOST_BYTES, MOST_UNPACKED = 300_000_000, 1_000_000_000
"""libosmium keeps the point of every node in memory, 16 bytes each: a country would not fit, nor would a bomb of nodes."""
LONGEST_HEADER, BLOB_SIZE, RAW, RAW_SIZE = 1 << 16, 3, 1, 2
THROWN = (RuntimeError, ValueError, OSError, MemoryError, OverflowError)
"""What libosmium throws, in Python's clothes; its text may repeat what stands in the file."""
MOST_NAMED = 500_000
POINT_R_M = 30.0
KINDS = (
    "shop",
    "amenity",
    "tourism",
    "leisure",
    "office",
    "craft",
    "healthcare",
    "railway",
    "public_transport",
    "aeroway",
    "place",
)
"""Keys whose value says what a named thing is, the first that is there."""
STREET = "street"
NO_STREET = frozenset({"platform", "bus_stop", "services", "rest_area", "proposed", "elevator"})
ALIASES = ("alt_name", "short_name", "old_name", "official_name", "int_name", "loc_name", "branch")
NAMED = pa.schema(
    [
        ("name", pa.string()),
        ("names", pa.list_(pa.string())),
        ("brand", pa.string()),
        ("category", pa.string()),
        ("categories", pa.string()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("radius_m", pa.float64()),
    ]
)


def library() -> ModuleType:
    """Answer the package osmium.

    Raises:
        BrokenFileError: `osmium_missing`, if the extra is not installed.
    """
    try:
        import osmium  # noqa: PLC0415 - an extra: who opens no .osm.pbf needs none
    except ImportError:
        raise BrokenFileError("osmium_missing") from None
    return osmium


def opened(source: MapFile, *keys: str, areas: tuple[str, ...] = ()) -> Iterator[Any]:
    """Go through the things of an extract that have one of these keys, and of nodes only those with a name.

    Ways come with their points. What has one of the keys in `areas` is also assembled to areas.

    Raises:
        BrokenFileError: `osmium_missing`, `ground_too_large` or `ground_broken`.
    """
    osmium = library()
    _measured(source)
    try:
        file = osmium.FileProcessor(_file(source)).with_locations("sparse_mem_array")
        if areas:
            file = file.with_areas(osmium.filter.KeyFilter(*areas))
        # A city has a hundred thousand trees, and not one of them is called anything.
        named_nodes = osmium.filter.KeyFilter("name").enable_for(osmium.osm.NODE)
        yield from file.with_filter(osmium.filter.KeyFilter(*keys)).with_filter(named_nodes)
    except THROWN:
        raise BrokenFileError("ground_broken") from None


def _file(source: MapFile) -> Any:  # noqa: ANN401 - a file of osmium
    osmium = library()
    # The format is told: by its name alone a file called .osm would be read as XML.
    return osmium.io.FileBuffer(source, "pbf") if isinstance(source, bytes) else osmium.io.File(str(source), "pbf")


def _measured(source: MapFile) -> None:
    """Refuse an extract that is too large, or would be when it is unpacked; each block says how large it is inside."""
    with opening(source) as file:
        if file.seek(0, SEEK_END) > MOST_BYTES:
            raise BrokenFileError("ground_too_large")
        file.seek(0)
        unpacked = 0
        while len(length := file.read(4)) == 4:  # noqa: PLR2004 - bytes of a length (wiki.openstreetmap.org/wiki/PBF_Format)
            header = file.read(min(int.from_bytes(length), LONGEST_HEADER))
            size = next((value for number, value, end in fields(header) if number == BLOB_SIZE and end < 0), 0)
            for number, start, end in fields(file.read(min(size, MOST_BYTES))):
                unpacked += start if number == RAW_SIZE and end < 0 else end - start if number == RAW else 0
            if unpacked > MOST_UNPACKED:
                raise BrokenFileError("ground_too_large")


def head(source: MapFile) -> tuple[dict[str, object], Box | None]:
    """Answer what an extract says of itself: of when it is, and the box it was cut to, where it says so.

    Raises:
        BrokenFileError: As `opened`.
    """
    osmium = library()
    try:
        told = osmium.FileProcessor(_file(source)).header
        box, date = told.box(), told.get("osmosis_replication_timestamp")
    except THROWN:
        raise BrokenFileError("ground_broken") from None
    low, high = box.bottom_left, box.top_right
    here = Box(low.lat, low.lon, high.lat, high.lon) if box.valid() and low.valid() and high.valid() else None
    return {"date": date}, here


def outline(way: Any) -> tuple[np.ndarray, np.ndarray]:  # noqa: ANN401 - a way of osmium
    """Answer latitudes and longitudes of a way's nodes, without those the extract does not hold."""
    osmium = library()
    try:
        # In the library's own code: asked one by one, the nodes of a city take most of the time.
        ((lon, lat),) = (
            part.T for part in wkb.parts(bytes.fromhex(osmium.geom.WKBFactory().create_linestring(way)))[1]
        )
    except (osmium.InvalidLocationError, RuntimeError):
        return points(way.nodes)
    return lat, lon


def points(nodes: Iterable[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Answer latitudes and longitudes of nodes, without those the extract does not hold."""
    held = [
        (one.location.lat_without_check(), one.location.lon_without_check()) for one in nodes if one.location.valid()
    ]
    lat, lon = np.array(held, float).reshape(-1, 2).T
    return lat, lon


@dataclass
class _Found:
    """Named things as they are met; streets wait for all their pieces."""

    rows: list[tuple[str, list[str], str | None, str, str, float, float, float]] = field(default_factory=list)
    streets: dict[str, list[tuple[list[str], np.ndarray, np.ndarray]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, tags: dict[str, str], lat: np.ndarray, lon: np.ndarray, box: Box | None) -> None:
        """Keep one thing, if it has a name and touches the box."""
        name = tags.get("name")
        if not name or not len(lat) or (box is not None and not box.touches(lat, lon)):
            return
        names = _names(tags)
        kinds = [f"{key}={tags[key]}" for key in KINDS if key in tags]
        if not kinds and tags.get("highway", "platform") not in NO_STREET and len(lat) > 1:
            self.streets[name].append((names, lat, lon))
        elif kinds:
            said = " ".join(one.replace(" ", "_") for one in kinds)
            self.rows.append((name, names, tags.get("brand"), kinds[0], said, *_spread(lat, lon)))
        if len(self.rows) + len(self.streets) > MOST_NAMED:
            raise BrokenFileError("ground_too_large")


def named(source: MapFile, box: Box | None = None) -> pa.Table:
    """List what has a name in an extract: shops, stations, parks, places, and streets as long as they are.

    Args:
        source: An .osm.pbf on this computer.
        box: Only what touches it; None is all of the file.

    Returns:
        A table of `NAMED`: name, alternative names (other languages among them), brand, category (`shop=bakery`,
        `street`), categories (every such word it has, with blanks between), WGS-84 degrees of its middle, and the radius in metres that holds all of it.

    Raises:
        BrokenFileError: `osmium_missing`, `ground_too_large` or `ground_broken`.
    """
    found = _Found()
    for one in opened(source, "name"):
        kind = one.type_str()
        if kind == "n":
            here = one.location
            lat, lon = np.array([here.lat]), np.array([here.lon])
        elif kind == "w":
            lat, lon = outline(one)
        else:
            continue
        found.add({tag.k: tag.v for tag in one.tags}, lat, lon, box)
    for name, pieces in found.streets.items():
        others = list(dict.fromkeys(other for names, _, _ in pieces for other in names))
        lat, lon = (np.concatenate([piece[at] for piece in pieces]) for at in (1, 2))
        found.rows.append((name, others, None, STREET, STREET, *_spread(lat, lon)))
    columns: list[Any] = list(zip(*found.rows, strict=True)) or [[] for _ in NAMED]
    return pa.table([pa.array(one, kind.type) for one, kind in zip(columns, NAMED, strict=True)], schema=NAMED)


def _names(tags: dict[str, str]) -> list[str]:
    """List what else a thing is called; several names stand in one tag with semicolons between them."""
    said = [value for key, value in tags.items() if key.startswith("name:") or key in ALIASES]
    each = (part.strip() for value in said for part in value.split(";"))
    return [one for one in dict.fromkeys(each) if one and one != tags["name"]]


def _spread(lat: np.ndarray, lon: np.ndarray) -> tuple[float, float, float]:
    """Answer the middle of a thing's bounds, and the radius in metres that holds them."""
    middle_lat, middle_lon = (lat.min() + lat.max()) / 2, (lon.min() + lon.max()) / 2
    high = (lat.max() - lat.min()) * METRES_A_DEGREE
    wide = (lon.max() - lon.min()) * METRES_A_DEGREE * np.cos(np.radians(middle_lat))
    return float(middle_lat), float(middle_lon), max(POINT_R_M, float(np.hypot(high, wide)) / 2)
