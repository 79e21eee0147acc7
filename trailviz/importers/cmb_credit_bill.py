"""China Merchants Bank (招商银行), monthly bill of a credit card: days without a year. Known from a description.

Format: PDF, the bill's page as it comes by e-mail (HTML), or a table made of either (CSV, XLSX); six columns or seven. A day is `MM/DD`
    or `MMDD`, its year stands in the title (`2024年12月`), at 账单日, or in the bill's window.
Seen: texts and headers of 2020 to 2026 quoted in public documentation (read 2026-11); no bill was at hand.
Encoding: GB18030 or UTF-8.
Zone: China Standard Time, not written.
Precision: a day.
Kept: every line with wallet and shop, card tail and, where it was paid abroad, the sum there with the country.
Left out: nothing; a day is in the last year in which it is not after the bill, and without a bill's date it is unreadable.
How to get it: app 掌上生活, 账单, 补寄账单 (PDF); or the bill that comes by e-mail, saved as a page.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells, table_cells
from trailviz.reading.head import text_of
from trailviz.reading.html import lines
from trailviz.reading.pdf import pages, text
from trailviz.reading.phrases import bank_cn, wallet
from trailviz.reading.xlsx import first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEADER = ("交易日", "记账日", "交易摘要", "人民币金额", "卡号末四位")
OTHERS = ("交易地金额", "交易地")
NAMES = (*HEADER, *OTHERS)
TITLE = re.compile(r"招商银行.{0,4}信用卡|CMB Credit Card Statement")
DAY_OF_BILL = re.compile(
    r"账单日\D{0,24}?(20\d\d)年(\d\d?)月(\d\d?)日|20\d\d/\d\d/\d\d\s*[-—至]\s*(20\d\d)/(\d\d)/(\d\d)"
)
MONTH_OF_BILL = re.compile(r"(20\d\d)年\s*(\d\d?)月|Statement \((20\d\d)[./](\d\d?)\)")
DAY = re.compile(r"^(?:(?P<year>20\d\d)[-/]?)?(?P<month>\d\d)[-/]?(?P<day>\d\d)$")
AMOUNT = r"[¥￥]?\s*-?[\d,]+\.\d\d"
LINE = re.compile(
    rf"^(?P<first>\d\d/\d\d)(?:\s+(?P<second>\d\d/\d\d))?\s+(?P<what>.+?)\s+(?P<amount>{AMOUNT})\s+(?P<tail>[0-9A-Z]{{4}})\s+(?P<abroad>{AMOUNT}(?:\([A-Z]{{2}}\))?)$"
)
MAILED = re.compile(
    # a second day is the booking's, and never a description
    rf"^(?:(?P<first>\d\d/?\d\d)\n)?(?P<second>\d\d/?\d\d)\n(?P<what>(?!\d\d/?\d\d\n)[^\n]+)\n(?P<amount>{AMOUNT})\n(?P<tail>[0-9A-Z]{{4}})"
    rf"(?:\n(?P<country>[A-Z]{{2}}))?(?:\n(?P<abroad>{AMOUNT}))?$",
    re.MULTILINE,
)
BEGINS = re.compile(r"^\d\d/\d\d(\s|$)")
KINDS = ((r"还款", "transfer"), (r"退款|退货", "refund"))
HOME = r"\(CN\)$"
LONGEST_WRAP = 3
# in a leap year, so that 29 February is a day
LEAP_YEAR = 2024
ZONE = "Asia/Shanghai"


def recognise(head: Head) -> Recognition:
    """Look for the title and the columns; no bill was seen, so it is never certain."""
    if head.kind in {"pdf", "html"}:
        if TITLE.search(head.text) and "交易摘要" in head.text and "人民币金额" in head.text:
            return Recognition(Confidence.LIKELY, "is a bill of this bank's credit card")
        return Recognition(Confidence.NO, "is no bill of this bank's credit card")
    said = head.has_columns(HEADER, optional=OTHERS)
    return Recognition(min(said.confidence, Confidence.LIKELY), said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the lines, each day with its year where the bill tells it."""
    start = file.read(1 << 16)
    file.seek(0)
    if start.startswith(b"%PDF"):
        whole = text(pages(file))
        yield from _recorded(_printed(whole.splitlines()), whole)
    elif b"<html" in start.lower() or b"<table" in start.lower():
        whole = "\n".join(lines(file))
        yield from _recorded(_mailed(whole), whole)
    else:
        # a workbook's title cannot be searched for in its packed bytes
        rows = first_rows(file) if start.startswith((b"PK", b"\xd0\xcf")) else ()
        bill = _bill("\n".join(" ".join(row) for row in rows) or text_of(start))
        for found in table_cells(file, HEADER):
            days = {name: _dated(found.text(name), bill) for name in HEADER[:2]}
            yield replace(found, columns={**found.columns, **days}, unreadable=found.unreadable)


def events(rows: Cells) -> Columns:
    """Make an event of every line; a minus is money that came back to the card."""
    what = rows.text("交易摘要")
    words = pc.fill_null(what, "")
    signs = rows.signs("人民币金额")
    booked = rows.times("记账日", "%Y-%m-%d", zone=ZONE)
    there = rows.text("交易地金额")
    at_home = pc.fill_null(pc.match_substring_regex(there, HOME), False)  # noqa: FBT003
    abroad = pc.if_else(at_home, pa.scalar(None, pa.string()), there)
    kinds = pc.case_when(pc.make_struct(*(pc.match_substring_regex(words, one) for one, _ in KINDS)), *(pa.scalar(kind) for _, kind in KINDS), pa.scalar("payment"))  # fmt: skip
    yearless = pc.match_substring_regex(pc.coalesce(rows.text("交易日"), rows.text("记账日")), r"^\d\d/?\d\d$")
    if undated := pc.sum(yearless).as_py():
        rows.notices["year_missing"] += undated
    told = bank_cn.tell(words, what)
    return Columns(
        {
            **told,
            "presence": wallet.unvisited(kinds, told["presence"]),
            "kind": kinds,
            "start": pc.coalesce(rows.times("交易日", "%Y-%m-%d", zone=ZONE), booked),
            "booked": booked,
            "time_basis": "stated",
            "precision_s": 86_400,
            "detail": what,
            # at home both sums are the same, and say nothing
            "note": pc.if_else(pc.equal(abroad, rows.text("人民币金额")), None, abroad),
            "instrument": rows.text("卡号末四位"),
            "amount": rows.money("人民币金额"),
            "currency": "CNY",
            "flow": pa.array(np.select([signs > 0, signs < 0], ["out", "in"], "neither")),
        }
    )


def _recorded(found: Iterator[dict[str, str | None]], whole: str) -> Iterator[Cells]:
    bill = _bill(whole)
    dated = ({**one, **{name: _day(one.get(name), bill) for name in HEADER[:2]}} for one in found)
    yield from record_cells(dated, NAMES, lines=whole.splitlines()[:20])


def _printed(told: Sequence[str]) -> Iterator[dict[str, str | None]]:
    """Read the lines of a PDF; one whose description wraps is joined with those after it."""
    for at, line in enumerate(told):
        if not BEGINS.match(line):
            continue
        joined = line
        for more in range(LONGEST_WRAP):
            if (found := LINE.match(joined)) or (
                more and BEGINS.match(told[at + more] if at + more < len(told) else "")
            ):
                break
            joined = f"{joined} {told[at + more + 1]}" if at + more + 1 < len(told) else joined
        if found is None:
            # a line that begins with a day and is no row we know is told as one that cannot be read
            yield {"记账日": None, "交易摘要": line}
            continue
        first, second = found["first"], found["second"]
        yield {
            "交易日": first if second else None, "记账日": second or first, "交易摘要": found["what"], "人民币金额": found["amount"],
            "卡号末四位": found["tail"], "交易地金额": found["abroad"],
        }  # fmt: skip


def _mailed(whole: str) -> Iterator[dict[str, str | None]]:
    """Read the cells of a page, each on its own line: one day or two, what, the sum, the card, the country, the sum there."""
    read = 0
    for found in MAILED.finditer(whole):
        yield from _unread(whole[read : found.start()])
        read = found.end()
        abroad, country = found["abroad"], found["country"]
        yield {
            "交易日": found["first"], "记账日": found["second"], "交易摘要": found["what"], "人民币金额": found["amount"],
            "卡号末四位": found["tail"], "交易地金额": f"{abroad}({country})" if abroad and country else abroad, "交易地": country,
        }  # fmt: skip
    yield from _unread(whole[read:])


def _unread(between: str) -> Iterator[dict[str, str | None]]:
    """Tell of a day that stands between the rows that were read: what follows it is a row that cannot be."""
    days = (DAY.match(line) for line in between.splitlines())
    if any(day and _real(LEAP_YEAR, int(day["month"]), int(day["day"])) for day in days):
        yield {"记账日": None, "交易摘要": None, "人民币金额": None}


def _bill(whole: str) -> date | None:
    """Answer the day of the bill: as it says, else the last of the month its title names."""
    # the day first, since the month in the title ends later than the bill does
    if found := DAY_OF_BILL.search(whole):
        year, month, day = (int(one) for one in found.groups() if one)
        return _real(year, month, day)
    if found := MONTH_OF_BILL.search(whole):
        year, month = (int(one) for one in found.groups() if one)
        return _real(year, month, calendar.monthrange(year, month)[1]) if 1 <= month <= 12 else None  # noqa: PLR2004 - months
    return None


def _dated(days: pa.Array, bill: date | None) -> pa.Array:
    coded = days.dictionary_encode()
    told = pa.array([_day(one, bill) for one in coded.dictionary.to_pylist()], pa.string())
    return told.take(coded.indices) if len(told) else days


def _day(written: str | None, bill: date | None) -> str | None:
    """Write a day with its year: the last in which it is not after the bill; as it stands where nothing tells."""
    found = DAY.match(written or "")
    if found is None:
        return written
    if found["year"]:
        return f"{found['year']}-{found['month']}-{found['day']}"
    if bill is None:
        return written
    for year in (bill.year, bill.year - 1):
        day = _real(year, int(found["month"]), int(found["day"]))
        if day and day <= bill:
            return day.isoformat()
    return written


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


IMPORTER = Importer(name="cmb_credit_bill", collector="cmb", recognise=recognise, cells=cells, events=events, zone=ZONE)
