"""Which event is which: ids that stay the same for life, whatever file or order an event comes from.

An id is a 64-bit hash of the format family, the export's own transaction id and the part; or, without one, of time, amount,
party, detail, point, part and how many equal rows came before. Texts are hashed by SipHash-2-4 (as `pandas.util.hash_array`
computes it, under our own key), numbers by splitmix64; what a row is told by is added up and hashed once more, so that a
column costs nothing where it is empty. File names and row numbers are never in it. Golden vectors in the tests pin it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.letters import spread

if TYPE_CHECKING:
    from collections.abc import Mapping

# another key would give every event another id
KEY = "trailviz-event-1"
MARK = "\x1f"  # between an id and how often it was met before
# of the same history the iPhone writes six decimals and Takeout seven
POINT_DIGITS = 6
# a map of 8 MB, of which ten million ids set a seventh
HIGH_BITS = 26
BIT = np.uint64(64 - HIGH_BITS)
MOST_BLOCKS = 32


def family(format_name: str) -> str:
    """Answer the format family: layouts of one company's export share it."""
    return format_name.split("_", 1)[0]


def event_ids(
    format_name: str, columns: Mapping[str, pa.Array], own_id: pa.Array | None, part: np.ndarray
) -> np.ndarray:
    """Compute the ids of some events of one file, before equal ones are told apart.

    `columns` are event columns, `own_id` the export's transaction ids (null where it has none). Returns uint64.
    """
    # what is the same for all is hashed once, and added to each
    same = part[:1] if len(part) and (part == part[0]).all() else part
    shared = mixed(same.astype(np.int64), "part") + hashed(pa.array([family(format_name)]))[0]
    if own_id is None:
        return _finished(shared + _described(columns, len(part)))
    stated = shared + hashed(own_id)
    if own_id.null_count:
        described = shared + _described(columns, len(part))
        stated = np.where(np.asarray(pc.is_valid(own_id)), stated, described)
    return _finished(stated)


def hashed(keys: pa.Array) -> np.ndarray:
    """Hash texts to uint64, each distinct one once where they are known; null is 0."""
    if pa.types.is_dictionary(keys.type):
        return spread(_sip(keys.dictionary), keys, 0)
    answer = _sip(keys)
    if keys.null_count:
        answer[np.asarray(pc.is_null(keys))] = 0
    return answer


def mixed(numbers: np.ndarray, name: str) -> np.ndarray:
    """Hash 64-bit numbers to uint64 by the finalizer of splitmix64 (Steele, Lea, Flood 2014); equal numbers of two columns differ."""
    value = numbers.view(np.uint64) + _salt(name)
    aside = value >> np.uint64(30)
    for factor, shift in (
        (np.uint64(0xBF58476D1CE4E5B9), np.uint64(27)),
        (np.uint64(0x94D049BB133111EB), np.uint64(31)),
    ):
        value ^= aside
        value *= factor
        np.right_shift(value, shift, out=aside)
    value ^= aside
    return value


class Seen:
    """The ids met in a file so far, and how often: sorted blocks of numbers, since a million Python ints are slow.

    A map of the ids' highest bits is asked first: nearly every id of an export is new, and a search is not cheap.
    """

    def __init__(self) -> None:
        """Begin a file."""
        self._bits = np.zeros(1 << (HIGH_BITS - 3), np.uint8)
        self._blocks: list[np.ndarray] = []
        self._often: dict[int, int] = {}
        self._small = 0

    def before(self, ids: np.ndarray) -> np.ndarray:
        """Answer how often each of these ids was met before."""
        counts = np.zeros(len(ids), np.int64)
        if not self._blocks:
            return counts
        place = (ids >> BIT).view(np.int64)
        perhaps = np.flatnonzero(self._bits[place >> 3] & _bit(place))
        asked = ids[perhaps]
        met = np.zeros(len(asked), bool)
        for block in self._blocks:
            place = np.minimum(np.searchsorted(block, asked), len(block) - 1)
            met |= block[place] == asked
        for position in perhaps[met]:
            # only ids met more than once are counted: a million entries would be slow
            counts[position] = self._often.get(int(ids[position]), 1)
        return counts

    def add(self, ids: np.ndarray) -> None:
        """Remember these ids."""
        distinct, times = np.unique(ids, return_counts=True)
        again = self.before(distinct)
        for position in np.flatnonzero((again > 0) | (times > 1)):
            self._often[int(distinct[position])] = int(again[position] + times[position])
        self.add_new(distinct[again == 0])

    def add_new(self, ids: np.ndarray) -> None:
        """Remember ids that are sorted, distinct and new."""
        if not len(ids):
            return
        place = (ids >> BIT).view(np.int64)
        byte = place >> 3
        first = np.flatnonzero(np.diff(byte, prepend=-1))
        self._bits[byte[first]] |= np.bitwise_or.reduceat(_bit(place), first)
        self._blocks.append(ids)
        self._small += 1
        if self._small == MOST_BLOCKS:
            # few ids are ever looked up, so merging may wait; a thousand blocks would be slow even for those, and
            # merging all at once would hold every id twice
            merged = np.concatenate(self._blocks[-MOST_BLOCKS:])
            merged.sort()
            self._blocks[-MOST_BLOCKS:] = [merged]
            self._small = 0


def _bit(place: np.ndarray) -> np.ndarray:
    """Answer the one bit of its byte of the map that stands for each place in it."""
    return np.left_shift(np.uint8(1), (place & 7).astype(np.uint8))


def told_apart(ids: np.ndarray, seen: Seen) -> tuple[np.ndarray, int]:
    """Give equal rows of one file ids of their own by their occurrence index.

    `seen` holds the ids of this file met in earlier batches (as hashed, before they were told apart), and is brought
    up to date. Returns the ids and how many were equal to an earlier one.
    """
    index = seen.before(ids)
    ordered = np.sort(ids)
    if not index.any() and (ordered[1:] != ordered[:-1]).all():
        seen.add_new(ordered)
        return ids, 0
    index = index + pd.Series(ids).groupby(ids, sort=False).cumcount().to_numpy()
    seen.add(ids)
    repeated = index > 0
    told = pa.array([f"{one:d}{MARK}{nth:d}" for one, nth in zip(ids[repeated], index[repeated], strict=True)])
    ids = ids.copy()
    ids[repeated] = hashed(told)
    # two of a million ids are equal by chance once in thirty million files; it must not pass unseen
    assert not seen.before(ids[repeated]).any()
    seen.add(ids[repeated])
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


def _described(columns: Mapping[str, pa.Array], count: int) -> np.ndarray:
    """Add up the hashes of the columns that tell one event from another; a column that is not there adds nothing, like null."""
    total = np.zeros(count, np.uint64)
    for name in DESCRIBING:
        column = columns.get(name)
        if column is not None and column.null_count < count:
            total += _column(column, name)
    return total


def _column(column: pa.Array, name: str) -> np.ndarray:
    if pa.types.is_dictionary(column.type) and len(column.dictionary) == 1 and not column.null_count:
        return mixed(hashed(column.dictionary), name)
    if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
        # one more round with the column's own salt: a shop called as another row's item is another event
        answer = mixed(hashed(column), name)
    elif pa.types.is_decimal(column.type):
        whole = np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset :][: 2 * len(column)].reshape(-1, 2)
        answer = mixed(np.ascontiguousarray(whole[:, 0]), name) + mixed(
            np.ascontiguousarray(whole[:, 1]), f"{name} high"
        )
    elif pa.types.is_floating(column.type):
        value = column.to_numpy(zero_copy_only=False)
        fine = np.isfinite(value)
        rounded = (value if fine.all() else np.where(fine, value, 0)) * 10.0**POINT_DIGITS
        answer = mixed(np.rint(rounded, out=rounded).astype(np.int64), name)
        return answer if fine.all() else np.where(fine, answer, 0)
    else:
        whole = column.cast(pa.int64())
        answer = mixed((pc.fill_null(whole, 0) if whole.null_count else whole).to_numpy(), name)
    return answer if not column.null_count else np.where(np.asarray(pc.is_valid(column)), answer, 0)


def _sip(texts: pa.Array) -> np.ndarray:
    return pd.util.hash_array(texts.to_numpy(zero_copy_only=False).astype(object), hash_key=KEY, categorize=False)


@cache
def _salt(name: str) -> np.uint64:
    return np.uint64(_sip(pa.array([name]))[0])


def _finished(total: np.ndarray) -> np.ndarray:
    return mixed(total, "event")
