"""A lens in words: each finding a sentence, with its rows, the relations it rests on, and the sources of its rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.knowledge import Grade
from trailviz.lenses.cards import Card, cards
from trailviz.story.because import dated, phrase
from trailviz.story.clauses import Speaker
from trailviz.story.silences import Figure, figures
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from trailviz.lenses import Finding, Lens, Source
    from trailviz.registry import Observer, Relation
    from trailviz.trail import Trail

MOST_ROWS = 100
FACETS = {
    "time": mark("when it began"), "end": mark("when it ended"), "place": mark("where it began"), "destination": mark("where it ended"),
    "route": mark("the way taken"), "amount": mark("the sum"), "merchant": mark("with which company"), "items": mark("what was bought"),
    "person": mark("which other person"), "vehicle": mark("which vehicle"), "identity": mark("which account"),
    "device": mark("which device"), "score": mark("a score"), "ad_id": mark("an advertising number"), "credit_file": mark("a credit file"),
    "blacklist": mark("a court's list"), "video": mark("pictures"), "entered": mark("going in"),
    "payment_metadata": mark("payments"), "purchase_items": mark("what is bought"), "trip_start_end": mark("where rides begin and end"),
    "device_location": mark("where a device is"), "vehicle_id": mark("which vehicle"),
    "public_post": mark("who paid whom, when, and the note"),
}  # fmt: skip
GRADED = {
    Grade.KNOWS: mark("knows {facets}"),
    Grade.KNOWS_BECAUSE: mark("knows {facets}, because of another company"),
    Grade.MIGHT_KNOW: mark("might know {facets}"),
    Grade.COULD_BE_ASKED: mark("could be told on request {facets}"),
    Grade.ALLEGED: mark("is said to have been told {facets}, which is not proven"),
    Grade.DOES_NOT_KNOW: mark("no record in this trail tells {facets}"),
}
HERS = {
    "knows": mark("knows"),
    "knows because": mark("knows because"),
    "might know": mark("might know"),
    "does not know": mark("does not know"),
}
SURE = frozenset({Grade.KNOWS, Grade.KNOWS_BECAUSE})
SURE_WORDS = frozenset({"knows", "knows because"})
REFUSED, PERHAPS = mark("would have been refused"), mark("may have been refused: {needs}")
SUPPOSED = mark("{before} facts without the duty, {after} with it; it then might know {facets}")
NO_CHANGE = mark("{before} facts, with or without the duty")
TELLS = mark("{company} tells {observer}: {facets}")
MAY_TELL = mark("{company} may tell {observer}: {facets}")
NAMED = mark("{company} (rows of this trail that name it: {count})")


@dataclass(frozen=True)
class Entry:
    """One finding in words.

    `agrees` compares our grade with the author's own word: None where she says nothing. `rows`, and the events of
    `positions`, are at most `MOST_ROWS` of `count`. `before` and `after` count facts without and with what is supposed.
    """

    rule: str
    heading: str
    quote: str
    cast: str
    observer: str
    text: str
    grade: Grade | None
    facets: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]
    positions: tuple[int, ...]
    count: int
    because: tuple[str, ...]
    because_text: tuple[str, ...]
    sources: tuple[Source, ...]
    maybe: bool = False
    her_word: str = ""
    agrees: bool | None = None
    remark: str = ""
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class Reading:
    """A lens over a trail, in one language. `silent` are the rules no row is found for, with their sources."""

    lens: str
    title: str
    about: str
    summary: str
    figures: tuple[Figure, ...]
    entries: tuple[Entry, ...]
    silent: tuple[tuple[str, tuple[Source, ...]], ...]
    limits: tuple[str, ...]
    not_known: tuple[str, ...]
    cards: tuple[Card, ...]


def read(trail: Trail, lens: Lens, observer: Observer, scenario: str, lang: str, day: date | None = None) -> Reading:
    """Word what a lens finds in a day, or in the whole trail."""
    words = Words(lang)
    told = day or trail.default_day
    spoken = _Spoken(trail, words, told)
    findings = trail.look(lens, observer, scenario, day)
    entries = tuple(spoken.entry(one) for one in _grouped(spoken, findings))
    belonging = tuple(one for one in cards() if lens.id in one.lenses)
    return Reading(
        lens.id,
        _in(lens.title, lang),
        _in(lens.about, lang),
        _summary(entries, words),
        _figures(trail, entries, observer, lens.scenario or scenario, told, lang),
        entries,
        _silent(lens, entries, lang),
        tuple(_in(one, lang) for one in lens.limits),
        tuple(_in(one, lang) for one in lens.not_known),
        belonging,
    )


def record(one: Reading, lang: str) -> dict[str, object]:
    """Write a reading as scripts read it; docs/cli.md describes it."""
    return {
        "lens": one.lens,
        "title": one.title,
        "about": one.about,
        "summary": one.summary,
        "figures": [vars(figure) for figure in one.figures],
        "findings": [_finding(entry) for entry in one.entries],
        "silent": [
            {"heading": heading, "sources": [source_record(source) for source in sources]}
            for heading, sources in one.silent
        ],
        "limits": list(one.limits),
        "not_known": list(one.not_known),
        "cards": [card_record(card, lang) for card in one.cards],
    }


def card_record(card: Card, lang: str) -> dict[str, object]:
    """Write a card in one language."""
    return {
        "id": card.id,
        "date": card.date,
        "title": _in(card.title, lang),
        "summary": _in(card.summary, lang),
        "not_said": _in(card.not_said, lang),
        "questions": [_in(one, lang) for one in card.questions],
        "quote": card.quote,
        "quote_by": card.quote_by,
        "sources": [source_record(one) for one in card.sources],
    }


def source_record(one: Source) -> dict[str, str]:
    """Write a source: title, date, address and article."""
    return {"title": one.title, "date": one.date, "url": one.url, "article": one.article}


def cited(one: Source, words: Words) -> str:
    """Write a source on one line."""
    parts = [one.title, one.article, one.date, one.url]
    return words.say("source: {source}", source=words.say(", ").join(part for part in parts if part))


def opening(one: Reading, words: Words) -> tuple[str, ...]:
    """Answer what comes before the findings of a lens: how many claims agree, and how long the gap is."""
    measured = (f"{figure.start}–{figure.end}  {figure.length}  {figure.label}" for figure in one.figures)
    told = [words.say("The gap, measured three ways"), *measured] if one.figures else []
    return (*((one.summary,) if one.summary else ()), *told)


def closing(one: Reading, words: Words) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Answer what every lens ends with: what it does not do, and what is not known."""
    return (
        (words.say("What this lens does not do"), one.limits),
        (words.say("What is not known"), one.not_known),
    )


def card_lines(card: Card, words: Words) -> list[str]:
    """Write a card, line by line."""
    lines = [f"{_in(card.title, words.lang)} ({card.date})", f"  {_in(card.summary, words.lang)}"]
    if card.quote:
        lines.append(f"  “{card.quote}” ({card.quote_by})")
    lines.append("  " + words.say("It does not say: {text}", text=_in(card.not_said, words.lang)))
    lines += ["  " + words.say("To discuss: {text}", text=_in(one, words.lang)) for one in card.questions]
    return [*lines, *(f"  {cited(one, words)}" for one in card.sources)]


def entry_lines(one: Entry, words: Words) -> Iterator[str]:
    """Write a finding's own lines: the sentence, the author's word, the rows, the relations."""
    yield words.say("{observer}: {text}", observer=one.observer, text=one.text) if one.observer else one.text
    if one.her_word:
        hers = words.say(HERS[one.her_word]) if one.her_word in HERS else one.her_word
        verdict = mark("agrees") if one.agrees else mark("ours is lower")
        yield words.say("The author: {word} ({verdict})", word=hers, verdict=words.say(verdict))
    if one.remark:
        yield one.remark
    if one.rows:
        yield rows_line(one, words)
    yield from (words.say("because {reason}", reason=reason) for reason in one.because_text)


def rows_line(one: Entry, words: Words, most: int = 8) -> str:
    """Name the rows of a finding, and how many more there are."""
    files: dict[str, list[int]] = {}
    for name, row in one.rows[:most]:
        files.setdefault(name, []).append(row)
    named = [
        words.say("{file}, row {row}", file=name, row=words.say(", ").join(str(row) for row in rows))
        for name, rows in files.items()
    ]
    more = one.count - min(len(one.rows), most)
    return words.say("; ").join(named) + (words.say(" and {count} more", count=more) if more > 0 else "")


@dataclass(frozen=True)
class _Spoken:
    trail: Trail
    words: Words
    day: date | None

    def entry(self, one: Finding) -> Entry:
        say, lang = self.words.say, self.words.lang
        # Several events may stand on one row: an order and its items.
        rows = tuple(dict.fromkeys(self.trail.row_of(at) for at in one.rows[:MOST_ROWS].tolist()))
        facets = self.words.listed([say(FACETS.get(name, name)) for name in one.facets])
        hers, lower = self._hers(one)
        # The author may have a word that is no grade of ours: nothing is compared then.
        agrees = None if hers not in HERS else _agrees(one.grade, hers)
        return Entry(
            rule=one.rule.id,
            heading=_in(one.rule.text, lang),
            quote=one.rule.quote,
            cast=_in(one.cast.title, lang) if one.cast else "",
            # There the sentence itself says who is told.
            observer=one.observer.name(lang) if one.observer and one.rule.per != "relations" else "",
            text=self._text(one, facets),
            grade=one.grade,
            facets=one.facets,
            rows=rows,
            positions=tuple(one.rows[:MOST_ROWS].tolist()),
            # Beyond that no row is looked up, and events are counted in their place.
            count=len(rows) if len(one.rows) <= MOST_ROWS else len(one.rows),
            because=tuple(relation.row_id for path in one.because for relation in path),
            because_text=tuple(self._reason(path, one) for path in one.because),
            sources=one.rule.sources,
            maybe=one.maybe,
            her_word=hers if hers in HERS else "",
            agrees=agrees,
            remark=lower if agrees is False else "",
            before=one.before,
            after=one.after,
        )

    def alike(self, one: Finding, other: Finding) -> bool:
        """Say whether two findings may be told in one sentence."""
        graded = one.grade is not None and one.grade == other.grade and one.before is None
        same = one.rule.id == other.rule.id and one.cast == other.cast and one.because == other.because
        rows = np.array_equal(one.rows, other.rows)
        return graded and same and rows and self._hers(one) == self._hers(other)

    def _hers(self, one: Finding) -> tuple[str, str]:
        """Answer the author's own word for what a finding grades, and why ours is lower; empty where she says nothing."""
        fact = self.trail.facts.get(one.rule.id)
        if fact is None or one.grade is None or not one.facets:
            return "", ""
        facet = one.facets[0]
        return fact.words.get(facet) or fact.words.get("", ""), _in(fact.lower.get(facet, {}), self.words.lang)

    def _text(self, one: Finding, facets: str) -> str:
        say = self.words.say
        if one.before is not None:
            changed = one.before != one.after
            return say(SUPPOSED if changed else NO_CHANGE, before=one.before, after=one.after, facets=facets)
        if one.rule.per == "relations":
            # One link that a policy merely permits makes the whole way a "may".
            documented = all(relation.evidence == "documented_flow" for path in one.because for relation in path)
            return say(
                TELLS if documented else MAY_TELL,
                company=self._company(one),
                observer=one.observer.name(self.words.lang) if one.observer else "",
                facets=facets,
            )
        if one.rule.per == "company":
            return say(NAMED, company=self._company(one), count=len(one.rows))
        if one.observer is None:
            # Sure only where the row says so; else the finding says what the row lacks (0006).
            return say(PERHAPS, needs=_in(one.rule.needs, self.words.lang)) if one.maybe else say(REFUSED)
        return say(GRADED[one.grade or Grade.DOES_NOT_KNOW], facets=facets)

    def _company(self, one: Finding) -> str:
        return self.trail.registry.company(one.company or "").name(self.words.lang)

    def _reason(self, path: tuple[Relation, ...], finding: Finding) -> str:
        # A recast day is told by the relations of that day (0006).
        day = (finding.cast.on if finding.cast else None) or self.day
        return self.words.listed([self._relation(one, day) for one in path])

    def _relation(self, one: Relation, day: date | None) -> str:
        said = phrase(one, self.trail.registry, self.words)
        # It has no date and no source to show: nobody has this duty.
        if one.since_kind == "supposed":
            return f"{said} ({self.words.say('supposed here')})"
        return f"{said} ({dated(one, self.words, day)})" if day else said


def _grouped(spoken: _Spoken, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Join findings of one rule that differ in nothing but the facet: "knows when and where it began"."""
    held: list[Finding] = []
    for one in findings:
        if held and spoken.alike(held[-1], one):
            held[-1] = replace(held[-1], facets=(*held[-1].facets, *one.facets))
        else:
            held.append(one)
    yield from held


def _summary(entries: tuple[Entry, ...], words: Words) -> str:
    compared = [one for one in entries if one.agrees is not None]
    if compared:
        # Facet by facet, as the 28 of 33 are counted (0006).
        agree = sum(len(one.facets) for one in compared if one.agrees)
        return words.say(
            "{agree} of {all} things she claims agree with our grades; where ours is lower, the reason stands beside it.",
            agree=agree,
            all=sum(len(one.facets) for one in compared),
        )
    return "" if entries else words.say("No row of this trail is one this lens speaks of.")


def _figures(
    trail: Trail, entries: tuple[Entry, ...], observer: Observer, scenario: str, day: date | None, lang: str
) -> tuple[Figure, ...]:
    """Measure the passage's own gap where the author's words are compared; nothing elsewhere."""
    if day is None or not any(one.agrees is not None for one in entries):
        return ()
    return tuple(figures(trail, observer, scenario, day, Speaker(trail, Words(lang), {})))


def _silent(lens: Lens, entries: tuple[Entry, ...], lang: str) -> tuple[tuple[str, tuple[Source, ...]], ...]:
    told = {one.rule for one in entries}
    return tuple(
        (_in(rule.text, lang), rule.sources) for rule in lens.rules if rule.id not in told and rule.per != "company"
    )


def _agrees(grade: Grade | None, word: str) -> bool:
    if word in SURE_WORDS:
        return grade in SURE
    return grade == {"might know": Grade.MIGHT_KNOW, "does not know": Grade.DOES_NOT_KNOW}[word]


def _finding(one: Entry) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "heading": one.heading,
        "quote": one.quote,
        "cast": one.cast,
        "observer": one.observer or None,
        "text": one.text,
        "grade": one.grade.word if one.grade is not None else None,
        "facets": list(one.facets),
        "maybe": one.maybe,
        "before": one.before,
        "after": one.after,
        "her_word": one.her_word or None,
        "agrees": one.agrees,
        "remark": one.remark,
        "rows": [{"file": name, "row": row} for name, row in one.rows],
        "count": one.count,
        "because": list(one.because),
        "because_text": list(one.because_text),
        "sources": [source_record(source) for source in one.sources],
    }


def _in(text: Mapping[str, str], lang: str) -> str:
    return text.get(lang) or text.get("en", "")
