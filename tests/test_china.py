"""What Chinese banks and shops write: the wallet before the shop, sums below the rows, words behind an amount."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from trailviz.intake import Collected, collect, from_bytes
from trailviz.reading.phrases import bank_cn, cover

JD = "交易时间,商户名称,交易说明,金额,收/付款方式,交易状态,收/支\n"
BOCOM = "交易日期,记账日期,交易说明,交易币种/金额,入账币种/金额\n"
ABC = "交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,日 志 号,交易渠道,交易附言\n"


def _read(text: str) -> Collected:
    return collect([from_bytes("export.csv", text.encode())])


@pytest.mark.parametrize(
    ("text", "shop", "wallet"),
    [
        ("支付宝-支付宝外部商户-高德打车", "高德打车", "支付宝"),
        ("财付通-示例餐馆", "示例餐馆", "财付通"),
        ("消费 支付宝－示例无限科技发展有限公司", "示例无限科技发展有限公司", "支付宝"),
        ("云闪付APP-示例出行科技有限公司", "示例出行科技有限公司", "云闪付APP"),
        ("支付宝（中国）网络技术有限公司", "支付宝（中国）网络技术有限公司", "支付宝"),
        ("消费 （特约）示例超市", "示例超市", None),
        ("上海示例大酒店CHN", "上海示例大酒店", None),
        ("-------------------", None, None),
    ],
)
def test_a_bank_names_the_wallet_and_sometimes_the_shop(text: str, shop: str | None, wallet: str | None) -> None:
    """The shop behind the wallet's prefix is the other side, the wallet is the channel."""
    told = bank_cn.tell(pa.array([text]), pa.array([text]))

    assert told["party"].to_pylist() == [shop]  # type: ignore[attr-defined]
    assert told["channel_text"].to_pylist() == [wallet]  # type: ignore[attr-defined]


def test_an_account_number_glued_to_a_name_is_parted_from_it() -> None:
    """The name stays a name, the number is the account."""
    told = bank_cn.tell(pa.array(["x", "y"]), pa.array(["示例 6034306864942510239", "示例书店Z100******200N"]))

    assert told["party"].to_pylist() == ["示例", "示例书店"]  # type: ignore[attr-defined]
    assert told["party_account"].to_pylist() == ["6034306864942510239", "Z100******200N"]  # type: ignore[attr-defined]


def test_a_time_without_colons_is_read_to_its_second() -> None:
    """A date and six digits are a time of day; a row without them keeps its day."""
    table = _read(
        ABC + "20260219,015158,财付通,-1.91,9.00,示例,1,电子商务,\n20260308,,转账,-2.00,7.00,示例,2,,\n"
    ).events.table()

    assert table["start"].to_pylist()[0] == datetime(2026, 2, 18, 17, 51, 58, tzinfo=UTC)
    assert table["precision_s"].to_pylist() == [1, 86_400]


def test_the_first_word_of_a_text_says_which_way_the_money_went() -> None:
    """A purchase goes out, what is given back comes in and is a refund."""
    rows = "2026-01-02,2026-01-02,退货 示例店,CNY 9.00,CNY 9.00\n2026-01-03,2026-01-03,消费 示例店,CNY 8.00,CNY 8.00\n"
    table = _read(BOCOM + rows).events.table()

    assert table["flow"].to_pylist() == ["in", "out"]
    assert table["kind"].to_pylist() == ["refund", "payment"]


def test_sums_below_the_rows_are_no_rows() -> None:
    """A line that begins with the word for a sum is told to nobody as a row."""
    rows = "2026-01-03,2026-01-03,消费 示例店,CNY 8.00,CNY 8.00\n合计金额,,,,CNY 8.00\n"
    account = _read(BOCOM + rows).accounts[0]

    assert (account.seen, account.used, account.unreadable) == (1, 1, 0)


def test_a_purchase_given_back_stays_a_purchase() -> None:
    """The words behind JD's amount belong to the status; the refund is a row of its own."""
    rows = "2025-09-02 02:34:56,示例,大米,123.45(已退款3.45),银行卡,交易成功,支出\n"
    rows += "2025-09-01 02:34:56,示例,面,0.12(已全额退款),银行卡,交易成功,不计收支\n"
    table = _read(JD + rows).events.table()

    assert table["kind"].to_pylist() == ["payment", "payment"]
    assert [str(one.normalize()) for one in table["amount"].to_pylist()] == ["123.45", "0.12"]
    assert table["status"].to_pylist() == ["交易成功(已退款3.45)", "交易成功(已全额退款)"]


@pytest.mark.parametrize(("out", "differ"), [(1, None), (2, 1)])
def test_the_rows_a_cover_sheet_declares_for_each_flow_are_counted(out: int, differ: int | None) -> None:
    """Another number of rows going out than declared is noted; the declared sums are not, for they leave out refunds."""
    sheet = f"导出信息：\n共：1笔记录\n支出：{out}笔，99.00元\n\n"
    account = _read(sheet + JD + "2025-09-02 02:34:56,示例,大米,5.00,银行卡,交易成功,支出\n").accounts[0]

    assert dict(account.notices).get("flows_differ") == differ


def test_a_window_of_days_ends_after_its_last() -> None:
    """From the first to the last of a month is the whole month, in China's time."""
    told = cover.declared(["日期区间：2025-12-01 至 2025-12-31"])

    assert told.since == datetime(2025, 11, 30, 16, tzinfo=UTC)
    assert told.until == datetime(2025, 12, 31, 16, tzinfo=UTC)


BUS = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"


@pytest.mark.parametrize(
    ("time", "shop", "item", "number", "start", "basis"),
    [
        ("2026-06-14 18:20:00", "上海公交", "BUS-000143-17:55", "M1", "2026-06-14 17:55:00", "derived"),
        ("2026-06-15 00:10:00", "上海公交", "BUS-000143-23:55", "M1", "2026-06-14 23:55:00", "derived"),
        ("2026-06-14 18:20:00", "上海公交", "乘车", "26061417553012345678", "2026-06-14 17:55:30", "stated"),
        ("2026-06-14 18:20:00", "上海公交", "乘车", "26051417553012345678", None, None),
        ("2026-06-14 18:20:00", "示例店", "示例商品", "26061417553012345678", None, None),
    ],
)
def test_a_bus_tells_its_minute_or_its_operator_the_second(
    time: str, shop: str, item: str, number: str, start: str | None, basis: str | None
) -> None:
    """A minute is the last such before the booking; a number that is a week off is no time, nor is another shop's."""
    table = _read(BUS + f"{time},商户消费,{shop},{item},支出,¥2.00,零钱,支付成功,42,{number},/\n").events.table()
    taps = [row for row in table.to_pylist() if row["part"] == 2]
    told = [(f"{row['start'].astimezone(cover.SHANGHAI):%Y-%m-%d %H:%M:%S}", row["time_basis"]) for row in taps]

    assert told == ([(start, basis)] if start else [])
