"""Which places are home and work, as surely as measured: one answer for every rule that rests on them.

A place's evidence becomes shares, the shares a score (log-odds), and the best place's score with how far the next one lags
the probability that it is right. Coefficients: `home_work.json`, which says what they were fitted on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from trailviz.guesses.sightings import COUNTS, PAID_KINDS, RIDE_KINDS, STAY_KINDS, Sightings, sightings
from trailviz.places.locate import R50_OF_R90

if TYPE_CHECKING:
    from trailviz.guesses.held import Held

PROBABLY = 0.5
"""Below it nothing is guessed; the same line as every rule's."""
LEAD = 8.0
"""A runner-up further behind than this (log-odds) is no runner-up."""
MOST_PLACES = 150
"""Home is among the places seen most often: in ten years of a person followed by the minute, well over a thousand are seen."""
TELLING_HOME = np.array([*RIDE_KINDS, *STAY_KINDS])
TELLING_WORK = np.array([*RIDE_KINDS, *STAY_KINDS, *PAID_KINDS])
"""What shows that a person may live or work somewhere: nobody's home is known by what was paid beside it."""


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


@dataclass(frozen=True)
class Anchor:
    """A place that may be home or work: its number in the sightings, WGS-84 degrees, metres, and how probable it is."""

    place: int
    lat: float
    lon: float
    r50_m: float
    r90_m: float
    p: float


@dataclass(frozen=True)
class Anchored:
    """What an observer can say of home, or of work.

    `places`: best first; the first one's `p` is calibrated, the others share what is left. `counts`: the evidence of each place
    (places of the sightings, `COUNTS`). `rides`, `stays`: how many rows of each kind it rests on.
    """

    places: tuple[Anchor, ...]
    counts: np.ndarray
    rides: int
    stays: int

    @property
    def best(self) -> Anchor | None:
        """Answer the place, where it is more probable than not."""
        return self.places[0] if self.places and self.places[0].p >= PROBABLY else None


@cache
def scores() -> tuple[Scores, Scores]:
    """Read the coefficients of home and of work."""
    said = json.loads(files("trailviz.guesses").joinpath("home_work.json").read_text(encoding="utf-8"))
    return (_scores(said["home"], TELLING_HOME), _scores(said["work"], TELLING_WORK))


def evidence(held: Held) -> np.ndarray:
    """Count the evidence of each place over the whole trail: (places, COUNTS)."""
    return held.once("sightings", sightings).counts()[0]


def home_of(held: Held) -> Anchored:
    """Answer where the person may live; ask through `held.once("home", home_of)`."""
    seen = held.once("sightings", sightings)
    counts = held.once("evidence", evidence)
    return _anchored(seen, counts, counts, scores()[0])


def work_of(held: Held) -> Anchored:
    """Answer where the person may work, which is not at home; ask through `held.once("work", work_of)`."""
    seen = held.once("sightings", sightings)
    counts = held.once("evidence", evidence)
    home = held.once("home", home_of).best
    return _anchored(seen, counts, counts if home is None else without(counts, home.place), scores()[1])


def without(counts: np.ndarray, place: int) -> np.ndarray:
    """Answer the evidence as if a place had never been seen."""
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
    return np.stack(columns, -1)


def probability(counts: np.ndarray, scored: np.ndarray, by: Scores) -> np.ndarray:
    """Answer how probable it is that the best place is the one (...)."""
    return 1 / (1 + np.exp(-np.clip(sureness(counts, scored) @ by.sure + by.sure_intercept, -30, 30)))


def _anchored(seen: Sightings, counts: np.ndarray, candidates: np.ndarray, by: Scores) -> Anchored:
    rides, stays = int(counts[:, RIDE_KINDS].sum()), len(seen.stay_place)
    if not candidates[:, by.telling].any():
        return Anchored((), counts, rides, stays)
    scored = score(candidates, by)
    p = float(probability(candidates, scored, by))
    order = np.argsort(-scored, kind="stable")[:4]
    order = order[np.isfinite(scored[order])]
    rest = np.exp(scored[order[1:]] - scored[order[0]])
    # The next places share what the best one leaves, and "somewhere never seen" has its part of it.
    left = (1 - p) * rest / (rest.sum() + 1)
    found = zip(order.tolist(), [p, *left.tolist()], strict=True)
    return Anchored(tuple(_anchor(seen, place, one) for place, one in found), counts, rides, stays)


def _anchor(seen: Sightings, place: int, p: float) -> Anchor:
    r90 = seen.radius_m(place)
    return Anchor(place, float(seen.lat[place]), float(seen.lon[place]), r90 * R50_OF_R90, r90, p)


def _scores(said: dict[str, dict[str, float]], telling: np.ndarray) -> Scores:
    return Scores(
        np.array([said["beyond"][name] for name in COUNTS]),
        np.array([said["weights"][name] for name in COUNTS]),
        float(said["weights"]["intercept"]),
        telling,
        np.array([said["sure"][name] for name in SURE]),
        float(said["sure"]["intercept"]),
    )


SURE = (
    *(f"{one}_{sort}" for sort in ("rides", "rides_paid", "stays", "paid") for one in ("base", "score", "lead")),
    *("rides", "paid", "hours"),
)
"""The names of what `sureness` answers: score and lead with rides alone, rides and payments, stays without rides, payments alone."""
