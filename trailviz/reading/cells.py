"""A batch of named cells, and the readers that turn a column of text into times, money and words.

Every reader works on whole columns. A cell that cannot be read becomes null and is noted by (row, column, expected);
no note ever holds the cell.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One cell that could not be read: where it is and what was expected there, never what it holds."""

    row: int
    column: str
    expected: str


@dataclass
class Cells:
    """Rows of one file (or sheet, or JSON array) as named Arrow columns, with what went wrong on the way.

    `columns` maps a header to a text array (stripped; empty is null) or, from JSON, to a typed array; all have
    `len(row)` elements. `row` (int32) is the row as a person finds it: the line of a CSV, the row of a sheet, the
    1-based element of a JSON array. `lines` are the cover-sheet lines before the header and after the last row.
    """

    columns: Mapping[str, pa.Array]
    row: np.ndarray
    sheet: str | None = None
    lines: Sequence[str] = field(default=(), repr=False)
    unreadable: list[Unreadable] = field(default_factory=list)
    left_out: dict[str, np.ndarray] = field(default_factory=dict)
    notices: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.row)

    def has(self, column: str) -> bool:
        """Say whether the file has this column."""
        return column in self.columns

    def text(self, *columns: str) -> pa.Array:
        """Answer the first of these columns that the file has, as text, null where empty or absent."""
        raise NotImplementedError

    def words(self, column: str, known: Mapping[str, str], *, other: str | None = None) -> pa.Array:
        """Translate a column of a closed vocabulary; an unknown word becomes `other`, keeps its row, and is counted."""
        raise NotImplementedError

    def times(self, column: str, *patterns: str, zone: str | None = None, noted: bool = True) -> pa.Array:
        """Read local (or, with %z or Z, absolute) times into UTC instants; NaT and a note where none fits.

        `patterns`: strptime patterns tried in order, each on the cells none before it read. `zone`: IANA name of the
        zone the wall clock was in; a time that does not exist there moves forward, an ambiguous one is the earlier.
        """
        raise NotImplementedError

    def money(self, column: str) -> pa.Array:
        """Read unsigned or signed amounts into decimal128(28, 8), absolute value; `signs` tells the direction."""
        raise NotImplementedError

    def signs(self, column: str) -> np.ndarray:
        """Answer -1, 0 or 1 for the sign of each amount in this column; 0 where empty or unreadable."""
        raise NotImplementedError

    def numbers(self, column: str, *, low: float | None = None, high: float | None = None) -> pa.Array:
        """Read decimal numbers into float64; a cell outside `[low, high]` is unreadable."""
        raise NotImplementedError

    def leave_out(self, rows: np.ndarray, reason: str) -> None:
        """Leave rows (a boolean mask) out of the events, with the reason code that the account shows."""
        raise NotImplementedError

    def note(self, rows: np.ndarray, column: str, expected: str) -> None:
        """Note that these cells (a boolean mask) could not be read."""
        raise NotImplementedError
