"""Uber's rider trips: what its four generations have taught."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trailviz.intake import collect, from_bytes

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats" / "uber_rider"
V1 = (
    "City,Product Type,Trip or Order Status,Request Time,Begin Trip Time,Begin Trip Lat,Begin Trip Lng,"
    "Dropoff Time,Dropoff Lat,Dropoff Lng,Fare Amount,Fare Currency"
)


def _rows(name: str) -> list[dict[str, Any]]:
    table = collect([FORMATS / name]).events.table()
    return sorted(table.to_pylist(), key=lambda row: (row["row"], row["part"]))


def _told(*lines: str, header: str = V1) -> list[dict[str, Any]]:
    text = "\n".join([header, *lines]) + "\n"
    return list(collect([from_bytes("trips.csv", text.encode())]).events.table().to_pylist())


def test_the_z_of_a_local_time_is_never_believed() -> None:
    """Where UTC is empty a `_local` value is read in its row's zone, whatever its Z says: 09:00 in Tokyo is midnight UTC."""
    request, ride = _rows("v3-2026-local-only.csv")

    assert [request["start"].hour, ride["start"].hour] == [0, 0]
    assert request["zone"] == ride["zone"] == "Asia/Tokyo"


def test_utc_is_taken_where_both_are_given() -> None:
    """The UTC column decides; the local one differs from it by the zone's offset."""
    request, _ = _rows("v2-2025-false-z.csv")

    assert request["start"].isoformat() == "2025-02-28T23:16:48+00:00"
    assert (request["zone"], request["zone_basis"]) == ("Europe/Paris", "stated")


def test_a_reply_without_utc_columns_is_read_in_the_rows_zone() -> None:
    """A re-shared file that lacks the UTC columns is still Uber's, and 18:00 in New York is 23:00 UTC."""
    request, _ = _rows("v2-no-utc-columns.csv")

    assert request["start"].isoformat() == "2025-01-10T23:00:00+00:00"


def test_times_of_1970_are_no_times() -> None:
    """A cancelled trip keeps its request alone; its two sentinels are counted and never become events."""
    collected = collect([FORMATS / "v1-2019.csv"])
    cancelled = [row for row in _rows("v1-2019.csv") if row["status"] == "CANCELED"]

    assert [row["kind"] for row in cancelled] == ["request"]
    assert all(row["start"].year == 2019 for row in _rows("v1-2019.csv"))
    assert collected.accounts[0].notices["epoch_sentinel"] == 2


def test_a_trip_has_four_places_and_two_events() -> None:
    """Where you stood and what you typed belong to the request; where it began and ended to the ride, its child."""
    request, ride = _rows("v2-2025-false-z.csv")

    assert (request["lat"], request["end_lat"], ride["lat"], ride["end_lat"]) == (48.86, 48.881, 48.8601, 48.88)
    assert ride["parent"] == request["event_id"]
    assert (request["part"], ride["part"]) == (0, 1)


@pytest.mark.parametrize("name", ["v1-2019.csv", "v1-2021-semicolons.csv", "v2-2025-bad-cells.csv"])
def test_an_order_from_eats_is_a_delivery_and_no_visit(name: str) -> None:
    """A meal was brought: the person was not at the restaurant, moved by nothing and asked for no ride."""
    (order,) = [row for row in _rows(name) if "Eats" in row["service"] or "EATS" in row["service"]]

    assert (order["kind"], order["presence"], order.get("mode"), order.get("parent")) == (
        "delivery",
        "remote",
        None,
        None,
    )


def test_a_status_not_met_before_keeps_its_row_and_is_counted() -> None:
    """A word nobody wrote down yet loses nothing."""
    account = collect([FORMATS / "v2-2025-bad-cells.csv"]).accounts[0]

    assert account.notices["unknown_word"] == 1
    assert [row["kind"] for row in _rows("v2-2025-bad-cells.csv") if row["status"] == "something_new"] == ["request"]


def test_a_split_fare_is_a_ride() -> None:
    """FARE_SPLIT says who paid, not that nobody rode."""
    rows = _told(
        "51,uberX,FARE_SPLIT,2019-06-01 18:00:10 +0000 UTC,2019-06-01 18:05:00 +0000 UTC,1,2,2019-06-01 18:21:30 +0000 UTC,1.1,2.1,5,USD"
    )

    assert sorted(row["kind"] for row in rows) == ["request", "ride"]


def test_a_zone_that_does_not_exist_is_named_and_stops_nothing() -> None:
    """A bad zone is a bad cell: the row's UTC time stands, in an assumed zone."""
    account = collect([FORMATS / "v2-2025-bad-cells.csv"]).accounts[0]
    (row,) = [row for row in _rows("v2-2025-bad-cells.csv") if row["status"] == "something_new"]

    assert (3, "timezone") in {(cell.row, cell.column) for cell in account.unreadable_cells}
    assert (row["zone"], row["zone_basis"]) == ("UTC", "assumed")


def test_no_point_has_one_coordinate_or_none_of_both() -> None:
    """A pair of which one half cannot be read is no place, and 0, 0 is none either."""
    for row in _rows("v2-2025-bad-cells.csv"):
        assert (row["lat"] is None) == (row["lon"] is None)
        assert (row["lat"], row["lon"]) != (0, 0)


def test_a_zone_nobody_states_is_assumed_and_said() -> None:
    """The layout of 2024 names no zone: the one the person gives is used, and the rows say it is assumed."""
    told = collect([FORMATS / "v1b-2024-no-zone.csv"], zone="Europe/London")
    row = told.events.table().to_pylist()[0]

    assert (row["zone"], row["zone_basis"]) == ("Europe/London", "assumed")
    assert told.accounts[0].notices["zone_assumed"] == 2


def test_columns_may_come_in_any_order_or_be_missing() -> None:
    """A file somebody has cut down is read for what is left of it."""
    header = "Dropoff Lat,Begin Trip Lat,Request Time,Begin Trip Time,Product Type,Trip or Order Status"
    rows = _told("1.1,1.0,2019-06-01 18:00:10 +0000 UTC,2019-06-01 18:05:00 +0000 UTC,uberX,COMPLETED", header=header)

    assert sorted(row["kind"] for row in rows) == ["request", "ride"]


def test_a_drivers_file_is_not_a_riders() -> None:
    """A driver's trips are somebody else's rides: refused, and told which file to take."""
    header = "driver_trip_number,status,request_timestamp_utc,begintrip_timestamp_utc,begintrip_lat,dropoff_lat"
    (account,) = collect([from_bytes("trips.csv", f"{header}\n1,completed,,,1,2\n".encode())]).accounts

    assert (account.format, account.advice) == (None, "uber_other")
