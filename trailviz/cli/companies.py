"""Companies from the command line: listed, explained on a day, drawn, and how to get one's data from one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from trailviz.cli.saying import USABLE, RefusedError, day_of, free, nearest, speaking, tell, tell_json
from trailviz.cli.saying import trail as follow

if TYPE_CHECKING:
    from datetime import date

    from trailviz.registry import Registry, Relation
    from trailviz.trail import Trail
    from trailviz.words import Words

TERMINAL = "-"


def describe(one: ArgumentParser) -> None:
    """Describe the options."""
    one.add_argument("name", nargs="?", help="a company's name in any language, or its id")
    one.add_argument("--on", metavar="DATE", help="only relations in force on this day")
    one.add_argument("--rights", action="store_true", help="how to get your data from it and how to object")
    one.add_argument(
        "--letter", action="store_true", help="a letter to it, naming what was already seen in the files of --trail"
    )
    one.add_argument(
        "--draw", nargs="?", const=TERMINAL, metavar="FILE", help="draw its relations as SVG; no file: in the terminal"
    )
    one.add_argument(
        "--trail",
        nargs="+",
        dest="exports",
        metavar="EXPORT",
        default=[],
        help="your exports: what they prove stands beside the registry",
    )
    speaking(one)
    one.add_argument("--force", action="store_true", help="write over a file that is there")
    one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")


def companies(parsed: Namespace) -> int:
    """List, explain, draw, or write to a company."""
    from trailviz.registry.shelf import load  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    words = Words(parsed.lang)
    day = day_of(parsed.on) if parsed.on else None
    if parsed.draw:
        return _draw(parsed, day, words)
    if parsed.letter:
        return _letter(parsed, words)
    registry = _with_proven(_trail(parsed)) if parsed.exports else load()
    wanted = _wanted(registry, parsed.name)
    if parsed.rights:
        return _rights(registry, wanted, words, as_json=parsed.json)
    if wanted is None and not parsed.json:
        _list(registry, day, parsed.lang)
        return USABLE
    found = registry.about(wanted, day) if wanted else registry.relations if day is None else registry.in_force(day)
    if parsed.json:
        tell_json([record(one) for one in found])
    elif wanted is not None:
        _explain(registry, wanted, found, day, words)
    return USABLE


def _with_proven(trail: Trail) -> Registry:
    """Answer the registry with what the person's own files prove beside it, contacts that carry nothing included."""
    from trailviz import evidence  # noqa: PLC0415

    return trail.registry.with_proven(evidence.relations(trail.events, trail.parties, trail.acts, bare=True))


def record(one: Relation) -> dict[str, Any]:
    """Write a relation as scripts read it; docs/cli.md describes it."""
    names = (
        "id", "subject", "relation", "object", "direction", "use", "since", "since_kind", "until", "as_of", "stake", "flows",
        "evidence", "confidence", "sources", "read",
    )  # fmt: skip
    return {**{name: getattr(one, name) for name in names}, "from": one.from_id, "to": one.to_id, "note": one.note()}


def _wanted(registry: Registry, name: str | None) -> str | None:
    """Answer the company asked for.

    Raises:
        RefusedError: With the nearest names, if no company has this one.
    """
    from trailviz.registry import UnknownNameError  # noqa: PLC0415

    if name is None:
        return None
    try:
        return registry.find(name)
    except UnknownNameError as error:
        raise RefusedError(nearest(error.name, error.nearest)) from None


def _needed(registry: Registry, name: str | None) -> str:
    wanted = _wanted(registry, name)
    if wanted is None:
        raise RefusedError("Expected a company's name, such as `trailviz companies uber --rights`.")
    return wanted


def _list(registry: Registry, day: date | None, lang: str) -> None:
    for company in registry.companies.values():
        # In both, since a statement may have either.
        other = company.name("en" if lang != "en" else "zh-Hans")
        names = company.name(lang) if other == company.name(lang) else f"{company.name(lang)}  {other}"
        tell(f"{company.id:32} {len({one.row_id for one in registry.about(company.id, day)}):4}  {names}")


def _explain(registry: Registry, wanted: str, found: tuple[Relation, ...], day: date | None, words: Words) -> None:
    from trailviz.story import companies as telling  # noqa: PLC0415

    company = registry.company(wanted)
    tell(f"{company.name(words.lang)} ({wanted})")
    if company.aliases:
        tell(f"    {', '.join(company.aliases)}")
    if company.members:
        tell(f"    {', '.join(registry.company(one).name(words.lang) for one in company.members)}")
    for line in telling.explained(registry, found, day or _today(), words):
        tell(line)
    if not found:
        tell(words.say("No relation was in force that day."))


def _rights(registry: Registry, wanted: str | None, words: Words, *, as_json: bool) -> int:
    from trailviz.story import companies as telling  # noqa: PLC0415

    ids = [wanted] if wanted else [one.id for one in registry.companies.values() if one.rights]
    if as_json:
        tell_json([_right_record(registry, one) for one in ids])
        return USABLE
    for one in ids:
        tell(f"{registry.company(one).name(words.lang)} ({one})")
        for line in telling.ways(registry, one, words):
            tell(f"    {line}")
        for law in registry.laws_for(one):
            for line in telling.by_law(law, words):
                tell(f"    {line}")
    return USABLE


def _right_record(registry: Registry, company_id: str) -> dict[str, Any]:
    return {
        "company": company_id,
        "rights": [
            {"get": one.get["en"], "object": one.object["en"], "as_of": one.as_of, "sources": one.sources, "read": one.read}
            for one in registry.company(company_id).rights
        ],
        "laws": [
            {"id": one.id, "name": one.name(), "since": one.since, "term": one.term(), "articles": {what: one.article(what) for what in one.articles},
             "sources": one.sources, "as_of": one.as_of}
            for one in registry.laws_for(company_id)
        ],
    }  # fmt: skip


def _letter(parsed: Namespace, words: Words) -> int:
    from trailviz.story import letter  # noqa: PLC0415

    trail = _trail(parsed)
    wanted = _needed(trail.registry, parsed.name)
    laws = trail.registry.laws_for(wanted)
    tell(letter.letter(trail, wanted, words, _today(), laws[0] if laws else None))
    return USABLE


def _draw(parsed: Namespace, day: date | None, words: Words) -> int:
    from trailviz import keep  # noqa: PLC0415
    from trailviz.registry.shelf import load  # noqa: PLC0415
    from trailviz.views import drawing  # noqa: PLC0415

    # Asked first: a refusal should not come after a minute of reading.
    out = None if parsed.draw == TERMINAL else free(parsed.draw, force=parsed.force)
    if parsed.name:
        registry = load()
        picture = drawing.of_company(registry, _needed(registry, parsed.name), day or _today(), words)
    else:
        trail = _trail(parsed)
        # With what the files themselves prove; the trail's own registry is as it ships.
        registry = trail.known.registry
        picture = drawing.of_trail(trail, day or trail.default_day or _today(), words)
    if out is None:
        tell(drawing.plain(picture, words))
        return USABLE
    keep.write(out, drawing.svg(picture, registry, words))
    tell(f"{out.name} written: {len(picture.names)} companies, {len(picture.ties)} lines. It opens in any browser.")
    return USABLE


def _trail(parsed: Namespace) -> Trail:
    """Follow the exports given, or the sample; `--on` judges the drawing's day, never which day an event was."""
    placed = {"places": parsed.places, "no_kept_places": parsed.no_kept_places}
    return follow(Namespace(exports=parsed.exports, zone=None, password=None, on=None, **placed))


def _today() -> date:
    return datetime.now(UTC).date()
