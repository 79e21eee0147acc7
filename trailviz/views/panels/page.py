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
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from trailviz import atlas, keep
from trailviz.importers import mappings
from trailviz.intake import from_bytes
from trailviz.story import proofs
from trailviz.trail import Trail, follow
from trailviz.views import network, report, stage
from trailviz.views.map import shell
from trailviz.views.panels import acting, almanac, lenses, looking, mapper, merged, otherwise
from trailviz.views.panels.guard import MARK
from trailviz.views.panels.launch import PASSWORD, PATHS
from trailviz.words import LANGUAGES, Words, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamlit.delta_generator import DeltaGenerator

    from trailviz.intake import Account, Progress, Source
    from trailviz.registry import Observer

UNGUARDED = "TRAILVIZ_UNGUARDED"
BAR_PX, PANELS_PX = 46, 40
MOST_PROOFS = 100
BETWEEN_S = 0.25
FEW_FILES, VERDICTS_PX = 3, 210
STYLE = f"""<style>
.stMainBlockContainer {{ padding: 0 !important; max-width: none !important; }}
header.stAppHeader {{ display: none !important; }}
.stMainBlockContainer > div > .stVerticalBlock, .stMainBlockContainer .stVerticalBlock {{ gap: 0; }}
.st-key-bar {{ min-height: {BAR_PX}px; padding: 4px 20px; align-items: center; gap: 8px; flex-wrap: wrap; }}
.st-key-bar .stVerticalBlock {{ gap: .5rem; }}
.st-key-bar p {{ margin: 0; }}
.st-key-shown [aria-checked="true"] {{ background: #1c1b19 !important; border-color: #1c1b19 !important; }}
.st-key-shown [aria-checked="true"], .st-key-shown [aria-checked="true"] * {{ color: #fbfaf5 !important; }}
.st-key-panels {{ gap: 0; flex-wrap: wrap; }}
.st-key-panels > * {{ flex: 1 1 170px; min-width: 0; width: auto !important; }}
.st-key-panels > *:has(> * details[open]), .st-key-panels > *:has(> details[open]) {{ flex-basis: 100%; }}
.st-key-panels summary p {{ white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
.st-key-almanac-inside, .stMainBlockContainer .st-key-almanac-inside .stVerticalBlock {{ gap: .7rem; }}
.stMainBlockContainer .st-key-lenses, .stMainBlockContainer .st-key-lenses .stVerticalBlock {{ gap: .7rem; }}
.stMainBlockContainer .st-key-unseen .stVerticalBlock, .stMainBlockContainer .st-key-merged .stVerticalBlock {{ gap: .4rem; }}
.st-key-act {{ gap: .7rem; }}
.st-key-what-if, .stMainBlockContainer .st-key-what-if .stVerticalBlock {{ gap: .7rem; }}
.st-key-what-if .stTabs {{ margin-bottom: .6rem; }}
</style>"""
CLOSER = {
    "deeds": mark("One deed, several companies"),
    "what_if": mark("What if …?"),
    "unseen": mark("Who is not in your files"),
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
    words = Words(state["lang"])
    with st.container(horizontal=True, key="bar", vertical_alignment="center"):
        with st.popover(words.say("Files"), icon=":material/folder_open:"):
            sources = _files(words)
        trail = _trail(sources)
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
        payload = _payload(trail, made, unveil=unveil)
        st.download_button(
            words.say("Page for the class"),
            # Made when it is asked for: every click draws this page again.
            lambda: report.page(payload, state["lang"], _told(trail, unveil=unveil)),
            file_name="trailviz.html",
            mime="text/html",
            icon=":material/download:",
        )
        if st.button(words.say("Quit"), icon=":material/power_settings_new:"):
            _quit(words)
    if sources and not len(trail.events):
        st.warning(
            words.say("None of these files could be read. Below, each one says why, and which file to get instead.")
        )
    # closed, the panels share a row, so that the stage keeps the screen; an open one has a row to itself
    with st.container(horizontal=True, key="panels"):
        _verdicts(trail, sources, words)
        _proofs(trail, words)
        _closer(trail, (*((made,) if made else ()), *trail.observers), words)
        almanac.panel(trail, _day(trail), words)
        lenses.panel(trail, _day(trail), words)
        acting.panel(trail, words)
    _shown(trail, payload, words, shown or "day", unveil=unveil)


def _closer(trail: Trail, observers: Sequence[Observer], words: Words) -> None:
    """Offer to look closer at the day shown; what nobody opens is not computed."""
    if (day := _day(trail)) is None:
        return
    for way, title in CLOSER.items():
        with st.expander(words.say(title), key=f"closer-{way}", on_change="rerun") as opened:
            if not opened.open:
                continue
            if way == "deeds":
                merged.panel(trail, day, words)
            elif way == "what_if":
                otherwise.panel(trail, day, observers, words)
            else:
                looking.standing(trail, day, words)


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


def _files(words: Words) -> list[Path | Source]:
    """Offer to add and remove files; answer those that count."""
    state = st.session_state
    uploads = st.file_uploader(
        words.say("Drop exports here: CSV, XLSX, JSON, zip"), accept_multiple_files=True, key="uploads"
    )
    st.text_input(
        words.say("or the path of a file or folder on this computer"),
        key="path",
        on_change=_add_path,
        help=words.say("Large files are read where they lie, without a copy."),
    )
    st.text_input(words.say("Password of a locked zip or PDF"), type="password", key="password")
    if missing := state.pop("no_such_path", None):
        st.text(words.say("There is no file or folder called {name}.", name=missing))
    for number, path in enumerate(list(state["paths"])):
        row = st.container(horizontal=True, vertical_alignment="center", key=f"file-{number}")
        # Never the path above it: a projector shows whose computer this is.
        row.text(Path(path).name)
        row.button(words.say("Remove"), key=f"remove-{number}", on_click=state["paths"].remove, args=(path,))
    if uploads or state["paths"]:
        st.caption(words.say("Remove every file to come back to the sample."))
    else:
        names = [one.name for one in atlas.samples()]
        state["sample"] = st.selectbox(
            words.say("Sample"),
            names,
            index=names.index(state["sample"]),
            format_func=lambda name: _title(name, words),
            key="choose-sample",
        )
    st.caption(
        words.say(
            "Files stay in this window's memory. Closing it forgets them; the files themselves are never changed."
        )
    )
    mapper.kept(words)
    return [*(Path(one) for one in state["paths"]), *(from_bytes(one.name, one.getvalue()) for one in uploads or ())]


def _title(name: str, words: Words) -> str:
    title = atlas.about([atlas.sample(name)])["sample"]["title"]
    return str(title.get(words.lang) or title["en"])


def _add_path() -> None:
    state = st.session_state
    # Windows copies a path in quotes.
    given = str(state["path"]).strip().strip('"')
    # Emptied here, since streamlit lets only a callback change a box.
    state["path"] = ""
    if not given:
        return
    path = Path(given).expanduser()
    if path.exists():
        if str(path) not in state["paths"]:
            state["paths"] = [*state["paths"], str(path)]
    else:
        state["no_such_path"] = path.name


def _trail(sources: list[Path | Source]) -> Trail:
    """Follow the files, or the sample; kept in this session under the digest of what they hold."""
    state = st.session_state
    password = _password()
    sources = sources or [atlas.sample(state["sample"])]
    key = _digest(sources, password)
    if state.get("trail_key") != key:
        line = st.empty()
        with st.spinner(Words(state["lang"]).say("Reading …")):
            state["trail"] = follow(
                sources,
                password=password,
                mappings=keep.mappings(),
                progress=_progress(line, Words(state["lang"])),
            )
        line.empty()
        state["trail_key"] = key
        state["payloads"] = {}
        state["day"] = None
    kept: Trail = state["trail"]
    return kept


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


def _password() -> str | None:
    return st.session_state.get("password") or os.environ.get(PASSWORD)


def _digest(sources: list[Path | Source], password: str | None) -> str:
    told = hashlib.sha256((password or "").encode())
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


def _payload(trail: Trail, made: Observer | None, *, unveil: bool) -> dict[str, Any]:
    state = st.session_state
    key = (state["lang"], state.get("day"), unveil, made.id if made else None)
    if key not in state["payloads"]:
        day = date.fromisoformat(state["day"]) if state.get("day") else None
        state["payloads"] = {key: stage.model(trail, lang=state["lang"], day=day, unveil=unveil, first=made)}
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


def _verdicts(trail: Trail, sources: list[Path | Source], words: Words) -> None:
    """Say of each file what became of it; open by itself where one could not be read."""
    if trail.sample and not st.session_state["paths"]:
        return
    # those with a question first; a long list scrolls, so that the stage stays in sight
    ordered = sorted(trail.accounts, key=lambda one: bool(one.used))
    height = VERDICTS_PX if len(ordered) > FEW_FILES else "content"
    with (
        st.expander(words.say("What became of each file"), expanded=not all(one.used for one in ordered)),
        st.container(height=height, border=False),  # type: ignore[arg-type]
    ):
        for account in ordered:
            st.text(_verdict(account, words))
            mapper.offer(account, sources, _password(), trail.registry, words)


def _verdict(account: Account, words: Words) -> str:
    """Say of one file what it is, for when it speaks, what became of its rows, and what to get instead."""
    said = stage.file_verdict(account, words.lang)
    name = f"{said['file']} > {said['member']}" if said["member"] else said["file"]
    kind = said["format"] or words.say("not recognised")
    lines = [f"{name}: {kind}, {said['summary']}"]
    if account.first and account.last:
        first, last = (f"{one:%Y-%m-%d %H:%M}" for one in (account.first, account.last))
        lines.append(f"  {first} – {last} UTC" if first != last else f"  {first} UTC")
    lines += [f"  {count}: {what}" for what, count in said["left_out"].items()]
    lines += [f"  {one}" for one in (*said["notices"], said["advice"]) if one]
    return "\n".join(lines)


def _proofs(trail: Trail, words: Words) -> None:
    """Say what the files themselves prove that companies told each other; nothing where they prove nothing."""
    told = proofs.proofs(trail, words.lang)
    if not told:
        return
    with st.expander(words.say("What your own files prove companies told each other ({count})", count=len(told))):
        st.text("\n".join(told[:MOST_PROOFS]))
        if len(told) > MOST_PROOFS:
            st.caption(words.say("The most frequent are shown; `trailviz evidence` lists all."))


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
