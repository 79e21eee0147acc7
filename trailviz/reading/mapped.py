"""Tables read by a column mapping: an importer made of data instead of code."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.geo import to_wgs84
from trailviz.reading.cells import Cells
from trailviz.reading.contract import Columns, Confidence, Head, Importer, Recognition
from trailviz.reading.csv import DELIMITERS, csv_cells
from trailviz.reading.mapping import ColumnMapping
from trailviz.reading.phrases import bank_cn, bank_text
from trailviz.reading.table import table_cells

LEAST_PROVEN = 2
MARKS = {"€": "EUR", "£": "GBP", "₹": "INR"}
NEARLY_ALL = 0.9
JOINED = " and "
FIRST = re.compile("[ -]")
"""What ends the first word of a cell: `TRANSFER-1000002` is a TRANSFER."""
CHINA = "CN"
CURRENCIES = {
    "人民币": "CNY", "人民币元": "CNY", "美元": "USD", "港币": "HKD", "港元": "HKD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY",
}  # fmt: skip


def importer(one: ColumnMapping, *, surest: Confidence = Confidence.LIKELY) -> Importer:
    """Make an importer of a mapping; a person's own mapping may be CERTAIN, a preset is LIKELY at most."""
    return Importer(
        name=one.name,
        collector=one.collector,
        recognise=partial(_recognise, one, surest),
        cells=partial(_cells, one),
        events=partial(_events, one),
        zone=one.zone,
        about=one.about,
    )


def _recognise(one: ColumnMapping, surest: Confidence, head: Head) -> Recognition:
    """Look for the header row, or hold the first rows against the proof."""
    if one.header:
        said = head.has_columns(one.header)
        if said.confidence > Confidence.POSSIBLE and not _some_prove(one, head):
            return Recognition(Confidence.POSSIBLE, "has the columns, but none of the cells that prove it")
        return Recognition(min(said.confidence, surest), said.because)
    rows = [row for row in head.rows if len(row) == one.width]
    if len(rows) < LEAST_PROVEN or head.kind != "text":
        return Recognition(Confidence.NO, f"has no two rows of {one.width} cells")
    patterns = {int(column) - 1: re.compile(pattern) for column, pattern in one.proof.items()}
    held = [all(patterns[at].fullmatch(row[at]) for at in patterns) for row in rows[:40]]
    # a head shows every line split by every delimiter, so a stray row of the same width proves nothing
    return (
        Recognition(surest, "has rows of this shape")
        if sum(held) >= NEARLY_ALL * len(held)
        else Recognition(Confidence.NO, "has other cells")
    )


def _some_prove(one: ColumnMapping, head: Head) -> bool:
    """Say whether each proof fits a cell of its column below the header."""
    top = next((at for at, row in enumerate(head.rows) if frozenset(one.header) <= frozenset(row)), 0)
    width, names = len(head.rows[top]), head.rows[top]
    below = [row for row in head.rows[top + 1 :] if len(row) == width]
    return all(any(re.search(pattern, row[names.index(name)]) for row in below) for name, pattern in one.proof.items())


def _cells(one: ColumnMapping, file: BinaryIO) -> Iterator[Cells]:
    if one.header:
        yield from (_emptied(one, found) for found in table_cells(file, one.header))
        return
    for found in csv_cells(_headed(one, file), _numbers(one)):
        # the row of numbers stands before the first line
        yield replace(found, row=found.row - 1)


def _emptied(one: ColumnMapping, rows: Cells) -> Cells:
    """Take out the cells that stand for nothing."""
    if not one.empty:
        return rows
    nothing, words = pa.scalar(None, pa.string()), pa.array(one.empty, pa.string())
    columns = {name: pc.if_else(pc.is_in(rows.text(name), words), nothing, rows.text(name)) for name in rows.columns}
    return replace(rows, columns=columns)


def _numbers(one: ColumnMapping) -> list[str]:
    return [str(number) for number in range(1, one.width + 1)]


def _headed(one: ColumnMapping, file: BinaryIO) -> BinaryIO:
    """Put a header of numbers before text that has none, with the delimiter its first line is split by."""
    data = file.read()
    end = b"\n" if b"\n" in data else b"\r"
    first = data.split(end, 1)[0]
    delimiter = max(
        DELIMITERS, key=lambda mark: (first.count(mark.encode()) == one.width - 1, first.count(mark.encode()))
    )
    return io.BytesIO(delimiter.join(_numbers(one)).encode() + end + data)


def _events(one: ColumnMapping, rows: Cells) -> Columns:
    """Make an event of every row, with the columns the mapping names."""
    rows = _with_time(one, rows)
    moment = JOINED.join(one.time)
    values: dict[str, object] = {
        "kind": _kind(one, rows),
        "start": rows.times(moment, *one.patterns, zone=one.zone),
        "precision_s": rows.precision(moment),
        "time_basis": "stated",
        "zone": one.zone,
        "zone_basis": "format" if one.zone else "assumed",
        **{name: _joined(rows, columns) for name, columns in one.texts.items()},
    }
    if one.end:
        values["end"] = rows.times(one.end, *one.patterns, zone=one.zone)
    if one.booked:
        values["booked"] = rows.times(one.booked, *one.patterns, zone=one.zone)
    if one.texts.get("party"):
        values["party_is"] = _side(one, rows)
    if one.refs:
        values["refs"] = _listed(rows, one.refs)
    if one.amount or one.paid_out:
        values |= _money(one, rows)
    if one.lat and one.lon:
        values |= _point(one, rows)
        if one.kind == "fix":
            # a position that is nowhere says nothing
            rows.leave_out(np.asarray(pc.is_null(values["lat"])), "no_place")
    return Columns(_mined(one, rows, values) if one.countries else values)


def _kind(one: ColumnMapping, rows: Cells) -> object:
    usual = one.kind or ("payment" if one.amount or one.paid_out else "fix" if one.lat else "note")
    said = [_translated(rows.text(column), one.kinds) for column in one.kinds_columns if rows.has(column)]
    return pc.fill_null(pc.coalesce(*said), usual) if said else usual


def _side(one: ColumnMapping, rows: Cells) -> object:
    """Answer who the other side is, as a column of the file's own says: nothing where it is another pocket of one's own."""
    said = [_translated(rows.text(column), one.sides) for column in one.sides_columns if rows.has(column)]
    if not said:
        return "unknown"
    told = pc.fill_null(pc.coalesce(*said), "unknown")
    return pc.if_else(pc.equal(told, "nobody"), pa.scalar(None, pa.string()), told)


def _translated(text: pa.Array, kinds: Mapping[str, str]) -> pa.Array:
    coded = text.dictionary_encode()
    words = coded.dictionary.to_pylist()
    known = pa.array([kinds.get(word) or kinds.get(FIRST.split(word)[0]) for word in words], pa.string())
    return known.take(coded.indices) if len(known) else pa.nulls(len(text), pa.string())


def _mined(one: ColumnMapping, rows: Cells, values: dict[str, object]) -> dict[str, object]:
    """Put over the plain columns what the bank's text tells of place and time."""
    # the local day, since dates without a year are counted back from it
    booked = pc.strftime(values["start"].cast(pa.timestamp("us", one.zone or "UTC")), "%Y-%m-%d")  # type: ignore[attr-defined]
    words = _joined(rows, one.texts.get("party", ()) + one.texts.get("detail", ()))
    if CHINA in one.countries:
        return values | bank_cn.tell(words, _text_of(values, "party", len(rows)))
    return bank_text.tell(rows, words, booked, *one.countries, zone=one.zone).over(values, len(rows))


def _text_of(values: Mapping[str, object], name: str, rows: int) -> pa.Array:
    found = values.get(name)
    return found if isinstance(found, pa.Array) else pa.nulls(rows, pa.string())


def _with_time(one: ColumnMapping, rows: Cells) -> Cells:
    """Join a date and a time of day into one column; a row without a time of day keeps its date."""
    if len(one.time) == 1:
        return rows
    date, clock = (rows.text(column) for column in one.time)
    both = pc.utf8_trim_whitespace(pc.binary_join_element_wise(date, pc.fill_null(clock, ""), " "))
    return replace(rows, columns={**rows.columns, JOINED.join(one.time): both})


def _joined(rows: Cells, columns: tuple[str, ...]) -> pa.Array:
    """Join the filled cells of several columns by a blank; null where all are empty."""
    # American Express breaks the line between city and state
    found = [pc.replace_substring_regex(rows.text(column), r"\s+", " ") for column in columns]
    if len(found) == 1:
        return found[0]
    # "skip" would drop a row whose cells are all null, so empty text stands for them and is trimmed
    whole = pc.binary_join_element_wise(*found, " ", null_handling="replace", null_replacement="")
    whole = pc.replace_substring_regex(pc.utf8_trim_whitespace(whole), " +", " ")
    return pc.if_else(pc.equal(whole, ""), pa.scalar(None, pa.string()), whole)


def _listed(rows: Cells, columns: tuple[str, ...]) -> pa.Array:
    found = [rows.text(column) for column in columns]
    many = [[cell for cell in row if cell] or None for row in zip(*(one.to_pylist() for one in found), strict=True)]
    return pa.array(many, pa.list_(pa.string()))


def _in_units(rows: Cells, column: str) -> Cells:
    """Write whole cents as units and cents: 1250 becomes 12.50."""
    text = rows.text(column)
    minus = pc.starts_with(text, "-")
    # five cents are 0.05
    padded = pc.utf8_lpad(pc.utf8_ltrim(text, characters="-"), 3, "0")
    units = pc.replace_substring_regex(padded, r"^(\d+)(\d\d)$", r"\1.\2")
    signed = pc.if_else(minus, pc.binary_join_element_wise("-", units, ""), units)
    return replace(rows, columns={**rows.columns, column: signed})


def _point(one: ColumnMapping, rows: Cells) -> dict[str, object]:
    """Read the position and bring it to WGS-84."""
    lat, lon = (
        rows.numbers(column or "", low=-most, high=most, decimal=one.decimal).to_numpy(zero_copy_only=False)
        for column, most in ((one.lat, 90), (one.lon, 180))
    )
    known = np.isfinite(lat) & np.isfinite(lon) & ((lat != 0) | (lon != 0))
    north, east = np.where(known, lat, 0.0), np.where(known, lon, 0.0)
    # only what a mapping declares is shifted: the usual box around China also holds Seoul and Singapore
    if one.datum in {"gcj02", "bd09"}:
        north, east = to_wgs84(north, east, one.datum)
    return {"lat": pa.array(north, mask=~known), "lon": pa.array(east, mask=~known), "datum": one.datum}


def _currency(text: pa.Array) -> pa.Array:
    """Write a currency's Chinese name as its code; any other word stands."""
    coded = text.dictionary_encode()
    codes = pa.array([CURRENCIES.get(word, word) for word in coded.dictionary.to_pylist()], pa.string())
    return codes.take(coded.indices) if len(codes) else text


def _written_beside(text: pa.Array) -> pa.Array:
    """Answer the currency an amount is written with (`NOK 42.00`, `€4.99`); a $ is of too many countries to say."""
    code = pc.struct_field(pc.extract_regex(text, r"\b(?P<code>[A-Z]{3})\b"), "code")
    for mark, named in MARKS.items():
        code = pc.coalesce(
            code, pc.if_else(pc.match_substring(text, mark), pa.scalar(named), pa.scalar(None, pa.string()))
        )
    return code


def _money(one: ColumnMapping, rows: Cells) -> dict[str, object]:
    """Read amount, direction and currency."""
    if one.cents and one.amount:
        rows = _in_units(rows, one.amount)
    if one.amount:
        amount = rows.money(one.amount, decimal=one.decimal)
        signs = rows.signs(one.amount, decimal=one.decimal)
    else:
        out, back = (
            rows.money(column, decimal=one.decimal) if column else pa.nulls(len(rows), pa.decimal128(28, 8))
            for column in (one.paid_out, one.paid_in)
        )
        # some statements write 0.00 in the column that does not apply
        out = pc.if_else(pc.equal(out, pa.scalar(0, out.type)), pa.scalar(None, out.type), out)
        amount = pc.coalesce(out, back)
        signs = np.where(np.asarray(pc.is_valid(out)), -1, np.where(np.asarray(pc.is_valid(amount)), 1, 0))
    if one.sign == "words" and one.direction:
        words, out_words = rows.text(one.direction), pa.array(one.out_words, pa.string())
        first = pc.replace_substring_regex(words, " .*$", "")
        said = np.asarray(pc.or_(pc.is_in(words, out_words), pc.is_in(first, out_words)))
        signs = np.where(said, -1, np.where(np.asarray(pc.is_valid(words)), 1, 0))
    elif one.sign == "plus_is_out":
        signs = -signs
    elif one.sign == "all_out":
        signs = -np.ones(len(rows), np.int64)
    fee = {"fee": rows.money(one.fee, decimal=one.decimal)} if one.fee and rows.has(one.fee) else {}
    flow = np.select([signs < 0, signs > 0], ["out", "in"], "neither")
    if one.currency_column:
        currency = _currency(rows.text(one.currency_column))
    else:
        currency = _written_beside(rows.text(one.amount or one.paid_out or ""))
    own: pa.Array | str | None = one.currency or currency
    if one.currency and one.currency_column:
        own = pc.fill_null(currency, one.currency)
    return {**fee, "amount": amount, "flow": pa.array(flow), "currency": own, **_abroad(one, rows, own)}


def _abroad(one: ColumnMapping, rows: Cells, own: pa.Array | str | None) -> dict[str, object]:
    """Read what was paid in another currency than the account's; a file may write its own there too."""
    if not (one.other and one.other_currency and own and rows.has(one.other) and rows.has(one.other_currency)):
        return {}
    currency = _currency(rows.text(one.other_currency))
    foreign = pc.fill_null(pc.not_equal(currency, own), False)  # noqa: FBT003
    if not pc.any(foreign).as_py():
        return {}
    amount = rows.money(one.other, decimal=one.decimal)
    return {
        "amount_other": pc.if_else(foreign, amount, pa.scalar(None, amount.type)),
        "currency_other": pc.if_else(foreign, currency, pa.scalar(None, pa.string())),
    }
