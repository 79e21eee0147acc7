"""How much of each day an observer knows, is blind for, or has no file for: three parts that add up to the day exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.gaps.sight import known_spans, loaded_for, sources
from trailviz.gaps.spans import measured, merged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.gaps.sight import Moments
    from trailviz.knowledge import Known
    from trailviz.registry import Observer


def ledger(
    known: Known,
    all_of: Moments,
    by_collector: Mapping[str, np.ndarray],
    observer: Observer,
    scenario: str,
    bounds: np.ndarray,
) -> dict[str, np.ndarray]:
    """Add up, for each day, the seconds known, blind and not loaded.

    Args:
        known: Who knows what.
        all_of: The moments of the trail.
        by_collector: For when the files of each collector speak.
        observer: Who looks.
        scenario: Which relations count.
        bounds: `[n, 2]` the days, in microseconds.

    Returns:
        `length`, `known`, `blind`, `not_loaded`: float64 seconds a day; the last three add up to the first exactly.
    """
    spans = known_spans(known, all_of, observer, scenario)
    speaks = loaded_for(by_collector, observer.members | sources(known, observer, scenario))
    # Whole microseconds up to here, or the three parts would not add up to the day exactly.
    return {name: micros / 1e6 for name, micros in parted(spans, speaks, bounds).items()}


def parted(known: np.ndarray, loaded: np.ndarray, bounds: np.ndarray) -> dict[str, np.ndarray]:
    """Part each of some bounds (`[n, 2]`, microseconds) into known, blind and not loaded, which add up to its length."""
    length = bounds[:, 1] - bounds[:, 0]
    seen, covered = measured(known, bounds), measured(merged(known, loaded), bounds)
    return {"length": length, "known": seen, "blind": covered - seen, "not_loaded": length - covered}
