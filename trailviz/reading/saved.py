"""A trail saved as one Parquet file: the events, with accounts and coverage as metadata."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from trailviz.events import COVERAGE, SCHEMA, Events
from trailviz.reading.account import Account
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Unreadable
from trailviz.reading.contract import Confidence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trailviz.reading.sources import Source

MARK = b"trailviz"
VERSION = 1
# each row has an id of eight random bytes, so an honest trail never packs twenty rows into one
MOST_ROWS_A_BYTE = 20
NEEDED = frozenset({"event_id", "format", "file", "row", "collector", "kind"})


@dataclass(frozen=True)
class Saved:
    """What a saved trail gives back."""

    events: Events
    accounts: tuple[Account, ...]
    coverage: pa.Table


def save(events: Events, accounts: Sequence[Account], coverage: pa.Table, path: Path) -> None:
    """Write a trail beside `path` first and rename it when whole, so that an interrupted run leaves nothing half done."""
    told = {
        "version": VERSION,
        "accounts": [asdict(one) for one in accounts],
        "coverage": coverage.to_pylist(),
    }
    table = events.table() if len(events) else SCHEMA.empty_table()
    table = table.replace_schema_metadata({MARK: json.dumps(told, default=_written).encode()})
    # beside it, as a rename into another file system is no rename; the number, as two runs may save at once
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        pq.write_table(table, unfinished, compression="zstd")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def is_saved(source: Source) -> bool:
    """Say whether a source is a trail that `save` wrote."""
    with source.open() as file:
        if file.read(4) != b"PAR1":
            return False
        try:
            return MARK in (pq.read_metadata(file).metadata or {})
        except (pa.ArrowException, OSError):
            return False


def restore(source: Source) -> Saved:
    """Read a saved trail.

    Raises:
        BrokenFileError: If the file is damaged or of a later version.
    """
    try:
        with source.open() as file:
            # a few forged bytes may claim a billion rows, and reading would lay them all out
            if pq.read_metadata(file).num_rows > MOST_ROWS_A_BYTE * source.size:
                raise BrokenFileError("broken_saved_trail")
            file.seek(0)
            table = pq.read_table(file)
        told = json.loads(table.schema.metadata[MARK])
        if NEEDED - set(table.column_names):
            raise BrokenFileError("broken_saved_trail")
        if told["version"] > VERSION or set(table.column_names) - set(SCHEMA.names):
            raise BrokenFileError("later_saved_trail")
        accounts = tuple(_account(one) for one in told["accounts"])
        rows = [{**row, "from": _instant(row["from"]), "until": _instant(row["until"])} for row in told["coverage"]]
        coverage = pa.Table.from_pylist(rows, COVERAGE)
        # a trail that was saved without some columns stays readable: they are null
        typed = table.replace_schema_metadata(None).cast(pa.schema([SCHEMA.field(name) for name in table.column_names]))
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # whatever a forged file lacks or twists is the same to the person; the cause may hold its content
        raise BrokenFileError("broken_saved_trail") from None
    return Saved(Events((typed,) if typed.num_rows else ()), accounts, coverage)


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _account(told: dict[str, Any]) -> Account:
    cells = tuple(Unreadable(**one) for one in told.pop("unreadable_cells"))
    asked = tuple((name, Confidence(sure), why) for name, sure, why in told.pop("asked"))
    first, last = _instant(told.pop("first")), _instant(told.pop("last"))
    sure = Confidence(told.pop("confidence"))
    return Account(**told, first=first, last=last, confidence=sure, unreadable_cells=cells, asked=asked)
