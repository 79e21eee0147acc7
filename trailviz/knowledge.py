"""Who knows which facet of an event, because of which relations.

Events fall into classes (collector, kind, facets held, and of other side, channel and day what some relation asks for);
grades are computed once a class, so a million events cost what a few hundred classes cost. A path leads from the event's collector to a company, every link in
force on the day and carrying the facet; the rules are those of docs/how-it-knows.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from trailviz import classes
from trailviz.classes import Coded, Rows
from trailviz.closure import ASKED, BECAUSE, MIGHT, Deeds, Masks, Sphere, by_origin
from trailviz.events import FACET_BIT, FACETS, KINDS
from trailviz.paths import ALL, Arc, Deed, Web, arcs, best_path, best_paths, has_row, routes
from trailviz.registry import EVERYONE, SELF, STATE, Observer, Registry, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from trailviz.acts import Acts
    from trailviz.events import Events
    from trailviz.parties import Parties
    from trailviz.places import Located

SCENARIOS = ("own", "documented", "permitted", "ownership", "state")
# What a collector only may record is "might know" at best, and from the third scenario on.
MAY_FROM = SCENARIOS.index("permitted")


class Grade(IntEnum):
    """How well an observer knows a facet; the stronger, the higher."""

    DOES_NOT_KNOW = 0
    ALLEGED = 1
    COULD_BE_ASKED = 2
    MIGHT_KNOW = 3
    KNOWS_BECAUSE = 4
    KNOWS = 5

    @property
    def word(self) -> str:
        """Write the grade as JSON does."""
        return self.name.lower()


@dataclass(frozen=True)
class Known:
    """The grades of a trail, asked for by observer and scenario.

    `class_of` (int32): the class of each event. `holds`, `may` (uint32 a class): masks of the facets held by the event's
    own row, and of those its collector only may have recorded. `written`: the deeds of each collector; `deed_of`: the
    place of each class among them, counted through all collectors. `rows`: what the classes were made of.
    """

    class_of: np.ndarray
    holds: np.ndarray
    may: np.ndarray
    written: tuple[Deeds, ...]
    deed_of: np.ndarray
    registry: Registry
    arcs: tuple[Arc, ...] = field(repr=False)
    rows: Rows = field(repr=False)
    _webs: dict[tuple[Deed, str, bool], Web] = field(default_factory=dict, repr=False, compare=False)
    _reaches: dict[str, list[tuple[Mapping[str, Masks], ...]]] = field(default_factory=dict, repr=False, compare=False)
    _grades: dict[tuple[frozenset[str], str, bool], np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    _because: dict[tuple[int, str, frozenset[str], str, bool], tuple[Relation, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, rows: Rows, registry: Registry) -> Known:
        """Find the classes of some rows: those that no relation of a registry can tell apart are one."""
        wrote = Coded.of(rows.collector, len(rows.names)).then(rows.kind, len(KINDS))
        every = arcs(registry)
        leaving, (writers, kinds) = by_origin(every), wrote.columns()
        spheres = {
            int(who): Sphere.of(rows.names[who], {KINDS[one] for one in kinds[writers == who]}, leaving)
            for who in np.unique(writers)
        }
        alike = wrote.then(rows.holds, 1 << len(FACETS)).then(rows.unsure, 2)
        alike = alike.then(*classes.sides(spheres, rows)).then(*classes.channels(spheres, rows))
        alike = alike.then(*classes.epochs(spheres, rows)).then(rows.told, len(rows.listeners))
        alike = alike.then(rows.inside, 1 << len(rows.areas))
        who, what, holds, unsure, *rest = alike.columns()
        written: list[Deeds] = []
        deed_of = np.zeros(len(who), np.int64)
        for one, sphere in spheres.items():
            here = np.flatnonzero(who == one)
            # What a row holds changes no way: the walk is done for fewer deeds than there are classes.
            deeds, back = np.unique(np.stack([what, *rest])[:, here], axis=1, return_inverse=True)
            deed_of[here] = back.ravel() + sum(map(len, written))
            written.append(Deeds(sphere, rows.listeners, rows.areas, *deeds))
        holds = holds.astype(np.uint32)
        # the shop's address without a word of who stood there: a place its collector might know, and never an anchor
        maybe = np.uint32(FACET_BIT["place"]) * ((unsure > 0) & (np.array(rows.names)[who] != SELF))
        may = (_may_record(registry, rows.names, who, what) | maybe) & ~holds
        return cls(alike.codes, holds, may, tuple(written), deed_of, registry, every, rows)

    @cached_property
    def deeds(self) -> tuple[Deed, ...]:
        """What paths can tell of each class; a side or a channel that no relation asks for is left out."""
        every = [one for deeds in self.written for one in deeds.listed()]
        return tuple(every[at] for at in self.deed_of.tolist())

    @cached_property
    def kinds(self) -> np.ndarray:
        """The kind of each class, as its place in `KINDS`."""
        return np.concatenate([np.zeros(0, np.int64), *(one.kind for one in self.written)])[self.deed_of]

    @property
    def collectors(self) -> frozenset[str]:
        """Who wrote the trail down."""
        return frozenset(one.sphere.collector for one in self.written)

    def wrote(self, classes: np.ndarray) -> frozenset[str]:
        """List who wrote down the events of some classes (a boolean mask)."""
        ends = np.cumsum([len(one) for one in self.written])
        numbers = np.unique(np.searchsorted(ends, self.deed_of[classes], side="right"))
        return frozenset(self.written[number].sphere.collector for number in numbers)

    def grades(self, observer: Observer, scenario: str, *, alleged: bool = False) -> np.ndarray:
        """Grade every class and facet for an observer.

        Returns:
            uint8 `[classes, len(FACETS)]` of `Grade`; kept for the next time it is asked.
        """
        key = (observer.members, scenario, alleged)
        if key not in self._grades:
            self._grades[key] = self._graded(observer, scenario, alleged=alleged)
        return self._grades[key]

    def of_events(self, observer: Observer, scenario: str, *, alleged: bool = False) -> np.ndarray:
        """Grade every event and facet: `grades` spread over the events."""
        return self.grades(observer, scenario, alleged=alleged).take(self.class_of, axis=0)

    def without(self, relations: Iterable[str]) -> Known:
        """Answer what would be known if some relations (row ids) did not exist; the classes stay as they are."""
        gone = frozenset(relations)
        # Fewer relations ask for less, so these classes still tell apart all that needs it.
        written = tuple(replace(one, sphere=one.sphere.without(gone)) for one in self.written)
        kept = tuple(one for one in self.arcs if one.relation.row_id not in gone)
        return Known(
            self.class_of, self.holds, self.may, written, self.deed_of, self.registry.without((), gone), kept, self.rows
        )

    def because(
        self, class_no: int, facet: str, observer: Observer, scenario: str, *, alleged: bool = False
    ) -> tuple[Relation, ...]:
        """Answer the relations of the path that carries a grade: none where the row is the observer's own or nobody knows.

        Among paths the stronger grade wins, then fewer links, then the older relation.
        """
        key = (class_no, facet, observer.members, scenario, alleged)
        if key not in self._because:
            held = bool(self.holds[class_no] & FACET_BIT[facet])
            web = self._web(self.deeds[class_no], scenario, alleged=alleged)
            self._because[key] = best_path(web, observer.members, FACET_BIT[facet], held=held)
        return self._because[key]

    def ways(self, class_no: int, scenario: str) -> dict[str, dict[int, tuple[Arc, ...]]]:
        """Answer `because` for everybody a class of events can come to: company to (facet bit to arcs), alleged ones too."""
        web = self._web(self.deeds[class_no], scenario, alleged=True)
        holds, may = int(self.holds[class_no]), int(self.may[class_no])
        found = best_paths(web, held=True) if holds else {}
        answer = {to: {bit: path for bit, path in one.items() if bit & holds} for to, one in found.items()}
        if may:
            for to, one in best_paths(web, held=False).items():
                answer.setdefault(to, {}).update({bit: path for bit, path in one.items() if bit & may})
        return answer

    def routes(self, class_no: int, observer: Observer, scenario: str) -> tuple[tuple[int, frozenset[str]], ...]:
        """Answer by which ways an observer comes to know of a class of events: facets, and the companies each needs."""
        return routes(self._web(self.deeds[class_no], scenario, alleged=False), observer.members)

    def _web(self, deed: Deed, scenario: str, *, alleged: bool) -> Web:
        key = (deed, scenario, alleged)
        if key not in self._webs:
            self._webs[key] = Web.of(self.arcs, deed, SCENARIOS.index(scenario), alleged=alleged)
        return self._webs[key]

    def reached(self, scenario: str, *, surely: bool = False, asked: bool = False) -> frozenset[str]:
        """List everybody whom anything reaches: who learns or might learn of it; `surely`: only who learns; `asked`: and who may ask."""
        groups = (BECAUSE,) if surely else (BECAUSE, MIGHT, ASKED) if asked else (BECAUSE, MIGHT)
        return frozenset(one for found in self._reach(scenario) for group in groups for one in found[group])

    def learnt(self, class_no: int, scenario: str) -> dict[str, int]:
        """Answer, for a class, the facets (a mask) that each company learns because of its relations; its own row aside."""
        ends = np.cumsum([len(one) for one in self.written])
        deed = int(self.deed_of[class_no])
        number = int(np.searchsorted(ends, deed, side="right"))
        at = deed - int(ends[number]) + len(self.written[number])
        because = self._reach(scenario)[number][BECAUSE]
        return {company: int(masks[at]) for company, masks in because.items() if masks[at]}

    def _reach(self, scenario: str) -> list[tuple[Mapping[str, Masks], ...]]:
        if scenario not in self._reaches:
            self._reaches[scenario] = [one.reach(SCENARIOS.index(scenario)) for one in self.written]
        return self._reaches[scenario]

    def _graded(self, observer: Observer, scenario: str, *, alleged: bool) -> np.ndarray:
        parts: list[list[np.ndarray]] = []
        for deeds, found in zip(self.written, self._reach(scenario), strict=True):
            # An observer's grade is the best of its members': one that wrote the row down is enough.
            collector, members = deeds.sphere.collector, observer.members
            # Whoever has the files has every row, and nothing of what its collector only may have recorded.
            own, recorder = (
                np.uint32(ALL if one else 0) for one in (has_row(collector, members), collector in members)
            )
            sides = [np.full(len(deeds), one, np.uint32) for one in (own, recorder)]
            parts.append([*sides, *(_joined(one, observer, len(deeds)) for one in found)])
        if not parts:
            return np.zeros((0, len(FACETS)), np.uint8)
        own, recorder, because, might, asked, said = (
            np.concatenate(one)[self.deed_of] for one in zip(*parts, strict=True)
        )
        holds, may = self.holds, self.may
        if SCENARIOS.index(scenario) >= MAY_FROM:
            # For the collector itself too: no export shows that it did record it.
            might = (might & holds) | ((because | might | recorder) & may)
        masks = (
            (said if alleged else 0) & (holds | may),
            # The state may ask for what a row holds, not for what somebody may have recorded.
            asked & holds,
            might & (holds | may),
            because & holds,
            own & holds,
        )
        bits = np.arange(len(FACETS), dtype=np.uint32)
        answer = np.zeros((len(holds), len(FACETS)), np.uint8)
        for grade, mask in enumerate(masks, 1):
            # the stronger grade comes later, and stands
            np.putmask(answer, mask[:, None] >> bits & np.uint32(1) > 0, np.uint8(grade))
        return answer


def _joined(found: Mapping[str, Masks], observer: Observer, count: int) -> Masks:
    """Join what the members of an observer have."""
    answer = np.zeros(count, np.uint32)
    for company in found.keys() & observer.members:
        answer |= found[company]
    return answer


def derive(
    events: Events, acts: Acts, located: Located, parties: Parties, registry: Registry, *, on: date | None = None
) -> Known:
    """Find the classes of the events and what a path needs to know of each.

    Args:
        events: What is recorded.
        acts: Which records tell of one deed.
        located: Where each was.
        parties: Who is named.
        registry: The relations.
        on: Judge every event by the relations of this day, instead of its own.
    """
    return Known.of(Rows.of(events, acts, located, parties, registry, on), registry)


def _may_record(registry: Registry, names: Sequence[str], who: np.ndarray, what: np.ndarray) -> np.ndarray:
    """Answer, for each class, the facets its collector may record of such deeds though its export does not show them."""
    found = np.zeros((len(names), len(KINDS)), np.uint32)
    for number in np.unique(who):
        for one in registry.company(names[number]).may_record:
            found[number, KINDS.index(one.kind)] |= np.uint32(FACET_BIT[one.facet])
    return found[who, what]


def regions(known: Known) -> frozenset[str]:
    """Answer the regions of the companies that wrote the trail: whose state may ask."""
    found = {known.registry.company(one).region for one in known.collectors}
    return frozenset(found - {""})


def whole(known: Known) -> Observer:
    """Answer everyone together: all companies of the registry, and whoever else wrote a row of the trail."""
    everyone = known.registry.observer(EVERYONE)
    wrote = known.collectors - {SELF} - known.registry.state
    return replace(everyone, members=everyone.members | wrote)


def observers(known: Known) -> tuple[Observer, ...]:
    """List who is worth seeing the trail as: those who wrote it, those it reaches, groups of both, everybody, the state."""
    registry = known.registry
    wrote = known.collectors - {SELF}
    reached = {one for one in known.reached("permitted") if registry.company(one).kind == "company"}
    companies = sorted(wrote) + sorted(reached - wrote)
    # A group of which only one is in this trail is that one.
    groups = [one for one in sorted(registry.groups) if len(set(registry.groups[one].members) & set(companies)) > 1]
    single = [Observer(one, frozenset([one]), "company", registry.company(one).names) for one in companies]
    return (
        *single,
        *(registry.observer(one) for one in groups),
        whole(known),
        registry.observer(STATE, regions(known)),
    )
