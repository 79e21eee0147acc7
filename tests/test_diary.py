"""The diary: our own table, held to what docs/diary.md promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trailviz.geo import gcj02_to_bd09, wgs84_to_gcj02
from trailviz.importers import diary
from trailviz.intake import Collected, collect, from_bytes

ROOT = Path(__file__).parents[1]
AFTERNOON = ROOT / "sample_data" / "shanghai_afternoon" / "diary.csv"


def _read(columns: str, *rows: str, zone: str | None = None) -> Collected:
    text = "\n".join([columns, *rows, ""])
    return collect([from_bytes("diary.csv", text.encode("utf-8"))], zone=zone)


def _only(columns: str, row: str, zone: str | None = None) -> dict[str, object]:
    (told,) = _read(columns, row, zone=zone).events.table().to_pylist()
    return dict(told)


def test_company_kind_and_start_are_enough() -> None:
    """Three columns make an event of the company that wrote it down."""
    row = _only("company,kind,start", "ofo,ride,2017-08-26 13:00")

    assert (row["collector"], row["kind"], row["said_by"]) == ("ofo", "ride", "recorded")


def test_a_deed_without_a_company_is_told_and_nobody_has_it() -> None:
    """An empty company is yourself."""
    row = _only("company,kind,start", ",note,2017-08-26 13:00")

    assert (row["collector"], row["said_by"]) == ("self", "told")


@pytest.mark.parametrize(
    ("time", "zone", "instant", "basis"),
    [
        ("2017-08-26 13:00", "Asia/Shanghai", "05:00", "stated"),
        ("2017-08-26 13:00", "+08:00", "05:00", "stated"),
        ("2017-08-26 13:00+08:00", "", "05:00", "stated"),
        ("2017-08-26T13:00:00+0800", "", "05:00", "stated"),
        ("2017-08-26 13:00", "", "11:00", "assumed"),
    ],
)
def test_a_time_is_where_its_zone_puts_it(time: str, zone: str, instant: str, basis: str) -> None:
    """The zone is the column's, else the offset's, else the one assumed for the file, and then said so."""
    row = _only("company,kind,start,zone", f",note,{time},{zone}", zone="Europe/Berlin")

    assert (f"{row['start']:%H:%M}", row["zone_basis"]) == (instant, basis)


@pytest.mark.parametrize(
    ("time", "precision"), [("2017-08-26", 86400), ("2017-08-26 13:00", 60), ("2017-08-26 13:00:05", 1)]
)
def test_a_time_is_as_exact_as_it_is_written(time: str, precision: int) -> None:
    """A date alone is a day, a time without seconds a minute."""
    assert _only("company,kind,start", f",note,{time}")["precision_s"] == precision


def test_a_zone_nobody_knows_is_noted_and_never_kept() -> None:
    """The row stands, its zone assumed; the cell is named once."""
    read = _read("company,kind,start,zone", ",note,2017-08-26 13:00,Mars/Olympus")

    assert [(one.row, one.column) for one in read.accounts[0].unreadable_cells] == [(2, "zone")]
    assert read.events.column("zone").to_pylist() == [None]


def test_four_times_make_bounds() -> None:
    """An hour's swim somewhere inside an afternoon is bounded on both sides."""
    row = _only(
        "company,kind,start,start_latest,end_earliest,end",
        ",note,2017-08-26 16:01,2017-08-26 18:01,2017-08-26 17:01,2017-08-26 19:01",
    )

    assert [f"{row[name]:%H:%M}" for name in ("start", "start_latest", "end_earliest", "end")] == [
        "16:01",
        "18:01",
        "17:01",
        "19:01",
    ]
    assert row["time_basis"] == "bounded"


def test_a_time_the_person_worked_out_says_derived() -> None:
    """The column time_basis overrules what follows from the bounds."""
    assert _only("company,kind,start,time_basis", ",note,2017-08-26 16:01,derived")["time_basis"] == "derived"


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09", "unknown"])
def test_a_point_of_a_chinese_map_is_brought_to_wgs84(datum: str) -> None:
    """A point read off a shifted map lands where it is on the ground, within a metre; the datum it had is kept."""
    there = (31.2304, 121.4737)
    lat, lon = wgs84_to_gcj02(*there) if datum in {"gcj02", "bd09"} else there
    lat, lon = gcj02_to_bd09(lat, lon) if datum == "bd09" else (lat, lon)
    row = _only("company,kind,start,lat,lon,datum", f",note,2017-08-26 16:01,{float(lat):.8f},{float(lon):.8f},{datum}")

    assert row["datum"] == datum
    assert (row["lat"], row["lon"]) == pytest.approx(there, abs=1e-5)


@pytest.mark.parametrize("point", ["931.2,121.4", "31.2,", "31.2,east"])
def test_half_a_point_is_no_point(point: str) -> None:
    """Where latitude or longitude cannot be read there is neither, and never 0,0."""
    read = _read("company,kind,start,lat,lon", f",note,2017-08-26 16:01,{point}", ",note,2017-08-26 16:02,1,2")

    assert [row["lat"] for row in read.events.table().to_pylist()] == [None, 1.0]


def test_items_have_names_quantities_and_sums() -> None:
    """`name x quantity @ amount`, parted by semicolons; quantity and sum may be missing."""
    row = _only("company,kind,start,items", "hema,order,2017-08-26 15:36,bananas x 2 @ 3.50; cheese")

    assert [(one["name"], str(one["quantity"]), str(one["amount"])) for one in row["items"]] == [  # type: ignore[attr-defined]
        ("bananas", "2.000", "3.50000000"),
        ("cheese", "1.000", "None"),
    ]


def test_a_kind_nobody_knows_is_left_out_with_its_reason() -> None:
    """The row is counted, not lost and not guessed."""
    (account,) = _read("company,kind,start", ",dance,2017-08-26 16:01", ",note,2017-08-26 16:02").accounts

    assert (account.seen, account.used, dict(account.left_out)) == (2, 1, {"unknown_kind": 1})


def test_every_column_is_documented() -> None:
    """docs/diary.md names every column the diary reads, and no other."""
    table = [line for line in (ROOT / "docs" / "diary.md").read_text("utf-8").split("\n") if line.startswith("| ")]
    named = {one for line in table[1:] for one in re.findall(r"[a-z_]+", line.split("|")[1])}

    assert named == {*diary.HEADER, *diary.OPTIONAL}


def test_the_afternoons_diary_is_read_whole() -> None:
    """Every row of the sample's diary is used, its bounds and collectors as written."""
    read = collect([AFTERNOON])
    (account,) = read.accounts

    assert (account.format, account.used, account.unreadable) == ("diary", account.seen, 0)
    assert {"ofo", "didi", "hema", "amazon_cn", "self"} == set(read.events.column("collector").to_pylist())


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "+08:00", "UTC"])
def test_a_year_of_no_export_is_an_unreadable_time(zone: str) -> None:
    """The years 1 and 9999 stand for "none" in many a table: their rows are named, and never stop the others."""
    rows = [f"ofo,ride,{time},{zone}" for time in ("0001-01-01 00:00", "2017-08-26 13:00", "9999-12-31 23:59")]
    found = _read("company,kind,start,zone", *rows)
    (account,) = found.accounts

    assert len(found.events) == 1
    assert (account.seen, account.used, account.unreadable) == (3, 1, 2)
