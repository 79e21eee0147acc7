"""Points of a file that a person says is in another datum than it declares: read anew in that datum, and said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from trailviz.geo import to_wgs84

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.reading.sources import Source

DATUMS = ("gcj02", "bd09", "wgs84")
NOTICE = {"gcj02": "read_as_gcj02", "bd09": "read_as_bd09"}
POINTS = (("lat", "lon"), ("end_lat", "end_lon"))
WORD = pa.dictionary(pa.int32(), pa.string())


class NoSuchFileError(Exception):
    """A datum was told of a file that is not among those given."""


def told_of(source: Source, datums: Mapping[str, str]) -> str | None:
    """Answer the name under which a person told the datum of a file: its own, or that of the member of an archive."""
    return next((name for name in (source.member, source.name) if name is not None and name in datums), None)


def brought(table: pa.Table, datum: str) -> tuple[pa.Table, int]:
    """Bring the points of a table from the told datum to WGS-84; answer also how many rows had one.

    Rows that declare a Chinese datum themselves were brought there when they were read, and stay.
    """
    if datum == "wgs84" or not any(lat in table.column_names for lat, _ in POINTS):
        return table, 0
    own = np.zeros(table.num_rows, bool)
    if "datum" in table.column_names:
        own = np.isin(table["datum"].to_numpy(zero_copy_only=False), list(NOTICE))
    moved = np.zeros(table.num_rows, bool)
    for names in POINTS:
        if not set(names) <= set(table.column_names):
            continue
        lat, lon = (table[name].to_numpy().astype(np.float64) for name in names)
        here = np.isfinite(lat) & np.isfinite(lon) & ~own
        moved |= here
        there = to_wgs84(lat[here], lon[here], datum)
        for name, column, values in zip(names, (lat, lon), there, strict=True):
            column = column.copy()  # noqa: PLW2901 - Arrow's memory is not to be written to
            column[here] = values
            at = table.column_names.index(name)
            table = table.set_column(at, name, pa.array(column, pa.float64(), mask=~np.isfinite(column)))
    words = table["datum"].to_numpy(zero_copy_only=False) if "datum" in table.column_names else None
    said = np.where(moved, datum, np.full(table.num_rows, None, object) if words is None else words)
    column = pa.array(said.tolist(), pa.string()).dictionary_encode().cast(WORD)
    if words is None:
        return table.append_column("datum", column), int(moved.sum())
    return table.set_column(table.column_names.index("datum"), "datum", column), int(moved.sum())
