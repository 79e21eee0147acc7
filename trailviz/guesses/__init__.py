"""What a trail gives away without saying it, as surely as measured and no surer.

One rule a file: `NAME.py` computes (`guess(held)`), `NAME.toml` beside it holds its words, sources and calibration, and
nothing else is edited for a new one. A rule sees only what the chosen observer has (`Held`), never the trail. It answers
guesses with the rows they rest on and the runners-up, or says why it abstains.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from trailviz.guesses.held import WHERE, Held, Whereabouts, held, whereabouts
from trailviz.guesses.surroundings import Surroundings, surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib.resources.abc import Traversable

__all__ = [
    "WHERE",
    "Abstained",
    "Clock",
    "Guess",
    "Held",
    "Length",
    "Other",
    "Party",
    "Point",
    "Rule",
    "Share",
    "Source",
    "Span",
    "Sum",
    "Surroundings",
    "Term",
    "Value",
    "Weekday",
    "Whereabouts",
    "held",
    "look",
    "rule",
    "rules",
    "surroundings",
    "whereabouts",
]

PROBABLY, VERY_LIKELY = 0.5, 0.8
"""Below the first a rule abstains; from the second on it says "very likely" (right .95 to .99 of the time when measured)."""
UNCALIBRATED, COUNTED = "uncalibrated", "counted"
"""Not a calibration: a guess whose probability nobody measured; and arithmetic over rows, which is no guess at all."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, 0 to 1."""

    of_one: float


@dataclass(frozen=True, slots=True)
class Clock:
    """A local time of day, in minutes after midnight."""

    minute: float


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week: 0 is Monday."""

    number: int


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Length:
    """A length on the ground, in metres."""

    metres: float


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount of money."""

    amount: Decimal
    currency: str | None


@dataclass(frozen=True, slots=True)
class Party:
    """The other side of an event, by its position; a person is veiled on screen."""

    position: int


@dataclass(frozen=True, slots=True)
class Point:
    """Where: WGS-84 degrees, and the radii in metres that hold it with one half and nine tenths."""

    lat: float
    lon: float
    r50_m: float
    r90_m: float


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the rule's own: a key of `[term]` in its TOML."""

    code: str


Value: TypeAlias = (
    int
    | float
    | str
    | date
    | Share
    | Clock
    | Weekday
    | Span
    | Length
    | Sum
    | Party
    | Point
    | Term
    | tuple["Value", ...]
)
"""What fills a named place of a sentence. A tuple is listed ("a, b and c"); a `str` is a code of this project, never a file's text."""


@dataclass(frozen=True)
class Other:
    """A runner-up: what it would be instead, and how probable (None: nobody measured)."""

    values: Mapping[str, Value]
    p: float | None = None
    point: Point | None = None


@dataclass(frozen=True)
class Guess:
    """One guess of a rule.

    `what` is a key of `[says]` in the rule's TOML, whose sentence `values` fill; `key` is what makes it the same guess when
    it is made again from less. `evidence` are positions in the events. `p` is calibrated as the rule declares, or None;
    `span` is `[start, end)` in microseconds UTC, where the guess holds only for a time. `wrong` are the keys of
    the rule's `[wrong]` that can be so here; None: all those of `what`.
    """

    what: str
    values: Mapping[str, Value]
    evidence: np.ndarray
    p: float | None = None
    key: str = ""
    point: Point | None = None
    span: tuple[int, int] | None = None
    others: tuple[Other, ...] = ()
    wrong: tuple[str, ...] | None = None

    @property
    def sure(self) -> str:
        """Say how sure: very_likely, probably, or nothing where no probability was measured."""
        if self.p is None:
            return ""
        return "very_likely" if self.p >= VERY_LIKELY else "probably"


@dataclass(frozen=True)
class Abstained:
    """Why a rule says nothing: `why` is a key of `[abstains]` in its TOML, whose sentence `values` fill."""

    why: str
    values: Mapping[str, Value] = field(default_factory=dict)
    evidence: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: a paper, a dated measurement of this project, a published practice."""

    title: str
    date: str
    url: str = ""
    article: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule: its texts per language, its calibration, and the function that guesses.

    `calibration` names what `p` was fitted and measured on, which `measured` says in words; or it is `uncalibrated` or `counted`. `gate` rules speak of what
    hurts to have guessed: they run only where they are asked for. `says`, `wrong`, `abstains`, `term`: texts by key, then language;
    `wrong_of` lists, by `what`, the keys of `wrong` that would make it wrong.
    """

    id: str
    order: int
    gate: bool
    calibration: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    says: Mapping[str, Mapping[str, str]]
    wrong: Mapping[str, Mapping[str, str]]
    wrong_of: Mapping[str, tuple[str, ...]]
    abstains: Mapping[str, Mapping[str, str]]
    term: Mapping[str, Mapping[str, str]]
    measured: Mapping[str, str]
    sources: tuple[Source, ...]
    guess: Callable[[Held], Iterable[Guess | Abstained]] = field(repr=False)


@cache
def rules() -> tuple[Rule, ...]:
    """Find the rules that ship, in the order they are told.

    Raises:
        ValueError: If a rule's TOML lacks something, or has a text in one language only.
    """
    names = (path.name for path in files("trailviz.guesses").iterdir())
    found = [rule(name.removesuffix(".toml")) for name in names if name.endswith(".toml")]
    return tuple(sorted(found, key=lambda one: (one.order, one.id)))


@cache
def rule(name: str) -> Rule:
    """Read one rule by its name, and not the others, which take a sixth of a second together.

    Raises:
        FileNotFoundError: If there is no such rule.
        ValueError: As for `rules`.
    """
    return _rule(files("trailviz.guesses") / f"{name}.toml")


def look(rule: Rule, seen: Held) -> tuple[Guess | Abstained, ...]:
    """Ask one rule about what an observer has.

    Raises:
        ValueError: If the rule is calibrated and answers a guess below the line at which it should abstain.
    """
    found = tuple(rule.guess(seen))
    for one in found:
        # The line between a guess and silence is the same for every rule.
        if isinstance(one, Guess) and one.p is not None and one.p < PROBABLY:
            raise ValueError(f"{rule.id}: expected p of at least {PROBABLY}, or an abstention")
    return found


def _rule(path: Traversable) -> Rule:
    said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    name = path.name.removesuffix(".toml")
    try:
        says = {key: {lang: text for lang, text in one.items() if lang != "wrong"} for key, one in said["says"].items()}
        texts = {key: said.get(key, {}) for key in ("wrong", "abstains", "term")}
        wrong_of = {key: tuple(one.get("wrong", ())) for key, one in said["says"].items()}
        measured = {} if said["calibration"] in {UNCALIBRATED, COUNTED} else said["measured"]
        grouped = (says, *texts.values(), {"measured": measured} if measured else {})
        for one in (said["title"], said["about"], *(text for each in grouped for text in each.values())):
            if not {"en", "zh-Hans"} <= one.keys():
                raise ValueError(f"{path.name}: expected en and zh-Hans for every text")
        if missing := {word for words in wrong_of.values() for word in words} - texts["wrong"].keys():
            raise ValueError(f"{path.name}: expected [wrong.{min(missing)}]")
        return Rule(
            id=name,
            order=said["order"],
            gate=said.get("gate", False),
            calibration=said["calibration"],
            title=said["title"],
            about=said["about"],
            says=says,
            wrong=texts["wrong"],
            wrong_of=wrong_of,
            abstains=texts["abstains"],
            term=texts["term"],
            measured=measured,
            sources=tuple(Source(**one) for one in said["source"]),
            guess=import_module(f"trailviz.guesses.{name}").guess,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name}: expected {error}; see docs/guesses.md") from error
