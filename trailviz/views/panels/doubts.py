"""Doubts on screen: what in the files cannot be, or hardly can, and the switch that reads a file's points as GCJ-02."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from trailviz.story import doubts as telling

if TYPE_CHECKING:
    from trailviz.trail import Trail
    from trailviz.words import Words

GCJ = "gcj02"
AT_ONCE = 200_000
"""Events that are searched in a third of a second."""


def panel(trail: Trail, words: Words) -> None:
    """List the doubts, each with what a person can do; nothing where there is none. A very long trail is searched when opened."""
    chosen: dict[str, str] = st.session_state["datums"]
    told = telling.doubts(trail, words.lang) if len(trail.events) <= AT_ONCE else None
    if told == [] and GCJ not in chosen.values():
        return
    # Always of one title: another would be another box to streamlit, and shut itself when a switch is turned.
    with st.expander(words.say("Doubts"), key="doubts", on_change="rerun") as opened:
        if not opened.open:
            return
        told = telling.doubts(trail, words.lang) if told is None else told
        offered = dict.fromkeys([*(name for name, datum in chosen.items() if datum == GCJ), *_shifted(told)])
        for line in telling.lines(told):
            st.text(line)
        for number, name in enumerate(offered):
            row = st.container(horizontal=True, vertical_alignment="center", key=f"datum-row-{number}")
            row.text(name)
            row.toggle(
                words.say("Read its points as GCJ-02"),
                value=name in chosen,
                key=f"datum-{number}-{name in chosen}",
                on_change=_turned,
                args=(name,),
                help=words.say("The file is read anew. Turned off again, everything is as before."),
            )
        st.caption(words.say(telling.UNCHANGED if told else telling.NOTHING))


def _shifted(told: list[telling.Told]) -> list[str]:
    return [one.doubt.file for one in told if one.doubt.code == GCJ]


def _turned(name: str) -> None:
    chosen = dict(st.session_state["datums"])
    if chosen.pop(name, None) is None:
        chosen[name] = GCJ
    st.session_state["datums"] = chosen
