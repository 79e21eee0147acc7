"""Who knows which facet of an event, because of which relations.

Events fall into classes (collector, kind, facets held, other side, channel, day); grades are computed once a class, so a
million events cost what a few hundred classes cost. A path leads from the event's collector to a company, every link in
force on the day and carrying the facet; the rules are those of docs/how-it-knows.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from trailviz.acts import NO_TIME, told
from trailviz.days import days_each
from trailviz.events import FACET_BIT, FACETS
from trailviz.paths import ALL, Deed, Reach, Web, best_path, routes
from trailviz.registry import EVERYONE, SELF, STATE, Area, Observer, Registry, Relation

if TYPE_CHECKING:
    from trailviz.acts import Acts
    from trailviz.events import Events
    from trailviz.parties import Parties
    from trailviz.places import Located

SCENARIOS = ("own", "documented", "permitted", "ownership", "state")
MAY_FROM = SCENARIOS.index("permitted")
ROUTE_POINTS = 2
UNDATED = date(1, 1, 1)


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
    own row, and of those its collector only may have recorded. `deeds`: what a path needs to know of each class.
    """

    class_of: np.ndarray
    holds: np.ndarray
    may: np.ndarray
    deeds: tuple[Deed, ...]
    registry: Registry
    _webs: dict[tuple[Deed, str, bool], Web] = field(default_factory=dict, repr=False, compare=False)
    _reaches: dict[str, list[Reach]] = field(default_factory=dict, repr=False, compare=False)
    _grades: dict[tuple[frozenset[str], str, bool], np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    _because: dict[tuple[int, str, frozenset[str], str, bool], tuple[Relation, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

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
        return self.grades(observer, scenario, alleged=alleged)[self.class_of]

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

    def routes(self, class_no: int, observer: Observer, scenario: str) -> tuple[tuple[int, frozenset[str]], ...]:
        """Answer by which ways an observer comes to know of a class of events: facets, and the companies each needs."""
        return routes(self._web(self.deeds[class_no], scenario, alleged=False), observer.members)

    def _web(self, deed: Deed, scenario: str, *, alleged: bool) -> Web:
        key = (deed, scenario, alleged)
        if key not in self._webs:
            self._webs[key] = Web.of(self.registry, deed, SCENARIOS.index(scenario), alleged=alleged)
        return self._webs[key]

    def reaches(self, scenario: str) -> list[Reach]:
        """Answer, for each class, what comes to whom in a scenario; kept for the next time it is asked."""
        if scenario not in self._reaches:
            shared: dict[Deed, Reach] = {}
            for deed in self.deeds:
                if deed not in shared:
                    shared[deed] = self._web(deed, scenario, alleged=True).reach()
            self._reaches[scenario] = [shared[deed] for deed in self.deeds]
        return self._reaches[scenario]

    def _graded(self, observer: Observer, scenario: str, *, alleged: bool) -> np.ndarray:
        level = SCENARIOS.index(scenario)
        answer = np.zeros((len(self.deeds), len(FACETS)), np.uint8)
        bits = np.array([FACET_BIT[name] for name in FACETS], np.uint64)
        for number, reach in enumerate(self.reaches(scenario)):
            own = reach.collector in observer.members
            because, might, asked, told = reach.masks(observer.members)
            holds, may = int(self.holds[number]), int(self.may[number])
            if level >= MAY_FROM:
                might = (might & holds) | ((because | might | (ALL if own else 0)) & may)
            masks = (
                (told if alleged else 0) & (holds | may),
                asked & holds,
                might & (holds | may),
                because & holds,
                holds if own else 0,
            )
            for grade, mask in enumerate(masks, 1):
                answer[number, (np.uint64(mask) & bits) > 0] = grade
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
    kind, kinds = events.words("kind")
    holds = _held(events, acts, located, parties)
    days = np.full(len(events), np.datetime64(on.isoformat(), "D")) if on else _days(events)
    epochs = _epochs(registry)
    epoch = np.searchsorted(epochs, days, side="right")
    to_whom, listeners = told(acts, parties)
    inside, areas = _areas(located, registry)
    frame = pd.DataFrame(
        {
            "collector": parties.collector,
            "kind": kind,
            "holds": holds,
            "party": parties.party,
            "channel": acts.channel,
            "epoch": epoch,
            "told": to_whom,
            "unsure": located.unsure,
            "area": inside,
        }
    )
    grouped = frame.groupby(list(frame.columns), sort=True)
    class_of = grouped.ngroup().to_numpy().astype(np.int32)
    first = frame.assign(day=days).groupby(class_of).first()
    deeds, may = [], []
    wanted = ("collector", "kind", "holds", "party", "channel", "told", "unsure", "area", "day")
    columns = (first[name].tolist() for name in wanted)
    for who, what, has, party, channel, was_told, unsure, area, moment in zip(*columns, strict=True):
        collector = parties.names[who] if who >= 0 else SELF
        day = UNDATED if pd.isna(moment) else pd.Timestamp(moment).date()
        word = kinds[what]
        begun = frozenset(one for bit, one in enumerate(areas) if area >> bit & 1)
        sides = parties.id_of(party), parties.id_of(channel)
        deeds.append(Deed(collector, word, *sides, day, listeners[was_told], begun))
        facets = (one.facet for one in registry.company(collector).may_record if one.kind == word)
        # the shop's address without a word of who stood there: a place its collector might know, and never an anchor
        maybe = FACET_BIT["place"] if unsure and collector != SELF else 0
        may.append((sum(FACET_BIT[one] for one in facets) | maybe) & ~int(has))
    held = first["holds"].to_numpy(np.uint32) if len(first) else np.zeros(0, np.uint32)
    return Known(class_of, held, np.array(may, np.uint32), tuple(deeds), registry)


def regions(known: Known) -> frozenset[str]:
    """Answer the regions of the companies that wrote the trail: whose state may ask."""
    found = {known.registry.company(deed.collector).region for deed in known.deeds}
    return frozenset(found - {""})


def observers(known: Known) -> tuple[Observer, ...]:
    """List who is worth seeing the trail as: those who wrote it, those it reaches, groups of both, everybody, the state."""
    registry = known.registry
    wrote = {deed.collector for deed in known.deeds} - {SELF}
    reached = {
        company
        for reach in known.reaches("permitted")
        for company in reach.companies()
        if registry.company(company).kind == "company"
    }
    companies = sorted(wrote) + sorted(reached - wrote)
    groups = [one for one in sorted(registry.groups) if len(set(registry.groups[one].members) & set(companies)) > 1]
    single = [Observer(one, frozenset([one]), "company", registry.company(one).names) for one in companies]
    return (*single, *(registry.observer(one, regions(known)) for one in [*groups, EVERYONE, STATE]))


def _held(events: Events, acts: Acts, located: Located, parties: Parties) -> np.ndarray:
    """Say which facets each event's own row gives away, as a mask; a note of one's own is held by nobody."""
    count = len(events)
    mask = np.zeros(count, np.uint32)

    def hold(facet: str, where: np.ndarray) -> None:
        mask[where] |= np.uint32(FACET_BIT[facet])

    kind, kinds = events.words("kind")
    sides, side_words = events.words("party_is")
    personal = sides == side_words.index("person") if "person" in side_words else np.zeros(count, bool)
    stated = {name: _valid(events, name) for name in NEEDED}
    hold("time", stated["start"])
    hold("end", stated["end"] | (acts.end_us != NO_TIME))
    hold("place", (located.has_place & ~located.unsure) | stated["place"])
    hold("destination", located.has_end | stated["end_place"])
    hold("route", _routes(events, kinds, kind))
    hold("amount", stated["amount"])
    hold("merchant", stated["party"] & ~personal)
    hold("items", stated["items"])
    hold("person", stated["people"] | (stated["party"] & personal))
    hold("vehicle", stated["vehicle"])
    hold("identity", stated["party_account"] | stated["instrument"])
    hold("device", stated["device"])
    told = parties.collector == (parties.names.index(SELF) if SELF in parties.names else -2)
    mask[told] = 0
    return mask


NEEDED = (
    "start",
    "end",
    "place",
    "end_place",
    "amount",
    "party",
    "items",
    "people",
    "vehicle",
    "party_account",
    "instrument",
    "device",
)


def _valid(events: Events, column: str) -> np.ndarray:
    return (
        np.asarray(pc.is_valid(events.column(column)).combine_chunks())
        if events.has(column)
        else np.zeros(len(events), bool)
    )


def _routes(events: Events, kinds: list[str], kind: np.ndarray) -> np.ndarray:
    """Find events with two or more fixes of their own."""
    if "fix" not in kinds or not events.has("parent"):
        return np.zeros(len(events), bool)
    parents = events.column("parent").filter((kind == kinds.index("fix")).tolist()).drop_null().to_numpy()
    ids, number = np.unique(parents, return_counts=True)
    return np.isin(events.ids, ids[number >= ROUTE_POINTS])


def _days(events: Events) -> np.ndarray:
    """Answer the local day of each event, in its own zone (UTC where it names none)."""
    instants = events.instants("start")
    ends = events.instants("end")
    instants = np.where(np.isnat(instants), ends, instants)
    return days_each(instants, *events.words("zone"))


def _areas(located: Located, registry: Registry) -> tuple[np.ndarray, tuple[Area, ...]]:
    """Say in which of the areas that relations name each event begins: a mask an event, and the areas in bit order."""
    areas = tuple(sorted({one.area for one in registry.relations if one.area is not None}))
    inside = np.zeros(len(located.lat), np.int64)
    for bit, (south, west, north, east) in enumerate(areas):
        here = (located.lat >= south) & (located.lat < north) & (located.lon >= west) & (located.lon < east)
        inside |= here.astype(np.int64) << bit
    return inside, areas


def _epochs(registry: Registry) -> np.ndarray:
    """List the days on which some relation begins or ends; between two of them all days are alike."""
    days = {one.since for one in registry.relations} | {one.until for one in registry.relations if one.until}
    return np.array(sorted(days), "datetime64[D]")
