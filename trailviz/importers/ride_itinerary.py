"""Ride itinerary (行程单) of Didi, and of others on the same template: Caocao, Xiangdao, Huaxiaozhu, Shouqi, Meituan.

Format: PDF; a table of rides, its cells wrapped in mid-word. Known from a description.
Seen: texts of 2020 to 2026 quoted in public documentation (read 2026-11); no PDF was at hand.
Encoding: none.
Zone: China Standard Time, not written.
Precision: a minute; the year stands only in the window above the table.
Kept: every ride with both ends, kind of car and fare.
Left out: nothing.
How to get it: the app's invoice page (开发票), which sends the itinerary (行程单) with the invoice by e-mail.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells
from trailviz.reading.pdf import pages, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADINGS = ("序号", "车型", "上车时间", "城市", "起点", "终点", "里程", "金额")
NAMES = ("time", "city", "from", "to", "car", "amount", "length", "note", "company")
TITLE = re.compile(r"行程单|TRIP TABLE")
WINDOW = re.compile(r"行程(?:起止日期|时间)[：:]\s*(\d{4}-\d\d-\d\d)[ \d:]*[至到—-]+\s*(\d{4}-\d\d-\d\d)")
MOMENT = re.compile(r"^(?:(?P<year>\d{4})-)?(?P<month>\d\d)-(?P<day>\d\d)\s*(?P<clock>\d\d:\d\d)")
NOTES = "备注"
COMPANIES = {"滴滴": "didi", "DIDI": "didi", "曹操": "caocao", "CAOCAO": "caocao", "享道": "xiangdao", "XIANGDAO": "xiangdao", "花小猪": "花小猪打车", "首汽": "shouqi", "美团": "meituan"}  # fmt: skip
ZONE = "Asia/Shanghai"


def recognise(head: Head) -> Recognition:
    """Look for the title and the headings; no PDF was seen, so it is never certain."""
    # 服务商 is a heading of Amap's, which has a reader of its own
    if head.kind != "pdf" or not TITLE.search(head.text) or "服务商" in head.text:
        return Recognition(Confidence.NO, "is no itinerary of rides")
    if "上车时间" in head.text and "起点" in head.text and "终点" in head.text:
        return Recognition(Confidence.LIKELY, "is an itinerary with pick-up times and both ends")
    return Recognition(Confidence.POSSIBLE, "is an itinerary without the headings")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the rides, numbered from 1."""
    found = pages(file)
    whole = text(found)
    window = WINDOW.search(whole)
    since, until = (date.fromisoformat(one) for one in window.groups()) if window else (None, None)
    # in the title alone: further down a place may be called so
    company = next((one for word, one in COMPANIES.items() if word in whole[:400]), "didi")
    # the column of notes is missing in some; its heading may be broken over two lines, so it is tried, not looked for
    listed = list(table(found, (*HEADINGS, NOTES))) or table(found, HEADINGS)
    yield from record_cells((_told(row, since, until, company) for row in listed), NAMES, lines=whole.splitlines()[:20])


def events(rows: Cells) -> Columns:
    """Make a ride of every row; when it ended the itinerary does not say."""
    return Columns(
        {
            "kind": "ride",
            "start": rows.times("time", "%Y-%m-%d %H:%M", zone=ZONE),
            "collector": rows.text("company"),
            "time_basis": "stated",
            "precision_s": 60,
            "place": rows.text("from"),
            "end_place": rows.text("to"),
            "detail": rows.text("length"),
            "note": rows.text("note"),
            "service": rows.text("car"),
            "mode": "car",
            "amount": rows.money("amount"),
            "currency": "CNY",
            "flow": "out",
            "presence": pa.array(["in_person"] * len(rows), pa.string()),
        }
    )


def _told(row: dict[str, str], since: date | None, until: date | None, company: str) -> dict[str, str | None]:
    city = row["城市"]
    return {
        "time": _moment(row["上车时间"], since, until),
        "city": city or None,
        "from": _place(city, row["起点"]),
        "to": _place(city, row["终点"]),
        "car": row["车型"] or None,
        "amount": row["金额"].removesuffix("元") or None,
        "length": f"{row['里程']} km" if row["里程"] else None,
        "note": row.get(NOTES) or None,
        "company": company,
    }


def _place(city: str, text: str) -> str | None:
    """Write `area|place` behind its city, as an address is read."""
    return " ".join(filter(None, (city, *text.split("|")))) if text else None


def _moment(text: str, since: date | None, until: date | None) -> str | None:
    """Write the pick-up time with the year in which it lies in the window; as it stands where there is none."""
    found = MOMENT.match(text)
    if found is None:
        return text or None
    years = [int(found["year"])] if found["year"] else sorted({one.year for one in (since, until) if one})
    for year in years:
        try:
            day = date(year, int(found["month"]), int(found["day"]))
        except ValueError:
            continue
        if found["year"] or (since and until and since <= day <= until):
            return f"{day.isoformat()} {found['clock']}"
    return text


IMPORTER = Importer(name="ride_itinerary", collector="didi", recognise=recognise, cells=cells, events=events, zone=ZONE)
