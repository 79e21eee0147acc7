"""One deed, many rows: the day's deeds that more than one company wrote down, and what joins their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from trailviz import deeds
from trailviz.events import FACETS
from trailviz.story import merged

if TYPE_CHECKING:
    from datetime import date

    from trailviz.story.merged import Deed
    from trailviz.trail import Trail
    from trailviz.words import Words

TABLE_PX = 320


def panel(trail: Trail, day: date, words: Words) -> None:
    """Show who holds which facet of each deed of the day that more than one company wrote down."""
    told, alone, found = _told(trail, day, words)
    with st.container(key="merged"):
        if told:
            st.caption(words.say("● wrote it down itself   ○ is told by a documented relation"))
            _deeds(told, words)
        else:
            st.text(words.say("No deed of this day was written down by more than one company."))
        if alone:
            st.text(words.say("{count} deeds of this day were written down by one company alone.", count=alone))
        st.text(words.say("What joins the rows of different companies, in all these files:"))
        for line in found:
            st.text(line)


def _deeds(told: tuple[Deed, ...], words: Words) -> None:
    rows = sum(len(one.entries) for one in told)
    st.dataframe(_table(told, words), hide_index=True, height=min(TABLE_PX, 40 + 35 * rows))


def _told(trail: Trail, day: date, words: Words) -> tuple[tuple[Deed, ...], int, list[str]]:
    """Lay the day out once; every click draws the page again."""
    state = st.session_state
    key = (state["trail_key"], state["lang"], day)
    if state.get("merged", (None,))[0] != key:
        told, alone = merged.tell(trail, day, lang=words.lang)
        found = merged.joined(deeds.keys(trail.events, trail.parties), trail, words)
        state["merged"] = (key, (told, alone, found))
    kept: tuple[tuple[Deed, ...], int, list[str]] = state["merged"][1]
    return kept


def _table(told: tuple[Deed, ...], words: Words) -> dict[str, list[str]]:
    """Lay out a company a row: when, what, who, a mark a facet, and the rows that say so."""
    entries = [(deed, one) for deed in told for one in deed.entries]
    held = {name for _, one in entries for name in (*one.wrote, *one.told)}
    marks = {
        words.say(merged.NAMES[name]): [
            merged.WROTE if name in one.wrote else merged.TOLD if name in one.told else "" for _, one in entries
        ]
        for name in FACETS
        if name in held
    }
    return {
        words.say("when"): [deed.at for deed, _ in entries],
        words.say("what"): [deed.what for deed, _ in entries],
        words.say("company"): [one.name for _, one in entries],
        **marks,
        words.say("rows, or relations"): [
            ", ".join(words.say(merged.ROW_WORDS, file=file, row=row) for file, row in one.rows)
            # Who only learnt of it has no row: its relations stand there instead.
            or ", ".join(one.because)
            for _, one in entries
        ],
        words.say("linked by"): [merged.because(deed, words) for deed, _ in entries],
    }
