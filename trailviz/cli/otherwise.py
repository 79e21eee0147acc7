"""Commands that lay two readings of a day side by side: another observer, or the day as it would be otherwise."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from trailviz.cli.saying import (
    USABLE,
    RefusedError,
    chosen_day,
    chosen_observer,
    era,
    nearest,
    speaking,
    tell,
    tell_json,
)
from trailviz.cli.saying import trail as follow

MOST_LISTED = 12

if TYPE_CHECKING:
    from trailviz.registry import Observer
    from trailviz.story.fates import Fates
    from trailviz.trail import Trail
    from trailviz.whatif import Change


def describe_compare(one: ArgumentParser) -> None:
    """Describe the options of `compare`."""
    one.add_argument("--with", dest="other", metavar="COMPANY", required=True, help="who else looks")
    speaking(one)


def describe_what_if(one: ArgumentParser) -> None:
    """Describe the options of `what-if`."""
    one.add_argument("--without", action="append", default=[], metavar="COMPANY", help="it writes nothing down")
    one.add_argument("--without-relation", action="append", default=[], metavar="ROW", help="such as CN013")
    one.add_argument("--without-kind", action="append", default=[], metavar="KIND", help="such as payment, ride, fix")
    one.add_argument(
        "--without-category",
        action="append",
        default=[],
        metavar="WORD",
        help="a kind of shop, such as supermarket, or a file's own category",
    )
    one.add_argument(
        "--cash", action="append", default=[], metavar="EVENT", help="a payment's id (story --json), or all"
    )
    one.add_argument("--instead", action="append", default=[], metavar="OLD=NEW", help="a rival app: alipay=wechat_pay")
    one.add_argument("--keep-days", type=int, metavar="N", help="nothing older is kept, from the trail's last day")
    one.add_argument("--no-location", action="store_true", help="no app may read the phone's position")
    one.add_argument("--guesses", action="store_true", help="also what becomes of the guesses, from the whole trail")
    speaking(one)


def compare(parsed: Namespace) -> int:
    """Say what one observer can tell of a day and another cannot."""
    from trailviz import story  # noqa: PLC0415 - a quick --help
    from trailviz.story import difference  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    trail = follow(parsed)
    day = chosen_day(trail, parsed.day)
    first, second = (chosen_observer(trail, text, day) for text in (parsed.observer, parsed.other))
    told = [story.tell(trail, one, parsed.scenario, day, parsed.lang) for one in (first, second)]
    found = difference.between(*told)
    if parsed.json:
        shared = {"observer": first.id, "with": second.id, "scenario": parsed.scenario, "day": str(day)}
        tell_json({**shared, **difference.record(found)})
        return USABLE
    tell(f"{first.id} beside {second.id}, scenario {parsed.scenario}, day {day}, zone {trail.zone_name}")
    for line in difference.lines(found, Words(parsed.lang), beside=(first, second)):
        tell(line)
    return USABLE


def what_if(parsed: Namespace) -> int:
    """Recompute a day with something otherwise, and say what changed."""
    from trailviz import story, whatif  # noqa: PLC0415
    from trailviz.story import difference, fates  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    # The first reading keeps each row's own day: another day's relations are what is otherwise.
    on, parsed.on = parsed.on, None
    trail = follow(parsed)
    day = chosen_day(trail, parsed.day)
    observer = chosen_observer(trail, parsed.observer, day)
    change, words = _change(parsed, trail, on), Words(parsed.lang)
    other = whatif.changed(trail, change, day)
    told = [story.tell(one, observer, parsed.scenario, day, parsed.lang) for one in (trail, other)]
    found = difference.explained(difference.between(*told), trail, other, change, (day, words))
    before, after = (whatif.shares(one, observer, parsed.scenario, day) for one in (trail, other))
    guessed = _guessed(parsed, trail, change, observer) if parsed.guesses else None
    if parsed.json:
        tell_json(
            {
                "observer": observer.id,
                "scenario": parsed.scenario,
                "day": str(day),
                "what_if": difference.described(change, trail.registry, words),
                **difference.record(found),
                "shares": [asdict(one) for one in before],
                "shares_then": [asdict(one) for one in after],
                **({"guesses": fates.record(guessed)} if guessed else {}),
            }
        )
        return USABLE
    tell(f"as {observer.id}, scenario {parsed.scenario}, day {day}, zone {trail.zone_name}")
    if change.is_none:
        tell(
            "Nothing is otherwise: say --without, --without-kind, --cash, --instead, --keep-days, --no-location or --on."
        )
    else:
        tell(words.say("What if {otherwise}?", otherwise=difference.described(change, trail.known.registry, words)))
        for line in difference.lines(found, words):
            tell(line)
    if guessed:
        tell()
        for line in fates.lines(guessed, words):
            tell(line)
    tell()
    then = None if change.is_none else after
    for line in difference.shared(before, trail.registry, observer, words, then):
        tell(line)
    return USABLE


def _guessed(parsed: Namespace, trail: Trail, change: Change, observer: Observer) -> Fates:
    """Compare the guesses; those rest on every day, so the whole trail is walked again."""
    from trailviz import whatif  # noqa: PLC0415
    from trailviz.guesses import rules  # noqa: PLC0415
    from trailviz.story import fates  # noqa: PLC0415

    open_rules = [one for one in rules() if not one.gate]
    return fates.between(trail, whatif.changed(trail, change), open_rules, observer, parsed.scenario, parsed.lang)


def _change(parsed: Namespace, trail: Trail, on: str | None) -> Change:
    from trailviz.whatif import Change  # noqa: PLC0415

    _checked(parsed, trail)
    instead = {}
    for pair in parsed.instead:
        old, _, new = pair.partition("=")
        if not old or not new:
            raise RefusedError("Expected two companies after --instead, such as alipay=wechat_pay.")
        instead[_company(trail, old)] = _company(trail, new)
    return Change(
        companies=frozenset(one for text in parsed.without for one in chosen_observer(trail, text).members),
        relations=frozenset(parsed.without_relation),
        kinds=frozenset(parsed.without_kind),
        categories=frozenset(parsed.without_category),
        cash=frozenset(parsed.cash),
        instead=instead,
        keep_days=parsed.keep_days,
        no_location=parsed.no_location,
        on=era(on) if on else None,
    )


def _checked(parsed: Namespace, trail: Trail) -> None:
    """Refuse, in a sentence, what this trail or the registry does not have.

    Raises:
        RefusedError: With what was expected.
    """
    import numpy as np  # noqa: PLC0415 - a quick --help

    from trailviz.events import KINDS  # noqa: PLC0415
    from trailviz.whatif import EVERY, categories  # noqa: PLC0415

    # Known's registry: what the files prove can be taken away as well.
    rows = {one.row_id for one in trail.known.registry.relations}
    for relation in parsed.without_relation:
        if relation not in rows:
            raise RefusedError(f"No relation is called {relation}. `trailviz companies NAME --json` lists a company's.")
    for kind in parsed.without_kind:
        if kind not in KINDS:
            raise RefusedError(f"No kind of event is called {kind}. Expected one of: {', '.join(KINDS)}.")
    shops, told = categories(trail, np.ones(len(trail.events), bool)) if parsed.without_category else ({}, {})
    for category in parsed.without_category:
        if category not in {*shops, *told}:
            listed = ", ".join([*shops, *told][:MOST_LISTED]) or "none is known of these files"
            raise RefusedError(f"No row has the category {category}. Expected one of: {listed}.")
    # A million ids are written out only where one is asked for.
    ids = {f"{one:016x}" for one in trail.events.ids.tolist()} if set(parsed.cash) - {EVERY} else set()
    for event in set(parsed.cash) - {EVERY}:
        if event not in ids:
            raise RefusedError(
                "No event has this id. `trailviz story --json` gives each sentence's; or say --cash all."
            )
    if parsed.keep_days is not None and parsed.keep_days < 1:
        raise RefusedError("Expected a number of days from 1 on after --keep-days.")


def _company(trail: Trail, text: str) -> str:
    members = chosen_observer(trail, text).members
    # A group cannot stand in one company's place.
    if len(members) != 1:
        raise RefusedError(nearest(text, ()))
    return next(iter(members))
