"""The deed's own time, where a wallet row tells it in its text: a row may be booked days after the deed.

A bus tells its minute (`BUS-000143-17:55`), or its second in the operator's own number (`yyMMddHHmmss` and eight digits).
`智能货柜消费_…_消费时间:2025-12-15 22:22:48` (vending) and `…-单车-骑行费-2026-06-14 13:26:32` (a shared bike) were seen in
Alipay statements of 2025 and 2026.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.cells import Cells
from trailviz.reading.contract import Columns
from trailviz.reading.wording import Wording, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
VENDING = rf"消费时间[:：](?P<stamp>{STAMP})"
BIKE = rf"骑行费-(?P<stamp>{STAMP})$"
CLOCK = "%Y-%m-%d %H:%M:%S"
BUS = r"BUS-\d+-(?P<clock>\d\d:\d\d)$"
BUS_NUMBER = r"^(?P<stamp>2\d(?:0[1-9]|1[0-2])\d{8})\d{8}$"
BUS_WORDS = "公交|巴士"
LATE_DAYS = 7
"""A bus fare is booked within a week; a number that says otherwise is no time."""


def consumed(text: pa.Array, zone: str) -> pa.Array:
    """Answer when a vending machine was used, as its payment's text tells in wall time of `zone`, or null."""
    return _stamped(text, VENDING, zone)


def bike_rides(text: pa.Array, booked: pa.Array, zone: str, *, own_id: pa.Array | None = None) -> Iterator[Columns]:
    """Make a ride, child of part 0, of every bike fee that tells its time.

    The text does not say whether that is the unlocking or the locking, so the basis is "unknown".
    """
    stamp = _stamped(text, BIKE, zone)
    of = np.flatnonzero(np.asarray(pc.is_valid(stamp), dtype=bool))
    if len(of):
        pick = pa.array(of)
        values = {
            "kind": "ride",
            "mode": "bike",
            "start": stamp.take(pick),
            "booked": booked.take(pick),
            "time_basis": "unknown",
            "precision_s": 1,
            "presence": "in_person",
        }
        yield Columns(values, of=of, part=1, parent_part=0, own_id=own_id)


def _stamped(text: pa.Array, pattern: str, zone: str) -> pa.Array:
    stamp = wording(text).told(pattern, "stamp")
    return Cells({"stamp": stamp}, np.zeros(len(text), np.int32)).times("stamp", CLOCK, zone=zone, noted=False)


def bus_taps(
    text: pa.Array | Wording, number: pa.Array, booked: pa.Array, zone: str, *, own_id: pa.Array | None = None
) -> Iterator[Columns]:
    """Make a tap, child of part 0, of every bus fare whose text or operator's number tells when.

    Args:
        text: Item and other side.
        number: The merchant's own order number.
        booked: When the row was written; a minute without a day is the last such minute before it.
        zone: The zone of the wall times.
        own_id: The export's transaction ids.
    """
    said = wording(text)
    minute = said.told(BUS, "clock")
    # few rows are bus fares: only those are looked at
    on_bus = said.has(BUS_WORDS)
    rows = np.flatnonzero(np.asarray(pc.is_valid(minute)) | on_bus)
    if not len(rows):
        return
    pick = pa.array(rows)
    booked, minute = booked.take(pick), minute.take(pick)
    local = pc.strftime(booked.cast(pa.timestamp("us", zone)), "%Y-%m-%d")
    told = Cells({"stamp": pc.binary_join_element_wise(local, minute, " ")}, np.zeros(len(rows), np.int32))
    by_minute = told.times("stamp", "%Y-%m-%d %H:%M", zone=zone, noted=False)
    late = pc.fill_null(pc.greater(by_minute, booked), False)  # noqa: FBT003
    by_minute = pc.if_else(
        late, pc.subtract(by_minute, pa.scalar(np.timedelta64(86_400, "s"))).cast(by_minute.type), by_minute
    )
    digits = pc.struct_field(pc.extract_regex(number.take(pick), BUS_NUMBER), "stamp")
    # twenty digits may be anybody's number, but not beside a bus company's name
    digits = pc.if_else(pa.array(on_bus[rows]), digits, pa.scalar(None, pa.string()))
    by_second = Cells({"stamp": digits}, np.zeros(len(rows), np.int32)).times(
        "stamp", "%y%m%d%H%M%S", zone=zone, noted=False
    )
    lag = pc.subtract(booked, by_second).cast(pa.int64())
    # two clocks: a tap may seem to come up to a minute after its own booking
    near = pc.and_(pc.greater_equal(lag, -60_000_000), pc.less_equal(lag, LATE_DAYS * 86_400_000_000))
    by_second = pc.if_else(pc.fill_null(near, False), by_second, pa.scalar(None, by_second.type))  # noqa: FBT003
    start = pc.coalesce(by_second, by_minute)
    of = np.flatnonzero(np.asarray(pc.is_valid(start), dtype=bool))
    if len(of):
        pick = pa.array(of)
        exact = np.asarray(pc.is_valid(by_second.take(pick)), dtype=bool)
        values = {
            "kind": "tap",
            "mode": "bus",
            "start": start.take(pick),
            "booked": booked.take(pick),
            "time_basis": pa.array(np.where(exact, "stated", "derived")),
            "precision_s": pa.array(np.where(exact, 1, 60).astype(np.int32)),
            "presence": "in_person",
        }
        yield Columns(values, of=rows[of], part=2, parent_part=0, own_id=own_id)
