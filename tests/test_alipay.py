"""The failures other readers of Alipay's files are known for, each held once (docs/formats/china.md)."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from trailviz.intake import Collected, collect, from_bytes
from trailviz.reading.phrases import deed_time, metro, wallet

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
APP = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,"
FIRST = "2026-07-01 08:00:00"


def _row(
    time: str = FIRST, item: str = "示例", own: str = "1" * 28, state: str = "交易成功", method: str = "花呗"
) -> str:
    return f"{time},餐饮美食,示例店,/,{item},支出,28.00,{method},{state},{own}\t,EX\t,,"


def _read(*lines: str, encoding: str = "gb18030") -> Collected:
    return collect([from_bytes("export.csv", "\r\n".join([*lines, ""]).encode(encoding))])


def _values(collected: Collected, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in collected.events.table(["row", "part", *names]).to_pylist()]


@pytest.mark.parametrize("lines", [0, 1, 22, 23, 24, 25, 40])
def test_the_first_row_is_never_lost_however_long_the_cover_sheet_is(lines: int) -> None:
    """The header is found by its names, so a note more or fewer above it costs no row."""
    read = _read(*["9.示例提示；"] * lines, APP, _row(), _row(own="2" * 28))

    assert read.accounts[0].used == 2
    assert _values(read, "row")[0] == (lines + 2,)


@pytest.mark.parametrize("issuer", ["支付宝（中国）网络技术有限公司", "支付宝支付科技有限公司", "示例新公司"])
def test_the_issuers_name_is_a_hint_and_never_a_gate(issuer: str) -> None:
    """A new legal name in the marker line changes nothing."""
    read = _read(f"{'-' * 24}{issuer}  电子客户回单{'-' * 24}", APP, _row())

    assert (read.accounts[0].format, read.accounts[0].used) == ("alipay_app", 1)


def test_columns_in_another_order_say_the_same() -> None:
    """The layouts of 2021 and 2023 give equal events but for file and row."""
    old, new = (
        collect([FORMATS / "alipay_app" / name]).events.table() for name in ("2021-header-first.csv", "2023.csv")
    )
    same = ["event_id", "kind", "start", "amount", "flow", "party", "detail", "method", "status", "presence"]

    assert old.select(same).to_pylist() == new.select(same).to_pylist()


@pytest.mark.parametrize("word", ["还款失败", "示例新状态", "等待确认收货", "代付成功"])
def test_a_row_of_whatever_status_is_kept(word: str) -> None:
    """No status makes a row vanish or stops the file."""
    read = _read(APP, _row(state=word), _row(own="2" * 28))

    assert (read.accounts[0].seen, read.accounts[0].used) == (2, 2)
    assert _values(read, "status")[0] == (word,)


def test_only_a_word_not_met_before_is_counted() -> None:
    """An unknown status is a counted notice; a known one is none."""
    assert _read(APP, _row(state="示例新状态")).accounts[0].notices == {"unknown_word": 1}
    assert not _read(APP, _row(state="还款失败")).accounts[0].notices


def test_a_slash_date_is_china_time_and_a_minute_is_said_to_be_one() -> None:
    """A copy a spreadsheet saved keeps its instant, eight hours before UTC, and loses only its precision."""
    (told,) = _values(
        _read(APP, _row(time="2026/7/1 8:00"), encoding="utf-8-sig"), "start", "precision_s", "zone_basis"
    )

    assert (told[0].isoformat(), *told[1:]) == ("2026-07-01T00:00:00+00:00", 60, "format")


def test_a_time_that_cannot_be_read_is_never_invented() -> None:
    """The row is unreadable, named by row and column, and gives no event."""
    read = _read(APP, _row(time="昨天"), _row())

    assert (read.accounts[0].unreadable, read.accounts[0].used) == (1, 1)
    assert [(one.row, one.column) for one in read.accounts[0].unreadable_cells] == [(2, "交易时间")]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_any_encoding_a_copy_may_have_gives_the_same_ids(encoding: str) -> None:
    """Excel's and WPS's copies are the same events."""
    assert _read(APP, _row(), encoding=encoding).events.ids.tolist() == _read(APP, _row()).events.ids.tolist()


def test_equal_fares_on_one_day_are_two_rides() -> None:
    """Two commutes of the same price stay two, since their ids differ."""
    fare = "上海地铁-示例东站-示例西站"
    read = _read(APP, _row(item=fare), _row(item=fare, own="2" * 28))

    assert _values(read, "kind") == [("payment",), ("payment",), ("ride",), ("ride",)]


def test_a_refund_is_no_income_no_visit_and_names_its_purchase() -> None:
    """All three shapes of a refund: its id leads back to the purchase, and nobody was anywhere."""
    table = collect([FORMATS / "alipay_app" / "2023-three-refunds.csv"]).events.table()
    rows = table.to_pylist()
    refunds = [row for row in rows if row["kind"] == "refund"]
    bought = {row["refs"][0] for row in rows if row["kind"] == "payment"}

    assert len(refunds) == 3
    assert {(row["flow"], row["presence"]) for row in refunds} == {("neither", "remote")}
    assert sum(bool(bought & set(row["refs"])) for row in refunds) == 2
    assert [row["status"] for row in rows if row["kind"] == "order"] == ["交易关闭"]


def test_a_metro_ride_has_its_own_time_and_not_the_rows() -> None:
    """A ride booked four days later is at its taps, is the child of its payment, and keeps the booking time."""
    read = collect([FORMATS / "alipay_app" / "2025-what-the-text-tells.csv"])
    payment, *_ = [row for row in read.events.table().to_pylist() if row["row"] == 25 and row["part"] == 0]
    (ride,) = [row for row in read.events.table().to_pylist() if row["row"] == 25 and row["part"] == 1]

    assert [f"{ride[name]:%d %H:%M:%S}" for name in ("start", "end", "booked")] == [
        "22 01:12:40",
        "22 01:36:40",
        "25 22:01:05",
    ]
    assert (ride["place"], ride["end_place"], ride["parent"]) == ("示例东站", "示例西站", payment["event_id"])


def test_taps_in_the_wrong_order_give_stations_without_times() -> None:
    """A ride that would end before it began keeps the row's time alone, and says so."""
    text = pa.array(["地铁-甲-2026-01-02 10:00:00-乙-2026-01-02 09:00:00"])
    booked = pa.array([0], pa.timestamp("us", "UTC"))
    (ride,) = metro.rides(text, booked, "Asia/Shanghai")

    assert ride.values["time_basis"].to_pylist() == ["unknown"]
    assert ride.values["start"].to_pylist() == booked.to_pylist()
    assert ride.values["end"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("示例店 当面付商品交易:26061900950119", "in_person"),
        ("示例茶（示例地铁站松兰路店）外卖订单", "remote"),
        ("示例茶（示例地铁站松兰路店）", "unknown"),
        ("上海公交", "in_person"),
        ("成都地铁 地铁代扣", "in_person"),
        ("美团订单-美团骑行-单车-骑行费-2026-06-14 13:26:32", "in_person"),
        ("2月电费自动缴费-示例花园-根据每期出账后自动缴费", "remote"),
        ("顾客打赏-#8示例饺子(示例店)", "remote"),
        ("退款-扫收钱码付款", "remote"),
        ("示例会员商店", "unknown"),
        ("示例音乐 会员", "remote"),
        ("高德打车订单", "unknown"),
    ],
)
def test_presence_is_what_the_wording_proves(text: str, expected: str) -> None:
    """A scan, a tap or a ride is presence; a delivery, a debit, a tip and a refund are not; a mere shop name proves nothing."""
    assert wallet.presence(pa.array([text])).to_pylist() == [expected]


@pytest.mark.parametrize(
    ("method", "expected"), [("余额宝", "unknown"), ("花呗&红包", "unknown"), ("花呗&碰一下立减", "in_person")]
)
def test_a_method_proves_a_tap_and_nothing_else(method: str, expected: str) -> None:
    """Paying from a fund or with a red packet moves nobody: only a tap in the method tells where the person stood."""
    assert _values(_read(APP, _row(method=method)), "presence", "party_is") == [(expected, "company")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上海地铁-甲-乙", "metro"),
        ("示例茶（示例地铁站店）", None),
        ("公交-乘车", "bus"),
        ("出租车费 车牌:沪A·X0000", "taxi"),
    ],
)
def test_a_shop_beside_a_station_is_no_ride(text: str, expected: str | None) -> None:
    """The word for metro moves nobody where it is a shop's address."""
    assert wallet.mode(pa.array([text])).to_pylist() == [expected]


def test_a_vending_machine_tells_when_it_was_used() -> None:
    """The deed's own time is the start; the row's is when it was booked."""
    (told,) = _values(_read(APP, _row(item="智能货柜消费_示例_消费时间:2026-06-30 22:22:48")), "start", "booked")

    assert [f"{one:%d %H:%M}" for one in told] == ["30 14:22", "01 00:00"]  # type: ignore[str-format]


def test_a_bike_fee_gives_a_ride_whose_end_nobody_knows() -> None:
    """The one time in the text may be the unlocking or the locking: the basis says unknown, and no end is invented."""
    text = pa.array(["骑行费-2026-06-14 13:26:32", "示例"])
    (ride,) = deed_time.bike_rides(text, pa.array([0, 0], pa.timestamp("us", "UTC")), "Asia/Shanghai")

    assert (ride.values["time_basis"], "end" in ride.values, ride.of.tolist()) == ("unknown", False, [0])


def test_the_driver_is_a_third_person() -> None:
    """A name in a ride's text stands among the people, who are veiled."""
    names = wallet.drivers(pa.array(["滴滴快车打车-陈师傅-06月03日行程", "示例", None]))

    assert names.to_pylist() == [["陈师傅"], None, None]


def test_the_cashbook_never_beats_the_statement_and_says_what_to_get() -> None:
    """It is read, at most LIKELY, with its full-width thousands and the advice to fetch the statement."""
    read = collect([FORMATS / "alipay_cashbook" / "2026.csv"])
    (account,) = read.accounts

    assert (account.confidence.name, account.advice) == ("LIKELY", "get_statement")
    assert "2000.00000000" in {str(value) for (value,) in _values(read, "amount")}


def test_expenses_only_is_a_gap_the_file_declares() -> None:
    """An export of expenses says that income and neutral rows are missing by choice."""
    (account,) = collect([FORMATS / "alipay_app" / "2026-one-note-fewer-expenses-only.csv"]).accounts

    assert account.missing == "income_and_neutral"


def test_the_web_queries_totals_are_no_rows() -> None:
    """The footer has commas in its sums, and still is no row; an order never paid and a deposit stay."""
    read = collect([FORMATS / "alipay_web" / "2019-refund-frozen-open.csv"])

    assert (read.accounts[0].seen, read.accounts[0].declared) == (7, 7)
    assert {kind for (kind,) in _values(read, "kind")} == {"payment", "refund", "transfer", "order", "hold"}


def test_a_partial_refund_of_the_web_query_is_bounded_and_never_dated() -> None:
    """It happened between payment and last change: the file does not say when."""
    read = collect([FORMATS / "alipay_web" / "2019-refund-frozen-open.csv"])
    (refund,) = [row for row in read.events.table().to_pylist() if row["kind"] == "refund"]

    assert (f"{refund['start']:%F}", f"{refund['start_latest']:%F}", refund["time_basis"]) == (
        "2019-09-20",
        "2019-12-20",
        "bounded",
    )
