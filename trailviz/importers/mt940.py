"""MT940 account statements, as European banks hand them out (.sta, .940, .txt).

Format: SWIFT's fields :20: :25: :60F: :61: :86: :62F:; the text of :86: as ?20 to ?33 (Germany), /NAME/.../ (Netherlands) or free.
Seen: files of German, Dutch and Estonian banks of 2010 to 2020 in public test suites (read 2026-11).
Encoding: whatever it really is.
Zone: not stated by the file; where the text names a terminal's minute, that country's.
Precision: a day, or the minute or second of the terminal in the text.
Kept: every :61: with its :86:; a reversal (RC, RD) is a refund; an entry date that no calendar has (30 February) is the booking's.
Left out: nothing; balances alone hold no deed.
How to get it: online banking, the account, Export, MT940 or SWIFT.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading import Cells, Columns, Confidence, Head, Importer, Recognition
from trailviz.reading.encodings import detect, utf8_blocks
from trailviz.reading.phrases import bank_text
from trailviz.reading.records import record_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELD = re.compile(r"^:(\d{2}[A-Z]?):", re.MULTILINE)
BALANCE = re.compile(r"^[CD](\d{6})([A-Z]{3})([\d,]+)")
ENTRY = re.compile(
    r"^(?P<value>\d{6})(?P<booked>\d{4})?(?P<sign>R?[CD])[A-Z]?(?P<amount>\d{1,15},?\d{0,4})(?P<type>[NFS][A-Z0-9]{3})?"
    r"(?P<ref>[^/\n]*)(?://(?P<bank>[^\n]*))?(?:\n(?P<more>.*))?$",
    re.DOTALL,
)
GERMAN = re.compile(r"\?(\d\d)")
DUTCH = re.compile(r"/(EREF|REMI|NAME|IBAN|BENM|ORDP|TRTP|MARF|CSID|ISDT|SVCL)/")
NAMES = (
    "value",
    "booked",
    "sign",
    "amount",
    "type",
    "ref",
    "bank",
    "party",
    "account",
    "text",
    "currency",
    "own",
    "broken",
)
DAYS = ("01", "02", "03")


def recognise(head: Head) -> Recognition:
    """Look for an account's field and an entry."""
    found = set(FIELD.findall(head.text)) if head.kind == "text" else set()
    if {"61"} <= found and found & {"20", "25", "60F", "60M"}:
        return Recognition(Confidence.CERTAIN, "has the fields of MT940")
    if {"60F"} <= found:
        return Recognition(Confidence.LIKELY, "has balances of MT940, but no entry")
    return Recognition(Confidence.NO, "has no field :61:")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the entries, numbered from 1."""
    encoding = detect(file)
    text = b"".join(utf8_blocks(file, encoding)).decode("utf-8", "replace").replace("\r", "")
    yield from record_cells(_entries(text), NAMES, encoding=encoding.name)


def events(rows: Cells) -> Columns:
    """Make an event of every entry; a terminal's minute in its text comes before the booking."""
    broken = np.asarray(pc.is_valid(rows.text("broken")))
    rows.note(broken, ":61:", "an entry like 2005240524D9,50NMSC")
    sign = rows.text("sign")
    # RC takes a credit back, so money goes out
    out = np.asarray(pc.fill_null(pc.is_in(sign, pa.array(["D", "RC"])), False))  # noqa: FBT003
    day = pc.coalesce(rows.text("booked"), rows.text("value"))
    plain = {
        "kind": pc.if_else(pc.starts_with(pc.fill_null(sign, ""), "R"), "refund", "payment"),
        "start": rows.times("value", "%Y-%m-%d"),
        "booked": rows.times("booked", "%Y-%m-%d", noted=False),
        "precision_s": pa.array(np.full(len(rows), 86_400, np.int32)),
        "zone_basis": "assumed",
        "party": pc.coalesce(rows.text("party"), rows.text("text")),
        "party_is": "unknown",
        "party_account": rows.text("account"),
        "detail": rows.text("text"),
        "category": rows.text("type"),
        "amount": rows.money("amount", decimal=","),
        "currency": rows.text("currency"),
        "flow": pa.array(np.where(out, "out", "in")),
        "refs": _refs(rows),
    }
    words = pc.binary_join_element_wise(
        rows.text("party"), rows.text("text"), " ", null_handling="replace", null_replacement=""
    )
    told = bank_text.tell(rows, words, day, "DE", "NL", "AT")
    return Columns(told.over(plain, len(rows)))


def _entries(text: str) -> Iterator[dict[str, str | None]]:
    """Walk the fields; an :86: belongs to the :61: before it, and the account's balance gives the currency."""
    pieces = FIELD.split(text)
    currency = own = None
    current: dict[str, str | None] | None = None
    for tag, raw in zip(pieces[1::2], pieces[2::2], strict=True):
        # the last field is followed by a dash, or by the end of SWIFT's envelope
        value = re.sub(r"\n-(?:\}.*)?\Z", "", raw.rstrip(), flags=re.DOTALL).strip("\n")
        if tag == "61":
            if current:
                yield current
            current = {**_entry(value), "currency": currency, "own": own}
        elif tag == "86" and current is not None:
            current |= {key: told for key, told in _told(value).items() if told}
        else:
            if current:
                yield current
            current = None
            own = value.strip() if tag == "25" else own
            # only the balances name the currency
            if found := BALANCE.match(value):
                currency = found[2]
    if current:
        yield current


def _entry(value: str) -> dict[str, str | None]:
    found = ENTRY.match(value)
    if not found:
        return {"broken": "1"}
    year = f"20{found['value'][:2]}" if int(found["value"][:2]) < 80 else f"19{found['value'][:2]}"  # noqa: PLR2004 - 1980
    spelled = f"{year}-{found['value'][2:4]}-{found['value'][4:]}"
    booked = f"{year}-{found['booked'][:2]}-{found['booked'][2:]}" if found["booked"] else None
    # valued in December and booked in January: the year has turned
    if booked and booked[5:7] == "01" and spelled[5:7] == "12":
        booked = f"{int(year) + 1}{booked[4:]}"
    if not _is_day(spelled) and booked:
        spelled = booked
    more = " ".join((found["more"] or "").split()) or None
    return {
        "value": spelled, "booked": booked, "sign": found["sign"], "amount": found["amount"].rstrip(","), "type": found["type"],
        "ref": found["ref"].strip(), "bank": found["bank"], "party": None, "text": more,
    }  # fmt: skip


def _is_day(text: str) -> bool:
    try:
        np.datetime64(text)
    except ValueError:
        return False
    return True


def _told(value: str) -> dict[str, str | None]:
    """Read :86: in the German, the Dutch or no particular manner."""
    if GERMAN.search(value):
        # SWIFT breaks lines in mid-word
        flat = value.replace("\n", "")
        parts = GERMAN.split(flat)
        said: dict[str, str] = {}
        for number, told in zip(parts[1::2], parts[2::2], strict=True):
            said[number] = said.get(number, "") + told
        # ?60 to ?63 go on where ?29 ends
        purpose = "".join(said[number] for number in sorted(said) if "20" <= number <= "29" or "60" <= number <= "63")
        party = " ".join(filter(None, (said.get("32", "").strip(), said.get("33", "").strip())))
        return {
            "party": party or None,
            "account": said.get("31"),
            "text": " ".join((purpose or said.get("00", "")).split()),
        }
    flat = value.replace("\n", "")
    if DUTCH.search(flat):
        parts = DUTCH.split(flat)
        named = {name: told.strip("/ ") for name, told in zip(parts[1::2], parts[2::2], strict=True)}
        return {
            "party": named.get("NAME"),
            "account": named.get("IBAN"),
            "text": " ".join(filter(None, (named.get("REMI"), named.get("EREF")))),
        }
    return {"text": " ".join(value.split())}


def _refs(rows: Cells) -> pa.Array:
    # what banks write where there is no reference
    none = {"NONREF", "EREF", ""}
    found = zip(rows.text("ref").to_pylist(), rows.text("bank").to_pylist(), strict=True)
    return pa.array([[one for one in many if one and one not in none] or None for many in found], pa.list_(pa.string()))


IMPORTER = Importer(name="mt940", collector="bank", recognise=recognise, cells=cells, events=events)
