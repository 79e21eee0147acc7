"""How fast stays and places are found: invented fixes, beside trackintel in the same run.

Run: python benchmarks/places.py [--small] [--peer-python /tmp/peer/bin/python]. The peer's Python needs trackintel 1.4.2
(pip install trackintel==1.4.2, in an environment of its own: trailviz depends on none of it). Told are the least processor
seconds of some runs (all is one thread), the ratio, and whether both found the same.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from trailviz.geo import METRES_A_DEGREE
from trailviz.places import clusters, staypoints

RUNS, RATIO, FIVE_MILLION_S = 3, 20.0, 2.0
EVERY_S, SPEED_MPS, SPOTS, SILENT = 5, 12.0, 80, 0.2
PEER = """
import sys, time, warnings
warnings.simplefilter("ignore")
import geopandas, numpy, pandas, trackintel
given = numpy.load(sys.argv[1])
where = geopandas.points_from_xy(given["lon"], given["lat"], crs="EPSG:4326")
when = pandas.to_datetime(given["at"], unit="us", utc=True)
if sys.argv[2] == "stays":
    table = trackintel.Positionfixes(geopandas.GeoDataFrame({"user_id": 0, "tracked_at": when}, geometry=where))
    started = time.process_time()
    fixes, found = table.generate_staypoints(exclude_duplicate_pfs=False)
    took, stay = time.process_time() - started, fixes["staypoint_id"]
    inside = numpy.flatnonzero(stay.notna())
    marks = numpy.flatnonzero(numpy.diff(stay.iloc[inside].to_numpy("int64"), prepend=-1))
    answer = [len(found), int(inside[marks].sum())]
else:
    ends = when + pandas.Timedelta(minutes=5)
    table = geopandas.GeoDataFrame({"user_id": 0, "started_at": when, "finished_at": ends}, geometry=where)
    table.index.name = "id"
    table = trackintel.Staypoints(table)
    took = 1e9
    for _ in range(3):
        started = time.process_time()
        _, found = table.generate_locations(epsilon=100, num_samples=1)
        took = min(took, time.process_time() - started)
    answer = [len(found)]
print(took, *answer)
"""


class Fixes(NamedTuple):
    """Times in microseconds UTC, ascending; degrees."""

    at: np.ndarray
    lat: np.ndarray
    lon: np.ndarray


def invented(count: int, seed: int = 11) -> Fixes:
    """Invent a phone's trail: a fix every five seconds, stays of minutes to hours with jitter, ways, hours of silence."""
    chance = np.random.default_rng(seed)
    spots = np.array([31.2, 121.4]) + chance.normal(0, 0.05, (SPOTS, 2))
    here, clock, total = spots[0], 0, 0
    points, times = [], []
    while total < count:
        # most days go to few places
        there = spots[int(SPOTS * chance.random() ** 2)]
        steps = int(np.hypot(*(there - here)) * METRES_A_DEGREE / (SPEED_MPS * EVERY_S)) + 2
        way = np.linspace(here, there, steps)
        piece = np.concatenate([way, np.repeat([there], chance.integers(60, 2400), axis=0)])
        points.append(piece + chance.normal(0, 4e-5, piece.shape))
        times.append(clock + EVERY_S * 1_000_000 * np.arange(len(piece)))
        clock = int(times[-1][-1]) + (3600 if chance.random() < SILENT else EVERY_S) * 1_000_000
        here, total = there, total + len(piece)
    where = np.concatenate(points)[:count]
    return Fixes(np.concatenate(times)[:count], where[:, 0].copy(), where[:, 1].copy())


def visited(count: int, seed: int = 12) -> Fixes:
    """Invent staypoints: some hundred places, the first visited most, each stay's mean a dozen metres off."""
    chance = np.random.default_rng(seed)
    spots = np.array([31.2, 121.4]) + chance.normal(0, 0.05, (100, 2))
    share = 1 / np.arange(1, 101)
    where = spots[chance.choice(100, count, p=share / share.sum())] + chance.normal(0, 1.2e-4, (count, 2))
    return Fixes(np.arange(count) * 7200 * 1_000_000, where[:, 0].copy(), where[:, 1].copy())


def least(step: Callable[[], object]) -> float:
    """Measure the quickest of some runs, the first not counted: what others do on the machine only adds."""
    step()
    runs = []
    for _ in range(RUNS):
        started = time.process_time()
        step()
        runs.append(time.process_time() - started)
    return min(runs)


def peer(python: Path | None, what: str, given: Fixes) -> list[float] | None:
    """Answer trackintel's seconds and what it found, if it is there."""
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "given.npz"
        np.savez(file, **given._asdict())
        run = subprocess.run([str(python), "-c", PEER, str(file), what], capture_output=True, text=True, check=True)
    return [float(word) for word in run.stdout.split()]


def told(label: str, ours: float, found: list[int], theirs: list[float] | None) -> None:
    """Print a line."""
    if theirs is None:
        print(f"{label:34} {ours:8.4f} s   trackintel: not measured (--peer-python)", flush=True)
        return
    same = "the same" if [int(one) for one in theirs[1:]] == found else f"{theirs[1:]} and ours {found}"
    ratio = theirs[0] / ours
    verdict = "met" if ratio >= RATIO else "missed"
    print(
        f"{label:34} {ours:8.4f} s   trackintel {theirs[0]:8.3f} s   {ratio:6.1f}x (>= {RATIO:.0f}x: {verdict})   {same}",
        flush=True,
    )


def main() -> None:
    """Invent the inputs, measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a fifth of the size")
    parser.add_argument("--peer-python", type=Path, help="a Python that has trackintel 1.4.2")
    asked = parser.parse_args()
    million = 200_000 if asked.small else 1_000_000
    fixes = invented(million)
    ours = least(lambda: staypoints.scan(*fixes))
    found = staypoints.scan(*fixes)
    told(
        f"stays, {million:,} fixes", ours, [len(found), int(found.first.sum())], peer(asked.peer_python, "stays", fixes)
    )
    told(f"with silences and merging, {million:,}", least(lambda: staypoints.stays(*fixes)), [], None)
    many = invented(5 * million)
    five = least(lambda: staypoints.scan(*many))
    verdict = "met" if five <= FIVE_MILLION_S else "missed"
    print(f"{f'stays, {5 * million:,} fixes':34} {five:8.4f} s   (<= {FIVE_MILLION_S} s: {verdict})", flush=True)
    stays = visited(12_000)
    ours = least(lambda: clusters.places(stays.lat, stays.lon, at=stays.at))
    places = clusters.places(stays.lat, stays.lon, at=stays.at).centres
    told("places, 12,000 stays", ours, [len(places)], peer(asked.peer_python, "places", stays))


if __name__ == "__main__":
    main()
