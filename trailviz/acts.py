"""One deed, several records: a ride and its payment, an order and its payment, a wallet row and its bank line.

Records are linked, never merged or deleted: the link is the evidence of sharing. Two rows of one export are never
linked; each record is linked to at most one of each other collector, the nearest in time, so two equal fares stay two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from trailviz.parties import UNRESOLVED

if TYPE_CHECKING:
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
AFTER_US = 4 * DAY_US
"""Wallets were seen to book a ride up to four days late (formats of 2025)."""
WITHOUT_SUM_US = 10 * MINUTE_US
"""Where the two sums cannot be compared (one missing, or two currencies), only minutes may lie between."""
BANK_AFTER_US = 3 * DAY_US
RETURN_AFTER_US = 180 * DAY_US
"""A purchase is given back within half a year, or by then nobody can say which one it was."""
HOLD_BEFORE_US = 31 * DAY_US
"""A hotel's or a car's hold becomes a payment within a month, or lapses."""
UNHOLY = 1 << 40


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
    pairs = _nearest(
        pd.concat(
            [
                _by_refs(events, frame),
                _deed_and_payment(frame),
                _wallet_and_bank(frame),
                _by_card(frame),
                _told_of(events, parties, frame),
            ],
            ignore_index=True,
        ),
        frame,
    )
    pairs = pd.concat([pairs, _returned(events, frame)], ignore_index=True)
    act = _numbered(count, pairs)
    channel = parties.channel.copy()
    end_us = np.full(count, NO_TIME, np.int64)
    kind = frame["kind"].to_numpy()
    one, other = pairs["one"].to_numpy(), pairs["other"].to_numpy()
    payer = np.isin(kind[one], PAYING)
    paid, deed = np.where(payer, one, other), np.where(payer, other, one)
    pays = np.isin(kind[paid], PAYING) & np.isin(kind[deed], DEEDS)
    unstated = pays & (channel[deed] == UNRESOLVED)
    channel[deed[unstated]] = parties.collector[paid[unstated]]
    rides = pays & (kind[deed] == "ride")
    end_us[paid[rides]] = frame["start"].to_numpy()[paid[rides]]
    # A street taxi is paid on arrival: the payment alone tells the ride's end.
    taxi = np.isin(kind, PAYING[:1]) & (frame["mode"].to_numpy() == "taxi")
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
    start = events.instants("start").astype(np.int64)
    end = events.instants("end").astype(np.int64)
    cents = events.column("amount").to_pandas()
    codes, words = events.words("kind")
    modes, mode_words = events.words("mode")
    currency, _ = events.words("currency")
    tails = events.column("instrument").to_pandas() if events.has("instrument") else None
    return pd.DataFrame(
        {
            "position": np.arange(len(events)),
            "kind": np.array([*words, ""], dtype=object)[codes],
            "mode": np.array([*mode_words, ""], dtype=object)[modes],
            "collector": parties.collector,
            "party": parties.party,
            "channel": parties.channel,
            "tail": tails,
            "said": events.column("party").to_pandas() if events.has("party") else None,
            "start": start,
            "end": np.where(end == NO_TIME, start, end),
            "amount": cents,
            "currency": currency,
            "source": events.words("file")[0] * UNHOLY + events.words("member")[0],
            "id": events.ids,
        }
    )


def _deed_and_payment(frame: pd.DataFrame) -> pd.DataFrame:
    """Pair a company's deed with a payment to that company: same sum and days apart, or no sum and minutes apart."""
    payments = frame[frame["kind"].isin(PAYING[:2]) & (frame["party"] >= 0)]
    deeds = frame[frame["kind"].isin(DEEDS)]
    both = _within_days(payments, deeds, "party", "collector", AFTER_US)
    comparable = both["amount_p"].notna() & both["amount_d"].notna() & (both["currency_p"] == both["currency_d"])
    lag = both["start_p"] - both["end_d"]
    early = both["start_p"] - both["start_d"]
    with_sum = comparable & (both["amount_p"] == both["amount_d"]) & (early >= -BEFORE_US) & (lag <= AFTER_US)
    without = ~comparable & (early >= -WITHOUT_SUM_US) & (lag <= WITHOUT_SUM_US)
    kept = both[with_sum | without]
    why = np.where(with_sum[kept.index], "sum", "time")
    distance = np.maximum(kept["start_p"] - kept["end_d"], 0) + np.maximum(kept["start_d"] - kept["start_p"], 0)
    return pd.DataFrame({"one": kept["position_p"], "other": kept["position_d"], "why": why, "apart": distance})


def _wallet_and_bank(frame: pd.DataFrame) -> pd.DataFrame:
    """Pair a bank's line to or through a wallet with the wallet's own row of the same sum, booked up to three days later."""
    payments = frame[frame["kind"].isin(PAYING) & frame["amount"].notna()]
    sides = (payments[payments[side] >= 0].assign(wallet=payments[side]) for side in ("party", "channel"))
    banks = pd.concat(sides).drop_duplicates(["position", "wallet"])
    both = _within_days(banks, payments, "wallet", "collector", BANK_AFTER_US)
    lag = both["start_p"] - both["start_d"]
    same = (
        (both["amount_p"] == both["amount_d"])
        & (both["currency_p"] == both["currency_d"])
        & (both["kind_p"] == both["kind_d"])
    )
    kept = both[same & (lag >= -DAY_US) & (lag <= BANK_AFTER_US)]
    return pd.DataFrame(
        {"one": kept["position_p"], "other": kept["position_d"], "why": "sum", "apart": lag[kept.index].abs()}
    )


def _by_card(frame: pd.DataFrame) -> pd.DataFrame:
    """Pair two companies' rows of the same sum on the same card, at most three days apart."""
    told = frame[frame["tail"].notna() & frame["amount"].notna() & (frame["start"] != NO_TIME)]
    told = told[told["kind"].isin((*PAYING, *DEEDS))]
    both = told.merge(told, on=["tail", "amount", "currency"], suffixes=("_p", "_d"))
    lag = both["start_p"] - both["start_d"]
    paying = both["kind_p"].isin(PAYING) & ((both["kind_p"] == both["kind_d"]) | both["kind_d"].isin(DEEDS))
    apart = (both["source_p"] != both["source_d"]) & (both["collector_p"] != both["collector_d"])
    kept = both[apart & paying & (lag >= -DAY_US) & (lag <= BANK_AFTER_US)]
    return pd.DataFrame(
        {"one": kept["position_p"], "other": kept["position_d"], "why": "card", "apart": lag[kept.index].abs()}
    )


def _told_of(events: Events, parties: Parties, frame: pd.DataFrame) -> pd.DataFrame:
    """Pair a purchase's record with a disclosure of a purchase at most ten minutes away: of the same company, or name.

    `one` is the deed, `other` the disclosure. No sum is told, so only the minute and the company say it is the same.
    """
    empty = pd.DataFrame({"one": [], "other": [], "why": [], "apart": []}, dtype=object)
    listed = frame[(frame["kind"] == "disclosure") & (frame["start"] != NO_TIME)]
    if listed.empty or not events.has("service"):
        return empty
    of = events.column("service").take(listed["position"].to_numpy()).to_pandas().to_numpy()
    heard = listed[of == "payment"]
    deeds = frame[frame["kind"].isin(BOUGHT) & (frame["start"] != NO_TIME)]
    deeds = deeds[_near(deeds, np.sort(heard["start"].to_numpy()))]
    if heard.empty or deeds.empty:
        return empty
    sides = [deeds.assign(company=_called(deeds, side, parties)) for side in ("party", "collector")]
    both = pd.concat(sides).dropna(subset="company")
    both = both.merge(heard.assign(company=_called(heard, "party", parties)), on="company", suffixes=("_p", "_d"))
    apart = np.minimum((both["start_p"] - both["start_d"]).abs(), (both["end_p"] - both["start_d"]).abs())
    others = (both["source_p"] != both["source_d"]) & (both["collector_p"] != both["collector_d"])
    found = {"one": both["position_p"], "other": both["position_d"], "why": "told", "apart": apart}
    return pd.DataFrame(found)[others & (apart <= WITHOUT_SUM_US)]


def _near(deeds: pd.DataFrame, moments: np.ndarray) -> np.ndarray:
    """Say which deeds begin or end within ten minutes of one of some sorted moments."""
    edges = (deeds[side].to_numpy() for side in ("start", "end"))
    found = [np.searchsorted(moments, [at - WITHOUT_SUM_US, at + WITHOUT_SUM_US + 1]) for at in edges]
    return np.logical_or(*(low < high for low, high in found))


def _called(rows: pd.DataFrame, side: str, parties: Parties) -> np.ndarray:
    """Name a side of some rows so that two files can agree: the company's id, else the name as written, in lower case."""
    known = rows[side].to_numpy()
    names = np.array([*(one.casefold() for one in parties.names), None], object)[known]
    return np.where(known >= 0, names, rows["said"].str.casefold().to_numpy(object)) if side == "party" else names


def _returned(events: Events, frame: pd.DataFrame) -> pd.DataFrame:
    """Pair what was given back or held with its purchase at the same company: by a shared id, else by party and sum.

    A purchase may be given back in parts, so it may have several partners; what is given back has one. By party, the
    sum must be the same; a part is only linked by an id, since any dearer purchase would fit it.
    """
    bought = frame[frame["kind"].isin(BOUGHT) & (frame["start"] != NO_TIME)]
    back = frame[frame["kind"].isin(("refund", "hold")) & (frame["start"] != NO_TIME)]
    empty = pd.DataFrame({"one": np.zeros(0, np.int64), "other": np.zeros(0, np.int64), "why": []})
    if back.empty or bought.empty:
        return empty
    by_party = back[back["said"].notna() & back["amount"].notna()].merge(
        bought, on=["collector", "said", "amount", "currency"], suffixes=("_p", "_d")
    )
    found = [by_party[["position_p", "position_d", "kind_p", "start_p", "start_d", "id_d"]].assign(rank=1)]
    if events.has("refs"):
        refs = events.column("refs").to_pandas().explode().dropna()
        listed = pd.DataFrame({"ref": refs.to_numpy(), "position": refs.index.to_numpy()})
        listed = listed[listed["ref"].str.len() > 5]  # noqa: PLR2004 - shorter ids collide
        sides = (listed.merge(side, on="position") for side in (back, bought))
        shared = next(sides).merge(next(sides), on=["ref", "collector"], suffixes=("_p", "_d"))
        enough = shared["amount_p"].isna() | shared["amount_d"].isna() | (shared["amount_p"] <= shared["amount_d"])
        found.append(
            shared[enough][["position_p", "position_d", "kind_p", "start_p", "start_d", "id_d"]].assign(rank=0)
        )
    both = pd.concat(found, ignore_index=True)
    lag = both["start_p"] - both["start_d"]
    after = (both["kind_p"] == "refund") & (lag >= 0) & (lag <= RETURN_AFTER_US)
    before = (both["kind_p"] == "hold") & (lag <= DAY_US) & (lag >= -HOLD_BEFORE_US)
    both = both[after | before].assign(apart=lag.abs()).sort_values(["rank", "apart", "id_d"])
    nearest = both.drop_duplicates("position_p")
    if nearest.empty:
        return empty
    return pd.DataFrame({"one": nearest["position_p"], "other": nearest["position_d"], "why": "returned"})


def _within_days(left: pd.DataFrame, right: pd.DataFrame, on_left: str, on_right: str, after_us: int) -> pd.DataFrame:
    """Join payments to deeds of the same company on the days the payment may follow in; `_p` and `_d` mark the sides."""
    spans = range(-1, after_us // DAY_US + 2)
    dated = left[left["start"] != NO_TIME]
    spread = pd.concat([dated.assign(company=dated[on_left], day=dated["start"] // DAY_US - span) for span in spans])
    wanted = right[right["end"] != NO_TIME]
    wanted = wanted.assign(company=wanted[on_right], day=wanted["end"] // DAY_US)
    joined = spread.merge(wanted, on=["company", "day"], suffixes=("_p", "_d"))
    apart = (joined["source_p"] != joined["source_d"]) & (joined["collector_p"] != joined["collector_d"])
    return joined[apart].reset_index(drop=True)


def _by_refs(events: Events, frame: pd.DataFrame) -> pd.DataFrame:
    """Pair rows of different sources that carry the same transaction, order or trip id."""
    if not events.has("refs"):
        return pd.DataFrame({"one": [], "other": [], "why": [], "apart": []}, dtype=object)
    refs = events.column("refs").to_pandas().explode().dropna()
    listed = pd.DataFrame({"ref": refs.to_numpy(), "position": refs.index.to_numpy()})
    listed = listed[listed["ref"].str.len() > 5]  # noqa: PLR2004 - shorter ids collide
    repeated = listed[listed["ref"].duplicated(keep=False)].merge(
        frame[["position", "source", "start", "collector"]], on="position"
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
    if pairs.empty:
        return pd.DataFrame({"one": np.zeros(0, np.int64), "other": np.zeros(0, np.int64), "why": []})
    ids, collector = frame["id"].to_numpy(), frame["collector"].to_numpy()
    one, other = pairs["one"].to_numpy(np.int64), pairs["other"].to_numpy(np.int64)
    rank = pairs["why"].map({"refs": 0, "card": 1, "sum": 2, "time": 3, "told": 4}).to_numpy()
    order = np.lexsort(
        (np.maximum(ids[one], ids[other]), np.minimum(ids[one], ids[other]), pairs["apart"].to_numpy(np.int64), rank)
    )
    taken: set[tuple[int, int]] = set()
    kept = []
    for index in order:
        ends = {(int(one[index]), int(collector[other[index]])), (int(other[index]), int(collector[one[index]]))}
        if not ends & taken:
            taken |= ends
            kept.append(index)
    return pd.DataFrame({"one": one[kept], "other": other[kept], "why": pairs["why"].to_numpy()[kept]})


def _numbered(count: int, pairs: pd.DataFrame) -> np.ndarray:
    """Give linked events the position of their first one."""
    act = np.arange(count)
    one, other = pairs["one"].to_numpy(np.int64), pairs["other"].to_numpy(np.int64)
    for _ in range(count + 1):
        lowest = np.minimum(act[one], act[other])
        before = act.copy()
        np.minimum.at(act, one, lowest)
        np.minimum.at(act, other, lowest)
        if (act == before).all():
            break
    return act
