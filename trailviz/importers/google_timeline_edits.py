"""Google Takeout, `Timeline Edits.json`: raw positions a phone sent while Timeline moved to it. Known from a description.

Format: JSON object with `timelineEdits`; an element is a raw signal (a position, a Wi-Fi scan) or a ranking of places.
Seen: the shape described by several public readers of it (read 2026-11); no export of a person was at hand.
Encoding: UTF-8.
Zone: UTC.
Precision: a second; milliseconds are kept.
Kept: every position with its accuracy and device; of a ranking each place, as Google's own inference.
Left out: Wi-Fi scans, which are never read (`wifi`); elements without a position (`no_place`), positions at 0, 0 (`null_island`).
How to get it: takeout.google.com, Timeline; the history itself is on the phone (see google_timeline).
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

POINT = pa.struct([("latE7", pa.int64()), ("lngE7", pa.int64())])
POSITION = pa.struct([("point", POINT), ("accuracyMm", pa.float64()), ("timestamp", pa.string())])
SIGNAL = pa.struct([("position", POSITION), ("wifiScan", pa.struct([("deliveryTime", pa.string())]))])
PLACE = pa.struct([("placeId", pa.string()), ("point", POINT)])
RANKING = pa.struct(
    [("processWindow", pa.struct([("startTime", pa.string())])), ("placeAggregateInfo", pa.list_(PLACE))]
)
SHAPE = pa.struct(
    [("deviceId", pa.string()), ("rawSignal", pa.struct([("signal", SIGNAL)])), ("placeAggregates", RANKING)]
)
MM = 1000.0


def recognise(head: Head) -> Recognition:
    """Look for the list; no export of a person was seen, so it is never certain."""
    inside = any(
        path.startswith(("timelineEdits.item.rawSignal", "timelineEdits.item.placeAggregates")) for path in head.paths
    )
    if "timelineEdits[]" in head.paths and inside:
        return Recognition(Confidence.LIKELY, "has timelineEdits with raw signals")
    return Recognition(Confidence.NO, "has no timelineEdits with raw signals")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Stream the elements."""
    return json_cells(file, {"timelineEdits.item": SHAPE})


def events(rows: Cells) -> list[Columns]:
    """Make a fix of every position, and a statement of every place of a ranking."""
    signal = pc.struct_field(rows.columns["rawSignal"], "signal")
    position = pc.struct_field(signal, "position")
    lat, lon, stated, zero = _degrees(rows, pc.struct_field(position, "point"))
    ranked = pc.struct_field(rows.columns["placeAggregates"], "placeAggregateInfo")
    ranks = np.asarray(pc.greater(pc.fill_null(pc.list_value_length(ranked), 0), 0))
    scan = np.asarray(pc.is_valid(pc.struct_field(signal, "wifiScan"))) & ~stated
    # an element that ranks places too gives events, and is not left out
    rows.leave_out(scan & ~ranks, "wifi")
    rows.leave_out(~stated & ~scan & ~ranks, "no_place")
    rows.leave_out(zero & ~ranks, "null_island")
    outside = stated & ~zero & np.asarray(pc.is_null(lat))
    rows.note(outside, "latE7", "a position on Earth in ten-millionths of a degree")
    fixed = np.flatnonzero(stated & ~zero & ~outside)
    pick = pa.array(fixed)
    written = pc.struct_field(position, "timestamp")
    accuracy = pc.divide(pc.struct_field(position, "accuracyMm"), MM)
    fixes = {
        "kind": "fix",
        "start": google.instants(rows, "timestamp", written, needed=stated & ~zero & ~outside).take(pick),
        "lat": lat.take(pick),
        "lon": lon.take(pick),
        "accuracy_m": accuracy.take(pick),
        "device": rows.text("deviceId").take(pick),
        "said_by": "recorded",
    }
    shared = {"time_basis": "stated", "precision_s": 1, "datum": "wgs84"}
    return [Columns({**fixes, **shared}, of=fixed), *_places(rows, ranked, np.flatnonzero(ranks), shared)]


def _degrees(rows: Cells, point: pa.Array) -> tuple[pa.Array, pa.Array, np.ndarray, np.ndarray]:
    """Read points; answer latitudes, longitudes, where one is stated, and where it is 0, 0. One off the Earth is noted."""
    given = [pc.struct_field(point, name) for name in ("latE7", "lngE7")]
    stated = np.asarray(pc.and_(pc.is_valid(given[0]), pc.is_valid(given[1])))
    zero = np.asarray(pc.fill_null(pc.and_(pc.equal(given[0], 0), pc.equal(given[1], 0)), fill_value=False))
    lat, lon = google.degrees(rows, *given)
    return lat, lon, stated, zero


def _places(rows: Cells, ranked: pa.Array, of: np.ndarray, shared: dict[str, object]) -> Iterator[Columns]:
    """Make a statement of each place, in the order Google ranks them; its time is when the ranking begins."""
    if not len(of):
        return
    some = ranked.take(pa.array(of))
    parents = np.asarray(pc.list_parent_indices(some))
    flat = pc.list_flatten(some)
    inner = Cells({}, rows.row[of[parents]], notices=rows.notices)
    lat, lon = google.degrees(
        inner, *(pc.struct_field(pc.struct_field(flat, "point"), name) for name in ("latE7", "lngE7"))
    )
    known = np.flatnonzero(np.asarray(pc.is_valid(lat)) | np.asarray(pc.is_valid(pc.struct_field(flat, "placeId"))))
    begins = pc.struct_field(pc.struct_field(rows.columns["placeAggregates"], "processWindow"), "startTime")
    first = np.searchsorted(parents, np.arange(len(of)))
    yield Columns(
        {
            "kind": "statement",
            "start": google.instants(rows, "startTime", begins).take(pa.array(of[parents[known]])),
            "lat": lat.take(pa.array(known)),
            "lon": lon.take(pa.array(known)),
            "place_ref": pc.struct_field(flat, "placeId").take(pa.array(known)),
            "said_by": "inferred",
            "presence": "unknown",
            **shared,
        },
        of=of[parents[known]],
        part=(1 + known - first[parents[known]]).astype(np.int16),
    )


IMPORTER = Importer(
    name="google_timeline_edits",
    collector="google",
    recognise=recognise,
    cells=cells,
    events=events,
    zone="UTC",
    lesser="get_timeline",
)
