"""Words and points as Google's location exports write them: three ways to write a point, two to write a mode."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

POINT = r"^(?:geo:)?\s*(?P<lat>-?\d{1,2}(?:\.\d+)?)°?\s*,\s*(?P<lon>-?\d{1,3}(?:\.\d+)?)°?$"
MODES = {
    "walking": "walk", "on_foot": "walk", "running": "walk", "hiking": "walk", "cycling": "bike", "on_bicycle": "bike",
    "in_passenger_vehicle": "car", "in_vehicle": "car", "driving": "car", "in_taxi": "taxi", "motorcycling": "scooter",
    "in_bus": "bus", "in_subway": "metro", "in_tram": "metro", "in_train": "train", "in_rail_vehicle": "train",
    "in_ferry": "boat", "boating": "boat", "flying": "plane",
}  # fmt: skip


def points(text: pa.Array) -> tuple[pa.Array, pa.Array, np.ndarray]:
    """Read `48.85°, 2.35°`, `geo:48.85,2.35` and `48.85, 2.35`.

    Returns:
        Latitudes, longitudes (float64, null where none) and which texts were there but not a point.
    """
    found = pc.extract_regex(text, POINT)
    lat, lon = (pc.struct_field(found, name).cast(pa.float64()) for name in ("lat", "lon"))
    fine = pc.and_(pc.less_equal(pc.abs(lat), 90), pc.less_equal(pc.abs(lon), 180))
    none = pa.scalar(None, pa.float64())
    lat, lon = pc.if_else(fine, lat, none), pc.if_else(fine, lon, none)
    return lat, lon, np.asarray(pc.is_valid(text)) & ~np.asarray(pc.is_valid(lat))


def modes(text: pa.Array) -> pa.Array:
    """Translate `IN_PASSENGER_VEHICLE` and `in passenger vehicle` alike; a word not met before is unknown."""
    folded = pc.replace_substring(pc.utf8_lower(text), " ", "_").dictionary_encode()
    words = pa.array([MODES.get(word, "unknown") for word in folded.dictionary.to_pylist()], pa.string())
    return words.take(folded.indices) if len(words) else pa.nulls(len(text), pa.string())
