"""Arc (iOS), its backup of timeline items: visits and trips of one phone. Known from a description.

Format: JSON; items with `base` and `visit` or `trip`, one a file or in a list.
Seen: described in public documentation of LocoKit2 (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: the offset beside each time.
Precision: a second.
Kept: visits with their place and street; trips as movements, whose path is in Arc's GPX export.
Left out: items marked deleted (`other_message`).
How to get it: Arc, Settings, Backup & Export; the GPX export is read too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
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
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = ("kind", "time", "end", "lat", "lon", "name", "mode", "gone")
# The activity types of LocoKit2 that name a way of moving; the others are only "moving".
MODES = {1: "walk", 2: "walk", 3: "bike", 4: "car", 5: "plane", 20: "train", 21: "bus", 22: "scooter", 23: "boat", 24: "train", 25: "metro"}  # fmt: skip


def recognise(head: Head) -> Recognition:
    """Look for base.isVisit and its dates; no export was seen, so it is never certain."""
    if any({f"{top}base.isVisit", f"{top}base.startDate"} <= head.paths for top in ("", "item.")):
        return Recognition(Confidence.LIKELY, "has timeline items with base and dates")
    return Recognition(Confidence.NO, "has no timeline items")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the items, numbered from 1."""
    file.seek(0)
    listed = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"["
    found = json_objects(file, None) if listed else iter([json_document(file)])
    yield from record_cells((_told(one) for one in found), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a visit or a movement of every item."""
    rows.leave_out(np.asarray(pc.is_valid(rows.text("gone"))), "other_message")
    legs = np.asarray(pc.equal(pc.fill_null(rows.text("kind"), ""), "leg"))
    made = track.events(rows)
    if legs.any() and "no_place" in rows.left_out:
        rows.left_out["no_place"] &= ~legs  # a trip's path is kept elsewhere, its times are still true
    return made


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    base, visit, trip = within(one, "base"), within(one, "visit"), within(one, "trip")
    # what the person confirmed comes before what the app concluded
    sort = trip.get("confirmedActivityType") or trip.get("classifiedActivityType")
    return {
        "kind": "visit" if base.get("isVisit") else "leg",
        "time": said(base.get("startDate")),
        "end": said(base.get("endDate")),
        "lat": said(visit.get("latitude")),
        "lon": said(visit.get("longitude")),
        # a name they gave comes before the street
        "name": said(visit.get("customTitle")) or said(visit.get("streetAddress")),
        "mode": MODES.get(sort) if isinstance(sort, int) else None,
        "gone": "yes" if base.get("deleted") is True else None,
    }


IMPORTER = Importer(name="arc", collector="self", recognise=recognise, cells=cells, events=events)
