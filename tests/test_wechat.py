"""The failures other readers of WeChat's statements are known for, each held once (docs/formats/china.md)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from trailviz.intake import Collected, collect, from_bytes

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats" / "wechat"
HEADER = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
WORKBOOKS = sorted(path.name for path in FORMATS.glob("*.xlsx"))


def _row(
    amount: str = "¥28.16", kind: str = "商户消费", flow: str = "支出", state: str = "支付成功", note: str = "/"
) -> str:
    return f'2025-03-14 12:31:02,{kind},示例店,"示例",{flow},"{amount}",零钱,{state},"4200000001"\t,"EX1"\t,{note}'


def _read(*lines: str) -> Collected:
    return collect([from_bytes("export.csv", "\r\n".join([HEADER, *lines, ""]).encode("utf-8-sig"))])


def _only(collected: Collected) -> dict[str, object]:
    (row,) = collected.events.table().to_pylist()
    return dict(row)


@pytest.mark.parametrize("amount", ["¥1,234.50", "￥1234.50", "1234.5", "1，234.50", "￥ 1,234.50元"])
def test_every_way_to_write_an_amount_is_the_same_amount(amount: str) -> None:
    """Both yen signs, both commas and none: one exact decimal."""
    assert _only(_read(_row(amount)))["amount"] == Decimal("1234.50000000")


def test_a_tab_after_a_closing_quote_is_no_error() -> None:
    """The writer of April 2025 put one there, and ids come out bare."""
    assert _only(_read(_row()))["refs"] == ["4200000001", "EX1"]


def test_a_slash_is_an_empty_cell() -> None:
    """A neutral row has the flow neither, and no cell holds a slash."""
    row = _only(_read(_row(flow="/")))

    assert row["flow"] == "neither"
    assert "/" not in row.values()


@pytest.mark.parametrize("kind", ["示例新类型", "亲属卡交易", "零钱通转出-到示例银行(0000)", "分分捐"])
def test_a_type_not_met_before_never_stops_the_file(kind: str) -> None:
    """A new 交易类型 keeps its row and those after it; only a strange one is counted."""
    account = _read(_row(kind=kind), _row(kind="商户消费")).accounts[0]

    assert (account.seen, account.used) == (2, 2)
    assert account.notices.get("unknown_word", 0) == (kind == "示例新类型")


def test_a_refunded_purchase_stays_a_purchase_and_the_refund_is_its_own() -> None:
    """The re-labelled status stands on the purchase; the income row after it is the refund, and no visit."""
    bought = _row("¥299.00", state="已退款(￥39.93)")
    back = _row("¥39.93", kind="示例店-退款", flow="收入", state="已全额退款").replace("4200000001", "4200000002")
    rows = _read(bought, back).events.table().to_pylist()

    assert [(row["kind"], row["flow"], row["presence"]) for row in rows] == [
        ("payment", "out", "unknown"),
        ("refund", "in", "remote"),
    ]
    assert rows[0]["status"] == "已退款(￥39.93)"


def test_a_fee_is_read_from_the_note_and_a_discount_is_none() -> None:
    """`服务费¥0.10` is a fee; `已优惠¥1.00` is not."""
    assert _only(_read(_row(note="服务费¥0.10")))["fee"] == Decimal("0.10000000")
    assert _only(_read(_row(note="已优惠¥1.00")))["fee"] is None


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_generation_of_the_workbook_is_read_whole(name: str) -> None:
    """Text, date and day-number cells, header in row 17 or 18, any sheet: all rows, to the second, on the right row."""
    collected = collect([FORMATS / name])
    (account,) = collected.accounts
    rows = collected.events.table().to_pylist()

    assert account.used == account.seen == account.declared
    assert {row["precision_s"] for row in rows} == {1}
    assert min(row["row"] for row in rows) == (18 if name.startswith("2025-07") else 19)


def test_dates_and_day_numbers_are_the_same_events() -> None:
    """Two workbooks that differ only in how a time cell is kept give equal ids and instants."""
    dates, numbers = (
        collect([FORMATS / name]).events.table(["event_id", "start"]).to_pylist()
        for name in ("2026-03-date-cells-on-the-second-sheet.xlsx", "2026-06-day-numbers.xlsx")
    )

    assert dates == numbers


def test_a_purchase_is_recorded_by_the_payment_company() -> None:
    """Tenpay wrote the row down, in China Standard Time."""
    row = _only(_read(_row()))

    assert (row["collector"], row["zone"], f"{row['start']:%H:%M}") == ("tenpay", "Asia/Shanghai", "04:31")


def test_a_column_of_its_own_changes_nothing() -> None:
    """The twelve-column form gives the events of the eleven columns it holds."""
    (account,) = collect([FORMATS / "2025-twelve-columns-expenses-only.csv"]).accounts

    assert (account.format, account.used, account.missing) == ("wechat", 3, "income_and_neutral")
