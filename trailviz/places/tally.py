"""How many payments were placed, and by what: the account a person can check."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.places.gazetteer import TIERS
from trailviz.places.locate import ADDRESSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.events import Events
    from trailviz.places.locate import Located


@dataclass(frozen=True)
class Tally:
    """Payments, refunds and holds: how many there are, and how many each tier placed (in the order of `TIERS`, none left out but those at 0).

    `unsure`: of those placed, at how many no word says that the person was there. `remote`: orders and debits, which have no place.
    """

    rows: int
    by_tier: Mapping[str, int]
    unsure: int
    remote: int

    @property
    def placed(self) -> int:
        """How many have a place."""
        return sum(self.by_tier.values())


def tally(events: Events, located: Located) -> Tally:
    """Count what the tiers placed. Read columns: kind, presence."""
    kinds, words = events.words("kind")
    paid = np.array([*(word in ADDRESSED for word in words), False], bool)[kinds]
    presence, said = events.words("presence")
    away = np.array([*(word == "remote" for word in said), False], bool)[presence]
    # By number, since a million words are counted faster as one of a few places.
    rows = np.flatnonzero(paid & located.has_place)
    stated = int((located.at[rows] < 0).sum())
    named = np.bincount(located.at[rows][located.at[rows] >= 0], minlength=len(located.named))
    counted = Counter({"stated": stated})
    for place, count in zip(located.named, named.tolist(), strict=True):
        counted[place.tier] += count
    by_tier = {tier: counted[tier] for tier in TIERS if counted[tier]}
    return Tally(int(paid.sum()), by_tier, int(located.unsure[rows].sum()), int((paid & away).sum()))
