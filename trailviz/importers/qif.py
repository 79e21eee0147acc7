"""QIF statements of banks and Quicken.

Format: a line a field (D date, T amount, P payee, M memo, A address, N number, L category), ^ after each transaction.
Seen: an American file of 2013 in a public test suite (read 2026-11); the field list published by Intuit.
Encoding: UTF-8 or a single-byte one.
Zone: not stated.
Precision: a day. Day or month first is decided once for the whole file; where nothing proves it, month first is assumed and said.
Kept: every transaction of bank, cash and card accounts; splits are not told apart.
Left out: nothing; lists of accounts, categories and trades are not read.
How to get it: online banking, the account, Download or Export, QIF or Quicken.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition
from trailviz.reading.dates import day_first
from trailviz.reading.encodings import detect, utf8_blocks
from trailviz.reading.phrases import bank_text
from trailviz.reading.records import record_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = re.compile(r"^\s*!Type:\s*(Bank|Cash|CCard|Oth A|Oth L)\b", re.IGNORECASE | re.MULTILINE)
SECTION = re.compile(r"^!(?:Type:)?\s*(.+?)\s*$", re.IGNORECASE)
READ = frozenset({"bank", "cash", "ccard", "oth a", "oth l"})
FIELDS = {
    "D": "date",
    "T": "amount",
    # U repeats the sum of T
    "U": "amount",
    "P": "payee",
    "M": "memo",
    "N": "number",
    "L": "category",
    "A": "address",
}
NAMES = ("date", "amount", "payee", "memo", "number", "category", "address", "account")
PROVEN, ASSUMED = "order proven", "order assumed"


def recognise(head: Head) -> Recognition:
    """Look for the line that opens a bank, cash or card account."""
    if head.kind == "text" and ACCOUNT.search(head.text):
        return Recognition(Confidence.CERTAIN, "opens an account with !Type:")
    return Recognition(Confidence.NO, "has no line !Type: of an account")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the transactions, numbered from 1, with their dates written year first."""
    encoding = detect(file)
    text = b"".join(utf8_blocks(file, encoding)).decode("utf-8", "replace")
    found = list(record_cells(_transactions(text), NAMES, encoding=encoding.name))
    first, proven = day_first((one.text("date") for one in found), custom=False)
    for one in found:
        if not proven and len(one):
            one.notices["day_month_assumed"] += len(one)
        yield (
            replace(one, columns={**one.columns, "date": _year_first(one.text("date"), day=first)}) if len(one) else one
        )


def events(rows: Cells) -> Columns:
    """Make an event of every transaction."""
    signs = rows.signs("amount")
    start = rows.times("date", "%Y-%m-%d")
    plain = {
        "kind": "payment",
        "start": start,
        "precision_s": pa.array(np.full(len(rows), 86_400, np.int32)),
        "zone_basis": "assumed",
        "party": pc.coalesce(rows.text("payee"), rows.text("memo")),
        "party_is": "unknown",
        "detail": rows.text("memo"),
        "category": rows.text("category"),
        "place": rows.text("address"),
        "amount": rows.money("amount"),
        "flow": pa.array(np.select([signs < 0, signs > 0], ["out", "in"], "neither")),
        "refs": pa.array([[one] if one else None for one in rows.text("number").to_pylist()], pa.list_(pa.string())),
    }
    told = bank_text.tell(rows, rows.text("payee"), rows.text("date"), "US", "DE", "AT", "NL", "UK", "IE")
    return Columns(told.over(plain, len(rows)))


def _transactions(text: str) -> Iterator[dict[str, str | None]]:
    section = ""
    current: dict[str, str | None] = {}
    for line in text.splitlines():
        if found := SECTION.match(line):
            section, current = found[1].lower(), {}
        elif section not in READ:
            continue
        elif line.startswith("^"):
            if current:
                yield {**current, "account": section}
            current = {}
        elif (name := FIELDS.get(line[:1])) and (said := line[1:].strip()):
            # so the first of a kind stands, but the lines of an address follow each other
            current[name] = (
                f"{current[name]}, {said}" if name == "address" and name in current else current.get(name) or said
            )
    if current:
        yield {**current, "account": section}


def _year_first(text: pa.Array, *, day: bool) -> pa.Array:
    """Write 8/12/13, 8/12'2013 and 12.08.2013 as 2013-08-12; what already begins with a year stays."""
    spelled = pc.replace_substring_regex(pc.replace_substring_regex(text, r"\s+", ""), r"^(\d)([/.-])", r"0\1\2")
    spelled = pc.replace_substring_regex(spelled, r"^(\d\d)[/.-](\d)([/.'’-])", r"\1/0\2\3")
    spelled = pc.replace_substring_regex(spelled, r"^(\d\d)[/.-](\d\d)[/.'’-]+(\d\d)$", r"\1/\2/20\3")
    order = r"\3-\2-\1" if day else r"\3-\1-\2"
    return pc.replace_substring_regex(spelled, r"^(\d\d)[/.-](\d\d)[/.'’-]+(\d{4})$", order)


IMPORTER = Importer(name="qif", collector="bank", recognise=recognise, cells=cells, events=events)
