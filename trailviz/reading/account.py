"""The account of every row: seen == used + left out + unreadable, for each file that was offered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from trailviz.reading.cells import Unreadable
from trailviz.reading.contract import Confidence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from trailviz.reading.cells import Cells

# the first tell what is wrong; how many there are the notices say
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

    def taken_back(self, rows: int, reason: str) -> Account:
        """Answer the account after some used rows turned out to be left out, because another file had said the same."""
        left = {**self.left_out, reason: self.left_out.get(reason, 0) + rows}
        return replace(self, used=self.used - rows, left_out=left)


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
            # a row with two reasons counts once, under the first: the sums have to agree
            self.left_out[reason] += int((rows & ~out).sum())
            out |= rows
        used = told & ~out
        self.seen += len(cells)
        self.pass_over(cells)
        self.used += int(used.sum())
        self.unreadable += int((~told & ~out).sum())
        # a Counter keeps its zeros, and each would be shown as a reason
        self.left_out = +self.left_out
        self.notices.update(cells.notices)
        # a row that is left out is not unreadable too
        skipped = set(cells.row[out].tolist())
        named = [one for one in cells.unreadable if one.row not in skipped]
        self.cells.extend(sorted(named, key=lambda one: one.row)[: max(0, FIRST_NOTES - len(self.cells))])
        if named:
            self.notices["unreadable_cells"] += len(named)
        return used

    def pass_over(self, cells: Cells) -> None:
        """Count the lines a reader passed over, as seen and left out."""
        self.seen += sum(cells.passed_over.values())
        self.left_out.update(cells.passed_over)

    def closed(self, blank: Account) -> Account:
        """Write the counts into an account."""
        return replace(
            blank,
            seen=self.seen,
            used=self.used,
            left_out=dict(self.left_out),
            unreadable=self.unreadable,
            unreadable_cells=tuple(self.cells[:FIRST_NOTES]),
            notices=dict(self.notices),
        )
