"""A PDF of a title and a ruled table, in Chinese, without embedding a font.

A reader that has Adobe's GB1 collection knows STSong-Light by name, and what each letter is stands in the predefined CMap
`UniGB-UCS2-H` (PDF 32000-1, 9.7.5): so the text can be read back, as it can in what companies issue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDE, HIGH = 842, 595
SIZE, LEADING, MARGIN = 8, 11, 36
LETTER, HALF = 1.0, 0.5
LAST_ASCII = 0x7F
FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UCS2-H /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo 6 0 R /FontDescriptor 5 0 R /DW 1000 /W [1 95 500] >>",
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    "<< /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>",
)


def table(lines: Sequence[str], headings: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> bytes:
    """Print lines of text, and below them a table whose cells wrap wherever their column ends.

    Args:
        lines: Title and cover.
        headings: The first row of the table, repeated on every page.
        widths: Of the columns, in points.
        rows: The cells.
    """
    pages: list[str] = []
    left = list(rows)
    while left or not pages:
        drawn = _Page()
        for line in lines if not pages else ():
            drawn.text(MARGIN, line)
            drawn.down(LEADING + 3)
        drawn.down(4)
        drawn.row(headings, widths)
        while left and drawn.fits(left[0], widths):
            drawn.row(left.pop(0), widths)
        pages.append(drawn.stream())
    return _document(pages)


class _Page:
    """A page while it is drawn, from the top down."""

    def __init__(self) -> None:
        self.y = float(HIGH - MARGIN - SIZE)
        self.drawn: list[str] = []

    def text(self, x: float, text: str) -> None:
        self.drawn.append(f"BT /F1 {SIZE} Tf 1 0 0 1 {x:.1f} {self.y:.1f} Tm <{text.encode('utf-16-be').hex()}> Tj ET")

    def down(self, points: float) -> None:
        self.y -= points

    def fits(self, cells: Sequence[str], widths: Sequence[int]) -> bool:
        return self.y - LEADING * max(map(len, _wrapped(cells, widths))) > MARGIN

    def row(self, cells: Sequence[str], widths: Sequence[int]) -> None:
        wrapped = _wrapped(cells, widths)
        top, high = self.y + SIZE + 2, LEADING * max(map(len, wrapped)) + 4
        x = float(MARGIN)
        for lines, width in zip(wrapped, widths, strict=True):
            self.drawn.append(f"0.5 w {x:.1f} {top - high:.1f} {width} {high} re S")
            for number, line in enumerate(lines):
                self.y -= number * LEADING
                self.text(x + 3, line)
                self.y += number * LEADING
            x += width
        self.down(high)

    def stream(self) -> str:
        return "\n".join(self.drawn)


def _wrapped(cells: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    return [_lines(cell, width - 6) for cell, width in zip(cells, widths, strict=True)]


def _lines(text: str, width: float) -> list[str]:
    lines, at = [""], 0.0
    for letter in text:
        step = (HALF if ord(letter) < LAST_ASCII else LETTER) * SIZE
        if at + step > width:
            lines.append("")
            at = 0.0
        lines[-1] += letter
        at += step
    return lines


def _document(pages: Sequence[str]) -> bytes:
    """Number the objects and write where each begins."""
    kids = " ".join(f"{7 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        *FONT,
    ]
    for number, stream in enumerate(pages):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDE} {HIGH}] /Resources << /Font << /F1 3 0 R >> >> /Contents {8 + 2 * number} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    written, begins = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, one in enumerate(objects, 1):
        begins.append(len(written))
        written += f"{number} 0 obj\n{one}\nendobj\n".encode("ascii")
    cross = "".join(f"{at:010} 00000 n \n" for at in begins)
    return written + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{cross}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    ).encode("ascii")
