"""Draw the ground of Overture's GeoParquet files: water, segments (roads and rails), land use and land, divisions.

Source: docs.overturemaps.org/schema (read in November 2026), of 2024 and of 2026: `subtype` and `class` stand in both, and
geometry is well-known binary. A file says by its columns what it holds; its name is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trailviz.reading import legend, wkb
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.legend import GREEN, NOTHING, RIVER, STREET, WATER
from trailviz.reading.sheet import Label, MapFile, Name, Progress, Sheet, named, units

WANTED = ("geometry", "bbox", "subtype", "class", "names", "basic_category", "categories", "connectors")
WATERS = frozenset({"ocean", "lake", "river", "stream", "canal", "pond", "reservoir", "water"})
NO_WATER = frozenset({"swimming_pool", "fountain", "drain", "ditch"})
LAND_USES = ("golf", "forest", "grass", "shrub", "park", "cemetery", "recreation", "protected", "horticulture")
SIDES = ("xmin", "xmax", "ymin", "ymax")
MOST_FILES, MOST_ROWS, BATCH = 64, 50_000_000, 8_192
RANKS = {legend.CITY: 0, legend.TOWN: 2, legend.DISTRICT: 4, legend.STATION: 5, legend.SIGHT: 8}


def draw(source: MapFile, boxes: Sequence[Box], sheet: Sheet, progress: Progress | None = None) -> dict[str, object]:
    """Draw on the sheet what a file, or the Parquet files of a folder, hold of the boxes.

    Raises:
        BrokenFileError: `no_ground` if no file has outlines, `ground_broken`, `ground_too_large`, `ground_elsewhere`.
    """
    folder = isinstance(source, Path) and source.is_dir()
    files: list[MapFile] = sorted(source.glob("*.parquet")) if isinstance(source, Path) and folder else [source]
    if not files or len(files) > MOST_FILES:
        raise BrokenFileError("no_ground")
    found = False
    for number, file in enumerate(files):
        try:
            for batch in _batches(file, boxes):
                found = True
                _take(batch, sheet)
        # A name that is no UTF-8 is a ValueError of its own.
        except (pa.ArrowException, OSError, ValueError):
            raise BrokenFileError("ground_broken") from None
        if progress:
            progress(number + 1, len(files))
    if not found:
        raise BrokenFileError("ground_elsewhere")
    return {}


def _batches(file: MapFile, boxes: Sequence[Box]) -> Iterator[pa.RecordBatch]:
    """Go through the rows whose bounds touch a box; files without bounds are read whole."""
    import pyarrow.dataset as ds  # noqa: PLC0415 - a third of a second, for who has such a file

    table = pq.ParquetFile(pa.BufferReader(file) if isinstance(file, bytes) else file)
    schema = table.schema_arrow
    if table.metadata.num_rows > MOST_ROWS:
        # Rows that are all alike cost a file nothing.
        raise BrokenFileError("ground_too_large")
    if "geometry" not in schema.names:
        raise BrokenFileError("no_ground")
    names = [one for one in WANTED if one in schema.names]
    where = None
    if "bbox" in names and set(SIDES) <= {one.name for one in schema.field("bbox").type}:
        sides = {side: pc.field("bbox", side) for side in SIDES}
        touching = [
            (sides["xmax"] >= box.west)
            & (sides["xmin"] <= box.east)
            & (sides["ymax"] >= box.south)
            & (sides["ymin"] <= box.north)
            for box in boxes
        ]
        where = touching[0]
        for other in touching[1:]:
            where = where | other
    rows = table.iter_batches(BATCH, columns=names)
    for batch in ds.Scanner.from_batches(rows, schema=_only(schema, names), columns=names, filter=where).to_batches():
        if batch.num_rows:
            yield batch


def _only(schema: pa.Schema, names: list[str]) -> pa.Schema:
    """Answer the fields of these names, in the order of the file."""
    return pa.schema([one for one in schema if one.name in names])


def _take(batch: pa.RecordBatch, sheet: Sheet) -> None:
    """Draw the rows that are something, and write the names of places."""
    kind, label = _kinds(batch)
    wanted = np.flatnonzero((kind != NOTHING) | (label != NOTHING))
    outlines = batch.column("geometry").take(pa.array(wanted))
    names = batch.column("names").take(pa.array(wanted)).to_pylist() if "names" in batch.schema.names else []
    parts: list[np.ndarray] = []
    told: list[tuple[int, int, int]] = []
    for number, (at, raw) in enumerate(zip(wanted.tolist(), outlines.to_pylist(), strict=True)):
        if not isinstance(raw, bytes):
            continue
        sort, rings = wkb.parts(raw)
        name = _name(names[number]) if names else Name("")
        drawn = _drawn(int(kind[at]), sort)
        if drawn != NOTHING:
            call = sheet.call(name) if drawn >= STREET else -1
            told.extend((drawn, number, call) for _ in rings)
            parts.extend(rings)
        elif sort == wkb.POINT and rings and label[at] != NOTHING and np.isfinite(rings[0]).all():
            x, y = units(rings[0][:1, 1], rings[0][:1, 0])
            sheet.write(Label(int(label[at]), int(x[0]), int(y[0]), name, RANKS[int(label[at])]))
    if parts:
        lon, lat = np.nan_to_num(np.concatenate(parts)).T
        x, y = units(lat, np.clip(lon, -180, 180))
        columns = np.array(told, np.int64).T
        sheet.draw(x, y, np.array([len(one) for one in parts], np.int64), *columns)


def _kinds(batch: pa.RecordBatch) -> tuple[np.ndarray, np.ndarray]:
    """Answer what each row is drawn as, lines and areas not yet told apart, and what its name is written as."""
    subtype, sort = _words(batch, "subtype"), _words(batch, "class")
    road = np.where(subtype == "road", legend.looked_up(sort, legend.ROAD_OF), NOTHING)
    road = np.where(subtype == "rail", legend.RAIL, road)
    if "connectors" in batch.schema.names:
        # A segment on the water is a ferry's way.
        return road, np.full(len(road), NOTHING)
    wet = np.array([one in WATERS for one in subtype], bool) & np.array([one not in NO_WATER for one in sort], bool)
    uses = {**legend.GREEN_OF, **dict.fromkeys(LAND_USES, GREEN)}
    green = legend.either(legend.looked_up(sort, legend.GREEN_OF), legend.looked_up(subtype, uses))
    kind = legend.either(road, np.where(wet, WATER, NOTHING), green)
    said = (sort, subtype, _words(batch, "basic_category"), _words(batch, "categories"))
    return kind, legend.either(*(legend.looked_up(one, legend.LABEL_OF) for one in said))


def _drawn(kind: int, sort: int) -> int:
    """Answer the kind as the outline allows it: water along a line is a river, a road is no area."""
    if kind == WATER and sort == wkb.LINE:
        return RIVER
    area = kind < legend.AREAS
    return kind if kind != NOTHING and sort == (wkb.POLYGON if area else wkb.LINE) else NOTHING


def _words(batch: pa.RecordBatch, column: str) -> np.ndarray:
    """Answer a column's texts; of the older `categories` the primary one."""
    if column not in batch.schema.names:
        return np.full(batch.num_rows, None, object)
    told = batch.column(column)
    if pa.types.is_struct(told.type):
        told = told.field("primary") if told.type.get_field_index("primary") >= 0 else pa.nulls(batch.num_rows)
    return np.array(told.to_pylist(), object)


def _name(told: object) -> Name:
    """Read Overture's names: the primary one, and those in other languages."""
    if not isinstance(told, dict):
        return Name("")
    common = told.get("common")
    others = common.items() if isinstance(common, dict) else common or ()
    return named([("name", told.get("primary")), *((str(key), value) for key, value in others)])
