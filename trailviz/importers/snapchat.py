"""Snapchat: location history, and the places it believes you visited.

Format: JSON with keys in English; one row an entry of one of its lists.
Seen: a file quoted in public documentation of 2021 to 2024 (read 2026-11).
Encoding: UTF-8.
Zone: UTC as written beside the times; none beside the dates.
Precision: a second for positions, a day for visits to businesses.
Kept: positions with their accuracy (the figure after ±); businesses and home and work as Snapchat's own conclusions.
Left out: cities without a time.
How to get it: accounts.snapchat.com, My Data, JSON; the file json/location_history.json.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_objects, record_cells, said
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator

POSITION = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:±\s*(\d+(?:\.\d+)?))?[^,]*,\s*(-?\d+(?:\.\d+)?)")
HISTORY, VISITED, HOMES = "Location History", "Businesses and public places you may have visited", "Home & Work"
TOP = 64 << 20


def recognise(head: Head) -> Recognition:
    """Look for the names of its lists."""
    if f"{HISTORY}[]" in head.paths and (HOMES in head.paths or "Frequent Locations[]" in head.paths):
        return Recognition(Confidence.CERTAIN, "has Snapchat's lists of places")
    return Recognition(Confidence.NO, "has none of Snapchat's lists")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the positions, then the businesses, then home and work, each numbered from 1 within its list."""
    for sheet, records in ((HISTORY, _history(file)), (VISITED, _visited(file)), (HOMES, _homes(file))):
        yield from record_cells(records, track.POINT, sheet=sheet, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a fix of every position, and what Snapchat concluded of the rest."""
    return track.events(rows)


def _history(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    for one in json_objects(file, HISTORY):
        yield {"time": _utc(said(one.get("Time"))), **_place(said(one.get("Latitude, Longitude")))}


def _visited(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    for one in json_objects(file, VISITED):
        yield {
            "kind": "note",
            "time": _utc(said(one.get("Date"))),
            "name": said(one.get("Name")),
            "said_by": "inferred",
        }


def _homes(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    import json  # noqa: PLC0415 - only this one small object is read whole

    file.seek(0)
    try:
        found = json.loads(file.read(TOP)).get(HOMES) or {}
    except (ValueError, AttributeError):
        found = {}
    for name, place in found.items() if isinstance(found, dict) else ():
        if said(place):
            yield {"kind": "statement", "name": name.upper(), "said_by": "inferred", **_place(said(place))}


def _utc(text: str | None) -> str | None:
    """Write 2021/01/15 20:26:14 UTC as ISO."""
    return (
        re.sub(
            r"^(\d{4})[/-](\d\d)[/-](\d\d)(?: (\d\d:\d\d:\d\d) UTC)?$",
            # a day alone gets no Z, as its zone is not told
            lambda m: f"{m[1]}-{m[2]}-{m[3]}" + (f"T{m[4]}Z" if m[4] else ""),
            text or "",
        )
        or None
    )


def _place(text: str | None) -> dict[str, str | None]:
    found = POSITION.search(text or "")
    return {"lat": found[1], "accuracy": found[2], "lon": found[3]} if found else {}


IMPORTER = Importer(name="snapchat", collector="snap", recognise=recognise, cells=cells, events=events, zone="UTC")
