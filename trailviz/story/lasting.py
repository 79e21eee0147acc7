"""What is guessed to last: home and work, as far as they hold on one day, in words short enough for a map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from trailviz.guesses import Guess, Point
from trailviz.story import guesses as telling
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.guesses import Abstained, Rule
    from trailviz.story.guesses import Told
    from trailviz.trail import Trail

RULES = ("home", "work")
"""The rules that say where a person is day after day."""
LABELS = {
    "home": mark("Home? {sure}"),
    "second": mark("Second home? {sure}"),
    "work": mark("Work? {sure}"),
    "night": mark("Night work? {sure}"),
}
UNMEASURED = mark("uncalibrated")
SAID = mark("Guess, {sure}. {text}.")


@dataclass(frozen=True)
class Lasting:
    """A place guessed to be home or work on a day.

    `what`: home, second, work or night (work by night). `label`: for the map. `text`: the sentence, which says that it is a guess. `point`: where, on
    that day. `told`: the guess that says so, with its rows, runners-up and doubts; `about`: its rule's words.
    """

    what: str
    label: str
    text: str
    point: Point
    told: Told
    about: str


def on(trail: Trail, rule: Rule, found: Sequence[Guess | Abstained], day: date, lang: str) -> tuple[Lasting, ...]:
    """Word what a rule answered, as far as it holds on a day; nothing where it abstains."""
    made = [one for one in found if isinstance(one, Guess)]
    if not made:
        return ()
    words, reading = Words(lang), telling.worded(trail, rule, found, lang)
    told = dict(zip(map(id, made), reading.told, strict=True))
    answer = []
    for what, point, by in _holding(rule.id, made, day):
        one = told[id(by)]
        label = words.say(LABELS[what], sure=words.say(telling.SURE.get(one.sure, UNMEASURED)))
        sure = telling.sureness(one, words) or words.say(UNMEASURED)
        answer.append(Lasting(what, label, words.say(SAID, sure=sure, text=one.text), point, one, reading.about))
    return tuple(answer)


def _holding(rule: str, made: Sequence[Guess], day: date) -> list[tuple[str, Point, Guess]]:
    """Answer what holds on a day: what it is, where, and the guess that says so.

    Before a change that is told, the place is the one left by it; after the last, it is the one the rule names.
    """
    answer: list[tuple[str, Point, Guess]] = []
    for one in made:
        if one.what == rule and one.point is not None:
            later = [(left, change) for change in made if (left := _left(change, day)) is not None]
            before = min(later, key=lambda pair: pair[0][0], default=None)
            if before is None or before[0][1] == one.point:
                answer.append((rule, one.point, one))
            else:
                answer.append((rule, before[0][1], before[1]))
        elif one.what in LABELS and one.point is not None:
            answer.append((one.what, one.point, one))
    return answer


def _left(change: Guess, day: date) -> tuple[date, Point] | None:
    """Answer when and from where a guess says that a change was made, if that is after a day."""
    when, left = change.values.get("date"), change.values.get("from")
    return (when, left) if isinstance(when, date) and isinstance(left, Point) and when > day else None
