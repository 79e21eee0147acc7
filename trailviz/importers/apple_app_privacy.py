"""Apple App Privacy Report: which app read your location, and which companies apps spoke to.

Format: one JSON object a line: an access to a sensor, or a domain an app called.
Seen: a public sample of 2022 described in public documentation (read 2026-11).
Encoding: UTF-8.
Zone: the offset beside each time.
Precision: a second.
Kept: accesses of apps to location, microphone and others; a domain's first contact in the week, with its count.
Left out: the end of an access, which its beginning tells already (`access_end`).
How to get it: iPhone: Settings, Privacy & Security, App Privacy Report, Share; it covers seven days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import (
    Cells,
    Columns,
    Confidence,
    Head,
    Importer,
    Recognition,
    json_lines,
    record_cells,
    said,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = ("kind", "time", "collector", "party", "category", "detail", "count", "ends")
WEEK_DAYS = 7


def recognise(head: Head) -> Recognition:
    """Look for the keys of an access or of a network activity."""
    if {"accessor", "category", "timeStamp"} <= head.paths or {"domain", "bundleID", "hits"} <= head.paths:
        return Recognition(Confidence.CERTAIN, "has lines of accesses and network activity")
    return Recognition(Confidence.NO, "has no lines of accesses")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the lines, numbered from 1."""
    yield from record_cells((_told(one) for one in json_lines(file)), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make an access of each app's look at a sensor, a disclosure of each domain's first call."""
    rows.leave_out(np.asarray(pc.is_valid(rows.text("ends"))), "access_end")
    # as many as an int32 holds
    counts = pc.fill_null(rows.numbers("count", low=0, high=2_000_000_000), 1).cast(pa.int32())
    return Columns(
        {
            "kind": pc.fill_null(rows.text("kind"), "access"),
            "start": rows.times("time", "ISO8601"),
            "collector": pc.fill_null(rows.text("collector"), "apple"),
            "time_basis": "stated",
            "precision_s": 1,
            "party": rows.text("party"),
            "party_is": pc.if_else(pc.is_valid(rows.text("party")), pa.scalar("company"), pa.scalar(None, pa.string())),
            "category": rows.text("category"),
            "detail": rows.text("detail"),
            "count": counts,
            "presence": "unknown",
        }
    )


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    if one.get("type") == "networkActivity" or "domain" in one:
        return {
            "kind": "disclosure",
            "time": said(one.get("firstTimeStamp")) or said(one.get("timeStamp")),
            # where the report does not name a domain's owner, the domain stands for it
            "collector": said(one.get("domainOwner")) or said(one.get("domain")),
            "party": said(one.get("bundleID")),
            "detail": said(one.get("domain")),
            "count": said(one.get("hits")),
        }
    return {
        "kind": "access",
        "time": said(one.get("timeStamp")),
        "collector": said(within(one, "accessor").get("identifier")),
        "category": said(one.get("category")),
        "ends": "yes" if one.get("kind") == "intervalEnd" else None,
    }


IMPORTER = Importer(
    name="apple_app_privacy",
    collector="apple",
    recognise=recognise,
    cells=cells,
    events=events,
    retention_days=WEEK_DAYS,
)
