"""What a person's own files prove companies told each other, and which apps read a sensor: no policy, a record.

A disclosure names who was told (its collector) and who told (its party); an access names the app that looked. Rows of
one pair are counted together, with the first and the last day they speak of. What has a day becomes a relation of that
day; what the file shows was told of a purchase carries it, and a bare contact carries nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from trailviz.days import days_each
from trailviz.registry import OWN_EXPORT, TOLD, Relation

if TYPE_CHECKING:
    from datetime import datetime

    from trailviz.acts import Acts
    from trailviz.events import Events
    from trailviz.parties import Parties

KINDS = ("disclosure", "access")
CARRIES = {"payment": ("purchase_told",)}
"""Which flow a disclosure's kind of deed (its `service`) makes; a contact without one names no content."""
MOST_ROWS = 5


@dataclass(frozen=True)
class Proven:
    """One pair: `kind` disclosure or access, who was told or looked, who told (None for an access), how often, when.

    `first` and `last` are None where the file has no date; `what` is the kind of deed or the sensor, where the file
    names one alone; `file` is where it stands, `rows` the first of its rows. `flows` is what the file shows was told;
    `relations` are the ids of the relations it makes, `deeds` how many records of the trail it is linked with.
    """

    kind: str
    observer: str
    by: str | None
    count: int
    first: datetime | None
    last: datetime | None
    what: str | None
    file: str
    rows: tuple[int, ...] = ()
    flows: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    deeds: int = 0


def proven(events: Events, parties: Parties, acts: Acts) -> tuple[Proven, ...]:
    """List what the files prove, the most frequent first.

    Args:
        events: Read columns: kind, start, zone, party, category, service, count, file, row.
        parties: Who was told, and who told.
        acts: Which deed each disclosure is linked with.
    """
    frame = _frame(events, parties, acts)
    named: dict[tuple[str, str, str], list[str]] = {}
    for relation, pair in _runs(frame):
        named.setdefault(pair, []).append(relation.id)
    found = []
    # `dropna=False`: an access has no teller, and pandas would drop its rows in silence.
    for (kind, observer, by, file), group in frame.groupby(["kind", "observer", "by", "file"], dropna=False, sort=True):
        times = group["start"].dropna()
        said = group["what"].dropna().unique()
        teller = by if isinstance(by, str) else None
        flows = {flow for word in group["of"].dropna().unique() for flow in CARRIES.get(word, ())}
        found.append(
            Proven(
                str(kind), str(observer), teller, int(group["count"].sum()),
                times.min().to_pydatetime() if len(times) else None, times.max().to_pydatetime() if len(times) else None,
                str(said[0]) if len(said) == 1 else None, str(file),
                tuple(sorted(set(group["row"].tolist()))[:MOST_ROWS]), tuple(sorted(flows)),
                tuple(named.get((teller or "", str(observer), str(file)), ())), int((group["deed"] >= 0).sum()),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.count, one.observer, one.by or "")))


def relations(events: Events, parties: Parties, acts: Acts, *, bare: bool = False) -> tuple[Relation, ...]:
    """Make a relation of what the files show was told, for each run of days they speak of, in order of id.

    Only what carries something, unless `bare`: a contact whose content no file shows says that two companies met, not what
    of. What has no day is used for no day.
    """
    found = (relation for relation, _ in _runs(_frame(events, parties, acts)) if relation.flows or bare)
    return tuple(sorted(found, key=lambda one: one.id))


def _runs(frame: pd.DataFrame) -> list[tuple[Relation, tuple[str, str, str]]]:
    """Answer a relation for each run of days on which one company told another, with who told whom and the file."""
    told = frame[(frame["kind"] == "disclosure") & frame["by"].notna() & frame["day"].notna()].copy()
    if told.empty:
        return []
    # What shows no content is one kind: that two companies spoke.
    told["of"] = told["of"].where(told["of"].isin(CARRIES), "")
    keys = ["by", "observer", "file", "of"]
    daily = told.groupby([*keys, "day"], sort=True).agg(
        count=("count", "sum"), first=("row", "min"), last=("row", "max")
    )
    days = daily.reset_index()
    # In force on the days the file speaks of and no others: a day left out ends the run.
    apart = days["day"].diff() != pd.Timedelta(days=1)
    days["run"] = (apart | (days[keys] != days[keys].shift()).any(axis=1)).cumsum()
    runs = days.groupby("run", sort=True).agg(
        {**dict.fromkeys(keys, "first"), "day": ["min", "max"], "count": "sum", "first": "min", "last": "max"}
    )
    return [(_relation(row), (row[0], row[1], row[2])) for row in runs.itertuples(index=False, name=None)]


def _relation(run: tuple[str, str, str, str, pd.Timestamp, pd.Timestamp, int, int, int]) -> Relation:
    """Make the relation of a run: who told whom, in which file, of what, first and last day, how often, in which rows."""
    by, observer, file, of, first, last, count, low, high = run
    rows = f"row {low}" if low == high else f"rows {low} to {high}"
    # named by what it says, so that the order of files changes no name
    digest = blake2b("\x1f".join([by, observer, file, of, str(first.date())]).encode(), digest_size=5).hexdigest()
    return Relation(
        id=f"OWN{digest}", subject=by, relation=TOLD, object=observer, from_id=by, to_id=observer, direction="so",
        use="edge", since=first.date(), since_kind="start", since_precision="day",
        until=last.date() + timedelta(days=1), until_precision="day", as_of=last.date(), stake="",
        flows=CARRIES.get(of, ()), evidence=OWN_EXPORT, confidence="high", sources=(f"{file}, {rows}",), notes={"en": str(count)},
    )  # fmt: skip


def _frame(events: Events, parties: Parties, acts: Acts) -> pd.DataFrame:
    codes, words = events.words("kind")
    rows = np.flatnonzero(np.isin(codes, [words.index(one) for one in KINDS if one in words]))
    partner = np.full(len(events), -1, np.int64)
    pairs = acts.pairs[acts.pairs["why"] == "told"]
    one, other = pairs["one"].to_numpy(np.int64), pairs["other"].to_numpy(np.int64)
    partner[one], partner[other] = other, one
    deed = partner[rows]
    # what is linked with a deed was told on the deed's own day, whichever day that was in the other file's zone
    dated = np.where(deed >= 0, deed, rows)
    zone, zones = events.words("zone")
    start = events.instants("start")
    return pd.DataFrame(
        {
            "kind": np.array([*words, ""], object)[codes[rows]],
            "observer": np.array([*parties.names, ""], object)[parties.collector[rows]],
            "by": told_by(events, parties, rows),
            "count": _counts(events, rows),
            "start": start[rows],
            "day": days_each(start[dated], zone[dated], zones).astype("datetime64[s]"),
            "deed": deed,
            "of": _texts(events, "service", rows),
            "what": _texts(events, "category", rows),
            "file": _texts(events, "file", rows),
            "row": events.column("row").to_numpy()[rows],
        }
    )


def told_by(events: Events, parties: Parties, rows: np.ndarray) -> np.ndarray:
    """Answer, for some disclosures, the company that told, or its name as the file writes it where nobody registered it.

    A name that also wrote rows of this trail is spelled as it is there.
    """
    written = _texts(events, "party", rows)
    spelled = {one.casefold(): one for one in parties.names}
    named = np.array(
        [spelled.get(one.casefold(), one) if isinstance(one, str) else None for one in written.tolist()], object
    )
    known = parties.party[rows]
    return np.where(known >= 0, np.array([*parties.names, None], object)[known], named)


def _counts(events: Events, rows: np.ndarray) -> np.ndarray:
    if not events.has("count"):
        return np.ones(len(rows), np.int64)
    # A row without a count tells of one.
    return events.column("count").take(pa.array(rows)).to_pandas().fillna(1).to_numpy(np.int64)


def _texts(events: Events, name: str, rows: np.ndarray) -> np.ndarray:
    if not events.has(name):
        return np.full(len(rows), None, object)
    return events.column(name).take(pa.array(rows)).to_pandas().astype(object).to_numpy()
