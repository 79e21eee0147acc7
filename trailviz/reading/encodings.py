"""Which encoding a text file is in: byte-order mark, then strict UTF-8, then strict GB18030, over the whole file."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from charset_normalizer import from_bytes

from trailviz.reading.broken import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1 << 20
HEAD = 1 << 16
LONGEST_LINE = 32 << 20
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LAST_RESORTS = ["cp1252", "cp1250", "iso8859_2", "cp1251", "shift_jis", "cp949"]
MOST_DAMAGE = 100
FIRST_HIGH, CASE = 0x80, 0x20


class UndecodableError(Exception):
    """The file is text in no encoding trailviz reads."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding by name; not `strict` where some letters had to be replaced."""

    name: str
    strict: bool = True


def detect(file: BinaryIO) -> Encoding:
    """Find the encoding of a whole file in constant memory, and leave the file at its start.

    GB18030 decodes nearly anything, so text whose accents stand alone is never taken for it, and UTF-8 is asked first; plain GBK would fail on ¥, € and emoji. A file that is
    one of the two but for a stray letter in a hundred is read as that; what remains is left to a short list of
    single-byte guesses.

    Raises:
        UndecodableError: If nothing fits.
    """
    file.seek(0)
    head = file.read(HEAD)
    for mark, name in MARKS:
        if head.startswith(mark):
            damaged = _damage(file, name) is not None
            file.seek(0)
            return Encoding(name, strict=not damaged)
    likely = ("utf-8",) if reads_as_latin(head) else ("utf-8", "gb18030")
    found = next((Encoding(name) for name in likely if _damage(file, name) is None), None)
    file.seek(0)
    if found is not None:
        return found
    for name in likely:
        text = head.decode(name, "replace")
        wide = sum(letter > "\x7f" for letter in text)
        if text.count("\ufffd") * MOST_DAMAGE <= wide and wide > text.count("\ufffd"):
            return Encoding(name, strict=False)
    best = from_bytes(head, cp_isolation=LAST_RESORTS).best()
    if best is None:
        raise UndecodableError
    return Encoding(str(best.encoding))


def reads_as_latin(raw: bytes) -> bool:
    """Say whether most bytes over 127 stand alone before an ASCII letter, as in Bäcker, and not in pairs as in 金额.

    GB18030 would decode such text without complaint, each accent and the letter after it as one rare character.
    """
    data = np.frombuffer(raw, np.uint8)
    first = (data[:-1] >= FIRST_HIGH) & (np.append(0, data[:-2]) < FIRST_HIGH)
    after = data[1:][first]
    letters = ((after | CASE) >= ord("a")) & ((after | CASE) <= ord("z"))
    return bool(letters.sum() * 2 > len(after))


def _damage(file: BinaryIO, name: str) -> int | None:
    """Answer the offset of the first block that does not decode, or None where all of the file does."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(name)("strict")
    offset = 0
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
            offset += len(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return offset
    return None


def utf8_blocks(file: BinaryIO, encoding: Encoding, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the file as UTF-8 in blocks that end at a line's end (the last may not); line ends stay as they are.

    A line longer than a block makes the block grow until it ends. Where lines end in carriage returns alone, these
    become newlines.

    Raises:
        BrokenFileError: If a line is longer than 32 MB.
    """
    head = file.read(HEAD)
    file.seek(0)
    old_ends = b"\r" in head and b"\n" not in head
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    plain = encoding.name == "utf-8" and encoding.strict
    open_line: list[bytes] = []
    while raw := file.read(size):
        piece = raw if plain else decoder.decode(raw).encode("utf-8", "replace")
        piece = piece.replace(b"\r", b"\n") if old_ends else piece
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield b"".join([*open_line, piece[:cut]])
            open_line = []
        open_line.append(piece[cut:])
        if sum(map(len, open_line)) > LONGEST_LINE:
            raise BrokenFileError("line_too_long")
    rest = b"".join(open_line) + (b"" if plain else decoder.decode(b"", final=True).encode())
    if rest:
        yield rest
