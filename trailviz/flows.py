"""What flows between companies: for every group of classes, who is told, on which chain of relations, how well.

A picture of everybody at once needs the same answers as `Known.grades` and `Known.because`, for every company in one
go. Classes that one company wrote and that are told on alike are one group, so the whole is small whatever the number
of rows, of days, and of relations that came and went.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from trailviz.knowledge import SCENARIOS, regions
from trailviz.paths import preference, worth
from trailviz.registry import SELF, Observer

if TYPE_CHECKING:
    from datetime import date

    from trailviz.knowledge import Known
    from trailviz.paths import Arc
    from trailviz.registry import Relation

MOST_PAIRS = 60_000
NO_PERIOD = -1


@dataclass(frozen=True, slots=True)
class Step:
    """One relation walked from a company to the next; `grade` is what the walk up to here is worth (4 because … 1)."""

    origin: str
    to: str
    relation: Relation
    grade: int


@dataclass(frozen=True, slots=True)
class Way:
    """How some facets (a mask) of a class come to a company: the grade, and the chain (an index) it rests on."""

    to: str
    facets: int
    grade: int
    chain: int


@dataclass(frozen=True, slots=True)
class Group:
    """Rows told on alike: who wrote them, of which kind, with which facets (a mask), and which pattern in each scenario."""

    wrote: str
    kind: str
    holds: int
    patterns: tuple[int, ...]


@dataclass(frozen=True)
class Flows:
    """Who is told what.

    `chains`: the better of two of one grade stands first. `patterns`: distinct lists of ways. `group_of` (int32): the
    group of each class.
    """

    chains: tuple[tuple[Step, ...], ...]
    patterns: tuple[tuple[Way, ...], ...]
    groups: tuple[Group, ...]
    group_of: np.ndarray

    def of(self, class_no: int, scenario: str) -> tuple[Way, ...]:
        """Answer the ways of a class in a scenario."""
        return self.patterns[self.groups[self.group_of[class_no]].patterns[SCENARIOS.index(scenario)]]


@dataclass(frozen=True)
class Counts:
    """Rows a period and group: equal-length columns `period` (index into `periods`, -1 undated), `of` (group), `rows`.

    `periods`: days, or the first days of months where days would be too many (`monthly`).
    """

    periods: tuple[date, ...]
    monthly: bool
    period: np.ndarray
    of: np.ndarray
    rows: np.ndarray


def derive(known: Known) -> Flows:
    """Find who is told what, for every class and scenario; what is alleged is among it, at its own grade."""
    gathered = _Gathered()
    here = regions(known)
    # As for the observer "the state": an organ of another country is no listener of this trail.
    abroad = frozenset(one for one in known.registry.state if here and known.registry.company(one).region not in here)
    patterns_of = [
        tuple(_pattern(known, number, scenario, gathered, abroad) for scenario in SCENARIOS)
        for number in range(len(known.deeds))
    ]
    chains, patterns = gathered.settled()
    groups: dict[Group, int] = {}
    group_of = np.zeros(len(known.deeds), np.int32)
    for number, deed in enumerate(known.deeds):
        group = Group(deed.collector, deed.kind, int(known.holds[number]), patterns_of[number])
        group_of[number] = groups.setdefault(group, len(groups))
    return Flows(chains, patterns, tuple(groups), group_of)


def _pattern(known: Known, number: int, scenario: str, gathered: _Gathered, abroad: frozenset[str]) -> int:
    """Find the pattern of one class in one scenario."""
    collector = known.deeds[number].collector
    if collector == SELF:
        return gathered.pattern({})
    told = {}
    for to, paths in known.ways(number, scenario).items():
        # A facet its row holds is known as well as its best path is worth (a law of the tests); one that a company only
        # may record has rules of its own, and its grade is asked for.
        grades = (
            known.grades(Observer(to, frozenset([to]), "company"), scenario, alleged=True)[number]
            if known.may[number]
            else None
        )
        if to not in abroad:
            told[to] = _ways(collector, grades, paths)
    return gathered.pattern(told)


def counts(group_of: np.ndarray, day_of: np.ndarray, most: int = MOST_PAIRS) -> Counts:
    """Count the rows of each group on each day; by month where there are more than `most` pairs.

    Args:
        group_of: The group of each event.
        day_of: The local day of each event (`datetime64[D]`, NaT where undated).
        most: How many pairs of a day and a group are kept apart.
    """
    found = _counted(group_of, day_of, monthly=False)
    return found if len(found.rows) <= most else _counted(group_of, day_of, monthly=True)


def _counted(group_of: np.ndarray, day_of: np.ndarray, *, monthly: bool) -> Counts:
    moments = day_of.astype("datetime64[M]").astype("datetime64[D]") if monthly else day_of
    dated = ~np.isnat(moments)
    periods = np.unique(moments[dated])
    index = np.full(len(moments), NO_PERIOD, np.int64)
    index[dated] = np.searchsorted(periods, moments[dated])
    width = int(group_of.max()) + 1 if len(group_of) else 1
    # One number a pair: sorting a million of them is what makes the whole cheap.
    pairs, rows = np.unique((index + 1) * width + group_of, return_counts=True)
    return Counts(
        tuple(periods.tolist()),
        monthly,
        (pairs // width - 1).astype(np.int32),
        (pairs % width).astype(np.int32),
        rows.astype(np.int32),
    )


def _ways(
    collector: str, grades: np.ndarray | None, paths: dict[int, tuple[Arc, ...]]
) -> dict[tuple[int, tuple[Step, ...]], int]:
    """Join the facets that come at one grade on one path."""
    found: dict[tuple[int, tuple[Step, ...]], int] = {}
    for bit, path in paths.items():
        grade = worth(path) if grades is None else int(grades[bit.bit_length() - 1])
        if grade:
            key = (grade, _steps(collector, path))
            found[key] = found.get(key, 0) | bit
    return found


@dataclass
class _Gathered:
    """Patterns and chains as they are found, each once; numbered for good when all are there."""

    chains: dict[tuple[Step, ...], None] = field(default_factory=dict)
    patterns: dict[tuple[tuple[str, int, int, tuple[Step, ...]], ...], int] = field(default_factory=dict)

    def pattern(self, told: dict[str, dict[tuple[int, tuple[Step, ...]], int]]) -> int:
        ways = []
        for to, found in told.items():
            for (grade, steps), mask in found.items():
                self.chains.setdefault(steps)
                ways.append((to, mask, grade, steps))
        ways.sort(key=lambda one: (one[0], -one[2], _of(one[3]), one[1]))
        return self.patterns.setdefault(tuple(ways), len(self.patterns))

    def settled(self) -> tuple[tuple[tuple[Step, ...], ...], tuple[tuple[Way, ...], ...]]:
        chains = tuple(sorted(self.chains, key=lambda one: (*_of(one), [step.origin for step in one])))
        index = {chain: number for number, chain in enumerate(chains)}
        return chains, tuple(
            tuple(Way(to, mask, grade, index[steps]) for to, mask, grade, steps in one) for one in self.patterns
        )


def _steps(collector: str, links: tuple[Arc, ...]) -> tuple[Step, ...]:
    origins = (collector, *(one.to for one in links[:-1]))
    return tuple(
        Step(origin, link.to, link.relation, worth(links[: number + 1]))
        for number, (origin, link) in enumerate(zip(origins, links, strict=True))
    )


def _of(steps: tuple[Step, ...]) -> tuple[int, int, tuple[date, ...], tuple[str, ...]]:
    return preference(tuple(one.relation for one in steps))
