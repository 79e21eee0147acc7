"""Cut a sheet to a box, and take points out of it that nobody would see: whole columns at a time, no part by itself."""

from __future__ import annotations

import numpy as np

from trailviz.reading import legend
from trailviz.reading.sheet import Shapes, starting

PASSES = 24
INTEGER_BYTES = (1 << 7, 1 << 14, 1 << 21, 1 << 28)
PART_BYTES = 6
# The golden ratio: its multiples scatter evenly, and the same way every time.
STRIDE = 0.6180339887498949


def clipped(shapes: Shapes, west: int, east: int, north: int, south: int) -> Shapes:
    """Cut lines and areas to a box in units; lines come apart where they leave it, areas are closed along its edge.

    Sutherland and Hodgman's way (Communications of the ACM 17, 1974), one edge of the box after the other.
    """
    for axis, bound, sign in (("x", west, 1), ("x", east, -1), ("y", north, 1), ("y", south, -1)):
        shapes = _half(shapes, axis, bound, sign)
    return shapes


def _half(shapes: Shapes, axis: str, bound: int, sign: int) -> Shapes:
    """Keep what lies on one side of a line."""
    along = shapes.x if axis == "x" else shapes.y
    inside = (along - bound) * sign >= 0
    if inside.all():
        return shapes
    part, count = shapes.part, len(along)
    after = np.arange(count) + 1
    last = after == shapes.starts[1:][part]
    closed = shapes.kind[part] < legend.AREAS
    # The point after the last of a ring is its first; after the last of a line comes nothing.
    after = np.where(last, shapes.starts[:-1][part], after)
    crosses = (inside != inside[after]) & ~(last & ~closed)
    span = np.where(crosses, along[after] - along, 1)
    share = np.where(crosses, (bound - along) / span, 0)
    cut = [np.rint(one + share * (one[after] - one)).astype(np.int64) for one in (shapes.x, shapes.y)]
    # Each point has two places: its own, and the crossing behind it.
    keep = np.stack([inside, crosses], 1).ravel()
    x, y = (np.stack([old, new], 1).ravel()[keep] for old, new in zip((shapes.x, shapes.y), cut, strict=True))
    part = np.repeat(part, 2)[keep]
    # A line that comes back in begins anew.
    enters = (np.stack([np.zeros(count, bool), crosses & ~inside & ~closed], 1).ravel())[keep]
    begins = np.concatenate([[True], part[1:] != part[:-1]]) | enters if len(part) else np.zeros(0, bool)
    first = np.flatnonzero(begins)
    of = part[first]
    cuts = Shapes(x, y, np.append(first, len(x)), shapes.kind[of], shapes.shape[of], shapes.name[of])
    return cuts.only(_drawable(cuts))


def _drawable(shapes: Shapes) -> np.ndarray:
    """Which parts have points enough: two for a line, three for a ring."""
    return np.diff(shapes.starts) >= np.where(shapes.kind < legend.AREAS, 3, 2)


def simplified(shapes: Shapes, tolerance: float, smallest: float = 0) -> Shapes:
    """Take points out that lie within `tolerance` units of the line between their neighbours; the ends of lines stay.

    Of neighbouring points only the least important goes at a time, in `PASSES` rounds, so that no line wanders off by
    more than a few tolerances. Areas narrower than `smallest` units go as a whole.
    """
    if smallest:
        shapes = shapes.only(_extent(shapes) >= np.where(shapes.kind < legend.AREAS, smallest, 0))
    for _ in range(PASSES):
        if not len(shapes):
            break
        off = _offsets(shapes)
        part = shapes.part
        # Rings keep three points and lines their ends; both are infinitely important.
        rather = np.where(np.diff(shapes.starts) <= np.where(shapes.kind < legend.AREAS, 3, 2), np.inf, 0)[part]
        off = np.maximum(off, rather)
        # A trifle of its own for each point: on a straight line all are equal, and none would be the least.
        weighed = off + np.arange(len(off)) * STRIDE % 1 * tolerance / 64
        goes = (off <= tolerance) & (weighed < np.roll(weighed, 1)) & (weighed < np.roll(weighed, -1))
        if not goes.any():
            break
        lengths = np.diff(shapes.starts) - np.bincount(part[goes], minlength=len(shapes))
        shapes = Shapes(shapes.x[~goes], shapes.y[~goes], starting(lengths), shapes.kind, shapes.shape, shapes.name)
    return shapes.only(_drawable(shapes)) if len(shapes) else shapes


def _offsets(shapes: Shapes) -> np.ndarray:
    """How far each point lies from the line between its neighbours, in units; infinite at the ends of lines."""
    part = shapes.part
    index = np.arange(len(part))
    first, final = shapes.starts[:-1][part], shapes.starts[1:][part] - 1
    before = np.where(index == first, final, index - 1)
    after = np.where(index == final, first, index + 1)
    x, y = shapes.x.astype(float), shapes.y.astype(float)
    wide, high = x[after] - x[before], y[after] - y[before]
    length = np.hypot(wide, high)
    aside = np.abs(wide * (y - y[before]) - high * (x - x[before]))
    # Where both neighbours are one point the line has no direction: the distance to that point counts.
    off = np.where(length > 0, aside / np.maximum(length, 1), np.hypot(x - x[before], y - y[before]))
    ends = (index == first) | (index == final)
    return np.where(ends & (shapes.kind[part] >= legend.AREAS), np.inf, off)


def _extent(shapes: Shapes) -> np.ndarray:
    """The longer side of each part's bounds, in units."""
    if not len(shapes):
        return np.zeros(0)
    first = shapes.starts[:-1]
    sides = [np.maximum.reduceat(one, first) - np.minimum.reduceat(one, first) for one in (shapes.x, shapes.y)]
    return np.maximum(*sides)


def weight(shapes: Shapes, shift: int) -> int:
    """How many bytes the shapes take as differences of whole numbers of seven bits a byte, `shift` bits coarser."""
    total = PART_BYTES * len(shapes)
    for one in (shapes.x, shapes.y):
        steps = np.abs(np.diff(one >> shift, prepend=0)) * 2
        total += len(steps) + sum(int((steps >= more).sum()) for more in INTEGER_BYTES)
    return total
