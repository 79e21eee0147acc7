"""The ground on its way to the stage: which boxes a day needs, what is sent, and what the doors say."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from tests.making import maps
from trailviz.cli import main
from trailviz.reading import coast, legend
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.ground import SHIFT, basemap
from trailviz.reading.sheet import edges
from trailviz.trail import Trail, follow
from trailviz.views import stage
from trailviz.views.ground_words import REFUSALS, refusal
from trailviz.views.stage.ground import around, sent
from trailviz.words import LANGUAGES, Words

SQUARE = 31.2304, 121.4737
"""People's Square, where the afternoon passes."""
TOWN = Box(maps.LAT - 0.01, maps.LON - 0.015, maps.LAT + 0.01, maps.LON + 0.015)
TILE = {(maps.ZOOM, *maps.tile_of(maps.LAT, maps.LON)): maps.town()}
GPX = '<?xml version="1.0"?><gpx version="1.1" creator="OsmAnd" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{}</trkseg></trk></gpx>'


def _walk(path: Path, points: list[tuple[float, float]], day: str = "2024-05-14") -> Trail:
    marks = (
        f'<trkpt lat="{lat}" lon="{lon}"><time>{day}T{8 + n // 60:02}:{n % 60:02}:00Z</time></trkpt>'
        for n, (lat, lon) in enumerate(points)
    )
    path.write_text(GPX.format("".join(marks)), encoding="utf-8")
    return follow([path])


def test_the_afternoon_has_one_box_with_the_city_on_all_sides(afternoon: Trail) -> None:
    """Every place of the day lies in it, two kilometres and a half or more from its edge."""
    (box,) = stage.boxes(afternoon, afternoon.default_day)
    here = afternoon.located
    lat, lon = (one[~np.isnan(one)] for one in (here.lat, here.lon))

    assert box.south < lat.min() - 0.022
    assert box.north > lat.max() + 0.022
    assert box.west < lon.min() - 0.026
    assert box.east > lon.max() + 0.026


def test_a_day_in_two_cities_has_a_box_for_each_the_busier_first(tmp_path: Path) -> None:
    """A map of both would be one of neither."""
    trail = _walk(tmp_path / "day.gpx", [(52.5, 13.4), (48.1, 11.5), (48.11, 11.51), (48.12, 11.5)])
    first, second = stage.boxes(trail, trail.default_day)

    assert first.south < 48.1 < first.north
    assert second.south < 52.5 < second.north


def test_a_box_is_never_wider_than_sixty_kilometres(tmp_path: Path) -> None:
    """From town to town, the middle of the way is shown."""
    trail = _walk(tmp_path / "day.gpx", [(50 + n * 0.05, 10.0) for n in range(40)])
    (box,) = stage.boxes(trail, trail.default_day)

    assert (box.north - box.south) * 111.2 < 63


def test_a_life_of_flights_still_finds_its_city_at_once() -> None:
    """A hundred thousand passing points all over the world, and one city visited often: the city comes first."""
    chance = np.random.default_rng(7)
    lat = np.concatenate([chance.uniform(-60, 70, 100_000), chance.normal(48.1, 0.02, 5_000)])
    lon = np.concatenate([chance.uniform(-180, 180, 100_000), chance.normal(11.5, 0.02, 5_000)])
    first, *_ = around(lat, lon)

    assert first.south < 48.1 < first.north
    assert first.west < 11.5 < first.east


def test_a_trail_without_places_needs_no_map(tmp_path: Path) -> None:
    """Nothing to draw around; who asks anyway is told so."""
    (tmp_path / "diary.csv").write_text(
        "company,kind,start,zone,place,party,amount,currency\nshop,order,2024-05-01 10:00,Europe/Berlin,,Shop,12.00,EUR\n",
        encoding="utf-8",
    )
    trail = follow([tmp_path / "diary.csv"])

    assert stage.boxes(trail, trail.default_day) == ()
    with pytest.raises(BrokenFileError) as refused:
        basemap(tmp_path / "any", ())
    assert refused.value.code == "no_boxes"


def _wholes(text: str) -> list[int]:
    """Read whole numbers of seven bits a byte, as ground.js does."""
    numbers, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    return numbers


def test_what_is_sent_is_what_was_cut(tmp_path: Path) -> None:
    """Unfolded and summed up, the differences are the points again, in the order of kinds."""
    drawn = basemap(maps.pmtiles(tmp_path / "town.pmtiles", TILE), [TOWN])
    told = sent(drawn, "en")
    steps = np.array([-(n + 1) // 2 if n % 2 else n // 2 for n in _wholes(told["points"])])
    x, y = np.cumsum(steps[::2]) + told["x0"], np.cumsum(steps[1::2]) + told["y0"]
    lengths = _wholes(told["lengths"])
    kinds = list(base64.b64decode(told["kind"]))
    first = next(n for n, kind in enumerate(kinds) if kind == legend.PRIMARY)
    at = slice(sum(lengths[:first]), sum(lengths[: first + 1]))
    part = int(np.flatnonzero(drawn.shapes.kind == legend.PRIMARY)[0])
    there = slice(int(drawn.shapes.starts[part]), int(drawn.shapes.starts[part + 1]))

    assert kinds == sorted(kinds)
    assert np.abs(x[at] - (drawn.shapes.x[there] >> SHIFT)).max() <= 1
    assert np.abs(y[at] - (drawn.shapes.y[there] >> SHIFT)).max() <= 1
    assert sum(base64.b64decode(told["fresh"])) == len(set(drawn.shapes.shape.tolist()))


def test_the_corner_says_which_file_of_when_and_what_is_left_out(tmp_path: Path) -> None:
    """In both languages."""
    path = maps.pmtiles(
        tmp_path / "town.pmtiles", TILE, {"planetiler:osm:osmosisreplicationtime": "2026-03-01T00:00:00Z"}
    )
    drawn = basemap(path, [TOWN])

    assert sent(drawn, "en")["credit"] == "Ground from town.pmtiles, 1 March 2026 · © OpenStreetMap contributors, ODbL"
    assert "2026年3月1日" in sent(drawn, "zh-Hans")["credit"]


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_every_refusal_is_one_sentence_with_the_files_name(lang: str) -> None:
    """Whatever is wrong with a map has its words."""
    for code in REFUSALS:
        told = refusal(BrokenFileError(code), "city.pmtiles", Words(lang))
        assert ("city.pmtiles" in told) == (code != "no_boxes")


SIDES = edges(Box(50.0, 10.0, 50.01, 10.02))


def _across(y: int, *, eastward: bool) -> np.ndarray:
    west, east, *_ = SIDES
    line = np.array([(west, y), (east, y)], np.int64)
    return line if eastward else line[::-1]


def _area(rings: list[np.ndarray]) -> float:
    return sum(abs(np.sum(r[:, 0] * np.roll(r[:, 1], -1) - np.roll(r[:, 0], -1) * r[:, 1])) / 2 for r in rings)


@pytest.mark.parametrize("eastward", [True, False])
def test_the_sea_lies_on_the_right_of_its_coast(*, eastward: bool) -> None:
    """A coast that runs east has the sea to its south, one that runs west to its north."""
    west, east, north, south = SIDES
    y = north + (south - north) // 4
    found = coast.seas([_across(y, eastward=eastward)], [], *SIDES, 0)

    assert found is not None
    rows = np.concatenate(found)[:, 1]
    assert (rows.min(), rows.max()) == ((y, south) if eastward else (north, y))
    assert _area(found) == (east - west) * (south - y if eastward else y - north)


def test_an_island_alone_has_the_sea_all_around_it() -> None:
    """The box is water, and the island a hole in it."""
    west, _, north, _ = SIDES
    island = np.array(
        [(west + 10, north + 10), (west + 10, north + 20), (west + 20, north + 20), (west + 20, north + 10)]
    )
    found = coast.seas([], [island], *SIDES, 0)

    assert found is not None
    assert len(found) == 2


def test_a_coast_that_breaks_off_inside_is_no_sea() -> None:
    """No side of it is called water."""
    west, _, north, _ = SIDES
    half = np.array([(west, north + 50), (west + 60, north + 50)], np.int64)

    assert coast.seas([half], [], *SIDES, 5) is None


def test_pieces_of_a_line_are_joined_in_their_direction() -> None:
    """Three pieces in any order are one line."""
    pieces = [np.array([(2, 0), (3, 0)]), np.array([(0, 0), (1, 0)]), np.array([(1, 0), (2, 0)])]
    (line,) = coast.joined(pieces)

    assert line[:, 0].tolist() == [0, 1, 2, 3]


def test_the_report_carries_its_ground(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file, with the city in it."""
    path = maps.pmtiles(tmp_path / "sh.pmtiles", {(maps.ZOOM, *maps.tile_of(*SQUARE)): maps.town()})
    code = main(["report", "--ground", str(path), "--out", str(tmp_path / "page.html")])
    page = (tmp_path / "page.html").read_text(encoding="utf-8")

    assert code == 0, capsys.readouterr().err
    assert "Ground from sh.pmtiles" in page
    assert json.dumps("岸边街") in page


@pytest.mark.parametrize(("held", "said"), [(b"hello", "is no map"), (None, "There is no file or folder")])
def test_a_wrong_map_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], held: bytes | None, said: str
) -> None:
    """One sentence, an exit code, and no page."""
    if held:
        (tmp_path / "wrong.pmtiles").write_bytes(held)
    code = main(["report", "--ground", str(tmp_path / "wrong.pmtiles"), "--out", str(tmp_path / "page.html")])

    assert code in {1, 2}
    assert said in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()
