"""The command about lenses: which there are, and what one finds in a trail."""

from __future__ import annotations

from argparse import Namespace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from trailviz.cli.saying import USABLE, RefusedError, chosen_day, chosen_observer, tell, tell_json
from trailviz.cli.saying import trail as follow

if TYPE_CHECKING:
    from trailviz.story.lens import Reading
    from trailviz.words import Words


def lens(parsed: Namespace) -> int:
    """Say what a lens finds; without a name, list the lenses."""
    from trailviz.lenses import lenses  # noqa: PLC0415 - a quick --help
    from trailviz.story import lens as told  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    listed = {one.id: one for one in lenses()}
    if parsed.name is None:
        names = [{"lens": one.id, "title": one.title.get(parsed.lang, one.title["en"])} for one in listed.values()]
        if parsed.json:
            tell_json(names)
        else:
            for one in names:
                tell(f"{one['lens']:16} {one['title']}")
        return USABLE
    if parsed.name not in listed:
        near = get_close_matches(parsed.name, listed, n=2, cutoff=0.5) or list(listed)
        raise RefusedError(f"No lens is called {parsed.name}. Did you mean {' or '.join(near)}?")
    trail = follow(parsed)
    observer = chosen_observer(trail, parsed.observer)
    # Without a day the whole trail: a rule seldom speaks of any one day.
    day = chosen_day(trail, parsed.day) if parsed.day else None
    reading = told.read(trail, listed[parsed.name], observer, parsed.scenario, parsed.lang, day)
    # A lens may fix which relations count; what is printed must be what was asked.
    scenario = listed[parsed.name].scenario or parsed.scenario
    if parsed.json:
        tell_json({"observer": observer.id, "scenario": scenario, **told.record(reading, parsed.lang)})
        return USABLE
    tell(f"as {observer.id}, scenario {scenario}, {f'day {day}' if day else 'every day'}, zone {trail.zone_name}")
    _say(reading, Words(parsed.lang))
    return USABLE


def _say(reading: Reading, words: Words) -> None:
    """Print a reading: what is found, what is not, its limits, its cards."""
    from trailviz.story import lens as told  # noqa: PLC0415

    tell(reading.title)
    tell(reading.about)
    _say_findings(reading, words)
    tell()
    for line in told.opening(reading, words):
        tell(line)
    if reading.silent:
        tell(f"\n{words.say('No row of this trail for')}")
    for heading, sources in reading.silent:
        tell(f"- {heading}")
        for source in sources:
            tell(f"    {told.cited(source, words)}")
    for title, lines in told.closing(reading, words):
        tell(f"\n{title}")
        for line in lines:
            tell(f"- {line}")
    for card in reading.cards:
        tell()
        for line in told.card_lines(card, words):
            tell(line)


def _say_findings(reading: Reading, words: Words) -> None:
    from trailviz.story import lens as told  # noqa: PLC0415

    before: tuple[str, str] | None = None
    for one in reading.entries:
        if one.cast and (before is None or before[0] != one.cast):
            tell(f"\n== {one.cast}")
        if (one.cast, one.rule) != before:
            tell()
            tell(one.heading + (f": “{one.quote}”" if one.quote else ""))
            for source in one.sources:
                tell(f"    {told.cited(source, words)}")
        before = (one.cast, one.rule)
        first, *rest = told.entry_lines(one, words)
        tell(f"- {first}")
        for line in rest:
            tell(f"    {line}")
