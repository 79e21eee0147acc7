"""The sheet a reader draws on: lines and areas as columns of whole numbers, and names where they stand.

Coordinates are Web Mercator in units of 1/2^26 of the world's width (0.6 m at the equator), from the north-west corner of
the world eastward and southward, as map tiles count them: what a tile holds is moved and scaled, never projected anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import numpy as np

from trailviz.reading.broken import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.reading.box import Box

MapFile: TypeAlias = Path | bytes
"""A file on the user's disk, read where it lies, or what they handed to the page, which is never written anywhere."""
Progress = Callable[[int, int], None]
"""Told how much is done, and of how much; of 0 where nobody knows."""
BITS = 26
WORLD = 1 << BITS
# Where the mercator world ends; beyond it the projection runs to infinity.
STEEPEST = 85.0511287798066
MOST_POINTS, MOST_LABELS = 12_000_000, 200_000
LONGEST_NAME = 80
CHINESE = ("name:zh-Hans", "name:zh", "name_zh", "name:zh-Hant", "zh")
ENGLISH = ("name:en", "name_en", "name_int", "en")
NAMED = frozenset({"name", *CHINESE, *ENGLISH})


@dataclass(frozen=True)
class Name:
    """What a thing is called there, in English and in Chinese; "" where nobody says."""

    local: str
    en: str = ""
    zh: str = ""


@dataclass(frozen=True)
class Shapes:
    """Parts of lines and areas, one after the other.

    `starts` has one number more than there are parts: part i is the points `starts[i]:starts[i + 1]`. Of each part `kind`
    numbers `legend.KINDS`, `shape` says which rings belong to one area, `name` numbers the names (or -1).
    """

    x: np.ndarray
    y: np.ndarray
    starts: np.ndarray
    kind: np.ndarray
    shape: np.ndarray
    name: np.ndarray

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self.kind)

    @property
    def part(self) -> np.ndarray:
        """Which part each point belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def only(self, wanted: np.ndarray) -> Shapes:
        """Answer the wanted parts alone."""
        points = np.repeat(wanted, np.diff(self.starts))
        lengths = np.diff(self.starts)[wanted]
        columns = (one[wanted] for one in (self.kind, self.shape, self.name))
        return Shapes(self.x[points], self.y[points], starting(lengths), *columns)


@dataclass(frozen=True)
class Label:
    """A name and where it stands; of a road, the stretch it may be written along (`dx`, `dy` in units)."""

    kind: int
    x: int
    y: int
    name: Name
    rank: int = 0
    dx: int = 0
    dy: int = 0


@dataclass
class Sheet:
    """Takes what a reader finds, batch by batch."""

    names: dict[Name, int] = field(default_factory=dict)
    labels: dict[tuple[int, Name], Label] = field(default_factory=dict)
    _drawn: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    _points: int = 0
    _shapes: int = 0

    def draw(
        self, x: np.ndarray, y: np.ndarray, lengths: np.ndarray, kind: np.ndarray, shape: np.ndarray, name: np.ndarray
    ) -> None:
        """Draw parts of these lengths.

        Raises:
            BrokenFileError: `ground_too_large`, before memory runs out.
        """
        self._points += len(x)
        if self._points > MOST_POINTS:
            raise BrokenFileError("ground_too_large")
        self._drawn.append((x, y, lengths, kind, shape + self._shapes, name))
        # Rings of one batch never join those of another.
        self._shapes += int(shape.max()) + 1 if len(shape) else 0

    def call(self, name: Name) -> int:
        """Answer the number of a name; "" has none."""
        return self.names.setdefault(name, len(self.names)) if name.local else -1

    def write(self, label: Label) -> None:
        """Write a name; the same name of the same kind is written once, where it ranks first."""
        key = (label.kind, label.name)
        before = self.labels.get(key)
        if before is None and len(self.labels) >= MOST_LABELS:
            raise BrokenFileError("ground_too_large")
        if label.name.local and (before is None or label.rank < before.rank):
            self.labels[key] = label

    def shapes(self) -> Shapes:
        """Answer all that was drawn."""
        if not self._drawn:
            none = np.zeros(0, np.int64)
            return Shapes(none, none, np.zeros(1, np.int64), none, none, none)
        x, y, lengths, kind, shape, name = (np.concatenate(one) for one in zip(*self._drawn, strict=True))
        return Shapes(x, y, starting(lengths), kind, shape, name)


def opening(file: MapFile) -> BinaryIO:
    """Open a file for reading."""
    return BytesIO(file) if isinstance(file, bytes) else file.open("rb")


def starting(lengths: np.ndarray) -> np.ndarray:
    """Answer where parts of these lengths start, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def named(said: Sequence[tuple[str, object]]) -> Name:
    """Read a name out of the properties of a thing; control characters and all beyond eighty letters are left out."""
    told = {key: _plain(value) for key, value in said if key in NAMED and isinstance(value, str)}
    en = next((told[key] for key in ENGLISH if told.get(key)), "")
    zh = next((told[key] for key in CHINESE if told.get(key)), "")
    return Name(told.get("name") or en or zh, en, zh)


def _plain(text: str) -> str:
    text = text[:LONGEST_NAME].strip()
    return text if text.isprintable() else "".join(letter for letter in text if letter.isprintable())


def units(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project degrees to units, eastward and southward."""
    phi = np.radians(np.clip(lat, -STEEPEST, STEEPEST))
    x = (np.asarray(lon, float) + 180) / 360 * WORLD
    y = (1 - np.arcsinh(np.tan(phi)) / np.pi) / 2 * WORLD
    return np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)


def degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answer latitude and longitude of units."""
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.asarray(y, float) / WORLD))))
    return lat, np.asarray(x, float) / WORLD * 360 - 180


def edges(box: Box) -> tuple[int, int, int, int]:
    """Answer the box in units: its least and greatest x, its least and greatest y."""
    x, y = units(np.array([box.north, box.south]), np.array([box.west, box.east]))
    return int(x[0]), int(x[1]), int(y[0]), int(y[1])


def unit_m(box: Box) -> float:
    """Answer the length of a unit in metres, in the middle of a box."""
    return 40_075_016.7 / WORLD * float(np.cos(np.radians((box.south + box.north) / 2)))
