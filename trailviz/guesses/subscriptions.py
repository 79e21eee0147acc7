"""Standing payments to companies: what, how much, how often, since when, at which price before, and whether they still run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import date_of
from trailviz.guesses import Abstained, Guess, Party, Term, Value
from trailviz.guesses import rent as rent_
from trailviz.guesses.kinds import of_kind
from trailviz.guesses.money import OUT, Money, matching, money
from trailviz.guesses.recurring import Series, end_of, recurring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.guesses.held import Held

STANDING = frozenset(
    {
        "bank", "charging_station", "cinema", "coworking", "delivery_service", "gym", "insurance", "online_shop", "parking",
        "phone_company", "phone_shop", "public_transport", "school", "storage", "subscription", "utility", "wallet",
    }
)  # fmt: skip
"""Kinds of shop that are paid by contract; at any other, the same sum every week is a habit."""
DEBT = r"(?i)credit card|\bloan|mortgage|还款|房贷|贷款|kreditkarte|darlehen|hypothek|cr[eé]dit immobilier|hipoteca|pr[eé]stamo|hypotheek"
MOST = 40
"""So many are told one by one, the dearest first."""
PRICE = 1.02
"""What differs by more, month for month, is a bill and no price."""


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """List the standing payments, the dearest first, and what the running ones come to in a month."""
    had = money(seen)
    if not (had.flow == OUT).any():
        return [Abstained("no_sums")]
    found = standing(had)
    if not found:
        return [Abstained("none", {"count": int((had.flow == OUT).sum())})]
    end = end_of(had)
    told: Counter[str] = Counter()
    answers = [guess for one in found[:MOST] for guess in _standing(one, end, told)]
    if len(found) > MOST:
        rest = found[MOST:]
        answers.append(Guess("more", {"count": len(rest)}, had.evidence(_all(rest)), key="more"))
    return [*_together(had, found, end), *answers]


def standing(had: Money) -> list[Series]:
    """Answer the series that are paid to a company without going there, and are no rent and no debt; the dearest first."""
    seen = had.seen
    housing = matching(seen.party, rent_.LANDLORD) | matching(seen.detail, rent_.LANDLORD)
    never = matching(seen.party, DEBT) | matching(seen.detail, DEBT) | housing
    counter = (seen.shop.codes >= 0) & ~seen.shop.among(STANDING)
    # Lunch at the same place every week recurs too, whatever the row says of presence.
    counter[had.row[of_kind(seen, "dining")]] = True
    found = [
        one
        for one in recurring(seen)
        if had.flow[one.last] == OUT
        and not one.person
        and not never[had.row[one.last]]
        and not counter[had.row[one.last]]
        and had.there[one.deeds].mean() < 0.5  # noqa: PLR2004 - mostly
    ]
    return sorted(found, key=lambda one: (-one.a_month, int(one.deeds[0])))


def _standing(one: Series, end: int, told: Counter[str]) -> Iterable[Guess]:
    had = one.money
    side = f"{one.rhythm.code}-{had.side(one.last)}"
    told[side] += 1
    key = side if told[side] == 1 else f"{side}-{told[side]}"
    varies = one.price is None and one.amount.max() > one.amount.min() * PRICE
    party = Party(had.party(one.last))
    values: dict[str, Value] = {
        "party": party,
        "about": Term("about" if varies else "exactly"),
        "sum": had.sum_of(one.latest if varies else float(one.amount[-1]), one.last),
        "rhythm": Term(one.rhythm.code),
        "count": len(one.deeds),
        "since": date_of(one.day[0]),
        "last": date_of(one.day[-1]),
        "state": Term("runs" if one.runs(end) else "ended"),
    }
    yield Guess("standing", values, had.evidence(one.deeds), key=key)
    if one.price:
        before, at = one.price
        values = {
            "party": party,
            "before": had.sum_of(before, one.last),
            "sum": had.sum_of(float(one.amount[-1]), one.last),
            "when": date_of(one.day[at]),
        }
        yield Guess("price", values, had.evidence(one.deeds[at - 1 : at + 1]), key=key)


def _together(had: Money, found: list[Series], end: int) -> Iterable[Guess]:
    """Add up what still runs, a currency at a time."""
    for code in sorted({int(had.currency[one.last]) for one in found}):
        running = [one for one in found if one.runs(end) and had.currency[one.last] == code]
        if len(running) > 1:
            total = had.sum_of(sum(one.a_month for one in running), running[0].last)
            values: dict[str, Value] = {"count": len(running), "sum": total}
            yield Guess("together", values, had.evidence(_all(running)), key=f"together-{total.currency}")


def _all(found: list[Series]) -> np.ndarray:
    return np.concatenate([one.deeds for one in found])
