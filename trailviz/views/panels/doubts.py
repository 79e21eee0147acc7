"""The panel of doubts: what in the files cannot be, or hardly can, and the switch that reads a file's points as GCJ-02."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from trailviz.story import doubts as telling

if TYPE_CHECKING:
    from trailviz.trail import Trail
    from trailviz.words import Words

GCJ = "gcj02"


def panel(trail: Trail, words: Words) -> None:
    """List the doubts, each with what a person can do; nothing where there is none."""
    told = telling.doubts(trail, words.lang)
    chosen: dict[str, str] = st.session_state["datums"]
    offered = list(dict.fromkeys([*(name for name, datum in chosen.items() if datum == GCJ), *_shifted(told)]))
    if not told and not offered:
        return
    with st.expander(words.say("What cannot be, or hardly can ({count})", count=len(told))):
        for one in told:
            st.text(f"{one.text}\n  {one.advice}")
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
