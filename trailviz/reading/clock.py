"""Written times: columns of text into wall clock times, and wall clock times into instants."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000  # 1954 to 2119: a smaller number is not a date in any export
DAY_S = 86_400
UNIX = {"unix_s": 1_000_000, "unix_ms": 1_000}  # microseconds in one
# a scrambled year is unreadable, and no calendar of the standard library holds the year 0 or 10000
EARLIEST, LATEST = np.datetime64("1900-01-01", "us"), np.datetime64("2200-01-01", "us")
OFFSET = re.compile(r"^([+-])(\d\d):?(\d\d)$")
PARTS = {"%Y": "YYYY", "%m": "mm", "%d": "dd", "%H": "HH", "%M": "MM", "%S": "SS"}
LIMITS = {"H": 23, "M": 59, "S": 59, "h": 23, "n": 59}
STEPS = {"H": 3_600_000_000, "M": 60_000_000, "S": 1_000_000}  # microseconds
FIELDS = frozenset("YmdHMSfhn")
ZERO, NINE, COLON, MINUS, PLUS = 48, 57, 58, 45, 43
EIGHT = 8
# s is a sign, hh and nn its hours and minutes, f a digit of a second's fraction
ISO = [
    f"YYYY-mm-ddTHH:MM:SS{fraction}{end}"
    for fraction in ("", ".f", ".ff", ".fff", ".ffffff")
    for end in ("Z", "shh:nn")
]


def is_absolute(pattern: str) -> bool:
    """Say whether a pattern reads instants rather than wall clock times."""
    return pattern in {"ISO8601", *UNIX} or "%z" in pattern or pattern.endswith("Z")


def iso_instants(text: pa.Array) -> pa.Array | None:
    """Read a column of which every cell is an ISO time with its zone; None where one is not, or lies outside all exports.

    Arrow reads fewer forms than `padded_times` and `wall_times` do, those alike and three times as fast.
    """
    try:
        read = text.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        return None
    first, last = (one.value for one in pc.min_max(read).values())
    if first is not None and not (np.datetime64(first, "us") > EARLIEST and np.datetime64(last, "us") < LATEST):
        return None
    return read


def wall_times(text: pa.Array, wanted: np.ndarray, pattern: str) -> tuple[np.ndarray, np.ndarray]:
    """Read the wanted cells (a boolean mask) of a text column by one pattern.

    Returns:
        `datetime64[us]` of some of them, NaT where the pattern does not fit, and their positions in the column. For
        an absolute pattern these are UTC instants, otherwise wall clock times.
    """
    some = np.flatnonzero(wanted)
    given = pd.Series(text.filter(pa.array(wanted)).to_numpy(zero_copy_only=False), dtype=object)
    if pattern == "serial":
        return _serials(given), some
    if pattern in UNIX:
        return _since_1970(given, UNIX[pattern]), some
    read = pd.to_datetime(given, format=pattern, errors="coerce", utc=is_absolute(pattern))
    if read.dt.tz is not None:
        read = read.dt.tz_localize(None)
    return read.to_numpy().astype("datetime64[us]"), some


def padded_times(text: pa.Array, wanted: np.ndarray, pattern: str) -> tuple[np.ndarray, np.ndarray]:
    """Read, as `wall_times` does but at Arrow's speed, only those cells that write every field in full width."""
    templates = ISO if pattern == "ISO8601" else [one for one in [_template(pattern)] if one is not None]
    lengths = pc.fill_null(pc.binary_length(text), -1).to_numpy() if templates else np.zeros(0, np.int32)
    read, positions = [np.empty(0, "datetime64[us]")], [np.empty(0, np.int64)]
    for template in templates:
        fits = wanted & (lengths == len(template))
        if fits.any():
            # as a rule all cells fit, and none need be copied
            some = text if fits.all() else text.filter(pa.array(fits))
            positions.append(np.flatnonzero(fits))
            read.append(_fixed(some, template))
    return np.concatenate(read), np.concatenate(positions)


def instants(wall: np.ndarray, zone: str) -> np.ndarray:
    """Turn wall clock times of a zone (IANA name or +08:00) into UTC, as `datetime64[us]`.

    A time the zone's clocks jumped over moves forward to the first that exists; of an ambiguous one it is the first. What lies
    outside all exports (before 1900, from 2200 on) is NaT: no rule of any zone is known there.
    """
    wall = np.where((wall > EARLIEST) & (wall < LATEST), wall, np.datetime64("NaT", "us"))
    if found := OFFSET.match(zone):
        shift = np.timedelta64(int(found[2]) * 60 + int(found[3]), "m")
        return wall - shift if found[1] == "+" else wall + shift
    if zone == "UTC" or not len(wall):
        return wall
    local = pd.DatetimeIndex(wall)
    # to pandas True is summer time, which is the earlier of the two
    early = np.ones(len(wall), dtype=bool)
    known = local.tz_localize(ZoneInfo(zone), ambiguous=early, nonexistent="shift_forward")
    return known.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")


def to_the_second(text: pa.Array) -> bool:
    """Say whether every cell is as long as `2024-05-31 18:02:11` and has its colons."""
    width = len("2024-05-31 18:02:11")
    if not len(text) or text.null_count or not pc.all(pc.equal(pc.binary_length(text), width)).as_py():
        return False
    data = letters(text, width)
    return bool((data[:, -6] == COLON).all() and (data[:, -3] == COLON).all())


def letters(text: pa.Array, width: int) -> np.ndarray:
    """Answer cells that are all `width` bytes long as a matrix of their bytes."""
    # a slice keeps the buffers of its whole, so its letters do not begin at 0
    first = np.frombuffer(text.buffers()[1], np.int32)[text.offset]
    return np.frombuffer(text.buffers()[2], np.uint8)[first : first + width * len(text)].reshape(-1, width)


def last_six(text: pa.Array) -> np.ndarray | None:
    """Answer the last six bytes of each text as one number, little end first, and 0 for null; None where one is shorter than eight."""
    ends = np.frombuffer(text.buffers()[1], np.int32)[text.offset : text.offset + len(text) + 1]
    there = np.asarray(pc.is_valid(text)) if text.null_count else np.ones(len(text), bool)
    if not there.any() or int(np.diff(ends)[there].min()) < EIGHT:
        return None
    data = np.frombuffer(text.buffers()[2], np.uint8)
    # eight bytes from any place on are one number of 64 bits
    numbers = np.ndarray((len(data) - EIGHT + 1,), "<u8", data, strides=(1,))
    read = numbers[np.where(there, ends[1:] - EIGHT, 0)] >> np.uint64(16)
    return np.where(there, read, np.uint64(0))


def _template(pattern: str) -> str | None:
    """Write a pattern of whole fields as a template of its letters (`YYYY-mm-dd HH:MM`), or answer None."""
    template = pattern
    for part, letters in PARTS.items():
        template = template.replace(part, letters)
    rest = re.sub("YYYY|mm|dd|HH|MM|SS|[-/.: T]", "", template)
    return template if template.startswith("YYYY") and not rest else None


def _fixed(text: pa.Array, template: str) -> np.ndarray:
    """Read cells that are all as long as the template, digit by digit."""
    width = len(template)
    data = letters(text, width)
    good = np.ones(len(text), bool)
    fields: dict[str, np.ndarray] = {}
    for position, letter in enumerate(template):
        column = data[:, position]
        if letter == "s":
            good &= (column == MINUS) | (column == PLUS)
            fields[letter] = np.where(column == MINUS, -1, 1).astype(np.int32)
        elif letter not in FIELDS:
            good &= column == ord(letter)
        else:
            digit = column - np.uint8(ZERO)  # wraps round below zero, so one comparison is enough
            good &= digit <= NINE - ZERO
            fields[letter] = digit.astype(np.int32) if letter not in fields else fields[letter] * 10 + digit
    month, day = (fields.get(letter, np.ones(len(text), np.int32)) for letter in "md")
    good &= (fields["Y"] > 0) & (month >= 1) & (month <= 12) & (day >= 1)  # noqa: PLR2004 - a year has twelve
    for letter, most in LIMITS.items():
        if letter in fields:
            good &= fields[letter] <= most
    months = np.where(good, (fields["Y"] - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(good, day - 1, 0)
    # 30 February runs over into March
    good &= days.astype("datetime64[M]") == months
    micros = np.zeros(len(text), np.int64)
    for letter, step in STEPS.items():
        if letter in fields:
            micros += fields[letter] * np.int64(step)
    if "f" in fields:
        micros += fields["f"] * np.int64(10 ** (6 - template.count("f")))
    if "s" in fields:
        ahead = fields["h"] * np.int64(3_600_000_000) + fields["n"] * np.int64(60_000_000)
        micros -= (fields["s"] * ahead).astype(np.int64)
    read = days.astype("datetime64[us]") + micros.astype("timedelta64[us]")
    return np.where(good, read, np.datetime64("NaT", "us"))


def _serials(given: pd.Series) -> np.ndarray:
    days = pd.to_numeric(given, errors="coerce")
    days = days.where((days > FIRST_SERIAL) & (days < LAST_SERIAL))
    # spreadsheets count a 29 February 1900, so their day 0 is this; a fraction such as .452835648146 is a whole second
    wall = pd.Timestamp("1899-12-30") + pd.to_timedelta((days * DAY_S).round(), unit="s")
    return wall.to_numpy().astype("datetime64[us]")


def _since_1970(given: pd.Series, step_us: int) -> np.ndarray:
    """Read seconds or milliseconds since 1970; a number outside 1973 to 2099 is none."""
    counted = pd.to_numeric(given, errors="coerce").to_numpy(np.float64) * (step_us / 1e6)
    # bounds that 20240531 and 20240531180211 lie outside of: those are dates, not counts
    good = (counted > 1e8) & (counted < 4.1e9)  # noqa: PLR2004 - seconds
    whole = np.round(np.where(good, counted, 0) * 1e6).astype(np.int64)
    return np.where(good, whole.astype("datetime64[us]"), np.datetime64("NaT", "us"))
