"""A trail in sentences: what an observer knows, because of what, and what it cannot see.

A sentence's facets all have one grade. For each event and claim the facets are grouped by the grade the observer has of
them, and each group is worded for exactly those facets.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trailviz.acts import NO_TIME
from trailviz.events import FACET_BIT, FACETS, written
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.registry import SELF
from trailviz.story.because import explained
from trailviz.story.carried import Guessed, guessed
from trailviz.story.clauses import Speaker
from trailviz.story.shops import Named, named
from trailviz.story.silences import Figure, figures, worded
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from trailviz.gaps import Gap
    from trailviz.registry import Observer
    from trailviz.trail import Trail

TEMPLATES = {
    Grade.KNOWS: mark("{observer} knows {claim}."),
    Grade.KNOWS_BECAUSE: mark("{observer} knows {claim}, because {because}."),
    Grade.MIGHT_KNOW: mark("{observer} might know {claim}, because {because}."),
    Grade.COULD_BE_ASKED: mark("{observer} could be told on request {claim}, because {because}."),
    Grade.ALLEGED: mark("It is alleged that {observer} was told {claim}: {because}."),
    Grade.DOES_NOT_KNOW: mark("No record in this trail tells {observer} {claim}."),
}
PLURAL = {
    Grade.KNOWS: mark("{observer} know {claim}."),
    Grade.KNOWS_BECAUSE: mark("{observer} know {claim}, because {because}."),
    Grade.ALLEGED: mark("It is alleged that {observer} were told {claim}: {because}."),
}
CLAIMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ride": {
        "start": ("merchant", "time", "place", "person"),
        "move": ("destination", "end"),
        "end": ("end", "destination"),
        "paid": ("amount",),
    },
    "request": {"start": ("merchant", "time", "place"), "move": ("destination",)},
    "visit": {"start": ("time", "place"), "end": ("end",)},
    "leg": {"start": ("time", "place"), "end": ("end", "destination")},
    "statement": {"statement": ("place", "score")},
}
PAYING = {"paid": ("time", "amount", "merchant", "place", "person"), "end": ("end",)}
OTHER = {"start": ("time", "place", "merchant", "person")}
PAYMENTS = frozenset({"payment", "hold", "fee", "refund", "transfer", "top_up", "order", "delivery"})
ALWAYS = {"route": ("route",), "items": ("items",), "vehicle": ("vehicle",)}
GUESSED_OF = "paid"
MOST_FIXES = 1
RECORDED = "recorded"
OWN = mark("You remember: {note}.")
DEVICE = {
    "fix": mark("A position of your own device"),
    "visit": mark("A stay your own device noted"),
    "leg": mark("A way your own device noted"),
}


@dataclass(frozen=True)
class Claim:
    """One thing an event can say, before anybody's grade: its facets, and the passage's fact it stands for.

    `absent` are facets of that fact which no row of the trail holds. `positions` are the events it sums up.
    """

    position: int
    kind: str
    facets: tuple[str, ...]
    at: datetime | None
    fact: str | None = None
    absent: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A claim as an observer has it."""

    id: str
    at: datetime | None
    text: str
    grade: Grade
    facets: tuple[str, ...]
    time_basis: str | None
    fact: str | None
    events: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]
    because: tuple[str, ...]
    because_text: str
    claim: str
    remark: str = ""
    her_word: str = ""
    party: Named | None = None
    guess: Guessed | None = None


@dataclass(frozen=True)
class Story:
    """A day as an observer could tell it."""

    observer: Observer
    scenario: str
    day: date
    zone: str
    sentences: tuple[Sentence, ...]
    gaps: tuple[tuple[Gap, str], ...]
    figures: tuple[Figure, ...] = ()
    told: tuple[str, ...] = field(default=())


def claims(trail: Trail, day: date) -> tuple[Claim, ...]:
    """List what the events of a local day can say, in order of time. Fixes of one company are one claim."""
    facts = _facts(trail)
    kinds, words = trail.events.words("kind")
    collectors, names = trail.events.words("collector")
    by, said = trail.events.words("said_by")
    recorded = by == said.index(RECORDED) if RECORDED in said else np.zeros(len(by), bool)
    on_day = np.flatnonzero(trail.day_of == np.datetime64(day))
    start = trail.events.instants("start")
    found: list[Claim] = []
    fixes: dict[int, list[int]] = {}
    for at in on_day[np.lexsort((trail.events.ids[on_day], start[on_day]))]:
        position, kind = int(at), words[kinds[at]]
        # A phone's day has thousands of positions: one sentence tells them all.
        if kind == "fix":
            fixes.setdefault(int(collectors[at]), []).append(position)
            continue
        rows = facts.get(_row(trail, position), {})
        instant = _instant(start[at])
        # What one remembers oneself is nobody's record, so it makes no claim; what one's own device wrote down is in the files.
        if names[collectors[at]] != SELF or recorded[at]:
            # What its collector only may have recorded is told as well, as "might know" at best.
            held = int(trail.known.holds[trail.known.class_of[at]] | trail.known.may[trail.known.class_of[at]])
            for claim, facets in _kinds_of(trail, position, kind):
                here = tuple(name for name in facets if held & FACET_BIT[name])
                if here:
                    found.append(Claim(position, claim, here, instant, rows.get(claim)))
        found.extend(Claim(position, "absent", (), instant, fact, absent) for absent, fact in rows.get("absent", ()))
    for positions in fixes.values():
        one = Claim(positions[0], "fixes", ("time", "place"), _instant(start[positions[0]]), positions=tuple(positions))
        found.append(one)
    return tuple(
        # What has no time comes last, not at the beginning of time.
        sorted(found, key=lambda claim: (claim.at or datetime.max.replace(tzinfo=UTC), ORDER.index(claim.kind)))
    )


def rests_on(trail: Trail, claim: Claim) -> tuple[tuple[str, int], ...]:
    """List the rows a claim rests on, its own first: a run of positions may lie in many."""
    own = trail.row_of(claim.position)
    return tuple(dict.fromkeys((own, *map(trail.row_of, claim.positions))))


ORDER = ("start", "paid", "items", "vehicle", "move", "route", "end", "statement", "fixes", "absent")


def groups(trail: Trail, claim: Claim, grades: np.ndarray) -> Iterator[tuple[Grade, tuple[str, ...]]]:
    """Group a claim's facets by grade, strongest first. `grades` is one observer's, a class a row."""
    row = grades[trail.known.class_of[claim.position]]
    for grade in sorted(Grade, reverse=True):
        facets = tuple(name for name in claim.facets if row[FACETS.index(name)] == grade)
        if facets:
            yield grade, facets
    if claim.absent:
        yield Grade.DOES_NOT_KNOW, claim.absent


def tell(
    trail: Trail,
    observer: Observer,
    scenario: str,
    day: date,
    lang: str = "en",
    *,
    alleged: bool = False,
    unveil: bool = False,
) -> Story:
    """Tell a day as an observer could.

    What the observer has no record of is told for the facts of the sample's passage, so that both can be laid side by side.
    """
    found = claims(trail, day)
    on_day = sorted(
        {*np.flatnonzero(trail.day_of == np.datetime64(day)).tolist(), *(claim.position for claim in found)}
    )
    spoken = _spoken(trail, found, day)
    speaker = Speaker.of(trail, [at for at in on_day if at in spoken], lang, unveil=unveil)
    grades = trail.known.grades(observer, scenario, alleged=alleged)
    notes = {one["id"]: one for one in trail.sample.get("fact", ())}
    carried = trail.carried(observer, scenario, day)
    sentences = []
    for claim in found:
        for grade, facets in groups(trail, claim, grades):
            if grade > Grade.DOES_NOT_KNOW or claim.fact is not None:
                one = _sentence(speaker, claim, grade, facets, (observer, scenario, day, alleged), notes)
                # Beside the sentence that tells when: whoever has not the time was not asked for the place.
                if claim.kind == GUESSED_OF and "time" in facets and grade >= Grade.KNOWS_BECAUSE:
                    one = replace(one, guess=guessed(speaker, carried, claim.position, day))
                sentences.append(one)
    gaps = tuple((gap, worded(gap, speaker, observer)) for gap in trail.gaps(observer, scenario, day))
    measured = tuple(figures(trail, observer, scenario, day, speaker))
    told = tuple(remembered(speaker, at) for at in speaker.rows if speaker.rows[at]["collector"] == SELF)
    return Story(observer, scenario, day, trail.zone_name, tuple(sentences), gaps, measured, told)


def remembered(speaker: Speaker, position: int) -> str:
    """Say a note of the person's own, or what their own device wrote down."""
    row = speaker.rows[position]
    said = row["note"] or row["detail"] or ""
    if said:
        return speaker.words.say(OWN, note=speaker.translated(said) or said)
    place = speaker.place_name(position, end=False) or speaker.place_name(position, end=True)
    kind = speaker.words.say(DEVICE.get(row["kind"], DEVICE["fix"]))
    return f"{kind}: {place}" if place else kind


def title(observer: Observer, day: date, lang: str) -> str:
    """Name a day as somebody could read it."""
    words = Words(lang)
    return words.say("{day}, as {observer} could read it", day=words.day(day), observer=observer.name(lang))


def templates(observer: Observer) -> dict[Grade, str]:
    """Answer the sentence for each grade, in the number the observer's name asks for."""
    return {**TEMPLATES, **(PLURAL if observer.kind == "group" and "+" in observer.id else {})}


def missing(speaker: Speaker, claim: Claim) -> str:
    """Word what no row of the trail holds."""
    words = {
        "items": mark("what you bought"),
        "place": mark("where you were then"),
        "time": mark("when it began"),
        "entered": mark("that you went in"),
    }
    return speaker.words.listed([speaker.words.say(words.get(name, name)) for name in claim.absent])


def _sentence(
    speaker: Speaker,
    claim: Claim,
    grade: Grade,
    facets: tuple[str, ...],
    asked: tuple[Observer, str, date, bool],
    notes: dict[str, Any],
) -> Sentence:
    observer, scenario, day, alleged = asked
    trail, words = speaker.trail, speaker.words
    number = int(trail.known.class_of[claim.position])
    # One sentence, one because: the path of its first facet.
    first = facets[0]
    path = (
        trail.known.because(number, first, observer, scenario, alleged=alleged) if first in FACET_BIT and grade else ()
    )
    why = explained(path, trail.registry, words, trail.on or day)
    if grade == Grade.MIGHT_KNOW and not path:
        # a shop's address without a word that somebody stood in it (0008): no relation is the reason, the row is
        why = words.say("the row names the shop, and no word of it says that you were there")
    if claim.kind == "absent":
        clause = missing(speaker, claim)
    else:
        last = instant(trail, claim.positions[-1]) if claim.positions else None
        clause = speaker.clause(
            claim.position, claim.kind, frozenset(facets), count=len(claim.positions) or 1, last=last
        )
    # Where no path can be told there is no "because" to say.
    template = templates(observer)[Grade.KNOWS if grade == Grade.KNOWS_BECAUSE and not why else grade]
    note = notes.get(claim.fact or "", {})
    lower = note.get("lower", {})
    remark = next((lower[name].get(words.lang) or lower[name]["en"] for name in facets if name in lower), "")
    row = speaker.rows[claim.position]
    return Sentence(
        id=f"{written(trail.events.ids[claim.position])}.{claim.kind}.{'-'.join(facets)}",
        at=claim.at,
        text=_capital(words.say(template, observer=observer.name(words.lang), claim=clause, because=why)),
        grade=grade,
        facets=facets,
        time_basis=row["time_basis"],
        fact=claim.fact,
        events=tuple(written(trail.events.ids[at]) for at in (claim.positions or (claim.position,))[:100]),
        rows=rests_on(trail, claim),
        because=tuple(one.row_id for one in path),
        because_text=why,
        claim=claim.kind,
        # Only with the facet, or the JSON would show what the sentence must not.
        party=named(trail.parties, claim.position) if "merchant" in facets else None,
        # The sample's reason is for where our grade is lower than the author's word, and only there.
        remark=remark if grade < Grade.KNOWS_BECAUSE else "",
        her_word=next(
            (note["her_words"][name] for name in facets if name in note.get("her_words", {})), note.get("her_word", "")
        ),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kinds_of(trail: Trail, position: int, kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    listed: Mapping[str, tuple[str, ...]] = CLAIMS.get(kind) or (PAYING if kind in PAYMENTS else OTHER)
    bounded = bool(trail.bounded[position])
    for claim, facets in listed.items():
        # With a start known only within bounds nobody knows how long the ride took, only where it went.
        if claim == "move" and bounded:
            yield claim, ("destination",)
        # A payment tells an end only where it paid for a ride.
        elif claim == "end" and kind in PAYMENTS and trail.acts.end_us[position] == NO_TIME:
            continue
        else:
            yield claim, facets
    yield from ALWAYS.items()


def _facts(trail: Trail) -> dict[tuple[str, int], dict[str, Any]]:
    """Index the sample's facts by the row and claim they stand for."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for fact in trail.sample.get("fact", ()):
        for one in fact["on"]:
            row = found.setdefault((one["file"], one["row"]), {})
            if "absent" in one:
                row.setdefault("absent", []).append((tuple(one["absent"]), fact["id"]))
            else:
                row[one["claim"]] = fact["id"]
    return found


def _row(trail: Trail, position: int) -> tuple[str, int]:
    return trail.row_of(position)


def _spoken(trail: Trail, found: tuple[Claim, ...], day: date) -> set[int]:
    """Answer the events whose rows are needed: those with a claim, notes, and one of each run of fixes."""
    kinds, words = trail.events.words("kind")
    fix = words.index("fix") if "fix" in words else -1
    return {claim.position for claim in found} | set(
        np.flatnonzero((trail.day_of == np.datetime64(day)) & (kinds != fix)).tolist()
    )


def instant(trail: Trail, position: int) -> datetime | None:
    """Answer when an event began, or None."""
    return _instant(trail.events.instants("start")[position])


def _instant(moment: np.datetime64) -> datetime | None:
    return None if np.isnat(moment) else pd.Timestamp(moment).tz_localize(UTC).to_pydatetime()


__all__ = [
    "GUESSED_OF",
    "SCENARIOS",
    "Claim",
    "Sentence",
    "Story",
    "claims",
    "groups",
    "instant",
    "missing",
    "remembered",
    "tell",
    "title",
]
