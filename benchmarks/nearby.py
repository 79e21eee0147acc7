"""How long the ends of rides take against a map: an invented dense city, 100,000 ends, 200,000 places (docs/guesses.md).

uv run python benchmarks/nearby.py
"""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa

from trailviz.guesses.nearby import LEAST, shares
from trailviz.guesses.surroundings import surroundings
from trailviz.places import Extract

PLACES, ENDS, QUARTERS, GROUNDS = 200_000, 100_000, 300, 0.1
SAID = {
    "amenity=cafe": 0.2, "shop=clothes": 0.2, "shop=convenience": 0.2, "amenity=restaurant": 0.15, "office=company": 0.09,
    "amenity=bar": 0.05, "amenity=clinic": 0.04, "amenity=pharmacy": 0.03, "amenity=place_of_worship": 0.02, "office=lawyer": 0.02,
}  # fmt: skip


def city(random: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Scatter points about quarters: some 700 places within 700 m of each middle."""
    middles = random.normal(0, 0.08, (QUARTERS, 2))
    points = middles[random.integers(0, QUARTERS, count)] + random.normal(0, 0.006, (count, 2))
    return 31.2 + points[:, 0], 121.4 + points[:, 1]


def main() -> None:
    """Print one line a radius: seconds of processor time, and how many ends are told."""
    random = np.random.default_rng(1)
    lat, lon = city(random, PLACES)
    said = random.choice(list(SAID), PLACES, p=list(SAID.values()))
    # Some are drawn as a ground.
    radius = np.where(random.random(PLACES) < GROUNDS, random.uniform(50, 300, PLACES), 30.0)
    columns = {"name": said, "category": said, "categories": said, "lat": lat, "lon": lon, "radius_m": radius}
    began = time.process_time()
    around = surroundings([Extract(pa.table(columns))], [])
    print(f"the table of {PLACES:,} places: {time.process_time() - began:.2f} s")
    if around is None:
        return
    ends = city(random, ENDS)
    for r90_m in (10.0, 50.0, 200.0):
        began = time.process_time()
        share, _ = shares(around, *ends, np.full(ENDS, r90_m))
        told = int((share >= LEAST).any(axis=1).sum())
        print(f"{ENDS:,} ends known to {r90_m:.0f} m: {time.process_time() - began:.2f} s, {told:,} told")


if __name__ == "__main__":
    main()
