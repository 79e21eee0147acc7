"""Where bytes come from: files, folders and zip members, read in place and never unpacked to disk.

Every archive is hostile until read: members are named, never extracted; their number, size and ratio are capped;
what cannot be opened becomes a problem with a code.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import pyzipper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_MEMBERS = 20_000
LARGEST_MEMBER = 8 << 30
LARGEST_RATIO = 200
RATIO_COUNTS_FROM = 64 << 20
IN_MEMORY = 32 << 20
DEEPEST = 2
NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
OFFICE = ("xl/", "word/", "ppt/")


@dataclass(frozen=True)
class Problem:
    """A file or member that could not be opened, with the code that `verdict` turns into a sentence."""

    name: str
    member: str | None
    code: str


@dataclass(frozen=True)
class Source:
    """Bytes with a name: a file, an upload or a member of an archive. `name` never holds a folder of the computer."""

    name: str
    member: str | None
    size: int
    opener: Callable[[], BinaryIO] = field(repr=False)
    beside: Path | None = field(default=None, repr=False)

    def open(self) -> BinaryIO:
        """Open for reading, seekable, at the start."""
        return self.opener()


def from_bytes(name: str, data: bytes) -> Source:
    """Make a source of an upload."""
    return Source(Path(name).name, None, len(data), lambda: io.BytesIO(data))


def sources(
    files: Iterable[Path | Source], *, password: str | None = None, problems: list[Problem] | None = None
) -> Iterator[Source]:
    """Walk files, folders and zips (a zip inside a zip once) in a fixed order.

    Args:
        files: Paths on this computer, or sources made by `from_bytes`.
        password: Tried on every encrypted member.
        problems: Filled with what could not be opened; nothing is raised for it.
    """
    told = [] if problems is None else problems
    for one in files:
        if isinstance(one, Source):
            yield from _opened(one, password, told, 0)
            continue
        if one.is_dir():
            for path in sorted(_walk(one)):
                yield from _opened(_of_path(path, one), password, told, 0)
        elif one.is_file():
            yield from _opened(_of_path(one, one.parent), password, told, 0)
        else:
            told.append(Problem(one.name, None, "no_such_file"))


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in names:
            path = Path(root) / name
            if not name.startswith(".") and name not in NOISE and not path.is_symlink():
                yield path


def _of_path(path: Path, top: Path) -> Source:
    name = path.name if path.parent == top else path.relative_to(top).as_posix()
    return Source(name, None, path.stat().st_size, lambda: path.open("rb"), beside=path.parent)


def _opened(source: Source, password: str | None, problems: list[Problem], depth: int) -> Iterator[Source]:
    """Yield the source itself, or the members of the zip it is."""
    with source.open() as file:
        start = file.read(4)
        if start not in {b"PK\x03\x04", b"PK\x05\x06"}:
            yield source
            return
        try:
            with zipfile.ZipFile(file) as archive:
                members = [info for info in archive.infolist() if not info.is_dir() and not _is_noise(info.filename)]
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, RuntimeError):
            problems.append(Problem(source.name, source.member, "broken_zip"))
            return
    if any(info.filename.startswith(OFFICE) for info in members):
        yield source
        return
    if len(members) > MOST_MEMBERS:
        problems.append(Problem(source.name, source.member, "zip_too_many_members"))
        return
    if not members:
        problems.append(Problem(source.name, source.member, "empty_zip"))
    for info in sorted(members, key=lambda info: info.filename):
        named = f"{source.member}/{info.filename}" if source.member else info.filename
        if code := _refused(info, password):
            problems.append(Problem(source.name, named, code))
            continue
        inner = Source(source.name, named, info.file_size, _member_opener(source, info, password))
        try:
            if depth + 1 < DEEPEST:
                yield from _opened(inner, password, problems, depth + 1)
            else:
                yield inner
        except (zipfile.BadZipFile, RuntimeError, zlib.error, EOFError, OSError, NotImplementedError) as error:
            code = "wrong_password" if "password" in str(error).lower() else "broken_member"
            problems.append(Problem(source.name, named, code))


def _is_noise(name: str) -> bool:
    return any(part in name for part in NOISE) or Path(name).name.startswith("._")


def _refused(info: zipfile.ZipInfo, password: str | None) -> str | None:
    if info.flag_bits & 1 and not password:
        return "password_needed"
    too_dense = info.file_size > RATIO_COUNTS_FROM and info.file_size > LARGEST_RATIO * max(info.compress_size, 1)
    if info.file_size > LARGEST_MEMBER or too_dense:
        return "zip_bomb"
    return None


def _member_opener(source: Source, info: zipfile.ZipInfo, password: str | None) -> Callable[[], BinaryIO]:
    def opener() -> BinaryIO:
        """Unpack one member into memory, or an unnamed temporary file, stopping at the size it declares."""
        spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed to the caller
        with source.open() as outer, pyzipper.AESZipFile(outer) as archive:
            secret = password.encode() if password and info.flag_bits & 1 else None
            with archive.open(archive.infolist()[_position(archive, info)], pwd=secret) as member:
                shutil.copyfileobj(member, spool, 1 << 20)
                if spool.tell() > info.file_size:
                    raise zipfile.BadZipFile
        spool.seek(0)
        return cast("BinaryIO", spool)

    return opener


def _position(archive: pyzipper.AESZipFile, info: zipfile.ZipInfo) -> int:
    """Find a member by where it lies, since two may share a name."""
    return next(i for i, one in enumerate(archive.infolist()) if one.header_offset == info.header_offset)
