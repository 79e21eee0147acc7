"""How fast counterparties are read, beside a search for every name in every text.

Run: python benchmarks/parties.py. Prints seconds of this process, and the ratio to the plain search (on a tenth of the texts, scaled up).
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from trailviz import parties
from trailviz.events import Events, gather
from trailviz.registry import Registry
from trailviz.registry.shelf import load

LABELLED = Path(__file__).parents[1] / "tests" / "labelled" / "counterparties.tsv"
SIZES = ((1_000_000, 5_000), (200_000, 200_000))


def main() -> None:
    """Print a line for each size."""
    registry, few = load(), _events(10, 10)
    started = time.process_time()
    parties.resolve(few, registry)
    print(f"tables loaded, first answer  {time.process_time() - started:6.2f} s")
    for rows, distinct in SIZES:
        events = _events(rows, distinct)
        events.words("party")
        started = time.process_time()
        parties.resolve(events, registry)
        ours = time.process_time() - started
        plain = _plain(events, registry)
        print(
            f"{rows:9,} rows, {distinct:7,} texts  {ours:6.2f} s   plain search {plain:7.2f} s   {plain / ours:5.1f}x"
        )


def _events(rows: int, distinct: int) -> Events:
    """Invent payments whose counterparties are the labelled texts with numbers, and shops nobody knows."""
    texts = [line.split("\t")[2] for line in LABELLED.read_text(encoding="utf-8").splitlines()[1:]]
    chance = np.random.default_rng(1)
    picked = chance.integers(0, len(texts), distinct)
    words = [f"{texts[at]} {n}" if n % 2 else f"Bistro {n} {texts[at]}" for n, at in enumerate(picked.tolist())]
    order = np.arange(rows) if rows == distinct else chance.integers(0, distinct, rows)
    same = {"kind": "payment", "collector": "alipay", "party_is": "company"}
    table = {name: pa.array([word] * rows).dictionary_encode() for name, word in same.items()}
    money = np.array(["EUR", "CNY", "USD", "GBP"])[chance.integers(0, 4, rows)]
    numbers = {"event_id": pa.array(np.arange(rows), pa.uint64()), "row": pa.array(np.arange(rows), pa.int32())}
    return gather([pa.table({**numbers, **table, "currency": pa.array(money), "party": pa.array(words).take(order)})])


def _plain(events: Events, registry: Registry) -> float:
    """Answer how long a search for every name of the registry in every tenth text takes, ten times over."""
    words = [word.casefold() for word in events.words("party")[1][::10]]
    started = time.process_time()
    for word in words:
        next((company for name, company in registry.called.items() if name in word), None)
    return 10 * (time.process_time() - started)


if __name__ == "__main__":
    main()
