"""The person's own map under their day: a file on this computer, or one handed to the page; known to this window alone."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from trailviz import atlas
from trailviz.views import stage
from trailviz.views.ground_words import refusal
from trailviz.views.panels.launch import GROUND

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from streamlit.delta_generator import DeltaGenerator

    from trailviz.atlas import Basemap
    from trailviz.trail import Trail
    from trailviz.words import Words

BETWEEN_S = 0.25


def offered(words: Words) -> None:
    """Offer to give a map by its path, or to hand it over, and to take it away again."""
    state = st.session_state
    state.setdefault("ground", os.environ.get(GROUND, ""))
    with st.expander(words.say("Your own map"), key="own-map"):
        st.text(
            words.say(
                "A map of your city from a file: .pmtiles, .mbtiles, .osm.pbf, or Overture's Parquet files. Nothing is fetched. docs/ground.md says how to get one without telling anyone your street."
            )
        )
        st.text_input(words.say("The path of a map on this computer"), key="ground-path", on_change=_given)
        st.file_uploader(words.say("or drop it here"), key="ground-file")
        if missing := state.pop("no_such_map", None):
            st.text(words.say("There is no file or folder called {name}.", name=missing))
        if state["ground"]:
            row = st.container(horizontal=True, vertical_alignment="center", key="ground-row")
            row.text(Path(state["ground"]).name)
            row.button(words.say("Remove"), key="ground-remove", on_click=_removed)


def _given() -> None:
    state = st.session_state
    # Windows copies a path in quotes.
    given = str(state["ground-path"]).strip().strip('"')
    state["ground-path"] = ""
    if not given:
        return
    path = Path(given).expanduser()
    if path.exists():
        state["ground"] = str(path)
    else:
        state["no_such_map"] = path.name


def _removed() -> None:
    st.session_state["ground"] = ""


def drawn(trail: Trail, day: date | None, words: Words) -> Basemap | None:
    """Answer the ground of the day shown, or None; kept until another file or another box is wanted."""
    state = st.session_state
    handed = state.get("ground-file")
    path = Path(state["ground"]) if state["ground"] else None
    if handed is None and path is None:
        state["basemap_key"] = state["basemap"] = state["survey"] = state["basemap_refused"] = None
        return None
    name = handed.name if handed else path.name if path else ""
    boxes = stage.boxes(trail, day)
    # A file that is gone stays drawn as long as the same day is shown.
    stamp = handed.file_id if handed else _stamp(path)
    key = (name, stamp, boxes)
    if state.get("basemap_key") != key:
        line = st.empty()
        state["basemap_refused"] = None
        try:
            with st.spinner(words.say("Drawing your map …")):
                source: Path | bytes = handed.getvalue() if handed else Path(state["ground"])
                read = state.get("survey")
                if read is None or state["survey_key"] != key[:2] or not read.covers(boxes):
                    everywhere = stage.boxes(trail, None)
                    read = atlas.survey(source, boxes, _progress(line, name, words), name, everywhere)
                    state["survey"], state["survey_key"] = read, key[:2]
                state["basemap"] = atlas.cut(read, boxes)
        except atlas.BrokenFileError as error:
            state["basemap"], state["basemap_refused"] = None, refusal(error, name, words)
        line.empty()
        state["basemap_key"] = key
    kept: Basemap | None = state["basemap"]
    return kept


def refused() -> None:
    """Say why a map is not drawn, where one is not."""
    if told := st.session_state.get("basemap_refused"):
        with st.container(border=True, key="own-map-refused"):
            st.text(told)


def _stamp(path: Path | None) -> tuple[int, int] | None:
    if path is None or not path.exists():
        return None
    told = path.stat()
    return told.st_mtime_ns, told.st_size


def _progress(line: DeltaGenerator, name: str, words: Words) -> Callable[[int, int], None]:
    """Show how far the file has been read, a few times a second."""
    shown = [0.0]

    def tell(done: int, whole: int) -> None:
        now = time.monotonic()
        if now - shown[0] < BETWEEN_S:
            return
        shown[0] = now
        line.text(
            words.say("{file}: {done} of {whole}", file=name, done=f"{done:,}", whole=f"{whole:,}")
            if whole
            else words.say("{file}: {done} things", file=name, done=f"{done:,}")
        )

    return tell
