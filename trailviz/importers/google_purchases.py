"""Google Takeout, Purchases & Reservations: what Google read out of order confirmations, one file an order.

Format: JSON; one order a file; amounts in millionths, times in microseconds since 1970.
Seen: an order of 2017 in a public test file (read 2026-11).
Encoding: UTF-8.
Zone: UTC.
Precision: a second; Google also writes the granularity.
Kept: the order with its items and its sum; the place it is handed over at, if told.
Left out: nothing.
How to get it: takeout.google.com, Purchases & Reservations.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa

from trailviz.reading import (
    Cells,
    Columns,
    Confidence,
    Head,
    Importer,
    Recognition,
    json_document,
    record_cells,
    said,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMES = ("time", "party", "amount", "currency", "order", "status", "names", "counts", "prices", "handed_over")
# records are columns of text, so lists travel as one text with a mark no name holds
APART = "\x1f"
MILLION = Decimal(1_000_000)
TIME = "creationTime.usecSinceEpochUtc"
PARTS = frozenset({"SUBTOTAL", "TAX", "DELIVERY", "SHIPPING", "FEE", "TIP", "DISCOUNT"})
ITEMS = pa.list_(
    pa.struct([("name", pa.string()), ("quantity", pa.decimal128(12, 3)), ("amount", pa.decimal128(28, 8))])
)


def recognise(head: Head) -> Recognition:
    """Look for the time of an order and its merchant or items."""
    if TIME in head.paths and {"transactionMerchant", "lineItem", "lineItem[]"} & head.paths:
        return Recognition(Confidence.CERTAIN, "has an order's creation time, merchant and items")
    return Recognition(Confidence.NO, "has no order's creation time")


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the order as one row."""
    yield from record_cells(iter([_told(json_document(file))]), NAMES, encoding="utf-8")


def events(rows: Cells) -> Columns:
    """Make an order; what was bought stands in its items."""
    return Columns(
        {
            "kind": "order",
            "start": rows.times("time", "unix_s"),
            "time_basis": "stated",
            "precision_s": 1,
            "party": rows.text("party"),
            "party_is": "company",
            "amount": rows.money("amount"),
            "currency": rows.text("currency"),
            "flow": "out",
            "status": rows.text("status"),
            "refs": pa.array([[one] if one else None for one in rows.text("order").to_pylist()], pa.list_(pa.string())),
            "items": pa.array([_items(*row) for row in zip(*(_lists(rows, name) for name in ("names", "counts", "prices")), strict=True)], ITEMS),
            "end_place": rows.text("handed_over"),
            "presence": "remote",
            "said_by": "inferred",
        }
    )  # fmt: skip


def _told(one: Mapping[str, Any]) -> dict[str, str | None]:
    micro = said(within(one, "creationTime").get("usecSinceEpochUtc")) or ""
    lines = [within(line, "purchase") for line in one.get("lineItem") or () if isinstance(line, dict)]
    sums = [line for line in one.get("priceline") or () if isinstance(line, dict)]
    # orders without a total tell its parts
    total = [line for line in sums if line.get("type") == "TOTAL"] or [
        line for line in sums if line.get("type") in PARTS
    ]
    amounts = [found for line in total if (found := _units(within(line, "amount"))) is not None]
    code = next((said(within(line, "amount", "currencyCode").get("code")) for line in sums), None)
    where = next((told for line in lines if (told := _address(line))), None)
    return {
        # cut to seconds, since no reader counts in microseconds
        "time": micro[:-6] if micro.isdigit() else micro or None,
        "party": said(within(one, "transactionMerchant").get("name")),
        "amount": str(sum(amounts)) if amounts else None,
        "currency": code,
        "order": said(one.get("merchantOrderId")),
        "status": next((said(line.get("status")) for line in lines), None),
        "names": APART.join(said(within(line, "productInfo").get("name")) or "" for line in lines) or None,
        "counts": APART.join(said(line.get("quantity")) or "" for line in lines) or None,
        "prices": APART.join(str(_units(within(line, "unitPrice")) or "") for line in lines) or None,
        "handed_over": where,
    }  # fmt: skip


def _address(line: Mapping[str, Any]) -> str | None:
    told = within(line, "fulfillment", "location").get("address")
    found = [part for part in told if isinstance(part, str)] if isinstance(told, list) else []
    return ", ".join(found) or None


def _units(amount: Mapping[str, Any]) -> Decimal | None:
    try:
        return (Decimal(said(amount.get("amountMicros")) or "") / MILLION).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def _lists(rows: Cells, name: str) -> list[list[str]]:
    return [(one or "").split(APART) for one in rows.text(name).to_pylist()]


def _items(names: list[str], counts: list[str], prices: list[str]) -> list[dict[str, object]] | None:
    found: list[dict[str, object]] = [
        {"name": name, "quantity": Decimal(count) if count.isdigit() else None, "amount": Decimal(price) if price else None}
        for name, count, price in zip(names, counts, prices, strict=True)
        if name
    ]  # fmt: skip
    return found or None


IMPORTER = Importer(
    name="google_purchases", collector="google", recognise=recognise, cells=cells, events=events, zone="UTC"
)
