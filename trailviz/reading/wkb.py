"""Well-known binary: the outlines of lines and areas, as Overture's Parquet files and libosmium write them.

Source: OGC 06-103r4 (Simple Features), section 8, and PostGIS' flags of the extended form. Of points with heights or
measures the first two numbers count.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from trailviz.reading.broken import BrokenFileError

POINT, LINE, POLYGON, MANY_POINTS, MANY_LINES, MANY_POLYGONS, COLLECTION = range(1, 8)
HEIGHT, MEASURE, SYSTEM = 0x80000000, 0x40000000, 0x20000000
DEEPEST = 4


def parts(raw: bytes) -> tuple[int, list[np.ndarray]]:
    """Answer the kind (`POINT`, `LINE` or `POLYGON`) of an outline, and its parts: arrays of longitude and latitude.

    Raises:
        BrokenFileError: `ground_broken`.
    """
    try:
        found = list(_parts(raw, 0, DEEPEST))
    except struct.error:
        raise BrokenFileError("ground_broken") from None
    kinds = [kind for kind, _, _ in found if kind]
    # Of a collection, what is of its first kind.
    first = kinds[0] if kinds else 0
    return first, [part for kind, part, _ in found if kind == first and part is not None]


def _parts(raw: bytes, at: int, deep: int) -> Iterator[tuple[int, np.ndarray | None, int]]:
    """Go through the parts of what starts at a byte; the last that is answered has kind 0 and says where it ends."""
    order = "<" if struct.unpack_from("B", raw, at)[0] else ">"
    (told,) = struct.unpack_from(f"{order}I", raw, at + 1)
    at += 5
    if told & SYSTEM:
        at += 4
    kind, thousands = (told & 0x0FFFFFFF) % 1000, (told & 0x0FFFFFFF) // 1000
    axes = 2 + (bool(told & HEIGHT) or thousands in {1, 3}) + (bool(told & MEASURE) or thousands in {2, 3})
    if kind == POINT:
        part, at = _run(raw, at, 1, axes, order)
        yield kind, part, at
    elif kind == LINE:
        (count,) = struct.unpack_from(f"{order}I", raw, at)
        part, at = _run(raw, at + 4, count, axes, order)
        yield kind, part, at
    elif kind == POLYGON:
        (rings,) = struct.unpack_from(f"{order}I", raw, at)
        at += 4
        for _ in range(_held(rings, raw, at, 4)):
            (count,) = struct.unpack_from(f"{order}I", raw, at)
            part, at = _run(raw, at + 4, count, axes, order)
            yield kind, part, at
    elif kind in {MANY_POINTS, MANY_LINES, MANY_POLYGONS, COLLECTION} and deep:
        (count,) = struct.unpack_from(f"{order}I", raw, at)
        at += 4
        for _ in range(_held(count, raw, at, 5)):
            for found, inner, end in _parts(raw, at, deep - 1):
                at = end
                if found:
                    yield found, inner, end
    else:
        raise BrokenFileError("ground_broken")
    yield 0, None, at


def _held(count: int, raw: bytes, at: int, each: int) -> int:
    """Answer a count that the bytes behind it can hold."""
    if count * each > len(raw) - at:
        raise BrokenFileError("ground_broken")
    return count


def _run(raw: bytes, at: int, count: int, axes: int, order: str) -> tuple[np.ndarray, int]:
    end = at + _held(count, raw, at, 8 * axes) * 8 * axes
    points = np.frombuffer(raw, f"{order}f8", count * axes, at).reshape(-1, axes)[:, :2]
    return points.astype(float), end
