"""Where boxes stand in columns, and how curves run between them: geometry in pixels, and nothing of companies.

A curve that passes a column gets a lane of its own there, so that it never runs behind a box (Sugiyama's dummy nodes);
boxes and lanes of a column are ordered by the mean height of what they are tied to, a few turns of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOX, TALL, ROW, COLUMN, LANE = 210, 40, 56, 340, 16
FULL, TURNS, BEND, SPREAD, APART = 20, 6, 80, 30, 19
NEAR = (0.3, 0.22, 0.4, 0.5, 0.15, 0.6)
Point = tuple[float, float]
Piece = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line from one box to another: its path, the point its number stands at, and the way it enters either end."""

    path: str
    number: Point
    start: Point
    end: Point
    start_from: float
    end_from: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The upper left corner of each box, the curve of each tie in order, and the size of it all."""

    boxes: Mapping[str, Point]
    curves: tuple[Curve, ...]
    width: int
    height: int


def laid_out(columns: Mapping[str, int], ties: Sequence[tuple[str, str]], left: int, top: int) -> Layout:
    """Lay boxes out in columns from left to right, and curves between them.

    Args:
        columns: The column of each box; only their order counts. A column of more than twenty is broken in two.
        ties: From which box to which.
        left: Where the first column begins.
        top: Where the tallest column begins.
    """
    listed = _listed(columns)
    column_of = {one: number for number, column in enumerate(listed) for one in column}
    chains = [_chain(number, column_of[a], column_of[b], listed) for number, (a, b) in enumerate(ties)]
    heights = _ordered(listed, ties, chains)
    middles = {
        one: (left + number * COLUMN, top + heights[one]) for number, column in enumerate(listed) for one in column
    }
    boxes = {one: (middles[one][0], middles[one][1] - TALL / 2) for one in columns}
    curves = _curves(ties, chains, middles)
    tall = max((y for _, y in boxes.values()), default=top) + TALL - top
    return Layout(boxes, curves, left * 2 + max(len(listed) - 1, 0) * COLUMN + BOX, round(top + tall))


def _listed(columns: Mapping[str, int]) -> list[list[str]]:
    rows: defaultdict[int, list[str]] = defaultdict(list)
    for one in sorted(columns):
        rows[columns[one]].append(one)
    # A taller column would not fit a screen or a page.
    return [rows[at][start : start + FULL] for at in sorted(rows) for start in range(0, len(rows[at]), FULL)]


def _chain(number: int, origin: int, to: int, listed: list[list[str]]) -> list[str]:
    """Give a tie a lane in every column it passes, from its origin on."""
    step = 1 if to > origin else -1
    lanes = []
    for column in range(origin + step, to, step):
        lane = f"\x00{number}:{column}"  # no box can be called so
        listed[column].append(lane)
        lanes.append(lane)
    return lanes


def _ordered(listed: list[list[str]], ties: Sequence[tuple[str, str]], chains: list[list[str]]) -> dict[str, float]:
    """Order each column by the mean height of its neighbours; answer the height of each middle."""
    beside: defaultdict[str, list[str]] = defaultdict(list)
    for (origin, to), lanes in zip(ties, chains, strict=True):
        way = [origin, *lanes, to]
        for one, other in pairwise(way):
            beside[one].append(other)
            beside[other].append(one)
    tallest = max((_tall(column) for column in listed), default=0)
    at: dict[str, float] = {}
    # The first turn only gives heights: before it there is nothing to take a mean of.
    for turn in range(TURNS):
        for column in listed:
            if turn:
                wanted = {
                    one: sum(at[end] for end in beside[one]) / len(beside[one]) if beside[one] else at[one]
                    for one in column
                }
                # By name where means are equal, so that a picture is the same twice.
                column.sort(key=lambda one, wanted=wanted: (wanted[one], one))  # type: ignore[misc]
            y = (tallest - _tall(column)) / 2
            for one in column:
                at[one] = y + _room(one) / 2
                y += _room(one)
    return at


def _room(one: str) -> int:
    return LANE if one.startswith("\x00") else ROW


def _tall(column: list[str]) -> int:
    return sum(_room(one) for one in column)


def _curves(
    ties: Sequence[tuple[str, str]], chains: list[list[str]], middles: Mapping[str, Point]
) -> tuple[Curve, ...]:
    """Run each tie from port to port; the ports of a side are ordered by where their curves come from."""
    ways = [[origin, *lanes, to] for (origin, to), lanes in zip(ties, chains, strict=True)]
    sides: defaultdict[tuple[str, bool], list[tuple[float, int, bool]]] = defaultdict(list)
    right: dict[tuple[int, bool], bool] = {}
    for number, way in enumerate(ways):
        for at_end, (box, other) in ((False, (way[0], way[1])), (True, (way[-1], way[-2]))):
            # within a column the curve leaves and comes back on the right
            right[number, at_end] = middles[other][0] >= middles[box][0]
            # Sorted by where they come from, curves do not cross right in front of a box.
            sides[box, right[number, at_end]].append((middles[other][1], number, at_end))
    ports: dict[tuple[int, bool], Point] = {}
    for (box, on_right), found in sides.items():
        x, y = middles[box]
        step = min(SPREAD / max(len(found) - 1, 1), 9)
        for place, (_, number, at_end) in enumerate(sorted(found)):
            ports[number, at_end] = (x + (BOX if on_right else 0), y + (place - (len(found) - 1) / 2) * step)
    busy = {end: sum(end in tie for tie in ties) for tie in ties for end in tie}
    taken: list[Point] = []
    curves = []
    for number, way in enumerate(ways):
        out = (1 if right[number, False] else -1, 1 if right[number, True] else -1)
        pieces = _pieces(way, ports[number, False], ports[number, True], middles, out)
        # the number stands near the end with fewer lines, where no other number stands
        piece, shares = (pieces[0], NEAR) if busy[way[0]] < busy[way[-1]] else (pieces[-1], tuple(1 - t for t in NEAR))
        spots = [_on(piece, share) for share in shares]
        spot = next(
            (one for one in spots if all(abs(one[0] - x) + abs(one[1] - y) > APART for x, y in taken)), spots[0]
        )
        taken.append(spot)
        path = f"M{pieces[0][0][0]:.0f} {pieces[0][0][1]:.1f}" + "".join(
            f"C{b[0]:.0f} {b[1]:.1f} {c[0]:.0f} {c[1]:.1f} {d[0]:.0f} {d[1]:.1f}" for _, b, c, d in pieces
        )
        curves.append(Curve(path, spot, ports[number, False], ports[number, True], *out))
    return tuple(curves)


def _pieces(
    way: list[str], start: Point, end: Point, middles: Mapping[str, Point], out: tuple[int, int]
) -> list[Piece]:
    """Join two ports by way of lanes, as cubic curves."""
    pieces: list[Piece] = []
    here, along = start, out[0]
    for lane in way[1:-1]:
        x, y = middles[lane]
        near, far = ((x, y), (x + BOX, y)) if along > 0 else ((x + BOX, y), (x, y))
        pieces.append((here, (here[0] + along * BEND, here[1]), (near[0] - along * BEND, near[1]), near))
        pieces.append((near, near, far, far))
        here = far
    pieces.append((here, (here[0] + along * BEND, here[1]), (end[0] + out[1] * BEND, end[1]), end))
    return pieces


def _on(piece: Piece, t: float) -> Point:
    """Answer the point of a cubic curve at a share of its way."""
    a, b, c, d = piece
    u = 1 - t
    x, y = (u**3 * a[axis] + 3 * u * u * t * b[axis] + 3 * u * t * t * c[axis] + t**3 * d[axis] for axis in (0, 1))
    return x, y
