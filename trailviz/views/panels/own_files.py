"""All that is said of the files themselves, in one panel with a tab each: what became of them, doubts, proofs, deeds, who is missing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from trailviz.views.panels import doubts, files, looking, merged
from trailviz.words import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from trailviz.intake import Source
    from trailviz.trail import Trail
    from trailviz.words import Words

BOX, TABS = "files-box", "files-tabs"
TITLES = {
    "verdicts": mark("What became of each file"),
    "doubts": mark("Doubts"),
    "proofs": mark("What they prove companies told each other"),
    "deeds": mark("One deed, many rows"),
    "unseen": mark("Who is not in your files"),
}


def panel(trail: Trail, sources: list[Path | Source], day: date | None, words: Words) -> None:
    """Offer what there is to say; open by itself where a file could not be read. Only the tab in sight is worked out."""
    parts: dict[str, Callable[[], None]] = {}
    if not trail.sample or st.session_state["paths"]:
        parts["verdicts"] = partial(files.verdicts, trail, sources, words)
    if sources and (told := doubts.found(trail, words)) is not None:
        parts["doubts"] = partial(doubts.panel, trail, told, words)
    if trail.proven:
        parts["proofs"] = partial(files.proofs, trail, words)
    if day is not None:
        parts["deeds"] = partial(merged.panel, trail, day, words)
        parts["unseen"] = partial(looking.standing, trail, day, words)
    if not parts:
        return
    _begin(trail)
    title = words.say("Your files") if sources else words.say("The files of this sample")
    with st.expander(title, key=BOX, on_change="rerun") as box, st.container(key="files-inside"):
        tabs = st.tabs([words.say(TITLES[name]) for name in parts], key=TABS, on_change="rerun")
        for (name, draw), tab in zip(parts.items(), tabs, strict=True):
            # What was typed to map a column must outlive a closed panel: verdicts are always drawn.
            if name == "verdicts" or (box.open and tab.open):
                with tab:
                    draw()


def _begin(trail: Trail) -> None:
    """With other files, open where one of them could not be used; what a person opened stays open."""
    state = st.session_state
    if state.get("files_of") != state["trail_key"]:
        state["files_of"] = state["trail_key"]
        own = not trail.sample or bool(state["paths"])
        if own and not all(one.used for one in trail.accounts):
            state[BOX] = True
