"""How often a change of home or work that is told was one: of people who named two homes, or two workplaces.

Run: `uv run python benchmarks/home_work_moves.py`. A change told is right where three quarters of the nights (of work: days) at both places lie on its
side of the day, and both were named. One untold: two named places, five nights at each, in two
blocks. Few people have one, so that the figures are counts of people. Each is guessed by a fit without them, from all of their days.
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np
from labelled_people import Person, Regime, logged, people, place_of
from quality_home import fits

from trailviz.guesses import PROBABLY
from trailviz.guesses.anchors import Anchored, home_of, work_of
from trailviz.guesses.home import MOVED
from trailviz.guesses.tenures import FEWEST_SLEPT, followed
from trailviz.guesses.work import CHANGED

DAYS, MOSTLY = 1000, 0.75
SHARE = {"home": MOVED, "work": CHANGED}
WAYS = {
    "every stop": Regime(0, 0, DAYS, 1.0),
    "rides 1, payments .3": Regime(1, 0.3, DAYS),
    "rides .3, payments .3": Regime(0.3, 0.3, DAYS),
    "rides .3": Regime(0.3, 0, DAYS),
}


def spells(person: Person, what: str) -> dict[int, np.ndarray]:
    """Answer the nights at each labelled home, or the days at each labelled workplace, where there are enough."""
    named = person.homes if what == "home" else person.works
    at = {one: (person.nights if what == "home" else person.days)(frozenset({one})) for one in named}
    return {one: days for one, days in at.items() if len(days) >= FEWEST_SLEPT}


def moved(at: dict[int, np.ndarray]) -> bool:
    """Say whether the two places with the most days followed each other."""
    most = sorted(at.values(), key=len)[-2:]
    return len(most) == 2 and followed(*most) is not None  # noqa: PLR2004 - a change has two sides


def lived_so(before: np.ndarray, after: np.ndarray, day: int) -> bool:
    """Say whether of the nights at two places three quarters were at the one before a day, and three quarters at the other from it on."""
    sides = [(int((days < day).sum()), int((days >= day).sum())) for days in (before, after)]
    early, late = (sides[0][number] + sides[1][number] for number in (0, 1))
    return bool(early and late and sides[0][0] >= MOSTLY * early and sides[1][1] >= MOSTLY * late)


def outcome(person: Person, found: Anchored, what: str, sure: list[float]) -> list[str]:
    """Answer what each change told was, or that none was; and add how sure the less sure place of each is."""
    named = person.homes if what == "home" else person.works
    at = person.nights if what == "home" else person.days
    answer = []
    for before, after in zip(found.moves, found.moves[1:], strict=False):
        if SHARE[what] * min(before.p, after.p) < PROBABLY:
            continue
        one, other = (place_of(each.lat, each.lon) for each in (before, after))
        sure.append(min(before.p, after.p))
        so = lived_so(at(frozenset({one})), at(frozenset({other})), after.first)
        both = "both named" if one in named and other in named else "one of them not named"
        answer.append(f"told, {'lived so' if so else 'not lived so'}, {both}")
    return answer or (["not told, but moved"] if moved(spells(person, what)) else ["neither"])


def main() -> None:
    """Print counts of people by way of logging."""
    persons = list(people())
    by = fits(persons)
    sure: dict[str, list[float]] = {"home": [], "work": []}
    for name, regime in WAYS.items():
        counts: dict[str, Counter[str]] = {"home": Counter(), "work": Counter()}
        for person in persons:
            held = logged(person, regime, 0)
            if not len(held):
                continue
            own = by[person.id % len(by)]
            home = held.once("home", lambda one, own=own: home_of(one, own[0], own[1]))  # type: ignore[misc]
            counts["home"].update(outcome(person, home, "home", sure["home"]))
            if person.works:
                counts["work"].update(outcome(person, work_of(held, own[2]), "work", sure["work"]))
        for what, count in counts.items():
            sys.stdout.write(f"{what}: {name}: {dict(sorted(count.items()))}\n")
    for what, each in sure.items():
        sys.stdout.write(f"{what}: {len(each)} changes told, the less sure place {np.mean(each):.3f} on average\n")


if __name__ == "__main__":
    main()
