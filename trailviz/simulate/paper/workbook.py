"""A workbook (Office Open XML) of one sheet, written by hand: the same cells, the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from trailviz.simulate.paper.archive import packed

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = f"""{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"""
ROOT = f"""{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
RELATIONS = f"""{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>"""


def workbook(rows: Sequence[Sequence[str | float]], *, merged: int, money_format: str, sheet: str = "Sheet1") -> bytes:
    """Write a workbook.

    Args:
        rows: Texts, or numbers that are shown as money.
        merged: So many first rows are merged over the whole width, as a cover sheet is.
        money_format: How numbers are shown, as in a spreadsheet's dialogue.
        sheet: The sheet's name.
    """
    width = max(map(len, rows))
    last = _letter(width - 1)
    merges = "".join(f'<mergeCell ref="A{row}:{last}{row}"/>' for row in range(1, merged + 1))
    body = "".join(
        f'<row r="{number}">{"".join(_cell(f"{_letter(column)}{number}", value) for column, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    written = (
        f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="A1:{last}{len(rows)}"/><sheetData>{body}</sheetData>'
        f'<mergeCells count="{merged}">{merges}</mergeCells></worksheet>'
    )
    styles = (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="{escape(money_format)}"/></numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/>'
        '</fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
        '<xf numFmtId="0" xfId="0"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
    book = f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    return packed(
        {
            "[Content_Types].xml": TYPES.encode(),
            "_rels/.rels": ROOT.encode(),
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": RELATIONS.encode(),
            "xl/worksheets/sheet1.xml": written.encode(),
            "xl/styles.xml": styles.encode(),
        }
    )


def _cell(at: str, value: str | float) -> str:
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>' if value else ""
    return f'<c r="{at}" s="1"><v>{value:.2f}</v></c>'


def _letter(column: int) -> str:
    return chr(ord("A") + column)
