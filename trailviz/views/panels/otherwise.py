"""What if: the day shown, with something otherwise, and what each company brings to what one observer knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from trailviz import story, whatif
from trailviz.registry import SELF
from trailviz.story import difference
from trailviz.views.stage_words import SCENARIOS
from trailviz.whatif import EVERY, Change

if TYPE_CHECKING:
    from datetime import date

    from trailviz.registry import Observer
    from trailviz.trail import Trail
    from trailviz.words import Words

RESULT_PX = 320
FIRST_SCENARIO = "ownership"


def panel(trail: Trail, day: date | None, words: Words) -> None:
    """Offer the changes, and say what each would change; nothing where there is no day to tell."""
    if day is None:
        return
    with st.expander(words.say("What if …?")), st.container(key="what-if"):
        who, scenarios = st.columns(2)
        observer = who.selectbox(
            words.say("Who looks"), trail.observers, format_func=lambda one: one.name(words.lang), key="what-if-as"
        )
        scenario = scenarios.selectbox(
            words.say("Which relations count"),
            list(SCENARIOS),
            index=list(SCENARIOS).index(FIRST_SCENARIO),
            format_func=lambda one: words.say(SCENARIOS[one][0]),
            key="what-if-scenario",
        )
        change = _asked(trail, words)
        told = _told(trail, observer, scenario, day, change, words)
        with st.container(height="content" if change.is_none else RESULT_PX, border=False):
            for part in told:
                st.text(part)


def _asked(trail: Trail, words: Words) -> Change:
    wrote = sorted({one.collector for one in trail.known.deeds} - {SELF})
    companies = st.multiselect(
        words.say("Companies that write nothing down and pass nothing on"),
        wrote,
        format_func=lambda one: trail.registry.company(one).name(words.lang),
        key="what-if-without",
        placeholder=words.say("None"),
    )
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    cash = left.toggle(words.say("Pay in cash what was paid in person"), key="what-if-cash")
    blindfold = middle.toggle(words.say("No app may read the phone's position"), key="what-if-location")
    on = right.date_input(words.say("Relations as of"), value=None, key="what-if-on", min_value="2000-01-01")
    return Change(
        companies=frozenset(companies),
        cash=frozenset({EVERY} if cash else ()),
        no_location=blindfold,
        on=on,
    )


def _told(trail: Trail, observer: Observer, scenario: str, day: date, change: Change, words: Words) -> list[str]:
    """Recompute once for each question; the last answer is kept, since every click draws the page again."""
    state = st.session_state
    key = (state["trail_key"], state["lang"], observer.members, scenario, day, change.companies, change.cash,
           change.no_location, change.on)  # fmt: skip
    if state.get("what_if", (None,))[0] != key:
        answer = [] if change.is_none else _changes(trail, observer, scenario, day, change, words)
        brought = difference.shared(whatif.shares(trail, observer, scenario, day), trail.registry, observer, words)
        state["what_if"] = (key, ["\n".join(one) for one in (answer, brought) if one])
    told: list[str] = state["what_if"][1]
    return told


def _changes(trail: Trail, observer: Observer, scenario: str, day: date, change: Change, words: Words) -> list[str]:
    other = whatif.changed(trail, change)
    first, second = (story.tell(one, observer, scenario, day, words.lang) for one in (trail, other))
    said = words.say("What if {otherwise}?", otherwise=difference.described(change, trail.registry, words))
    return [said, *difference.lines(difference.between(first, second), words)]
