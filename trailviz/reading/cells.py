"""A batch of named cells, and the readers that turn a column of text into times, money and words.

Every reader works on whole columns. A cell that cannot be read becomes null and is noted by (row, column, expected);
no note ever holds the cell.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT, MONEY
from trailviz.reading import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# with the no-break blank, the full-width one of Chinese texts, and a byte-order mark, which `strip` would leave
BLANK = " \t\r\n\v\f\u00a0\u3000\ufeff"
BLANK_ASCII = " \t\r\n\v\f"
ARMOUR = re.compile(b'="')
# both yen signs occur, even within one WeChat file
CURRENCY = "[¥￥$€£₹]|[A-Z]{3}|元"
LEADING_SIGN = rf"^([(+-]?)\s*(?:{CURRENCY})?\s*([+-]?)\s*"
TRAILING_SIGN = rf"\s*(?:{CURRENCY})?\s*(\)?)$"
# Thousands in threes or, as in India, in twos with a last three; a decimal comma is read only where the format says so.
GROUPED = r"\d{1,3}([,，'’]\d{3}){1,5}|\d{1,2}([,，]\d{2}){1,7}[,，]\d{3}"
# no more digits than decimal128(28, 8) holds
PLAIN_AMOUNT = r"^\d{1,19}(\.\d{1,8})?$"
AMOUNT = rf"^\(?[+-]?({GROUPED}|\d{{1,19}})(\.\d{{1,8}})?\)?$"
NUMBER = r"^[+-]?\d{1,18}(\.\d{0,18})?([eE][+-]?\d{1,2})?$"
FIRST_NOTES = 200
EXAMPLE_INSTANT = datetime(2024, 5, 31, 18, 2, 11, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One cell that could not be read: where it is and what was expected there, never what it holds."""

    row: int
    column: str
    expected: str


@dataclass
class Cells:
    """Rows of one file (or sheet, or JSON array) as named Arrow columns, with what went wrong on the way.

    `columns` maps a header to a text array (stripped; empty is null; a dictionary where words repeat) or, from JSON,
    to a typed array; all have `len(row)` elements. `row` (int32) is the row as a person finds it: the line of a CSV, the row of a sheet, the
    1-based element of a JSON array. `lines` are the cover-sheet lines before the header and after the last row.
    `assumed_zone` is what a time without a zone is read in when neither format nor row names one; `encoding` the
    text's encoding, where it has one. `passed_over` counts the lines that are no row of anything, by reason. `unreadable` lists the first cells of each kind; all are in `notices`.
    """

    columns: Mapping[str, pa.Array]
    row: np.ndarray
    sheet: str | None = None
    lines: Sequence[str] = field(default=(), repr=False)
    unreadable: list[Unreadable] = field(default_factory=list)
    left_out: dict[str, np.ndarray] = field(default_factory=dict)
    notices: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    assumed_zone: str | None = None
    encoding: str | None = None

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.row)

    def has(self, column: str) -> bool:
        """Say whether the file has this column."""
        return column in self.columns

    def text(self, *columns: str) -> pa.Array:
        """Answer these columns as text, each filling the nulls of those before it; null where empty or absent."""
        found = [self.columns[name] for name in columns if name in self.columns]
        if not found:
            return pa.nulls(len(self), pa.string())
        texts = [one if pa.types.is_string(one.type) else one.cast(pa.string()) for one in found]
        return texts[0] if len(texts) == 1 else pc.coalesce(*texts)

    def coded(self, column: str) -> pa.DictionaryArray:
        """Answer a column as codes into its distinct words: for questions asked of words, and cheaper than `text`."""
        found = self.columns.get(column)
        if found is not None and pa.types.is_dictionary(found.type):
            return found
        return self.text(column).dictionary_encode()

    def words(self, column: str, known: Mapping[str, str], *, other: str | None = None) -> pa.Array:
        """Translate a column of a closed vocabulary; an unknown word becomes `other`, keeps its row, and is counted."""
        coded = self.coded(column)
        listed = coded.dictionary.to_pylist()
        # a word nobody has met costs a notice, never its row: in other readers each new one stopped the file
        values = pa.array([known.get(word, other) for word in listed], pa.string())
        strange = np.array([word not in known for word in listed], dtype=bool)
        if strange.any():
            codes = np.asarray(pc.fill_null(coded.indices, -1))
            count = int(strange[codes[codes >= 0]].sum())
            self.notices["unknown_word"] += count
        return values.take(coded.indices) if len(listed) else pa.nulls(len(self), pa.string())

    def times(self, column: str, *patterns: str, zone: str | None = None, noted: bool = True) -> pa.Array:
        """Read local (or, with %z, absolute) times into UTC instants; null and a note where no pattern fits.

        `patterns`: strptime patterns tried in order, each on the cells none before it read; "ISO8601" reads any ISO
        form, "serial" a spreadsheet's day number (day 0 is 1899-12-30), "unix_s" and "unix_ms" a count since 1970. `zone`: IANA name or offset of the zone the
        wall clock was in. Where it is None the zone the person names for the file is used, else UTC: a format that
        writes times without saying where passes None and fills `zone_basis` with "assumed". A time that does not
        exist there moves forward, an ambiguous one is the earlier.
        """
        text = self.text(column)
        if patterns[0] == "ISO8601" and (whole := clock.iso_instants(text)) is not None:
            return whole
        read = np.full(len(text), np.datetime64("NaT", "us"))
        left = np.asarray(pc.is_valid(text))
        # full width first, for all patterns: pandas then sees only what no fixed width fits
        for pattern, padded in [(p, True) for p in patterns] + [(p, False) for p in patterns]:
            if not left.any():
                break
            spelled, some = clock.padded_times(text, left, pattern) if padded else clock.wall_times(text, left, pattern)
            if not clock.is_absolute(pattern):
                spelled = clock.instants(spelled, zone or self.assumed_zone or "UTC")
            read[some] = np.where((spelled > clock.EARLIEST) & (spelled < clock.LATEST), spelled, np.datetime64("NaT"))
            left &= np.isnat(read)
        if noted and left.any():
            shape = next((p for p in patterns if "%" in p), "%Y-%m-%dT%H:%M:%S")
            self.note(left, column, f"a time like {EXAMPLE_INSTANT.strftime(shape)}")
        return pa.array(read, pa.timestamp("us")).cast(INSTANT)

    def precision(self, *columns: str) -> pa.Array:
        """Answer how exact each written time is, in seconds: 1, 60 (no seconds) or 86400 (a date alone)."""
        text = self.text(*columns)
        # most columns are written to the second, and need no search
        if clock.to_the_second(text):
            return pa.array(np.ones(len(text), np.int32))
        # seconds or milliseconds since 1970, or a stamp without colons such as 20260201 053026
        counted = pc.match_substring_regex(text, r"^\d{9,}(\.\d+)?$|^\d{8} \d{6}$")
        colons = pc.if_else(pc.fill_null(counted, True), 2, pc.fill_null(pc.count_substring(text, ":"), 2))  # noqa: FBT003
        return pc.if_else(pc.greater(colons, 1), 1, pc.if_else(pc.equal(colons, 1), 60, 86_400)).cast(pa.int32())

    def money(self, column: str, *, decimal: str = ".") -> pa.Array:
        """Read amounts into decimal128(28, 8) without their sign; `signs` tells the direction.

        `decimal` is the mark the format writes before the cents; with "," a point parts thousands.
        """
        coded, bare, good = self._amounts(column, decimal=decimal)
        for sign in "()+-,，'’":
            bare = pc.replace_substring(bare, sign, "")
        values = pc.if_else(good, bare, pa.scalar(None, pa.string())).cast(MONEY)
        return values.take(coded.indices) if len(values) else pa.nulls(len(self), MONEY)

    def signs(self, column: str, *, decimal: str = ".") -> np.ndarray:
        """Answer -1, 0 or 1 for the sign of each amount in this column; 0 where it is zero, empty or unreadable."""
        coded, bare, good = self._amounts(column, noted=False, decimal=decimal)
        # bookkeepers write a minus as brackets
        minus = np.asarray(pc.match_substring_regex(bare, r"^[(\-]"), dtype=bool)
        some = np.asarray(pc.match_substring_regex(bare, "[1-9]"), dtype=bool) & np.asarray(good, dtype=bool)
        signs = np.append(np.where(some, np.where(minus, -1, 1), 0), 0)
        return signs[np.asarray(pc.fill_null(coded.indices, len(signs) - 1))]

    def _amounts(
        self, column: str, *, noted: bool = True, decimal: str = "."
    ) -> tuple[pa.DictionaryArray, pa.Array, pa.Array]:
        """Answer the column as codes, its distinct amounts without their currency, and which of these are amounts."""
        coded = self.coded(column)
        bare = _pointed(coded.dictionary.cast(pa.string())) if decimal == "," else coded.dictionary.cast(pa.string())
        # nearly every export writes plain amounts; the searches below are for those that do not
        good = pc.match_substring_regex(bare, PLAIN_AMOUNT)
        if pc.all(good).as_py():
            return coded, bare, good
        # Oyster writes .00 for nothing
        bare = pc.replace_substring_regex(pc.replace_substring_regex(bare, "[−－]", "-"), r"^([(+-]?)\.(\d)", r"\10.\2")
        bare = pc.replace_substring_regex(bare, LEADING_SIGN, r"\1\2")
        bare = pc.replace_substring_regex(bare, TRAILING_SIGN, r"\1")
        good = pc.match_substring_regex(bare, AMOUNT)
        if noted and not pc.all(good).as_py():
            bad = np.append(~np.asarray(good, dtype=bool), False)  # the last stands for null
            self.note(bad[np.asarray(pc.fill_null(coded.indices, len(bad) - 1))], column, "an amount like 1234.56")
        return coded, bare, good

    def numbers(
        self, column: str, *, low: float | None = None, high: float | None = None, decimal: str = "."
    ) -> pa.Array:
        """Read decimal numbers into float64; a cell outside `[low, high]` is unreadable."""
        given = self.columns.get(column)
        if given is not None and pa.types.is_floating(given.type):
            values = given.to_numpy(zero_copy_only=False).astype(np.float64)
            stated = np.asarray(pc.is_valid(given))
        else:
            text = _pointed(self.text(column)) if decimal == "," else self.text(column)
            stated = np.asarray(pc.is_valid(text))
            good = pc.match_substring_regex(text, NUMBER)
            values = (
                pc.if_else(good, text, pa.scalar(None, pa.string())).cast(pa.float64()).to_numpy(zero_copy_only=False)
            )
        with np.errstate(invalid="ignore"):
            fine = np.isfinite(values)
            fine &= np.ones(len(values), bool) if low is None else values >= low
            fine &= np.ones(len(values), bool) if high is None else values <= high
        if (stated & ~fine).any():
            bounds = "" if low is None or high is None else f" from {low:g} to {high:g}"
            self.note(stated & ~fine, column, f"a number{bounds}")
        return pa.array(values, pa.float64(), mask=~fine)

    def leave_out(self, rows: np.ndarray, reason: str) -> None:
        """Leave rows (a boolean mask) out of the events, with the reason code that the account shows."""
        if rows.any():
            self.left_out[reason] = self.left_out.get(reason, np.zeros(len(self), bool)) | rows

    def note(self, rows: np.ndarray, column: str, expected: str) -> None:
        """Note that these cells (a boolean mask) could not be read."""
        numbers = self.row[rows]
        self.unreadable.extend(Unreadable(int(number), column, expected) for number in numbers[:FIRST_NOTES])
        if len(numbers) > FIRST_NOTES:
            self.notices["unreadable_cells"] += len(numbers) - FIRST_NOTES


def tidy(column: pa.Array) -> pa.Array:
    """Strip blanks, tabs, byte-order marks and spreadsheet armour (`="…"`) from a text column; empty becomes null."""
    return _bare(pc.utf8_trim(column, characters=BLANK))


def stripped(column: pa.Array) -> pa.Array:
    """Do what `tidy` does, for text of plain ASCII and in a third of the time."""
    return _bare(pc.ascii_trim(column, characters=BLANK_ASCII))


def _bare(trimmed: pa.Array) -> pa.Array:
    _, _, data = trimmed.buffers()
    # hardly any file has armour: one search of the bytes spares all cells theirs
    if data is not None and ARMOUR.search(data):
        trimmed = pc.utf8_trim(pc.replace_substring_regex(trimmed, '^="(.*)"$', r"\1"), characters=BLANK)
    empty = pc.equal(pc.binary_length(trimmed), 0)
    if not pc.any(empty).as_py():
        return trimmed
    return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed)


def _pointed(text: pa.Array) -> pa.Array:
    """Write 1.234,56, 1 234,56 and 1'234,56 as 1234.56; what has a point after its comma stays, and is no amount."""
    grouped = pc.match_substring_regex(text, r"^[^,]*\d(,\d{0,8})?[^,\d]*$")
    bare = pc.replace_substring_regex(text, r"([0-9])[.'’ \x{00a0}\x{202f}]([0-9]{3})", r"\1\2")
    # twice, as matches do not overlap: 1.234.567 keeps a point the first time
    bare = pc.replace_substring_regex(bare, r"([0-9])[.'’ \x{00a0}\x{202f}]([0-9]{3})", r"\1\2")
    return pc.if_else(grouped, pc.replace_substring(bare, ",", "."), text)
