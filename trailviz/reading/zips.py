"""Zip archives, hostile until read: members are unpacked one at a time, without a name, within fixed bounds."""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

import pyzipper

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_MEMBERS = 20_000
LARGEST_MEMBER = 8 << 30
LARGEST_TOTAL = 64 << 30
LARGEST_RATIO = 200
# a small member does no harm, however dense
RATIO_COUNTS_FROM = 64 << 20
# the standard library lays the whole list out before anybody can count it
LARGEST_DIRECTORY = 16 << 20
IN_MEMORY = 32 << 20
STARTS = (b"PK\x03\x04", b"PK\x05\x06")
OFFICE = ("xl/", "word/", "ppt/")
END = b"PK\x05\x06"
END_LENGTH = 22
LONGEST_COMMENT = 1 << 16
UTF8_NAME, ENCRYPTED = 0x800, 1
AES = 99
DAMAGED = (zipfile.BadZipFile, pyzipper.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error)


@dataclass
class Budget:
    """What one file the person gave may still unpack, over all archives inside it."""

    members: int = MOST_MEMBERS
    size: int = LARGEST_TOTAL


@dataclass(frozen=True)
class Member:
    """One member of an archive: the name it is shown by, and where it lies."""

    name: str
    info: zipfile.ZipInfo


class RefusedMemberError(Exception):
    """A member is not unpacked; the code says why."""

    def __init__(self, code: str) -> None:
        """Keep the code alone."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Unpacked:
    """One member's bytes, in memory or in a file without a name that goes when it is closed."""

    size: int
    data: bytes | None
    file: BinaryIO | None

    def open(self) -> BinaryIO:
        """Open at the start. Only one of the handles may be read at a time."""
        if self.file is None:
            return io.BytesIO(self.data or b"")
        handle = os.fdopen(os.dup(self.file.fileno()), "rb")
        handle.seek(0)
        return handle

    def close(self) -> None:
        """Let the bytes go."""
        if self.file is not None:
            self.file.close()


def listed(file: BinaryIO, size: int, budget: Budget) -> list[Member] | str | None:
    """List a zip's members by name; None where the file is no zip (or an office document), a code where it is refused.

    The same name may come twice: both members are listed. Names are shown, never used as paths.
    """
    if file.read(4) not in STARTS:
        return None
    if _directory_size(file) > LARGEST_DIRECTORY:
        return "zip_too_many_members"
    try:
        file.seek(0)
        infos = [info for info in zipfile.ZipFile(file).infolist() if not info.is_dir()]
    except (*DAMAGED, NotImplementedError, RuntimeError):
        return "broken_zip"
    if any(info.filename.startswith(OFFICE) for info in infos):
        return None
    if code := _beyond(infos, size, budget):
        return code
    return sorted((Member(_shown(info), info) for info in infos), key=lambda one: (one.name, one.info.header_offset))


def _beyond(infos: list[zipfile.ZipInfo], size: int, budget: Budget) -> str | None:
    """Draw an archive's members from the budget; answer a code where it does not reach."""
    total = sum(info.file_size for info in infos)
    budget.members -= len(infos)
    budget.size -= total
    if budget.members < 0:
        return "zip_too_many_members"
    return "zip_bomb" if budget.size < 0 or _too_dense(total, size) else None


def unpacked(opener: Callable[[], BinaryIO], member: Member, password: str | None) -> Unpacked:
    """Unpack one member, into memory where it is small.

    Raises:
        RefusedMemberError: If it is a link, far denser than any export, locked, or damaged.
    """
    info = member.info
    # what a link holds is a path, and paths are never followed
    if stat.S_ISLNK(info.external_attr >> 16):
        raise RefusedMemberError("zip_link")
    if info.file_size > LARGEST_MEMBER or _too_dense(info.file_size, info.compress_size):
        raise RefusedMemberError("zip_bomb")
    locked = bool(info.flag_bits & ENCRYPTED)
    if locked and not password:
        raise RefusedMemberError("password_needed")
    small = info.file_size <= IN_MEMORY
    target: BinaryIO = io.BytesIO() if small else cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - kept open
    try:
        with opener() as outer, pyzipper.AESZipFile(outer) as archive:
            # by its place, as two members may have one name
            inside = next(one for one in archive.infolist() if one.header_offset == info.header_offset)
            with archive.open(inside, pwd=password.encode() if password and locked else None) as packed:
                shutil.copyfileobj(packed, target, 1 << 20)
    except NotImplementedError:
        raise RefusedMemberError("zip_method") from None
    except RuntimeError:
        raise RefusedMemberError("wrong_password" if locked else "broken_member") from None
    except (*DAMAGED, StopIteration):
        # of the old cipher's wrong passwords one in 256 gets past its check, and then nothing fits
        raise RefusedMemberError("wrong_password" if locked and not _is_aes(info) else "broken_member") from None
    target.flush()
    size = target.tell()
    return Unpacked(size, target.getvalue() if isinstance(target, io.BytesIO) else None, None if small else target)


def ungzipped(opener: Callable[[], BinaryIO], size: int, budget: Budget) -> Unpacked:
    """Unpack a gzip, into memory where it is small; it counts against the budget as a member does.

    Raises:
        RefusedMemberError: If it is far denser than any export, or damaged before its first byte.
    """
    budget.members -= 1
    target: BinaryIO = io.BytesIO()
    total = 0
    try:
        with opener() as outer, gzip.GzipFile(fileobj=outer) as packed:
            while piece := packed.read(1 << 20):
                total += len(piece)
                # the bytes are counted as they come, since a header can claim anything
                if total > min(LARGEST_MEMBER, budget.size) or _too_dense(total, size) or budget.members < 0:
                    # what was unpacked so far is on the disk
                    target.close()
                    raise RefusedMemberError("zip_bomb")
                if isinstance(target, io.BytesIO) and total > IN_MEMORY:
                    kept = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - kept open
                    kept.write(target.getvalue())
                    target = kept
                target.write(piece)
    except DAMAGED:
        # a gzip that breaks off still holds what came before
        if not total:
            raise RefusedMemberError("broken_gzip") from None
    budget.size -= total
    target.flush()
    whole = target.getvalue() if isinstance(target, io.BytesIO) else None
    return Unpacked(total, whole, None if whole is not None else target)


def _directory_size(file: BinaryIO) -> int:
    """Answer how many bytes the list of members takes, before anything reads it; 0 where it is not found."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - LONGEST_COMMENT - END_LENGTH))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_LENGTH:
        return 0
    return int(struct.unpack("<I", tail[at + 12 : at + 16])[0])


def _too_dense(unpacked_size: int, packed_size: int) -> bool:
    return unpacked_size > RATIO_COUNTS_FROM and unpacked_size > LARGEST_RATIO * max(packed_size, 1)


def _is_aes(info: zipfile.ZipInfo) -> bool:
    return info.compress_type == AES


def _shown(info: zipfile.ZipInfo) -> str:
    """Answer a member's name as a person may see it: in its own letters, and never a way out of the archive."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME:
        # without the flag Python reads CP437, whatever the packer meant; UTF-8 first, as GB18030 takes nearly anything
        for encoding in ("utf-8", "gb18030"):
            try:
                name = info.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    parts = [part for part in re.split(r"[/\\]", re.sub(r"[\x00-\x1f\x7f]", "", name)) if part not in {"", ".", ".."}]
    return "/".join(part for part in parts if not re.fullmatch("[A-Za-z]:", part)) or "nameless"
