"""For when a source speaks, and whether what it declares of itself agrees with what was read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.tables import INSTANTS, instants_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.reading.account import Account
    from trailviz.reading.contract import Declared, Importer
    from trailviz.reading.tables import Batch


def coverage(account: Account, importer: Importer, declared: Declared, found: list[Batch]) -> list[dict[str, object]]:
    """Say for when a file speaks: in the window it declares, or from each collector's first to its last event.

    A calendar month (UTC) without any event is left out: an export with a hole in it does not speak for the hole. The basis is `retention` where the company keeps no more than the file holds: what came before may once have been.
    """
    shared = {"file": account.file, "member": account.member, "format": account.format, "missing": declared.missing}
    if declared.since is not None and declared.until is not None and declared.since < declared.until:
        window = {"from": declared.since, "until": declared.until, "basis": "declared"}
        # a declared window without rows is silence, not a hole in the export
        return [{**shared, "collector": importer.collector, **window}]
    collectors = sorted({word for batch in found for word in batch.table["collector"].unique().to_pylist() if word})
    rows: list[dict[str, object]] = []
    for collector in collectors:
        # only what a time is read from: filtering every column costs more than reading the file's dates
        tables = [_timed(batch.table, collector) for batch in found]
        first, last = instants_of(tables, beyond=True)
        if first is None or last is None:
            continue
        kept = importer.retention_days
        short = kept is not None and last - first <= timedelta(days=kept + 1)
        basis = "retention" if short else "first_last"
        rows.extend(
            {**shared, "collector": collector, "from": since, "until": until, "basis": basis}
            for since, until in _stretches(tables, first, last)
        )
    return rows


def _stretches(tables: Iterable[pa.Table], first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """Cut the time from the first to the last event where whole months have none."""
    months = [
        # NumPy knows no zones, and these are UTC
        np.unique(np.asarray(column.drop_null().cast(pa.timestamp("us"))).astype("datetime64[M]"))
        for table in tables
        for column in table.select([one for one in INSTANTS if one in table.column_names]).columns
    ]
    told = np.unique(np.concatenate(months)).astype(np.int64) if months else np.zeros(0, np.int64)
    breaks = np.flatnonzero(np.diff(told) > 1)
    starts, ends = told[np.append(0, breaks + 1)], told[np.append(breaks, len(told) - 1)] + 1
    return [
        (max(first, _month(since)), min(last, _month(until)))
        for since, until in zip(starts.tolist(), ends.tolist(), strict=True)
        if max(first, _month(since)) < min(last, _month(until))
    ]


def _month(number: int) -> datetime:
    """Answer the beginning of a month counted from 1970."""
    return datetime(1970 + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def _timed(table: pa.Table, collector: str) -> pa.Table:
    named = table.select([one for one in (*INSTANTS, "precision_s") if one in table.column_names])
    # as a rule one company wrote the whole batch, and nothing need be copied
    if table["collector"].unique().to_pylist() == [collector]:
        return named
    return named.filter(pc.equal(table["collector"], collector))


def flows_differ(declared: Declared, found: Iterable[pa.Table]) -> int:
    """Count the flows (out, in, neither) of which the file declares another number of rows than it has.

    Declared sums are not held against the rows: every company says in its notes that it counts refunds in its own way.
    """
    tables = [one.select(["part", "flow"]) for one in found if "flow" in one.column_names]
    if not declared.flows or not tables:
        return 0
    whole = pa.concat_tables(tables)
    # what was found in a row's text besides is no row the company counted
    counted = pc.value_counts(whole.filter(pc.equal(whole["part"], 0))["flow"].cast(pa.string())).to_pylist()
    read = {one["values"]: one["counts"] for one in counted}
    return sum(read.get(flow, 0) != count for flow, count in declared.flows.items())
