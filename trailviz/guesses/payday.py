"""When pay comes in, from whom, and about how much: the recurring inflow with the largest total, and others of its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import date_of, weekdays
from trailviz.guesses import Abstained, Guess, Party, Term, Value, Weekday
from trailviz.guesses.calendar import LAST
from trailviz.guesses.money import IN, OUT, Money, matching, money
from trailviz.guesses.recurring import Series, end_of, recurring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.guesses.held import Held

PAID_BY = frozenset({"weekly", "biweekly", "monthly"})
NO_PAY = (
    r"(?i)\binterest\b|cash ?back|\brefund|dividend|利息|结息|收益|返现|退款|\bzins|rückzahlung|erstattung"
    r"|intérêt|remboursement|interés|intereses|reembolso|\brente\b.*spaar|terugbetaling"
)
"""What comes in regularly and is no pay: interest, money returned."""
OF_SPENDING = 0.10
"""Pay below a tenth of what is spent a month is not what this person lives on."""
SECOND = 0.20
"""Another regular inflow is told beside it from a fifth of its total on."""
LATEST, MOST_SLACK = 3, 5


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """Guess pay: its payer, rhythm and day, and the median of the last three sums."""
    had = money(seen)
    came = had.flow == IN
    if not came.any():
        return [Abstained("no_sums")]
    said = matching(seen.party, NO_PAY) | matching(seen.detail, NO_PAY)
    regular = [
        one
        for one in recurring(seen)
        if had.flow[one.last] == IN
        and one.rhythm.code in PAID_BY
        and not had.surely[one.last]
        and not said[had.row[one.last]]
    ]
    if not regular:
        return [Abstained("no_rhythm", {"count": int(came.sum())}, had.evidence(np.flatnonzero(came & ~had.own)))]
    # Sums of two currencies cannot be compared: the one in which most pays come is looked at.
    currency = int(had.currency[max(regular, key=lambda one: (len(one.deeds), one.total)).last])
    paid = sorted((one for one in regular if had.currency[one.last] == currency), key=lambda one: -one.total)
    if paid[0].a_month < OF_SPENDING * _spent_a_month(had, currency):
        return [Abstained("small", evidence=had.evidence(paid[0].deeds))]
    answers = [_payday(one) for one in paid if one is paid[0] or one.total >= SECOND * paid[0].total]
    earned = [one for one in paid[:1] if not _support(one) and one.runs(end_of(had, IN))]
    return [*answers, *(_income(one) for one in earned)]


def _payday(one: Series) -> Guess:
    had = one.money
    values: dict[str, Value] = {
        "party": Party(had.party(one.last)),
        "count": len(one.deeds),
        "since": date_of(one.day[0]),
        "last": date_of(one.day[-1]),
    }
    what = "weekly"
    if _support(one):
        what, values["rhythm"] = "support", Term(one.rhythm.code)
    elif one.rhythm.code == "monthly":
        what = "month_end" if one.due.day == LAST else "payday"
        slack = f"within_{min(round(one.due.spread), MOST_SLACK)}"
        values |= {"day": one.due.day, "slack": Term(slack), "roll": Term(one.due.roll)}
    else:
        values |= {"rhythm": Term(one.rhythm.code), "weekday": Weekday(int(np.bincount(weekdays(one.day)).argmax()))}
    return Guess(what, values, had.evidence(one.deeds), key=f"{one.rhythm.code}-{had.side(one.last)}")


def _support(one: Series) -> bool:
    """Say whether it may be what a person sends each month: by its name, and always the same sum, which pay by the hour is not."""
    return one.person and bool((one.amount == one.amount[0]).all())


def _income(one: Series) -> Guess:
    """Answer the median of the last three pays; the interval is their median absolute deviation."""
    had, latest = one.money, one.deeds[-LATEST:]
    sums = had.amount[latest]
    off = float(np.median(np.abs(sums - np.median(sums))))
    values: dict[str, Value] = {
        "sum": had.sum_of(one.latest, one.last),
        "off": had.sum_of(off, one.last),
        "rhythm": Term(one.rhythm.code),
    }
    return Guess("income", values, had.evidence(latest), key=f"{one.rhythm.code}-{had.side(one.last)}")


def _spent_a_month(had: Money, currency: int) -> float:
    """Answer what leaves in a typical month (ten thousandths): the median of the months that have anything."""
    out = (had.flow == OUT) & ~had.own & (had.currency == currency)
    if not out.any():
        return 0.0
    month = had.day[out].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    spent = np.bincount(month - month.min(), had.amount[out].astype(float))
    return float(np.median(spent[spent > 0]))
