"""Lenses: one rule book laid over a trail. Each is a TOML file of rules with their sources; this is the one engine.

A lens says which rows a published rule speaks of, who could learn of them by the relations of the day, and what is not
known. It computes no score and judges nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.events import FACETS
from trailviz.knowledge import Grade, Known
from trailviz.lenses.match import Pattern, companies, found, pattern
from trailviz.lenses.suppose import Cast, Supposed, recast, supposed
from trailviz.registry import SELF, Observer, Registry, Relation

if TYPE_CHECKING:
    from trailviz.events import Events
    from trailviz.parties import Parties

LANGUAGES = ("en", "zh-Hans")
MOST_PATHS = 12
ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule or a claim stands: its title, its date as far as it is known, its address, and the article."""

    title: str
    date: str
    url: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One claim, dimension, ban or party of a lens.

    `when` finds the rows it speaks of; `maybe` those that only may be meant, for the reason `needs`. `facets` are graded
    one by one, else all together; `beyond` are things no company writes down. `observers` are asked for their grades
    (`asked` is whoever looks); none means that the rows alone are the answer. `per` is `company` where each company of
    the trail has its own finding, and `relations` where the relations themselves are.
    """

    id: str
    text: Mapping[str, str]
    sources: tuple[Source, ...]
    when: tuple[Pattern, ...] = ()
    maybe: tuple[Pattern, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    per: str = ""
    quote: str = ""
    regions: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Lens:
    """A rule book. `scenario` fixes which relations count; empty leaves it to whoever asks. `least` is the weakest grade told."""

    id: str
    order: int
    title: Mapping[str, str]
    about: Mapping[str, str]
    rules: tuple[Rule, ...]
    limits: tuple[Mapping[str, str], ...]
    not_known: tuple[Mapping[str, str], ...]
    scenario: str = ""
    least: Grade = Grade.DOES_NOT_KNOW
    casts: tuple[Cast, ...] = ()
    suppose: tuple[Supposed, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Which rows of a sample stand for a claim, the author's own word for a facet, and why our grade is lower where it is."""

    rows: tuple[tuple[str, int], ...]
    words: Mapping[str, str]
    lower: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Asked:
    """What a lens is asked with: who looks, which relations count, which rows (a mask), and a sample's facts."""

    observer: Observer
    scenario: str
    here: np.ndarray
    days: np.ndarray
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What a rule finds.

    `rows` are positions in the events. `grade` and `facets` are the observer's, `because` the distinct paths that carry
    them. `before` and `after` count facts (one facet of one event) without and with what the lens supposes.
    """

    rule: Rule
    rows: np.ndarray
    grade: Grade | None = None
    facets: tuple[str, ...] = ()
    observer: Observer | None = None
    because: tuple[tuple[Relation, ...], ...] = ()
    company: str | None = None
    cast: Cast | None = None
    maybe: bool = False
    before: int | None = None
    after: int | None = None


def lenses(folder: Path | None = None) -> tuple[Lens, ...]:
    """Read every lens of a folder (default: those that ship), in their order.

    Raises:
        ValueError: Naming the file, if one is not as docs/lenses.md says.
    """
    place = folder or Path(str(files("trailviz") / "lenses"))
    return tuple(sorted((_lens(path) for path in place.glob("*.toml")), key=lambda one: (one.order, one.id)))


def facts(sample: Mapping[str, Any]) -> Mapping[str, Fact]:
    """Answer the claims a sample's rows stand for, by their id."""
    return {
        one["id"]: Fact(
            tuple(dict.fromkeys((place["file"], place["row"]) for place in one["on"])),
            {"": one.get("her_word", ""), **one.get("her_words", {})},
            one.get("lower", {}),
        )
        for one in sample.get("fact", ())
    }


def look(lens: Lens, events: Events, known: Known, parties: Parties, asked: Asked) -> tuple[Finding, ...]:
    """Lay a lens over the events: its findings, rule by rule; a rule that finds nothing has no finding.

    Args:
        lens: The rules.
        events: What is recorded.
        known: Who knows what, by the relations of each day.
        parties: Who wrote each row down, and who is named.
        asked: Who looks, and at which rows.
    """
    return tuple(
        one
        for cast in lens.casts or (None,)
        for one in _Look(lens, events, recast(known, cast), parties, asked, cast).findings()
    )


@dataclass(frozen=True)
class _Look:
    """One lens over one cast of companies."""

    lens: Lens
    events: Events
    known: Known
    parties: Parties
    asked: Asked
    cast: Cast | None

    @cached_property
    def theirs(self) -> np.ndarray:
        """Which rows somebody else than the person wrote down, of those asked about."""
        # -2 is nobody: -1 would be every row of a collector that did not resolve.
        own = self.parties.names.index(SELF) if SELF in self.parties.names else -2
        return self.asked.here & (self.parties.collector != own)

    @cached_property
    def with_it(self) -> Known:
        """The knowledge if what the lens supposes were so."""
        return supposed(self.known, self.lens.suppose)

    @property
    def scenario(self) -> str:
        return self.lens.scenario or self.asked.scenario

    def findings(self) -> Iterator[Finding]:
        for rule in self.lens.rules:
            for one in self._of(rule):
                yield replace(one, cast=self.cast)

    def _of(self, rule: Rule) -> Iterator[Finding]:
        if rule.per == "company":
            yield from self._companies(rule)
            return
        sure = self._rows(rule, rule.when)
        if rule.per == "relations":
            yield from self._relations(rule, sure)
        elif rule.observers:
            for one in rule.observers:
                observer = self.asked.observer if one == ASKED else self.known.registry.observer(one)
                yield from (
                    self._supposed(rule, sure, observer) if self.lens.suppose else self._graded(rule, sure, observer)
                )
        else:
            # Sure only where the row says so (0006): a row that is meant for certain is not told twice.
            loose = np.setdiff1d(self._rows(rule, rule.maybe), sure) if rule.maybe else np.array([], np.int64)
            for rows, maybe in ((sure, False), (loose, True)):
                if len(rows):
                    yield Finding(rule, rows, maybe=maybe)

    def _rows(self, rule: Rule, patterns: tuple[Pattern, ...]) -> np.ndarray:
        """Answer the positions a rule speaks of: a sample's own rows for this fact, else what its patterns find."""
        within = self.theirs
        if rule.since:
            # Asked this way round a row without a day stays in: a comparison with NaT is false.
            within = within & ~(self.asked.days < np.datetime64(rule.since))
        if rule.until:
            within = within & ~(self.asked.days >= np.datetime64(rule.until))
        # The author's words stay with her rows (0006): on them no pattern is asked.
        if (fact := self.asked.facts.get(rule.id)) is not None:
            codes, names = self.events.words("file")
            row = self.events.column("row").to_numpy()
            meant = [
                self.asked.here & (codes == names.index(name)) & (row == number)
                for name, number in fact.rows
                if name in names
            ]
            return np.flatnonzero(np.logical_or.reduce(meant)) if meant else np.array([], np.int64)
        # A rule without patterns speaks of relations or companies, so of every row; one about deeds finds none.
        if not patterns:
            return np.flatnonzero(within) if rule.per or self.lens.suppose else np.array([], np.int64)
        return np.flatnonzero(within & found(self.events, self.parties, patterns))

    def _graded(self, rule: Rule, rows: np.ndarray, observer: Observer) -> Iterator[Finding]:
        classes = self.known.class_of[rows]
        grades = self.known.grades(observer, self.scenario)[classes]
        if rule.facets or rule.beyond:
            if len(rows):
                for facet in rule.facets:
                    yield self._facet(rule, rows, grades[:, FACETS.index(facet)], facet, observer)
                for word in rule.beyond:
                    yield Finding(rule, rows, Grade.DOES_NOT_KNOW, (word,), observer)
            return
        best = grades.max(axis=1, initial=0)
        for grade in sorted(Grade, reverse=True):
            of = rows[best == grade]
            # "Does not know" is told facet by facet, where a rule asks so; of whole rows it would be most of the trail.
            if not len(of) or grade < max(self.lens.least, Grade.ALLEGED):
                continue
            has = (grades[best == grade] == grade).any(axis=0)
            facets = tuple(name for name, there in zip(FACETS, has.tolist(), strict=True) if there)
            yield Finding(rule, of, grade, facets, observer, self._paths(self.known, of, facets, grade, observer))

    def _facet(self, rule: Rule, rows: np.ndarray, grades: np.ndarray, facet: str, observer: Observer) -> Finding:
        """Answer the best grade any of the rows gives of one facet, with the rows that give it."""
        grade = Grade(int(grades.max()))
        of = rows[grades == grade]
        return Finding(rule, of, grade, (facet,), observer, self._paths(self.known, of, (facet,), grade, observer))

    def _supposed(self, rule: Rule, rows: np.ndarray, observer: Observer) -> Iterator[Finding]:
        """Compare what an observer has of the rows without and with what the lens supposes."""
        before, after = (one.grades(observer, self.scenario)[one.class_of[rows]] for one in (self.known, self.with_it))
        risen = after > before
        grade = Grade(int(after[risen].max(initial=0)))
        of = rows[risen.any(axis=1)]
        facets = tuple(name for name, there in zip(FACETS, risen.any(axis=0).tolist(), strict=True) if there)
        counts = [int((side >= Grade.MIGHT_KNOW).sum()) for side in (before, after)]
        paths = self._paths(self.with_it, of, facets, grade, observer)
        yield Finding(rule, of, grade, facets, observer, paths, before=counts[0], after=counts[1])

    def _paths(
        self, known: Known, rows: np.ndarray, facets: tuple[str, ...], grade: Grade, observer: Observer
    ) -> tuple[tuple[Relation, ...], ...]:
        """List the distinct paths by which an observer has facets of these rows at a grade; none where it wrote them."""
        if grade in {Grade.DOES_NOT_KNOW, Grade.KNOWS}:
            return ()
        grades = known.grades(observer, self.scenario)
        paths = (
            known.because(number, facet, observer, self.scenario)
            for number in np.unique(known.class_of[rows]).tolist()
            for facet in facets
            if grades[number, FACETS.index(facet)] == grade
        )
        # A finding of a year has thousands of classes, and its paths repeat: some are enough to show why.
        return tuple(dict.fromkeys(path for path in paths if path))[:MOST_PATHS]

    def _companies(self, rule: Rule) -> Iterator[Finding]:
        """Answer one finding for each company of the trail that a rule speaks of, with the rows that name it."""
        allowed = found(self.events, self.parties, rule.when) if rule.when else np.ones(len(self.events), bool)
        for company, mask in companies(self.parties, self.theirs & allowed):
            one = self.known.registry.company(company)
            # A collector nobody registered has no region and no source: there is nothing to say of it.
            if one.kind == "company" and company in self.known.registry.companies and self._region(rule, one.region):
                yield Finding(rule, np.flatnonzero(mask), company=company)

    def _relations(self, rule: Rule, rows: np.ndarray) -> Iterator[Finding]:
        """Answer the relations by which companies of the trail tell a rule's observers, with the rows each wrote down."""
        registry = self.known.registry
        wrote: dict[str, list[int]] = {}
        for at in np.unique(self.known.class_of[rows]).tolist():
            wrote.setdefault(self.known.deeds[at].collector, []).append(at)
        wanted = {member for one in rule.observers for member in registry.observer(one).members}
        for company in sorted(wrote):
            of = rows[np.isin(self.known.class_of[rows], wrote[company])]
            days = np.unique(self.known.rows.days[of])
            days = days[~np.isnat(days)].tolist()
            for relation in registry.relations:
                if relation.to_id not in wanted or not _tells(relation, company, registry, days):
                    continue
                yield Finding(
                    rule, of, None, relation.flows, _single(registry, relation.to_id), ((relation,),), company
                )

    def _region(self, rule: Rule, region: str) -> bool:
        return not rule.regions or region in rule.regions


def _tells(relation: Relation, company: str, registry: Registry, days: list[date]) -> bool:
    # What is alleged is in no scenario; here no switch asks for it.
    if relation.use not in {"edge", "duty"} or relation.from_id is None or relation.evidence == "alleged":
        return False
    members = registry.company(relation.from_id).members or (relation.from_id,)
    return company in members and any(relation.in_force(day) for day in days)


def _single(registry: Registry, company: str) -> Observer:
    return Observer(company, frozenset([company]), "company", registry.company(company).names)


def _lens(path: Path) -> Lens:
    with path.open("rb") as file:
        said = tomllib.load(file)
    try:
        sources = {key: Source(**one) for key, one in said["source"].items()}
        return Lens(
            id=path.stem,
            order=said["order"],
            title=said["title"],
            about=said["about"],
            rules=tuple(_rule(one, sources) for one in said["rule"]),
            limits=tuple(said.get("limit", ())),
            not_known=tuple(said["not_known"]),
            scenario=said.get("scenario", ""),
            least=Grade[said.get("least", "does_not_know").upper()],
            casts=tuple(Cast.of(one) for one in said.get("cast", ())),
            suppose=tuple(Supposed.of(one) for one in said.get("suppose", ())),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name}: expected {error}; see docs/lenses.md") from error


def _rule(said: Mapping[str, Any], sources: Mapping[str, Source]) -> Rule:
    cited = tuple(
        replace(sources[one["of"]], article=one["article"]) if isinstance(one, dict) else sources[one]
        for one in said["sources"]
    )
    return Rule(
        id=said["id"],
        text=said["text"],
        sources=cited,
        when=tuple(pattern(one) for one in said.get("when", ())),
        maybe=tuple(pattern(one) for one in said.get("maybe", ())),
        needs=said.get("needs", {}),
        facets=tuple(said.get("facets", ())),
        beyond=tuple(said.get("beyond", ())),
        observers=tuple(said.get("observers", ())),
        per=said.get("per", ""),
        quote=said.get("quote", ""),
        regions=tuple(said.get("regions", ())),
        since=said.get("since"),
        until=said.get("until"),
    )
