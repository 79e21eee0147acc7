"""Meta: what other companies told Meta about you (off-Facebook activity).

Format: JSON; `off_facebook_activity_v2`, each a company with its events; one row a company.
Seen: a public sample of 2021 (read 2026-11); the list has kept its name since 2020.
Encoding: UTF-8; letters above 127 are written byte by byte, and put together.
Zone: UTC: seconds since 1970.
Precision: a second.
Kept: one disclosure an event: who told Meta, when, and of what kind; a purchase is marked as one (`service`).
Left out: nothing.
How to get it: facebook.com or instagram.com, Accounts Centre, Your information, Download, JSON, Apps and websites off Meta.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_objects, record_cells, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LISTS = ("off_facebook_activity_v2", "off_facebook_activity", "off_meta_activity_v2")
NAMES = ("name", "times", "kinds")
# records are columns of text, so lists travel as one text
APART = "\x1f"
BOUGHT = ("PURCHASE", "SUBSCRIBE", "DONATE")
"""The standard events that a deed with money stands behind; the others (page views, custom ones) say less."""


def recognise(head: Head) -> Recognition:
    """Look for the list by its name."""
    if any(f"{one}[]" in head.paths for one in LISTS):
        return Recognition(Confidence.CERTAIN, "has the list of what others told Meta")
    return Recognition(Confidence.NO, "has no list of what others told Meta")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the companies, numbered from 1."""
    records = (_told(one) for key in LISTS for one in json_objects(file, key))
    yield from record_cells(records, NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a disclosure of every event; a company without one has told at no known time."""
    times = [(one or "").split(APART) for one in rows.text("times").to_pylist()]
    kinds = [(one or "").split(APART) for one in rows.text("kinds").to_pylist()]
    of = np.repeat(np.arange(len(rows)), [len(one) for one in times])
    flat = Cells({"timestamp": pa.array([one or None for many in times for one in many], pa.string())}, rows.row[of])
    start = flat.times("timestamp", "unix_s", "unix_ms")
    # a bad time is told of the company's row, which is where a person finds it
    rows.unreadable.extend(flat.unreadable)
    what = pa.array([one or None for many in kinds for one in many], pa.string())
    bought = pc.fill_null(pc.is_in(what, pa.array(BOUGHT)), False)  # noqa: FBT003 - Arrow's signature
    part = (
        np.concatenate([np.arange(len(one)) for one in times]).astype(np.int16) if len(rows) else np.zeros(0, np.int16)
    )
    return Columns(
        {
            "kind": "disclosure",
            "start": start,
            "time_basis": "stated",
            "precision_s": pa.array(np.ones(len(of), np.int32)),
            "party": rows.text("name").take(pa.array(of)),
            "party_is": "company",
            "category": what,
            "service": pc.if_else(bought, pa.scalar("payment"), pa.scalar(None, pa.string())),
            "presence": "remote",
        },
        of=of,
        part=part,
    )


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    found = [event for event in one.get("events") or () if isinstance(event, dict)]
    return {
        "name": _letters(said(one.get("name"))),
        "times": APART.join(said(event.get("timestamp")) or "" for event in found) or None,
        "kinds": APART.join(said(event.get("type")) or "" for event in found) or None,
    }


def _letters(text: str | None) -> str | None:
    """Put together letters that Meta writes byte by byte."""
    try:
        return text.encode("latin-1").decode("utf-8") if text else text
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


IMPORTER = Importer(
    name="meta_off_facebook", collector="meta", recognise=recognise, cells=cells, events=events, zone="UTC"
)
