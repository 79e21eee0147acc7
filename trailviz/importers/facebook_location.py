"""Facebook: location history (Meta deleted it on 1 August 2022; only older archives hold it; from a description).

Format: JSON; `location_history_v2`, each with a name, a coordinate and creation_timestamp; one row an entry.
Seen: described in a public repository of 2019 (read 2026-11), never a real file.
Encoding: UTF-8.
Zone: UTC: seconds since 1970.
Precision: a second.
Kept: every entry with its place.
Left out: entries without a place.
How to get it: an archive from before August 2022; facebook.com, Download your information, JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

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

LIST = "location_history_v2"


def recognise(head: Head) -> Recognition:
    """Look for the list by its name."""
    # no file was seen, so it is never certain
    if f"{LIST}[]" in head.paths:
        return Recognition(Confidence.LIKELY, "has Facebook's list of locations")
    return Recognition(Confidence.NO, "has no list of Facebook's locations")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the entries, numbered from 1."""
    yield from record_cells((_told(one) for one in json_objects(file, LIST)), track.POINT, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a fix of every entry."""
    return track.events(rows)


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    place = within(one, "coordinate")
    return {
        "time": said(one.get("creation_timestamp")),
        "lat": said(place.get("latitude")),
        "lon": said(place.get("longitude")),
        "name": said(one.get("name")),
    }


IMPORTER = Importer(
    name="facebook_location", collector="meta", recognise=recognise, cells=cells, events=events, zone="UTC"
)
