"""Delimited text: find the header by its names, number every line as a person does, and lose none of them.

Every line that is not blank is one of: a line of the cover sheet, the header, or a part of exactly one row.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.cells import BLANK, Cells
from trailviz.reading.encodings import Encoding, detect, raw_blocks
from trailviz.reading.letters import asked, texts
from trailviz.reading.lines import Lines, joined, scanned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DELIMITERS = ",;\t|"
# in a table of few columns a thin row may be a whole one
LEAST_WIDTH = 5
# a footer's totals hold commas (已收入:1笔,0.01元), so it has a few cells
FOOTER_CELLS = 3
TOTALS = r"^\p{Han}{0,6}(合计|总计|小计)\p{Han}{0,4}[:：]?$|^(?i:grand )?(?i:totals?):?$"
MOST_COVER_LINES = 2000
BLOCK = 8 << 20


@dataclass
class _Layout:
    """The table's shape, and what was met of it so far."""

    names: tuple[str, ...]
    delimiter: str
    cover: list[str]
    physical: int
    closed: bool = False
    again: int = 0

    def tell(self, text: str) -> None:
        if len(self.cover) < MOST_COVER_LINES:
            self.cover.append(text.strip(BLANK))


@dataclass
class _Odd:
    """The records of a block that were read one by one, by the line each begins on."""

    cells: dict[int, list[str]] = field(default_factory=dict)
    short: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    joined: int = 0


@dataclass(frozen=True)
class _Table:
    """The records of a block in order: their cells, first lines, and which are stumps or have cells too many."""

    columns: dict[str, pa.Array]
    line: np.ndarray
    short: np.ndarray
    beyond: np.ndarray


def split(line: str, delimiter: str = ",") -> tuple[str, ...]:
    """Split one line into stripped cells."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        cells = line.split(delimiter)
    return tuple(cell.strip(BLANK).strip('"').strip(BLANK) for cell in cells)


def header_of(line: str, wanted: frozenset[str], delimiters: str = DELIMITERS) -> tuple[tuple[str, ...], str] | None:
    """Answer the cells and the delimiter of a line that holds all wanted names, or None."""
    # asked before splitting, which costs more: few lines hold any of the names
    if not all(name in line for name in wanted):
        return None
    for delimiter in delimiters:
        # a table of one column has no delimiter (Strava's connected apps)
        if delimiter in line or len(wanted) == 1:
            cells = split(line, delimiter)
            if wanted <= frozenset(cells):
                return cells, delimiter
    return None


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Give every column its own name: a second `备注` becomes `备注 (2)`, a nameless one its position."""
    seen: Counter[str] = Counter()
    answer: list[str] = []
    for position, name in enumerate(names, 1):
        shown = name or f"column {position}"
        seen[shown] += 1
        answer.append(shown if seen[shown] == 1 else f"{shown} ({seen[shown]})")
    return tuple(answer)


def csv_cells(
    file: BinaryIO, header: Iterable[str], *, delimiters: str = DELIMITERS, block: int = BLOCK
) -> Iterator[Cells]:
    """Read delimited text under the header row that holds all names in `header`, wherever it stands.

    Args:
        file: The text, seekable, read as bytes in blocks of `block` bytes.
        header: Names that the header row holds, in any order, among others.
        delimiters: Delimiters to try, in this order.
        block: Bytes read at a time; no result depends on it.

    Yields:
        Batches of rows with the line each record begins on. The last batch (without rows) holds the cover-sheet
        lines from before the header and after the closing rule. A line with fewer than half the header's cells is
        left out as `short_line`; missing cells are null; cells beyond the last column are noted, unless they
        come of an amount's unquoted thousands comma, which is put right and counted.

    Raises:
        UndecodableError: If the file is in no encoding trailviz reads.
        BrokenFileError: After the rows before it, if a line is longer than any export's.
    """
    yield from _cells(file, detect(file), frozenset(header), delimiters, block)


def _cells(file: BinaryIO, encoding: Encoding, wanted: frozenset[str], delimiters: str, block: int) -> Iterator[Cells]:
    layout: _Layout | None = None
    before: list[str] = []
    number, rest = 0, b""
    for piece in _with_end(raw_blocks(file, encoding, block)):
        whole, rest = rest + (piece or b""), b""
        # lines are counted by their newlines, and the last may lack its own
        if whole and not whole.endswith(b"\n"):
            whole += b"\n"
        if layout is None and whole:
            layout, whole, number = _found(whole, wanted, delimiters, before, number, encoding)
        if layout is None or not whole:
            continue
        if not encoding.leaves_alone(layout.delimiter):
            # half of 亅 is a bar in GB18030: such a table is decoded before it is cut
            file.seek(0)
            yield from _cells(file, Encoding(encoding.name, encoding.strict, whole=True), wanted, delimiters, block)
            return
        lines = scanned(whole, layout.delimiter, len(layout.names), layout.physical, codec=encoding.codec)
        cells, used = _rows(lines, number + 1, layout, encoding, last=piece is None)
        number += used
        if used < len(lines):
            rest = whole[int(lines.start[used]) :]
        if cells is not None:
            yield _told(cells, encoding)
    last = Cells({}, np.zeros(0, np.int32), lines=tuple(layout.cover if layout else before))
    last.passed_over.update({"header_again": layout.again} if layout and layout.again else {})
    yield _told(last, encoding)


def _with_end(blocks: Iterator[bytes]) -> Iterator[bytes | None]:
    yield from blocks
    yield None


def _told(cells: Cells, encoding: Encoding) -> Cells:
    cells.encoding = encoding.name
    if not encoding.strict:
        cells.notices["mixed_encoding"] = 1
    return cells


def _found(
    block: bytes, wanted: frozenset[str], delimiters: str, before: list[str], number: int, encoding: Encoding
) -> tuple[_Layout | None, bytes, int]:
    """Look for the header in a block: the layout, what follows it, and how many lines lie before that."""
    start = 0
    while start < len(block):
        end = block.index(b"\n", start)
        text = block[start:end].decode(encoding.codec, "replace")
        number += 1
        start = end + 1
        if found := header_of(text, wanted, delimiters):
            names = list(found[0])
            physical = len(names)
            # a comma at the end (Alipay's) is no column, but a cell that rows may have too
            while not names[-1]:
                names.pop()
            return _Layout(distinct(names), found[1], before, physical), block[start:], number
        if len(before) < MOST_COVER_LINES:
            before.append(text.strip(BLANK))
    return None, b"", number


def _rows(lines: Lines, first: int, layout: _Layout, encoding: Encoding, *, last: bool) -> tuple[Cells | None, int]:
    """Turn the lines of one block (the first is line `first` of the file) into cells; say how many were used."""
    odd, taken, used = _read_odd(lines, layout, last=last)
    plain = lines.regular & ~taken
    plain[used:] = False
    width = len(layout.names)
    table = lines.columns(plain, odd.cells)
    strange = np.fromiter(odd.cells, np.int64)
    where = np.sort(np.concatenate([np.flatnonzero(plain), strange]))
    columns = {name: texts(table[index], encoding) for index, name in enumerate(layout.names)}
    short = np.isin(where, np.array(odd.short, np.int64))
    beyond = np.isin(where, np.array(odd.notes, np.int64))
    for surplus in table[width:]:
        beyond |= _is_valid(texts(surplus, encoding))
    cells = _judged(lines, layout, _Table(columns, where, short, beyond), first)
    if odd.joined:
        cells.notices["joined_amounts"] = odd.joined
    return (cells if len(cells) else None), used


def _read_odd(lines: Lines, layout: _Layout, *, last: bool) -> tuple[_Odd, np.ndarray, int]:
    """Read the irregular lines; answer them, which lines they took, and where the block's last whole record ends."""
    width = len(layout.names)
    # JD's rows have one cell more than their header
    most = max(lines.usual + 1, layout.physical)
    odd = _Odd()
    taken = np.zeros(len(lines), bool)
    for one in np.flatnonzero(~lines.regular & (lines.end > lines.start)):
        line = int(one)
        if taken[line] or lines.rule[line]:
            continue
        read = lines.record(line, width)
        # the record goes on in the next block, and its lines are judged again there
        if read is None and not last:
            lines.rule[line:] = False
            return odd, taken, line
        cells, count = read or (lines.alone(line), 1)
        taken[line : line + count] = True
        if len(cells) > most:
            whole = joined(cells, most) if layout.delimiter == "," else cells
            odd.joined += len(whole) < len(cells)
            cells = whole
        odd.cells[line] = (cells + [""] * width)[:width]
        if len(cells) * 2 < width and width > LEAST_WIDTH:
            odd.short.append(line)
        if any(cells[width:]) or len(cells) > most:
            odd.notes.append(line)
    # a line of dashes inside a quoted cell closes no table
    lines.rule[taken] = False
    return odd, taken, len(lines)


def _totals(table: _Table, filled: np.ndarray) -> np.ndarray:
    """Say which rows are sums of the rows above: they begin with the word and leave cells empty."""
    sparse = filled < len(table.columns)
    if not sparse.any():
        return sparse
    first = next(iter(table.columns.values()))
    return sparse & asked(first, lambda words: pc.match_substring_regex(words, TOTALS))


def _is_valid(column: pa.Array) -> np.ndarray:
    return np.ones(len(column), bool) if not column.null_count else np.asarray(pc.is_valid(column))


def _judged(lines: Lines, layout: _Layout, table: _Table, first: int) -> Cells:
    """Tell rows from blank lines, repeated headers and the footer; what stays is counted."""
    where = table.line
    filled = table.beyond.astype(np.int16)
    for column in table.columns.values():
        filled += _is_valid(column)
    rules = np.flatnonzero(lines.rule)
    after = np.full(len(where), layout.closed) | (where > rules[0] if len(rules) else False)
    for line in rules:
        layout.tell(lines.text(int(line)))
    layout.closed |= bool(len(rules))
    footer = (after & (filled <= FOOTER_CELLS) & (len(layout.names) > LEAST_WIDTH)) | _totals(table, filled)
    thin = (table.short | (filled <= 1)) & (len(layout.names) > LEAST_WIDTH) & ~footer
    for line in where[(footer | thin) & (filled > 0)][:MOST_COVER_LINES]:
        layout.tell(lines.text(int(line)))
    again = ~table.beyond
    for name, column in table.columns.items():
        if not again.any():
            break
        again &= asked(column, partial(pc.equal, name)) | (~_is_valid(column) & name.startswith("column "))
    keep = (filled > 0) & ~footer & ~again
    kept = pa.array(keep)
    columns = table.columns if keep.all() else {name: one.filter(kept) for name, one in table.columns.items()}
    cells = Cells(columns, (where[keep] + first).astype(np.int32))
    cells.leave_out(thin[keep], "short_line")
    layout.again += int((again & (filled > 0) & ~footer).sum())
    if table.beyond.any():
        cells.note(table.beyond[keep], f"beyond {layout.names[-1]}", f"no more than {len(layout.names)} cells")
    return cells
