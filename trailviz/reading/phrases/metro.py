"""Metro rides a wallet row tells in its text: stations, and the seconds of both taps where it has them.

`地铁-<in>-<time>-<out>-<time>` was seen in Alipay statements of several cities (2025, 2026), `上海地铁-<in>-<out>` in
Shanghai's (2026). The city is the payee's, and so is left to the places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT
from trailviz.reading.cells import Cells

STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
TIMED = rf"^\S*?地铁-(?P<enter>.+?)-(?P<tap_in>{STAMP})-(?P<leave>.+?)-(?P<tap_out>{STAMP})$"
PAIR = r"^\S*?地铁-(?P<enter>[^-\d][^-]*)-(?P<leave>[^-\d][^-]*)$"


@dataclass(frozen=True)
class MetroRides:
    """The rides found: index of each one's row, stations, and tap instants (null where the text has none)."""

    of: np.ndarray
    enter: pa.Array
    leave: pa.Array
    tap_in: pa.Array
    tap_out: pa.Array


def rides(text: pa.Array, zone: str) -> MetroRides:
    """Find the metro rides in a column of texts, with tap times read as wall time of `zone`."""
    timed = pc.extract_regex(text, TIMED)
    pair = pc.extract_regex(text, PAIR)
    has_times = np.asarray(pc.fill_null(pc.is_valid(pc.struct_field(timed, "enter")), False))  # noqa: FBT003
    has_pair = ~has_times & np.asarray(pc.is_valid(pc.struct_field(pair, "enter")))
    of = np.flatnonzero(has_times | has_pair)
    pick = pa.array(of)
    both = {
        name: pc.coalesce(pc.struct_field(timed, name), pc.struct_field(pair, name)).take(pick)
        for name in ("enter", "leave")
    }
    taps = Cells(
        {name: pc.struct_field(timed, name).take(pick) for name in ("tap_in", "tap_out")}, np.zeros(len(of), np.int32)
    )
    read = {name: taps.times(name, "%Y-%m-%d %H:%M:%S", zone=zone, noted=False) for name in ("tap_in", "tap_out")}
    return MetroRides(of, both["enter"], both["leave"], read["tap_in"], read["tap_out"])


def swapped(rides_found: MetroRides) -> np.ndarray:
    """Say which rides end before they begin: their times are no use."""
    start = pd.Series(rides_found.tap_in.cast(INSTANT).to_numpy(zero_copy_only=False))
    end = pd.Series(rides_found.tap_out.cast(INSTANT).to_numpy(zero_copy_only=False))
    return (end < start).to_numpy()
