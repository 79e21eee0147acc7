"""HTML as companies export it: a long page of like blocks, read as it streams; no script runs, nothing is fetched."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading.encodings import detect, utf8_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

# these never close, so they must not count as open
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
BREAKS = frozenset({"br", "p", "div", "td", "th", "tr", "li", "table", "h1", "h2", "h3"})
UNSEEN = frozenset({"script", "style", "head"})
LONGEST_TEXT = 20_000
LEADING_BYTE = 0xC0  # of a character of several bytes in UTF-8


@dataclass
class Block:
    """One block of a page: its lines of text in order, and the addresses of its links."""

    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def blocks(file: BinaryIO, marked: str) -> Iterator[Block]:
    """Yield every element of a class, not those inside one already open; the last may be cut off.

    Args:
        file: The page, seekable.
        marked: A word of the class attribute, such as `outer-cell`.

    Raises:
        UndecodableError: If its letters are in no known encoding.
    """
    encoding = detect(file)
    parser = _Blocks(marked)
    waiting = b""
    for piece in utf8_blocks(file, encoding):
        whole = waiting + piece
        # a character may be cut in two by the end of a piece
        cut = next((at for at in range(1, 4) if len(whole) >= at and whole[-at] >= LEADING_BYTE), 0)
        waiting = whole[len(whole) - cut :] if cut else b""
        parser.feed(whole[: len(whole) - cut].decode("utf-8", "replace"))
        while parser.done:
            yield parser.done.popleft()
    parser.feed(waiting.decode("utf-8", "replace"))
    parser.close()
    while parser.done:
        yield parser.done.popleft()
    if parser.block is not None:
        yield parser.told()


def lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a whole page in reading order: a cell, a paragraph or a block begins a new one; no script, no style.

    Raises:
        UndecodableError: If its letters are in no known encoding.
    """
    encoding = detect(file)
    parser = _Lines()
    parser.feed(b"".join(utf8_blocks(file, encoding)).decode("utf-8", "replace"))
    parser.close()
    for line in "".join(parser.said).split("\n"):
        if told := re.sub(r"\s+", " ", line[:LONGEST_TEXT]).strip():
            yield told


class _Lines(HTMLParser):
    """Gathers what a person reads of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class's signature
        self.silent += tag in UNSEEN
        if tag in BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        # pages close what they never opened
        self.silent = max(0, self.silent - (tag in UNSEEN))
        if tag in BREAKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            # a line break in the source is a blank on the page
            self.said.append(data.replace("\n", " "))


class _Blocks(HTMLParser):
    """Gathers lines and links while an element of the wanted class is open."""

    def __init__(self, marked: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marked = marked
        self.block: Block | None = None
        self.depth = 0
        self.said: list[str] = []
        self.done: deque[Block] = deque()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if self.block is None:
            if self.marked in (told.get("class") or "").split():
                self.block, self.depth, self.said = Block(), 1, []
            return
        if tag == "a" and told.get("href"):
            self.block.links.append(str(told["href"])[:LONGEST_TEXT])
        if tag in {"br", "p", "div", "td", "tr", "li"}:
            self.said.append("\n")
        if tag not in VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if self.block is None or tag in VOID:
            return
        self.depth -= 1
        if tag in {"p", "div", "td", "tr", "li"}:
            self.said.append("\n")
        if self.depth == 0:
            self.done.append(self.told())

    def handle_data(self, data: str) -> None:
        if self.block is not None:
            self.said.append(data)

    def told(self) -> Block:
        """Close the open block."""
        block = self.block or Block()
        text = "".join(self.said)[:LONGEST_TEXT]
        block.lines = [line for one in text.split("\n") if (line := re.sub(r"\s+", " ", one).strip())]
        self.block, self.said = None, []
        return block
