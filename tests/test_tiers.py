"""Where a text's place comes from: chain, branch and town of six languages, tier by tier, each with its radius."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from trailviz import atlas
from trailviz.events import Events, gather
from trailviz.places import COARSE, Gazetteer, Located, Place, locate

CENTRE = (31.2304, 121.4737)


def _events(*rows: dict[str, Any]) -> Events:
    """Make events of rows; what a row leaves out is null, an unnamed kind is a payment."""
    whole: dict[str, Any] = {
        "kind": "payment", "mode": None, "presence": "unknown", "currency": None, "party": None, "detail": None, "place": None,
        "end_place": None, "lat": None, "lon": None, "end_lat": None, "end_lon": None,
    }  # fmt: skip
    listed = [
        {"event_id": number, "row": number, "start": datetime(2024, 5, 1, tzinfo=UTC), **whole, **row}
        for number, row in enumerate(rows, 1)
    ]
    table = pa.Table.from_pylist(listed)
    typed = [
        (name, pa.uint64() if name == "event_id" else pa.int32() if name == "row" else None)
        for name in table.column_names
    ]
    for at, (name, kind) in enumerate(typed):
        if kind is not None:
            table = table.set_column(at, name, table[name].cast(kind))
        elif pa.types.is_null(table[name].type):
            table = table.drop([name])
    return gather([table.drop([name for name in table.column_names if pa.types.is_null(table[name].type)])])


def _place(text: str, currency: str, column: str = "party", **more: Any) -> tuple[str, str, float]:
    """Answer tier, first name and radius of the place of one payment's text."""
    found = locate(_events({column: text, "currency": currency, **more}), atlas.gazetteer({}))
    at = int(found.at[0])
    return (str(found.tier[0]), found.named[at].names[0], float(found.r90_m[0])) if at >= 0 else ("", "", 0.0)


@pytest.mark.parametrize(
    ("text", "currency", "tier", "name"),
    [
        ("示例便利(静安寺店)", "CNY", "station", "静安寺"),
        ("示例便利（上海静安寺地铁站店）", "CNY", "station", "静安寺"),
        ("示例面馆【徐家汇店】", "CNY", "station", "徐家汇"),
        ("示例火锅(川味)(五角场店)-堂食", "CNY", "station", "五角场"),
        ("示例便利静安寺店", "CNY", "station", "静安寺"),
        ("示例咖啡(静安寺久光店)", "CNY", "station", "静安寺"),
        ("示例咖啡(南京西路1266号店)", "CNY", "street", "南京西路"),
        ("示例茶(北京国贸店)", "CNY", "station", "国贸"),
        ("示例茶(杭州西湖店)", "CNY", "city", "Hangzhou"),
        ("EXAMPLE METRO Covent Garden", "GBP", "station", "Covent Garden"),
        ("EXAMPLE STORES 3297 COVENT GARDEN LONDON GB", "GBP", "station", "Covent Garden"),
        ("EXAMPLE COFFEE STORE 12345 SAN FRANCISCO CA", "USD", "city", "San Francisco"),
        ("EXAMPLE SANDWICH LONDON SW1", "GBP", "city", "London"),
        ("BEISPIEL SAGT DANKE. 12345//BERLIN/DE", "EUR", "city", "Berlin"),
        ("BEISPIEL MARKT KREUZBERG", "EUR", "district", "Kreuzberg"),
        ("VB 1234 AMSTERDAM", "EUR", "city", "Amsterdam"),
        ("VOORBEELD 1876 LEIDSEPLEIN AMSTERDAM NLD", "EUR", "landmark", "Leidseplein"),
        ("EXEMPLE CITY PARIS 11", "EUR", "district", "Paris 11"),
        ("EXEMPLE CHÂTELET PARIS", "EUR", "station", "Châtelet"),
        ("COMPRA TARJ. 5402XXXXXXXX1234 EJEMPLO GRAN VIA MADRID", "EUR", "city", "Madrid"),
    ],
)
def test_a_text_is_cut_into_chain_and_branch(text: str, currency: str, tier: str, name: str) -> None:
    """Chinese, English, German, Dutch, French and Spanish texts, as wallets and banks write them."""
    assert _place(text, currency)[:2] == (tier, name)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("上海示例便利有限公司", "CNY"),
        ("兰州拉面", "CNY"),
        ("示例火锅(潮汕牛肉)", "CNY"),
        ("示例饭店(中山公园店)", "CNY"),
        ("北京市示例局", "CNY"),
        ("Beispiel Versicherungs AG 1029 WIEN", "EUR"),
        ("EXAMPLE DELI SPRINGFIELD", "USD"),
        ("示例(徐家汇社区某某路店)", "EUR"),
        ("EXAMPLE BANK", "GBP"),
        ("HOTEL BERLIN", "EUR"),
        ("PAYPAL *EXAMPLE LUXEMBOURG", "EUR"),
        ("EXAMPLE.COM LOS GATOS CA", "USD"),
        ("EXAMPLE MOBILE", "USD"),
        ("EXAMPLE NICE", "GBP"),
        ("KREUZBERG", "EUR"),
        ("张三", "CNY"),
    ],
)
def test_a_word_that_only_looks_like_a_place_is_none(text: str, currency: str) -> None:
    """A registered office, a dish, a house called after a town, a web shop, a name of another country's: nobody was there."""
    assert _place(text, currency)[0] == ""


def test_a_named_street_is_as_long_as_the_street() -> None:
    """Huaihai Middle Road is a street of five kilometres and a station; only a word for a station makes it the station."""
    street, station = (_place(f"示例咖啡({one}店)", "CNY") for one in ("淮海中路", "淮海中路地铁站"))

    assert street[0] == "street"
    assert street[2] > 1200
    assert station[0] == "station"
    assert station[2] <= 500


def test_a_station_called_after_a_street_of_unknown_length_is_a_street_until_the_text_says_station() -> None:
    """花木路 is in our list as a station alone: a shop of that name may be anywhere in the street."""
    assert _place("示例咖啡(花木路店)", "CNY") == ("street", "花木路", 1500.0)
    assert _place("示例咖啡(花木路站店)", "CNY")[0] == "station"


def test_a_tap_at_a_station_is_at_the_station_and_not_along_its_street() -> None:
    """A metro's own rows mean stations, whatever the stations are called after."""
    ride = {"kind": "ride", "mode": "metro", "place": "淮海中路", "end_place": "南京西路", "currency": "CNY"}
    found = locate(_events(ride), atlas.gazetteer({}))

    assert list(found.tier) == list(found.end_tier) == ["station"]


def test_a_name_many_cities_have_needs_a_sign_of_the_city() -> None:
    """人民广场 is in every town; a point of the trail in Shanghai says which is meant."""
    alone = _events({"party": "示例便利(人民广场店)", "currency": "CNY"})
    beside = _events(
        {"party": "示例便利(人民广场店)", "currency": "CNY"}, {"kind": "fix", "lat": CENTRE[0], "lon": CENTRE[1]}
    )

    assert locate(alone, atlas.gazetteer({})).tier[0] == ""
    assert locate(beside, atlas.gazetteer({})).tier[0] == "station"


def test_an_area_is_no_anchor_and_a_guess_is_none() -> None:
    """A district, a street, a town and a shop that was perhaps visited have a place, and none of them pins anybody down."""
    tap = {"presence": "in_person", "currency": "EUR"}
    found = locate(
        _events(
            {"party": "BEISPIEL MARKT KREUZBERG", **tap},
            {"party": "BEISPIEL//BERLIN/DE", **tap},
            {"party": "VOORBEELD LEIDSEPLEIN AMSTERDAM NLD", **tap},
            {"party": "VOORBEELD LEIDSEPLEIN AMSTERDAM NLD", "currency": "EUR"},
        ),
        atlas.gazetteer({}),
    )

    assert found.has_place.all()
    assert found.pinned.tolist() == [False, False, True, False]
    assert all((tier in COARSE) == bool(one) for tier, one in zip(found.tier, found.coarse, strict=True))


def test_an_order_has_no_place_whatever_its_text_says() -> None:
    """A delivery from a branch was not a visit to it."""
    assert _place("示例便利(静安寺店)", "CNY", presence="remote")[0] == ""


@pytest.mark.parametrize(
    ("detail", "tier"), [("TFL TRAVEL CH TFL.GOV.UK/CP GBR", ""), ("TFL TRAVEL CH ST.PANCRAS", "city")]
)
def test_a_web_address_in_either_text_leaves_no_town(detail: str, tier: str) -> None:
    """A charge over the web was made nowhere, though the firm is called after its town; an abbreviation is no address."""
    assert _place("Transport for London", "GBP", detail=detail)[0] == tier


def test_a_place_of_one_s_own_holds_for_a_charge_over_the_web() -> None:
    """Only what a name gives is left out, not what the person says."""
    own = Gazetteer((Place(("Transport for London",), 51.5, -0.12, 50.0),), world=atlas.gazetteer({}).world)
    found = locate(_events({"party": "Transport for London", "detail": "TFL.GOV.UK/CP", "currency": "GBP"}), own)

    assert found.tier.tolist() == ["address"]


def test_the_surest_tier_speaks_first() -> None:
    """A given address goes before the trail's own rides, those before our list, and that before the town."""
    shop = {"party": "示例便利(静安寺店)", "currency": "CNY"}
    ride = {"kind": "ride", "place": "静安寺地铁站2号口", "lat": 31.2240, "lon": 121.4450}
    given = Place(("示例便利(静安寺店)",), 31.2222, 121.4444, 40.0)
    world = atlas.gazetteer({}).world

    tiers = [
        locate(_events(*rows), Gazetteer(places, world=world)).tier[0]
        for rows, places in (([shop, ride], (given,)), ([shop, ride], ()), ([shop], ()))
    ]

    assert tiers == ["address", "rides", "station"]


def test_what_was_learned_from_other_rows_says_so() -> None:
    """A point carried from a ride rests on that ride, is a guess, and makes no anchor even where the person was surely there."""
    shop = {"party": "示例便利(某某花园店)", "presence": "in_person"}
    rides = [{"kind": "ride", "place": "某某花园", "lat": 31.2, "lon": 121.4 + off} for off in (0.0, 0.001)]
    found = locate(_events(shop, *rides), atlas.gazetteer({}))

    assert found.basis[0] == "carried"
    assert found.named[found.at[0]].rests_on == (2, 3)
    assert not found.pinned[0]


def test_a_ride_in_a_street_says_where_the_street_is_and_not_the_shop() -> None:
    """Words without a house number are half a kilometre; a whole address is a door."""
    rides = [{"kind": "ride", "place": "Unit 234, Coldharbour Lane, London", "lat": 51.46, "lon": -0.1}]
    payments = [
        {"party": "X", "place": one} for one in ("Coldharbour Lane, London", "Unit 234, Coldharbour Lane, London")
    ]
    found = locate(_events(*payments, *rides), atlas.gazetteer({}))

    assert found.r90_m[:2].tolist() == [500.0, 150.0]


def test_places_of_one_name_far_apart_are_none() -> None:
    """Two ends of a town called the same teach nothing."""
    shop = {"party": "示例便利(某某花园店)"}
    rides = [{"kind": "ride", "place": "某某花园", "lat": 31.2, "lon": 121.4 + off} for off in (0.0, 0.1)]

    assert locate(_events(shop, *rides), atlas.gazetteer({})).tier[0] == ""


def test_a_person_s_own_list_names_a_branch_and_a_statement_s_words() -> None:
    """One's own names are found whole, as a branch, and before what a till adds."""
    own = (Place(("某某花园",), 31.2, 121.4, 80.0), Place(("Example Metro Covent Garden",), 51.5, -0.12, 30.0))
    found = locate(
        _events({"party": "示例便利(某某花园店)"}, {"party": "EXAMPLE METRO 3297 COVENT GARDEN GB"}),
        Gazetteer(own, world=atlas.gazetteer({}).world),
    )

    assert found.r90_m.tolist() == [80.0, 30.0]
    assert list(found.tier) == ["address", "address"]


@pytest.mark.parametrize("turn", [list, lambda rows: rows[::-1], lambda rows: rows[1:] + rows[:1]])
def test_the_order_of_rows_changes_nothing(turn: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """The same rows in another order have the same places."""
    rows = [
        {"event_id": 11, "party": "示例便利(某某花园店)"},
        {"event_id": 12, "kind": "ride", "place": "某某花园东门", "lat": 31.2, "lon": 121.4},
        {"event_id": 13, "kind": "ride", "place": "某某花园西门", "lat": 31.2003, "lon": 121.4004},
        {"event_id": 14, "party": "示例便利(人民广场店)", "currency": "CNY"},
    ]

    def told(found: Located, ids: np.ndarray) -> dict[int, tuple[str, float]]:
        return {int(one): (str(found.tier[at]), round(float(found.lat[at]), 9)) for at, one in enumerate(ids)}

    first, other = _events(*rows), _events(*turn(rows))
    gazetteer = atlas.gazetteer({})

    assert told(locate(other, gazetteer), other.ids) == told(locate(first, gazetteer), first.ids)


def test_a_sample_knows_its_own_places_and_no_others() -> None:
    """What Alipay could know of the afternoon is the author's word, which no list of ours adds to."""
    assert atlas.gazetteer(atlas.about([atlas.sample()])).world is None


def test_a_million_rows_cost_what_their_texts_cost() -> None:
    """Five thousand distinct texts in a million rows are cut once each; measured 0.8 s of processor for three currencies, and the bound leaves room for a busy machine."""
    texts = [
        f"示例便利{one}({('静安寺', '徐家汇', '某某')[one % 3]}店)" if one % 2 else f"EXAMPLE {one} LONDON GB"
        for one in range(5000)
    ]
    codes = pa.array(np.arange(1_000_000, dtype=np.int32) % 5000)
    zeros = pa.array(np.zeros(1_000_000, np.int32))
    table = pa.table(
        {
            "event_id": pa.array(np.arange(1_000_000, dtype=np.uint64)),
            "row": pa.array(np.arange(1_000_000, dtype=np.int32)),
            "kind": pa.DictionaryArray.from_arrays(zeros, ["payment"]),
            "party": pa.DictionaryArray.from_arrays(codes, texts),
            "currency": pa.DictionaryArray.from_arrays(zeros, ["CNY"]),
        }
    )
    events, gazetteer = gather([table]), atlas.gazetteer({})
    atlas.cities()
    began = time.process_time()
    found = locate(events, gazetteer)

    assert time.process_time() - began < 2.5
    assert found.has_place.sum() > 300_000
