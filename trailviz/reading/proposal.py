"""A first guess at what the columns of an unknown table mean, each with its reason; the person decides.

Nothing is read by a proposal alone: it is shown, changed and confirmed, and only then written down as a mapping.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.cells import Cells
from trailviz.reading.mapping import ColumnMapping
from trailviz.reading.table import table_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trailviz.reading.contract import Head

LOOKED_AT = 5_000
MOSTLY = 0.9
# day or month first is decided by `_ordered`; here the first that reads will do
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%m/%d/%Y", "%m-%d-%Y", "%d %b %Y", "%d. %m. %Y", "%b %d, %Y", "%Y.%m.%d.", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%Y%m%d")  # fmt: skip
CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
WHOLE = ("ISO8601", "unix_ms", "unix_s", "%Y%m%d%H%M%S", *(f"{day} {clock}" for day in DATES for clock in CLOCKS), *DATES)  # fmt: skip
# ids and amounts read as such counts too: only a column that speaks of time is believed
COUNTS = frozenset({"unix_s", "unix_ms", "%Y%m%d", "%Y%m%d%H%M%S"})
ZONED = r"\d(Z|[+-]\d\d:?\d\d)$"
SWAPPED = {"%d/%m": "%m/%d", "%m/%d": "%d/%m", "%d-%m": "%m-%d", "%m-%d": "%d-%m"}
NAMES = {
    "time": r"date|time|datum|dátum|zeit|fecha|jour|日期|时间|stamp|when|started|day|tag$",
    "booked": r"book|posted|post date|value|valuta|valeur|wert|clear|settle|completed|入账|记账|boek|contab",
    "end": r"^end|end time|ended|arriv|drop|until|bis|fin$|结束|下车",
    "amount": r"amount|betrag|összeg|soll/haben|montant|importe|bedrag|sum|gross|price|fare|金额|total|cost|charge|valor|kwota|beløb|belopp",
    "out": r"debit|withdraw|paid out|money out|outflow|soll|lastschrift|débit|cargo|支出|借|ausgang|uit",
    "in": r"credit|deposit|paid in|money in|inflow|haben|gutschrift|crédit|abono|收入|贷|eingang|in$",
    "balance": r"balance|saldo|solde|余额|kontostand|running",
    "direction": r"direction|debit.?credit|credit.?debit|af.?bij|d/c|dr.?cr|type|收.?支|借贷|sens|soll.?haben",
    "currency": r"currency|ccy|währung|devise|moneda|valuta|币种|munt",
    "party": r"payee|merchant|counterpart|beneficiary|name|recipient|empfänger|auftraggeber|begünstigt|tegenpartij|对方|商户|store|shop",
    "detail": r"descr|zweck|memo|detail|reference|purpose|text|narrat|omschrijving|verwendung|libell|concepto|商品|摘要|说明|note",
    "category": r"categ|kategorie|分类|类别",
    "place": r"address|city|location|place|station|branch|stop|adresse|ort$|地点|地址|town",
    "refs": r"transaction.?id|reference.?(no|number|id)|order.?id|^id$|receipt|流水号|单号|订单号|trip.?id",
    "lat": r"^lat(itude)?\b|[ _]lat(itude)?$|纬度|breitengrad",
    "lon": r"^(lon(gitude)?|lng)\b|[ _](lon(gitude)?|lng)$|经度|längengrad",
}  # fmt: skip
OUT_WORDS = {"debit", "d", "dr", "af", "out", "s", "soll", "支出", "借", "withdrawal", "purchase", "sale", "-"}
IN_WORDS = {"credit", "c", "cr", "bij", "in", "h", "haben", "收入", "贷", "deposit", "payment", "refund", "+"}
CODE = r"^[A-Z]{3}$"
SYMBOLS = {"€": "EUR", "£": "GBP", "$": "USD", "￥": "CNY", "¥": "CNY", "₹": "INR"}


@dataclass(frozen=True)
class Proposal:
    """A mapping to confirm, and per field a reason code: name, values, only, proven, assumed ... (see `verdict`)."""

    mapping: ColumnMapping
    columns: tuple[str, ...]
    reasons: Mapping[str, str]


@dataclass
class _Look:
    """The first rows of the table, and what has been decided of them."""

    cells: Cells
    columns: list[str]
    reasons: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def named(self, what: str, among: Iterable[str] | None = None) -> str | None:
        """Take the first free column whose name speaks of `what`."""
        pattern = re.compile(NAMES[what], re.IGNORECASE)
        free = [one for one in (self.columns if among is None else among) if one not in self.taken]
        found = next((one for one in free if pattern.search(one)), None)
        if found:
            self.take(what, found, "name")
        return found

    def take(self, what: str, column: str, reason: str) -> str:
        self.taken.add(column)
        self.reasons[what] = reason
        return column

    def share(self, column: str, good: pa.Array) -> float:
        """Answer which share of a column's filled cells is good."""
        filled = pc.sum(pc.is_valid(self.cells.text(column))).as_py() or 0
        return (pc.sum(good).as_py() or 0) / filled if filled else 0.0


def propose(file: BinaryIO, head: Head, name: str, moment: Sequence[str] = ()) -> Proposal | None:
    """Look at the first rows of a table and guess what its columns mean; None where no column holds times.

    Args:
        file: The table, seekable.
        head: Its head.
        name: What the mapping shall be called.
        moment: The columns that hold the moment, where the person has said which.

    Raises:
        BrokenFileError, UndecodableError: As for reading any table.
    """
    header = header_row(head)
    if header is None:
        return None
    cells = next(iter(islice(table_cells(file, header), 1)), None)
    if cells is None or not len(cells):
        return None
    look = _Look(_first(cells), [one for one in cells.columns if not one.startswith("column ")])
    time, patterns = _time(look, moment)
    if not time:
        return None
    money = _money(look)
    lat, lon = look.named("lat"), look.named("lon")
    dated = [one for one in look.columns if one not in look.taken and _pattern(look, one, patterns)]
    booked, end = look.named("booked", dated), look.named("end", dated)
    texts = {what: (found,) for what in ("party", "detail", "category", "place") if (found := look.named(what))}
    if "party" not in texts and (found := _wordiest(look)):
        texts["party"] = (look.take("party", found, "values"),)
    refs = look.named("refs")
    zoned = pc.any(pc.match_substring_regex(look.cells.text(time[0]), ZONED)).as_py() or patterns[0].startswith("unix")
    look.reasons["zone"] = "stated" if zoned else "unknown"
    if lat:
        look.reasons["datum"] = "assumed"
    made = ColumnMapping(
        name=name,
        # `distinct` made these names up, so no header holds them
        header=tuple(one for one in look.columns if not re.search(r" \(\d+\)$", one)),
        time=time,
        patterns=patterns,
        booked=booked,
        end=end,
        texts=texts,
        refs=(refs,) if refs else (),
        # half a point is no point
        lat=lat if lon else None,
        lon=lon if lat else None,
    )
    return Proposal(replace(made, **money), tuple(look.columns), look.reasons)


def header_row(head: Head) -> tuple[str, ...] | None:
    """Answer the names of the header row: the first wide row of distinct names with data of its width below it."""
    rows = [row for row in head.rows if len(row) > 1]
    for at, row in enumerate(rows[:200]):
        names = [cell for cell in row if cell]
        below = [one for one in rows[at + 1 : at + 12] if len(one) == len(row)]
        distinct = len(set(names)) == len(names) and len(names) * 3 >= len(row) * 2
        if distinct and below and not any(_is_data(cell) for cell in names) and any(map(_is_data, below[0])):
            # the head splits each line by every delimiter, and the true one gives the widest row
            wider = [one for one in rows if len(one) > len(row) and " ".join(names[:2]) in " ".join(filter(None, one))]
            return tuple(names) if not wider else tuple(cell for cell in max(wider, key=len) if cell)
    return None


def _is_data(cell: str) -> bool:
    """Say whether a cell holds a number or a date rather than a name."""
    return bool(re.match(r"^[-+(]?[$€£¥￥₹]?\s?\d[\d.,:/ \-T]*", cell)) and not re.match(r"^\d+[A-Za-z]", cell)


def _first(cells: Cells) -> Cells:
    return replace(
        cells,
        columns={name: column.slice(0, LOOKED_AT) for name, column in cells.columns.items()},
        row=cells.row[:LOOKED_AT],
    )


def _fits(look: _Look, column: str, pattern: str) -> np.ndarray:
    return np.asarray(pc.is_valid(look.cells.times(column, pattern, zone="UTC", noted=False)))


def _pattern(look: _Look, column: str, patterns: Iterable[str] = WHOLE) -> str | None:
    """Answer the first pattern that reads nearly all of a column's cells."""
    some = pc.drop_null(look.cells.text(column)).slice(0, 50)
    # words are no times: that is seen without trying eighty patterns
    if not len(some) or not pc.any(pc.match_substring_regex(some, r"\d")).as_py():
        return None
    return next((one for one in patterns if look.share(column, pa.array(_fits(look, column, one))) >= MOSTLY), None)


def _time(look: _Look, moment: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the moment, among the columns the person named if any: one column, or a date beside a time of day."""
    found = {column: pattern for column in look.columns if (pattern := _pattern(look, column))}
    if not found:
        return (), ()
    late = re.compile(f"{NAMES['booked']}|{NAMES['end']}", re.IGNORECASE)
    spoken = re.compile(NAMES["time"], re.IGNORECASE)
    plain = {one: found[one] for one in found if spoken.search(one) or found[one] not in COUNTS or one in moment}
    plain = {one: plain[one] for one in plain if not moment or one in moment}
    if not plain:
        return (), ()
    ranked = sorted(
        plain,
        key=lambda one: (not spoken.search(one), bool(late.search(one)), found[one] in DATES, look.columns.index(one)),
    )
    column = ranked[0]
    pattern = _ordered(look, column, found[column])
    look.take("time", column, look.reasons.get("order", "values"))
    if found[column] not in DATES:
        return (column,), (pattern,)
    among = [one for one in look.columns if one not in found and (not moment or one in moment)]
    clocks = [one for one in among if _pattern_of_clock(look, one)]
    if not clocks:
        return (column,), (pattern,)
    clock = _pattern_of_clock(look, clocks[0])
    look.taken.add(clocks[0])
    # a row without a time of day keeps its date
    return (column, clocks[0]), (f"{pattern} {clock}", pattern)


def _pattern_of_clock(look: _Look, column: str) -> str | None:
    text = look.cells.text(column)
    # any day will do
    dated = replace(look.cells, columns={column: pc.binary_join_element_wise("2020-02-02", text, " ")})
    for clock in CLOCKS:
        good = np.asarray(pc.is_valid(dated.times(column, f"%Y-%m-%d {clock}", zone="UTC", noted=False)))
        if look.share(column, pa.array(good)) >= MOSTLY:
            return clock
    return None


def _ordered(look: _Look, column: str, pattern: str) -> str:
    """Decide day before month or month before day: by a day above 12, else by the rows' order, else by custom."""
    other = next((pattern.replace(one, two) for one, two in SWAPPED.items() if one in pattern), None)
    if other is None:
        return pattern
    if not _fits(look, column, other).sum() >= _fits(look, column, pattern).sum():
        look.reasons["order"] = "proven"
        return pattern
    if _disorder(look, column, pattern) == _disorder(look, column, other):
        look.reasons["order"] = "assumed"
        return pattern
    look.reasons["order"] = "rows_in_order"
    return min(pattern, other, key=lambda one: _disorder(look, column, one))


def swapped(mapping: ColumnMapping) -> ColumnMapping:
    """Answer the mapping with day and month the other way round; the same where the pattern leaves no doubt."""
    turned = tuple(
        next((one.replace(had, new) for had, new in SWAPPED.items() if had in one), one) for one in mapping.patterns
    )
    return replace(mapping, patterns=turned)


def _disorder(look: _Look, column: str, pattern: str) -> int:
    """Count the smaller number of steps against the rows' order, whichever way they run."""
    times = (
        look.cells.times(column, pattern, zone="UTC", noted=False)
        .cast(pa.timestamp("us"))
        .to_numpy(zero_copy_only=False)
    )
    steps = np.diff(times[~np.isnat(times)].astype(np.int64))
    return int(min((steps < 0).sum(), (steps > 0).sum()))


def _money(look: _Look) -> dict[str, Any]:
    """Find amount or two columns of money, the decimal mark, the sign and the currency."""
    numeric = {column: mark for column in look.columns if column not in look.taken and (mark := _decimal(look, column))}
    # a balance is an amount too, but nothing was paid
    balance = re.compile(NAMES["balance"], re.IGNORECASE)
    usual = [one for one in numeric if not balance.search(one)]
    out, back = (_named(usual, what) for what in ("out", "in"))
    if out and back and out != back:
        look.take("out", out, "name")
        look.take("in", back, "name")
        return {"paid_out": out, "paid_in": back, "decimal": numeric[out], **_currency(look, out)}
    column = look.named("amount", usual)
    if column is None:
        # so are coordinates and ids
        places = re.compile(f"{NAMES['lat']}|{NAMES['lon']}|{NAMES['refs']}", re.IGNORECASE)
        left = [one for one in usual if not places.search(one) and _has_cents(look, one)]
        if not left:
            return {}
        column = look.take("amount", left[0], "only" if len(left) == 1 else "values")
    mark = numeric[column]
    return {"amount": column, "decimal": mark, **_sign(look, column, mark), **_currency(look, column)}


def _named(among: list[str], what: str) -> str | None:
    pattern = re.compile(NAMES[what], re.IGNORECASE)
    return next((one for one in among if pattern.search(one)), None)


def _decimal(look: _Look, column: str) -> str | None:
    """Answer the decimal mark of a column of amounts, or None where it is none."""
    text = look.cells.text(column)
    commas = pc.sum(pc.match_substring_regex(text, r"\d,\d{1,2}\D*$")).as_py() or 0
    points = pc.sum(pc.match_substring_regex(text, r"\d\.\d{1,2}\D*$")).as_py() or 0
    mark = "," if commas > points else "."
    # trying must leave no notes
    quiet = replace(look.cells, unreadable=[])
    return mark if look.share(column, pc.is_valid(quiet.money(column, decimal=mark))) >= MOSTLY else None


def _has_cents(look: _Look, column: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(look.cells.text(column), r"\d[.,]\d{2}\D*$")).as_py())


def _sign(look: _Look, column: str, mark: str) -> dict[str, Any]:
    """Decide which way the money went: by its sign, by a column of words, or not at all."""
    signs = look.cells.signs(column, decimal=mark)
    if (signs < 0).any():
        look.reasons["sign"] = "values"
        return {"sign": "minus_is_out"}
    for one in look.columns:
        words = {str(word) for word in pc.unique(look.cells.text(one)).to_pylist() if word}
        told = {word for word in words if word.lower() in OUT_WORDS}
        if (
            told
            # every word has to be one of these, as a description holds `in` or `out` by chance
            and len(words) <= len(OUT_WORDS)
            and words - told
            and {word.lower() for word in words} <= OUT_WORDS | IN_WORDS
        ):
            look.take("direction", one, "values")
            return {"sign": "words", "direction": one, "out_words": tuple(sorted(told))}
    look.reasons["sign"] = "assumed"
    return {"sign": "all_out"}


def _currency(look: _Look, column: str) -> dict[str, Any]:
    for one in look.columns:
        if one not in look.taken and look.share(one, pc.match_substring_regex(look.cells.text(one), CODE)) >= MOSTLY:
            look.take("currency", one, "values")
            return {"currency_column": one}
    if found := re.search(r"\b([A-Z]{3})\b", column):
        look.reasons["currency"] = "name"
        return {"currency": found[1]}
    text = look.cells.text(column)
    for symbol, code in SYMBOLS.items():
        if pc.any(pc.match_substring(text, symbol)).as_py():
            look.reasons["currency"] = "values"
            return {"currency": code}
    look.reasons["currency"] = "unknown"
    return {}


def _wordiest(look: _Look) -> str | None:
    """Answer the free column with the most distinct words, which is most often the other side."""
    counted = {
        one: pc.count_distinct(look.cells.text(one)).as_py()
        for one in look.columns
        if one not in look.taken
        and look.share(one, pc.match_substring_regex(look.cells.text(one), r"\p{L}{3}")) >= MOSTLY
    }
    return max(counted, key=lambda one: counted[one]) if counted else None
