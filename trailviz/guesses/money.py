"""The sums an observer has, one a deed: what every rule about money looks at first.

Two records of one deed (a wallet's row and the bank's) count once, a purchase that was given back not at all, and what a
person moves between their own pockets (top-ups, savings, a wallet's cash-out) is neither pay nor spending.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2s
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.acts import NO_TIME
from trailviz.days import DAY_S, DAY_US
from trailviz.guesses import Sum
from trailviz.guesses.held import NONE, TEN_THOUSANDTHS
from trailviz.pairing import met, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.guesses.held import Coded, Held

OUT, IN = 0, 1
KINDS = ("payment", "transfer", "fee", "top_up", "order", "ride", "delivery")
"""Kinds whose sum is money moved; the later three only where no payment of the same deed is had."""
MOVED = frozenset({"transfer", "top_up"})
GIVEN_BACK = 0.99
"""A purchase of which this share came back did not happen."""
WALLETS = frozenset(
    {
        "alipay",
        "weixin",
        "tenpay",
        "paypal",
        "venmo",
        "cash_app",
        "revolut",
        "wise",
        "paytm",
        "phonepe",
        "gcash",
        "klarna",
    }
)
"""What comes in from one of these is one's own money coming back from a pocket."""
OWN = (
    r"(?i)余额宝|零钱通|零钱提现|提现|信用卡还款|花呗.*还款|理财|基金申购|top.?up|withdrawal|cash ?out|own account|savings|^converted "
    r"|internal transfer|between accounts|credit card payment|umbuchung|sparkonto|tagesgeld|kreditkartenabrechnung"
    r"|virement interne|livret [abj]|compte.{0,3}pargne|traspaso|cuenta de ahorro|spaarrekening|eigen rekening"
)
"""Words of moving money between one's own pockets, in six languages; read in transfers and top-ups only."""
SAME_MONEY_US = 3 * DAY_US
"""A transfer between two banks is taken to be booked within three days, a weekend included."""
WRITTEN_WITH_A_NUMBER = r"[\d#*/.,:;_\-]+"
"""What changes from one statement line of a company to the next: numbers of orders, of terminals, of months."""


@dataclass(frozen=True)
class Money:
    """One entry a deed of money, in order of time.

    `row`: which entry of `Held` speaks for the deed. `wall` (microseconds on the clock), `day` (local days since 1970),
    `amount` (ten thousandths), `currency` (code), `flow` (`OUT`, `IN`). `who` (int64): the other side, the same number for
    the same company, person or wording; -1 none. `person`: the other side is one, or may be by its name; `surely`: the row
    says so. `own`: between one's own pockets. `there`: paid in person. `timed`: the hour is known.
    """

    seen: Held
    row: np.ndarray
    wall: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    currency: np.ndarray
    flow: np.ndarray
    who: np.ndarray
    person: np.ndarray
    surely: np.ndarray
    own: np.ndarray
    there: np.ndarray
    timed: np.ndarray
    _first: np.ndarray
    _records: np.ndarray

    def __len__(self) -> int:
        """Count the deeds."""
        return len(self.row)

    def evidence(self, deeds: np.ndarray) -> np.ndarray:
        """Answer the positions of every record of some deeds, a wallet's and the bank's alike, in order of time."""
        deeds = np.asarray(deeds, np.int64)
        _, records = opened(self._first[deeds], self._first[deeds + 1])
        return self.seen.position[np.sort(self._records[records])]

    def sum_of(self, amount: float, deed: int) -> Sum:
        """Answer an amount in ten thousandths as money of a deed's currency."""
        code = int(self.currency[deed])
        exact = Decimal(round(amount)) / TEN_THOUSANDTHS
        return Sum(exact.quantize(Decimal("0.01")), self.seen.currency.words[code] if code >= 0 else None)

    def party(self, deed: int) -> int:
        """Answer the position of a deed's record, for its other side's name."""
        return int(self.seen.position[self.row[deed]])

    def side(self, deed: int) -> str:
        """Name a deed's other side by eight figures made of its words: the same for every file, and no name."""
        code = int(self.seen.party.codes[self.row[deed]])
        words = self.seen.party.words[code] if code >= 0 else ""
        return blake2s(words.casefold().encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def money(seen: Held) -> Money:
    """Answer the deeds of money an observer has, worked out once."""
    return seen.once("money", _money)


def matching(column: Coded, pattern: str) -> np.ndarray:
    """Say which rows of a column fit a regular expression (RE2), asking every distinct word once."""
    hit = np.zeros(len(column.words) + 1, bool)
    if column.words:
        hit[:-1] = np.asarray(pc.match_substring_regex(pa.array(column.words, pa.string()), pattern))
    return hit[column.codes]


def _money(seen: Held) -> Money:
    kinds = np.array([*(KINDS.index(word) if word in KINDS else NONE for word in seen.kind.words), NONE])[
        seen.kind.codes
    ]
    deed = kinds >= KINDS.index("order")
    flow = np.array([*({"out": OUT, "in": IN}.get(word, NONE) for word in seen.flow.words), NONE])[seen.flow.codes]
    # A ride log names its fare and no direction: the rider paid.
    flow = np.where(deed & (seen.flow.codes < 0), OUT, flow)
    rows = np.flatnonzero((kinds >= 0) & (seen.amount > 0) & (flow >= 0) & (seen.start != NO_TIME))
    rows = _one_a_deed(seen, rows, deed)
    # Fares by the day or the month are one payment for many rides: where a company's payments are had, its rows say no sum more.
    paid = np.unique(seen.company.codes[rows[~deed[rows]]])
    rows = rows[~(deed[rows] & np.isin(seen.collector.codes[rows], paid))]
    rows = rows[~((flow[rows] == OUT) & _given_back(seen, rows))]
    first, records = _records(seen, rows)
    surely = seen.side.among(["person"])[rows]
    timed = seen.precision_s[rows] < DAY_S
    wall = seen.wall[rows]
    return Money(
        seen=seen,
        row=rows,
        wall=wall,
        day=np.floor_divide(wall, DAY_US),
        amount=seen.amount[rows],
        currency=seen.currency.codes[rows],
        flow=flow[rows],
        who=_who(seen, rows, seen.person[rows]),
        person=seen.person[rows],
        surely=surely,
        own=_own(seen, rows, flow[rows]),
        there=seen.presence.among(["in_person"])[rows],
        timed=timed,
        _first=first,
        _records=records,
    )


def _one_a_deed(seen: Held, rows: np.ndarray, deed: np.ndarray) -> np.ndarray:
    """Keep one row of each act: a payment before an order or a ride, and the one that knows the second before the day."""
    # Most deeds have one record, and are not sorted.
    often = np.bincount(seen.act[rows])[seen.act[rows]] > 1 if len(rows) else rows > 0
    several = rows[often]
    order = np.lexsort((several, seen.precision_s[several], deed[several], seen.act[several]))
    acts = seen.act[several][order]
    first = np.ones(len(acts), bool)
    first[1:] = acts[1:] != acts[:-1]
    return np.sort(np.concatenate([rows[~often], several[order[first]]]))


def _records(seen: Held, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """List all records of some deeds (rows of `Held`, deed by deed) and where in the list each deed's begin."""
    deed_of = np.full(int(seen.act.max(initial=0)) + 1, NONE)
    deed_of[seen.act[rows]] = np.arange(len(rows))
    of = deed_of[seen.act]
    records = np.flatnonzero(of >= 0)
    of = of[records]
    # In order of time they mostly stand deed by deed already.
    if (np.diff(of) < 0).any():
        order = np.argsort(of, kind="stable")
        records, of = records[order], of[order]
    return np.searchsorted(of, np.arange(len(rows) + 1)), records


def _given_back(seen: Held, rows: np.ndarray) -> np.ndarray:
    """Say which deeds came back whole: the refunds of one deed, as the company that wrote most of them down has them."""
    back = np.flatnonzero(seen.kind.among(["refund"]) & (seen.amount > 0))
    if not len(back):
        return np.zeros(len(rows), bool)
    told = pd.DataFrame({"act": seen.act[back], "who": seen.collector.codes[back], "sum": seen.amount[back]})
    # The shop's refund and the bank's line of it are one: summed a company at a time, never over both.
    most = told.groupby(["act", "who"])["sum"].sum().groupby("act").max()
    returned = most.reindex(seen.act[rows], fill_value=0).to_numpy()
    answer: np.ndarray = returned >= GIVEN_BACK * seen.amount[rows]
    return answer


def _who(seen: Held, rows: np.ndarray, person: np.ndarray) -> np.ndarray:
    """Number the other sides: a company by its name, a person as written, a shop by its wording without numbers."""
    party, detail = seen.party.codes[rows], seen.detail.codes[rows]
    plain, item = _bare(seen.party.words), _bare(seen.detail.words)
    # One range of numbers after the other: companies, shops' wordings, persons as written, what was bought.
    companies, parties = len(seen.company.words), len(seen.party.words)
    codes = np.where(detail >= 0, companies + 2 * parties + item[detail], NONE)
    codes = np.where(party >= 0, companies + np.where(person, parties + party, plain[party]), codes)
    company = seen.company.codes[rows]
    return np.where((company >= 0) & ~person, company, codes)


def _bare(words: Sequence[str]) -> np.ndarray:
    """Number words so that two which differ in numbers, marks and case alone are one; a last entry stands for none."""
    if not words:
        return np.array([NONE])
    told = pa.array(words, pa.string())
    bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(told), WRITTEN_WITH_A_NUMBER, " "))
    # A name of digits alone ("7-11") stays what it is.
    bare = pc.if_else(pc.equal(pc.utf8_length(bare), 0), told, bare)
    return np.append(np.asarray(pc.dictionary_encode(bare).indices, np.int64), NONE)


def _own(seen: Held, rows: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Say which deeds moved money between the person's own pockets."""
    moved = seen.kind.among(MOVED)[rows]
    said = (matching(seen.party.take(rows), OWN) | matching(seen.detail.take(rows), OWN)) & moved
    wallet = seen.company.among(WALLETS)[rows] & ((flow == IN) | moved) & ~seen.person[rows]
    # A file that names a pot, or another account of the person's, names nobody as the other side.
    pocket = moved & (seen.party.codes[rows] >= 0) & (seen.side.codes[rows] < 0)
    return seen.kind.among(["top_up"])[rows] | said | wallet | pocket | _both_ways(seen, rows, flow, moved)


def _both_ways(seen: Held, rows: np.ndarray, flow: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Say which transfers left one account and entered another of the person's, of one sum within three days."""
    answer = np.zeros(len(rows), bool)
    sides = [np.flatnonzero(moved & (flow == way)) for way in (OUT, IN)]
    wrote = seen.collector.codes[rows]
    for here, there in (sides, sides[::-1]):
        for company in np.unique(wrote[here]).tolist():
            # What leaves and comes back at one company was sent back by somebody.
            mine, others = here[wrote[here] == company], there[wrote[there] != company]
            keys = [[seen.amount[rows[side]], seen.currency.codes[rows[side]]] for side in (mine, others)]
            at = [seen.start[rows[side]] for side in (mine, others)]
            answer[mine] = met(keys[0], at[0], keys[1], at[1], -SAME_MONEY_US, SAME_MONEY_US)
    return answer
