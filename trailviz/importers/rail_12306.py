"""China Railway e-ticket (铁路电子客票, 12306): one journey between two stations.

Format: PDF; one ticket, or several pages of them. Known from a description.
Seen: texts of 2026 quoted in public documentation (read 2026-11); no PDF was at hand.
Encoding: none.
Zone: China Standard Time, not written.
Precision: a minute; when the train came in the ticket does not say.
Kept: stations, train, departure and fare; the traveller's name and number are never read.
Left out: nothing.
How to get it: 12306, 订单, 电子发票, or the mail it is sent by.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells
from trailviz.reading.pdf import Page, pages, text

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("time", "from", "to", "train", "amount", "ticket", "seat")
STATION = re.compile(r"(?<!\w)([\u4e00-\u9fff]{1,8}站)(?!\w)")
TRAIN = re.compile(r"(?<![A-Z\d])([GDCZTKYSLP]\d{1,5})(?![A-Z\d])")
LEFT = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日\s*(\d{1,2}:\d\d)\s*开")
FARE = re.compile(r"票价[:：]\s*[￥¥]?\s*([\d,]+\.\d\d)")
NUMBER = re.compile(r"电子客票号[:：]\s*(\w+)")
SEAT = re.compile(r"(\d{1,2}车\S{1,6}号)")
ZONE = "Asia/Shanghai"


def recognise(head: Head) -> Recognition:
    """Look for the words of an e-ticket; no PDF was seen, so it is never certain."""
    if head.kind == "pdf" and ("铁路电子客票" in head.text or "电子客票号" in head.text) and LEFT.search(head.text):
        return Recognition(Confidence.LIKELY, "is a railway e-ticket with its departure")
    return Recognition(Confidence.NO, "is no railway e-ticket")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read each page as a ticket."""
    yield from record_cells((_told(page) for page in pages(file)), NAMES)


def events(rows: Cells) -> Columns:
    """Make a ride of every ticket."""
    return Columns(
        {
            "kind": "ride",
            "start": rows.times("time", "%Y-%m-%d %H:%M", zone=ZONE),
            "time_basis": "stated",
            "precision_s": 60,
            "place": rows.text("from"),
            "end_place": rows.text("to"),
            "service": rows.text("train"),
            "vehicle": rows.text("seat"),
            "mode": "train",
            "amount": rows.money("amount"),
            "currency": "CNY",
            "flow": "out",
            "refs": pa.array(
                [[one] if one else None for one in rows.text("ticket").to_pylist()], pa.list_(pa.string())
            ),
            "presence": "in_person",
        }
    )


def _told(page: Page) -> dict[str, str | None]:
    said = text([page])
    stations = STATION.findall(said)
    left, train, fare, number, seat = (one.search(said) for one in (LEFT, TRAIN, FARE, NUMBER, SEAT))
    return {
        "time": f"{left[1]}-{int(left[2]):02d}-{int(left[3]):02d} {left[4].zfill(5)}" if left else None,
        # the ticket prints where it leaves before where it goes
        "from": stations[0] if stations else None,
        "to": stations[1] if len(stations) > 1 else None,
        "train": train[1] if train else None,
        "amount": fare[1] if fare else None,
        "ticket": number[1] if number else None,
        "seat": seat[1] if seat else None,
    }


IMPORTER = Importer(
    name="rail_12306", collector="china_railway", recognise=recognise, cells=cells, events=events, zone=ZONE
)
