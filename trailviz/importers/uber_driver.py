"""Uber, a driver's trips: three generations of `driver_lifetime_trips.csv`.

Format: delimited text (`,`; `;` in French replies); columns found by name: 2021 (a reply to a request, `city_id`), 2022 (`Trip details`,
    the only one with positions), 2024 to today (`driver_trip_number`, `license_plate`). Known from a description.
Seen: headers of 2021, 2022 and 2025 quoted in public documentation (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: UTC columns are UTC, with a Z, with `+0000 UTC` or bare; each row names its own zone beside them.
Precision: a second.
Kept: every request you took, and the ride it became, with plate and fare; a cancelled one stays a request.
Left out: nothing; what the file's own numbering counts and the file does not hold is said.
How to get it: privacy.uber.com, Download your data, as a driver; folder Driver.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, csv_cells
from trailviz.reading.phrases import uber

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW = (
    "request_timestamp_utc",
    "begintrip_timestamp_utc",
    "dropoff_timestamp_utc",
    "product_type_name",
    "status",
    "trip_distance_miles",
)
DETAILS = (
    "request_time",
    "begintrip_time",
    "dropoff_time",
    "begintrip_latitude",
    "dropoff_latitude",
    "fare_profile",
    "status",
)
RIDER = ("begintrip_lat", "begin_trip_lat")
TIMES = {
    "request": ("request_timestamp_utc", "request_time"),
    "begin": ("begintrip_timestamp_utc", "begintrip_time"),
    "drop": ("dropoff_timestamp_utc", "dropoff_time"),
}
FARES = (("original_fare_local", "currency_code"), ("fare", "currency"), ("original_fare_usd", None))
NUMBER = "driver_trip_number"
CALLED_OFF = r"(?i)cancel|unfulfilled|reject|expire"


def recognise(head: Head) -> Recognition:
    """Look for a driver's columns: a rider's file has the same times beside positions; no export was seen."""
    for names in (NEW, DETAILS):
        said = head.has_columns(names)
        if said.confidence >= Confidence.LIKELY and not any(set(RIDER) & set(row) for row in head.rows):
            return Recognition(Confidence.LIKELY, "has the columns of a driver's trips")
    return Recognition(Confidence.NO, "has no driver's trips")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table under either header."""
    start = file.read(1 << 16).decode("utf-8", "replace")
    file.seek(0)
    yield from csv_cells(file, NEW if all(name in start for name in NEW) else DETAILS)


def events(rows: Cells) -> list[Columns]:
    """Make a request of every row, and a ride where it came to one."""
    # the 2021 reply writes a zone's local time with a false Z, so only the UTC columns are read
    times = {name: uber.moments(rows, *columns) for name, columns in TIMES.items()}
    nothing = np.logical_and.reduce([np.asarray(pc.is_null(one)) for one in times.values()])
    rows.note(nothing & np.asarray(pc.is_null(rows.text(*TIMES["request"]))), TIMES["request"][0], "a time")
    zone = uber.zones(rows)
    status = rows.text("status")
    off = np.asarray(pc.fill_null(pc.match_substring_regex(status, CALLED_OFF), False))  # noqa: FBT003
    ridden = np.flatnonzero(np.asarray(pc.is_valid(times["begin"])) & ~off)
    _count_missing(rows)
    shared = {
        "party": "Uber", "party_is": "company", "status": status, "mode": "car", "time_basis": "stated", "precision_s": 1,
        "zone": pc.fill_null(zone, rows.assumed_zone or "UTC"), "zone_basis": pc.if_else(pc.is_valid(zone), "stated", "format"),
        "service": rows.text("product_type_name", "fare_profile", "global_product_name"), "vehicle": rows.text("license_plate"),
        "presence": "in_person", "datum": "wgs84",
    }  # fmt: skip
    request = {
        "kind": "request",
        "start": pc.coalesce(times["request"], times["begin"]),
        "place": rows.text("city_name"),
        **shared,
    }
    ride = {
        # the fare is the rider's; what the driver was paid stands in the payments
        "kind": "ride", "start": times["begin"], "end": times["drop"], "flow": "neither", "place": rows.text("city_name"),
        **_fare(rows), **_points(rows), **shared,
    }  # fmt: skip
    taken = {name: one.take(pa.array(ridden)) if isinstance(one, pa.Array) else one for name, one in ride.items()}
    return [Columns(request), Columns(taken, of=ridden, part=1, parent_part=0)]


def _fare(rows: Cells) -> dict[str, object]:
    """Answer what the trip's fare was, in the money it was paid in where the file says so."""
    amount, currency = next((pair for pair in FARES if rows.has(pair[0])), FARES[0])
    return {"amount": rows.money(amount), "currency": rows.text(currency) if currency else "USD"}


def _points(rows: Cells) -> dict[str, object]:
    if not rows.has("begintrip_latitude"):
        return {}
    names = {
        "lat": "begintrip_latitude",
        "lon": "begintrip_longitude",
        "end_lat": "dropoff_latitude",
        "end_lon": "dropoff_longitude",
    }
    most = {"lat": 90, "lon": 180}
    return {name: rows.numbers(column, low=-most[name[-3:]], high=most[name[-3:]]) for name, column in names.items()}


def _count_missing(rows: Cells) -> None:
    """Say how many trips the file counts and does not hold; only the first batch knows where its numbers begin."""
    if not rows.has(NUMBER):
        return
    # counting must leave no notes
    numbers = replace(rows, unreadable=[]).numbers(NUMBER, low=0)
    most = pc.max(numbers).as_py()
    held = len(numbers) - numbers.null_count
    if most is not None and most > held:
        rows.notices["trips_missing"] += int(most) - held


IMPORTER = Importer(name="uber_driver", collector="uber", recognise=recognise, cells=cells, events=events, zone="UTC")
