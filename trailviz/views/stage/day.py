"""One day of a trail for the stage, as JSON-able values.

The grades of every class, observer and scenario go to the browser in one piece, so that see-as, the slider, the switches and
playback never ask Python. Third persons arrive veiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailviz import story, verdict
from trailviz.days import day_bounds
from trailviz.events import FACETS
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.registry import SELF
from trailviz.story import claims
from trailviz.story.clauses import Speaker
from trailviz.story.silences import figures, templates
from trailviz.views.stage.claimed import claimed
from trailviz.views.stage.graded import Paths, tensors, ways
from trailviz.views.stage.ground import sent
from trailviz.views.stage.guessed import guesses
from trailviz.views.stage.happened import companies, happened, of_day
from trailviz.views.stage.lasting import lasting
from trailviz.views.stage.named import ground
from trailviz.views.stage.unseen import classes_of, gaps, sight
from trailviz.views.stage_words import SCENARIOS as SCENARIO_WORDS
from trailviz.views.stage_words import TEMPLATES, on_stage
from trailviz.words import Words

if TYPE_CHECKING:
    from datetime import date

    from trailviz.atlas import Basemap
    from trailviz.intake import Account
    from trailviz.registry import Observer
    from trailviz.trail import Trail

MOST_OBSERVERS = 24
DEFAULT = SCENARIOS.index("ownership")


def model(
    trail: Trail,
    *,
    lang: str = "en",
    day: date | None = None,
    unveil: bool = False,
    first: Observer | None = None,
    basemap: Basemap | None = None,
) -> dict[str, Any]:
    """Gather one day for the stage, as JSON-able values; docs/stage.md describes the shape.

    `first` looks before all others: a super-app that somebody has put together. `basemap` is the ground out of the
    person's own file, in the place of the sketch.
    """
    words = Words(lang)
    chosen = day or trail.default_day
    shared = {
        "v": 1,
        "lang": lang,
        "words": on_stage(words),
        "zone": trail.zone_name,
        "sample": bool(trail.sample),
        "subtitle": _subtitle(trail, lang),
        "basemap": sent(basemap, lang) if basemap else None,
    }
    if chosen is None:
        return {**shared, "empty": True, "days": []}
    low, high = (bound.timestamp() for bound in day_bounds(chosen, trail.zone))
    observers = (*((first,) if first else ()), *trail.observers)[:MOST_OBSERVERS]
    return {
        **shared,
        "empty": False,
        "day": chosen.isoformat(),
        "days": [{"day": one.isoformat(), "label": words.day(one), "n": count} for one, count in trail.days],
        "t0": low,
        "t1": high,
        "observers": [_observer(one, chosen, lang) for one in observers],
        "scenarios": [
            {"id": one, "name": words.say(SCENARIO_WORDS[one][0]), "hint": words.say(SCENARIO_WORDS[one][1])}
            for one in SCENARIOS
        ],
        "scenario": DEFAULT,
        "facets": list(FACETS),
        # Named, so that the stage's templates do not hang on the order of an enumeration in Python.
        "grades": [grade.word for grade in Grade],
        **_told(trail, chosen, observers, words, unveil=unveil),
        "passage": trail.sample.get("passage"),
        **ground(trail, of_day(trail, chosen), lang, own=basemap is not None),
        "verdicts": [file_verdict(one, lang) for one in trail.accounts],
    }


def _told(trail: Trail, chosen: date, observers: tuple[Observer, ...], words: Words, *, unveil: bool) -> dict[str, Any]:
    """Gather what happened on a day, who knows what of it, and what nobody does."""
    positions = of_day(trail, chosen)
    speaker = Speaker.of(trail, positions, words.lang, unveil=unveil)
    numbers = classes_of(trail, positions, chosen)
    # Dates are worded for the day relations are judged of, which need not be the day shown.
    paths = Paths(trail, words, trail.on or chosen)
    index = {position: number for number, position in enumerate(positions)}
    seen: dict[tuple[int, tuple[str, ...]], set[tuple[str, ...]]] = {}
    names = [*(one for one in trail.parties.names if one != SELF), SELF]
    return {
        "companies": companies(trail, names, positions, words),
        "events": happened(trail, speaker, positions, numbers, names),
        **tensors(trail, observers, numbers, paths),
        # What a switch needs: the page for the class has no Python to ask (0009).
        **ways(trail, observers, numbers),
        "claims": [
            claimed(speaker, claim, index, observers, seen)
            for claim in claims(trail, chosen)
            if claim.position in index
        ],
        **guesses(speaker, observers, chosen, index, names),
        **lasting(trail, observers, chosen, index, names, words.lang),
        "relations": paths.relations(),
        "paths": paths.listed(),
        "gaps": gaps(speaker, observers, chosen),
        "sight": sight(trail, observers, numbers, names, chosen),
        "figures": [
            [[vars(one) for one in figures(trail, who, scenario, chosen, speaker)] for scenario in SCENARIOS]
            for who in observers
        ],
    }


def file_verdict(account: Account, lang: str) -> dict[str, Any]:
    """Say of one file what the person should know."""
    return {
        "file": account.file,
        "member": account.member,
        "format": account.format,
        "summary": verdict.summary(account, lang),
        "left_out": verdict.left_out(account, lang),
        # Five cells show what is wrong; a column of dates misread would fill the screen.
        "notices": [*verdict.notices(account, lang), *verdict.unreadable(account)[:5]],
        "advice": verdict.advice(account, lang),
        "first": account.first.isoformat() if account.first else None,
        "last": account.last.isoformat() if account.last else None,
        "zone": account.zone,
    }


def _observer(observer: Observer, day: date, lang: str) -> dict[str, Any]:
    words = Words(lang)
    # Companies joined by hand are several; a group ("Ant Financial and its companies") is told as one.
    plural = int(observer.kind == "group" and "+" in observer.id)
    return {
        "id": observer.id,
        "name": observer.name(lang),
        "kind": observer.kind,
        "members": sorted(observer.members) if observer.kind in {"company", "group"} else [],
        "title": story.title(observer, day, lang),
        "templates": {grade: words.catalogue.gettext(pair[plural]) for grade, pair in TEMPLATES.items()},
        "nothings": templates(observer, words),
    }


def _subtitle(trail: Trail, lang: str) -> str:
    about = trail.sample.get("sample", {}).get("about", {})
    return about.get(lang) or about.get("en", "")
