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
    """Count the answers.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22(158), 1927.
    """
    told = list(answers)
    n, right = len(told), sum(told)
    if not n:
        return Score(0, 0, 0.0, 1.0)
    share = right / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    # At none and at all the formula ends at 0 and 1, and rounding must not leave it a hair beside them.
    return Score(right, n, middle - half if right else 0.0, middle + half if right < n else 1.0)
