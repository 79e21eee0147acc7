"""The ground out of a person's own file: the same town in every format, cut, thinned, credited."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.making import maps
from trailviz.reading import cutting, legend
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.ground import MOST_BYTES, SHIFT, STEPS, Basemap, basemap, thinned
from trailviz.reading.sheet import Shapes, edges, starting, units

TOWN = Box(maps.LAT - 0.01, maps.LON - 0.015, maps.LAT + 0.01, maps.LON + 0.015)
TILE = {(maps.ZOOM, *maps.tile_of(maps.LAT, maps.LON)): maps.town()}
PLANET = {
    "attribution": '<a href="https://x">© OpenStreetMap</a>',
    "planetiler:osm:osmosisreplicationtime": "2026-03-01T00:00:00Z",
}


def _kinds(drawn: Basemap) -> set[str]:
    return {legend.KINDS[one] for one in drawn.shapes.kind.tolist()}


def _said(drawn: Basemap) -> dict[str, tuple[str, str, str]]:
    return {legend.LABELS[one.kind]: (one.name.local, one.name.en, one.name.zh) for one in drawn.labels}


@pytest.mark.parametrize("schema", list(maps.SCHEMAS))
@pytest.mark.parametrize("leaf", [False, True])
def test_a_town_is_the_same_in_every_schema_of_tiles(tmp_path: Path, schema: str, *, leaf: bool) -> None:
    """Water, green, a main road with its names, a path, a district and a station; buildings are not drawn."""
    tiles = {(maps.ZOOM, *maps.tile_of(maps.LAT, maps.LON)): maps.town(schema)}
    drawn = basemap(maps.pmtiles(tmp_path / "town.pmtiles", tiles, leaf=leaf), [TOWN])

    assert _kinds(drawn) == {"water", "green", "primary", "path"}
    said = _said(drawn)
    assert said["road"] == ("Uferstraße", "Shore Street", "岸边街")
    assert (said["district"][0], said["station"][0]) == ("Mitte", "Uferbahnhof")


def test_tiles_lie_where_the_world_has_them(tmp_path: Path) -> None:
    """The middle of the tile is where its degrees say, to a metre."""
    drawn = basemap(maps.pmtiles(tmp_path / "town.pmtiles", TILE), [TOWN])
    column, row = maps.tile_of(maps.LAT, maps.LON)
    label = next(one for one in drawn.labels if one.name.local == "Mitte")

    assert (label.x, label.y) == ((column * 4096) + 2048, (row * 4096) + 2048)


def test_mbtiles_count_their_rows_from_the_south_and_say_the_same(tmp_path: Path) -> None:
    """Both containers hold one town."""
    one = basemap(maps.pmtiles(tmp_path / "town.pmtiles", TILE), [TOWN])
    other = basemap(maps.mbtiles(tmp_path / "town.mbtiles", TILE), [TOWN])

    assert np.array_equal(one.shapes.x, other.shapes.x)
    assert one.labels == other.labels


def test_a_file_handed_over_is_drawn_as_the_one_on_the_disk(tmp_path: Path) -> None:
    """Bytes in memory are enough, for every format; nothing is written."""
    for path in (maps.pmtiles(tmp_path / "a.pmtiles", TILE), maps.mbtiles(tmp_path / "a.mbtiles", TILE)):
        assert len(basemap(path.read_bytes(), [TOWN], name="a").shapes) == len(basemap(path, [TOWN]).shapes)


def test_an_island_is_a_hole_in_its_lake(tmp_path: Path) -> None:
    """Both rings are of one shape, so that the stage leaves the island dry."""
    shapes = basemap(maps.pmtiles(tmp_path / "town.pmtiles", TILE), [TOWN]).shapes
    water = shapes.shape[shapes.kind == legend.WATER]

    assert len(water) == 2
    assert len(set(water.tolist())) == 1


def test_credit_and_day_come_from_the_file_without_its_markup(tmp_path: Path) -> None:
    """What the file says of itself is text; where it says nothing, OpenStreetMap is credited, whose the data nearly always is."""
    told = basemap(maps.pmtiles(tmp_path / "a.pmtiles", TILE, PLANET), [TOWN])
    silent = basemap(maps.pmtiles(tmp_path / "b.pmtiles", TILE), [TOWN])

    assert (told.credit, told.made, told.file) == ("© OpenStreetMap", date(2026, 3, 1), "a.pmtiles")
    assert silent.credit == "© OpenStreetMap contributors, ODbL"


@pytest.mark.parametrize("bounds", [False, True])
def test_overtures_files_in_a_folder_are_one_ground(tmp_path: Path, *, bounds: bool) -> None:
    """Water, segments and land use are told apart by what stands in them; a ferry is no road."""
    around = [(10.0, 50.0), (10.01, 50.0), (10.01, 50.01), (10.0, 50.01)]
    names = {"primary": "Uferstraße", "common": [("en", "Shore Street")]}
    road = {
        "kind": 2,
        "rings": [[(9.99, 50.005), (10.02, 50.005)]],
        "subtype": "road",
        "class": "primary",
        "names": names,
    }
    maps.overture(
        tmp_path / "water.parquet", [{"kind": 3, "rings": [around], "subtype": "lake", "class": "lake"}], bounds=bounds
    )
    ferry = {**road, "subtype": "water", "class": None}
    maps.overture(tmp_path / "segment.parquet", [{**one, "connectors": ["a"]} for one in (road, ferry)], bounds=bounds)
    uses = [
        {"kind": 3, "rings": [around], "subtype": "park", "class": "park"},
        {"kind": 1, "rings": [[(10.0, 50.0)]], "subtype": "neighborhood", "class": None, "names": names},
    ]
    maps.overture(tmp_path / "land_use.parquet", uses, bounds=bounds)
    drawn = basemap(tmp_path, [TOWN])

    assert _kinds(drawn) == {"water", "green", "primary"}
    assert (drawn.shapes.kind == legend.PRIMARY).sum() == 1
    shore = ("Uferstraße", "Shore Street", "")
    assert _said(drawn) == {"road": shore, "district": shore}
    assert "Overture" in drawn.credit


def test_a_map_of_elsewhere_is_refused(tmp_path: Path) -> None:
    """A map that does not lie under the trail is no ground for it."""
    with pytest.raises(BrokenFileError) as refused:
        basemap(maps.pmtiles(tmp_path / "town.pmtiles", TILE), [Box(31, 121, 31.1, 121.1)])

    assert refused.value.code == "ground_elsewhere"


def test_pictures_and_strange_packing_are_refused_by_name(tmp_path: Path) -> None:
    """What cannot be drawn is told from what is broken."""
    for code, told in (("raster_tiles", {"kind": 2}), ("ground_packed", {"packed": 3})):
        with pytest.raises(BrokenFileError) as refused:
            basemap(maps.pmtiles(tmp_path / "town.pmtiles", TILE, **told), [TOWN])  # type: ignore[arg-type]
        assert refused.value.code == code


def _lines(parts: list[list[tuple[int, int]]], kind: int) -> Shapes:
    x, y = np.array([point for part in parts for point in part], np.int64).T
    none = np.zeros(len(parts), np.int64)
    return Shapes(x, y, starting(np.array([len(one) for one in parts])), none + kind, np.arange(len(parts)), none - 1)


def test_a_line_that_leaves_the_box_and_comes_back_is_two() -> None:
    """Cut at the edge, at the height it crossed it."""
    cut = cutting.clipped(_lines([[(10, 10), (200, 10), (200, 50), (10, 50)]], legend.STREET), 0, 100, 0, 100)

    assert [cut.x[a:b].tolist() for a, b in pairwise(cut.starts)] == [[10, 100], [100, 10]]
    assert set(cut.y.tolist()) == {10, 50}


def test_an_area_is_closed_along_the_edge_of_the_box() -> None:
    """A square over the corner becomes the smaller square inside."""
    cut = cutting.clipped(_lines([[(-50, -50), (50, -50), (50, 50), (-50, 50)]], legend.WATER), 0, 100, 0, 100)

    assert sorted(zip(cut.x.tolist(), cut.y.tolist(), strict=True)) == [(0, 0), (0, 50), (50, 0), (50, 50)]


def test_a_ground_too_large_loses_footpaths_before_streets_and_says_so(tmp_path: Path) -> None:
    """What is drawn stays within its bytes; what went is named."""
    shapes = basemap(maps.pmtiles(tmp_path / "town.pmtiles", TILE), [TOWN]).shapes
    whole, less = (
        thinned(shapes, 0.4, most)
        for most in (
            cutting.weight(shapes, SHIFT),
            cutting.weight(shapes.only(shapes.kind != legend.PATH), SHIFT),
        )
    )

    assert whole[1] == ()
    assert less[1] == (legend.PATH,)
    assert set(less[0].kind.tolist()) == {legend.WATER, legend.GREEN, legend.PRIMARY}


def test_the_steps_only_ever_draw_less() -> None:
    """Each coarser way of drawing leaves out what the finer left out."""
    for finer, coarser in pairwise(STEPS):
        assert set(finer.without) <= set(coarser.without)
        assert finer.tolerance_m <= coarser.tolerance_m
    assert MOST_BYTES * 4 / 3 < 3_000_000


def test_units_and_degrees_undo_each_other() -> None:
    """A box in units is where its degrees are, north above south."""
    west, east, north, south = edges(TOWN)

    assert west < east
    assert north < south
    assert units(np.array([0.0]), np.array([0.0]))[0][0] == 1 << 25
