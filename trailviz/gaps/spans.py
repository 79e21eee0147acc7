"""Spans of time, many at once: `[n, 2]` arrays of microseconds since 1970 UTC, each `[start, end)`.

Merged means sorted, and neither overlapping nor touching. All sums are whole numbers: nothing is lost between two days.
"""

from __future__ import annotations

import numpy as np

from trailviz.pairing import opened

EMPTY = np.zeros((0, 2), np.int64)


def merged(*some: np.ndarray) -> np.ndarray:
    """Join overlapping and touching spans; empty and reversed ones vanish."""
    spans = some[0] if len(some) == 1 else np.concatenate(some)
    long = spans[:, 1] > spans[:, 0]
    if not long.all():
        spans = spans[long]
    if not len(spans):
        return EMPTY
    starts = spans[:, 0]
    # Mostly they are in order: to look is cheaper than to sort.
    if (starts[1:] < starts[:-1]).any():
        spans = spans[np.argsort(starts, kind="stable")]
    # A long span may outlast those that begin within it.
    furthest = np.maximum.accumulate(spans[:, 1])
    begins = np.flatnonzero(np.concatenate([[True], spans[1:, 0] > furthest[:-1]]))
    ends = np.concatenate([begins[1:] - 1, [len(spans) - 1]])
    return np.stack([spans[begins, 0], furthest[ends]], axis=1)


def clipped(spans: np.ndarray, low: int, high: int) -> np.ndarray:
    """Cut merged spans to `[low, high)`."""
    cut = np.clip(spans, low, high)
    return cut[cut[:, 1] > cut[:, 0]]


def common(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Answer what two merged sets of spans have in common, merged."""
    if not len(one) or not len(other):
        return EMPTY
    # Half open: spans that only touch have nothing in common.
    first = np.searchsorted(other[:, 1], one[:, 0], side="right")
    last = np.searchsorted(other[:, 0], one[:, 1], side="left")
    which, with_ = opened(first, last)
    low, high = np.maximum(one[which, 0], other[with_, 0]), np.minimum(one[which, 1], other[with_, 1])
    return np.stack([low, high], axis=1)


def edges(*some: np.ndarray) -> np.ndarray:
    """Sort instants, each once. What comes in runs that are in order already is merged, which numpy's own `unique` is not."""
    at = np.sort(np.concatenate([one.ravel() for one in some]), kind="stable")
    return at[np.concatenate([[True], at[1:] > at[:-1]])] if len(at) else at


def outside(spans: np.ndarray, low: int, high: int) -> np.ndarray:
    """Answer what is left of `[low, high)` beside merged spans."""
    edges = np.concatenate([[low], clipped(spans, low, high).ravel(), [high]]).reshape(-1, 2)
    return edges[edges[:, 1] > edges[:, 0]]


def measured(spans: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Measure merged spans within each of some bounds (`[n, 2]`), exactly, in microseconds."""
    if not len(spans):
        return np.zeros(len(bounds), np.int64)
    total = np.concatenate([[0], np.cumsum(spans[:, 1] - spans[:, 0])])

    def until(at: np.ndarray) -> np.ndarray:
        index = np.searchsorted(spans[:, 0], at, side="right")
        last = spans[np.maximum(index - 1, 0)]
        inside = np.minimum(at, last[:, 1]) - last[:, 0]
        return np.where(index > 0, total[np.maximum(index - 1, 0)] + inside, 0)

    return until(bounds[:, 1]) - until(bounds[:, 0])


def within(spans: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Say which instants lie in merged spans."""
    if not len(spans):
        return np.zeros(len(at), bool)
    index = np.searchsorted(spans[:, 0], at, side="right") - 1
    return (index >= 0) & (at < spans[np.maximum(index, 0), 1])
