"""OwnTracks: the recorder's .rec files and JSON lists of its locations.

Format: lines of `time, *, {JSON}` parted by tabs or blanks, or a list of the same objects; one row a line or an object.
Seen: recorder files of 2015 and 2023 and a list of 2024 in public test suites (read 2026-11); OwnTracks' JSON documentation.
Encoding: UTF-8.
Zone: UTC: tst counts seconds since 1970.
Precision: a second.
Kept: locations with accuracy and the device's two letters.
Left out: messages of another kind (waypoints, last wills); names and addresses of Wi-Fi are never read.
How to get it: your own recorder: the folder store/rec; the app does not export.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_objects, record_cells, said
from trailviz.reading.encodings import detect, utf8_blocks
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LINE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\s+\S+\s+(\{.*\})\s*$")
NAMES = ("time", "lat", "lon", "accuracy", "device", "message")


def recognise(head: Head) -> Recognition:
    """Look for the recorder's lines, or for objects with tst, lat and lon."""
    if head.kind == "text" and '"_type"' in head.text and any(LINE.match(one) for one in head.text.splitlines()[:20]):
        return Recognition(Confidence.CERTAIN, "has the recorder's lines")
    if {"item.tst", "item.lat", "item.lon"} <= head.paths:
        return Recognition(Confidence.CERTAIN, "is a list of objects with tst, lat and lon")
    return Recognition(Confidence.NO, "has no location of OwnTracks")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the messages, numbered from 1 (in a .rec file, by line)."""
    file.seek(0)
    lists = file.read(1) == b"["
    records = (_told(one) for one in json_objects(file, None)) if lists else _lines(file)
    yield from record_cells(records, NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a fix of every location."""
    rows.leave_out(np.asarray(pc.fill_null(pc.not_equal(rows.text("message"), "location"), False)), "other_message")  # noqa: FBT003
    return track.events(rows)


def _lines(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    encoding = detect(file)
    for block in utf8_blocks(file, encoding):
        for line in block.decode("utf-8", "replace").splitlines():
            if not line.strip():
                continue
            found = LINE.match(line)
            try:
                told = json.loads(found[1]) if found else {}
            except ValueError:
                # a damaged line stays a row, and is counted as unreadable
                told = {}
            yield _told(told if isinstance(told, dict) else {})


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    return {
        "time": said(one.get("tst")),
        "lat": said(one.get("lat")),
        "lon": said(one.get("lon")),
        "accuracy": said(one.get("acc")),
        "device": said(one.get("tid")),
        "message": said(one.get("_type") or one.get("type")),
    }


IMPORTER = Importer(name="owntracks", collector="self", recognise=recognise, cells=cells, events=events, zone="UTC")
