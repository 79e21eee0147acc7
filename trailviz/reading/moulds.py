"""What the strict decoder made, into Arrow columns of exactly its shape: the quick way, for blocks in which nothing is odd.

A block is taken apart while it lies in the processor's cache, into numbers and texts field by field; Arrow's structs and
lists are put together once a batch. What does not fit after all (a number beyond 64 bits, an infinite one, half a
character) is left to `shapes.fitted`, which looks at every value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from operator import is_not
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from msgspec.structs import astuple

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Mould:
    """A shape taken apart: the moulds and names of a struct's fields, the one of a list's values, or a leaf's number type."""

    shape: pa.DataType
    inner: tuple[Mould, ...] = ()
    fields: tuple[pa.Field, ...] = ()
    number: np.dtype[Any] | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """The values of one block: `count` of them, all null where nothing else is set.

    Of a leaf the `values`; of a struct or list which of them are `held` (None: all), and the casts of what these hold, a
    list's one after another with its `lengths`.
    """

    count: int
    values: np.ndarray | pa.Array | None = None
    held: np.ndarray | None = None
    inner: tuple[Cast, ...] = ()
    lengths: np.ndarray | None = None


def mould(shape: pa.DataType) -> Mould:
    """Take a shape of structs, lists, texts, integers and floats apart."""
    if pa.types.is_struct(shape):
        return Mould(shape, tuple(mould(one.type) for one in shape), tuple(shape))
    if pa.types.is_list(shape):
        return Mould(shape, (mould(shape.value_type),))
    return Mould(shape, number=None if pa.types.is_string(shape) else np.dtype(shape.to_pandas_dtype()))


def poured(values: Sequence[Any], into: Mould) -> Cast | None:
    """Take apart what `shapes.typed`'s exact decoder made of a block, or answer None where a value does not fit."""
    try:
        return _poured(values, into)
    except (OverflowError, UnicodeError, pa.ArrowInvalid):
        return None


def joined(casts: Sequence[Cast], mould: Mould) -> pa.Array:
    """Put what several blocks hold together to one array."""
    if not any(one.values is not None or one.inner for one in casts):
        return pa.nulls(sum(one.count for one in casts), mould.shape)
    if not mould.inner:
        return _leaf(casts, mould)
    some = [one for one in casts if one.inner]
    children = [
        joined(of, one) for of, one in zip(zip(*(cast.inner for cast in some), strict=True), mould.inner, strict=True)
    ]
    held = np.concatenate([_all_held(one) for one in casts])
    if mould.fields:
        whole = pa.StructArray.from_arrays(children, fields=mould.fields)
        # most segments are no visit: what is not there is made by one gap in Arrow, not by nulls of every field
        return whole if held.all() else whole.take(pa.array(np.cumsum(held) - 1, mask=~held))
    ends = np.zeros(len(held) + 1, np.int32)
    ends[1:][held] = np.concatenate([one.lengths for one in some if one.lengths is not None])
    offsets = pa.array(np.cumsum(ends, dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, children[0], type=mould.shape, mask=pa.array(~held))


def _leaf(casts: Sequence[Cast], mould: Mould) -> pa.Array:
    numbers = [one.values for one in casts if isinstance(one.values, np.ndarray)]
    if len(numbers) == len(casts):
        return pa.array(np.concatenate(numbers))
    pieces = [pa.nulls(one.count, mould.shape) if one.values is None else one.values for one in casts]
    return pa.concat_arrays([pa.array(one) if isinstance(one, np.ndarray) else one for one in pieces])


def _all_held(one: Cast) -> np.ndarray:
    return one.held if one.held is not None else np.full(one.count, bool(one.inner))


def _poured(values: Sequence[Any], into: Mould) -> Cast:
    count = len(values)
    # most of a format's fields are not in most files
    if not count or (values[0] is None and values.count(None) == count):
        return Cast(count)
    if into.inner:
        return _structs(values, into) if into.fields else _list(values, into)
    return Cast(count, _values(values, into))


def _values(values: Sequence[Any], into: Mould) -> np.ndarray | pa.Array:
    if into.number is None:
        return pa.array(values, into.shape)
    try:
        numbers = np.fromiter(values, into.number, len(values))
    except TypeError:
        # one of them is null
        return pa.array(values, into.shape)
    if into.number.kind == "f" and not np.isfinite(numbers).all():
        # 1e400 is a number to a parser, and infinite as a float; no JSON holds NaN, so that is what NumPy makes of null
        if np.isinf(numbers).any():
            raise OverflowError
        return pa.array(numbers, mask=np.isnan(numbers))
    return numbers


def _list(values: Sequence[Any], into: Mould) -> Cast:
    held = np.fromiter(map(is_not, values, repeat(None)), bool, len(values))
    here = [value for value in values if value is not None]
    child = _poured(list(chain.from_iterable(here)), into.inner[0])
    return Cast(len(values), held=held, inner=(child,), lengths=np.fromiter(map(len, here), np.int32, len(here)))


def _structs(values: Sequence[Any], into: Mould) -> Cast:
    held = None
    try:
        # all fields of an element at once, while it is at hand; no tuple is kept: a thousand of them would wake the collector
        flat = list(chain.from_iterable(map(astuple, values)))
    except TypeError:
        # one of them is null; a struct is true whatever it holds
        held = np.fromiter(map(is_not, values, repeat(None)), bool, len(values))
        flat = list(chain.from_iterable(map(astuple, filter(None, values))))
    width = len(into.fields)
    inner = tuple(_poured(flat[at::width], one) for at, one in enumerate(into.inner))
    return Cast(len(values), held=held, inner=inner)
