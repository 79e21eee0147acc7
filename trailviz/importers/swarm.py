"""Foursquare Swarm: check-ins (from a description; no real export was seen).

Format: JSON; `items`, each with createdAt and a venue; one row a check-in.
Seen: described in public repositories of 2023 to 2026 (read 2026-11), never a real file.
Encoding: UTF-8.
Zone: UTC; timeZoneOffset tells the local clock in minutes.
Precision: a second.
Kept: every check-in with its venue; who was with you is a third person.
Left out: check-ins without a place.
How to get it: foursquare.com, Settings, Privacy, Initiate Data Download Request; up to seven days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa

from trailviz.reading import (
    Cells,
    Columns,
    Confidence,
    Head,
    Importer,
    Recognition,
    json_objects,
    record_cells,
    said,
    within,
)
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = (*track.POINT, "party", "people")
# records are columns of text, so lists travel as one text
APART = "\x1f"


def recognise(head: Head) -> Recognition:
    """Look for items with createdAt and a venue."""
    if {"items.item.createdAt", "items.item.venue"} <= head.paths:
        return Recognition(Confidence.LIKELY, "has check-ins with createdAt and venue")
    return Recognition(Confidence.NO, "has no check-ins")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the check-ins, numbered from 1."""
    yield from record_cells((_told(one) for one in json_objects(file, "items")), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a visit of every check-in, told by the person, with the venue as the other side."""
    made = track.events(rows)
    people = [one.split(APART) if one else None for one in rows.text("people").to_pylist()]
    more = {"party": rows.text("party"), "party_is": "company", "people": pa.array(people, pa.list_(pa.string()))}
    return Columns({**made.values, **more})


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    venue = within(one, "venue")
    place = within(venue, "location")
    company = [told.get("firstName") for told in one.get("with") or () if isinstance(told, dict)]
    return {
        "kind": "visit",
        "time": _iso(said(one.get("createdAt"))),
        # a venue may be null, and the check-in still have a place
        "lat": said(place.get("lat")) or said(one.get("lat")),
        "lon": said(place.get("lng")) or said(one.get("lng")),
        "name": said(venue.get("name")),
        "party": said(venue.get("name")),
        "place_ref": said(venue.get("id")),
        "detail": said(one.get("shout")),
        "said_by": "told",
        "people": APART.join(filter(None, company)) or None,
    }


def _iso(text: str | None) -> str | None:
    # seconds since 1970, or a date with a fraction and without a zone
    return f"{text[:19].replace(' ', 'T')}Z" if text and "-" in text else text


IMPORTER = Importer(name="swarm", collector="foursquare", recognise=recognise, cells=cells, events=events, zone="UTC")
