"""Files trailviz does not read, told by their content: what they are and which file to get instead (as codes).

The codes are turned into sentences by `verdict`. A file's name is only looked at for members of a Google Takeout, which
come with fixed names in every language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trailviz.reading.contract import Head

BY_KIND = {
    "empty": "empty_file", "html": "html_page", "image": "image", "pdf": "pdf", "sqlite": "sqlite", "binary": "binary",
    "gzip": "gzip", "rar": "rar", "7z": "7z", "zip": "zip", "fit": "location_other",
}  # fmt: skip
MOVED = re.compile(r"encrypted ?backups|tombstones|timeline edits", re.IGNORECASE)
JSON_PATHS = (
    ({"timelineEdits[]", "deviceSettings[]", "deviceSettings"}, "takeout_moved"),
    (
        {
            "items.item.venue", "Location History[]", "location_history_v2[]", "locations.item.lat", "features[]", "_type", "item._type",
            "item.base", "base", "segments[]", "item.lat", "item.latitude", "item.exifInfo", "exifInfo",
        },
        "location_other",
    ),
)  # fmt: skip
TEXT = (
    (re.compile(r"OFXHEADER|<OFX>|^!Type:|^\s*:20:|:61:\d", re.IGNORECASE | re.MULTILINE), "statement_other"),
    (re.compile(r"xsd:camt\.05[234]"), "statement_other"),
    (
        re.compile(r"<gpx|<kml|TrainingCenterDatabase|\"_type\"\s*:\s*\"(location|lwt|waypoint)", re.IGNORECASE),
        "location_other",
    ),
    (
        re.compile(r"driver_trip_number|Event Time \(UTC\)|Restaurant_Name|Driver Payments|Special_Instructions"),
        "uber_other",
    ),
    (re.compile(r"Payee.{0,40}Outflow|Original Description.{0,60}Labels|账本|记账|随手记"), "bookkeeping"),
    (re.compile(r"成交|证券|股票|基金代码|Symbol.{0,60}Quantity|ISIN"), "broker"),
)
MONEY = re.compile(
    r"amount|debit|credit|金额|支出|收入|betrag|montant|importe|bedrag|gross|price|余额|balance", re.IGNORECASE
)
TIME = re.compile(r"date|time|日期|时间|datum|fecha|交易日|記帳日|记账日", re.IGNORECASE)
PLACE = re.compile(r"^(lat|lon|lng|latitude|longitude)$", re.IGNORECASE)


def stranger(head: Head) -> str:
    """Answer the advice code for a file that no importer knows; always one, if only `unknown`."""
    if MOVED.search(head.name):
        return "takeout_moved"
    if "archive_browser" in head.name.lower():
        return "takeout_index"
    if head.kind in BY_KIND:
        return BY_KIND[head.kind]
    if head.kind in {"xlsx", "xls"} and not any(any(row) for row in head.rows):
        return "empty_workbook"
    if head.kind == "json":
        return next((code for paths, code in JSON_PATHS if paths & head.paths), None) or _by_text(head) or "json_other"
    return _by_text(head) or _by_columns(head) or ("text_other" if head.kind == "text" else "unknown")


def _by_text(head: Head) -> str | None:
    return next((code for pattern, code in TEXT if pattern.search(head.text)), None)


def _by_columns(head: Head) -> str | None:
    """Tell a table by the names in its widest early rows: money with a date, or coordinates."""
    for row in sorted(head.rows[:120], key=len, reverse=True)[:12]:
        if any(PLACE.match(cell) for cell in row):
            return "location_other"
        if any(MONEY.search(cell) for cell in row) and any(TIME.search(cell) for cell in row):
            return "statement_other"
    widest = max((len(row) for row in head.rows), default=0)
    return "table_other" if widest > 2 else None  # noqa: PLR2004 - prose has a comma now and then
