"""Points written alike, read eight letters at once: a column of texts has a few layouts, and in each a digit has its place.

Eight letters are one number of 64 bits, whose bytes are compared and added up together (as in Lemire and Muła's parsers).
A number of up to fifteen digits and the power of ten it is divided by are exact in float64, and the division rounds once: so
the result is, to the last bit, what a parser of decimals reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.clock import letters

# signs, digits before the point, and trailing zeros that are not written: what is rarer is left to the pattern
MOST_LAYOUTS = 24
MOST_DIGITS = 15
WORD = 8
ZERO = 48
NUMBERS = ("lat", "lon")
EACH = 0x0101010101010101
LOW, HIGH = np.uint64(0x7F * EACH), np.uint64(0x80 * EACH)
# each step joins two neighbours: digits into hundreds, these into ten thousands, and these into one number
JOINS = (
    (np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(10 * (1 << 8) + 1), np.uint64(8)),
    (np.uint64(0x00FF00FF00FF00FF), np.uint64(100 * (1 << 16) + 1), np.uint64(16)),
    (np.uint64(0x0000FFFF0000FFFF), np.uint64(10_000 * (1 << 32) + 1), np.uint64(32)),
)


@dataclass(frozen=True)
class _Layout:
    """A text's bytes, 0 for a digit; where it has digits; and for each number its runs of digits (start, count) and its divisor."""

    base: np.ndarray
    digit: np.ndarray
    runs: tuple[tuple[tuple[int, int], ...], ...]
    divisors: tuple[float, ...]


def read(text: pa.Array, left: np.ndarray, pattern: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read points layout by layout.

    Args:
        text: A column of strings, possibly a slice.
        left: Which of them to read (a boolean mask).
        pattern: A pattern of RE2 with groups `lat` and `lon`, anchored at both ends.

    Returns:
        Two numbers for each text (NaN where none was read), and which of them still have to be read in another way.
    """
    lat, lon = np.full(len(text), np.nan), np.full(len(text), np.nan)
    matcher = re.compile(pattern.replace("$", r"\Z"), re.ASCII)
    lengths = pc.fill_null(pc.binary_length(text), 0).to_numpy()
    left, odd = left.copy(), np.zeros(len(text), bool)
    for _ in range(MOST_LAYOUTS if len(text) else 0):
        first = int(np.argmax(left))
        if not left[first]:
            break
        layout = _layout(text[first].as_py(), matcher)
        if layout is None:
            left[first], odd[first] = False, True
            continue
        alike = left & (lengths == len(layout.base))
        # as a rule all texts of a file are alike, and none need be copied
        every = bool(alike.all())
        data = letters(text if every else text.filter(pa.array(alike)), len(layout.base))
        fits = _fits(data, layout)
        numbers = [_number(data, layout.base, *one) for one in zip(layout.runs, layout.divisors, strict=True)]
        if fits.all():
            where = slice(None) if every else alike
        else:
            where, numbers = np.flatnonzero(alike)[fits], [one[fits] for one in numbers]
        lat[where], lon[where] = numbers
        left[where] = False
    return lat, lon, left | odd


def _layout(text: str, matcher: re.Pattern[str]) -> _Layout | None:
    """Take a point apart, or answer None where it is none, or one that only the pattern can read."""
    found = matcher.match(text)
    base = np.frombuffer(text.encode(), np.uint8).copy()
    # a vertical tab is a blank to Python alone
    if found is None or "\v" in text or len(base) < WORD:
        return None
    digit = np.zeros(len(base), bool)
    runs, divisors = [], []
    for name in NUMBERS:
        start, written = len(text[: found.start(name)].encode()), found[name]
        decimals = len(written.partition(".")[2])
        if sum(map(str.isdigit, written)) > MOST_DIGITS:
            return None
        spans = [one.span() for one in re.finditer(r"\d{1,8}", written)]
        for begin, end in spans:
            digit[start + begin : start + end] = True
        runs.append(tuple((start + begin, end - begin) for begin, end in spans))
        divisors.append(10.0**decimals * (-1 if written.startswith("-") else 1))
    base[digit] = ZERO
    return _Layout(base, digit, tuple(runs), tuple(divisors))


def _fits(data: np.ndarray, layout: _Layout) -> np.ndarray:
    """Say which texts have a digit where the layout has one, and its own letters elsewhere."""
    above = np.zeros(len(data), np.uint64)
    starts = {min(start, len(layout.base) - WORD) for start in range(0, len(layout.base), WORD)}
    for start in starts:
        word = _words(data, layout.base, start)
        # a byte is at most 9 where a digit stands, else 0: only what is more reaches the highest bit
        room = np.where(layout.digit[start : start + WORD], 0x7F - 9, 0x7F).astype(np.uint8).view("<u8")[0]
        above |= word
        word &= LOW
        word += room
        above |= word
    return (above & HIGH) == 0


def _words(data: np.ndarray, base: np.ndarray, start: int) -> np.ndarray:
    """Answer eight letters of each text, from `start` on, as their distance from the layout's."""
    strided = np.ndarray((len(data),), "<u8", data, start, (data.shape[1],))
    return np.bitwise_xor(strided, base[start : start + WORD].view("<u8")[0])


def _number(data: np.ndarray, base: np.ndarray, runs: tuple[tuple[int, int], ...], divisor: float) -> np.ndarray:
    total = np.zeros(len(data))
    for at, count in runs:
        start = min(at, len(base) - WORD)
        word = _words(data, base, start)
        # what stands before and after the digits is shifted out, and zeros come in before them
        word >>= np.uint64(8 * (at - start))
        word <<= np.uint64(8 * (WORD - count))
        for mask, factor, shift in JOINS:
            word &= mask
            word *= factor
            word >>= shift
        total *= 10.0**count
        total += word
    total /= divisor
    return total
