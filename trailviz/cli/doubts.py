"""The command that says what in a trail cannot be, or hardly can."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from trailviz.cli.saying import SOME_NOT, USABLE, RefusedError, speaking, tell, tell_json
from trailviz.cli.saying import trail as follow


def describe(one: ArgumentParser) -> None:
    """Describe its options."""
    one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")
    speaking(one)


def doubts(parsed: Namespace) -> int:
    """List what there is to doubt, with what a person can do; nothing is changed because of it."""
    from trailviz.story import doubts as telling  # noqa: PLC0415 - a quick --help
    from trailviz.words import Words  # noqa: PLC0415

    trail = follow(parsed)
    if not len(trail.events):
        # Nothing read is not nothing found.
        raise RefusedError(
            "No row of these files was read, so none could be doubted. `trailviz check` says why.", SOME_NOT
        )
    told = telling.doubts(trail, parsed.lang)
    if parsed.json:
        tell_json([telling.record(one, trail) for one in told])
        return USABLE
    words = Words(parsed.lang)
    for line in telling.lines(told):
        tell(line if line.startswith(" ") else f"- {line}")
    tell(words.say(telling.UNCHANGED if told else telling.NOTHING))
    return USABLE
