"""What several text columns of the same rows say together, searched once a distinct word instead of once a row.

A pattern is looked for in each column by itself; none may lean on what another column holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.letters import asked, coded, spread

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Wording:
    """Text columns of `len(self)` rows each, as codes into their distinct words."""

    columns: tuple[pa.DictionaryArray, ...]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.columns[0])

    def has(self, pattern: str) -> np.ndarray:
        """Say for each row whether any of its texts fits a pattern."""
        found = np.zeros(len(self), bool)
        for column in self.columns:
            found |= asked(column, lambda words: pc.match_substring_regex(words, pattern))
        return found

    def first(self, patterns: Sequence[str]) -> np.ndarray:
        """Answer the number (from 0) of the first pattern that fits any text of each row; `len(patterns)` for none."""
        best = np.full(len(self), len(patterns), np.int8)
        for column in self.columns:
            np.minimum(best, spread(_first(column.dictionary, patterns), column, len(patterns)), out=best)
        return best

    def text(self, rows: np.ndarray) -> pa.Array:
        """Answer the first column's text on some rows."""
        return self.columns[0].take(pa.array(rows)).cast(pa.string())

    def told(self, pattern: str, name: str) -> pa.Array:
        """Extract a named part of the first text that has it; null where none does."""
        found = pa.nulls(len(self), pa.string())
        for column in self.columns:
            part = pc.struct_field(pc.extract_regex(column.dictionary, pattern), name)
            if part.null_count < len(part):
                found = pc.coalesce(found, part.take(column.indices))
        return found


def wording(*columns: pa.Array | Wording) -> Wording:
    """Put text columns together to be searched; what is a wording already brings its own columns."""
    held: list[pa.DictionaryArray] = []
    for one in columns:
        held.extend(one.columns if isinstance(one, Wording) else [coded(one)])
    return Wording(tuple(held))


def named(codes: np.ndarray, words: Sequence[str | None]) -> pa.DictionaryArray:
    """Answer codes as words of a dictionary column; the code of None is null."""
    held = [word for word in words if word is not None]  # a dictionary that holds a null cannot be united with another
    at = np.array([-1 if word is None else held.index(word) for word in words], np.int32)[codes]
    indices = pa.array(at, mask=at < 0 if len(held) < len(words) else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(held, pa.string()))


def put(column: pa.Array, where: np.ndarray, word: str) -> pa.DictionaryArray:
    """Answer a column with one word put where a mask says so."""
    column = coded(column)
    if not where.any():
        return column
    words = column.dictionary.to_pylist()
    code = words.index(word) if word in words else len(words)
    indices = pc.if_else(pa.array(where), pa.scalar(code, pa.int32()), column.indices)
    return pa.DictionaryArray.from_arrays(indices, pa.array([*words[:code], word, *words[code + 1 :]], pa.string()))


def _first(words: pa.Array, patterns: Sequence[str]) -> np.ndarray:
    """Number the words by the first pattern that fits; all are first tried as one, since most words fit none."""
    numbers = np.full(len(words), len(patterns), np.int8)
    any_of = pc.match_substring_regex(words, "|".join(f"(?:{pattern})" for pattern in patterns))
    fits = np.flatnonzero(pc.fill_null(any_of, False))  # noqa: FBT003
    some = words.take(pa.array(fits))
    # backwards, so that the first pattern that fits is the one that stays
    for number in reversed(range(len(patterns))):
        numbers[fits[np.asarray(pc.match_substring_regex(some, patterns[number]), dtype=bool)]] = number
    return numbers
