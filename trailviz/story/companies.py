"""A company in words: the relations it stands in on a day, what each carries, on what evidence, and how to act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailviz.registry import OWN_EXPORT
from trailviz.story.because import EVIDENCE, dated, phrase
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from trailviz.registry import Law, Registry, Relation

FLOWS = {
    "payment_metadata": mark("payments (time, sum, shop)"),
    "trip_start_end": mark("rides (where and when they began and ended)"),
    "trip_times": mark("when rides began and ended"),
    "route": mark("routes"),
    "purchase_items": mark("what was bought"),
    "device_location": mark("positions of your device"),
    "vehicle_id": mark("which vehicle"),
    "identity": mark("who you are"),
    "ad_id": mark("an advertising id"),
    "score": mark("a score"),
    "credit_file": mark("a credit file"),
    "blacklist": mark("a list of defaulters"),
    "video": mark("video"),
    "purchase_told": mark("a purchase (when and with whom)"),
    "aggregate_only": mark("sums over many people only"),
}
USES = {
    "limit": mark("a limit on what may be passed on; it carries nothing"),
    "context": mark("context; it carries nothing"),
}
OWNERSHIP = "only_ownership"
ON_REQUEST = mark("on request only")
UNREAD = mark("The source is cited from memory; read it before you lean on it.")
UNREAD_WAY = mark("The way is from memory, read in no source; check it before you lean on it.")
ASKED_FOR = {
    "copy": mark("a copy"),
    "recipients": mark("who got it, and from whom it came"),
    "decisions": mark("decisions by machine"),
    "objection": mark("to object"),
    "deletion": mark("to have it deleted"),
}


def carried(one: Relation, words: Words) -> str:
    """Say what a relation carries, on what evidence."""
    if one.use in USES:
        return words.say(USES[one.use])
    flows = [words.say(FLOWS[flow]) for flow in one.flows if flow in FLOWS]
    what = words.say("carries {flows}", flows=words.listed(flows)) if flows else words.say("carries nothing named")
    # What is asked for one by one is never a documented flow (0004).
    duty = one.use == "duty" and one.evidence != "documented_flow"
    return f"{what}; {words.say(ON_REQUEST if duty else EVIDENCE[one.evidence])}" if one.evidence in EVIDENCE else what


def _way(one: Relation, registry: Registry, words: Words, *, both: bool) -> str:
    what = carried(one, words)
    if one.use in USES or not one.flows or one.from_id is None or one.to_id is None:
        return what
    if both:
        return words.say("both ways: {what}", what=what)
    giver, taker = (registry.company(end).name(words.lang) for end in (one.from_id, one.to_id))
    return words.say("from {giver} to {taker}: {what}", giver=giver, taker=taker, what=what)


def explained(registry: Registry, relations: Iterable[Relation], day: date, words: Words) -> Iterator[str]:
    """Say each relation in a few lines; both directions of one relation that carry the same are said once, as both ways.

    Yields:
        Lines; those below the first of a relation begin with spaces.
    """
    told: dict[tuple[str, tuple[str, ...]], list[Relation]] = {}
    for one in relations:
        told.setdefault((one.row_id, one.flows), []).append(one)
    for one, *others in told.values():
        yield f"{phrase(one, registry, words)} ({dated(one, words, day)})  [{one.row_id}]"
        if one.evidence != OWNERSHIP:  # its first line says that no flow is documented
            yield f"    {_way(one, registry, words, both=bool(others))}"
        if one.stake:
            yield f"    {one.stake}"
        # The note of a proven relation is how often it was told, which its first line says.
        if one.note(words.lang) and one.evidence != OWN_EXPORT:
            yield f"    {one.note(words.lang)}"
        yield from (f"    {source}" for source in one.sources)
        if not one.read:
            yield f"    {words.say(UNREAD)}"


def ways(registry: Registry, company_id: str, words: Words) -> Iterator[str]:
    """Say how to get one's data from a company and how to object, with day and source.

    Yields:
        Lines; those below a heading begin with spaces.
    """
    company = registry.company(company_id)
    if not company.rights:
        yield words.say(
            "No way to ask {company} was found; its privacy notice names one.", company=company.name(words.lang)
        )
    for right in company.rights:
        yield words.say("Get your data: {way}", way=right.get.get(words.lang, right.get["en"]))
        yield words.say("To object: {way}", way=right.object.get(words.lang, right.object["en"]))
        yield "    " + words.say("as of {date}", date=words.day(right.as_of))
        yield from (f"    {source}" for source in right.sources)
        if not right.read:
            yield f"    {words.say(UNREAD_WAY)}"


def by_law(law: Law, words: Words) -> Iterator[str]:
    """Say what a law lets one ask for, by which articles.

    Yields:
        Lines; those below the first begin with spaces.
    """
    yield words.say("By law: {law}", law=law.name(words.lang))
    for what in law.articles:
        yield f"    {words.say(ASKED_FOR[what])}: {law.article(what, words.lang)}"
    yield f"    {law.notes.get(words.lang, law.notes['en'])}"
    yield from (f"    {source}" for source in law.sources)
