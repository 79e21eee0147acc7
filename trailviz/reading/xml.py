"""XML of any size, element by element: no entities, no network, no namespace to trip over."""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.encodings import Encoding, detect, utf8_blocks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from trailviz.reading.contract import Head

__all__ = ["Element", "elements", "local", "root_of", "text_at"]

DECLARED = re.compile(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]{2,20})[\"']")
ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)((?:\s[^<>]*)?)/?>")
PROLOG = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\])?>", re.DOTALL)
DEEPEST = 200
PIECE = 1 << 16


def root_of(head: Head) -> tuple[str, str]:
    """Answer the root element's local name and its attributes as written; two empty texts where there is none."""
    if head.kind != "xml":
        return "", ""
    found = ROOT.search(PROLOG.sub("", head.text[:20_000]))
    return (found[1], found[2]) if found else ("", "")


def elements(file: BinaryIO, names: Collection[str]) -> Iterator[Element]:
    """Yield every outermost element with one of these local names, its own names stripped of namespaces.

    Elements are dropped once they were yielded, so memory stays flat.

    Raises:
        BrokenFileError: After what came before, if the document breaks off, nests too deep or declares entities.
    """
    # `_Text` has made it UTF-8, whatever the declaration says
    parser = DefusedXMLParser(target=TreeBuilder(), encoding="utf-8", forbid_dtd=False, forbid_entities=True)
    open_elements: list[Element] = []
    inside = 0
    try:
        for event, element in iterparse(_Text(file), events=("start", "end"), parser=parser):
            if event == "start":
                open_elements.append(element)
                inside += local(element.tag) in names
                if len(open_elements) > DEEPEST:
                    raise BrokenFileError("xml_too_deep")
                continue
            open_elements.pop()
            wanted = local(element.tag) in names
            inside -= wanted
            if wanted and not inside:
                yield _stripped(element)
            if not inside:
                element.clear()
                # cleared alone, it would still hang in its parent
                if open_elements:
                    open_elements[-1].remove(element)
    except DefusedXmlException:
        raise BrokenFileError("xml_entities") from None
    except (ParseError, UnicodeDecodeError, ValueError):
        raise BrokenFileError("xml_breaks_off") from None


def local(tag: object) -> str:
    """Answer a name without its namespace or prefix."""
    return str(tag).rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def text_at(element: Element | None, *path: str) -> str | None:
    """Answer the text under a path of local names (`text_at(entry, "Amt")`), or None."""
    for name in path:
        element = None if element is None else next((one for one in element if one.tag == name), None)
    return (element.text or "").strip() or None if element is not None else None


def _stripped(element: Element) -> Element:
    for one in element.iter():
        one.tag = local(one.tag)
    return element


class _Text(io.RawIOBase):
    """The document as UTF-8 from its first `<`, whatever its declaration says."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        file.seek(0)
        start = file.read(PIECE)
        declared = DECLARED.search(start)
        encoding = _true_encoding(file, declared[1].decode() if declared else None)
        self._blocks = _bare(utf8_blocks(file, encoding))
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._blocks, b"")
        piece, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return piece


def _true_encoding(file: BinaryIO, declared: str | None) -> Encoding:
    """Believe the declaration where the whole file decodes by it, else look."""
    # a declaration of UTF-16 that can be read byte by byte is false
    if declared and declared.lower().replace("-", "") not in {"utf8", "utf16"}:
        try:
            decoder = codecs.getincrementaldecoder(declared)("strict")
        except LookupError:
            return detect(file)
        file.seek(0)
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
        except UnicodeError:
            return detect(file)
        file.seek(0)
        return Encoding(declared)
    return detect(file)


def _bare(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out what stands before the first `<`, and a byte-order mark in the text."""
    # a blank line before <?xml stops the parser, and GPX files with one were seen
    begun = False
    for block in blocks:
        if not begun and b"<" not in block:
            continue
        yield block if begun else block[block.index(b"<") :]
        begun = True
