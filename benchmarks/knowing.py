"""How fast knowing and not knowing are computed: an invented trail of ten years, beside fair peers in the same run.

Run: python benchmarks/knowing.py [--small]. Each step is told in seconds and in processor time (the least of its runs), as a ratio to encoding one string
column of as many rows as a dictionary, and, where there is one, as a ratio to a plain search of paths event by event.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from trailviz import almanac, gaps, knowledge, parties, whatif
from trailviz.acts import NO_TIME, Acts
from trailviz.days import midnights
from trailviz.events import COVERAGE, FACET_BIT, FACETS, Events, gather
from trailviz.knowledge import Known
from trailviz.paths import Web, best_path
from trailviz.places import Gazetteer, locate
from trailviz.registry import Observer, Registry
from trailviz.registry.shelf import load
from trailviz.trail import Trail

EVENTS, YEARS, RUNS, SAMPLE = 1_000_000, 10, 5, 300
FIRST = date(2014, 1, 1)
WROTE = {
    "alipay": ("payment", "refund", "transfer"), "weixin": ("payment", "transfer"), "didi": ("ride", "request"),
    "ofo": ("ride",), "mobike": ("ride",), "uber": ("ride", "delivery"), "google": ("visit", "fix", "search"),
    "meituan": ("order",), "revolut": ("payment", "top_up"), "amazon": ("order",), "icbc": ("payment",),
    "strava": ("leg",),
}  # fmt: skip
PARTIES = ("Hema", "DiDi", "Ofo", "Mobike", "Uber", "Amazon", "Meituan", "Lyft", "Walmart", "JD.com")
CHANNELS = (None, None, None, "alipay", "weixin", "apple_pay", "cash")
SCENARIO, OTHER = "ownership", "permitted"


class Took(NamedTuple):
    """Seconds on the clock and of processor time."""

    wall: float
    cpu: float

    @classmethod
    def least(cls, runs: Iterable[Took]) -> Took:
        """Answer the least of each of some runs."""
        return cls(*map(min, zip(*runs, strict=True)))


def invented(count: int, seed: int = 1) -> Events:
    """Invent a trail: twelve collectors over ten years, in order of time, two hundred shops, forty places."""
    random = np.random.default_rng(seed)
    span = YEARS * 365 * 86_400
    at = np.sort(random.integers(0, span, count)) * 1_000_000
    at += round(datetime(FIRST.year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    pairs = [(who, what) for who, kinds in WROTE.items() for what in kinds]
    chosen = random.integers(0, len(pairs), count)
    who, what = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    lasting = np.isin(what, ["ride", "visit", "leg"])[chosen]
    paying = np.isin(what, ["payment", "refund", "transfer", "order", "top_up"])[chosen]
    placed = random.integers(0, 2, count).astype(bool)
    shops = np.array([*PARTIES, *(f"shop {n}" for n in range(190))])[random.integers(0, 200, count)]
    channel = np.array(CHANNELS, object)[random.integers(0, len(CHANNELS), count)]
    points = random.normal([31.2, 121.4], 0.05, (40, 2))
    here, there = points[random.integers(0, 40, count)], points[random.integers(0, 40, count)]

    def where(mask: np.ndarray, values: np.ndarray, kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind, mask=~mask)

    stamp = pa.timestamp("us", "UTC")
    return gather(
        [
            pa.table(
                {
                    "event_id": pa.array(random.permutation(count).astype(np.uint64)),
                    "row": pa.array(np.arange(count, dtype=np.int32)),
                    "file": pa.array(who[chosen]).dictionary_encode(),
                    "collector": pa.array(who[chosen]).dictionary_encode(),
                    "kind": pa.array(what[chosen]).dictionary_encode(),
                    "start": pa.array(at, stamp),
                    "end": where(lasting, at + random.integers(300, 3000, count) * 1_000_000, stamp),
                    "zone": pa.array(["Europe/Paris"] * count).dictionary_encode(),
                    "party": where(paying, shops, pa.string()),
                    "presence": pa.array(np.array(["in_person", "remote"])[random.integers(0, 2, count)]),
                    "channel_text": pa.array(channel, pa.string()),
                    "amount": where(paying, random.integers(1, 99, count), pa.int64()).cast(pa.decimal128(28, 8)),
                    "currency": pa.array(["CNY"] * count).dictionary_encode(),
                    "lat": where(placed, here[:, 0], pa.float64()),
                    "lon": where(placed, here[:, 1], pa.float64()),
                    "end_lat": where(placed & lasting, there[:, 0], pa.float64()),
                    "end_lon": where(placed & lasting, there[:, 1], pa.float64()),
                }
            )
        ]
    )


def naive(known: Known, observer: Observer, scenario: str, rows: np.ndarray) -> float:
    """Search the path of every facet of some events, event by event, and answer the seconds one event takes."""
    level = knowledge.SCENARIOS.index(scenario)
    deeds, holds = known.deeds, known.holds
    started = time.perf_counter()
    for row in rows.tolist():
        number = int(known.class_of[row])
        web = Web.of(known.arcs, deeds[number], level, alleged=False)
        for facet in FACETS:
            if int(holds[number]) & FACET_BIT[facet]:
                best_path(web, observer.members, FACET_BIT[facet], held=True)
    return (time.perf_counter() - started) / len(rows)


def took(step: Callable[[], object], runs: int = RUNS) -> Took:
    """Measure the quickest of some runs, the first not counted: what others do on the machine only adds."""
    step()
    return Took.least(timed(step) for _ in range(runs))


def timed(step: Callable[[], object]) -> Took:
    """Measure one run."""
    started, busy = time.perf_counter(), time.process_time()
    step()
    return Took(time.perf_counter() - started, time.process_time() - busy)


def fresh(known: Known) -> Known:
    """Answer the same knowledge with nothing kept of what was asked before."""
    return replace(
        known,
        written=tuple(replace(one, _masks={}) for one in known.written),
        _webs={}, _reaches={}, _grades={}, _because={},
    )  # fmt: skip


def trail_of(count: int, registry: Registry) -> Trail:
    """Invent a trail and think about it; each record is its own act, since linking acts is not what is measured."""
    events = invented(count)
    named = parties.resolve(events, registry)
    nothing = pd.DataFrame({"one": np.zeros(0, np.int64), "other": np.zeros(0, np.int64), "why": []})
    alone = Acts(np.arange(count), named.channel, np.full(count, NO_TIME), nothing)
    located = locate(events, Gazetteer())
    known = knowledge.derive(events, alone, located, named, registry)
    first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (FIRST.year, FIRST.year + YEARS))
    rows = [
        {"file": f"{one}.csv", "collector": one, "from": first, "until": last, "basis": "declared"} for one in WROTE
    ]
    coverage = pa.Table.from_pylist(rows, schema=COVERAGE)
    return Trail(events, named, alone, located, known, (), coverage, registry, {}, Gazetteer())


def main() -> None:
    """Invent the trail, measure each step, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the size")
    count = EVENTS // 10 if parser.parse_args().small else EVENTS
    registry = load()
    trail = trail_of(count, registry)
    known, who, other = trail.known, trail.observer("alipay+ant"), trail.observer("google")
    column = pa.array(np.array([f"shop {n}" for n in range(200)])[np.random.default_rng(2).integers(0, 200, count)])
    encoding = took(column.dictionary_encode)
    each = naive(known, who, SCENARIO, np.random.default_rng(3).integers(0, count, SAMPLE))
    print(f"{count:,} events, {len(registry.relations)} relations, {len(known.holds):,} classes, {YEARS} years")
    print(
        f"encoding one string column as a dictionary: {encoding.wall:.4f} s; a search of paths: {each * 1e3:.2f} ms an event\n"
    )
    print(f"{'step':44} {'seconds':>9} {'processor':>10} {'encodings':>10} {'of a search':>12}")

    def told(label: str, step: Took, searched: int = 0) -> None:
        ratio = f"1/{each * searched / step.wall:,.0f}" if searched else ""
        print(f"{label:44} {step.wall:9.4f} {step.cpu:10.4f} {step.wall / encoding.wall:10.2f} {ratio:>12}", flush=True)

    def cold() -> None:
        knowledge.derive(trail.events, trail.acts, trail.located, trail.parties, registry).grades(who, SCENARIO)

    told("knowledge, cold: classes, walk, grades", took(cold), count)
    told("another observer", once(lambda one: one.grades(other, SCENARIO), known, (who, SCENARIO)), count)
    told("another scenario", once(lambda one: one.grades(who, OTHER), known, (who, SCENARIO)), count)
    told("grades spread over every event", took(lambda: known.of_events(who, SCENARIO)))
    told("without a relation, graded again", took(lambda: known.without(["CN016"]).grades(who, SCENARIO)))
    told(
        "moments of the trail, sorted once",
        took(lambda: gaps.moments(trail.events, trail.located, trail.acts, known), 2),
    )
    days = list(almanac.span(trail, None, None))
    told(f"midnights of {len(days):,} days", took(lambda: midnights(days[0], len(days), trail.zone)))
    for one in (who, other, trail.observer("everyone")):
        told(f"gap ledger, {one.id}", took(partial(trail.ledger, one, SCENARIO, days)))
    sixty = [Observer(f"{n}", frozenset(pair), "group") for n, pair in enumerate(combinations(sorted(WROTE), 2))][:60]
    told("gap ledgers of sixty observers", took(lambda: [trail.ledger(one, SCENARIO, days) for one in sixty], 2))
    seen, limits = trail.sight(who, SCENARIO), gaps.Thresholds()
    told("five levels", took(lambda: gaps.levels(seen, trail.located, trail.loaded, who, limits), 2))
    told("almanac: levels, gaps that return, bits", took(lambda: almanac.almanac(trail, who, SCENARIO), 2))
    year = trail_of(count // YEARS, registry)
    eight = replace(year, known=year.known)
    players = Observer("eight", frozenset(list(WROTE)[:8]), "group")
    told(
        f"shares of eight companies, {count // YEARS:,} events",
        took(lambda: whatif.shares(eight, players, SCENARIO), 1),
    )


def once(step: Callable[[Known], object], known: Known, first: tuple[Observer, str]) -> Took:
    """Measure a step on knowledge that was asked one other thing before, and nothing else."""
    runs = []
    for _ in range(RUNS):
        one = fresh(known)
        one.grades(*first)
        runs.append(timed(partial(step, one)))
    return Took.least(runs)


if __name__ == "__main__":
    main()
