"""How fast rows inherit places: an invented trail of ten years, everybody's guesses over all of it, and one day's for the stage.

Run: `uv run python benchmarks/places_fusion.py [ROWS]`. Seconds on the clock and of processor time, the least of three runs; the bar is
two seconds for a million rows.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from knowing import FIRST, took, trail_of

from trailviz import places
from trailviz.knowledge import SCENARIOS
from trailviz.registry.shelf import load
from trailviz.trail import Trail

RUNS = 3


def main() -> None:
    """Measure, and print a line a step."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    trail = trail_of(rows, load())
    everyone, day = trail.observer("everyone"), FIRST + timedelta(days=1000)
    found = trail.carried(everyone, "ownership")

    def fresh() -> None:
        _forget(trail)
        trail.carried(everyone, "ownership")

    def stage() -> None:
        _forget(trail)
        for observer in trail.observers[:24]:
            for scenario in SCENARIOS:
                trail.carried(observer, scenario, day)

    print(f"{rows:,} rows, {len(found.event):,} asked for a place, {found.has_place.mean():.0%} of them given one")
    for name, step in (
        ("what may be asked, once a trail", lambda: places.askable(trail.events, trail.acts, trail.parties)),
        ("everybody's rows, over ten years", fresh),
        ("24 observers, 5 scenarios, the rows around a day", stage),
    ):
        least = took(step, RUNS)
        print(f"{least.wall:6.2f} s  {least.cpu:6.2f} s of processor time  {name}")


def _forget(trail: Trail) -> None:
    for key in [one for one in trail._answers if one[0] == "carried"]:  # noqa: SLF001 - what is kept would be measured else
        del trail._answers[key]  # noqa: SLF001


if __name__ == "__main__":
    main()
