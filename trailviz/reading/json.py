"""JSON of any size: arrays streamed element by element into typed columns, in batches.

Elements are numbered from 1 within their array. A value of another shape than the format's becomes null and is noted
by its key; a file that breaks off keeps the elements before the break.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, BinaryIO

import ijson
import numpy as np
import pyarrow as pa

from trailviz.reading import framing
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Cells
from trailviz.reading.framing import BLOCK, Shallow, elements
from trailviz.reading.moulds import Cast, Mould, joined, mould, poured
from trailviz.reading.shapes import Exact, Notes, fitted, holds_lists, typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# no power of two: Arrow's allocator gives 256 KB and a little more for a column of these a fifth too much (0002)
BATCH = 32_000
NESTED_BATCH = 8_000
LARGEST_DOCUMENT = 1 << 24
LARGEST_LINE = 1 << 20


def json_cells(file: BinaryIO, arrays: Mapping[str, pa.StructType], *, batch: int | None = None) -> Iterator[Cells]:
    """Stream arrays of a JSON document into cells: those right under its top in one pass, others each in one of its own.

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
    plain = [path for path in arrays if path.removesuffix(".item").count(".") == 0]
    met: set[str | None] = set()
    yield from _in_one_pass(file, {path: arrays[path] for path in plain}, batch, met)
    for path, shape in arrays.items():
        # where an object should be may stand a number, which has no brackets to be found by
        if path not in plain or (path == _key(path) and path not in met):
            yield from _by_path(file, path, shape, batch)


def _in_one_pass(
    file: BinaryIO, shapes: Mapping[str, pa.StructType], batch: int | None, met: set[str | None]
) -> Iterator[Cells]:
    """Read arrays and objects that stand at the top, or right under it, in the order they have in the document."""
    if not shapes:
        return
    paths = {_key(path): path for path in shapes}
    wanted = {key: typed(shapes[path]) for key, path in paths.items()}
    single = {key for key, path in paths.items() if path == key}
    for cells in _told(
        ((paths[key], some) for key, some in framing.arrays(file, wanted, single=single)), shapes, batch
    ):
        met.add(cells.sheet)
        yield cells


def _by_path(file: BinaryIO, path: str, shape: pa.StructType, batch: int | None) -> Iterator[Cells]:
    """Read what lies under any path, in a pass of its own."""
    # a pass that finds nothing is not cheap
    if _mentions(file, path):
        yield from _told(((path, some) for some in _streamed(file, path)), {path: shape}, batch)


def _key(path: str) -> str | None:
    """Answer the key of the top object something stands under; None for the top array itself."""
    return path.removesuffix("item").removesuffix(".") or None


def _told(
    found: Iterator[tuple[str, list[object]]], shapes: Mapping[str, pa.StructType], batch: int | None
) -> Iterator[Cells]:
    """Make cells of elements, which are numbered within their array; a break comes after what was read before it."""
    number = dict.fromkeys(shapes, 1)
    moulds = {path: mould(shape) for path, shape in shapes.items()}
    waiting = _Batch("", mould(pa.struct([])), 1)
    try:
        for path, some in found:
            size = batch or _size(shapes[path])
            if path != waiting.path:
                if len(waiting):
                    yield waiting.cells()
                waiting = _Batch(path, moulds[path], number[path])
            for start, end in _cuts(len(waiting), len(some), size):
                waiting.take(some if end - start == len(some) else some[start:end])
                number[path] += end - start
                if len(waiting) == size:
                    yield waiting.cells()
                    waiting = _Batch(path, moulds[path], number[path])
            # whoever still holds the list need not hold the elements: the next are made in their memory
            some.clear()
    except BrokenFileError:
        if len(waiting):
            yield waiting.cells()
        raise
    if len(waiting):
        yield waiting.cells()


def _cuts(waiting: int, count: int, size: int) -> list[tuple[int, int]]:
    """Say where to cut some elements so that a batch that waits is filled, and others after it."""
    ends = [*range(size - waiting, count, size), count]
    return list(zip([0, *ends[:-1]], ends, strict=True))


@dataclass
class _Batch:
    """Elements of one array as they come, each list made into columns at once: as objects they take ten times the memory."""

    path: str
    mould: Mould
    first: int
    pieces: list[Cast | pa.Array] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    count: int = 0

    def __len__(self) -> int:
        return self.count

    def take(self, some: list[object]) -> None:
        start = self.first + self.count
        piece = poured(some, self.mould) if some and isinstance(some[0], Exact) else None
        if piece is None:
            rows = np.arange(start, start + len(some), dtype=np.int32)
            piece = fitted(some, rows, self.mould.shape, "", self.notes)
        self.pieces.append(piece)
        self.count += len(some)

    def cells(self) -> Cells:
        arrays: list[pa.Array] = []
        for quick, run in groupby(self.pieces, lambda one: isinstance(one, Cast)):
            some = list(run)
            arrays.extend([joined(some, self.mould)] if quick else some)
        self.pieces.clear()
        whole = arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)
        columns = dict(zip((one.name for one in self.mould.fields), whole.flatten(), strict=True))
        rows = np.arange(self.first, self.first + self.count, dtype=np.int32)
        sheet = self.path.removesuffix("item").rstrip(".") or "the list"
        notices = Counter(unreadable_cells=self.notes.more) if self.notes.more else Counter[str]()
        return Cells(columns, rows, sheet=sheet, unreadable=self.notes.first, notices=notices, encoding="utf-8")


def _size(shape: pa.StructType) -> int:
    return NESTED_BATCH if holds_lists(shape) else BATCH


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
    # repr would write 1e-05, which is no way to write degrees
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _streamed(file: BinaryIO, path: str) -> Iterator[list[object]]:
    """Yield what lies under any path, in lists of any length."""
    streamed = ijson.items(Shallow(file), path, use_float=True)
    while True:
        found: list[object] = []
        try:
            # extend, not list(): what came before the break is kept
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
        # the key may be cut in two by the end of a block
        tail = block[-len(wanted) :]
    return False


def paths_in(head: bytes) -> frozenset[str]:
    """List the key paths a JSON head shows (`locations.item.latitudeE7`), as far as it can be read."""
    seen: set[str] = set()
    try:
        for prefix, event, value in ijson.parse(Shallow(io.BytesIO(head)), use_float=True):
            if event == "map_key":
                seen.add(f"{prefix}.{value}" if prefix else str(value))
            elif event == "start_array":
                seen.add(f"{prefix}[]")
    # a head ends in mid-word as a rule; the keys before it are enough
    except (ijson.JSONError, UnicodeDecodeError):
        pass
    return frozenset(seen)
