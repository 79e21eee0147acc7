"""Metro rides a wallet row tells in its text: stations, and the seconds of both taps where it has them.

`地铁-<in>-<time>-<out>-<time>` was seen in Alipay statements of several cities (2025, 2026), `上海地铁-<in>-<out>` in
Shanghai's (2026), `地铁_<station>` in Beijing's (2026). The city is the payee's, and so is left to the places.
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
TIMED = rf"^\S*?地铁-(?P<enter>.+?)-(?P<tap_in>{STAMP})-(?P<leave>.+?)-(?P<tap_out>{STAMP})$"
# what begins with a digit is of a time, not a station
PAIR = r"^\S*?地铁-(?P<enter>[^-\d][^-]*)-(?P<leave>[^-\d][^-]*)$"
SINGLE = r"^\S*?地铁_(?P<station>[^_\d][^_]*)$"
CLOCK = "%Y-%m-%d %H:%M:%S"


def rides(text: pa.Array, booked: pa.Array, zone: str, *, own_id: pa.Array | None = None) -> Iterator[Columns]:
    """Make a ride, child of part 0, of every metro trip told in `text`; tap times are wall time of `zone`.

    The ride's time is that of its taps, not of the row, which may be booked days later. Taps that swap order, and
    texts without taps, leave the row's time as the one thing known, with the basis "unknown". One station alone is a
    tap there: which of the two it was, the text does not say.
    """
    said = wording(text)
    of = np.flatnonzero(said.has(TIMED) | said.has(PAIR))
    if len(of):
        pick = pa.array(of)
        some = said.text(of)
        # no timed text fits PAIR, so each fills what the other leaves
        timed, pair = pc.extract_regex(some, TIMED), pc.extract_regex(some, PAIR)
        stations = {
            name: pc.coalesce(pc.struct_field(timed, name), pc.struct_field(pair, name)) for name in ("enter", "leave")
        }
        taps = Cells(
            {name: pc.struct_field(timed, name) for name in ("tap_in", "tap_out")}, np.zeros(len(of), np.int32)
        )
        tap_in, tap_out = (taps.times(name, CLOCK, zone=zone, noted=False) for name in ("tap_in", "tap_out"))
        sound = pc.fill_null(pc.less_equal(tap_in, tap_out), False)  # noqa: FBT003
        yield Columns(
            {
                **_shared(booked, of),
                "kind": "ride",
                "start": pc.if_else(sound, tap_in, booked.take(pick)),
                "end": pc.if_else(sound, tap_out, pa.scalar(None, tap_out.type)),
                "time_basis": pc.if_else(sound, "stated", "unknown"),
                "place": stations["enter"],
                "end_place": stations["leave"],
            },
            of=of,
            part=1,
            parent_part=0,
            own_id=own_id,
        )
    yield from _taps(said, booked, own_id)


def _taps(said: Wording, booked: pa.Array, own_id: pa.Array | None) -> Iterator[Columns]:
    of = np.flatnonzero(said.has(SINGLE))
    if len(of):
        pick = pa.array(of)
        values = {
            "kind": "tap",
            "start": booked.take(pick),
            "time_basis": "unknown",
            "place": pc.struct_field(pc.extract_regex(said.text(of), SINGLE), "station"),
        }
        yield Columns({**_shared(booked, of), **values}, of=of, part=1, parent_part=0, own_id=own_id)


def _shared(booked: pa.Array, of: np.ndarray) -> dict[str, object]:
    return {
        "mode": "metro",
        "booked": booked.take(pa.array(of)),
        "precision_s": 1,
        "presence": "in_person",
    }
