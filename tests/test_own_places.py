"""A person's own places: their table, Overture's Parquet of both generations, and files made to harm; points in words, and zones."""

from __future__ import annotations

import io
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trailviz import atlas
from trailviz.cli import main
from trailviz.geo import distance_m, gcj02_to_wgs84
from trailviz.places import labels, named, zones
from trailviz.reading import overture, own_places
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.trail import Trail, follow
from trailviz.views import stage

APP = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n"
NAMES = pa.struct([("primary", pa.string()), ("common", pa.map_(pa.string(), pa.string()))])
SHARED = [
    ("names", NAMES),
    ("brand", pa.struct([("wikidata", pa.string()), ("names", NAMES)])),
    ("addresses", pa.list_(pa.struct([(one, pa.string()) for one in ("freeform", "locality", "postcode", "country")]))),
    ("bbox", pa.struct([(one, pa.float32()) for one in ("xmin", "xmax", "ymin", "ymax")])),
    ("geometry", pa.binary()),
]
OLD = pa.schema([*SHARED, ("categories", pa.struct([("primary", pa.string()), ("alternate", pa.list_(pa.string()))]))])
NEW = pa.schema(
    [
        *SHARED,
        ("basic_category", pa.string()),
        ("taxonomy", pa.struct([("primary", pa.string()), ("hierarchy", pa.list_(pa.string()))])),
    ]
)


def _shop(name: str, lat: float, lon: float, **more: Any) -> dict[str, Any]:
    return {
        "names": {"primary": name, "common": [("en", f"{name} in English")]},
        "bbox": {"xmin": lon, "xmax": lon, "ymin": lat, "ymax": lat},
        "geometry": struct.pack("<BIdd", 1, 1, lon, lat),
        "categories": {"primary": "cafe", "alternate": None},
        "basic_category": "cafe",
        "taxonomy": {"primary": "cafe", "hierarchy": None},
        **more,
    }


def _parquet(rows: list[dict[str, Any]], schema: pa.Schema) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), out)
    return out.getvalue()


def _wallet(folder: Path, *parties: str) -> Path:
    rows = [
        f"2024-05-31 {10 + number}:02:11,餐饮美食,{party},/,示例,支出,12.00,余额宝,交易成功,{number}\t,M{number}\t,,\n"
        for number, party in enumerate(parties)
    ]
    file = folder / "alipay.csv"
    file.write_text(APP + "".join(rows), encoding="utf-8")
    return file


def _followed(folder: Path, own: bytes, name: str, *parties: str) -> Trail:
    (folder / name).write_bytes(own)
    return follow([_wallet(folder, *parties)], gazetteer=[folder / name])


@pytest.mark.parametrize("schema", [OLD, NEW])
def test_overture_is_read_in_both_generations(schema: pa.Schema) -> None:
    """Names in every language, brand, category, address and point, whichever columns say so."""
    address = [{"freeform": "1 Example Street", "locality": "London", "postcode": "WC2", "country": "GB"}]
    found = overture.places(_parquet([_shop("Example", 51.5, -0.1, addresses=address)], schema)).to_pylist()

    assert [(one["name"], one["names"], one["category"], one["address"]) for one in found] == [
        ("Example", ["Example in English"], "cafe", "1 Example Street London WC2")
    ]
    assert found[0]["lat"] == pytest.approx(51.5, abs=1e-5)


def test_what_a_map_says_a_place_is_stands_from_the_general_to_the_special() -> None:
    """The whole branch of 2026, the flat word of older files, and nothing where neither is said."""
    branch = {"primary": "orthodontics", "hierarchy": ["health_care", "dental_clinic", "orthodontics"]}
    new = _parquet([_shop("x", 51.5, -0.1, basic_category="dental_clinic", taxonomy=branch)], NEW)
    old = _parquet([_shop("x", 51.5, -0.1, categories={"primary": "dentist", "alternate": ["spa"]})], OLD)
    none = _parquet([_shop("x", 51.5, -0.1, categories=None), _shop("y", 51.5, -0.1)], OLD)

    assert (
        overture.places(new)["categories"][0].as_py()
        == "dental_clinic health_care dental_clinic orthodontics orthodontics"
    )
    assert overture.places(old)["categories"].to_pylist() == ["dentist"]
    assert overture.places(none)["categories"].to_pylist() == ["", "cafe"]


def test_a_table_of_ones_own_may_say_what_a_place_is(tmp_path: Path) -> None:
    """The column is read, and a place without it is a place."""
    trail = _followed(
        tmp_path, b"name,lat,lon,category\nA,31.2,121.4,amenity=clinic\nB,31.2,121.4,\n", "p.csv", "A", "B"
    )

    assert [one.category for one in trail.gazetteer.places] == ["amenity=clinic", ""]
    assert trail.around is not None
    assert trail.around.total == 2


def test_only_what_lies_around_the_trail_is_kept() -> None:
    """A box leaves the rest of the file where it is; without a box all of it counts."""
    raw = _parquet([_shop("Here", 51.5, -0.1), _shop("There", 48.8, 2.3)], OLD)

    assert overture.places(raw, Box(51, -1, 52, 1))["name"].to_pylist() == ["Here"]
    assert overture.places(raw).num_rows == 2


def test_points_are_read_from_the_geometry_where_a_file_has_no_bounds() -> None:
    """Well-known binary, in either order of bytes; anything else has no point."""
    rows = [
        _shop("Little", 51.5, -0.1),
        _shop("Big", 51.5, -0.1, geometry=struct.pack(">BIdd", 0, 1, -0.1, 51.5)),
        _shop("None", 51.5, -0.1, geometry=None),
        _shop("Short", 51.5, -0.1, geometry=b"\x01"),
    ]
    found = overture.places(_parquet(rows, pa.schema([one for one in OLD if one.name != "bbox"])))

    assert found["name"].to_pylist() == ["Little", "Big"]
    assert found["lat"].to_pylist() == [51.5, 51.5]


@pytest.mark.parametrize("lost", ["bbox", "geometry", "addresses", "brand", "categories"])
def test_a_column_that_is_missing_or_null_takes_nothing_else_with_it(lost: str) -> None:
    """A shop stays a shop without its brand; only a row without a point or a name is left out."""
    row = {**_shop("Example", 51.5, -0.1), "brand": None, "addresses": None}
    without = _parquet([row], pa.schema([one for one in OLD if one.name != lost]))

    assert overture.places(without)["name"].to_pylist() == ["Example"]
    assert overture.places(_parquet([{**row, "names": None}, {**row, "bbox": None}], OLD)).num_rows == 0


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PAR1", "places_broken"),
        (b"PAR1" + b"\x00" * 400 + b"PAR1", "places_broken"),
        (_parquet([{"a": 1}], pa.schema([("a", pa.int64())])), "no_places"),
        (
            _parquet(
                [{"names": "x", "bbox": 1.0, "brand": 2}],
                pa.schema([("names", pa.string()), ("bbox", pa.float64()), ("brand", pa.int64())]),
            ),
            "places_broken",
        ),
        (_parquet([_shop("Example", 51.5, -0.1)], OLD)[:-60] + b"\xff" * 60, "places_broken"),
    ],
)
def test_a_file_that_is_no_map_of_places_is_refused(raw: bytes, code: str) -> None:
    """Cut off, forged, or of something else: a code for a sentence, never a crash."""
    with pytest.raises(BrokenFileError) as refused:
        overture.places(raw)

    assert refused.value.code == code


def test_more_places_than_can_be_looked_up_are_refused() -> None:
    """A whole country would fill the memory: it is refused while it is read."""
    many = pa.Table.from_pylist([_shop("Shop", 51.5, -0.1)] * (1 << 14), OLD)
    out = io.BytesIO()
    pq.write_table(pa.concat_tables([many] * (overture.MOST // len(many) + 1)), out)

    with pytest.raises(BrokenFileError, match="places_too_large"):
        overture.places(out.getvalue())


def test_a_shop_of_a_map_is_found_by_chain_and_branch(tmp_path: Path) -> None:
    """The branch may stand in the name or in the address; two that fit are none; a name of its own needs no branch."""
    address = [{"freeform": "某某花园路1号", "locality": "上海", "postcode": None, "country": "CN"}]
    rows = [
        _shop("示例便利", 31.20, 121.40, addresses=address),
        _shop("示例便利", 31.30, 121.50),
        _shop("别家(某某花园店)", 31.21, 121.41),
        _shop("双店(同名路店)", 31.20, 121.40),
        _shop("双店(同名路店)", 31.25, 121.40),
        _shop("独一无二小馆", 31.22, 121.42),
    ]
    trail = _followed(
        tmp_path,
        _parquet(rows, OLD),
        "city.parquet",
        "示例便利(某某花园店)",
        "示例便利",
        "双店(同名路店)",
        "独一无二小馆",
    )
    order = np.argsort(trail.events.instants("start"))

    assert trail.located.tier[order].tolist() == ["extract", "", "", "extract"]
    assert trail.located.lat[order][0] == pytest.approx(31.20, abs=1e-5)


def test_the_smallest_table_is_a_places_file() -> None:
    """Names with bars between, a radius that may be left out, and a Chinese map's own datum."""
    raw = "name,lat,lon,radius_m,datum\n甲|乙,31.2,121.4,,\n丙,31.2,121.4,80,gcj02\n".encode()
    first, second = own_places.read(raw).rows
    lat, lon = gcj02_to_wgs84(np.array(31.2), np.array(121.4))

    assert (first["names"], first["radius_m"]) == (["甲", "乙"], 50.0)
    assert distance_m(np.array(second["lat"]), np.array(second["lon"]), lat, lon) < 0.01


def test_a_bad_cell_leaves_its_row_out_and_is_named() -> None:
    """Where it is and what was expected, never what it holds."""
    found = own_places.read(b"name;lat;lon;radius_m\nA;91;1;5\nB;1;x;5\nC;1;2;-5\nD;1;2;nan\n;1;2;5\nE;1;2;5\n")

    assert [one["names"] for one in found.rows] == [["E"]]
    assert [(one.row, one.column) for one in found.unreadable] == [
        (2, "lat"),
        (3, "lon"),
        (4, "radius_m"),
        (5, "radius_m"),
        (6, "names"),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\x00",
        b"a,b\n1,2\n",
        b"name,lat\nx,1\n",
        b"[[place]]\nnames = [",
        b'[[place]]\nlat = "x"\n',
        b"name,lat,lon\n" + b'"' * 200_000,
    ],
)
def test_a_table_made_to_harm_is_refused_or_empty(raw: bytes) -> None:
    """Whatever the bytes are, the answer is a code or no place."""
    with suppress(BrokenFileError):
        assert own_places.read(raw).rows == ()


def test_the_story_says_what_put_the_payments_on_the_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The account adds up, an unread cell is named beside the result, and a file that is none is refused with a sentence."""
    own = tmp_path / "places.csv"
    own.write_text("name,lat,lon\n示例便利(某某花园店),31.2,121.4\nbad,x,1\n", encoding="utf-8")
    wallet = _wallet(tmp_path, "示例便利(某某花园店)", "示例便利(静安寺店)", "示例")
    code = main(["story", str(wallet), "--places", str(own)])
    out, err = capsys.readouterr()

    assert code == 0
    assert "2 of 3 payments are on the map: 1 by a given address and 1 by a station's name." in out
    assert "places.csv, row 3, column lat: expected a number from -90 to 90." in err
    assert main(["story", str(wallet), "--places", str(wallet)]) == 1
    assert "alipay.csv is no places file" in capsys.readouterr().err
    assert main(["story", str(wallet), "--places", str(tmp_path / "none.csv")]) == 2


def test_one_s_own_places_go_before_a_sample_s(tmp_path: Path) -> None:
    """Whoever gives a file means it, on the sample too; without one the sample knows its own."""
    own = tmp_path / "places.csv"
    own.write_text("name,lat,lon\n盒马鲜生,31.0,121.0\n", encoding="utf-8")
    trail = follow([atlas.sample()], gazetteer=[own])

    assert 31.0 in trail.located.lat
    assert trail.gazetteer.world is None


def test_a_point_is_told_by_the_station_it_is_near() -> None:
    """A station within a walk, else the town it is in, else how far the next town is, else nothing."""
    lat, lon = np.array([31.1951, 39.5299, 36.0, 0.0, np.nan]), np.array([121.4300, -119.8143, -115.9, -140.0, 0.0])
    found = labels.labels(named.load(), atlas.cities(), lat, lon)

    assert found[0] is not None
    assert (found[0].name["zh-Hans"], found[0].kind) == ("徐家汇", "station")
    assert 200 < found[0].distance_m < 400
    assert found[1] is not None
    assert (found[1].name["en"], found[1].within) == ("Reno", True)
    assert found[2] is not None
    assert not found[2].within
    assert found[3:] == [None, None]


def test_a_town_is_the_nearest_wherever_a_point_is() -> None:
    """The search by cells answers what measuring every town answers, at the date line and in the empty south too."""
    towns, random = atlas.cities(), np.random.default_rng(7)
    lat, lon = random.uniform(-55, 70, 150), random.uniform(-180, 180, 150)
    row, away = towns.nearest(lat, lon)
    near = np.flatnonzero(row >= 0)
    brute = np.array([distance_m(lat[at], lon[at], towns.lat, towns.lon).min() for at in near])

    assert len(near) > 75
    assert np.allclose(away[near], brute)


def test_ten_thousand_points_take_less_than_a_millisecond_each() -> None:
    """A phone's year is told in seconds (measured alone: 25 microseconds a point)."""
    random = np.random.default_rng(1)
    lat, lon = 31.2 + random.normal(0, 0.3, 10_000), 121.4 + random.normal(0, 0.3, 10_000)
    atlas.cities()
    began = time.process_time()
    labels.labels(named.load(), atlas.cities(), lat, lon)

    assert time.process_time() - began < 5


@pytest.mark.parametrize("installed", [True, False])
def test_a_zone_is_that_of_the_place(installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    """With tzfpy or by the nearest town; in Xinjiang the clock that payment apps print."""
    if not installed:
        # what a Python without the package has in its place
        monkeypatch.setitem(sys.modules, "tzfpy", None)
    lat, lon = np.array([52.52, 37.77, 43.8, np.nan]), np.array([13.4, -122.42, 87.6, 0.0])

    assert zones.zones(lat, lon, atlas.cities).tolist() == ["Europe/Berlin", "America/Los_Angeles", "Asia/Shanghai", ""]


def test_a_zone_is_offered_and_never_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Times that name no zone stay as they were read; where the rows lie is said beside."""
    file = tmp_path / "d.csv"
    file.write_text(
        "timestamp,latitude,longitude,altitude\n2024-05-01 10:00:00,52.52,13.40,1\n2024-05-01 11:00:00,52.53,13.41,1\n",
        encoding="utf-8",
    )
    main(["story", str(file), "--as", "everyone"])
    out = capsys.readouterr().out
    events = follow([file]).events

    assert len(events) == 2
    assert set(events.words("zone_basis")[1]) == {"assumed"}
    assert "Say --zone Europe/Berlin" in out


def test_an_area_has_no_mark_on_the_map(tmp_path: Path) -> None:
    """The stage is told which places are areas, so that none is drawn as a pin; a station is none."""
    trail = follow([_wallet(tmp_path, "示例便利(静安寺店)", "示例便利(淮海中路店)")])
    events = stage.model(trail)["events"]

    assert sorted(zip(events["place"], events["wide"], strict=True)) == [
        ("in Huaihai Middle Road", True),
        ("near Jing'an Temple station", False),
    ]


def test_the_towns_say_whose_work_they_are() -> None:
    """GeoNames asks for its name beside its data: in the table itself, and in every list what its positions are."""
    told = atlas.cities().table.schema.metadata[b"source"].decode()
    heads = [
        path.read_text(encoding="utf-8").split("\n", 1)[0]
        for path in Path(named.__file__).with_name("named").glob("*.tsv")
    ]

    assert "GeoNames" in told
    assert "CC BY 4.0" in told
    assert len(heads) == 8
    assert all(head.startswith("# Stations") for head in heads)
