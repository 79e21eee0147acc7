"""Bike rides of Lyft's cities (Citi Bike, Bay Wheels, Divvy …) as people save them from their account's page. From a description.

Format: JSON list of rides, one object each, as a script in the browser's console saves them; or the page's own answer around such a list.
Seen: the keys described in public documentation of such scripts (read 2026-11); no person's file was at hand.
Encoding: UTF-8.
Zone: none is needed: milliseconds since 1970.
Precision: a thousandth of a second.
Kept: every ride with both stations, the bike and the price.
Left out: nothing. Which city's system it is the file does not say.
How to get it: account.citibikenyc.com or account.baywheels.com, ride history: there is no button, a script in the console saves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import (
    Cells,
    Columns,
    Confidence,
    Head,
    Importer,
    Recognition,
    json_document,
    json_objects,
    record_cells,
    said,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = ("id", "start", "end", "from", "to", "bike", "price", "note")
KEYS = ("rideId", "startTimeMs", "endTimeMs")
ANSWER = ("data", "member", "rideHistory")
LIST = "rideHistoryList"
WAYS = ("", "rides.", f"{'.'.join(ANSWER)}.{LIST}.")
LISTED_LINES = 8


def recognise(head: Head) -> Recognition:
    """Look for rides by their keys, wherever the list stands; no person's file was seen, so it is never certain."""
    for way in WAYS:
        if all(f"{way}item.{key}" in head.paths for key in KEYS):
            return Recognition(Confidence.LIKELY, "has rides with a beginning and an end in milliseconds")
    return Recognition(Confidence.NO, "has no rides in milliseconds")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the rides, numbered from 1."""
    start = file.read(1 << 16)
    file.seek(0)
    found: Iterator[object]
    # the page's own answer nests its list deeper than `json_objects` looks
    if f'"{LIST}"'.encode() in start:
        listed = within(json_document(file), *ANSWER).get(LIST)
        found = iter(listed if isinstance(listed, list) else ())
    else:
        found = json_objects(file, None if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") else "rides")
    yield from record_cells((_told(one if isinstance(one, dict) else {}) for one in found), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a ride of every object; what it cost is part of it."""
    price = rows.text("price")
    start = rows.times("start", "unix_ms", "ISO8601", zone="UTC")
    end = rows.times("end", "unix_ms", "ISO8601", zone="UTC")
    # a sum without its sign may be of any country's money
    dollars = pc.fill_null(pc.match_substring(price, "$"), False)  # noqa: FBT003
    return Columns(
        {
            "kind": "ride",
            "start": start,
            # without its beginning a ride is unreadable: the end alone must not date it
            "end": pc.if_else(pc.is_valid(start), end, pa.scalar(None, end.type)),
            "time_basis": "stated",
            "precision_s": 1,
            "place": rows.text("from"),
            "end_place": rows.text("to"),
            "mode": "bike",
            "vehicle": rows.text("bike"),
            "note": rows.text("note"),
            "amount": rows.money("price"),
            "currency": pc.if_else(dollars, pa.scalar("USD"), pa.scalar(None, pa.string())),
            "flow": "out",
            "presence": "in_person",
        },
        own_id=rows.text("id"),
    )


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    price = one.get("price")
    lines = one.get("lineItems")
    titles = (
        [said(line.get("title")) for line in lines[:LISTED_LINES] if isinstance(line, dict)]
        if isinstance(lines, list)
        else []
    )
    return {
        "id": said(one.get("rideId")),
        "start": said(one.get("startTimeMs")),
        "end": said(one.get("endTimeMs")),
        "from": said(one.get("startAddress")) or said(one.get("startAddressStr")),
        "to": said(one.get("endAddress")) or said(one.get("endAddressStr")),
        "bike": said(one.get("rideableName")),
        "price": said(within(one, "price").get("formatted")) if isinstance(price, dict) else said(price),
        "note": "; ".join(filter(None, titles)) or None,
    }


IMPORTER = Importer(
    name="lyft_bikes", collector="motivate", recognise=recognise, cells=cells, events=events, zone="UTC"
)
