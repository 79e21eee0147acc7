"""One deed, several companies: the day's deeds that more than one company wrote down, and what joins their rows."""

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


def panel(trail: Trail, day: date | None, words: Words) -> None:
    """Show who holds which facet of each deed of the day; nothing where no deed has two records."""
    if day is None:
        return
    told, alone, found = _told(trail, day, words)
    if not told:
        return
    title = words.say("One deed, several companies ({count})", count=len(told))
    with st.expander(title), st.container(key="merged"):
        st.caption(words.say("● wrote it down itself   ○ is told by a documented relation"))
        st.dataframe(
            _table(told, words), hide_index=True, height=min(TABLE_PX, 40 + 35 * sum(len(one.entries) for one in told))
        )
        if alone:
            st.text(words.say("{count} deeds of this day were written down by one company alone.", count=alone))
        st.text(words.say("What joins the rows of different companies, in all these files:"))
        for line in found:
            st.text(line)


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
            or ", ".join(one.because)
            for _, one in entries
        ],
        words.say("linked by"): [merged.because(deed, words) for deed, _ in entries],
    }
