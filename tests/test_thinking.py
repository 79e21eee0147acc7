"""Parties, acts and places: who the other side is, which records tell of one deed, and where it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from trailviz import acts, parties
from trailviz.events import SCHEMA, Events, gather
from trailviz.parties import Parties
from trailviz.places import Gazetteer, Place, locate
from trailviz.registry.shelf import load

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def _events(*rows: dict[str, Any]) -> Events:
    """Make events of a few fields each; every row is of a file of its own collector."""
    shared = [
        {"event_id": at + 1, "row": at + 1, "start": NOON, "kind": "payment", "file": row.get("collector", "x"), **row}
        for at, row in enumerate(rows)
    ]
    names = sorted({name for row in shared for name in row})
    return gather(
        [pa.table({name: pa.array([row.get(name) for row in shared], SCHEMA.field(name).type) for name in names})]
    )


def _resolved(events: Events) -> Parties:
    return parties.resolve(events, load())


@pytest.mark.parametrize(
    ("row", "company"),
    [
        ({"party": "滴滴出行科技有限公司"}, "didi"),
        ({"party": "商户_滴滴快车打车-陈师傅-06月03日行程"}, "didi"),
        ({"party": "某商户", "party_account": "chu***@didichuxing.com"}, "didi"),
        ({"party": "Uber   *TRIP"}, "uber"),
        ({"party": "Didim Sum House"}, None),
        ({"party": "示例面馆"}, None),
    ],
)
def test_a_counterparty_is_a_company_only_where_its_name_says_so(row: dict[str, str], company: str | None) -> None:
    """Legal names, item texts and mail domains resolve; a name that merely looks alike stays a shop."""
    found = _resolved(_events({"collector": "alipay", **row}))

    assert found.id_of(int(found.party[0])) == company


def test_a_ride_and_its_payment_are_one_act() -> None:
    """Same company, same sum, minutes apart: the payment's time is the ride's end, and its wallet the channel."""
    events = _events(
        {"collector": "didi", "kind": "ride", "amount": 24, "currency": "CNY", "end": NOON + timedelta(minutes=30)},
        {
            "collector": "alipay",
            "party": "滴滴出行",
            "amount": 24,
            "currency": "CNY",
            "start": NOON + timedelta(minutes=31),
        },
    )
    named = _resolved(events)
    linked = acts.link(events, named)

    assert linked.act.tolist() == [0, 0]
    assert named.id_of(int(linked.channel[0])) == "alipay"
    assert linked.end_us[1] == round((NOON + timedelta(minutes=31)).timestamp() * 1e6)


def test_a_fare_charged_in_the_night_is_the_rides_and_not_its_end() -> None:
    """London's card is charged at half past four for the day before: one act, and nobody arrived then."""
    fare = {"amount": 3, "currency": "GBP"}
    journey = {"collector": "transport_for_london", "kind": "ride", **fare, "end": NOON + timedelta(minutes=30)}
    charge = {"collector": "monzo", "party": "Transport for London", **fare, "start": NOON + timedelta(hours=16)}
    events = _events(journey, charge)
    linked = acts.link(events, _resolved(events))

    assert linked.act.tolist() == [0, 0]
    assert linked.end_us[1] == acts.NO_TIME


def test_two_equal_fares_stay_two() -> None:
    """A commuter's two rides and two payments of one sum are two acts, each with its nearest."""
    rides = [
        {
            "collector": "didi",
            "kind": "ride",
            "amount": 3,
            "currency": "CNY",
            "start": NOON + timedelta(hours=h),
            "end": NOON + timedelta(hours=h, minutes=20),
        }
        for h in (0, 8)
    ]
    paid = [
        {
            "collector": "alipay",
            "party": "滴滴出行",
            "amount": 3,
            "currency": "CNY",
            "start": NOON + timedelta(hours=h, minutes=21),
        }
        for h in (8, 0)
    ]
    events = _events(*rides, *paid)

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 1, 1, 0]


def test_rows_of_one_export_are_never_linked() -> None:
    """Two metro fares of one statement are two rides, whatever their sums."""
    events = _events(*({"collector": "alipay", "party": "支付宝", "amount": 3, "currency": "CNY"} for _ in range(2)))

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 1]


def test_another_sum_is_another_deed() -> None:
    """A payment of another sum in the same currency is not the ride's."""
    events = _events(
        {"collector": "didi", "kind": "ride", "amount": 24, "currency": "CNY", "end": NOON},
        {"collector": "alipay", "party": "滴滴出行", "amount": 25, "currency": "CNY"},
    )

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 1]


def _alipay(kind: str, amount: int, hours: int, **more: object) -> dict[str, object]:
    start = NOON + timedelta(hours=hours)
    return {
        "collector": "alipay",
        "kind": kind,
        "party": "示例店",
        "amount": amount,
        "currency": "CNY",
        "start": start,
        **more,
    }


def test_what_is_given_back_belongs_to_its_purchase() -> None:
    """A whole refund finds the nearest purchase of its sum before it; one of another sum finds none."""
    events = _events(
        _alipay("payment", 30, 0), _alipay("payment", 30, 5), _alipay("refund", 30, 7), _alipay("refund", 12, 8)
    )

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 1, 1, 3]


def test_what_is_given_back_before_any_purchase_belongs_to_none() -> None:
    """A file may begin between a purchase and its refund: the next purchase of that sum is another."""
    events = _events(_alipay("refund", 30, 0), _alipay("payment", 30, 5))

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 1]


def test_a_part_given_back_is_known_by_its_number() -> None:
    """Two parts of one purchase carry its id, and are both linked to it."""
    refs = ["EX-000001"]
    events = _events(
        _alipay("payment", 30, 0, refs=refs), _alipay("refund", 12, 7, refs=refs), _alipay("refund", 5, 9, refs=refs)
    )

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 0, 0]


def test_a_hold_belongs_to_the_payment_it_becomes() -> None:
    """A hold comes before its payment; one after it is another's."""
    events = _events(_alipay("hold", 30, 0), _alipay("payment", 30, 48), _alipay("hold", 30, 200))

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 0, 2]


def test_a_bank_row_through_a_wallet_is_the_wallet_s_row() -> None:
    """The bank names the shop behind the wallet's prefix: the wallet's own row of the same sum is the same deed."""
    events = _events(
        _alipay("payment", 30, 0),
        {
            "collector": "boc",
            "party": "示例店",
            "channel_text": "支付宝",
            "amount": 30,
            "currency": "CNY",
            "start": NOON,
        },
    )

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 0]


def test_the_tail_of_a_card_joins_a_shop_s_log_and_the_bank_s() -> None:
    """Same card, same sum, a day apart: one deed, though the bank's text names nobody."""
    order = {"collector": "amazon", "kind": "order", "amount": 14, "currency": "USD", "instrument": "0001"}
    line = {
        "collector": "chase",
        "party": "AMZN Mktp",
        "amount": 14,
        "currency": "USD",
        "instrument": "0001",
        "start": NOON + timedelta(hours=20),
    }
    events = _events(order, line, {**line, "instrument": "0002"})

    assert acts.link(events, _resolved(events)).act.tolist() == [0, 0, 2]


SHOP = Gazetteer((Place(("示例店",), 31.2, 121.4, 200.0), Place(("示例车",), None, None, 0, moving=True)))


@pytest.mark.parametrize(
    ("row", "placed"),
    [
        ({"party": "示例店", "presence": "in_person"}, True),
        ({"party": "示例店", "presence": "remote"}, False),
        ({"party": "示例店", "presence": "unknown"}, None),
        ({"party": "示例店", "presence": "in_person", "kind": "order"}, False),
        ({"party": "示例车", "presence": "in_person"}, False),
        ({"place": "示例店", "kind": "visit"}, True),
    ],
)
def test_a_payment_has_a_place_only_with_its_shop(row: dict[str, str], placed: bool | None) -> None:  # noqa: FBT001
    """In person at a fixed address; unsure where nothing tells of presence; a taxi, an order and a debit have none."""
    located = locate(_events({"collector": "alipay", **row}), SHOP)

    assert bool(located.has_place[0]) is (placed is not False)
    assert bool(located.unsure[0]) is (placed is None)


def test_a_stated_point_outranks_an_address() -> None:
    """What the row states is kept, with its own accuracy."""
    located = locate(
        _events({"collector": "uber", "kind": "ride", "lat": 1.0, "lon": 2.0, "accuracy_m": 30, "place": "示例店"}),
        SHOP,
    )

    assert (located.lat[0], located.lon[0], located.r90_m[0], located.basis[0]) == (1.0, 2.0, 30.0, "stated")
