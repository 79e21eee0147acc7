"""A row without a place inherits one from the same observer's other rows: how sure, how far off, and what it rests on.

Candidates are the place before the row and the one after it, the place of earlier visits to the same shop, the usual place of that
hour of the week, and elsewhere. Each has a weight from measured tables (`weights`); what the space-time prism forbids has none. The
best is told where it has at least half of all weight; otherwise the row has a time and no place. It is a guess and never an anchor:
it is computed from what one observer has, and nothing an observer has is computed from it. docs/decisions/0012-fusion.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import MINUTE_US
from trailviz.geo import distance_m
from trailviz.pairing import opened
from trailviz.places import spread, weights
from trailviz.places.habits import MOST_EVIDENCE, Habit, evidence, shops, usual
from trailviz.places.sides import NONE, SAME_M, Sides, sides, within_reach

if TYPE_CHECKING:
    from trailviz.places.askable import Anchors, Had
    from trailviz.places.weights import Weights

BASES = ("", "same_deed", "bracketed", "after", "before", "same_shop", "usual_hour")
"""Why a row is put where it is: the same deed's other record, between two records of one place, after or before a record, at the place
of earlier visits to the shop, at the usual place of that hour; "" is no place at all."""
SAME_DEED, BRACKETED, AFTER, BEFORE, SAME_SHOP, USUAL = range(1, len(BASES))
A, B, SHOP, HOUR = range(4)
LEAST = 0.5
"""Below this no place is told, only the time."""
CLEAR = 0.9
"""A row as sure as this by its neighbours is not asked of habits."""
RIDE_PAID_US = 15 * MINUTE_US
"""A fare is paid where the ride began or ended if it is paid within a quarter of an hour of that."""
SURELY = 0.99
"""Two linked records tell of one deed by their ids, their card, or their sum and minute. Uncalibrated."""


@dataclass(frozen=True)
class Carried:
    """Where rows without a place probably happened: an entry a row that was asked for, in order of position.

    `event` (position), `lat`, `lon` (NaN: no place), `r50_m`, `r90_m`, `p`, `basis` (index into `BASES`), `if_present`: the row does not
    say that the person was there, so p is for the case that they were. `second_lat`, `second_lon`, `second_p`: the runner-up (NaN, 0:
    none). The place of entry i rests on the events `values[offsets[i]:offsets[i + 1]]` (positions, at most five of each habit, the
    nearest in time): whoever lacks the place of one of them has no such guess.
    """

    event: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    r50_m: np.ndarray
    r90_m: np.ndarray
    p: np.ndarray
    basis: np.ndarray
    if_present: np.ndarray
    second_lat: np.ndarray
    second_lon: np.ndarray
    second_p: np.ndarray
    offsets: np.ndarray
    values: np.ndarray

    @property
    def has_place(self) -> np.ndarray:
        """Which rows have a place."""
        return ~np.isnan(self.lat)

    def rests_on(self, number: int) -> np.ndarray:
        """Answer the positions of the events that the place of an entry rests on."""
        return self.values[self.offsets[number] : self.offsets[number + 1]]

    def entry(self, position: int) -> int | None:
        """Answer the entry of an event that has a guessed place, or None."""
        at = int(np.searchsorted(self.event, position))
        found = at < len(self.event) and self.event[at] == position and not np.isnan(self.lat[at])
        return at if found else None


@dataclass(frozen=True)
class Candidates:
    """What may be the place of each row: `[rows, 4]` log odds against elsewhere (A, B, SHOP, HOUR), and their points.

    `lat`, `lon`, `r90_m`: `[rows, 4]`. `shop`, `hour`: the habits behind the last two; `shop_beside`: the shop's place is that of a
    record next to the row, which its weight was added to.
    """

    log: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    r90_m: np.ndarray
    sides: Sides
    shop: Habit
    hour: Habit
    shop_beside: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """How sure each candidate is; what is missing to one is elsewhere."""
        # Less the largest before the exponent, elsewhere's own nought among them: no weight overflows.
        top = np.maximum(self.log.max(axis=1, initial=0.0), 0.0)
        weight = np.exp(self.log - top[:, None])
        return weight / (np.exp(-top) + weight.sum(axis=1))[:, None]


def carry(had: Had, law: Weights | None = None) -> Carried:
    """Put each row where it most likely was.

    Args:
        had: What one observer has, and nothing that anybody else has.
        law: The measured tables; those that ship by default.
    """
    law = law or weights.load()
    found = candidates(had, law)
    share, each = found.share, np.arange(len(had.at))
    best = share.argmax(axis=1)
    # A deed's own other record outweighs every neighbour; without one, a fare and a row without an hour have no place of their own.
    p = share[each, best]
    deed = _same_deed(had)
    linked = deed != NONE
    told = linked | ((p >= LEAST) & had.exact & ~had.ride_paid)
    p = np.where(linked, SURELY, p)
    basis = np.array([AFTER, BEFORE, SAME_SHOP, USUAL])[best]
    basis = np.where(linked, SAME_DEED, np.where(found.sides.same & (best == A), BRACKETED, basis))
    lat, lon, r90 = (
        np.where(linked, _at(own, deed), column[each, best])
        for own, column in zip(_points(had.anchors), (found.lat, found.lon, found.r90_m), strict=True)
    )
    # Somebody who did move has had no longer for it than to the nearer record.
    away = np.minimum(found.sides.since_h, found.sides.until_h)
    r50, r90 = spread.radii(p, r90, away, spread.law(had.speeds_mps, law.spread), told)
    share[each, best] = 0.0
    other = share.argmax(axis=1)
    runner = told & ~linked & (share[each, other] > 0)
    order = np.argsort(had.event, kind="stable")
    offsets, values = _reordered(*_rests_on(had, found, np.where(told, basis, 0), deed), order)
    lat, lon, second_lat, second_lon = (
        np.where(mask, column, np.nan)[order]
        for mask, column in (
            (told, lat),
            (told, lon),
            (runner, found.lat[each, other]),
            (runner, found.lon[each, other]),
        )
    )
    return Carried(
        had.event[order], lat, lon, r50[order], r90[order], np.where(told, p, 0.0)[order],
        basis=np.where(told, basis, 0).astype(np.int8)[order], if_present=(told & ~linked & ~had.in_person)[order],
        second_lat=second_lat, second_lon=second_lon, second_p=np.where(runner, share[each, other], 0.0)[order],
        offsets=offsets, values=values,
    )  # fmt: skip


def candidates(had: Had, law: Weights) -> Candidates:
    """Weigh what may be the place of each row."""
    beside = sides(had)
    log = np.full((len(had.at), 4), -np.inf)
    log[:, A], log[:, B] = weights.beside(had, beside, law)
    nearer = np.where(log[:, A] >= log[:, B], beside.a, beside.b)
    alone = 1 / (1 + np.exp(-log[:, :2].max(axis=1, initial=-np.inf)))
    shop = shops(had, nearer, alone)
    hour = usual(had, np.flatnonzero((alone < CLEAR) & had.exact & ~had.ride_paid), beside)
    log[:, SHOP], log[:, HOUR] = weights.at_shop(shop), weights.at_hour(hour, law)
    points = [
        np.stack([_at(own, beside.a), _at(own, beside.b), in_shop, in_hour], axis=1)
        for own, in_shop, in_hour in zip(
            _points(had.anchors), (shop.lat, shop.lon, shop.r90_m), (hour.lat, hour.lon, hour.r90_m), strict=True
        )
    ]
    lat, lon, r90 = points
    # A place is weighed once: a habit that is the neighbour's place adds to it, and one that is another habit's falls away.
    joined = np.zeros(len(had.at), bool)
    for side in (A, B):
        near = np.flatnonzero(shop.told & np.isfinite(log[:, side]) & ~joined)
        near = near[distance_m(lat[near, side], lon[near, side], lat[near, SHOP], lon[near, SHOP]) <= SAME_M]
        # Two independent signs of one place; a shop that was elsewhere before is no sign against it.
        log[near, side] += np.maximum(log[near, SHOP], 0.0)
        joined[near] = True
    both = shop.told & hour.told & (distance_m(lat[:, HOUR], lon[:, HOUR], lat[:, SHOP], lon[:, SHOP]) <= SAME_M)
    log[both, HOUR] = -np.inf
    log[joined, SHOP] = -np.inf
    for side in (SHOP, HOUR):
        log[~within_reach(had, beside, *(one[:, side] for one in points)), side] = -np.inf
    # Outside the town that the row names it cannot have been.
    outside = distance_m(lat, lon, had.area_lat[:, None], had.area_lon[:, None]) > had.area_m[:, None] + r90
    log[outside] = -np.inf
    return Candidates(log, lat, lon, r90, beside, shop, hour, joined)


def _same_deed(had: Had) -> np.ndarray:
    """Answer the anchor of each row's own deed (a number; -1 for none), the nearest in time."""
    answer = np.full(len(had.at), NONE)
    rows = np.flatnonzero(np.isin(had.act, had.anchors.act))
    if not len(rows):
        return answer
    order = np.flatnonzero(np.isin(had.anchors.act, had.act[rows]))
    order = order[np.lexsort((had.anchors.at[order], had.anchors.act[order]))]
    act, at = had.anchors.act[order], had.anchors.at[order]
    low, high = np.searchsorted(act, had.act[rows]), np.searchsorted(act, had.act[rows], side="right") - 1
    best = low.copy()
    # A deed has a handful of records: as many rounds as the longest has.
    for step in range(1, int((high - low).max()) + 1):
        next_one = np.minimum(low + step, high)
        closer = np.abs(at[next_one] - had.at[rows]) < np.abs(at[best] - had.at[rows])
        best = np.where(closer, next_one, best)
    apart = np.abs(at[best] - had.at[rows])
    answer[rows] = np.where(had.ride_paid[rows] & (apart > RIDE_PAID_US), NONE, order[best])
    return answer


def _rests_on(had: Had, found: Candidates, basis: np.ndarray, deed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """List the events that each place rests on: offsets, and positions in order, each once a row."""
    told = np.flatnonzero(basis)
    why = basis[told]
    at_shop = (why == SAME_SHOP) | (np.isin(why, [AFTER, BEFORE, BRACKETED]) & found.shop_beside[told])
    parts = (
        (found.sides.a[told, None], np.isin(why, [AFTER, BRACKETED])),
        (found.sides.b[told, None], np.isin(why, [BEFORE, BRACKETED])),
        (deed[told, None], why == SAME_DEED),
        (_spread(found.shop, told, at_shop, had.at), at_shop),
        (_spread(found.hour, told, why == USUAL, had.at), why == USUAL),
    )
    numbers = np.concatenate([np.where(wanted[:, None], part, NONE) for part, wanted in parts], axis=1)
    listed = np.sort(
        np.where(numbers == NONE, NONE, had.anchors.event[numbers] if len(had.anchors.at) else NONE), axis=1
    )
    kept = (listed != NONE) & (np.diff(listed, axis=1, prepend=NONE) != 0)
    count = np.zeros(len(basis), np.int64)
    count[told] = kept.sum(axis=1)
    return np.concatenate([[0], np.cumsum(count)]), listed[kept]


def _spread(habit: Habit, told: np.ndarray, wanted: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Answer the evidence of a habit for the rows that want it, an entry a row that has a place."""
    answer = np.full((len(told), MOST_EVIDENCE), NONE)
    rows = told[wanted]
    answer[wanted] = evidence(habit, rows, at[rows])
    return answer


def _reordered(offsets: np.ndarray, values: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put the lists of a column of lists into another order."""
    _, at = opened(offsets[:-1][order], offsets[1:][order])
    return np.concatenate([[0], np.cumsum(np.diff(offsets)[order])]), values[at]


def _points(anchors: Anchors) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return anchors.lat, anchors.lon, anchors.r90_m


def _at(column: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return np.where(numbers == NONE, np.nan, column[numbers]) if len(column) else np.full(len(numbers), np.nan)
