"""How often home and work are guessed right, and whether the probabilities are true: on people the fit never saw.

Run: `uv run python benchmarks/quality_home.py` (the fifth of the people kept for reporting), `--folds` (the others, each guessed by a
fit to the rest), `--pictures` (writes docs/pictures/home-work-*.svg from the folds). The rules' own code guesses; nothing is copied.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from labelled_people import Person, Regime, logged, people, place_of

from trailviz.guesses.anchors import Anchored, home_of, work_of
from trailviz.guesses.held import Held
from trailviz.guesses.scores import Scores
from trailviz.guesses.scores import scores as shipped
from trailviz.guesses.second import second_home
from trailviz.guesses.sightings import sightings

Line: TypeAlias = tuple[str, str, str, bool | None]
Coefficients: TypeAlias = tuple[Scores, np.ndarray, Scores]
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
STOPS = "every stop, all days"
BAR = "rides .3, payments .3, 180 days"
REGIMES = {
    STOPS: Regime(0, 0, 1000, 1.0),
    "every stop, 30 days": Regime(0, 0, 30, 1.0),
    "rides 1, 400 days": Regime(1, 0, 400),
    "rides .3, 180 days": Regime(0.3, 0, 180),
    BAR: Regime(0.3, 0.3, 180),
    "rides .1, payments .3, 180 days": Regime(0.1, 0.3, 180),
    "rides .3, 30 days": Regime(0.3, 0, 30),
    "rides .05, payments .1, 90 days": Regime(0.05, 0.1, 90),
    "payments .3 alone, 180 days": Regime(0, 0.3, 180),
}
BARS = {
    (STOPS, "home"): (0.99, None),
    (STOPS, "work"): (0.89, None),
    (BAR, "home"): (0.81, 0.03),
    (BAR, "work"): (0.83, 0.08),
}
DRAWS = 4
VERY_LIKELY, BINS = 0.8, 10


@dataclass(frozen=True)
class Figures:
    """Guesses of one thing under one regime.

    `p`: how probable the likeliest place is; `right`: whether it was; `there`: whether the true place is in the log at all;
    `told`: whether it is said, which takes some nights or working days besides.
    """

    p: np.ndarray
    right: np.ndarray
    there: np.ndarray
    told: np.ndarray
    people: int

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


def measured(cases: Iterable[tuple[Person, Held]], by: Coefficients) -> dict[str, Figures]:
    """Guess home and work of people; work of those who named one."""
    found: dict[str, list[tuple[float, bool, bool, bool, int]]] = {"home": [], "work": []}
    for person, held in cases:
        seen = held.take(np.arange(len(held)))
        home = seen.once("home", lambda one: home_of(one, by[0], by[1]))
        found["home"].append((*_best(seen, home, person.homes), person.id))
        if person.works:
            found["work"].append((*_best(seen, work_of(seen, by[2]), person.works), person.id))
    return {what: _figures(rows) for what, rows in found.items()}


def _figures(rows: list[tuple[float, bool, bool, bool, int]]) -> Figures:
    p, right, there, told, person = np.array(rows, float).T
    return Figures(p, right, there, told, len(np.unique(person)))


def cases(persons: list[Person], regime: Regime) -> Iterator[tuple[Person, Held]]:
    """Log people from several days on; who left no record is nobody's to guess from."""
    draws = 1 if regime.days >= 1000 else DRAWS  # noqa: PLR2004 - all days are drawn once
    for person in persons:
        for draw in range(draws):
            held = logged(person, regime, draw, draw / DRAWS)
            if len(held):
                yield person, held


def told(name: str, what: str, figures: Figures) -> Line:
    """Say the figures of one regime, and whether they meet their bar.

    How many are right (and of those in whose log the true place is), how far p is off, Brier's score beside that of always saying
    the mean, of how many .8 or more is said and how often that is right, and of how many nothing is said.
    """
    sure = (figures.p >= VERY_LIKELY) & (figures.told > 0)
    right, known = (f"{figures.right[of].mean():.3f}" if of.any() else "none" for of in (sure, figures.there > 0))
    text = (
        f"{figures.right.mean():.3f} ({known} where logged), ECE {figures.off:.3f}, Brier {figures.brier:.3f}/{figures.base:.3f}, "
        f"says .8 of {sure.mean():.2f}: {right}, silent {(figures.told == 0).mean():.2f}, n {len(figures.p)}"
    )
    if (name, what) not in BARS:
        return f"{what}: {name}", text, "", None
    least, off = BARS[name, what]
    met = figures.right.mean() >= least
    if off is None:
        return f"{what}: {name}", text, f"≥ {least}", bool(met)
    met = met and figures.off <= off and figures.brier < figures.base
    return f"{what}: {name}", text, f"≥ {least}, ECE ≤ {off}, Brier < base", bool(met)


def lines() -> list[Line]:
    """Measure what ships on the people kept for reporting: what, measured, bar, met."""
    kept = [person for person in people() if person.part == "report"]
    home, work = shipped()
    found = {name: measured(cases(kept, regime), (home, second_home(), work)) for name, regime in REGIMES.items()}
    return [told(name, what, figures[what]) for what in ("home", "work") for name, figures in found.items()]


def folds() -> dict[str, dict[str, Figures]]:
    """Measure the other people, each by a fit to four fifths of them without that one."""
    from train_home_work import fitted, logs  # noqa: PLC0415 - the other script reads this one's people

    persons = [person for person in people() if person.part != "report"]
    parts: dict[str, dict[str, list[Figures]]] = {name: {"home": [], "work": []} for name in REGIMES}
    for fold in range(5):
        by = fitted(list(logs([person for person in persons if person.id % 5 != fold])))
        left = [person for person in persons if person.id % 5 == fold]
        for name, regime in REGIMES.items():
            for what, figures in measured(cases(left, regime), by).items():
                parts[name][what].append(figures)
    return {name: {what: _joined(each) for what, each in both.items()} for name, both in parts.items()}


def pictures(found: dict[str, Figures]) -> None:
    """Draw the reliability plot and the risk–coverage curve of the regime of the bar."""
    PICTURES.joinpath("home-work-reliability.svg").write_text(_reliability(found), encoding="utf-8")
    PICTURES.joinpath("home-work-coverage.svg").write_text(_coverage(found), encoding="utf-8")


def _best(held: Held, found: Anchored, true: frozenset[int]) -> tuple[float, bool, bool, bool]:
    seen = held.once("sightings", sightings)
    there = any(place_of(*point) in true for point in zip(seen.lat, seen.lon, strict=True))
    if not found.places:
        return 0.0, False, there, False
    first = found.places[0]
    return first.p, place_of(first.lat, first.lon) in true, there, found.best is not None


def _joined(each: list[Figures]) -> Figures:
    p, right, there, told = (
        np.concatenate([getattr(one, name) for one in each]) for name in ("p", "right", "there", "told")
    )
    return Figures(p, right, there, told, sum(one.people for one in each))


COLOURS = {"home": "#2f6fb0", "work": "#b0662f"}
SIDE, LEFT, TOP = 300, 56, 40


def _frame(title: str, across: str, up: str, body: list[str], ticks: tuple[float, float]) -> str:
    low, high = ticks
    marks = [
        f'<text x="{LEFT + SIDE * part:.0f}" y="{TOP + SIDE + 18}" text-anchor="middle">{part:g}</text>'
        for part in (0, 0.25, 0.5, 0.75, 1)
    ]
    marks += [
        f'<text x="{LEFT - 6}" y="{TOP + SIDE * (1 - part) + 4:.0f}" text-anchor="end">{low + (high - low) * part:g}</text>'
        for part in (0, 0.5, 1)
    ]
    key = [
        f'<circle cx="{LEFT + 10 + 70 * at}" cy="{TOP - 10}" r="4" fill="{colour}"/><text x="{LEFT + 18 + 70 * at}" y="{TOP - 6}">{what}</text>'
        for at, (what, colour) in enumerate(COLOURS.items())
    ]
    width, height = LEFT + SIDE + 30, TOP + SIDE + 46
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" font-size="11">',
            f"<title>{title}</title>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="{LEFT}" y="16" font-size="13">{title}</text>',
            f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>',
            *marks,
            *key,
            f'<text x="{LEFT + SIDE / 2}" y="{height - 8}" text-anchor="middle">{across}</text>',
            f'<text x="14" y="{TOP + SIDE / 2}" text-anchor="middle" transform="rotate(-90 14 {TOP + SIDE / 2})">{up}</text>',
            *body,
            "</svg>\n",
        ]
    )


def _reliability(found: dict[str, Figures]) -> str:
    body = [f'<path d="M{LEFT} {TOP + SIDE}L{LEFT + SIDE} {TOP}" stroke="#bbb" stroke-dasharray="4 4"/>']
    for what, figures in found.items():
        for p, right, n in figures.bins():
            x, y = LEFT + SIDE * p, TOP + SIDE * (1 - right)
            body.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[what]}" fill-opacity=".8"><title>{what}: said {p:.2f}, '
                f"right {right:.2f}, n {n}</title></circle>"
            )
    sizes = ", ".join(f"{what} {len(figures.p)} guesses in {BINS} bins" for what, figures in found.items())
    return _frame(f"Said and so ({BAR})", f"probability said; {sizes}", "share that was right", body, (0, 1))


def _coverage(found: dict[str, Figures]) -> str:
    body = []
    for what, figures in found.items():
        order = np.argsort(-figures.p, kind="stable")
        wrong = np.cumsum(1 - figures.right[order]) / np.arange(1, len(order) + 1)
        part = np.arange(1, len(order) + 1) / len(order)
        line = " ".join(
            f"{LEFT + SIDE * x:.1f},{TOP + SIDE * (1 - min(y / 0.5, 1)):.1f}" for x, y in zip(part, wrong, strict=True)
        )
        body.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[what]}" stroke-width="1.5"/>')
        for least in (0.5, 0.8):
            told_ = int((figures.p >= least).sum())
            if told_:
                x, y = LEFT + SIDE * part[told_ - 1], TOP + SIDE * (1 - min(wrong[told_ - 1] / 0.5, 1))
                body.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[what]}"><title>{what}: p of {least} or more</title></circle>'
                )
    return _frame(
        f"Who is told something ({BAR})",
        "share of people, surest first; dots: p ≥ .8, p ≥ .5",
        "share told something wrong",
        body,
        (0, 0.5),
    )


def main() -> None:
    """Print the table."""
    if "--folds" in sys.argv or "--pictures" in sys.argv:
        found = folds()
        for what in ("home", "work"):
            for name, figures in found.items():
                print(*told(name, what, figures[what])[:2], sep="\n    ")
        if "--pictures" in sys.argv:
            pictures(found[BAR])
        return
    for what, text, bar, met in lines():
        print(what, text, *([f"{bar}: {'met' if met else 'not met'}"] if bar else []), sep="\n    ")


if __name__ == "__main__":
    main()
