"""Workbooks: any sheet that holds the header, cells as text whatever the spreadsheet made of them."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import BLANK, Cells, tidy
from trailviz.reading.csv import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LARGEST_WORKBOOK = 400 << 20
FIRST_ROWS = 60


def sheets(file: BinaryIO) -> Iterator[tuple[str, list[Sequence[object]]]]:
    """Yield every sheet's name and rows of values.

    Raises:
        BrokenFileError: If the workbook cannot be opened, or would unpack to more than 400 MB.
    """
    file.seek(0)
    if file.read(2) == b"PK":
        try:
            unpacked = sum(member.file_size for member in zipfile.ZipFile(file).infolist())
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise BrokenFileError("broken_workbook") from error
        if unpacked > LARGEST_WORKBOOK:
            raise BrokenFileError("workbook_too_large")
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
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
        while texts[top] and not texts[top][-1]:
            texts[top].pop()
        names = distinct(texts[top])
        kept = [i for i in range(top + 1, len(texts)) if any(texts[i])]
        columns = {
            label: tidy(pa.array([texts[i][at] if at < len(texts[i]) else "" for i in kept], pa.string()))
            for at, label in enumerate(names)
        }
        lines = tuple(" ".join(filter(None, row)) for row in texts[:top])
        yield Cells(columns, np.array(kept, np.int32) + 1, sheet=name, lines=lines)


def _shown(cell: object) -> str:
    """Write a cell as a person would type it: no trailing .0, dates as ISO with a blank."""
    if isinstance(cell, str):
        return cell.strip(BLANK)
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1 << 53 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    return str(cell)
