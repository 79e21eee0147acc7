"""Alipay, cashbook (记账本): what the person's own ledger in the app gives, often exported by mistake.

Format: delimited text, 9 columns, a trailing comma; thousands are parted by a full-width comma.
Seen: exports of 2026-06 quoted in public documentation (read 2026-11).
Encoding: GB18030; copies in UTF-8.
Zone: China Standard Time, not written.
Precision: a second.
Kept: every row; metro rides told in the note as rides.
Left out: nothing; it lacks ids, status, counterparty and account, and its advice says so.
How to get it: better not: take the app statement (账单, …, 开具交易流水证明, 用于个人对账).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells
from trailviz.reading.phrases import deed_time, metro, wallet
from trailviz.reading.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("记录时间", "分类", "收支类型", "金额", "备注", "账户", "来源")
OTHERS = ("标签",)
ZONE = "Asia/Shanghai"
# all but the first come of copies that a spreadsheet saved again
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "serial")
FLOWS = {"支出": "out", "收入": "in", "不计收支": "neither", "其他": "neither"}


def recognise(head: Head) -> Recognition:
    """Look for the cashbook's header; never surer than likely, since the statement is the better file."""
    found = head.has_columns(HEADER, optional=OTHERS)
    if found.confidence is Confidence.CERTAIN:
        return Recognition(
            Confidence.LIKELY, "has the header row of the cashbook, which lacks ids, status and counterparty"
        )
    return found


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table under the header."""
    return table_cells(file, HEADER)


def events(rows: Cells) -> Iterator[Columns]:
    """Make an event of every row; the note is what the statement calls the item."""
    start = rows.times("记录时间", *PATTERNS, zone=ZONE)
    note = rows.coded("备注")
    words = wording(note, rows.coded("分类"))
    # the book has no status, so no row of it is an order nobody paid
    kind = wallet.kinds(words, pa.nulls(len(rows), pa.string()), note)
    yield Columns(
        {
            "kind": kind,
            "start": start,
            "time_basis": "stated",
            "precision_s": rows.precision("记录时间"),
            "detail": note,
            "category": rows.text("分类"),
            "method": rows.text("账户"),
            "instrument": wallet.card_tail(rows.text("账户")),
            "amount": rows.money("金额"),
            "currency": "CNY",
            "flow": pc.fill_null(rows.words("收支类型", FLOWS, other="neither"), "neither"),
            "mode": wallet.mode(words),
            "presence": wallet.unvisited(kind, wallet.presence(words)),
        }
    )
    yield from metro.rides(note, start, ZONE)
    yield from deed_time.bike_rides(note, start, ZONE)


IMPORTER = Importer(
    name="alipay_cashbook",
    collector="alipay",
    recognise=recognise,
    cells=cells,
    events=events,
    zone=ZONE,
    lesser="get_statement",
)
