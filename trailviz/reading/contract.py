"""What an importer is: columns in, columns out, no state, no inheritance.

`recognise` looks at the head of a file, `cells` turns the file into batches of named columns with the number of
each row as a person finds it, `events` turns a batch into columns of the event table. Intake does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import numpy as np
    import pyarrow as pa

    from trailviz.reading.cells import Cells


class Confidence(IntEnum):
    """How sure an importer is: four words, because nobody can tell 0.8 from 0.85."""

    NO = 0
    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3


@dataclass(frozen=True, slots=True)
class Recognition:
    """An importer's answer to "is this yours?", with the reason a person is shown.

    `because` is a short English clause about structure (column names, keys), never about a cell's content.
    """

    confidence: Confidence
    because: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What the file says about itself in its cover sheet or footer.

    `since` and `until` bound the window it covers (aware, `until` exclusive); `count` is the number of rows it
    claims; `missing` is a code for what it leaves out by choice, such as "income" for an export of expenses only;
    `flows` are its numbers of rows going out, coming in, and neither.
    """

    since: datetime | None = None
    until: datetime | None = None
    count: int | None = None
    missing: str | None = None
    flows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Columns:
    """Columns of the event table for some rows of a batch of cells.

    `values` maps a column of `events.SCHEMA` to an Arrow array of one value an event, or to one Python scalar for
    all; `own_id` is the export's own transaction id (text array or None where it has none). `of` holds, for each
    event, the index of its row in the batch of cells (None: one event a row, in order). `part` numbers the events
    of one row; `parent_part` names the part of the same row these events belong to.
    """

    values: Mapping[str, object]
    of: np.ndarray | None = None
    part: int | np.ndarray = 0
    parent_part: int | None = None
    own_id: pa.Array | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Importer:
    """One export format. Made once, at the foot of its own file in `importers/`.

    `collector` is the company id that wrote the rows down ("self" for the person's own device or memory), unless
    the `collector` column is given by `events`. `declares` reads the cover-sheet lines (those before the header and
    after the last row), if the format has them. `retention_days` is how far back the company's export ever goes.
    `zone` is the zone the format fixes, or None. `lesser` names the better file to fetch instead, as a code for
    `verdict`, where this format is read but lacks much. `contains` names formats whose column sets this one contains
    (a tie with one of those is won by this importer). `about` says what it is and how to get it, for a format made of a
    column mapping instead of a module with a docstring.
    """

    name: str
    collector: str
    recognise: Callable[[Head], Recognition]
    cells: Callable[[BinaryIO], Iterator[Cells]]
    events: Callable[[Cells], Columns | Iterable[Columns]]
    declares: Callable[[Sequence[str]], Declared] | None = None
    retention_days: int | None = None
    zone: str | None = None
    lesser: str | None = None
    contains: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """All an importer may see to recognise a file: its first and last 64 KiB, never the whole.

    `name` is a hint and never a proof. `text` is the decoded head ("" if binary), `tail` the decoded end of a long
    text file. `kind` is what the bytes are: text, json, xlsx, xls, zip, pdf, xml, sqlite, image, fit, html, empty,
    binary. `rows` are the head's (and tail's) lines split into stripped cells, for text tables and for the first
    rows of every sheet of a workbook. `paths` are the key paths a JSON head shows (`locations.item.latitudeE7`, and
    `locations[]` where an array begins; a top-level array is `[]`), or what a picture's header tells (`reading.photo`).
    """

    name: str
    kind: str
    text: str = field(default="", repr=False)
    tail: str = field(default="", repr=False)
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    paths: frozenset[str] = field(default=frozenset(), repr=False)

    def has_columns(self, wanted: Iterable[str], *, optional: Iterable[str] = ()) -> Recognition:
        """Look for a row that holds all `wanted` names, in any order, anywhere in the head or the tail.

        Returns:
            CERTAIN where one row has them all, and every other cell of that row is in `optional` or `wanted` or
            empty; LIKELY where it has them beside columns nobody named; POSSIBLE where at least two thirds are there;
            else NO. The reason names the missing columns.
        """
        names = frozenset(wanted)
        # a comma at the end of a header (Alipay's) makes an empty cell
        known = names | frozenset(optional) | {""}
        best: frozenset[str] = frozenset()
        # anywhere, as cover sheets grow: readers that counted lines lost Alipay's first row without a word in July 2026
        for row in self.rows:
            present = names & frozenset(row)
            if present == names:
                strange = sum(cell not in known for cell in row)
                if strange:
                    return Recognition(
                        Confidence.LIKELY, f"has the columns it needs, beside {strange} it does not know"
                    )
                return Recognition(Confidence.CERTAIN, "has the header row of this format")
            if len(present) > len(best):
                best = present
        missing = ", ".join(sorted(names - best))
        if best and len(best) * 3 >= len(names) * 2:
            return Recognition(Confidence.POSSIBLE, f"has most columns but not {missing}")
        return Recognition(Confidence.NO, f"has no row with the columns {missing}" if names else "names no columns")
