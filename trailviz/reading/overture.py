"""Places of Overture's GeoParquet on the user's disk: shops, stations and sights, with their brand and address.

Source: docs.overturemaps.org/schema/reference/places/place (read in November 2026). Two generations are read: `categories` (until 2026)
and `taxonomy` with `basic_category` (schema 2.0). Only the rows of a box are kept, and only the columns that name something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trailviz.reading.broken import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.reading.box import Box
    from trailviz.reading.sheet import MapFile

POINTS = pa.schema(
    [
        ("name", pa.string()), ("names", pa.list_(pa.string())), ("brand", pa.string()), ("category", pa.string()),
        ("categories", pa.string()), ("address", pa.string()), ("lat", pa.float64()), ("lon", pa.float64()), ("radius_m", pa.float64()),
    ]
)  # fmt: skip
"""Named points, one a row, WGS-84 degrees: what a map of the user's disk tells the places, whatever its format.

`categories`: every word for what it is, from the general to the special, with blanks between (`health_care hospital`)."""
WANTED = (
    "names",
    "brand",
    "categories",
    "taxonomy",
    "basic_category",
    "addresses",
    "bbox",
    "geometry",
    "operating_status",
)
SIDES = ("xmin", "xmax", "ymin", "ymax")
ADDRESS = ("freeform", "locality", "postcode")
CLOSED = "permanently_closed"
MOST, BATCH = 500_000, 16_384
MOST_GROUP_BYTES = 2 << 30
POINT_BYTES = 21
LAST_LAT, LAST_LON = 90.0, 180.0
POINT_R_M = 50.0
SHOP_ONLY = ("categories", "taxonomy", "basic_category", "brand", "addresses")


def places(source: MapFile, box: Box | None = None) -> pa.Table:
    """List the places of a file.

    Args:
        source: A Parquet file on this computer, or what it holds.
        box: Only what lies in it; None is all of the file.

    Returns:
        A table of `POINTS`.

    Raises:
        BrokenFileError: `no_places` if the file has no names and points, `places_broken`, `places_too_large`.
    """
    kept: list[pa.Table] = []
    count = 0
    try:
        for batch in _batches(source, box):
            one = _table(batch, box)
            count += one.num_rows
            if count > MOST:
                raise BrokenFileError("places_too_large")
            kept.append(one)
    # A forged file may twist any offset; what Arrow says of it may repeat what stands in it.
    except (pa.ArrowException, OSError, ValueError, KeyError, IndexError):
        raise BrokenFileError("places_broken") from None
    return pa.concat_tables(kept).combine_chunks() if kept else POINTS.empty_table()


def _batches(source: MapFile, box: Box | None) -> Iterator[pa.RecordBatch]:
    file = pq.ParquetFile(pa.BufferReader(source) if isinstance(source, bytes) else source)
    schema = file.schema_arrow
    names = [one for one in WANTED if one in schema.names]
    if "names" not in names or not {"bbox", "geometry"} & set(names) or not set(SHOP_ONLY) & set(names):
        raise BrokenFileError("no_places")
    groups = [number for number in range(file.num_row_groups) if _meets(file.metadata.row_group(number), box)]
    if any(file.metadata.row_group(number).total_byte_size > MOST_GROUP_BYTES for number in groups):
        raise BrokenFileError("places_too_large")
    if groups:
        yield from file.iter_batches(BATCH, row_groups=groups, columns=names)


def _meets(group: pq.RowGroupMetaData, box: Box | None) -> bool:
    """Say whether a row group may hold places of a box, by the bounds its own figures state; without figures it may."""
    if box is None:
        return True
    limit = {
        "bbox.xmin": ("min", box.east),
        "bbox.xmax": ("max", box.west),
        "bbox.ymin": ("min", box.north),
        "bbox.ymax": ("max", box.south),
    }
    for number in range(group.num_columns):
        column = group.column(number)
        if column.path_in_schema in limit and column.statistics is not None and column.statistics.has_min_max:
            which, edge = limit[column.path_in_schema]
            if column.statistics.min > edge if which == "min" else column.statistics.max < edge:
                return False
    return True


def _table(batch: pa.RecordBatch, box: Box | None) -> pa.Table:
    """Turn a batch into rows of `POINTS`, without those that lie elsewhere, have no name or no point, or are closed for good."""
    lat, lon = _points(batch)
    name = _text(batch, "names", "primary")
    on_earth = (np.abs(lat) <= LAST_LAT) & (np.abs(lon) <= LAST_LON)  # false where a number is none
    able = on_earth & np.asarray(pc.is_valid(name))
    able &= np.asarray(pc.fill_null(pc.not_equal(_text(batch, "operating_status"), CLOSED), True))  # noqa: FBT003
    if box is not None:
        able &= (lat >= box.south) & (lat <= box.north) & (lon >= box.west) & (lon <= box.east)
    category = pc.coalesce(
        _text(batch, "categories", "primary"), _text(batch, "taxonomy", "primary"), _text(batch, "basic_category")
    )
    columns = [
        name, _names(batch), _text(batch, "brand", "names", "primary"), category, _categories(batch), _address(batch),
        pa.array(lat), pa.array(lon), pa.array(np.full(len(lat), POINT_R_M)),
    ]  # fmt: skip
    return pa.table(columns, schema=POINTS).filter(pa.array(able))


def _points(batch: pa.RecordBatch) -> tuple[np.ndarray, np.ndarray]:
    """Answer latitudes and longitudes: the middle of the bounds, which for a place is its point, else the geometry's own."""
    kind = batch.schema.field("bbox").type if "bbox" in batch.schema.names else pa.null()
    if pa.types.is_struct(kind) and set(SIDES) <= {one.name for one in kind}:
        box = {
            side: pc.struct_field(batch["bbox"], side).cast(pa.float64()).to_numpy(zero_copy_only=False)
            for side in SIDES
        }
        return (box["ymin"] + box["ymax"]) / 2, (box["xmin"] + box["xmax"]) / 2
    raw = batch["geometry"].cast(pa.large_binary())
    length = pc.fill_null(pc.binary_length(raw), 0).to_numpy(zero_copy_only=False)
    lat, lon = (np.full(batch.num_rows, np.nan) for _ in "xy")
    able = np.flatnonzero(length == POINT_BYTES)
    # One order byte, four of the kind, two numbers of eight: a point, and the only thing of this length.
    points = np.frombuffer(b"".join(raw.take(pa.array(able)).to_pylist()), np.uint8).reshape(-1, POINT_BYTES)
    little = points[:, 0] == 1
    for at, kind in ((little, "<f8"), (~little, ">f8")):
        both = np.ascontiguousarray(points[at, 5:]).view(kind).reshape(-1, 2)
        lon[able[at]], lat[able[at]] = both[:, 0], both[:, 1]
    return lat, lon


def _text(batch: pa.RecordBatch, *path: str) -> pa.Array:
    """Answer a string inside a struct, null where the file's schema has none there."""
    nothing = pa.nulls(batch.num_rows, pa.string())
    if path[0] not in batch.schema.names:
        return nothing
    kind = batch.schema.field(path[0]).type
    for one in path[1:]:
        if not pa.types.is_struct(kind) or kind.get_field_index(one) < 0:
            return nothing
        kind = kind.field(one).type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)):
        return nothing
    found = batch[path[0]] if len(path) == 1 else pc.struct_field(batch[path[0]], list(path[1:]))
    return found.cast(pa.string())


def _categories(batch: pa.RecordBatch) -> pa.Array:
    """Answer the basic category, the way down to the special one, and the category of older files, in one text."""
    parts = [_text(batch, "basic_category")]
    kind = batch.schema.field("taxonomy").type if "taxonomy" in batch.schema.names else pa.null()
    at = kind.get_field_index("hierarchy") if pa.types.is_struct(kind) else -1
    if at >= 0 and pa.types.is_list(kind.field(at).type) and pa.types.is_string(kind.field(at).type.value_type):
        parts.append(pc.binary_join(pc.struct_field(batch["taxonomy"], "hierarchy"), " "))
    parts += [_text(batch, "taxonomy", "primary"), _text(batch, "categories", "primary")]
    # Filled first: of columns that are null throughout Arrow 26 joins no rows at all.
    return pc.utf8_trim(pc.binary_join_element_wise(*(pc.fill_null(one, "") for one in parts), " "), " ")


def _names(batch: pa.RecordBatch) -> pa.Array:
    """Answer the names in other languages, which stand in a map from language to name."""
    kind = batch.schema.field("names").type
    if (
        not pa.types.is_struct(kind)
        or kind.get_field_index("common") < 0
        or not pa.types.is_map(kind.field("common").type)
    ):
        return pa.nulls(batch.num_rows, pa.list_(pa.string()))
    common = pc.struct_field(batch["names"], "common")
    return pa.ListArray.from_arrays(common.offsets, common.items.cast(pa.string()))


def _address(batch: pa.RecordBatch) -> pa.Array:
    """Answer street, town and postcode of all addresses in one text."""
    if "addresses" not in batch.schema.names or not pa.types.is_list(batch.schema.field("addresses").type):
        return pa.nulls(batch.num_rows, pa.string())
    listed = batch["addresses"]
    kind = listed.type.value_type
    parts = [
        pc.fill_null(pc.struct_field(listed.values, one).cast(pa.string()), "")
        for one in ADDRESS
        if pa.types.is_struct(kind) and kind.get_field_index(one) >= 0
    ]
    if not parts:
        return pa.nulls(batch.num_rows, pa.string())
    return pc.binary_join(pa.ListArray.from_arrays(listed.offsets, pc.binary_join_element_wise(*parts, " ")), " ")
