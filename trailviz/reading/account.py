"""The account of every row: seen == used + left out + unreadable, for each file that was offered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from trailviz.reading.cells import Unreadable
from trailviz.reading.contract import Confidence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from trailviz.reading.cells import Cells

FIRST_NOTES = 100


@dataclass(frozen=True)
class Account:
    """What became of one file or member.

    `asked` holds every importer's name, confidence and reason; `left_out` and `notices` are counted codes; `advice`
    is a code saying what the file is and which one to get instead; `format` is None where nobody read it.
    """

    file: str
    member: str | None = None
    format: str | None = None
    confidence: Confidence = Confidence.NO
    because: str = ""
    encoding: str | None = None
    zone: str | None = None
    zone_basis: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    seen: int = 0
    used: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    unreadable: int = 0
    unreadable_cells: tuple[Unreadable, ...] = ()
    notices: Mapping[str, int] = field(default_factory=dict)
    advice: str | None = None
    asked: tuple[tuple[str, Confidence, str], ...] = ()
    sha256: str = ""
    size: int = 0
    declared: int | None = None
    missing: str | None = None


@dataclass
class Tally:
    """The account while a file is being read."""

    seen: int = 0
    used: int = 0
    unreadable: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    cells: list[Unreadable] = field(default_factory=list)

    def add(self, cells: Cells, told: np.ndarray) -> np.ndarray:
        """Count a batch. `told` marks the rows that gave a dated event; answers the rows whose events stand."""
        out = np.zeros(len(cells), bool)
        for reason, rows in cells.left_out.items():
            self.left_out[reason] += int((rows & ~out).sum())
            out |= rows
        used = told & ~out
        self.seen += len(cells)
        self.used += int(used.sum())
        self.unreadable += int((~told & ~out).sum())
        self.left_out = +self.left_out
        self.notices.update(cells.notices)
        skipped = set(cells.row[out].tolist())
        self.cells.extend(one for one in cells.unreadable[: FIRST_NOTES * 10] if one.row not in skipped)
        if len(cells.unreadable):
            self.notices["unreadable_cells"] += sum(one.row not in skipped for one in cells.unreadable)
        return used

    def take_back(self, rows: int, reason: str) -> None:
        """Move used rows to left out, because another file had said the same."""
        if rows:
            self.used -= rows
            self.left_out[reason] += rows
