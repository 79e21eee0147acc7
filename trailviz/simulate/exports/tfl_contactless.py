"""Transport for London, a contactless card's journeys: one file a month, newest first; a bus has a route and no stop."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from trailviz.simulate.exports import Export, Format
from trailviz.simulate.journeys import told

if TYPE_CHECKING:
    from trailviz.simulate.life import Life

COLUMNS = ("Date", "Time", "Journey", "Charge (GBP)", "Capped", "Notes")
ROUTES = ("21", "38", "43", "149", "176", "253")
UNDERGROUND = " [London Underground]"


def write(life: Life) -> Export:
    """Write a file for every month with a journey."""
    chance, export = life.chance("tfl"), Export()
    months: dict[str, list[tuple[str, ...]]] = {}
    for deed in life.by("tfl"):
        at = life.local(deed.start)
        month = f"{at:%B %Y}"
        name = file_name(month)
        if deed.what == "bus":
            row = (
                f"{at:%d/%m/%Y}",
                f"{at:%H:%M}",
                f"Bus Journey, Route {chance.one(ROUTES)}",
                f"{-deed.cents / 100:.2f}",
                "N",
                "",
            )
        else:
            assert deed.place is not None
            assert deed.end_place is not None
            assert deed.end is not None
            suffix = UNDERGROUND if chance.happens(0.2) else ""
            journey = f"{deed.place.station}{suffix} to {deed.end_place.station}{suffix}"
            row = (
                f"{at:%d/%m/%Y}",
                f"{at:%H:%M} - {life.local(deed.end):%H:%M}",
                journey,
                f"{-deed.cents / 100:.2f}",
                "N",
                "",
            )
        months.setdefault(month, []).append(row)
        export.told.append(told(life, deed, name, "neither"))
    for month, rows in months.items():
        held = io.StringIO()
        table = csv.writer(held, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(reversed(rows))
        export.files[file_name(month)] = held.getvalue().replace("-0.00", "0.00").encode()
    return export


def file_name(month: str) -> str:
    """Name a month's file as the site does; the card's tail is nobody's."""
    return f"Mastercard - 0000 - {month} (Journeys).csv"


FORMAT = Format("tfl_contactless", "Transport for London, contactless card (CSV)", ("tfl",), ("london",), write)
