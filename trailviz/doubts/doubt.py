"""What a doubt is: something in a trail that cannot be, or hardly can, told and never repaired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Doubt:
    """A finding about a file or a device, with what it rests on.

    `code`: teleport, two_phones, fast, infeasible, null_island, swapped, latitude, gcj02, backwards, ages_off, zone_assumed. `file`: the file it is
    of; `other`: the file (of infeasible: the collector, as `file` then is) it is held against. `rows`: positions of all events it
    rests on, ascending. `pair`: positions of the two that show it best, or one twice; empty where no event stands. `numbers`:
    its measures, in the units of their names.
    """

    code: str
    file: str
    rows: np.ndarray
    pair: tuple[int, ...] = ()
    other: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
