"""Amap (高德地图) ride itinerary: rides ordered in Amap and driven by other companies, which it names.

Format: PDF; a table of rides, its cells wrapped in mid-word. Known from a description.
Seen: a text of 2026 quoted in public documentation (read 2026-11); no PDF was at hand.
Encoding: none.
Zone: China Standard Time, not written.
Precision: a minute.
Kept: every ride with both ends and the company that drove (服务商): two companies know of it.
Left out: nothing.
How to get it: Amap, 打车, 我的行程, 开发票; the itinerary comes with the invoice by e-mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells
from trailviz.reading.pdf import pages, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADINGS = ("序号", "服务商", "车型", "上车时间", "城市", "起点", "终点", "金额")
NAMES = ("time", "company", "car", "from", "to", "amount")
ZONE = "Asia/Shanghai"
# a cell that wraps between the day and the hour loses its blank
PATTERNS = ("%Y-%m-%d %H:%M", "%Y-%m-%d%H:%M")


def recognise(head: Head) -> Recognition:
    """Look for Amap's title and the heading of the company that drove; no PDF was seen, so it is never certain."""
    if head.kind == "pdf" and ("AMAP ITINERARY" in head.text or "高德" in head.text) and "服务商" in head.text:
        return Recognition(Confidence.LIKELY, "is Amap's itinerary with the companies that drove")
    return Recognition(Confidence.NO, "is not Amap's itinerary")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the rides, numbered from 1."""
    found = pages(file)
    yield from record_cells((_told(row) for row in table(found, HEADINGS)), NAMES, lines=text(found).splitlines()[:20])


def events(rows: Cells) -> Columns:
    """Make a ride of every row; the other side is the company that drove."""
    return Columns(
        {
            "kind": "ride",
            "start": rows.times("time", *PATTERNS, zone=ZONE),
            "time_basis": "stated",
            "precision_s": 60,
            "party": rows.text("company"),
            "party_is": "company",
            "place": rows.text("from"),
            "end_place": rows.text("to"),
            "service": rows.text("car"),
            "mode": "car",
            "amount": rows.money("amount"),
            "currency": "CNY",
            "flow": "out",
            "presence": "in_person",
        }
    )


def _told(row: dict[str, str]) -> dict[str, str | None]:
    city = row["城市"]
    return {
        "time": row["上车时间"] or None,
        "company": row["服务商"] or None,
        "car": row["车型"] or None,
        "from": f"{city} {row['起点']}".strip() or None,
        "to": f"{city} {row['终点']}".strip() or None,
        "amount": row["金额"].removesuffix("元") or None,
    }


IMPORTER = Importer(name="amap_itinerary", collector="amap", recognise=recognise, cells=cells, events=events, zone=ZONE)
