"""A second home, lived in besides the first: the place with the most other nights, and how probable it is.

Coefficients: `second_home` in `home_work.json`, fitted by `benchmarks/train_home_work.py`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import HOUR_US
from trailviz.guesses.scores import expit, score
from trailviz.guesses.sightings import COUNTS
from trailviz.guesses.spells import spells, times

if TYPE_CHECKING:
    from trailviz.guesses.scores import Scores
    from trailviz.guesses.sightings import Sightings

SECOND = ("score", "nights", "long", "working")
"""What a second home's probability follows from: how much it looks like a home at all, how many nights, how many long stays, which
part of the time there is a working day's."""
SECOND_LEAST, NO_WORK_LEAST = 0.5, 0.8
"""How probable a second home must be to be told; and, to be told where no stay there was ever longer than anybody's work (which the
evenings of a courier are not either), or to be out of the question as a workplace."""
SECOND_TIMES, FAR_TIMES, FAR_M = 5, 8, 100_000.0
"""A second home is come back to: of those stayed at so many times .87 were homes, of others .62 (2026-11-26, the 301 people of the fit).
Nights further away than `trips` calls a trip are more likely a hotel's, unless they come back more often: nobody has measured that,
for the labelled data has no coordinates."""
LEAST_SCORE = -2.0
"""Beside a home that is never in doubt everything else looks unlike one."""
LONG_H = 16.0
"""Nobody works longer at a stretch."""
EXPECTED_H = 8.0
"""What a ride tells of the hours after it: a place reached in the evening counts as one night there, one reached in the morning as one
working day."""


@cache
def second_home() -> np.ndarray:
    """Read the coefficients, in the order of `SECOND`, the intercept last."""
    said = json.loads(files("trailviz.guesses").joinpath("home_work.json").read_text(encoding="utf-8"))
    return np.array([said["second_home"][name] for name in (*SECOND, "intercept")])


def nights_h(counts: np.ndarray) -> np.ndarray:
    """Measure the hours of night at each place, known or to be expected of a ride there in the evening."""
    return counts[:, COUNTS.index("night_h")] + EXPECTED_H * counts[:, COUNTS.index("night_reached")]


def runner_up(counts: np.ndarray, possible: np.ndarray) -> int:
    """Answer the possible place with the most nights; -1 for none."""
    nights = np.where(possible, nights_h(counts), 0.0)
    place = int(nights.argmax())
    return place if nights[place] > 0 else -1


def lived(seen: Sightings, place: int) -> tuple[int, int]:
    """Count the nights at a place, and the stays there that are longer than anybody's work."""
    begin, until = spells(seen, place)
    return len(seen.nights(place)), int(((until - begin) / HOUR_US > LONG_H).sum())


def features(counts: np.ndarray, place: int, known: tuple[int, int], by: Scores) -> np.ndarray:
    """Answer what the probability of a second home follows from (`SECOND`); `known` is what `lived` counts."""
    of = dict(zip(COUNTS, counts[place], strict=True))
    working = of["work_h"] + EXPECTED_H * of["morning_reached"]
    # With one more night than was seen: of a place seen for an hour no part of the time means anything.
    part = working / (working + nights_h(counts)[place] + of["other_h"] + EXPECTED_H)
    own = max(float(score(counts, by)[place]), LEAST_SCORE)
    return np.array([own, *np.log1p(known), part])


def probable(seen: Sightings, counts: np.ndarray, place: int, by: Scores, weights: np.ndarray) -> float:
    """Answer how probable it is that the person lives there too; 0 where it is not sure enough to be told."""
    known = lived(seen, place)
    p = float(expit(np.append(features(counts, place, known, by), 1.0) @ weights))
    return p if p >= (SECOND_LEAST if known[1] else NO_WORK_LEAST) else 0.0


def comes_back(nights: np.ndarray, apart_m: float) -> bool:
    """Say whether somebody comes to stay often enough for a home, which far away is more often."""
    return times(nights) >= (FAR_TIMES if apart_m > FAR_M else SECOND_TIMES)
