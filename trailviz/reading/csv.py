"""Delimited text: find the header by its names, number every line as a person does, and lose none of them.

Regular lines go to Arrow's reader in whole blocks; lines with quotes or an odd number of cells go one by one through
the standard library's, which says how many lines a quoted cell swallowed. A quote that never closes is taken as a
character, so it cannot swallow the rest of the file.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from trailviz.reading.cells import BLANK, Cells, Unreadable, tidy
from trailviz.reading.encodings import detect, utf8_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DELIMITERS = ",;\t|"
LONGEST_RECORD = 50
RULE = frozenset("-–—=_*")
LEAST_WIDTH = 5


@dataclass
class _Layout:
    names: tuple[str, ...]
    delimiter: str
    closed: bool = False
    lines: list[str] = field(default_factory=list)


def split(line: str, delimiter: str = ",") -> tuple[str, ...]:
    """Split one line into stripped cells."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        cells = line.split(delimiter)
    return tuple(cell.strip(BLANK).strip('"').strip(BLANK) for cell in cells)


def header_of(line: str, wanted: frozenset[str], delimiters: str = DELIMITERS) -> tuple[tuple[str, ...], str] | None:
    """Answer the cells and the delimiter of a line that holds all wanted names, or None."""
    for delimiter in delimiters:
        if delimiter in line or len(wanted) == 1:
            cells = split(line, delimiter)
            if wanted <= frozenset(cells):
                return cells, delimiter
    return None


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Give every column its own name: a second `备注` becomes `备注 (2)`, a nameless one its position."""
    seen: Counter[str] = Counter()
    answer = []
    for position, name in enumerate(names, 1):
        shown = name or f"column {position}"
        seen[shown] += 1
        answer.append(shown if seen[shown] == 1 else f"{shown} ({seen[shown]})")
    return tuple(answer)


def csv_cells(file: BinaryIO, header: Iterable[str], *, delimiters: str = DELIMITERS) -> Iterator[Cells]:
    """Read delimited text under the header row that holds all names in `header`, wherever it stands.

    Yields:
        Batches of rows with the line each record begins on. The last batch (perhaps empty) holds the cover-sheet
        lines from before the header and after the closing rule. A line with fewer than half the header's cells is
        left out as `short_line`; missing cells are null; cells beyond the last column are noted.
    """
    wanted = frozenset(header)
    encoding = detect(file)
    layout: _Layout | None = None
    before: list[str] = []
    number = 0
    for block in utf8_blocks(file, encoding):
        lines = block.split(b"\n")
        if lines and not lines[-1]:
            lines.pop()
        start = 0
        if layout is None:
            for position, raw in enumerate(lines):
                text = raw.decode("utf-8", "replace")
                if found := header_of(text, wanted, delimiters):
                    names = found[0][: len(found[0]) - (found[0][-1] == "")]
                    layout = _Layout(distinct(names), found[1], lines=before)
                    start = position + 1
                    break
                before.append(text.strip(BLANK))
        if layout is not None:
            yield from _rows(lines[start:], number + start + 1, layout)
        number += len(lines)
    yield Cells({}, np.zeros(0, np.int32), lines=tuple(layout.lines if layout else before))


def _rows(lines: list[bytes], first: int, layout: _Layout) -> Iterator[Cells]:
    """Turn the lines of one block (the first is line `first` of the file) into cells."""
    width = len(layout.names)
    delimiter = layout.delimiter.encode()
    commas = np.fromiter((line.count(delimiter) for line in lines), np.int32, len(lines))
    quoted = np.fromiter((b'"' in line for line in lines), bool, len(lines))
    usual = np.bincount(commas[~quoted]).argmax() if (~quoted).any() else -1
    regular = ~quoted & (commas == usual) & (commas >= width - 1) & (commas <= width)
    stops = np.fromiter((_is_rule(line, delimiter) for line in lines), bool, len(lines))
    regular &= ~stops
    taken = np.zeros(len(lines), bool)
    odd: list[list[str]] = []
    odd_lines: list[int] = []
    notes: list[Unreadable] = []
    short: list[bool] = []
    position = 0
    order = np.flatnonzero(~regular)
    for position in order:
        if taken[position]:
            continue
        if stops[position]:
            layout.closed = True
            layout.lines.append(lines[position].decode("utf-8", "replace").strip(BLANK))
            continue
        cells, used = _record(lines, int(position), layout.delimiter)
        taken[position : position + used] = True
        if not any(cells):
            continue
        if layout.closed and len(cells) < width:
            layout.lines.append(lines[position].decode("utf-8", "replace").strip(BLANK))
            continue
        if any(cells[width:]):
            notes.append(Unreadable(first + int(position), f"beyond {layout.names[-1]}", f"no more than {width} cells"))
        odd.append((cells + [""] * width)[:width])
        odd_lines.append(int(position))
        short.append(len(cells) * 2 < width and width > LEAST_WIDTH)
    plain = np.flatnonzero(regular & ~taken)
    table = _regular([lines[i] for i in plain], int(usual) + 1, layout)
    columns: dict[str, pa.Array] = {}
    where = np.concatenate([plain, np.array(odd_lines, np.int64)])
    sequence = np.argsort(where, kind="stable")
    for index, name in enumerate(layout.names):
        extra = pa.array([row[index] for row in odd], pa.string())
        whole = pa.concat_arrays([table[index], extra]) if len(extra) else table[index]
        columns[name] = tidy(whole.take(pa.array(sequence)) if len(extra) else whole)
    cells = Cells(columns, (where[sequence] + first).astype(np.int32), unreadable=notes)
    cells.leave_out(np.concatenate([np.zeros(len(plain), bool), np.array(short, bool)])[sequence], "short_line")
    if len(cells):
        yield cells


def _regular(lines: list[bytes], width: int, layout: _Layout) -> list[pa.Array]:
    if not lines:
        return [pa.array([], pa.string())] * len(layout.names)
    names = [str(position) for position in range(width)]
    table = pyarrow.csv.read_csv(
        pa.BufferReader(b"\n".join(lines) + b"\n"),
        read_options=pyarrow.csv.ReadOptions(column_names=names, use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(delimiter=layout.delimiter, quote_char=False, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    assert table.num_rows == len(lines)
    return [table[name].combine_chunks() for name in names[: len(layout.names)]]


def _record(lines: list[bytes], position: int, delimiter: str) -> tuple[list[str], int]:
    """Read the record that begins at this line: its stripped cells, and how many lines it takes."""
    text = [line.decode("utf-8", "replace").rstrip("\r") for line in lines[position : position + LONGEST_RECORD]]
    reader = csv.reader(text, delimiter=delimiter)
    try:
        cells = next(reader, [])
        used = max(reader.line_num, 1)
        if used > 1 and '"' not in text[used - 1]:
            raise csv.Error  # never closed within reach: the quote is a character
    except csv.Error:
        cells, used = text[0].split(delimiter), 1
    return [cell.strip(BLANK) for cell in cells], used


def _is_rule(line: bytes, delimiter: bytes) -> bool:
    if line[:3] not in {b"---", b"===", b"___"} and line[:4] not in {b'"---'}:
        return False
    text = line.replace(delimiter, b"").decode("utf-8", "replace").strip(BLANK + '"')
    return bool(text) and set(text) <= RULE
