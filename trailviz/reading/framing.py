"""Where the elements of a JSON array begin and end, found block by block without parsing what lies between.

Brackets outside strings give the depth; a closing bracket that comes back to the array's depth ends an element. The
strict parse of what was cut out is the proof that it was cut rightly.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
import numpy as np

from trailviz.reading.broken import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1 << 20
DEEPEST = 60
LARGEST_ELEMENT = 64 << 20
LONGEST_KEY = 1 << 10
MARK = b"\xef\xbb\xbf"
QUOTE, CURLY, OPENING, CLOSING, ARRAY = 34, 0x20, 0x7B, 0x7D, 0x5B
UNREADABLE = object()
"""Stands for an element, or a number, that is no JSON."""


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
            plain = plain.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
        data = np.frombuffer(plain, np.uint8)[len(self.escape) :]
        self.escape = b"\\" if plain.endswith(b"\\") else b""
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
        self._file, self._structure, self._ended = file, Structure(), False
        file.seek(0)
        if file.read(len(MARK)) != MARK:
            file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read up to where the document ends or nests too deep."""
        raw = b"" if self._ended else self._file.read(size)
        most = self._structure.feed(raw)
        self._ended = most < len(raw)
        return raw[:most]

    @property
    def whole(self) -> bool:
        """Say whether what was read closes every bracket and quote it opened."""
        return not self._ended and self._structure.depth == 0 and not self._structure.quoted

    @property
    def structure(self) -> Structure:
        """The brackets of the block read last."""
        return self._structure


def elements(
    file: BinaryIO, key: str | None, *, size: int = BLOCK, typed: msgspec.json.Decoder[Any] | None = None
) -> Iterator[list[object]]:
    """Yield the elements of the array under a key of the top object (or, without a key, of the top array), in lists.

    The document is read `size` bytes at a time; the elements do not depend on it. With a `typed` decoder of a list, elements
    that are all of its shape come as its structs, several times as fast; others as plain objects. An element that is no JSON is `UNREADABLE`; numbers that are none (NaN) are so too.

    Raises:
        BrokenFileError: After the last whole element, if the document breaks off, nests too deep or holds an element
            of more than 64 MB.
    """
    document = Shallow(file)
    named = re.compile(rb'"' + re.escape(json.dumps(key)[1:-1].encode()) + rb'"\s*:\s*$') if key is not None else None
    level = 1 if key is None else 2
    pending, before, open_array, first = b"", b"", False, True
    while block := document.read(size):
        structure = document.structure
        at = 0
        for position, opening in _shifts(structure, level, len(block)):
            if not opening and open_array:
                # the array ends: what lies between is the rest of it
                yield from _decoded(pending + block[at:position], typed, first=first)
                open_array, pending = False, b""
            elif opening and not open_array and block[position] == ARRAY and _is_named(named, before, block[:position]):
                open_array, at, first = True, position + 1, True
        ends = structure.positions[~structure.opens & (structure.depths == level)] + 1
        ends = ends[(ends > at) & (ends <= len(block))]
        if open_array and len(ends):
            yield from _decoded(pending + block[at : ends[-1]], typed, first=first)
            pending, at, first = b"", int(ends[-1]), False
        pending = pending + block[at:] if open_array else b""
        if len(pending) > LARGEST_ELEMENT:
            raise BrokenFileError("json_breaks_off")
        before = (before + block[-LONGEST_KEY:])[-LONGEST_KEY:]
    if not document.whole:
        raise BrokenFileError("json_breaks_off")


def _shifts(structure: Structure, level: int, most: int) -> list[tuple[int, bool]]:
    """Find the brackets that close an array of this level, or may open one: position, and whether it opens."""
    closing = ~structure.opens & (structure.depths == level - 1)
    opening = structure.opens & (structure.depths == level)
    found = np.flatnonzero((closing | opening) & (structure.positions < most))
    return list(zip(structure.positions[found].tolist(), structure.opens[found].tolist(), strict=True))


def _is_named(named: re.Pattern[bytes] | None, before: bytes, block: bytes) -> bool:
    nearest = (before + block[-LONGEST_KEY:]) if len(block) < LONGEST_KEY else block[-LONGEST_KEY:]
    return named is None or named.search(nearest) is not None


def _decoded(piece: bytes, typed: msgspec.json.Decoder[Any] | None, *, first: bool) -> Iterator[list[object]]:
    """Parse some elements, which after the first begin with a comma; one by one where they do not parse together."""
    piece = piece.strip(b" \t\r\n")
    piece = piece if first else piece.removeprefix(b",")
    if not piece.strip():
        return
    listed = b"[" + piece + b"]"
    if typed is not None:
        try:
            yield typed.decode(listed)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # one of them has another shape: as plain objects, then, each of which is judged by itself
        else:
            return
    try:
        yield msgspec.json.decode(listed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        structure = Structure()
        structure.feed(piece)
        ends = (structure.positions[~structure.opens & (structure.depths == 0)] + 1).tolist()
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
