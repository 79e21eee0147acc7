"""Day before month or month before day: decided once for a file, from what its dates prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

# Quicken parts the year by an apostrophe (8/12'13)
TWO = r"^\s*(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.'’ -]+(?P<year>\d{2,4})"


def day_first(texts: Iterable[pa.Array], *, custom: bool) -> tuple[bool, bool]:
    """Decide whether dates such as 03/04/2025 write the day first.

    Args:
        texts: All dates of the file, as arrays of text.
        custom: What the company usually writes, where nothing proves it.

    Returns:
        The decision, and whether it is proven: by a number above twelve, or else by rows that only in one reading
        stand in order.
    """
    parts = [pc.extract_regex(one, TWO) for one in texts if len(one)]
    if not parts:
        return custom, False
    first, second, year = (
        np.concatenate([_numbers(pc.struct_field(one, name)) for one in parts]) for name in ("a", "b", "year")
    )
    known = (first > 0) & (second > 0)
    # numbers above twelve in both places prove that the dates are of several kinds, and so nothing
    if (first[known] > 12).any() != (second[known] > 12).any():  # noqa: PLR2004 - months
        return bool((first[known] > 12).any()), True  # noqa: PLR2004
    # no calendar is needed to tell which day came first
    as_day = (year[known] * 12 + second[known]) * 31 + first[known]
    as_month = (year[known] * 12 + first[known]) * 31 + second[known]
    if _disorder(as_day) != _disorder(as_month):
        return _disorder(as_day) < _disorder(as_month), True
    return custom, False


def _numbers(text: pa.Array) -> np.ndarray:
    return np.asarray(pc.fill_null(pc.if_else(pc.equal(text, ""), None, text).cast(pa.int64()), -1))


def _disorder(days: np.ndarray) -> int:
    """Count the smaller number of steps against the rows' order, whichever way they run."""
    steps = np.diff(days)
    return int(min((steps < 0).sum(), (steps > 0).sum()))
