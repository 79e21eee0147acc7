"""JD (京东) transaction statement: orders of the shop and its payments, with the wallet or card that paid.

Format: delimited text; 7 to 11 columns found by name; the cover sheet stands before the table.
Seen: exports of 2025-01 (11 columns) and 2025-09 (7 columns) in public test files (read 2026-11).
Encoding: UTF-8 with a byte-order mark.
Zone: China Standard Time, not written.
Precision: a second.
Kept: every row; a refunded purchase keeps its amount and is followed by a refund of its own.
Left out: nothing.
How to get it: JD app, 我的, 我的钱包, 账单, top right, 账单导出（仅限个人对账）.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells
from trailviz.reading.phrases import cover, wallet
from trailviz.reading.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("交易时间", "商户名称", "交易说明", "金额", "收/付款方式", "交易状态", "收/支")
OTHERS = ("交易分类", "交易订单号", "商家订单号", "备注")
ZONE = "Asia/Shanghai"
# all but the first come of copies that a spreadsheet saved again
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "serial")
FLOWS = {"支出": "out", "收入": "in", "不计收支": "neither"}
STATES = "成功|关闭|等待|失败|处理中"
REFUNDED = r"[(（]已(?:全额退款|退款[\d.,]+)[)）]$"
# The purchase of something to be sent, or the shop's own platform: nobody stood anywhere for it.
SENT = "京东平台商户|京东外部商户|京东物流|网购|京东到家"


def recognise(head: Head) -> Recognition:
    """Look for the header row, anywhere."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table; the words about a refund behind an amount become part of the status."""
    for one in table_cells(file, HEADER):
        written = one.text("金额")
        bare = pc.replace_substring_regex(written, REFUNDED, "")
        behind = pc.utf8_slice_codeunits(written, 0, 0)
        behind = pc.if_else(pc.equal(bare, written), behind, pc.replace_substring_regex(written, r"^[^(（]*", ""))
        status = pc.binary_join_element_wise(one.text("交易状态"), behind, "")
        yield replace(one, columns={**one.columns, "金额": bare, "交易状态": status})


def events(rows: Cells) -> Columns:
    """Make an event of every row."""
    party, item, method, status = (rows.coded(name) for name in ("商户名称", "交易说明", "收/付款方式", "交易状态"))
    category = rows.coded("交易分类")
    deed = wording(category, item)
    words = wording(item, party, category)
    # what stands behind the amount tells of a refund in a row of its own
    kind = wallet.kinds(deed, pc.replace_substring_regex(rows.text("交易状态"), r"[(（].*$", ""), method)
    sent = words.has(SENT)
    presence = wallet.unvisited(kind, wallet.presence(wording(words, wallet.tapped(method))))
    wallet.count_strangers(rows, "交易状态", STATES)
    return Columns(
        {
            "kind": kind,
            "start": rows.times("交易时间", *PATTERNS, zone=ZONE),
            "time_basis": "stated",
            "precision_s": rows.precision("交易时间"),
            "party": party,
            "party_is": wallet.side(deed, party),
            "detail": item,
            "category": category,
            "status": status,
            "note": rows.text("备注"),
            "method": method,
            "instrument": wallet.card_tail(method),
            "amount": rows.money("金额"),
            "currency": "CNY",
            "flow": pc.fill_null(rows.words("收/支", FLOWS, other="neither"), "neither"),
            "refs": wallet.refs(rows, "交易订单号", "商家订单号"),
            "presence": wallet.remote(presence, sent),
        }
    )


IMPORTER = Importer(
    name="jd_finance",
    collector="jd_com",
    recognise=recognise,
    cells=cells,
    events=events,
    declares=cover.declared,
    zone=ZONE,
)
