"""From a batch of cells to a table of events: constants spread, types set, ids given, parents named, rows counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import SCHEMA, UNDATED_KINDS
from trailviz.reading.contract import Columns
from trailviz.reading.identity import Seen, event_ids, told_apart
from trailviz.reading.letters import asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.reading.account import Tally
    from trailviz.reading.cells import Cells
    from trailviz.reading.contract import Importer
    from trailviz.reading.sources import Source

INSTANTS = ("start", "start_latest", "end_earliest", "end")


@dataclass(frozen=True)
class Batch:
    """A table of events and the number of the account its rows belong to."""

    table: pa.Table
    account: int
    saved: bool = False


class Shared:
    """Columns of one value, as long as the longest batch of a file: every batch takes a part of the same memory."""

    def __init__(self) -> None:
        """Begin a file."""
        self._kept: dict[tuple[object, pa.DataType], pa.Array] = {}

    def column(self, value: object, kind: pa.DataType, count: int) -> pa.Array:
        """Answer `count` times a value of a type."""
        key = (value, kind)
        if key not in self._kept or len(self._kept[key]) < count:
            self._kept[key] = pa.repeat(pa.scalar(value, kind), count)
        return self._kept[key].slice(0, count)


def read_batch(
    importer: Importer, source: Source, cells: Cells, tally: Tally, seen: Seen, shared: Shared, zone: str | None
) -> list[pa.Table]:
    """Turn cells into event tables, and count every row of them.

    A row none of whose events has a time is unreadable; a row the importer left out gives no event. `seen` carries
    this file's ids from batch to batch, so that two equal rows stay two.
    """
    said = importer.events(cells)
    groups = [said] if isinstance(said, Columns) else list(said)
    built = [one for group in groups if (one := _built(importer, source, cells, group, shared, zone)) is not None]
    told = np.zeros(len(cells), bool)
    for _, rows, dated in built:
        told[rows if dated.all() else rows[dated]] = True
    stands = tally.add(cells, told)
    tables: list[pa.Table] = []
    known: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for (columns, rows, dated), group in zip(built, groups, strict=True):
        part = np.asarray(columns["part"])
        ids, repeated = told_apart(event_ids(importer.name, columns, _of(group.own_id, group, rows), part), seen)
        if repeated:
            tally.notices["equal_rows"] += repeated
        columns["event_id"] = pa.array(ids, pa.uint64())
        if group.parent_part is not None and group.parent_part in known:
            parents = _parents(rows, *known[group.parent_part])
            if parents is not None:
                columns["parent"] = parents
        if len(part) and (part == part[0]).all():
            known[int(part[0])] = (rows, ids)
        table = pa.table({name: columns[name] for name in SCHEMA.names if name in columns})
        kept = dated & stands[rows]
        tables.append(table if kept.all() else table.filter(pa.array(kept)))
    return [table for table in tables if table.num_rows]


def instants_of(tables: Iterable[pa.Table], *, beyond: bool = False) -> tuple[datetime | None, datetime | None]:
    """Answer the first and the last instant of some events; `beyond` adds the precision, so that the end is exclusive."""
    firsts, lasts = [], []
    for table in tables:
        for name in INSTANTS:
            if name in table.column_names and table.num_rows:
                low, high = pc.min_max(table[name]).as_py().values()
                step = timedelta(seconds=_coarsest(table)) if beyond and high else timedelta(0)
                firsts += [low] if low else []
                lasts += [high + step] if high else []
    return (min(firsts).astimezone(UTC), max(lasts).astimezone(UTC)) if firsts else (None, None)


def _coarsest(table: pa.Table) -> int:
    return int(pc.max(table["precision_s"]).as_py() or 1) if "precision_s" in table.column_names else 1


def _built(
    importer: Importer, source: Source, cells: Cells, group: Columns, shared: Shared, zone: str | None
) -> tuple[dict[str, pa.Array], np.ndarray, np.ndarray] | None:
    rows = np.arange(len(cells)) if group.of is None else np.asarray(group.of, np.int64)
    count = len(rows)
    given: dict[str, object] = {
        "format": importer.name,
        "file": source.name,
        "member": source.member,
        "sheet": cells.sheet,
        "collector": importer.collector,
        "zone": importer.zone or zone,
        "zone_basis": "format" if importer.zone else "assumed",
        # what a row says of itself comes over what the format says of all
        **group.values,
        "row": pa.array(cells.row[rows]),
        "part": group.part,
    }
    columns = {name: _column(name, value, count, shared) for name, value in given.items() if value is not None}
    dated = np.zeros(count, bool)
    for name in INSTANTS:
        if name in columns:
            dated |= np.asarray(pc.is_valid(columns[name]))
    # where somebody lives is true without a date
    dated |= asked(columns["kind"], lambda words: pc.is_in(words, pa.array(UNDATED_KINDS)))
    return columns, rows, dated


def _column(name: str, value: object, count: int, shared: Shared) -> pa.Array:
    wanted = SCHEMA.field(name).type
    if isinstance(value, np.ndarray):
        value = pa.array(value)
    if isinstance(value, pa.ChunkedArray):
        value = value.combine_chunks()
    if isinstance(value, pa.Array):
        if pa.types.is_dictionary(value.type) and (pa.types.is_string(wanted) or value.type == wanted):
            # texts stay words and codes, a quarter of the memory; `Events.column` answers them as the schema says
            return _coded(value, shared)
        return value if value.type == wanted else value.cast(wanted)
    if pa.types.is_dictionary(wanted):
        return pa.DictionaryArray.from_arrays(shared.column(0, pa.int32(), count), pa.array([value], pa.string()))
    return shared.column(value, wanted, count)


def _coded(value: pa.DictionaryArray, shared: Shared) -> pa.DictionaryArray:
    if len(value.dictionary) == 1 and not value.null_count:
        return pa.DictionaryArray.from_arrays(shared.column(0, pa.int32(), len(value)), value.dictionary)
    return value


def _of(own_id: pa.Array | None, group: Columns, rows: np.ndarray) -> pa.Array | None:
    if own_id is None or len(own_id) == len(rows) or group.of is None:
        return own_id
    return own_id.take(pa.array(rows))


def _parents(rows: np.ndarray, parent_rows: np.ndarray, parent_ids: np.ndarray) -> pa.Array | None:
    """Answer for each event of a part the id of the first parent's event of the same row; None where no row has one."""
    place = np.full(int(max(rows.max(initial=-1), parent_rows.max(initial=-1))) + 1, -1)
    place[parent_rows[::-1]] = np.arange(len(parent_rows))[::-1]
    found = place[rows]
    if (found < 0).all():
        return None
    return pa.array(parent_ids[found], pa.uint64(), mask=found < 0)
