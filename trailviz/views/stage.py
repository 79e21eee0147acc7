"""What the stage is given: a day of a trail, graded for every observer and scenario at once.

The grades of every class, observer and scenario go to the browser in one piece, so that see-as, the slider and playback
never ask Python. Third persons arrive veiled.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz import story, verdict
from trailviz.days import day_bounds
from trailviz.events import FACET_BIT, FACETS, written
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.registry import SELF
from trailviz.story import Claim, claims, groups
from trailviz.story.because import dated, phrase
from trailviz.story.clauses import Speaker
from trailviz.story.silences import figures, worded
from trailviz.views.stage_words import SCENARIOS as SCENARIO_WORDS
from trailviz.views.stage_words import TEMPLATES, on_stage
from trailviz.words import Words

if TYPE_CHECKING:
    from datetime import date

    from trailviz.gaps import Gap
    from trailviz.intake import Account
    from trailviz.reachable import Anchor
    from trailviz.registry import Observer, Relation
    from trailviz.trail import Trail

MOST_OBSERVERS = 24
MOST_EVENTS = 60_000
DEFAULT = SCENARIOS.index("ownership")


def model(trail: Trail, *, lang: str = "en", day: date | None = None, unveil: bool = False) -> dict[str, Any]:
    """Gather one day for the stage, as JSON-able values; docs/stage.md describes the shape."""
    words = Words(lang)
    chosen = day or trail.default_day
    shared = {
        "v": 1,
        "lang": lang,
        "words": on_stage(words),
        "zone": trail.zone_name,
        "sample": bool(trail.sample),
        "subtitle": _subtitle(trail, lang),
    }
    if chosen is None:
        return {**shared, "empty": True, "days": []}
    observers = trail.observers[:MOST_OBSERVERS]
    positions = _of_day(trail, chosen)
    speaker = Speaker.of(trail, positions, lang, unveil=unveil)
    numbers = np.unique(trail.known.class_of[positions]) if positions else np.zeros(0, np.int32)
    found = claims(trail, chosen)
    paths = _Paths(trail, words, trail.on or chosen)
    low, high = (bound.timestamp() for bound in day_bounds(chosen, trail.zone))
    index = {position: number for number, position in enumerate(positions)}
    seen: dict[tuple[int, tuple[str, ...]], set[tuple[str, ...]]] = {}
    names = [*(one for one in trail.parties.names if one != SELF), SELF]
    return {
        **shared,
        "empty": False,
        "day": chosen.isoformat(),
        "days": [{"day": one.isoformat(), "label": words.day(one), "n": count} for one, count in trail.days],
        "t0": low,
        "t1": high,
        "companies": _companies(trail, names, positions, words),
        "observers": [_observer(one, chosen, lang) for one in observers],
        "scenarios": [
            {"id": one, "name": words.say(SCENARIO_WORDS[one][0]), "hint": words.say(SCENARIO_WORDS[one][1])}
            for one in SCENARIOS
        ],
        "scenario": DEFAULT,
        "facets": list(FACETS),
        "grades": [grade.word for grade in Grade],
        "events": _events(trail, speaker, positions, numbers, names),
        **_tensors(trail, observers, numbers, paths),
        "claims": [_claim(speaker, claim, index, observers, seen) for claim in found],
        "relations": paths.relations(),
        "paths": paths.listed(),
        "gaps": [
            [[_gap(gap, speaker, one) for gap in trail.gaps(one, scenario, chosen)] for scenario in SCENARIOS]
            for one in observers
        ],
        "figures": [
            [[vars(one) for one in figures(trail, who, scenario, chosen, speaker)] for scenario in SCENARIOS]
            for who in observers
        ],
        "passage": trail.sample.get("passage"),
        "ground": trail.sample.get("sample", {}).get("basemap", "land"),
        "verdicts": [file_verdict(one, lang) for one in trail.accounts],
    }


def file_verdict(account: Account, lang: str) -> dict[str, Any]:
    """Say of one file what the person should know."""
    return {
        "file": account.file,
        "member": account.member,
        "format": account.format,
        "summary": verdict.summary(account, lang),
        "left_out": verdict.left_out(account, lang),
        "notices": [*verdict.notices(account, lang), *verdict.unreadable(account)[:5]],
        "advice": verdict.advice(account, lang),
        "first": account.first.isoformat() if account.first else None,
        "last": account.last.isoformat() if account.last else None,
        "zone": account.zone,
    }


class _Paths:
    """The paths that carry grades, each told once."""

    def __init__(self, trail: Trail, words: Words, day: date) -> None:
        self.trail, self.words, self.day = trail, words, day
        self.numbers: dict[tuple[str, ...], int] = {(): 0}
        self.seen: dict[str, Relation] = {}

    def number(self, path: tuple[Relation, ...]) -> int:
        self.seen.update({one.id: one for one in path})
        return self.numbers.setdefault(tuple(one.id for one in path), len(self.numbers))

    def relations(self) -> list[dict[str, Any]]:
        registry = self.trail.registry
        return [
            {
                "id": one.row_id,
                "ends": sorted({one.subject, one.object, one.from_id or one.subject, one.to_id or one.object}),
                "text": phrase(one, registry, self.words),
                "dates": dated(one, self.words, self.day),
                "evidence": one.evidence,
                "sources": list(one.sources),
                "note": one.note(self.words.lang),
            }
            for one in self.seen.values()
        ]

    def listed(self) -> list[list[int]]:
        index = {relation: at for at, relation in enumerate(self.seen)}
        return [[index[one] for one in path] for path in self.numbers]


def _tensors(trail: Trail, observers: tuple[Observer, ...], numbers: np.ndarray, paths: _Paths) -> dict[str, Any]:
    """Grade every class of the day for every observer and scenario, and number the path each learnt grade rests on."""
    shape = (len(observers), len(SCENARIOS), len(numbers), len(FACETS))
    grade, said, why = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8), np.zeros(shape, np.uint16)
    for o, observer in enumerate(observers):
        for s, scenario in enumerate(SCENARIOS):
            grade[o, s] = trail.known.grades(observer, scenario)[numbers]
            said[o, s] = trail.known.grades(observer, scenario, alleged=True)[numbers]
            for c, f in zip(*np.nonzero((grade[o, s] > 0) & (grade[o, s] < Grade.KNOWS)), strict=True):
                why[o, s, c, f] = paths.number(trail.known.because(int(numbers[c]), FACETS[f], observer, scenario))
            for c, f in zip(*np.nonzero((said[o, s] > 0) & (grade[o, s] == 0)), strict=True):
                why[o, s, c, f] = paths.number(
                    trail.known.because(int(numbers[c]), FACETS[f], observer, scenario, alleged=True)
                )
    alleged = None if (grade == said).all() else base64.b64encode(said.tobytes()).decode()
    return {
        "grade": base64.b64encode(grade.tobytes()).decode(),
        "alleged": alleged,
        "why": base64.b64encode(why.astype("<u2").tobytes()).decode(),
        "classes": len(numbers),
    }


def _sets(trail: Trail, claim: Claim, observers: tuple[Observer, ...]) -> set[tuple[str, ...]]:
    """List the sets of a claim's facets that some observer has at one grade in some scenario."""
    return {
        facets
        for one in observers
        for scenario in SCENARIOS
        for alleged in (False, True)
        for _, facets in groups(trail, claim, trail.known.grades(one, scenario, alleged=alleged))
    }


def _claim(
    speaker: Speaker,
    claim: Claim,
    positions: dict[int, int],
    observers: tuple[Observer, ...],
    seen: dict[tuple[int, tuple[str, ...]], set[tuple[str, ...]]],
) -> dict[str, Any]:
    """Word a claim for every set of facets that any observer has at one grade in any scenario; `seen` keeps those sets."""
    trail = speaker.trail
    notes = {one["id"]: one for one in trail.sample.get("fact", ())}
    note = notes.get(claim.fact or "", {})
    lang = speaker.words.lang
    told: dict[str, str] = {}
    if claim.kind == "absent":
        told["0"] = story.missing(speaker, claim)
    else:
        key = (int(trail.known.class_of[claim.position]), claim.facets)
        if key not in seen:
            seen[key] = _sets(trail, claim, observers)
        last = story.instant(trail, claim.positions[-1]) if claim.positions else None
        for facets in sorted(seen[key]):
            text = speaker.clause(
                claim.position, claim.kind, frozenset(facets), count=len(claim.positions) or 1, last=last
            )
            told[str(sum(FACET_BIT[name] for name in facets))] = text
    return {
        "e": positions[claim.position],
        "kind": claim.kind,
        "mask": sum(FACET_BIT[name] for name in claim.facets),
        "fact": claim.fact,
        "texts": told,
        "her": note.get("her_word", ""),
        "lower": {
            name: text.get(lang) or text["en"]
            for name, text in note.get("lower", {}).items()
            if name in {*claim.facets, *claim.absent}
        },
    }


def _events(
    trail: Trail, speaker: Speaker, positions: list[int], numbers: np.ndarray, names: list[str]
) -> dict[str, list[Any]]:
    """Lay out the day's events in columns; seconds since 1970 UTC, degrees, metres."""
    located = trail.located
    at = np.array(positions, np.int64)
    times = {name: trail.events.instants(name)[at] for name in ("start", "start_latest", "end_earliest", "end")}
    rows = [speaker.rows[position] for position in positions]
    index = {name: number for number, name in enumerate(names)}
    kinds = [row["kind"] for row in rows]
    return {
        "id": [written(trail.events.ids[one]) for one in at],
        **{short: _seconds(times[name]) for short, name in (("t0", "start"), ("t0l", "start_latest"), ("t1e", "end_earliest"), ("t1", "end"))},
        **{
            short: [None if np.isnan(value) else round(float(value), 6) for value in column[at]]
            for short, column in (
                ("lat", located.lat), ("lon", located.lon), ("r", located.r90_m),
                ("elat", located.end_lat), ("elon", located.end_lon), ("er", located.end_r90_m),
            )
        },
        "co": [index[trail.parties.names[number]] for number in trail.parties.collector[at]],
        "cls": np.searchsorted(numbers, trail.known.class_of[at]).tolist(),
        "act": trail.acts.act[at].tolist(),
        "kind": kinds,
        "mode": [row["mode"] for row in rows],
        "ill": located.illustrative[at].tolist(),
        "basis": [row["time_basis"] for row in rows],
        "file": [row["file"] for row in rows],
        "row": [row["row"] for row in rows],
        "label": [_label(speaker, position) for position in positions],
        "place": [speaker.place_name(position, end=False) or None for position in positions],
        "eplace": [speaker.place_name(position, end=True) or None for position in positions],
    }  # fmt: skip


def _label(speaker: Speaker, position: int) -> str:
    row = speaker.rows[position]
    if row["collector"] == SELF:
        return story.remembered(speaker, position)
    amount = speaker.words.sum(row["amount"], row["currency"]) if row["amount"] is not None else ""
    party = speaker.company(position, kind=False) if row["party"] else ""
    return " · ".join(part for part in (party, amount) if part) or row["kind"]


def _companies(trail: Trail, names: list[str], positions: list[int], words: Words) -> list[dict[str, Any]]:
    wrote = {trail.parties.names[number] for number in trail.parties.collector[positions]} if positions else set()
    return [
        {
            "id": name,
            "name": words.say("You remember") if name == SELF else trail.registry.company(name).name(words.lang),
            "lane": name in wrote,
            "self": name == SELF,
        }
        for name in names
    ]


def _observer(observer: Observer, day: date, lang: str) -> dict[str, Any]:
    words = Words(lang)
    plural = int(observer.kind == "group" and "+" in observer.id)
    return {
        "id": observer.id,
        "name": observer.name(lang),
        "kind": observer.kind,
        "members": sorted(observer.members) if observer.kind in {"company", "group"} else [],
        "title": story.title(observer, day, lang),
        "templates": {grade: words.catalogue.gettext(pair[plural]) for grade, pair in TEMPLATES.items()},
    }


def _gap(gap: Gap, speaker: Speaker, observer: Observer) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "t0": gap.start.timestamp(),
        "t1": gap.end.timestamp(),
        "a": _point(gap.a),
        "b": _point(gap.b),
        "v": gap.speed_mps,
        "mode": gap.mode,
        "length": speaker.words.span(gap.minutes),
        "text": worded(gap, speaker, observer),
    }


def _point(anchor: Anchor | None) -> list[float] | None:
    return None if anchor is None else [anchor.lat, anchor.lon, anchor.radius_m]


def _of_day(trail: Trail, day: date) -> list[int]:
    here = np.flatnonzero(trail.day_of == np.datetime64(day))
    order = np.lexsort((trail.events.ids[here], trail.events.instants("start")[here]))
    return [int(one) for one in here[order][:MOST_EVENTS]]


def _seconds(times: np.ndarray) -> list[float | None]:
    return [None if np.isnat(one) else one.astype("int64").item() / 1e6 for one in times]


def _subtitle(trail: Trail, lang: str) -> str:
    about = trail.sample.get("sample", {}).get("about", {})
    return about.get(lang) or about.get("en", "")
