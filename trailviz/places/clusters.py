"""Which stays and visits were at the same place.

`labels, centres = places(lat, lon, r90_m)`: points at most `eps_m` apart are linked (single linkage on cells of 5 metres),
and a chain of links wider than `WIDEST_M` is split about its most visited cells. The answer is the same whatever the order of
the rows; places are numbered by their first visit (`at`), or by their first row where no times are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trailviz.geo import METRES_A_DEGREE, Plane, chord_m, distance_m, space
from trailviz.pairing import portions

if TYPE_CHECKING:
    pass

NOWHERE = -1
CELL_M = 5.0
EPS_M = 100.0
"""For staypoints and visits: links of 100 metres (trackintel's and skmob's default)."""
RIDE_EPS_M = 150.0
"""For ends of rides, which stop where there is room at the kerb."""
VAGUE_M = 300.0
"""A point whose nine tenths lie within more than this names no place."""
WIDEST_M = 600.0
"""A mall or a station is taken to be so wide at most; what is wider is several places that a chain of visits links."""
ROUNDS = 4
"""How often medoids may move; they mostly stand still sooner."""
CROWD = 10_000
ROUNDING = 1e-6
"""Degrees by which a window reaches further than a link: what a sum of row and longitude may lose."""


@dataclass(frozen=True)
class Centres:
    """The places: where their visits lie on average, and how far they reach.

    `radius_m`: from the centre to the farthest visit. `visits`: how many points.
    """

    lat: np.ndarray
    lon: np.ndarray
    radius_m: np.ndarray
    visits: np.ndarray

    def __len__(self) -> int:
        """Count the places."""
        return len(self.lat)


class Places(NamedTuple):
    """The number of each point's place (-1: none), and the places."""

    labels: np.ndarray
    centres: Centres


def places(
    lat: np.ndarray,
    lon: np.ndarray,
    r90_m: np.ndarray | None = None,
    *,
    at: np.ndarray | None = None,
    eps_m: float | np.ndarray = EPS_M,
) -> Places:
    """Put points together into places.

    Args:
        lat: Latitudes, degrees; NaN for no place.
        lon: Longitudes, degrees.
        r90_m: Radius that holds the point in nine cases of ten; where wider than `VAGUE_M` the point has no place.
        at: Times of the points (any integers), for the numbering.
        eps_m: How far apart two linked points are at most, one for all or one a point; of two the larger counts.

    Returns:
        Labels of as many points, and the centres in the order of their labels.
    """
    usable = np.isfinite(lat) & np.isfinite(lon)
    if r90_m is not None:
        usable &= ~(r90_m > VAGUE_M)
    labels = np.full(len(lat), NOWHERE)
    here = np.flatnonzero(usable)
    if not len(here):
        none = np.zeros(0)
        return Places(labels, Centres(none, none, none, none.astype(np.int64)))
    when = here if at is None else np.asarray(at)[here]
    # One order for any order of rows, or sums would differ in their last digits.
    order = np.lexsort((when, lon[here], lat[here]))
    here, when = here[order], when[order]
    y, x, eps = lat[here], lon[here], np.broadcast_to(eps_m, len(lat))[here]
    cell, cells = _cells(y, x, eps)
    y_of, x_of, widest, visits = cells
    place = _parted(_linked(y_of, x_of, widest), y_of, x_of, visits)
    found = _numbered(place[cell], when)
    labels[here] = found
    return Places(labels, _centres(found, y, x))


def _cells(lat: np.ndarray, lon: np.ndarray, eps: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Gather points into cells of five metres: the cell of each, and the cells' mean points, links and visits."""
    row = np.floor(lat * (METRES_A_DEGREE / CELL_M)).astype(np.int64)
    wide = np.cos(np.radians((row + 0.5) * (CELL_M / METRES_A_DEGREE)))
    column = np.floor(lon * (METRES_A_DEGREE / CELL_M) * wide).astype(np.int64)
    _, cell = np.unique((row << 32) + column, return_inverse=True)
    visits = np.bincount(cell)
    widest = np.zeros(len(visits))
    np.maximum.at(widest, cell, eps)
    return cell, (np.bincount(cell, lat) / visits, np.bincount(cell, lon) / visits, widest, visits)


def _linked(lat: np.ndarray, lon: np.ndarray, eps: np.ndarray) -> np.ndarray:
    """Answer the component of each cell: the least number of a cell it is linked with."""
    band = eps.max()
    row = np.floor(lat * (METRES_A_DEGREE / band)).astype(np.int64)
    # Degrees of longitude a link may span, at the end of the row that is nearer a pole.
    edge = np.minimum((np.abs(row + 0.5) + 1.5) * band / METRES_A_DEGREE, 89.999)
    reach = np.minimum(band / METRES_A_DEGREE / np.cos(np.radians(edge)), 180.0)
    # A cell east of the date line is also looked for beyond the other end of the map.
    ghost = np.flatnonzero(lon < reach - 180)
    who = np.concatenate([np.arange(len(lat)), ghost])
    rows, east = row[who], np.concatenate([lon, lon[ghost] + 360])
    order = np.lexsort((east, rows))
    who, rows, east = who[order], rows[order], east[order]
    # One number a cell, in order of row, then of longitude; a row is longer than any longitude with its reach.
    key, span = rows * 1000.0 + east, reach[who] + ROUNDING
    after = np.arange(1, len(who) + 1)
    points = np.stack(space(lat, lon))
    parent = np.arange(len(lat))

    below = np.searchsorted(key, key + 1000 - span), np.searchsorted(key, key + 1000 + span, side="right")
    same = after, np.searchsorted(key, key + span, side="right")
    first = after, np.minimum(after + 1, len(who))
    # The nearest of each first: most cells join at once, and the wide windows find them together already.
    for low, high in (first, (below[0], np.minimum(below[0] + 1, below[1])), same, below):
        for a, b in portions(low, _shut(parent[who], low, high)):
            one, other = who[a], who[b]
            # who is together already need not be measured, and that is nearly everybody
            apart = parent[one] != parent[other]
            one, other = one[apart], other[apart]
            away = np.square(points[:, one] - points[:, other]).sum(axis=0)
            near = away <= np.square(chord_m(np.maximum(eps[one], eps[other])))
            parent = _joined(parent, one[near], other[near])
    return parent


def _shut(root: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Answer where each window ends, and shut those that hold nobody but of the looker's own component."""
    # Neighbours of one component are one block: a window that begins and ends in the looker's own has nobody else in it.
    block = np.cumsum(np.diff(root, prepend=root[0]) != 0)
    end = len(root) - 1
    start, stop = np.minimum(low, end), np.clip(high - 1, 0, end)
    shut = (high <= low) | ((block[start] == block[stop]) & (root[start] == root))
    return np.where(shut, low, high)


def _joined(parent: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Unite the components of linked cells: each root hangs itself under the least root it is linked with."""
    while True:
        a, b = parent[one], parent[other]
        apart = a != b
        if not apart.any():
            return parent
        one, other, a, b = one[apart], other[apart], a[apart], b[apart]
        parent = parent.copy()
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(up := parent[parent], parent):
            parent = up


def _parted(root: np.ndarray, lat: np.ndarray, lon: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Split the components that a chain of links made wider than one place."""
    order = np.argsort(root, kind="stable")
    starts = np.flatnonzero(np.diff(root[order], prepend=-1))
    cells = np.diff(np.append(starts, len(order)))
    tall = (np.maximum.reduceat(lat[order], starts) - np.minimum.reduceat(lat[order], starts)) * METRES_A_DEGREE
    wide = np.maximum.reduceat(lon[order], starts) - np.minimum.reduceat(lon[order], starts)
    wide = wide * METRES_A_DEGREE * np.cos(np.radians(lat[order[starts]]))
    answer = root.copy()
    for which in np.flatnonzero(np.hypot(tall, wide) > WIDEST_M).tolist():
        here = order[starts[which] : starts[which] + cells[which]]
        east, north = Plane(float(lat[here[0]]), float(lon[here[0]])).flat(lat[here], lon[here])
        if _width_m(east, north) > WIDEST_M:
            for tile in _tiles(east, north):
                # a place is called by one of its cells, and no other place has that cell
                part = here[tile]
                answer[part] = part[_medoids(east[tile], north[tile], visits[part])]
    return answer


def _tiles(east: np.ndarray, north: np.ndarray) -> list[np.ndarray]:
    """Cut what no person visits, tens of thousands of cells in one chain, into tiles that are split each for itself."""
    if len(east) <= CROWD:
        return [np.arange(len(east))]
    _, tile = np.unique(np.stack([east, north]) // (4 * WIDEST_M), axis=1, return_inverse=True)
    order = np.argsort(tile, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(tile[order])) + 1)


def _width_m(east: np.ndarray, north: np.ndarray) -> float:
    """Measure how far apart the two farthest points are, to half a hundredth: the widest shadow in 32 directions."""
    angles = np.linspace(0, np.pi, 32, endpoint=False)
    return max(float(np.ptp(east * np.cos(angle) + north * np.sin(angle))) for angle in angles.tolist())


def _medoids(east: np.ndarray, north: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Split points by k-medoid on visits: the medoid of each, none farther than half of `WIDEST_M`.

    The first medoid is the most visited point; as long as a point lies too far from all, the farthest becomes one more.
    """
    chosen = [int(visits.argmax())]
    for turn in range(ROUNDS + 1):
        away, mine = np.full(len(east), np.inf), np.zeros(len(east), np.int64)
        for number in chosen:
            mine, away = _nearer(east, north, number, mine, away)
        while away.max() > WIDEST_M / 2:
            chosen.append(int(away.argmax()))
            mine, away = _nearer(east, north, chosen[-1], mine, away)
        if turn < ROUNDS:
            chosen = sorted(
                {_middle(east, north, visits, np.flatnonzero(mine == number)) for number in np.unique(mine)}
            )
    return mine


def _nearer(
    east: np.ndarray, north: np.ndarray, number: int, mine: np.ndarray, away: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    far = np.hypot(east - east[number], north - north[number])
    return np.where(far < away, number, mine), np.minimum(far, away)


def _middle(east: np.ndarray, north: np.ndarray, visits: np.ndarray, here: np.ndarray) -> int:
    """Answer the point nearest to where the visits lie on average."""
    x, y = (np.average(column[here], weights=visits[here]) for column in (east, north))
    return int(here[np.hypot(east[here] - x, north[here] - y).argmin()])


def _numbered(place: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Number the places by their first visit."""
    _, first, code = np.unique(place, return_index=True, return_inverse=True)
    order = np.lexsort((np.arange(len(when)), when))
    earliest = np.full(len(first), len(when))
    np.minimum.at(earliest, code[order], np.arange(len(when)))
    return np.argsort(np.argsort(earliest))[code]


def _centres(label: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> Centres:
    visits = np.bincount(label)
    _, first = np.unique(label, return_index=True)
    # Averaged as differences to one of them, or a place on the date line would lie in Africa.
    east = (lon - lon[first][label] + 180) % 360 - 180
    middle = np.bincount(label, lat) / visits, (lon[first] + np.bincount(label, east) / visits + 180) % 360 - 180
    radius = np.zeros(len(visits))
    np.maximum.at(radius, label, distance_m(lat, lon, middle[0][label], middle[1][label]))
    return Centres(*middle, radius, visits)
