"""Tables that stand under a finding: the rows it rests on, and the sources of its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from trailviz.registry import SELF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from trailviz.guesses import Source as RuleSource
    from trailviz.lenses import Source as LensSource
    from trailviz.trail import Trail
    from trailviz.words import Words

SHOWN = ("file", "row", "start", "party")
DETAIL_PX = 320


def rows_of(trail: Trail, positions: Sequence[int], words: Words) -> list[dict[str, str]]:
    """Show rows as their files have them: when, who wrote it, and the other side."""
    rows = trail.events.take(np.array(positions, np.int64)).table(SHOWN).to_pylist()
    # The switch for other people's names is the stage's: here they stay veiled.
    veiled = words.say("a person")
    days = {str(trail.day_of[at]) for at in positions}

    def when(start: datetime | None) -> str:
        if start is None:
            return ""
        clock = words.clock(start, trail.zone)
        return clock if len(days) == 1 else f"{words.day(start.astimezone(trail.zone).date())} {clock}"

    return [
        {
            words.say("File"): str(row["file"]),
            words.say("Row"): str(row["row"]),
            words.say("When"): when(row["start"]),
            words.say("Written by"): writer(trail, at, words),
            words.say("Other side"): veiled if trail.parties.person[at] else str(row["party"] or ""),
        }
        for at, row in zip(positions, rows, strict=True)
    ]


def writer(trail: Trail, at: int, words: Words) -> str:
    """Name who wrote a row down; the person's own notes are nobody's."""
    company = trail.parties.id_of(int(trail.parties.collector[at])) or SELF
    return words.say("yourself") if company == SELF else trail.registry.company(company).name(words.lang)


def sources_of(sources: Iterable[LensSource | RuleSource], words: Words) -> list[dict[str, str]]:
    """Show sources with their dates."""
    return [
        {
            words.say("Source"): one.title,
            words.say("Article"): one.article,
            words.say("Date"): one.date,
            words.say("Address"): one.url,
        }
        for one in sources
    ]


def table(rows: list[dict[str, str]]) -> None:
    """Show a table without the columns that nothing fills, or nothing at all."""
    if rows:
        frame = pd.DataFrame(rows).loc[:, lambda found: (found != "").any()]
        st.dataframe(frame, hide_index=True, height=min(DETAIL_PX, 38 + 35 * len(frame)))
