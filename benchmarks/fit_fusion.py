"""Fit the tables that fusion weighs candidates by, on the training people alone, and write trailviz/places/fusion.json.

Run: `uv run python benchmarks/fit_fusion.py`. A multinomial logit: each candidate's log odds against "elsewhere" is read off a table at
knots of time (or of the share of an hour's records), straight between them. Newton's method; the penalty keeps neighbouring knots close.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import fusion_diary
import fusion_people
from fusion_people import Person, Regime

from trailviz.geo import distance_m
from trailviz.places import fusion, weights
from trailviz.places.sides import SAME_M

OUT = Path(__file__).parents[1] / "trailviz" / "places" / "fusion.json"
HOURS = np.array([0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 12, 16, 24, 48])
SHARES = np.array([0, 0.2, 0.4, 0.6, 0.8, 1.0])
TABLES = ("after", "before", "same", "after_point", "before_point", "same_point")
SEEDS = {2: 12, 7: 4, 30: 1, 180: 1, 10_000: 1}
"""How often people are made anew for logs of so many days: a short one holds few payments."""
REGIMES = [
    Regime(ride, stated=stated, days=days) for ride in (0.1, 0.3, 0.6) for stated in (0.0, 0.3) for days in SEEDS
]
MOST_ROWS = 15
"""Payments of a person and regime that count: people are the sample, not payments."""
SMOOTH, SMALL, PASSES = 3.0, 0.3, 12
WIDTH = len(TABLES) * len(HOURS) + len(SHARES) + 4


def design(one: Person, law: weights.Weights) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answer for a person's rows: `[rows, 3, WIDTH]` of what each candidate's log odds is a sum of, which are there, which is true (3: none)."""
    found = fusion.candidates(one.had, law)
    sides, rows = found.sides, len(one.had.at)
    x, there = np.zeros((rows, 3, WIDTH)), np.isfinite(found.log[:, [fusion.A, fusion.B, fusion.HOUR]])
    edges = [weights.edges(one.had, side) for side in (sides.a, sides.b)]
    for candidate, (hours, edge, name) in enumerate(
        ((sides.since_h, edges[0], "after"), (sides.until_h, edges[1], "before"))
    ):
        here = np.flatnonzero(there[:, candidate])
        same = sides.same[here]
        moved = np.where(same, (edges[0] & edges[1])[here], edge[here])
        table = np.where(same, TABLES.index("same"), TABLES.index(name)) + np.where(moved, 0, len(TABLES) // 2)
        _hat(
            x,
            here,
            candidate,
            np.log(np.maximum(np.where(same, (sides.since_h + sides.until_h)[here], hours[here]), HOURS[0])),
            np.log(HOURS),
            table * len(HOURS),
        )
    x[:, :2, -1] = sides.few
    x[:, :2, -2] = sides.chained
    x[:, :2, -3] = np.log(np.maximum(sides.often, 1))[:, None]
    here = np.flatnonzero(there[:, 2])
    count = found.hour.count[here]
    _hat(x, here, 2, found.hour.good[here] / count, SHARES, np.full(len(here), len(TABLES) * len(HOURS)))
    x[here, 2, -4] = np.log(count)
    far = distance_m(found.lat, found.lon, one.lat[:, None], one.lon[:, None])[:, [fusion.A, fusion.B, fusion.HOUR]]
    right = there & (far <= SAME_M)
    return x, there, np.where(right.any(axis=1), right.argmax(axis=1), 3)


def _hat(
    x: np.ndarray, rows: np.ndarray, candidate: int, value: np.ndarray, knots: np.ndarray, first: np.ndarray
) -> None:
    at = np.interp(value, knots, np.arange(len(knots)))
    low = np.minimum(at.astype(int), len(knots) - 2)
    x[rows, candidate, first + low] = 1 - (at - low)
    x[rows, candidate, first + low + 1] = at - low


def fit(x: np.ndarray, there: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Answer the coefficients that make the truth likeliest."""
    wanted = np.eye(4)[true][:, :3]
    bend = np.zeros((WIDTH, WIDTH))
    for first, size in [
        *((n * len(HOURS), len(HOURS)) for n in range(len(TABLES))),
        (len(TABLES) * len(HOURS), len(SHARES)),
    ]:
        second = np.diff(np.eye(size), n=2, axis=0)
        bend[first : first + size, first : first + size] = SMOOTH * second.T @ second
    bend += SMALL * np.eye(WIDTH)
    theta = np.zeros(WIDTH)
    for _ in range(PASSES):
        weight = np.where(there, np.exp(np.minimum(x @ theta, 30.0)), 0.0)
        share = weight / (1 + weight.sum(axis=1, keepdims=True))
        mean = np.einsum("nc,ncw->nw", share, x)
        flat = (x * np.sqrt(share)[:, :, None]).reshape(-1, WIDTH)
        curve = flat.T @ flat - mean.T @ mean + bend
        theta += np.linalg.solve(curve, np.einsum("nc,ncw->w", wanted - share, x) - bend @ theta)
    return theta


def falling(table: np.ndarray) -> np.ndarray:
    """Answer the nearest table that never rises with time: a longer wait is no better sign of having stayed."""
    groups: list[list[float]] = []
    for one in table:
        groups.append([float(one)])
        while len(groups) > 1 and np.mean(groups[-1]) > np.mean(groups[-2]):
            groups[-2:] = [groups[-2] + groups[-1]]
    return np.concatenate([np.full(len(one), np.mean(one)) for one in groups])


def main() -> None:
    """Fit, and write the file."""
    law, every = weights.load(), fusion_people.stops("train")
    chance = np.random.default_rng(0)
    parts = []
    for number, regime in enumerate(REGIMES):
        for seed in range(SEEDS[regime.days]):
            for one in fusion_people.people(every, regime, 1000 * number + seed):
                kept = chance.permutation(len(one.had.at))[:MOST_ROWS]
                parts.append(tuple(column[kept] for column in design(one, law)))
    x, there, true = (np.concatenate(one) for one in zip(*parts, strict=True))
    theta = fit(x, there, true)
    tables = {
        name: falling(theta[n * len(HOURS) : (n + 1) * len(HOURS)]).round(3).tolist() for n, name in enumerate(TABLES)
    }
    usual, (usual_count, often, chained, few) = theta[-len(SHARES) - 4 : -4], theta[-4:].round(3).tolist()
    new = replace(
        law, hours=HOURS, tables={name: np.array(one) for name, one in tables.items()}, shares=SHARES, usual=usual,
        usual_count=usual_count, often=often, chained=chained, few=few,
    )  # fmt: skip
    said = {
        "provenance": {
            "tables": f"log odds against elsewhere, fitted on {every['useruuid'].nunique()} training people ({len(x):,} payments) of HoWDe's "
            "test data (github.com/LLucchini/HoWDe, MIT): rides logged with p = .1, .3, .6, payments at stops that are not home",
            "spread": "scatter of a place fitted on four phones of Eurostat's SSI open geodata (EUPL-1.2), summer 2024; the way one gets while "
            "away from its published displacements",
            "script": "benchmarks/fit_fusion.py",
        },
        "hours": HOURS.tolist(), "tables": tables, "shares": SHARES.tolist(), "usual": usual.round(3).tolist(),
        "usual_count": usual_count, "often": often, "chained": chained, "few": few, "spread": fusion_diary.fitted(new),
    }  # fmt: skip
    OUT.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    print(OUT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
