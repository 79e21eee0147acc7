"""Lenses: one rule book laid over the day shown, finding by finding, and the cards that belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from trailviz.lenses import ASKED, lenses
from trailviz.story import lens as told
from trailviz.views.panels.rows import rows_of, sources_of, table

if TYPE_CHECKING:
    from datetime import date

    from trailviz.lenses import Lens
    from trailviz.lenses.cards import Card
    from trailviz.registry import Observer
    from trailviz.story.lens import Entry, Reading
    from trailviz.trail import Trail
    from trailviz.words import Words

SCENARIO = "ownership"
FINDINGS_PX = 300


def panel(trail: Trail, day: date | None, words: Words) -> None:
    """Offer the lenses, and show what the chosen one finds; nothing where there is no day to look at."""
    if day is None:
        return
    # closed it costs nothing: its content is only worked out once it is opened
    box = st.expander(words.say("Lenses on this day"), key="lens-box", on_change="rerun")
    if not box.open:
        return
    with box, st.container(key="lenses"):
        which, who = st.columns(2)
        lens = which.selectbox(
            words.say("Lens"),
            lenses(),
            format_func=lambda one: one.title.get(words.lang, one.title["en"]),
            key="lens",
        )
        # A lens that names its observers itself asks nobody: the box would change nothing.
        observer = trail.default_observer
        if any(ASKED in rule.observers for rule in lens.rules):
            observer = who.selectbox(
                words.say("Who looks"), trail.observers, format_func=lambda one: one.name(words.lang), key="lens-as"
            )
        reading = _reading(trail, lens, observer, day, words)
        st.text(reading.about)
        if opening := told.opening(reading, words):
            st.text("\n".join(opening))
        if reading.entries:
            _findings(trail, reading, observer.name(words.lang), words)
        if reading.silent:
            st.text(words.say("No row of this trail for"))
            table(
                [
                    {words.say("Rule"): heading, **line}
                    for heading, sources in reading.silent
                    for line in sources_of(sources, words)
                ]
            )
        for title, lines in told.closing(reading, words):
            st.text(title)
            st.text("\n".join(f"– {line}" for line in lines))
        _cards(reading.cards, words)


def _reading(trail: Trail, lens: Lens, observer: Observer, day: date, words: Words) -> Reading:
    """Read a lens once for each question: every click draws the page again."""
    state = st.session_state
    key = (state["trail_key"], words.lang, lens.id, observer.members, day)
    if state.get("lens_reading", (None,))[0] != key:
        state["lens_reading"] = (key, told.read(trail, lens, observer, SCENARIO, words.lang, day))
    kept: Reading = state["lens_reading"][1]
    return kept


def _findings(trail: Trail, reading: Reading, asked: str, words: Words) -> None:
    """List the findings; the one chosen opens its rows and its sources."""
    rows = [_line(one, asked, words) for one in reading.entries]
    # A column that nothing fills takes the width that the findings need.
    frame = pd.DataFrame(rows).loc[:, lambda found: (found != "").any()]
    answer = st.dataframe(
        frame,
        hide_index=True,
        height=min(FINDINGS_PX, 38 + 35 * len(frame)),
        on_select="rerun",
        selection_mode="single-row",
        # Under one key streamlit would keep the row chosen in another lens.
        key=f"lens-findings-{reading.lens}-{len(frame)}",
    )
    chosen = answer.selection.rows
    # A choice can outlive its list by one run of the page.
    one = reading.entries[chosen[0] if chosen and chosen[0] < len(reading.entries) else 0]
    if not chosen:
        st.text(words.say("Choose a finding to open its rows and its sources. The first is open."))
    with st.container(border=True):
        heading = f"{one.heading}: “{one.quote}”" if one.quote else one.heading
        st.text("\n".join([heading, *told.entry_lines(one, words)]))
        left, right = st.columns(2)
        with left:
            table(rows_of(trail, one.positions, words))
        with right:
            table(sources_of(one.sources, words))


def _line(one: Entry, asked: str, words: Words) -> dict[str, str]:
    hers = ""
    if one.her_word:
        verdict = words.say("agrees") if one.agrees else words.say("ours is lower")
        hers = f"{words.say(told.HERS[one.her_word])} ({verdict})"
    return {
        words.say("Companies"): one.cast,
        words.say("Rule"): one.heading,
        words.say("Who"): "" if one.observer == asked else one.observer,
        words.say("Finding"): one.text,
        words.say("The author"): hers,
        words.say("Rows"): told.rows_line(one, words) if one.rows else "",
    }


def _cards(found: tuple[Card, ...], words: Words) -> None:
    """Show the cards of a lens, one at a time, with what to discuss."""
    if not found:
        return
    card = st.selectbox(
        words.say("Card to discuss"),
        found,
        format_func=lambda one: f"{one.title.get(words.lang, one.title['en'])} ({one.date})",
        key="lens-card",
    )
    with st.container(border=True):
        st.text("\n".join(line.strip() for line in told.card_lines(card, words)))
