"""Bills that were shared: one paid in a shop, and people paying back equal parts of it within a day.

The rule, as stated on screen: a payment of S in person, then within 24 hours m transfers in, from m people, each of S/(m+1)
within 2 % (the same day or the next, where a file has days alone). Those who paid back were probably at that place. Nobody has
measured how often that is so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trailviz.days import DAY_US, date_of
from trailviz.guesses import Abstained, Guess, Party, Term, Value
from trailviz.guesses.money import IN, OUT, Money, money
from trailviz.guesses.people import People, people, role
from trailviz.pairing import within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.guesses.held import Held

CLOSE = 0.02
MOST_PEOPLE = 12
"""The more parts, the likelier that some transfers are such a part by chance."""
LATEST = 12
"""So many shared bills are told one by one, the latest first."""
COMPANY = 3
"""Who shared so many bills is told as having been there often."""
MOST_PAIRS = 30_000_000
"""Beyond so many payments within a day of a transfer the rule is silent, and says why."""


class Split(NamedTuple):
    """A shared bill: the payment, the transfers that came back (entries of `Money`), and one part in ten thousandths."""

    paid: int
    back: np.ndarray
    part: float


def guess(seen: Held) -> Iterable[Guess | Abstained]:
    """Answer the latest shared bills, who paid back, and who did so often."""
    had, known = money(seen), people(seen)
    if not (had.person & (had.flow == IN)).any():
        return [Abstained("no_transfers")]
    found = splits(seen)
    if found is None:
        return [Abstained("too_many", {"most": MOST_PAIRS})]
    if not found:
        return [Abstained("none", {"count": int((had.person & (had.flow == IN)).sum())})]
    latest = sorted(found, key=lambda one: -one.paid)
    rest = latest[LATEST:]
    answers = [_told(had, known, one) for one in latest[:LATEST]]
    if rest:
        deeds = np.concatenate([np.append(one.back, one.paid) for one in rest])
        answers.append(Guess("more", {"count": len(rest)}, had.evidence(deeds), key="more"))
    return [*_often(had, known, found), *answers]


def splits(seen: Held) -> list[Split] | None:
    """Answer the shared bills among the sums an observer has, in order of time, worked out once; None: too many pairs to look at."""
    return seen.once("splits", lambda one: _splits(money(one)))


def _splits(had: Money) -> list[Split] | None:
    far = had.seen.presence.among(["remote"])[had.row]
    moved = had.seen.kind.among(["transfer"])[had.row]
    # Of a bank's card line nobody knows whether it was paid in person; what is known to be remote is out.
    paid = np.flatnonzero((had.flow == OUT) & ~had.person & ~had.own & ~far & ~moved)
    back = np.flatnonzero((had.flow == IN) & had.person & ~had.own)
    one, other = _within_a_day(had, paid, back)
    if len(one) > MOST_PAIRS:
        return None
    # Into how many parts the bill would have been cut: a whole number, or nearly.
    parts = np.rint(had.amount[one] / had.amount[other]).astype(np.int64)
    fits = (parts >= 2) & (parts <= MOST_PEOPLE)  # noqa: PLR2004 - oneself and one more
    fits &= np.abs(had.amount[other] * parts / had.amount[one] - 1) <= CLOSE
    one, other, parts = one[fits], other[fits], parts[fits]
    return _chosen(had, one, other, parts)


def _within_a_day(had: Money, paid: np.ndarray, back: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair payments with the transfers of the 24 hours after; where a file has days alone, of that day and the next."""
    found = [
        (paid[had.timed[paid]], back[had.timed[back]], had.wall, 0, DAY_US),
        (paid[~had.timed[paid]], back, had.day, 0, 1),
        (paid[had.timed[paid]], back[~had.timed[back]], had.day, 0, 1),
    ]
    pairs = []
    for left, right, at, low, high in found:
        one, other = within([had.currency[left]], at[left], [had.currency[right]], at[right], low, high)
        pairs.append((left[one], right[other]))
    return np.concatenate([one for one, _ in pairs]), np.concatenate([other for _, other in pairs])


def _chosen(had: Money, one: np.ndarray, other: np.ndarray, parts: np.ndarray) -> list[Split]:
    """Keep payments of which exactly all but the payer paid back; each transfer for one bill, the fullest and nearest first."""
    # Side by side: the transfers that fit one payment cut into one number of parts, person by person.
    order = np.lexsort((had.who[other], parts, one))
    one, other, parts = one[order], other[order], parts[order]
    # Two transfers of one person are one person's.
    fresh = np.ones(len(one), bool)
    fresh[1:] = (one[1:] != one[:-1]) | (parts[1:] != parts[:-1]) | (had.who[other][1:] != had.who[other][:-1])
    one, other, parts = one[fresh], other[fresh], parts[fresh]
    edges = np.append(True, (one[1:] != one[:-1]) | (parts[1:] != parts[:-1]))[: len(one)]
    starts = np.flatnonzero(edges)
    whole = np.diff(np.append(starts, len(one))) == parts[starts] - 1
    kept = whole[np.cumsum(edges) - 1]
    one, other = one[kept], other[kept]
    size = (parts[starts] - 1)[whole]
    starts = np.cumsum(size) - size
    slowest = np.maximum.reduceat(had.wall[other], starts) - had.wall[one[starts]] if len(starts) else starts
    # More people agreeing on one sum are less likely chance; then whoever was all paid back soonest.
    order = np.lexsort((one[starts], slowest, -size))
    bills, givers = one[starts].tolist(), other.tolist()
    taken: set[int] = set()
    found = []
    for at, low, many in zip(order.tolist(), starts[order].tolist(), size[order].tolist(), strict=True):
        deeds = givers[low : low + many]
        if taken.isdisjoint(deeds) and bills[at] not in taken:
            taken.update([bills[at], *deeds])
            found.append(Split(bills[at], np.array(sorted(deeds)), float(had.amount[deeds].mean())))
    return sorted(found, key=lambda each: each.paid)


def _told(had: Money, known: People, one: Split) -> Guess:
    deeds = np.append(one.back, one.paid)
    values: dict[str, Value] = {
        "sum": had.sum_of(had.amount[one.paid], one.paid),
        "party": Party(had.party(one.paid)),
        "when": date_of(had.day[one.paid]),
        "who": tuple(role(number) for number in sorted(known.role[one.back].tolist())),
        "part": had.sum_of(one.part, one.paid),
        "each": Term("each" if len(one.back) > 1 else "half"),
        "within": Term("hours" if had.timed[deeds].all() else "days"),
    }
    return Guess("split", values, had.evidence(deeds), key=f"split-{had.party(one.paid)}")


def _often(had: Money, known: People, found: list[Split]) -> Iterable[Guess]:
    """Say who shared three bills or more, the most first."""
    back = np.concatenate([one.back for one in found])
    of = np.repeat([one.paid for one in found], [len(one.back) for one in found])
    times = np.bincount(known.role[back])
    for number in np.argsort(-times, kind="stable")[:3].tolist():
        if times[number] >= COMPANY:
            mine = known.role[back] == number
            values: dict[str, Value] = {"who": role(number), "count": int(times[number])}
            yield Guess(
                "often",
                values,
                had.evidence(np.append(back[mine], of[mine])),
                key=f"often-{had.party(int(back[mine][0]))}",
            )
