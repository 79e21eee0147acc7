"""Which rows a rule speaks of: words of a column, companies, or a text pattern, looked up once a distinct word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trailviz.events import Events
    from trailviz.parties import Parties

WORDS = ("kind", "mode", "presence", "flow", "party_is", "said_by")
TEXTS = ("party", "detail", "category", "service", "method", "status")
ANY_TEXT = ("party", "detail", "category")
"""`text` looks at the other side and what was bought; never at a place, since to stand outside a hotel is not to stay in it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Conditions that must all hold: words of a column, company ids, a regular expression over a text column."""

    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    texts: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    collector: frozenset[str] = frozenset()
    company: frozenset[str] = frozenset()


def pattern(said: Mapping[str, Any]) -> Pattern:
    """Read a `[[rule.when]]` entry.

    Raises:
        KeyError: If it names a column no pattern looks at.
    """
    words, texts = {}, {}
    for key, value in said.items():
        if key in WORDS:
            words[key] = frozenset(value)
        elif key in TEXTS or key == "text":
            texts[key] = re.compile(value, re.IGNORECASE)
        # A condition written wrong would hold for every row, and nobody would notice.
        elif key not in {"collector", "company"}:
            raise KeyError(key)
    return Pattern(words, texts, frozenset(said.get("collector", ())), frozenset(said.get("company", ())))


def found(events: Events, parties: Parties, patterns: tuple[Pattern, ...]) -> np.ndarray:
    """Say which events any of the patterns fits, as a mask of `len(events)`."""
    mask = np.zeros(len(events), bool)
    for one in patterns:
        mask |= _fits(events, parties, one)
    return mask


def companies(parties: Parties, here: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Answer each company that wrote or is named in these rows, with a mask of those rows, by its id."""
    # By id, not by number: numbers follow the order in which files were read.
    for number, name in sorted(enumerate(parties.names), key=lambda pair: pair[1]):
        mask = here & ((parties.collector == number) | (parties.party == number))
        if mask.any():
            yield name, mask


def _fits(events: Events, parties: Parties, one: Pattern) -> np.ndarray:
    mask = np.ones(len(events), bool)
    for column, wanted in one.words.items():
        codes, words = events.words(column)
        # A null is code -1, the last entry: what a row does not say fits no condition.
        mask &= np.array([*(word in wanted for word in words), False], bool)[codes]
    for column, wording in one.texts.items():
        mask &= np.logical_or.reduce(
            [_reads(events, name, wording) for name in (ANY_TEXT if column == "text" else (column,))]
        )
    if one.collector:
        mask &= _is(parties, parties.collector, one.collector)
    if one.company:
        mask &= _is(parties, parties.collector, one.company) | _is(parties, parties.party, one.company)
    return mask


def _reads(events: Events, column: str, wording: re.Pattern[str]) -> np.ndarray:
    codes, words = events.words(column)
    return np.array([*(bool(wording.search(word)) for word in words), False], bool)[codes]


def _is(parties: Parties, column: np.ndarray, wanted: frozenset[str]) -> np.ndarray:
    return np.array([*(name in wanted for name in parties.names), False], bool)[column]
