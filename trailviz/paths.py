"""Paths of relations from the company that wrote a row down to whoever may learn of it.

At most two counted links, at most one that is not documented, four links in all. A documented link up to an owner or
controller is not counted; a duty to the state comes last and is not counted either. Masks are sets of facets.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trailviz.events import FACET_BIT, FACETS
from trailviz.registry import CHANNELS, DUTY, HOLDING, OWN_EXPORT, OWNING, Area, Registry, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

ALL = (1 << len(FACETS)) - 1
MOST_LINKS, MOST_COUNTED, MOST_UNDOCUMENTED = 4, 2, 1
PAYMENTS = ("payment", "refund", "transfer", "order", "top_up")
NAMED = ("identity", "ad_id", "score", "credit_file", "blacklist", "video")
DOCUMENTED, PERMITTED, OWNED, STATED = 1, 2, 3, 4
LEVEL = {
    "documented_flow": DOCUMENTED,
    OWN_EXPORT: DOCUMENTED,
    "permitted_by_policy": PERMITTED,
    "only_ownership": OWNED,
}


def _mask(*facets: str) -> int:
    return sum(FACET_BIT[name] for name in facets)


CARRIED: Mapping[str, Mapping[str, int]] = {
    "payment_metadata": {
        **dict.fromkeys(PAYMENTS, _mask("time", "end", "amount", "merchant", "place")),
        "ride": _mask("end", "amount", "merchant"),
    },
    "trip_start_end": {"ride": _mask("time", "place", "end", "destination", "merchant")},
    "trip_times": {"ride": _mask("time", "end")},
    "route": {"ride": _mask("route", "time", "end")},
    "purchase_items": dict.fromkeys(("payment", "order"), _mask("items", "merchant", "time")),
    "purchase_told": {
        **dict.fromkeys((*PAYMENTS, "delivery"), _mask("time", "merchant")),
        "ride": _mask("end", "merchant"),
    },
    "public_post": {"transfer": _mask("time", "person")},
    "device_location": dict.fromkeys(("fix", "visit", "tap"), _mask("place", "time", "device")),
}
"""Which facets a data flow carries, of events of which kind."""


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
class Link:
    """One step from a company to another: the facets it carries, and how it counts."""

    to: str
    mask: int
    relation: Relation
    counted: int
    undocumented: int
    alleged: bool
    duty: bool


@dataclass(frozen=True)
class Reach:
    """Which facets come to which company: masks of what it learns because, might learn, could be asked for, is said to get."""

    collector: str
    because: Mapping[str, int]
    might: Mapping[str, int]
    asked: Mapping[str, int]
    alleged: Mapping[str, int]

    def masks(self, members: Iterable[str]) -> tuple[int, int, int, int]:
        """Join what the members of an observer have."""
        because = might = asked = alleged = 0
        for one in members:
            because |= self.because.get(one, 0)
            might |= self.might.get(one, 0)
            asked |= self.asked.get(one, 0)
            alleged |= self.alleged.get(one, 0)
        return because, might, asked, alleged

    def companies(self) -> set[str]:
        """List everybody something reaches."""
        return {*self.because, *self.might}


@dataclass(frozen=True)
class Web:
    """The links in force for one deed in one scenario, by the company they leave from."""

    deed: Deed
    links: Mapping[str, tuple[Link, ...]] = field(repr=False)

    @classmethod
    def of(cls, registry: Registry, deed: Deed, level: int, *, alleged: bool) -> Web:
        """Gather the links that carry something of this deed at a scenario's level (0 own records … 4 the state may ask)."""
        links: defaultdict[str, list[Link]] = defaultdict(list)
        owned: set[str] = set()
        for one in registry.in_force(deed.day) if level else ():
            if one.use not in {"edge", "duty"} or (one.area is not None and one.area not in deed.areas):
                continue
            for origin, link in _flowing(registry, one, deed, level, alleged=alleged):
                links[origin].append(link)
            if level >= OWNED and one.relation in HOLDING and one.direction != "none" and one.row_id not in owned:
                owned.add(one.row_id)
                links[one.object].append(Link(one.subject, ALL, one, 1, 1, alleged=False, duty=False))
                if one.relation in OWNING:
                    links[one.subject].append(Link(one.object, ALL, one, 1, 1, alleged=False, duty=False))
        return cls(deed, {origin: tuple(found) for origin, found in links.items()})

    def reach(self) -> Reach:
        """Follow every path from the deed's collector."""
        because: defaultdict[str, int] = defaultdict(int)
        might: defaultdict[str, int] = defaultdict(int)
        alleged: defaultdict[str, int] = defaultdict(int)
        seen: defaultdict[tuple[str, int, int, bool], int] = defaultdict(int)
        front = {(self.deed.collector, 0, 0, False): ALL}
        for _ in range(MOST_LINKS):
            onward: defaultdict[tuple[str, int, int, bool], int] = defaultdict(int)
            for (company, counted, undocumented, said), mask in front.items():
                for link in self.links.get(company, ()):
                    state = (link.to, counted + link.counted, undocumented + link.undocumented, said or link.alleged)
                    carried = mask & link.mask & ~seen[state]
                    if carried and not link.duty and state[1] <= MOST_COUNTED and state[2] <= MOST_UNDOCUMENTED:
                        onward[state] |= carried
                        seen[state] |= carried
            for (company, counted, undocumented, said), mask in onward.items():
                group = alleged if said else because if not undocumented and counted <= 1 else might
                group[company] |= mask
            front = dict(onward)
        asked: defaultdict[str, int] = defaultdict(int)
        for company, mask in [(self.deed.collector, ALL), *because.items()]:
            for link in self.links.get(company, ()):
                if link.duty:
                    asked[link.to] |= mask & link.mask
        return Reach(self.deed.collector, because, might, asked, alleged)


def best_path(web: Web, members: frozenset[str], bit: int, *, held: bool) -> tuple[Relation, ...]:
    """Answer the relations of the path an observer's grade of one facet rests on.

    `held`: whether the event's own row holds the facet; one that only may be recorded never gives more than might know.
    """
    if web.deed.collector in members:
        return ()
    best: tuple[tuple[int, int, int, tuple[date, ...], tuple[str, ...]], tuple[Relation, ...]] | None = None
    stack: list[tuple[str, tuple[Link, ...]]] = [(web.deed.collector, ())]
    while stack:
        company, path = stack.pop()
        for link in web.links.get(company, ()):
            longer = (*path, link)
            been = {web.deed.collector, *(one.to for one in path)}
            if not link.mask & bit or link.to in been or len(longer) > MOST_LINKS + link.duty or not _allowed(longer):
                continue
            if link.to in members and (rank := _rank(longer, held=held)) is not None:
                relations = tuple(one.relation for one in longer)
                policy = sum(one.evidence != OWN_EXPORT for one in relations)
                key = (
                    -rank,
                    len(longer),
                    policy,
                    tuple(one.since for one in relations),
                    tuple(one.id for one in relations),
                )
                if best is None or key < best[0]:
                    best = (key, relations)
            if not link.duty:
                stack.append((link.to, longer))
    return best[1] if best else ()


def routes(web: Web, members: frozenset[str]) -> tuple[tuple[int, frozenset[str]], ...]:
    """List by which ways an observer comes to know of a deed: the facets of each way, and the companies it needs.

    Only ways that give "knows" or "knows because"; a way that needs all that another needs, for no other facets, is left out.
    """
    if web.deed.collector in members:
        return ((ALL, frozenset({web.deed.collector})),)
    found: list[tuple[int, frozenset[str]]] = []
    stack: list[tuple[tuple[str, ...], int, int]] = [((web.deed.collector,), ALL, 0)]
    while stack:
        been, mask, counted = stack.pop()
        for link in web.links.get(been[-1], ()):
            carried, more = mask & link.mask, counted + link.counted
            if not carried or link.to in been or link.duty or link.alleged or link.undocumented or more > 1:
                continue
            if link.to in members:
                found.append((carried, frozenset((*been, link.to))))
            if len(been) < MOST_LINKS:
                stack.append(((*been, link.to), carried, more))
    distinct = sorted(set(found), key=lambda one: (len(one[1]), -one[0].bit_count(), sorted(one[1])))
    kept: list[tuple[int, frozenset[str]]] = []
    for mask, needed in distinct:
        if not any(needed >= fewer and not mask & ~wider for wider, fewer in kept):
            kept.append((mask, needed))
    return tuple(kept)


def _allowed(path: tuple[Link, ...]) -> bool:
    return (
        sum(one.counted for one in path) <= MOST_COUNTED and sum(one.undocumented for one in path) <= MOST_UNDOCUMENTED
    )


def _rank(path: tuple[Link, ...], *, held: bool) -> int | None:
    """Rank the grade a path gives, strongest highest; None where it gives none."""
    counted, undocumented = sum(one.counted for one in path), sum(one.undocumented for one in path)
    if path[-1].duty:
        return 2 if held and not undocumented and counted <= 1 and not any(one.alleged for one in path) else None
    if any(one.alleged for one in path):
        return 1
    return 4 if held and not undocumented and counted <= 1 else 3


def _flowing(registry: Registry, one: Relation, deed: Deed, level: int, *, alleged: bool) -> list[tuple[str, Link]]:
    """Answer the links a relation's named flows make for this deed, with where each leaves from."""
    mask = _carried(one, deed.kind)
    if not mask or one.from_id is None or one.to_id is None:
        return []
    need = LEVEL.get(one.evidence, 0)
    said = one.evidence == "alleged"
    duty = one.relation == DUTY and not said and one.evidence != "documented_flow"
    if duty:
        need = STATED
    if one.relation in CHANNELS:
        need = _through(registry, one, deed, need)
    if one.evidence == OWN_EXPORT and one.to_id not in deed.told:
        # the file shows a purchase told that day, and nothing that it was this one
        need = PERMITTED
    if (said and not alleged) or (not said and not 0 < need <= level):
        return []
    up = one.relation in OWNING and (one.from_id, one.to_id) == (one.object, one.subject)
    documented = need == DOCUMENTED
    counted = 0 if duty or (up and documented) else 1
    undocumented = 0 if duty or documented else 1
    return [
        (origin, Link(to, mask, one, counted, undocumented, alleged=said, duty=duty))
        for origin in _members(registry, one.from_id)
        for to in _members(registry, one.to_id)
    ]


def _through(registry: Registry, one: Relation, deed: Deed, need: int) -> int:
    """Judge a channel row: it carries only deeds between host and guest, and towards the host only what went through it."""
    host, guests = one.subject, _members(registry, one.object)
    if deed.collector not in guests and deed.party not in guests:
        return 0
    if one.to_id != host or deed.channel == host:
        return need
    return 0 if deed.channel is not None else max(need, PERMITTED)


def _carried(one: Relation, kind: str) -> int:
    mask = 0
    for flow in one.flows:
        if flow == "vehicle_id":
            mask |= FACET_BIT["vehicle"]
        elif flow in NAMED:
            mask |= FACET_BIT[flow]
        else:
            mask |= CARRIED.get(flow, {}).get(kind, 0)
    return mask


def _members(registry: Registry, company_id: str) -> tuple[str, ...]:
    """Expand a class to the members it lists; it carries for nobody else."""
    company = registry.company(company_id)
    return company.members or (company_id,)
