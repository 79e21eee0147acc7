"""Place and time that a bank writes beside a card payment, one pattern a line."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from trailviz.reading import Cells
from trailviz.reading.phrases.bank_text import Told, tell

ALL = ("DE", "AT", "NL", "IE", "UK", "US")


def _told(text: str, booked: str, *countries: str) -> Told:
    rows = Cells({}, np.arange(1))
    return tell(rows, pa.array([text]), pa.array([booked]), *(countries or ALL), zone="America/New_York")


@pytest.mark.parametrize(
    ("text", "booked", "party", "place", "start", "precision_s", "presence"),
    [
        ("BEISPIEL MARKT//Musterstadt/DE 2026-03-20T09:10:07 KFN 1 VJ 2812", "2026-03-23", "BEISPIEL MARKT", "Musterstadt, DE", "2026-03-20T08:10:07", 1, "in_person"),
        ("BEISPIEL//ORT/DE SVWZ+2026-03-20T09:10 Debitk.4 2028-12", "2026-03-23", "BEISPIEL", "ORT, DE", "2026-03-20T08:10", 60, "in_person"),
        ("MUSTER DANKT  0527  K2   31.12. 17:20", "2026-01-02", "MUSTER DANKT", "MUSTER DANKT 0527", "2025-12-31T16:20", 60, "in_person"),
        ("POS   23,55 AT  K1   16.09. 11:32 MUSTER 4105 MUSTERDORF 2100", "2026-09-18", "MUSTER", "2100 MUSTERDORF", "2026-09-16T09:32", 60, "in_person"),
        ("ABN AMRO BANK>AMSTERDAM 11-\u00ad05-2026 13:04", "2026-05-12", "ABN AMRO BANK", "AMSTERDAM", "2026-05-11T11:04", 60, "in_person"),
        ("Betaalautomaat Voorbeeld 2026-03-01 12:31", "2026-03-02", None, None, "2026-03-01T11:31", 60, "in_person"),
        ("8656 30JUL26 C , TRAM EXAMPLE , DUBLIN , DUBLIN IE", "2026-08-01", "TRAM EXAMPLE", "DUBLIN", "2026-07-29T23:00", 86_400, "in_person"),
        ("EXAMPLE NAME@12:34", "2026-02-10", "EXAMPLE NAME", None, "2026-02-10T12:34", 60, None),
        ("LYFT *RIDE TUE 10PM", "2026-06-11", "LYFT", None, "2026-06-10T02:00", 60, "in_person"),
        ("UBER *TRIP HELP.UBER.COM CA", "2026-06-11", "UBER", None, None, 86_400, "in_person"),
        ("UBER *EATS HELP.UBER.COM CA", "2026-06-11", "UBER", None, None, 86_400, "remote"),
        ("MTA*NYCT PAYGO NEW YORK NY", "2026-06-11", "MTA*NYCT PAYGO", "NEW YORK, NY", None, 86_400, "in_person"),
        ("BLUE EXAMPLE COFFEE BROOKLYN NY", "2026-06-11", "BLUE EXAMPLE COFFEE", "BROOKLYN, NY", None, 86_400, None),
        ("EXAMPLE DINER 1242 NE 163RD ST NORTH MIAMI B33162 FL USA", "2026-01-02", "EXAMPLE DINER", "1242 NE 163RD ST NORTH MIAMI B, 33162, FL", None, 86_400, None),
        ("Salary May", "2026-06-01", None, None, None, 86_400, None),
    ],
)  # fmt: skip
def test_what_a_banks_words_tell(
    text: str,
    booked: str,
    party: str | None,
    place: str | None,
    start: str | None,
    precision_s: int,
    presence: str | None,
) -> None:
    """Merchant, place, moment and presence come out of the words, and nothing that they do not prove."""
    told = _told(text, booked)

    assert (told.party[0].as_py(), told.place[0].as_py(), told.presence[0].as_py()) == (party, place, presence)
    assert told.precision_s[0].as_py() == precision_s
    assert told.start.cast(pa.timestamp("us"))[0].as_py() == (
        np.datetime64(start, "us").astype(object) if start else None
    )


def test_an_hour_stays_an_hour() -> None:
    """A ride that names a weekday and an hour began some time within that hour, on the last such day before booking."""
    told = _told("LYFT *RIDE TUE 10PM", "2026-06-11")

    assert (told.start_latest[0].as_py() - told.start[0].as_py()).seconds == 3600


def test_a_pattern_of_another_country_is_not_tried() -> None:
    """What an Austrian terminal writes means nothing in an American statement."""
    assert _told("MUSTER DANKT  0527  K2   31.12. 17:20", "2026-01-02", "US").start[0].as_py() is None
