"""The grades of a day, of every observer and scenario, in one piece; and the relations and companies each rests on."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.events import FACETS
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.story.because import dated, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trailviz.registry import Observer, Relation
    from trailviz.trail import Trail
    from trailviz.words import Words

Way = tuple[int, tuple[str, ...]]


class Paths:
    """The paths that carry grades, each told once."""

    def __init__(self, trail: Trail, words: Words, day: date) -> None:
        """Begin with the empty path."""
        self.trail, self.words, self.day = trail, words, day
        # No path is path 0, which is what an empty cell of the tensor says.
        self.numbers: dict[tuple[str, ...], int] = {(): 0}
        self.seen: dict[str, Relation] = {}

    def number(self, path: tuple[Relation, ...]) -> int:
        """Answer a path's number, a new one where it was not met before."""
        self.seen.update({one.id: one for one in path})
        return self.numbers.setdefault(tuple(one.id for one in path), len(self.numbers))

    def relations(self) -> list[dict[str, Any]]:
        """Word the relations of all paths."""
        registry = self.trail.registry
        return [
            {
                "id": one.row_id,
                "ends": sorted({one.subject, one.object, one.from_id or one.subject, one.to_id or one.object}),
                "text": phrase(one, registry, self.words),
                "dates": dated(one, self.words, self.day),
                "evidence": one.evidence,
                "sources": list(one.sources),
                "note": one.note(self.words.lang),
            }
            for one in self.seen.values()
        ]

    def listed(self) -> list[list[int]]:
        """List the paths as numbers of relations."""
        index = {relation: at for at, relation in enumerate(self.seen)}
        return [[index[one] for one in path] for path in self.numbers]


def tensors(trail: Trail, observers: Sequence[Observer], numbers: np.ndarray, paths: Paths) -> dict[str, Any]:
    """Grade every class of the day for every observer and scenario, and number the path each learnt grade rests on."""
    shape = (len(observers), len(SCENARIOS), len(numbers), len(FACETS))
    grade, said, why = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8), np.zeros(shape, np.uint16)
    for o, observer in enumerate(observers):
        for s, scenario in enumerate(SCENARIOS):
            grade[o, s] = trail.known.grades(observer, scenario)[numbers]
            said[o, s] = trail.known.grades(observer, scenario, alleged=True)[numbers]
            # What an observer wrote itself needs no because.
            for c, f in zip(*np.nonzero((grade[o, s] > 0) & (grade[o, s] < Grade.KNOWS)), strict=True):
                why[o, s, c, f] = paths.number(trail.known.because(int(numbers[c]), FACETS[f], observer, scenario))
            # Only where nothing better is known: the path shown must be that of the grade shown.
            for c, f in zip(*np.nonzero((said[o, s] > 0) & (grade[o, s] == 0)), strict=True):
                why[o, s, c, f] = paths.number(
                    trail.known.because(int(numbers[c]), FACETS[f], observer, scenario, alleged=True)
                )
    # Most days have no allegation: then the page has no switch for it, and half the bytes.
    alleged = None if (grade == said).all() else base64.b64encode(said.tobytes()).decode()
    return {
        "grade": base64.b64encode(grade.tobytes()).decode(),
        "alleged": alleged,
        # Little-endian, whatever this computer is: browsers read it so.
        "why": base64.b64encode(why.astype("<u2").tobytes()).decode(),
        "classes": len(numbers),
    }


def ways(trail: Trail, observers: Sequence[Observer], numbers: np.ndarray) -> dict[str, Any]:
    """List by which ways each observer comes to know of each class, so that a company can be switched off without asking Python.

    A way is a mask of facets and the companies it needs; only those that give "knows" or "knows because". `way` is uint16
    `[observer][scenario][class]`, the number of a list of ways.
    """
    listed: dict[tuple[Way, ...], int] = {(): 0}
    way = np.zeros((len(observers), len(SCENARIOS), len(numbers)), np.uint16)
    for o, observer in enumerate(observers):
        for s, scenario in enumerate(SCENARIOS):
            grades = trail.known.grades(observer, scenario)[numbers]
            for c in np.flatnonzero((grades >= Grade.KNOWS_BECAUSE).any(axis=1)):
                found = trail.known.routes(int(numbers[c]), observer, scenario)
                told = tuple((mask, tuple(sorted(needed))) for mask, needed in found)
                way[o, s, c] = listed.setdefault(told, len(listed))
    return {"ways": [list(one) for one in listed], "way": base64.b64encode(way.astype("<u2").tobytes()).decode()}
