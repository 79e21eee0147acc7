"""Make the sea out of its coast: OpenStreetMap draws coastlines, and never the water.

Every piece of coast has the land on its left and the water on its right (wiki.openstreetmap.org, Tag:natural=coastline, read in
November 2026). So who follows a piece to the edge of the box, and goes on along the edge clockwise, walks around water.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

Line = np.ndarray
"""Points in units, one row each: x eastward, y southward."""


def joined(lines: list[Line]) -> list[Line]:
    """Join lines end to start, into as few as there are."""
    starts: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        starts[_at(line, 0)].append(number)
    ends = {_at(line, -1) for line in lines}
    used: set[int] = set()
    answer = []
    # First those that nothing leads to; what is left over then are rings.
    for number in sorted(range(len(lines)), key=lambda one: _at(lines[one], 0) in ends):
        if number in used:
            continue
        chain = []
        following: int | None = number
        while following is not None:
            used.add(following)
            chain.append(lines[following])
            following = next((one for one in starts[_at(lines[following], -1)] if one not in used), None)
        answer.append(np.concatenate([chain[0], *(one[1:] for one in chain[1:])]))
    return answer


def seas(
    lines: list[Line], rings: list[Line], west: int, east: int, north: int, south: int, near: float
) -> list[Line] | None:
    """Answer the rings of the sea in a box, islands among them as holes; None where the coast breaks off inside.

    Args:
        lines: Pieces of coast already cut to the box.
        rings: Coasts that close within the box.
        west: The box in units, as `east`, `north` and `south`.
        east: See `west`.
        north: See `west`.
        south: See `west`.
        near: How far from the edge, in units, a piece may break off: extracts lose the node behind their edge.
    """
    sides = west, east, north, south
    starts, ends = ([_edge(line[at], sides, near) for line in lines] for at in (0, -1))
    if None in starts or None in ends:
        return None
    whole = np.array([(west, north), (east, north), (east, south), (west, south)], np.int64)
    islands = [ring for ring in rings if _area(ring) < 0]
    lakes = [ring for ring in rings if _area(ring) > 0]
    if not lines:
        # Islands alone: all around them is sea. A ring the other way round is a sea of its own.
        return [whole, *islands, *lakes] if islands else lakes
    around = sorted((start, number) for number, start in enumerate(starts) if start is not None)
    left = set(range(len(lines)))
    answer = []
    while left:
        first = number = min(left)
        walk: list[Line] = []
        while number in left:
            left.discard(number)
            walk.append(lines[number])
            here = ends[number] or 0.0
            there, following = next((one for one in around if one[0] >= here), around[0])
            walk.append(_corners(here, there, sides))
            number = following
        if number != first:
            return None
        answer.append(np.concatenate(walk))
    return [*answer, *islands, *lakes]


def _at(line: Line, end: int) -> tuple[int, int]:
    return int(line[end][0]), int(line[end][1])


def _area(ring: Line) -> float:
    """Twice the area, positive where the ring runs clockwise on the map."""
    x, y = ring[:, 0].astype(float), ring[:, 1].astype(float)
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _edge(point: np.ndarray, sides: tuple[int, int, int, int], near: float) -> float | None:
    """Answer how far along the edge a point lies, clockwise from the north-west corner: one whole number a side."""
    west, east, north, south = sides
    x, y = float(point[0]), float(point[1])
    across, down = (x - west) / max(east - west, 1), (y - north) / max(south - north, 1)
    away = [y - north, east - x, south - y, x - west]
    side = int(np.argmin(away))
    if away[side] > near:
        return None
    return side + min(max((across, down, 1 - across, 1 - down)[side], 0.0), 0.999999)


def _corners(here: float, there: float, sides: tuple[int, int, int, int]) -> Line:
    """Answer the corners passed on the way clockwise from one place on the edge to another."""
    west, east, north, south = sides
    corners = ((west, north), (east, north), (east, south), (west, south))
    until = there if there >= here else there + 4
    passed = [corners[one % 4] for one in range(int(here) + 1, int(until) + 1)]
    return np.array(passed, np.int64).reshape(-1, 2)
