"""Paths of relations from the company that wrote a row down to whoever may learn of it.

At most two counted links, at most one that is not documented, four links in all. A documented link up to an owner or
controller is not counted; a duty to the state comes last and is not counted either. Masks are sets of facets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from trailviz.events import FACET_BIT, FACETS, KINDS
from trailviz.registry import CHANNELS, DUTY, HOLDING, OWN_EXPORT, OWNING, SELF, Area, Registry, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

ALL = (1 << len(FACETS)) - 1
BITS = tuple(FACET_BIT.values())
MOST_LINKS, MOST_COUNTED, MOST_UNDOCUMENTED = 4, 2, 1
PAYMENTS = ("payment", "refund", "transfer", "order", "top_up")
NAMED = ("identity", "ad_id", "score", "credit_file", "blacklist", "video")
DOCUMENTED, PERMITTED, OWNED, STATED = 1, 2, 3, 4
LEVEL = {
    "documented_flow": DOCUMENTED,
    # A person's own file is a document: it ranks with them.
    OWN_EXPORT: DOCUMENTED,
    "permitted_by_policy": PERMITTED,
    "only_ownership": OWNED,
}


def _mask(*facets: str) -> int:
    return sum(FACET_BIT[name] for name in facets)


CARRIED: Mapping[str, Mapping[str, int]] = {
    "payment_metadata": {
        **dict.fromkeys(PAYMENTS, _mask("time", "end", "amount", "merchant", "place")),
        # What is paid when a ride ends tells its end, not its beginning (0001).
        "ride": _mask("end", "amount", "merchant"),
    },
    "trip_start_end": {"ride": _mask("time", "place", "end", "destination", "merchant")},
    # TIER tells its payment firm when, and not where (0004).
    "trip_times": {"ride": _mask("time", "end")},
    "route": {"ride": _mask("route", "time", "end")},
    "purchase_items": dict.fromkeys(("payment", "order"), _mask("items", "merchant", "time")),
    # The file shows when and with whom; no sum, and not what was bought.
    "purchase_told": {
        **dict.fromkeys((*PAYMENTS, "delivery"), _mask("time", "merchant")),
        "ride": _mask("end", "merchant"),
    },
    # Venmo's public feed: the time and the other person, no sums (0004, 0006).
    "public_post": {"transfer": _mask("time", "person")},
    "device_location": dict.fromkeys(("fix", "visit", "tap"), _mask("place", "time", "device")),
}
"""Which facets a data flow carries, of events of which kind."""
EVERYTHING: Mapping[str, int] = dict.fromkeys(KINDS, ALL)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a path needs to know of an event: who wrote it down, its kind, its other side, its channel, its day.

    `told`: whom a file of the person's own shows to have been told of this very deed. `areas`: which of the areas that
    relations name it begins in.
    """

    collector: str
    kind: str
    party: str | None
    channel: str | None
    day: date
    told: tuple[str, ...] = ()
    areas: frozenset[Area] = frozenset()


@dataclass(frozen=True, slots=True)
class Arc:
    """One way a relation carries from one company to another: which facets of which kinds, when, and of whose deeds.

    `masks`: facets by kind of event. `need`: the scenario it takes; 0 for what is alleged. `counted`, `undocumented`: how it
    counts on a path. `guests`: it carries only what one of these wrote down or is the other side of. `host`: it carries only
    what went through this company, or, where `unstated`, what no row says the channel of. `proven`: it carries only what a
    file of the person's own shows to have been told.
    """

    origin: str
    to: str
    relation: Relation
    masks: Mapping[str, int]
    need: int
    counted: int
    undocumented: int
    alleged: bool = False
    duty: bool = False
    guests: frozenset[str] = frozenset()
    host: str | None = None
    unstated: bool = False
    proven: bool = False

    def counts_at(self, level: int, *, alleged: bool) -> bool:
        """Say whether a scenario (0 own records … 4 the state may ask) has it."""
        return level > 0 and (alleged if self.alleged else self.need <= level)

    def carries(self, deed: Deed) -> int:
        """Answer the facets of a deed it carries: none on a day it is not in force, elsewhere, or for another's deed."""
        if not self.relation.in_force(deed.day) or (self.proven and self.to not in deed.told):
            return 0
        if self.relation.area is not None and self.relation.area not in deed.areas:
            return 0
        if self.guests and deed.collector not in self.guests and deed.party not in self.guests:
            return 0
        if self.host and deed.channel != (None if self.unstated else self.host):
            return 0
        return self.masks.get(deed.kind, 0)


@dataclass(frozen=True)
class Web:
    """The arcs that carry something of one deed in one scenario, by the company they leave from; `mask` beside each."""

    deed: Deed
    links: Mapping[str, tuple[tuple[Arc, int], ...]] = field(repr=False)

    @classmethod
    def of(cls, arcs: Iterable[Arc], deed: Deed, level: int, *, alleged: bool) -> Web:
        """Gather the arcs that carry something of this deed at a scenario's level."""
        links: defaultdict[str, list[tuple[Arc, int]]] = defaultdict(list)
        for one in arcs:
            if one.counts_at(level, alleged=alleged) and (mask := one.carries(deed)):
                links[one.origin].append((one, mask))
        return cls(deed, {origin: tuple(found) for origin, found in links.items()})


def arcs(registry: Registry) -> tuple[Arc, ...]:
    """Answer every way the relations of a registry can carry anything, whatever the scenario and the day."""
    found: list[Arc] = []
    owned: set[tuple[str, date, date | None]] = set()
    carried: dict[tuple[str, ...], Mapping[str, int]] = {}
    for one in registry.relations:
        # A limit or a context row is words beside the picture, never arithmetic.
        if one.use not in {"edge", "duty"}:
            continue
        if one.flows not in carried:
            carried[one.flows] = _carried(one.flows)
        found += _flowing(registry, one, carried[one.flows])
        row = (one.row_id, one.since, one.until)
        # a relation stands once for each direction; owning is one fact, and its second life is counted once
        if one.relation in HOLDING and one.direction != "none" and row not in owned:
            owned.add(row)
            # Up to whoever holds a part: ownership names no flow, so anything, at the weakest evidence.
            found.append(Arc(one.object, one.subject, one, EVERYTHING, OWNED, 1, 1))
            # And back down from an owner or controller, but not from whoever merely holds a share.
            if one.relation in OWNING:
                found.append(Arc(one.subject, one.object, one, EVERYTHING, OWNED, 1, 1))
    return tuple(found)


def has_row(collector: str, members: frozenset[str]) -> bool:
    """Say whether an observer has a collector's rows themselves: its own, or all of them, having the files."""
    return collector in members or SELF in members


def best_path(web: Web, members: frozenset[str], bit: int, *, held: bool) -> tuple[Relation, ...]:
    """Answer the relations of the path an observer's grade of one facet rests on.

    `held`: whether the event's own row holds the facet; one that only may be recorded never gives more than might know.
    """
    if has_row(web.deed.collector, members):
        return ()
    best: tuple[tuple[int, int, int, tuple[date, ...], tuple[str, ...]], tuple[Relation, ...]] | None = None
    stack: list[tuple[str, tuple[Arc, ...]]] = [(web.deed.collector, ())]
    while stack:
        company, path = stack.pop()
        been = {web.deed.collector, *(one.to for one in path)}
        for arc, mask in web.links.get(company, ()):
            longer = (*path, arc)
            # A duty comes last and is not counted, so it may be a fifth link.
            if not mask & bit or arc.to in been or len(longer) > MOST_LINKS + arc.duty or not _allowed(longer):
                continue
            if arc.to in members and (rank := _rank(longer, held=held)) is not None:
                relations = tuple(one.relation for one in longer)
                key = (-rank, *preference(relations))
                if best is None or key < best[0]:
                    best = (key, relations)
            if not arc.duty:
                stack.append((arc.to, longer))
    return best[1] if best else ()


def best_paths(web: Web, *, held: bool) -> dict[str, dict[int, tuple[Arc, ...]]]:
    """Answer, for everybody a deed can come to, the path each facet's grade rests on: what `best_path` says, in one walk.

    Returns:
        Company to (facet bit to arcs). A picture of everybody at once asks this; asking `best_path` for each company and
        facet would walk the same paths some hundreds of times.
    """
    best: defaultdict[str, dict[int, tuple[tuple[object, ...], tuple[Arc, ...]]]] = defaultdict(dict)
    stack: list[tuple[int, tuple[Arc, ...]]] = [(ALL, ())]
    while stack:
        mask, path = stack.pop()
        been = {web.deed.collector, *(one.to for one in path)}
        for arc, carries in web.links.get(path[-1].to if path else web.deed.collector, ()):
            carried, longer = mask & carries, (*path, arc)
            if not carried or arc.to in been or len(longer) > MOST_LINKS + arc.duty or not _allowed(longer):
                continue
            if (rank := _rank(longer, held=held)) is not None:
                key = (-rank, *preference(tuple(one.relation for one in longer)))
                so_far = best[arc.to]
                for bit in BITS:
                    if carried & bit and (bit not in so_far or key < so_far[bit][0]):
                        so_far[bit] = (key, longer)
            if not arc.duty:
                stack.append((carried, longer))
    return {company: {bit: path for bit, (_, path) in found.items()} for company, found in best.items()}


def preference(path: tuple[Relation, ...]) -> tuple[int, int, tuple[date, ...], tuple[str, ...]]:
    """Order paths of one grade: fewer links, then what the person's own file proves, then the older relations."""
    policy = sum(one.evidence != OWN_EXPORT for one in path)
    return len(path), policy, tuple(one.since for one in path), tuple(one.id for one in path)


def worth(path: tuple[Arc, ...]) -> int:
    """Answer the grade (4 because … 1 alleged) that a path gives of a facet its first company holds, 0 where none."""
    return _rank(path, held=True) or 0


def routes(web: Web, members: frozenset[str]) -> tuple[tuple[int, frozenset[str]], ...]:
    """List by which ways an observer comes to know of a deed: the facets of each way, and the companies it needs.

    Only ways that give "knows" or "knows because"; a way that needs all that another needs, for no other facets, is left out.
    """
    if has_row(web.deed.collector, members):
        return ((ALL, frozenset({web.deed.collector})),)
    found: list[tuple[int, frozenset[str]]] = []
    stack: list[tuple[tuple[str, ...], int, int]] = [((web.deed.collector,), ALL, 0)]
    while stack:
        been, mask, counted = stack.pop()
        for arc, carries in web.links.get(been[-1], ()):
            carried, more = mask & carries, counted + arc.counted
            # These would give less than "knows because", and a switch asks only what stays surely known.
            if not carried or arc.to in been or arc.duty or arc.alleged or arc.undocumented or more > 1:
                continue
            if arc.to in members:
                found.append((carried, frozenset((*been, arc.to))))
            if len(been) < MOST_LINKS:
                stack.append(((*been, arc.to), carried, more))
    distinct = sorted(set(found), key=lambda one: (len(one[1]), -one[0].bit_count(), sorted(one[1])))
    kept: list[tuple[int, frozenset[str]]] = []
    for mask, needed in distinct:
        if not any(needed >= fewer and not mask & ~wider for wider, fewer in kept):
            kept.append((mask, needed))
    return tuple(kept)


def _allowed(path: tuple[Arc, ...]) -> bool:
    return (
        sum(one.counted for one in path) <= MOST_COUNTED and sum(one.undocumented for one in path) <= MOST_UNDOCUMENTED
    )


def _rank(path: tuple[Arc, ...], *, held: bool) -> int | None:
    """Rank the grade a path gives, strongest highest; None where it gives none."""
    counted, undocumented = sum(one.counted for one in path), sum(one.undocumented for one in path)
    if path[-1].duty:
        # Only a company that knows, or knows because, can be asked: a guess cannot be handed over.
        return 2 if held and not undocumented and counted <= 1 and not any(one.alleged for one in path) else None
    if any(one.alleged for one in path):
        return 1
    return 4 if held and not undocumented and counted <= 1 else 3


def _flowing(registry: Registry, one: Relation, masks: Mapping[str, int]) -> list[Arc]:
    """Answer the arcs a relation's named flows make."""
    if not masks or one.from_id is None or one.to_id is None:
        return []
    said = one.evidence == "alleged"
    # A documented duty (a standing feed) is an ordinary documented link; on request it never is (0004).
    duty = one.relation == DUTY and not said and one.evidence != "documented_flow"
    need = STATED if duty else LEVEL.get(one.evidence, 0)
    if not need and not said:
        return []
    up = one.relation in OWNING and (one.from_id, one.to_id) == (one.object, one.subject)
    if one.evidence == OWN_EXPORT:
        # the file shows purchases told that day; only one it names is known to have been this one
        ways = [(DOCUMENTED, Way(proven=True)), (PERMITTED, Way())]
    else:
        ways = _through(registry, one, need)
    found: list[Arc] = []
    for needed, way in ways:
        documented = needed == DOCUMENTED
        # Up to an owner is free where a flow is documented; owning alone is not receiving data, and counts.
        counted = 0 if duty or (up and documented) else 1
        found += [
            Arc(origin, to, one, masks, needed, counted, int(not duty and not documented), said, duty, *way)
            for origin in _members(registry, one.from_id)
            for to in _members(registry, one.to_id)
        ]
    return found


class Way(NamedTuple):
    """For which deeds a relation carries; the last fields of an arc."""

    guests: frozenset[str] = frozenset()
    host: str | None = None
    unstated: bool = False
    proven: bool = False


def _through(registry: Registry, one: Relation, need: int) -> list[tuple[int, Way]]:
    """Say for which deeds a relation carries, and which scenario each takes.

    A channel row carries only deeds between host and guest, and towards the host only what went through it: as evidenced
    where a row says so, as permitted where none says.
    """
    if one.relation not in CHANNELS:
        return [(need, Way())]
    host, guests = one.subject, frozenset(_members(registry, one.object))
    if one.to_id != host:
        return [(need, Way(guests))]
    return [(need, Way(guests, host)), (max(need, PERMITTED), Way(guests, host, unstated=True))]


def _carried(flows: Iterable[str]) -> Mapping[str, int]:
    """Answer the facets that flows carry, by kind of event; kinds of which they carry nothing are left out."""
    found = dict.fromkeys(KINDS, 0)
    for flow in flows:
        if flow == "vehicle_id" or flow in NAMED:
            named = FACET_BIT["vehicle" if flow == "vehicle_id" else flow]
            found = {kind: mask | named for kind, mask in found.items()}
        else:
            found.update({kind: found[kind] | mask for kind, mask in CARRIED.get(flow, {}).items()})
    return {kind: mask for kind, mask in found.items() if mask}


def _members(registry: Registry, company_id: str) -> tuple[str, ...]:
    """Expand a class to the members it lists; it carries for nobody else."""
    company = registry.company(company_id)
    return company.members or (company_id,)
