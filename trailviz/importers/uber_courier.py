"""Uber, a courier's lifetime trips.

Format: CSV; four moments a trip: accepted, at the restaurant, under way, delivered; two positions.
Seen: a public sample of 2023 (read 2026-11).
Encoding: UTF-8.
Zone: none named; a local and a UTC column for the moment of acceptance give each row's offset.
Precision: a second.
Kept: where the courier accepted, and the delivery from restaurant to drop-off with the vehicle's plate.
Left out: nothing.
How to get it: privacy.uber.com, Download your data, as a courier; or a request for access by e-mail.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = (
    "courier_accept_timestamp_utc",
    "courier_accept_timestamp_local",
    "courier_begintrip_lat",
    "courier_begintrip_lng",
    "courier_dropoff_timestamp_local",
)
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S")


def recognise(head: Head) -> Recognition:
    """Look for the columns of a courier's trips."""
    said = head.has_columns(HEADER)
    # most of the file's columns are not named here, so LIKELY is as sure as it gets
    return Recognition(Confidence.CERTAIN if said.confidence >= Confidence.LIKELY else said.confidence, said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> list[Columns]:
    """Make a fix where the trip was accepted, and a delivery."""
    # the Z behind a local time is false
    bare = {
        name: pc.replace_substring_regex(rows.text(name), "Z$", "")
        for name in rows.columns
        if name.endswith(("_local", "_utc"))
    }
    rows = replace(rows, columns={**rows.columns, **bare}, unreadable=rows.unreadable)
    accepted = rows.times("courier_accept_timestamp_utc", *PATTERNS, zone="UTC")
    shift = _shift(rows, accepted)
    shared = {
        "time_basis": "stated",
        "precision_s": 1,
        "zone": shift[1],
        "zone_basis": "stated",
        "datum": "wgs84",
        "presence": "in_person",
    }

    def position(which: str) -> dict[str, pa.Array]:
        return {
            "lat": rows.numbers(f"{which}_lat", low=-90, high=90),
            "lon": rows.numbers(f"{which}_lng", low=-180, high=180),
        }

    def moment(name: str) -> pa.Array:
        local = rows.times(name, *PATTERNS, zone="UTC", noted=name.endswith("dropoff_timestamp_local"))
        return pc.add(local.cast(pa.timestamp("us")), pa.array(shift[0])).cast(accepted.type)

    delivery = {
        "kind": "delivery",
        "start": pc.coalesce(moment("courier_begintrip_timestamp_local"), accepted),
        "end": moment("courier_dropoff_timestamp_local"),
        "place": rows.text("city_name"),
        "status": rows.text("delivery_status"),
        "vehicle": rows.text("license_plate"),
        "device": rows.text("courier_device"),
        **position("courier_begintrip"),
        **shared,
    }
    return [
        Columns(delivery),
        Columns({"kind": "fix", "start": accepted, **position("courier_accept_trip"), **shared}, part=1, parent_part=0),
    ]


def _shift(rows: Cells, accepted: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """Answer what to add to a row's local times, and its offset written as +01:00."""
    local = rows.times("courier_accept_timestamp_local", *PATTERNS, zone="UTC", noted=False)
    utc, wall = (one.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False) for one in (accepted, local))
    shift = np.where(np.isnat(utc) | np.isnat(wall), np.timedelta64(0, "us"), utc - wall)
    minutes = (-shift.astype("timedelta64[m]")).astype(int)
    return shift, pa.array([f"{'-' if one < 0 else '+'}{abs(one) // 60:02d}:{abs(one) % 60:02d}" for one in minutes])


IMPORTER = Importer(name="uber_courier", collector="uber", recognise=recognise, cells=cells, events=events)
