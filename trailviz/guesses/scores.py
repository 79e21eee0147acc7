"""How sure evidence makes a place home, or work: shares of each kind of evidence, their score, and how often that is right.

Coefficients: `home_work.json`, which says what they were fitted on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from trailviz.guesses.sightings import COUNTS, PAID_KINDS, RIDE_KINDS, STAY_KINDS

LEAD = 8.0
"""A runner-up further behind than this (log-odds) is no runner-up."""
TELLING_HOME = np.array([*RIDE_KINDS, *STAY_KINDS])
TELLING_WORK = np.array([*RIDE_KINDS, *STAY_KINDS, *PAID_KINDS])
"""What shows that a person may live or work somewhere: nobody's home is known by what was paid beside it."""
SHARES = {
    "of_end_days": ([COUNTS.index("end_days")], 1.0),
    "of_paid": (PAID_KINDS, 1.0),
    "of_night_h": ([COUNTS.index("night_h")], 8.0),
    "of_work_h": ([COUNTS.index("work_h")], 8.0),
}
"""The best place's shares that `sureness` answers: of which kinds, and what they must add up to before a share means much."""
SURE = (
    *(f"{one}_{sort}" for sort in ("rides", "rides_paid", "stays", "paid") for one in ("base", "score", "lead")),
    *("rides", "paid", "hours"),
    *SHARES,
)
"""The names of what `sureness` answers: score and lead with rides alone, rides and payments, stays without rides, payments alone;
how much there is of each sort; and the best place's shares of it, which a score of many shares hides."""


@dataclass(frozen=True)
class Scores:
    """Coefficients of home or of work.

    `beyond`: what a kind of evidence must add up to before a share of it means much; `weights`: of the shares, in the order of
    `COUNTS`; `telling`: the kinds without any of which a place is out of the question; `sure`: of the second stage (`sureness`). Both with an intercept.
    """

    beyond: np.ndarray
    weights: np.ndarray
    intercept: float
    telling: np.ndarray
    sure: np.ndarray
    sure_intercept: float


@cache
def scores() -> tuple[Scores, Scores]:
    """Read the coefficients of home and of work."""
    said = json.loads(files("trailviz.guesses").joinpath("home_work.json").read_text(encoding="utf-8"))
    return (_scores(said["home"], TELLING_HOME), _scores(said["work"], TELLING_WORK))


def without(counts: np.ndarray, place: int | list[int]) -> np.ndarray:
    """Answer the evidence as if some places had never been seen."""
    answer = counts.copy()
    answer[..., place, :] = 0.0
    return answer


def shares(counts: np.ndarray, beyond: np.ndarray) -> np.ndarray:
    """Answer each place's share of each kind of evidence (..., places, kinds), drawn to nothing where there is little of the kind."""
    return counts / (counts.sum(-2, keepdims=True) + beyond)


def score(counts: np.ndarray, by: Scores) -> np.ndarray:
    """Score places by their evidence, as log-odds (..., places); a place without any is out of the question."""
    scored = shares(counts, by.beyond) @ by.weights + by.intercept
    return np.where(counts[..., by.telling].any(-1), scored, -np.inf)


def sureness(counts: np.ndarray, scored: np.ndarray) -> np.ndarray:
    """Answer what the probability of the best place follows from (..., SURE): its score and lead, and how much there is of what."""
    ranked = np.sort(scored, -1)[..., ::-1]
    first = ranked[..., 0]
    second = ranked[..., 1] if ranked.shape[-1] > 1 else np.full_like(first, -np.inf)
    lead = np.where(np.isfinite(second), np.minimum(first - second, LEAD), LEAD)
    total = counts.sum(-2)
    rides, paid, hours = (total[..., kinds].sum(-1) for kinds in (RIDE_KINDS, PAID_KINDS, STAY_KINDS))
    ridden, stayed = rides > 0, (rides == 0) & (hours > 0)
    sorts = (ridden & (paid == 0), ridden & (paid > 0), stayed, ~ridden & ~stayed)
    columns = [sort * one for sort in sorts for one in (np.ones_like(first), first, lead)]
    columns += [np.log1p(one) for one in (rides, paid, hours)]
    own = np.take_along_axis(counts, scored.argmax(-1)[..., None, None], -2)[..., 0, :]
    columns += [own[..., kinds].sum(-1) / (total[..., kinds].sum(-1) + least) for kinds, least in SHARES.values()]
    return np.stack(columns, -1)


def probability(counts: np.ndarray, scored: np.ndarray, by: Scores) -> np.ndarray:
    """Answer how probable it is that the best place is the one (...)."""
    return expit(sureness(counts, scored) @ by.sure + by.sure_intercept)


def expit(odds: np.ndarray) -> np.ndarray:
    """Answer the probability of log-odds."""
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


def _scores(said: dict[str, dict[str, float]], telling: np.ndarray) -> Scores:
    return Scores(
        np.array([said["beyond"][name] for name in COUNTS]),
        np.array([said["weights"][name] for name in COUNTS]),
        float(said["weights"]["intercept"]),
        telling,
        np.array([said["sure"][name] for name in SURE]),
        float(said["sure"]["intercept"]),
    )
