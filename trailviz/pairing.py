"""Which rows go together: rows of one key a span of time apart, of many candidates each row's nearest, and what lies in ranges.

Columns in, positions out. Nothing here knows what a row is; a million rows cost sorting and searching, no loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_ROUNDS = 60
"""Chains longer than this (each row waiting for its neighbour) are finished one by one."""
AT_A_TIME = 2_000_000
"""So many entries of ranges are opened at once: some arrays of 16 MB each."""


def within(
    left: Sequence[np.ndarray], at: np.ndarray, right: Sequence[np.ndarray], when: np.ndarray, low: int, high: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pair rows of equal keys whose times lie a span apart: `at + low <= when <= at + high`.

    Args:
        left: Key columns (integers), one value a row.
        at: The rows' times (int64).
        right: The same keys of the other side.
        when: The other side's times.
        low: The earliest, counted from `at`.
        high: The latest.

    Returns:
        Positions on the left and on the right, a pair an entry.
    """
    first, last, order = _ranges(left, at, right, when, low, high)
    one, other = opened(first, last)
    return one, order[other]


def met(
    left: Sequence[np.ndarray], at: np.ndarray, right: Sequence[np.ndarray], when: np.ndarray, low: int, high: int
) -> np.ndarray:
    """Say which rows on the left `within` pairs with any: without the pairs, of which equal sums make millions."""
    first, last, _ = _ranges(left, at, right, when, low, high)
    return last > first


def _ranges(
    left: Sequence[np.ndarray], at: np.ndarray, right: Sequence[np.ndarray], when: np.ndarray, low: int, high: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answer of each row on the left which part `[first, last)` of the right it fits, and the order the right is then in."""
    if not len(at) or not len(when):
        none = np.zeros(len(at), np.int64)
        return none, none, np.zeros(0, np.int64)
    key_left, key_right = _coded(left, right)
    # a key and a moment in one number: moments by their rank, so that both fit
    moments = np.sort(when)
    # One more than there are moments: a search may end behind the last.
    width = len(moments) + 1
    # Stable: of rows in one moment the first in the file comes first, on every run.
    order = np.argsort(key_right * width + np.searchsorted(moments, when), kind="stable")
    found = (key_right * width + np.searchsorted(moments, when))[order]
    first = np.searchsorted(found, key_left * width + np.searchsorted(moments, at + low))
    last = np.searchsorted(found, key_left * width + np.searchsorted(moments, at + high, side="right"))
    return first, last, order


def opened(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Open ranges `[low, high)`: for every entry of each, in order, the number of its range and the entry."""
    size = np.maximum(high - low, 0)
    whose = np.repeat(np.arange(len(size)), size)
    # Counted through all ranges, less how many entries lie before the range's first: 0, 1, ... in each.
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(size) - size, size) + low[whose]


def portions(low: np.ndarray, high: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Open ranges as `opened` does, so many entries at a time that memory stays bounded; a range is never cut in two."""
    until = np.cumsum(np.maximum(high - low, 0))
    first = 0
    while first < len(until):
        done = until[first - 1] if first else 0
        last = max(int(np.searchsorted(until, done + AT_A_TIME, side="right")), first + 1)
        whose, entry = opened(low[first:last], high[first:last])
        yield whose + first, entry
        first = last


def _coded(left: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Number the distinct keys of both sides alike."""
    code = np.zeros(len(left[0]) + len(right[0]), np.int64)
    for one, other in zip(left, right, strict=True):
        number, names = pd.factorize(np.concatenate([one, other]))
        # Numbered anew after every column, so that the product never outgrows 64 bits.
        code, _ = pd.factorize(code * (len(names) + 1) + number)
    return code[: len(left[0])], code[len(left[0]) :]


def nearest(order: np.ndarray, ends: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Choose pairs, the best first, so that no end is used twice.

    Args:
        order: The candidates from the best to the worst (positions).
        ends: Two numbers a candidate; a number is used at most once, on either side.

    Returns:
        The chosen candidates, the best first: the same as taking them one by one, in rounds. In a round every candidate
        that is the best of both its ends is chosen, and what shares an end with it falls away.
    """
    flat, names = pd.factorize(np.concatenate([ends[0][order], ends[1][order]]))
    one, other = flat[: len(order)], flat[len(order) :]
    chosen = np.zeros(len(order), bool)
    taken = np.zeros(len(names), bool)
    alive = np.arange(len(order))
    for _ in range(MOST_ROUNDS):
        if not len(alive):
            break
        best = np.full(len(names), len(order))
        # An end occurs many times: plain assignment would keep its last candidate, not its best.
        np.minimum.at(best, one[alive], alive)
        np.minimum.at(best, other[alive], alive)
        won = alive[(best[one[alive]] == alive) & (best[other[alive]] == alive)]
        chosen[won] = True
        taken[one[won]] = taken[other[won]] = True
        alive = alive[~taken[one[alive]] & ~taken[other[alive]]]
    for rank in alive.tolist():
        if not taken[one[rank]] and not taken[other[rank]]:
            chosen[rank] = taken[one[rank]] = taken[other[rank]] = True
    return order[chosen]
