"""A driver's files at Uber, and rides saved from a page: what each file proves, and what it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from trailviz.importers.cmb_credit_bill import _bill, _day
from trailviz.intake import Account, Collected, collect, from_bytes

TRIPS = "city_name,timezone,product_type_name,driver_trip_number,request_timestamp_utc,begintrip_timestamp_utc,dropoff_timestamp_utc,status,trip_distance_miles,original_fare_usd\n"
BILL = "招商银行信用卡对账单（{title}）\n交易日,记账日,交易摘要,人民币金额,卡号末四位,交易地金额\n{day},{day},示例店,1.00,0000,1.00(CN)\n"


def _read(text: str, name: str = "a.csv") -> Collected:
    return collect([from_bytes(name, text.encode())])


def _account(text: str, name: str = "a.csv") -> Account:
    return _read(text, name).accounts[0]


def _trip(number: int, minute: int) -> str:
    return f"Chicago,America/Chicago,UberX,{number},2025-03-01 23:{minute}:12,2025-03-01 23:{minute + 5}:00,2025-03-02 00:10:10,completed,8.4,21.50\n"


def test_trips_the_file_numbers_and_does_not_hold_are_said() -> None:
    """An export was seen with 4 rows of 2,898: the numbering tells, so the verdict does."""
    assert _account(TRIPS + _trip(2897, 10) + _trip(2898, 20)).notices["trips_missing"] == 2896
    assert "trips_missing" not in _account(TRIPS + _trip(1, 10) + _trip(2, 20)).notices


def test_a_bare_utc_time_is_utc_and_the_row_s_zone_only_shows_it() -> None:
    """`2025-03-01 23:15` in a column called UTC is a quarter past five in Chicago."""
    ride = next(row for row in _read(TRIPS + _trip(1, 10)).events.table().to_pylist() if row["kind"] == "ride")

    assert ride["start"] == datetime(2025, 3, 1, 23, 15, tzinfo=UTC)
    assert ride["zone"] == "America/Chicago"


def test_a_rider_s_file_is_no_driver_s() -> None:
    """The same times beside the rider's positions are read as rides taken."""
    header = TRIPS.strip().replace(
        "product_type_name", "product_type_name,begintrip_lat,begintrip_lng,dropoff_lat,dropoff_lng"
    )
    row = _trip(1, 10).replace("UberX", "UberX,41.88,-87.62,41.97,-87.90")

    assert _account(f"{header}\n{row}").format != "uber_driver"


def test_while_a_driver_is_offline_nothing_is_drawn_between_the_ends() -> None:
    """Uber has where the app was closed and opened again, and no way between."""
    head = "earner_state,begin_lat,begin_lng,end_lat,end_lng,begin_timestamp_utc,end_timestamp_utc\n"
    row = "offline,48.8,2.3,48.9,2.4,2021-02-03T08:00:00.000Z,2021-02-03T18:00:00.000Z\n"

    assert [one["kind"] for one in _read(head + row).events.table().to_pylist()] == ["fix", "fix"]


@pytest.mark.parametrize(
    ("title", "day", "told"),
    [
        ("个人消费卡账户 2025年01月", "12/28", date(2024, 12, 28)),
        ("个人消费卡账户 2025年01月", "01/04", date(2025, 1, 4)),
        ("账单日 2024年03月05日", "02/29", date(2024, 2, 29)),
        ("2020/12/06-2021/01/05", "1224", date(2020, 12, 24)),
        ("个人消费卡账户 2025年01月", "2023-05-06", date(2023, 5, 6)),
    ],
)
def test_a_day_without_a_year_is_the_last_before_the_bill(title: str, day: str, told: date) -> None:
    """Over New Year the same bill has days of two years."""
    start = _read(BILL.format(title=title, day=day)).events.table()["start"].to_pylist()[0]

    assert start == datetime(told.year, told.month, told.day, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("title", "day"), [("", "05/01"), ("个人消费卡账户 2025年03月", "02/30"), ("2025年13月", "05/01")]
)
def test_a_day_whose_year_nothing_tells_is_unreadable(title: str, day: str) -> None:
    """No year is invented, and a day that is none in either year is none."""
    account = _account(BILL.format(title=title, day=day))

    assert (account.used, account.unreadable) == (0, 1)


def test_a_bill_is_dated_by_its_day_before_its_title() -> None:
    """The title's month ends later than the bill does."""
    assert _bill("2026年06月\n账单日 2026年06月05日") == date(2026, 6, 5)
    assert _day("06/20", date(2026, 6, 5)) == "2025-06-20"


@pytest.mark.parametrize(
    ("details", "party", "side", "presence"),
    [
        ("Customer Withdrawal At Agent Till 100000 - Example Stores", "Example Stores", "company", "in_person"),
        ("Deposit of Funds at Agent Till 100000 - Example Stores", "Example Stores", "company", "in_person"),
        ("Pay Bill Online to 300000 - EXAMPLE POWER Acc. 12345", "EXAMPLE POWER", "company", "remote"),
        ("Merchant Payment to 200000 - EXAMPLE SHOP", "EXAMPLE SHOP", "company", "unknown"),
        ("Customer Transfer to - 07******000 ERIKA EXAMPLE", "ERIKA EXAMPLE", "person", "remote"),
        ("Customer Payment to Small Business to - 07******000 ERIKA EXAMPLE", "ERIKA EXAMPLE", "person", "unknown"),
        ("Something new", "Something new", "unknown", "unknown"),
    ],
)
def test_cash_from_an_agent_is_handed_over_in_person(details: str, party: str, side: str, presence: str) -> None:
    """An agent's till is a counter; a bill, a transfer and a phone's number are not."""
    head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance\n"
    (row,) = (
        _read(f"{head}UA00000001,2026-09-03 10:05:00,{details},Completed,,-10.00,5.00\n").events.table().to_pylist()
    )

    assert (row["party"], row["party_is"], row["presence"], row["flow"]) == (party, side, presence, "out")
