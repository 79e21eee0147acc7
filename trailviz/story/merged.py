"""One deed as several companies have it, in words: who wrote down what, who is told of it, and what joins their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz import deeds
from trailviz.events import FACETS, written
from trailviz.knowledge import Grade
from trailviz.registry import SELF
from trailviz.story.clauses import Speaker
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from trailviz.deeds import Key
    from trailviz.trail import Trail

NAMES = {
    "time": mark("time"), "end": mark("end"), "place": mark("place"), "destination": mark("destination"), "route": mark("way"),
    "amount": mark("sum"), "merchant": mark("with whom"), "items": mark("items"), "person": mark("person"),
    "vehicle": mark("vehicle"), "identity": mark("account"), "device": mark("device"), "score": mark("score"),
    "ad_id": mark("advertising id"), "credit_file": mark("credit file"), "blacklist": mark("blacklist"), "video": mark("video"),
}  # fmt: skip
WHY = {
    "refs": mark("the same id"),
    "card": mark("the same sum on the same card"),
    "sum": mark("the same sum, near in time"),
    "time": mark("minutes apart, and no sums to compare"),
    "told": mark("your own file says it was passed on"),
    "returned": mark("given back or held"),
}
KEYS = {
    "id": mark("order, trip and transaction ids"),
    "card": mark("the last digits of a card"),
    "account": mark("e-mail addresses"),
    "device": mark("devices"),
    "sum_and_minute": mark("the same sum in the same minute"),
}
WROTE, TOLD = "●", "○"
ROW_WORDS = mark("{file}, row {row}")


@dataclass(frozen=True)
class Entry:
    """One company's part of a deed: the facets it wrote down itself, those it is told, the rows it wrote."""

    company: str
    name: str
    wrote: tuple[str, ...]
    told: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]
    because: tuple[str, ...]


@dataclass(frozen=True)
class Deed:
    """One deed that more than one company wrote down.

    `at`: its clock time in words, or none; `what`: the other side and the sum; `why`: what links its records, as codes;
    `doubled`: the facets more than one company wrote down; `events`: ids.
    """

    at: str
    what: str
    why: tuple[str, ...]
    entries: tuple[Entry, ...]
    doubled: tuple[str, ...]
    events: tuple[str, ...]


def tell(trail: Trail, day: date, scenario: str = "documented", lang: str = "en") -> tuple[tuple[Deed, ...], int]:
    """Tell the deeds of a day that several companies wrote down, in order of time, and count those that one alone did."""
    on_day = trail.day_of == np.datetime64(day)
    several = deeds.shared(trail.acts, trail.parties)
    # a deed belongs to the day any of its records is of; all its records are shown, a bank's line of the next day too
    chosen = np.flatnonzero(several & np.isin(trail.acts.act, trail.acts.act[on_day]))
    codes, words = trail.events.words("collector")
    # -2 is nobody: -1 is what a row without a collector has.
    own = words.index(SELF) if SELF in words else -2
    alone = len(np.unique(trail.acts.act[on_day & ~several & (codes != own)]))
    if not len(chosen):
        return (), alone
    held = deeds.holdings(trail.acts, trail.parties, trail.known, chosen, scenario)
    speaker = Speaker.of(trail, chosen.tolist(), lang)
    twice = deeds.doubled(held)
    found = [
        _deed(speaker, one, twice[twice["act"] == act]["facet"].tolist(), scenario)
        for act, one in held.groupby("act", sort=True)
    ]
    start = trail.events.instants("start")
    order = sorted(range(len(found)), key=lambda at: (str(start[_first(trail, found[at])]), found[at].events))
    return tuple(found[at] for at in order), alone


def _first(trail: Trail, deed: Deed) -> int:
    return trail.position_of(int(deed.events[0], 16))


def _deed(speaker: Speaker, held: pd.DataFrame, twice: list[str], scenario: str) -> Deed:
    trail = speaker.trail
    # As text, since no time compares with NaT.
    positions = sorted(set(held["position"].tolist()), key=lambda at: (str(trail.events.instants("start")[at]), at))
    pairs = trail.acts.pairs
    linked = pairs[pairs["one"].isin(positions) & pairs["other"].isin(positions)]["why"]
    entries = [_entry(speaker, str(company), part, scenario) for company, part in held.groupby("company", sort=False)]
    entries.sort(key=lambda one: (not one.wrote, one.name))
    # the record that names a sum and another side says best what it was
    best = max(positions, key=lambda at: _telling(speaker.rows[at]))
    row = speaker.rows[best]
    amount = speaker.words.sum(row["amount"], row["currency"]) if row["amount"] is not None else ""
    party = speaker.company(best) if row["party"] else ""
    at = speaker.words.clock(row["start"], trail.zone) if row["start"] is not None else ""
    return Deed(
        at,
        " · ".join(one for one in (party, amount) if one),
        tuple(sorted(set(linked.tolist()))),
        tuple(entries),
        tuple(name for name in FACETS if name in twice),
        tuple(written(trail.events.ids[one]) for one in positions),
    )


def _telling(row: Mapping[str, object]) -> tuple[bool, bool, bool]:
    return row["amount"] is not None, row["party"] is not None, row["start_latest"] is None


def _entry(speaker: Speaker, company: str, part: pd.DataFrame, scenario: str) -> Entry:
    trail = speaker.trail
    own = part[part["grade"] == Grade.KNOWS]
    wrote = {str(one) for one in own["facet"]}
    # What it wrote down itself it need not be told.
    told = part[(part["grade"] < Grade.KNOWS) & ~part["facet"].isin(wrote)]
    rows = tuple(trail.row_of(at) for at in sorted(set(own["position"].tolist())))
    # A company nobody registered is known to the trail alone.
    observer = trail.registry.observer(company) if company in trail.registry.companies else trail.observer(company)
    because = {
        relation.row_id
        for position, facet in zip(told["position"], told["facet"], strict=True)
        for relation in trail.known.because(int(trail.known.class_of[position]), str(facet), observer, scenario)
    }
    name = trail.registry.company(company).name(speaker.words.lang)
    return Entry(
        company,
        name,
        tuple(one for one in FACETS if one in wrote),
        tuple(one for one in FACETS if one in set(told["facet"].astype(str))),
        rows,
        tuple(sorted(because)),
    )


def lines(told: tuple[Deed, ...], alone: int, words: Words) -> list[str]:
    """Say each deed as a small table, one company a line: ● it wrote that down, ○ a documented relation tells it."""
    answer: list[str] = []
    for deed in told:
        answer.append(words.say("{at}  {what}  (linked: {why})", at=deed.at, what=deed.what, why=because(deed, words)))
        for one in deed.entries:
            has = [f"{WROTE} {words.say(NAMES[name])}" for name in one.wrote]
            has += [f"{TOLD} {words.say(NAMES[name])}" for name in one.told]
            where = ", ".join(words.say(ROW_WORDS, file=file, row=row) for file, row in one.rows) or ", ".join(
                one.because
            )
            answer.append(f"    {one.name}: {'  '.join(has)}  [{where}]")
        if deed.doubled:
            answer.append("    " + doubled(deed, words))
        answer.append("")
    if not told:
        answer.append(words.say("No deed of this day was written down by more than one company."))
    if alone:
        answer.append(words.say("{count} deeds of this day were written down by one company alone.", count=alone))
    return answer


def because(deed: Deed, words: Words) -> str:
    """Say what links the records of a deed."""
    return words.listed([words.say(WHY[one]) for one in deed.why])


def doubled(deed: Deed, words: Words) -> str:
    """Say what more than one company wrote down."""
    names = words.listed([words.say(NAMES[name]) for name in deed.doubled])
    return words.say("Written down by more than one company: {facets}.", facets=names)


def joined(found: tuple[Key, ...], trail: Trail, words: Words) -> list[str]:
    """Say by which keys rows of different companies can be joined, and how many; never the value of a key."""
    answer = []
    for key in found:
        kind = words.say(KEYS[key.kind])
        if not key.shared:
            answer.append(words.say("{kind}: on {rows} rows, none at two companies", kind=kind, rows=key.rows))
            continue
        pairs = [
            words.say(
                "{one} and {other} ({count})",
                one=_name(trail, one, words),
                other=_name(trail, other, words),
                count=count,
            )
            for one, other, count in key.pairs[:3]
        ]
        said = words.say(
            "{kind}: on {rows} rows; {shared} of {values} join {joined} rows of different companies: {pairs}",
            kind=kind, rows=key.rows, shared=key.shared, values=key.distinct, joined=key.joined, pairs=words.listed(pairs),
        )  # fmt: skip
        rows = ", ".join(words.say(ROW_WORDS, file=file, row=row) for file, row in map(trail.row_of, key.examples))
        answer.append(f"{said}  [{rows}]")
    return answer


def _name(trail: Trail, company: str, words: Words) -> str:
    return trail.registry.company(company).name(words.lang)


def record(told: tuple[Deed, ...], alone: int, found: tuple[Key, ...], trail: Trail) -> dict[str, object]:
    """Write deeds and keys as scripts read them; docs/cli.md describes it."""

    def placed(rows: tuple[tuple[str, int], ...]) -> list[dict[str, object]]:
        return [{"file": file, "row": row} for file, row in rows]

    return {
        "deeds": [
            {
                "at": one.at,
                "why": list(one.why),
                "events": list(one.events),
                "doubled": list(one.doubled),
                "companies": [
                    {"company": who.company, "wrote": list(who.wrote), "told": list(who.told), "rows": placed(who.rows), "because": list(who.because)}
                    for who in one.entries
                ],
            }
            for one in told
        ],
        "alone": alone,
        "keys": [
            {
                "kind": one.kind, "rows": one.rows, "values": one.distinct, "shared": one.shared, "joined": one.joined,
                "pairs": [{"one": a, "other": b, "values": n} for a, b, n in one.pairs],
                "examples": placed(tuple(trail.row_of(at) for at in one.examples)),
            }
            for one in found
        ],
    }  # fmt: skip
