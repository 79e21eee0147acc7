"""Files in, and what became of them: offered, listed, told one by one, and what they prove of companies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from trailviz import atlas
from trailviz.intake import from_bytes
from trailviz.story import proofs as proofs_
from trailviz.views import stage
from trailviz.views.panels import mapper, own_places
from trailviz.views.panels.launch import PASSWORD

if TYPE_CHECKING:
    from trailviz.intake import Account, Source
    from trailviz.trail import Trail
    from trailviz.words import Words

MOST_PROOFS = 100
FEW_FILES = 3


def offered(words: Words) -> list[Path | Source]:
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


def password() -> str | None:
    """Answer the password for locked files: typed into the box, or given on the command line."""
    return st.session_state.get("password") or os.environ.get(PASSWORD)


def verdicts(trail: Trail, sources: list[Path | Source], words: Words) -> None:
    """Say of each file what became of it."""
    if said := own_places.told(trail, words):
        st.text(said)
    asked = [one for one in trail.accounts if not one.used]
    read = [one for one in trail.accounts if one.used]
    # Those with a question first; a long list of the others waits, so that the stage stays in sight.
    waits = bool(asked) and len(read) > FEW_FILES
    for account in asked if waits else [*asked, *read]:
        _told(account, trail, sources, words)
    if waits:
        with st.expander(words.say("Files that were read: {count}", count=len(read)), key="files-read"):
            for account in read:
                _told(account, trail, sources, words)


def _told(account: Account, trail: Trail, sources: list[Path | Source], words: Words) -> None:
    st.text(_verdict(account, words))
    mapper.offer(account, sources, password(), trail.registry, words)


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


def proofs(trail: Trail, words: Words) -> None:
    """Say what the files themselves prove that companies told each other."""
    told = proofs_.proofs(trail, words.lang)
    st.text("\n".join(told[:MOST_PROOFS]))
    if len(told) > MOST_PROOFS:
        st.caption(words.say("The most frequent are shown; `trailviz evidence` lists all."))
