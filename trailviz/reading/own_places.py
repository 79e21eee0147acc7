"""A person's own places: a small table (`places.csv`) or `[[place]]` entries (TOML), each with names, a point and a radius.

Seen: our own format, docs/places.md. A row that says no point is listed as unreadable and left out; none is repaired.
"""

from __future__ import annotations

import csv
import io
import math
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.geo import to_wgs84
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Unreadable
from trailviz.reading.encodings import UndecodableError, detect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_BYTES, MOST = 8 << 20, 50_000
MOST_RADIUS_M = 100_000.0
DEFAULT_RADIUS_M = 50.0
LONGEST_CATEGORY = 100
COLUMNS = {
    "names": ("names", "name", "place", "title", "名称", "地点", "名字"),
    "lat": ("lat", "latitude", "纬度"),
    "lon": ("lon", "lng", "long", "longitude", "经度"),
    "radius_m": ("radius_m", "radius", "accuracy_m", "半径"),
    "datum": ("datum", "坐标系"),
    "category": ("category", "kind", "类别", "分类"),
}
LIMITS = {"lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "radius_m": (0.0, MOST_RADIUS_M)}
EXPECTED = {
    "names": "a name, several with | between",
    "lat": "a number from -90 to 90",
    "lon": "a number from -180 to 180",
    "radius_m": "metres, from 0 to 100000",
    "datum": "wgs84, gcj02 or bd09",
}
DATUMS = frozenset({"wgs84", "gcj02", "bd09"})


@dataclass(frozen=True)
class OwnPlaces:
    """The places of a file as `[[place]]` entries say them (names, lat, lon, radius_m, category; WGS-84), and the cells that could not be read."""

    rows: tuple[Mapping[str, Any], ...]
    unreadable: tuple[Unreadable, ...] = ()


def read(raw: bytes) -> OwnPlaces:
    """Read a places file.

    Raises:
        BrokenFileError: `no_places` if it is neither such a table nor has `[[place]]` entries, `places_too_large`.
    """
    if len(raw) > MOST_BYTES:
        raise BrokenFileError("places_too_large")
    if raw[:4096].find(b"[[place]]") >= 0 or raw.find(b"\n[[place]]") >= 0:
        return _listed(_entries(raw))
    try:
        text = raw.decode(detect(io.BytesIO(raw)).name, "replace").removeprefix("\ufeff")
        first = text.split("\n", 1)[0]
        table = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
        found = {(one or "").strip().casefold(): one for one in table.fieldnames or ()}
        column = {name: next((found[one] for one in said if one in found), None) for name, said in COLUMNS.items()}
        if None in (column["names"], column["lat"], column["lon"]):
            raise BrokenFileError("no_places")
        rows = [
            (table.line_num, {name: one.get(said) for name, said in column.items() if said is not None})
            for one in table
            if any(isinstance(value, str) and value.strip() for value in one.values())
        ]
    except (csv.Error, UndecodableError, LookupError):
        raise BrokenFileError("no_places") from None
    return _listed(rows)


def _entries(raw: bytes) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        listed = tomllib.loads(raw.decode("utf-8-sig")).get("place", ())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise BrokenFileError("places_broken") from None
    if not isinstance(listed, list):
        raise BrokenFileError("places_broken")
    return [(number, one) for number, one in enumerate(listed, 1) if isinstance(one, dict)]


def _listed(rows: Sequence[tuple[int, Mapping[str, Any]]]) -> OwnPlaces:
    """Check every row; one bad cell leaves its row out."""
    if len(rows) > MOST:
        raise BrokenFileError("places_too_large")
    kept: list[Mapping[str, Any]] = []
    unreadable: list[Unreadable] = []
    for number, row in rows:
        names, datum = _names(row.get("names")), str(row.get("datum") or "wgs84").strip().casefold().replace("-", "")
        numbers = {name: _number(row.get(name), name) for name in LIMITS}
        bad = [name for name, value in numbers.items() if value is None]
        bad += [] if names else ["names"]
        bad += [] if datum in DATUMS else ["datum"]
        unreadable.extend(Unreadable(number, name, EXPECTED[name]) for name in bad)
        if not bad:
            lat, lon = to_wgs84(np.array(numbers["lat"]), np.array(numbers["lon"]), datum)
            label = row.get("label")
            kept.append(
                {
                    "names": names, "lat": float(lat), "lon": float(lon), "radius_m": numbers["radius_m"],
                    "category": str(row.get("category") or "").strip()[:LONGEST_CATEGORY],
                    "label": label if isinstance(label, dict) else {"en": names[0], "zh-Hans": names[0]},
                }
            )  # fmt: skip
    return OwnPlaces(tuple(kept), tuple(unreadable))


def _names(said: object) -> list[str]:
    each = said if isinstance(said, list) else str(said or "").split("|")
    return [one.strip() for one in each if isinstance(one, str) and one.strip()]


def _number(said: object, name: str) -> float | None:
    """Read a number in its limits; a radius nobody gives is the usual one."""
    if name == "radius_m" and (said is None or not str(said).strip()):
        return DEFAULT_RADIUS_M
    try:
        value = float(str(said).strip().replace(",", "."))
    except ValueError:
        return None
    low, high = LIMITS[name]
    return value if math.isfinite(value) and low <= value <= high else None
