"""A table, whatever it is kept in: delimited text or a workbook, told apart by content."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading.csv import csv_cells
from trailviz.reading.xlsx import sheet_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailviz.reading.cells import Cells

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def table_cells(file: BinaryIO, header: Iterable[str]) -> Iterator[Cells]:
    """Read the rows under the header that holds all these names, from a workbook or delimited text."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    yield from sheet_cells(file, header) if start in {ZIP, OLE} else csv_cells(file, header)
