"""How right carried places are: against the measured curves, by how sure they say they are, and how often their regions hold the truth.

Run: `uv run python benchmarks/quality_fusion.py`. People whose coefficients were fitted on others (benchmarks/fusion_people.py,
fusion_diary.py): each line is what was measured, the bar, and whether it is met.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import fusion_diary
import fusion_people
from fusion_people import Regime

from trailviz.geo import distance_m
from trailviz.places import fusion, weights
from trailviz.places.sides import SAME_M

Line = tuple[str, str, str, bool | None]
HOURS = (0, 0.1, 0.25, 0.5, 1, 2, 4, 8, 24)
CURVES = {
    0.3: (1.0, 0.991, 0.939, 0.775, 0.617, 0.545, 0.473, 0.161),
    0.1: (1.0, 0.989, 0.897, 0.709, 0.532, 0.43, 0.395, 0.129),
}
"""The nearest ride end is right, by hours to it, where rides are logged with that chance (inference.md, section 2, Fusion)."""
BRACKETS_H = (0, 1, 2, 4, 8, 16)
BRACKETS = (0.999, 0.983, 0.962, 0.89, 0.881)
NEAR, LEAST_ECE = 0.05, 0.05
SEEDS = (1, 2, 3)


def lines() -> list[Line]:
    """Measure everything; a line is what, measured, bar, met."""
    every = fusion_people.stops("test")
    count = every["useruuid"].nunique()
    found: list[Line] = []
    for ride, curve in CURVES.items():
        hours, right, p, bracket, told = _measured(every, Regime(ride))
        name = f"rides logged with p = {ride:g}, {count} people unseen"
        short = []
        for (low, high), bar in zip(pairwise(HOURS), curve, strict=True):
            here = (hours > low) & (hours <= high)
            short.append(bar - float(right[here].mean()))
        found.append(
            (
                f"accuracy by hours to the nearest ride end: worst below the measured curve ({name})",
                f"{max(short):+.3f}",
                f"<= {NEAR}",
                max(short) <= NEAR,
            )
        )
        found.append(
            (
                f"p where a place is told ({told.mean():.0%} of payments; right {right[told].mean():.3f}): ECE ({name})",
                f"{_ece(p[told], right[told]):.3f}",
                f"<= {LEAST_ECE}",
                _ece(p[told], right[told]) <= LEAST_ECE,
            )
        )
        if ride == max(CURVES):
            for (low, high), bar in zip(pairwise(BRACKETS_H), BRACKETS, strict=True):
                here = (bracket > low) & (bracket <= high)
                got = float(right[here].mean())
                found.append(
                    (
                        f"between two records of one place {low}-{high} h apart, n = {here.sum()}",
                        f"{got:.3f}",
                        f">= {bar - NEAR:.3f}",
                        got >= bar - NEAR,
                    )
                )
    _, right, p, _, told = _measured(every, Regime(max(CURVES), shops=True))
    found.append(
        (
            f"with shops named by their branch: place told for, and right of those, ECE {_ece(p[told], right[told]):.3f}",
            f"{told.mean():.2f}, {right[told].mean():.3f}",
            "no bar",
            None,
        )
    )
    return found + regions()


def regions() -> list[Line]:
    """Measure how often regions hold the true point: each phone by laws fitted to the other three."""
    law, rows = weights.load(), []
    for name in fusion_diary.PEOPLE:
        others = tuple(one for one in fusion_diary.PEOPLE if one != name)
        own = replace(law, spread=fusion_diary.fitted(law, others))
        rows.append(fusion_diary.told((name,), own, max(CURVES), range(20, 40)))
    every = np.concatenate(rows)
    stays = sum(len(one.first) for one in fusion_diary.diaries(fusion_diary.PEOPLE))
    found: list[Line] = []
    for column, wanted in ((1, 0.5), (2, 0.9)):
        held = every[:, 0] <= every[:, column]
        apart = ", ".join(f"{(one[:, 0] <= one[:, column]).mean():.2f}" for one in rows)
        found.append((
            f"{wanted:.0%} regions hold the true point, {stays} stays of {len(rows)} phones (each: {apart}), median radius {np.median(every[:, column]):.0f} m",
            f"{held.mean():.3f}", f"{wanted:.2f} +- .05", bool(abs(held.mean() - wanted) <= NEAR),
        ))  # fmt: skip
    return found


def _measured(every: object, regime: Regime) -> tuple[np.ndarray, ...]:
    """Answer for each payment: hours to the nearest anchor, whether its best place is right, p, hours of its bracket (NaN none), told."""
    law, found = weights.load(), []
    for seed in SEEDS:
        for one in fusion_people.people(every, regime, seed):  # type: ignore[arg-type]
            named = fusion.candidates(one.had, law)
            share, each = named.share, np.arange(len(one.had.at))
            best = share.argmax(axis=1)
            far = distance_m(named.lat[each, best], named.lon[each, best], one.lat, one.lon)
            sides = named.sides
            gap = np.where(sides.same, sides.since_h + sides.until_h, np.nan)
            told = fusion.carry(one.had, law).has_place
            found.append(
                np.stack([np.minimum(sides.since_h, sides.until_h), far <= SAME_M, share[each, best], gap, told])
            )
    hours, right, p, gap, told = np.concatenate(found, axis=1)
    return hours, right > 0, p, gap, told > 0


def _ece(p: np.ndarray, right: np.ndarray) -> float:
    """Answer the expected calibration error over ten bins of equal numbers."""
    parts = np.array_split(np.argsort(p, kind="stable"), 10)
    return float(sum(abs(right[part].mean() - p[part].mean()) * len(part) for part in parts) / len(p))


if __name__ == "__main__":
    for what, measured, bar, met in lines():
        print(f"{'-' if met is None else 'met' if met else 'MISSED':7} {measured:>14}  {bar:>12}  {what}")
