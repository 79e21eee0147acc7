"""Two side by side: what one observer can tell of the day shown and another cannot; or one, under two sets of relations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from trailviz import story
from trailviz.story import difference
from trailviz.views.stage_words import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trailviz.registry import Observer
    from trailviz.story.difference import Difference
    from trailviz.trail import Trail
    from trailviz.words import Words

SIDES = ("left", "right")
FIRST_SCENARIO = "ownership"
RESULT_PX, MOST_WHOLE = 360, 4


def panel(trail: Trail, day: date, observers: Sequence[Observer], words: Words) -> None:
    """Ask for two observers and what counts for each; say what only one of them can tell."""
    with st.container(key="beside"):
        asked = [
            _asked(side, column, observers, number, words)
            for number, (side, column) in enumerate(zip(SIDES, st.columns(2), strict=True))
        ]
        st.button(words.say("Change places"), on_click=_exchange, key="beside-exchange")
        named = _named(asked, words)
        found = _told(trail, day, asked, words)
        st.text("\n".join(difference.summary(found, words, named)))
        sides = zip(difference.headings(found, words, named), (found.lost, found.gained), st.columns(2), strict=True)
        for heading, moved, column in sides:
            with column, st.container(height=RESULT_PX if len(moved) > MOST_WHOLE else "content", border=True):
                st.text(heading)
                st.text("\n\n".join(difference.moved_lines(one, words) for one in moved) or words.say("None"))


def _asked(
    side: str, column: st.delta_generator.DeltaGenerator, observers: Sequence[Observer], number: int, words: Words
) -> tuple[Observer, str]:
    observer = column.selectbox(
        words.say("Who looks"),
        observers,
        # two different ones to begin with: nothing beside itself says nothing
        index=min(number, len(observers) - 1),
        format_func=lambda one: one.name(words.lang),
        key=f"beside-as-{side}",
    )
    scenario = column.selectbox(
        words.say("Which relations count"),
        list(SCENARIOS),
        index=list(SCENARIOS).index(FIRST_SCENARIO),
        format_func=lambda one: words.say(SCENARIOS[one][0]),
        key=f"beside-scenario-{side}",
    )
    return observer, scenario


def _exchange() -> None:
    state = st.session_state
    for what in ("as", "scenario"):
        left, right = (f"beside-{what}-{side}" for side in SIDES)
        state[left], state[right] = state[right], state[left]


def _named(asked: Sequence[tuple[Observer, str]], words: Words) -> tuple[Observer, Observer]:
    """Tell two of one name apart by what counts for each."""
    (first, here), (second, there) = asked
    if first.members != second.members or here == there:
        return first, second
    return _with(first, here, words), _with(second, there, words)


def _with(observer: Observer, scenario: str, words: Words) -> Observer:
    what = words.say("{observer} ({what})", observer=observer.name(words.lang), what=words.say(SCENARIOS[scenario][0]))
    return replace(observer, names={words.lang: what})


def _told(trail: Trail, day: date, asked: Sequence[tuple[Observer, str]], words: Words) -> Difference:
    """Tell the day twice, once for each question; every click draws the page again."""
    state = st.session_state
    key = (state["trail_key"], words.lang, day, *((one.members, scenario) for one, scenario in asked))
    if state.get("beside", (None,))[0] != key:
        first, second = (story.tell(trail, one, scenario, day, words.lang) for one, scenario in asked)
        state["beside"] = (key, difference.between(first, second))
    found: Difference = state["beside"][1]
    return found
