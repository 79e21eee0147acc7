"""How much each candidate weighs against "elsewhere": tables measured on people whose places are known, interpolated in time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.places.sides import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.places.askable import Had
    from trailviz.places.habits import Habit
    from trailviz.places.sides import Sides


@dataclass(frozen=True)
class Weights:
    """Log odds against elsewhere, at knots: `hours` for the place before, after or on both sides of a row, `shares` for a usual place.

    `tables`: `after`, `before`, `same` and, where the record next to the row is no arrival or departure, `after_point`,
    `before_point`, `same_point`. `usual`: at `shares`, and `usual_count` per natural log of the records counted. `often`: per
    natural log of the arrivals and departures had within a week; `chained`, `few`: per what `Sides` calls so. `spread`: what
    `spread.law` is made of.
    """

    hours: np.ndarray
    tables: Mapping[str, np.ndarray]
    shares: np.ndarray
    usual: np.ndarray
    usual_count: float
    often: float
    chained: float
    few: float
    spread: Mapping[str, float]


def load() -> Weights:
    """Read the tables that ship; fusion.json says where they come from."""
    said: dict[str, Any] = json.loads((files("trailviz.places") / "fusion.json").read_text(encoding="utf-8"))
    tables = {name: np.array(one, float) for name, one in said["tables"].items()}
    hours, shares, usual = (np.array(said[name], float) for name in ("hours", "shares", "usual"))
    return Weights(
        hours,
        tables,
        shares,
        usual,
        said["usual_count"],
        *(said[name] for name in ("often", "chained", "few", "spread")),
    )


def beside(had: Had, found: Sides, law: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Weigh the place before each row and the place after it, as log odds; minus infinity where there is none.

    Where both are one place it is weighed once, as the place before.
    """
    edge_a, edge_b = (edges(had, one) for one in (found.a, found.b))
    a, b = (np.full(len(had.at), -np.inf) for _ in range(2))
    for side, edge, hours, into, name in (
        (found.a, edge_a, found.since_h, a, "after"),
        (found.b, edge_b, found.until_h, b, "before"),
    ):
        for sort, mask in (("", edge), ("_point", ~edge)):
            here = np.flatnonzero((side != NONE) & ~found.same & mask)
            into[here] = _read(law, name + sort, hours[here])
    for sort, mask in (("", edge_a & edge_b), ("_point", ~(edge_a & edge_b))):
        here = np.flatnonzero(found.same & mask)
        a[here] = _read(law, "same" + sort, found.since_h[here] + found.until_h[here])
    whole = law.often * np.log(np.maximum(found.often, 1)) + law.chained * found.chained + law.few * found.few
    a, b = a + whole, b + whole
    # The two ends of one stay: nothing lies between them, however much of the log is missing.
    here = np.flatnonzero(found.same)
    a[here[had.anchors.event[found.a[here]] == had.anchors.event[found.b[here]]]] = law.tables["same"][0]
    return a, b


def at_shop(habit: Habit) -> np.ndarray:
    """Weigh the place of a shop's earlier visits: (hits + .5) of (links + 1), as log odds."""
    return np.where(habit.told, np.log(habit.good + 0.5) - np.log(habit.count - habit.good + 0.5), -np.inf)


def at_hour(habit: Habit, law: Weights) -> np.ndarray:
    """Weigh the usual place of an hour of the week."""
    count = np.maximum(habit.count, 1)
    log = np.interp(habit.good / count, law.shares, law.usual) + law.usual_count * np.log(count)
    return np.where(habit.told, log, -np.inf)


def edges(had: Had, side: np.ndarray) -> np.ndarray:
    """Say of which rows the anchor on a side is an arrival or a departure."""
    return had.anchors.edge[side] if len(had.anchors.at) else np.zeros(len(side), bool)


def _read(law: Weights, name: str, hours: np.ndarray) -> np.ndarray:
    # in the logarithm of time: the curves fall by about as much from 15 to 30 minutes as from 4 to 8 hours
    return np.interp(np.log(np.maximum(hours, law.hours[0])), np.log(law.hours), law.tables[name])
