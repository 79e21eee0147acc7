"""How many people of a city share a few of the points an observer has: a model with its assumptions, never "you are unique".

E = 1 + (N - 1) (q1 q2 ... qk) ** lambda_k: N people, q the share of them at one point, and an exponent below 1 because people
are alike: who shares one point shares the next more often than by chance. Sources: de Montjoye et al., "Unique in the
Crowd", Scientific Reports 3, 2013; the exponents were fitted on 193 New Yorkers by this project's reference (2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trailviz.acts import NO_TIME
from trailviz.days import DAY_US, DAYS_A_WEEK, HOUR_US, weekdays
from trailviz.geo import squares
from trailviz.guesses import Abstained, Guess, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses import Value
    from trailviz.guesses.held import Held

ALIKE = (0.93, 0.85, 0.78, 0.72, 0.66)
"""The exponent for 1 to 5 points; more points keep the last."""
LEAST_ALIKE, MOST_ALIKE = 1.0, 0.5
"""The interval: all independent, and as alike as the reference ever saw."""
PEOPLE = 1_000_000
PEOPLE_A_KM2 = 4000.0
"""People live and move this densely: an assumption, between Los Angeles (3,000) and Paris (20,000)."""
HOUR, WEEKDAY, NEVER = "hour", "weekday", "never"
LADDER = {
    "near": (100.0, HOUR),
    "hour": (1000.0, HOUR),
    "far": (5000.0, HOUR),
    "weekday": (1000.0, WEEKDAY),
    "place": (1000.0, NEVER),
}
"""How exactly points are known: to squares of some metres, and to the hour, the weekday, or no time at all."""
SHOWN_SIDE_M, SHOWN_POINTS = 1000.0, 4
"""The "four points" of the paper, known as well as a cell of its phone masts in a city."""
MOST_POINTS = 12
FEWEST = 4
ALONE = 1.5
"""Fewer people than this on average: likelier alone than not."""
MOST_ROWS = 200


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Say how many people share four of the points, and how many points it takes to be nearly alone."""
    rows = np.flatnonzero(~np.isnan(held.lat) & (held.wall != NO_TIME) & ~(held.r90_m > SHOWN_SIDE_M))
    rows = rows[_first_of_each(_cells(held, rows, SHOWN_SIDE_M), held.wall[rows] // HOUR_US)]
    if len(rows) < FEWEST:
        yield Abstained("too_few", {"have": len(rows), "need": FEWEST})
        return
    people = held.people or PEOPLE
    evidence = held.position[rows[:MOST_ROWS]]
    share = shared(SHOWN_SIDE_M, people)
    about, low, high = (expected(share, SHOWN_POINTS, people, alike) for alike in (None, LEAST_ALIKE, MOST_ALIKE))
    said = Term("assumed" if not held.people else "city")
    values: dict[str, Value] = {"people": people, "city": said, "k": SHOWN_POINTS, "points": len(rows)}
    yield Guess("four", {**values, "about": _few(about), "low": _few(low), "high": _few(high)}, evidence, key="four")
    needed = {
        name: fewest(min(1.0, shared(side, people) * _visited(held, rows, side, when)), people)
        for name, (side, when) in LADDER.items()
    }
    yield Guess("ladder", {name: k or Term("more") for name, k in needed.items()}, evidence, key="ladder")


def shared(side_m: float, people: int) -> float:
    """Answer the share of a city's people who are in one square at one moment."""
    return min(1.0, PEOPLE_A_KM2 * (side_m / 1000.0) ** 2 / people)


def expected(share: float, points: int, people: int, alike: float | None = None) -> float:
    """Answer how many people share some points, the person counted in; `alike` overrules the fitted exponent."""
    power = ALIKE[min(points, len(ALIKE)) - 1] if alike is None else alike
    return 1 + (people - 1) * float(share**points) ** power


def fewest(share: float, people: int) -> int:
    """Answer how few points leave fewer than 1.5 people; 0 where `MOST_POINTS` do not."""
    return next((k for k in range(1, MOST_POINTS + 1) if expected(share, k, people) < ALONE), 0)


def _visited(held: Held, rows: np.ndarray, side: float, when: str) -> float:
    """Answer in how many squares others are taken to be within the time that is told: in as many as this person."""
    if when == HOUR:
        return 1.0
    cells = _cells(held, rows, side)
    if when == NEVER:
        return float(len(np.unique(cells)))
    weekday = weekdays(held.wall[rows] // DAY_US)
    return max(1.0, float((~pd.DataFrame({"cell": cells, "day": weekday}).duplicated()).sum()) / DAYS_A_WEEK)


def _cells(held: Held, rows: np.ndarray, side: float) -> np.ndarray:
    """Answer the square of each point as a number."""
    row, column, _, _ = squares(held.lat[rows], held.lon[rows], side)
    return (row * (1 << 24) + column).astype(np.int64)


def _first_of_each(cells: np.ndarray, hour: np.ndarray) -> np.ndarray:
    """Answer the first row of each square and hour: two payments at one till are one point."""
    return np.flatnonzero(~pd.DataFrame({"cell": cells, "hour": hour}).duplicated().to_numpy())


def _few(people: float) -> int | float:
    """Write a number of people no finer than it is known: 1.2, 14, 1,400."""
    return round(people, 1) if people < 10 else float(f"{people:.2g}") if people < 1000 else int(float(f"{people:.2g}"))  # noqa: PLR2004 - two figures
