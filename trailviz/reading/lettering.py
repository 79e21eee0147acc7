"""Where the names of roads are written: along the longest straight stretches, a few to a name."""

from __future__ import annotations

from collections import Counter

import numpy as np

from trailviz.reading import coast, cutting, legend
from trailviz.reading.sheet import Label, Name, Shapes, starting

STRAIGHT_M, SHORTEST_M = 6.0, 60.0
MOST_EACH, MOST = 6, 2_500


def roads_written(shapes: Shapes, names: list[Name], metres: float) -> list[Label]:
    """Choose where to write the names of roads.

    Args:
        shapes: Drawn lines; those with a name count.
        names: By their number.
        metres: The length of a unit.

    Returns:
        Labels in order of the roads' importance and of how much room they have.
    """
    called = shapes.only(shapes.name >= 0)
    if not len(called):
        return []
    called = cutting.simplified(_joined(called), STRAIGHT_M / metres)
    part = called.part
    last = np.arange(len(part)) == called.starts[1:][part] - 1
    here = np.flatnonzero(~last)
    dx, dy = called.x[here + 1] - called.x[here], called.y[here + 1] - called.y[here]
    length = np.hypot(dx, dy)
    wide = np.flatnonzero(length >= SHORTEST_M / metres)
    kind = (called.kind % legend.CALLED)[part[here]]
    order = wide[np.lexsort((-length[wide], -kind[wide]))]
    used: Counter[int] = Counter()
    answer = []
    for at in order.tolist():
        name = int(called.name[part[here[at]]])
        used[name] += 1
        if used[name] > MOST_EACH:
            continue
        x, y = (int(one[here[at]] + step[at] // 2) for one, step in ((called.x, dx), (called.y, dy)))
        rank = len(legend.KINDS) - int(kind[at])
        answer.append(Label(legend.ROAD, x, y, names[name], rank, int(dx[at]), int(dy[at])))
        if len(answer) >= MOST:
            break
    return answer


def _joined(called: Shapes) -> Shapes:
    """Join the pieces of each road of one kind: maps cut them at every crossing, and no name would fit between two."""
    order = np.lexsort((called.kind, called.name))
    lines = np.stack([called.x, called.y], 1)
    changes = np.flatnonzero((np.diff(called.name[order]) != 0) | (np.diff(called.kind[order]) != 0)) + 1
    pieces: list[np.ndarray] = []
    of: list[int] = []
    for parts in np.split(order, changes):
        whole = coast.joined([lines[called.starts[one] : called.starts[one + 1]] for one in parts.tolist()])
        pieces += whole
        of += [int(parts[0])] * len(whole)
    x, y = np.concatenate(pieces).T
    columns = (one[of] for one in (called.kind, called.shape, called.name))
    return Shapes(x, y, starting(np.array([len(one) for one in pieces])), *columns)
