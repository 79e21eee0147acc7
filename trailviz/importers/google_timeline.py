"""Google Timeline as the phone exports it since 2024: Android's object and the iPhone's list.

Format: JSON; Android an object with `semanticSegments`, `rawSignals`, `userLocationProfile`; iPhone a list of the segments.
    Points are written `48.85°, 2.35°`, `geo:48.85,2.35` or plain, mixed even within a file; numbers may be texts.
Seen: Android and iPhone shapes of 2024 to 2026 in public documentation (read 2026-11).
Encoding: UTF-8, whatever the file is called in the phone's language.
Zone: the offset stated beside a time, else the one it is written with; a time that ends in Z names none.
Precision: a second; points of a path timed by minutes have a minute.
Kept: visits (one inside another too), activities, points of paths, raw positions; what Google concluded (HOME, WORK,
    commutes, how you like to travel, probabilities), as its inference.
Left out: Wi-Fi scans (`wifi`: they name your neighbours' devices), guesses of movement (`activity`), trip memories
    (`memory`), elements that hold none of these (`no_place`).
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
        # Android writes placeId, the iPhone placeID
        ("placeId", TEXT),
        ("placeID", TEXT),
        ("semanticType", TEXT),
        ("probability", pa.float64()),
        ("placeLocation", LATLNG),
    ]
)
CANDIDATE_IOS = pa.struct(
    [
        ("placeId", TEXT),
        ("placeID", TEXT),
        ("semanticType", TEXT),
        ("probability", pa.float64()),
        ("placeLocation", TEXT),
    ]
)
STEP = pa.struct([("point", TEXT), ("time", TEXT), ("durationMinutesOffsetFromStartTime", TEXT)])
KIND = pa.struct([("type", TEXT), ("probability", pa.float64())])


def _segment(candidate: pa.StructType, end: pa.DataType) -> pa.StructType:
    return pa.struct(
        [
            ("startTime", TEXT),
            ("endTime", TEXT),
            ("startTimeTimezoneUtcOffsetMinutes", TEXT),
            (
                "visit",
                pa.struct([("hierarchyLevel", pa.int64()), ("probability", pa.float64()), ("topCandidate", candidate)]),
            ),
            (
                "activity",
                pa.struct([("start", end), ("end", end), ("probability", pa.float64()), ("topCandidate", KIND)]),
            ),
            ("timelinePath", pa.list_(STEP)),
            ("timelineMemory", pa.struct([("distanceFromOriginKms", TEXT)])),
        ]
    )


RAW = pa.struct(
    [
        (
            "position",
            # both spellings occur
            pa.struct([("LatLng", TEXT), ("latLng", TEXT), ("accuracyMeters", pa.float64()), ("timestamp", TEXT)]),
        ),
        ("wifiScan", pa.struct([("deliveryTime", TEXT)])),
        ("activityRecord", pa.struct([("timestamp", TEXT)])),
    ]
)
PLACE = pa.struct([("placeId", TEXT), ("placeLocation", TEXT), ("label", TEXT)])
TRIP = pa.struct([("commuteDirection", TEXT), ("confidence", TEXT)])
AFFINITY = pa.struct([("mode", TEXT), ("affinity", TEXT)])
PROFILE = pa.struct(
    [
        ("frequentPlaces", pa.list_(PLACE)),
        ("frequentTrips", pa.list_(TRIP)),
        ("persona", pa.struct([("travelModeAffinities", pa.list_(AFFINITY))])),
    ]
)
ANDROID = {"semanticSegments.item": _segment(CANDIDATE, LATLNG), "rawSignals.item": RAW, "userLocationProfile": PROFILE}
IPHONE = {"item": _segment(CANDIDATE_IOS, TEXT)}
MINUTE_US = 60_000_000
# a week: a point further from the start of its path is given no time
LONGEST_PATH_MIN = 10_080
# `part` is an int16
MOST_PARTS = 32_000
POINT = "a point like 48.8566°, 2.3522°"


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
    """Make events of segments, raw positions or the profile, whichever these are."""
    if rows.has("position"):
        yield _raw(rows)
    elif rows.has("persona"):
        yield from _profile(rows)
    else:
        yield from _segments(rows)


def _segments(rows: Cells) -> Iterator[Columns]:
    visit, activity, path = (rows.columns[name] for name in ("visit", "activity", "timelinePath"))
    lengths = np.asarray(pc.fill_null(pc.list_value_length(path), 0))
    told = _has(visit) | _has(activity) | (lengths > 0)
    memory = _has(rows.columns["timelineMemory"])
    rows.leave_out(memory & ~told, "memory")
    rows.leave_out(~memory & ~told, "no_place")
    timeless = pc.and_(pc.is_null(rows.text("startTime")), pc.is_null(rows.text("endTime")))
    rows.note(np.asarray(timeless) & (_has(visit) | _has(activity)), "startTime", "a time")
    zone = google.zones(rows.text("startTime"), rows.text("startTimeTimezoneUtcOffsetMinutes"))
    whole = {
        "start": rows.times("startTime", "ISO8601"),
        "end": rows.times("endTime", "ISO8601"),
        "time_basis": "stated",
        "precision_s": 1,
        "datum": "wgs84",
        "said_by": "inferred",
        **_zoned(rows, zone),
    }
    # most segments are one of three kinds: only those that are a visit are looked at as one
    for held, told in ((_has(visit), _visits(rows, visit)), (_has(activity), _legs(rows, activity))):
        of = np.flatnonzero(held)
        yield Columns({**_picked(whole, of), **told}, of=of)
    if lengths.any():
        yield _path(rows, path, lengths, whole["start"], zone)


def _visits(rows: Cells, visits: pa.Array) -> dict[str, object]:
    visit = visits.drop_null()
    top = pc.struct_field(visit, "topCandidate")
    lat, lon, bad = google.points(_point(pc.struct_field(top, "placeLocation")))
    rows.note(_spread(bad, visits), "placeLocation", POINT)
    return {
        "kind": "visit",
        "lat": lat,
        "lon": lon,
        "place_ref": pc.coalesce(pc.struct_field(top, "placeId"), pc.struct_field(top, "placeID")),
        "category": pc.struct_field(top, "semanticType"),
        "probability": _number(pc.struct_field(visit, "probability")),
        "presence": "in_person",
    }


def _legs(rows: Cells, activities: pa.Array) -> dict[str, object]:
    activity = activities.drop_null()
    lat, lon, bad = google.points(_point(pc.struct_field(activity, "start")))
    end_lat, end_lon, end_bad = google.points(_point(pc.struct_field(activity, "end")))
    rows.note(_spread(bad, activities), "start", POINT)
    rows.note(_spread(end_bad, activities), "end", POINT)
    return {
        "kind": "leg",
        "lat": lat,
        "lon": lon,
        "end_lat": end_lat,
        "end_lon": end_lon,
        "mode": google.modes(pc.struct_field(pc.struct_field(activity, "topCandidate"), "type")),
        "probability": _number(pc.struct_field(activity, "probability")),
    }


def _path(rows: Cells, path: pa.ListArray, lengths: np.ndarray, start: pa.Array, zone: pa.DictionaryArray) -> Columns:
    """Make a fix of every point of a path: its own time, or minutes from the segment's start."""
    of = np.repeat(np.arange(len(rows)), lengths)
    steps = pc.list_flatten(path)
    lat, lon, bad = google.points(pc.struct_field(steps, "point"))
    written = pc.struct_field(steps, "time")
    flat = Cells({}, rows.row[of], unreadable=rows.unreadable, notices=rows.notices, assumed_zone=rows.assumed_zone)
    flat.note(bad, "point", POINT)
    stated = google.instants(flat, "timelinePath.time", written)
    offsets = pc.struct_field(steps, "durationMinutesOffsetFromStartTime")
    part = np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    values = {
        "kind": "fix",
        "lat": lat,
        "lon": lon,
        "datum": "wgs84",
        "said_by": "recorded",
        **_timed(flat, written, stated, offsets, start, of),
    }
    own = google.zones(written)
    if own.null_count:
        own = google.filled(own, zone.take(pa.array(of)))
    return Columns(
        {**values, **_zoned(rows, own)},
        of=of,
        part=np.minimum(part, MOST_PARTS).astype(np.int16),
        parent_part=0,
    )


def _timed(
    flat: Cells, written: pa.Array, stated: pa.Array, offsets: pa.Array, start: pa.Array, of: np.ndarray
) -> dict[str, object]:
    """Answer the times of a path's points, and what each is from."""
    # Android writes every point's own time
    if not stated.null_count and offsets.null_count == len(offsets):
        return {"start": stated, "time_basis": "stated", "precision_s": 1}
    minutes = _number(offsets)
    within = pc.and_(pc.greater_equal(minutes, 0), pc.less_equal(minutes, LONGEST_PATH_MIN))
    strange = _has(offsets) & ~np.asarray(pc.fill_null(within, fill_value=False))
    flat.note(~_has(written) & ~_has(offsets), "timelinePath.time", "a time, or minutes after the start")
    flat.note(strange & ~_has(stated), "durationMinutesOffsetFromStartTime", "minutes after the start of the path")
    micros = pc.multiply(pc.if_else(within, minutes, pa.scalar(None, pa.float64())), MINUTE_US).cast(
        pa.int64(), safe=False
    )
    offset = pc.add(start.take(pa.array(of)).cast(pa.int64()), micros).cast(INSTANT)
    timed = _has(stated)
    return {
        "start": pc.coalesce(stated, offset),
        "time_basis": pc.if_else(pa.array(timed), "stated", "derived"),
        "precision_s": np.where(timed, 1, 60).astype(np.int32),
    }


def _raw(rows: Cells) -> Columns:
    position = rows.columns["position"]
    here = _has(position)
    rows.leave_out(_has(rows.columns["wifiScan"]) & ~here, "wifi")
    rows.leave_out(_has(rows.columns["activityRecord"]) & ~here, "activity")
    rows.leave_out(~here, "no_place")
    point = pc.coalesce(pc.struct_field(position, "LatLng"), pc.struct_field(position, "latLng"))
    lat, lon, bad = google.points(point)
    rows.note(bad, "LatLng", POINT)
    written = pc.struct_field(position, "timestamp")
    values: dict[str, object] = {
        "kind": "fix",
        "start": google.instants(rows, "timestamp", written, needed=here),
        "time_basis": "stated",
        "precision_s": 1,
        "lat": lat,
        "lon": lon,
        "accuracy_m": pc.struct_field(position, "accuracyMeters"),
        "datum": "wgs84",
        "said_by": "recorded",
        **_zoned(rows, google.zones(written)),
    }
    of = np.flatnonzero(here)
    return Columns(_picked(values, of), of=of)


def _profile(rows: Cells) -> Iterator[Columns]:
    """Google's own words for places, commutes and habits: undated, and its inference."""
    places, trips = (rows.columns[name].flatten() for name in ("frequentPlaces", "frequentTrips"))
    habits = pc.struct_field(rows.columns["persona"], "travelModeAffinities").flatten()
    if not len(places) + len(trips) + len(habits):
        rows.leave_out(np.ones(len(rows), bool), "profile")
    lat, lon, bad = google.points(pc.struct_field(places, "placeLocation"))
    # the profile is one row, so whatever is bad stands there
    rows.note(np.full(len(rows), bad.any()), "placeLocation", POINT)
    mode = pc.struct_field(habits, "mode")
    said: tuple[dict[str, object], ...] = (
        {
            "lat": lat,
            "lon": lon,
            "place_ref": pc.struct_field(places, "placeId"),
            "category": pc.struct_field(places, "label"),
        },
        {
            "category": pc.struct_field(trips, "commuteDirection"),
            "probability": _number(pc.struct_field(trips, "confidence")),
        },
        {
            "category": "travelModeAffinity",
            "detail": mode,
            "mode": google.modes(mode),
            "probability": _number(pc.struct_field(habits, "affinity")),
        },
    )
    # the three lists are of one row, so their parts are numbered on
    before = 0
    for values, listed in zip(said, (places, trips, habits), strict=True):
        part = np.arange(before, before + len(listed)).astype(np.int16)
        yield Columns({"kind": "statement", "said_by": "inferred", **values}, of=np.zeros(len(listed), int), part=part)
        before += len(listed)


def _zoned(rows: Cells, zone: pa.DictionaryArray) -> dict[str, object]:
    """Answer zone and basis; where none is named, the person's or Greenwich is assumed."""
    assumed = rows.assumed_zone or "UTC"
    if zone.null_count in {0, len(zone)}:
        named = len(zone) > zone.null_count
        return {"zone": zone if named else assumed, "zone_basis": "stated" if named else "assumed"}
    return {
        "zone": pc.fill_null(zone.cast(TEXT), assumed),
        "zone_basis": pc.if_else(pc.is_valid(zone), "stated", "assumed"),
    }


def _picked(values: dict[str, object], of: np.ndarray) -> dict[str, object]:
    pick = pa.array(of)
    return {name: value.take(pick) if isinstance(value, pa.Array) else value for name, value in values.items()}


def _spread(bad: np.ndarray, among: pa.Array) -> np.ndarray:
    """Say of every row what is known of those that are there."""
    spread = np.zeros(len(among), bool)
    spread[_has(among)] = bad
    return spread


def _point(value: pa.Array) -> pa.Array:
    # Android wraps a point once more than the iPhone
    return pc.struct_field(value, "latLng") if pa.types.is_struct(value.type) else value


def _number(text: pa.Array) -> pa.Array:
    if pa.types.is_floating(text.type):
        return text
    if text.null_count == len(text):
        return pa.nulls(len(text), pa.float64())
    return pa.array(
        pd.to_numeric(pd.Series(text.to_pandas()), errors="coerce").to_numpy(dtype=float, na_value=np.nan),
        from_pandas=True,
    )


def _has(column: pa.Array) -> np.ndarray:
    return np.asarray(pc.is_valid(column))


IMPORTER = Importer(
    name="google_timeline", collector="google", recognise=recognise, cells=cells, events=events, zone="UTC"
)
