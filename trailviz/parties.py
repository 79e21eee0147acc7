"""Who the other side of an event is: text as companies write it to company ids, with how sure.

Only distinct strings are looked at, so a million rows cost what a few thousand names cost. What does not resolve stays
unresolved: a shop, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.registry import SELF, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trailviz.events import Events
    from trailviz.registry import Registry

UNRESOLVED = -1
EXACT, BY_DOMAIN, BY_NAME_WITHIN, BY_ITEM = 1.0, 0.9, 0.8, 0.6
SHORTEST_LATIN, SHORTEST_HAN = 4, 2
DOMAIN = re.compile(r"@([\w.-]+\.\w+)$")


@dataclass(frozen=True)
class Parties:
    """Company ids of every event, as indices into `names` (int32; -1 where not resolved or not stated).

    `collector`: who wrote the row down. `party`: the other side, with `party_confidence` (float32, 0 to 1).
    `channel`: the app, code or wallet the row itself says the deed went through.
    """

    names: tuple[str, ...]
    collector: np.ndarray
    party: np.ndarray
    party_confidence: np.ndarray
    channel: np.ndarray

    def id_of(self, index: int) -> str | None:
        """Answer a company id, or None for what is not resolved."""
        return None if index < 0 else self.names[index]


def resolve(events: Events, registry: Registry) -> Parties:
    """Turn collector, counterparty, account and channel words into companies.

    Args:
        events: Read columns: collector, party, party_account, detail, channel_text.
        registry: Whose names, aliases, legal names and e-mail domains count.
    """
    numbers: dict[str, int] = {}

    def number(company: str | None) -> int:
        return UNRESOLVED if company is None else numbers.setdefault(company, len(numbers))

    names = _Names(registry)
    collector = _each(events, "collector", lambda text: number(names.collector(text)))
    by_name = _each(events, "party", lambda text: number(names.exact(text)))
    by_part = _each(events, "party", lambda text: number(names.within(text)))
    by_domain = _each(events, "party_account", lambda text: number(names.domain(text)))
    by_item = _each(events, "detail", lambda text: number(names.leading(text)))
    channel = _each(events, "channel_text", lambda text: number(names.within(text)))
    party = np.full(len(events), UNRESOLVED, np.int32)
    sure = np.zeros(len(events), np.float32)
    stated = events.words("party")[0] >= 0
    steps = (
        (by_name, EXACT),
        (by_domain, BY_DOMAIN),
        (by_part, BY_NAME_WITHIN),
        (np.where(stated, by_item, -1), BY_ITEM),
    )
    for found, confidence in steps:
        new = (party < 0) & (found >= 0)
        party[new] = found[new]
        sure[new] = confidence
    return Parties(tuple(numbers), collector, party, sure, channel)


def exchanged(parties: Parties, instead: Mapping[str, str]) -> Parties:
    """Answer the same rows with one company in the place of another, wherever it is named."""
    names = list(dict.fromkeys([*parties.names, *instead.values()]))
    table = np.array([*(names.index(instead.get(one, one)) for one in parties.names), UNRESOLVED], np.int32)
    who, other, channel = (table[column] for column in (parties.collector, parties.party, parties.channel))
    return Parties(tuple(names), who, other, parties.party_confidence, channel)


def through(parties: Parties, rows: np.ndarray, channel: str) -> Parties:
    """Answer the same rows, some of which (a boolean mask) went through another channel."""
    names = tuple(dict.fromkeys([*parties.names, channel]))
    other = np.where(rows, names.index(channel), parties.channel).astype(np.int32)
    return Parties(names, parties.collector, parties.party, parties.party_confidence, other)


def _each(events: Events, column: str, answer: Callable[[str], int]) -> np.ndarray:
    """Look up every distinct word of a column once."""
    codes, words = events.words(column)
    table = np.array([*(answer(word) for word in words), UNRESOLVED], np.int32)
    return table[codes]


class _Names:
    """The registry's names, ready to be looked for in text."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        called = registry.called
        companies = {name: company for name, company in called.items() if company in registry.companies}
        self.domains = {
            name: company for name, company in companies.items() if re.fullmatch(r"[\w-]+(\.[\w-]+)+", name)
        }
        self.spelled: dict[str, str] = {}  # a company nobody registered, as it was first written
        long = {name: company for name, company in companies.items() if _long_enough(name) and name not in self.domains}
        self.by_length = sorted(long.items(), key=lambda pair: (-len(pair[0]), pair[0]))

    def collector(self, text: str) -> str:
        if text == SELF:
            return SELF
        try:
            return self.registry.find(text)
        except UnknownNameError:
            return self.spelled.setdefault(text.casefold(), text)

    def exact(self, text: str) -> str | None:
        found = self.registry.called.get(text.strip().casefold())
        return found if found in self.registry.companies else None

    def within(self, text: str) -> str | None:
        """Find the longest name inside a text; a Latin name must stand as words of its own."""
        folded = text.casefold()
        for name, company in self.by_length:
            if name in folded and (
                not name.isascii() or re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", folded)
            ):
                return company
        return None

    def leading(self, text: str) -> str | None:
        """Find a Chinese name that an item's text begins with (`哈啰单车骑行…`)."""
        folded = text.casefold()
        return next(
            (company for name, company in self.by_length if not name.isascii() and folded.startswith(name)), None
        )

    def domain(self, text: str) -> str | None:
        found = DOMAIN.search(text.casefold())
        if not found:
            return None
        return next(
            (company for name, company in self.domains.items() if found[1] == name or found[1].endswith(f".{name}")),
            None,
        )


def _long_enough(name: str) -> bool:
    return len(name) >= (SHORTEST_LATIN if name.isascii() else SHORTEST_HAN)
