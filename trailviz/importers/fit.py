"""FIT activities of sports watches and bike computers (Garmin, Coros, Wahoo, Strava's app).

Format: binary messages; one row a record message. Gzipped files (`.fit.gz`) are read as they are.
Seen: four files of public test sets, 2013 to 2022 (read 2026-11).
Encoding: none.
Zone: UTC: seconds since 1989-12-31.
Precision: a second.
Kept: every record with a position, its accuracy, the sport and the device.
Left out: records without a position (`no_place`): a heart beats indoors too.
How to get it: the watch's folder Activity over USB, Garmin Connect: Export Original, or Strava's archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells
from trailviz.reading.fit import fit_records
from trailviz.reading.phrases import track

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("time", "lat", "lon", "accuracy", "mode", "device")


def recognise(head: Head) -> Recognition:
    """Look at the mark in the file's header."""
    if head.kind == "fit":
        return Recognition(Confidence.CERTAIN, "bears the mark of FIT")
    return Recognition(Confidence.NO, "bears no mark of FIT")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the records, numbered from 1."""
    told = ({**one, "mode": track.mode_of(one["mode"])} for one in fit_records(file))
    yield from record_cells(told, NAMES)


def events(rows: Cells) -> Columns:
    """Make a fix of every record."""
    return track.events(rows)


IMPORTER = Importer(name="fit", collector="self", recognise=recognise, cells=cells, events=events, zone="UTC")
