"""Companies and the dated, cited relations between them: one company a file in `companies/`.

A relation is in force on a day if `since <= day` and (`until` is empty or `day < until`). A partial `since` or `until`
is its first day, a partial `as_of` its last. An empty `until` means "no end known at as_of".
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EVERYONE, STATE, SELF = "everyone", "state", "self"
WHOEVER = frozenset({SELF, "you", "me", "files"})
"""What a person may call whoever has all the files that are loaded: themselves, and anyone the files are given to."""
TOLD, OWN_EXPORT = "told", "own_export"
"""The relation, and the evidence, of what a person's own files prove; no file of the registry may claim them."""
EVIDENCE = ("documented_flow", "permitted_by_policy", "only_ownership", "alleged", "not_a_data_edge")
OWNING = frozenset({"owns", "controls"})
HOLDING = OWNING | {"strategic_investor", "minority_investor", "affiliate"}
CHANNELS = frozenset({"payment_processor_for", "mini_program_host"})
DUTY = "legal_obligation_to_state"
Area = tuple[float, float, float, float]
ARTICLES = ("copy", "recipients", "decisions", "objection", "deletion")


class UnknownNameError(LookupError):
    """No company, group or observer has this name."""

    def __init__(self, name: str, nearest: tuple[str, ...]) -> None:
        """Keep the name asked for and the nearest known ones."""
        super().__init__(name)
        self.name = name
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class MayRecord:
    """A facet a company may record of its deeds though its export does not show it, with the source that says so."""

    kind: str
    facet: str
    source: str


@dataclass(frozen=True, slots=True)
class Law:
    """What a law lets a person ask for: `articles` by what is asked (copy, recipients, decisions, objection, deletion).

    `regions`: whose companies fall under it when their file names no law. `terms`: until when an answer is due, if it says so.
    """

    id: str
    names: Mapping[str, str]
    regions: frozenset[str]
    since: date
    terms: Mapping[str, str]
    articles: Mapping[str, Mapping[str, str]]
    notes: Mapping[str, str]
    sources: tuple[str, ...]
    as_of: date

    def name(self, lang: str = "en") -> str:
        """Answer its name in a language, or in English."""
        return self.names.get(lang) or self.names["en"]

    def term(self, lang: str = "en") -> str:
        """Answer how long it gives for an answer, in a language or in English; empty where it does not say."""
        return self.terms.get(lang) or self.terms.get("en", "")

    def article(self, what: str, lang: str = "en") -> str:
        """Answer the articles that let one ask for something, in a language or in English; empty where none does."""
        told = self.articles.get(what, {})
        return told.get(lang) or told.get("en", "")


@dataclass(frozen=True, slots=True)
class Right:
    """How to get one's data from a company and how to object, by language, as seen on a day.

    `read` is false where the way is from memory and nobody read it in a source.
    """

    laws: tuple[str, ...]
    get: Mapping[str, str]
    object: Mapping[str, str]
    sources: tuple[str, ...]
    as_of: date
    confidence: str
    read: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """One direction of a dated, cited relation: what flows from `from_id` to `to_id`, on what evidence.

    `row_id` names the relation itself, `id` this direction of it. `direction` none or unknown has neither end.
    `notes`: a sentence a language on what the source does and does not say. `read` is false where the source is cited from
    memory and nobody of us read it. `area`: south, west, north, east in degrees, where it speaks only of deeds that begin
    inside: a city's rule says nothing of a ride elsewhere.
    """

    id: str
    subject: str
    relation: str
    object: str
    from_id: str | None
    to_id: str | None
    direction: str
    use: str
    since: date
    since_kind: str
    since_precision: str
    until: date | None
    until_precision: str
    as_of: date | None
    stake: str
    flows: tuple[str, ...]
    evidence: str
    confidence: str
    sources: tuple[str, ...]
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)
    read: bool = True
    area: Area | None = None

    @property
    def row_id(self) -> str:
        """Name the relation without its direction."""
        return self.id.split("-", 1)[0]

    def note(self, lang: str = "en") -> str:
        """Answer what there is to know about it, in a language or in English."""
        return self.notes.get(lang) or self.notes.get("en", "")

    def in_force(self, day: date) -> bool:
        """Say whether it holds on a day: from `since`, and before `until`."""
        return self.since <= day and (self.until is None or day < self.until)

    def doubtful_on(self, day: date) -> bool:
        """Say whether the precision of its dates leaves doubt about a day it is counted in force on."""
        # The longest year and month: doubt that ends a day early would be a false certainty.
        started = {"year": 366, "month": 31}.get(self.since_precision, 0)
        if self.since_kind == "approx":
            # "About 2016" may be off by a year either way.
            started = max(started, 366)
        ends = {"year": 366, "month": 31}.get(self.until_precision, 0) if self.until else 0
        early = (day - self.since).days < started
        return self.in_force(day) and (early or (self.until is not None and 0 <= (self.until - day).days < ends))

    def open_after(self, day: date) -> bool:
        """Say whether the day is later than the last day anyone checked that it still held."""
        return self.until is None and self.as_of is not None and day > self.as_of


@dataclass(frozen=True, slots=True)
class Company:
    """A company, a class of companies or an organ of the state, with its names as people and statements write them."""

    id: str
    names: Mapping[str, str]
    kind: str = "company"
    region: str = ""
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    may_record: tuple[MayRecord, ...] = ()
    rights: tuple[Right, ...] = field(default=(), hash=False)

    def name(self, lang: str = "en") -> str:
        """Answer its name in a language, or in English."""
        return self.names.get(lang) or self.names["en"]


@dataclass(frozen=True)
class Observer:
    """Who looks: a set of companies; its grade is the best of its members'. `SELF` among them has every row that is loaded."""

    id: str
    members: frozenset[str]
    kind: str
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

    def name(self, lang: str = "en") -> str:
        """Answer its name in a language, or in English."""
        return self.names.get(lang) or self.names.get("en") or self.id


@dataclass(frozen=True)
class Registry:
    """All companies, groups and relations; never changed, only narrowed by `without`."""

    companies: Mapping[str, Company]
    relations: tuple[Relation, ...]
    groups: Mapping[str, Company] = field(default_factory=dict)
    laws: Mapping[str, Law] = field(default_factory=dict)

    def company(self, company_id: str) -> Company:
        """Answer a company; one the registry does not know is named by its id, and whoever reads this as such."""
        names = {"en": "yourself", "zh-Hans": "你自己"} if company_id == SELF else {"en": company_id}
        return self.companies.get(company_id) or Company(company_id, names)

    def in_force(self, day: date) -> tuple[Relation, ...]:
        """Answer the relations that hold on a day."""
        return tuple(one for one in self.relations if one.in_force(day))

    def without(self, companies: Iterable[str] = (), relations: Iterable[str] = ()) -> Registry:
        """Answer a registry in which these companies pass nothing on and these relations do not exist."""
        gone, cut = frozenset(companies), frozenset(relations)
        kept = (
            one
            for one in self.relations
            if not {one.subject, one.object, one.from_id, one.to_id} & gone and not {one.id, one.row_id} & cut
        )
        return replace(self, relations=tuple(kept))

    def about(self, company_id: str, day: date | None = None) -> tuple[Relation, ...]:
        """Answer the relations a company stands in, as itself or as a member of a class; on a day, those in force."""
        own = {company_id, *(one.id for one in self.companies.values() if company_id in one.members)}
        found = (one for one in self.relations if {one.subject, one.object, one.from_id, one.to_id} & own)
        return tuple(one for one in found if day is None or one.in_force(day))

    def laws_for(self, company_id: str) -> tuple[Law, ...]:
        """Answer the laws a person may name to a company: those its file names, or those of its region."""
        company = self.company(company_id)
        named = dict.fromkeys(law for one in company.rights for law in one.laws)
        if named:
            return tuple(self.laws[law] for law in named)
        return tuple(law for law in self.laws.values() if company.region in law.regions)

    def with_proven(self, relations: Iterable[Relation]) -> Registry:
        """Answer a registry with these relations too, as if they stood in it."""
        more = tuple(relations)
        return replace(self, relations=(*self.relations, *more)) if more else self

    @cached_property
    def state(self) -> frozenset[str]:
        """The ids of all organs of the state."""
        return frozenset(one.id for one in self.companies.values() if one.kind == "state")

    @cached_property
    def called(self) -> Mapping[str, str]:
        """Every name, alias and id in lower case, with the id it means."""
        answer: dict[str, str] = {}
        for one in [*self.groups.values(), *self.companies.values()]:
            for name in (one.id, *one.names.values(), *one.aliases):
                answer.setdefault(name.casefold(), one.id)
        return answer

    def find(self, name: str) -> str:
        """Answer the id that a name, alias or id means.

        Raises:
            UnknownNameError: With the nearest names, if none does.
        """
        wanted = name.strip().casefold()
        if wanted in self.called:
            return self.called[wanted]
        # A name written wrong is the usual case; the nearest ones spare a look into the list.
        near = difflib.get_close_matches(wanted, self.called, n=3, cutoff=0.6)
        raise UnknownNameError(name.strip(), tuple(dict.fromkeys(self.called[one] for one in near)))

    def observer(self, text: str, regions: frozenset[str] = frozenset()) -> Observer:
        """Read who looks: a company, a group, several joined by `+` or `,`, `everyone`, `state`, or `self`: whoever has these files.

        `regions` narrows the state to the organs of these (a trail's own); empty means every state the registry knows.

        Raises:
            UnknownNameError: If a part names nothing.
        """
        whole = text.strip().casefold()
        if whole in {EVERYONE, "everybody", "all"}:
            # What the state may ask is a question of its own, and a person's own notes are nobody's.
            members = frozenset(self.companies) - self.state - {SELF}
            return Observer(EVERYONE, members, "everyone", {"en": "everyone together", "zh-Hans": "所有公司合起来"})
        if whole in WHOEVER:
            # By the person's own id: what is on their disk is every row here, and no company's for that.
            return Observer(
                SELF, frozenset([SELF]), "files", {"en": "whoever has these files", "zh-Hans": "拿到这些文件的人"}
            )
        if whole == STATE:
            # Else Uber, Didi's shareholder, would carry a Shanghai ride to New York's taxi commission (0001).
            organs = frozenset(one for one in self.state if not regions or self.company(one).region in regions)
            return Observer(STATE, organs, "state", {"en": "the state", "zh-Hans": "国家机关"})
        ids = list(dict.fromkeys(self.find(part) for part in text.replace(",", "+").split("+") if part.strip()))
        if not ids:
            raise UnknownNameError(text, ())
        named = [self.groups.get(one) or self.company(one) for one in ids]
        single = [_seen(one, group=one.id in self.groups) for one in named]
        return single[0] if len(single) == 1 else joined(single)


def _seen(one: Company, *, group: bool) -> Observer:
    members = frozenset(one.members if group else (one.id,))
    return Observer(one.id, members, "group" if len(members) > 1 else "company", one.names)


def joined(observers: Iterable[Observer]) -> Observer:
    """Make one observer of several, as a super-app would be: it has what any of them has."""
    parts = list({one.id: one for one in observers}.values())
    members = frozenset(member for one in parts for member in one.members)
    names = {
        "en": _listed([one.name("en") for one in parts]),
        "zh-Hans": "和".join(one.name("zh-Hans") for one in parts),
    }
    return Observer("+".join(one.id for one in parts), members, "group" if len(members) > 1 else "company", names)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
