"""JSON of any size: arrays streamed element by element into typed columns, in batches.

Elements are numbered from 1 within their array. A value of another shape than the format's becomes null and is noted
by its key; a file that breaks off keeps the elements before the break.
"""

from __future__ import annotations

import io
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import ijson
import msgspec
import numpy as np
import pyarrow as pa

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Cells, Unreadable
from trailviz.reading.framing import BLOCK, Shallow, elements
from trailviz.reading.shapes import fitted, holds_lists, typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BATCH = 20_000
NESTED_BATCH = 4_000
LARGEST_DOCUMENT = 1 << 24
LARGEST_LINE = 1 << 20


def json_cells(file: BinaryIO, arrays: Mapping[str, pa.StructType], *, batch: int | None = None) -> Iterator[Cells]:
    """Stream arrays of a JSON document into cells, one pass an array.

    Args:
        file: The document, seekable, read as bytes.
        arrays: The path of each array's elements (`locations.item`, `item` for a top-level array, or an object's own
            path for a single element) and the fields wanted of them; other keys are passed over.
        batch: Elements a batch (fewer by default where elements hold lists).

    Yields:
        Cells whose columns are the struct's fields, `sheet` the array's name, `row` the element's number.

    Raises:
        BrokenFileError: After the last whole element, if the document breaks off or nests too deep.
    """
    for path, shape in arrays.items():
        size = batch or (NESTED_BATCH if holds_lists(shape) else BATCH)
        sheet = path.removesuffix("item").rstrip(".") or "the list"
        number = 1
        if len(arrays) > 1 and not _mentions(file, path):
            continue
        for found in _batches(_elements(file, path, typed(shape)), size):
            yield _cells(found, shape, number, sheet)
            number += len(found)


def json_objects(file: BinaryIO, key: str | None) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the array under a key of the top object (or of the top array), for formats of nested shapes.

    What is no object comes as an empty one, so that its number is not lost.

    Raises:
        BrokenFileError: After the last whole object, if the document breaks off or nests too deep.
    """
    file.seek(0)
    for found in elements(file, key):
        for one in found:
            yield one if isinstance(one, dict) else {}


def json_document(file: BinaryIO) -> Mapping[str, Any]:
    """Read a small document whole: one order, one pass. What is no object answers as an empty one.

    Raises:
        BrokenFileError: If it is no JSON, nests too deep, or is larger than any such document.
    """
    file.seek(0)
    data = file.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise BrokenFileError("json_breaks_off")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BrokenFileError("json_breaks_off") from None
    return found if isinstance(found, dict) else {}


def json_lines(file: BinaryIO) -> Iterator[Mapping[str, Any]]:
    """Yield the object of every line; a line that holds none comes as an empty one, so that its number is not lost."""
    file.seek(0)
    for line in file:
        if not line.strip():
            continue
        try:
            found = json.loads(line[:LARGEST_LINE].decode("utf-8-sig"))
        except (ValueError, RecursionError):
            found = {}
        yield found if isinstance(found, dict) else {}


def within(one: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Answer the object under these keys, an empty one where there is none."""
    for key in keys:
        inner = one.get(key)
        one = inner if isinstance(inner, dict) else {}
    return one


def said(value: object) -> str | None:
    """Write a scalar of JSON as text; lists, objects and null are None."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _elements(file: BinaryIO, path: str, decoder: msgspec.json.Decoder[Any]) -> Iterator[list[object]]:
    """Yield what lies under a path, in lists of any length."""
    key = path.removesuffix("item").removesuffix(".")
    if path == "item" or (path.endswith(".item") and "." not in key):
        yield from elements(file, key or None, typed=decoder)
        return
    streamed = ijson.items(Shallow(file), path, use_float=True)
    while True:
        found: list[object] = []
        try:
            found.extend(islice(streamed, BATCH))
        except (ijson.JSONError, UnicodeDecodeError, RecursionError, OverflowError):
            yield found
            raise BrokenFileError("json_breaks_off") from None
        if not found:
            return
        yield found


def _mentions(file: BinaryIO, path: str) -> bool:
    """Say whether a document writes the last key of a path at all: a pass that finds nothing is not cheap."""
    key = next((part for part in reversed(path.split(".")) if part != "item"), None)
    if key is None:
        return True
    wanted, tail = json.dumps(key).encode(), b""
    file.seek(0)
    while block := file.read(BLOCK):
        if wanted in tail + block:
            return True
        tail = block[-len(wanted) :]
    return False


def _batches(lists: Iterator[list[object]], size: int) -> Iterator[list[object]]:
    """Cut lists anew so that each holds `size` elements; a break comes after what was read before it."""
    waiting: list[object] = []
    try:
        for found in lists:
            waiting.extend(found)
            whole = len(waiting) // size * size
            yield from (waiting[start : start + size] for start in range(0, whole, size))
            del waiting[:whole]
    except BrokenFileError:
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting


def paths_in(head: bytes) -> frozenset[str]:
    """List the key paths a JSON head shows (`locations.item.latitudeE7`), as far as it can be read."""
    seen: set[str] = set()
    try:
        for prefix, event, value in ijson.parse(Shallow(io.BytesIO(head)), use_float=True):
            if event == "map_key":
                seen.add(f"{prefix}.{value}" if prefix else str(value))
            elif event == "start_array":
                seen.add(f"{prefix}[]")
    except (ijson.JSONError, UnicodeDecodeError):
        pass
    return frozenset(seen)


def _cells(found: list[object], shape: pa.StructType, number: int, sheet: str) -> Cells:
    rows = np.arange(number, number + len(found), dtype=np.int32)
    notes: list[Unreadable] = []
    kinds = set(map(type, found))
    if len(kinds) > 1 and any(issubclass(one, msgspec.Struct) for one in kinds):
        found = [msgspec.to_builtins(one) if isinstance(one, msgspec.Struct) else one for one in found]
    whole = fitted(found, rows, shape, "", notes)
    columns = dict(zip((field.name for field in shape), whole.flatten(), strict=True))
    return Cells(columns, rows, sheet=sheet, unreadable=notes, encoding="utf-8")
