"""Alipay, app statement (电子客户回单): the layouts of 2021, 2023, 2025 and 2026.

Format: delimited text; 11 or 12 columns found by name; the cover sheet stands before the table, in 2021 after it.
Seen: exports of 2021-06, 2022-11, 2023-02, 2025-10 and 2026-07 quoted in public documentation (read 2026-11).
Encoding: GB18030; copies in UTF-8.
Zone: China Standard Time, not written.
Precision: a second; a minute where a spreadsheet dropped the seconds.
Kept: every row, also closed orders (an order), neutral rows and refunds; metro rides told in the item's text as rides.
Left out: nothing.
How to get it: Alipay app, 我的, 账单, …, 开具交易流水证明, 用于个人对账; it comes by e-mail as a locked zip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells
from trailviz.reading.phrases import cover, metro, wallet

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("交易时间", "交易分类", "交易对方", "商品说明", "收/支", "金额", "收/付款方式", "交易状态", "交易订单号")
OTHERS = ("对方账号", "商家订单号", "备注")
ZONE = "Asia/Shanghai"
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "serial")
FLOWS = {"支出": "out", "收入": "in", "不计收支": "neither", "其他": "neither"}


def recognise(head: Head) -> Recognition:
    """Look for the header row of the app statement, anywhere."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table; what stands around it is its cover sheet."""
    return table_cells(file, HEADER)


def events(rows: Cells) -> Iterator[Columns]:
    """Make an event of every row, and a ride of every metro trip its text tells."""
    start = rows.times("交易时间", *PATTERNS, zone=ZONE)
    party, item, method = rows.text("交易对方"), rows.text("商品说明"), rows.text("收/付款方式")
    status, category = rows.text("交易状态"), rows.text("交易分类")
    words = wallet.joined(item, party, method, category)
    yield Columns(
        {
            "kind": wallet.kinds(wallet.joined(category, item), status, method),
            "start": start,
            "time_basis": "stated",
            "precision_s": rows.precision("交易时间"),
            "party": party,
            "party_is": wallet.side(words, party),
            "party_account": _account(rows),
            "detail": item,
            "category": category,
            "status": status,
            "note": rows.text("备注"),
            "method": method,
            "instrument": wallet.card_tail(method),
            "amount": rows.money("金额"),
            "currency": "CNY",
            "flow": rows.words("收/支", FLOWS, other="neither"),
            "refs": wallet.refs(rows, "交易订单号", "商家订单号"),
            "vehicle": wallet.plate(words),
            "mode": wallet.mode(words),
            "presence": wallet.presence(words),
        },
        own_id=rows.text("交易订单号"),
    )
    yield from metro_rides(rows, item, party, start, "交易订单号")


def metro_rides(rows: Cells, item: pa.Array, party: pa.Array, booked: pa.Array, own_id: str) -> Iterator[Columns]:
    """Make rides of metro trips: both stations, and both taps where the text has them; booked later than ridden."""
    found = metro.rides(item, ZONE)
    if not len(found.of):
        return
    pick = pa.array(found.of)
    timed = pc.and_(pc.is_valid(found.tap_in), pa.array(~metro.swapped(found)))
    none = pa.scalar(None, booked.type)
    yield Columns(
        {
            "kind": "ride",
            "mode": "metro",
            "start": pc.if_else(timed, found.tap_in, booked.take(pick)),
            "end": pc.if_else(timed, found.tap_out, none),
            "booked": booked.take(pick),
            "time_basis": pc.if_else(timed, "stated", "unknown"),
            "precision_s": 1,
            "party": party.take(pick),
            "party_is": "company",
            "place": found.enter,
            "end_place": found.leave,
            "presence": "in_person",
        },
        of=found.of,
        part=1,
        parent_part=0,
        own_id=rows.text(own_id),
    )


def _account(rows: Cells) -> pa.Array:
    account = rows.text("对方账号")
    return pc.if_else(pc.equal(account, "/"), pa.scalar(None, pa.string()), account)


IMPORTER = Importer(
    name="alipay_app",
    collector="alipay",
    recognise=recognise,
    cells=cells,
    events=events,
    declares=cover.declared,
    zone=ZONE,
)

