"""What stands beside every day: who gets copies without handing out an export, and who is silent. Words, never grades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from babel.core import get_global

from trailviz import silent
from trailviz.events import FACET_BIT, FACETS
from trailviz.registry import SELF, Observer
from trailviz.story.because import explained
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from trailviz.trail import Trail

HEADING = mark("Not in your exports is not the same as not known.")
COPIES = mark("{company} wrote none of these files and is told of {count} of their rows, because {because}.")
WHOEVER = mark(
    "This is what these files tell whoever gets all of them: you, and anyone you give them to. It is about no company."
)
NOTHING = mark("{observer} wrote none of these files: all it can know reached it through others.")
SCENARIO = "documented"


@dataclass(frozen=True)
class Standing:
    """A standing sentence: `kind` copies or silent, about whom, the words, its sources and the relations behind it."""

    kind: str
    who: str
    text: str
    sources: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    count: int = 0


def standing(trail: Trail, day: date, lang: str = "en") -> tuple[Standing, ...]:
    """Say who gets copies of these files' rows without an export here, the most rows first, and who is silent that day."""
    words = Words(lang)
    return (*copies(trail, words), *silences(trail, trail.on or day, words))


def copies(trail: Trail, words: Words) -> tuple[Standing, ...]:
    """Say which companies that wrote no row here are told of some by a documented relation, such as a card network."""
    known = trail.known
    size = np.bincount(known.class_of, minlength=len(known.holds))
    wrote = known.collectors
    rows: dict[str, int] = {}
    best: dict[str, tuple[int, int, str]] = {}
    for number in range(len(known.holds)):
        for company, mask in known.learnt(number, SCENARIO).items():
            held = mask & int(known.holds[number])
            if not held or company in wrote or company == SELF:
                continue
            rows[company] = rows.get(company, 0) + int(size[number])
            facet = next(name for name in FACETS if held & FACET_BIT[name])
            # The way that most rows came by stands for all of them.
            best[company] = max(best.get(company, (0, 0, "")), (int(size[number]), number, facet))
    found = []
    for company, count in sorted(rows.items(), key=lambda one: (-one[1], one[0])):
        _, number, facet = best[company]
        looks = Observer(company, frozenset([company]), "company")
        path = known.because(number, facet, looks, SCENARIO)
        # a class stands for many days: the last of them is the one a relation's end must be told for
        days = trail.day_of[known.class_of == number]
        days = days[~np.isnat(days)]
        on = trail.on or (max(days.tolist()) if len(days) else known.deeds[number].day)
        text = words.say(
            COPIES,
            company=_capital(trail.registry.company(company).name(words.lang)),
            count=count,
            because=explained(path, trail.registry, words, on),
        )
        sources = tuple(source for one in path for source in one.sources)
        found.append(Standing("copies", company, text, sources, tuple(one.row_id for one in path), count))
    return tuple(found)


def silences(trail: Trail, day: date, words: Words) -> tuple[Standing, ...]:
    """Name the silent observers, each with what a source says for the country of the trail's zone on that day."""
    # No row names a country; the zone of its clock does.
    country = get_global("zone_territories").get(trail.zone_name, "")
    found = []
    for one in silent.load():
        source = one.spoken_of({country}, day)
        parts = [one.has, source.says] if source else [one.has]
        text = words.say("{name}: {has}", name=_capital(one.name(words.lang)), has=_joined(parts, words.lang))
        found.append(Standing("silent", one.id, text, (source.source,) if source else ()))
    return tuple(found)


def of_observer(trail: Trail, observer: Observer, words: Words) -> str:
    """Say of an observer that wrote none of these files how it can know all the same; else nothing."""
    if SELF in observer.members:
        return words.say(WHOEVER) if observer.kind == "files" else ""
    if observer.members & trail.known.collectors:
        return ""
    return words.say(NOTHING, observer=observer.name(words.lang))


def record(found: Sequence[Standing]) -> list[dict[str, object]]:
    """Write standing sentences as scripts read them; docs/cli.md describes it."""
    return [
        {"kind": one.kind, "who": one.who, "text": one.text, "sources": list(one.sources), "because": list(one.because)}
        for one in found
    ]


def _joined(parts: Sequence[Mapping[str, str]], lang: str) -> str:
    told = [part[lang] for part in parts]
    return "".join(told) if lang.startswith("zh") else " ".join(told)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
