"""Columns of bytes into columns of text: every distinct cell is decoded and stripped once.

Delimiters, quotes and line ends can be found before decoding in every encoding whose longer letters hold none of these
bytes: UTF-8, GB18030 (trail bytes 0x30-39, 0x40-7E, 0x80-FE; GB 18030-2022) and the single-byte code pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.cells import stripped, tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailviz.reading.encodings import Encoding

FIRST_HIGH = 0x80


def texts(column: pa.Array, encoding: Encoding) -> pa.Array:
    """Turn a column of bytes (no nulls, not a slice) into stripped text, empty as null.

    A column of plain ASCII comes as text; any other as a dictionary of its distinct words, since shops, items and states
    repeat and most readers ask of words, not of rows. `encoding` is no longer strict where a letter had to be replaced.
    """
    _, _, data = column.buffers()
    # digits alone prove nothing: in GB18030 they occur inside letters; a byte from 0x80 on always does
    if data is None or not len(column) or int(np.frombuffer(data, np.uint8).max(initial=0)) < FIRST_HIGH:
        return stripped(column.view(pa.string()))
    coded = column.dictionary_encode()
    words = tidy(decoded(coded.dictionary, encoding)).dictionary_encode()  # `a` and `a ` are one word now
    return pa.DictionaryArray.from_arrays(words.indices.take(coded.indices), words.dictionary)


def decoded(words: pa.Array, encoding: Encoding) -> pa.Array:
    """Decode some byte strings; letters that do not decode are replaced, and `encoding` is no longer strict."""
    try:
        if encoding.codec == "utf-8":
            return words.cast(pa.string())
        # one decode of all words is much faster than one of each
        whole = b"\n".join(words.to_pylist()).decode(encoding.codec)
        found = whole.split("\n")
        if len(found) == len(words):
            return pa.array(found, pa.string())
    except (UnicodeDecodeError, pa.ArrowInvalid):
        encoding.strict = False
    # a line break inside a cell, or damage: one by one, so that it stays in its cell
    return pa.array([one.decode(encoding.codec, "replace") for one in words.to_pylist()], pa.string())


def coded(column: pa.Array) -> pa.DictionaryArray:
    """Answer a text column as codes into its distinct words (null is no word)."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def emptied(column: pa.Array, word: str) -> pa.Array:
    """Answer a text column in which a word that stands for nothing (`/`) is null."""
    if pa.types.is_dictionary(column.type):
        stands = asked(column, lambda words: pc.not_equal(words, word))
        return pa.DictionaryArray.from_arrays(
            pc.if_else(pa.array(stands), column.indices, pa.scalar(None, column.indices.type)), column.dictionary
        )
    return pc.if_else(pc.equal(column, word), pa.scalar(None, pa.string()), column)


def asked(column: pa.Array, test: Callable[[pa.Array], pa.Array]) -> np.ndarray:
    """Ask a yes-or-no question of every cell, but only once of every distinct word where they are known; null is no."""
    if pa.types.is_dictionary(column.type):
        return spread(np.asarray(pc.fill_null(test(column.dictionary), False), dtype=bool), column, False)  # noqa: FBT003
    return np.asarray(pc.fill_null(test(column), False), dtype=bool)  # noqa: FBT003


def spread(values: np.ndarray, column: pa.DictionaryArray, empty: object) -> np.ndarray:
    """Spread one value a word over the rows of a coded column; `empty` where the row is null."""
    told = np.append(values, np.asarray(empty, values.dtype))
    codes = column.indices
    if codes.null_count:
        codes = pc.fill_null(codes, len(values))
    return told[codes.to_numpy(zero_copy_only=False)]
