"""Which encoding a text file is in: byte-order mark, then strict UTF-8, then strict GB18030, over the whole file."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, BinaryIO

from charset_normalizer import from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1 << 20
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LAST_RESORTS = ["cp1252", "cp1250", "iso8859_2", "cp1251", "shift_jis", "cp949"]


class UndecodableError(Exception):
    """The file is text in no encoding trailviz reads."""


def detect(file: BinaryIO) -> str:
    """Find the encoding of a whole file in constant memory, and leave the file at its start.

    GB18030 decodes nearly anything, so UTF-8 is asked first; plain GBK would fail on ¥, € and emoji. What neither
    reads is left to a short list of single-byte guesses.

    Raises:
        UndecodableError: If nothing fits.
    """
    file.seek(0)
    head = file.read(1 << 16)
    file.seek(0)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    for name in ("utf-8", "gb18030"):
        if _decodes(file, name):
            file.seek(0)
            return name
    file.seek(0)
    best = from_bytes(head, cp_isolation=LAST_RESORTS).best()
    if best is None:
        raise UndecodableError
    return str(best.encoding)


def _decodes(file: BinaryIO, name: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def utf8_blocks(file: BinaryIO, encoding: str, size: int = 4 * BLOCK) -> Iterator[bytes]:
    """Yield the file as UTF-8 in blocks that end at a line's end (the last may not); line ends stay as they are.

    A record longer than a block makes the block grow until its line ends.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = b""
    plain = encoding == "utf-8"
    while raw := file.read(size):
        rest += raw if plain else decoder.decode(raw).encode()
        cut = rest.rfind(b"\n") + 1
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    rest += b"" if plain else decoder.decode(b"", final=True).encode()
    if rest:
        yield rest
