"""One deed across companies: who holds which facet of it, and which keys join the rows of different companies.

Acts say which records tell of one deed; here they are laid side by side, never merged: two companies that hold the same
facet of one deed are the evidence that it was written down twice. Columns in, columns out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.acts import NO_TIME, refs
from trailviz.events import FACET_BIT, FACETS
from trailviz.knowledge import Grade
from trailviz.registry import EVERYONE, SELF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.acts import Acts
    from trailviz.events import Events
    from trailviz.knowledge import Known
    from trailviz.parties import Parties

KEYS = ("id", "card", "account", "device", "sum_and_minute")
MINUTE_US = 60_000_000
MOST_ROWS = 6


def shared(acts: Acts, parties: Parties) -> np.ndarray:
    """Say which events belong to a deed that more than one company wrote down."""
    # -2 is nobody: -1 would be every row of a collector that did not resolve.
    own = parties.names.index(SELF) if SELF in parties.names else -2
    # an act is of several companies if its lowest and its highest collector differ; a note of one's own is no company
    low, high = np.full(len(acts.act), np.iinfo(np.int64).max), np.full(len(acts.act), -1)
    told = np.flatnonzero(parties.collector != own)
    np.minimum.at(low, acts.act[told], parties.collector[told])
    np.maximum.at(high, acts.act[told], parties.collector[told])
    return (low < high)[acts.act]


def holdings(acts: Acts, parties: Parties, known: Known, chosen: np.ndarray, scenario: str) -> pd.DataFrame:
    """Lay out who holds which facet of some events' deeds.

    Args:
        acts: Which records tell of one deed.
        parties: Who wrote each down.
        known: What each row gives away, and whom it reaches.
        chosen: Positions of the events asked about.
        scenario: Which relations count for those who learn.

    Returns:
        A facet of a record that a company has an entry: `act`, `company`, `facet`, `grade` (knows for its own row,
        knows_because for what documented relations bring it), `position`; in order of act, company and facet.
    """
    recorded = pd.DataFrame(
        {"position": chosen, "company": np.array([*parties.names, SELF], object)[parties.collector[chosen]]}
    )
    recorded["grade"], recorded["mask"] = int(Grade.KNOWS), known.holds[known.class_of[chosen]].astype(np.int64)
    numbers = np.unique(known.class_of[chosen])
    learnt = pd.DataFrame(
        [
            # A relation may carry a facet that this row does not hold.
            (number, company, int(Grade.KNOWS_BECAUSE), mask & int(known.holds[number]))
            for number in numbers.tolist()
            for company, mask in known.learnt(number, scenario).items()
            if company != known.deeds[number].collector
        ],
        columns=["number", "company", "grade", "mask"],
    )
    of_class = pd.DataFrame({"position": chosen, "number": known.class_of[chosen]})
    learnt = of_class.merge(learnt, on="number").drop(columns="number")
    whole = pd.concat([recorded, learnt], ignore_index=True) if len(learnt) else recorded
    # What one remembers oneself is held by nobody.
    whole = whole[whole["company"] != SELF]
    bits = whole["mask"].to_numpy(np.int64)[:, None] & np.array([FACET_BIT[name] for name in FACETS])
    row, facet = np.nonzero(bits)
    answer = whole.iloc[row].drop(columns="mask")
    # what is paid when a ride ends tells when it ended, not when it began
    arrived = (acts.end_us[answer["position"]] != NO_TIME) & (facet == FACETS.index("time"))
    named = np.array(FACETS)[np.where(arrived, FACETS.index("end"), facet)]
    answer["facet"] = pd.Categorical(named, categories=FACETS)
    answer["act"] = acts.act[answer["position"]]
    answer = answer.drop_duplicates()
    return answer.sort_values(["act", "company", "facet", "position"], kind="stable").reset_index(drop=True)


def doubled(held: pd.DataFrame) -> pd.DataFrame:
    """Count, for each deed and facet, the companies that wrote it down themselves; only where there are two or more."""
    own = held[held["grade"] == Grade.KNOWS].drop_duplicates(["act", "facet", "company"])
    count = own.groupby(["act", "facet"], observed=True).size().rename("companies").reset_index()
    return count[count["companies"] > 1].reset_index(drop=True)


@dataclass(frozen=True)
class Key:
    """A kind of value by which rows of different companies can be joined, without asking anybody.

    `kind`: one of `KEYS`. `rows`: how many rows carry one; `distinct`: how many different ones; `shared`: how many of these
    stand in rows of two or more companies; `joined`: how many rows those are. `pairs`: two companies and how many values
    both carry, the most first. `examples`: positions of rows that one value joins. No value itself is answered.
    """

    kind: str
    rows: int
    distinct: int
    shared: int
    joined: int
    pairs: tuple[tuple[str, str, int], ...]
    examples: tuple[int, ...]


def keys(events: Events, parties: Parties) -> tuple[Key, ...]:
    """Find what joins the rows of different companies; the kinds in the order of `KEYS`, those no row carries left out."""
    own = parties.names.index(SELF) if SELF in parties.names else -2
    told = parties.collector != own
    found = []
    for kind, values in _valued(events, parties):
        mine = values[told[values["position"].to_numpy()]]
        if len(mine):
            found.append(_key(kind, mine.drop_duplicates(), parties))
    return tuple(found)


def _valued(events: Events, parties: Parties) -> Iterator[tuple[str, pd.DataFrame]]:
    """List, for each kind of key, the rows that carry a value (`value`: a number a distinct one)."""
    yield "id", refs(events).rename(columns={"ref": "value"}) if events.has("refs") else _coded(np.zeros(0, np.int64))
    yield "card", _coded(events.words("instrument")[0])
    accounts, words = events.words("party_account")
    named = np.array([*("@" in one for one in words), False], bool)[accounts]
    yield "account", _coded(np.where(named, accounts, -1))
    yield "device", _coded(events.words("device")[0])
    yield "sum_and_minute", _coded(_sum_and_minute(events, parties))


def _coded(codes: np.ndarray) -> pd.DataFrame:
    position = np.flatnonzero(codes >= 0)
    return pd.DataFrame({"value": codes[position], "position": position})


def _sum_and_minute(events: Events, parties: Parties) -> np.ndarray:
    """Number the distinct pairs of a sum and the minute it was paid in; -1 where either is not told to the minute."""
    start, end = (events.instants(name).astype(np.int64) for name in ("start", "end"))
    kinds, words = events.words("kind")
    # a ride is paid when it ends
    rode = np.array([*(word == "ride" for word in words), False], bool)[kinds] & (end != NO_TIME)
    moment = np.where(rode, end, start)
    amount = events.column("amount")
    whole = amount.combine_chunks() if isinstance(amount, pa.ChunkedArray) else amount
    sums = np.asarray(pc.fill_null(whole.dictionary_encode().indices, -1), np.int64)
    currency = events.words("currency")[0]
    seconds = events.column("precision_s").to_pandas().fillna(1).to_numpy() if events.has("precision_s") else 1
    # A start known within bounds names no minute.
    bounded = ~np.isnat(events.instants("start_latest")) & ~rode
    exact = (moment != NO_TIME) & (sums >= 0) & ~bounded & (seconds <= 60)  # noqa: PLR2004 - a minute
    frame = pd.DataFrame({"minute": moment // MINUTE_US, "sum": sums, "currency": currency})[
        exact & (parties.collector >= 0)
    ]
    number = np.full(len(events), -1, np.int64)
    number[frame.index.to_numpy()] = frame.groupby(list(frame.columns), sort=False).ngroup().to_numpy()
    return number


def _key(kind: str, carried: pd.DataFrame, parties: Parties) -> Key:
    carried = carried.assign(company=parties.collector[carried["position"]])
    each = carried[["value", "company"]].drop_duplicates()
    count = each["value"].value_counts()
    common = count.index[count > 1]
    joined = carried[carried["value"].isin(common)].sort_values(["value", "position"])
    both = each[each["value"].isin(common)]
    met = both.merge(both, on="value")
    met = met[met["company_x"] < met["company_y"]].value_counts(["company_x", "company_y"]).reset_index()
    pairs: list[tuple[str, str, int]] = []
    for a, b, many in met.to_numpy(np.int64).tolist():
        one, other = sorted((parties.names[a], parties.names[b]))
        pairs.append((one, other, many))
    pairs.sort(key=lambda pair: (-pair[2], pair[:2]))
    first = joined[joined["value"] == joined["value"].iloc[0]]["position"].tolist()[:MOST_ROWS] if len(joined) else []
    return Key(
        kind,
        carried["position"].nunique(),
        len(count),
        len(common),
        joined["position"].nunique(),
        tuple(pairs),
        tuple(first),
    )


def reaching(known: Known) -> frozenset[str]:
    """Answer the companies that wrote no row of the trail, and still get copies of some by a documented relation."""
    return known.reached("documented", surely=True) - known.collectors - {SELF, EVERYONE}
