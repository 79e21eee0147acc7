"""The people money goes to and comes from most, by how lately and how often: roles, never names, never what they are to you."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import date_of
from trailviz.guesses import Abstained, Guess, Value
from trailviz.guesses.money import IN, money
from trailviz.guesses.people import people, role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.guesses.held import Held

TOP, LEAST = 5, 3
"""So many people are told, each with so many transfers: two may be one gift and its thanks."""


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """Answer the top contacts: how many transfers, and how many each way."""
    had, ranked = money(seen), people(seen)
    sent = np.bincount(ranked.role[ranked.role >= 0], minlength=len(ranked.weight))
    chosen = np.flatnonzero(sent >= LEAST)[:TOP]
    if not len(chosen):
        return [Abstained("too_few", {"people": len(sent), "need": LEAST})]
    answers = []
    for who in chosen.tolist():
        deeds = np.flatnonzero(ranked.role == who)
        got = int((had.flow[deeds] == IN).sum())
        gave = len(deeds) - got
        values: dict[str, Value] = {
            "who": role(who),
            "count": len(deeds),
            "sent": gave,
            "got": got,
            "since": date_of(had.day[deeds[0]]),
            "last": date_of(had.day[deeds[-1]]),
        }
        answers.append(Guess("contact", values, had.evidence(deeds), key=f"contact-{had.party(deeds[0])}"))
    return answers
