"""The rule Uber published in 2012 as "Rides of Glory", as it stood: two rides, and a conclusion about a night.

Source: Uber's own blog, March 2012, taken down since and read in reposts: a ride that ends between 22:00 and 04:00 on a Friday
or Saturday, and a second one four to six hours later from within a tenth of a mile. Two rows are all it takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import DAY_US, HOUR_US, weekdays
from trailviz.geo import distance_m
from trailviz.guesses import Abstained, Guess
from trailviz.pairing import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses.held import Held

TENTH_OF_A_MILE_M = 160.9
EARLIEST_US, LATEST_US = 4 * HOUR_US, 6 * HOUR_US
FROM_H, UNTIL_H = 22, 4
FRIDAY, SATURDAY = 4, 5


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Find the pairs of rides that fit the published rule."""
    rides = np.flatnonzero(
        held.kind.among(["ride"]) & (held.start != NO_TIME) & ~held.mode.among(["bike", "walk", "metro"])
    )
    if not len(rides):
        yield Abstained("no_rides")
        return
    # One deed may stand in two files: its first record is enough.
    rides = rides[np.sort(np.unique(held.act[rides], return_index=True)[1])]
    ended = rides[(held.end[rides] != NO_TIME) & ~np.isnan(held.end_lat[rides])]
    # The night of Friday reaches to four on Saturday: hours are counted from four.
    wall = held.wall_end[ended] - UNTIL_H * HOUR_US
    weekday = weekdays(wall // DAY_US)
    late = (wall % DAY_US) // HOUR_US >= FROM_H - UNTIL_H
    ended = ended[late & np.isin(weekday, [FRIDAY, SATURDAY])]
    starts = rides[~np.isnan(held.lat[rides])]
    at = held.start[starts]
    low, high = (np.searchsorted(at, held.end[ended] + shift) for shift in (EARLIEST_US, LATEST_US + 1))
    whose, later = opened(low, high)
    first, second = ended[whose], starts[later]
    near = distance_m(held.end_lat[first], held.end_lon[first], held.lat[second], held.lon[second]) <= TENTH_OF_A_MILE_M
    pairs = np.stack([first[near], second[near]], axis=1)
    if not len(pairs):
        yield Abstained("none", {"rides": len(rides)})
        return
    yield Guess("pairs", {"n": len(pairs), "rides": len(rides)}, held.position[pairs.ravel()])
