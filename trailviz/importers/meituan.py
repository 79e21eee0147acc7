"""Meituan (美团) transaction statement: meals, vouchers, deliveries, bikes and hotels of one account.

Format: delimited text; 11 columns found by name; the cover sheet stands before the table.
Seen: an export of 2025-03 in a public test file (read 2026-11).
Encoding: UTF-8 with a byte-order mark.
Zone: China Standard Time, not written.
Precision: a second.
Kept: every row; the moment is that of the payment, or of the order where nothing was paid.
Left out: nothing.
How to get it: Meituan app, 我的, 钱包, 账单, 账单导出（用于个人对账）.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells
from trailviz.reading.letters import emptied
from trailviz.reading.phrases import cover, wallet
from trailviz.reading.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("交易创建时间", "交易成功时间", "交易类型", "订单标题", "收/支", "支付方式", "订单金额", "实付金额")
OTHERS = ("交易单号", "商家单号", "备注")
ZONE = "Asia/Shanghai"
# all but the first come of copies that a spreadsheet saved again
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "serial")
FLOWS = {"支出": "out", "收入": "in", "不计收支": "neither"}
KINDS = {
    "支付": "payment",
    "退款": "refund",
    "还款": "transfer",
    "提现": "transfer",
    "充值": "top_up",
    "转账": "transfer",
}
# A shop names its branch in brackets; the rest of a title is what was bought.
SHOP = r"^(?P<shop>[^|【]+?[(（][^()（）]+[店厅馆铺站场城][)）])"
VOUCHER = r"代金券|团购|券\b|单人餐|双人餐|[一二三四五六七八九\d]选\d|自助"


def recognise(head: Head) -> Recognition:
    """Look for the header row, anywhere."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table; `/` in any column is an empty cell."""
    for one in table_cells(file, HEADER):
        yield replace(one, columns={name: emptied(column, "/") for name, column in one.columns.items()})


def events(rows: Cells) -> Columns:
    """Make an event of every row; buying a voucher is not being there."""
    item, method = rows.text("订单标题"), rows.text("支付方式")
    words = wording(item, rows.text("交易类型"))
    kind = pc.fill_null(rows.words("交易类型", KINDS, other="payment"), "payment")
    shop = pc.struct_field(pc.extract_regex(item, SHOP), "shop")
    said = wallet.unvisited(kind, wallet.presence(wording(words, wallet.tapped(method))))
    bought = wording(item).has(VOUCHER)
    created = rows.times("交易创建时间", *PATTERNS, zone=ZONE)
    paid = rows.times("交易成功时间", *PATTERNS, zone=ZONE)
    return Columns(
        {
            "kind": kind,
            "start": pc.coalesce(paid, created),
            "time_basis": "stated",
            "precision_s": rows.precision("交易成功时间", "交易创建时间"),
            "party": shop,
            "party_is": pc.if_else(pc.is_valid(shop), pa.scalar("company"), pa.scalar(None, pa.string())),
            "detail": item,
            "category": rows.text("交易类型"),
            "note": rows.text("备注"),
            "method": method,
            "instrument": wallet.card_tail(method),
            # 订单金额 counts what was never paid, such as a discount
            "amount": rows.money("实付金额"),
            "currency": "CNY",
            "flow": pc.fill_null(rows.words("收/支", FLOWS, other="neither"), "neither"),
            "refs": wallet.refs(rows, "交易单号", "商家单号"),
            "mode": wallet.mode(words),
            "presence": wallet.remote(said, bought),
        },
        own_id=rows.text("交易单号"),
    )


IMPORTER = Importer(
    name="meituan",
    collector="meituan",
    recognise=recognise,
    cells=cells,
    events=events,
    declares=cover.declared,
    zone=ZONE,
)
