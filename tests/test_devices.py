"""Photos, watches, gzipped files and the logs in which apps tell on each other."""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
from pathlib import Path

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from trailviz.intake import Account, Collected, collect, from_bytes
from trailviz.reading import photo, zips

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
FIT = (FORMATS / "fit" / "ride.fit").read_bytes()
GPS = {1: "S", 2: (52, 6, 0), 3: "W", 4: (5, 30, 36), 7: (16, 2, 9), 29: "2026:05:12"}


def _read(name: str, data: bytes) -> Collected:
    return collect([from_bytes(name, data)])


def _account(name: str, data: bytes) -> Account:
    return _read(name, data).accounts[0]


def _picture(*, gps: bool = True, taken: str | None = "2026:05:12 18:02:11", offset: str | None = None) -> bytes:
    exif = Image.Exif()
    if taken:
        exif.get_ifd(photo.EXIF)[photo.TAKEN] = taken
    if offset:
        exif.get_ifd(photo.EXIF)[photo.OFFSET] = offset
    if gps:
        told = exif.get_ifd(photo.GPS)
        for key, value in GPS.items():
            told[key] = tuple(IFDRational(part, 1) for part in value) if isinstance(value, tuple) else value
    made = io.BytesIO()
    Image.new("RGB", (4, 4)).save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_south_and_west_are_negative() -> None:
    """Degrees, minutes and seconds become one number, and the letter beside them its sign."""
    table = _read("a.jpg", _picture()).events.table()

    assert table["lat"].to_pylist() == [pytest.approx(-52.1)]
    assert table["lon"].to_pylist() == [pytest.approx(-5.51)]


@pytest.mark.parametrize(
    ("offset", "gps", "instant"),
    [("+02:00", True, "16:02:11"), (None, True, "16:02:09")],
)
def test_a_camera_s_own_offset_wins_and_satellites_know_utc(offset: str | None, gps: bool, instant: str) -> None:  # noqa: FBT001
    """With an offset the camera's clock is a moment; without one the satellites' time is."""
    table = _read("a.jpg", _picture(offset=offset, gps=gps)).events.table()

    assert table["start"].to_pylist()[0].strftime("%H:%M:%S") == instant


def test_a_photo_without_a_place_says_so() -> None:
    """The sentence names what is missing, and what to use instead."""
    assert _account("a.jpg", _picture(gps=False)).advice == "photo_no_place"
    assert _account("a.jpg", _picture(gps=False, taken=None)).advice == "image"


def test_a_heic_photo_without_the_extra_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the file is not called broken: the sentence says what to install."""
    # what a Python without the package has in its place
    monkeypatch.setitem(sys.modules, "pillow_heif", None)

    assert _account("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 200).advice == "heic"


def test_broken_pictures_are_refused_and_never_raise() -> None:
    """A header cut or flipped anywhere gives an account."""
    whole, chance = _picture(), random.Random(7)
    for _ in range(200):
        data = bytearray(whole[: chance.randrange(12, len(whole))])
        for _ in range(4):
            data[chance.randrange(2, len(data))] = chance.randrange(256)
        account = _account("a.jpg", bytes(data))
        assert account.seen == account.used + account.unreadable + sum(account.left_out.values())


def test_a_gzipped_file_is_read_as_what_it_holds() -> None:
    """Events of a copy that is gzipped are the same events."""
    both = collect([from_bytes("a.fit", FIT), from_bytes("a.fit.gz", gzip.compress(FIT))])

    assert [one.format for one in both.accounts] == ["fit", "fit"]
    assert len(both.events) == len(_read("a.fit", FIT).events)


def test_a_gzip_that_swells_beyond_any_export_is_not_opened() -> None:
    """It is stopped while it unpacks, not afterwards: a thousand times its size is no export's."""
    assert _account("a.gz", gzip.compress(bytes(2 * zips.RATIO_COUNTS_FROM))).advice == "zip_bomb"


@pytest.mark.parametrize("cut", [3, 12, 40])
def test_a_damaged_gzip_is_told_or_read_as_far_as_it_goes(cut: int) -> None:
    """A file cut off ends in a sentence, whatever was left of it."""
    account = _account("a.fit.gz", gzip.compress(FIT)[:cut])

    assert account.advice is not None


def test_a_heartbeat_without_a_position_is_left_out_with_its_reason() -> None:
    """Records of a watch indoors are counted."""
    account = _account("a.fit", FIT)

    assert (account.seen, account.used, dict(account.left_out)) == (3, 2, {"no_place": 1})


def test_a_watch_file_flipped_anywhere_accounts_for_its_rows() -> None:
    """No byte of a FIT file brings reading down."""
    chance = random.Random(11)
    for _ in range(300):
        data = bytearray(FIT)
        data[chance.randrange(14, len(data))] = chance.randrange(256)
        account = _account("a.fit", bytes(data))
        assert account.seen == account.used + account.unreadable + sum(account.left_out.values())


def test_who_was_told_is_the_collector_and_who_told_the_party() -> None:
    """A report of calls says which company the app spoke to, when first, and how often."""
    line = {
        "type": "networkActivity", "domain": "ads.example", "domainOwner": "Example Ads", "bundleID": "org.example.taxi", "hits": 137,
        "firstTimeStamp": "2026-06-02T18:02:12+02:00", "timeStamp": "2026-06-02T19:00:00+02:00",
    }  # fmt: skip
    table = _read("report.ndjson", json.dumps(line).encode()).events.table()

    assert table["kind"].to_pylist() == ["disclosure"]
    assert (table["collector"].to_pylist(), table["party"].to_pylist()) == (["Example Ads"], ["org.example.taxi"])
    assert table["count"].to_pylist() == [137]


def test_the_headings_of_strava_may_be_in_any_language() -> None:
    """Columns are taken by their place: the 13th names the track."""
    table = _read("activities.csv", (FORMATS / "strava_activities" / "german.csv").read_bytes()).events.table()

    assert table["mode"].to_pylist() == ["bike"]
    assert table["refs"].to_pylist() == [["1000000003", "activities/2000000003.fit.gz"]]
