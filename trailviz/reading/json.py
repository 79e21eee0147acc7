"""JSON of any size: arrays streamed element by element into typed columns, in batches.

Elements are numbered from 1 within their array. A value of another shape than the format's becomes null and is noted
by its key; a file that breaks off keeps the elements before the break.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

import ijson
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Cells, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BATCH = 20_000
DEEPEST = 60
LARGEST_INTEGER = 1 << 63


def json_cells(file: BinaryIO, arrays: Mapping[str, pa.StructType], *, batch: int = BATCH) -> Iterator[Cells]:
    """Stream arrays of a JSON document into cells, one pass an array.

    Args:
        file: The document, seekable, read as bytes.
        arrays: The path of each array's elements (`locations.item`, `item` for a top-level array, or an object's own
            path for a single element) and the fields wanted of them; other keys are passed over.
        batch: Elements a batch.

    Yields:
        Cells whose columns are the struct's fields, `sheet` the array's name, `row` the element's number.

    Raises:
        BrokenFileError: After the last whole element, if the document breaks off or nests too deep.
    """
    for path, shape in arrays.items():
        file.seek(0)
        number = 1
        elements = ijson.items(_without_mark(file), path, use_float=True)
        broken = False
        while not broken:
            found: list[object] = []
            try:
                found.extend(islice(elements, batch))
            except (ijson.JSONError, UnicodeDecodeError, RecursionError, OverflowError):
                broken = True
            if not found and not broken:
                break
            if found:
                yield _cells(found, shape, number, path.removesuffix("item").rstrip(".") or "the list")
            number += len(found)
        if broken:
            raise BrokenFileError("json_breaks_off")


def paths_in(head: bytes) -> frozenset[str]:
    """List the key paths a JSON head shows (`locations.item.latitudeE7`), as far as it can be read."""
    seen: set[str] = set()
    try:
        for prefix, event, value in ijson.parse(head.removeprefix(b"\xef\xbb\xbf"), use_float=True):
            if prefix.count(".") > DEEPEST:
                break
            if event == "map_key":
                seen.add(f"{prefix}.{value}" if prefix else str(value))
            elif event == "start_array":
                seen.add(f"{prefix}[]")
    except (ijson.JSONError, UnicodeDecodeError):
        pass
    return frozenset(seen)


class _Unmarked:
    """A file without its byte-order mark, as ijson wants it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)


def _without_mark(file: BinaryIO) -> _Unmarked:
    return _Unmarked(file)


def _cells(found: list[object], shape: pa.StructType, number: int, sheet: str) -> Cells:
    rows = np.arange(number, number + len(found), dtype=np.int32)
    notes: list[Unreadable] = []
    try:
        # Arrow would cut 52.5 down to an integer without a word; by way of floats it refuses
        whole = pa.array(found, _loosened(shape)).cast(shape)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeError):
        fitted = [_fit(one, shape, int(row), "", notes) for one, row in zip(found, rows, strict=True)]
        whole = pa.array(fitted, shape)
    columns = {field.name: whole.field(index) for index, field in enumerate(shape)}
    valid = np.asarray(pc.is_valid(whole))
    if not valid.all():
        columns = {
            name: pc.if_else(pa.array(valid), column, pa.scalar(None, column.type)) for name, column in columns.items()
        }
    return Cells(columns, rows, sheet=sheet, unreadable=notes, encoding="utf-8")


def _loosened(shape: pa.DataType) -> pa.DataType:
    """Answer the shape with floats in place of integers."""
    if pa.types.is_struct(shape):
        return pa.struct([(one.name, _loosened(one.type)) for one in shape])
    if pa.types.is_list(shape):
        return pa.list_(_loosened(shape.value_type))
    return pa.float64() if pa.types.is_integer(shape) else shape


def _fit(value: object, shape: pa.DataType, row: int, key: str, notes: list[Unreadable]) -> object:
    """Make a value fit the shape; what cannot is null, and noted unless it was null."""
    if value is None:
        return None
    if pa.types.is_struct(shape) and isinstance(value, dict):
        return {f.name: _fit(value.get(f.name), f.type, row, f"{key}.{f.name}".lstrip("."), notes) for f in shape}
    if pa.types.is_list(shape) and isinstance(value, list):
        return [_fit(one, shape.value_type, row, key, notes) for one in value]
    fitted = _fitted(value, shape) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    if fitted is None:
        notes.append(Unreadable(row, key or "element", _expected(shape)))
    return fitted


def _fitted(value: str | float, shape: pa.DataType) -> object:
    """Make a text or number of the wanted kind, exactly, or answer None."""
    if pa.types.is_string(shape):
        return str(value).encode("utf-8", "replace").decode()
    try:
        number = float(value)
        if pa.types.is_floating(shape):
            return number
        whole = int(value) if pa.types.is_integer(shape) else None
    except (ValueError, OverflowError):
        return None
    return whole if whole is not None and abs(whole) < LARGEST_INTEGER and whole == number else None


def _expected(shape: pa.DataType) -> str:
    if pa.types.is_struct(shape):
        return "an object"
    if pa.types.is_list(shape):
        return "a list"
    return "a text" if pa.types.is_string(shape) else "a number"
