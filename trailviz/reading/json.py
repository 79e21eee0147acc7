"""JSON of any size: arrays streamed element by element into typed columns, in batches.

Elements are numbered from 1 within their array. A value of another shape than the format's becomes null and is noted
by its key; a file that breaks off keeps the elements before the break.
"""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

import ijson
import numpy as np
import pyarrow as pa

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Cells, Unreadable
from trailviz.reading.shapes import fitted, holds_lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BATCH = 20_000
NESTED_BATCH = 4_000
DEEPEST = 60
MARK = b"\xef\xbb\xbf"
QUOTE, CURLY, OPENING, CLOSING = 34, 0x20, 0x7B, 0x7D


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
        file.seek(0)
        number = 1
        size = batch or (NESTED_BATCH if holds_lists(shape) else BATCH)
        elements = ijson.items(_Shallow(file), path, use_float=True)
        broken = False
        while not broken:
            found: list[object] = []
            try:
                found.extend(islice(elements, size))
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
        for prefix, event, value in ijson.parse(_Shallow(io.BytesIO(head)), use_float=True):
            if event == "map_key":
                seen.add(f"{prefix}.{value}" if prefix else str(value))
            elif event == "start_array":
                seen.add(f"{prefix}[]")
    except (ijson.JSONError, UnicodeDecodeError):
        pass
    return frozenset(seen)


class _Shallow:
    """A document without its byte-order mark that ends where it nests too deep.

    The parser writes every element's path out, so that depth costs it the square of itself.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.rest, self.depth, self.quoted, self.ended = b"", 0, 0, False
        if file.read(len(MARK)) != MARK:
            file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read up to where the document ends or nests too deep."""
        raw = b"" if self.ended else self.file.read(size)
        # brackets count outside strings only, and an escaped quote ends none; both blanks keep their places
        plain = (self.rest + raw).replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
        cut = len(self.rest)
        self.rest = b"\\" if plain.endswith(b"\\") else b""
        data = np.frombuffer(plain, np.uint8)[cut:]
        marks = np.flatnonzero((data == QUOTE) | ((data | CURLY) == OPENING) | ((data | CURLY) == CLOSING))
        kinds = data[marks]
        strings = kinds == QUOTE
        inside = (np.cumsum(strings) + self.quoted) % 2 == 1
        steps = np.where(strings | inside, 0, np.where(kinds | CURLY == OPENING, 1, -1))
        depth = self.depth + np.cumsum(steps)
        if len(depth) and depth.max() > DEEPEST:
            self.ended = True
            return raw[: int(marks[int(np.argmax(depth > DEEPEST))])]
        self.depth = int(depth[-1]) if len(depth) else self.depth
        self.quoted = (self.quoted + int(strings.sum())) % 2
        return raw


def _cells(found: list[object], shape: pa.StructType, number: int, sheet: str) -> Cells:
    rows = np.arange(number, number + len(found), dtype=np.int32)
    notes: list[Unreadable] = []
    whole = fitted(found, rows, shape, "", notes)
    columns = dict(zip((field.name for field in shape), whole.flatten(), strict=True))
    return Cells(columns, rows, sheet=sheet, unreadable=notes, encoding="utf-8")
