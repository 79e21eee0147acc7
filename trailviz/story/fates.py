"""What becomes of guesses when something is otherwise: which are no longer made, which are vaguer, which are new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trailviz.guesses.blur import Fate, fate, made
from trailviz.story import guesses as told
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.guesses import Rule
    from trailviz.guesses.blur import Name
    from trailviz.registry import Observer
    from trailviz.story.guesses import Told
    from trailviz.trail import Trail

NAMES = {Fate.GONE: "gone", Fate.VAGUER: "vaguer", Fate.SURVIVES: "as_before"}
HEADINGS = {
    Fate.GONE: mark("Guesses no longer made ({count}):"),
    Fate.VAGUER: mark("Guesses that become vaguer ({count}):"),
}
NEW = mark("New guesses ({count}):")
AS_BEFORE = mark("Guesses as before: {count}")


@dataclass(frozen=True)
class Fates:
    """Guesses of the first trail by what becomes of them in the second, and those only the second makes."""

    became: tuple[tuple[Told, Fate], ...]
    new: tuple[Told, ...]


def between(trail: Trail, other: Trail, chosen: Sequence[Rule], observer: Observer, scenario: str, lang: str) -> Fates:
    """Compare what an observer can guess of a trail with what it can of the same trail with something otherwise."""
    first, second = (made(one.held(observer, scenario), chosen) for one in (trail, other))
    worded = [_worded(one, chosen, observer, scenario, lang) for one in (trail, other)]
    became = tuple((one, fate(first[name], second.get(name))) for name, one in worded[0].items())
    return Fates(became, tuple(one for name, one in worded[1].items() if name not in first))


def _worded(trail: Trail, chosen: Sequence[Rule], observer: Observer, scenario: str, lang: str) -> dict[Name, Told]:
    found = (told.read(trail, one, observer, scenario, lang) for one in chosen)
    return {(one.rule, one.what, one.key): one for reading in found for one in reading.told}


def lines(found: Fates, words: Words) -> list[str]:
    """Say what becomes of the guesses, line by line; those that stay are only counted."""
    answer = []
    for which, heading in HEADINGS.items():
        here = [one for one, became in found.became if became is which]
        if here:
            answer += [words.say(heading, count=len(here)), *(f"- {one.text}" for one in here)]
    if found.new:
        answer += [words.say(NEW, count=len(found.new)), *(f"- {one.text}" for one in found.new)]
    stay = sum(became is Fate.SURVIVES for _, became in found.became)
    return [*answer, words.say(AS_BEFORE, count=stay)]


def record(found: Fates) -> dict[str, list[dict[str, Any]]]:
    """Write what becomes of the guesses as scripts read it (docs/cli.md)."""
    return {
        "before": [
            {"rule": one.rule, "what": one.what, "key": one.key, "text": one.text, "then": NAMES[became]}
            for one, became in found.became
        ],
        "new": [{"rule": one.rule, "what": one.what, "key": one.key, "text": one.text} for one in found.new],
    }
