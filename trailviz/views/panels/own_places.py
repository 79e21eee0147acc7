"""The person's own places: files on this computer, or handed to the page; known to this window alone unless kept by name."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from trailviz import keep
from trailviz.intake import from_bytes
from trailviz.story import whereabouts
from trailviz.views.panels.launch import NO_KEPT, PLACES

if TYPE_CHECKING:
    from trailviz.intake import Source
    from trailviz.trail import Trail
    from trailviz.words import Words

MOST_KEPT, MOST_LINES = 8 << 20, 20


def offered(words: Words, *, mine: bool) -> list[Path | Source]:
    """Offer to give places by path or to hand them over, to keep them, and to take them away; answer those that count.

    `mine`: the files read are the person's own; a sample knows its own places, and what is given by name.
    """
    state = st.session_state
    state.setdefault("places", json.loads(os.environ.get(PLACES, "[]")))
    with st.expander(words.say("Your own places"), key="own-places"):
        st.text(
            words.say(
                "Places you know, so that payments there are on the map: a table with name, lat, lon and radius_m, or a map with shops in it (Overture's places as Parquet, .osm.pbf). docs/places.md says how to make or get one."
            )
        )
        st.text_input(words.say("The path of a places file on this computer"), key="places-path", on_change=_given)
        handed = st.file_uploader(words.say("or drop it here"), key="places-files", accept_multiple_files=True)
        if missing := state.pop("no_such_places", None):
            st.text(words.say("There is no file or folder called {name}.", name=missing))
        for number, path in enumerate(list(state["places"])):
            row = st.container(horizontal=True, vertical_alignment="center", key=f"places-{number}")
            row.text(Path(path).name)
            row.button(
                words.say("Remove"), key=f"places-remove-{number}", on_click=state["places"].remove, args=(path,)
            )
        for one in handed or ():
            if one.size <= MOST_KEPT and one.name.lower().endswith((".csv", ".toml")):
                st.button(
                    words.say("Keep {name} on this computer", name=one.name), key=f"places-keep-{one.file_id}", on_click=keep_file,
                    args=(one.name, one.getvalue()),
                )  # fmt: skip
        kept = () if os.environ.get(NO_KEPT) else keep.places()
        if kept and not mine:
            st.caption(words.say("What you keep counts for your own files, not for a sample."))
        for path in kept:
            row = st.container(horizontal=True, vertical_alignment="center", key=f"kept-places-{path.name}")
            row.text(words.say("{name}, kept on this computer", name=path.name))
            row.button(words.say("Forget"), key=f"forget-places-{path.name}", on_click=path.unlink)
        st.caption(words.say(whereabouts.TOWNS_CREDIT))
    on_disk = [path for one in state["places"] if (path := Path(one)).is_file()]  # one may have gone with its stick
    return [*on_disk, *(kept if mine else ()), *(from_bytes(one.name, one.getvalue()) for one in handed or ())]


def told(trail: Trail, words: Words) -> str:
    """Say how many payments were placed and by what, what of the files could not be read, and which zone rows lie in; "" for nothing."""
    unread = whereabouts.unread(trail)[:MOST_LINES]
    return "\n".join([*whereabouts.account(trail, words), *whereabouts.zones(trail, words), *unread])


def _given() -> None:
    state = st.session_state
    # Windows copies a path in quotes.
    given = str(state["places-path"]).strip().strip('"')
    state["places-path"] = ""
    if not given:
        return
    path = Path(given).expanduser()
    if path.is_file():
        if str(path) not in state["places"]:
            state["places"] = [*state["places"], str(path)]
    else:
        state["no_such_places"] = path.name


def keep_file(name: str, raw: bytes) -> None:
    """Keep a places file under its own name, as the person has asked."""
    # The name alone: an upload must not choose a folder.
    keep.write_bytes(keep.places_folder() / Path(name).name, raw)
