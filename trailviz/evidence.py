"""What a person's own files prove companies told each other, and which apps read a sensor: no policy, a record.

A disclosure names who was told (its collector) and who told (its party); an access names the app that looked. Rows of
one pair are counted together, with the first and the last day they speak of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from datetime import datetime

    from trailviz.events import Events
    from trailviz.parties import Parties

KINDS = ("disclosure", "access")


@dataclass(frozen=True)
class Proven:
    """One pair: `kind` disclosure or access, who was told or looked, who told (None for an access), how often, when.

    `first` and `last` are None where the file has no date; `what` is the kind of deed or the sensor, where the file
    names one alone; `file` is where it stands.
    """

    kind: str
    observer: str
    by: str | None
    count: int
    first: datetime | None
    last: datetime | None
    what: str | None
    file: str


def proven(events: Events, parties: Parties) -> tuple[Proven, ...]:
    """List what the files prove, the most frequent first.

    Args:
        events: Read columns: kind, start, party, category, count, file.
        parties: Who was told, and who told.
    """
    codes, words = events.words("kind")
    wanted = np.isin(codes, [words.index(one) for one in KINDS if one in words])
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return ()
    frame = pd.DataFrame(
        {
            "kind": np.array([*words, ""], object)[codes[rows]],
            "observer": np.array([*parties.names, ""], object)[parties.collector[rows]],
            "by": _told_by(events, parties, rows),
            "count": _counts(events, rows),
            "start": events.instants("start")[rows],
            "what": _texts(events, "category", rows),
            "file": _texts(events, "file", rows),
        }
    )
    groups = frame.groupby(["kind", "observer", "by", "file"], dropna=False, sort=True)
    found = []
    for (kind, observer, by, file), group in groups:
        times = group["start"].dropna()
        said = group["what"].dropna().unique()
        found.append(
            Proven(
                str(kind), str(observer), by if isinstance(by, str) else None, int(group["count"].sum()),
                times.min().to_pydatetime() if len(times) else None, times.max().to_pydatetime() if len(times) else None,
                str(said[0]) if len(said) == 1 else None, str(file),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.count, one.observer, one.by or "")))


def _told_by(events: Events, parties: Parties, rows: np.ndarray) -> np.ndarray:
    """Answer the company that told, or its name as the file writes it where the registry does not know it."""
    written = _texts(events, "party", rows)
    known = parties.party[rows]
    return np.where(known >= 0, np.array([*parties.names, None], object)[known], written)


def _counts(events: Events, rows: np.ndarray) -> np.ndarray:
    if not events.has("count"):
        return np.ones(len(rows), np.int64)
    return events.column("count").to_pandas().fillna(1).to_numpy(np.int64)[rows]


def _texts(events: Events, name: str, rows: np.ndarray) -> np.ndarray:
    if not events.has(name):
        return np.full(len(rows), None, object)
    return events.column(name).to_pandas().astype(object).to_numpy()[rows]
