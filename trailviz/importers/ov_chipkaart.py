"""OV-chipkaart, travel history (Netherlands; the card is withdrawn step by step until 2027).

Format: CSV parted by semicolons: Datum, Check-in, Vertrek, Check-uit, Bestemming, Bedrag, Transactie, Klasse, Product, …
Seen: the header and rows quoted in public documentation of 2025 (read 2026-11).
Encoding: UTF-8.
Zone: Europe/Amsterdam.
Precision: a minute.
Kept: journeys with both stops and their times, fares, what was bought; check-ins without a check-out.
Left out: nothing. Name and card number are not read.
How to get it: ov-chipkaart.nl, Mijn reishistorie, Download, CSV; eighteen months.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Datum", "Check-in", "Vertrek", "Check-uit", "Bestemming", "Bedrag", "Transactie")
OTHERS = ("Klasse", "Product", "Opmerkingen", "Naam", "Kaartnummer")
ZONE = "Europe/Amsterdam"
DAY = np.timedelta64(1, "D")


def recognise(head: Head) -> Recognition:
    """Look for the header."""
    return head.has_columns(HEADER, optional=OTHERS)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table."""
    yield from table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make a ride of every check-out, a tap of every lonely check-in, a payment of the rest."""
    date = rows.text("Datum")
    rows = replace(
        rows,
        columns={
            **rows.columns,
            "Check-in": pc.coalesce(pc.binary_join_element_wise(date, rows.text("Check-in"), " "), date),
            "Check-uit": pc.binary_join_element_wise(date, rows.text("Check-uit"), " "),
        },
    )
    patterns = ("%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y")
    start, end = (rows.times(name, *patterns, zone=ZONE) for name in ("Check-in", "Check-uit"))
    wall, ends = (one.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False) for one in (start, end))
    arrived = pc.is_valid(rows.text("Bestemming"))
    left = pc.is_valid(rows.text("Vertrek"))
    signs = rows.signs("Bedrag", decimal=",")
    return Columns(
        {
            "kind": pc.case_when(pc.make_struct(arrived, left), "ride", "tap", "payment"),
            "start": start,
            # checked out after midnight
            "end": pa.array(np.where(ends < wall, ends + DAY, ends), pa.timestamp("us")).cast(start.type),
            "time_basis": "stated",
            "precision_s": rows.precision("Check-in"),
            "place": rows.text("Vertrek"),
            "end_place": rows.text("Bestemming"),
            # train, metro, tram and bus stand in one list
            "mode": pc.if_else(pc.or_(arrived, left), "unknown", pa.scalar(None, pa.string())),
            "service": rows.text("Product"),
            "detail": rows.text("Transactie"),
            "note": rows.text("Opmerkingen"),
            "amount": rows.money("Bedrag", decimal=","),
            "currency": "EUR",
            "flow": pa.array(np.where(signs < 0, "in", "out")),
            "party": "OV-chipkaart",
            "party_is": "company",
            "presence": pc.if_else(pc.or_(arrived, left), "in_person", "unknown"),
        }
    )


IMPORTER = Importer(
    name="ov_chipkaart",
    collector="translink_nl",
    recognise=recognise,
    cells=cells,
    events=events,
    zone=ZONE,
    retention_days=548,
)
