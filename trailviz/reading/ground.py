"""The ground under a trail: cut out of a file on the user's disk, and small enough to be sent and drawn.

Whatever the file is, what comes out is the same: lines and areas as whole numbers, names with where they stand, whose work it is, and
what had to be left out. Nothing is fetched, and the file stays where it lies.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from trailviz.reading import cutting, legend, osm_ground, overture_ground, tiled, tiles
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.lettering import roads_written
from trailviz.reading.sheet import Label, MapFile, Progress, Shapes, Sheet, edges, opening, unit_m

MOST_BYTES = 1_600_000
"""Of lines and areas; a third more as text in the page for the class. A city of 20 by 20 km is drawn in a tenth of a second."""
SHIFT = 1
"""Whole numbers are sent in steps of two units: 1.2 m at the equator, a third of a pixel at the closest zoom."""
MOST_LABELS = 2_500
CREDIT = "© OpenStreetMap contributors, ODbL"
OVERTURE_CREDIT = "© OpenStreetMap contributors, Overture Maps Foundation, ODbL"
LONGEST_CREDIT = 160
DATES = ("planetiler:osm:osmosisreplicationtime", "date", "osm_date", "timestamp", "planetiler:buildtime")
PARQUET, OSM_HEADER = b"PAR1", b"OSMHeader"


@dataclass(frozen=True)
class _Step:
    """One way of drawing less: how far a line may be moved, how small an area may be, and what is left out."""

    tolerance_m: float
    smallest_m: float = 0
    without: tuple[int, ...] = ()


FOOT, SMALL = (legend.PATH,), (legend.PATH, legend.SERVICE)
STREETS = (*SMALL, legend.STREET)
STEPS = (
    _Step(1),
    _Step(2.5, 10),
    _Step(2.5, 20, FOOT),
    _Step(4, 30, SMALL),
    _Step(8, 60, SMALL),
    _Step(8, 120, STREETS),
    _Step(20, 200, STREETS),
    _Step(60, 600, (*STREETS, legend.COLLECTOR)),
    _Step(200, 2_000, (*STREETS, legend.COLLECTOR, legend.RAIL, legend.RIVER)),
)


@dataclass(frozen=True)
class Basemap:
    """The ground of a few boxes.

    `shapes` are in units of the sheet; `without` numbers the kinds left out for size; `credit` and `file` are plain text
    from outside, to be escaped where they are shown; `made` is the day the data is of, where the file says so.
    """

    boxes: tuple[Box, ...]
    shapes: Shapes
    labels: tuple[Label, ...]
    credit: str
    file: str
    made: date | None
    without: tuple[int, ...] = ()


@dataclass(frozen=True)
class Survey:
    """What was read of a file, before anything is cut or thinned: the boxes, the sheet, and what the file says of itself."""

    boxes: tuple[Box, ...]
    sheet: Sheet
    told: dict[str, object]
    kind: str
    file: str

    def covers(self, boxes: Sequence[Box]) -> bool:
        """Say whether these boxes can be cut out of it."""
        return all(any(box.within(one) == box for one in self.boxes) for box in boxes)


def survey(
    source: MapFile,
    boxes: Sequence[Box],
    progress: Progress | None = None,
    name: str = "",
    around: Sequence[Box] = (),
) -> Survey:
    """Read what a file, or a folder of Overture's Parquet files, holds of some boxes.

    `name` says what the file is called, where `source` is what it holds. `around` are wider boxes that hold these: a
    file that has to be read as a whole is read for them at once, so that another day needs no second reading.

    Raises:
        BrokenFileError: `no_ground`, `ground_broken`, `ground_elsewhere`, `ground_too_large`, `raster_tiles`,
            `ground_packed`, `osmium_missing`, or `no_boxes` where the trail has no place.
    """
    if not boxes:
        raise BrokenFileError("no_boxes")
    name = name or (source.name if isinstance(source, Path) else "")
    sheet = Sheet()
    try:
        kind = _kind(source)
        wider = kind != "tiles" and all(any(box.within(one) == box for one in around) for box in boxes)
        wanted = tuple(around if wider else boxes)
        read = {"tiles": tiled.draw, "osm": osm_ground.draw, "overture": overture_ground.draw}[kind]
        told = read(source, wanted, sheet, progress)
    except OSError:
        raise BrokenFileError("ground_broken") from None
    return Survey(wanted, sheet, told, kind, name)


def cut(read: Survey, boxes: Sequence[Box]) -> Basemap:
    """Cut the ground of boxes out of what was read, and thin it.

    Raises:
        BrokenFileError: `ground_elsewhere` or `ground_too_large`.
    """
    held = tuple(box for one in boxes if (box := _held(one, read.told.get("boxes"))))
    whole = read.sheet.shapes()
    drawn = _joined([cutting.clipped(whole, *edges(box)) for box in held])
    if not len(drawn):
        raise BrokenFileError("ground_elsewhere")
    labels = [one for one in read.sheet.labels.values() if any(_inside(one, box) for box in held)]
    labels = sorted(labels, key=lambda one: (one.kind, one.rank))[:MOST_LABELS]
    labels += roads_written(drawn, list(read.sheet.names), unit_m(held[0]))
    shapes, without = thinned(drawn.only(drawn.kind < len(legend.KINDS)), unit_m(held[0]))
    credit = _credit(read.told, OVERTURE_CREDIT if read.kind == "overture" else CREDIT)
    return Basemap(held, shapes, tuple(labels), credit, read.file, _made(read.told), without)


def basemap(source: MapFile, boxes: Sequence[Box], progress: Progress | None = None, name: str = "") -> Basemap:
    """Read and cut at once.

    Raises:
        BrokenFileError: As `survey` and `cut`.
    """
    return cut(survey(source, boxes, progress, name), boxes)


def _kind(source: MapFile) -> str:
    """Say what a file is by its first bytes; its name is not asked."""
    if isinstance(source, Path) and source.is_dir():
        return "overture"
    if isinstance(source, Path) and source.exists() and not source.is_file():
        # A pipe would be waited for, and a device has no end.
        raise BrokenFileError("no_ground")
    with opening(source) as file:
        start = file.read(64)
    if start.startswith((tiles.PMTILES, tiles.MBTILES)):
        return "tiles"
    if start.startswith(PARQUET):
        return "overture"
    if OSM_HEADER in start:
        return "osm"
    raise BrokenFileError("no_ground")


def _held(box: Box, told: object) -> Box | None:
    """Answer what the file holds of a box, by the boxes it says it has."""
    if not isinstance(told, list):
        return box
    return next((part for one in told if isinstance(one, Box) and (part := box.within(one))), None)


def _joined(each: list[Shapes]) -> Shapes:
    """Lay the shapes of several boxes into one."""
    sheet = Sheet()
    for one in each:
        sheet.draw(one.x, one.y, np.diff(one.starts), one.kind, one.shape, one.name)
    return sheet.shapes()


def thinned(shapes: Shapes, metres: float, most: int = MOST_BYTES) -> tuple[Shapes, tuple[int, ...]]:
    """Draw less and less, until it weighs at most so many bytes; answer what is left, and the kinds left out.

    Args:
        shapes: Lines and areas.
        metres: The length of a unit.
        most: Bytes, as `cutting.weight` counts them.

    Raises:
        BrokenFileError: `ground_too_large`, if even the coarsest way of drawing weighs more.
    """
    for step in STEPS:
        kept = shapes.only(~np.isin(shapes.kind, step.without))
        kept = cutting.simplified(kept, step.tolerance_m / metres, step.smallest_m / metres)
        if cutting.weight(kept, SHIFT) <= most:
            present = set(np.unique(shapes.kind).tolist())
            return kept, tuple(one for one in step.without if one in present)
    raise BrokenFileError("ground_too_large")


def _inside(label: Label, box: Box) -> bool:
    west, east, north, south = edges(box)
    return west <= label.x <= east and north <= label.y <= south


def _credit(told: dict[str, object], otherwise: str) -> str:
    """Read whose work the ground is; tags are taken away here, and what is left is escaped where it is shown."""
    said = told.get("attribution")
    text = html.unescape(re.sub(r"<[^>]*>", "", said)) if isinstance(said, str) else ""
    text = " ".join("".join(one for one in text if one.isprintable()).split())[:LONGEST_CREDIT]
    return text or otherwise


def _made(told: dict[str, object]) -> date | None:
    """Read the day the data is of."""
    for key in DATES:
        found = re.match(r"\d{4}-\d\d-\d\d", str(told.get(key, "")))
        if found:
            try:
                return date.fromisoformat(found[0])
            except ValueError:
                continue
    return None
