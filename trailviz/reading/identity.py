"""Which event is which: ids that stay the same for life, whatever file or order an event comes from.

An id is the 64-bit SipHash-2-4 (as `pandas.util.hash_array` computes it, under our own key) of the format family, the
export's own transaction id and the part; or, without one, of time, amount, party, detail, point, part and how many
equal rows came before. File names and row numbers are never in it. Golden vectors in the tests pin it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "trailviz-event-1"
MARK = "\x1f"
POINT_DIGITS = 6
LOW_BITS = 24
LOW = np.uint64((1 << LOW_BITS) - 1)


def family(format_name: str) -> str:
    """Answer the format family: layouts of one company's export share it."""
    return format_name.split("_", 1)[0]


def event_ids(
    format_name: str, columns: Mapping[str, pa.Array], own_id: pa.Array | None, part: np.ndarray
) -> np.ndarray:
    """Compute the ids of some events of one file, before equal ones are told apart.

    `columns` are event columns, `own_id` the export's transaction ids (null where it has none). Returns uint64.
    """
    count = len(part)
    shared = pa.repeat(pa.scalar(family(format_name)), count)
    parts = pa.array(part).cast(pa.string())
    stated = None if own_id is None else _joined([shared, pc.fill_null(own_id, ""), parts])
    if stated is not None and own_id is not None and own_id.null_count == 0:
        return hashed(stated)
    described = _joined([shared, *(_described(columns, name, count) for name in DESCRIBING), parts])
    if stated is not None and own_id is not None:
        described = pc.if_else(pc.is_valid(own_id), stated, described)
    return hashed(described)


def hashed(keys: pa.Array) -> np.ndarray:
    """Hash texts to uint64."""
    texts = keys.to_numpy(zero_copy_only=False).astype(object)
    return pd.util.hash_array(texts, hash_key=KEY, categorize=False)


class Seen:
    """The ids met in a file so far, and how often: sorted blocks of numbers, since a million Python ints are slow.

    A map of the ids' lowest bits is asked first: nearly every id of an export is new, and a search is not cheap.
    """

    def __init__(self) -> None:
        """Begin a file."""
        self._met = np.zeros(1 << LOW_BITS, bool)
        self._blocks: list[np.ndarray] = []
        self._often: dict[int, int] = {}

    def before(self, ids: np.ndarray) -> np.ndarray:
        """Answer how often each of these ids was met before."""
        counts = np.zeros(len(ids), np.int64)
        perhaps = np.flatnonzero(self._met[ids & LOW])
        asked = ids[perhaps]
        met = np.zeros(len(asked), bool)
        for block in self._blocks:
            place = np.minimum(np.searchsorted(block, asked), len(block) - 1)
            met |= block[place] == asked
        for position in perhaps[met]:
            counts[position] = self._often.get(int(ids[position]), 1)
        return counts

    def add(self, ids: np.ndarray) -> None:
        """Remember these ids."""
        if not len(ids):
            return
        distinct, times = np.unique(ids, return_counts=True)
        again = self.before(distinct)
        for position in np.flatnonzero((again > 0) | (times > 1)):
            self._often[int(distinct[position])] = int(again[position] + times[position])
        self._met[distinct & LOW] = True
        self._blocks.append(distinct[again == 0])
        self._blocks = [block for block in self._blocks if len(block)]
        # blocks of like size are merged, so that there are never many of them
        while len(self._blocks) > 1 and len(self._blocks[-2]) <= 2 * len(self._blocks[-1]):
            self._blocks[-2:] = [np.sort(np.concatenate(self._blocks[-2:]))]


def told_apart(ids: np.ndarray, seen: Seen) -> tuple[np.ndarray, int]:
    """Give equal rows of one file ids of their own by their occurrence index.

    `seen` holds the ids of this file met in earlier batches (as hashed, before they were told apart), and is brought
    up to date. Returns the ids and how many were equal to an earlier one.
    """
    index = seen.before(ids)
    again = pd.Series(ids).duplicated().to_numpy()
    if again.any():
        index = index + pd.Series(ids).groupby(ids, sort=False).cumcount().to_numpy()
    seen.add(ids)
    repeated = index > 0
    if repeated.any():
        told = pa.array([f"{one:d}{MARK}{nth:d}" for one, nth in zip(ids[repeated], index[repeated], strict=True)])
        ids = ids.copy()
        ids[repeated] = hashed(told)
    return ids, int(repeated.sum())


DESCRIBING = (
    "kind",
    "start",
    "end",
    "amount",
    "currency",
    "party",
    "detail",
    "lat",
    "lon",
    "end_lat",
    "end_lon",
    "note",
    "place",
)


def _described(columns: Mapping[str, pa.Array], name: str, count: int) -> pa.Array:
    column = columns.get(name)
    if column is None:
        return pa.nulls(count, pa.string())
    if pa.types.is_floating(column.type):
        whole = pc.round(pc.multiply(column, 10.0**POINT_DIGITS))
        return (
            pc.if_else(pc.is_valid(whole), whole, pa.scalar(None, pa.float64()))
            .cast(pa.int64(), safe=False)
            .cast(pa.string())
        )
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.int64()).cast(pa.string())
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    return column.cast(pa.string())


def _joined(columns: list[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*columns, MARK, null_handling="replace", null_replacement="")
