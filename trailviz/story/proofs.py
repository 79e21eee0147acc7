"""Sentences about what a person's own files prove: no policy and no guess, a record with its days and its count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailviz.words import Words, mark

if TYPE_CHECKING:
    from trailviz.evidence import Proven
    from trailviz.trail import Trail

SAID = {
    ("disclosure", True): mark("{by} told {observer} {times}, {days}. Your own file {file} says so."),
    ("disclosure", False): mark(
        "{by} may tell {observer}: so says {file}, which names no day. It is counted on no day."
    ),
    ("access", True): mark("{observer} read your {what} {times}, {days}. Your own file {file} says so."),
    ("access", False): mark("{observer} read your {what}; the file {file} names no day."),
}
CARRIES = {
    True: mark("It shows that a purchase was told, and when; not the sum, and not what you bought."),
    False: mark("It shows that they spoke, and when; not what was said."),
}
LINKED = mark("{count} of these are purchases that your other files record, too.")
LINKED_ONE = mark("One of these is a purchase that another of your files records, too.")
SENSORS = {
    "location": mark("location"), "camera": mark("camera"), "microphone": mark("microphone"), "contacts": mark("contacts"),
    "photos": mark("photos"), "mediaLibrary": mark("media library"),
}  # fmt: skip


def proofs(trail: Trail, lang: str = "en") -> list[str]:
    """Say what the files of a trail prove, the most frequent first."""
    words = Words(lang)
    return [_said(one, trail, words) for one in trail.proven]


def record(one: Proven) -> dict[str, object]:
    """Write what is proven as scripts read it; docs/cli.md describes it."""
    return {
        "kind": one.kind,
        "observer": one.observer,
        "by": one.by,
        "count": one.count,
        "first": one.first.isoformat() if one.first else None,
        "last": one.last.isoformat() if one.last else None,
        "what": one.what,
        "file": one.file,
        "rows": list(one.rows),
        "flows": list(one.flows),
        "relations": list(one.relations),
        "linked": one.deeds,
        "basis": "own_export",
    }


def _said(one: Proven, trail: Trail, words: Words) -> str:
    days = ""
    if one.first and one.last:
        first, last = (words.day(moment.astimezone(trail.zone).date()) for moment in (one.first, one.last))
        days = first if first == last else words.say("{first} to {last}", first=first, last=last)
    more = ""
    # What names no day makes no relation, so there is nothing it could carry.
    if one.kind == "disclosure" and days:
        more = " " + words.say(CARRIES[bool(one.flows)])
    if one.deeds:
        more += " " + (words.say(LINKED_ONE) if one.deeds == 1 else words.say(LINKED, count=one.deeds))
    said = words.say(
        SAID[one.kind, bool(days)],
        by=trail.registry.company(one.by).name(words.lang) if one.by else words.say("a company"),
        observer=trail.registry.company(one.observer).name(words.lang),
        what=words.say(SENSORS[one.what]) if one.what in SENSORS else one.what or words.say("data"),
        times=words.say("{count} times", count=one.count) if one.count > 1 else words.say("once"),
        days=days,
        file=_stands(one, words),
    )
    return said + more


def _stands(one: Proven, words: Words) -> str:
    """Name the file and the row, so that it can be looked up."""
    return words.say("{file}, row {row}", file=one.file, row=one.rows[0]) if len(one.rows) == 1 else one.file
