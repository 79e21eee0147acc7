"""An OpenStreetMap extract on the user's disk, written here by the same library that reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.making import maps
from trailviz import atlas
from trailviz.intake import from_bytes
from trailviz.reading import ground, osm
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.trail import follow

osmium = pytest.importorskip("osmium", reason="the extra [osm] is not installed")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented town of two streets, a shop with a branch, a station and a tree."""
    path = tmp_path_factory.mktemp("osm") / "town.osm.pbf"
    node, way = osmium.osm.mutable.Node, osmium.osm.mutable.Way
    with osmium.SimpleWriter(str(path)) as writer:
        for number, lon in enumerate((10.00, 10.01, 10.02), start=1):
            writer.add_node(node(id=number, location=(lon, 50.0)))
        shop = {
            "name": "Backhaus (Markt)",
            "brand": "Backhaus",
            "shop": "bakery",
            "name:en": "Bakehouse",
            "alt_name": "BH; Back",
        }
        writer.add_node(node(id=4, location=(10.0, 50.001), tags=shop))
        writer.add_node(node(id=5, location=(10.0, 50.002), tags={"natural": "tree"}))
        writer.add_node(node(id=6, location=(12.0, 52.0), tags={"name": "Fern", "railway": "station"}))
        street = {"name": "Lange Straße", "highway": "residential"}
        writer.add_way(way(id=1, nodes=[1, 2], tags=street))
        writer.add_way(way(id=2, nodes=[2, 3, 99], tags=street))
    return path


def test_a_named_thing_has_its_names_its_brand_and_what_it_is(town: Path) -> None:
    """Other languages and short names come with it, split where one tag holds several."""
    rows = {row["name"]: row for row in osm.named(town).to_pylist()}
    shop = rows["Backhaus (Markt)"]

    assert shop["names"] == ["Bakehouse", "BH", "Back"]
    assert (shop["brand"], shop["category"], shop["radius_m"]) == ("Backhaus", "shop=bakery", 30)
    assert (shop["lat"], shop["lon"]) == pytest.approx((50.001, 10.0))
    assert rows["Fern"]["category"] == "railway=station"
    assert (shop["categories"], rows["Lange Straße"]["categories"]) == ("shop=bakery", "street")
    assert len(rows) == 3


def test_a_street_of_two_pieces_is_one_row_as_long_as_the_street(town: Path) -> None:
    """Its radius reaches both ends; a node the extract does not hold is left out."""
    street = next(row for row in osm.named(town).to_pylist() if row["category"] == "street")

    assert street["radius_m"] == pytest.approx(0.01 * 111195 * 0.6428, rel=0.01)
    assert street["lon"] == pytest.approx(10.01)


def test_only_what_touches_the_box_is_listed(town: Path) -> None:
    """A city is cut out of a file that holds more."""
    assert [row["name"] for row in osm.named(town, Box(51, 11, 53, 13)).to_pylist()] == ["Fern"]


@pytest.mark.parametrize("held", [b"", b"no extract", b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7f" + b"x" * 300])
def test_a_file_that_is_no_extract_is_refused_by_name(tmp_path: Path, held: bytes) -> None:
    """Whatever the library throws, one error leaves the reader, and it repeats nothing of the file."""
    path = tmp_path / "wrong.osm.pbf"
    path.write_bytes(held)
    with pytest.raises(BrokenFileError) as refused:
        osm.named(path)

    assert refused.value.code == "ground_broken"
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_an_extract_that_would_unpack_to_more_than_memory_holds_is_refused(tmp_path: Path) -> None:
    """Each block says how large it is inside: forty of 30 MB in a few bytes are a bomb."""
    blob = maps.field(2, 30_000_000) + maps.field(3, b"packed")
    header = maps.field(1, b"OSMData") + maps.field(3, len(blob))
    path = tmp_path / "bomb.osm.pbf"
    path.write_bytes((len(header).to_bytes(4, "big") + header + blob) * 40)
    with pytest.raises(BrokenFileError) as refused:
        osm.named(path)

    assert refused.value.code == "ground_too_large"


def test_without_the_extra_the_error_says_so(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed it is told what to install, not that their file is broken."""
    monkeypatch.setitem(__import__("sys").modules, "osmium", None)
    with pytest.raises(BrokenFileError) as refused:
        osm.named(town)

    assert refused.value.code == "osmium_missing"


def test_an_extract_is_read_once_for_all_days_of_a_trail(town: Path) -> None:
    """What is read for the trail holds each day's box, and cut to it is what a reading for the day alone gives."""
    day, trail = Box(49.99, 9.99, 50.01, 10.015), Box(49.9, 9.9, 50.1, 10.1)
    read = ground.survey(town, [day], around=[trail])

    assert read.covers([day])
    assert np.array_equal(ground.cut(read, [day]).shapes.x, ground.basemap(town, [day]).shapes.x)


def test_an_extract_handed_over_is_drawn_from_memory(town: Path) -> None:
    """Streets and their names, without a file on the disk."""
    drawn = ground.basemap(town.read_bytes(), [Box(49.99, 9.99, 50.01, 10.015)], name="town.osm.pbf")

    assert {one.name.local for one in drawn.labels} == {"Lange Straße"}
    assert drawn.file == "town.osm.pbf"


def test_an_extract_puts_payments_on_the_map(town: Path, tmp_path: Path) -> None:
    """A shop of the extract is a point, a street of it is as long as it is there, and an upload is asked for by its path."""
    rows = [
        f"bank,payment,2024-05-0{day} 10:00,Europe/Berlin,{party},12.00,EUR\n"
        for day, party in enumerate(("BACKHAUS 1234 MARKT", "KIOSK LANGE STRASSE"), start=1)
    ]
    file = tmp_path / "d.csv"
    file.write_text("company,kind,start,zone,party,amount,currency\n" + "".join(rows), encoding="utf-8")
    located = follow([file], gazetteer=[town]).located

    assert sorted(located.tier) == ["extract", "street"]
    assert located.r90_m.max() > 600
    assert located.coarse.sum() == 1
    with pytest.raises(atlas.PlacesError, match="places_by_path"):
        follow([file], gazetteer=[from_bytes("town.osm.pbf", town.read_bytes())])
