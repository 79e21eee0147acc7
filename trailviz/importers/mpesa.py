"""M-PESA, statement: the PDF with a password, or a table made of it.

Format: PDF or CSV; a deed a row; paid in and withdrawn in two columns, or one of them with a minus.
Seen: rows and headings of 2018 to 2026 quoted in public documentation (read 2026-11); no PDF was at hand.
Encoding: UTF-8.
Zone: East Africa Time, not written.
Precision: a second.
Kept: every deed with the other side, its number, and the agent's till; a charge as a fee of its own.
Left out: nothing; what failed or was cancelled is an order.
How to get it: MySafaricom app: M-PESA, Statement, or *234#; it comes as a PDF with a password, told by SMS: give it with --password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells, table_cells
from trailviz.reading.pdf import pages, table, text
from trailviz.reading.phrases import mpesa

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("Receipt No.", "Completion Time", "Details", "Transaction Status", "Paid In", "Withdrawn")
PRINTED = (*HEADER, "Balance")
STATUSES = r"(?i)^(failed|cancell?ed|declined|pending)"
PATTERNS = ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S")
# what begins a row, as its other cells wrap
RECEIPT = r"[A-Z0-9]{10}"
ZONE = "Africa/Nairobi"


def recognise(head: Head) -> Recognition:
    """Look for the columns, printed or in a table; never certain, as no PDF was seen and tables are made by hand."""
    if head.kind == "pdf":
        if "Receipt No" in head.text and "Completion Time" in head.text and "Paid In" in head.text:
            return Recognition(Confidence.LIKELY, "is a printed M-PESA statement")
        return Recognition(Confidence.NO, "is no M-PESA statement")
    said = head.has_columns(HEADER)
    return Recognition(min(said.confidence, Confidence.LIKELY), said.because)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table, printed or not."""
    start = file.read(4)
    file.seek(0)
    if start != b"%PDF":
        yield from table_cells(file, HEADER)
        return
    found = pages(file)
    rows = ({name: row[name] or None for name in PRINTED} for row in table(found, PRINTED, RECEIPT, joint=" "))
    yield from record_cells(rows, PRINTED, lines=text(found[:1]).splitlines()[:20])


def events(rows: Cells) -> Columns:
    """Make a deed of every row; which way the money went is told by the column, or by a minus."""
    paid_in, withdrawn = rows.money("Paid In"), rows.money("Withdrawn")
    # 0.00 stands in the column that does not apply
    out = np.asarray(pc.fill_null(pc.greater(withdrawn, 0), False)) | (rows.signs("Paid In") < 0)  # noqa: FBT003
    some_in = np.asarray(pc.fill_null(pc.greater(paid_in, 0), False))  # noqa: FBT003
    nothing = pa.scalar(None, withdrawn.type)
    told = mpesa.tell(rows.text("Details"))
    undone = pc.fill_null(pc.match_substring_regex(rows.text("Transaction Status"), STATUSES), False)  # noqa: FBT003
    receipts = rows.text("Receipt No.")
    return Columns(
        {
            **told,
            "kind": pc.if_else(undone, pa.scalar("order"), told["kind"]),
            "start": rows.times("Completion Time", *PATTERNS, zone=ZONE),
            "time_basis": "stated",
            "precision_s": rows.precision("Completion Time"),
            "detail": rows.text("Details"),
            "status": rows.text("Transaction Status"),
            "amount": pc.coalesce(pc.if_else(pc.greater(withdrawn, 0), withdrawn, nothing), paid_in),
            "currency": "KES",
            "flow": pa.array(np.select([out, some_in], ["out", "in"], "neither")),
            "refs": _listed(receipts),
        }
    )


def _listed(receipts: pa.Array) -> pa.Array:
    held = np.asarray(pc.is_valid(receipts))
    ends = pa.array(np.concatenate([[0], np.cumsum(held)]).astype(np.int32))
    lists = pa.ListArray.from_arrays(ends, receipts.drop_null())
    return pc.if_else(pa.array(held), lists, pa.scalar(None, lists.type))


IMPORTER = Importer(name="mpesa", collector="mpesa_ke", recognise=recognise, cells=cells, events=events, zone=ZONE)
