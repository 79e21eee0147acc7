"""How long a day takes with something otherwise, and its shares, on a trail of a year and of ten.

Run: `uv run python benchmarks/otherwise.py`. Beside each: the walk over the whole trail, which is what is saved.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pyarrow as pa

from trailviz import story, whatif
from trailviz.events import COVERAGE, Events, gather
from trailviz.places import Gazetteer
from trailviz.registry.shelf import load
from trailviz.trail import Trail, think
from trailviz.whatif import Change

Answer = TypeVar("Answer")
FIRST = np.datetime64("2016-01-01", "us").astype(np.int64)
MINUTE_US = 60_000_000


def invented(rows: int, years: int, seed: int = 20170826) -> Events:
    """Make a trail of rides, their payments, a wallet's other payments and the bank's lines, a quarter each."""
    chance = np.random.default_rng(seed)
    count = rows // 4
    begin = FIRST + np.sort(chance.integers(0, years * 365 * 1440, count)) * MINUTE_US
    sums = pa.array(chance.integers(100, 9000, count)).cast(pa.decimal128(28, 8))
    arrive = begin + 15 * MINUTE_US

    def word(text: str) -> pa.Array:
        return pa.array([text] * count).dictionary_encode().cast(pa.dictionary(pa.int32(), pa.string()))

    def table(
        number: int, collector: str, kind: str, start: np.ndarray, party: list[str | None], **more: pa.Array
    ) -> pa.Table:
        columns = {
            "event_id": pa.array(np.arange(count) + number * 10**8, pa.uint64()),
            "file": word(f"{collector}{number}.csv"),
        }
        columns |= {"row": pa.array(np.arange(count, dtype=np.int32)), "collector": word(collector), "kind": word(kind)}
        columns |= {
            "start": pa.array(start, pa.timestamp("us", "UTC")),
            "zone": word("Asia/Shanghai"),
            "party": pa.array(party, pa.string()),
        }
        return pa.table({**columns, "amount": sums, "currency": word("CNY"), **more})

    ends = {
        name: pa.array(chance.uniform(low, low + 1, count))
        for name, low in (("lat", 31), ("lon", 121), ("end_lat", 31), ("end_lon", 121))
    }
    shops = np.array([f"示例店{number}" for number in range(2000)])[chance.integers(0, 2000, count)].tolist()
    return gather(
        [
            table(1, "didi", "ride", begin, [None] * count, end=pa.array(arrive, pa.timestamp("us", "UTC")), **ends),
            table(2, "alipay", "payment", arrive, ["滴滴出行"] * count),
            table(3, "alipay", "payment", chance.permutation(begin), shops),
            table(4, "icbc", "payment", arrive + 1440 * MINUTE_US, ["支付宝"] * count),
        ]
    )


def timed(ask: Callable[[], Answer]) -> tuple[Answer, float]:
    """Answer, and how many seconds it took."""
    began = time.perf_counter()
    answer = ask()
    return answer, time.perf_counter() - began


def main() -> None:
    """Print the table."""
    print("rows      years  whole walk  what-if of a day  its sentences  shares of the day  of everything")
    for rows, years in ((40_000, 1), (1_000_000, 10)):
        measure(rows, years)


def measure(rows: int, years: int) -> None:
    """Print one line of it."""
    events, registry, gazetteer = invented(rows, years), load(), Gazetteer()
    thought, walk = timed(lambda: think(events, registry, gazetteer))
    trail = Trail(*thought, (), COVERAGE.empty_table(), registry, {}, gazetteer)
    day, observer, everyone = (
        trail.days[len(trail.days) // 2][0],
        trail.observer("alipay+ant"),
        trail.observer("everyone"),
    )
    other, change = timed(lambda: whatif.changed(trail, Change(companies=frozenset({"didi"})), day))
    _, told = timed(lambda: story.tell(other, observer, "ownership", day))
    _, share = timed(lambda: whatif.shares(trail, observer, "ownership", day))
    _, whole = timed(lambda: whatif.shares(trail, everyone, "ownership"))
    print(f"{rows:9,} {years:5}  {walk:8.2f} s  {change:14.2f} s  {told:11.2f} s  {share:15.2f} s  {whole:11.2f} s")


if __name__ == "__main__":
    main()
