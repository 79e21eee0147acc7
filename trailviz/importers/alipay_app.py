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

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells
from trailviz.reading.letters import emptied
from trailviz.reading.phrases import cover, deed_time, metro, wallet
from trailviz.reading.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("交易时间", "交易分类", "交易对方", "商品说明", "收/支", "金额", "收/付款方式", "交易状态", "交易订单号")
# 备注 came in 2023
OTHERS = ("对方账号", "商家订单号", "备注")
ZONE = "Asia/Shanghai"
# all but the first come of copies that a spreadsheet saved again
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "serial")
# 其他 is what 不计收支 was called until January 2023
FLOWS = {"支出": "out", "收入": "in", "不计收支": "neither", "其他": "neither"}
STATES = "成功|等待|关闭|失败"


def recognise(head: Head) -> Recognition:
    """Look for the header row of the app statement, anywhere."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table; what stands around it is its cover sheet."""
    return table_cells(file, HEADER)


def events(rows: Cells) -> Iterator[Columns]:
    """Make an event of every row, and a ride of every metro or bike trip its text tells."""
    booked = rows.times("交易时间", *PATTERNS, zone=ZONE)
    party, item, method = (rows.coded(name) for name in ("交易对方", "商品说明", "收/付款方式"))
    status, category = rows.coded("交易状态"), rows.coded("交易分类")
    told = deed_time.consumed(item, ZONE)
    deed = wording(category, item)
    words = wording(item, party, category)
    kind = wallet.kinds(deed, status, method)
    wallet.count_strangers(rows, "交易状态", STATES)
    own_id = rows.text("交易订单号")
    yield Columns(
        {
            "kind": kind,
            "start": pc.coalesce(told, booked),
            "booked": pc.if_else(pc.is_valid(told), booked, pa.scalar(None, booked.type)),
            "time_basis": "stated",
            "precision_s": rows.precision("交易时间"),
            "party": party,
            "party_is": wallet.side(deed, party),
            "party_account": emptied(rows.coded("对方账号"), "/"),
            "people": wallet.drivers(item),
            "detail": item,
            "category": category,
            "status": status,
            "note": rows.coded("备注"),
            "method": method,
            "instrument": wallet.card_tail(method),
            "amount": rows.money("金额"),
            "currency": "CNY",
            # some neutral rows leave the direction empty
            "flow": pc.fill_null(rows.words("收/支", FLOWS, other="neither"), "neither"),
            "refs": wallet.refs(rows, "交易订单号", "商家订单号"),
            "vehicle": wallet.plate(words),
            "mode": wallet.mode(words),
            "presence": wallet.unvisited(kind, wallet.presence(wording(words, wallet.tapped(method)))),
        },
        own_id=own_id,
    )
    for ride in (
        *metro.rides(item, booked, ZONE, own_id=own_id),
        *deed_time.bike_rides(item, booked, ZONE, own_id=own_id),
        *deed_time.bus_taps(wording(party, item), rows.text("商家订单号"), booked, ZONE, own_id=own_id),
    ):
        pick = pa.array(ride.of)
        # the payment's other side tells in which city's metro it was
        yield replace(ride, values={**ride.values, "party": party.take(pick), "party_is": "company"})


IMPORTER = Importer(
    name="alipay_app",
    collector="alipay",
    recognise=recognise,
    cells=cells,
    events=events,
    declares=cover.declared,
    zone=ZONE,
)
