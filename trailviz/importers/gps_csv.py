"""Positions in a table: GPSLogger, GPS loggers and any CSV with a time, a latitude and a longitude under their usual names.

Format: CSV; names in many spellings, seconds or ISO times, a hemisphere behind the degrees, ten-millionths of a degree, decimal commas.
Seen: four layouts in a public test suite of 2024 (read 2026-11).
Encoding: UTF-8 or a single-byte one.
Zone: the offset beside a time, or seconds since 1970; otherwise not stated.
Precision: as written.
Kept: positions with accuracy and device; a position of another datum than WGS-84 is not told apart.
Left out: points without a place, points at 0, 0.
How to get it: the logger's app: Export, CSV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

from trailviz.reading.phrases import track

LAT = ("lat", "latitude", "latitude n/s", "gps_lat", "latitude_e7", "latitudee7", "y")
LON = ("lon", "lng", "long", "longitude", "longitude e/w", "gps_lon", "longitude_e7", "longitudee7", "x")
TIME = (
    "time",
    "timestamp",
    "datetime",
    "date_time",
    "date time",
    "utc",
    "date",
    "recorded_at",
    "loctimestamp",
    "time_utc",
)
ACCURACY = ("accuracy", "acc", "horizontal_accuracy", "hacc", "accuracy_m")
DEVICE = ("deviceid", "device_id", "device", "tid")
# trips and payments have readers of their own, which know what their times mean
OTHER = r"(?i)amount|price|fare|cost|betrag|金额|address|restaurant|trip|ride|station|event time"


def recognise(head: Head) -> Recognition:
    """Look for a row with a time, a latitude and a longitude, and nothing that speaks of a trip or of money."""
    for row in head.rows[:60]:
        names = [one.lower() for one in row]
        if all(any(name in names for name in wanted) for wanted in (LAT, LON, TIME)):
            if any(pc.match_substring_regex(pa.array([one]), OTHER)[0].as_py() for one in names):
                return Recognition(Confidence.NO, "has positions, but of trips or payments")
            return Recognition(Confidence.LIKELY, "has columns for time, latitude and longitude")
    return Recognition(Confidence.NO, "has no columns for time, latitude and longitude")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table; the first row that names all three is its header."""
    header = _header(file)
    file.seek(0)
    for one in table_cells(file, header):
        # the last batch has lines alone, and no columns
        if len(one):
            one.columns = {**one.columns, **_named(one)}
        yield one


def events(rows: Cells) -> Columns:
    """Make a fix of every row."""
    return track.events(rows, zone=None)


def _header(file: BinaryIO) -> list[str]:
    from trailviz.reading.head import SIZE, text_of  # noqa: PLC0415 - only where such a file is read

    file.seek(0)
    for line in text_of(file.read(SIZE)).splitlines()[:60]:
        for delimiter in ",;\t|":
            row = [one.strip().strip('"').strip() for one in line.split(delimiter)]
            found = [_first(row, wanted) for wanted in (TIME, LAT, LON)]
            if all(found):
                return [one for one in found if one]
    return ["time", "lat", "lon"]


def _first(names: list[str], wanted: Sequence[str]) -> str | None:
    # backwards, so that the first of two columns that differ in capitals wins
    lower = {one.lower(): one for one in reversed(names)}
    return next((lower[one] for one in wanted if one in lower), None)


def _named(rows: Cells) -> dict[str, pa.Array]:
    """Give the columns the names of a point, and write every degree as a plain number."""
    names = list(rows.columns)
    told: dict[str, pa.Array] = {}
    for name, wanted in (("time", TIME), ("accuracy", ACCURACY), ("device", DEVICE)):
        if found := _first(names, wanted):
            told[name] = rows.text(found)
    for name, spellings in (("lat", LAT), ("lon", LON)):
        found = _first(names, spellings)
        told[name] = _degrees(rows.text(found or name))
    return told


def _degrees(text: pa.Array) -> pa.Array:
    """Write 52.52N, 52,52, 525200000 and 13.4W as plain degrees."""
    south = pc.fill_null(pc.match_substring_regex(text, "(?i)[SW]$"), False)  # noqa: FBT003
    bare = pc.replace_substring_regex(pc.utf8_trim_whitespace(text), r"(?i)\s*°?\s*[NSEW]$", "")
    bare = pc.replace_substring_regex(bare, r"^([+-]?\d{1,3}),(\d+)$", r"\1.\2")
    bare = pc.replace_substring_regex(bare, r"^([+-]?\d{1,3})(\d{7})$", r"\1.\2")
    return pc.if_else(south, pc.binary_join_element_wise("-", bare, ""), bare)


IMPORTER = Importer(name="gps_csv", collector="self", recognise=recognise, cells=cells, events=events)
