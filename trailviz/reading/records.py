"""Records that no table holds (statements, tracks, documents) as columns of text, in batches."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Cells, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BATCH = 20_000


def record_cells(
    records: Iterable[Mapping[str, str | None]],
    names: Sequence[str],
    *,
    sheet: str | None = None,
    lines: Sequence[str] = (),
    encoding: str | None = None,
    batch: int = BATCH,
) -> Iterator[Cells]:
    """Make cells of records, numbered from 1.

    Args:
        records: One mapping a record; a name it does not hold is an empty cell.
        names: The columns.
        sheet: What the records are a part of, where a file has several.
        lines: Text around the records, for what a file declares of itself.
        encoding: The text's encoding, for the account.
        batch: Records a batch.

    Raises:
        BrokenFileError: After the records before it, if making them raised it.
    """
    running = iter(records)
    first = 1
    broken: BrokenFileError | None = None
    while broken is None:
        found: list[Mapping[str, str | None]] = []
        try:
            # extend, not list(): what came before the break is kept
            found.extend(islice(running, batch))
        except BrokenFileError as error:
            broken = error
        if not found:
            break
        columns = {name: tidy(pa.array([one.get(name) for one in found], pa.string())) for name in names}
        rows = np.arange(first, first + len(found), dtype=np.int32)
        yield Cells(columns, rows, sheet=sheet, encoding=encoding)
        first += len(found)
    # last, since `lines` may be filled while the records are read
    yield Cells({}, np.zeros(0, np.int32), sheet=sheet, lines=tuple(lines), encoding=encoding)
    if broken is not None:
        raise broken
