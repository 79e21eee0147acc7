"""Doubts: what in a trail cannot be, or hardly can. Every row is invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from trailviz import doubts
from trailviz.cli import main
from trailviz.doubts import Doubt
from trailviz.events import SCHEMA, Events, gather
from trailviz.geo import METRES_A_DEGREE, distance_m, wgs84_to_gcj02
from trailviz.intake import NoSuchFileError
from trailviz.places import Gazetteer, locate
from trailviz.reading.datums import brought
from trailviz.registry.shelf import load
from trailviz.story import doubts as telling
from trailviz.trail import Trail, follow
from trailviz.views.panels import page

EPOCH = datetime(2024, 5, 1, tzinfo=UTC)
Row = dict[str, Any]


def _event(minute: float, lat: float, lon: float, **more: Any) -> Row:
    when = EPOCH + timedelta(minutes=minute)
    return {"kind": "fix", "start": when, "lat": lat, "lon": lon, "file": "a.csv", "collector": "google", **more}


def _events(rows: list[Row]) -> Events:
    named = [{"event_id": at + 1, "row": at + 2, "accuracy_m": 10.0, **row} for at, row in enumerate(rows)]
    names = sorted({name for row in named for name in row})
    return gather(
        [pa.table({name: pa.array([row.get(name) for row in named], SCHEMA.field(name).type) for name in names})]
    )


def _found(*rows: Row) -> dict[str, Doubt]:
    """Find the doubts; whatever they are, no event is another than before."""
    events = _events(list(rows))
    before = events.table()
    found = doubts.find(events, locate(events, Gazetteer()))
    assert events.table().equals(before)
    assert len({one.code for one in found}) == len(found)
    return {one.code: one for one in found}


def test_a_day_on_foot_and_by_tram_raises_no_doubt() -> None:
    """Two hours through a town, a payment where one stands: nothing to say."""
    walk = [_event(n, 52.0 + n * 0.0008, 5.0) for n in range(120)]
    paid = _event(60.5, 52.048, 5.0, kind="payment", collector="alipay", file="b.csv", presence="in_person")

    assert _found(*walk, paid) == {}


def test_a_leap_no_plane_makes_is_a_teleport() -> None:
    """A thousand kilometres in a minute and back: both leaps are told, and both rows of the fastest."""
    rows = [_event(n, 52.0, 5.0) for n in range(10)]
    rows[5] = _event(5, 43.0, 5.0)

    one = _found(*rows)["teleport"]

    assert one.rows.tolist() == [4, 5, 6]
    assert one.numbers["count"] == 2
    assert one.numbers["speed_mps"] > 10_000


def test_a_flight_is_fast_and_no_teleport_and_no_doubt_where_it_is_recorded() -> None:
    """Nine hours to the other side of the world: explained by a record of a flight, else told as fast."""
    there, here = _event(600, 52.0, 5.0), _event(0, 31.2, 121.4)
    flight = {"kind": "leg", "mode": "plane", "start": EPOCH, "end": EPOCH + timedelta(hours=10), "collector": "google"}

    found = _found(here, there)

    assert set(found) == {"fast"}
    assert found["fast"].pair == (0, 1)
    assert _found(here, there, flight) == {}


def test_two_phones_in_one_export_take_turns() -> None:
    """One phone in Utrecht, one in Lyon, a fix of each every few minutes: not ninety teleports but two phones."""
    rows = [_event(2 * n, 52.0 + n / 5000, 5.0) if n % 3 else _event(2 * n, 45.7, 4.8 + n / 5000) for n in range(90)]

    found = _found(*rows)

    assert set(found) == {"two_phones"}
    assert found["two_phones"].numbers["distance_m"] == pytest.approx(700_000, rel=0.02)


def test_two_phones_that_name_themselves_are_no_doubt() -> None:
    """A device column tells them apart, and each is where it is."""
    rows = [_event(2 * n, 52.0 - 7 * (n % 2), 5.0, device=f"phone {n % 2}") for n in range(40)]

    assert _found(*rows) == {}


def test_records_of_two_companies_too_far_apart_for_their_times_are_told() -> None:
    """Paid in Amsterdam while the ride sets down in Paris: one of them was not you, in person, then and there."""
    ride = _event(
        0, 48.85, 2.35, kind="ride", collector="uber", end=EPOCH + timedelta(minutes=20), end_lat=48.9, end_lon=2.3
    )
    paid = _event(30, 52.37, 4.9, kind="payment", collector="alipay", presence="in_person")

    one = _found(ride, paid)["infeasible"]

    assert (one.file, one.other, one.rows.tolist()) == ("uber", "alipay", [0, 1])
    assert one.numbers["seconds"] == 600
    assert _found(ride, {**paid, "start": EPOCH + timedelta(hours=6)}) == {}


def test_a_payment_elsewhere_during_a_visit_is_told() -> None:
    """A visit lasts to its end, so what is paid far away in its midst contradicts it."""
    visit = _event(0, 52.0, 5.0, kind="visit", end=EPOCH + timedelta(hours=5))
    paid = _event(150, 50.8, 4.3, kind="payment", collector="alipay", presence="in_person")

    assert _found(visit, paid)["infeasible"].rows.tolist() == [0, 1]


def test_a_day_without_an_hour_contradicts_nothing() -> None:
    """A booking of the day may have been made at any hour of it."""
    visit = _event(0, 52.0, 5.0, kind="visit", end=EPOCH + timedelta(hours=5))
    paid = _event(150, 50.8, 4.3, kind="payment", collector="alipay", presence="in_person", precision_s=86400)

    assert _found(visit, paid) == {}


def test_nobody_was_at_nought_nought() -> None:
    """Points at 0, 0 and within a kilometre of it, as start or as end; not those of Ghana."""
    rows = [
        _event(0, 0.0, 0.0, kind="visit"),
        _event(600, 0.004, -0.002, kind="visit", file="a.csv"),
        _event(9000, 5.6, -0.2, kind="visit"),
    ]

    assert _found(*rows)["null_island"].rows.tolist() == [0, 1]


def test_points_whose_swap_lies_amid_the_trail_are_told() -> None:
    """Three of sixty points lie off Somalia and, swapped, at home."""
    rows = [_event(400 * n, 52.0 + n / 1000, 5.1, kind="visit") for n in range(60)]
    for n in (7, 20, 41):
        rows[n] = _event(400 * n, 5.1, 52.0 + n / 1000, kind="visit")

    one = _found(*rows)["swapped"]

    assert one.rows.tolist() == [7, 20, 41]
    assert one.numbers == {"count": 3, "of": 60}


def test_a_whole_file_that_is_the_swap_of_the_others_is_told_once() -> None:
    """Its points are alone in the world, and swapped they lie where two other companies say the person was."""
    rows = [
        *(_event(400 * n, 52.0, 5.1 + n / 1000, kind="visit") for n in range(20)),
        *(_event(400 * n + 9, 5.1 + n / 1000, 52.0, kind="visit", file="b.csv", collector="uber") for n in range(8)),
    ]
    found = doubts.find(events := _events(rows), locate(events, Gazetteer()))

    swapped = [one for one in found if one.code == "swapped"]
    assert [(one.file, one.other, len(one.rows)) for one in swapped] == [("b.csv", "a.csv", 8)]


def test_home_where_both_ways_round_are_lived_in_is_no_swap() -> None:
    """Somebody who goes to 40 north 30 east and to 30 north 40 east as often has swapped nothing."""
    rows = [_event(9000 * n, *((40.0, 30.0) if n % 2 else (30.0, 40.0)), kind="visit") for n in range(40)]

    assert "swapped" not in _found(*rows)


def _shanghai(seed: int = 3, count: int = 12) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    return 31.2 + chance.normal(0, 0.03, count), 121.45 + chance.normal(0, 0.03, count)


def _two_files(lat: np.ndarray, lon: np.ndarray, shown: tuple[np.ndarray, np.ndarray]) -> list[Row]:
    """Make visits of one file, and rides of another from the same places three days apart, each some metres aside."""
    chance = np.random.default_rng(5)
    off = chance.normal(0, 12, (4, len(lat))) / METRES_A_DEGREE
    visits = [
        _event(9000 * n, lat[n] + off[0, n], lon[n] + off[1, n], kind="visit", datum="wgs84") for n in range(len(lat))
    ]
    rides = [
        _event(
            9000 * n + 4500,
            shown[0][n] + off[2, n],
            shown[1][n] + off[3, n],
            kind="ride",
            file="b.csv",
            collector="didi",
        )
        for n in range(len(lat))
    ]
    return [*visits, *rides]


def test_points_of_chinese_maps_given_as_gps_are_told_with_both_places() -> None:
    """Twelve places, all off by the shift: the file is named, not the one that is right, and one place is shown both ways."""
    lat, lon = _shanghai()

    one = _found(*_two_files(lat, lon, wgs84_to_gcj02(lat, lon)))["gcj02"]

    assert (one.file, one.other) == ("b.csv", "a.csv")
    assert one.numbers["count"] >= 10
    assert 300 < one.numbers["distance_m"] < 700
    back = np.array([[one.numbers["shifted_lat"]], [one.numbers["shifted_lon"]]])
    assert distance_m(lat, lon, back[0], back[1]).min() < 60


def test_two_files_that_agree_raise_no_doubt_of_their_datum() -> None:
    """Places that lie where the other file has them are not shifted, however many there are."""
    lat, lon = _shanghai(4, 300)

    assert "gcj02" not in _found(*_two_files(lat, lon, (lat, lon)))


def test_two_strangers_in_one_city_raise_no_doubt_of_their_datum() -> None:
    """Among hundreds of places some lie half a kilometre apart by chance, and in every direction alike."""
    lat, lon = _shanghai(6, 300)

    assert "gcj02" not in _found(*_two_files(lat, lon, _shanghai(7, 300)))


def test_times_whose_zone_nobody_stated_are_told_by_file() -> None:
    """Read as UTC because nothing said otherwise."""
    rows = [
        _event(0, 52.0, 5.0, zone="UTC", zone_basis="assumed"),
        _event(1, 52.0, 5.0, zone="UTC", zone_basis="stated"),
    ]

    one = _found(*rows)["zone_assumed"]

    assert (one.rows.tolist(), one.other) == ([0], "UTC")


def test_cells_beyond_a_pole_are_told() -> None:
    """Longitudes of China under the heading of latitude: reading counts the cells, and the doubt says what it may be."""
    found = doubts.impossible([("a.csv", "a number from -90 to 90"), ("a.csv", "a time"), ("b.csv", "a time")])

    assert [(one.code, one.file, one.numbers["count"]) for one in found] == [("latitude", "a.csv", 1)]


def _logs(folder: Path) -> tuple[Path, Path]:
    """Write two logs of the same twelve places, one of them in the datum of Chinese maps without saying so."""
    lat, lon = _shanghai()
    shown = wgs84_to_gcj02(lat, lon)
    files = folder / "phone.csv", folder / "car.csv"
    for file, points, hour in zip(files, ((lat, lon), shown), (8, 9), strict=True):
        lines = ["time,lat,lon"]
        lines += [
            f"2024-05-{n + 1:02d}T{hour:02d}:00:00Z,{north:.6f},{east:.6f}"
            for n, (north, east) in enumerate(zip(*(column.tolist() for column in points), strict=True))
        ]
        file.write_text("\n".join(lines), encoding="utf-8")
    return files


def test_a_file_read_as_gcj02_lies_where_the_other_does_and_leaving_it_away_undoes_it(tmp_path: Path) -> None:
    """The doubt, the offer taken, and the offer left: three readings, the same ids, and the first and the last are equal."""
    files = _logs(tmp_path)
    registry = load()

    plain = follow(files, registry)
    read = follow(files, registry, datums={"car.csv": "gcj02"})

    assert [one.file for one in plain.doubts if one.code == "gcj02"] == ["car.csv"]
    assert [one for one in read.doubts if one.code == "gcj02"] == []
    assert read.events.ids.tolist() == plain.events.ids.tolist()
    lat, lon = (read.events.numbers(name) for name in ("lat", "lon"))
    assert distance_m(lat[:12], lon[:12], lat[12:], lon[12:]).max() < 1
    assert [dict(one.notices).get("read_as_gcj02") for one in read.accounts] == [None, 12]
    assert follow(files, registry).events.table().equals(plain.events.table())
    with pytest.raises(NoSuchFileError, match=r"no\.csv"):
        follow(files, registry, datums={"no.csv": "gcj02"})


def test_a_row_that_declares_its_datum_is_not_shifted_twice() -> None:
    """Such a row was brought to WGS-84 when it was read; the one beside it that declares nothing is brought there now."""
    table = pa.table({"lat": [31.2, 31.2], "lon": [121.4, 121.4], "datum": pa.array(["gcj02", None])})

    read, points = brought(table, "gcj02")

    assert points == 1
    assert read["lat"][0].as_py() == 31.2
    assert 300 < distance_m(*(np.array([read[one][at].as_py()]) for at in (0, 1) for one in ("lat", "lon")))[0] < 700
    assert read["datum"].to_pylist() == ["gcj02", "gcj02"]


def test_what_ends_before_it_begins_is_told() -> None:
    """A visit with its times the wrong way round; one that ends as it begins is none."""
    visit = {"kind": "visit", "file": "b.csv"}
    rows = [
        _event(0, 52.0, 5.0, **visit, end=EPOCH - timedelta(hours=1)),
        _event(60, 52.0, 5.0, **visit, end=EPOCH + timedelta(minutes=60)),
        _event(120, 52.0, 5.0, **visit),
    ]

    assert _found(*rows)["backwards"].rows.tolist() == [0]


def test_times_of_another_age_are_told() -> None:
    """A clock that was never set says 1970; a start or an end counts, and the years between do not."""
    at = [datetime(year, 1, 1, tzinfo=UTC) for year in (1989, 1990, 2099, 2100)]
    rows = [_event(0, 52.0, 5.0) | {"start": one} for one in at]
    rows.append(_event(0, 52.0, 5.0, kind="visit", end=datetime(2199, 1, 1, tzinfo=UTC)))

    assert _found(*rows)["ages_off"].rows.tolist() == [0, 3, 4]


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_every_doubt_has_a_sentence_and_something_to_do(afternoon: Trail, lang: str) -> None:
    """In both languages, with every place in the sentence filled."""
    for code in telling.SAID:
        trail = Trail(*(getattr(afternoon, name) for name in Trail.__dataclass_fields__ if not name.startswith("_")))
        one = Doubt(
            code, "a.csv", np.array([0, 3]), (0, 3), "google", {"count": 2, "of": 3, "distance_m": 5e5, "seconds": 90}
        )
        trail.__dict__["doubts"] = (one,)
        (told,) = telling.doubts(trail, lang)
        assert "{" not in told.text + told.advice
        assert telling.record(told, trail)["rows"]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    """The page's own script on two logs, one of them shifted, with the panel of doubts open."""
    monkeypatch.setenv(page.UNGUARDED, "apptest")
    monkeypatch.setenv("TRAILVIZ_PATHS", json.dumps([str(one) for one in _logs(tmp_path)]))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shown = AppTest.from_file(page.__file__, default_timeout=60)
    shown.session_state["files-box"], shown.session_state["files-tabs"] = True, "Doubts"
    return shown.run()


def test_the_switch_in_the_app_reads_a_file_as_gcj02_and_turned_off_as_before(app: AppTest) -> None:
    """The doubt with its switch; on: the account says so and the doubt is gone; off: the doubt is back."""

    def said(text: str) -> bool:
        assert not app.exception
        return text in "\n".join(one.value for one in app.text)

    def turn() -> None:
        switch = next(one for one in app.toggle if one.label == "Read its points as GCJ-02")
        switch.set_value(not switch.value).run()

    assert said("car.csv: 12 of 12 places lie some")
    assert not said("read as GCJ-02, because you said so")
    turn()
    assert said("read as GCJ-02, because you said so")
    assert not said("places lie some")
    turn()
    assert said("car.csv: 12 of 12 places lie some")


def test_the_command_lists_doubts_takes_a_datum_and_refuses_a_wrong_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words and in JSON; a datum nobody knows and a file that is not there are wrong usage."""
    files = [str(one) for one in _logs(tmp_path)]

    assert main(["doubts", *files, "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["code"], one["file"], one["count"], len(one["events"])) == ("gcj02", "car.csv", 12, 12)
    assert main(["doubts", *files, "--datum", "car.csv=gcj02"]) == 0
    assert "Nothing in these files contradicts itself" in capsys.readouterr().out
    assert main(["check", *files, "--datum", "car.csv=mars"]) == 2
    assert "gcj02, bd09, wgs84" in capsys.readouterr().err
    assert main(["check", *files, "--datum", "bus.csv=gcj02"]) == 2
    assert "No file here is called bus.csv" in capsys.readouterr().err
