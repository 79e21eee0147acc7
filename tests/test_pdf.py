"""Tables out of PDFs: by where words stand, whatever order the printer wrote them in."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from trailviz.intake import Account, collect, from_bytes
from trailviz.reading.pdf import Page, Word, pages, table, text

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
DIDI = FORMATS / "ride_itinerary" / "didi-over-new-year.pdf"
HEADINGS = ("No", "From", "To")


def _account(data: bytes) -> Account:
    return collect([from_bytes("a.pdf", data)]).accounts[0]


def _page(*words: tuple[str, float, float]) -> Page:
    return Page([Word(one, left, left + 8 * len(one), top, top + 10) for one, left, top in words])


HEAD = (("No", 10, 0), ("From", 60, 0), ("To", 160, 0))


def test_lines_of_a_cell_are_joined_in_their_column() -> None:
    """A line without a number goes on with the row above it, cell by cell."""
    page = _page(
        *HEAD, ("1", 10, 20), ("North", 60, 20), ("South", 160, 20), ("gate", 60, 32), ("2", 10, 50), ("East", 60, 50)
    )

    assert list(table([page], HEADINGS)) == [
        {"No": "1", "From": "Northgate", "To": "South"},
        {"No": "2", "From": "East", "To": ""},
    ]


def test_with_rules_a_row_is_what_lies_between_them() -> None:
    """A number in the middle of its cell has lines above it too."""
    page = _page(
        *HEAD, ("North", 60, 20), ("1", 10, 26), ("gate", 60, 32), ("East", 60, 50), ("2", 10, 56), ("end", 60, 62)
    )
    page.across = [15, 46, 80]

    assert [row["From"] for row in table([page], HEADINGS)] == ["Northgate", "Eastend"]


def test_the_foot_of_a_page_is_no_part_of_the_last_row() -> None:
    """After a gap of more than two lines nothing belongs to the row."""
    page = _page(*HEAD, ("1", 10, 20), ("North", 60, 20), ("Page 1", 60, 90))

    assert [row["From"] for row in table([page], HEADINGS)] == ["North"]


def test_a_table_goes_on_over_pages_without_its_headings() -> None:
    """The columns of the first page hold for the next."""
    first, second = _page(*HEAD, ("1", 10, 20), ("North", 60, 20)), _page(("2", 10, 20), ("East", 60, 20))

    assert [row["From"] for row in table([first, second], HEADINGS)] == ["North", "East"]


def test_without_the_headings_there_is_no_table() -> None:
    """A page of anything else gives no row."""
    assert list(table([_page(("No", 10, 0), ("1", 10, 20))], HEADINGS)) == []


def test_the_year_of_a_ride_is_that_of_the_window_it_lies_in() -> None:
    """Over New Year the same list has rides of two years; a notes column stays out of the fare."""
    found = collect([DIDI]).events.table()

    assert [one.strftime("%Y-%m-%d") for one in found["start"].to_pylist()] == ["2025-12-31", "2026-01-02"]
    assert [str(one.normalize()) for one in found["amount"].to_pylist()] == ["42.5", "28"]


def test_a_name_on_a_ticket_is_never_read() -> None:
    """Neither the traveller nor the number of the identity card is in any event."""
    ticket = FORMATS / "rail_12306" / "ticket.pdf"
    found = collect([ticket]).events.table()

    assert "示例" in text(pages(io.BytesIO(ticket.read_bytes())))
    assert not any(
        "示例" in str(value) or "310101" in str(value) for row in found.to_pylist() for value in row.values()
    )


@pytest.mark.parametrize(("data", "advice"), [(b"%PDF-1.7\n%broken", "pdf"), (DIDI.read_bytes()[:900], "pdf")])
def test_a_pdf_nobody_can_read_is_told_what_to_ask_for(data: bytes, advice: str) -> None:
    """A damaged PDF, or one of no known layout, ends in a sentence."""
    assert _account(data).advice == advice


def test_a_pdf_flipped_anywhere_accounts_for_its_rows() -> None:
    """No byte of a PDF brings reading down."""
    whole, chance = DIDI.read_bytes(), random.Random(5)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(6):
            data[chance.randrange(9, len(data))] = chance.randrange(256)
        account = _account(bytes(data))
        assert account.seen == account.used + account.unreadable + sum(account.left_out.values())
