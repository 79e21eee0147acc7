"""How Uber writes times: UTC with a Z, with `+0000 UTC` or bare, and the year 1970 for none; a zone's name beside them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.days import UnknownZoneError, zone_of
from trailviz.events import INSTANT
from trailviz.reading.cells import Cells

DAY_US = 86_400_000_000
PATTERNS = (
    "ISO8601",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
)
UTC_WORD = r" ?(\+0000 UTC|UTC)$"


def moments(rows: Cells, *columns: str, zone: str = "UTC") -> pa.Array:
    """Read the first of these columns the file has; 1970 means no time and is counted, a bare time is in `zone`."""
    column = next((one for one in columns if rows.has(one)), None)
    if column is None:
        return pa.nulls(len(rows), INSTANT)
    # beside a local time the word is as false as the Z is
    text = pc.replace_substring_regex(rows.text(column), UTC_WORD, "Z" if zone == "UTC" else "")
    plain = Cells({column: _only_z_as_offset(text)}, rows.row, assumed_zone=rows.assumed_zone)
    read = plain.times(column, *PATTERNS, zone=zone)
    rows.unreadable.extend(plain.unreadable)
    rows.notices.update(plain.notices)
    none = pc.less(pc.fill_null(read.cast(pa.int64()), DAY_US), DAY_US)
    if count := pc.sum(none).as_py():
        rows.notices["epoch_sentinel"] += count
    return pc.if_else(none, pa.scalar(None, INSTANT), read)


def zones(rows: Cells) -> pa.Array:
    """Answer the zone each row names, null where there is no such zone."""
    coded = rows.text("timezone").dictionary_encode()
    known = pa.array([one if _is_zone(one) else None for one in coded.dictionary.to_pylist()], pa.string())
    return known.take(coded.indices) if len(known) else pa.nulls(len(rows), pa.string())


def _only_z_as_offset(text: pa.Array) -> pa.Array:
    """Write a blank between day and hour as T where a Z ends the time, so that it is read as ISO."""
    return pc.replace_substring_regex(text, r"^(\d{4}-\d\d-\d\d) (.*Z)$", r"\1T\2")


def _is_zone(word: str) -> bool:
    try:
        zone_of(word)
    except UnknownZoneError:
        return False
    return True
