"""Alipay, web query: what alipay.com gave for download, 2011 to today.

Format: delimited text, 16 columns and a trailing comma, cells padded with blanks, ids ending in a tab, a cover sheet
    of four lines and totals after a line of dashes; copies saved again by a spreadsheet are read too.
Seen: exports of 2017, 2019 and 2026 quoted in public documentation (read 2026-11).
Encoding: GB18030, line ends CRLF; copies in UTF-8.
Zone: China Standard Time, not written.
Precision: a second; a minute where a spreadsheet dropped the seconds.
Kept: every row. A closed order that was never paid is an order; a refunded sum is a second event, a refund some time
    between payment and last change (the file does not say when).
Left out: no row; 交易来源地 and 资金状态 only help to tell a paid row from an unpaid one.
How to get it: alipay.com, 查看所有交易记录, 筛选, 下载查询结果 (at most a year a file).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells
from trailviz.reading.phrases import cover, wallet
from trailviz.reading.wording import Wording, put, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("交易号", "商家订单号", "交易创建时间", "付款时间", "交易来源地", "商品名称", "金额（元）", "资金状态")
OTHERS = ("最近修改时间", "类型", "交易对方", "收/支", "交易状态", "服务费（元）", "成功退款（元）", "备注")
ZONE = "Asia/Shanghai"
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M")
# 其他 became 不计收支 in later exports
FLOWS = {"支出": "out", "收入": "in", "其他": "neither", "不计收支": "neither"}
UNPAID = "交易关闭|等待付款|等待买家付款"
KINDS = {"转账|红包|提现": "transfer", wallet.TOP_UP: "top_up", "退款": "refund"}


def recognise(head: Head) -> Recognition:
    """Look for the header row of the web query."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table between the cover sheet and the totals."""
    return table_cells(file, HEADER)


def events(rows: Cells) -> Iterator[Columns]:
    """Make a payment of every row, and a refund of every refunded sum."""
    created = rows.times("交易创建时间", *PATTERNS, zone=ZONE)
    # 付款时间 is empty where nothing was paid
    paid = pc.coalesce(rows.times("付款时间", *PATTERNS, zone=ZONE), created)
    changed = rows.times("最近修改时间", *PATTERNS, zone=ZONE, noted=False)
    party, item = rows.coded("交易对方"), rows.coded("商品名称")
    category, status = rows.coded("类型"), rows.coded("交易状态")
    words = wording(category, item, party)
    # a closed order without 资金状态 was never paid
    unpaid = wording(status).has(UNPAID) & np.asarray(pc.is_null(rows.coded("资金状态")))
    own_id = rows.text("交易号")
    deed = wording(category, item)
    kind = put(put(_kinds(deed), wording(status).has("冻结成功"), "hold"), unpaid, "order")
    amount = rows.money("金额（元）")
    shared: dict[str, object] = {
        "party": party,
        "party_is": wallet.side(deed, party),
        "detail": item,
        "currency": "CNY",
    }
    yield Columns(
        {
            **shared,
            "kind": kind,
            "start": paid,
            "booked": changed,
            "time_basis": "stated",
            "precision_s": rows.precision("付款时间", "交易创建时间"),
            "status": status,
            "category": category,
            "note": rows.coded("备注"),
            "amount": amount,
            "fee": rows.money("服务费（元）"),
            "flow": pc.fill_null(rows.words("收/支", FLOWS, other="neither"), "neither"),
            "refs": wallet.refs(rows, "交易号", "商家订单号"),
            "people": wallet.drivers(item),
            "vehicle": wallet.plate(words),
            "mode": wallet.mode(words),
            "presence": wallet.unvisited(kind, wallet.presence(words)),
        },
        own_id=own_id,
    )
    yield from _refunds(rows, shared, paid, changed)


def _refunds(rows: Cells, shared: dict[str, object], paid: pa.Array, changed: pa.Array) -> Iterator[Columns]:
    """Make a refund of every refunded sum; the file tells only the last change, so it is bounded by that."""
    refunded = rows.money("成功退款（元）")
    of = np.flatnonzero(np.asarray(pc.fill_null(pc.greater(refunded, 0), False)))  # noqa: FBT003
    if not len(of):
        return
    pick = pa.array(of)
    yield Columns(
        {
            **{name: column.take(pick) if isinstance(column, pa.Array) else column for name, column in shared.items()},
            "kind": "refund",
            "start": paid.take(pick),
            "start_latest": pc.coalesce(changed, paid).take(pick),
            "time_basis": "bounded",
            "precision_s": rows.precision("付款时间", "交易创建时间").take(pick),
            "amount": refunded.take(pick),
            "flow": "in",
            "presence": "remote",
        },
        of=of,
        part=1,
        parent_part=0,
        own_id=rows.text("交易号"),
    )


def _kinds(words: Wording) -> pa.DictionaryArray:
    return wallet.first_of(words, tuple(KINDS.items()), "payment")


IMPORTER = Importer(
    name="alipay_web",
    collector="alipay",
    recognise=recognise,
    cells=cells,
    events=events,
    declares=cover.declared,
    zone=ZONE,
)
