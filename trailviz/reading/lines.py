"""The lines of a block of delimited text: which are regular enough for Arrow, and what the odd ones hold.

A quote that never closes is taken as a character, so it cannot swallow the rest of the file; the standard library's
reader says how many lines a quoted cell took.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv

from trailviz.reading.cells import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# a quoted cell of more lines than this is a quote that never closes
LONGEST_RECORD = 50
RULE = frozenset("-–—=_*")
NEWLINE, RETURN, QUOTE, SPACE, TAB = 10, 13, 34, 32, 9
LONGEST_PADDING = 16
AMOUNT = re.compile(r"[¥￥$€£+-]*\d{1,3}")
GROUP = re.compile(r"\d{3}")
LAST_GROUP = re.compile(r"\d{3}\.\d\d")
SPLIT_AMOUNT = re.compile(rb"(?:^|,)[^,\n\d]{0,4}(\d{1,3})(?:,\d{3})*,\d{3}\.\d\d[ \t]*(?:,|$)", re.MULTILINE)


@dataclass(frozen=True)
class Lines:
    """A block of text that ends at a line's end, scanned once, in an encoding that `Encoding.transparent` describes.

    `start` and `end` bound each line without its newline; `regular` marks the lines that Arrow reads as we would:
    as many delimiters as most, and either no quote or quotes that only wrap whole cells.
    """

    block: bytes
    delimiter: str
    start: np.ndarray
    end: np.ndarray
    regular: np.ndarray
    rule: np.ndarray
    usual: int
    codec: str = "utf-8"

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.start)

    def text(self, line: int) -> str:
        """Answer one line as text."""
        return self.block[self.start[line] : self.end[line]].decode(self.codec, "replace").rstrip("\r")

    def columns(self, chosen: np.ndarray, odd: Mapping[int, Sequence[str]]) -> list[pa.Array]:
        """Read the chosen regular lines (a boolean mask) into `usual + 1` columns of bytes.

        `odd` holds the cells of records read one by one, by the line they begin on in rising order: each is written
        out again between its neighbours, quoted, so that Arrow reads all rows in one go and in their order.
        """
        names = [str(position) for position in range(self.usual + 1)]
        if not chosen.any() and not odd:
            return [pa.array([], pa.binary())] * len(names)
        raw = self.block if chosen.all() else b"".join(self._pieces(chosen, odd))
        # one block, so that no record straddles two; every line a row, or cells and line numbers would part company;
        # and any bytes, as they are decoded afterwards
        table = pyarrow.csv.read_csv(
            pa.BufferReader(raw),
            read_options=pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(raw) + 1),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self.delimiter, ignore_empty_lines=False, newlines_in_values=bool(odd)
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()), strings_can_be_null=False, check_utf8=False
            ),
        )
        # no line may be lost in silence
        assert table.num_rows == int(chosen.sum()) + len(odd)
        return [table[name].combine_chunks() for name in names]

    def _pieces(self, chosen: np.ndarray, odd: Mapping[int, Sequence[str]]) -> Iterator[bytes]:
        """Yield the runs of chosen lines, and the odd records between the lines they stand between."""
        edges = np.flatnonzero(np.diff(chosen.astype(np.int8), prepend=0, append=0))
        runs: dict[int, int] = dict(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
        for line in sorted({*runs, *odd}):
            if line in odd:
                quoted = ['"' + cell.replace('"', '""') + '"' for cell in odd[line]]
                # Arrow wants as many cells in every line
                quoted += [""] * (self.usual + 1 - len(quoted))
                yield self.delimiter.join(quoted).encode(self.codec, "replace") + b"\n"
            else:
                yield self.block[self.start[line] : self.end[runs[line] - 1] + 1]

    def record(self, line: int, width: int) -> tuple[list[str], int] | None:
        """Read the record that begins at this line: its stripped cells, and how many lines it takes.

        Answers None where the block ends before the record does. A record of several lines must fill the table's
        width: otherwise its quote was a character, and the line stands alone.
        """
        given = _Given(self, line)
        try:
            cells = next(csv.reader(given, delimiter=self.delimiter), [])
        except csv.Error:
            return self._split(line), 1
        if given.ran_out and given.taken < LONGEST_RECORD:
            return None
        if given.ran_out or (given.taken > 1 and not _fits(cells, width)):
            return self._split(line), 1
        return [cell.strip(BLANK) for cell in cells], given.taken

    def alone(self, line: int) -> list[str]:
        """Read one line whose quote never closes: its stripped cells."""
        return self._split(line)

    def _split(self, line: int) -> list[str]:
        return [cell.strip(BLANK) for cell in self.text(line).split(self.delimiter)]


class _Given:
    """Lines as the standard library's reader asks for them; remembers how many, and whether it asked too far."""

    def __init__(self, lines: Lines, first: int) -> None:
        self.lines, self.next, self.taken, self.ran_out = lines, first, 0, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.next >= len(self.lines) or self.taken >= LONGEST_RECORD:
            self.ran_out = True
            raise StopIteration
        self.next += 1
        self.taken += 1
        return self.lines.text(self.next - 1) + "\n"


def joined(cells: list[str], most: int) -> list[str]:
    """Put amounts together that an unquoted thousands comma split (`5`, `000.00`), while there are too many cells."""
    cells = list(cells)
    start = 0
    while len(cells) > most and start < len(cells) - 1:
        end = start + 1
        while end < len(cells) - 1 and GROUP.fullmatch(cells[end]):
            end += 1
        fits = AMOUNT.fullmatch(cells[start]) and LAST_GROUP.fullmatch(cells[end])
        # a table's own cells are never joined away
        if fits and len(cells) - (end - start) >= most:
            cells[start : end + 1] = [",".join(cells[start : end + 1])]
        start += 1
    return cells


def scanned(block: bytes, delimiter: str, width: int, physical: int | None = None, *, codec: str = "utf-8") -> Lines:
    """Scan a block that ends with a newline for the lines that Arrow can read in one go.

    `width` counts the header's names, `physical` its cells, with the empty ones a trailing delimiter makes; `codec` is
    the encoding of the block.
    """
    data = np.frombuffer(block, np.uint8)
    end = np.flatnonzero(data == NEWLINE)
    start = np.concatenate([[0], end[:-1] + 1]).astype(np.int64)
    marks = np.flatnonzero(data == ord(delimiter))
    quotes = np.flatnonzero(data == QUOTE)
    wrapped, inside = _wrapping(data, quotes, marks, start, end, ord(delimiter))
    outer = np.diff(np.searchsorted(marks, end), prepend=0) - inside
    # lines with a split amount would vote for a column too many
    typical = wrapped & ~_split_amounts(block, end, outer, physical or width)
    usual = int(np.bincount(outer[typical]).argmax()) if typical.any() else (physical or width) - 1
    # Arrow takes a lone carriage return for a line's end, and people do not
    returns = np.flatnonzero(data == RETURN)
    loose = returns[data[np.minimum(returns + 1, len(data) - 1)] != NEWLINE]
    broken = np.diff(np.searchsorted(loose, end), prepend=0) > 0
    regular = wrapped & ~broken & (outer == usual) & (usual >= width - 1)
    lines = Lines(block, delimiter, start, end, regular, np.zeros(len(end), bool), max(usual, width - 1), codec)
    _mark_rules(lines, data)
    return lines


def _split_amounts(block: bytes, end: np.ndarray, outer: np.ndarray, physical: int) -> np.ndarray:
    """Say which lines have more cells than the header and an amount that may have been split."""
    split = np.zeros(len(end), bool)
    if (outer >= physical).any():
        split[np.searchsorted(end, [found.start(1) for found in SPLIT_AMOUNT.finditer(block)])] = True
    return split & (outer >= physical)


def _wrapping(
    data: np.ndarray, quotes: np.ndarray, marks: np.ndarray, start: np.ndarray, end: np.ndarray, delimiter: int
) -> tuple[np.ndarray, np.ndarray]:
    """Say which lines have only quotes that wrap whole cells, and how many delimiters stand inside such quotes."""
    if not len(quotes):
        return np.ones(len(start), bool), np.zeros(len(start), np.int64)
    before = np.searchsorted(quotes, start)
    line = np.searchsorted(end, quotes)
    opening = (np.arange(len(quotes)) - before[line]) % 2 == 0
    previous = data[np.maximum(quotes - 1, 0)]
    opens = (quotes == start[line]) | (previous == delimiter)
    closes = _ends(data, quotes, delimiter)
    # an even number of quotes is not enough: a stray one beside a quoted cell looks even too
    wrong = np.where(opening, ~opens, ~closes)
    bad = np.bincount(line, weights=wrong, minlength=len(start)) > 0
    odd = np.bincount(line, minlength=len(start)) % 2 == 1
    # only the delimiters of lines with a quote can stand inside one
    first, last = (np.searchsorted(marks, side[np.unique(line)]) for side in (start, end))
    own = np.repeat(np.unique(line), last - first)
    nth = np.arange(len(own)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    here = marks[np.repeat(first, last - first) + nth]
    within = (np.searchsorted(quotes, here) - before[own]) % 2 == 1
    return ~bad & ~odd, np.bincount(own[within], minlength=len(start))


def _ends(data: np.ndarray, quotes: np.ndarray, delimiter: int) -> np.ndarray:
    """Say which quotes have nothing but a few blanks (Alipay pads its cells) between them and the cell's end."""
    ends = np.zeros(len(quotes), bool)
    left, at = np.arange(len(quotes)), quotes + 1
    for _ in range(LONGEST_PADDING):
        following = data[np.minimum(at, len(data) - 1)]
        ends[left] = np.isin(following, (delimiter, NEWLINE, RETURN))
        padded = np.isin(following, (SPACE, TAB)) & (following != delimiter)
        left, at = left[padded], at[padded] + 1
        if not len(left):
            break
    return ends


def _mark_rules(lines: Lines, data: np.ndarray) -> None:
    """Mark the lines that are nothing but dashes (or the like): they close a table, and are no rows."""
    first = data[np.minimum(lines.start + (data[lines.start] == QUOTE), len(data) - 1)]
    for line in np.flatnonzero(np.isin(first, tuple(b"-=_*" + "—".encode(lines.codec, "ignore")[:1]))).tolist():
        text = lines.text(line).replace(lines.delimiter, "").strip(BLANK + '"')
        lines.rule[line] = len(text) > 2 and set(text) <= RULE  # noqa: PLR2004 - three dashes make a line
        lines.regular[line] &= not lines.rule[line]


def _fits(cells: list[str], width: int) -> bool:
    return len(cells) >= width and not any(cell.strip(BLANK) for cell in cells[width:])
