"""Who looks: a super-app of any set of companies, and who stands beside every day without an export of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from trailviz.registry import Observer, joined
from trailviz.story import unseen

if TYPE_CHECKING:
    from datetime import date

    from trailviz.trail import Trail
    from trailviz.words import Words

FEWEST = 2


def super_app(trail: Trail, words: Words) -> Observer | None:
    """Offer to put companies together into one observer; answer it, or None where fewer than two are chosen."""
    state = st.session_state
    # Other files have other companies, and streamlit refuses a choice that is not on its list.
    if state.get("super_app_of") != state["trail_key"]:
        state["super_app_of"], state["super-app"] = state["trail_key"], []
    single = {one.id: one for one in trail.observers if one.kind == "company"}
    chosen = st.multiselect(
        words.say("One super-app, made of"),
        list(single),
        format_func=lambda one: single[one].name(words.lang),
        key="super-app",
        placeholder=words.say("two companies or more"),
    )
    st.caption(words.say("It has whatever any of them has. It then stands first under “See as”."))
    st.button(words.say("As it was"), on_click=_apart, disabled=not chosen, key="super-app-apart")
    return joined(single[one] for one in chosen) if len(chosen) >= FEWEST else None


def _apart() -> None:
    st.session_state["super-app"] = []


def standing(trail: Trail, day: date, words: Words) -> None:
    """Name who gets copies without an export here, and who is silent, with the sources."""
    found = unseen.standing(trail, day, words.lang)
    with st.container(key="unseen"):
        for kind in ("copies", "silent"):
            if kind == "silent":
                st.text(words.say(unseen.HEADING))
            for one in (one for one in found if one.kind == kind):
                st.text(one.text)
                if kind == "silent":
                    for source in one.sources:
                        st.text("    " + words.say("source: {source}", source=source))
