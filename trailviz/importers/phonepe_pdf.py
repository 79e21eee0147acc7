"""PhonePe, statement as PDF: UPI payments of one phone number, some lines each. Known from a description.

Format: PDF; a payment is a date, a time, who was paid, two numbers, the account and the sum, on four lines or eight.
Seen: texts of 2025 and 2026 quoted in public documentation (read 2026-11); no PDF was at hand.
Encoding: none.
Zone: India Standard Time, not written.
Precision: a minute.
Kept: every payment with both its numbers and the tail of the account.
Left out: nothing.
How to get it: PhonePe: History, My Statements; a locked PDF is opened with --password, which is your number. CSV is read too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition, record_cells
from trailviz.reading.pdf import pages, text

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("time", "party", "way", "amount", "number", "utr", "tail")
DAY = r"[A-Z][a-z]{2,3} \d{1,2}, \d{4}"
# the title's window begins with a day too
BEGINS = re.compile(rf"^{DAY}(?! ?-)", re.MULTILINE)
TITLE = re.compile(r"Transaction Statement for \+?\d|support\.phonepe\.com|PhonePe", re.IGNORECASE)
PARTS = {
    "day": re.compile(rf"^({DAY})"), "clock": re.compile(r"\b(\d{1,2}:\d\d ?[AaPp][Mm])\b"),
    "party": re.compile(r"\b(?:Paid to|Received from|Payment to|Transfer to|Refund from|Bill paid -|Recharged) ?(.+?)(?= (?:DEBIT|Debit|CREDIT|Credit)\b|$)", re.MULTILINE),
    # a credit card is no credit
    "way": re.compile(r"\b(debit|credit)\b(?! card)", re.IGNORECASE), "amount": re.compile(r"(?:INR|₹|Rs\.?)\s*([\d,]+(?:\.\d\d?)?)"),
    "number": re.compile(r"Transaction ID\s*:?\s*(\w+)"), "utr": re.compile(r"UTR No\.?\s*:?\s*(\w+)"), "tail": re.compile(r"[Xx*]{2,}(\d{3,4})\b"),
}  # fmt: skip
ZONE = "Asia/Kolkata"


def recognise(head: Head) -> Recognition:
    """Look for the title and the words of a payment; no PDF was seen, so it is never certain."""
    if head.kind == "pdf" and TITLE.search(head.text) and "UTR No" in head.text:
        return Recognition(Confidence.LIKELY, "is a statement of UPI payments")
    return Recognition(Confidence.NO, "is no statement of UPI payments")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the payments, numbered from 1."""
    whole = text(pages(file))
    at = [found.start() for found in BEGINS.finditer(whole)]
    blocks = (whole[start:end] for start, end in zip(at, [*at[1:], len(whole)], strict=True))
    yield from record_cells((_told(block) for block in blocks), NAMES, lines=whole.splitlines()[:10])


def events(rows: Cells) -> Columns:
    """Make a payment of every block."""
    numbers = zip(rows.text("number").to_pylist(), rows.text("utr").to_pylist(), strict=True)
    return Columns(
        {
            "kind": "payment",
            "start": rows.times("time", "%b %d, %Y %I:%M %p", zone=ZONE),
            "time_basis": "stated",
            "precision_s": 60,
            "party": rows.text("party"),
            "party_is": "unknown",
            "amount": rows.money("amount"),
            "currency": "INR",
            "flow": pc.if_else(pc.equal(pc.utf8_lower(pc.fill_null(rows.text("way"), "")), "credit"), "in", "out"),
            "instrument": rows.text("tail"),
            "refs": pa.array([[one for one in pair if one] or None for pair in numbers], pa.list_(pa.string())),
            "presence": "unknown",
        },
        own_id=rows.text("number"),
    )


def _told(block: str) -> dict[str, str | None]:
    found = {name: hit[1].strip() if (hit := pattern.search(block)) else None for name, pattern in PARTS.items()}
    day, clock = found.pop("day"), found.pop("clock")
    clock = re.sub(r"(\d) ?([AaPp][Mm])$", r"\1 \2", clock).upper() if clock else None
    return {**found, "time": " ".join(filter(None, (day, clock)))}


IMPORTER = Importer(name="phonepe_pdf", collector="phonepe", recognise=recognise, cells=cells, events=events, zone=ZONE)
