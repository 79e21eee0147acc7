"""The head of a file: what kind of bytes it holds, and its first and last rows, for recognition."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading import pdf, photo
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.contract import Head
from trailviz.reading.csv import DELIMITERS, split
from trailviz.reading.encodings import MARKS, reads_as_latin
from trailviz.reading.json import paths_in
from trailviz.reading.xlsx import first_rows

if TYPE_CHECKING:
    from trailviz.reading.sources import Source

SIZE = 1 << 16
MAGIC = (
    (b"%PDF", "pdf"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"), (b"RIFF", "image"),
    (b"SQLite format 3", "sqlite"), (b"\xd0\xcf\x11\xe0", "xls"), (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"), (b"BZh", "gzip"), (b"\xfd7zXZ", "gzip"),
)  # fmt: skip
HEIF = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"})
TIFF = (b"II*\0", b"MM\0*")
LONGEST_LINE = 20_000
PDF_PAGES = 2


def head(source: Source) -> Head:
    """Look at the first and last 64 KiB of a file and say what kind of bytes they are.

    Raises:
        BrokenFileError: If it is a workbook that cannot be opened.
    """
    with source.open() as file:
        start = file.read(SIZE)
        end = b""
        if source.size > SIZE:
            # a table may have its cover sheet at its end (Alipay, 2021)
            file.seek(max(SIZE, source.size - SIZE))
            end = file.read(SIZE)
        kind = _kind(start, file)
        name = source.member or source.name
        if kind in {"xlsx", "xls"}:
            return Head(name, kind, rows=first_rows(file))
        if kind == "pdf":
            return _printed(name, file)
        if kind == "image":
            return Head(name, kind, paths=photo.paths(file))
    if kind not in {"text", "json", "xml", "html"}:
        return Head(name, kind)
    text = text_of(start)
    tail = text_of(end, cut_front=True)
    if kind == "json":
        return Head(name, kind, text, tail, paths=paths_in(start))
    return Head(name, kind, text, tail, rows=tuple(row for part in (text, tail) for row in _rows(part)))


def _printed(name: str, file: BinaryIO) -> Head:
    """Show the text of a PDF's first pages; one that is locked or damaged shows none, and `paths` says so."""
    try:
        return Head(name, "pdf", text=pdf.text(pdf.pages(file, PDF_PAGES)))
    except BrokenFileError as error:
        return Head(name, "pdf", paths=frozenset({error.code}))


def _kind(start: bytes, file: BinaryIO) -> str:
    """Say what kind of bytes a file holds, by its first ones."""
    if not start.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return "empty"
    if found := next((kind for magic, kind in MAGIC if start.startswith(magic)), None):
        return found
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(file)
    if start[8:12] == b".FIT":
        return "fit"
    if (start[4:8] == b"ftyp" and start[8:12] in HEIF) or start.startswith(TIFF):
        return "image"
    # every second byte of UTF-16 may be zero, and it is text all the same
    wide = any(start.startswith(mark) for mark, _ in MARKS)
    return "binary" if not wide and start.count(b"\0") > len(start) // 100 else _written(text_of(start[:2048]))


def _zipped(file: BinaryIO) -> str:
    file.seek(0)
    try:
        names = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return "zip"
    return "xlsx" if any(name.startswith("xl/") for name in names) else "zip"


def _written(text: str) -> str:
    bare = text.lstrip("\ufeff \t\r\n").lower()
    # a Windows desktop.ini begins with a bracket, and SWIFT's envelope around MT940 with {1:
    if bare[:1] in {"{", "["} and not bare.startswith(("[.shell", "{1:")):
        return "json"
    if bare.startswith(("<!doctype html", "<html")) or "<html" in bare[:512]:
        return "html"
    # OFX looks like XML, but its old form closes no tags
    return "xml" if bare.startswith("<") and not bare.startswith("<ofx") else "text"


def text_of(raw: bytes, *, cut_front: bool = False) -> str:
    """Decode a piece of a file whose ends may cut a character in two."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    fronts = range(4) if cut_front else range(1)
    for encoding in ("utf-8",) if reads_as_latin(raw) else ("utf-8", "gb18030"):
        for front in fronts:
            for back in range(4):
                try:
                    return raw[front : len(raw) - back].decode(encoding)
                except UnicodeDecodeError:
                    continue
    return raw.decode("cp1252", "replace")


def _rows(text: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for line in text.splitlines():
        if line.strip() and len(line) < LONGEST_LINE:
            # which delimiter the table has is not known yet, so a row is shown as each would split it
            rows.extend(split(line, delimiter) for delimiter in DELIMITERS if delimiter in line or delimiter == ",")
    return rows


__all__ = ["BrokenFileError", "head"]
