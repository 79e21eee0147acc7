"""Chance that is the same everywhere: one stream a name, drawn from nothing but `random()`.

Python promises the sequence of `random.random()` for a seed across versions and machines; NumPy and the other methods
of `random` promise it for their own version only, and the samples that ship are written by this.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Chance:
    """A stream of draws named by words: the same words, the same draws."""

    def __init__(self, *words: object) -> None:
        """Name the stream."""
        self._source = random.Random("/".join(map(str, words)))  # noqa: S311 - invented people, not secrets

    def share(self) -> float:
        """Draw from 0 to 1."""
        return self._source.random()

    def happens(self, probability: float) -> bool:
        """Say whether something of this probability happens."""
        return self.share() < probability

    def whole(self, least: int, most: int) -> int:
        """Draw a whole number, both ends included."""
        return least + int(self.share() * (most - least + 1))

    def near(self, middle: float, spread: float) -> float:
        """Draw from a normal law, at most two and a half spreads off: nobody rises at noon by chance."""
        while True:
            drawn = math.sqrt(-2 * math.log(1 - self.share())) * math.cos(2 * math.pi * self.share())
            if abs(drawn) <= 2.5:  # noqa: PLR2004
                return middle + spread * drawn

    def one(self, of: Sequence[T]) -> T:
        """Draw one of several, each as likely."""
        return of[int(self.share() * len(of))]

    def ranked(self, of: Sequence[T]) -> T:
        """Draw one of several listed by how often each is met: the n-th is met 1/n as often (Zipf's law)."""
        left = self.share() * sum(1 / rank for rank in range(1, len(of) + 1))
        for rank, each in enumerate(of, 1):
            left -= 1 / rank
            if left < 0:
                return each
        return of[-1]

    def some(self, of: Sequence[T], count: int) -> list[T]:
        """Draw several different ones, in the order drawn."""
        left = list(of)
        return [left.pop(int(self.share() * len(left))) for _ in range(min(count, len(left)))]

    def digits(self, count: int) -> str:
        """Draw a number written with this many digits."""
        return "".join(str(int(self.share() * 10)) for _ in range(count))
