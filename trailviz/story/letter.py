"""A letter to a company: give me my data, say who got it and from whom it came, and stop what you need not do.

It names what the person has already seen, counted and never quoted: no cell of a file stands in it, and nobody's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.events import FACETS
from trailviz.knowledge import Grade
from trailviz.registry import SELF, Observer
from trailviz.story.because import dated, phrase
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from datetime import date

    from trailviz.registry import Law, Relation
    from trailviz.trail import Trail

PERMITTED = "permitted"
KINDS = {
    "payment": mark("payments"), "refund": mark("refunds"), "hold": mark("holds"), "transfer": mark("transfers"),
    "top_up": mark("top-ups"), "fee": mark("fees"), "order": mark("orders"), "item": mark("listed items"),
    "request": mark("requests for a ride"), "ride": mark("rides"), "leg": mark("ways of your own"), "tap": mark("taps"),
    "visit": mark("stays"), "fix": mark("positions"), "delivery": mark("deliveries"), "sign_in": mark("sign-ins"),
    "search": mark("searches"), "access": mark("readings of a sensor"), "disclosure": mark("disclosures"),
    "statement": mark("statements about me"),
}  # fmt: skip
HELD = {
    "time": mark("when"), "end": mark("until when"), "place": mark("where"), "destination": mark("where to"),
    "route": mark("which way"), "amount": mark("the sum"), "merchant": mark("the other side"), "items": mark("what it was"),
    "person": mark("which people"), "vehicle": mark("which vehicle"), "identity": mark("account numbers"),
    "device": mark("which device"), "score": mark("a score"), "ad_id": mark("an advertising id"),
    "credit_file": mark("a credit file"), "blacklist": mark("a list of defaulters"), "video": mark("video"),
}  # fmt: skip
ASKS = (
    ("copy", mark("send me a copy of all of it, also of what my export leaves out, in a form a machine can read")),
    ("recipients", mark("name everybody you gave it to, and everybody you had it from")),
    (
        "decisions",
        mark("tell me what you worked out about me: scores, groups I was put into, home and work, and by what logic"),
    ),
    ("", mark("tell me how long you keep each kind of it")),
    ("objection", mark("stop using it for advertising, and stop passing on what my contract does not need")),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a trail shows of a company: its own rows, and deeds of others' rows that may have come to it.

    `rows`: how many, by kind. `told`: for each company that wrote rows down, how many deeds may have come from it, which
    facets of them, and the relations they came by.
    """

    rows: dict[str, int]
    first: date | None
    last: date | None
    facets: tuple[str, ...]
    told: tuple[tuple[str, int, tuple[str, ...], tuple[Relation, ...]], ...]


def seen(trail: Trail, company_id: str) -> Seen:
    """Count what a trail shows of a company, by documents and by policies."""
    known = trail.known
    collectors = np.array([deed.collector for deed in known.deeds], object)
    counts = np.bincount(known.class_of, minlength=len(known.deeds))
    own = np.flatnonzero(collectors == company_id)
    rows: dict[str, int] = {}
    for number in own:
        kind = known.deeds[number].kind
        rows[kind] = rows.get(kind, 0) + int(counts[number])
    # a class stands for all days on which the same relations held: the days themselves are those of its events
    days = trail.day_of[np.isin(known.class_of, own)]
    ordered = np.sort(days[~np.isnat(days)]).tolist()
    grades = known.grades(Observer(company_id, frozenset([company_id]), "company"), PERMITTED)
    told = []
    for who in sorted({one for one in collectors if one not in {company_id, SELF}}):
        classes = [
            int(number) for number in np.flatnonzero(collectors == who) if (grades[number] >= Grade.MIGHT_KNOW).any()
        ]
        if classes:
            told.append((who, int(counts[classes].sum()), *_by(trail, company_id, classes, grades)))
    # Only what its rows show: what it holds besides is what the letter asks for.
    held = _facets(np.asarray((grades[own] == Grade.KNOWS).any(axis=0))) if len(own) else ()
    return Seen(rows, ordered[0] if ordered else None, ordered[-1] if ordered else None, held, tuple(told))


def letter(trail: Trail, company_id: str, words: Words, today: date, law: Law | None = None) -> str:
    """Write the letter, by a law or in general words.

    Args:
        trail: What the person has seen.
        company_id: To whom.
        words: The language to write in.
        today: Its date.
        law: By which it asks; None where none is known.
    """
    name = trail.registry.company(company_id).name(words.lang)
    found = seen(trail, company_id)
    lines = [words.say("To {company}", company=name), words.day(today), ""]
    if law is None:
        lines.append(words.say("I ask for the personal data you hold about me."))
    else:
        lines.append(
            words.say(
                "I ask for the personal data you hold about me, under {law}.",
                law=law.name(words.lang),
            )
        )
    lines += ["", *_what_was_seen(trail, found, name, words), "", words.say("Please:")]
    for number, (what, ask) in enumerate(ASKS, 1):
        article = law.article(what, words.lang) if law else ""
        lines.append(f"{number}. {words.say(ask)}" + (f" ({article})" if article else "") + words.say("."))
    lines.append("")
    # Not every law names a term, and a wrong one would give the company a reason to refuse.
    if law is not None and law.term():
        lines.append(words.say("The law gives you {term}.", term=law.term(words.lang)))
    lines += [
        words.say("If you need to know that it is me, ask for no more than that takes."),
        "",
        words.say("[name]"),
        words.say("[the e-mail address or number of your account]"),
    ]
    return "\n".join(lines)


def _what_was_seen(trail: Trail, found: Seen, name: str, words: Words) -> list[str]:
    """Say what the export and the other companies' exports already show."""
    lines = []
    if found.rows:
        listed = words.listed(
            [
                words.say("{count} {what}", count=count, what=words.say(KINDS.get(kind, kind)))
                for kind, count in _most(found.rows)
            ]
        )
        first, last = (words.day(day) if day else "" for day in (found.first, found.last))
        if first and first != last:
            said = words.say(
                "Your own export shows me {rows}, from {first} to {last}.", rows=listed, first=first, last=last
            )
        elif first:
            said = words.say("Your own export shows me {rows}, on {first}.", rows=listed, first=first)
        else:
            said = words.say("Your own export shows me {rows}.", rows=listed)
        lines.append(said)
        if found.facets:
            lines.append(words.say("Of these you hold: {facets}.", facets=_worded(found.facets, words)))
    for who, count, facets, relations in found.told:
        lines.append(
            words.say(
                "{other} wrote down deeds of mine that may have come to you ({count}): {facets}.",
                other=trail.registry.company(who).name(words.lang), count=count, facets=_worded(facets, words),
            )
        )  # fmt: skip
        day = found.last or (trail.days[0][0] if trail.days else None)
        lines += [
            f"   {words.say('because')} {phrase(one, trail.registry, words)} ({dated(one, words, day or one.since)})"
            for one in relations
        ]
    return lines or [words.say("No file of mine names {company}; what you hold I cannot see from here.", company=name)]


def _by(
    trail: Trail, company_id: str, classes: list[int], grades: np.ndarray
) -> tuple[tuple[str, ...], tuple[Relation, ...]]:
    """Answer the facets of some classes that may come to a company, and the last link of the way of each."""
    observer = Observer(company_id, frozenset([company_id]), "company")
    mask = np.asarray((grades[classes] >= Grade.MIGHT_KNOW).any(axis=0))
    links: dict[str, Relation] = {}
    for number in classes:
        for facet in _facets(grades[number] >= Grade.MIGHT_KNOW):
            way = trail.known.because(number, facet, observer, PERMITTED)
            if way:
                # The last link: who told this company is what this company can be asked about.
                links.setdefault(way[-1].row_id, way[-1])
    return _facets(mask), tuple(links[one] for one in sorted(links))


def _facets(mask: np.ndarray) -> tuple[str, ...]:
    return tuple(name for name, there in zip(FACETS, mask, strict=True) if there)


def _worded(facets: tuple[str, ...], words: Words) -> str:
    return words.listed([words.say(HELD[one]) for one in facets])


def _most(rows: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(rows.items(), key=lambda pair: (-pair[1], pair[0]))
