"""Uber, what a driver or courier was paid: `driver_payments.csv`, some lines a trip. Known from a description.

Format: CSV; a line an amount, with the trip it belongs to, its class (fare, tip, fee) and the city.
Seen: columns of exports of 2025 and 2026 described in public documentation (read 2026-11); no export was at hand.
Encoding: UTF-8.
Zone: none named: the wall clock of the city; to read it as UTC puts a lunch at midnight, so a zone is assumed and said.
Precision: a second: when the trip was done, or later for a tip.
Kept: every line as a payment in or out, joined to its trip by number.
Left out: nothing.
How to get it: privacy.uber.com, Download your data, as a driver or courier; folder Driver.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Trip UUID", "Local Amount", "Currency Code", "Classification", "Local Timestamp")
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%m/%d/%Y %H:%M")
FEES = r"(?i)fee|commission|tax|insurance|deduction"


def recognise(head: Head) -> Recognition:
    """Look for the columns of paid lines; no export was seen, so it is never certain."""
    said = head.has_columns(HEADER)
    return Recognition(min(said.confidence, Confidence.LIKELY), said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a payment of every line; a fee Uber kept goes out."""
    # a Z behind a local time of Uber's is false
    text = pc.replace_substring_regex(rows.text("Local Timestamp"), "Z$", "")
    signs = rows.signs("Local Amount")
    what = rows.text("Classification")
    kept_back = pc.and_(pc.match_substring_regex(pc.fill_null(what, ""), FEES), pa.array(signs < 0))
    rows = replace(rows, columns={**rows.columns, "Local Timestamp": text}, unreadable=rows.unreadable)
    rows.notices["zone_assumed"] += len(rows)
    return Columns(
        {
            "kind": pc.if_else(kept_back, "fee", "payment"),
            "start": rows.times("Local Timestamp", *PATTERNS),
            "time_basis": "stated",
            "precision_s": rows.precision("Local Timestamp"),
            "zone_basis": "assumed",
            "party": "Uber",
            "party_is": "company",
            "detail": what,
            "category": rows.text("Category"),
            "place": rows.text("City Name"),
            "amount": rows.money("Local Amount"),
            "currency": rows.text("Currency Code"),
            "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
            "refs": _listed(rows.text("Trip UUID")),
            "presence": "unknown",
        }
    )


def _listed(trips: pa.Array) -> pa.Array:
    """Put each trip's number into a list of its own; null where a line belongs to none."""
    held = np.asarray(pc.is_valid(trips))
    ends = pa.array(np.concatenate([[0], np.cumsum(held)]).astype(np.int32))
    lists = pa.ListArray.from_arrays(ends, trips.drop_null())
    return pc.if_else(pa.array(held), lists, pa.scalar(None, lists.type))


IMPORTER = Importer(name="uber_driver_payments", collector="uber", recognise=recognise, cells=cells, events=events)
