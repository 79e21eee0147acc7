"""ICBC (工商银行), history of a debit account as PDF: date and time on two lines, the wallet as the other side.

Format: PDF; 13 columns, its cells wrapped in mid-word. Known from a description.
Seen: a text of 2026 quoted in public documentation (read 2026-11); no PDF was at hand.
Encoding: none.
Zone: China Standard Time, not written.
Precision: a second.
Kept: every row; wallet and shop as `phrases.bank_cn` tells them.
Left out: nothing. Sums at the foot of a page are no rows.
How to get it: ICBC app, 我的, 明细, 导出, 历史明细（电子版）; it comes by e-mail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells
from trailviz.reading.pdf import pages, table, text
from trailviz.reading.phrases import bank_cn

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADINGS = (
    "交易日期",
    "账号",
    "储种",
    "序号",
    "币种",
    "钞汇",
    "摘要",
    "地区",
    "收入/支出金额",
    "余额",
    "对方户名",
    "对方账号",
    "渠道",
)
NAMES = ("time", "what", "amount", "party", "account", "channel", "currency")
DATE = r"\d{4}-(?:\d\d-?(?:\d\d)?)?"  # a narrow column breaks it
MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)\s*(\d\d:\d\d:\d\d)?")
CURRENCIES = {"人民币": "CNY", "美元": "USD", "港币": "HKD", "欧元": "EUR"}
KINDS = {"退款": "refund", "他行汇入": "transfer", "转账": "transfer"}
ZONE = "Asia/Shanghai"


def recognise(head: Head) -> Recognition:
    """Look for the title, as narrow headings are broken; no PDF was seen, so it is never certain."""
    if head.kind == "pdf" and "工商银行" in head.text and "借记账户历史明细" in head.text:
        return Recognition(Confidence.LIKELY, "is ICBC's history of an account")
    return Recognition(Confidence.NO, "is not ICBC's history of an account")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the rows, numbered from 1."""
    found = pages(file)
    rows = (_told(row) for row in table(found, HEADINGS, DATE))
    yield from record_cells(rows, NAMES, lines=text(found[:1]).splitlines()[:20])


def events(rows: Cells) -> Columns:
    """Make an event of every row."""
    what, party = rows.text("what"), rows.text("party")
    words = pc.binary_join_element_wise(pc.fill_null(party, ""), pc.fill_null(what, ""), " ")
    signs = rows.signs("amount")
    kinds = pa.array([KINDS.get(one or "", "payment") for one in what.to_pylist()], pa.string())
    return Columns(
        {
            "kind": kinds,
            "start": rows.times("time", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", zone=ZONE),
            "time_basis": "stated",
            "precision_s": rows.precision("time"),
            "detail": what,
            "method": rows.text("channel"),
            "amount": rows.money("amount"),
            "currency": rows.text("currency"),
            "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
            **bank_cn.tell(words, party),
            # the bank has the account in a column of its own, so it need not be parted from the name
            "party_account": rows.text("account"),
        }
    )


def _told(row: dict[str, str]) -> dict[str, str | None]:
    moment = MOMENT.match(row["交易日期"])
    empty = {"", "（空）", "(空)"}
    party, account = (None if row[name] in empty else row[name] for name in ("对方户名", "对方账号"))
    return {
        "time": " ".join(filter(None, moment.groups())) if moment else row["交易日期"] or None,
        "what": row["摘要"] or None,
        "amount": row["收入/支出金额"] or None,
        "party": party,
        "account": account,
        "channel": row["渠道"] or None,
        "currency": CURRENCIES.get(row["币种"], row["币种"] or None),
    }


IMPORTER = Importer(name="icbc_history", collector="icbc", recognise=recognise, cells=cells, events=events, zone=ZONE)
