"""The deed's own time, where a wallet row tells it in its text: a row may be booked days after the deed.

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

if TYPE_CHECKING:
    from collections.abc import Iterator

STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
VENDING = rf"消费时间[:：](?P<stamp>{STAMP})"
BIKE = rf"骑行费-(?P<stamp>{STAMP})$"
CLOCK = "%Y-%m-%d %H:%M:%S"


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
    stamp = pc.struct_field(pc.extract_regex(text, pattern), "stamp")
    return Cells({"stamp": stamp}, np.zeros(len(text), np.int32)).times("stamp", CLOCK, zone=zone, noted=False)
