"""Points of a person's own devices: what every track, whatever it is written in, becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.contract import Columns

if TYPE_CHECKING:
    from trailviz.reading.cells import Cells

POINT = (
    "kind", "time", "end", "lat", "lon", "end_lat", "end_lon", "accuracy", "name", "device", "mode", "detail", "place_ref", "said_by",
)  # fmt: skip
TIMES = ("ISO8601", "unix_s", "unix_ms", "%Y-%m-%dT%H:%M:%S%z")
OWN_ZONE = r"(?:[Zz]|[+-]\d{2}:?\d{2})$|^\d{9,13}(?:\.\d+)?$"
MODES = {
    "run": "walk", "walk": "walk", "hik": "walk", "foot": "walk", "bik": "bike", "cycl": "bike", "ride": "bike", "vehicle": "car",
    "driv": "car", "car": "car", "automotive": "car", "bus": "bus", "tram": "metro", "subway": "metro", "metro": "metro", "train": "train", "rail": "train",
    "boat": "boat", "sail": "boat", "ferr": "boat", "plane": "plane", "fly": "plane", "flight": "plane", "scooter": "scooter", "taxi": "taxi",
}  # fmt: skip
EARTH = {"lat": 90.0, "lon": 180.0}


def mode_of(text: str | None) -> str | None:
    """Answer the mode a word names (`Running`, `IN_PASSENGER_VEHICLE`), or None where it names none."""
    said = (text or "").lower()
    return next((mode for part, mode in MODES.items() if part in said), None)


def events(rows: Cells, *, zone: str | None = "UTC") -> Columns:
    """Make a fix (or what `kind` says) of every point; one without a place is left out, one at 0, 0 too.

    Args:
        rows: Cells with the columns of `POINT`, absent where the format has none.
        zone: The zone the format fixes for times without an offset, None where it fixes none.
    """
    lat, lon = (rows.numbers(name, low=-EARTH[name], high=EARTH[name]) for name in ("lat", "lon"))
    placed = np.asarray(pc.and_(pc.is_valid(lat), pc.is_valid(lon)))
    nowhere = placed & (np.asarray(pc.fill_null(lat, 0)) == 0) & (np.asarray(pc.fill_null(lon, 0)) == 0)
    kinds = pc.fill_null(rows.text("kind"), "fix")
    timed = np.asarray(pc.is_valid(rows.text("time")))
    # a note needs no place, and a row without a time is unreadable: neither is left out for its place
    rows.leave_out(timed & ~placed & np.asarray(pc.not_equal(kinds, "note")), "no_place")
    rows.leave_out(nowhere, "null_island")
    values: dict[str, object] = {
        "kind": kinds,
        "start": rows.times("time", *TIMES, zone=zone),
        "time_basis": "stated",
        "precision_s": rows.precision("time"),
        "zone_basis": "format" if zone else _told_by(rows.text("time")),
        "lat": lat,
        "lon": lon,
        "datum": "wgs84",
        "mode": rows.text("mode"),
        "place": rows.text("name"),
        "presence": "in_person",
        "said_by": pc.fill_null(rows.text("said_by"), "recorded"),
    }
    if rows.has("end"):
        values["end"] = rows.times("end", *TIMES, zone=zone)
    if rows.has("end_lat"):
        values |= {
            f"end_{name}": rows.numbers(f"end_{name}", low=-EARTH[name], high=EARTH[name]) for name in ("lat", "lon")
        }
    if rows.has("accuracy"):
        accuracy = rows.numbers("accuracy")
        # phones write -1 where they do not know
        values["accuracy_m"] = pc.if_else(pc.greater_equal(accuracy, 0), accuracy, pa.scalar(None, pa.float64()))
    for name in ("device", "detail", "place_ref"):
        if rows.has(name):
            values[name] = rows.text(name)
    return Columns(values)


def _told_by(times: pa.Array) -> pa.Array:
    """Say of each time whether it names its own zone, or counts seconds since 1970, or leaves its zone to be assumed."""
    return pc.if_else(
        pc.fill_null(pc.match_substring_regex(times, OWN_ZONE), False),  # noqa: FBT003 - what is no time names no zone
        pa.scalar("stated"),
        pa.scalar("assumed"),
    )
