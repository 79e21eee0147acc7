"""Why a sentence no longer holds where something is otherwise: its row was not written, or its path is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.story.because import phrase
from trailviz.whatif import LOCATED_BY_PHONE, PAID, cash_ids, of_category
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from datetime import date

    from trailviz.registry import Relation
    from trailviz.story import Sentence
    from trailviz.trail import Trail
    from trailviz.whatif import Change

WITHOUT = mark("not possible without {company}, which wrote it down")
WITHOUT_ON_THE_WAY = mark("not possible without {company}, on the way from {collector}")
CUT = mark("the relation {relation} is taken away")
ENDED = mark("“{relation}” ended on {day}")
NOT_YET = mark("“{relation}” holds only since {day}")
ELSEWHERE = mark("it went through {channel}, not through {company}")
IN_CASH = mark("what is paid in cash goes through nobody's wallet")
CASH = mark("what is paid in cash leaves no record")
NO_KIND = mark("no such row is recorded")
NO_CATEGORY = mark("nothing of this kind of shop or category is recorded")
NOT_PASSED_ON = mark("the company that passed it on passes nothing on")
OLD = mark("the row is no longer kept")
NO_PLACE = mark("no app read the phone's position")
RIVAL = mark("{rival} wrote it down instead of {company}")


def reason(sentence: Sentence, trail: Trail, other: Trail, change: Change, day: date, words: Words) -> str:
    """Say in one clause why a sentence of a day of the trail does not hold, or less surely, in the other; or nothing."""
    position = trail.position_of(int(sentence.events[0], 16))
    # First, since a row that was never written has no path to look at.
    if not np.isin(trail.events.ids[position], other.events.ids):
        return _unwritten(position, trail, change, words)
    on = other.on or day
    # Known's registry, not the trail's: what the files prove is among the reasons.
    before = {one.row_id: one for one in trail.known.registry.relations if one.row_id in sentence.because}
    standing = {one.row_id for one in other.known.registry.relations}
    # In order of the path: what lies behind the first broken link was never reached.
    for one in (before[relation] for relation in sentence.because):
        if one.row_id not in standing:
            return _cut(one, trail, position, change, words)
        if not one.in_force(on):
            return _out_of_force(one, on, trail, words)
    return _otherwise(position, trail, other, change, words)


def _unwritten(position: int, trail: Trail, change: Change, words: Words) -> str:
    company = trail.parties.names[trail.parties.collector[position]]
    kind = str(trail.events.column("kind")[position])
    if company in change.companies:
        return words.say(WITHOUT, company=_name(trail, company, words))
    if kind in change.kinds:
        return words.say(NO_KIND)
    if change.no_location and kind in LOCATED_BY_PHONE:
        return words.say(NO_PLACE)
    if change.categories and of_category(trail, change.categories)[position]:
        return words.say(NO_CATEGORY)
    if change.cash and kind in PAID and trail.events.ids[position] in cash_ids(trail, change.cash):
        return words.say(CASH)
    # What is left: a disclosure of a company that is away, or a row too old.
    return words.say(NOT_PASSED_ON if change.keep_days is None else OLD)


def _cut(one: Relation, trail: Trail, position: int, change: Change, words: Words) -> str:
    """Say which company or which choice took a relation away."""
    gone = next((end for end in (one.subject, one.object, one.from_id, one.to_id) if end in change.companies), None)
    if gone is None:
        return words.say(CUT, relation=one.row_id)
    collector = trail.parties.names[trail.parties.collector[position]]
    return words.say(WITHOUT_ON_THE_WAY, company=_name(trail, gone, words), collector=_name(trail, collector, words))


def _out_of_force(one: Relation, on: date, trail: Trail, words: Words) -> str:
    said = phrase(one, trail.registry, words)
    if one.since > on:
        return words.say(NOT_YET, relation=said, day=words.day(one.since))
    return words.say(ENDED, relation=said, day=words.day(one.until or on))


def _otherwise(position: int, trail: Trail, other: Trail, change: Change, words: Words) -> str:
    """Say what else changed about a row that is still there: who wrote it, or what it went through."""
    there = other.position_of(int(trail.events.ids[position]))
    wrote, writes = (one.parties.names[one.parties.collector[at]] for one, at in ((trail, position), (other, there)))
    if wrote != writes:
        return words.say(RIVAL, rival=_name(trail, writes, words), company=_name(trail, wrote, words))
    before, after = (one.parties.id_of(int(one.acts.channel[at])) for one, at in ((trail, position), (other, there)))
    if change.cash and before != after:
        return words.say(IN_CASH)
    if before and after and before != after:
        return words.say(ELSEWHERE, channel=_name(trail, after, words), company=_name(trail, before, words))
    if change.no_location:
        return words.say(NO_PLACE)
    return ""


def _name(trail: Trail, company: str, words: Words) -> str:
    return trail.registry.company(company).name(words.lang)
