"""Google location history, semantic: `Semantic Location History/2022/2022_MARCH.json`, 2014 to 2024.

Format: JSON object with `timelineObjects`, each a `placeVisit` or an `activitySegment`.
Seen: shapes of 2019 to 2024 in public documentation (read 2026-11).
Encoding: UTF-8.
Zone: UTC (ISO, or milliseconds as text in older files).
Precision: a second; points of a simplified path carry their own times.
Kept: visits with address, name and Google's confidence, visits inside them, movements with mode, timed points of paths.
Left out: elements that are neither visit nor movement (`no_place`); waypoints, which have no time. A visit without
    coordinates takes those of its likeliest candidate.
How to get it: takeout.google.com, Location History; since 2024 the history is on the phone (see google_timeline).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_cells
from trailviz.reading.phrases import google

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = pa.string()
SPOT = [
    ("latitudeE7", pa.int64()),
    ("longitudeE7", pa.int64()),
    ("placeId", TEXT),
    ("address", TEXT),
    ("name", TEXT),
    ("semanticType", TEXT),
]
DURATION = pa.struct(
    [("startTimestamp", TEXT), ("endTimestamp", TEXT), ("startTimestampMs", TEXT), ("endTimestampMs", TEXT)]
)
PATH = pa.struct(
    [
        (
            "points",
            pa.list_(
                pa.struct(
                    [
                        ("latE7", pa.int64()),
                        ("lngE7", pa.int64()),
                        ("timestamp", TEXT),
                        ("timestampMs", TEXT),
                        ("accuracyMeters", pa.float64()),
                    ]
                )
            ),
        )
    ]
)
VISIT = [
    ("location", pa.struct(SPOT)),
    ("duration", DURATION),
    ("otherCandidateLocations", pa.list_(pa.struct(SPOT))),
    ("visitConfidence", pa.float64()),
    ("editConfirmationStatus", TEXT),
]
SHAPE = pa.struct(
    [
        ("placeVisit", pa.struct([*VISIT, ("childVisits", pa.list_(pa.struct(VISIT)))])),
        (
            "activitySegment",
            pa.struct(
                [
                    ("startLocation", pa.struct(SPOT)),
                    ("endLocation", pa.struct(SPOT)),
                    ("duration", DURATION),
                    ("activityType", TEXT),
                    ("activities", pa.list_(pa.struct([("probability", pa.float64())]))),
                    ("simplifiedRawPath", PATH),
                ]
            ),
        ),
    ]
)
# `part` is an int16
MOST_PARTS = 32_000
SHARED: dict[str, object] = {"time_basis": "stated", "precision_s": 1, "datum": "wgs84"}


def recognise(head: Head) -> Recognition:
    """Look for `timelineObjects`."""
    if "timelineObjects[]" in head.paths or "timelineObjects" in head.paths:
        return Recognition(Confidence.CERTAIN, "has timelineObjects")
    return Recognition(Confidence.NO, "has no timelineObjects")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Stream the timeline objects."""
    return json_cells(file, {"timelineObjects.item": SHAPE})


def events(rows: Cells) -> Iterator[Columns]:
    """Make visits, visits inside them, movements and the timed points of their paths."""
    visit, segment = rows.columns["placeVisit"], rows.columns["activitySegment"]
    rows.leave_out(~_has(visit) & ~_has(segment), "no_place")
    yield _picked(_visits(rows, visit), np.flatnonzero(_has(visit)))
    inner = pc.struct_field(visit, "childVisits")
    if (lengths := _lengths(inner)).any():
        of, part = _numbered(lengths)
        flat = Cells({}, rows.row[of], notices=rows.notices, unreadable=rows.unreadable)
        yield Columns(_visits(flat, pc.list_flatten(inner)), of=of, part=part, parent_part=0)
    yield _picked(_legs(rows, segment), np.flatnonzero(_has(segment)))
    points = pc.struct_field(pc.struct_field(segment, "simplifiedRawPath"), "points")
    if (lengths := _lengths(points)).any():
        of, part = _numbered(lengths)
        flat = Cells({}, rows.row[of], notices=rows.notices, unreadable=rows.unreadable)
        yield Columns(_fixes(flat, pc.list_flatten(points)), of=of, part=part, parent_part=0)


def _visits(rows: Cells, visit: pa.Array) -> dict[str, object]:
    place = pc.struct_field(visit, "location")
    lat, lon = _degrees(rows, place)
    spare_lat, spare_lon = _degrees(rows, _first(pc.struct_field(visit, "otherCandidateLocations")))
    start, end = _duration(rows, visit)
    # one candidate's latitude must never meet another's longitude
    stated = pc.is_valid(lat)
    return {
        **SHARED,
        "kind": "visit",
        "start": start,
        "end": end,
        "lat": pc.if_else(stated, lat, spare_lat),
        "lon": pc.if_else(stated, lon, spare_lon),
        "place": pc.coalesce(pc.struct_field(place, "name"), pc.struct_field(place, "address")),
        "place_ref": pc.struct_field(place, "placeId"),
        "category": pc.struct_field(place, "semanticType"),
        "status": pc.struct_field(visit, "editConfirmationStatus"),
        # per cent here, and a share in what the phone exports
        "probability": pc.divide(pc.struct_field(visit, "visitConfidence"), 100.0),
        "said_by": "inferred",
        "presence": "in_person",
    }


def _legs(rows: Cells, segment: pa.Array) -> dict[str, object]:
    start, end = _duration(rows, segment)
    lat, lon = _degrees(rows, pc.struct_field(segment, "startLocation"))
    end_lat, end_lon = _degrees(rows, pc.struct_field(segment, "endLocation"))
    likeliest = pc.struct_field(_first(pc.struct_field(segment, "activities")), "probability")
    return {
        **SHARED,
        "kind": "leg",
        "start": start,
        "end": end,
        "lat": lat,
        "lon": lon,
        "end_lat": end_lat,
        "end_lon": end_lon,
        "mode": google.modes(pc.struct_field(segment, "activityType")),
        "probability": pc.divide(likeliest, 100.0),
        "said_by": "inferred",
    }


def _fixes(rows: Cells, steps: pa.Array) -> dict[str, object]:
    lat, lon = google.degrees(rows, pc.struct_field(steps, "latE7"), pc.struct_field(steps, "lngE7"))
    times = [pc.struct_field(steps, name) for name in ("timestamp", "timestampMs")]
    return {
        **SHARED,
        "kind": "fix",
        "start": google.instants(rows, "simplifiedRawPath.timestamp", *times),
        "lat": lat,
        "lon": lon,
        "accuracy_m": pc.struct_field(steps, "accuracyMeters"),
        "said_by": "recorded",
    }


def _duration(rows: Cells, held: pa.Array) -> tuple[pa.Array, pa.Array]:
    duration = pc.struct_field(held, "duration")
    names = ("startTimestamp", "endTimestamp")
    written = [pc.coalesce(*(pc.struct_field(duration, one) for one in (name, f"{name}Ms"))) for name in names]
    found = [google.instants(rows, f"duration.{name}", text) for name, text in zip(names, written, strict=True)]
    timeless = _has(held) & ~np.logical_or(*(_has(one) for one in written))
    rows.note(timeless, "duration.startTimestamp", "a time")
    return found[0], found[1]


def _degrees(rows: Cells, spot: pa.Array) -> tuple[pa.Array, pa.Array]:
    return google.degrees(rows, pc.struct_field(spot, "latitudeE7"), pc.struct_field(spot, "longitudeE7"))


def _first(listed: pa.Array) -> pa.Array:
    """Answer the first element of each list, null of an empty one."""
    filled = pc.greater(pc.fill_null(pc.list_value_length(listed), 0), 0)
    # Arrow takes no first element of an empty list, so it is given a null
    return pc.list_element(pc.if_else(filled, listed, pa.scalar([None], listed.type)), 0)


def _lengths(listed: pa.Array) -> np.ndarray:
    return np.asarray(pc.fill_null(pc.list_value_length(listed), 0))


def _numbered(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answer, for each element of all lists in order, the row it is of and its number there, from 1."""
    of = np.repeat(np.arange(len(lengths)), lengths)
    part = np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    return of, np.minimum(part, MOST_PARTS).astype(np.int16)


def _picked(values: dict[str, object], of: np.ndarray) -> Columns:
    pick = pa.array(of)
    return Columns(
        {name: value.take(pick) if isinstance(value, pa.Array) else value for name, value in values.items()}, of=of
    )


def _has(column: pa.Array) -> np.ndarray:
    return np.asarray(pc.is_valid(column))


IMPORTER = Importer(
    name="google_semantic", collector="google", recognise=recognise, cells=cells, events=events, zone="UTC"
)
