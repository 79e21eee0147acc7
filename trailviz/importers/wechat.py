"""WeChat Pay statement (微信支付账单明细): the CSV to mid-2025 and the workbooks since.

Format: delimited text or a workbook, 11 columns found by name; `/` means empty; amounts as text (¥28.16) or numbers.
Seen: a CSV of 2019-10, workbooks of 2025-07 and 2026-03 quoted in public documentation (read 2026-11).
Encoding: UTF-8 with a byte-order mark; copies in GB18030.
Zone: UTC+08:00, written on the cover sheet since 2026-03.
Precision: a second; a minute where a spreadsheet dropped the seconds.
Kept: every row; a refunded purchase stays a purchase with its status, the refund is its own row; fees from the note.
Left out: nothing.
How to get it: WeChat, 我, 服务, 钱包, 账单, 常见问题, 下载账单, 用于个人对账; the password comes in a message of 微信支付.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import MONEY
from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells
from trailviz.reading.letters import emptied
from trailviz.reading.phrases import cover, deed_time, wallet
from trailviz.reading.wording import named, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("交易时间", "交易类型", "收/支", "金额(元)", "支付方式", "当前状态")
OTHERS = ("交易对方", "商品", "交易单号", "商户单号", "备注", "订单号")
ZONE = "Asia/Shanghai"
# workbooks since March 2026 hold texts, dates or day numbers
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "serial")
FLOWS = {"支出": "out", "收入": "in", "中性交易": "neither"}
MOVED = "转账|红包|提现|零钱通|还款|群收款|亲属卡|赞赏|二维码收款|理财"
TYPES = f"{MOVED}|退款|商户消费|扫二维码付款|零钱充值|分分捐|其他"
# not 已优惠¥1.00, which is a discount
FEE = r"服务费[¥￥]?(?P<fee>\d+(?:\.\d{1,2})?)"


def recognise(head: Head) -> Recognition:
    """Look for the header row of the statement, in any sheet."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table; `/` in any column is an empty cell."""
    for one in table_cells(file, HEADER):
        yield replace(one, columns={name: emptied(column, "/") for name, column in one.columns.items()})


def events(rows: Cells) -> Iterator[Columns]:
    """Make an event of every row, and a tap of every bus fare whose text or number tells when."""
    party, item, method, state = (rows.coded(name) for name in ("交易对方", "商品", "支付方式", "当前状态"))
    category = rows.coded("交易类型")
    words = wording(category, item, party)
    note = rows.coded("备注")
    kind = _kinds(category, state)
    wallet.count_strangers(rows, "交易类型", TYPES)
    booked = rows.times("交易时间", *PATTERNS, zone=ZONE)
    yield Columns(
        {
            "kind": kind,
            "start": booked,
            "time_basis": "stated",
            "precision_s": _precision(rows),
            "party": party,
            "party_is": wallet.side(wording(category), party),
            "detail": item,
            "category": category,
            "status": state,
            "note": note,
            "method": method,
            "instrument": wallet.card_tail(method),
            "amount": rows.money("金额(元)"),
            "fee": wording(note).told(FEE, "fee").cast(MONEY),
            "currency": "CNY",
            # neutral rows have `/`, which is empty by now
            "flow": pc.fill_null(rows.words("收/支", FLOWS, other="neither"), "neither"),
            "refs": wallet.refs(rows, "交易单号", "商户单号"),
            "vehicle": wallet.plate(words),
            "mode": wallet.mode(words),
            "presence": wallet.unvisited(kind, wallet.presence(wording(words, wallet.tapped(method)))),
        },
        own_id=rows.text("交易单号"),
    )
    own_id = rows.text("交易单号")
    for tap in deed_time.bus_taps(wording(party, item), rows.text("商户单号"), booked, ZONE, own_id=own_id):
        yield replace(tap, values={**tap.values, "party": party.take(pa.array(tap.of)), "party_is": "company"})


def _kinds(category: pa.Array, state: pa.Array) -> pa.DictionaryArray:
    """A refunded purchase is re-labelled in its status and stays a purchase; the refund has a row of its own."""
    said = wording(category)
    found = np.select(
        [wording(state).has("关闭|待支付"), said.has("退款"), said.has(MOVED), said.has("^零钱充值$")], [0, 1, 2, 3], 4
    )
    return named(found, ("order", "refund", "transfer", "top_up", "payment"))


def _precision(rows: Cells) -> np.ndarray:
    """A day number of a spreadsheet has no colons and is exact to the second."""
    serial = np.asarray(pc.fill_null(pc.match_substring_regex(rows.text("交易时间"), r"^\d+(\.\d+)?$"), False))  # noqa: FBT003
    return np.where(serial, 1, rows.precision("交易时间").to_numpy(zero_copy_only=False)).astype(np.int32)


IMPORTER = Importer(
    name="wechat",
    collector="tenpay",
    recognise=recognise,
    cells=cells,
    events=events,
    declares=cover.declared,
    zone=ZONE,
)
