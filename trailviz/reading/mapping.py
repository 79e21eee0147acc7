r"""A column mapping: which column of a table means what, written down once by a person or shipped as a preset.

The file is a small TOML. Only `name`, `header` (or `width` with `[proof]`) and `[time]` are required:

    name = "my_bank"                       # letters, digits and underscores
    title = "My Bank, account statement"
    collector = "My Bank"                  # a company's id or name; "self" for your own notes
    header = ["Datum", "Name", "Betrag"]   # names the header row holds, among others, in any order
    width = 5                              # instead of a header: five columns called "1" to "5"
    kind = "payment"                       # payment, fix, visit, note ...; without it, told by what is filled
    source = "where the layout was seen, and when"

    [proof]                                # without a header: what all first rows look like; with one: what some do
    "1" = '\d{2}\.\d{2}\.\d{4}'

    [time]
    columns = ["Datum", "Uhrzeit"]         # one column, or a date and a time of day
    patterns = ["%d.%m.%Y %H:%M:%S"]       # strptime; "ISO8601", "serial", "unix_s" and "unix_ms" too
    zone = "Europe/Berlin"                 # left out where nobody knows: then it is assumed, and said so
    booked = "Wertstellung"                # when the company wrote the row; the same patterns
    end = "Ende"

    [amount]
    column = "Betrag"                      # or out = "Soll" and in = "Haben"
    decimal = ","
    cents = false                          # whole numbers of cents
    sign = "minus_is_out"                  # or plus_is_out, or words with direction and out_words
    direction = "Af Bij"
    out_words = ["Af"]                     # a cell is one of these, or begins with one and a blank
    currency = "EUR"                       # or currency_column = "Währung"
    fee = "Gebühr"
    other = "Betrag Fremdwährung"          # what was paid abroad, and its currency; left out where it is the account's own
    other_currency = "Fremdwährung"

    [text]                                 # columns for the text of an event; several are joined by a blank
    party = ["Name"]
    detail = ["Verwendungszweck", "Buchungstext"]
    empty = ["-", "/"]                     # what stands in a cell that says nothing
    countries = ["DE"]                     # whose bank text hides places and times (see phrases.bank_text)

    [kinds]                                # words of one column that make a row something else than a payment
    columns = ["Art"]                      # the first of these columns that holds such a word decides
    "Storno" = "refund"

    [sides]                                # words of one column that say who the other side is
    columns = ["Art"]
    "Freunde" = "person"                   # or company; or nobody: another pocket of one's own

    [place]
    lat = "Breite"
    lon = "Länge"
    datum = "wgs84"
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trailviz.events import KINDS

TEXTS = (
    "party",
    "detail",
    "note",
    "category",
    "status",
    "method",
    "instrument",
    "party_account",
    "place",
    "service",
    "device",
)
SIGNS = ("minus_is_out", "plus_is_out", "words", "all_out")
SIDES = ("person", "company", "nobody")
DATUMS = ("wgs84", "gcj02", "bd09", "unknown")
NAME = re.compile(r"^[a-z][a-z0-9_]{1,40}$")
LARGEST = 1 << 16
ABOUT = ("title", "how_to_get", "gives_away", "since", "source")


class MappingError(Exception):
    """A mapping that cannot be used: which key, and what was expected there."""

    def __init__(self, key: str, expected: str) -> None:
        """Keep the key and what was expected."""
        super().__init__(f"{key}: expected {expected}")
        self.key, self.expected = key, expected


@dataclass(frozen=True)
class ColumnMapping:
    """Which column means what. `texts` and `refs` map to one or more column names; absent means not in the table."""

    name: str
    header: tuple[str, ...]
    time: tuple[str, ...]
    patterns: tuple[str, ...]
    width: int = 0
    proof: Mapping[str, str] = field(default_factory=dict)
    collector: str = "self"
    kind: str | None = None
    zone: str | None = None
    booked: str | None = None
    end: str | None = None
    amount: str | None = None
    paid_out: str | None = None
    paid_in: str | None = None
    decimal: str = "."
    cents: bool = False
    sign: str = "minus_is_out"
    direction: str | None = None
    out_words: tuple[str, ...] = ()
    currency: str | None = None
    currency_column: str | None = None
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refs: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    kinds_columns: tuple[str, ...] = ()
    fee: str | None = None
    other: str | None = None
    other_currency: str | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    sides_columns: tuple[str, ...] = ()
    sides: Mapping[str, str] = field(default_factory=dict)
    lat: str | None = None
    lon: str | None = None
    datum: str = "wgs84"
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> frozenset[str]:
        """The columns without which a table is another one; those of text may be missing."""
        single = (
            self.booked,
            self.end,
            self.amount,
            self.paid_out,
            self.paid_in,
            self.direction,
            self.currency_column,
        )
        named = [one for one in (*single, self.lat, self.lon) if one]
        return frozenset([*named, *self.time])

    @property
    def used(self) -> frozenset[str]:
        """Every column the mapping names."""
        beside = [one for one in (self.fee, self.other, self.other_currency) if one]
        return self.needed.union(self.refs, self.kinds_columns, self.sides_columns, beside, *self.texts.values())


def parsed(text: str) -> ColumnMapping:
    """Read a mapping from its TOML.

    Raises:
        MappingError: If it is no TOML, a key is missing, or a value is none of those expected.
    """
    # a mapping may come from somebody else
    if len(text) > LARGEST:
        raise MappingError("the file", "a mapping of at most 64 KiB")
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise MappingError("the file", "TOML") from None
    names = ("time", "amount", "text", "place", "kinds", "sides")
    time, amount, words, place, kinds, sides = (_table(told, key) for key in names)
    made = ColumnMapping(
        name=_word(told, "name") or "",
        header=_words(told, "header"),
        width=told.get("width", 0) if isinstance(told.get("width", 0), int) else 0,
        proof={key: str(value) for key, value in _table(told, "proof").items()},
        collector=_word(told, "collector") or "self",
        kind=_word(told, "kind"),
        time=_words(time, "columns"),
        patterns=_words(time, "patterns"),
        zone=_word(time, "zone"),
        booked=_word(time, "booked"),
        end=_word(time, "end"),
        amount=_word(amount, "column"),
        paid_out=_word(amount, "out"),
        paid_in=_word(amount, "in"),
        decimal=_word(amount, "decimal") or ".",
        cents=amount.get("cents") is True,
        sign=_word(amount, "sign") or "minus_is_out",
        direction=_word(amount, "direction"),
        out_words=_words(amount, "out_words"),
        currency=_word(amount, "currency"),
        currency_column=_word(amount, "currency_column"),
        texts={key: _words(words, key) for key in TEXTS if key in words},
        refs=_words(words, "refs"),
        countries=_words(words, "countries"),
        empty=_words(words, "empty"),
        kinds_columns=_words(kinds, "columns"),
        kinds={word: str(kind) for word, kind in kinds.items() if word != "columns"},
        sides_columns=_words(sides, "columns"),
        sides={word: str(side) for word, side in sides.items() if word != "columns"},
        fee=_word(amount, "fee"),
        other=_word(amount, "other"),
        other_currency=_word(amount, "other_currency"),
        lat=_word(place, "lat"),
        lon=_word(place, "lon"),
        datum=_word(place, "datum") or "wgs84",
        about={key: found for key in ABOUT if (found := _word(told, key))},
    )
    check(made)
    return made


def called(file: str) -> str:
    """Answer a name for the mapping of a file, such as my_statement_2025 for `statement 2025.csv`."""
    stem = file.rsplit(".", 1)[0].lower()
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in stem)
    return f"my_{letters.strip('_')}"[:40].rstrip("_")


def check(one: ColumnMapping) -> None:
    """Refuse a mapping that could not be read by.

    Raises:
        MappingError: With the first key that is wrong.
    """
    patterns_known = all(
        "%" in pattern or pattern in {"ISO8601", "serial", "unix_s", "unix_ms"} for pattern in one.patterns
    )
    rules = (
        (NAME.match(one.name), "name", "lower-case letters, digits and underscores, such as my_bank"),
        (one.header or (one.width and one.proof), "header", "the names of the header row, or width with [proof]"),
        (one.time and len(one.time) <= 2, "time.columns", "one column, or a date and a time of day"),  # noqa: PLR2004
        (one.patterns and patterns_known, "time.patterns", "at least one pattern such as %d.%m.%Y"),
        (one.sign in SIGNS, "amount.sign", f"one of {', '.join(SIGNS)}"),
        (one.sign != "words" or (one.direction and one.out_words), "amount.direction", "a column, with out_words"),
        (one.decimal in {".", ","}, "amount.decimal", "a point or a comma"),
        ((one.lat is None) == (one.lon is None), "place.lat", "both lat and lon, or neither"),
        ((one.other is None) == (one.other_currency is None), "amount.other", "other and other_currency, or neither"),
        (one.datum in DATUMS, "place.datum", f"one of {', '.join(DATUMS)}"),
        ({one.kind or "note", *one.kinds.values()} <= {*KINDS}, "kind", f"one of {', '.join(KINDS)}"),
        ({*one.sides.values()} <= {*SIDES}, "sides", f"one of {', '.join(SIDES)}"),
        (
            one.width or not one.header or one.needed <= frozenset(one.header),
            "header",
            "every column of time, amount and place",
        ),
        # a proof is held against every file that is offered: it has to compile before
        (all(_compiles(pattern) for pattern in one.proof.values()), "proof", "regular expressions"),
    )
    for held, key, expected in rules:
        if not held:
            raise MappingError(key, expected)


def written(one: ColumnMapping) -> str:
    """Write a mapping as TOML that `parsed` reads back the same."""
    sections: dict[str, dict[str, object]] = {
        "": {
            "name": one.name, "title": one.about.get("title"), "collector": one.collector, "kind": one.kind, "header": one.header,
            "width": one.width, **{key: one.about.get(key) for key in ABOUT if key != "title"},
        },
        "proof": dict(one.proof),
        "time": {"columns": one.time, "patterns": one.patterns, "zone": one.zone, "booked": one.booked, "end": one.end},
        "amount": {
            "column": one.amount, "out": one.paid_out, "in": one.paid_in, "decimal": one.decimal, "cents": one.cents, "sign": one.sign,
            "direction": one.direction, "out_words": one.out_words, "currency": one.currency, "currency_column": one.currency_column,
            "fee": one.fee, "other": one.other, "other_currency": one.other_currency,
        },
        "text": {**one.texts, "refs": one.refs, "countries": one.countries, "empty": one.empty},
        "kinds": {"columns": one.kinds_columns, **one.kinds},
        "sides": {"columns": one.sides_columns, **one.sides},
        "place": {"lat": one.lat, "lon": one.lon, "datum": one.datum if one.lat else None},
    }  # fmt: skip
    lines: list[str] = []
    for title, keys in sections.items():
        # what is left out `parsed` fills in again
        filled = {key: value for key, value in keys.items() if value}
        if title and filled:
            lines += ["", f"[{title}]"]
        lines += [f"{_quoted(key)} = {_toml(value)}" for key, value in filled.items()]
    return "\n".join(lines) + "\n"


def _quoted(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_]+", key) else json.dumps(key, ensure_ascii=False)


def _toml(value: object) -> str:
    """Write text, a whole number or a list of texts; JSON's strings are TOML's, but for DEL."""
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _table(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = told.get(key, {})
    if not isinstance(found, dict):
        raise MappingError(key, "a table")
    return found


def _word(told: Mapping[str, Any], key: str) -> str | None:
    found = told.get(key)
    if found is not None and not isinstance(found, str):
        raise MappingError(key, "text in quotation marks")
    return found or None


def _words(told: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = told.get(key, ())
    # a single column may be written without brackets
    if isinstance(found, str):
        return (found,)
    if not isinstance(found, Sequence) or not all(isinstance(one, str) for one in found):
        raise MappingError(key, "a list of texts")
    return tuple(found)
