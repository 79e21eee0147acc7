"""A vector tile (Mapbox Vector Tile 2.1) as columns: of each layer the kinds, words and outlines of its features.

Source: github.com/mapbox/vector-tile-spec, version 2.1. Read tolerantly: fields and layers nobody asked for are stepped over
by their length, and what is asked for is decoded for all features at once. A tile is at most `tiles.MOST_TILE` bytes, and
no number in it is believed beyond that: a count of points is held against the bytes that are left.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trailviz.reading.broken import BrokenFileError

BROKEN = "ground_broken"
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT, MOST_FEATURES = 10, 200_000
# Field numbers of the specification.
LAYER, NAME, FEATURE, KEY, VALUE, EXTENT = 3, 1, 2, 3, 4, 5
TAGS, TYPE, GEOMETRY = 2, 3, 4
STRING, FLOAT, DOUBLE, INT, UINT, SINT, BOOL = range(1, 8)
FLOATS = {FLOAT: (4, "<f"), DOUBLE: (8, "<d")}
POINT, LINE, POLYGON = 1, 2, 3
MOVE, DRAW, CLOSE = 1, 2, 7
DEFAULT_EXTENT, MOST_EXTENT = 4096, 1 << 22


def varints(raw: bytes) -> np.ndarray:
    """Decode all whole numbers of a run of bytes, seven bits a byte, the least first.

    Raises:
        BrokenFileError: `ground_broken`, if the last does not end or one is longer than ten bytes.
    """
    data = np.frombuffer(raw, np.uint8)
    ends = np.flatnonzero(data < 0x80)  # noqa: PLR2004 - the top bit says that another byte follows
    if not len(data):
        return np.zeros(0, np.uint64)
    if not len(ends) or ends[-1] != len(data) - 1:
        raise BrokenFileError(BROKEN)
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    longest = int(lengths.max())
    if longest > LONGEST_VARINT:
        raise BrokenFileError(BROKEN)
    values = np.zeros(len(ends), np.uint64)
    for step in range(longest):
        more = lengths > step
        values[more] |= (data[starts[more] + step].astype(np.uint64) & np.uint64(0x7F)) << np.uint64(7 * step)
    return values


def fields(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """Go through the fields of a protobuf message: the number, and where the value starts and ends.

    Of a field that is one number, start is that number and end is -1.
    """
    at, size = 0, len(raw)
    while at < size:
        tag, at = _varint(raw, at)
        number, wire = tag >> 3, tag & 7
        if wire == VARINT:
            value, at = _varint(raw, at)
            yield number, value, -1
            continue
        if wire == BYTES:
            length, at = _varint(raw, at)
        elif wire in {FIXED32, FIXED64}:
            length = 4 if wire == FIXED32 else 8
        else:
            raise BrokenFileError(BROKEN)
        if length > size - at:
            raise BrokenFileError(BROKEN)
        yield number, at, at + length
        at += length


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    for byte in raw[at : at + LONGEST_VARINT]:
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:  # noqa: PLR2004 - the top bit says that another byte follows
            return value, at
        shift += 7
    raise BrokenFileError(BROKEN)


@dataclass(frozen=True)
class Outlines:
    """Points of many parts in tile coordinates; `owner` is the number of the feature a part belongs to."""

    x: np.ndarray
    y: np.ndarray
    lengths: np.ndarray
    owner: np.ndarray


@dataclass(frozen=True)
class Layer:
    """One layer of a tile. Words and outlines are decoded when they are asked for."""

    name: str
    extent: int
    kind: np.ndarray
    keys: list[str]
    values: list[object]
    _tags: list[bytes]
    _geometry: list[bytes]

    @cached_property
    def _said(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which feature says which value under which key."""
        numbers = varints(b"".join(self._tags)).astype(np.int64)
        counts = _counts(self._tags)
        feature = np.repeat(np.arange(len(self._tags)), counts)
        place = np.arange(len(numbers)) - np.repeat(np.cumsum(counts) - counts, counts)
        is_key = (place % 2 == 0) & (place + 1 < np.repeat(counts, counts))
        key, value = numbers[is_key], numbers[np.flatnonzero(is_key) + 1]
        known = (key >= 0) & (key < len(self.keys)) & (value >= 0) & (value < len(self.values))
        return feature[is_key][known], key[known], value[known]

    def words(self, key: str) -> np.ndarray:
        """Answer what each feature says under a key, or None."""
        answer = np.full(len(self.kind), None, object)
        if key in self.keys:
            feature, keys, value = self._said
            here = keys == self.keys.index(key)
            answer[feature[here]] = np.array([*self.values, None], object)[value[here]]
        return answer

    @cached_property
    def outlines(self) -> Outlines:
        """Follow the pens of all features (section 4.3 of the specification)."""
        numbers = varints(b"".join(self._geometry))
        counts = _counts(self._geometry)
        return _followed(numbers, np.cumsum(counts) - counts, counts, self.kind)


def layers(raw: bytes, wanted: Callable[[str], bool]) -> Iterator[Layer]:
    """Go through the wanted layers of a tile.

    Raises:
        BrokenFileError: `ground_broken`.
    """
    for number, start, end in fields(raw):
        if number != LAYER or end < 0:
            continue
        body = raw[start:end]
        name = next((_text(body[a:b]) for one, a, b in fields(body) if one == NAME and b >= 0), "")
        if wanted(name):
            yield _layer(name, body)


def _layer(name: str, body: bytes) -> Layer:
    keys: list[str] = []
    values: list[object] = []
    kinds, tags, geometry, extent = [], [], [], DEFAULT_EXTENT
    for number, start, end in fields(body):
        if number == FEATURE and end >= 0:
            kind, tag, outline = _feature(body[start:end])
            kinds.append(kind)
            tags.append(tag)
            geometry.append(outline)
        elif number == KEY and end >= 0:
            keys.append(_text(body[start:end]))
        elif number == VALUE and end >= 0:
            values.append(_value(body[start:end]))
        elif number == EXTENT and end < 0:
            extent = start
    if not 0 < extent <= MOST_EXTENT or len(kinds) > MOST_FEATURES:
        raise BrokenFileError(BROKEN)
    return Layer(name, extent, np.array(kinds, np.int64), keys, values, tags, geometry)


def _feature(raw: bytes) -> tuple[int, bytes, bytes]:
    kind, tags, outline = 0, b"", b""
    for number, start, end in fields(raw):
        if number == TYPE and end < 0:
            kind = start if start <= POLYGON else 0
        elif number == TAGS and end >= 0:
            tags = raw[start:end]
        elif number == GEOMETRY and end >= 0:
            outline = raw[start:end]
    return kind, tags, outline


def _value(raw: bytes) -> object:
    for number, start, end in fields(raw):
        if number == STRING and end >= 0:
            return _text(raw[start:end])
        if number in FLOATS and end - start == FLOATS[number][0]:
            return float(struct.unpack(FLOATS[number][1], raw[start:end])[0])
        if end < 0:
            return bool(start) if number == BOOL else (start >> 1) ^ -(start & 1) if number == SINT else start
    return None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")


def _counts(each: list[bytes]) -> np.ndarray:
    """How many whole numbers each run of bytes holds."""
    ended = np.concatenate([[0], np.cumsum(np.frombuffer(b"".join(each), np.uint8) < 0x80)])  # noqa: PLR2004
    bounds = np.concatenate([[0], np.cumsum([len(one) for one in each])]).astype(np.int64)
    return np.diff(ended[bounds])


def _followed(numbers: np.ndarray, first: np.ndarray, counts: np.ndarray, kind: np.ndarray) -> Outlines:
    """Read commands one by one, and their points all at once."""
    told = numbers.tolist()
    runs: list[tuple[int, int, int, int]] = []
    part = -1
    for feature, (start, count, drawn) in enumerate(zip(first.tolist(), counts.tolist(), kind.tolist(), strict=True)):
        at, end, open_part = start, start + count, -1
        while at < end:
            command, points = told[at] & 7, told[at] >> 3
            at += 1
            if command == CLOSE:
                continue
            # Held against what is left: a count of a billion needs a billion numbers behind it.
            if command not in {MOVE, DRAW} or points > (end - at) // 2 or (command == DRAW and open_part < 0):
                raise BrokenFileError(BROKEN)
            if command == MOVE and points:
                part = open_part = part + 1
            if points:
                runs.append((at, points, feature, part if drawn else -1))
            at += 2 * points
    if not runs:
        none = np.zeros(0, np.int64)
        return Outlines(none, none, none, none)
    at, points, owner, parts = np.array(runs, np.int64).T
    place = np.repeat(at - 2 * (np.cumsum(points) - points), points) + 2 * np.arange(int(points.sum()))
    x, y = (_signed(numbers[place + one]) for one in (0, 1))
    # The pen starts at the tile's corner for each feature, and goes on from where it was.
    fresh = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    begins = (np.cumsum(points) - points)[fresh]
    lasts = np.diff(np.append(begins, len(place)))
    x, y = (_run(one, begins, lasts) for one in (x, y))
    per_point = np.repeat(parts, points)
    kept = per_point >= 0
    numbers_of, lengths = np.unique(per_point[kept], return_counts=True)
    owners = owner[np.searchsorted(parts, numbers_of)] if (parts >= 0).all() else _owners(parts, owner, numbers_of)
    return Outlines(x[kept], y[kept], lengths.astype(np.int64), owners)


def _owners(parts: np.ndarray, owner: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    drawn = parts >= 0
    return owner[drawn][np.searchsorted(parts[drawn], wanted)]


def _run(steps: np.ndarray, begins: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Add steps up, anew from each beginning."""
    sums = np.cumsum(steps)
    before = np.where(begins > 0, sums[begins - 1], 0)
    return sums - np.repeat(before, lengths)


def _signed(numbers: np.ndarray) -> np.ndarray:
    """Undo zigzag, in 32 bits as the specification has it."""
    low = numbers & np.uint64(0xFFFFFFFF)
    return (low >> np.uint64(1)).astype(np.int64) ^ -(low & np.uint64(1)).astype(np.int64)
