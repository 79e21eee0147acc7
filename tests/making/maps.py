"""Write small maps of an invented town, in every format trailviz draws: encoders of their own, so that reader and writer cannot agree on an error."""

from __future__ import annotations

import gzip
import json
import math
import sqlite3
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

LAT, LON = 50.005, 10.005
"""The middle of the town."""
ZOOM = 14
Ring = Sequence[tuple[int, int]]


def varint(value: int) -> bytes:
    """Write one whole number, seven bits a byte."""
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def field(number: int, value: int | bytes) -> bytes:
    """Write one field of a message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def feature(kind: int, parts: Sequence[Ring], tags: Sequence[int]) -> bytes:
    """Write a feature of a layer: 1 points, 2 lines, 3 areas."""
    numbers: list[int] = []
    x = y = 0
    for part in parts:
        for at, (px, py) in enumerate(part):
            if at < 2:
                numbers.append((1 if at == 0 else 2) | (1 if at == 0 else len(part) - 1) << 3)
            numbers += [(step << 1) ^ (step >> 31) for step in (px - x, py - y)]
            x, y = px, py
        if kind == 3:
            numbers.append(7 | 1 << 3)
    return field(3, kind) + field(2, b"".join(map(varint, tags))) + field(4, b"".join(map(varint, numbers)))


def layer(name: str, features: Sequence[tuple[int, Sequence[Ring], Mapping[str, Any]]], extent: int = 4096) -> bytes:
    """Write a layer; keys and values are numbered as they are met."""
    keys: list[str] = []
    values: list[Any] = []
    body = b""
    for kind, parts, said in features:
        tags = []
        for key, value in said.items():
            if key not in keys:
                keys.append(key)
            if value not in values:
                values.append(value)
            tags += [keys.index(key), values.index(value)]
        body += field(2, feature(kind, parts, tags))
    body += b"".join(field(3, key.encode()) for key in keys)
    body += b"".join(field(4, field(1, one.encode()) if isinstance(one, str) else field(4, one)) for one in values)
    return field(3, field(15, 2) + field(1, name.encode()) + body + field(5, extent))


def tile_of(lat: float, lon: float, zoom: int = ZOOM) -> tuple[int, int]:
    """Answer the column and row of the tile a point lies in."""
    side = 1 << zoom
    return int((lon + 180) / 360 * side), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)


def degrees(column: float, row: float, zoom: int = ZOOM) -> list[float]:
    """Answer latitude and longitude of a place among the tiles."""
    side = 1 << zoom
    return [math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side)))), column / side * 360 - 180]


LAKE = [(500, 500), (1500, 500), (1500, 1500), (500, 1500)]
ISLAND = [(900, 900), (900, 1100), (1100, 1100), (1100, 900)]
PARK = [(2000, 2000), (3000, 2000), (3000, 3000), (2000, 3000)]
ROAD = [(0, 1800), (2048, 1800), (4096, 1900)]
PATH = [(100, 100), (200, 900)]
NAMES = {"name": "Uferstraße", "name:en": "Shore Street", "name:zh": "岸边街"}
SCHEMAS: dict[str, list[bytes]] = {
    "protomaps": [
        layer("water", [(3, [LAKE, ISLAND], {"kind": "lake"})]),
        layer("landuse", [(3, [PARK], {"kind": "park"})]),
        layer(
            "roads",
            [(2, [ROAD], {"kind": "major_road", "kind_detail": "primary", **NAMES}), (2, [PATH], {"kind": "path"})],
        ),
        layer("places", [(1, [[(2048, 2048)]], {"kind": "neighbourhood", "name": "Mitte", "population_rank": 3})]),
        layer("pois", [(1, [[(2500, 1000)]], {"kind": "station", "name": "Uferbahnhof", "min_zoom": 14})]),
        layer("buildings", [(3, [PARK], {"kind": "building"})]),
    ],
    "openmaptiles": [
        layer("water", [(3, [LAKE, ISLAND], {"class": "lake"})]),
        layer("park", [(3, [PARK], {"class": "public_park"})]),
        layer(
            "transportation", [(2, [ROAD], {"class": "primary"}), (2, [PATH], {"class": "path", "subclass": "footway"})]
        ),
        layer("transportation_name", [(2, [ROAD], {"class": "primary", **NAMES})]),
        layer("place", [(1, [[(2048, 2048)]], {"class": "suburb", "name": "Mitte", "rank": 3})]),
        layer("poi", [(1, [[(2500, 1000)]], {"class": "railway", "subclass": "station", "name": "Uferbahnhof"})]),
    ],
    "shortbread": [
        layer("water_polygons", [(3, [LAKE, ISLAND], {"kind": "water"})]),
        layer("land", [(3, [PARK], {"kind": "park"})]),
        layer("streets", [(2, [ROAD], {"kind": "primary"}), (2, [PATH], {"kind": "footway"})]),
        layer(
            "street_labels",
            [(2, [ROAD], {"kind": "primary", "name": "Uferstraße", "name_en": "Shore Street", "name:zh": "岸边街"})],
        ),
        layer("place_labels", [(1, [[(2048, 2048)]], {"kind": "suburb", "name": "Mitte"})]),
        layer("public_transport", [(1, [[(2500, 1000)]], {"kind": "station", "name": "Uferbahnhof"})]),
    ],
}


def town(schema: str = "protomaps") -> bytes:
    """Write one tile of the town."""
    return b"".join(SCHEMAS[schema])


def hilbert(zoom: int, x: int, y: int) -> int:
    """Number a tile as PMTiles does, by the textbook's walk (Warren, Hacker's Delight, chapter 16)."""
    number, side = 0, 1 << zoom
    step = side >> 1
    while step:
        right, below = int(bool(x & step)), int(bool(y & step))
        number += step * step * ((3 * right) ^ below)
        if not below:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        step >>= 1
    return ((1 << 2 * zoom) - 1) // 3 + number


def directory(entries: Sequence[tuple[int, int, int, int]]) -> bytes:
    """Write a directory of (first tile, run, length, offset)."""
    firsts = np.diff([0, *(one[0] for one in entries)]).tolist()
    numbers = [
        len(entries),
        *firsts,
        *(one[1] for one in entries),
        *(one[2] for one in entries),
        *(one[3] + 1 for one in entries),
    ]
    return b"".join(map(varint, numbers))


def pmtiles(
    path: Path,
    tiles: Mapping[tuple[int, int, int], bytes],
    about: Mapping[str, Any] | None = None,
    *,
    packed: int = 2,
    kind: int = 1,
    leaf: bool = False,
) -> Path:
    """Write a PMTiles archive, its tiles behind a leaf directory if asked."""
    data, entries = b"", []
    for (zoom, x, y), raw in sorted(tiles.items(), key=lambda one: hilbert(*one[0])):
        held = gzip.compress(raw) if packed == 2 else raw
        entries.append((hilbert(zoom, x, y), 1, len(held), len(data)))
        data += held
    leaves = gzip.compress(directory(entries)) if leaf else b""
    root = gzip.compress(directory([(entries[0][0], 0, len(leaves), 0)] if leaf else entries))
    told = gzip.compress(json.dumps(about or {}).encode())
    at = [127, 127 + len(root), 127 + len(root) + len(told), 127 + len(root) + len(told) + len(leaves)]
    zooms = [one[0] for one in tiles]
    sizes = [len(root), len(told), len(leaves), len(data)]
    header = struct.pack(
        "<7sB11Q6B4iBii", b"PMTiles", 3, *(n for pair in zip(at, sizes, strict=True) for n in pair), 1, 1, 1,
        1, 2, packed, kind, min(zooms), max(zooms), 0, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    path.write_bytes(header + root + told + leaves + data)
    return path


def mbtiles(path: Path, tiles: Mapping[tuple[int, int, int], bytes], about: Mapping[str, str] | None = None) -> Path:
    """Write an MBTiles file."""
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    base.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
    base.executemany("INSERT INTO metadata VALUES (?, ?)", {"format": "pbf", **(about or {})}.items())
    rows = [(zoom, x, (1 << zoom) - 1 - y, gzip.compress(raw)) for (zoom, x, y), raw in tiles.items()]
    base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    base.commit()
    base.close()
    return path


def wkb(kind: int, rings: Sequence[Sequence[tuple[float, float]]]) -> bytes:
    """Write well-known binary: 1 a point, 2 a line, 3 an area; longitude first."""
    runs = [struct.pack(f"<{2 * len(ring)}d", *(n for point in ring for n in point)) for ring in rings]
    counted = [struct.pack("<I", len(ring)) + run for ring, run in zip(rings, runs, strict=True)]
    body = runs[0] if kind == 1 else counted[0] if kind == 2 else struct.pack("<I", len(rings)) + b"".join(counted)
    return struct.pack("<BI", 1, kind) + body


def overture(path: Path, rows: Sequence[Mapping[str, Any]], *, bounds: bool = True) -> Path:
    """Write a GeoParquet file as Overture's downloader does: bounds, subtype, class, names, outline."""
    told = []
    for row in rows:
        points = [point for ring in row["rings"] for point in ring]
        lon, lat = [one[0] for one in points], [one[1] for one in points]
        kept = {key: value for key, value in row.items() if key not in {"rings", "kind"}}
        told.append({**kept, "geometry": wkb(row["kind"], row["rings"])})
        if bounds:
            told[-1]["bbox"] = {"xmin": min(lon), "xmax": max(lon), "ymin": min(lat), "ymax": max(lat)}
    keys = dict.fromkeys(key for row in told for key in row)
    table = pa.table({key: [row.get(key) for row in told] for key in keys})
    if "names" in table.schema.names:
        called = pa.struct([("primary", pa.string()), ("common", pa.map_(pa.string(), pa.string()))])
        at = table.schema.get_field_index("names")
        table = table.set_column(at, "names", pa.array([row.get("names") for row in told], called))
    pq.write_table(table, path)
    return path
