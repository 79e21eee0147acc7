"""Google Takeout, access log: which device used which Google service, and in which city its address was.

Format: delimited text; columns found by name. Known from a description only.
Seen: described in public documentation of 2026 (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: UTC, written behind the time.
Precision: a second.
Kept: every access as a sign-in, with the city Google concludes from the address.
Left out: nothing.
How to get it: takeout.google.com, Access log activity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Activity Timestamp", "IP Address", "Activity Country", "Product Name")
OTHERS = ("Gaia ID", "Activity Region", "Activity City", "User Agent String", "Sub-Product Name", "Activity Type")
PATTERNS = ("%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S.%f UTC", "ISO8601")


def recognise(head: Head) -> Recognition:
    """Look for the header; no export was seen, so it is never certain."""
    found = head.has_columns(HEADER, optional=OTHERS)
    return Recognition(min(found.confidence, Confidence.LIKELY), found.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a sign-in of every row; its city is concluded from an address, so it is Google's inference."""
    parts = [pc.fill_null(rows.text(name), "") for name in ("Activity City", "Activity Region", "Activity Country")]
    place = pc.binary_join_element_wise(*parts, ", ")
    place = pc.utf8_trim(pc.replace_substring_regex(place, r"(, )+", ", "), " ,")
    return Columns(
        {
            "kind": "sign_in",
            "start": rows.times("Activity Timestamp", *PATTERNS, zone="UTC"),
            "time_basis": "stated",
            "precision_s": 1,
            "place": pc.if_else(pc.equal(place, ""), pa.scalar(None, pa.string()), place),
            "service": rows.text("Product Name"),
            "detail": rows.text("User Agent String"),
            # the log names no device otherwise
            "device": rows.text("IP Address"),
            "presence": "unknown",
            "said_by": "inferred",
        }
    )


IMPORTER = Importer(
    name="google_access_log", collector="google", recognise=recognise, cells=cells, events=events, zone="UTC"
)
