"""What may be rent: the largest sum that leaves every month, near the turn of the month, to a landlord or to one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz.days import date_of
from trailviz.guesses import Abstained, Guess, Other, Party, Share, Term, Value
from trailviz.guesses.money import IN, OUT, Money, matching, money
from trailviz.guesses.recurring import Series, end_of, recurring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.guesses.held import Held

LANDLORD = (
    r"(?i)\brent\b|\brental income|landlord|\blettings?\b|property manage|real estate|realty|estate agent|housing assoc|apartments?\b"
    r"|房租|租金|月租房|租房|公寓|房东|自如|蛋壳公寓|链家|贝壳找房|\bmiete\b|kaltmiete|warmmiete|vermieter|hausverwaltung|immobilien|wohnungsbau"
    r"|\bloyer|bailleur|propri.taire|\balquiler|arrendador|inmobiliaria|\bhuur\b|verhuurder|woningcorporatie|woonstichting"
)
HOUSING = r"(?i)住房|居住|房屋|housing|\brent\b|wohnen|miete|logement|vivienda|alquiler|wonen"
NO_RENT = (
    r"(?i)mortgage|\bloan|insurance|credit card|car rental|\bhire\b|房贷|贷款|保险|还款|租车|hypothek|darlehen|kredit|versicherung|mietwagen"
    r"|pr[eê]t\b|cr[eé]dit|assurance|hipoteca|pr[eé]stamo|seguro|hypotheek|lening|verzekering"
)
EARLY, LATE = 10, 25
"""The turn of the month: up to the one day, or from the other on."""
OF_SPENDING, OF_A_PERSONS = 0.10, 0.15
"""Rent is rarely less than a tenth of what a month costs; to a person without a word for it, ask for more."""
PARTS = {2: "half", 3: "third"}
NEAR_DAYS, CLOSE = 5, 0.02
"""What is sent in lies within so many days of the rent, and its multiple within 2 % of it, for people round."""
OFTEN = 3


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """Guess which monthly sum is rent, and say where others send in a half or a third of it."""
    had = money(seen)
    if not (had.flow == OUT).any():
        return [Abstained("no_sums")]
    monthly = [one for one in recurring(seen) if had.flow[one.last] == OUT and one.rhythm.code == "monthly"]
    words = matching(seen.party, LANDLORD) | matching(seen.detail, LANDLORD) | matching(seen.category, HOUSING)
    words |= seen.shop.among(["estate_agent"])
    never = matching(seen.party, NO_RENT) | matching(seen.detail, NO_RENT) | matching(seen.category, NO_RENT)
    fitting = []
    for one in monthly:
        row, share = had.row[one.last], _share(had, one)
        named = bool(words[row])
        turn = one.due.day <= EARLY or one.due.day >= LATE
        enough = OF_SPENDING if named else OF_A_PERSONS
        if not never[row] and share >= enough and (named or (one.person and turn)):
            fitting.append((named, turn, share, one))
    if not fitting:
        return [Abstained("none", {"count": len(monthly)}) if monthly else Abstained("no_monthly")]
    # A word for it is better evidence than its size.
    named, _, share, best = max(fitting, key=lambda each: (each[0], each[1], each[2], each[3].total))
    others = tuple(Other(_values(one, part)) for _, _, part, one in fitting if one is not best)[:2]
    what = "named" if named else "person"
    answer = Guess(what, _values(best, share), had.evidence(best.deeds), key="rent", others=others, span=_span(best))
    return [answer, *_shared(had, best)]


def _values(one: Series, share: float) -> dict[str, Value]:
    had = one.money
    return {
        "sum": had.sum_of(one.latest, one.last),
        "party": Party(had.party(one.last)),
        "day": one.due.day,
        "count": len(one.deeds),
        "since": date_of(one.day[0]),
        "last": date_of(one.day[-1]),
        "share": Share(share),
        "state": Term("runs" if one.runs(end_of(had)) else "ended"),
    }


def _share(had: Money, one: Series) -> float:
    """Answer which part of what left between its first and last payment this series is."""
    during = (had.flow == OUT) & ~had.own & (had.currency == had.currency[one.last])
    during &= (had.day >= one.day[0]) & (had.day <= one.day[-1])
    return one.total / max(int(had.amount[during].sum()), 1)


def _span(one: Series) -> tuple[int, int]:
    starts = one.money.seen.start[one.money.row[one.deeds]]
    return int(starts[0]), int(starts[-1]) + 1


def _shared(had: Money, rent: Series) -> Iterable[Guess]:
    """Find persons who send in one half or one third of the rent within days of it: arithmetic on two series."""
    came = np.flatnonzero((had.flow == IN) & had.person & (had.currency == had.currency[rent.last]))
    if not len(came):
        return
    # The nearest rent before or after each inflow.
    at = np.clip(np.searchsorted(rent.day, had.day[came]), 1, len(rent.day) - 1)
    at -= had.day[came] - rent.day[at - 1] <= rent.day[at] - had.day[came]
    near = np.abs(had.day[came] - rent.day[at]) <= NEAR_DAYS
    for parts, word in PARTS.items():
        whole = had.amount[came] * parts
        fits = came[near & (np.abs(whole / rent.amount[at] - 1) <= CLOSE)]
        senders, times = np.unique(had.who[fits], return_counts=True)
        mine = fits[np.isin(had.who[fits], senders[times >= OFTEN])]
        if len(mine):
            people = int((times >= OFTEN).sum())
            values: dict[str, Value] = {"part": Term(word), "count": len(mine), "people": people, "days": NEAR_DAYS}
            yield Guess("shared", values, had.evidence(mine), key=f"rent-{word}")
