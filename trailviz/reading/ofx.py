"""OFX and QFX: a tolerant reader of tags, because most banks' files are neither valid SGML nor valid XML.

Written from the OFX 1.6 and 2.3 specifications and from what banks send: unclosed tags, a header that lies about the
encoding, comments, aggregates out of order, a decimal comma.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading.encodings import detect, utf8_blocks
from trailviz.reading.records import record_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.reading.cells import Cells

# OFX 1.x closes no tag of a value: it ends where the next tag begins
TAG = re.compile(r"<(/?)([A-Za-z0-9.]{1,40})\s*/?>([^<]*)")
SHARED = frozenset({"CURDEF", "ACCTID", "BANKID", "ACCTTYPE", "ORG"})
FIELDS = (
    "TRNTYPE", "DTPOSTED", "DTUSER", "TRNAMT", "FITID", "REFNUM", "CHECKNUM", "NAME", "MEMO", "SIC", "CURSYM", "ORIGCURRENCY", "CITY",
    "STATE", "POSTALCODE", "COUNTRY", "ADDR1", "DTSTART", "DTEND", *sorted(SHARED),
)  # fmt: skip


def ofx_cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the transactions of a statement, numbered from 1, each with the account and currency it stands under."""
    encoding = detect(file)
    text = b"".join(utf8_blocks(file, encoding)).decode("utf-8", "replace")
    # filled while the tags are walked, and read when they are at an end
    window: list[str] = []
    yield from record_cells(_transactions(text, window), FIELDS, lines=window, encoding=encoding.name)


def _transactions(text: str, window: list[str]) -> Iterator[dict[str, str | None]]:
    """Walk the tags; a transaction ends at its own closing tag, at the next one, or with its list."""
    shared: dict[str, str | None] = {}
    current: dict[str, str | None] | None = None
    for closing, name, value in TAG.findall(text):
        tag = name.upper()
        said = html.unescape(value).strip()
        if tag == "STMTTRN" or (closing and tag == "BANKTRANLIST"):
            if current:
                yield {**shared, **current}
            current = None if closing else {}
        elif closing or not said:
            continue
        elif current is not None:
            current.setdefault(tag, said)
        else:
            _note(tag, said, shared, window)
    # the last of a file that breaks off
    if current:
        yield {**shared, **current}


def _note(tag: str, said: str, shared: dict[str, str | None], window: list[str]) -> None:
    """Keep what stands over all transactions of an account."""
    if tag in SHARED:
        shared[tag] = said
    elif tag in {"DTSTART", "DTEND"}:
        window.append(f"{tag} {said}")
