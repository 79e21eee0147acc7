"""Files trailviz does not read, told by their content: what they are and which file to get instead (as codes).

The codes are turned into sentences by `verdict`. A file's name is only looked at for members of a Google Takeout, which
come with fixed names in every language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailviz.reading.photo import UNREAD

if TYPE_CHECKING:
    from trailviz.reading.contract import Head

BY_KIND = {
    "empty": "empty_file", "html": "html_page", "image": "image", "pdf": "pdf", "sqlite": "sqlite", "binary": "binary",
    "gzip": "gzip", "rar": "rar", "7z": "7z", "zip": "zip",
}  # fmt: skip
MOVED = re.compile(r"encrypted ?backups|tombstones|timeline edits", re.IGNORECASE)
TAKEOUT_PAGE = re.compile(r"<title>[^<]*(My ?Activity|Google|Takeout)", re.IGNORECASE)
PHONE_KEPT = frozenset({"timelineEdits[]", "timelineEdits", "deviceSettings[]", "deviceSettings"})
# The last key of any JSON path that speaks of a place: one of these is enough, whichever app wrote the file.
PLACE_KEYS = frozenset(
    {"lat", "latitude", "lng", "longitude", "latlng", "latitudee7", "coordinates", "venue", "exifinfo", "_type", "base"}
)
PLACE_LISTS = frozenset({"Location History[]", "location_history_v2[]", "features[]", "segments[]"})
TEXT = (
    # a broker's first: its file is OFX as well, but holds no payments
    (re.compile(r"<INV(STMTMSGSRSV1|STMTRS|TRANLIST|POSLIST)>", re.IGNORECASE), "broker"),
    (re.compile(r"OFXHEADER|<OFX>|^!Type:|^\s*:20:|:61:\d", re.IGNORECASE | re.MULTILINE), "statement_other"),
    (re.compile(r"xsd:camt\.05[234]"), "statement_other"),
    (
        re.compile(r"<gpx|<kml|TrainingCenterDatabase|\"_type\"\s*:\s*\"(location|lwt|waypoint)", re.IGNORECASE),
        "location_other",
    ),
    (
        re.compile(
            r"driver_trip_number|courier_accept_|earner_state|driver_payment_|Event Time \(UTC\)|Restaurant_Name|Special_Instructions"
        ),
        "uber_other",
    ),
    # not 记账 alone: a bank's 记账日 is no bookkeeping
    (re.compile(r"Payee.{0,120}Outflow|Original Description.{0,60}Labels|账本|记账本|随手记"), "bookkeeping"),
    (re.compile(r"成交(日期|价|数量|金额)|证券(代码|名称)|股票代码|基金代码|Symbol.{0,60}Quantity|\bISIN\b"), "broker"),
)
MONEY = re.compile(
    r"amount|debit|credit|金额|支出|收入|betrag|montant|importe|bedrag|gross|price|余额|balance", re.IGNORECASE
)
TIME = re.compile(r"date|time|日期|时间|datum|fecha|交易日|記帳日|记账日", re.IGNORECASE)
PLACE = re.compile(r"^(lat|lon|lng|latitude|longitude)\b", re.IGNORECASE)


def stranger(head: Head) -> str:
    """Answer the advice code for a file that no importer knows; always one, if only `unknown`."""
    if MOVED.search(head.name):
        return "takeout_moved"
    if "archive_browser" in head.name.lower() or (head.kind == "html" and TAKEOUT_PAGE.search(head.text)):
        return "takeout_index"
    if head.kind in BY_KIND:
        picture = "heic" if UNREAD in head.paths else "photo_no_place"
        locked = "pdf_locked" in head.paths
        return picture if head.kind == "image" and head.paths else "pdf_locked" if locked else BY_KIND[head.kind]
    if head.kind in {"xlsx", "xls"} and not any(any(row) for row in head.rows):
        return "empty_workbook"
    if head.kind == "json":
        return _by_paths(head) or _by_text(head) or "json_other"
    return _by_text(head) or _by_columns(head) or ("text_other" if head.kind == "text" else "unknown")


def _by_paths(head: Head) -> str | None:
    """Tell JSON by its keys: what a Takeout keeps after the history moved, or places of any app."""
    if PHONE_KEPT & head.paths:
        return "takeout_moved"
    last = {path.removesuffix("[]").rsplit(".", 1)[-1].lower() for path in head.paths}
    return "location_other" if PLACE_KEYS & last or PLACE_LISTS & head.paths else None


def _by_text(head: Head) -> str | None:
    return next((code for pattern, code in TEXT if pattern.search(head.text)), None)


def _by_columns(head: Head) -> str | None:
    """Tell a table by the names in its widest early rows: money with a date, or coordinates."""
    for row in sorted(head.rows[:120], key=len, reverse=True)[:40]:
        if any(PLACE.match(cell) for cell in row):
            return "location_other"
        if any(MONEY.search(cell) for cell in row) and any(TIME.search(cell) for cell in row):
            return "statement_other"
    widest = max((len(row) for row in head.rows), default=0)
    return "table_other" if widest > 2 else None  # noqa: PLR2004 - prose has a comma now and then
