"""The page: the stage fills the window; a quiet bar above it holds files, the report and the way out.

Text from a file reaches streamlit through `st.text` alone: its markdown would turn a name into a request.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from trailviz import atlas, keep
from trailviz.importers import mappings
from trailviz.intake import NoSuchFileError
from trailviz.story import whereabouts
from trailviz.trail import Trail, follow
from trailviz.views import network, report, stage
from trailviz.views.map import shell
from trailviz.views.panels import (
    acting,
    almanac,
    beside,
    files,
    guesses,
    lenses,
    looking,
    otherwise,
    own_files,
    own_map,
    own_places,
)
from trailviz.views.panels.guard import MARK
from trailviz.views.panels.launch import DATUMS, PATHS
from trailviz.words import LANGUAGES, Words, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamlit.delta_generator import DeltaGenerator

    from trailviz.atlas import Basemap
    from trailviz.intake import Progress, Source
    from trailviz.registry import Observer

UNGUARDED = "TRAILVIZ_UNGUARDED"
BAR_PX, PANELS_PX = 46, 40
BETWEEN_S = 0.25
STYLE = f"""<style>
.stMainBlockContainer {{ padding: 0 !important; max-width: none !important; }}
header.stAppHeader {{ display: none !important; }}
.stMainBlockContainer > div > .stVerticalBlock, .stMainBlockContainer .stVerticalBlock {{ gap: 0; }}
.st-key-bar {{ min-height: {BAR_PX}px; padding: 4px 20px; align-items: center; gap: 8px; flex-wrap: wrap; }}
.st-key-bar .stVerticalBlock {{ gap: .5rem; }}
.st-key-bar p {{ margin: 0; }}
.st-key-shown [aria-checked="true"] {{ background: #1c1b19 !important; border-color: #1c1b19 !important; }}
.st-key-shown [aria-checked="true"], .st-key-shown [aria-checked="true"] * {{ color: #fbfaf5 !important; }}
@media (prefers-color-scheme: dark) {{
  .st-key-shown [aria-checked="true"] {{ background: #f1eee6 !important; border-color: #f1eee6 !important; }}
  .st-key-shown [aria-checked="true"], .st-key-shown [aria-checked="true"] * {{ color: #191b1e !important; }}
}}
.st-key-panels {{ gap: 0; flex-wrap: wrap; }}
.st-key-panels > * {{ flex: 1 1 140px; min-width: 0; width: auto !important; }}
.st-key-panels > *:has(> * details[open]), .st-key-panels > *:has(> details[open]) {{ flex-basis: 100%; }}
@media (max-width: 640px) {{
  .st-key-bar {{ padding: 2px 10px; gap: 4px 6px; }}
  .st-key-bar .stDownloadButton p, .st-key-bar .st-key-quit p {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
  .st-key-bar button {{ padding-inline: 8px; }}
  .st-key-bar .st-key-unveil {{ flex: 1 1 112px !important; max-width: 136px; }}
  .st-key-bar .st-key-unveil .stTooltipIcon {{ display: none; }}
  .st-key-bar .st-key-unveil p {{ font-size: 12px; line-height: 1.15; white-space: normal; }}
  .st-key-panels:not(:has(details[open])) {{ flex-wrap: nowrap; overflow-x: auto; scrollbar-width: thin; }}
  .st-key-panels:not(:has(details[open])) > * {{ flex: 0 0 auto; }}
}}
.st-key-panels summary p {{ white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
.st-key-almanac-inside, .stMainBlockContainer .st-key-almanac-inside .stVerticalBlock {{ gap: .7rem; }}
.stMainBlockContainer .st-key-lenses, .stMainBlockContainer .st-key-lenses .stVerticalBlock {{ gap: .7rem; }}
.stMainBlockContainer .st-key-unseen .stVerticalBlock, .stMainBlockContainer .st-key-merged .stVerticalBlock {{ gap: .4rem; }}
.stMainBlockContainer .st-key-guesses, .stMainBlockContainer .st-key-guesses .stVerticalBlock {{ gap: .7rem; }}
.stMainBlockContainer .st-key-doubts-inside {{ gap: .4rem; }}
.st-key-act {{ gap: .7rem; }}
.st-key-own-map-refused {{ margin: 0 20px 6px; width: auto !important; }}
.st-key-what-if, .stMainBlockContainer .st-key-what-if .stVerticalBlock {{ gap: .7rem; }}
.st-key-beside, .stMainBlockContainer .st-key-beside .stVerticalBlock {{ gap: .7rem; }}
.st-key-what-if .stTabs {{ margin-bottom: .6rem; }}
</style>"""
CLOSER = {
    "what_if": mark("What if …?"),
    "beside": mark("Two side by side"),
}
BRIDGE = (Path(__file__).parent / "bridge.js").read_text("utf-8")


def main() -> None:
    """Draw the page once."""
    st.set_page_config(page_title="trailviz", page_icon="🧭", layout="wide", initial_sidebar_state="collapsed")
    st.html(STYLE)
    # Without the guard any page of another program on this computer could open our socket.
    if not guarded():
        st.error("trailviz does not run without its guard. Start it with `trailviz`, or with `streamlit run app.py`.")
        st.stop()
    state = st.session_state
    state.setdefault("lang", "zh-Hans" if str(st.context.locale or "").startswith("zh") else "en")
    if "paths" not in state:
        state["paths"], state["sample"] = _asked(json.loads(os.environ.get(PATHS, "[]")))
        state["datums"] = json.loads(os.environ.get(DATUMS, "{}"))
    words = Words(state["lang"])
    with st.container(horizontal=True, key="bar", vertical_alignment="center"):
        with st.popover(words.say("Files"), icon=":material/folder_open:"):
            sources = files.offered(words)
            own_map.offered(words)
            own = own_places.offered(words, mine=bool(sources))
        trail = _trail(sources, own)
        with st.popover(words.say("See as …"), icon=":material/visibility:"):
            made = looking.super_app(trail, words)
        unveil = st.toggle(
            words.say("Show other people's names"),
            key="unveil",
            help=words.say("Other people are veiled until you ask, and only in this window."),
        )
        shown = st.segmented_control(
            words.say("Views"),
            [name for name, _ in report.VIEWS],
            format_func=lambda one: words.say(dict(report.VIEWS)[one]),
            default="day",
            required=True,
            key="shown",
            label_visibility="collapsed",
        )
        ground = own_map.drawn(trail, _day(trail), words)
        payload = _payload(trail, made, ground, unveil=unveil)
        st.download_button(
            words.say("Page for the class"),
            # Made when it is asked for: every click draws this page again.
            lambda: report.page(payload, state["lang"], _told(trail, unveil=unveil)),
            file_name="trailviz.html",
            mime="text/html",
            icon=":material/download:",
        )
        if st.button(words.say("Quit"), icon=":material/power_settings_new:", key="quit"):
            _quit(words)
    own_map.refused()
    if sources and not len(trail.events):
        st.warning(
            words.say("None of these files could be read. Below, each one says why, and which file to get instead.")
        )
    _panels(trail, sources, made, words)
    _shown(trail, payload, words, shown or "day", unveil=unveil)


def _panels(trail: Trail, sources: list[Path | Source], made: Observer | None, words: Words) -> None:
    """Offer what lies beside the day; what nobody opens is not computed."""
    observers = (*((made,) if made else ()), *trail.observers)
    # closed, the panels share a row, so that the stage keeps the screen; an open one has a row to itself
    with st.container(horizontal=True, key="panels"):
        own_files.panel(trail, sources, _day(trail), words)
        _closer(trail, observers, words)
        almanac.panel(trail, _day(trail), words)
        guesses.panel(trail, observers, words)
        lenses.panel(trail, _day(trail), words)
        acting.panel(trail, words)


def _closer(trail: Trail, observers: Sequence[Observer], words: Words) -> None:
    """Offer to look closer at the day shown."""
    if (day := _day(trail)) is None:
        return
    for way, title in CLOSER.items():
        with st.expander(words.say(title), key=f"closer-{way}", on_change="rerun") as opened:
            if not opened.open:
                continue
            if way == "what_if":
                otherwise.panel(trail, day, observers, words)
            else:
                beside.panel(trail, day, observers, words)


def _day(trail: Trail) -> date | None:
    """Answer the day shown: the one chosen on the stage, else the one with most places."""
    chosen = st.session_state.get("day")
    return date.fromisoformat(chosen) if chosen else trail.default_day


def _asked(paths: list[str]) -> tuple[list[str], str]:
    """Tell the person's own files from a sample asked for by its folder: that is chosen, not loaded."""
    folders = {str(one.resolve()): one.name for one in atlas.samples()}
    if len(paths) == 1 and paths[0] in folders:
        return [], folders[paths[0]]
    return paths, atlas.AFTERNOON


def guarded() -> bool:
    """Say whether the request came through the guard."""
    # streamlit's own AppTest sends no headers.
    return bool(st.context.headers.get(MARK)) or os.environ.get(UNGUARDED) == "apptest"


def _trail(sources: list[Path | Source], own: list[Path | Source]) -> Trail:
    """Follow the files, or the sample, with a person's own places; kept in this session under the digest of what they hold."""
    state = st.session_state
    password = files.password()
    sources = sources or [atlas.sample(state["sample"])]
    key = _digest(sources, password) + _digest(own, None)
    if state.get("trail_key") != key:
        line, words = st.empty(), Words(state["lang"])
        with st.spinner(words.say("Reading …")):
            read = partial(
                follow,
                sources,
                password=password,
                mappings=keep.mappings(),
                progress=_progress(line, words),
            )
            try:
                state["trail"] = _placed(read, own, words)
            except NoSuchFileError as gone:
                # Its file was taken away, and with it what was said of its datum.
                state["datums"] = {name: one for name, one in state["datums"].items() if name not in gone.args}
                key = _digest(sources, password) + _digest(own, None)
                state["trail"] = _placed(read, own, words)
        line.empty()
        state["trail_key"] = key
        state["payloads"] = {}
        state["day"] = None
    if refused := state.get("places_refused"):
        st.warning(refused)
    kept: Trail = state["trail"]
    return kept


def _placed(read: Callable[..., Trail], own: list[Path | Source], words: Words) -> Trail:
    """Follow the files with the person's own places; where one of those cannot be used, without them, and say why."""
    state = st.session_state
    state["places_refused"] = None
    try:
        return read(gazetteer=own, datums=state["datums"])
    except atlas.PlacesError as error:
        state["places_refused"] = whereabouts.refusal(error, words)
        return read(datums=state["datums"])


def _progress(line: DeltaGenerator, words: Words) -> Callable[[Progress], None]:
    """Show which file is read and how far, a few times a second."""
    shown = [0.0]

    def tell(step: Progress) -> None:
        now = time.monotonic()
        if now - shown[0] < BETWEEN_S:
            return
        shown[0] = now
        done = words.say("{files} files, {mb} MB before it", files=step.files, mb=step.bytes >> 20)
        line.text(words.say("{file}: {rows} rows", file=step.file, rows=f"{step.rows:,}") + f" ({done})")

    return tell


def _digest(sources: list[Path | Source], password: str | None) -> str:
    told = hashlib.sha256((password or "").encode())
    told.update(repr(sorted(st.session_state["datums"].items())).encode())
    for one in sources:
        if isinstance(one, Path):
            stat = one.stat()
            # Not hashed: large files are read where they lie, and this is asked at every click.
            told.update(f"{one}|{stat.st_mtime_ns}|{stat.st_size}".encode())
        else:
            with one.open() as file:
                while block := file.read(1 << 20):
                    told.update(block)
            told.update(one.name.encode())
    for mapping in mappings(keep.mappings()):
        # A mapping kept or forgotten reads the files anew.
        told.update(repr(mapping).encode())
    return told.hexdigest()


def _payload(trail: Trail, made: Observer | None, ground: Basemap | None, *, unveil: bool) -> dict[str, Any]:
    state = st.session_state
    key = (state["lang"], state.get("day"), unveil, made.id if made else None, state["basemap_key"])
    if key not in state["payloads"]:
        day = date.fromisoformat(state["day"]) if state.get("day") else None
        state["payloads"] = {
            key: stage.model(trail, lang=state["lang"], day=day, unveil=unveil, first=made, basemap=ground)
        }
    payload: dict[str, Any] = state["payloads"][key]
    return payload


def _told(trail: Trail, *, unveil: bool) -> dict[str, Any]:
    state = st.session_state
    key = ("network", state["lang"], state.get("day"), unveil)
    if key not in state["payloads"]:
        day = date.fromisoformat(state["day"]) if state.get("day") else None
        state["payloads"][key] = network.model(trail, lang=state["lang"], day=day, unveil=unveil)
    told: dict[str, Any] = state["payloads"][key]
    return told


def _shown(trail: Trail, payload: dict[str, Any], words: Words, shown: str, *, unveil: bool) -> None:
    """Mount the day, and from the first time it is asked for the network; who is not looked at is hidden, and keeps its place."""
    state = st.session_state
    state["network_wanted"] = state.get("network_wanted") or shown == "network"
    other = "network" if shown == "day" else "day"
    st.html(f"<style>.st-key-view-{other} {{ display: none; }}</style>")
    with st.container(key="view-day"):
        _frame("stage", shell().html, payload, words.say("Map, timeline and sentences"))
    if state["network_wanted"]:
        with st.container(key="view-network"):
            _frame("network", network.shell().html, _told(trail, unveil=unveil), words.say("Who told whom"))


def _frame(name: str, page: str, payload: dict[str, Any], title: str) -> None:
    """Mount a page of ours in its sandboxed frame, and do what it asks for."""
    mount = st.components.v2.component(f"trailviz_{name}", js=BRIDGE)
    token = hashlib.sha256(
        json.dumps(
            [
                payload.get("day"),
                payload["lang"],
                st.session_state["trail_key"],
                st.session_state.get("unveil"),
                st.session_state.get("super-app"),
                repr(st.session_state.get("basemap_key")),
            ]
        ).encode()
    ).hexdigest()
    data = {
        "shell": page,
        "payload": payload,
        "token": token,
        "height": f"calc(100vh - {BAR_PX + PANELS_PX + 2}px)",
        "title": title,
    }
    answer = mount(key=name, data=data, on_ask_change=lambda: None)
    asked = getattr(answer, "ask", None)
    if asked and asked["what"] == "day":
        # What comes out of the frame is text from outside: only a date gets through.
        st.session_state["day"] = date.fromisoformat(asked["value"]).isoformat()
        st.rerun()
    if asked and asked["what"] == "lang" and asked["value"] in LANGUAGES:
        st.session_state["lang"] = asked["value"]
        st.rerun()


def _quit(words: Words) -> None:
    """Stop the server after this page has said goodbye."""
    st.text(words.say("trailviz has stopped. Nothing was kept. You may close this tab."))
    threading.Timer(0.8, signal.raise_signal, (signal.SIGINT,)).start()
    st.stop()


if __name__ == "__main__":
    main()
