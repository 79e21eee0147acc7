"""The guessed places of a day: each guess once, and which of them every observer has in every scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailviz.knowledge import SCENARIOS
from trailviz.story.carried import guessed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from trailviz.registry import Observer
    from trailviz.story.carried import Guessed
    from trailviz.story.clauses import Speaker


def guesses(
    speaker: Speaker, observers: Sequence[Observer], day: date, index: Mapping[int, int], names: Sequence[str]
) -> dict[str, Any]:
    """List the guesses of a day, and their numbers for each observer and scenario.

    Args:
        speaker: Who words them.
        observers: Who may look.
        day: The local day.
        index: The number on the stage of each event of the day.
        names: The companies, as the stage numbers them.
    """
    trail = speaker.trail
    numbers: dict[tuple[int, str, str], int] = {}
    listed: list[dict[str, Any]] = []
    # Observers who have the same get the same answer, the very same object.
    known: dict[int, list[int]] = {}
    company = {name: number for number, name in enumerate(names)}

    def ask(observer: Observer, scenario: str) -> list[int]:
        carried = trail.carried(observer, scenario, day)
        if id(carried) not in known:
            found = known[id(carried)] = []
            for position in (one for one in carried.event[carried.has_place].tolist() if one in index):
                told = guessed(speaker, carried, position, day)
                if told is None:
                    continue
                key = (position, told.text, told.rests)
                if key not in numbers:
                    numbers[key] = len(listed)
                    listed.append(_written(told, speaker, index, company))
                found.append(numbers[key])
        return known[id(carried)]

    return {"guess": [[ask(one, scenario) for scenario in SCENARIOS] for one in observers], "guesses": listed}


def _written(told: Guessed, speaker: Speaker, index: Mapping[int, int], company: Mapping[str, int]) -> dict[str, Any]:
    parties = speaker.trail.parties
    return {
        "e": index[told.position],
        "lat": round(told.lat, 6),
        "lon": round(told.lon, 6),
        "r50": round(told.r50_m),
        "r90": round(told.r90_m),
        "p": round(told.p, 3),
        "text": " ".join(part for part in (told.text, told.second) if part),
        # An event of another day has no number here: its chip leads nowhere, and still names its row.
        "rests": [
            {"e": index.get(one), "file": file, "row": row}
            for one, (file, row) in zip(told.positions, told.rows, strict=True)
        ],
        # Whoever of these is switched off takes the guess along.
        "by": sorted({company[parties.names[parties.collector[one]]] for one in (told.position, *told.positions)}),
    }
