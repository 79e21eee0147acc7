"""What lasts, home and work, for every observer of a trail and with any companies switched off: worked out once for all who have the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz import guesses
from trailviz.events import FACET_BIT, FACETS
from trailviz.knowledge import Grade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.guesses import Abstained, Guess, Rule, Whereabouts
    from trailviz.knowledge import Known
    from trailviz.registry import Observer


@dataclass(frozen=True)
class Lasting:
    """Who knows what of a trail, and its rows with a point; answers are kept on the instance that was asked."""

    known: Known
    whereabouts: Whereabouts
    _answers: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def points(self) -> int:
        """Count the rows with a point that a home could be guessed from."""
        return len(self.whereabouts.class_of)

    @cached_property
    def placed(self) -> np.ndarray:
        """The classes of which some event has a point that a home could be guessed from."""
        return np.unique(self.whereabouts.class_of)

    def guess(
        self, rule: Rule, observer: Observer, scenario: str, without: frozenset[str] = frozenset()
    ) -> tuple[Guess | Abstained, ...]:
        """Answer what the rule of home or of work guesses, as `Trail.guess` does, looking at nothing but whereabouts.

        Observers who have the same whereabouts get the same answer, the very same object: it is worked out once.
        """
        table = self.surely(observer, scenario, without)
        key = ("whereabouts", table[self.placed][:, np.isin(FACETS, guesses.WHERE)].tobytes())
        if key not in self._answers:
            self._answers[key] = self.whereabouts.had(table)
        if (asked := (*key, rule.id)) not in self._answers:
            self._answers[asked] = guesses.look(rule, self._answers[key])
        return self._answers[asked]

    def needed(self, observer: Observer, scenario: str) -> frozenset[str]:
        """List the companies without which an observer may have fewer points, or fewer times of them."""
        ways = self._ways(observer, scenario)
        return frozenset(company for each in ways.values() for _, needed in each for company in needed)

    def surely(self, observer: Observer, scenario: str, without: frozenset[str] = frozenset()) -> np.ndarray:
        """Say of which classes an observer has which facets for sure: bool, `[classes, facets]`.

        `without`: companies that write nothing down and pass nothing on; then only classes with a point are answered for.
        """
        key = ("surely", observer.members, scenario, without)
        if key not in self._answers:
            table = self.known.grades(observer, scenario) >= Grade.KNOWS_BECAUSE
            if without:
                whole = table
                table = np.zeros_like(whole)
                for one, ways in self._ways(observer, scenario).items():
                    mask = reduce(or_, (facets for facets, needed in ways if not needed & without), 0)
                    table[one] = whole[one] & [bool(mask & FACET_BIT[name]) for name in FACETS]
            self._answers[key] = table
        return self._answers[key]

    def _ways(self, observer: Observer, scenario: str) -> Mapping[int, tuple[tuple[int, frozenset[str]], ...]]:
        """Answer by which ways an observer comes to know of each class that has a point and of which it has anything."""
        key = ("ways", observer.members, scenario)
        if key not in self._answers:
            had = self.surely(observer, scenario)[self.placed].any(axis=1)
            self._answers[key] = {one: self.known.routes(one, observer, scenario) for one in self.placed[had].tolist()}
        return self._answers[key]
