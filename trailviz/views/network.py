"""Who told whom: the companies of a trail as a directed graph over time, and the streams of its rows.

The page is our own SVG and scripts (docs/decisions/0007 says why), without a string of the person's in it. What it is
given is counts by day and group of rows, and for every group and scenario the ways its rows are told on: whatever the person
filters, the page sums what Python found, and a million rows cost what their groups cost.
"""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.events import FACETS
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.registry import OWN_EXPORT, SELF
from trailviz.story.because import EVIDENCE, phrase, spans
from trailviz.story.clauses import Speaker
from trailviz.story.difference import KINDS
from trailviz.story.labels import label
from trailviz.story.merged import NAMES as FACET_WORDS
from trailviz.views.map import ASSETS, Shell, hashes
from trailviz.views.network_words import on_network
from trailviz.views.stage_words import SCENARIOS as SCENARIO_WORDS
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from datetime import date

    from trailviz.flows import Counts, Flows
    from trailviz.registry import Relation
    from trailviz.trail import Trail

SCRIPTS = ("net_model.js", "net_layout.js", "net_graph.js", "net_streams.js", "net_panel.js", "net_tables.js", "net.js")
MOST_OBSERVERS = 24
MOST_PLAYED = 5_000
MOST_TOLD = 1_000
ROWS_A_GROUP = 20
DEFAULT = SCENARIOS.index("ownership")
PROVEN = mark("proven by your own files")
MOUNT = '<main id="network" tabindex="-1"></main>'


def model(trail: Trail, *, lang: str = "en", day: date | None = None, unveil: bool = False) -> dict[str, Any]:
    """Gather the network of a trail, with one day's rows in order of time, as JSON-able values; docs/network.md."""
    words = Words(lang)
    chosen = day or trail.default_day
    shared = {"v": 1, "lang": lang, "words": on_network(words), "zone": trail.zone_name}
    if not len(trail.events):
        return {**shared, "empty": True}
    found, counted = trail.told_on, trail.told_rows
    names = _names(trail, found)
    index = {one: number for number, one in enumerate(names)}
    return {
        **shared,
        "empty": False,
        "day": chosen.isoformat() if chosen else None,
        "days": [{"day": one.isoformat(), "label": words.day(one), "n": count} for one, count in trail.days],
        "monthly": counted.monthly,
        "periods": [{"day": one.isoformat(), "label": _period(one, counted, words)} for one in counted.periods],
        "counts": {"period": _packed(counted.period), "of": _packed(counted.of), "rows": _packed(counted.rows)},
        "companies": [_company(trail, one, lang) for one in names],
        "observers": [
            {"id": one.id, "name": one.name(lang), "members": sorted(index[who] for who in one.members if who in index)}
            for one in trail.observers[:MOST_OBSERVERS]
        ],
        "scenarios": [
            {"id": one, "name": words.say(SCENARIO_WORDS[one][0]), "hint": words.say(SCENARIO_WORDS[one][1])}
            for one in SCENARIOS
        ],
        "scenario": DEFAULT,
        "alleged": any(way.grade == Grade.ALLEGED for pattern in found.patterns for way in pattern),
        "facets": [words.say(FACET_WORDS[one]) for one in FACETS],
        "kinds": {one: words.say(text) for one, text in KINDS.items()},
        "groups": [
            # -1 is the person, who is no company of the picture.
            {"wrote": index.get(one.wrote, -1), "kind": one.kind, "holds": one.holds, "patterns": one.patterns}
            for one in found.groups
        ],
        **_told(trail, found, index, words, chosen),
        "files": trail.events.words("file")[1],
        "played": _played(trail, chosen, words, unveil=unveil),
        "sampled": _sampled(trail, counted),
    }


def _names(trail: Trail, found: Flows) -> list[str]:
    """List every company that wrote or is told, those of the trail in the order in which the stage colours them."""
    collectors = {one.wrote for one in found.groups}
    wrote = [one for one in trail.parties.names if one != SELF and one in collectors]
    told = {way.to for pattern in found.patterns for way in pattern}
    through = {end for chain in found.chains for step in chain for end in (step.origin, step.to)}
    return [*wrote, *sorted((told | through) - set(wrote) - {SELF})]


def _company(trail: Trail, company: str, lang: str) -> dict[str, Any]:
    known = trail.registry.company(company)
    # The stage's own count, so that a company has one colour in both.
    stage = [one for one in trail.parties.names if one != SELF]
    return {
        "id": company,
        "name": known.name(lang),
        "kind": known.kind,
        "ink": stage.index(company) if company in stage else None,
    }


def _told(trail: Trail, found: Flows, index: dict[str, int], words: Words, day: date | None) -> dict[str, Any]:
    """Lay out relations, steps, chains and patterns, each once, as numbers into one another."""
    relations: dict[str, Relation] = {}
    steps: dict[tuple[int, int, str, int], int] = {}
    chains = []
    for chain in found.chains:
        numbers = []
        for step in chain:
            relations.setdefault(step.relation.id, step.relation)
            key = (index[step.origin], index[step.to], step.relation.id, step.grade)
            numbers.append(steps.setdefault(key, len(steps)))
        chains.append(numbers)
    at = {one: number for number, one in enumerate(relations)}
    return {
        "relations": [_relation(trail, one, words, day) for one in relations.values()],
        "steps": [[origin, to, at[relation], grade] for origin, to, relation, grade in steps],
        "chains": chains,
        "patterns": [[[index[way.to], way.facets, way.grade, way.chain] for way in one] for one in found.patterns],
    }


def _relation(trail: Trail, one: Relation, words: Words, day: date | None) -> dict[str, Any]:
    return {
        "id": one.row_id,
        "text": phrase(one, trail.registry, words),
        "dates": spans(one, words, day or one.since),
        "evidence": words.say(EVIDENCE.get(one.evidence, PROVEN)),
        "sources": list(one.sources),
        # The note of a proven relation is how often it was told, which its dates say.
        "note": "" if one.evidence == OWN_EXPORT else one.note(words.lang),
    }


def _period(day: date, counted: Counts, words: Words) -> str:
    return words.month(day) if counted.monthly else words.day(day)


def _packed(column: np.ndarray) -> str:
    # Little-endian, whatever this computer is: browsers read it so.
    return base64.b64encode(column.astype("<i4").tobytes()).decode()


def _played(trail: Trail, day: date | None, words: Words, *, unveil: bool) -> dict[str, Any]:
    """Lay out the rows of a day in order of time; `t` in seconds since 1970 UTC. Only the first have their own words."""
    if day is None:
        return {"t": [], "g": [], "f": [], "r": [], "label": [], "n": [], "left": 0}
    here = np.flatnonzero(trail.day_of == np.datetime64(day))
    start, end = trail.events.instants("start")[here], trail.events.instants("end")[here]
    moments = np.where(np.isnat(start), end, start)
    order = np.lexsort((trail.events.ids[here], moments))
    at, moments = here[order][:MOST_PLAYED], moments[order][:MOST_PLAYED]
    group_of = trail.told_on.group_of[trail.known.class_of[here]]
    groups, many = np.unique(group_of, return_counts=True)
    told = [int(one) for one in at[:MOST_TOLD]]
    speaker = Speaker.of(trail, told, words.lang, unveil=unveil)
    return {
        "t": (moments.astype("int64") // 1_000_000).tolist(),
        "g": group_of[order][:MOST_PLAYED].tolist(),
        **_where(trail, at),
        "label": [label(speaker, one, kind=True) for one in told],
        "n": [[int(one), int(rows)] for one, rows in zip(groups, many, strict=True)],
        "left": len(here) - len(at),
    }


def _sampled(trail: Trail, counted: Counts) -> dict[str, Any]:
    """List the first rows of every group, for the trail as a whole: enough to check it, however long it is."""
    group_of = trail.told_on.group_of[trail.known.class_of]
    # Stable: the rows to check are the first of the files, the same ones on every run.
    order = np.argsort(group_of, kind="stable")
    first = np.searchsorted(group_of[order], group_of[order], side="left")
    at = order[np.arange(len(order)) - first < ROWS_A_GROUP]
    days = trail.day_of[at]
    if counted.monthly:
        days = days.astype("datetime64[M]").astype("datetime64[D]")
    periods = np.array(counted.periods, "datetime64[D]")
    period = np.where(np.isnat(days), -1, np.searchsorted(periods, np.where(np.isnat(days), periods[:1], days)))
    return {"g": group_of[at].tolist(), "p": period.tolist(), **_where(trail, at)}


def _where(trail: Trail, at: np.ndarray) -> dict[str, list[int]]:
    return {
        "f": trail.events.words("file")[0][at].tolist(),
        "r": trail.events.column("row").to_numpy()[at].tolist(),
    }


@cache
def shell() -> Shell:
    """Build the page once a process: our styles and scripts, and nothing of anybody's."""
    html = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>trailviz</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{part()}</head><body class="tn-alone">{MOUNT}</body></html>'
    )
    return Shell(html, hashes(html))


@cache
def part() -> str:
    """Write the styles and scripts that a page needs to hold the network."""
    code = "\n".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)
    # Its own scope: the stage of a report has functions of the same names.
    return f'<style>{(ASSETS / "net.css").read_text("utf-8")}</style><script>"use strict";(() => {{\n{code}\n}})();</script>'
