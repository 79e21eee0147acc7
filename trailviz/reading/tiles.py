"""Map tiles in one file on the user's disk: PMTiles 3 and MBTiles 1.3. Read at their place, never as a whole.

Sources: github.com/protomaps/PMTiles, spec/v3, and github.com/mapbox/mbtiles-spec, 1.3. Written here because the package
pmtiles believes the lengths in a file: what is unpacked is bounded, a directory is read once, and a length is held
against the file.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import SEEK_END
from typing import BinaryIO, Protocol

import numpy as np

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.mvt import varints
from trailviz.reading.sheet import MapFile, opening

PMTILES, MBTILES = b"PMTiles", b"SQLite format 3\0"
HEADER = struct.Struct("<7sB11Q6B4i")
VECTOR, NONE, GZIP = 1, 1, 2
DEEPEST_ZOOM, DEEPEST_DIRECTORY = 22, 4
MOST_TILE, MOST_DIRECTORY, MOST_METADATA = 16_000_000, 32_000_000, 8_000_000
MOST_ENTRIES, MOST_STEPS = 4_000_000, 50
# A view may stand where a table should, and reckon for ever; SQLite asks every so many of its instructions.
SQL_STEP = 1_000_000


class Tiles(Protocol):
    """Tiles by zoom, column and row, counted from the north-west."""

    zooms: tuple[int, int]
    metadata: Mapping[str, object]

    def get(self, zoom: int, x: int, y: int) -> bytes | None:
        """Answer an unpacked vector tile, or None where the file has none."""


@contextmanager
def opened(source: MapFile) -> Iterator[Tiles]:
    """Open a file of tiles by what it holds.

    Raises:
        BrokenFileError: `no_ground` (neither PMTiles nor MBTiles), `ground_broken`, `raster_tiles` (pictures: nothing in
            them can be told apart), `ground_packed` (by a way this Python cannot undo).
    """
    with opening(source) as file:
        start = file.read(HEADER.size)
        if start.startswith(PMTILES):
            yield PMTiles(file, file.seek(0, SEEK_END), start)
            return
    if start.startswith(MBTILES):
        connection = _connected(source)
        try:
            yield MBTiles(connection)
        except (sqlite3.Error, UnicodeError, OverflowError):
            raise BrokenFileError("ground_broken") from None
        finally:
            connection.close()
    else:
        raise BrokenFileError("no_ground")


def _connected(source: MapFile) -> sqlite3.Connection:
    if isinstance(source, bytes):
        connection = sqlite3.connect(":memory:")
        connection.deserialize(source)
        return connection
    # Immutable: no journal is written beside it, and none is read.
    return sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def unpacked(data: bytes, most: int) -> bytes:
    """Undo gzip, where data is gzipped, and never beyond `most` bytes.

    Raises:
        BrokenFileError: `ground_broken`.
    """
    if not data.startswith(b"\x1f\x8b"):
        return data
    undo = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        answer = undo.decompress(data, most)
    except zlib.error:
        raise BrokenFileError("ground_broken") from None
    # What is left over is a bomb, or a file that breaks off.
    if not undo.eof:
        raise BrokenFileError("ground_broken")
    return answer


@dataclass
class _Directory:
    """Entries in order of their first tile: run 0 leads to another directory."""

    first: np.ndarray
    run: np.ndarray
    length: np.ndarray
    offset: np.ndarray


@dataclass
class PMTiles:
    """A PMTiles archive: a header, directories of directories, and tiles in the order of a Hilbert curve."""

    _file: BinaryIO
    _size: int
    _header: bytes
    zooms: tuple[int, int] = (0, 0)
    metadata: Mapping[str, object] = field(default_factory=dict)
    _read: dict[int, _Directory] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the header, the metadata and the first directory."""
        if len(self._header) < HEADER.size:
            raise BrokenFileError("ground_broken")
        _, version, *told = HEADER.unpack(self._header)
        root, root_size, about, about_size, self._leaves, _, self._tiles, _, *_ = told[:11]
        _, inside, packed, kind, low, high = told[11:17]
        if version != 3 or low > high or high > DEEPEST_ZOOM:  # noqa: PLR2004 - the version this is written for
            raise BrokenFileError("ground_broken")
        if kind != VECTOR:
            raise BrokenFileError("raster_tiles")
        if not {inside, packed} <= {NONE, GZIP}:
            raise BrokenFileError("ground_packed")
        self.zooms = low, high
        self._root = root, root_size
        self.metadata = _about(unpacked(self._slice(about, about_size, MOST_METADATA), MOST_METADATA))

    def get(self, zoom: int, x: int, y: int) -> bytes | None:
        """Answer an unpacked tile, or None."""
        wanted = tile_id(zoom, x, y)
        place, size = self._root
        for _ in range(DEEPEST_DIRECTORY):
            directory = self._directory(place, size)
            at = int(np.searchsorted(directory.first, wanted, side="right")) - 1
            if at < 0:
                return None
            run, size, offset = (int(one[at]) for one in (directory.run, directory.length, directory.offset))
            if run:
                if wanted - int(directory.first[at]) >= run:
                    return None
                return unpacked(self._slice(self._tiles + offset, size, MOST_TILE), MOST_TILE)
            place = self._leaves + offset
        # Four directories deep lie more tiles than the earth has: these lead in a circle.
        raise BrokenFileError("ground_broken")

    def _directory(self, place: int, size: int) -> _Directory:
        if place not in self._read:
            numbers = varints(unpacked(self._slice(place, size, MOST_DIRECTORY), MOST_DIRECTORY))
            count = int(numbers[0]) if len(numbers) else 0
            if not count or count > MOST_ENTRIES or len(numbers) != 1 + 4 * count:
                raise BrokenFileError("ground_broken")
            steps, run, length, told = numbers[1:].reshape(4, count).astype(np.int64)
            # 0 stands for: right behind the entry before.
            follows = (told == 0) & (np.arange(count) > 0)
            total = np.cumsum(length) - length
            base = np.where(follows, 0, told - 1 - total)
            stands = np.maximum.accumulate(np.where(follows, 0, np.arange(count)))
            self._read[place] = _Directory(np.cumsum(steps), run, length, base[stands] + total)
        return self._read[place]

    def _slice(self, place: int, size: int, most: int) -> bytes:
        if size > most or place < 0 or size < 0 or place + size > self._size:
            raise BrokenFileError("ground_broken")
        self._file.seek(place)
        return self._file.read(size)


@dataclass
class MBTiles:
    """An MBTiles file: tiles in a table of an SQLite database, rows counted from the south."""

    _connection: sqlite3.Connection
    zooms: tuple[int, int] = (0, 0)
    metadata: Mapping[str, object] = field(default_factory=dict)
    _asked: int = 0

    def __post_init__(self) -> None:
        """Read what the file says of itself."""
        ask = self._connection
        ask.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TILE)
        ask.execute("PRAGMA trusted_schema = OFF")
        ask.set_progress_handler(self._tired, SQL_STEP)
        told = dict(ask.execute("SELECT name, value FROM metadata LIMIT 1000").fetchall())
        if told.get("format", "pbf") != "pbf":
            raise BrokenFileError("raster_tiles")
        inside = told.pop("json", None)
        self.metadata = {**(_about(str(inside).encode()) if inside else {}), **told}
        low, high = ask.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        if not isinstance(low, int) or not isinstance(high, int) or not 0 <= low <= high <= DEEPEST_ZOOM:
            raise BrokenFileError("ground_broken")
        self.zooms = low, high

    def get(self, zoom: int, x: int, y: int) -> bytes | None:
        """Answer an unpacked tile, or None."""
        self._asked = 0
        found = self._connection.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1",
            (zoom, x, (1 << zoom) - 1 - y),
        ).fetchone()
        return unpacked(found[0], MOST_TILE) if found and isinstance(found[0], bytes) else None

    def _tired(self) -> bool:
        self._asked += 1
        return self._asked > MOST_STEPS


def _about(raw: bytes) -> Mapping[str, object]:
    """Read the JSON a file says of itself; what is no object says nothing."""
    try:
        told = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def tile_id(zoom: int, x: int, y: int) -> int:
    """Number a tile along the Hilbert curve of its zoom, behind all tiles of smaller zooms (PMTiles 3, section 4.1)."""
    number = ((1 << (2 * zoom)) - 1) // 3
    for step in range(zoom - 1, -1, -1):
        side = 1 << step
        right, below = int(bool(x & side)), int(bool(y & side))
        number += side * side * ((3 * right) ^ below)
        if not below:
            if right:
                x, y = side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))
            x, y = y, x
        x, y = x & (side - 1), y & (side - 1)
    return number
