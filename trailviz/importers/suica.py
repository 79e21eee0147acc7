"""Mobile Suica, balance and use (残高ご利用明細): stations of the last hundred journeys.

Format: PDF; a table of months and days without a year. Known from a description.
Seen: texts of 2023 to 2026 quoted in public documentation (read 2026-11); no PDF was at hand.
Encoding: none.
Zone: Japan Standard Time, not written.
Precision: a day; no time of day is told. The year is the last one before the day the list was made.
Kept: journeys with both stations, buses, purchases, money put on the card.
Left out: balances carried over (`balance_row`).
How to get it: mobilesuica.com, SF(電子マネー)利用履歴, 印刷用 PDF.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells
from trailviz.reading.pdf import pages, text

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("time", "sort", "from", "to", "amount", "carried")
# the backslash is what a Japanese yen sign becomes
ROW = re.compile(
    r"^(?P<month>\d{1,2}) (?P<day>\d{1,2}) (?P<rest>.+?) [\\¥￥](?P<balance>[\d,]+)(?: (?P<sum>[+-]?[\d,]+))?$"
)
MADE = re.compile(r"(20\d\d)\s*[年/.]\s*(\d{1,2})\s*[月/.]\s*(\d{1,2})")
# 定, a commuter's pass, may stand at both ends
ENTRY, EXIT = ("入", "定", "*入"), ("出", "定", "*出")
BUS, LOADED, CARRIED = "バス等", ("オート", "カード", "現金", "チャージ", "入金"), "繰"
ZONE = "Asia/Tokyo"


def recognise(head: Head) -> Recognition:
    """Look for the title; no PDF was seen, so it is never certain."""
    if (
        head.kind == "pdf"
        and re.search("[ＳS][ｕu][ｉi][ｃc][ａa]", head.text)
        and "残高" in head.text
        and "明細" in head.text
    ):
        return Recognition(Confidence.LIKELY, "is Mobile Suica's list of uses")
    return Recognition(Confidence.NO, "is not Mobile Suica's list of uses")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the rows, numbered from 1."""
    lines = text(pages(file)).splitlines()
    made = next((found for line in lines if (found := MADE.search(line))), None)
    until = _day(int(made[1]), int(made[2]), int(made[3])) if made else None
    rows = (found for line in lines if (found := ROW.match(line.strip())))
    yield from record_cells((_told(one, until) for one in rows), NAMES, lines=lines[:20])


def events(rows: Cells) -> Columns:
    """Make a ride, a purchase or a top-up of every row."""
    rows.leave_out(np.asarray(pc.is_valid(rows.text("carried"))), "balance_row")
    sort = rows.text("sort")
    signs = rows.signs("amount")
    return Columns(
        {
            "kind": pc.fill_null(sort, "payment"),
            "start": rows.times("time", "%Y-%m-%d", zone=ZONE),
            "time_basis": "stated",
            "precision_s": 86_400,
            "place": rows.text("from"),
            "end_place": rows.text("to"),
            "mode": pc.if_else(pc.equal(sort, "ride"), pc.if_else(pc.is_valid(rows.text("to")), "train", "bus"), pa.scalar(None, pa.string())),
            "amount": rows.money("amount"),
            "currency": "JPY",
            "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
            "presence": "in_person",
        }
    )  # fmt: skip


def _told(found: re.Match[str], until: date | None) -> dict[str, str | None]:
    words = unicodedata.normalize("NFKC", found["rest"]).split(" ")  # the list writes ﾊﾞｽ in half-width letters
    first, last = (next((at for at, word in enumerate(words) if word in sorts), None) for sorts in (ENTRY, EXIT))
    if first is not None and last == first:
        last = next((at for at, word in enumerate(words) if at > first and word in EXIT), None)
    ride = first is not None and last is not None and first < last
    sort = "ride" if ride or BUS in words else "top_up" if any(one in words[0] for one in LOADED) else "payment"
    return {
        "time": _latest(int(found["month"]), int(found["day"]), until),
        "sort": sort,
        "from": " ".join(words[first + 1 : last]) or None if ride and first is not None else None,
        "to": " ".join(words[last + 1 :]) or None if ride and last is not None else None,
        "amount": found["sum"],
        "carried": "yes" if CARRIED in words[0] else None,
    }


def _latest(month: int, day: int, until: date | None) -> str:
    """Write the last such day before the list was made; without that day, as it stands."""
    for year in (until.year, until.year - 1) if until else ():
        found = _day(year, month, day)
        if found is not None and until is not None and found <= until:
            return found.isoformat()
    return f"{month}/{day}"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


IMPORTER = Importer(name="suica", collector="jr_east", recognise=recognise, cells=cells, events=events, zone=ZONE)
