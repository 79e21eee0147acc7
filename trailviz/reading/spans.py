"""For when a source speaks: the rows of the coverage table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from trailviz.reading.tables import instants_of

if TYPE_CHECKING:
    from trailviz.reading.account import Account
    from trailviz.reading.contract import Declared, Importer
    from trailviz.reading.tables import Batch


def coverage(account: Account, importer: Importer, declared: Declared, found: list[Batch]) -> list[dict[str, object]]:
    """Say for when a file speaks: in the window it declares, or from each collector's first to its last event.

    The basis is `retention` where the company keeps no more than the file holds: what came before may once have been.
    """
    shared = {"file": account.file, "member": account.member, "format": account.format, "missing": declared.missing}
    if declared.since is not None and declared.until is not None and declared.since < declared.until:
        window = {"from": declared.since, "until": declared.until, "basis": "declared"}
        return [{**shared, "collector": importer.collector, **window}]
    collectors = sorted({word for batch in found for word in batch.table["collector"].unique().to_pylist() if word})
    rows: list[dict[str, object]] = []
    for collector in collectors:
        tables = [batch.table.filter(pc.equal(batch.table["collector"], collector)) for batch in found]
        first, last = instants_of(tables, beyond=True)
        if first is None or last is None:
            continue
        kept = importer.retention_days
        short = kept is not None and last - first <= timedelta(days=kept + 1)
        rows.append(
            {
                **shared,
                "collector": collector,
                "from": first,
                "until": last,
                "basis": "retention" if short else "first_last",
            }
        )
    return rows
