"""Photos: when and where a camera says it was, from the header of the picture (EXIF).

Format: JPEG, TIFF, PNG, WebP; HEIC with the extra `trailviz[heic]`. One picture, one row.
Seen: a JPEG of a public test set (read 2026-11).
Encoding: none.
Zone: the camera's offset; else the satellites' time, which is UTC; else none: assumed.
Precision: a second.
Kept: every picture with a place and a time; the camera as the device.
Left out: pictures without a place (`no_place`).
How to get it: the folder of your photos itself; an app or site that shares photos often removes the place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells
from trailviz.reading.photo import PLACE, taken
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("time", "lat", "lon", "accuracy", "device")


def recognise(head: Head) -> Recognition:
    """Look for a place in the header."""
    if head.kind == "image" and PLACE in head.paths:
        return Recognition(Confidence.CERTAIN, "is a picture that tells where it was taken")
    return Recognition(Confidence.NO, "is no picture that tells where it was taken")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the picture's header as one row."""
    yield from record_cells(iter([taken(file) or {}]), NAMES)


def events(rows: Cells) -> Columns:
    """Make a fix of the picture."""
    return track.events(rows, zone=None)


IMPORTER = Importer(name="photo", collector="self", recognise=recognise, cells=cells, events=events)
