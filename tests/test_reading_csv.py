"""Delimited text: every line that is not blank is in the cover sheet, the header or exactly one row."""

from __future__ import annotations

import csv
import io

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Cells
from trailviz.reading.csv import csv_cells, distinct
from trailviz.reading.encodings import LONGEST_LINE, Encoding, utf8_blocks
from trailviz.reading.lines import scanned

HEADER = ("time", "amount", "party", "note", "ref", "state")
FIRST = ",".join(HEADER)


def rows_of(data: bytes, header: tuple[str, ...] = HEADER) -> tuple[list[tuple[int, list[str | None]]], list[Cells]]:
    """Read bytes into (line, cells) pairs, and the batches they came in."""
    batches = list(csv_cells(io.BytesIO(data), header))
    rows = []
    for batch in batches:
        columns = [column.to_pylist() for column in batch.columns.values()]
        rows += [(int(number), [column[i] for column in columns]) for i, number in enumerate(batch.row)]
    return rows, batches


def test_the_header_is_found_by_its_names_and_rows_keep_their_line() -> None:
    """A row's number is its line in the file, whatever stands before the header."""
    data = f"title\n\nperiod,2024\n{FIRST},\n1,2,3,4,5,6,\n\n7,8,9,a,b,c,\n".encode()
    rows, batches = rows_of(data)
    assert [number for number, _ in rows] == [5, 7]
    assert rows[1][1] == ["7", "8", "9", "a", "b", "c"]
    assert batches[-1].lines == ("title", "", "period,2024")


def test_a_quoted_newline_moves_the_numbers_of_the_rows_after_it() -> None:
    """A record with a line break inside begins where its first line stands, and the next where that ends."""
    data = f'{FIRST}\n1,2,"one\ntwo",4,5,6\n7,8,9,a,b,c\n'.encode()
    rows, _ = rows_of(data)
    assert [number for number, _ in rows] == [2, 4]
    assert rows[0][1][2] == "one\ntwo"


def test_an_open_quote_does_not_swallow_the_file() -> None:
    """A quote that never closes is a character of its cell; every later row is still there."""
    lines = [f"{n},2,3,4,5,6" for n in range(500)]
    lines[7] = '7,"2,3,4,5,6'
    rows, _ = rows_of("\n".join([FIRST, *lines]).encode())
    assert [number for number, _ in rows] == list(range(2, 502))


def test_a_tab_after_a_closing_quote_is_no_error() -> None:
    """WeChat's writer of 2025 put a tab between the closing quote and the comma."""
    rows, _ = rows_of(f'{FIRST}\n"1"\t,"a,b"\t,3,4,5,6\n'.encode())
    assert rows == [(2, ["1", "a,b", "3", "4", "5", "6"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_told_by_the_header(delimiter: str, ends: str) -> None:
    """Comma, semicolon, tab and bar are read alike, with any of the three line ends."""
    data = ends.join([delimiter.join(HEADER), delimiter.join("123456"), delimiter.join("abcdef")]) + ends
    rows, _ = rows_of(data.encode())
    assert rows == [(2, list("123456")), (3, list("abcdef"))]


def test_the_footer_is_not_rows() -> None:
    """After a line of dashes thin lines are the footer, also where a spreadsheet padded them to the table's width."""
    data = f"{FIRST}\n1,2,3,4,5,6\n------------,,,,,\n共1笔记录,,,,,\n支出:1笔,27元\n".encode()
    rows, batches = rows_of(data)
    assert [number for number, _ in rows] == [2]
    assert "共1笔记录,,,,," in batches[-1].lines
    assert "支出:1笔,27元" in batches[-1].lines


def test_a_row_after_a_line_of_dashes_is_not_lost() -> None:
    """A full row below the closing line is a row all the same."""
    rows, _ = rows_of(f"{FIRST}\n1,2,3,4,5,6\n-----\n7,8,9,a,b,c\n".encode())
    assert [number for number, _ in rows] == [2, 4]


def test_ragged_rows_are_kept_and_said() -> None:
    """Missing cells are null, surplus cells are noted, and a stump is left out with its reason."""
    rows, batches = rows_of(f"{FIRST}\n1,2,3,4\n1,2,3,4,5,6,,\n1,2,3,4,5,6,7\nx,y\n".encode())
    assert [number for number, _ in rows] == [2, 3, 4, 5]
    assert rows[0][1] == ["1", "2", "3", "4", None, None]
    assert [(note.row, note.column) for note in batches[0].unreadable] == [(3, "beyond state"), (4, "beyond state")]
    assert batches[0].left_out["short_line"].tolist() == [False, False, False, True]


@pytest.mark.parametrize("trailing", ["", ","])
@pytest.mark.parametrize("others", [0, 5])
def test_an_unquoted_thousands_comma_is_put_right(trailing: str, others: int) -> None:
    """An amount that its own comma split is whole again, counted, and its neighbours stand where they belong."""
    plain = f"t,1.00,p,n,r,{trailing}\n" * others
    split = f"t,5,000.00,p,n,r,{trailing}\nt,¥1,234,567.89,p,n,r,{trailing}\n"
    rows, batches = rows_of(f"{FIRST}{trailing}\n{plain}{split}".encode())
    assert [row for _, row in rows[others:]] == [
        ["t", "5,000.00", "p", "n", "r", None],
        ["t", "¥1,234,567.89", "p", "n", "r", None],
    ]
    assert batches[0].notices["joined_amounts"] == 2
    assert not batches[0].unreadable


def test_a_comma_that_shifts_a_row_is_never_silent() -> None:
    """Where a comma splits a text, the row has a cell too many and is noted, even if its last cell is empty."""
    _, batches = rows_of(f"{FIRST},\n1,2.00,a,b,c,,\n1,2.00,a,x,y,c,,\n1,2.00,a,b,c,,\n".encode())
    assert [note.row for note in batches[0].unreadable] == [3]


def test_equal_column_names_are_both_kept() -> None:
    """A second column of a name is numbered, and a nameless one is called by its position."""
    assert distinct(("备注", "", "备注", "备注")) == ("备注", "column 2", "备注 (2)", "备注 (3)")


def test_spreadsheet_armour_is_taken_off() -> None:
    """Tabs, blanks, byte-order marks and the `="…"` that guards a long number are no part of a cell."""
    rows, _ = rows_of(b"\xef\xbb\xbf" + f'\t{FIRST}\n="0012"\t, 2 ,\u30003,4,5,6\n'.encode())
    assert rows[0][1][:3] == ["0012", "2", "3"]


def test_a_header_said_again_is_no_row() -> None:
    """Two exports pasted together keep their rows, and the second header is not one of them."""
    rows, _ = rows_of(f"{FIRST}\n1,2,3,4,5,6\n{FIRST}\n7,8,9,a,b,c\n".encode())
    assert [number for number, _ in rows] == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found_over_the_whole_file(encoding: str) -> None:
    """The verdict does not change where the first block ends in the middle of a character."""
    wide = ("time", "金额", "对方")
    filler = "".join(f"{n},¥{n},面馆{'一' * (n % 7)}😀\n" for n in range(40_000))
    rows, batches = rows_of((",".join(wide) + "\n" + filler).encode(encoding), wide)
    assert len(rows) == 40_000
    assert rows[-1][1] == ["39999", "¥39999", "面馆" + "一" * (39_999 % 7) + "😀"]
    assert batches[0].encoding == encoding


def test_a_stray_letter_does_not_turn_the_file_into_another_encoding() -> None:
    """UTF-8 with one broken letter is read as UTF-8, and the file's account is told."""
    good = "".join(f"{n},{n},面馆面馆面馆,,,\n" for n in range(300)).encode()
    rows, batches = rows_of(FIRST.encode() + b"\n" + good + b"1,2,\xff\xfe\xe9,4,5,6\n" + good)
    assert len(rows) == 601
    assert rows[0][1][2] == "面馆面馆面馆"
    assert batches[0].notices["mixed_encoding"] == 1


WIDE = ("交易时间", "金额元", "交易对方", "商品说明")
LETTERS = st.text(st.sampled_from(list('a1 ,"\n面館é😀€¥㐀')), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(LETTERS, min_size=4, max_size=4), max_size=8), st.integers(1, 90))
def test_cells_are_the_same_whatever_the_encoding(rows: list[list[str]], block: int) -> None:
    """GB18030 is cut before it is decoded, its letters of four bytes hold digits, and nobody can tell."""
    told = io.StringIO()
    csv.writer(told, lineterminator="\n").writerows([WIDE, *rows])
    here, there = (
        [
            (int(number), [column[at].as_py() for column in batch.columns.values()])
            for batch in csv_cells(io.BytesIO(told.getvalue().encode(name)), WIDE, block=block)
            for at, number in enumerate(batch.row)
        ]
        for name in ("utf-8", "gb18030")
    )
    assert here == there


def test_a_bar_that_is_half_a_letter_parts_no_cells() -> None:
    """The second byte of 億 in GB18030 is that of a bar: a table of bars is decoded first."""
    rows, _ = rows_of("\n".join(["|".join(WIDE), "1|億亅|三|四", "2|二|億|四"]).encode("gb18030"), WIDE)
    assert rows == [(2, ["1", "億亅", "三", "四"]), (3, ["2", "二", "億", "四"])]


def test_a_damaged_letter_of_gb18030_stays_in_its_cell() -> None:
    """Half a letter before a comma eats neither the comma nor the row, and the account is told."""
    good = "".join(f"{n},{n},面馆面馆,茶\n" for n in range(300)).encode("gb18030")
    rows, batches = rows_of(",".join(WIDE).encode("gb18030") + b"\n" + good + b"1,2,\xc3,\x81\n" + good, WIDE)
    assert len(rows) == 601
    assert rows[300] == (302, ["1", "2", "\ufffd", "\ufffd"])
    assert batches[0].notices["mixed_encoding"] == 1


def test_a_quote_before_padding_still_wraps_its_cell() -> None:
    """Alipay pads its cells: what stands between a closing quote and the comma is no part of the cell."""
    rows, _ = rows_of(f'{FIRST}\n1 ,"a,b"   ,"c""d" \t,4,5,6\n'.encode())
    assert rows == [(2, ["1", "a,b", 'c"d', "4", "5", "6"])]


def test_nul_bytes_are_characters() -> None:
    """A NUL in a cell neither ends the cell nor the file."""
    rows, _ = rows_of(f"{FIRST}\n1,a\0b,3,4,5,6\n7,8,9,a,b,c\n".encode())
    assert [number for number, _ in rows] == [2, 3]


def test_a_line_without_end_is_refused_in_bounded_memory() -> None:
    """A line longer than 32 MB is no export's; the file breaks off there."""
    endless = io.BytesIO(b"x" * (LONGEST_LINE + (8 << 20)))
    with pytest.raises(BrokenFileError) as caught:
        list(utf8_blocks(endless, Encoding("utf-8")))
    assert caught.value.code == "line_too_long"


CELL = st.text(st.sampled_from(list('ab,"\n\r\t- ;é面')), max_size=6)
PIECES = st.lists(
    st.sampled_from(["a", ",", ",", ",", '"', '"', "-", "---", " ", "\t", "é", "面", ",,,,,", '""']), max_size=9
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(PIECES, PIECES), max_size=12), st.integers(1, 90))
@example([(['"'], []), (["a"], [","]), ([], ['"'])], 3)
@example([(["---"], []), ([], [",,,,,"])], 90)
def test_every_line_that_is_not_blank_is_accounted_for(lines: list[tuple[list[str], list[str]]], block: int) -> None:
    """No line vanishes and none is read twice, however broken its quotes, and whatever the size of a block."""
    body = ["".join(before) + f"w{n}w" + "".join(after) for n, (before, after) in enumerate(lines)]
    data = "\n".join([FIRST, *body]).encode()
    batches = list(csv_cells(io.BytesIO(data), HEADER, block=block))
    whole, _ = rows_of(data)
    found = [
        (int(number), [column[i].as_py() for column in batch.columns.values()])
        for batch in batches
        for i, number in enumerate(batch.row)
    ]
    assert found == whole
    cut = {note.row for batch in batches for note in batch.unreadable}
    for n in range(len(lines)):
        rows = [number for number, row in found if any(f"w{n}w" in (cell or "") for cell in row)]
        aside = sum(f"w{n}w" in line for line in batches[-1].lines)
        assert len(rows) <= 1
        assert aside <= 1
        assert rows or aside or any(number <= n + 2 for number in cut)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=8))
def test_a_line_called_regular_is_read_by_arrow_as_by_the_standard_library(rows: list[list[str]]) -> None:
    """Where a line is given to Arrow, the standard library's reader finds the same cells in it."""
    block = ("\n".join(",".join(row) for row in rows) + "\n").encode()
    lines = scanned(block, ",", 1)
    if not lines.regular.any():
        return
    columns = [column.cast(pa.string()).to_pylist() for column in lines.columns(lines.regular, {})]
    for position, line in enumerate(np.flatnonzero(lines.regular)):
        expected = next(csv.reader([lines.text(int(line))]), [""]) or [""]
        assert [column[position] for column in columns] == expected
