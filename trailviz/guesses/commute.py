"""Commute: when the person leaves for work and comes home, how long it takes, how, and on how many days.

Times are counted from rows, but that these are ways to work rests on the guesses of home and work: its probability is theirs.
Source: the first way of each day without a stop between the two places; medians and the middle half, for one late night is no habit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import DAY_US, DAYS_A_WEEK, HOUR_US, MINUTE_US, weekdays
from trailviz.guesses import PROBABLY, Abstained, Clock, Guess, Span, Term, Weekday
from trailviz.guesses.anchors import home_of, work_of
from trailviz.guesses.sightings import LEFT, REACHED, SEEN, STAYED, Sightings, sightings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.guesses import Value
    from trailviz.guesses.held import Held

FEWEST_DAYS = 5
LONGEST_US, STOP_US = 3 * HOUR_US, 20 * MINUTE_US
DAY_MIN = 1440.0
OFTEN = 0.5
"""A weekday is named that has at least half as many ways as the one with most."""
MODES = frozenset({"walk", "bike", "scooter", "car", "taxi", "bus", "metro", "train", "boat", "plane"})


@dataclass(frozen=True)
class Ways:
    """Ways from one place to another, at most one a day: rows of `Held` where each begins and ends, and local microseconds.

    `rows`: all rows of what was seen on the way.
    """

    begin_row: np.ndarray
    end_row: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    rows: np.ndarray


def guess(held: Held) -> Iterator[Guess | Abstained]:
    """Say how the person goes to work and back, as far as home and work are known."""
    home, work = held.once("home", home_of).best, held.once("work", work_of).best
    if home is None or work is None:
        yield Abstained("no_ends")
        return
    p = home.p * work.p
    if p < PROBABLY:
        yield Abstained("unsure")
        return
    seen = held.once("sightings", sightings)
    for what, one, other in (("to_work", home.place, work.place), ("to_home", work.place, home.place)):
        ways = _ways(seen, one, other)
        if len(ways.begin) < FEWEST_DAYS:
            yield Abstained(f"too_few_{what}", {"have": len(ways.begin), "need": FEWEST_DAYS})
        else:
            rows = np.unique(held.position[np.concatenate((ways.begin_row, ways.end_row))])
            said = f"{what}_once" if _once(ways) else what
            yield Guess(said, _habit(held, ways), rows[:200], p, what.replace("_", "-"))


def _ways(seen: Sightings, one: int, other: int) -> Ways:
    """Answer the ways that lead from one place to the other without a stop, the first of each day."""
    moving = np.flatnonzero((seen.what != SEEN) & (seen.at != NO_TIME))
    at, until, what, place = (column[moving] for column in (seen.at, seen.until, seen.what, seen.place))
    # What is reached last is stayed at: nobody knows for how long.
    paused = np.append(at[1:] - until[:-1], LONGEST_US) > STOP_US
    # A change of trains, or the gate of a station, is no stop.
    stop = ((what == STAYED) & (until - at > STOP_US)) | ((what == REACHED) & paused)
    # Only the two places and stops between them are left: a way leads from one to the next entry, if that is the other.
    kept = np.flatnonzero((place == one) | (place == other) | stop)
    a, b = kept[:-1], kept[1:]
    leads = (
        (place[a] == one) & (place[b] == other) & np.isin(what[a], (LEFT, STAYED)) & np.isin(what[b], (REACHED, STAYED))
    )
    took = at[b] - until[a]
    # A metro's gate writes one time for the whole way.
    leads &= (took >= 0) & (took <= LONGEST_US)
    a, b = a[leads], b[leads]
    first = np.unique(until[a] // DAY_US, return_index=True)[1]
    a, b = a[first], b[first]
    # One more way under way at each beginning and one fewer after each end: above zero a sighting lies on a way.
    under_way = np.zeros(len(moving) + 1, np.int64)
    np.add.at(under_way, a, 1)
    np.add.at(under_way, b + 1, -1)
    rows = np.unique(seen.row[moving[np.cumsum(under_way)[:-1] > 0]])
    return Ways(seen.row[moving[a]], seen.row[moving[b]], until[a], at[b], rows)


def _once(ways: Ways) -> bool:
    """Say whether most ways have one time alone, so that nobody knows how long they took."""
    return bool(np.median(ways.end - ways.begin) == 0)


def _habit(held: Held, ways: Ways) -> dict[str, Value]:
    leaves, comes = _usual(ways.begin), _usual(ways.end)
    weekday = np.bincount(weekdays(ways.begin // DAY_US), minlength=DAYS_A_WEEK)
    usual = np.flatnonzero(weekday >= OFTEN * weekday.max())
    mode = _mode(held, ways)
    return {
        "leaves": Clock(leaves[1]), "leaves_from": Clock(leaves[0]), "leaves_to": Clock(leaves[2]),
        "comes": Clock(comes[1]), "comes_from": Clock(comes[0]), "comes_to": Clock(comes[2]),
        "took": Span(float(np.median(ways.end - ways.begin)) / 1e6), "mode": Term(mode), "n": len(ways.begin),
        "weekdays": tuple(Weekday(one) for one in usual.tolist()),
    }  # fmt: skip


def _mode(held: Held, ways: Ways) -> str:
    """Answer how the person goes: what carries them on half of the ways, and walking only where nothing does."""
    codes = held.mode.codes[ways.rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(held.mode.words))
    known = {word: int(n) for word, n in zip(held.mode.words, counts, strict=True) if n and word in MODES}
    carried = {word: n for word, n in known.items() if word != "walk" and n >= OFTEN * len(ways.begin)}
    best = carried or known or {"unknown": 1}
    return max(sorted(best), key=best.__getitem__)


def _usual(at: np.ndarray) -> tuple[float, float, float]:
    """Answer the quarter, the middle and the three quarters of times of day, in minutes; around midnight too."""
    minute = at // MINUTE_US % DAY_MIN
    angle = minute / DAY_MIN * 2 * np.pi
    # Measured from the side of the clock where nothing happens, so that 23:50 and 00:10 are twenty minutes apart.
    opposite = (np.arctan2(np.sin(angle).sum(), np.cos(angle).sum()) / (2 * np.pi) + 0.5) * DAY_MIN
    low, middle, high = np.quantile((minute - opposite) % DAY_MIN, (0.25, 0.5, 0.75))
    return tuple(float((one + opposite) % DAY_MIN) for one in (low, middle, high))  # type: ignore[return-value]
