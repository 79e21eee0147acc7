"""The whole walk, from the files to the findings. Read this first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz import acts as acts_
from trailviz import atlas, clocks, doubts, evidence, flows, gaps, guesses, intake, knowledge, lenses, places
from trailviz import observers as observers_
from trailviz import parties as parties_
from trailviz.days import DAY_US, day_bounds, midnights, zone_of
from trailviz.gaps import Gap, Moments, Sight, Yardstick
from trailviz.lasting import Lasting
from trailviz.lenses import Asked
from trailviz.registry import Observer, Registry
from trailviz.registry.shelf import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

    import pyarrow as pa

    from trailviz.acts import Acts
    from trailviz.doubts import Doubt
    from trailviz.events import Events
    from trailviz.evidence import Proven
    from trailviz.flows import Counts, Flows
    from trailviz.guesses import Abstained, Guess, Held, Rule, Surroundings
    from trailviz.intake import Account, Progress, Source
    from trailviz.knowledge import Known
    from trailviz.lenses import Fact, Finding, Lens
    from trailviz.parties import Parties
    from trailviz.places import Askable, Carried, Gazetteer, Located, Place, Visited


PASSING = ("fix", "leg")
"""Kinds whose points lie on the way, not at a place."""
HABITS_US = 28 * DAY_US
"""How far from a day habits are counted: four weeks hold four of each hour of the week, and a page must not wait for ten years."""
CASH = "cash"
"""The channel of a deed that was paid in cash: it is nobody's."""


def follow(  # noqa: PLR0913 - what a person can say of their files, each by name
    files: Iterable[Path | Source],
    registry: Registry | None = None,
    gazetteer: Gazetteer | Sequence[Path | Source] | None = None,
    *,
    zone: str | None = None,
    password: str | None = None,
    mappings: Path | None = None,
    on: date | None = None,
    datums: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Trail:
    """Walk from the files to the findings. Each line is a room; read them in this order.

    `gazetteer`: what places are looked up in, or a person's own places files, which go before what ships.

    Raises:
        PlacesError: If a places file cannot be used.
    """
    files = list(files)
    said = atlas.about(one for one in files if not isinstance(one, intake.Source))
    registry = registry or load()
    collected = intake.collect(
        files, zone=zone, password=password, mappings=mappings, datums=datums, progress=progress
    )  # what the exports say, and for when
    if not isinstance(gazetteer, places.Gazetteer):
        gazetteer = atlas.gazetteer(said, gazetteer or (), collected.events)
    thought = think(collected.events, registry, gazetteer, on=on)
    return Trail(*thought, collected.accounts, collected.coverage, registry, said, gazetteer, on)


def think(
    events: Events,
    registry: Registry,
    gazetteer: Gazetteer,
    *,
    on: date | None = None,
    instead: Mapping[str, str] | None = None,
    in_cash: np.ndarray | None = None,
    cut: frozenset[str] = frozenset(),
) -> tuple[Events, Parties, Acts, Located, Known]:
    """Walk from the events to what follows from them.

    `instead` puts one company in the place of another; `in_cash` (ids) are the deeds that went through nobody's wallet;
    `cut` are ids of relations that do not exist, though the files prove them.
    """
    parties = parties_.resolve(events, registry)  # who the other side is
    parties = parties_.exchanged(parties, instead) if instead else parties
    if in_cash is not None:
        # Before records are linked, or the payment of the same deed would name its channel.
        parties = parties_.through(parties, np.isin(events.ids, in_cash), CASH)
    acts = acts_.link(events, parties)  # one deed, several records
    located = places.locate(events, gazetteer)  # where that was, and how sure
    told = (one for one in evidence.relations(events, parties, acts) if one.id not in cut)  # what the files prove
    known = knowledge.derive(
        events, acts, located, parties, registry.with_proven(told), on=on
    )  # who knows what, because of which relation
    return events, parties, acts, located, known


@dataclass(frozen=True)
class Trail:
    """Everything found on the walk. Answers to questions are kept on the instance that was asked.

    `on`: the day relations are judged of, where it is not each event's own. `zone_told`: the zone days are cut in, where
    it was settled before (a trail with something otherwise keeps the days of the trail it is compared with).
    """

    events: Events
    parties: Parties
    acts: Acts
    located: Located
    known: Known
    accounts: tuple[Account, ...]
    coverage: pa.Table
    registry: Registry
    sample: Mapping[str, Any]
    gazetteer: Gazetteer
    on: date | None = None
    zone_told: str | None = None
    _answers: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def zone_name(self) -> str:
        """The zone a sample names; else whose clock the first located event shows, or where most positions lie (`clocks`)."""
        if (told := self.zone_told or self.sample.get("sample", {}).get("zone")) is not None:
            return str(told)
        world = self.gazetteer.world
        return clocks.zone_name(self.events, self.located, world.cities if world else None)

    @cached_property
    def proven(self) -> tuple[Proven, ...]:
        """What these files themselves prove that companies told each other."""
        return evidence.proven(self.events, self.parties, self.acts)

    @property
    def zone(self) -> tzinfo:
        """The zone days are cut in."""
        return zone_of(self.zone_name)

    @cached_property
    def day_of(self) -> np.ndarray:
        """The local day (`datetime64[D]`) of each event's start, or of its end where it has none; NaT if neither."""
        return clocks.day_of(self.events, self.zone)

    @cached_property
    def days(self) -> tuple[tuple[date, int], ...]:
        """Every local day with an event of somebody else's making, and how many; with your own where that is all."""
        return clocks.days(self.events, self.day_of)

    @cached_property
    def default_day(self) -> date | None:
        """The day a sample names; else the one with most located rows, or with most rows; of equal ones the earliest."""
        if not self.days:
            return None
        named = self.sample.get("sample", {}).get("day")
        for day, _ in self.days:
            if str(day) == str(named):
                return day
        return clocks.fullest(self.days, self.day_of, self.located)

    @cached_property
    def default_observer(self) -> Observer:
        """Whom the sample names; else the collector with most rows in person, or most rows, on the day shown first."""
        return self.observer_of(self.default_day)

    def observer_of(self, day: date | None) -> Observer:
        """Answer who is worth looking first on a day: whom the sample names, else the collector with most rows in person."""
        if wanted := self.sample.get("sample", {}).get("observer"):
            return self.observer(wanted)
        then = self.day_of == np.datetime64(day) if day else np.zeros(len(self.events), bool)
        return self.observer(observers_.busiest(self.events, then))

    @cached_property
    def observers(self) -> tuple[Observer, ...]:
        """Whom the trail is worth seeing as, the default first."""
        return observers_.listed(self.events, self.known, self.default_observer)

    def observer(self, text: str) -> Observer:
        """Read who looks; a name that this trail has only in one country (`amazon`: `amazon_cn`) means that one.

        Raises:
            UnknownNameError: If it names nothing.
        """
        return observers_.named(text, self.registry, self.known, self.parties)

    @cached_property
    def told_on(self) -> Flows:
        """Who is told what of every group of rows, for every scenario."""
        return flows.derive(self.known)

    @cached_property
    def told_rows(self) -> Counts:
        """How many rows of every group each day has."""
        return flows.counts(self.told_on.group_of[self.known.class_of], self.day_of)

    @cached_property
    def bounded(self) -> np.ndarray:
        """Which events' start is known only within bounds."""
        return ~np.isnat(self.events.instants("start_latest"))

    @cached_property
    def _by_id(self) -> np.ndarray:
        return np.argsort(self.events.ids)

    def position_of(self, event_id: int) -> int:
        """Answer where an event stands in the columns."""
        return int(self._by_id[np.searchsorted(self.events.ids, np.uint64(event_id), sorter=self._by_id)])

    @cached_property
    def _rows(self) -> tuple[np.ndarray, list[str], np.ndarray]:
        codes, files = self.events.words("file")
        return codes, files, self.events.column("row").to_numpy()

    def row_of(self, position: int) -> tuple[str, int]:
        """Answer the file and the row an event stands on."""
        codes, files, rows = self._rows
        return files[codes[position]], int(rows[position])

    @cached_property
    def visited(self) -> Visited:
        """The staypoints of its fixes, its places, and which place each event was at."""
        return places.visited(self.events, self.located)

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What in it cannot be, or hardly can: told, and never repaired."""
        cells = ((one.file, cell.expected) for one in self.accounts for cell in one.unreadable_cells)
        return doubts.find(self.events, self.located, cells)

    def place_of(self, position: int) -> Place | None:
        """Answer the named place an event was put at, if it was put at one."""
        at = int(self.located.at[position])
        return None if at < 0 else self.located.named[at]

    @cached_property
    def every_moment(self) -> Moments:
        """Every exact start and end, in order of time."""
        return gaps.moments(self.events, self.located, self.acts, self.known)

    def moments(self, day: date) -> Moments:
        """Answer the starts and ends that lie in a day, and the spans that touch it."""
        low, high = (round(one.timestamp() * 1e6) for one in day_bounds(day, self.zone))
        return self.every_moment.within(low, high)

    @cached_property
    def loaded(self) -> Mapping[str, np.ndarray]:
        """For when the files of each collector speak."""
        return gaps.loaded(self.coverage)

    def bounds(self, first: date, last: date) -> np.ndarray:
        """Answer the local midnights from one day to the end of another, in microseconds: one more than there are days."""
        key = ("bounds", first, last)
        if key not in self._answers:
            self._answers[key] = midnights(first, (last - first).days + 1, self.zone)
        return self._answers[key]

    def sight(self, observer: Observer, scenario: str) -> Sight:
        """Answer what an observer has, as times."""
        # By members: under another name the same companies have the same answer.
        key = ("sight", observer.members, scenario)
        if key not in self._answers:
            self._answers[key] = gaps.sight(self.known, self.every_moment, observer, scenario)
        return self._answers[key]

    @cached_property
    def askable(self) -> Askable:
        """Which rows may inherit a place from others."""
        return places.askable(self.events, self.acts, self.parties)

    def carried(self, observer: Observer, scenario: str, day: date | None = None) -> Carried:
        """Answer where an observer's rows without a place probably happened: guesses from its own rows, and never anchors.

        With a day, only rows around it are looked at, and habits are counted from four weeks on either side.
        """
        table = gaps.classes_had(self.known, observer, scenario)
        # By what is had: most companies have the same few classes of a trail.
        key = ("carried", day, table.tobytes())
        if key not in self._answers:
            rows, here = self.askable, self.every_moment
            if day is not None:
                low, high = (round(one.timestamp() * 1e6) for one in day_bounds(day, self.zone))
                low, high = low - HABITS_US, high + HABITS_US
                rows, here = rows.within(low, high), here.within(low, high)
            seen = gaps.sight(self.known, here, observer, scenario)
            anchors = (seen.anchors, seen.anchor_events, seen.anchor_is_far, seen.leaving, seen.coming)
            had = places.had(rows, self.located, anchors, table, self.known.class_of, self._midnights)
            self._answers[key] = places.carry(had)
        return self._answers[key]

    @cached_property
    def _midnights(self) -> np.ndarray:
        """The local midnights of every day on which something starts, and of those between, in microseconds."""
        days = [day for day, _ in self.days]
        # By starts: an end may be a date that means "never".
        return self.bounds(days[0], days[-1]) if days else np.zeros(1, np.int64)

    def yardstick(self, same_m: float) -> Yardstick:
        """Answer the places that observers are asked about."""
        key = ("yardstick", same_m)
        if key not in self._answers:
            codes, words = self.events.words("kind")
            # A phone's trail has thousands of points of streets, and none of them is a place to be asked about.
            passing = np.array([*(word in PASSING for word in words), False], bool)[codes]
            self._answers[key] = gaps.yardstick(self.located, passing, same_m)
        return self._answers[key]

    def gaps(
        self,
        observer: Observer,
        scenario: str,
        day: date,
        *,
        moving_places: bool = False,
        speed_mps: float | None = None,
        shortest_s: float = gaps.SHORTEST_S,
    ) -> tuple[Gap, ...]:
        """Answer the gaps of a day."""
        key = ("gaps", observer.members, scenario, day, moving_places, speed_mps, shortest_s)
        if key not in self._answers:
            here = self.moments(day)
            seen = gaps.sight(self.known, here, observer, scenario, moving_places=moving_places)
            self._answers[key] = gaps.find(
                self.events, seen, self.located, self.loaded, observer, day, self.zone,
                speed_mps=speed_mps, shortest_s=shortest_s,
            )  # fmt: skip
        return self._answers[key]

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """The claims a sample's rows stand for, by their id."""
        return lenses.facts(self.sample)

    def look(self, lens: Lens, observer: Observer, scenario: str, day: date | None = None) -> tuple[Finding, ...]:
        """Lay a lens over a day, or over the whole trail."""
        key = ("look", lens.id, observer.members, scenario, day)
        if key not in self._answers:
            here = np.ones(len(self.events), bool) if day is None else self.day_of == np.datetime64(day)
            asked = Asked(observer, scenario, here, self.day_of, self.facts)
            self._answers[key] = lenses.look(lens, self.events, self.known, self.parties, asked)
        return self._answers[key]

    @cached_property
    def around(self) -> Surroundings | None:
        """What the person's maps say is where; None where no map with kinds of places was given."""
        return guesses.surroundings(self.gazetteer.extracts, self.gazetteer.places)

    def held(self, observer: Observer, scenario: str) -> Held:
        """Answer what an observer has of the trail, event by event."""
        key = ("held", observer.members, scenario)
        if key not in self._answers:
            found = guesses.held(
                self.events, self.parties, self.acts, self.located, self.known, observer, scenario, self.zone_name
            )
            # Public knowledge: whoever looks has it.
            self._answers[key] = replace(found, people=atlas.people_around(found.lat, found.lon), around=self.around)
        return self._answers[key]

    def guess(self, rule: Rule, observer: Observer, scenario: str) -> tuple[Guess | Abstained, ...]:
        """Answer what a rule guesses from what an observer has."""
        key = ("guess", rule.id, observer.members, scenario)
        if key not in self._answers:
            self._answers[key] = guesses.look(rule, self.held(observer, scenario))
        return self._answers[key]

    @cached_property
    def lasting(self) -> Lasting:
        """Home and work for everybody at once: what a page without Python asks of every observer and every company switched off."""
        found = guesses.whereabouts(self.events, self.parties, self.acts, self.located, self.known, self.zone_name)
        return Lasting(self.known, found)

    def ledger(self, observer: Observer, scenario: str, days: list[date]) -> dict[str, np.ndarray]:
        """Answer the seconds known, blind and not loaded of each day."""
        if not days:
            return gaps.ledger(
                self.known, self.every_moment, self.loaded, observer, scenario, np.zeros((0, 2), np.int64)
            )
        first = min(days)
        starts = self.bounds(first, max(days))
        at = np.array([(day - first).days for day in days])
        bounds = np.stack([starts[at], starts[at + 1]], axis=1)
        return gaps.ledger(self.known, self.every_moment, self.loaded, observer, scenario, bounds)
