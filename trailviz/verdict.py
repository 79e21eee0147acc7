"""What is said about a file: what it is, what became of its rows, and which file to get instead.

Nothing here repeats a cell, or a folder of the person's computer.
"""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING

from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.intake import Account, Proposal, Skeleton

ADVICE = {
    "empty_file": mark(
        "This file is empty. Ask for the export again, or copy it again: the download may have been cut off."
    ),
    "html_page": mark(
        "This is a web page, often a sign-in or an error page saved in place of the export. Sign in and download the export again."
    ),
    "image": mark(
        "This is a picture. A picture of a statement cannot be read; ask the company for the export as CSV, XLSX or JSON."
    ),
    "photo_no_place": mark(
        "This photo tells when, not where: no place was kept, or an app removed it when the photo was shared. Use the original from the phone."
    ),
    "heic": mark(
        "This is a HEIC photo. Reading its place needs an extra: pip install 'trailviz[heic]'; or export the photo as JPEG."
    ),
    "pdf": mark(
        "This is a PDF of a layout that is not read. Ask for the same statement as CSV or XLSX; `trailviz formats` lists the PDFs that are read."
    ),
    "pdf_locked": mark(
        "This PDF is locked. Open it with its password, print it into a new PDF, and give that; or ask for CSV or XLSX."
    ),
    "sqlite": mark("This is a database of an app, not an export. Use the app's own export instead."),
    "binary": mark(
        "These are not text, a workbook or a zip. Look in the download for a file that ends in .csv, .xlsx, .json or .zip."
    ),
    "gzip": mark("This is a compressed file. Unpack it first; zip files are read as they are."),
    "broken_gzip": mark("This compressed file is damaged. Download it again."),
    "rar": mark("This archive is not a zip. Unpack it and give the folder."),
    "7z": mark("This archive is not a zip. Unpack it and give the folder."),
    "zip": mark("This zip cannot be opened. Download it again."),
    "broken_zip": mark("This zip is cut off or damaged. Download it again."),
    "broken_member": mark("This part of the zip is damaged. Download the zip again."),
    "empty_zip": mark("This zip holds no files. Ask for the export again."),
    "zip_bomb": mark("This part of the zip would unpack to far more than it should, and is not opened."),
    "zip_too_many_members": mark(
        "This zip holds more than 20,000 files. Unpack it and give the folder with the export alone."
    ),
    "password_needed": mark(
        "This zip is locked. Give its password with --password, or in the box beside the file; Alipay and WeChat send it apart from the zip."
    ),
    "wrong_password": mark("The password does not open this zip. Alipay and WeChat send it in a message of its own."),
    "pdf_password_needed": mark(
        "This PDF is locked. Give its password with --password, or in the box beside the file; M-PESA and PhonePe say which it is when they send it."
    ),
    "pdf_wrong_password": mark("The password does not open this PDF. Try the one its sender gave for this very file."),
    "broken_workbook": mark(
        "This workbook cannot be opened. Open it in a spreadsheet, save it again as .xlsx, and give that."
    ),
    "workbook_too_large": mark("This workbook would unpack to more than 400 MB, and is not opened. Save it as CSV."),
    "empty_workbook": mark("This workbook has no rows. Ask for the export again."),
    "undecodable": mark("The letters of this file are in an encoding that is not read. Save it as UTF-8."),
    "no_such_file": mark("There is no such file or folder. Look at the spelling of the path."),
    "broken_saved_trail": mark("This saved trail is damaged. Import the exports again."),
    "later_saved_trail": mark(
        "This trail was saved by a later trailviz. Update trailviz, or import the exports again."
    ),
    "tie": mark(
        "Two formats claim this file equally. Please report it with `trailviz check --json`: it holds no contents."
    ),
    "no_rows": mark("The format is known, but this file holds no rows. Ask for the export of a longer time."),
    "nothing_usable": mark("The format is known, but no row could be used; the counts below say why."),
    "takeout_moved": mark(
        "This is part of a Google Takeout made after Timeline moved to the phone. Export it there: Settings, Location, Location services, Timeline, Export Timeline data."
    ),
    "takeout_index": mark(
        "This is a page or setting of a Google Takeout, not the history itself. Choose Records.json, Semantic Location History, or the phone's Timeline export."
    ),
    "uber_other": mark(
        "This is an Uber file that tells neither a time nor a place of yours. Look in the folders Rider, Driver and Eats for trips, payments, orders and app analytics."
    ),
    "location_other": mark(
        "This is a location log of a format that is not read. If it is a table, `trailviz map` reads it once you say what its columns mean; else export it as GPX or GeoJSON."
    ),
    "statement_other": mark(
        "This is a statement of a layout that is not known. Say what its columns mean, with `trailviz map` or the button below it in the app; it is read from then on."
    ),
    "bookkeeping": mark(
        "This is an export of a bookkeeping program, not of a company. Give the companies' own exports."
    ),
    "broker": mark("This is a broker's statement: it holds trades, nothing of a day's trail."),
    "json_other": mark(
        "This is JSON of an app that is not read. Look whether the app also exports CSV, GPX or GeoJSON."
    ),
    "table_other": mark(
        "This is a table with columns that are not known. Say what they mean, with `trailviz map` or the button below it in the app; docs/map-a-table.md shows how."
    ),
    "text_other": mark(
        "This is plain text, not a table. Look in the download for a file that ends in .csv, .xlsx or .json."
    ),
    "not_an_export": mark("This came with the download but holds no rows of a trail."),
    "get_statement": mark(
        "Read, though it lacks much. The full statement also has ids, counterparty and status: Alipay, 我的, 账单, …, 开具交易流水证明, 用于个人对账."
    ),
    "get_timeline": mark(
        "Read, though it holds raw positions only. The history itself is on the phone: Settings, Location, Location services, Timeline, Export Timeline data."
    ),
    "unknown": mark("No format trailviz reads. `trailviz formats` lists what is read and how to get it."),
}
LEFT_OUT = {
    "already_read": mark("already told by another file"),
    "header_again": mark("the row of headings, once more"),
    "short_line": mark("lines too short to be rows"),
    "unknown_kind": mark("kind not in the list of docs/diary.md"),
    "no_place": mark("without a place"),
    "wifi": mark("Wi-Fi scans: they name your neighbours' devices"),
    "activity": mark("guesses of movement, without a place"),
    "memory": mark("trip memories, without a time of their own"),
    "profile": mark("profile entries without a place"),
    "balance_row": mark("rows of balances, no deed"),
    "item_of_order": mark("further items of an order; they are told with it"),
    "other_message": mark("messages that hold no position"),
    "no_tracker": mark("contacts with no tracker that is known"),
    "access_end": mark("ends of an access; its beginning is told"),
    "null_island": mark("points at 0, 0: nobody was there"),
    "no_offer": mark("hours in which no trip was offered"),
}
NOTICES = {
    "unknown_word": mark("words not met before; their rows are kept"),
    "equal_rows": mark("rows equal to an earlier one; both are kept"),
    "unreadable_cells": mark("single cells that could not be read"),
    "count_differs": mark("rows more or fewer than the file declares"),
    "flows_differ": mark("of money out, in or neither: the cover sheet declares another number of rows"),
    "json_breaks_off": mark("the file breaks off; what came before is used"),
    "xml_breaks_off": mark("the file breaks off; what came before is used"),
    "xml_too_deep": mark("the file nests deeper than any export; what came before is used"),
    "xml_entities": mark("the file defines words of its own inside it, which no export does; what came before is used"),
    "fit_breaks_off": mark("the file breaks off; what came before is used"),
    "pdf_breaks_off": mark("the file breaks off; what came before is used"),
    "day_month_assumed": mark(
        "dates such as 03/04/2025, where nothing proves which number is the day; read as the company usually writes them"
    ),
    "sign_assumed": mark("amounts whose direction is told by nothing; read as money out"),
    "broken_workbook": mark("the workbook breaks off; what came before is used"),
    "epoch_sentinel": mark("times of 1970 that mean no time"),
    "repaired_coordinate": mark("coordinates that had run over and were put right"),
    "few_trips": mark(
        "file of very few trips: Uber's export may leave most of them out; compare with the list in the app"
    ),
    "trips_missing": mark(
        "trips the file's own numbering counts and it does not hold: Uber's export leaves them out; its payments may tell of them"
    ),
    "year_missing": mark("days whose year the bill does not tell"),
    "zone_assumed": mark("times without a zone; read as the zone shown"),
    "read_as_gcj02": mark("rows whose points were read as GCJ-02, because you said so"),
    "read_as_bd09": mark("rows whose points were read as BD-09, because you said so"),
    "retention": mark("Google keeps three months by default: older days may be missing"),
}
MISSING = {
    "income_and_neutral": mark("It holds expenses only, by choice of whoever exported it."),
    "expenses_and_neutral": mark("It holds income only, by choice of whoever exported it."),
}

FIELDS = {
    "time": mark("the moment"), "booked": mark("when the company wrote it down"), "end": mark("the end"),
    "amount": mark("the amount"), "out": mark("money out"), "in": mark("money in"), "sign": mark("which way the money went"),
    "direction": mark("which way the money went"), "currency": mark("the currency"), "party": mark("the other side"),
    "detail": mark("the text"), "category": mark("the category"), "place": mark("the place"), "refs": mark("the reference"),
    "lat": mark("latitude"), "lon": mark("longitude"), "datum": mark("the map the position belongs to"), "zone": mark("the time zone"),
    "order": mark("day before month, or month before day"),
}  # fmt: skip
REASONS = {
    "name": mark("by its name"), "values": mark("by what its cells look like"), "only": mark("the only column of its kind"),
    "proven": mark("proven: a day is above twelve"), "rows_in_order": mark("by the order of the rows"),
    "assumed": mark("assumed, please look"), "unknown": mark("not told by the file, please say"), "stated": mark("each time names its own"),
}  # fmt: skip

SIGNS = {
    "minus_is_out": mark("a minus is money out"), "plus_is_out": mark("a plus is money out"), "words": mark("told by words"),
    "all_out": mark("every row is money out"),
}  # fmt: skip


def proposal(found: Proposal, lang: str = "en") -> list[str]:
    """Say for each field of a proposed mapping which column it is and why."""
    words = Words(lang)
    one = found.mapping
    columns = {
        "time": one.time, "booked": (one.booked,), "end": (one.end,), "amount": (one.amount,), "out": (one.paid_out,), "in": (one.paid_in,),
        "direction": (one.direction,), "currency": (one.currency_column or one.currency,), "sign": (words.say(SIGNS[one.sign]),), "refs": one.refs,
        "lat": (one.lat,), "lon": (one.lon,), "datum": (one.datum,), "zone": (one.zone,), "order": one.patterns[:1], **one.texts,
    }  # fmt: skip
    said = []
    for field, reason in found.reasons.items():
        named = ", ".join(str(column) for column in columns.get(field, ()) if column)
        why = words.say("by your choice") if field == "zone" and one.zone else words.say(REASONS[reason])
        said.append(
            words.say("{field}: {column} ({reason})", field=words.say(FIELDS[field]), column=named or "–", reason=why)
        )
    if unused := [column for column in found.columns if column not in one.used]:
        said.append(words.say("not used: {columns}", columns=", ".join(unused)))
    return said


def bug_report(accounts: Sequence[Account], skeletons: Sequence[Skeleton], version: str) -> str:
    """Write what was read and the shape of each file, in English, for an issue tracker: no cell, no name of a file."""
    lines = [
        f"trailviz {version}, Python {platform.python_version()}, {platform.system()}", "",
        "Letters are written A or a, digits 9, Chinese characters 字; only names that formats which ship use are told.",
    ]  # fmt: skip
    for at, one in enumerate(skeletons, 1):
        lines += [
            "",
            f"## File {at}: {one.kind}, {one.size} bytes, lines end in {one.ends or 'nothing'}",
            "",
            one.file,
            "",
        ]
        # Indented, so that a tracker's markdown shows the shape as it is.
        lines += [*(f"    {row}" for row in one.rows), *(f"    {key}" for key in one.keys)]
    for account in accounts:
        said = record(account)
        counts = json.dumps(said["rows"])
        lines += [
            "",
            f"## Read as {account.format or 'nothing'} ({account.confidence.name.lower()}), encoding {account.encoding}",
            "",
        ]
        lines += [f"rows {counts}", f"advice {account.advice}, notices {dict(account.notices)}"]
        lines += [f"row {one.row}: expected {one.expected}" for one in account.unreadable_cells[:20]]
        lines += [f"{name}: {sure.name.lower()}, {why}" for name, sure, why in account.asked if sure]
    return "\n".join(lines) + "\n"


def advice(account: Account, lang: str = "en") -> str | None:
    """Say what a file is and what to get instead, or None where nothing need be said."""
    # A code nobody worded still gets an answer: "no format trailviz reads" is true of it.
    return Words(lang).say(ADVICE.get(account.advice, ADVICE["unknown"])) if account.advice else None


def notices(account: Account, lang: str = "en") -> list[str]:
    """Say what was noticed while reading, each with its count."""
    words = Words(lang)
    said = [
        # A format of somebody's own may notice what this table does not foresee.
        words.say("{count}: {what}", count=count, what=words.say(NOTICES.get(code, code)))
        for code, count in sorted(account.notices.items())
    ]
    if account.missing:
        said.append(words.say(MISSING[account.missing]))
    return said


def left_out(account: Account, lang: str = "en") -> dict[str, int]:
    """Answer the rows left out by reason, in words."""
    words = Words(lang)
    return {words.say(LEFT_OUT.get(code, code)): count for code, count in sorted(account.left_out.items())}


def summary(account: Account, lang: str = "en") -> str:
    """Say in one line what became of a file's rows."""
    words = Words(lang)
    # Nobody read it, so there are no rows to count: 0 of 0 would say less than this.
    if account.format is None:
        return words.say("not read")
    parts = [words.say("{used} of {seen} rows used", used=account.used, seen=account.seen)]
    if left := sum(account.left_out.values()):
        parts.append(words.say("{count} left out", count=left))
    if account.unreadable:
        parts.append(words.say("{count} unreadable", count=account.unreadable))
    return words.say(", ").join(parts)


def unreadable(account: Account) -> list[str]:
    """List the cells that could not be read: file, row, column, what was expected."""
    # Never the path above it: a folder's name may be a person's.
    name = account.member or account.file
    return [f"{name}, row {one.row}, column {one.column}: expected {one.expected}." for one in account.unreadable_cells]


def record(account: Account, lang: str = "en") -> dict[str, object]:
    """Write an account as scripts read it: the stable JSON that docs/cli.md describes."""
    cells = [{"row": one.row, "column": one.column, "expected": one.expected} for one in account.unreadable_cells]
    rows = {
        "seen": account.seen,
        "used": account.used,
        "left_out": dict(account.left_out),
        "unreadable": account.unreadable,
    }
    return {
        "file": account.file,
        "member": account.member,
        "format": account.format,
        "confidence": account.confidence.name.lower(),
        "because": account.because or "; ".join(f"{name}: {why}" for name, _, why in account.asked),
        "encoding": account.encoding,
        "zone": account.zone,
        "first": account.first.isoformat() if account.first else None,
        "last": account.last.isoformat() if account.last else None,
        "rows": rows,
        "unreadable_cells": cells,
        "notices": notices(account, lang),
        "advice": advice(account, lang),
    }
