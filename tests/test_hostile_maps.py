"""Maps made to harm: whatever stands in one, a named error leaves the reader, soon, and with little memory."""

from __future__ import annotations

import gzip
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import maps
from trailviz.reading import mvt, tiles, wkb
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.ground import basemap
from trailviz.views.ground_words import REFUSALS

TOWN = Box(maps.LAT - 0.01, maps.LON - 0.015, maps.LAT + 0.01, maps.LON + 0.015)
TILE = {(maps.ZOOM, *maps.tile_of(maps.LAT, maps.LON)): maps.town()}
BILLION = 1_000_000_000


def _refused(path: Path) -> str:
    with pytest.raises(BrokenFileError) as refused:
        basemap(path, [TOWN])
    return refused.value.code


def _outcome(run: Callable[[], None]) -> str:
    """Answer the code of what a reader refuses, or "" where it reads; anything else that is thrown gets through."""
    try:
        run()
    except BrokenFileError as refused:
        return refused.code
    return ""


def _table(path: Path, _: object) -> Path:
    around = [(10.0, 50.0), (10.01, 50.0), (10.01, 50.01), (10.0, 50.01)]
    names = {"primary": "Ufer", "common": [("en", "Shore")]}
    road = {"kind": 2, "rings": [around], "subtype": "road", "class": "primary", "names": names}
    return maps.overture(path, [{**road, "kind": 3, "subtype": "lake", "class": "lake"}, road])


def _decoded(raw: bytes) -> None:
    for layer in mvt.layers(raw, lambda _: True):
        assert len(layer.words("name")) == len(layer.kind)
        assert len(layer.outlines.x) == layer.outlines.lengths.sum()
        assert layer.outlines.owner.max(initial=0) < max(len(layer.kind), 1)


@given(st.binary(max_size=400))
def test_random_bytes_are_a_tile_or_a_named_error(raw: bytes) -> None:
    """The decoder answers layers or refuses; nothing else leaves it."""
    assert _outcome(lambda: _decoded(raw)) in {"", "ground_broken"}


@settings(max_examples=300)
@given(st.data())
def test_a_tile_with_a_few_bytes_changed_is_a_tile_or_a_named_error(data: st.DataObject) -> None:
    """Damage deep inside a real tile: features, tags, commands."""
    raw = bytearray(maps.town())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    assert _outcome(lambda: _decoded(bytes(raw))) in {"", "ground_broken"}


@given(st.binary(max_size=200))
def test_random_bytes_are_an_outline_or_a_named_error(raw: bytes) -> None:
    """Well-known binary of nobody's making."""

    def read() -> None:
        assert all(part.shape[1] == 2 for part in wkb.parts(raw)[1])

    assert _outcome(read) in {"", "ground_broken"}


@pytest.mark.parametrize("write", [maps.mbtiles, maps.pmtiles, _table])
@settings(max_examples=40)
@given(data=st.data())
def test_an_archive_with_a_few_bytes_changed_is_drawn_or_refused(
    tmp_path_factory: pytest.TempPathFactory, write: Callable[..., Path], data: st.DataObject
) -> None:
    """Header, directories and tiles: a named error, or a map."""
    path = write(tmp_path_factory.mktemp("maps") / "town", TILE)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(7, len(raw) - 1))] = data.draw(st.integers(0, 255))

    assert _outcome(lambda: _drawn(bytes(raw))) in REFUSALS.keys() | {""}


def _drawn(raw: bytes) -> None:
    basemap(raw, [TOWN], name="town")


def test_a_count_of_a_billion_points_needs_a_billion_points_behind_it(tmp_path: Path) -> None:
    """The command is held against the bytes that are left."""
    line = b"".join(map(maps.varint, (1 | 1 << 3, 0, 0, 2 | BILLION << 3, 2, 2)))
    feature = maps.field(2, maps.field(3, 2) + maps.field(4, line))
    bad = maps.field(3, maps.field(15, 2) + maps.field(1, b"water") + feature + maps.field(5, 4096))
    path = maps.pmtiles(tmp_path / "bomb.pmtiles", dict.fromkeys(TILE, bad))

    assert _refused(path) == "ground_broken"


@pytest.mark.parametrize("extent", [0, 1 << 40])
def test_an_extent_of_nothing_or_of_everything_is_refused(tmp_path: Path, extent: int) -> None:
    """A tile is as wide as it says, within reason."""
    bad = maps.layer("water", [(3, [maps.LAKE], {"kind": "lake"})], extent)

    assert _refused(maps.pmtiles(tmp_path / "bad.pmtiles", dict.fromkeys(TILE, bad))) == "ground_broken"


def test_points_far_beyond_their_tile_are_drawn_no_further_than_its_edge(tmp_path: Path) -> None:
    """A line to the other side of the world ends beside its tile."""
    bad = maps.layer("roads", [(2, [[(100, 100), (2**30, -(2**30))]], {"kind": "highway"})])
    drawn = basemap(maps.pmtiles(tmp_path / "bad.pmtiles", dict.fromkeys(TILE, bad)), [TOWN])

    assert drawn.shapes.x.max() - drawn.shapes.x.min() < 2 * 4096


def test_a_gzip_bomb_is_unpacked_no_further_than_a_tile(tmp_path: Path) -> None:
    """64 MB of nothing in 64 kB: refused, and never held."""
    bomb = gzip.compress(bytes(4 * tiles.MOST_TILE))

    with pytest.raises(BrokenFileError):
        tiles.unpacked(bomb, tiles.MOST_TILE)
    assert (
        _refused(maps.mbtiles(tmp_path / "bomb.mbtiles", dict.fromkeys(TILE, bytes(4 * tiles.MOST_TILE))))
        == "ground_broken"
    )


def test_a_header_of_ten_gigabytes_is_held_against_the_file(tmp_path: Path) -> None:
    """Lengths and places in the header lie inside the file, or it is broken."""
    path = maps.pmtiles(tmp_path / "town.pmtiles", TILE)
    whole = path.read_bytes()
    for at in (16, 32, 8, 24, 56):
        path.write_bytes(whole[:at] + struct.pack("<Q", 10 * BILLION) + whole[at + 8 :])
        assert _refused(path) == "ground_broken"


def test_directories_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    """A leaf that leads to itself is left after four steps."""
    path = maps.pmtiles(tmp_path / "town.pmtiles", TILE, leaf=True)
    raw = path.read_bytes()
    at, size = struct.unpack_from("<QQ", raw, 40)
    leaf = gzip.compress(maps.directory([(0, 0, 999, 0)]))
    leaf = gzip.compress(maps.directory([(0, 0, len(leaf), 0)]))
    path.write_bytes(raw[:at] + leaf + raw[at + size :])
    root = gzip.compress(maps.directory([(0, 0, len(leaf), 0)]))
    told = bytearray(path.read_bytes())
    struct.pack_into("<QQ", told, 8, len(told), len(root))
    struct.pack_into("<Q", told, 48, len(leaf))
    path.write_bytes(bytes(told) + root)

    assert _refused(path) == "ground_broken"


def test_a_view_that_reckons_for_ever_is_stopped(tmp_path: Path) -> None:
    """An SQLite file may hold a view in the place of its tiles: it gets so many steps and no more."""
    path = tmp_path / "view.mbtiles"
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    base.execute(
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i AS zoom_level, i AS tile_column, i AS tile_row, NULL AS tile_data FROM n"
    )
    base.commit()
    base.close()

    assert _refused(path) == "ground_broken"


def test_a_name_is_text_and_short(tmp_path: Path) -> None:
    """Control characters go, markup stays as it is written, and nobody is called by a novel."""
    name = "</script><img src=x>{{ 7*7 }}\x00\u202e" + "x" * 500
    town = maps.layer("places", [(1, [[(2048, 2048)]], {"kind": "neighbourhood", "name": name})]) + maps.town()
    drawn = basemap(maps.pmtiles(tmp_path / "town.pmtiles", dict.fromkeys(TILE, town)), [TOWN])
    called = next(one.name.local for one in drawn.labels if "script" in one.name.local)

    assert called.startswith("</script><img src=x>{{ 7*7 }}xx")
    assert len(called) <= 80


@pytest.mark.parametrize("held", [b"", b"x", b"PMTiles\x03", b"SQLite format 3\x00" + bytes(100), b"PAR1" + b"x" * 50])
def test_the_beginning_of_a_map_is_no_map(tmp_path: Path, held: bytes) -> None:
    """Each format is refused by its own reader when nothing follows its first bytes."""
    path = tmp_path / "cut"
    path.write_bytes(held)

    assert _refused(path) in {"ground_broken", "no_ground"}


def test_a_link_to_nowhere_and_a_folder_of_links_are_refused(tmp_path: Path) -> None:
    """What cannot be opened is said to be broken; a folder without a table is no map."""
    (tmp_path / "gone.pmtiles").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.parquet").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()

    assert _refused(tmp_path / "gone.pmtiles") == "ground_broken"
    assert _refused(tmp_path / "folder") == "ground_broken"
    assert _refused(tmp_path / "empty") == "no_ground"
