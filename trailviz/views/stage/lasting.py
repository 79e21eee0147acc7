"""Home and work as guessed, for every observer and scenario, and again with companies switched off."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.guesses import rule
from trailviz.knowledge import SCENARIOS
from trailviz.registry import SELF
from trailviz.story import lasting as telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from trailviz.guesses import Rule
    from trailviz.registry import Observer
    from trailviz.story.lasting import Lasting
    from trailviz.trail import Trail

MOST_ROWS = 8
DRAWN_AS = {"night": "work"}
"""Work by night has the mark of work."""
MOST_EVERY, MOST_TOGETHER = 3, 2
"""Of so many companies every choice of switches is worked out; of more, those with two of them off."""
MOST_PLACED = 50_000
"""Of more rows with a point nothing is worked out again: each time takes the half of a second, and a page would wait."""


def lasting(
    trail: Trail,
    observers: Sequence[Observer],
    day: date,
    index: Mapping[int, int],
    names: Sequence[str],
    lang: str,
    *,
    gate: bool = False,
) -> dict[str, Any]:
    """List the guesses of home and work that hold on a day, and for each observer and scenario which of them it has.

    Args:
        trail: What is recorded.
        observers: Who may look.
        day: The local day.
        index: The number on the stage of each event of the day.
        names: The companies, as the stage numbers them.
        lang: The language.
        gate: Whether rules behind the gate speak, too.
    """
    asking = _Asking(trail, tuple(one for one in map(rule, telling.RULES) if gate or not one.gate), day, lang, index)
    ask = asking.ask
    # Who wrote something down that day has a switch on the stage.
    wrote = {trail.parties.names[one] for one in np.unique(trail.parties.collector[list(index)]).tolist()} - {SELF}
    switches = [name for name in names if name in wrote]
    few = trail.lasting.points <= MOST_PLACED

    def cell(observer: Observer, scenario: str) -> list[list[list[int] | None]]:
        whole = ask(observer, scenario, frozenset())
        if not whole:
            return [[[], whole]]
        needed = trail.lasting.needed(observer, scenario)
        choices = _choices([name for name in switches if name in needed], together=few)
        return [
            [[], whole],
            *(
                [[names.index(name) for name in off], ask(observer, scenario, frozenset(off)) if few else None]
                for off in choices
            ),
        ]

    cells = [[cell(one, scenario) for scenario in SCENARIOS] for one in observers]
    return {"lasts": cells, "lasting": asking.listed}


@dataclass
class _Asking:
    """What was asked so far: each guess once in `listed`, and the numbers of those that each answer told."""

    trail: Trail
    rules: tuple[Rule, ...]
    day: date
    lang: str
    index: Mapping[int, int]
    listed: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[tuple[str, str, tuple[tuple[str, int], ...]], int] = field(default_factory=dict)
    # The very same answer is worded once; it is kept beside its numbers, so that no other can come to have its id.
    known: dict[int, tuple[object, list[int]]] = field(default_factory=dict)

    def ask(self, observer: Observer, scenario: str, off: frozenset[str]) -> list[int]:
        """Answer the numbers of what an observer can guess without some companies."""
        answer: list[int] = []
        for each in self.rules:
            found = self.trail.lasting.guess(each, observer, scenario, off)
            if id(found) not in self.known:
                told = telling.on(self.trail, each, found, self.day, self.lang)
                self.known[id(found)] = (found, [self.number(one) for one in told])
            answer += self.known[id(found)][1]
        return answer

    def number(self, one: Lasting) -> int:
        """Answer the number of a guess, listing it where it is new."""
        key = (one.label, one.text, one.told.rows)
        if key not in self.numbers:
            self.numbers[key] = len(self.listed)
            self.listed.append(_written(one, self.index))
        return self.numbers[key]


def _choices(names: Sequence[str], *, together: bool) -> Iterator[tuple[str, ...]]:
    """List which companies may be off, and which of them together."""
    most = 1 if not together else len(names) if len(names) <= MOST_EVERY else MOST_TOGETHER
    for count in range(1, most + 1):
        yield from combinations(names, count)


def _written(one: Lasting, index: Mapping[int, int]) -> dict[str, Any]:
    rows = list(dict.fromkeys(zip(one.told.positions, one.told.rows, strict=True)))
    # Rows of the day shown first: they lead to where they stand on the stage.
    shown = sorted(rows, key=lambda row: row[0] not in index)[:MOST_ROWS]
    return {
        "kind": DRAWN_AS.get(one.what, one.what),
        "label": one.label,
        "text": one.text,
        "about": one.about,
        "measured": one.told.measured,
        "lat": round(one.point.lat, 6),
        "lon": round(one.point.lon, 6),
        "r50": round(one.point.r50_m),
        "r90": round(one.point.r90_m),
        "rests": [{"e": index.get(at), "file": file, "row": row} for at, (file, row) in shown],
        "more": one.told.count - len(shown),
        "others": list(one.told.others),
        "wrong": list(one.told.wrong),
    }
