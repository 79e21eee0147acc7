"""Where the deeds of one collector can come to, for all of them at once.

Two deeds that no arc of the collector's reach can tell apart come to the same companies, so the walk is done over the few
that differ: a mask a deed, all in one array, and one pass of an arc moves them all. What a path may be is said in `paths`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trailviz.events import KINDS
from trailviz.paths import ALL, MOST_COUNTED, MOST_LINKS, MOST_UNDOCUMENTED, Arc, Deed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trailviz.registry import Area

Masks: TypeAlias = NDArray[np.uint32]
"""A set of facets for each deed."""
State: TypeAlias = tuple[str, int, int, bool]
"""A company, and what the path to it has counted, left undocumented, and heard alleged."""
BECAUSE, MIGHT, ASKED, TOLD = range(4)
UNSTATED, ELSEWHERE, FIRST_HOST = 0, 1, 2
NOBODY = 0
OTHER = "other"
"""A channel that is stated, and that no relation asks for."""


@dataclass(frozen=True)
class Sphere:
    """The arcs that a collector's deeds of some kinds may ever take, and what of a deed they ask.

    `epochs`: the days on which one of them begins or ends; deeds between two of them are alike. `guests`, `hosts`: the other
    sides and channels that some arc asks for; all others are alike.
    """

    collector: str
    leaving: Mapping[str, tuple[Arc, ...]] = field(repr=False)
    epochs: np.ndarray = field(repr=False)
    guests: tuple[str, ...]
    hosts: tuple[str, ...]

    @classmethod
    def of(cls, collector: str, kinds: Iterable[str], by_origin: Mapping[str, Sequence[Arc]]) -> Sphere:
        """Follow the arcs from a collector whatever the day and the scenario, as far as a path may ever go."""
        wanted = tuple(kinds)
        leaving: dict[str, tuple[Arc, ...]] = {}
        been = {(collector, 0, 0)}
        front = set(been)
        # One step more than a path has links: the duties of the last company are asked too.
        for _ in range(MOST_LINKS + 1):
            onward: set[tuple[str, int, int]] = set()
            for company, counted, undocumented in front:
                if company not in leaving:
                    arcs = by_origin.get(company, ())
                    leaving[company] = tuple(one for one in arcs if any(one.masks.get(kind) for kind in wanted))
                for one in leaving[company]:
                    state = (one.to, counted + one.counted, undocumented + one.undocumented)
                    if not one.duty and state[1] <= MOST_COUNTED and state[2] <= MOST_UNDOCUMENTED:
                        onward.add(state)
            front = onward - been
            been |= front
        found = [one for arcs in leaving.values() for one in arcs]
        days = {one.relation.since for one in found} | {one.relation.until for one in found if one.relation.until}
        # An arc of the collector itself carries all its deeds; their other side need not tell them apart.
        guests = {guest for one in found if one.guests and collector not in one.guests for guest in one.guests}
        hosts = {one.host for one in found if one.host}
        epochs = np.array(sorted(days), "datetime64[D]")
        return cls(collector, leaving, epochs, tuple(sorted(guests)), tuple(sorted(hosts)))

    def without(self, relations: frozenset[str]) -> Sphere:
        """Answer the same sphere as if some relations (row ids) did not exist."""
        kept = {
            company: tuple(one for one in arcs if one.relation.row_id not in relations)
            for company, arcs in self.leaving.items()
        }
        return Sphere(self.collector, kept, self.epochs, self.guests, self.hosts)

    def day_of(self, epoch: int) -> date:
        """Answer a day of an epoch: its first; the one before all relations begins with time."""
        # Between two epochs nothing begins or ends, so any of their days would do.
        return self.epochs[epoch - 1].item() if epoch else date.min


@dataclass(frozen=True)
class Deeds:
    """The distinct deeds of one collector, an entry of each array a deed.

    `kind`: index into `KINDS`. `guest`: `NOBODY`, or 1 + index into the sphere's guests. `channel`: `UNSTATED`, `ELSEWHERE`, or
    `FIRST_HOST` + index into its hosts. `epoch`: how many of its epochs have begun. `told`: index into `listeners`.
    `inside`: a mask of the `areas` it begins in.
    """

    sphere: Sphere
    listeners: tuple[tuple[str, ...], ...]
    areas: tuple[Area, ...]
    kind: np.ndarray
    guest: np.ndarray
    channel: np.ndarray
    epoch: np.ndarray
    told: np.ndarray
    inside: np.ndarray
    _masks: dict[int, Masks] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        """Count the deeds."""
        return len(self.kind)

    def listed(self) -> list[Deed]:
        """Answer what paths can tell of each deed."""
        sphere = self.sphere
        guests, hosts = (None, *sphere.guests), (None, OTHER, *sphere.hosts)
        columns = (self.kind, self.guest, self.channel, self.epoch, self.told, self.inside)
        return [
            Deed(
                sphere.collector, KINDS[kind], guests[guest], hosts[channel], sphere.day_of(epoch), self.listeners[told],
                frozenset(one for bit, one in enumerate(self.areas) if inside >> bit & 1),
            )
            for kind, guest, channel, epoch, told, inside in zip(*(one.tolist() for one in columns), strict=True)
        ]  # fmt: skip

    def carried(self, arc: Arc) -> Masks:
        """Answer which facets of each deed an arc carries; kept, for every scenario asks."""
        if id(arc) not in self._masks:
            table = np.array([arc.masks.get(kind, 0) for kind in KINDS], np.uint32)
            epochs, relation = self.sphere.epochs, arc.relation
            there = self.epoch > np.searchsorted(epochs, np.datetime64(relation.since))
            if relation.until:
                there &= self.epoch <= np.searchsorted(epochs, np.datetime64(relation.until))
            if arc.guests and self.sphere.collector not in arc.guests:
                there &= np.array([False, *(one in arc.guests for one in self.sphere.guests)])[self.guest]
            if arc.host:
                # "If it went through it" is an arc of its own: a row that names another channel takes neither.
                host = UNSTATED if arc.unstated else FIRST_HOST + self.sphere.hosts.index(arc.host)
                there &= self.channel == host
            if relation.area is not None:
                bit = self.areas.index(relation.area) if relation.area in self.areas else len(self.areas)
                there &= (self.inside >> bit & 1) > 0
            if arc.proven:
                there &= np.array([arc.to in one for one in self.listeners])[self.told]
            self._masks[id(arc)] = np.where(there, table[self.kind], np.uint32(0))
        return self._masks[id(arc)]

    def reach(self, level: int) -> tuple[Mapping[str, Masks], ...]:
        """Walk every path at a scenario's level.

        Returns:
            By company: what it learns because, might learn, could be asked for, is said to get; only where it is anything.
        """
        seen: dict[State, Masks] = {(self.sphere.collector, 0, 0, False): np.full(len(self), ALL, np.uint32)}
        front = dict(seen)
        for _ in range(MOST_LINKS):
            onward: dict[State, Masks] = {}
            for (company, counted, undocumented, said), mask in front.items():
                for arc in self.sphere.leaving.get(company, ()):
                    state = (arc.to, counted + arc.counted, undocumented + arc.undocumented, said or arc.alleged)
                    # A duty ends a path: it is asked of whoever knows, after the walk.
                    if arc.duty or not arc.counts_at(level, alleged=True):
                        continue
                    if state[1] > MOST_COUNTED or state[2] > MOST_UNDOCUMENTED:
                        continue
                    carried = mask & self.carried(arc)
                    for better in _at_least_as_good(state):
                        if better in seen:
                            # Without this the walk would list every path, of which a dense registry has thousands.
                            carried &= ~seen[better]
                    if carried.any():
                        onward[state] = onward[state] | carried if state in onward else carried
                        seen[state] = seen[state] | carried if state in seen else carried
            front = onward
        return self._sorted(seen, level)

    def _sorted(self, seen: Mapping[State, Masks], level: int) -> tuple[Mapping[str, Masks], ...]:
        found: tuple[dict[str, Masks], ...] = ({}, {}, {}, {})
        for (company, counted, undocumented, said), mask in seen.items():
            # docs/how-it-knows.md: all documented and at most one counted is "because"; alleged stands apart.
            group = TOLD if said else BECAUSE if not undocumented and counted <= 1 else MIGHT
            found[group][company] = found[group][company] | mask if company in found[group] else mask
        # the collector may be asked for its own rows, and whoever knows because of it for what came to them
        for company, mask in found[BECAUSE].items():
            for arc in self.sphere.leaving.get(company, ()):
                if arc.duty and arc.counts_at(level, alleged=False) and (asked := mask & self.carried(arc)).any():
                    found[ASKED][arc.to] = found[ASKED][arc.to] | asked if arc.to in found[ASKED] else asked
        # Its own rows it knows, which is more than because.
        del found[BECAUSE][self.sphere.collector]
        return found


def _at_least_as_good(state: State) -> list[State]:
    """List the states of the same company from which every further step is open that is open from this one.

    They were reached by as few links or fewer, since the walk goes link by link: what came by them need not come again.
    """
    company, counted, undocumented, said = state
    voices = (False, True) if said else (False,)
    return [(company, *one) for one in product(range(counted + 1), range(undocumented + 1), voices)]


def by_origin(arcs: Iterable[Arc]) -> Mapping[str, Sequence[Arc]]:
    """Sort arcs by the company they leave from."""
    found: defaultdict[str, list[Arc]] = defaultdict(list)
    for one in arcs:
        found[one.origin].append(one)
    return found
