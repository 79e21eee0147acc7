"""Who money goes to and comes from, as roles: person 1 is the one most in touch lately. No rule says a person's name.

The order is the sum of what each transfer weighs: one today counts 1, one 60 days before the last record a half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.guesses import Term
from trailviz.guesses.money import money

if TYPE_CHECKING:
    from trailviz.guesses.held import Held

HALF_LIFE_DAYS = 60
NAMED = 9
"""So many people have a number of their own; the rest are "somebody else"."""


@dataclass(frozen=True)
class People:
    """`role` (int64): for each deed of money its person, 0 the most in touch; -1 none. `weight`: by role."""

    role: np.ndarray
    weight: np.ndarray


def people(seen: Held) -> People:
    """Answer the persons of the money an observer has, ranked; worked out once."""
    return seen.once("people", _people)


def role(number: int) -> Term:
    """Answer the word for a person: `person_1` and so on."""
    return Term(f"person_{number + 1}" if number < NAMED else "person_other")


def _people(seen: Held) -> People:
    had = money(seen)
    named = np.flatnonzero(had.person & (had.who >= 0))
    who, code = np.unique(had.who[named], return_inverse=True)
    age = had.day[named].max(initial=0) - had.day[named]
    weight = np.bincount(code, 0.5 ** (age / HALF_LIFE_DAYS), len(who))
    # Weighed against the last transfer and not today: the same files give the same order tomorrow.
    first = np.full(len(who), np.iinfo(np.int64).max)
    np.minimum.at(first, code, named)
    # Of two in touch alike the one met first comes first, in whatever order the files were read.
    order = np.lexsort((first, -np.round(weight, 9)))
    rank = np.empty(len(who), np.int64)
    rank[order] = np.arange(len(who))
    answer = np.full(len(had), -1)
    answer[named] = rank[code]
    return People(answer, weight[order])
