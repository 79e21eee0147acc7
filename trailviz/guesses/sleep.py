"""The quiet hours: the longest stretch of each night without a deed, an upper bound of sleep.

Source: inference by circadian gaps in records, as in Cuttone et al., "SensibleSleep", PLoS ONE 12(1), 2017; here without a
model of sleep, since nothing in payments and rides tells sleep from silence. The middle of the night is found in the rows
themselves, so that somebody who works at night keeps their own night.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import DAY_S, DAY_US, HOUR_US, MINUTE_US, WORKING_DAYS, weekdays
from trailviz.guesses import Abstained, Clock, Guess, Share, Span
from trailviz.guesses.anchors import home_of
from trailviz.guesses.sightings import sightings
from trailviz.guesses.spells import spells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses.held import Held

MOVED = ("ride", "leg", "visit")
"""Kinds whose both ends need somebody awake: one sets out, and one arrives."""
AWAKE = ("payment", "order", "request", "tap", "transfer", "top_up", "search", "note", "sign_in", *MOVED)
"""Kinds that need somebody awake: a phone's positions, a debit, a delivery and a fee come by night too."""
QUIET_H, USUAL_H = 5, 1
"""The middle of a night is that of its five most silent hours: where nothing speaks against it, those from one to six."""
FEW = 0.04
"""With fewer of the deeds than this between one and six, the night is where most people have it."""
BESIDE_H = 4.5
"""A silence is the night's if its middle lies so near to the night's, before or after."""
SHORTEST_H, LONGEST_H = 3.0, 15.0
"""A shorter silence is an evening at home; a longer one says that nothing was recorded, not that somebody slept."""
FEWEST_NIGHTS = 14
"""Two weeks: half of them, seven, are the least that is told of workdays or of free days alone."""
USUAL_SHARE = 0.4
"""With fewer nights than this of the days, the silences are shifts as likely as sleep."""
A_SHIFT = 0.5
FEWEST_CHARGES, BY_NIGHT_H, SAME_HOUR_H = 5, 6, 0.5
"""So many payments to one side, all before six in the morning and within such a spread, are taken and not made."""


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Find the quiet hours, for nights before workdays and before free days."""
    awake = held.kind.among(AWAKE) & (held.precision_s < DAY_S) & ~_automatic(held)
    begun = np.flatnonzero(awake & (held.start != NO_TIME))
    ended = np.flatnonzero(awake & held.kind.among(MOVED) & (held.end != NO_TIME))
    wall, rows = np.concatenate([held.wall[begun], held.wall_end[ended]]), np.concatenate([begun, ended])
    order = np.lexsort((rows, wall))
    wall, rows = wall[order], rows[order]
    if len(rows) < FEWEST_NIGHTS:
        yield Abstained("too_few", {"have": 0, "need": FEWEST_NIGHTS})
        return
    middle = _middle(wall)
    before, after, night = _nights(wall, middle)
    if len(night) < FEWEST_NIGHTS:
        yield Abstained("too_few", {"have": len(night), "need": FEWEST_NIGHTS})
        return
    busy = int((np.unique(wall // DAY_US, return_counts=True)[1] > 1).sum())
    if len(night) < USUAL_SHARE * busy:
        yield Abstained("irregular", {"have": len(night), "days": busy})
        return
    if _worked(held, wall[before], wall[after]):
        yield Abstained("shift")
        return
    # The day on which one wakes says whether the night was before a workday.
    free = weekdays(night) >= WORKING_DAYS
    evidence = held.position[rows[np.stack([before, after], axis=1).ravel()]]
    yield _told("quiet", wall, before, after, evidence, middle)
    if min(free.sum(), (~free).sum()) >= FEWEST_NIGHTS // 2:
        for what, here in (("workdays", ~free), ("free_days", free)):
            yield _told(what, wall, before[here], after[here], evidence[np.repeat(here, 2)], middle)


def _worked(held: Held, since: np.ndarray, until: np.ndarray) -> bool:
    """Say whether half of the silences are nights at the place of a shift: who works at night pays for nothing meanwhile, either."""
    shift = held.once("home", home_of).shift
    if shift is None:
        return False
    begin, end = spells(held.once("sightings", sightings), shift.place)
    if not len(begin):
        return False
    middle = (since + until) // 2
    at = np.maximum(np.searchsorted(begin, middle, side="right") - 1, 0)
    return float(((begin[at] <= middle) & (middle < end[at])).mean()) >= A_SHIFT


def _told(
    what: str, wall: np.ndarray, before: np.ndarray, after: np.ndarray, evidence: np.ndarray, middle: int
) -> Guess:
    # Around the middle of the night, or half past eleven and half past midnight would average to noon.
    last = (wall[before] - middle + DAY_US // 2) % DAY_US - DAY_US // 2
    first = (wall[after] - middle + DAY_US // 2) % DAY_US - DAY_US // 2
    spans = (wall[after] - wall[before]) / 1e6
    low, half, high = np.percentile(spans, [25, 50, 75])
    # Of hours written whole both quarters are the same, and "for 8 h to 8 h" says nothing.
    said = "even" if what == "quiet" and round(low / 60) == round(high / 60) else what
    return Guess(
        said,
        {
            "from": Clock((float(np.median(last)) + middle) / MINUTE_US % 1440),
            "until": Clock((float(np.median(first)) + middle) / MINUTE_US % 1440),
            "nights": len(before),
            "span": Span(float(half)),
            "low": Span(float(low)),
            "high": Span(float(high)),
            "share": Share(0.5),
        },
        evidence,
        key=what,
    )


def _automatic(held: Held) -> np.ndarray:
    """Say which rows need nobody: subscriptions and standing orders are taken at any hour."""
    paid = held.kind.among(["payment", "transfer"]) & ~held.person
    return paid & (held.presence.among(["remote"]) | _punctual(held, paid))


def _punctual(held: Held, paid: np.ndarray) -> np.ndarray:
    """Say which payments are of somebody who takes the money by night, and always at the same hour of it.

    A transit authority sums up the day and charges the card at half past four; no word of the row says that nobody was awake.
    """
    known = paid & (held.party.codes >= 0) & (held.start != NO_TIME)
    party, hour = held.party.codes[known], held.wall[known] % DAY_US / HOUR_US
    many = len(held.party.words)
    count = np.bincount(party, minlength=many)
    by_night = np.bincount(party, hour < BY_NIGHT_H, minlength=many)
    mean, square = (np.bincount(party, hour**power, minlength=many) / np.maximum(count, 1) for power in (1, 2))
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    same = (count >= FEWEST_CHARGES) & (by_night == count) & (spread < SAME_HOUR_H)
    return np.append(same, False)[held.party.codes]


def _middle(wall: np.ndarray) -> int:
    """Answer the middle of the night, in microseconds after midnight: the usual one, unless deeds fill it."""
    counts = np.bincount(wall % DAY_US // HOUR_US, minlength=24).astype(float)
    around = np.concatenate([counts, counts[: QUIET_H - 1]])
    quiet = np.convolve(around, np.ones(QUIET_H), "valid")
    # An afternoon at a desk is as silent as a night, so only deeds by night move it.
    if quiet[USUAL_H] <= FEW * len(wall):
        return (USUAL_H * 2 + QUIET_H) * HOUR_US // 2
    # Of equal ones the middle one, round the clock: with few rows a whole night is empty.
    least = np.flatnonzero(quiet == quiet.min())
    # Hours as points of a circle: the middle of 23 and 1 is 0, not 12.
    turned = np.exp(2j * np.pi * least / 24).mean()
    hour = float(np.angle(turned)) / (2 * np.pi) * 24 % 24
    return round((hour + QUIET_H / 2) % 24 * HOUR_US)


def _nights(wall: np.ndarray, middle: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pick the longest silence of each night.

    Returns:
        Positions in `wall` of the last deed before it and the first after it, and the day (since 1970) of its middle.
    """
    length = np.diff(wall) / HOUR_US
    centre = (wall[:-1] + wall[1:]) // 2
    apart = np.abs((centre - middle + DAY_US // 2) % DAY_US - DAY_US // 2) / HOUR_US
    fit = np.flatnonzero((length >= SHORTEST_H) & (length <= LONGEST_H) & (apart <= BESIDE_H))
    night = (centre[fit] - middle + DAY_US // 2) // DAY_US
    order = np.lexsort((-length[fit], night))
    first = np.unique(night[order], return_index=True)[1]
    kept = fit[order][first]
    return kept, kept + 1, night[order][first]
