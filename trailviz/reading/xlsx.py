"""Workbooks: every sheet's rows as text, whatever the spreadsheet made of them."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import BLANK, Cells, tidy
from trailviz.reading.csv import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LARGEST_WORKBOOK = 400 << 20
MOST_CELLS = 40_000_000
FIRST_ROWS = 60
PIECE = 1 << 20
LONGEST_REFERENCE = 16
REFERENCE = re.compile(rb'\br="([A-Z]{1,4})([0-9]{1,9})"')
# a locked workbook is an OLE file, whose names are UTF-16
LOCKED = "EncryptedPackage".encode("utf-16-le")
DAMAGED = (CalamineError, OSError, ValueError, zlib.error, EOFError, NotImplementedError, RuntimeError)


def sheets(file: BinaryIO) -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
    """Yield every sheet's name and rows of values.

    Raises:
        BrokenFileError: If the workbook is locked, cannot be opened, would unpack to more than 400 MB, or claims
            more cells than a person's export ever has (a single cell far out makes a reader lay out all before it).
    """
    file.seek(0)
    if file.read(2) == b"PK":
        _measure(file)
    else:
        file.seek(0)
        if LOCKED in file.read(PIECE):
            raise BrokenFileError("workbook_locked")
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        for name in book.sheet_names:
            # the empty rows too, or the numbers would not be those the spreadsheet shows
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except DAMAGED as error:
        raise BrokenFileError("broken_workbook") from error


def first_rows(file: BinaryIO) -> tuple[tuple[str, ...], ...]:
    """Answer the first rows of every sheet as text, for recognition."""
    return tuple(tuple(_shown(cell) for cell in row) for _, rows in sheets(file) for row in rows[:FIRST_ROWS])


def sheet_cells(file: BinaryIO, header: Iterable[str]) -> Iterator[Cells]:
    """Read every sheet that has a row with all names in `header`; rows are numbered as the spreadsheet shows them."""
    wanted = frozenset(header)
    for name, rows in sheets(file):
        texts = [[_shown(cell) for cell in row] for row in rows]
        top = next((i for i, row in enumerate(texts) if wanted <= frozenset(row)), None)
        if top is None:
            continue
        while not texts[top][-1]:
            texts[top].pop()
        kept = [i for i in range(top + 1, len(texts)) if any(texts[i])]
        columns = {
            label: tidy(pa.array([texts[i][at] if at < len(texts[i]) else "" for i in kept], pa.string()))
            for at, label in enumerate(distinct(texts[top]))
        }
        lines = tuple(" ".join(filter(None, row)) for row in texts[:top])
        yield Cells(columns, np.array(kept, np.int32) + 1, sheet=name, lines=lines)


def _measure(file: BinaryIO) -> None:
    """Refuse a workbook that would not fit into memory, before anything lays it out."""
    try:
        file.seek(0)
        archive = zipfile.ZipFile(file)
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > LARGEST_WORKBOOK:
            raise BrokenFileError("workbook_too_large")
        for part in parts:
            if part.filename.startswith("xl/worksheets/"):
                with archive.open(part) as sheet:
                    _measure_sheet(sheet)
    except (*DAMAGED, zipfile.BadZipFile) as error:
        raise BrokenFileError("broken_workbook") from error


def _measure_sheet(sheet: IO[bytes]) -> None:
    rest = b""
    columns = low = high = 0
    while piece := sheet.read(PIECE):
        for letters, digits in REFERENCE.findall(rest + piece):
            number = int(digits)
            columns = max(columns, _column(letters))
            low, high = min(low or number, number), max(high, number)
        # a reference may be cut in two by the end of a piece
        rest = piece[-LONGEST_REFERENCE:]
        if columns * (high - low + 1) > MOST_CELLS:
            raise BrokenFileError("workbook_too_large")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _shown(cell: object) -> str:
    """Write a cell as a person would type it: no trailing .0, dates as ISO with a blank."""
    if isinstance(cell, str):
        return cell.strip(BLANK)
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell)
    if isinstance(cell, float):
        # beyond 2**53 digits are lost already, and none are made up
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1 << 53 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    return str(cell)
