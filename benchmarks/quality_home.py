"""How often home and work are guessed right, and whether the probabilities are true: on people the fit never saw.

Run: `uv run python benchmarks/quality_home.py` (the fifth of the people kept for reporting, by what ships, and everyone, each by a fit
to four fifths of the people without that one; beside both a plain rule), `--pictures` (also writes docs/pictures/home-work-*.svg from
everyone). The rules' own code guesses; nothing is copied. Each way of logging is drawn from four parts of the time a person was followed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from home_work_pictures import BINS, pictures
from labelled_people import Person, Regime, logged, people, place_of
from train_home_work import Log, fitted, logs

from trailviz.guesses.anchors import evidence, home_of, work_of
from trailviz.guesses.held import Held
from trailviz.guesses.reality import score
from trailviz.guesses.scores import Scores
from trailviz.guesses.scores import scores as shipped
from trailviz.guesses.second import second_home
from trailviz.guesses.sightings import COUNTS, PAID_KINDS, sightings

Line: TypeAlias = tuple[str, str, str, bool | None]
Coefficients: TypeAlias = tuple[Scores, np.ndarray, Scores]
STOPS = "every stop, all days"
BAR = "rides .3, payments .3, 180 days"
FIRST = "rides .3, payments .3, the first 180 days"
REGIMES = {
    STOPS: Regime(0, 0, 1000, 1.0),
    BAR: Regime(0.3, 0.3, 180),
    "rides 1, 400 days": Regime(1, 0, 400),
    "rides .3, 180 days": Regime(0.3, 0, 180),
    "rides .1, payments .3, 180 days": Regime(0.1, 0.3, 180),
    "payments .3 alone, 180 days": Regime(0, 0.3, 180),
    "rides .05, payments .1, 90 days": Regime(0.05, 0.1, 90),
    "every stop, 30 days": Regime(0, 0, 30, 1.0),
    "every stop, 14 days": Regime(0, 0, 14, 1.0),
    "every stop, 7 days": Regime(0, 0, 7, 1.0),
    "rides .3, 30 days": Regime(0.3, 0, 30),
    "rides 1, payments .3, 14 days": Regime(1, 0.3, 14),
    "rides 1, payments .3, 7 days": Regime(1, 0.3, 7),
    "rides .3, payments .3, 14 days": Regime(0.3, 0.3, 14),
    "rides .3, payments .3, 7 days": Regime(0.3, 0.3, 7),
}
BARS = {
    (STOPS, "home"): (0.99, None),
    (STOPS, "work"): (0.89, None),
    (BAR, "home"): (0.81, 0.03),
    (BAR, "work"): (0.83, 0.08),
}
SHIPPED, EACH = "report, by what ships", "everyone, each by a fit without them"
DRAWS, FOLDS, SHORT = 4, 5, 30
PROBABLY, VERY_LIKELY = 0.5, 0.8
DAYS_THERE = 3
"""Whoever was at work on fewer days of the span has left next to nothing to know it by."""


@dataclass(frozen=True)
class Figures:
    """Guesses of one thing under one way of logging, one entry a log.

    `p`: how probable the likeliest place is; `right`: whether it was; `there`: whether the true place is in the log at all;
    `known`: whether the person spent a night at home, or three days at work, within the span; `told`: whether it is said; `enough`:
    whether it would be, were it not for the days asked for; `days`: how many (working) days the log has; `plain`: whether the plain
    rule is right; `draw`: which part of the time; `person`: who.
    """

    p: np.ndarray
    right: np.ndarray
    there: np.ndarray
    known: np.ndarray
    told: np.ndarray
    enough: np.ndarray
    days: np.ndarray
    plain: np.ndarray
    draw: np.ndarray
    person: np.ndarray

    def of(self, chosen: np.ndarray) -> Figures:
        """Answer some of the guesses."""
        return Figures(*(getattr(self, one.name)[chosen] for one in fields(self)))

    @property
    def base(self) -> float:
        """Brier's score of always saying how often the place is right on the whole."""
        return float(self.right.mean() * (1 - self.right.mean()))

    @property
    def brier(self) -> float:
        """Mean squared distance of p from what was so."""
        return float(((self.p - self.right) ** 2).mean())

    def bins(self) -> Iterator[tuple[float, float, int]]:
        """Answer ten bins of as many guesses: p on average, how many were right, n."""
        for part in np.array_split(np.argsort(self.p, kind="stable"), BINS):
            if len(part):
                yield float(self.p[part].mean()), float(self.right[part].mean()), len(part)

    @property
    def off(self) -> float:
        """How far p is off on average (expected calibration error, ten bins of equal mass)."""
        return sum(abs(p - right) * n for p, right, n in self.bins()) / len(self.p)

    def interval(self) -> tuple[float, float]:
        """Answer the 95 % interval of the share that is right, as if each person had left one log: their logs are much alike."""
        n = len(np.unique(self.person))
        right = round(float(self.right.mean()) * n)
        found = score([True] * right + [False] * (n - right))
        return found.low, found.high


def cases(persons: list[Person], regime: Regime) -> Iterator[tuple[Person, int, Held]]:
    """Log people from several days on; who left no record is nobody's to guess from."""
    for person in persons:
        for draw in range(1 if regime.days >= 1000 else DRAWS):  # noqa: PLR2004 - all days are drawn once
            held = logged(person, regime, draw, draw / DRAWS)
            if len(held):
                yield person.during(regime.days, draw / DRAWS), draw, held


def guessed(person: Person, draw: int, held: Held, by: Coefficients, regime: Regime) -> dict[str, tuple[float, ...]]:
    """Guess home and work of one log, in the order of `Figures`; work of those who named one."""
    seen = held.take(np.arange(len(held)))
    home = seen.once("home", lambda one: home_of(one, by[0], by[1]))
    plain = _plain(seen, regime)
    known = {"home": len(person.nights(person.homes)) > 0, "work": len(person.days(person.works)) >= DAYS_THERE}
    answer = {"home": (home, person.homes)}
    if person.works:
        answer["work"] = (work_of(seen, by[2]), person.works)
    numbers = _numbers(seen)
    found: dict[str, tuple[float, ...]] = {}
    for what, (one, true) in answer.items():
        best = one.places[0] if one.places else None
        right = best is not None and int(numbers[best.place]) in true
        said = (one.best is not None, one.likely is not None, one.have)
        there = bool(np.isin(numbers, list(true)).any())
        p = best.p if best is not None else 0.0
        found[what] = (p, right, there, known[what], *said, plain[what] in true, draw, person.id)
    return found


def measured(persons: list[Person], by: dict[int, Coefficients]) -> dict[str, dict[str, Figures]]:
    """Measure people under every way of logging, each person by the coefficients of the fold (`id % FOLDS`)."""
    found: dict[str, dict[str, Figures]] = {}
    for name, regime in REGIMES.items():
        rows: dict[str, list[tuple[float, ...]]] = {"home": [], "work": []}
        for person, draw, held in cases(persons, regime):
            for what, row in guessed(person, draw, held, by[person.id % FOLDS], regime).items():
                rows[what].append(row)
        found[name] = {what: Figures(*np.array(each, float).T) for what, each in rows.items()}
        if name == BAR:
            found[FIRST] = {what: one.of(one.draw == 0) for what, one in found[name].items()}
    return found


def report() -> dict[str, dict[str, Figures]]:
    """Measure what ships on the people kept for reporting."""
    home, work = shipped()
    kept = [person for person in people() if person.part == "report"]
    return measured(kept, dict.fromkeys(range(FOLDS), (home, second_home(), work)))


def everyone() -> dict[str, dict[str, Figures]]:
    """Measure all people, each by a fit to those of the other folds."""
    persons = list(people())
    return measured(persons, fits(persons))


def fits(persons: list[Person]) -> dict[int, Coefficients]:
    """Fit for each fold to the people of the others."""
    each: dict[int, list[Log]] = {fold: [] for fold in range(FOLDS)}
    for person in persons:
        each[person.id % FOLDS].extend(logs([person]))
    return {fold: fitted([log for other in each if other != fold for log in each[other]]) for fold in each}


def told(who: str, name: str, what: str, figures: Figures) -> Line:
    """Say the figures of one way of logging, and whether they meet their bar.

    How many are right, between what and what, and of how many the plain rule is; of those who can be known how many; of those in
    whose log the true place is; how far p is off; Brier's score beside that of always saying the mean; of how many .8 or more is
    said and how often that is right; of how many nothing is said.
    """
    sure = (figures.p >= VERY_LIKELY) & (figures.told > 0)
    n, known = len(figures.p), figures.known > 0
    low, high = figures.interval()
    there, said = (f"{figures.right[of].mean():.3f}" if of.any() else "none" for of in (figures.there > 0, sure))
    logs_of = f" logs of {len(np.unique(figures.person))}" if n > len(np.unique(figures.person)) else ""
    text = (
        f"{figures.right.mean():.3f} ({low:.3f} to {high:.3f}; {figures.right.sum():.0f} of {n}{logs_of} people), plain rule "
        f"{figures.plain.sum():.0f}; knowable {known.sum()}, right {figures.right[known].sum():.0f}"
        f" ({figures.right[known].mean() if known.any() else 0:.3f}); {there} where logged; ECE {figures.off:.3f}, Brier "
        f"{figures.brier:.3f}/{figures.base:.3f}; says .8 of {sure.mean():.2f}: {said}; silent {(figures.told == 0).mean():.2f}"
    )
    label = f"{what}: {name} ({who})"
    if (name, what) not in BARS:
        return label, text, "", None
    least, off = BARS[name, what]
    met = figures.right.mean() >= least
    if off is None:
        return label, text, f"≥ {least}", bool(met)
    met = met and figures.off <= off and figures.brier < figures.base
    return label, text, f"≥ {least}, ECE ≤ {off}, Brier < base", bool(met)


def by_days(found: dict[str, dict[str, Figures]]) -> Iterator[Line]:
    """Say of short logs how often a guess is right by how many days the log has: what the least number of days rests on."""
    for what in ("home", "work"):
        short = [found[name][what] for name, regime in REGIMES.items() if regime.days <= SHORT]
        one = Figures(*(np.concatenate([getattr(each, of.name) for each in short]) for of in fields(Figures)))
        for days in range(1, 9):
            here = one.of((one.days == days) & (one.enough > 0))
            very = here.of(here.p >= VERY_LIKELY)
            if not len(very.p):
                continue
            low, high = very.interval()
            text = (
                f"p of .5 or more: said {here.p.mean():.3f}, right {here.right.mean():.3f} of {len(here.p)}; .8 or more: said "
                f"{very.p.mean():.3f}, right {very.right.mean():.3f} of {len(very.p)} ({low:.3f} to {high:.3f}; {len(np.unique(very.person))} people)"
            )
            yield f"{what}: logs of up to {SHORT} days, seen on {days}", text, "", None


def lines() -> Iterator[Line]:
    """Measure the report and everyone: what, measured, bar, met. The bar is held against both."""
    found = {SHIPPED: report(), EACH: everyone()}
    if "--pictures" in sys.argv:
        pictures(dict(found[EACH][BAR]), BAR)
    for what in ("home", "work"):
        for name in (*REGIMES, FIRST):
            for who, figures in found.items():
                yield told(who, name, what, figures[name][what])
    yield from by_days(found[EACH])


def _numbers(held: Held) -> np.ndarray:
    """Answer which true place each place of the sightings is."""
    seen = held.once("sightings", sightings)
    return np.array([place_of(*point) for point in zip(seen.lat, seen.lon, strict=True)], np.int64)


def _plain(held: Held, regime: Regime) -> dict[str, int]:
    """Answer where a plain rule puts home and work, -1 for nowhere.

    With stops: most hours from 22 to 6, and, elsewhere, from 9 to 17 of working days. With rides: most days with an end of one.
    Work with payments: most of them; else most working days.
    """
    counts = held.once("evidence", evidence).astype(float)
    of = {name: counts[:, number].copy() for number, name in enumerate(COUNTS)}
    numbers = _numbers(held)

    def most(amount: np.ndarray) -> int:
        return int(amount.argmax()) if len(amount) and amount.max() > 0 else -1

    home = most(of["night_h"] if regime.visits else of["end_days"])
    at_work = (
        of["work_h"] if regime.visits else counts[:, PAID_KINDS].sum(1) if regime.payments else of["morning_reached"]
    )
    if home >= 0:
        at_work[home] = 0.0
    work = most(at_work)
    return {"home": int(numbers[home]) if home >= 0 else -1, "work": int(numbers[work]) if work >= 0 else -1}


def main() -> None:
    """Print the table."""
    for what, text, bar, met in lines():
        print(what, text, *([f"{bar}: {'met' if met else 'not met'}"] if bar else []), sep="\n    ")


if __name__ == "__main__":
    main()
