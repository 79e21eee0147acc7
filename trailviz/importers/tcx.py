"""TCX workouts of Garmin, Strava, Polar and others.

Format: XML; one row a Trackpoint.
Seen: a file of 2024 in a public test suite (read 2026-11); Garmin's TrainingCenterDatabase v2 schema.
Encoding: as declared, if that is true.
Zone: UTC as the format fixes it, or the offset beside a time.
Precision: a second.
Kept: every point with a place; the sport as mode.
Left out: points without a place (indoors, or before the first fix), points at 0, 0. Heart rates are not read.
How to get it: Garmin Connect: the activity, Export to TCX; Strava: the activity's address with /export_tcx.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition
from trailviz.reading.phrases import track
from trailviz.reading.records import record_cells
from trailviz.reading.xml import elements, root_of, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("time", "lat", "lon", "mode")
# the sport is written around the points, which alone are kept while reading
SPORT = re.compile(rb"<Activity\s[^>]*Sport=[\"']([^\"']+)")


def recognise(head: Head) -> Recognition:
    """Look at the root element."""
    if root_of(head)[0] == "TrainingCenterDatabase":
        return Recognition(Confidence.CERTAIN, "its root is TrainingCenterDatabase")
    return Recognition(Confidence.NO, "its root is not TrainingCenterDatabase")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the points, numbered from 1; a file of several sports names none."""
    file.seek(0)
    sports = {track.mode_of(one.decode("utf-8", "replace")) for one in SPORT.findall(file.read(1 << 20))}
    mode = next(iter(sports)) if len(sports) == 1 else None
    yield from record_cells(_points(file, mode), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make a fix of every point."""
    return track.events(rows)


def _points(file: BinaryIO, mode: str | None) -> Iterator[dict[str, str | None]]:
    for point in elements(file, {"Trackpoint"}):
        yield {
            "time": text_at(point, "Time"),
            "lat": text_at(point, "Position", "LatitudeDegrees"),
            "lon": text_at(point, "Position", "LongitudeDegrees"),
            "mode": mode,
        }


IMPORTER = Importer(name="tcx", collector="self", recognise=recognise, cells=cells, events=events, zone="UTC")
