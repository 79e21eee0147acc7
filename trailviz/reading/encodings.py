"""Which encoding a text file is in: byte-order mark, then strict UTF-8, then strict GB18030, over the whole file."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from charset_normalizer import from_bytes

from trailviz.reading.broken import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK = 1 << 20
HEAD = 1 << 16
LONGEST_LINE = 32 << 20
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# asked without this list, the library took one sample of twelve for another code page
LAST_RESORTS = ["cp1252", "cp1250", "iso8859_2", "cp1251", "shift_jis", "cp949"]
MOST_DAMAGE = 100
FIRST_HIGH, CASE = 0x80, 0x20
TRANSPARENT = frozenset({"utf-8", "utf-8-sig", "gb18030", "cp1252", "cp1250", "cp1251", "iso8859_2"})
FIRST_TRAIL = 0x40  # a letter's second byte in GB18030, but for the digits of four-byte letters


class UndecodableError(Exception):
    """The file is text in no encoding trailviz reads."""


@dataclass(slots=True)
class Encoding:
    """An encoding by name; not `strict` where some letters had to be replaced, which may show only while reading.

    `whole`: decode everything before anything is cut.
    """

    name: str
    strict: bool = True
    whole: bool = False

    @property
    def transparent(self) -> bool:
        """Say whether text may be cut before it is decoded: no letter beyond ASCII holds a comma, a quote or a line end."""
        return not self.whole and self.name in TRANSPARENT

    def leaves_alone(self, delimiter: str) -> bool:
        """Say whether no letter of the blocks that `raw_blocks` yields holds this delimiter."""
        return self.codec != "gb18030" or ord(delimiter) < FIRST_TRAIL

    @property
    def codec(self) -> str:
        """The codec of the blocks that `raw_blocks` yields, which hold no mark."""
        return self.name.removesuffix("-sig") if self.transparent else "utf-8"


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
    if len(likely) > 1 and _begins(head, "gb18030") and not _begins(head, "utf-8") and not _nearly(head, "utf-8"):
        # Whatever comes later, it is this one, whole or damaged: the reader will see, and nothing is decoded twice.
        file.seek(0)
        return Encoding("gb18030")
    found = next((Encoding(name) for name in likely if _damage(file, name) is None), None)
    file.seek(0)
    if found is not None:
        return found
    for name in likely:
        if _nearly(head, name):
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


def _begins(head: bytes, name: str) -> bool:
    """Say whether a head, whose last letter may be cut, decodes."""
    try:
        codecs.getincrementaldecoder(name)("strict").decode(head)
    except UnicodeError:
        return False
    return True


def _nearly(head: bytes, name: str) -> bool:
    """Say whether a head decodes but for a stray letter in a hundred."""
    text = head.decode(name, "replace")
    wide = sum(letter > "\x7f" for letter in text)
    # a head of nothing but damage is no such text
    return text.count("\ufffd") * MOST_DAMAGE <= wide and wide > text.count("\ufffd")


def _damage(file: BinaryIO, name: str) -> int | None:
    """Answer the offset of the first block that does not decode, or None where all of the file does."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(name)("strict")
    offset = 0
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
            offset += len(block)
        # a letter cut off by the very end is damage too
        decoder.decode(b"", final=True)
    except UnicodeError:
        return offset
    return None


def utf8_blocks(file: BinaryIO, encoding: Encoding, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the file as UTF-8 in blocks that end at a line's end (the last may not); line ends stay as they are.

    A line longer than a block makes the block grow until it ends. Where lines end in carriage returns alone, these
    become newlines. A letter that does not decode is replaced, and `encoding` is no longer strict.

    Raises:
        BrokenFileError: If a line is longer than 32 MB.
    """
    if encoding.name == "utf-8" and encoding.strict:
        yield from _lines(file, size)
        return
    decode = _decoder(encoding)
    yield from _lines(file, size, lambda raw, final: decode(raw, final=final).encode("utf-8", "replace"))


def raw_blocks(file: BinaryIO, encoding: Encoding, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the file as `utf8_blocks` does, but in its own encoding (`encoding.codec`) where that is `transparent`.

    Raises:
        BrokenFileError: If a line is longer than 32 MB.
    """
    if not encoding.transparent:
        yield from utf8_blocks(file, encoding, size)
        return
    for number, block in enumerate(_lines(file, size)):
        yield block if number else block.removeprefix(codecs.BOM_UTF8)


def _lines(file: BinaryIO, size: int, told: Callable[[bytes, bool], bytes] | None = None) -> Iterator[bytes]:
    """Yield a file, each piece told anew by `told`, in blocks that end at a line's end."""
    head = file.read(HEAD)
    file.seek(0)
    old_ends = b"\r" in head and b"\n" not in head
    open_line: list[bytes] = []
    while raw := file.read(size):
        piece = told(raw, False) if told else raw  # noqa: FBT003
        piece = piece.replace(b"\r", b"\n") if old_ends else piece
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield b"".join([*open_line, piece[:cut]])
            open_line = []
        open_line.append(piece[cut:])
        # a file without line ends would be held in memory as a whole
        if sum(map(len, open_line)) > LONGEST_LINE:
            raise BrokenFileError("line_too_long")
    rest = b"".join(open_line) + (told(b"", True) if told else b"")  # noqa: FBT003
    if rest:
        yield rest


def _decoder(encoding: Encoding) -> Callable[..., str]:
    """Make a decoder that is strict until a letter does not decode, and from there on replaces such letters."""
    strict, lenient = (codecs.getincrementaldecoder(encoding.name)(errors) for errors in ("strict", "replace"))

    def decode(raw: bytes, *, final: bool) -> str:
        if encoding.strict:
            # a letter may have begun in the piece before: the lenient decoder goes on from there
            before = strict.getstate()
            try:
                return strict.decode(raw, final)
            except UnicodeError:
                encoding.strict = False
                lenient.setstate(before)
        return lenient.decode(raw, final)

    return decode
