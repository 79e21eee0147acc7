"""Uber, rider trips as exported in 2025: a zip with `Uber Data/Rider/trips_data-0.csv`; local times end in a Z that is false."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from trailviz.simulate.cities import moved
from trailviz.simulate.diary import DETOUR
from trailviz.simulate.exports import Export, Format, Told
from trailviz.simulate.paper.archive import packed

if TYPE_CHECKING:
    from datetime import datetime

    from trailviz.simulate.chance import Chance
    from trailviz.simulate.cities import Spot
    from trailviz.simulate.life import Life

COLUMNS = (
    "city_name", "currency_code", "timezone", "flow", "product_type_name", "global_product_name", "request_timestamp_local",
    "request_timestamp_utc", "request_lat", "request_lng", "begintrip_timestamp_local", "begintrip_timestamp_utc", "begintrip_lat",
    "begintrip_lng", "begintrip_address", "dropoff_timestamp_local", "dropoff_timestamp_utc", "dropoff_lat", "dropoff_lng",
    "destination_lat", "destination_lng", "has_destination", "dropoff_address", "trip_distance_miles", "trip_duration_seconds", "status",
    "is_completed", "fare_amount", "card_number",
)  # fmt: skip
FILE = "Uber Data/Rider/trips_data-0.csv"
MILE_M = 1609.344
ROADSIDE_M, PHONE_M = 22.0, 14.0
CALLED_OFF = 0.06


def write(life: Life) -> Export:
    """Write every ride, and some that were asked for in vain, newest first."""
    rides, chance, export = life.by("uber_rider"), life.chance("uber"), Export()
    name = f"uber_data_{life.city.id}.zip"
    rows: list[tuple[str, ...]] = []
    for ride in rides:
        assert ride.place is not None
        assert ride.end_place is not None
        assert ride.end is not None
        assert ride.asked is not None
        phone, begin, drop, wanted = (
            _aside(spot, chance, off) for spot, off in ((ride.place, PHONE_M), (ride.place, ROADSIDE_M), (ride.end_place, ROADSIDE_M), (ride.end_place, 3.0))
        )  # fmt: skip
        miles = ride.place.metres_to(ride.end_place) * DETOUR / MILE_M
        start, end = _address(life, ride.place), _address(life, ride.end_place)
        rows.append(
            (
                life.city.name["en"], life.city.currency, life.city.zone, "P2P", "UberX", "UberX", *_times(life, ride.asked), *phone,
                *_times(life, ride.start), *begin, start, *_times(life, ride.end), *drop, *wanted, "true", end, f"{miles:.2f}",
                str(int((ride.end - ride.start) * 60)), "completed", "true", f"{ride.cents / 100:.2f}", "**** 0000",
            )
        )  # fmt: skip
        shared = {"party": "Uber", "mode": "car"}
        export.told.append(
            Told(name, "request", life.utc(ride.asked), f"deed {ride.number}", lat=float(phone[0]), lon=float(phone[1]), end_lat=float(wanted[0]), end_lon=float(wanted[1]), **shared)  # type: ignore[arg-type]
        )  # fmt: skip
        export.told.append(
            Told(name, "ride", life.utc(ride.start), f"deed {ride.number}", end=life.utc(ride.end), cents=ride.cents, currency=life.city.currency, flow="out",
                lat=float(begin[0]), lon=float(begin[1]), end_lat=float(drop[0]), end_lon=float(drop[1]), place=start, end_place=end, **shared)  # type: ignore[arg-type]
        )  # fmt: skip
        if chance.happens(CALLED_OFF):
            before = ride.asked - 4
            rows.append(
                (
                    life.city.name["en"], life.city.currency, life.city.zone, "P2P", "UberX", "UberX", *_times(life, before), *phone, "", "", "", "", "",
                    "", "", "", "", *wanted, "true", "", "", "", "rider_canceled", "false", "", "**** 0000",
                )
            )  # fmt: skip
            export.told.append(
                Told(name, "request", life.utc(before), f"deed {ride.number}", lat=float(phone[0]), lon=float(phone[1]), end_lat=float(wanted[0]), end_lon=float(wanted[1]), **shared)  # type: ignore[arg-type]
            )  # fmt: skip
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(reversed(rows))
    export.files[name] = packed({FILE: held.getvalue().encode()})
    return export


def _times(life: Life, minute: float) -> tuple[str, str]:
    return _written(life.local(minute)), _written(life.utc(minute))


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def _aside(spot: Spot, chance: Chance, off_m: float) -> tuple[str, str]:
    lat, lon = moved(spot.lat, spot.lon, chance.near(0, off_m), chance.near(0, off_m))
    return f"{lat:.5f}", f"{lon:.5f}"


def _address(life: Life, spot: Spot) -> str:
    return f"{spot.street}, {life.city.name['en']}"


FORMAT = Format("uber_rider", "Uber, your data (zip)", ("uber_rider",), (), write)
