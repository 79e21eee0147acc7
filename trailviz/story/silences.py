"""Gaps in words: what an observer cannot see, and what the records inside a gap do not tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trailviz.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from trailviz.gaps import Gap
    from trailviz.registry import Observer
    from trailviz.story.clauses import Speaker
    from trailviz.trail import Trail
    from trailviz.words import Words

KINDS = {
    "blind": mark("{observer} does not know where you were from {start} to {end}"),
    "silent": mark("{observer} has no record at all from {start} to {end}"),
    "not_loaded": mark("Nothing here speaks for {observer} from {start} to {end}: no file covers it"),
    "switched_off": mark("Switched off by you from {start} to {end}"),
}
PLURAL = {
    "blind": mark("{observer} do not know where you were from {start} to {end}"),
    "silent": mark("{observer} have no record at all from {start} to {end}"),
}
WHAT = {
    "taxi": mark("at {time} a taxi was paid"),
    "remote": mark("at {time} an order was paid"),
    "": mark("at {time} {company} was paid"),
    "in": mark("at {time} money came in from {company}"),
    "ride": mark("at {time} a ride began"),
    "sign_in": mark("at {time} you signed in"),
    "search": mark("at {time} you searched"),
    "access": mark("at {time} an app read a sensor"),
    "disclosure": mark("at {time} a company passed something on"),
    "other": mark("at {time} something was recorded"),
}
MONEY = frozenset({"payment", "hold", "fee", "refund", "transfer", "top_up", "order", "delivery"})
MOST_INSIDE = 4
PLACELESS = (mark("and neither is a place"), mark("and none of them is a place"))
ONE = mark("and that is not a place")
AREA = mark("and that does not say where exactly")


@dataclass(frozen=True)
class Figure:
    """One way to measure the gap the author speaks of: whose measure, from when to when, how long."""

    label: str
    start: str
    end: str
    length: str


def worded(gap: Gap, speaker: Speaker, observer: Observer) -> str:
    """Say a gap in a sentence, with the records inside that name no place."""
    words, zone = speaker.words, speaker.trail.zone
    start, end = words.clock(gap.start, zone), words.clock(gap.end, zone)
    # A gap ends at the end of the day, not at its beginning.
    if end == "00:00":
        end = "24:00"
    kinds = {**KINDS, **PLURAL} if "+" in observer.id else KINDS
    text = words.say(kinds[gap.kind], observer=observer.name(words.lang), start=start, end=end)
    inside = _inside(gap, speaker) if gap.kind == "blind" else []
    if inside:
        verdict = ONE if len(inside) == 1 else PLACELESS[len(inside) > 2]  # noqa: PLR2004 - both
        # A town or a street is told beside its payment: it is a place, only none that ends a gap.
        if any(speaker.trail.located.tier[speaker.trail.position_of(event)] for event in gap.inside):
            verdict = AREA
        listed = inside[:MOST_INSIDE]
        if more := len(inside) - len(listed):
            listed.append(words.say("and {count} records more", count=more))
        text += words.say(": {records}, {neither}", records=words.say(", ").join(listed), neither=words.say(verdict))
    if gap.contradiction:
        text += words.say(". These records contradict each other at this speed")
    return text + words.say(".")


def figures(trail: Trail, observer: Observer, scenario: str, day: date, speaker: Speaker) -> list[Figure]:
    """Measure the sample's famous gap three ways: by her words, by rule, and as silence."""
    quoted = next((one for one in trail.sample.get("gap", ()) if "quote" in one), None)
    if quoted is None:
        return []
    start, end = quoted["start"], quoted["end"]
    found = [Figure(speaker.words.say("by her words, no place"), *_clocks(speaker, start, end))]
    labels = {"blind": mark("by rule, no place: a taxi's code is not a place"), "silent": mark("no record at all")}
    for kind, label in labels.items():
        here = (
            gap
            for gap in trail.gaps(observer, scenario, day)
            if gap.kind == kind and gap.start < end and gap.end > start
        )
        found += [Figure(speaker.words.say(label), *_clocks(speaker, gap.start, gap.end)) for gap in here]
    return found


def _clocks(speaker: Speaker, start: object, end: object) -> tuple[str, str, str]:
    zone = speaker.trail.zone
    minutes = round((end - start).total_seconds() / 60)  # type: ignore[operator]
    return speaker.words.clock(start, zone), speaker.words.clock(end, zone), speaker.words.span(minutes)  # type: ignore[arg-type]


def templates(observer: Observer, words: Words) -> dict[str, str]:
    """Answer the sentence of each kind of gap for an observer, with places for its name, start and end."""
    kinds = {**KINDS, **PLURAL} if "+" in observer.id else KINDS
    # Not `say`: the places stay open, since the stage fills them.
    return {kind: words.catalogue.gettext(text) + words.say(".") for kind, text in kinds.items()}


def _inside(gap: Gap, speaker: Speaker) -> list[str]:
    trail, words = speaker.trail, speaker.words
    told: list[str] = []
    acts: set[int] = set()
    for event in gap.inside:
        at = trail.position_of(event)
        act = int(trail.acts.act[at])
        # A gap may hold records of the day before, whose rows were not fetched.
        row = speaker.rows.get(at)
        if row is None or act in acts or row["start"] is None or not gap.start < row["start"] < gap.end:
            continue
        # A taxi and the wallet's row of it are one deed: told once.
        acts.add(act)
        what = WHAT[_what(row)]
        told.append(words.say(what, time=words.clock(row["start"], trail.zone), company=speaker.company(at)))
    return told


def _what(row: Mapping[str, Any]) -> str:
    """Say what kind of thing a record without a place tells of."""
    if row["kind"] not in MONEY:
        return row["kind"] if row["kind"] in WHAT else "other"
    if row["flow"] == "in":
        return "in"
    return "taxi" if row["mode"] == "taxi" else "remote" if row["presence"] == "remote" else ""
