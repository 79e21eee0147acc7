"""When money is spent: the weekday and the hours that stand out, and whether more is spent after pay than before the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import DAY_US, DAYS_A_WEEK, HOUR_US, weekdays
from trailviz.guesses import Abstained, Clock, Guess, Share, Value, Weekday
from trailviz.guesses.kinds import of_kind
from trailviz.guesses.money import IN, OUT, Money, money
from trailviz.guesses.reality import wilson
from trailviz.guesses.recurring import Series, recurring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.guesses.held import Held

LEAST, LEAST_WEEKS, LEAST_PERIODS = 50, 4, 6
"""Payments, weeks and pay periods below which nothing is said: of fewer every interval is too wide to say anything."""
HOURS = 3
"""As wide as a lunch or an evening: of single hours one always stands out."""
AFTER, BEFORE = (0, 7), (21, 28)
"""Days since pay: the first week and the fourth, `[start, end)`."""
DRAWS, SEED = 2000, 20170826
Z = 2.576
"""Two-sided 99 %, since seven weekdays are looked at."""


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """Say which weekday and hours stand out, and the ratio of spending after pay where its interval excludes 1."""
    had = money(seen)
    spent = (had.flow == OUT) & ~had.own & ~had.person & ~seen.kind.among(["transfer"])[had.row]
    # What leaves by itself says nothing of when a person spends; rent right after pay would say it loudest. Fares are
    # charged at night, by the day.
    spent[of_kind(seen, "transport")] = False
    spent[np.concatenate([one.deeds for one in recurring(seen)] or [np.zeros(0, np.int64)])] = False
    deeds = np.flatnonzero(spent)
    weeks = len(np.unique(had.day[deeds] // DAYS_A_WEEK))
    if len(deeds) < LEAST or weeks < LEAST_WEEKS:
        return [Abstained("too_few", {"have": len(deeds), "need": LEAST, "weeks": LEAST_WEEKS})]
    # A bank that writes days alone books nothing on a Sunday: weekdays and hours are those of rows that know the hour.
    timed = deeds[had.timed[deeds]]
    found = [*_weekday(had, timed), *_hours(had, timed), *_after_pay(had, deeds)]
    return found or [Abstained("even", {"have": len(deeds)}, had.evidence(deeds))]


def _weekday(had: Money, deeds: np.ndarray) -> Iterable[Guess]:
    if len(deeds) < LEAST:
        return
    # Whole weeks only, so that no weekday has a day more than another.
    first, end = had.day[deeds[0]], had.day[deeds[-1]] + 1
    whole = deeds[had.day[deeds] < end - (end - first) % DAYS_A_WEEK]
    counts = np.bincount(weekdays(had.day[whole]), minlength=DAYS_A_WEEK)
    top = int(counts.argmax())
    if len(whole) >= LEAST and wilson(int(counts[top]), len(whole), Z)[0] > 1 / DAYS_A_WEEK:
        values: dict[str, Value] = {
            "weekday": Weekday(top),
            "share": Share(counts[top] / len(whole)),
            "count": len(whole),
        }
        yield Guess("weekday", values, had.evidence(whole[weekdays(had.day[whole]) == top]), key="weekday")


def _hours(had: Money, timed: np.ndarray) -> Iterable[Guess]:
    if len(timed) < LEAST:
        return
    hour = (had.wall[timed] % DAY_US) // HOUR_US
    counts = np.bincount(hour, minlength=24)
    window = sum(np.roll(counts, -step) for step in range(HOURS))
    start = int(np.argmax(window))
    inside = (hour - start) % 24 < HOURS
    if wilson(int(inside.sum()), len(timed), Z)[0] > HOURS / 24:
        values: dict[str, Value] = {
            "from": Clock(60 * start),
            "until": Clock(60 * (start + HOURS)),
            "share": Share(float(inside.mean())),
            "count": len(timed),
        }
        yield Guess("hours", values, had.evidence(timed[inside]), key="hours")


def _after_pay(had: Money, deeds: np.ndarray) -> Iterable[Guess]:
    """Compare the first week after pay with the fourth; the interval is of redrawn pay periods, not of payments."""
    pay = _monthly_pay(had)
    if pay is None:
        return
    mine = deeds[had.currency[deeds] == had.currency[pay.last]]
    # A period counts if all four weeks of it lie within what is loaded and no other pay begins meanwhile.
    wide = np.append(np.diff(pay.day), had.day[-1] + 1 - pay.day[-1])
    begins = pay.day[(wide >= BEFORE[1]) & (pay.day >= had.day[mine[0]])] if len(mine) else pay.day[:0]
    if len(begins) < LEAST_PERIODS:
        return
    total = np.append(0, np.cumsum(had.amount[mine]))
    parts = np.array(
        [
            total[np.searchsorted(had.day[mine], begins + until)]
            - total[np.searchsorted(had.day[mine], begins + since)]
            for since, until in (AFTER, BEFORE)
        ],
        float,
    )
    if not parts[1].sum():
        return
    # Whole periods are drawn again: payments of one month hang together, and drawing them one by one would feign sureness.
    drawn = np.random.default_rng(SEED).integers(0, len(begins), (DRAWS, len(begins)))
    late = parts[1][drawn].sum(1)
    ratios = parts[0][drawn].sum(1)[late > 0] / late[late > 0]
    low, high = np.quantile(ratios, [0.025, 0.975]).tolist()
    if low > 1 or high < 1:
        since = had.day[mine] - begins[np.maximum(np.searchsorted(begins, had.day[mine], side="right") - 1, 0)]
        inside = ((since >= AFTER[0]) & (since < AFTER[1])) | ((since >= BEFORE[0]) & (since < BEFORE[1]))
        values: dict[str, Value] = {
            "ratio": float(parts[0].sum() / parts[1].sum()),
            "low": low,
            "high": high,
            "count": len(begins),
        }
        yield Guess("after_pay", values, had.evidence(mine[inside]), key="after_pay")


def _monthly_pay(had: Money) -> Series | None:
    """Answer the largest monthly inflow from a company, or None."""
    paid = [
        one
        for one in recurring(had.seen)
        if had.flow[one.last] == IN and one.rhythm.code == "monthly" and not had.surely[one.last]
    ]
    return max(paid, key=lambda one: one.total, default=None)
