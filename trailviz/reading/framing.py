"""Where the elements of a JSON array begin and end, found block by block without parsing what lies between.

Brackets outside strings give the depth; a closing bracket that comes back to the array's depth ends an element. The
strict parse of what was cut out is the proof that it was cut rightly.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import msgspec
import numpy as np

from trailviz.reading.broken import BrokenFileError

if TYPE_CHECKING:
    import io
    from collections.abc import Container, Iterator, Mapping

# on 304 MB of Records.json as fast as blocks of 4 MB, with a quarter less memory
BLOCK = 1 << 19  # what is cut, decoded and let go stays within the processor's cache
# deeper than any export nests
DEEPEST = 60
LARGEST_ELEMENT = 64 << 20
LONGEST_KEY = 1 << 10
MARK = b"\xef\xbb\xbf"
QUOTE, CURLY, OPENING, CLOSING, ARRAY, LIST_END, COMMA = 34, 0x20, 0x7B, 0x7D, 0x5B, 0x5D, 44
SPACES = b" \t\r\n"
KEY = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:\s*$')
BORDER = re.compile(rb'^\s*,\s*\{\s*"[A-Za-z0-9]+"')
"""What stands between two objects of an array, up to the first key of the second."""
UNREADABLE = object()
"""Stands for an element, or a number, that is no JSON."""


@dataclass(frozen=True)
class Typed:
    """Decoders of a list of elements: of exactly the wanted kinds, and of numbers that may be written as texts."""

    exact: msgspec.json.Decoder[Any]
    lenient: msgspec.json.Decoder[Any]


@dataclass
class Structure:
    """The brackets of a document, block by block: `positions` of those outside strings, and the `depth` after each."""

    depth: int = 0
    quoted: int = 0
    escape: bytes = b""
    positions: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    depths: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    opens: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def feed(self, block: bytes) -> int:
        """Take the next block; answer how many of its bytes come before it nests too deep (all, as a rule)."""
        # an escaped quote ends no string; blanks in its place keep every position
        plain = self.escape + block
        if b"\\" in plain:
            # pairs first: a quote after an escaped backslash does end its string
            plain = plain.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
        data = np.frombuffer(plain, np.uint8)[len(self.escape) :]
        # an escape may be cut in two by the end of the block
        self.escape = b"\\" if plain.endswith(b"\\") else b""
        # `[` and `{` differ in one bit, as `]` and `}` do: one comparison finds both
        folded = data | CURLY
        marks = np.flatnonzero((data == QUOTE) | (folded == OPENING) | (folded == CLOSING))
        strings = data[marks] == QUOTE
        inside = (np.cumsum(strings) + self.quoted) % 2 == 1
        kept = ~strings & ~inside
        self.positions = marks[kept]
        self.opens = folded[self.positions] == OPENING
        self.depths = self.depth + np.cumsum(np.where(self.opens, 1, -1))
        self.quoted = (self.quoted + int(strings.sum())) % 2
        if not len(self.depths):
            return len(block)
        self.depth = int(self.depths[-1])
        deep = self.depths > DEEPEST
        return int(self.positions[int(np.argmax(deep))]) if deep.any() else len(block)


class Shallow:
    """A document without its byte-order mark that ends where it nests too deep.

    A parser that writes every element's path out pays for depth with its square.
    """

    def __init__(self, file: BinaryIO) -> None:
        """Begin at the start of a seekable file."""
        self._file, self._structure, self._ended, self._back = file, Structure(), False, b""
        file.seek(0)
        if file.read(len(MARK)) != MARK:
            file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read up to where the document ends or nests too deep."""
        raw = b"" if self._ended else self._back or self._file.read(size)
        self._back = b""
        most = self._structure.feed(raw)
        self._ended = most < len(raw)
        return raw[:most]

    def ahead(self, room: memoryview) -> int:
        """Read on into this memory without looking at the structure; what is not proven is to be put `back`."""
        if self._ended:
            return 0
        # every source is a buffered file of bytes, which `BinaryIO` does not say
        return cast("io.BufferedIOBase", self._file).readinto(room)

    def back(self, unread: bytes, depth: int) -> None:
        """Go on from here: `unread` begins between two elements of the array at this depth."""
        self._back = unread
        self._structure = Structure(depth=depth)

    @property
    def whole(self) -> bool:
        """Say whether what was read closes every bracket and quote it opened."""
        return not self._ended and self._structure.depth == 0 and not self._structure.quoted

    @property
    def structure(self) -> Structure:
        """The brackets of the block read last."""
        return self._structure


def elements(
    file: BinaryIO, key: str | None, *, size: int = BLOCK, typed: Typed | None = None
) -> Iterator[list[object]]:
    """Yield the elements of the array under one key, as `arrays` does."""
    return (found for _, found in arrays(file, {key: typed}, size=size))


def arrays(
    file: BinaryIO, wanted: Mapping[str | None, Typed | None], *, size: int = BLOCK, single: Container[str | None] = ()
) -> Iterator[tuple[str | None, list[object]]]:
    """Yield the elements of the arrays under keys of the top object (or, under None alone, of the top array), in lists.

    What stands under a key of `single` is one element, and a list there is none but itself.

    The document is read once, `size` bytes at a time; the elements do not depend on it. Where `wanted` has decoders,
    elements that are all of one shape come as its structs, several times as fast; others as plain objects. An element
    that is no JSON is `UNREADABLE`; numbers that are none (NaN) are so too.

    Raises:
        BrokenFileError: After the last whole element, if the document breaks off, nests too deep or holds an element
            of more than 64 MB.
    """
    document = Shallow(file)
    named = {json.dumps(key)[1:-1].encode(): key for key in wanted if key is not None}
    level = 2 if named else 1
    before, current = b"", None
    while block := document.read(size):
        at = 0
        for position, opening in _shifts(document.structure, level, len(block)):
            if current is not None and not opening:
                # the array ends: what lies between is the rest of it; what is one element ends with its own bracket
                yield from current.decoded(block[at : position + current.single])
                current = None
            elif current is None and opening:
                # the key may have been written at the end of the block before
                name = _name(before, block[:position]) if named else None
                if named and name not in named:
                    continue
                key = named[name] if name is not None else None
                if key in single or block[position] == ARRAY:
                    current = _Array(key, wanted[key], single=key in single)
                    at = position + (not current.single)
        before = (before + block[-LONGEST_KEY:])[-LONGEST_KEY:]
        if current is None:
            continue
        end = None if current.single else _last_end(document.structure, level, at, len(block))
        if end is None:
            current.keep(block[at:])
            continue
        yield from current.decoded(block[at:end])
        current.keep(block[end:])
        yield from current.proven(document, size)
        # what was not proven is read again, with its structure
        document.back(current.pending, level)
        current.pending = b""
    if not document.whole:
        raise BrokenFileError("json_breaks_off")


@dataclass
class _Array:
    """An array while it is read: what was read of it and not decoded yet, and whether it still has its first element."""

    key: str | None
    typed: Typed | None
    pending: bytes = b""
    first: bool = True
    single: bool = False

    def keep(self, piece: bytes) -> None:
        self.pending += piece
        # an element that never closes would fill the memory
        if len(self.pending) > LARGEST_ELEMENT:
            raise BrokenFileError("json_breaks_off")

    def decoded(self, piece: bytes) -> Iterator[tuple[str | None, list[object]]]:
        """Yield what was kept and a piece that ends with an element, or with the array."""
        whole, first = self.pending + piece, self.first
        self.pending, self.first = b"", False
        for found in _decoded(whole, self.typed, first=first):
            yield self.key, found

    def proven(self, document: Shallow, size: int) -> Iterator[tuple[str | None, list[object]]]:
        """Yield elements as long as the strict parse of all that lies before a likely border succeeds; the rest is kept.

        What begins at an element and parses as a list of elements ends with one, whatever its texts hold: so nothing
        need be known of the brackets within.
        """
        border = BORDER.search(self.pending)
        if self.typed is None or border is None:
            return
        # read, cut and decoded in one place: the same half megabyte stays in the processor's cache
        buffer, filled = bytearray(len(self.pending) + 2 * size), len(self.pending)
        room = memoryview(buffer)
        room[:filled] = self.pending
        closed = b"}" + border[0]
        while filled + size <= len(buffer) and (count := document.ahead(room[filled : filled + size])):
            filled += count
            end = buffer.rfind(closed, 0, filled) + 1
            start = buffer.find(b",", 0, end)
            # what does not begin with a comma is not at a border: the brackets have to tell
            if not end or start < 0 or buffer[:start].strip(SPACES):
                break
            after = buffer[end]
            # the comma before the first element and what comes after the last make room for the brackets of a list
            buffer[start], buffer[end] = ARRAY, LIST_END
            try:
                found = self.typed.exact.decode(room[start : end + 1])
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                found = None
            buffer[start], buffer[end] = COMMA, after
            if found is None:
                break
            filled -= end
            room[:filled] = buffer[end : end + filled]
            yield self.key, found
            del found  # or two blocks of elements would be held at once
        self.pending = bytes(room[:filled])


def _last_end(structure: Structure, level: int, after: int, most: int) -> int | None:
    """Find where the last element of an array ends that began `after`, before where the document nests too deep."""
    ends = structure.positions[~structure.opens & (structure.depths == level)] + 1
    ends = ends[(ends > after) & (ends <= most)]
    return int(ends[-1]) if len(ends) else None


def _shifts(structure: Structure, level: int, most: int) -> list[tuple[int, bool]]:
    """Find the brackets that close an array of this level, or may open one: position, and whether it opens."""
    closing = ~structure.opens & (structure.depths == level - 1)
    opening = structure.opens & (structure.depths == level)
    found = np.flatnonzero((closing | opening) & (structure.positions < most))
    return list(zip(structure.positions[found].tolist(), structure.opens[found].tolist(), strict=True))


def _name(before: bytes, block: bytes) -> bytes | None:
    """Answer the key, as it is written, that what begins after this block stands under; None where it is under none."""
    nearest = (before + block)[-LONGEST_KEY:]
    found = KEY.search(nearest)
    return found[1] if found else None


def _decoded(piece: bytes, typed: Typed | None, *, first: bool) -> Iterator[list[object]]:
    """Parse some elements, which after the first begin with a comma; one by one where they do not parse together."""
    piece = piece.strip(SPACES)
    piece = piece if first else piece.removeprefix(b",")
    if not piece.strip():
        return
    listed = b"[" + piece + b"]"
    for decoder in (typed.exact, typed.lenient) if typed is not None else ():
        try:
            yield decoder.decode(listed)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue  # one of them has another shape: as plain objects in the end, each of which is judged by itself
        return
    try:
        yield msgspec.json.decode(listed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        structure = Structure()
        structure.feed(piece)
        ends = (structure.positions[~structure.opens & (structure.depths == 0)] + 1).tolist()
        # the last may lack its end where the file breaks off, and is a row all the same
        if not ends or piece[ends[-1] :].strip():
            ends.append(len(piece))
        yield [_alone(piece[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _alone(element: bytes) -> object:
    """Parse one element as leniently as its meaning stays sure."""
    text = element.decode("utf-8", "replace").strip().removeprefix(",")
    try:
        return json.loads(text, parse_constant=lambda _: UNREADABLE, strict=False)
    except (ValueError, RecursionError):
        return UNREADABLE
