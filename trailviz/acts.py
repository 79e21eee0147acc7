"""One deed, several records: a ride and its payment, an order and its payment, a wallet row and its bank line.

Records are linked, never merged or deleted: the link is the evidence of sharing. Two rows of one export are never
linked; each record is linked to at most one of each other collector, the nearest in time, so two equal fares stay two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.pairing import nearest, within
from trailviz.parties import UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.events import Events
    from trailviz.parties import Parties

NO_TIME = np.iinfo(np.int64).min
PAYING = ("payment", "hold", "refund")
DEEDS = ("ride", "order", "delivery", "tap", "request", "visit")
BOUGHT = ("payment", "order", "ride", "delivery")
MINUTE_US = 60_000_000
DAY_US = 86_400_000_000
BEFORE_US = 30 * MINUTE_US
"""A fare may be held, and an order is often paid, up to half an hour before the deed's own time."""
ARRIVED_US = 120 * MINUTE_US
"""Paid so long after a ride ended, or began where its end is not stated, a payment is no longer made on arriving."""
AFTER_US = 4 * DAY_US
"""Wallets were seen to book a ride up to four days late (formats of 2025)."""
WITHOUT_SUM_US = 10 * MINUTE_US
"""Where the two sums cannot be compared (one missing, or two currencies), only minutes may lie between."""
BANK_AFTER_US = 3 * DAY_US
RETURN_AFTER_US = 180 * DAY_US
"""A purchase is given back within half a year, or by then nobody can say which one it was."""
HOLD_BEFORE_US = 31 * DAY_US
"""A hotel's or a car's hold becomes a payment within a month, or lapses."""
# A file and its member in one number: no zip has so many members.
UNHOLY = 1 << 40
NO_SUM = -1
SHORTEST_REF, MOST_SHARING = 5, 50
CARRIED = ("position", "what", "start", "end")
RANK = {"refs": 0, "card": 1, "sum": 2, "time": 3, "told": 4}
"""What says most surely that two records tell of one deed, first."""
NONE = pd.DataFrame(
    {"one": np.zeros(0, np.int64), "other": np.zeros(0, np.int64), "why": [], "apart": np.zeros(0, np.int64)}
)


@dataclass(frozen=True)
class Acts:
    """Which records tell of the same deed.

    `act` (int64): the number of each event's act, the position of its first record; an event alone is its own act.
    `channel` (int32): index into `Parties.names` after the payment row of the act has spoken; -1 = not stated.
    `end_us` (int64): for a payment, when the ride it paid ended (its own time); `NO_TIME` otherwise.
    `pairs`: columns `one`, `other` (positions), `why` (refs, sum, card, time, told, returned).
    """

    act: np.ndarray
    channel: np.ndarray
    end_us: np.ndarray
    pairs: pd.DataFrame


def link(events: Events, parties: Parties) -> Acts:
    """Link the records of each deed.

    Args:
        events: Read columns: kind, start, end, amount, currency, refs, mode, instrument, party.
        parties: Who wrote each row down and who its other side is.
    """
    count = len(events)
    frame = _frame(events, parties)
    found = [
        _by_refs(events, frame),
        _deed_and_payment(frame),
        _wallet_and_bank(frame),
        _by_card(frame),
        _told_of(events, parties, frame),
    ]
    pairs = _nearest(pd.concat([one for one in found if len(one)] or [NONE], ignore_index=True), frame)
    # After the nearest were chosen: a purchase given back in parts has several partners.
    pairs = pd.concat([one for one in (pairs, _returned(events, frame)) if len(one)] or [NONE], ignore_index=True)
    pairs = pairs[["one", "other", "why"]]
    act = _numbered(count, pairs)
    channel = parties.channel.copy()
    end_us = np.full(count, NO_TIME, np.int64)
    pay, did, rode = (frame["kind"].isin(kinds).to_numpy() for kinds in (PAYING, DEEDS, ("ride",)))
    one, other = pairs["one"].to_numpy(np.int64), pairs["other"].to_numpy(np.int64)
    paid, deed = np.where(pay[one], one, other), np.where(pay[one], other, one)
    pays = pay[paid] & did[deed]
    unstated = pays & (channel[deed] == UNRESOLVED)
    # The payment says what the ride went through; what the ride's own row says is not overruled.
    channel[deed[unstated]] = parties.collector[paid[unstated]]
    late = frame["start"].to_numpy()[paid] - frame["end"].to_numpy()[deed]
    # A card charged in the night for the day's journeys tells of the ride, and not when it ended.
    rides = pays & rode[deed] & (late <= ARRIVED_US)
    end_us[paid[rides]] = frame["start"].to_numpy()[paid[rides]]
    # A street taxi is paid on arrival: the payment alone tells the ride's end.
    taxi = (frame["kind"].eq(PAYING[0]) & frame["mode"].eq("taxi")).to_numpy()
    end_us[taxi] = frame["start"].to_numpy()[taxi]
    return Acts(act, channel, end_us, pairs)


def told(acts: Acts, parties: Parties) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Answer whom a file of the person's own shows to have been told of each event.

    Returns:
        A code an event, and for each code the companies' ids; code 0 is nobody.
    """
    codes = np.zeros(len(acts.act), np.int64)
    pairs = acts.pairs[acts.pairs["why"] == "told"]
    listeners: dict[int, set[str]] = {}
    for deed, disclosure in zip(pairs["one"].tolist(), pairs["other"].tolist(), strict=True):
        listeners.setdefault(deed, set()).add(parties.names[parties.collector[disclosure]])
    found: dict[tuple[str, ...], int] = {(): 0}
    for deed, names in sorted(listeners.items()):
        codes[deed] = found.setdefault(tuple(sorted(names)), len(found))
    return codes, list(found)


def _frame(events: Events, parties: Parties) -> pd.DataFrame:
    start, end = (events.instants(name).astype(np.int64) for name in ("start", "end"))
    kinds, modes = (_words(events, name) for name in ("kind", "mode"))
    return pd.DataFrame(
        {
            "position": np.arange(len(events)),
            "kind": kinds,
            "what": kinds.codes,
            "mode": modes,
            "collector": parties.collector,
            "party": parties.party,
            "channel": parties.channel,
            "tail": events.words("instrument")[0],
            "said": events.words("party")[0],
            "start": start,
            "end": np.where(end == NO_TIME, start, end),
            "amount": _units(events),
            "currency": events.words("currency")[0],
            "source": events.words("file")[0] * UNHOLY + events.words("member")[0],
            "id": events.ids,
        }
    )


def _words(events: Events, name: str) -> Any:  # noqa: ANN401 - pandas' stubs have no categorical of words
    codes, words = events.words(name)
    return pd.Categorical.from_codes(codes, words)  # type: ignore[call-overload]


def _units(events: Events) -> np.ndarray:
    """Answer the sums as whole hundred-millionths, exactly; `NO_SUM` where there is none, or one past 92 billion."""
    chunks = [one for one in events.column("amount").chunks if len(one)]
    found = []
    for one in chunks:
        # Arrow keeps a decimal as 16 bytes, the lower half first: no Python number is made of a million sums
        raw = np.frombuffer(one.buffers()[1], np.int64)[2 * one.offset : 2 * (one.offset + len(one))].reshape(-1, 2)
        stated = np.asarray(pc.is_valid(one)) & (raw[:, 1] == 0) & (raw[:, 0] >= 0)
        found.append(np.where(stated, raw[:, 0], NO_SUM))
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _paired(
    sides: tuple[pd.DataFrame, pd.DataFrame], keys: tuple[tuple[str, ...], tuple[str, ...]], low: int, high: int
) -> pd.DataFrame:
    """Join two sides' rows of equal keys where `start + low <= end <= start + high`; `_p` and `_d` mark the sides.

    Only rows of two files and two collectors: two rows of one export tell of two deeds.
    """
    left, right = sides[0][sides[0]["start"] != NO_TIME], sides[1][sides[1]["end"] != NO_TIME]
    named = [[side[name].to_numpy(np.int64) for name in of] for side, of in zip((left, right), keys, strict=True)]
    one, other = within(named[0], left["start"].to_numpy(), named[1], right["end"].to_numpy(), low, high)
    apart = np.ones(len(one), bool)
    for name in ("source", "collector"):
        apart &= left[name].to_numpy()[one] != right[name].to_numpy()[other]
    one, other = one[apart], other[apart]
    found = {f"{name}_p": left[name].to_numpy()[one] for name in CARRIED}
    return pd.DataFrame({**found, **{f"{name}_d": right[name].to_numpy()[other] for name in CARRIED}})


def _deed_and_payment(frame: pd.DataFrame) -> pd.DataFrame:
    """Pair a company's deed with a payment to that company: same sum and days apart, or no sum and minutes apart."""
    # Without refunds: what is given back pays for no deed.
    payments = frame[frame["kind"].isin(PAYING[:2]) & (frame["party"] >= 0)]
    deeds = frame[frame["kind"].isin(DEEDS)]
    summed = [side[(side["amount"] != NO_SUM) & (side["currency"] >= 0)] for side in (payments, deeds)]
    keys = (("party", "amount", "currency"), ("collector", "amount", "currency"))
    same = _paired((summed[0], summed[1]), keys, -AFTER_US, DAY_US)
    # The pairing counts from the deed's end; a payment long before its beginning is another's.
    same = same[same["start_p"] - same["start_d"] >= -BEFORE_US].assign(why="sum")
    paired = [
        _paired(sides, (("party",), ("collector",)), -WITHOUT_SUM_US, DAY_US)
        for sides in _incomparable(payments, deeds)
    ]
    near = pd.concat(paired, ignore_index=True) if paired else same.iloc[:0]
    near = near[near["start_p"] - near["start_d"] >= -WITHOUT_SUM_US].assign(why="time")
    kept = pd.concat([same, near], ignore_index=True)
    # Paid under way is no distance at all: only before the beginning or after the end counts.
    apart = np.maximum(kept["start_p"] - kept["end_d"], 0) + np.maximum(kept["start_d"] - kept["start_p"], 0)
    return pd.DataFrame({"one": kept["position_p"], "other": kept["position_d"], "why": kept["why"], "apart": apart})


def _incomparable(payments: pd.DataFrame, deeds: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Part payments and deeds into sides whose sums cannot be compared: one has none, or two currencies meet."""
    bare_p, bare_d = payments["amount"] == NO_SUM, deeds["amount"] == NO_SUM
    yield payments[bare_p], deeds
    yield payments[~bare_p], deeds[bare_d]
    for currency in deeds.loc[~bare_d, "currency"].unique():
        yield payments[~bare_p & (payments["currency"] != currency)], deeds[~bare_d & (deeds["currency"] == currency)]


def _wallet_and_bank(frame: pd.DataFrame) -> pd.DataFrame:
    """Pair a bank's line to or through a wallet with the wallet's own row of the same sum, booked up to three days later."""
    payments = frame[frame["kind"].isin(PAYING) & (frame["amount"] != NO_SUM)]
    payments = payments.assign(end=payments["start"])
    sides = [one.assign(wallet=one[side]) for side in ("party", "channel") for one in [payments[payments[side] >= 0]]]
    banks = pd.concat(sides).drop_duplicates(["position", "wallet"])
    # By what it was as well, or a refund's line would pair with the payment of the same sum.
    keys = (("wallet", "amount", "currency", "what"), ("collector", "amount", "currency", "what"))
    both = _paired((banks, payments), keys, -BANK_AFTER_US, DAY_US)
    lag = (both["start_p"] - both["start_d"]).abs()
    return pd.DataFrame({"one": both["position_p"], "other": both["position_d"], "why": "sum", "apart": lag})


def _by_card(frame: pd.DataFrame) -> pd.DataFrame:
    """Pair two companies' rows of the same sum on the same card, at most three days apart."""
    told = frame[(frame["tail"] >= 0) & (frame["amount"] != NO_SUM)]
    paid, other = told[told["kind"].isin(PAYING)], told[told["kind"].isin((*PAYING, *DEEDS))]
    keys = ("tail", "amount", "currency")
    both = _paired((paid, other.assign(end=other["start"])), (keys, keys), -BANK_AFTER_US, DAY_US)
    # a refund is no record of its payment, though both are of one sum on one card
    deeds = frame["kind"].cat.categories.get_indexer(pd.Index(DEEDS))
    both = both[(both["what_p"] == both["what_d"]) | both["what_d"].isin(deeds)]
    lag = (both["start_p"] - both["start_d"]).abs()
    return pd.DataFrame({"one": both["position_p"], "other": both["position_d"], "why": "card", "apart": lag})


def _told_of(events: Events, parties: Parties, frame: pd.DataFrame) -> pd.DataFrame:
    """Pair a purchase's record with a disclosure of a purchase at most ten minutes away: of the same company, or name.

    `one` is the deed, `other` the disclosure. No sum is told, so only the minute and the company say it is the same.
    """
    listed = frame[(frame["kind"] == "disclosure") & (frame["start"] != NO_TIME)]
    if listed.empty or not events.has("service"):
        return NONE
    of = events.column("service").take(listed["position"].to_numpy()).to_pandas().to_numpy()
    heard = listed[of == "payment"]
    deeds = frame[frame["kind"].isin(BOUGHT) & (frame["start"] != NO_TIME)]
    deeds = deeds[_near(deeds, np.sort(heard["start"].to_numpy()))]
    if heard.empty or deeds.empty:
        return NONE
    said = events.words("party")[1]
    sides = [deeds.assign(company=_called(deeds, side, parties, said)) for side in ("party", "collector")]
    both = pd.concat(sides).dropna(subset="company")
    both = both.merge(heard.assign(company=_called(heard, "party", parties, said)), on="company", suffixes=("_p", "_d"))
    apart = np.minimum((both["start_p"] - both["start_d"]).abs(), (both["end_p"] - both["start_d"]).abs())
    others = (both["source_p"] != both["source_d"]) & (both["collector_p"] != both["collector_d"])
    found = {"one": both["position_p"], "other": both["position_d"], "why": "told", "apart": apart}
    return pd.DataFrame(found)[others & (apart <= WITHOUT_SUM_US)]


def _near(deeds: pd.DataFrame, moments: np.ndarray) -> np.ndarray:
    """Say which deeds begin or end within ten minutes of one of some sorted moments."""
    edges = (deeds[side].to_numpy() for side in ("start", "end"))
    found = [np.searchsorted(moments, [at - WITHOUT_SUM_US, at + WITHOUT_SUM_US + 1]) for at in edges]
    return np.logical_or(*(low < high for low, high in found))


def _called(rows: pd.DataFrame, side: str, parties: Parties, said: list[str]) -> np.ndarray:
    """Name a side of some rows so that two files can agree: the company's id, else the name as written, in lower case."""
    known = rows[side].to_numpy()
    names = np.array([*(one.casefold() for one in parties.names), None], object)[known]
    written = np.array([*(one.casefold() for one in said), None], object)
    return np.where(known >= 0, names, written[rows["said"].to_numpy()]) if side == "party" else names


def _returned(events: Events, frame: pd.DataFrame) -> pd.DataFrame:
    """Pair what was given back or held with its purchase at the same company: by a shared id, else by party and sum.

    A purchase may be given back in parts, so it may have several partners; what is given back has one. By party, the
    sum must be the same; a part is only linked by an id, since any dearer purchase would fit it.
    """
    bought = frame[frame["kind"].isin(BOUGHT) & (frame["start"] != NO_TIME)]
    back = frame[frame["kind"].isin(("refund", "hold")) & (frame["start"] != NO_TIME)]
    if back.empty or bought.empty:
        return NONE
    by_party = back[(back["said"] >= 0) & (back["amount"] != NO_SUM)].merge(
        bought, on=["collector", "said", "amount", "currency"], suffixes=("_p", "_d")
    )
    found = [by_party[["position_p", "position_d", "kind_p", "start_p", "start_d", "id_d"]].assign(rank=1)]
    if events.has("refs"):
        listed = refs(events)
        sides = (listed.merge(side, on="position") for side in (back, bought))
        shared = next(sides).merge(next(sides), on=["ref", "collector"], suffixes=("_p", "_d"))
        # a sum that is not told (NO_SUM) is below every sum, so only the purchase's has to be asked for
        enough = (shared["amount_d"] == NO_SUM) | (shared["amount_p"] <= shared["amount_d"])
        found.append(
            shared[enough][["position_p", "position_d", "kind_p", "start_p", "start_d", "id_d"]].assign(rank=0)
        )
    both = pd.concat(found, ignore_index=True)
    lag = both["start_p"] - both["start_d"]
    after = (both["kind_p"] == "refund") & (lag >= 0) & (lag <= RETURN_AFTER_US)
    before = (both["kind_p"] == "hold") & (lag <= DAY_US) & (lag >= -HOLD_BEFORE_US)
    # Assigned before it is filtered: to a frame without rows pandas adds those of the column.
    both = both.assign(apart=lag.abs())[after | before].sort_values(["rank", "apart", "id_d"])
    closest = both.drop_duplicates("position_p")
    return pd.DataFrame({"one": closest["position_p"], "other": closest["position_d"], "why": "returned", "apart": 0})


def refs(events: Events) -> pd.DataFrame:
    """List the ids that rows carry: `ref` (a number an id) and `position`; ids too short to mean one thing are left out."""
    column = events.column("refs").combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    position, each = pc.list_parent_indices(column), pc.list_flatten(column)
    long = pc.fill_null(pc.greater(pc.utf8_length(each), SHORTEST_REF), False)  # noqa: FBT003 - Arrow's signature
    named = each.filter(long).dictionary_encode()
    return pd.DataFrame({"ref": np.asarray(named.indices), "position": np.asarray(position.filter(long), np.int64)})


def _by_refs(events: Events, frame: pd.DataFrame) -> pd.DataFrame:
    """Pair rows of different sources that carry the same transaction, order or trip id."""
    if not events.has("refs"):
        return NONE
    listed = refs(events).drop_duplicates()
    often = listed["ref"].map(listed["ref"].value_counts())
    # an id on many rows is an account's or a shop's, not a deed's
    repeated = listed[(often > 1) & (often <= MOST_SHARING)].merge(
        frame[["position", "source", "collector"]], on="position"
    )
    both = repeated.merge(repeated, on="ref", suffixes=("_p", "_d"))
    kept = both[
        (both["source_p"] != both["source_d"])
        & (both["position_p"] < both["position_d"])
        & (both["collector_p"] != both["collector_d"])
    ]
    return pd.DataFrame({"one": kept["position_p"], "other": kept["position_d"], "why": "refs", "apart": 0})


def _nearest(pairs: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep, between two collectors, each record's nearest partner: one to one, in an order no file order changes."""
    ids, collector = frame["id"].to_numpy(), frame["collector"].to_numpy(np.int64)
    one, other = pairs["one"].to_numpy(np.int64), pairs["other"].to_numpy(np.int64)
    rank = pairs["why"].map(RANK).to_numpy(np.int64)
    order = np.lexsort(
        (np.maximum(ids[one], ids[other]), np.minimum(ids[one], ids[other]), pairs["apart"].to_numpy(np.int64), rank)
    )
    many = int(collector.max(initial=0)) + 1
    return pairs.iloc[nearest(order, (one * many + collector[other], other * many + collector[one]))]


def _numbered(count: int, pairs: pd.DataFrame) -> np.ndarray:
    """Give linked events the position of their first one."""
    act = np.arange(count)
    one, other = pairs["one"].to_numpy(np.int64), pairs["other"].to_numpy(np.int64)
    # The lowest number travels one link a turn, and no chain has more links than there are rows.
    for _ in range(count + 1):
        lowest = np.minimum(act[one], act[other])
        before = act.copy()
        np.minimum.at(act, one, lowest)
        np.minimum.at(act, other, lowest)
        if (act == before).all():
            break
    return act
