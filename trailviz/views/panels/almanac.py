"""The calendar on screen: how much of every day an observer knew, with the thresholds at hand. Clicking a day opens it on the stage."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from babel.dates import get_month_names

from trailviz import almanac
from trailviz.gaps import Thresholds
from trailviz.story import almanac as telling
from trailviz.views.stage_words import SCENARIOS

if TYPE_CHECKING:
    from datetime import date

    from trailviz.almanac import Almanac, Worth
    from trailviz.registry import Observer
    from trailviz.trail import Trail
    from trailviz.words import Words

SCRIPT, STYLE = ((Path(__file__).parent / f"calendar.{kind}").read_text("utf-8") for kind in ("js", "css"))
FIRST_SCENARIO = "ownership"
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
SPEEDS = (5.0, 13.9, 33.3, 250.0)


def panel(trail: Trail, day: date | None, words: Words) -> None:
    """Offer the calendar, computed only while it is open; nothing where there is no day to tell."""
    if day is None:
        return
    part = st.expander(words.say("Calendar and gaps"), key="almanac", on_change="rerun")
    if not part.open:
        return
    with part, st.container(key="almanac-inside"):
        who, scenarios = st.columns(2)
        observer = who.selectbox(
            words.say("Who looks"), trail.observers, format_func=lambda one: one.name(words.lang), key="almanac-as"
        )
        scenario = scenarios.selectbox(
            words.say("Which relations count"),
            list(SCENARIOS),
            index=list(SCENARIOS).index(FIRST_SCENARIO),
            format_func=lambda one: words.say(SCENARIOS[one][0]),
            key="almanac-scenario",
        )
        shown = st.container(key="almanac-days")
        found = _found(trail, observer, scenario, _limits(words))
        with shown:
            asked = _calendar(trail, found, day, words)
        if asked:
            # What stands above was drawn for the other day.
            st.session_state["day"] = asked.isoformat()
            st.rerun()
        _told(trail, found, words)


def _limits(words: Words) -> Thresholds:
    """Ask for the thresholds, each where the levels stand by it."""
    usual = Thresholds()
    hold, shortest, same, sure, fastest = st.columns(5, vertical_alignment="bottom")
    return Thresholds(
        hold_s=60
        * hold.slider(words.say("A place holds (min)"), 0, 60, round(usual.hold_s / 60), 5, key="almanac-hold"),
        shortest_s=60
        * shortest.slider(words.say("Shortest gap (min)"), 0, 480, round(usual.shortest_s / 60), 15, key="almanac-gap"),
        same_m=float(
            same.slider(words.say("One place within (m)"), 25, 500, round(usual.same_m), 25, key="almanac-same")
        ),
        sure=sure.select_slider(words.say("A guess must be this sure"), SHARES, usual.sure, key="almanac-sure"),
        outer_mps=fastest.select_slider(
            words.say("Nobody is faster (m/s)"), SPEEDS, usual.outer_mps, key="almanac-fastest"
        ),
    )


def _found(trail: Trail, observer: Observer, scenario: str, limits: Thresholds) -> Almanac:
    """Compute once for each question; the last answer is kept, since every click draws the page again."""
    state = st.session_state
    key = (state["trail_key"], observer.members, scenario, limits)
    if state.get("almanac_found", (None,))[0] != key:
        state["almanac_found"] = (key, almanac.almanac(trail, observer, scenario, limits=limits))
        # It was the worth under other thresholds.
        state.pop("almanac_worth", None)
    found: Almanac = state["almanac_found"][1]
    return found


def _calendar(trail: Trail, found: Almanac, day: date, words: Words) -> date | None:
    """Draw the calendar; answer the day that was asked for."""
    counted = dict(trail.days)
    ways = {"ledger": words.say("known or blind"), "levels": words.say("how sure it can be")}
    way = st.radio(
        words.say("Each day shows"), list(ways), format_func=ways.__getitem__, key="almanac-way", horizontal=True
    )
    seconds = found.levels if way == "levels" else {name: found.parts[name] for name in telling.PARTS}
    data: dict[str, Any] = {
        "first": found.days[0].isoformat(),
        "last": found.days[-1].isoformat(),
        "parts": [[name, np.rint(one / 60).astype(int).tolist()] for name, one in seconds.items()],
        "rows": [counted.get(one, 0) for one in found.days],
        "labels": telling.labels(found, counted, words),
        "chosen": found.days.index(day) if day in found.days else None,
        "months": [name for _, name in sorted(get_month_names("abbreviated", "stand-alone", words.locale).items())],
        "weekdays": [words.say(one) for one in telling.SHORT_DAYS],
        "legend": [[part, words.say(telling.LEGEND[part])] for part in seconds],
        "title": words.say("Every day of the trail"),
        "year": words.say("Year"),
    }
    told = [
        st.session_state["trail_key"],
        words.lang,
        found.observer.id,
        found.scenario,
        found.limits,
        data["chosen"],
        way,
    ]
    # The calendar draws itself anew only when this changes, so that the focus stays on its day.
    data["token"] = hashlib.sha256(repr(told).encode()).hexdigest()
    mount = st.components.v2.component("trailviz_calendar", js=SCRIPT, css=STYLE)
    # streamlit answers a trigger only where a callback is given for it, though this one does nothing.
    answer = mount(key="calendar", data=data, on_day_change=lambda: None)
    asked = getattr(answer, "day", None)
    return found.days[int(asked)] if asked is not None and found.days[int(asked)] != day else None


def _told(trail: Trail, found: Almanac, words: Words) -> None:
    """Say the sums, the gaps that return, and the bits; what each source is worth only where it is asked for."""
    left, right = st.columns(2)
    left.text("\n".join(telling.summary(found, words)))
    returning = telling.returning(found.recurring, words)
    right.text("\n".join(returning or [words.say("No gap comes back more often than chance would have it.")]))
    right.text("\n".join(telling.unsure(found, words)))
    state = st.session_state
    if right.button(words.say("What is each source worth?"), key="almanac-ask"):
        state["almanac_worth"] = almanac.worth(
            trail, found.observer, found.scenario, found.days[0], found.days[-1], found.limits
        )
    if "almanac_worth" in state:
        told: tuple[tuple[Worth, ...], tuple[Worth, ...]] = state["almanac_worth"]
        lines = telling.worths(*told, trail.known.registry, words)
        right.text("\n".join(lines or [words.say("Nobody else tells it of a place.")]))
