"""Immich, the list of assets its interface answers: when and where your photos were taken.

Format: JSON; assets with `exifInfo`, in a list or in lists of memories.
Seen: an answer of 2024 in a public test file (read 2026-11).
Encoding: UTF-8.
Zone: UTC, as written.
Precision: a second.
Kept: every asset with a place; the camera as the device.
Left out: assets without a place (`no_place`).
How to get it: your own Immich server, /api/assets with an API key, saved as a file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, json_cells
from trailviz.reading.json import paths_in
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = ".exifInfo.latitude"
TEXT = pa.string()
EXIF = pa.struct(
    [(name, TEXT) for name in ("dateTimeOriginal", "city", "make", "model")]
    + [(name, pa.float64()) for name in ("latitude", "longitude")]
)
ASSET = pa.struct([("exifInfo", EXIF), ("fileCreatedAt", TEXT)])
HEAD = 1 << 16


def recognise(head: Head) -> Recognition:
    """Look for assets with a place in their exifInfo."""
    if any(path.endswith(MARK) for path in head.paths):
        return Recognition(Confidence.CERTAIN, "has assets with exifInfo and a place")
    return Recognition(Confidence.NO, "has no assets with exifInfo")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the assets, numbered from 1, however deep their lists lie."""
    file.seek(0)
    lists = sorted(path.removesuffix(MARK) for path in paths_in(file.read(HEAD)) if path.endswith(MARK))
    file.seek(0)
    for one in json_cells(file, {lists[0]: ASSET} if lists else {}):
        exif = one.columns["exifInfo"]
        part = {name: pc.struct_field(exif, name) for name in ("dateTimeOriginal", "city", "make", "model")}
        point = {name: pc.struct_field(exif, f"{name}itude").cast(TEXT) for name in ("lat", "long")}
        device = pc.utf8_trim_whitespace(
            pc.binary_join_element_wise(pc.fill_null(part["make"], ""), pc.fill_null(part["model"], ""), " ")
        )
        columns = {
            # when it was taken, not when the file was made
            "time": pc.coalesce(part["dateTimeOriginal"], one.columns["fileCreatedAt"]),
            "lat": point["lat"],
            "lon": point["long"],
            "name": part["city"],
            "device": pc.if_else(pc.equal(device, ""), pa.scalar(None, TEXT), device),
        }
        yield replace(one, columns=columns)


def events(rows: Cells) -> Columns:
    """Make a fix of every asset."""
    return track.events(rows)


IMPORTER = Importer(name="immich", collector="self", recognise=recognise, cells=cells, events=events, zone="UTC")
