"""Workbooks: any sheet, and cells as a person would have typed them."""

from __future__ import annotations

import io
from datetime import datetime

from openpyxl import Workbook

from trailviz.intake import collect, from_bytes
from trailviz.reading.table import table_cells
from trailviz.reading.xlsx import first_rows

HEADER = ("time", "amount", "ref")


def workbook(*sheets: list[list[object]]) -> bytes:
    """Write a workbook of these sheets."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"sheet {number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_every_sheet_with_the_header_is_read() -> None:
    """The table may be in any sheet, below a cover sheet, and rows are numbered as the spreadsheet shows them."""
    data = workbook(
        [["nothing"]], [["title"], [], list(HEADER), ["a", 1, "x"], [], ["b", 2, "y"]], [list(HEADER), ["c", 3, "z"]]
    )
    cells = list(table_cells(io.BytesIO(data), HEADER))
    assert [(one.sheet, one.row.tolist(), one.columns["time"].to_pylist()) for one in cells] == [
        ("sheet 2", [4, 6], ["a", "b"]),
        ("sheet 3", [2], ["c"]),
    ]
    assert cells[0].lines == ("title", "")


def test_text_date_and_serial_times_are_one_time() -> None:
    """However a spreadsheet keeps a time, it is the same instant."""
    at = datetime(2026, 6, 28, 10, 51, 31)  # noqa: DTZ001 - a spreadsheet's time has no zone
    data = workbook([list(HEADER), ["2026-06-28 10:51:31", 1, "x"], [at, 1, "x"], [46201.452442129629, 1, "x"]])
    cells = next(iter(table_cells(io.BytesIO(data), HEADER)))
    times = cells.times("time", "%Y-%m-%d %H:%M:%S", "serial", zone="Asia/Shanghai").to_pylist()
    assert [str(one) for one in times] == ["2026-06-28 02:51:31+00:00"] * 3


def test_numbers_are_written_as_a_person_would() -> None:
    """An id that became a number has no trailing .0, and an amount keeps its cents."""
    cells = next(iter(table_cells(io.BytesIO(workbook([list(HEADER), ["t", 28.16, 42]])), HEADER)))
    assert cells.columns["amount"].to_pylist() == ["28.16"]
    assert cells.columns["ref"].to_pylist() == ["42"]


def test_the_head_shows_the_first_rows_of_every_sheet() -> None:
    """Recognition sees a header wherever it stands near a sheet's top."""
    assert ("time", "amount", "ref") in first_rows(io.BytesIO(workbook([["x"]], [[], list(HEADER)])))


def test_a_diary_in_a_workbook_is_a_diary() -> None:
    """The same importer reads a table whatever it is kept in, and the event names its sheet."""
    data = workbook([["company", "kind", "start"], ["example", "payment", "2024-05-31 18:02"]])
    collected = collect([from_bytes("d.xlsx", data)])
    assert (collected.accounts[0].format, collected.accounts[0].used) == ("diary", 1)
    assert collected.events.frame(["sheet"])["sheet"].tolist() == ["sheet 1"]


def test_an_empty_workbook_is_told() -> None:
    """A workbook without rows is refused with advice."""
    account = collect([from_bytes("d.xlsx", workbook([], []))]).accounts[0]
    assert account.format is None
    assert account.advice
