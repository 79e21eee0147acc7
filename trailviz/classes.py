"""Which events are alike for whoever may learn of them: what each row gives away, and what relations ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from trailviz.acts import NO_TIME, told
from trailviz.closure import ELSEWHERE, FIRST_HOST, NOBODY, UNSTATED
from trailviz.days import days_each
from trailviz.events import FACET_BIT, KINDS
from trailviz.registry import SELF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from trailviz.acts import Acts
    from trailviz.closure import Sphere
    from trailviz.events import Events
    from trailviz.parties import Parties
    from trailviz.places import Located
    from trailviz.registry import Area, Registry

ROUTE_POINTS = 2
LARGEST = 1 << 22
"""Codes up to this are found by marking them in a table; beyond, a sort is cheaper than the memory."""


@dataclass(frozen=True)
class Coded:
    """Columns of small numbers, combined: `codes` (int32 an event) counts the combinations that occur, in their order."""

    codes: np.ndarray
    kept: np.ndarray
    size: int
    before: Coded | None = field(default=None, repr=False)

    @classmethod
    def of(cls, column: np.ndarray, size: int) -> Coded:
        """Start with one column of numbers below `size`."""
        return cls(*_numbered(column, size), size)

    def then(self, column: np.ndarray, size: int) -> Coded:
        """Add a column."""
        # A column that tells nobody apart costs nothing.
        if size == 1:
            return Coded(self.codes, np.arange(len(self.kept)), 1, self)
        # Codes have 32 bits; their product may not fit.
        whole = self.codes * np.int64(size) + column
        return Coded(*_numbered(whole, len(self.kept) * size), size, self)

    def columns(self) -> list[np.ndarray]:
        """Answer the combinations: a column for each that was put in, an entry a combination."""
        if self.before is None:
            return [self.kept]
        left, right = np.divmod(self.kept, self.size)
        return [*(one[left] for one in self.before.columns()), right]


def _numbered(values: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Number the values that occur, in their order: the number of each, and the values."""
    if size > LARGEST:
        kept, codes = np.unique(values, return_inverse=True)
        return codes.astype(np.int32), kept
    there = np.zeros(size, bool)
    there[values] = True
    return (np.cumsum(there, dtype=np.int32) - 1).astype(np.int32).take(values), np.flatnonzero(there)


@dataclass(frozen=True)
class Rows:
    """What whoever may learn of an event can be asked by: an entry of each array an event.

    `names`: companies, the last oneself; `collector`, `party`, `channel` (-1: not resolved or not stated) are their places in it.
    `kind`: place in `KINDS`. `holds`: a mask of the facets its row gives away; `unsure`: its place is a shop's of which no word says who
    stood in it. `days`: its local day. `told`: place in `listeners`. `inside`: a mask of the `areas` it begins in.
    """

    names: tuple[str, ...]
    collector: np.ndarray
    kind: np.ndarray
    holds: np.ndarray
    unsure: np.ndarray
    party: np.ndarray
    channel: np.ndarray
    days: np.ndarray
    told: np.ndarray
    listeners: tuple[tuple[str, ...], ...]
    inside: np.ndarray
    areas: tuple[Area, ...]

    @classmethod
    def of(
        cls,
        events: Events,
        acts: Acts,
        located: Located,
        parties: Parties,
        registry: Registry,
        on: date | None = None,
    ) -> Rows:
        """Gather the columns; `on` puts every event on one day."""
        codes, listeners = told(acts, parties)
        areas = tuple(sorted({one.area for one in registry.relations if one.area is not None}))
        return cls(
            names=(*parties.names, SELF),
            # a row nobody is known to have written counts as one's own
            collector=np.where(parties.collector < 0, len(parties.names), parties.collector),
            kind=kinds(events),
            holds=held(events, acts, located, parties),
            unsure=located.unsure,
            party=parties.party,
            channel=acts.channel,
            days=days(events, on),
            told=codes,
            listeners=tuple(listeners),
            inside=_inside(located, areas),
            areas=areas,
        )

    def instead(self, companies: Mapping[str, str], on: date | None = None) -> Rows:
        """Answer the same rows with one company in the place of another, wherever it is named; `on` puts all on one day."""
        # Rows without a day get one too: the lens asks what that day's relations would carry.
        moved = self.days if on is None else np.full(len(self.days), np.datetime64(on.isoformat(), "D"))
        return replace(self, names=tuple(companies.get(one, one) for one in self.names), days=moved)


def _inside(located: Located, areas: Sequence[Area]) -> np.ndarray:
    """Say in which areas each event begins, as a mask."""
    inside = np.zeros(len(located.lat), np.int64)
    for bit, (south, west, north, east) in enumerate(areas):
        # Half open, so that two areas that meet share no deed; where there is no point nothing compares true.
        here = (located.lat >= south) & (located.lat < north) & (located.lon >= west) & (located.lon < east)
        inside |= here.astype(np.int64) << bit
    return inside


def kinds(events: Events) -> np.ndarray:
    """Answer the kind of each event as its place in `KINDS`."""
    codes, words = events.words("kind")
    return np.array([KINDS.index(word) for word in words], np.int64)[codes] if words else codes


def sides(spheres: Mapping[int, Sphere], rows: Rows) -> tuple[np.ndarray, int]:
    """Answer who the other side of each event is, as far as its collector's sphere asks; and how many answers there are."""
    table = np.full((max(spheres, default=0) + 1, len(rows.names) + 1), NOBODY, np.int64)
    for one, sphere in spheres.items():
        asked = {name: number for number, name in enumerate(sphere.guests, 1)}
        # Column 0 is for a side that is not stated (-1).
        table[one, 1:] = [asked.get(name, NOBODY) for name in rows.names]
    return _looked_up(table, rows.collector, rows.party + 1)


def channels(spheres: Mapping[int, Sphere], rows: Rows) -> tuple[np.ndarray, int]:
    """Answer what each event went through, as far as its collector's sphere asks; and how many answers there are."""
    table = np.full((max(spheres, default=0) + 1, len(rows.names) + 1), UNSTATED, np.int64)
    for one, sphere in spheres.items():
        asked = {name: number for number, name in enumerate(sphere.hosts, FIRST_HOST)}
        # Where no relation asks for the channel, deeds that state one are like those that do not.
        if asked:
            table[one, 1:] = [asked.get(name, ELSEWHERE) for name in rows.names]
    return _looked_up(table, rows.collector, rows.channel + 1)


def epochs(spheres: Mapping[int, Sphere], rows: Rows) -> tuple[np.ndarray, int]:
    """Answer how many of its sphere's epochs have begun on each event's day; and how many answers there are.

    What has no day stands before all relations.
    """
    dated = rows.days[~np.isnat(rows.days)]
    if not len(dated):
        return np.zeros(len(rows.days), np.int64), 1
    first, last = dated.min(), dated.max()
    # one column before the first day, for those without a day
    calendar = np.arange(first, last + 1)
    table = np.zeros((max(spheres, default=0) + 1, len(calendar) + 1), np.int64)
    for one, sphere in spheres.items():
        table[one, 1:] = np.searchsorted(sphere.epochs, calendar, side="right")
    # no day is the least number there is: taking anything from it would wrap around
    at = np.where(np.isnat(rows.days), 0, rows.days.view(np.int64) - (first.astype(np.int64) - 1))
    return _looked_up(table, rows.collector, at)


def _looked_up(table: np.ndarray, row: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, int]:
    """Answer `table[row, column]`, through one flat index, which is several times faster; and the numbers it may hold."""
    most = int(table.max(initial=0))
    return (table.ravel().take(row * table.shape[1] + column) if most else np.zeros(len(row), np.int64)), most + 1


def days(events: Events, on: date | None = None) -> np.ndarray:
    """Answer the local day of each event, in its own zone (UTC where it names none); or one day for all."""
    if on:
        return np.full(len(events), np.datetime64(on.isoformat(), "D"))
    instants = events.instants("start")
    undated = np.isnat(instants)
    if undated.any():
        # A record of an end alone belongs to the day it ends on.
        instants = np.where(undated, events.instants("end"), instants)
    return days_each(instants, *events.words("zone"))


def held(events: Events, acts: Acts, located: Located, parties: Parties) -> np.ndarray:
    """Say which facets each event's own row gives away, as a mask; one's own rows reach whoever has the files, and nobody else."""
    count = len(events)
    mask = np.zeros(count, np.uint32)

    def hold(facet: str, where: np.ndarray) -> None:
        np.bitwise_or(mask, np.multiply(where, np.uint32(FACET_BIT[facet]), dtype=np.uint32), out=mask)

    kind, words = events.words("kind")
    stated = {name: _valid(events, name) for name in NEEDED if events.has(name)}
    nothing = np.zeros(count, bool)

    def said(*names: str) -> np.ndarray:
        found = [stated[name] for name in names if name in stated]
        return np.logical_or.reduce(found) if found else nothing

    hold("time", said("start"))
    # What is paid when a ride ends counts for its end (docs/how-it-knows.md, "One deed").
    hold("end", said("end") | (acts.end_us != NO_TIME))
    # A shop's name is not a visit (0008): an unsure place comes in as something the collector may have recorded.
    hold("place", (located.has_place & ~located.unsure) | said("place"))
    hold("destination", located.has_end | said("end_place"))
    hold("route", _routes(events, words, kind))
    hold("amount", said("amount"))
    # A person is nobody's merchant: who paid whom is a facet of its own.
    hold("merchant", said("party") & ~parties.person)
    hold("items", said("items"))
    hold("person", said("people") | (said("party") & parties.person))
    hold("vehicle", said("vehicle"))
    hold("identity", said("party_account", "instrument"))
    hold("device", said("device"))
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
    return np.asarray(pc.is_valid(events.column(column)).combine_chunks())


def _routes(events: Events, words: list[str], kind: np.ndarray) -> np.ndarray:
    """Find events with two or more fixes of their own."""
    if "fix" not in words or not events.has("parent"):
        return np.zeros(len(events), bool)
    parents = events.column("parent").filter((kind == words.index("fix")).tolist()).drop_null().to_numpy()
    ids, number = np.unique(parents, return_counts=True)
    # One point is a place, not a way.
    return np.isin(events.ids, ids[number >= ROUTE_POINTS])
