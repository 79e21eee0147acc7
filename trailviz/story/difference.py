"""What changes between two readings of one day: two observers side by side, or the same day as it would be otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trailviz.knowledge import Grade
from trailviz.story.reasons import reason
from trailviz.story.shops import KINDS as SHOPS
from trailviz.story.shops import kind as kind_of_shop
from trailviz.whatif import EVERY
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from trailviz.registry import Observer, Registry
    from trailviz.story import Sentence, Story
    from trailviz.trail import Trail
    from trailviz.whatif import Change, Share

HOUR = 60
NOTHING = (
    mark("{observer} knows nothing of this day for sure."),
    mark("{observer} know nothing of this day for sure."),
)
BROUGHT = (
    mark("What {observer} knows of this day for sure, {total} facts, and which company they come from:"),
    mark("What {observer} know of this day for sure, {total} facts, and which company they come from:"),
)
BROUGHT_THEN = (
    mark("What {observer} knows of this day for sure, {total}, and which company they come from:"),
    mark("What {observer} know of this day for sure, {total}, and which company they come from:"),
)
BLINDNESS = ("blind", "silent", "not_loaded")


@dataclass(frozen=True)
class Moved:
    """A sentence that holds no more (or holds now), and what is told of the same thing on the other side, if anything.

    `why`: what took it away, in words, where one reading is the other with something otherwise.
    """

    sentence: Sentence
    other: Sentence | None
    why: str = ""


@dataclass(frozen=True)
class Difference:
    """`lost`: sentences of the first reading that the second tells weaker or not at all; `gained`: the reverse.

    `same` counts the sentences that stay. `minutes`: minutes of the day without a place (blind), without any record
    (silent) and not loaded, in the first and in the second reading.
    """

    lost: tuple[Moved, ...]
    gained: tuple[Moved, ...]
    same: int
    minutes: Mapping[str, tuple[int, int]]


def between(first: Story, second: Story) -> Difference:
    """Compare two readings of one day, facet by facet of what each row says."""
    before, after = _told(first), _told(second)
    lost, gained = _stronger(first, before, after), _stronger(second, after, before)
    moved = {one.sentence.id for one in lost}
    # What is told as unknown is no knowledge that could stay.
    same = sum(one.grade > Grade.DOES_NOT_KNOW and one.id not in moved for one in first.sentences)
    lengths = ({kind: _minutes(story, kind) for kind in BLINDNESS} for story in (first, second))
    one, other = lengths
    return Difference(lost, gained, same, {kind: (one[kind], other[kind]) for kind in BLINDNESS})


def explained(found: Difference, trail: Trail, other: Trail, change: Change, asked: tuple[date, Words]) -> Difference:
    """Answer the same difference, each sentence lost with what took it away; `asked` is the day and the language."""
    day, words = asked
    lost = tuple(replace(one, why=reason(one.sentence, trail, other, change, day, words)) for one in found.lost)
    return replace(found, lost=lost)


def _told(story: Story) -> dict[tuple[str, str, str], Sentence]:
    """Index the sentences by the row, the claim and the facet they speak of."""
    # Not by its text: the words change with the grade.
    return {(one.events[0], one.claim, facet): one for one in story.sentences for facet in one.facets}


def _stronger(
    story: Story, here: Mapping[tuple[str, str, str], Sentence], there: Mapping[tuple[str, str, str], Sentence]
) -> tuple[Moved, ...]:
    found: dict[str, Moved] = {}
    for key, sentence in here.items():
        other = there.get(key)
        if sentence.grade > (other.grade if other else Grade.DOES_NOT_KNOW):
            told = other if other and other.grade > Grade.DOES_NOT_KNOW else None
            # A sentence moves once, however many of its facets do.
            found.setdefault(sentence.id, Moved(sentence, told))
    return tuple(found[one.id] for one in story.sentences if one.id in found)


def _minutes(story: Story, kind: str) -> int:
    # Rounded once: gap by gap, a day would come to have 24 h 01 min.
    return round(sum((gap.end - gap.start).total_seconds() for gap, _ in story.gaps if gap.kind == kind) / 60)


WITHOUT = mark("{company} writes nothing down and passes nothing on")
NO_RELATION = mark("the relation {relation} does not exist")
NO_KIND = mark("no {kind} is recorded")
NO_SHOP = mark("nothing at {shop} is recorded")
NO_CATEGORY = mark("nothing of the category {category} is recorded")
IN_CASH = mark("{count} payments are made in cash")
ALL_CASH = mark("everything paid in person is paid in cash")
INSTEAD = mark("{rival} is used instead of {company}")
KEPT = mark("nothing older than {days} days is kept")
UNPLACED = mark("no app may read the phone's position")
AS_ON = mark("the relations of {day} hold")
KINDS = {
    "payment": mark("payment"), "refund": mark("refund"), "hold": mark("hold"), "transfer": mark("transfer"),
    "top_up": mark("top-up"), "fee": mark("fee"), "order": mark("order"), "item": mark("item"), "request": mark("request"),
    "ride": mark("ride"), "leg": mark("leg"), "tap": mark("tap"), "visit": mark("visit"), "fix": mark("position"),
    "delivery": mark("delivery"), "sign_in": mark("sign-in"), "search": mark("search"), "access": mark("access"),
    "disclosure": mark("disclosure"), "statement": mark("statement"), "note": mark("note"),
}  # fmt: skip


def described(change: Change, registry: Registry, words: Words) -> str:
    """Say what is otherwise, in one clause."""
    said = [words.say(WITHOUT, company=registry.company(one).name(words.lang)) for one in sorted(change.companies)]
    said += [words.say(NO_RELATION, relation=one) for one in sorted(change.relations)]
    said += [words.say(NO_KIND, kind=words.say(KINDS[one])) for one in sorted(change.kinds)]
    said += [
        words.say(NO_SHOP, shop=kind_of_shop(one, words)) if one in SHOPS else words.say(NO_CATEGORY, category=one)
        for one in sorted(change.categories)
    ]
    if change.cash:
        said.append(words.say(ALL_CASH) if EVERY in change.cash else words.say(IN_CASH, count=len(change.cash)))
    for old, new in change.instead.items():
        names = (registry.company(one).name(words.lang) for one in (old, new))
        company, rival = names
        said.append(words.say(INSTEAD, company=company, rival=rival))
    if change.keep_days is not None:
        said.append(words.say(KEPT, days=change.keep_days))
    if change.no_location:
        said.append(words.say(UNPLACED))
    if change.on is not None:
        said.append(words.say(AS_ON, day=words.day(change.on)))
    return words.listed(said)


NO_LONGER = (mark("No longer, or less surely ({count}):"), mark("New, or more surely ({count}):"))
BESIDE = (
    mark("Only {observer}, or more surely than {other} ({count}):"),
    mark("Only {other}, or more surely than {observer} ({count}):"),
)
NOW, THERE = mark("now: {text}"), mark("there: {text}")
COUNTED = (
    mark("Sentences no longer or less surely: {lost}; new or more surely: {gained}; as they are: {same}."),
    mark("Sentences only or more surely of {observer}: {lost}; of {other}: {gained}; alike: {same}."),
)
WHY = mark("why: {why}")
SAME = {
    "blind": mark("without a place: {before}, as before"),
    "silent": mark("without any record: {before}, as before"),
    "not_loaded": mark("not loaded: {before}, as before"),
}
WITHOUT_PLACE = mark("{observer}: {blind} without a place, {silent} without any record")
ALSO_UNLOADED = mark(
    "{observer}: {blind} without a place, {silent} without any record; for {not_loaded} no file here speaks for it"
)
LENGTHS = {
    "blind": mark("without a place: {before}, then {after}"),
    "silent": mark("without any record: {before}, then {after}"),
    "not_loaded": mark("not loaded: {before}, then {after}"),
}


def lines(found: Difference, words: Words, beside: tuple[Observer, Observer] | None = None) -> list[str]:
    """Say what differs, line by line; `beside` names the two observers where these are what differs."""
    answer = summary(found, words, beside)
    for heading, moved in zip(headings(found, words, beside), (found.lost, found.gained), strict=True):
        if moved:
            answer += ["", heading]
        answer.extend(f"- {moved_lines(one, words, beside=bool(beside))}" for one in moved)
    return answer


def summary(found: Difference, words: Words, beside: tuple[Observer, Observer] | None = None) -> list[str]:
    """Say how many sentences differ, and how long there is no place, no record and no file."""
    counts = {"lost": len(found.lost), "gained": len(found.gained), "same": found.same}
    first = words.say(COUNTED[bool(beside)], **counts, **_names(words, beside))
    return [first, *(_side_by_side(found, beside, words) if beside else _then(found, words))]


def headings(found: Difference, words: Words, beside: tuple[Observer, Observer] | None = None) -> tuple[str, ...]:
    """Head the sentences that the first side alone has, and those of the second."""
    counts = len(found.lost), len(found.gained)
    texts = zip(BESIDE if beside else NO_LONGER, counts, strict=True)
    return tuple(words.say(text, count=count, **_names(words, beside)) for text, count in texts)


def moved_lines(one: Moved, words: Words, *, beside: bool = True) -> str:
    """Say a sentence that only one side has: its row, why it is gone, and what the other side has instead."""
    file, row = one.sentence.rows[0]
    said = [f"{one.sentence.text}  [{words.say('{file}, row {row}', file=file, row=row)}]"]
    if one.why:
        said.append("    " + words.say(WHY, why=one.why))
    if one.other:
        said.append("    " + words.say(THERE if beside else NOW, text=one.other.text))
    return "\n".join(said)


def _names(words: Words, beside: tuple[Observer, Observer] | None) -> dict[str, str]:
    return {key: one.name(words.lang) for key, one in zip(("observer", "other"), beside or (), strict=False)}


def _then(found: Difference, words: Words) -> list[str]:
    """Say how long the observer is blind, before and after."""
    said = []
    for kind, pair in found.minutes.items():
        before, after = (_length(one, words) for one in pair)
        if any(pair):
            same = before == after
            said.append("    " + words.say(SAME[kind] if same else LENGTHS[kind], before=before, after=after))
    return said


def _side_by_side(found: Difference, beside: tuple[Observer, Observer], words: Words) -> list[str]:
    """Say of each observer how long it has no place, no record, and no file that speaks for it."""
    said = []
    for number, one in enumerate(beside):
        minutes = {kind: pair[number] for kind, pair in found.minutes.items()}
        lengths = {kind: _length(count, words) for kind, count in minutes.items()}
        template = ALSO_UNLOADED if minutes["not_loaded"] else WITHOUT_PLACE
        said.append("    " + words.say(template, observer=one.name(words.lang), **lengths))
    return said


def _length(minutes: int, words: Words) -> str:
    return words.say("{h} h {m} min", h=minutes // HOUR, m=f"{minutes % HOUR:02d}")


def shared(
    found: Sequence[Share], registry: Registry, observer: Observer, words: Words, then: Sequence[Share] | None = None
) -> list[str]:
    """Say how many facts each company brings to what an observer knows; `then`: to what it would know otherwise."""
    total = sum(one.value for one in found)
    many = observer.kind == "group" and "+" in observer.id
    if not total:
        return [words.say(NOTHING[many], observer=observer.name(words.lang))]
    count = f"{total:.0f}"
    if then is not None:
        count = words.say("{before} facts, then {after}", before=count, after=f"{sum(one.value for one in then):.0f}")
        answer = [words.say(BROUGHT_THEN[many], observer=observer.name(words.lang), total=count)]
    else:
        answer = [words.say(BROUGHT[many], observer=observer.name(words.lang), total=count)]
    after = {one.company: one for one in then or ()}
    # A rival app brings nothing now, and something then.
    listed = [*found, *(one for one in then or () if one.company not in {known.company for known in found})]
    before = {one.company: one for one in found}
    for one in listed:
        name = registry.company(one.company).name(words.lang)
        here = before.get(one.company)
        value = f"{here.value:.1f}{_error(here)}" if here else "0"
        percent = f"{here.value / total:.0%}" if here else "0%"
        if then is None:
            template = "{company}: {value} ({percent}); without it {alone} would be gone"
            line = words.say(template, company=name, value=value, percent=percent, alone=one.alone)
        else:
            now = after.get(one.company)
            later = f"{now.value:.1f}{_error(now)}" if now else "0"
            line = words.say(
                "{company}: {value} ({percent}), then {after}", company=name, value=value, percent=percent, after=later
            )
        answer.append("    " + line)
    note = words.say("A fact is one thing of one row, such as a time or a sum; shares are Shapley values.")
    return [*answer, note]


def _error(one: Share) -> str:
    return f" ± {one.error:.1f}" if one.error else ""


def record(difference: Difference) -> dict[str, object]:
    """Write a difference as scripts read it; docs/cli.md describes it."""

    def moved(one: Moved) -> dict[str, object]:
        other = one.other
        return {
            "id": one.sentence.id,
            "text": one.sentence.text,
            "grade": one.sentence.grade.word,
            "rows": [{"file": file, "row": row} for file, row in one.sentence.rows],
            "because": list(one.sentence.because),
            "why": one.why,
            "other": {"text": other.text, "grade": other.grade.word} if other else None,
        }

    return {
        "lost": [moved(one) for one in difference.lost],
        "gained": [moved(one) for one in difference.gained],
        "same": difference.same,
        "minutes": {kind: list(pair) for kind, pair in difference.minutes.items()},
    }
