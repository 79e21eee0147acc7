"""Google Timeline as the phone exports it since 2024: Android's object and the iPhone's list.

Format: JSON; Android an object with `semanticSegments`, `rawSignals`, `userLocationProfile`; iPhone a list of the segments.
    Points are written `48.85°, 2.35°`, `geo:48.85,2.35` or plain, mixed even within a file; numbers may be texts.
Seen: Android and iPhone shapes of 2024 to 2026 in public documentation (read 2026-11).
Encoding: UTF-8, whatever the file is called in the phone's language.
Zone: every time carries its offset.
Precision: a second; points of a path timed by minutes have a minute.
Kept: visits, activities, points of paths, raw positions; Google's own HOME and WORK and its probabilities, as its inference.
Left out: Wi-Fi scans (`wifi`: they name your neighbours' devices), guesses of movement (`activity`), trip memories (`memory`).
How to get it: Android: Settings, Location, Location services, Timeline, Export Timeline data. iPhone: Google Maps, your
    picture, Your Timeline, …, Location and privacy settings, Export Timeline data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT
from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_cells
from trailviz.reading.phrases import google

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = pa.string()
LATLNG = pa.struct([("latLng", TEXT)])
CANDIDATE = pa.struct(
    [
        ("placeId", TEXT),
        ("placeID", TEXT),
        ("semanticType", TEXT),
        ("probability", pa.float64()),
        ("placeLocation", LATLNG),
    ]
)
CANDIDATE_IOS = pa.struct(
    [("placeId", TEXT), ("placeID", TEXT), ("semanticType", TEXT), ("probability", TEXT), ("placeLocation", TEXT)]
)
STEP = pa.struct([("point", TEXT), ("time", TEXT), ("durationMinutesOffsetFromStartTime", TEXT)])
KIND = pa.struct([("type", TEXT), ("probability", TEXT)])


def _segment(candidate: pa.StructType, end: pa.DataType) -> pa.StructType:
    return pa.struct(
        [
            ("startTime", TEXT),
            ("endTime", TEXT),
            ("visit", pa.struct([("hierarchyLevel", TEXT), ("probability", TEXT), ("topCandidate", candidate)])),
            ("activity", pa.struct([("start", end), ("end", end), ("probability", TEXT), ("topCandidate", KIND)])),
            ("timelinePath", pa.list_(STEP)),
            ("timelineMemory", pa.struct([("distanceFromOriginKms", TEXT)])),
        ]
    )


RAW = pa.struct(
    [
        (
            "position",
            pa.struct([("LatLng", TEXT), ("latLng", TEXT), ("accuracyMeters", pa.float64()), ("timestamp", TEXT)]),
        ),
        ("wifiScan", pa.struct([("deliveryTime", TEXT)])),
        ("activityRecord", pa.struct([("timestamp", TEXT)])),
    ]
)
FREQUENT = pa.struct([("placeId", TEXT), ("placeLocation", TEXT), ("label", TEXT)])
ANDROID = {
    "semanticSegments.item": _segment(CANDIDATE, LATLNG),
    "rawSignals.item": RAW,
    "userLocationProfile.frequentPlaces.item": FREQUENT,
}
IPHONE = {"item": _segment(CANDIDATE_IOS, TEXT)}
MINUTE_US = 60_000_000


def recognise(head: Head) -> Recognition:
    """Look for Android's keys, or for a list whose elements are segments."""
    for key in ("semanticSegments", "rawSignals", "userLocationProfile"):
        if f"{key}[]" in head.paths or key in head.paths:
            return Recognition(Confidence.CERTAIN, f"has {key}, as Android's Timeline export")
    segment = {"item.visit", "item.activity", "item.timelinePath", "item.timelinePath[]", "item.timelineMemory"}
    if "item.startTime" in head.paths and segment & head.paths:
        return Recognition(Confidence.CERTAIN, "is a list of segments, as the iPhone's Timeline export")
    return Recognition(Confidence.NO, "has no Timeline segments")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Stream segments, then raw signals, then the profile."""
    start = file.read(1 << 12).lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(0)
    yield from json_cells(file, IPHONE if start.startswith(b"[") else ANDROID)


def events(rows: Cells) -> Iterator[Columns]:
    """Make events of segments, raw positions or frequent places, whichever these are."""
    if rows.has("position"):
        yield _raw(rows)
    elif rows.has("label"):
        yield _profile(rows)
    else:
        yield from _segments(rows)


def _segments(rows: Cells) -> Iterator[Columns]:
    start, end = rows.times("startTime", "ISO8601"), rows.times("endTime", "ISO8601")
    shared = {"time_basis": "stated", "precision_s": 1, "datum": "wgs84"}
    visit, activity = rows.columns["visit"], rows.columns["activity"]
    path, memory = rows.columns["timelinePath"], rows.columns["timelineMemory"]
    is_visit, is_activity = _has(visit), _has(activity)
    lengths = np.asarray(pc.fill_null(pc.list_value_length(path), 0))
    rows.leave_out(_has(memory) & ~is_visit & ~is_activity & (lengths == 0), "memory")
    of = np.flatnonzero(is_visit)
    top = pc.struct_field(visit, "topCandidate")
    lat, lon, bad = google.points(_point(pc.struct_field(top, "placeLocation")))
    rows.note(bad, "placeLocation", "a point like 48.8566°, 2.3522°")
    values: dict[str, object] = {
        "kind": "visit",
        "start": start,
        "end": end,
        "lat": lat,
        "lon": lon,
        "place_ref": pc.coalesce(pc.struct_field(top, "placeId"), pc.struct_field(top, "placeID")),
        "category": pc.struct_field(top, "semanticType"),
        "probability": _number(pc.struct_field(visit, "probability")),
        "said_by": "inferred",
        "presence": "in_person",
    }
    yield _picked({**shared, **values}, of)
    of = np.flatnonzero(is_activity)
    places: dict[str, object] = {}
    for prefix, name in (("", "start"), ("end_", "end")):
        lat, lon, bad = google.points(_point(pc.struct_field(activity, name)))
        rows.note(bad & is_activity, name, "a point like 48.8566°, 2.3522°")
        places |= {f"{prefix}lat": lat, f"{prefix}lon": lon}
    values = {
        "kind": "leg",
        "start": start,
        "end": end,
        **places,
        "mode": google.modes(pc.struct_field(pc.struct_field(activity, "topCandidate"), "type")),
        "probability": _number(pc.struct_field(activity, "probability")),
        "said_by": "inferred",
    }
    yield _picked({**shared, **values}, of)
    if lengths.any():
        yield _path(rows, path, lengths, start)


def _path(rows: Cells, path: pa.ListArray, lengths: np.ndarray, start: pa.Array) -> Columns:
    """Make a fix of every point of a path: its own time, or minutes from the segment's start."""
    of = np.repeat(np.arange(len(rows)), lengths)
    steps = pc.list_flatten(path)
    lat, lon, bad = google.points(pc.struct_field(steps, "point"))
    flat = Cells({"time": pc.struct_field(steps, "time")}, rows.row[of])
    stated = flat.times("time", "ISO8601")
    rows.unreadable.extend(flat.unreadable)
    flat.unreadable.clear()
    flat.note(bad, "point", "a point like 48.8566°, 2.3522°")
    rows.unreadable.extend(flat.unreadable)
    minutes = _number(pc.struct_field(steps, "durationMinutesOffsetFromStartTime"))
    whole = pc.multiply(
        pc.if_else(pc.greater_equal(minutes, 0), minutes, pa.scalar(None, pa.float64())), MINUTE_US
    ).cast(pa.int64(), safe=False)
    offset = pc.add(start.take(pa.array(of)).cast(pa.int64()), whole).cast(INSTANT)
    timed = np.asarray(pc.is_valid(stated))
    part = np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    values = {
        "kind": "fix",
        "start": pc.coalesce(stated, offset),
        "time_basis": pc.if_else(pa.array(timed), "stated", "derived"),
        "precision_s": np.where(timed, 1, 60).astype(np.int32),
        "lat": lat,
        "lon": lon,
        "datum": "wgs84",
    }
    return Columns(values, of=of, part=np.minimum(part, 32_000).astype(np.int16))


def _raw(rows: Cells) -> Columns:
    position = rows.columns["position"]
    here = _has(position)
    rows.leave_out(_has(rows.columns["wifiScan"]) & ~here, "wifi")
    rows.leave_out(_has(rows.columns["activityRecord"]) & ~here, "activity")
    rows.leave_out(~here, "no_place")
    point = pc.coalesce(pc.struct_field(position, "LatLng"), pc.struct_field(position, "latLng"))
    lat, lon, bad = google.points(point)
    rows.note(bad, "LatLng", "a point like 48.8566°, 2.3522°")
    inner = Cells({"timestamp": pc.struct_field(position, "timestamp")}, rows.row)
    start = inner.times("timestamp", "ISO8601")
    rows.unreadable.extend(inner.unreadable)
    values: dict[str, object] = {
        "kind": "fix",
        "start": start,
        "time_basis": "stated",
        "precision_s": 1,
        "lat": lat,
        "lon": lon,
        "accuracy_m": pc.struct_field(position, "accuracyMeters"),
        "datum": "wgs84",
        "said_by": "recorded",
    }
    return _picked(values, np.flatnonzero(here))


def _profile(rows: Cells) -> Columns:
    """Google's own words for a place: HOME, WORK. Undated, and its inference."""
    lat, lon, bad = google.points(rows.text("placeLocation"))
    rows.note(bad, "placeLocation", "a point like 48.8566°, 2.3522°")
    return Columns(
        {
            "kind": "statement",
            "lat": lat,
            "lon": lon,
            "place_ref": rows.text("placeId"),
            "category": rows.text("label"),
            "said_by": "inferred",
        }
    )


def _picked(values: dict[str, object], of: np.ndarray) -> Columns:
    pick = pa.array(of)
    return Columns(
        {name: value.take(pick) if isinstance(value, pa.Array) else value for name, value in values.items()}, of=of
    )


def _point(value: pa.Array) -> pa.Array:
    return pc.struct_field(value, "latLng") if pa.types.is_struct(value.type) else value


def _number(text: pa.Array) -> pa.Array:
    if pa.types.is_floating(text.type):
        return text
    return pa.array(
        pd.to_numeric(pd.Series(text.to_pandas()), errors="coerce").to_numpy(dtype=float, na_value=np.nan),
        from_pandas=True,
    )


def _has(column: pa.Array) -> np.ndarray:
    return np.asarray(pc.is_valid(column))


IMPORTER = Importer(
    name="google_timeline", collector="google", recognise=recognise, cells=cells, events=events, zone="UTC"
)
