"""Where bytes come from: files, folders and zip members, read in place and never unpacked by name; locked PDFs without their lock.

What cannot be opened becomes a problem with a code; `zips` says what is refused in an archive, and why.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import pdf, zips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

DEEPEST = 2
GZIP, PDF = b"\x1f\x8b", b"%PDF"
# a locked PDF is opened in memory
LARGEST_PDF = 64 << 20
# what macOS and Windows leave beside the files of a folder or a zip
NOISE = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX"})


@dataclass(frozen=True)
class Problem:
    """A file or member that could not be opened, with the code that `verdict` turns into a sentence."""

    name: str
    member: str | None
    code: str


@dataclass(frozen=True)
class Source:
    """Bytes with a name: a file, an upload or a member of an archive. `name` never holds a folder of the computer.

    `apart` says that it may be opened twice and read at both places at once.
    """

    name: str
    member: str | None
    size: int
    opener: Callable[[], BinaryIO] = field(repr=False)
    beside: Path | None = field(default=None, repr=False)
    apart: bool = False

    def open(self) -> BinaryIO:
        """Open for reading, seekable, at the start."""
        return self.opener()


def from_bytes(name: str, data: bytes) -> Source:
    """Make a source of an upload."""
    return Source(Path(name).name, None, len(data), lambda: io.BytesIO(data), apart=True)


def sources(
    files: Iterable[Path | Source], *, password: str | None = None, problems: list[Problem] | None = None
) -> Iterator[Source]:
    """Walk files, folders and zips (a zip inside a zip once) in a fixed order.

    Args:
        files: Paths on this computer, or sources made by `from_bytes`.
        password: Tried on every encrypted member and every locked PDF.
        problems: Filled with what could not be opened; nothing is raised for it.
    """
    told = [] if problems is None else problems
    for one in files:
        if isinstance(one, Source):
            yield from _opened(one, password, told, zips.Budget(), 0)
        elif one.is_dir():
            for path in sorted(_walk(one)):
                yield from _on_disk(path, one, password, told)
        elif one.is_file():
            yield from _on_disk(one, one.parent, password, told)
        else:
            told.append(Problem(one.name, None, "no_such_file"))


def _walk(folder: Path) -> Iterator[Path]:
    # a link may lead out of the folder, or round in a circle
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOISE)
        for name in names:
            path = Path(root) / name
            # a pipe or a device would be waited for without end
            if not name.startswith(".") and name not in NOISE and not path.is_symlink() and path.is_file():
                yield path


def of_path(path: Path, top: Path) -> Source:
    """Make a source of a file, named by its way down from `top`.

    Raises:
        OSError: If it cannot be opened.
    """
    name = path.name if path.parent == top else path.relative_to(top).as_posix()
    with path.open("rb"):
        size = path.stat().st_size
    return Source(name, None, size, lambda: path.open("rb"), beside=path.parent, apart=True)


def _on_disk(path: Path, top: Path, password: str | None, problems: list[Problem]) -> Iterator[Source]:
    try:
        source = of_path(path, top)
    except OSError:
        problems.append(Problem(path.name, None, "cannot_open"))
        return
    # a budget for each: a folder of many archives is no bomb
    yield from _opened(source, password, problems, zips.Budget(), 0)


def _opened(
    source: Source, password: str | None, problems: list[Problem], budget: zips.Budget, depth: int
) -> Iterator[Source]:
    """Yield the source itself, or the members of the zip it is; what is gzipped is read as what it holds."""
    with source.open() as file:
        start = file.read(len(PDF))
        file.seek(0)
        listed = zips.listed(file, source.size, budget)
    if start.startswith(GZIP) and depth < DEEPEST:
        yield from _ungzipped(source, password, problems, budget, depth)
        return
    if listed is None:
        yield from _unlocked(source, password, problems) if start == PDF else (source,)
        return
    if isinstance(listed, str):
        problems.append(Problem(source.name, source.member, listed))
        return
    if depth >= DEEPEST:
        problems.append(Problem(source.name, source.member, "zip_too_deep"))
        return
    members = [one for one in listed if not _is_noise(one.name)]
    if not members:
        problems.append(Problem(source.name, source.member, "empty_zip"))
    for one in members:
        named = f"{source.member}/{one.name}" if source.member else one.name
        try:
            unpacked = zips.unpacked(source.open, one, password)
        except zips.RefusedMemberError as error:
            problems.append(Problem(source.name, named, error.code))
            continue
        # not `apart`: a member unpacked to disk has one position, whoever reads it
        inner = Source(source.name, named, unpacked.size, unpacked.open)
        yield from _opened(inner, password, problems, budget, depth + 1)
        # only now the next one is unpacked, so that the disk holds one at a time
        unpacked.close()


def _ungzipped(
    source: Source, password: str | None, problems: list[Problem], budget: zips.Budget, depth: int
) -> Iterator[Source]:
    """Yield what a gzip holds, under the gzip's own name."""
    try:
        unpacked = zips.ungzipped(source.open, source.size, budget)
    except zips.RefusedMemberError as error:
        problems.append(Problem(source.name, source.member, error.code))
        return
    inner = Source(source.name, source.member, unpacked.size, unpacked.open, beside=source.beside)
    yield from _opened(inner, password, problems, budget, depth + 1)
    unpacked.close()


def _unlocked(source: Source, password: str | None, problems: list[Problem]) -> Iterator[Source]:
    """Yield a PDF, without its lock where the password opens it."""
    if source.size > LARGEST_PDF:
        yield source
        return
    with source.open() as file:
        opened = pdf.unlocked(file.read(), password)
    if isinstance(opened, str):
        problems.append(Problem(source.name, source.member, opened))
        return
    # the copy is kept in memory only: what was locked on the disk stays locked there
    yield source if opened is None else replace(source, size=len(opened), opener=lambda: io.BytesIO(opened))


def _is_noise(name: str) -> bool:
    parts = name.split("/")
    return not NOISE.isdisjoint(parts) or parts[-1].startswith("._")
