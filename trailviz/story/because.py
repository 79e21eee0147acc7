"""Why an observer knows: the relations of a path, in words, with their dates and a source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailviz.registry import OWN_EXPORT
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from datetime import date

    from trailviz.registry import Registry, Relation

PHRASES = {
    "owns": mark("{subject} owns {object}"),
    "controls": mark("{subject} controls {object}"),
    "affiliate": mark("{subject} is an affiliate of {object}"),
    "strategic_investor": mark("{subject} is a strategic investor in {object}"),
    "minority_investor": mark("{subject} holds a share in {object}"),
    "data_sharing_partner": mark("{subject} shares data with {object} by agreement"),
    "data_broker_supply": mark("{subject} supplies data to {object}"),
    "payment_processor_for": mark("{object} is paid through {subject}"),
    "mini_program_host": mark("{object} can be used inside {subject}"),
    "legal_obligation_to_state": mark("by law {subject} must help {object} on request"),
    "standing_duty": mark("by law {subject} reports to {object}"),
    "told": mark("{subject} told {object}"),
    "regulated_by": mark("{subject} is regulated by {object}"),
}
RELATED = mark("{subject} is related to {object}")
EVIDENCE = {
    "documented_flow": mark("documented"),
    "own_export": mark("your own export"),
    "permitted_by_policy": mark("permitted by its policy"),
    "only_ownership": mark("ownership only: no flow of data is documented"),
    "alleged": mark("alleged, not proven"),
}
HOST = re.compile(r"https?://(?:www\.)?([^/\s]+)")
LONGEST_SOURCE = 90


def explained(path: tuple[Relation, ...], registry: Registry, words: Words, day: date) -> str:
    """Join the relations of a path into one clause: "Alibaba controls Hema (since March 2016; …) and …"."""
    return words.listed([f"{phrase(one, registry, words)} ({dated(one, words, day)})" for one in path])


def phrase(one: Relation, registry: Registry, words: Words) -> str:
    """Say a relation in words, without its dates."""
    subject, other = (registry.company(company).name(words.lang) for company in (one.subject, one.object))
    # A standing feed reports every time; "must help on request" would be wrong of it (0004).
    standing = one.use == "duty" and one.evidence == "documented_flow"
    told = PHRASES["standing_duty"] if standing else PHRASES.get(one.relation, RELATED)
    return words.say(told, subject=subject, object=other)


def dated(one: Relation, words: Words, day: date) -> str:
    """Say since when, until when, how sure, and who says so."""
    if one.evidence == OWN_EXPORT:
        return _proven(one, words)
    parts = []
    since = _partial(one.since, one.since_precision, words)
    if one.since_kind == "first_seen":
        parts.append(words.say("seen on {date}", date=since))
    elif one.since_kind == "approx":
        parts.append(words.say("since about {date}", date=since))
    else:
        parts.append(words.say("since {date}", date=since))
    if one.until is not None:
        parts.append(words.say("until {date}", date=_partial(one.until, one.until_precision, words)))
    # An empty end means that none was known when somebody looked, not that there is none.
    elif one.open_after(day) and one.as_of is not None:
        parts.append(words.say("no end known on {date}", date=words.day(one.as_of)))
    if one.doubtful_on(day):
        parts.append(words.say("probably in force that day"))
    # a law permits more than a company's policy does: its phrase already says "on request"
    if one.use != "duty" and one.evidence != "documented_flow" and one.evidence in EVIDENCE:
        parts.append(words.say(EVIDENCE[one.evidence]))
    if one.sources:
        parts.append(words.say("source: {source}", source=short_source(one.sources[0])))
    return "; ".join(parts)


def _proven(one: Relation, words: Words) -> str:
    """Say on which days, how often, and which of the person's own files says so."""
    last = one.as_of or one.since
    first, until = words.day(one.since), words.day(last)
    days = first if one.since == last else words.say("{first} to {last}", first=first, last=until)
    count = one.note()
    times = words.say("once") if count == "1" else words.say("{count} times", count=count)
    return words.say("{times}, {days}; your own file says so: {file}", times=times, days=days, file=one.sources[0])


def spans(one: Relation, words: Words, day: date) -> list[str]:
    """Say since when, until when and as of when, each on its own, always all three: for a person who checks."""
    if one.evidence == OWN_EXPORT:
        return [_proven(one, words)]
    since = _partial(one.since, one.since_precision, words)
    frames = {"first_seen": mark("seen on {date}"), "approx": mark("since about {date}")}
    parts = [words.say(frames.get(one.since_kind, mark("since {date}")), date=since)]
    if one.until is None:
        parts.append(words.say("no end known"))
    else:
        parts.append(words.say("until {date}", date=_partial(one.until, one.until_precision, words)))
    if one.as_of is not None:
        parts.append(words.say("as of {date}", date=words.day(one.as_of)))
    if one.doubtful_on(day):
        parts.append(words.say("probably in force that day"))
    return parts


def short_source(source: str) -> str:
    """Shorten a source to its title, or to the site it stands on with a date."""
    found = HOST.search(source)
    if not found:
        return source if len(source) <= LONGEST_SOURCE else source[: LONGEST_SOURCE - 1] + "…"
    noted = re.search(r"\(([^():;]{4,30}\d{4})\)", source)
    return f"{found[1]}, {noted[1]}" if noted else found[1]


def _partial(day: date, precision: str, words: Words) -> str:
    # The first of January is our convention for a year alone, and no date that a source gives.
    if precision == "year":
        return str(day.year) if words.lang == "en" else f"{day.year}年"
    if precision == "month":
        return words.day(day).removeprefix(f"{day.day} ") if words.lang == "en" else f"{day.year}年{day.month}月"
    return words.day(day)
