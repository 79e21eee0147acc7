"""The reading wing's floor: bytes in, numbered columns out. What an importer may use is exported here."""

from __future__ import annotations

from trailviz.reading.cells import Cells, Unreadable
from trailviz.reading.contract import Columns, Confidence, Declared, Head, Importer, Recognition
from trailviz.reading.csv import csv_cells
from trailviz.reading.json import json_cells, json_document, json_lines, json_objects, said, within
from trailviz.reading.records import record_cells
from trailviz.reading.table import table_cells

__all__ = [
    "Cells",
    "Columns",
    "Confidence",
    "Declared",
    "Head",
    "Importer",
    "Recognition",
    "Unreadable",
    "csv_cells",
    "json_cells",
    "json_document",
    "json_lines",
    "json_objects",
    "record_cells",
    "said",
    "table_cells",
    "within",
]
