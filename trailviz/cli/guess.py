"""The command about guessing: what an observer could guess of a trail, how surely, and what it rests on."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from trailviz.cli.saying import SOME_NOT, USABLE, RefusedError, chosen_observer, speaking, tell, tell_json
from trailviz.cli.saying import trail as follow

if TYPE_CHECKING:
    from trailviz.guesses import Rule
    from trailviz.story.guesses import Reading
    from trailviz.words import Words


def describe(one: ArgumentParser) -> None:
    """Describe the options of `guess`."""
    one.add_argument("--rule", action="append", metavar="NAME", help="only this rule; may be said several times")
    one.add_argument("--rules", action="store_true", help="list the rules, and stop")
    one.add_argument(
        "--sensitive", action="store_true", help="also the rules about health, faith and the like, which are off"
    )
    speaking(one)


def guess(parsed: Namespace) -> int:
    """Say what an observer could guess."""
    from trailviz.guesses import rules  # noqa: PLC0415 - a quick --help
    from trailviz.story import guesses as told  # noqa: PLC0415
    from trailviz.story import unseen  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    if parsed.rules:
        names = [{"rule": one.id, "title": one.title[parsed.lang], "sensitive": one.gate} for one in rules()]
        if parsed.json:
            tell_json(names)
        else:
            for one in names:
                tell(f"{one['rule']:18} {one['title']}" + (" (--sensitive)" if one["sensitive"] else ""))
        return USABLE
    chosen = _chosen(parsed, rules())
    trail = follow(parsed)
    if not len(trail.events):
        raise RefusedError(
            "No row of these files could be used, so there is nothing to guess from. `trailviz check` says why.",
            SOME_NOT,
        )
    observer = chosen_observer(trail, parsed.observer)
    found = [told.read(trail, one, observer, parsed.scenario, parsed.lang) for one in chosen]
    if parsed.json:
        tell_json(
            {
                "observer": observer.id,
                "scenario": parsed.scenario,
                "zone": trail.zone_name,
                "rules": [told.record(one) for one in found],
            }
        )
        return USABLE
    tell(f"as {observer.id}, scenario {parsed.scenario}, every day, zone {trail.zone_name}")
    if how := unseen.of_observer(trail, observer, Words(parsed.lang)):
        tell(how)
    for reading in found:
        _say(reading, Words(parsed.lang))
    return USABLE


def _chosen(parsed: Namespace, every: tuple[Rule, ...]) -> list[Rule]:
    """Answer the rules asked for by name, or all that are not behind the gate."""
    if not parsed.rule:
        return [one for one in every if parsed.sensitive or not one.gate]
    named = {one.id: one for one in every}
    for name in parsed.rule:
        if name not in named:
            near = get_close_matches(name, named, n=2, cutoff=0.5) or list(named)
            raise RefusedError(f"No rule is called {name}. Did you mean {' or '.join(near)}?")
        # To name a rule is not to open the gate: both have to be said.
        if named[name].gate and not parsed.sensitive:
            raise RefusedError(f"The rule {name} speaks of what hurts to have guessed. Say --sensitive to open it.")
    return [named[name] for name in dict.fromkeys(parsed.rule)]


def _say(reading: Reading, words: Words) -> None:
    from trailviz.story import guesses as told  # noqa: PLC0415

    tell(f"\n{reading.title}")
    measured = reading.told[0].measured if reading.told else ""
    if measured:
        tell(f"  {measured}")
    for one in reading.told:
        first, *rest = told.lines(one, words)
        tell(f"- {first}")
        if one.measured != measured:
            tell(f"    {one.measured}")
        for line in rest:
            tell(f"    {line}")
    for silence in reading.silences:
        tell("- " + words.say("Abstains: {reason}", reason=silence))
