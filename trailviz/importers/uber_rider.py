"""Uber, rider trips: four generations of `trips_data.csv` and `rider_lifetime_trips.csv`.

Format: delimited text (`,`; `;` seen in French replies); columns found by name, in four sets from 2018 to 2026.
Seen: v1 2018 to 2023, v1b about 2024, v2 2025, v3 2026, all in public documentation (read 2026-11).
Encoding: UTF-8, with or without a byte-order mark.
Zone: UTC columns are UTC; a `_local` value ends in a Z that is false and is read in the row's own `timezone`; v1b names
    no zone, so one is assumed and said.
Precision: a second.
Kept: every row: a request where you stood (with the destination typed), and the ride it became; a cancelled trip stays a
    request; an Eats order is a delivery.
Left out: nothing; times of 1970 mean no time and are counted.
How to get it: privacy.uber.com, Download your data; ready in some hours, the folder Rider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.days import UnknownZoneError, zone_of
from trailviz.events import INSTANT
from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, csv_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

V1 = ("Product Type", "Trip or Order Status", "Request Time", "Begin Trip Time", "Begin Trip Lat", "Dropoff Lat")
V1B = ("product_type", "status", "request_time", "begin_trip_time", "begintrip_lat", "dropoff_lat")
V2 = ("request_timestamp_utc", "begintrip_timestamp_utc", "begintrip_lat", "dropoff_lat", "status")
V2_LOCAL = (
    "request_timestamp_local",
    "begintrip_timestamp_local",
    "timezone",
    "begintrip_lat",
    "dropoff_lat",
    "status",
)
# a driver's file has a rider's times as well
DRIVER = "driver_trip_number"
WANTED = (frozenset(V1), frozenset(V1B), frozenset(V2), frozenset(V2_LOCAL))
GENERATIONS = ("1", "1b", "2 or 3", "2 or 3, local times only")
SENTINEL_US = 86_400_000_000
COLUMNS = {
    "request": ("Request Time", "request_timestamp_utc", "request_time"),
    "begin": ("Begin Trip Time", "begintrip_timestamp_utc", "begin_trip_time"),
    "drop": ("Dropoff Time", "dropoff_timestamp_utc", "dropoff_time"),
}
LOCAL = {"request": "request_timestamp_local", "begin": "begintrip_timestamp_local", "drop": "dropoff_timestamp_local"}
EATS = r"(?i)eats|delivery|marketplace"
FARES = ("client_upfront_fare_local", "Fare Amount", "fare_amount", "original_fare_local")
# not fare_split: that says who paid, not that nobody rode
CALLED_OFF = r"(?i)cancel|unfulfilled"
STATUSES = ("completed", "canceled", "cancelled", "rider_canceled", "driver_canceled", "fare_split", "unfulfilled")
KNOWN_STATUSES = {spelled: one for one in STATUSES for spelled in (one, one.upper(), one.capitalize())}
BIKE, SCOOTER = r"(?i)\b(jump|bike|bicycle)", r"(?i)scooter"


FEW_TRIPS = 5


def recognise(head: Head) -> Recognition:
    """Look for one of the four column sets; a driver's file has another."""
    rows = [frozenset(row) for row in head.rows]
    if any(DRIVER in row for row in rows):
        return Recognition(Confidence.NO, "is a driver's file")
    for number, wanted in enumerate(WANTED):
        if any(wanted <= row for row in rows):
            return Recognition(Confidence.CERTAIN, f"has the columns of rider trips, generation {GENERATIONS[number]}")
    return head.has_columns(V1)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table under whichever header it has."""
    start = file.read(1 << 16).decode("utf-8", "replace")
    file.seek(0)
    wanted = next((names for names in (V2, V1, V1B, V2_LOCAL) if all(name in start for name in names)), V1)
    return csv_cells(file, wanted)


def events(rows: Cells) -> Iterator[Columns]:
    """Make a request and a ride (or a delivery) of every row."""
    times = {name: _instants(rows, name) for name in COLUMNS}
    product = pc.fill_null(
        rows.text("Product Type", "product_type_name", "product_type", "global_product_name", "flow"), ""
    )
    flow = pc.fill_null(rows.text("flow"), "")
    eats = np.asarray(pc.or_(pc.match_substring_regex(product, EATS), pc.match_substring_regex(flow, EATS)))
    status = rows.text("Trip or Order Status", "status")
    # asked only to count the words nobody knows
    rows.words("status" if rows.has("status") else "Trip or Order Status", KNOWN_STATUSES)
    called_off = np.asarray(pc.match_substring_regex(pc.fill_null(status, ""), CALLED_OFF))
    ridden = np.asarray(pc.is_valid(times["begin"])) & ~called_off
    dated = [pc.is_valid(one) for one in times.values()]
    written = [pc.is_valid(rows.text(*spelled)) for spelled in COLUMNS.values()]
    rows.note(~np.logical_or.reduce([*dated, *written]), next(iter(COLUMNS["request"])), "a time")
    zone = _zones(rows)
    if len(rows) <= FEW_TRIPS:
        rows.notices["few_trips"] = 1  # an export was seen to hold 4 of 2,898 trips
    # only v1b has this name, and it names no zone
    assumed = rows.has("request_time")
    if assumed:
        rows.notices["zone_assumed"] += len(rows)
    shared = {
        "party": "Uber",
        "party_is": "company",
        "status": status,
        "service": product,
        "time_basis": "stated",
        "precision_s": 1,
        "datum": "wgs84",
        "zone": pc.fill_null(zone, rows.assumed_zone or "UTC"),
        "zone_basis": pc.if_else(
            pc.is_valid(zone), "stated", "assumed" if assumed or rows.has("timezone") else "format"
        ),
        "mode": _modes(product, eats),
    }
    yield _picked({**shared, **_request(rows, times)}, np.flatnonzero(~eats))
    yield _picked({**shared, **_ride(rows, times, eats)}, np.flatnonzero(ridden | eats), part=1, parent_part=0)


def _request(rows: Cells, times: dict[str, pa.Array]) -> dict[str, object]:
    """Answer where you stood and what you typed."""
    return {
        "kind": "request",
        "start": pc.coalesce(times["request"], times["begin"]),
        **_points(rows, start=(("request_lat", "request_lng"),), end=(("destination_lat", "destination_lng"),)),
        "end_place": rows.text("destination_string"),
        "device": rows.text("client_device"),
        "presence": "in_person",
    }


def _ride(rows: Cells, times: dict[str, pa.Array], eats: np.ndarray) -> dict[str, object]:
    """Answer where it really began and ended, and what it cost; an Eats order begins when asked for, at the latest."""
    is_order = pa.array(eats)
    fare = next((one for one in FARES if rows.has(one)), FARES[0])
    return {
        "kind": pc.if_else(is_order, "delivery", "ride"),
        "start": pc.if_else(is_order, pc.coalesce(times["begin"], times["request"]), times["begin"]),
        "end": times["drop"],
        **_points(
            rows,
            start=(("Begin Trip Lat", "Begin Trip Lng"), ("begintrip_lat", "begintrip_lng")),
            end=(("Dropoff Lat", "Dropoff Lng"), ("dropoff_lat", "dropoff_lng")),
        ),
        "place": rows.text("Begin Trip Address", "begintrip_address", "begintrip_string"),
        "end_place": rows.text("Dropoff Address", "dropoff_address"),
        "amount": rows.money(fare),
        "currency": rows.text("Fare Currency", "currency_code", "fare_currency"),
        "flow": "out",
        "instrument": pc.struct_field(pc.extract_regex(rows.text("card_number"), r"(?P<tail>\d{3,4})$"), "tail"),
        "method": rows.text("payment_type"),
        "presence": pc.if_else(is_order, "remote", "in_person"),
    }


def _picked(values: dict[str, object], of: np.ndarray, *, part: int = 0, parent_part: int | None = None) -> Columns:
    pick = pa.array(of)
    taken = {name: value.take(pick) if isinstance(value, pa.Array) else value for name, value in values.items()}
    return Columns(taken, of=of, part=part, parent_part=parent_part)


def _instants(rows: Cells, name: str) -> pa.Array:
    """Read a time from its UTC column, else from its local one in the row's zone; 1970 means none."""
    column = next((one for one in COLUMNS[name] if rows.has(one)), None)
    if column is None:
        return _local(rows, LOCAL[name])
    text = pc.replace_substring_regex(rows.text(column), r" \+0000 UTC$", "Z")
    plain = Cells({column: text}, rows.row, assumed_zone=rows.assumed_zone)
    read = plain.times(column, "ISO8601" if column not in COLUMNS["request"][2:] else "%Y-%m-%d %H:%M:%S", "ISO8601")
    rows.unreadable.extend(plain.unreadable)
    micros = pc.fill_null(read.cast(pa.int64()), SENTINEL_US)
    sentinel = pc.less(micros, SENTINEL_US)
    if (count := pc.sum(sentinel).as_py() or 0) > 0:
        rows.notices["epoch_sentinel"] += count
    read = pc.if_else(sentinel, pa.scalar(None, INSTANT), read)
    # a UTC column may be empty where the local one is not
    return pc.coalesce(read, _local(rows, LOCAL[name])) if rows.has(LOCAL[name]) else read


def _zones(rows: Cells, *, noted: bool = True) -> pa.Array:
    """Answer the zone each row names, null where there is no such zone."""
    coded = rows.text("timezone").dictionary_encode()
    words = coded.dictionary.to_pylist()
    known = pa.array([word if _is_zone(word) else None for word in words], pa.string())
    zones = known.take(coded.indices) if words else pa.nulls(len(rows), pa.string())
    if noted and known.null_count:
        strange = pc.and_(pc.is_valid(rows.text("timezone")), pc.is_null(zones))
        rows.note(np.asarray(strange), "timezone", "a zone like Europe/Paris")
    return zones


def _is_zone(word: str) -> bool:
    try:
        zone_of(word)
    except UnknownZoneError:
        return False
    return True


def _local(rows: Cells, column: str) -> pa.Array:
    """Read a wall-clock time in the zone its row names; its Z is false."""
    text = pc.replace_substring_regex(pc.replace_substring_regex(rows.text(column), r"(\.\d+)?Z?$", ""), "T", " ")
    zones = _zones(rows, noted=False).to_numpy(zero_copy_only=False)
    answer = np.full(len(rows), np.datetime64("NaT", "us"))
    for zone in {one for one in zones if one is not None}:
        here = zones == zone
        part = Cells({column: text.filter(pa.array(here))}, rows.row[here])
        read = part.times(column, "%Y-%m-%d %H:%M:%S", zone=str(zone), noted=False)
        answer[here] = read.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return pa.array(answer, pa.timestamp("us")).cast(INSTANT)


def _points(rows: Cells, start: tuple[tuple[str, str], ...], end: tuple[tuple[str, str], ...]) -> dict[str, object]:
    """Read start and end points from the first named columns the file has; 0, 0 is no place."""
    found: dict[str, object] = {}
    for prefix, pairs in (("", start), ("end_", end)):
        listed = [pair for pair in pairs if rows.has(pair[0])]
        if listed:
            lat = rows.numbers(listed[0][0], low=-90, high=90)
            lon = rows.numbers(listed[0][1], low=-180, high=180)
            nowhere = pc.fill_null(pc.and_(pc.equal(lat, 0), pc.equal(lon, 0)), fill_value=True)
            none = pa.scalar(None, pa.float64())
            found[f"{prefix}lat"], found[f"{prefix}lon"] = (pc.if_else(nowhere, none, one) for one in (lat, lon))
    return found


def _modes(product: pa.Array, eats: np.ndarray) -> pa.Array:
    """Answer how the person moved: by car, but for Uber's bikes and scooters; a delivery moves nobody."""
    two_wheels = pc.if_else(pc.match_substring_regex(product, BIKE), "bike", "car")
    modes = pc.if_else(pc.match_substring_regex(product, SCOOTER), "scooter", two_wheels)
    return pc.if_else(pa.array(eats), pa.scalar(None, pa.string()), modes)


IMPORTER = Importer(name="uber_rider", collector="uber", recognise=recognise, cells=cells, events=events)
