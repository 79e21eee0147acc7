"""Guesses: what a company could guess, how surely, and the person's own word on it.

Cards with their rows, a blur to see which guesses survive a coarser record, and a score of how many were right. Ticks live in
this session; nothing is written unless it is asked for.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import streamlit as st

from trailviz import keep
from trailviz.guesses import rules
from trailviz.guesses.blur import FIGURES, PLACES_M, TIMES_S, Blur, Fate, Lab
from trailviz.guesses.reality import score
from trailviz.story import guesses as told
from trailviz.story import unseen
from trailviz.views.panels.rows import rows_of, sources_of, table
from trailviz.words import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.guesses import Rule
    from trailviz.guesses.blur import Name
    from trailviz.registry import Observer
    from trailviz.story.guesses import Reading, Told
    from trailviz.trail import Trail
    from trailviz.words import Words

SCENARIO = "ownership"
TICKS = "ticks.json"
ANSWERS = {"right": mark("right"), "wrong": mark("wrong")}
FATES = {Fate.SURVIVES: mark("still guessed"), Fate.VAGUER: mark("guessed, but vaguer"), Fate.GONE: mark("gone")}
TIMES = (mark("to the second"), mark("to the hour"), mark("to four hours"), mark("to the day"))
PLACES = (mark("as recorded"), mark("to 500 m"), mark("to 1 km"), mark("to 5 km"), mark("no places"))
SUMS = (mark("to the cent"), mark("to two figures"), mark("to one figure"), mark("no sums"))


def panel(trail: Trail, observers: Sequence[Observer], words: Words) -> None:
    """Offer the guesses of one observer; nothing is worked out until the panel is opened."""
    box = st.expander(words.say("Guesses"), key="guess-box", on_change="rerun")
    if not box.open or not len(trail.events):
        return
    with box, st.container(key="guesses"):
        who, gate = st.columns([2, 3], vertical_alignment="bottom")
        observer = who.selectbox(
            words.say("Who guesses"), observers, format_func=lambda one: one.name(words.lang), key="guess-as"
        )
        if how := unseen.of_observer(trail, observer, words):
            st.text(how)
        opened = gate.toggle(
            words.say("Also what hurts: health, faith, nights"),
            key="guess-gate",
            help=words.say("Off until you ask. In a group, ask everybody first."),
        )
        chosen = tuple(one for one in rules() if opened or not one.gate)
        with st.spinner(words.say("Guessing …")):
            found = tuple(told.read(trail, one, observer, SCENARIO, words.lang) for one in chosen)
        cards, blur, right = st.tabs(
            [words.say("What could be guessed"), words.say("Blur lab"), words.say("Reality score")]
        )
        with cards:
            _cards(trail, found, words)
        with blur:
            _blur(trail, chosen, observer, found, words)
        with right:
            _score(found, words)


def _cards(trail: Trail, found: Sequence[Reading], words: Words) -> None:
    """List the guesses rule by rule; the one opened shows its rows, its runners-up and what would make it wrong."""
    listed = [(reading, one) for reading in found for one in reading.told]
    if not listed:
        st.text(words.say("Nothing could be guessed from what this observer has."))
    names = [_tick(one) for _, one in listed]
    state = st.session_state
    # Of other files or another observer none of these is known.
    if state.get("guess_open") not in names:
        state["guess_open"] = ""
    before = ""
    for reading, one in listed:
        if reading.rule != before:
            # A title is the rule's own word, never a file's.
            st.markdown(f"**{reading.title}**")
            before = reading.rule
        _line(trail, reading, one, words)
    silent = [(reading.title, reason) for reading in found for reason in reading.silences]
    if silent:
        st.text(words.say("No guess is made, and why"))
        table([{words.say("About"): title, words.say("Why not"): reason} for title, reason in silent])


def _line(trail: Trail, reading: Reading, one: Told, words: Words) -> None:
    """Say one guess, with how sure it is and a button that opens it where it stands."""
    name, state = _tick(one), st.session_state
    opened = state["guess_open"] == name
    said, sure, more = st.columns([8, 2, 1.4], vertical_alignment="center")
    said.text(one.text)
    answered = f" · {words.say(ANSWERS[_answer(one)])}" if _answer(one) else ""
    sure.text(_sure(one, words) + answered)
    more.button(
        words.say("Close") if opened else words.say("Open"),
        key=f"open-{name}",
        on_click=_open,
        args=("" if opened else name,),
        width="stretch",
    )
    if opened:
        _card(trail, reading, one, words)


def _open(name: str) -> None:
    st.session_state["guess_open"] = name


def _card(trail: Trail, reading: Reading, one: Told, words: Words) -> None:
    with st.container(border=True):
        st.text(f"{reading.about}\n{one.measured}")
        # Below what is measured a tick would teach nothing: every card has one, whatever its sureness.
        st.segmented_control(
            words.say("Is it right? Only you know."),
            list(ANSWERS),
            format_func=lambda each: words.say(ANSWERS[each]),
            key=_tick(one),
        )
        left, right = st.columns(2)
        with left:
            table(rows_of(trail, one.positions, words))
            if one.count > len(one.positions):
                st.text(words.say("{shown} of {count} rows", shown=len(one.positions), count=one.count))
        with right:
            for title, lines in ((words.say("Or else"), one.others), (words.say("Wrong if"), one.wrong)):
                if lines:
                    st.text("\n".join([title, *(f"– {line}" for line in lines)]))
            table(sources_of(reading.sources, words))


def _sure(one: Told, words: Words) -> str:
    if one.sure:
        return told.sureness(one, words)
    return words.say("counted") if one.calibration == "counted" else words.say("uncalibrated")


def _blur(trail: Trail, chosen: Sequence[Rule], observer: Observer, found: Sequence[Reading], words: Words) -> None:
    """Coarsen the record, and say what becomes of every guess."""
    if observer.kind == "files":
        st.text(words.say("If these files were less exact, which guesses would be left? The rules run again."))
    else:
        st.text(words.say("If these companies kept less exactly, which guesses would be left? The rules run again."))
    time, place, amount = st.columns(3)
    blur = Blur(
        time=time.select_slider(
            words.say("Times"), range(len(TIMES_S)), format_func=lambda at: words.say(TIMES[at]), key="blur-time"
        ),
        place=place.select_slider(
            words.say("Places"), range(len(PLACES_M)), format_func=lambda at: words.say(PLACES[at]), key="blur-place"
        ),
        amount=amount.select_slider(
            words.say("Sums"), range(len(FIGURES)), format_func=lambda at: words.say(SUMS[at]), key="blur-sum"
        ),
    )
    with st.spinner(words.say("Guessing …")):
        lab = _lab(trail, chosen, observer)
        fates, said = lab.fates(blur), _then(trail, chosen, lab, blur, words)
    counts = {fate: sum(one is fate for one in fates.values()) for fate in Fate}
    st.text(
        words.say(
            "{survives} still guessed, {vaguer} vaguer, {gone} gone",
            survives=counts[Fate.SURVIVES],
            vaguer=counts[Fate.VAGUER],
            gone=counts[Fate.GONE],
        )
    )
    if blur != Blur():
        st.text(words.say("What is gone stands as it was said; what is left, as it would be said then."))
    was = {(one.rule, one.what, one.key): one.text for reading in found for one in reading.told}
    for which in (Fate.GONE, Fate.VAGUER, Fate.SURVIVES):
        here = [(was if which is Fate.GONE else said)[name] for name in was if fates.get(name) is which]
        if here:
            st.text("\n".join([words.say(FATES[which]), *(f"– {text}" for text in here)]))


def _then(trail: Trail, chosen: Sequence[Rule], lab: Lab, blur: Blur, words: Words) -> dict[Name, str]:
    """Word the guesses made at a blur: sums, hours and places as coarse as they would be known then."""
    made = lab.guesses(blur)
    readings = (
        told.worded(trail, rule, [one for name, one in made.items() if name[0] == rule.id], words.lang)
        for rule in chosen
    )
    return {(one.rule, one.what, one.key): one.text for reading in readings for one in reading.told}


def _lab(trail: Trail, chosen: Sequence[Rule], observer: Observer) -> Lab:
    """Answer the lab of this observer; what was worked out stays while the question is the same."""
    state = st.session_state
    key = (state["trail_key"], observer.members, tuple(one.id for one in chosen))
    if state.get("blur_lab", (None,))[0] != key:
        state["blur_lab"] = (key, Lab(trail.held(observer, SCENARIO), chosen))
    kept: Lab = state["blur_lab"][1]
    return kept


def _score(found: Sequence[Reading], words: Words) -> None:
    """Count the ticks: all, and by how sure the guess was said to be."""
    listed = [one for reading in found for one in reading.told]
    ticked = [(one, _answer(one) == "right") for one in listed if _answer(one)]
    if not ticked:
        st.text(words.say("Tick guesses as right or wrong, and the score stands here. Nothing is stored."))
    else:
        rows = []
        for name, here in _groups(ticked, words):
            one = score(right for _, right in here)
            rows.append(
                {
                    words.say("How sure"): name,
                    words.say("Right"): words.say("{right} of {answered}", right=one.right, answered=one.answered),
                    words.say("So few answers leave open"): words.say(
                        "{low} % to {high} %", low=round(one.low * 100), high=round(one.high * 100)
                    ),
                }
            )
        table(rows)
        st.text(words.say("The interval is Wilson's, at 95 %. Few answers leave much open."))
    forget, store = st.columns(2)
    forget.button(words.say("Forget the ticks"), on_click=_forget, args=(listed,), disabled=not ticked)
    if store.button(
        words.say("Keep the ticks on this computer"),
        disabled=not ticked,
        help=words.say("A small file without names, places or sums. `trailviz wipe` removes it."),
    ):
        lines = [{"rule": one.rule, "guess": _tick(one), "right": right, "p": one.p} for one, right in ticked]
        keep.write(keep.folder() / TICKS, json.dumps(lines, indent=1))
        st.text(words.say("Kept: {n} ticks.", n=len(lines)))


def _groups(ticked: list[tuple[Told, bool]], words: Words) -> list[tuple[str, list[tuple[Told, bool]]]]:
    groups = [(words.say("all"), ticked)]
    for sure, name in (*told.SURE.items(), ("", mark("without a measured figure"))):
        if here := [pair for pair in ticked if pair[0].sure == sure]:
            groups.append((words.say(name), here))
    return groups


def _tick(one: Told) -> str:
    """Name a guess without a word of what it says."""
    told_of = hashlib.sha256(f"{st.session_state['trail_key']}|{one.rule}|{one.what}|{one.key}".encode())
    return f"tick-{told_of.hexdigest()[:16]}"


def _answer(one: Told) -> str:
    # A control that is not drawn loses its state, so a tick is kept beside it.
    state, name = st.session_state, _tick(one)
    kept: dict[str, str] = state.setdefault("ticks", {})
    if name in state:
        kept[name] = state[name] or ""
    return kept.get(name, "")


def _forget(listed: list[Told]) -> None:
    st.session_state["ticks"] = {}
    for one in listed:
        st.session_state.pop(_tick(one), None)
