"""Doubts on screen: what in the files cannot be, or hardly can, and the switch that reads a file's points as GCJ-02."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from trailviz.story import doubts as telling

if TYPE_CHECKING:
    from trailviz.story.doubts import Told
    from trailviz.trail import Trail
    from trailviz.words import Words

GCJ = "gcj02"
AT_ONCE = 200_000
"""Events that are searched in a third of a second."""


def found(trail: Trail, words: Words) -> list[Told] | None:
    """Answer the doubts, or None where there is nothing to show; a very long trail is searched when it is asked for."""
    if len(trail.events) > AT_ONCE:
        return []
    told = telling.doubts(trail, words.lang)
    return told if told or GCJ in st.session_state["datums"].values() else None


def panel(trail: Trail, told: list[Told], words: Words) -> None:
    """List the doubts, each with what a person can do."""
    chosen: dict[str, str] = st.session_state["datums"]
    told = told or telling.doubts(trail, words.lang)
    offered = dict.fromkeys([*(name for name, datum in chosen.items() if datum == GCJ), *_shifted(told)])
    with st.container(key="doubts-inside"):
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


def _shifted(told: list[Told]) -> list[str]:
    return [one.doubt.file for one in told if one.doubt.code == GCJ]


def _turned(name: str) -> None:
    chosen = dict(st.session_state["datums"])
    if chosen.pop(name, None) is None:
        chosen[name] = GCJ
    st.session_state["datums"] = chosen
