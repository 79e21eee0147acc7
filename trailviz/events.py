"""The event table: the one place where a column is named.

An event is one dated statement of one row of one export, with its provenance.
Intervals are `[start, end)`; instants are UTC microseconds; latitude comes before
longitude; money is an unsigned decimal, never a float; what a row does not say is
null, never 0,0 and never an invented time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

NOT_A_TIME = -(1 << 63)
INSTANT = pa.timestamp("us", tz="UTC")
# A million rows repeat a few hundred words: a column costs its codes.
WORD = pa.dictionary(pa.int32(), pa.string())
# Never a float: sums are compared to link records of one deed, and 0.1 + 0.2 is not 0.3.
MONEY = pa.decimal128(28, 8)
ITEM = pa.struct([("name", pa.string()), ("quantity", pa.decimal128(12, 3)), ("amount", MONEY)])

SCHEMA = pa.schema(
    [
        ("event_id", pa.uint64()),
        ("format", WORD),
        ("file", WORD),
        ("member", WORD),
        ("sheet", WORD),
        ("row", pa.int32()),
        ("part", pa.int16()),
        ("parent", pa.uint64()),
        ("collector", WORD),
        ("kind", WORD),
        ("start", INSTANT),
        ("start_latest", INSTANT),
        ("end_earliest", INSTANT),
        ("end", INSTANT),
        ("booked", INSTANT),
        ("time_basis", WORD),
        ("precision_s", pa.int32()),
        ("zone", WORD),
        ("zone_basis", WORD),
        ("party", pa.string()),
        ("party_is", WORD),
        ("party_account", pa.string()),
        ("people", pa.list_(pa.string())),
        ("detail", pa.string()),
        ("category", pa.string()),
        ("status", pa.string()),
        ("note", pa.string()),
        ("items", pa.list_(ITEM)),
        ("method", pa.string()),
        ("instrument", pa.string()),
        ("refs", pa.list_(pa.string())),
        ("amount", MONEY),
        ("fee", MONEY),
        ("currency", WORD),
        ("flow", WORD),
        ("amount_other", MONEY),
        ("currency_other", WORD),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("accuracy_m", pa.float32()),
        ("place", pa.string()),
        ("place_ref", pa.string()),
        ("end_lat", pa.float64()),
        ("end_lon", pa.float64()),
        ("end_accuracy_m", pa.float32()),
        ("end_place", pa.string()),
        ("datum", WORD),
        ("mode", WORD),
        ("service", pa.string()),
        ("vehicle", pa.string()),
        ("device", pa.string()),
        ("presence", WORD),
        ("channel_text", pa.string()),
        ("said_by", WORD),
        ("probability", pa.float32()),
        ("count", pa.int32()),
        ("illustrative", pa.bool_()),
    ]
)
"""Every column of the event table with its type; meanings and units are in docs/events.md."""

KINDS = (
    "payment", "refund", "hold", "transfer", "top_up", "fee", "order", "item", "request", "ride", "leg", "tap",
    "visit", "fix", "delivery", "sign_in", "search", "access", "disclosure", "statement", "note",
)  # fmt: skip
UNDATED_KINDS = frozenset({"statement", "disclosure"})
"""Kinds whose start may be null: the company's own inference, or a disclosure without a date."""

FACETS = (
    "time", "end", "place", "destination", "route", "amount", "merchant", "items", "person", "vehicle", "identity",
    "device", "score", "ad_id", "credit_file", "blacklist", "video",
)  # fmt: skip
"""What an event can give away, in bit order: facet i is bit `1 << i` of a facet mask."""

FACET_BIT = {name: 1 << number for number, name in enumerate(FACETS)}

COVERAGE = pa.schema(
    [
        ("file", pa.string()),
        ("member", pa.string()),
        ("format", pa.string()),
        ("collector", pa.string()),
        ("from", INSTANT),
        ("until", INSTANT),
        ("basis", pa.string()),
        ("missing", pa.string()),
    ]
)
"""When each source says anything at all. `basis`: declared, first_last or retention; `until` is exclusive."""


@dataclass(frozen=True)
class Events:
    """Events as a list of tables, one a batch, each holding only the columns its format fills.

    `batches`: tables whose columns are a subset of `SCHEMA`, always with `event_id`, `kind`, `row`.
    Row order is the order of `batches`; every array this class answers has `len(self)` elements in that order.
    """

    batches: tuple[pa.Table, ...]
    # Every room asks for the same few columns, and coding one costs a pass over all rows.
    _kept: dict[str, tuple[np.ndarray, list[str]]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        """Count the events."""
        return sum(batch.num_rows for batch in self.batches)

    def has(self, name: str) -> bool:
        """Say whether any batch fills this column."""
        return any(name in batch.column_names for batch in self.batches)

    def column(self, name: str) -> pa.ChunkedArray:
        """Answer one column of `SCHEMA` over all batches, null where a batch does not carry it.

        Raises:
            KeyError: If `SCHEMA` has no such column.
        """
        wanted = SCHEMA.field(name).type
        chunks: list[pa.Array] = []
        for batch in self.batches:
            if name in batch.column_names:
                # A reader may hand over texts as words and codes (0002); whoever asks gets the type of the schema.
                chunks.extend(chunk.cast(wanted) if chunk.type != wanted else chunk for chunk in batch[name].chunks)
            elif batch.num_rows:
                # Nulls, not run-ends: consumers need one type, and these arrays do not last (0001).
                chunks.append(pa.nulls(batch.num_rows, wanted))
        return pa.chunked_array(chunks, wanted)

    def words(self, name: str) -> tuple[np.ndarray, list[str]]:
        """Answer a dictionary (or string) column as codes into a list of distinct words; -1 is null."""
        if name not in self._kept:
            self._kept[name] = self._coded(name)
        return self._kept[name]

    def _coded(self, name: str) -> tuple[np.ndarray, list[str]]:
        chunks = [one for one in self._worded(name) if len(one)]
        if not chunks:
            return np.zeros(0, np.int64), []
        whole = pa.chunked_array(chunks).unify_dictionaries().combine_chunks()
        whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
        codes = np.asarray(pc.fill_null(whole.indices, -1), dtype=np.int64)
        # a batch that lost rows keeps their words: only those that some event has are answered
        used = np.bincount(codes + 1, minlength=len(whole.dictionary) + 1)[1:] > 0
        number = np.append(np.cumsum(used) - 1, -1)
        return number[codes], whole.dictionary.filter(pa.array(used)).to_pylist()

    def _worded(self, name: str) -> Iterator[pa.DictionaryArray]:
        """Yield one column, chunk by chunk, as codes into its words."""
        for batch in self.batches:
            if name not in batch.column_names:
                yield pa.nulls(batch.num_rows, pa.string()).dictionary_encode()
                continue
            for chunk in batch[name].chunks:
                yield chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()

    def instants(self, name: str) -> np.ndarray:
        """Answer a time column as `datetime64[us]` in UTC; NaT where null."""
        # as numbers, with the number numpy calls NaT for null: Arrow's own way through pandas costs five times as much
        return pc.fill_null(self.column(name).cast(pa.int64()), NOT_A_TIME).to_numpy().view("datetime64[us]")

    def numbers(self, name: str) -> np.ndarray:
        """Answer a number column as float64; NaN where null. Never for money that is compared or shown."""
        return self.column(name).cast(pa.float64()).to_numpy()

    @cached_property
    def ids(self) -> np.ndarray:
        """The event ids as uint64, in row order."""
        return self.column("event_id").to_numpy()

    def table(self, names: Sequence[str] | None = None) -> pa.Table:
        """Answer the named columns (all filled ones by default) as one Arrow table."""
        chosen = [name for name in SCHEMA.names if self.has(name)] if names is None else list(names)
        return pa.table({name: self.column(name) for name in chosen})

    def frame(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """Answer the named columns as a pandas frame (for small slices: a day, an act, a screen)."""
        return self.table(names).to_pandas()

    def take(self, rows: np.ndarray) -> Events:
        """Answer the events at these positions, as one batch."""
        return Events((self.table().take(pa.array(rows)),))


def gather(batches: Iterable[pa.Table]) -> Events:
    """Make Events of tables, dropping empty ones.

    Raises:
        ValueError: If a table names a column that `SCHEMA` does not have.
    """
    kept = []
    for batch in batches:
        # A column written wrong would be asked for by nobody, and what it holds be lost in silence.
        unknown = set(batch.column_names) - set(SCHEMA.names)
        if unknown:
            message = f"no such event column: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        if batch.num_rows:
            kept.append(batch)
    return Events(tuple(kept))


def written(event_id: int) -> str:
    """Write an event id as it stands on screen and in JSON: 16 hex digits."""
    return f"{int(event_id):016x}"
