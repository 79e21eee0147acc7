"""Google's My Activity and Amazon's orders: what a page of blocks and a row of an order tell, and what they do not."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from trailviz.intake import Collected, collect, from_bytes
from trailviz.reading import json_lines
from trailviz.reading.html import blocks

PAGE = '<html><title>My Activity History</title><body><div class="outer-cell mdl-cell"><p>Maps</p><div>{}</div><div><b>Products:</b><br>Maps<br>{}</div></div></body></html>'
HISTORY = "Website,Order ID,Order Date,Currency,Total Owed,Quantity,Unit Price,Payment Instrument Type,Shipping Address,Product Name,Shipment Item Subtotal\n"


def _page(done: str, places: str = "") -> Collected:
    return collect([from_bytes("MyActivity.html", PAGE.format(done, places).encode())])


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Feb 8, 2026, 12:32:36 PM UTC", 12),
        ("Feb 8, 2026, 12:32:36\u202fPM UTC", 12),
        ("Feb 8, 2026, 12:32:36 PM CET", 11),
        ("Feb 8, 2026, 5:02:36 PM IST", 11),
        ("8 Feb 2026, 12:32:36 GMT+02:00", 10),
    ],
)
def test_an_abbreviated_zone_fixes_the_moment(written: str, hour: int) -> None:
    """The letters behind a time are an offset, and a narrow blank is a blank."""
    table = _page(f"Searched for x<br>{written}").events.table()

    assert table["start"].to_pylist()[0].astimezone(UTC).hour == hour


def test_where_you_looked_is_not_where_you_were() -> None:
    """The centre of a map is a thing looked at; only the area under Locations is a place of the person."""
    looked = '<a href="https://www.google.com/maps/search/x/@31.5,121.5,15z">x</a><br>Feb 8, 2026, 1:00:00 PM UTC'
    was = '<a href="https://www.google.com/maps/@?api=1&amp;center=31.2,121.4&amp;zoom=12">area</a>'
    tables = [_page(looked, places).events.table() for places in ("", f"At this general area: {was}")]

    assert [one["lat"].to_pylist() for one in tables] == [[None], [31.2]]


def test_a_page_in_another_language_is_counted_and_not_guessed() -> None:
    """A date that is not English makes the row unreadable; its words are in no message."""
    account = _page("Nach x gesucht<br>08.02.2026, 12:32:36 MEZ").accounts[0]

    assert (account.seen, account.unreadable) == (1, 1)
    assert "MEZ" not in " ".join(one.expected for one in account.unreadable_cells)


def test_a_block_cut_off_is_still_a_block() -> None:
    """The page's last block may end in the middle."""
    cut = PAGE.format("Searched for x<br>Feb 8, 2026, 1:00:00 PM UTC", "").split("</div><div><b>")[0]

    assert [one.lines[0] for one in blocks(io.BytesIO(cut.encode()), "outer-cell")] == ["Maps"]


def test_scripts_of_a_page_are_text_of_nobody() -> None:
    """Markup inside a title is a line of text, never a tag again."""
    table = _page("Searched for &lt;script&gt;alert(1)&lt;/script&gt;<br>Feb 8, 2026, 1:00:00 PM UTC").events.table()

    assert table["detail"].to_pylist() == ["Searched for <script>alert(1)</script>"]


def test_the_items_of_a_shipment_are_never_summed_twice() -> None:
    """Each row counts its own sum; the shipment's subtotal repeats in all of them."""
    row = "Amazon.com,1-1,2026-08-01T14:03:11Z,USD,{},1,{},Visa - 0001,Not Available,{},53.00\n"
    text = HISTORY + row.format("14.00", "13.00", "cable") + row.format('"1,039.00"', "40.00", "roast")
    table = collect([from_bytes("orders.csv", b"\xef\xbb\xbf" + text.encode())]).events.table()

    assert [str(one.normalize()) for one in table["amount"].to_pylist()] == ["14", "1039"]
    assert table["instrument"].to_pylist() == ["0001", "0001"]
    assert "end_place" not in table.column_names or table["end_place"].to_pylist() == [None, None]


def test_an_order_is_a_thing_sent_not_a_place_visited() -> None:
    """The address is where it goes; nobody was anywhere."""
    row = "Amazon.com,1-1,2026-08-01T14:03:11Z,USD,14.00,1,13.00,Visa - 0001,1 Example St,cable,14.00\n"
    table = collect([from_bytes("orders.csv", (HISTORY + row).encode())]).events.table()

    assert table["end_place"].to_pylist() == ["1 Example St"]
    assert table["presence"].to_pylist() == ["remote"]


def test_a_line_that_is_no_object_keeps_its_number() -> None:
    """A broken line of a log of lines is an empty object, so the next one is still where it stands."""
    text = "\n".join([json.dumps({"a": 1}), "{broken", json.dumps({"a": 3})])

    assert [dict(one) for one in json_lines(io.BytesIO(text.encode()))] == [{"a": 1}, {}, {"a": 3}]


def test_an_order_read_out_of_mail_is_google_s_conclusion() -> None:
    """Amounts are millionths and times microseconds."""
    told = {
        "merchantOrderId": "1",
        "creationTime": {"usecSinceEpochUtc": "1772532180000000"},
        "transactionMerchant": {"name": "Example"},
        "lineItem": [],
        "priceline": [{"type": "TOTAL", "amount": {"amountMicros": "21840000", "currencyCode": {"code": "USD"}}}],
    }
    table = collect([from_bytes("order_1.json", json.dumps(told).encode())]).events.table()

    assert table["start"].to_pylist() == [datetime(2026, 3, 3, 10, 3, tzinfo=UTC)]
    assert [str(one.normalize()) for one in table["amount"].to_pylist()] == ["21.84"]
    assert table["said_by"].to_pylist() == ["inferred"]
