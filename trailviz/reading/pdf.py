"""PDF as companies issue it: words with their places, and the rows of a table whose headings are known.

Text order in a PDF is the printer's, not the reader's: a cell wraps in mid-word and its lines interleave with its neighbours'. So a table is
put together by where its words stand, by the rules drawn around its cells where there are any.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from trailviz.reading.broken import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_PAGES, MOST_LETTERS = 400, 400_000
THIN = 2.5
LEAST_HEADING = 2
ENCRYPTED = b"/Encrypt"
APART, SAME_LINE = 0.35, 0.5
"""A gap of this part of a letter's height parts two words; lines overlap by this part of it."""


@dataclass(frozen=True)
class Word:
    """Letters that stand together; points from the page's left and top edge."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.top + self.bottom) / 2


@dataclass
class Page:
    """The words of one page in reading order, and where rules are drawn."""

    words: list[Word] = field(default_factory=list)
    across: list[float] = field(default_factory=list)
    down: list[float] = field(default_factory=list)

    def lines(self) -> list[list[Word]]:
        """Group the words into lines from top to bottom, each from left to right."""
        found: list[list[Word]] = []
        for word in sorted(self.words, key=lambda one: (one.middle, one.left)):
            height = word.bottom - word.top
            if found and abs(found[-1][0].middle - word.middle) < SAME_LINE * height:
                found[-1].append(word)
            else:
                found.append([word])
        return [sorted(line, key=lambda one: one.left) for line in found]


def pages(file: BinaryIO, most: int = MOST_PAGES) -> list[Page]:
    """Read the first pages of a document.

    Raises:
        BrokenFileError: `pdf_locked` where it wants a password, `pdf_breaks_off` where it is damaged.
    """
    import pypdfium2  # noqa: PLC0415 - only who has PDFs waits for it

    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file.read())
    except pypdfium2.PdfiumError as error:
        raise BrokenFileError("pdf_locked" if "password" in str(error).lower() else "pdf_breaks_off") from None
    try:
        told: list[Page] = []
        letters = 0
        for number in range(min(len(document), most)):
            page = document[number]
            # counted before any is placed, since each letter's box costs a call
            letters += page.get_textpage().count_chars()
            if letters > MOST_LETTERS:
                raise BrokenFileError("pdf_breaks_off")
            told.append(_page(page))
    except pypdfium2.PdfiumError:
        raise BrokenFileError("pdf_breaks_off") from None
    else:
        return told
    finally:
        document.close()


def unlocked(data: bytes, password: str | None) -> bytes | str | None:
    """Answer a locked document without its lock; a code where it stays locked, None where it has no lock to open.

    A document that only forbids printing opens without a password, and stays as it is. The copy lives in memory.
    """
    # most PDFs have no lock, and are not opened here
    if ENCRYPTED not in data:
        return None
    import pypdfium2  # noqa: PLC0415

    try:
        pypdfium2.PdfDocument(data).close()
    except pypdfium2.PdfiumError as error:
        # damage is told where the file is read
        if "password" not in str(error).lower():
            return None
    else:
        return None
    if not password:
        return "pdf_password_needed"
    copy = io.BytesIO()
    try:
        document = pypdfium2.PdfDocument(data, password=password)
        document.save(copy, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
        document.close()
    except pypdfium2.PdfiumError as error:
        return "pdf_wrong_password" if "password" in str(error).lower() else None
    return copy.getvalue()


def text(found: Sequence[Page]) -> str:
    """Write pages as lines of words parted by blanks."""
    return "\n".join(" ".join(word.text for word in line) for page in found for line in page.lines())


def table(
    found: Sequence[Page], headings: Sequence[str], number: str = r"\d{1,4}", *, joint: str = ""
) -> Iterator[dict[str, str]]:
    """Yield the rows of the table under these headings, each as heading and cell.

    Args:
        found: The pages; a table may go on over them, with or without its headings repeated.
        headings: The words of the headings from left to right; what is written behind one (`[元]`) is part of it.
        number: What the first cell of a row looks like; a line without it goes on with the row it stands in.
        joint: What stands between the words of a cell: nothing in Chinese, where a cell wraps in mid-word.
    """
    edges: list[float] = []
    for page in found:
        lines = page.lines()
        if names := _names(page.words, headings):
            edges = _edges(names, page.down, [word for word in page.words if word.middle > names[0].bottom])
            lines = [line for line in lines if line[0].middle > names[0].bottom]
        if edges:
            for cells in _rows(lines, edges, len(headings), re.compile(rf"^{number}$"), page.across):
                yield {name: joint.join(words) for name, words in zip(headings, cells, strict=True)}


def _rows(
    lines: list[list[Word]], edges: list[float], width: int, number: re.Pattern[str], across: list[float]
) -> Iterator[list[list[str]]]:
    """Put the words of the lines into cells: by the rules above and below a number, else from a number to the next."""
    first = edges[1] if len(edges) > 1 else float("inf")
    # a number further right is a cell's own
    marks = [word.middle for line in lines for word in line[:1] if number.match(word.text) and word.left < first]
    ruled = [(max((one for one in across if one < mark), default=mark), min((one for one in across if one > mark), default=mark)) for mark in marks]  # fmt: skip
    # a lone rule under a title is no table: every row has one above and one below
    drawn = len(across) > len(marks) and all(high < mark < low for mark, (high, low) in zip(marks, ruled, strict=True))
    for place, mark in enumerate(marks):
        below = marks[place + 1] if place + 1 < len(marks) else float("inf")
        top, bottom = ruled[place] if drawn else (mark - THIN, below - THIN)
        mine = [word for line in lines for word in line if top < word.middle < bottom]
        if not drawn:
            mine = _before_the_footer(mine)
        cells: list[list[str]] = [[] for _ in range(width)]
        for word in mine:
            cells[min(max(bisect_right(edges, word.left + THIN) - 1, 0), width - 1)].append(word.text)
        yield cells


def _before_the_footer(words: list[Word]) -> list[Word]:
    """Keep the words down to the first gap of more than two lines."""
    kept: list[Word] = []
    for word in words:
        if kept and word.top - kept[-1].bottom > 2 * (word.bottom - word.top):
            break
        kept.append(word)
    return kept


def _names(words: list[Word], headings: Sequence[str]) -> list[Word]:
    """Answer the words that are the headings, from left to right; none where one is missing.

    A narrow heading is broken over lines, so all are looked for in a band around the first, by how they begin.
    """
    begin = headings[0][:LEAST_HEADING]
    for first in (word for word in words if word.text.startswith(begin) and _fits(word.text, headings[0])):
        height = 4 * (first.bottom - first.top)
        band = sorted((word for word in words if abs(word.middle - first.middle) < height), key=lambda one: one.left)
        found = [first]
        for heading in headings[1:]:
            beside = (word for word in band if word.left > found[-1].left + THIN)
            fits = next(
                (word for word in beside if word.text.startswith(heading) or heading.startswith(word.text)), None
            )
            if fits is None:
                break
            found.append(fits)
        if len(found) == len(headings):
            return found
    return []


def _fits(text: str, heading: str) -> bool:
    return text.startswith(heading) or heading.startswith(text)


def _edges(names: list[Word], down: list[float], body: list[Word]) -> list[float]:
    """Answer where each column begins: at the rule left of its heading, else in the gutter between it and the heading before."""
    edges: list[float] = []
    for place, word in enumerate(names):
        rule = max((one for one in down if one <= word.left + 1), default=None)
        before = names[place - 1].right if place else 0.0
        gutter = _gutter(before, word.left, body) if place else 0.0
        edges.append(rule if rule is not None and rule >= before - THIN else gutter)
    return edges


def _gutter(low: float, high: float, body: list[Word]) -> float:
    """Answer the middle of the widest strip between two headings that the fewest words below cross.

    Halfway between them is not enough: a long text under a short heading reaches further.
    """
    points = np.arange(low, max(high, low) + 1.0)
    left, right = (np.array([getattr(word, side) for word in body])[:, None] for side in ("left", "right"))
    crossed = ((left < points) & (points < right)).sum(axis=0) if body else np.zeros(len(points), int)
    free = np.concatenate([[False], crossed == crossed.min(), [False]])
    starts, ends = np.flatnonzero(~free[:-1] & free[1:]), np.flatnonzero(free[:-1] & ~free[1:]) - 1
    widest = int(np.argmax(ends - starts))
    return float(points[starts[widest]] + points[ends[widest]]) / 2


def _page(page: Any) -> Page:  # noqa: ANN401 - pypdfium2 has no types
    told = Page(words=list(_words(page)))
    high = page.get_height()
    for one in page.get_objects(filter=[2], max_depth=3):  # 2 is a path
        left, bottom, right, top = one.get_bounds()
        if top - bottom < THIN < right - left:
            told.across.append(high - (top + bottom) / 2)
        elif right - left < THIN < top - bottom:
            told.down.append((left + right) / 2)
        # a box drawn around a cell is four rules
        elif right - left > THIN:
            told.across += [high - top, high - bottom]
            told.down += [left, right]
    return told


def _words(page: Any) -> Iterator[Word]:  # noqa: ANN401
    """Gather letters into words by the gaps between them."""
    told, high = page.get_textpage(), page.get_height()
    whole = told.get_text_range()
    letters: list[tuple[str, float, float, float, float]] = []
    if len(whole) != told.count_chars():  # a letter of two units, or one the document hides
        whole = "".join(told.get_text_range(at, 1)[:1] or " " for at in range(told.count_chars()))
    for at, letter in enumerate(whole):
        if letter.isspace() or letter < " ":
            yield from _word(letters)
            letters = []
            continue
        left, bottom, right, top = told.get_charbox(at, loose=True)
        box = (letter, left, right, high - top, high - bottom)
        if letters:
            last = letters[-1]
            height = max(box[4] - box[3], 1.0)
            if not (-height < left - last[2] < APART * height and abs(last[4] - box[4]) < SAME_LINE * height):
                yield from _word(letters)
                letters = []
        letters.append(box)
    yield from _word(letters)


def _word(letters: list[tuple[str, float, float, float, float]]) -> Iterator[Word]:
    if letters:
        said = "".join(letter for letter, *_ in letters)
        yield Word(said, letters[0][1], letters[-1][2], min(one[3] for one in letters), max(one[4] for one in letters))
