"""Whose a file is: every importer is asked, and the single surest reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trailviz.reading.contract import Confidence, Recognition

if TYPE_CHECKING:
    from trailviz.reading.contract import Head, Importer


@dataclass(frozen=True)
class Choice:
    """The importer that reads a file, or None; whether two were equally sure; and what every one of them answered."""

    importer: Importer | None
    tied: bool
    answers: tuple[tuple[str, Recognition], ...]

    @property
    def asked(self) -> tuple[tuple[str, Confidence, str], ...]:
        """Every importer's name, confidence and reason."""
        return tuple((name, said.confidence, said.because) for name, said in self.answers)


def choose(head: Head, importers: tuple[Importer, ...]) -> Choice:
    """Ask every importer and take the single surest; a tie is broken only by column sets that contain each other.

    POSSIBLE is not enough: such a file lacks columns without which it cannot be read.
    """
    asked = [(one, one.recognise(head)) for one in importers]
    answers = tuple((one.name, said) for one, said in asked)
    best = max((said.confidence for _, said in asked), default=Confidence.NO)
    if best <= Confidence.POSSIBLE:
        return Choice(None, tied=False, answers=answers)
    surest = [one for one, said in asked if said.confidence is best]
    beaten = {name for one in surest for name in one.contains}
    left = [one for one in surest if one.name not in beaten]
    # a tie is told to the person: to guess would be to read a file wrongly without a word
    return Choice(left[0] if len(left) == 1 else None, tied=len(left) != 1, answers=answers)
