"""The reality score: how many of the guesses a person ticked were right, with the interval so few answers leave open."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# The 97.5th percentile of the normal distribution: an interval of 95 %.
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Score:
    """`right` of `answered` were right; `low` to `high` is the 95 % Wilson interval of the share (0 to 1)."""

    right: int
    answered: int
    low: float
    high: float


def score(answers: Iterable[bool]) -> Score:
    """Count the answers."""
    told = list(answers)
    return Score(sum(told), len(told), *wilson(sum(told), len(told), Z))


def wilson(right: int, of: int, z: float) -> tuple[float, float]:
    """Answer the interval of a share of which so many were counted; `z`: how many standard deviations wide to either side.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22(158), 1927.
    """
    if not of:
        return 0.0, 1.0
    share, wider = right / of, 1 + z * z / of
    middle = (share + z * z / (2 * of)) / wider
    half = z / wider * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    # At none and at all the formula ends at 0 and 1, and rounding must not leave it a hair beside them.
    return middle - half if right else 0.0, middle + half if right < of else 1.0
