"""Google location history, semantic: `Semantic Location History/2022/2022_MARCH.json`, 2014 to 2024.

Format: JSON object with `timelineObjects`, each a `placeVisit` or an `activitySegment`.
Seen: shapes of 2019 to 2024 in public documentation (read 2026-11).
Encoding: UTF-8.
Zone: UTC (ISO, or milliseconds as text in older files).
Precision: a second; points of a simplified path carry their own times.
Kept: visits with address, name and Google's confidence; movements with mode; timed points of their paths.
Left out: nothing; a visit without coordinates takes those of its likeliest candidate.
How to get it: takeout.google.com, Location History; since 2024 the history is on the phone (see google_timeline).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT
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
SHAPE = pa.struct(
    [
        ("placeVisit", pa.struct([("location", pa.struct(SPOT)), ("duration", DURATION), ("otherCandidateLocations", pa.list_(pa.struct(SPOT))), ("visitConfidence", pa.float64())])),
        ("activitySegment", pa.struct([("startLocation", pa.struct(SPOT)), ("endLocation", pa.struct(SPOT)), ("duration", DURATION), ("activityType", TEXT), ("simplifiedRawPath", PATH)])),
    ]
)  # fmt: skip
E7 = 1e7
RAN_OVER, FULL_TURN = 1_800_000_000, 1 << 32


def recognise(head: Head) -> Recognition:
    """Look for `timelineObjects`."""
    if "timelineObjects[]" in head.paths or "timelineObjects" in head.paths:
        return Recognition(Confidence.CERTAIN, "has timelineObjects")
    return Recognition(Confidence.NO, "has no timelineObjects")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Stream the timeline objects."""
    return json_cells(file, {"timelineObjects.item": SHAPE})


def events(rows: Cells) -> Iterator[Columns]:
    """Make visits, movements and the timed points of their paths."""
    visit, segment = rows.columns["placeVisit"], rows.columns["activitySegment"]
    shared = {"time_basis": "stated", "precision_s": 1, "datum": "wgs84"}
    place = pc.struct_field(visit, "location")
    lat, lon = _degrees(rows, place)
    other = pc.struct_field(visit, "otherCandidateLocations")
    if other.null_count < len(other):
        first = pc.list_element(
            pc.if_else(
                pc.greater(pc.fill_null(pc.list_value_length(other), 0), 0), other, pa.scalar([None], other.type)
            ),
            0,
        )
        spare_lat, spare_lon = _degrees(rows, first)
        lat, lon = pc.coalesce(lat, spare_lat), pc.coalesce(lon, spare_lon)
    start, end = _duration(rows, visit)
    confidence = pc.divide(pc.struct_field(visit, "visitConfidence"), 100.0)
    values = {
        "kind": "visit",
        "start": start,
        "end": end,
        "lat": lat,
        "lon": lon,
        "place": pc.coalesce(pc.struct_field(place, "name"), pc.struct_field(place, "address")),
        "place_ref": pc.struct_field(place, "placeId"),
        "category": pc.struct_field(place, "semanticType"),
        "probability": confidence,
        "said_by": "inferred",
        "presence": "in_person",
    }
    yield _picked({**shared, **values}, np.flatnonzero(_has(visit)))
    start, end = _duration(rows, segment)
    ends: dict[str, object] = {}
    for prefix, name in (("", "startLocation"), ("end_", "endLocation")):
        lat, lon = _degrees(rows, pc.struct_field(segment, name))
        ends |= {f"{prefix}lat": lat, f"{prefix}lon": lon}
    values = {
        "kind": "leg",
        "start": start,
        "end": end,
        **ends,
        "mode": google.modes(pc.struct_field(segment, "activityType")),
        "said_by": "inferred",
    }
    yield _picked({**shared, **values}, np.flatnonzero(_has(segment)))
    points = pc.struct_field(pc.struct_field(segment, "simplifiedRawPath"), "points")
    lengths = np.asarray(pc.fill_null(pc.list_value_length(points), 0))
    if lengths.any():
        yield _path(rows, points, lengths)


def _path(rows: Cells, points: pa.Array, lengths: np.ndarray) -> Columns:
    of = np.repeat(np.arange(len(rows)), lengths)
    steps = pc.list_flatten(points)
    flat = Cells({name: pc.struct_field(steps, name) for name in ("timestamp", "timestampMs")}, rows.row[of])
    start = _instants(flat, flat.text("timestamp"), flat.text("timestampMs"))
    rows.unreadable.extend(flat.unreadable)
    part = np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    values = {
        "kind": "fix",
        "start": start,
        "time_basis": "stated",
        "precision_s": 1,
        "lat": pc.divide(pc.struct_field(steps, "latE7").cast(pa.float64()), E7),
        "lon": pc.divide(pc.struct_field(steps, "lngE7").cast(pa.float64()), E7),
        "accuracy_m": pc.struct_field(steps, "accuracyMeters"),
        "datum": "wgs84",
    }
    return Columns(values, of=of, part=np.minimum(part, 32_000).astype(np.int16), parent_part=0)


def _duration(rows: Cells, held: pa.Array) -> tuple[pa.Array, pa.Array]:
    duration = pc.struct_field(held, "duration")
    pairs = (("startTimestamp", "startTimestampMs"), ("endTimestamp", "endTimestampMs"))
    found = [_instants(rows, *(pc.struct_field(duration, name) for name in pair)) for pair in pairs]
    return found[0], found[1]


def _instants(rows: Cells, iso: pa.Array, millis: pa.Array) -> pa.Array:
    inner = Cells({"timestamp": iso}, rows.row)
    number = pc.if_else(pc.match_substring_regex(millis, r"^\d{10,14}$"), millis, pa.scalar(None, TEXT)).cast(
        pa.int64()
    )
    read = pc.coalesce(inner.times("timestamp", "ISO8601"), pc.multiply(number, 1000).cast(INSTANT))
    rows.unreadable.extend(inner.unreadable)
    return read


def _degrees(rows: Cells, spot: pa.Array) -> tuple[pa.Array, pa.Array]:
    found = []
    for name in ("latitudeE7", "longitudeE7"):
        value = pc.struct_field(spot, name)
        over = pc.fill_null(pc.greater(value, RAN_OVER), False)  # noqa: FBT003
        if (count := pc.sum(over).as_py() or 0) > 0:
            rows.notices["repaired_coordinate"] += count
            value = pc.if_else(over, pc.subtract(value, FULL_TURN), value)
        found.append(pc.divide(value.cast(pa.float64()), E7))
    fine = pc.and_(pc.less_equal(pc.abs(found[0]), 90), pc.less_equal(pc.abs(found[1]), 180))
    none = pa.scalar(None, pa.float64())
    return pc.if_else(fine, found[0], none), pc.if_else(fine, found[1], none)


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
