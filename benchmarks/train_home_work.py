"""Fit the coefficients of home and work and write `trailviz/guesses/home_work.json`.

Run: `uv run python benchmarks/train_home_work.py`. Each person of the parts "train" and "tune" is logged under many random
regimes, so that no single way of logging is learnt; the part "report" is never read here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from labelled_people import Person, Regime, logged, people, place_of

from trailviz.guesses import PROBABLY, scores, second
from trailviz.guesses.sightings import COUNTS, STAY_KINDS, sightings

OUT = Path(__file__).parents[1] / "trailviz" / "guesses" / "home_work.json"
LOGS_EACH = 18
DAYS = (7, 14, 30, 60, 90, 180, 400, 1000)
EVERY_STOP = Regime(0, 0, 1000, 1.0)
SLEPT = 3
"""A second home is one of the places with the most nights: the home, and the one after it."""
STRENGTH = 2.0
"""Of the penalty on coefficients (L2, of standardised features)."""
BEYOND = {"ends": 3.0, "hours": 20.0}
SIGN = {
    "home": (1, 1, 1, 1, -1, -1, 1, 1, 1, 1, 0, 1, -1, -1, 0),
    "work": (1, 1, 0, 0, 1, 1, -1, 1, 1, -1, 1, 0, 1, 1, 1),
}
"""What a kind of evidence may only speak for or against: a fit to few people must not learn the opposite."""
UNUSED = {"home": {"seen_days", *scores.SHARES}, "work": set[str]()}
"""In the data nothing is paid at home, and nobody works at night: of home, shares of days and nights learn that, and lost an invented nurse's."""


@dataclass(frozen=True)
class Log:
    """One person's evidence under one regime: counts (places, kinds), nights and long stays of each place slept at, and which are home and work."""

    counts: np.ndarray
    lived: dict[int, tuple[int, int]]
    home: np.ndarray
    work: np.ndarray
    works: bool


def regimes(chance: np.random.Generator) -> Regime:
    """Draw a way of logging: rides, rides and payments, payments, visits, or all."""
    sort = chance.choice(["rides", "both", "paid", "visits", "all"], p=[0.25, 0.35, 0.1, 0.2, 0.1])
    days, within = int(chance.choice(DAYS)), float(chance.choice([3, 3, 3, 24]))
    rides, paid = float(chance.choice([0.05, 0.1, 0.2, 0.3, 0.5, 1.0])), float(chance.choice([0.05, 0.1, 0.3, 0.6]))
    visits = float(chance.choice([0.3, 0.6, 1.0, 1.0]))
    beside = paid * float(chance.choice([0.0, 0.0, 0.0, 0.02]))
    return {
        "rides": Regime(rides, 0, days, 0, within),
        "both": Regime(rides, paid, days, 0, within, beside),
        "paid": Regime(0, paid, days),
        "visits": Regime(0, 0, days, visits),
        "all": Regime(rides, paid, days, visits, within, beside),
    }[sort]


def logs(persons: list[Person], seed: int = 20261126) -> Iterator[Log]:
    """Log people under random regimes, each from a random day on, and once stop by stop."""
    for person in persons:
        chance = np.random.default_rng((seed, person.id))
        drawn = [(regimes(chance), chance.random()) for _ in range(LOGS_EACH)]
        for number, (regime, skip) in enumerate([*drawn, (EVERY_STOP, 0.0)]):
            seen = sightings(logged(person, regime, seed + number, skip))
            if len(seen):
                places = np.array([place_of(*point) for point in zip(seen.lat, seen.lon, strict=True)])
                home, work = (np.isin(places, list(true)) for true in (person.homes, person.works))
                counts = seen.counts()[0]
                slept = np.argsort(-second.nights_h(counts), kind="stable")[:SLEPT]
                yield Log(
                    counts,
                    {place: second.lived(seen, place) for place in slept.tolist()},
                    home,
                    work,
                    bool(person.works),
                )


def fit(features: np.ndarray, right: np.ndarray, sign: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    """Fit a logistic regression by damped Newton steps (IRLS), some coefficients held to one sign."""
    middle, spread = features.mean(0), features.std(0) + 1e-9
    x = np.column_stack(((features - middle) / spread, np.ones(len(features))))
    penalty, held = np.array([*[strength] * len(sign), 1e-6]), np.array([*sign, 0])
    weights = np.zeros(len(held))

    def loss(at: np.ndarray) -> float:
        score = x @ at
        return float((np.logaddexp(0, score) - right * score).sum() + (penalty * at * at).sum() / 2)

    best = loss(weights)
    for _ in range(80):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -40, 40)))
        slope = x.T @ (p - right) + penalty * weights
        free = ~((weights == 0) & (held != 0) & (np.sign(-slope) != held))
        bend = (x[:, free] * (p * (1 - p) + 1e-9)[:, None]).T @ x[:, free] + np.diag(penalty[free])
        step = np.zeros(len(held))
        step[free] = -np.linalg.solve(bend, slope[free])
        for size in (1.0, 0.5, 0.25, 0.1, 0.02):
            tried = weights + size * step
            tried = np.where((held != 0) & (np.sign(tried) == -held), 0.0, tried)
            if loss(tried) <= best:
                break
        gained, weights, best = best - loss(tried), tried, min(best, loss(tried))
        if gained < 1e-7 * best:
            break
    plain = weights[:-1] / spread
    return plain, float(weights[-1] - (plain * middle).sum())


def fitted(all_logs: list[Log]) -> tuple[scores.Scores, np.ndarray, scores.Scores]:
    """Fit home, a second home beside it, and work among the places that are not home."""
    home = fitted_to([(log.counts, log.home) for log in all_logs], "home")
    beside = _second(all_logs, home)
    left = [(_without_home(log.counts, home), log.work) for log in all_logs if log.works]
    return home, beside, fitted_to(left, "work")


def _second(all_logs: list[Log], home: scores.Scores) -> np.ndarray:
    firsts = ((log, _home(log.counts, home)) for log in all_logs)
    found = [
        (log, second.runner_up(log.counts, np.arange(len(log.counts)) != best)) for log, best in firsts if best >= 0
    ]
    cases = [(log, place) for log, place in found if place in log.lived]
    features = np.array([second.features(log.counts, place, log.lived[place], home) for log, place in cases])
    right = np.array([log.home[place] for log, place in cases], float)
    weights, intercept = fit(features, right, np.array([1, 1, 1, -1]), 1.0)
    return np.append(weights, intercept)


def fitted_to(cases: list[tuple[np.ndarray, np.ndarray]], what: str) -> scores.Scores:
    """Fit both stages of one of them."""
    beyond = np.full(len(COUNTS), BEYOND["ends"])
    beyond[STAY_KINDS] = BEYOND["hours"]
    telling = scores.TELLING_HOME if what == "home" else scores.TELLING_WORK
    candidate = [counts[:, telling].any(1) for counts, _ in cases]
    cases, candidate = (
        [one for one, any_ in zip(cases, candidate, strict=True) if any_.any()],
        [c for c in candidate if c.any()],
    )
    features = np.concatenate([scores.shares(one[0], beyond)[here] for one, here in zip(cases, candidate, strict=True)])
    right = np.concatenate([one[1][here] for one, here in zip(cases, candidate, strict=True)]).astype(float)
    weights, intercept = fit(features * _used(COUNTS, what), right, np.array(SIGN[what]), STRENGTH)
    first = scores.Scores(beyond, weights, intercept, telling, np.zeros(len(scores.SURE)), 0.0)
    scored = [scores.score(counts, first) for counts, _ in cases]
    sure = np.array([scores.sureness(counts, one) for (counts, _), one in zip(cases, scored, strict=True)])
    best = np.array([true[one.argmax()] for (_, true), one in zip(cases, scored, strict=True)], float)
    stage, stage_intercept = fit(sure * _used(scores.SURE, what), best, np.zeros(len(scores.SURE)), 1.0)
    return scores.Scores(beyond, weights, intercept, telling, stage, stage_intercept)


def _used(names: tuple[str, ...], what: str) -> np.ndarray:
    return np.array([name not in UNUSED[what] for name in names])


def said(by: scores.Scores) -> dict[str, dict[str, float]]:
    """Write coefficients down by name."""
    weights = dict(zip(COUNTS, by.weights.round(4).tolist(), strict=True)) | {"intercept": round(by.intercept, 4)}
    sure = dict(zip(scores.SURE, by.sure.round(4).tolist(), strict=True)) | {"intercept": round(by.sure_intercept, 4)}
    return {"beyond": dict(zip(COUNTS, by.beyond.tolist(), strict=True)), "weights": weights, "sure": sure}


def _home(counts: np.ndarray, home: scores.Scores) -> int:
    scored = scores.score(counts, home)
    if not np.isfinite(scored).any() or scores.probability(counts, scored, home) < PROBABLY:
        return -1
    return int(scored.argmax())


def _without_home(counts: np.ndarray, home: scores.Scores) -> np.ndarray:
    best = _home(counts, home)
    return counts if best < 0 else scores.without(counts, best)


def main() -> None:
    """Fit on train and tune together, and write the file."""
    persons = [person for person in people() if person.part != "report"]
    all_logs = list(logs(persons))
    home, second_home, work = fitted(all_logs)
    provenance = {
        "data": "stops of people with labelled home and work: test data of HoWDe (MIT; arXiv:2506.20679), places without coordinates",
        "people": len(persons),
        "split": "sha256 of the user's number, 60/20/20; fitted on the first 80, the last 20 only reported (benchmarks/quality_home.py)",
        "regimes": f"{LOGS_EACH} random logs a person and one of every stop: rides .05 to 1, payments .05 to .6, visits .3 to 1, 7 to 1,000 days; {len(all_logs):,} logs",
        "script": "benchmarks/train_home_work.py",
        "date": "2026-11-26",
    }
    beside = dict(zip((*second.SECOND, "intercept"), second_home.round(4).tolist(), strict=True))
    told = {"provenance": provenance, "home": said(home), "second_home": beside, "work": said(work)}
    text = json.dumps(told, indent=2, ensure_ascii=False)
    OUT.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
