"""Values as a program reads them from JSON, made into Arrow columns of a wanted shape, column by column.

What does not fit becomes null and is noted by its key and row. Arrow's own conversion is not asked to choose: it
would cut 52.5 down to the integer 52 without a word.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from trailviz.reading.cells import Unreadable
from trailviz.reading.framing import Typed

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = type(None)
LARGEST_INTEGER = 1 << 63
FIRST_NOTES = 200


@dataclass
class Notes:
    """What did not fit: the first of each key by row, and how many `more` there were."""

    first: list[Unreadable] = field(default_factory=list)
    more: int = 0

    def add(self, rows: np.ndarray, wrong: Sequence[int], key: str, expected: str) -> None:
        """Note that the values at these positions did not fit."""
        self.first.extend(Unreadable(int(rows[i]), key or "element", expected) for i in wrong[:FIRST_NOTES])
        self.more += max(len(wrong) - FIRST_NOTES, 0)


def holds_lists(shape: pa.DataType) -> bool:
    """Say whether values of this shape hold lists."""
    if pa.types.is_struct(shape):
        return any(holds_lists(one.type) for one in shape)
    return bool(pa.types.is_list(shape))


# no cycles are possible, so the collector need not walk a million of them
class Exact(msgspec.Struct, gc=False):
    """An element whose values are of exactly the kinds its shape wants, or null."""


def typed(shape: pa.StructType) -> Typed:
    """Make decoders of lists of this shape: what they decode is exactly what `fitted` would make of plain objects.

    Every value may be missing or null; a value of another kind is an error, and the elements are then decoded as plain objects.
    """
    exact, lenient = (msgspec.json.Decoder(list[_kind(shape, exact=exact)]) for exact in (True, False))  # type: ignore[misc]
    return Typed(exact, lenient)


def _kind(shape: pa.DataType, *, exact: bool) -> Any:  # noqa: ANN401 - a type made at run time
    """Answer the type msgspec decodes a value of this shape as."""
    if pa.types.is_list(shape):
        return list[_kind(shape.value_type, exact=exact) | None]  # type: ignore[misc]
    if not pa.types.is_struct(shape):
        if pa.types.is_string(shape):
            return str
        # phones of one maker write numbers as texts: `fitted` reads both
        number = int if pa.types.is_integer(shape) else float
        return number if exact else number | str
    # a key need not be a name in Python: fields are numbered, and the decoder knows them by their keys
    names = {f"f{at}": one.name for at, one in enumerate(shape)}
    fields = [(name, _kind(shape.field(at).type, exact=exact) | None, None) for at, name in enumerate(names)]
    bases = (Exact if exact else msgspec.Struct,)
    return msgspec.defstruct("Element", fields, bases=bases, rename=names, gc=False)


def fitted(
    values: Sequence[Any],
    rows: np.ndarray,
    shape: pa.DataType,
    key: str,
    notes: Notes,
) -> pa.Array:
    """Make one Arrow array of the wanted shape.

    Args:
        values: Decoded JSON, one value for each element of `rows`.
        rows: The row number each value belongs to.
        shape: Structs, lists, texts, integers or floats; a number fits a text and a text that is a number fits one.
        key: The path of the values inside their element, for notes.
        notes: Gets a note for each value that does not fit, up to a bound for each key.
    """
    if pa.types.is_struct(shape) and isinstance(next((one for one in values if one is not None), None), msgspec.Struct):
        return _from_structs(values, rows, shape, key, notes)
    if pa.types.is_struct(shape):
        return _struct(_only(dict, values, rows, key, "an object", notes), rows, shape, key, notes)
    if pa.types.is_list(shape):
        return _list(_only(list, values, rows, key, "a list", notes), rows, shape, key, notes)
    try:
        if set(map(type, values)) <= _plain(shape):
            whole = pa.array(values, shape)
            # 1e400 is a number to a parser, and infinite as a float
            if not pa.types.is_floating(shape) or np.isfinite(whole.drop_null()).all():
                return whole
    except (OverflowError, UnicodeError, pa.ArrowInvalid):
        pass  # one value among them is too large, or half a character: one by one, then
    read = [_leaf(value, shape) for value in values]
    wrong = [i for i, (was, now) in enumerate(zip(values, read, strict=True)) if now is None and was is not None]
    expected = "a text" if pa.types.is_string(shape) else "a number"
    notes.add(rows, wrong, key, expected)
    return pa.array(read, shape)


def _from_structs(values: Sequence[Any], rows: np.ndarray, shape: pa.StructType, key: str, notes: Notes) -> pa.Array:
    """Make an array of structs that one decoder of `typed` made: all of them of one type, or null."""
    here = [value for value in values if value is not None]
    held = np.array([value is not None for value in values])
    children = [
        fitted(
            [getattr(value, f"f{at}") for value in here], rows[held], one.type, f"{key}.{one.name}".lstrip("."), notes
        )
        for at, one in enumerate(shape)
    ]
    whole = pa.StructArray.from_arrays(children, fields=list(shape))
    return whole.take(pa.array(np.cumsum(held) - 1, mask=~held))


def _struct(values: list[Any], rows: np.ndarray, shape: pa.StructType, key: str, notes: Notes) -> pa.Array:
    children = []
    for one in shape:
        name = one.name
        inner = [None if value is None else value.get(name) for value in values]
        children.append(fitted(inner, rows, one.type, f"{key}.{name}".lstrip("."), notes))
    missing = pa.array([value is None for value in values], pa.bool_())
    return pa.StructArray.from_arrays(children, fields=list(shape), mask=missing)


def _list(values: list[Any], rows: np.ndarray, shape: pa.ListType, key: str, notes: Notes) -> pa.Array:
    lengths = np.fromiter((len(value) if value else 0 for value in values), np.int64, len(values))
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    flat = list(chain.from_iterable(filter(None, values)))
    child = fitted(flat, np.repeat(rows, lengths), shape.value_type, key, notes)
    missing = pa.array([value is None for value in values], pa.bool_())
    return pa.ListArray.from_arrays(pa.array(ends), child, type=shape, mask=missing)


def _only(wanted: type, values: Sequence[Any], rows: np.ndarray, key: str, expected: str, notes: Notes) -> list[Any]:
    """Answer the values with null in place of each that is of another kind, which is noted."""
    if set(map(type, values)) <= {wanted, NOTHING}:
        return list(values)
    wrong = [i for i, value in enumerate(values) if value is not None and type(value) is not wanted]
    notes.add(rows, wrong, key, expected)
    return [value if type(value) is wanted else None for value in values]


def _plain(shape: pa.DataType) -> set[type]:
    """Answer the kinds of value that Arrow makes into this shape without changing any."""
    if pa.types.is_string(shape):
        return {str, NOTHING}
    return {int, NOTHING} if pa.types.is_integer(shape) else {int, float, NOTHING}


def _leaf(value: object, shape: pa.DataType) -> object:
    """Make a text or number of the wanted kind, exactly, or answer None."""
    # True is an int in Python, and no number of any export
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if pa.types.is_string(shape):
        # half a character cannot be written as UTF-8
        return str(value).encode("utf-8", "replace").decode()
    try:
        number = float(value)
        if pa.types.is_floating(shape):
            return number if math.isfinite(number) else None
        whole = int(value)
    except (ValueError, OverflowError):
        return None
    return whole if abs(whole) < LARGEST_INTEGER and whole == number else None
