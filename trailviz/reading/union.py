"""The same event read twice is one event: overlapping exports add nothing, equal rows of one file stay two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.identity import family, hashed

if TYPE_CHECKING:
    from trailviz.reading.tables import Batch

MINUTE_US = 60_000_000


def unite(batches: list[Batch]) -> tuple[list[pa.Table], dict[int, int]]:
    """Drop events another batch already told.

    Returns:
        The tables that remain, and how many rows of which account thereby gave nothing new.
    """
    if not batches:
        return [], {}
    several = len({batch.account for batch in batches}) > 1
    if not several and not any(batch.saved for batch in batches):
        # the ids of one file were told apart while it was read
        return [batch.table for batch in batches], {}
    ids = np.concatenate([batch.table["event_id"].to_numpy() for batch in batches])
    account = np.concatenate([np.full(batch.table.num_rows, batch.account) for batch in batches])
    # a copy, since what pandas hands out cannot be written to
    repeated = pd.Series(ids).duplicated().to_numpy().copy()
    if several:
        repeated |= _saved_again(batches, account, repeated)
    if not repeated.any():
        return [batch.table for batch in batches], {}
    tables: list[pa.Table] = []
    told: list[pd.DataFrame] = []
    start = 0
    for batch in batches:
        gone = repeated[start : start + batch.table.num_rows]
        start += batch.table.num_rows
        tables.append(batch.table.filter(pa.array(~gone)) if gone.any() else batch.table)
        # the accounts of a saved trail were closed when it was saved
        if not batch.saved:
            sheet = batch.table["sheet"].cast(pa.string()).to_pandas() if "sheet" in batch.table.column_names else ""
            rows = batch.table["row"].to_numpy()
            told.append(pd.DataFrame({"account": batch.account, "sheet": sheet, "row": rows, "gone": gone}))
    if not told:
        return tables, {}
    # a row is taken back only where every event of it had been told: its parts may lie in several batches
    whole = pd.concat(told).fillna({"sheet": ""}).groupby(["account", "sheet", "row"])["gone"].all()
    back = whole[whole].groupby(level="account").size()
    return tables, dict(zip(back.index.tolist(), back.tolist(), strict=True))


def _saved_again(batches: list[Batch], account: np.ndarray, repeated: np.ndarray) -> np.ndarray:
    """Find rows a spreadsheet saved without seconds, beside the precise row of the same family, minute, sum and party."""
    keys, coarse = [], []
    for batch in batches:
        table = batch.table
        count = table.num_rows
        exact = table["precision_s"].to_numpy() if "precision_s" in table.column_names else np.ones(count, np.int32)
        coarse.append(exact == MINUTE_US // 1_000_000)
        kind = family(str(table["format"][0].as_py()))
        minute = pc.divide(_or_null(table, "start").cast(pa.int64()), MINUTE_US).cast(pa.string())
        texts = [_or_null(table, name).cast(pa.string()) for name in ("kind", "amount", "party", "part")]
        # "replace", since one null would make the whole key null, and all such rows the same
        keys.append(pc.binary_join_element_wise(pa.scalar(kind), minute, *texts, "\x1f", null_handling="replace"))
    if not np.concatenate(coarse).any():
        return np.zeros(len(account), bool)
    frame = pd.DataFrame(
        {
            "key": np.concatenate(
                [hashed(key.combine_chunks() if isinstance(key, pa.ChunkedArray) else key) for key in keys]
            ),
            "coarse": np.concatenate(coarse),
            "account": account,
        }
    )
    # two equal fares within a minute are two: the n-th stands for the n-th
    frame["nth"] = frame.groupby(["key", "account"]).cumcount()
    precise = frame[~frame["coarse"] & ~repeated][["key", "nth"]].drop_duplicates()
    matched = frame.reset_index().merge(precise, on=["key", "nth"])["index"].to_numpy()
    again = np.zeros(len(frame), bool)
    again[matched] = True
    return again & frame["coarse"].to_numpy()


def _or_null(table: pa.Table, name: str) -> pa.ChunkedArray:
    if name in table.column_names:
        return table[name]
    return pa.chunked_array([pa.nulls(table.num_rows, pa.timestamp("us", "UTC") if name == "start" else pa.string())])
