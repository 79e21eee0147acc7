"""CAMT.052, 053 and 054 account reports of European banks.

Format: ISO 20022 XML in any version of its namespace; an entry (Ntry), or each of its transactions (TxDtls) where it lists several.
Seen: files of Dutch, Belgian and British banks, versions 02 and 08, in public test suites (read 2026-11); the ISO 20022 message definitions.
Encoding: as declared, if that is true.
Zone: an offset where a DtTm has one, else not stated; a terminal's minute in the text is its country's.
Precision: a day, or a second where the entry has a DtTm, or what the text tells.
Kept: every entry; a reversal is a refund; a pending entry is a hold.
Left out: nothing; balances alone hold no deed.
How to get it: online banking, the account, Export, CAMT (XML); a zip of several is read as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition
from trailviz.reading.phrases import bank_text
from trailviz.reading.records import record_cells
from trailviz.reading.xml import Element, elements, root_of, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = (
    "booked", "value", "made", "amount", "currency", "sign", "reversal", "status", "party", "account", "text", "own", "end_to_end",
    "card",
)  # fmt: skip
MARK = "iso:std:iso:20022:tech:xsd:camt.05"
PATTERNS = ("%Y-%m-%d", "ISO8601")


def recognise(head: Head) -> Recognition:
    """Look for the namespace of an account report."""
    name, attributes = root_of(head)
    if name == "Document" and MARK in attributes:
        return Recognition(Confidence.CERTAIN, "is an account report of ISO 20022")
    return Recognition(Confidence.NO, "is no account report of ISO 20022")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the entries, numbered from 1."""
    yield from record_cells(_entries(file), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make an event of every entry."""
    out = np.asarray(pc.equal(rows.text("sign"), "DBIT"))
    back = pc.equal(pc.utf8_lower(pc.fill_null(rows.text("reversal"), "")), "true")
    waiting = pc.equal(pc.fill_null(rows.text("status"), ""), "PDNG")
    # when it was made, where the entry tells; it may be booked days later
    start = pc.coalesce(rows.times("made", *PATTERNS), rows.times("value", *PATTERNS), rows.times("booked", *PATTERNS))
    text = pc.coalesce(rows.text("made"), rows.text("value"), rows.text("booked"))
    plain = {
        "kind": pc.case_when(pc.make_struct(back, waiting), "refund", "hold", "payment"),
        "start": start,
        "booked": rows.times("booked", *PATTERNS, noted=False),
        # a moment at midnight is how some banks write a day
        "precision_s": pa.array(
            np.where(
                np.asarray(
                    pc.match_substring_regex(
                        pc.fill_null(text, ""), r"T\d\d:\d\d:[0-9]*[1-9]|T\d\d:[0-9]*[1-9]|T[0-9]*[1-9]"
                    )
                ),
                1,
                86_400,
            ).astype(np.int32)
        ),
        "zone_basis": "assumed",
        "party": rows.text("party"),
        "party_is": "unknown",
        "party_account": rows.text("account"),
        "detail": rows.text("text"),
        "amount": rows.money("amount"),
        "currency": rows.text("currency"),
        "flow": pa.array(np.where(out, "out", "in")),
        "instrument": pc.utf8_slice_codeunits(rows.text("card"), -4),
        "refs": pa.array(
            # SEPA's word for no reference
            [[one] if one and one != "NOTPROVIDED" else None for one in rows.text("end_to_end").to_pylist()],
            pa.list_(pa.string()),
        ),
    }
    words = pc.binary_join_element_wise(
        rows.text("party"), rows.text("text"), " ", null_handling="replace", null_replacement=""
    )
    day = pc.utf8_slice_codeunits(pc.coalesce(rows.text("booked"), rows.text("value")), 0, 10)
    return Columns(bank_text.tell(rows, words, day, "DE", "NL", "AT").over(plain, len(rows)), own_id=rows.text("own"))


def _entries(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    for entry in elements(file, {"Ntry"}):
        shared = {
            "booked": text_at(entry, "BookgDt", "Dt") or text_at(entry, "BookgDt", "DtTm"),
            "value": text_at(entry, "ValDt", "Dt") or text_at(entry, "ValDt", "DtTm"),
            "sign": text_at(entry, "CdtDbtInd"),
            "reversal": text_at(entry, "RvslInd"),
            "status": text_at(entry, "Sts", "Cd") or text_at(entry, "Sts"),
            "text": text_at(entry, "AddtlNtryInf"),
            "own": text_at(entry, "AcctSvcrRef"),
            **_amount(entry),
        }
        many = [one for details in entry if details.tag == "NtryDtls" for one in details if one.tag == "TxDtls"]
        alone = len(many) == 1
        for at, one in enumerate(many):
            told = {key: value for key, value in _told(one, shared["sign"]).items() if value}
            # several transactions share the reference of their entry
            own = f"{shared['own']}/{at}" if shared["own"] and not alone else shared["own"]
            yield {**shared, **({} if alone else _amount(one)), **told, "own": own}
        if not many:
            yield shared


def _amount(entry: Element) -> dict[str, str | None]:
    found = next((one for one in entry.iter() if one.tag == "Amt" and one.text and one.text.strip()), None)
    return {} if found is None else {"amount": (found.text or "").strip(), "currency": found.get("Ccy")}


def _told(one: Element, sign: str | None) -> dict[str, str | None]:
    """Read who was on the other side, what was written, and when it really was."""
    side = "Cdtr" if sign == "DBIT" else "Dbtr"
    parties = next((child for child in one if child.tag == "RltdPties"), None)
    # version 08 puts the name one level further down
    name = text_at(parties, side, "Nm") or text_at(parties, side, "Pty", "Nm")
    account = text_at(parties, f"{side}Acct", "Id", "IBAN") or text_at(parties, f"{side}Acct", "Id", "Othr", "Id")
    remittance = [said.text.strip() for said in one.iter() if said.tag == "Ustrd" and said.text]
    return {
        "party": name,
        "account": account,
        "text": " ".join(remittance) or text_at(one, "AddtlTxInf"),
        "end_to_end": text_at(one, "Refs", "EndToEndId"),
        "made": text_at(one, "RltdDts", "TxDtTm") or text_at(one, "RltdDts", "AccptncDtTm"),
        "card": text_at(one, "CardTx", "Card", "PlainCardData", "PAN"),
    }


IMPORTER = Importer(name="camt", collector="bank", recognise=recognise, cells=cells, events=events)
