"""On which day of the month something is due, when banks move what would fall on a Saturday or a Sunday."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trailviz.days import DAYS_A_WEEK, weekdays

LAST = 31
"""The last day of every month, however long it is."""
ROLLS = {"none": (0, 0), "before": (-1, -2), "after": (2, 1)}
"""By how many days a Saturday and a Sunday are moved: not, to the Friday, to the Monday."""
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Due:
    """A day of the month (31 is its last), how weekends move it (`none`, `before`, `after`), and how far the days are off.

    `spread`: the median of how far the days are off, in days; `off`: the farthest.
    """

    day: int
    roll: str
    spread: float
    off: int


def due(day: np.ndarray) -> Due:
    """Find the day of the month that some local days (since 1970) keep to best, and the simplest way weekends move it."""
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    # The 1st may be paid on the 30th: the due days of the months beside count too.
    months = month[:, None] + np.array([-1, 0, 1])
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
    plain = first[..., None] + np.minimum(np.arange(1, LAST + 1), length[..., None]) - 1
    weekday = weekdays(plain)
    shift = np.zeros((DAYS_A_WEEK, len(ROLLS)), np.int64)
    shift[[SATURDAY, SUNDAY]] = np.array(list(ROLLS.values())).T
    # One entry an occurrence, a day of the month and a roll: the nearest of the three months.
    off = np.abs(day[:, None, None, None] - (plain[..., None] + shift[weekday])).min(1)
    middle, mean = np.median(off, axis=0), off.mean(0)
    at, roll = np.indices(middle.shape)
    best = np.lexsort((at.ravel(), roll.ravel(), mean.ravel(), middle.ravel()))[0]
    chosen = off.reshape(len(day), -1)[:, best]
    return Due(int(at.flat[best]) + 1, tuple(ROLLS)[int(roll.flat[best])], float(np.median(chosen)), int(chosen.max()))
