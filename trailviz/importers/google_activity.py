"""Google Takeout, My Activity: searches, looks at the map and payments, with where Google says you were.

Format: a web page of like blocks, or JSON; one activity a block. The page's dates are in the account's language: English is read.
Seen: a page of 2018 and a JSON of 2019 in public test files; Google Pay in India quoted in public documentation (read 2026-11).
Encoding: UTF-8.
Zone: an abbreviation behind the time since about 2021; before, none: assumed.
Precision: a second.
Kept: every activity as a search; where it names where you were, that area or address; payments of Google Pay in India.
Left out: nothing.
How to get it: takeout.google.com, My Activity, all activity types; choose JSON rather than HTML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_objects, record_cells, said
from trailviz.reading.html import Block, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = ("time", "what", "product", "basis", "lat", "lon", "paid", "amount", "other", "account")
BLOCK = "outer-cell"
WHEN = re.compile(
    r"^(?P<day>[A-Z][a-z]{2} \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2,3} \d{4}), (?P<clock>\d{1,2}:\d\d:\d\d(?: ?[AP]M)?)(?: (?P<zone>[A-Z]{2,5}|GMT[+-]\d\d:\d\d))?$"
)
ZONES = {
    # IST is India's here: the pages seen with it were those of Google Pay in India
    "UTC": "+00:00", "GMT": "+00:00", "BST": "+01:00", "CET": "+01:00", "CEST": "+02:00", "EET": "+02:00", "EEST": "+03:00", "IST": "+05:30",
    "SGT": "+08:00", "HKT": "+08:00", "JST": "+09:00", "EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00",
    "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00", "AEST": "+10:00", "AEDT": "+11:00",
}  # fmt: skip
PATTERNS = (
    "%b %d, %Y %I:%M:%S %p %z", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y %H:%M:%S %z", "%b %d, %Y %H:%M:%S", "%d %b %Y %H:%M:%S %z",
    "%d %b %Y %H:%M:%S", "ISO8601",
)  # fmt: skip
# Where Google says the person was; an address it shows on the map (`@lat,lng`) is where they looked.
WAS_AT = re.compile(r"[?&](?:center|q)=(?P<lat>-?\d{1,2}\.\d+)(?:,|%2C)(?P<lon>-?\d{1,3}\.\d+)")
BASIS = re.compile(r"^(From your|At this|Around|Based on|From )[^:]*")
CONCLUDED = r"(?i)home|work|past activity|based on|places you"
# "General area" is at least 3 km² with many people in it (policies.google.com/technologies/location-data, read 2026-11).
AREA_M = 1_000.0
PAID = re.compile(
    r"^(?P<paid>Paid|Sent|Received) (?:₹|INR ?|Rs\.? ?)(?P<amount>[\d,]+(?:\.\d\d)?)(?: (?:to|from) (?P<other>.+?))?(?: using (?P<account>.*?))?$"
)
KINDS = {"Paid": "payment", "Sent": "transfer", "Received": "transfer"}


def recognise(head: Head) -> Recognition:
    """Look for the page's title and blocks, or for activities with header, title and time."""
    if head.kind == "html" and BLOCK in head.text and "mdl-cell" in head.text:
        return Recognition(Confidence.CERTAIN, "is a page of My Activity")
    if {"item.header", "item.title", "item.time"} <= head.paths and "item.products[]" in head.paths:
        return Recognition(Confidence.CERTAIN, "has activities with header, title, time and products")
    return Recognition(Confidence.NO, "has no activities")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the activities, numbered from 1."""
    start = file.read(256).lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    file.seek(0)
    told = (
        (_of_object(one) for one in json_objects(file, None))
        if start in {b"[", b"{"}
        else (_of_block(one) for one in blocks(file, BLOCK))
    )
    yield from record_cells(told, NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a search of every activity, or the payment it tells of."""
    paid = rows.text("paid")
    known = pc.is_valid(paid)
    lat, lon = rows.numbers("lat", low=-90, high=90), rows.numbers("lon", low=-180, high=180)
    kinds = pa.array([KINDS.get(one or "", "search") for one in paid.to_pylist()], pa.string())
    nothing = pa.scalar(None, pa.string())
    return Columns(
        {
            "kind": kinds,
            "start": rows.times("time", *PATTERNS),
            "time_basis": "stated",
            "precision_s": 1,
            "zone_basis": "assumed",
            "detail": rows.text("what"),
            "service": rows.text("product"),
            "note": rows.text("basis"),
            "lat": lat,
            "lon": lon,
            "accuracy_m": pc.if_else(pc.is_valid(lat), pa.scalar(AREA_M), pa.scalar(None, pa.float64())),
            "datum": "wgs84",
            "party": rows.text("other"),
            "party_is": pc.if_else(pc.is_valid(rows.text("other")), pa.scalar("unknown"), nothing),
            "amount": rows.money("amount"),
            "currency": pc.if_else(known, pa.scalar("INR"), nothing),
            "flow": pc.if_else(known, pc.if_else(pc.equal(paid, "Received"), "in", "out"), "neither"),
            "method": rows.text("account"),
            "instrument": pc.struct_field(pc.extract_regex(rows.text("account"), r"X(?P<tail>\d{3,4})$"), "tail"),
            "presence": pc.if_else(pc.is_valid(lat), "in_person", "unknown"),
            "said_by": pc.if_else(
                pc.match_substring_regex(pc.fill_null(rows.text("basis"), ""), CONCLUDED), "inferred", "recorded"
            ),
        }
    )


def _of_block(block: Block) -> dict[str, str | None]:
    """Take a block apart: its product, what was done, when, and where Google says the person was."""
    # English pages part clock and AM by a narrow no-break blank
    plain = [line.replace("\u202f", " ").replace("\xa0", " ") for line in block.lines]
    at = next((number for number, line in enumerate(plain) if WHEN.match(line)), None)
    # without a time that can be read, the last line before the caption is what stood in its place
    end = at if at is not None else max(1, min((plain.index(mark) for mark in ("Products:",) if mark in plain), default=len(plain)) - 1)  # fmt: skip
    found = WHEN.match(plain[at]) if at is not None else None
    what = " ".join(plain[1:end]) or None
    paid = PAID.match(plain[1]) if len(plain) > 1 else None
    was_at = next((hit for link in block.links if (hit := WAS_AT.search(link)) and "maps" in link), None)
    basis = next((hit[0] for line in plain[end:] if (hit := BASIS.match(line))), None)
    return {
        "time": _written(found) if found else (plain[end] if end < len(plain) else None),
        "what": what,
        "product": plain[0] if plain else None,
        "basis": basis,
        "lat": was_at["lat"] if was_at else None,
        "lon": was_at["lon"] if was_at else None,
        **({name: paid[name] for name in ("paid", "amount", "other", "account")} if paid else {}),
    }


def _written(found: re.Match[str]) -> str:
    """Write a page's time with its offset, where its abbreviation fixes one."""
    zone = found["zone"] or ""
    offset = ZONES.get(zone) or (zone[3:] if zone.startswith("GMT") and len(zone) > len("GMT") else "")
    # British pages write four letters, of which strptime knows three
    day = found["day"].replace("Sept", "Sep")
    clock = re.sub(r"(\d) ?([AP]M)$", r"\1 \2", found["clock"])
    return " ".join(filter(None, (day, clock, offset)))


def _of_object(one: Mapping[str, Any]) -> dict[str, str | None]:
    spots = [spot for spot in one.get("locationInfos") or () if isinstance(spot, dict)]
    hits = [(spot, hit) for spot in spots if (hit := WAS_AT.search(said(spot.get("url")) or ""))]
    spot, was_at = hits[0] if hits else ({}, None)
    basis = [said(spot.get(key)) for key in ("source", "name")] if spot else []
    return {
        "time": said(one.get("time")),
        "what": said(one.get("title")),
        "product": said(one.get("header")),
        "basis": ", ".join(filter(None, basis)) or None,
        "lat": was_at["lat"] if was_at else None,
        "lon": was_at["lon"] if was_at else None,
    }


IMPORTER = Importer(name="google_activity", collector="google", recognise=recognise, cells=cells, events=events)
