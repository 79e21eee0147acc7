"""The command that lays one deed's records side by side, company by company."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from trailviz.cli.saying import USABLE, chosen_day, speaking, tell, tell_json
from trailviz.cli.saying import trail as follow


def describe(one: ArgumentParser) -> None:
    """Describe the options of `acts`."""
    one.add_argument("--day", metavar="D", help="a day such as 2017-08-26 (default: the one with most places)")
    one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")
    speaking(one)


def acts(parsed: Namespace) -> int:
    """Say who holds which part of each deed of a day, and which keys join the rows of different companies."""
    from trailviz import deeds  # noqa: PLC0415 - a quick --help
    from trailviz.story import merged  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    trail = follow(parsed)
    day, words = chosen_day(trail, parsed.day), Words(parsed.lang)
    told, alone = merged.tell(trail, day, lang=parsed.lang)
    found = deeds.keys(trail.events, trail.parties)
    if parsed.json:
        tell_json({"day": str(day), "zone": trail.zone_name, **merged.record(told, alone, found, trail)})
        return USABLE
    tell(f"day {day}, zone {trail.zone_name}")
    tell(words.say("● wrote it down itself   ○ is told by a documented relation"))
    tell()
    for line in merged.lines(told, alone, words):
        tell(line)
    tell()
    tell(words.say("What joins the rows of different companies, in all these files:"))
    for line in merged.joined(found, trail, words):
        tell(f"- {line}")
    return USABLE
