"""OFX and QFX bank and card statements (1.x as SGML, 2.x as XML).

Format: tags, closed or not; one STMTTRN a transaction, under the account and currency of its statement.
Seen: files of American, Canadian, Australian, Brazilian and European banks of 2005 to 2024 in public test suites (read 2026-11).
Encoding: whatever it really is; the header's CHARSET is not believed.
Zone: an offset where the bank writes one ([-3:GMT]), else not stated.
Precision: a second where the bank writes a time other than midnight or noon, else a day.
Kept: every transaction with its ids, name and memo; a terminal or a cash machine is being there.
Left out: nothing; trades of a brokerage account are not read.
How to get it: online banking, the account, Download or Export, OFX, QFX, Quicken or Money.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Declared, Head, Importer, Recognition
from trailviz.reading.ofx import ofx_cells
from trailviz.reading.phrases import bank_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STATEMENT = re.compile(r"<(STMTTRN|BANKTRANLIST|BANKMSGSRSV1|CREDITCARDMSGSRSV1)>", re.IGNORECASE)
MARK = re.compile(r"OFXHEADER|<OFX>", re.IGNORECASE)
PLAIN = ("CREDIT", "DEBIT", "INT", "DIV", "DEP", "CHECK", "CASH", "OTHER")
KINDS = {
    **dict.fromkeys(PLAIN, "payment"),
    "FEE": "fee",
    "SRVCHG": "fee",
    "XFER": "transfer",
    "HOLD": "hold",
    "PAYMENT": "transfer",
}
PRESENT = {
    "ATM": "in_person",
    "POS": "in_person",
    "DIRECTDEBIT": "remote",
    "DIRECTDEP": "remote",
    "REPEATPMT": "remote",
}
MOMENT = r"^(?P<day>\d{8})(?P<clock>\d{4,6})?(?:\.\d+)?\s*(?:\[(?P<hours>[+-]?\d{1,2})(?:\.(?P<part>\d+))?)?"
PATTERNS = ("%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S")
OFFSET = r" \d\d:\d\d:\d\d(?P<hours>[+-]\d\d)(?P<minutes>\d\d)$"
EUROPE = ("DE", "AT", "NL", "IE", "UK")


def recognise(head: Head) -> Recognition:
    """Look for the OFX header or root, and for a list of transactions."""
    text = head.text + head.tail if head.kind in {"text", "xml", "html"} else ""
    if not MARK.search(text[:4096]):
        return Recognition(Confidence.NO, "has no OFX header")
    if STATEMENT.search(text):
        return Recognition(Confidence.CERTAIN, "is OFX with a list of transactions")
    return Recognition(Confidence.NO, "is OFX, but holds no account's transactions")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the transactions."""
    return ofx_cells(file)


def events(rows: Cells) -> Columns:
    """Make an event of every transaction; the day it was made, where the bank tells it apart, is the time."""
    made = rows.columns.get("DTUSER", pa.nulls(len(rows), pa.string()))
    rows = replace(
        rows,
        columns={
            **rows.columns,
            "DTUSER": _spelled(pc.coalesce(made, rows.text("DTPOSTED"))),
            "DTPOSTED": _spelled(rows.text("DTPOSTED")),
            # European banks write a decimal comma
            "TRNAMT": pc.replace_substring_regex(rows.text("TRNAMT"), r"^([+-]?\d+),(\d{1,2})$", r"\1.\2"),
        },
    )
    kinds = rows.text("TRNTYPE")
    signs = rows.signs("TRNAMT")
    # a credit card's account is its number, and has no bank
    card = pc.and_(pc.is_valid(rows.text("ACCTID")), pc.invert(pc.is_valid(rows.text("BANKID"))))
    tail = pc.if_else(card, pc.utf8_slice_codeunits(rows.text("ACCTID"), -4), pa.scalar(None, pa.string()))
    clock = np.asarray(pc.fill_null(pc.match_substring_regex(rows.text("DTUSER"), r" (?:00:00:00|12:00:00)"), True))  # noqa: FBT003
    plain = {
        "kind": pc.fill_null(
            rows.words("TRNTYPE", {**dict.fromkeys(PRESENT, "payment"), **KINDS}, other="payment"), "payment"
        ),
        "start": rows.times("DTUSER", *PATTERNS),
        "booked": pc.if_else(pc.is_valid(made), rows.times("DTPOSTED", *PATTERNS, noted=False), None),
        "precision_s": pa.array(np.where(clock, 86_400, 1).astype(np.int32)),
        "party": pc.coalesce(rows.text("NAME"), rows.text("MEMO")),
        "party_is": "unknown",
        "detail": rows.text("MEMO"),
        "category": kinds,
        "amount": rows.money("TRNAMT"),
        "currency": pc.coalesce(rows.text("CURSYM"), rows.text("CURDEF")),
        "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
        "instrument": tail,
        "place": pc.coalesce(rows.text("CITY"), rows.text("STATE")),
    }
    # in European texts an American town's pattern would find states
    dollars = pc.any(pc.equal(rows.text("CURDEF"), "USD")).as_py()
    day = pc.utf8_slice_codeunits(rows.text("DTUSER"), 0, 10)
    zones = _zones(rows.text("DTUSER"))
    zone = next((one for one in zones.to_pylist() if one), None)
    plain |= {"zone": zones, "zone_basis": pc.if_else(pc.is_valid(zones), "stated", "assumed")}
    name = pc.coalesce(rows.text("NAME"), rows.text("MEMO"))
    told = bank_text.tell(rows, name, day, *(("US",) if dollars else EUROPE), zone=zone)
    values = told.over(plain, len(rows))
    said = pc.fill_null(
        rows.words("TRNTYPE", {**dict.fromkeys(KINDS, "unknown"), **PRESENT}, other="unknown"), "unknown"
    )
    values["presence"] = pc.if_else(pc.equal(values["presence"], "unknown"), said, values["presence"])
    values["refs"] = _refs(rows)
    # a FITID is unique within its account alone
    return Columns(values, own_id=pc.binary_join_element_wise(rows.text("ACCTID"), rows.text("FITID"), "/"))


def declares(lines: Sequence[str]) -> Declared:
    """Read the window the statement says it covers, where it lies on days."""
    said = dict(line.split(" ", 1) for line in lines if " " in line)
    bounds = [_day(said.get(name, "")) for name in ("DTSTART", "DTEND")]
    return Declared(
        since=bounds[0], until=None if bounds[1] is None or bounds[0] is None or bounds[1] <= bounds[0] else bounds[1]
    )


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _spelled(text: pa.Array) -> pa.Array:
    """Write 20240323101500[-3:GMT] as 2024-03-23 10:15:00-0300; without hours it is midnight."""
    parts = pc.extract_regex(text, MOMENT)
    day, clock, hours, part = (pc.struct_field(parts, name) for name in ("day", "clock", "hours", "part"))
    # some write hours and minutes alone
    digits = pc.utf8_rpad(pc.fill_null(clock, ""), 6, "0")
    spelled = pc.replace_substring_regex(
        pc.binary_join_element_wise(day, digits, ""), r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$", r"\1-\2-\3 \4:\5:\6"
    )
    west = pc.starts_with(pc.fill_null(hours, ""), "-")
    number = pc.utf8_lpad(pc.utf8_ltrim(pc.fill_null(hours, ""), characters="+-"), 2, "0")
    # zones half an hour off are written as a fraction
    minutes = pc.if_else(pc.equal(pc.fill_null(part, ""), "50"), "30", "00")
    offset = pc.binary_join_element_wise(pc.if_else(west, "-", "+"), number, minutes, "")
    stated = pc.greater(pc.binary_length(pc.fill_null(hours, "")), 0)
    return pc.if_else(stated, pc.binary_join_element_wise(spelled, offset, ""), spelled)


def _zones(text: pa.Array) -> pa.Array:
    """Answer the offset of each spelled moment as -05:00, null where none is written."""
    stated = pc.extract_regex(text, OFFSET)
    return pc.binary_join_element_wise(pc.struct_field(stated, "hours"), pc.struct_field(stated, "minutes"), ":")


def _refs(rows: Cells) -> pa.Array:
    found = zip(*(rows.text(name).to_pylist() for name in ("FITID", "REFNUM", "CHECKNUM")), strict=True)
    return pa.array([[one for one in many if one] or None for many in found], pa.list_(pa.string()))


IMPORTER = Importer(name="ofx", collector="bank", recognise=recognise, cells=cells, events=events, declares=declares)
