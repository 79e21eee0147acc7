"""Google's three location histories: what their generations, phones and faults have taught."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from trailviz.intake import Collected, collect, from_bytes

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
START = "2024-06-01T08:00:00.000+02:00"


def _collected(document: object, name: str = "Zeitleiste.json") -> Collected:
    return collect([from_bytes(name, json.dumps(document, ensure_ascii=False).encode())])


def _rows(document: object) -> list[dict[str, Any]]:
    return list(_collected(document).events.table().to_pylist())


def _path(*points: dict[str, object], start: str = START) -> list[dict[str, object]]:
    return [{"startTime": start, "endTime": "2024-06-01T10:00:00.000+02:00", "timelinePath": list(points)}]


@pytest.mark.parametrize(
    "written", ["52.09°, 5.12°", "52.0900000°,5.1200000°", "geo:52.09,5.12", "52.09, 5.12", " 52.09° , 5.12° "]
)
def test_a_point_is_read_however_it_is_written(written: str) -> None:
    """Degree signs, `geo:` and plain numbers, mixed within one file, are the same place."""
    (row,) = _rows(_path({"point": written, "time": START}))

    assert (row["lat"], row["lon"]) == (52.09, 5.12)


@pytest.mark.parametrize("minutes", [7, "7", 7.0])
def test_minutes_from_the_start_are_a_derived_time(minutes: object) -> None:
    """A path point timed by minutes, as number or text, gets the start's time plus these, to the minute."""
    (row,) = _rows(_path({"point": "52.09°, 5.12°", "durationMinutesOffsetFromStartTime": minutes}))

    assert row["start"] == datetime(2024, 6, 1, 6, 7, tzinfo=UTC)
    assert (row["time_basis"], row["precision_s"]) == ("derived", 60)


@pytest.mark.parametrize("minutes", [-3, "-3", 999_999, "soon"])
def test_minutes_that_cannot_be_are_named_and_make_no_time(minutes: object) -> None:
    """No time is invented for a point whose minutes lie before the path or weeks after it."""
    told = _collected(_path({"point": "52.09°, 5.12°", "durationMinutesOffsetFromStartTime": minutes}))

    assert len(told.events) == 0
    assert told.accounts[0].unreadable_cells[0].column == "durationMinutesOffsetFromStartTime"


def test_a_time_of_its_own_outranks_the_minutes() -> None:
    """Where a point has both, its own time is the stated one."""
    (row,) = _rows(
        _path(
            {"point": "52.09°, 5.12°", "time": "2024-06-01T09:30:00.000+02:00", "durationMinutesOffsetFromStartTime": 7}
        )
    )

    assert (row["start"].hour, row["time_basis"]) == (7, "stated")


@pytest.mark.parametrize(
    ("written", "minutes", "zone", "basis"),
    [
        (START, None, "+02:00", "stated"),
        (START, -300, "-05:00", "stated"),
        (START, "330", "+05:30", "stated"),
        ("2024-06-01T06:00:00.000Z", None, "UTC", "assumed"),
    ],
)
def test_the_offset_beside_a_time_is_its_zone(written: str, minutes: object, zone: str, basis: str) -> None:
    """The zone of a visit is the offset stated beside it, else that of its time; a Z says nothing of where one was."""
    visit = {"topCandidate": {"placeLocation": {"latLng": "52.09°, 5.12°"}}}
    segment = {"startTime": written, "endTime": written, "visit": visit}
    if minutes is not None:
        segment["startTimeTimezoneUtcOffsetMinutes"] = minutes
    (row,) = _rows({"semanticSegments": [segment]})

    assert (row["zone"], row["zone_basis"]) == (zone, basis)
    assert row["start"] == datetime(2024, 6, 1, 6, tzinfo=UTC)


def test_android_and_iphone_tell_the_same_visit() -> None:
    """The same stay in both phones' spellings gives the same place, time, words and probability."""
    times = {"startTime": START, "endTime": START}
    top = {"semanticType": "HOME", "probability": 0.8}
    android = {**top, "placeId": "ChIJx", "placeLocation": {"latLng": "52.09°, 5.12°"}}
    iphone = {**top, "probability": "0.8", "placeID": "ChIJx", "placeLocation": "geo:52.09,5.12"}
    one = _rows({"semanticSegments": [{**times, "visit": {"probability": 0.5, "topCandidate": android}}]})
    other = _rows([{**times, "visit": {"probability": "0.5", "hierarchyLevel": "0", "topCandidate": iphone}}])
    same = ("event_id", "start", "lat", "lon", "place_ref", "category", "probability", "said_by")

    assert [one[0][name] for name in same] == [other[0][name] for name in same]


def test_what_google_concluded_is_its_inference() -> None:
    """HOME and WORK, commutes and habits are statements without a date, said by inference, never records."""
    told = _rows(json.loads((FORMATS / "google_timeline" / "android-2025-bad-cells.json").read_text("utf-8")))
    statements = [row for row in told if row["kind"] == "statement"]

    assert [row["category"] for row in statements] == ["WORK", "COMMUTE_DIRECTION_HOME_TO_WORK", "travelModeAffinity"]
    assert all(row["said_by"] == "inferred" and row["start"] is None for row in statements)


def test_the_neighbours_devices_are_left_out() -> None:
    """A Wi-Fi scan names other people's routers: its row is left out with that reason, and no address is kept."""
    scan = {"wifiScan": {"deliveryTime": START, "devicesRecords": [{"mac": 117_901_063, "rawRssi": -60}]}}
    told = _collected({"rawSignals": [scan]})

    assert told.accounts[0].left_out == {"wifi": 1}
    assert "117901063" not in repr(told.events.table().to_pylist())


def test_no_place_is_ever_zero_zero() -> None:
    """A position at 0, 0 or without coordinates is left out with its reason."""
    told = _collected({"locations": [{"timestamp": START, "latitudeE7": 0, "longitudeE7": 0}, {"timestamp": START}]})

    assert told.accounts[0].left_out == {"null_island": 1, "no_place": 1}
    assert len(told.events) == 0


def test_a_coordinate_that_ran_over_is_put_right_and_counted() -> None:
    """A longitude of 4300177296 is 4300177296 less 2 to the 32: 0.521 degrees."""
    told = _collected({"locations": [{"timestamp": START, "latitudeE7": 520_910_000, "longitudeE7": 4_300_177_296}]})

    assert told.events.table()["lon"].to_pylist() == [pytest.approx(0.521)]
    assert told.accounts[0].notices["repaired_coordinate"] == 1


@pytest.mark.parametrize(
    "written",
    [{"timestamp": "2017-07-14T02:40:00Z"}, {"timestampMs": "1500000000000"}, {"timestamp": "1500000000"}],
)
def test_a_time_is_read_in_every_generation(written: dict[str, str]) -> None:
    """ISO, milliseconds and seconds since 1970 are the same instant."""
    (row,) = _rows({"locations": [{**written, "latitudeE7": 520_910_000, "longitudeE7": 51_000_000}]})

    assert row["start"] == datetime(2017, 7, 14, 2, 40, tzinfo=UTC)


def test_a_visit_without_coordinates_takes_one_candidates_whole_point() -> None:
    """The first candidate lends latitude and longitude together, never one of them."""
    candidate = {"latitudeE7": 520_960_000, "longitudeE7": 51_310_000}
    duration = {"startTimestamp": START, "endTimestamp": START}
    visit = {"location": {"latitudeE7": 10_000_000}, "otherCandidateLocations": [candidate], "duration": duration}
    (row,) = _rows({"timelineObjects": [{"placeVisit": visit}]})

    assert (row["lat"], row["lon"]) == (52.096, 5.131)


def test_a_visit_inside_another_is_its_child() -> None:
    """A kiosk within a square is a visit of its own that belongs to the square's."""
    rows = collect([FORMATS / "google_semantic" / "2019-bad-cells.json"]).events.table().to_pylist()
    square, kiosk = (next(row for row in rows if row["place"] == name) for name in ("Voorbeeldplein", "Voorbeeldkiosk"))

    assert kiosk["parent"] == square["event_id"]


def test_the_points_of_a_path_belong_to_their_movement() -> None:
    """Each timed point of a movement's path is a fix whose parent is the movement."""
    rows = collect([FORMATS / "google_semantic" / "2022.json"]).events.table().to_pylist()
    (leg,) = (row for row in rows if row["kind"] == "leg")

    assert {row["parent"] for row in rows if row["kind"] == "fix"} == {leg["event_id"]}


def test_every_unreadable_element_is_named() -> None:
    """A position without a time is unreadable by row and key."""
    told = _collected({"rawSignals": [{"position": {"LatLng": "52.09°, 5.12°"}}]})
    (cell,) = told.accounts[0].unreadable_cells

    assert (told.accounts[0].unreadable, cell.row, cell.column) == (1, 1, "timestamp")


def test_a_takeout_is_read_member_by_member_in_place() -> None:
    """Of a Takeout's zip the histories are read and the rest is explained, each member on its own."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for folder, name in (("google_records", "2024.json"), ("google_semantic", "2022.json")):
            archive.write(FORMATS / folder / name, f"Takeout/Standortverlauf/{folder}.json")
        archive.writestr("Takeout/Standortverlauf/Tombstones.csv", "a,b\n1,2\n")
    told = {one.member: one for one in collect([from_bytes("takeout.zip", data.getvalue())]).accounts}

    assert {one.format for one in told.values()} == {"google_records", "google_semantic", None}
    assert told["Takeout/Standortverlauf/Tombstones.csv"].advice == "takeout_moved"
