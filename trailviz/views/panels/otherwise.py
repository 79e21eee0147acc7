"""What if: the day shown, with something otherwise, and what each company brings to what one observer knows.

Every choice can be undone, and all of them at once. Words from files stand in tables, never in labels.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from trailviz import story, whatif
from trailviz.events import FACETS, written
from trailviz.guesses import rules
from trailviz.registry import SELF
from trailviz.story import difference, fates
from trailviz.story.because import dated, phrase
from trailviz.story.clauses import Speaker
from trailviz.story.shops import kind
from trailviz.views.stage_words import SCENARIOS
from trailviz.whatif import EVERY, Change
from trailviz.words import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.registry import Observer
    from trailviz.trail import Trail
    from trailviz.words import Words

RESULT_PX, TABLE_PX = 360, 180
# As the stage opens (`stage.day`), so that the two say the same.
FIRST_SCENARIO = "ownership"
AFTERNOON = date(2017, 8, 26)
OWN, THEN, TODAY, OTHER = "own", "2017", "today", "other"
ERAS = {
    OWN: mark("of the day itself"),
    THEN: mark("as in August 2017"),
    TODAY: mark("as today"),
    OTHER: mark("of another day"),
}
NONE: dict[str, Any] = {
    "without": [], "kinds": [], "cash": False, "location": False, "days": None, "old": None, "new": None,
    "era": OWN, "on": None, "payments": [], "relations": [], "categories": [],
}  # fmt: skip
"""Every choice as it stands when nothing is otherwise; the last three are chosen in tables."""
TABLES = ("payments", "relations", "categories")


def panel(trail: Trail, day: date, observers: Sequence[Observer], words: Words) -> None:
    """Offer the changes, and say what each would change."""
    _begin(day)
    with st.container(key="what-if"):
        who, scenarios = st.columns(2)
        observer = who.selectbox(
            words.say("Who looks"), observers, format_func=lambda one: one.name(words.lang), key="what-if-as"
        )
        scenario = scenarios.selectbox(
            words.say("Which relations count"),
            list(SCENARIOS),
            index=list(SCENARIOS).index(FIRST_SCENARIO),
            format_func=lambda one: words.say(SCENARIOS[one][0]),
            key="what-if-scenario",
        )
        change = _asked(trail, observer, scenario, day, words)
        # Guesses rest on every day: they are worked out again only where they are asked for.
        guesses = st.toggle(words.say("Also what becomes of the guesses, from every day"), key="what-if-guesses")
        told = _told(trail, observer, scenario, day, change, words)
        if guesses and not change.is_none:
            told = [*told, *_guessed(trail, observer, scenario, change, words)]
        with st.container(height="content" if change.is_none else RESULT_PX, border=False):
            for part in told:
                st.text(part)


def _begin(day: date) -> None:
    """Forget the choices where the files or the day are others: a payment or a relation of theirs means nothing here."""
    state = st.session_state
    of = (state["trail_key"], day)
    if state.get("what_if_of") != of:
        state["what_if_of"] = of
        state["what_if_before"] = []
        _put(NONE)


def _put(values: dict[str, Any]) -> None:
    """Set every choice; the tables are drawn anew, since a browser keeps what was ticked."""
    state = st.session_state
    state["what_if_values"] = dict(values)
    state["what_if_drawn"] = state.get("what_if_drawn", 0) + 1
    for name in NONE:
        if name not in TABLES:
            state[f"what-if-{name}"] = values[name]


def _undo() -> None:
    # By a callback, since streamlit lets nothing else change a box that has been drawn.
    _put(st.session_state["what_if_before"].pop())


def _reset() -> None:
    state = st.session_state
    state["what_if_before"].append(state["what_if_values"])
    _put(NONE)


def _keep(values: dict[str, Any]) -> None:
    """Remember what stood before the last choice."""
    state = st.session_state
    if values != state["what_if_values"]:
        state["what_if_before"].append(state["what_if_values"])
        state["what_if_values"] = values


def _asked(trail: Trail, observer: Observer, scenario: str, day: date, words: Words) -> Change:
    companies, payments, relations, more = st.tabs(
        [words.say("Companies"), words.say("Payments"), words.say("Relations"), words.say("Kinds and keeping")]
    )
    values: dict[str, Any] = {}
    with companies:
        values |= _companies(trail, words)
    with payments:
        values |= _payments(trail, day, words)
    with relations:
        values |= _relations(trail, observer, scenario, day, words)
    with more:
        values |= _more(trail, day, words)
    _keep(values)
    with st.container(horizontal=True):
        before = st.session_state["what_if_before"]
        st.button(words.say("Undo the last choice"), on_click=_undo, disabled=not before, key="what-if-undo")
        st.button(words.say("As it was"), on_click=_reset, disabled=values == NONE, key="what-if-reset")
    return _change(values)


def _companies(trail: Trail, words: Words) -> dict[str, Any]:
    # One's own notes stay: they are what one compares with.
    wrote = sorted({one.collector for one in trail.known.deeds} - {SELF})

    def name(company: str) -> str:
        return trail.registry.company(company).name(words.lang)

    without = st.multiselect(
        words.say("Companies that write nothing down and pass nothing on"),
        wrote,
        format_func=name,
        key="what-if-without",
        placeholder=words.say("None"),
    )
    left, right = st.columns(2)
    old = left.selectbox(
        words.say("Instead of"), wrote, index=None, format_func=name, key="what-if-old", placeholder=words.say("None")
    )
    rivals = sorted((one.id for one in trail.registry.companies.values() if one.kind == "company"), key=name)
    new = right.selectbox(
        words.say("another app is used"),
        rivals,
        index=None,
        format_func=name,
        key="what-if-new",
        placeholder=words.say("None"),
    )
    return {"without": without, "old": old, "new": new}


def _payments(trail: Trail, day: date, words: Words) -> dict[str, Any]:
    cash = st.toggle(words.say("Pay in cash what was paid in person"), key="what-if-cash")
    positions = whatif.paid(trail, day)
    if not positions:
        return {"cash": cash, "payments": []}
    st.caption(words.say("Or only these: tick a row."))
    speaker = Speaker.of(trail, list(positions), words.lang)
    rows = [speaker.rows[at] for at in positions]
    table = {
        words.say("when"): [words.clock(row["start"], trail.zone) for row in rows],
        words.say("with whom"): [speaker.company(at) for at in positions],
        words.say("sum"): [
            words.sum(row["amount"], row["currency"]) if row["amount"] is not None else "" for row in rows
        ],
        words.say("rows, or relations"): [
            words.say("{file}, row {row}", file=row["file"], row=row["row"]) for row in rows
        ],
    }
    ids = [written(trail.events.ids[at]) for at in positions]
    return {"cash": cash, "payments": _ticked("payments", table, ids)}


def _relations(trail: Trail, observer: Observer, scenario: str, day: date, words: Words) -> dict[str, Any]:
    """Offer the relations that what this observer is told of the day rests on."""
    era = st.segmented_control(
        words.say("Relations"),
        list(ERAS),
        format_func=lambda one: words.say(ERAS[one]),
        key="what-if-era",
        required=True,
    )
    on = st.session_state.get("what-if-on")
    if era == OTHER:
        on = st.date_input(words.say("Relations as of"), key="what-if-on", min_value="2000-01-01")
    carried = _carrying(trail, observer, scenario, day)
    # Known's registry: what the files prove can be taken away as well.
    listed = [one for one in trail.known.registry.relations if one.id in carried]
    if not listed:
        return {"era": era, "on": on, "relations": []}
    st.caption(words.say("Or take some away: tick a row."))
    table = {
        words.say("relation"): [phrase(one, trail.registry, words) for one in listed],
        words.say("dates and source"): [dated(one, words, trail.on or day) for one in listed],
        words.say("id"): [one.row_id for one in listed],
    }
    return {"era": era, "on": on, "relations": _ticked("relations", table, [one.row_id for one in listed])}


def _carrying(trail: Trail, observer: Observer, scenario: str, day: date) -> frozenset[str]:
    """Answer the ids of the relations behind the observer's grades of the day; asked once, as every click draws anew."""
    state = st.session_state
    key = (state["trail_key"], observer.members, scenario, day)
    if state.get("what_if_carried", (None,))[0] != key:
        grades = trail.known.grades(observer, scenario)
        numbers = np.unique(trail.known.class_of[trail.day_of == np.datetime64(day)])
        found = {
            one.id
            for number in numbers.tolist()
            for facet in np.flatnonzero(grades[number] > 0).tolist()
            for one in trail.known.because(number, FACETS[facet], observer, scenario)
        }
        state["what_if_carried"] = (key, frozenset(found))
    kept: frozenset[str] = state["what_if_carried"][1]
    return kept


def _more(trail: Trail, day: date, words: Words) -> dict[str, Any]:
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    here = trail.day_of == np.datetime64(day)
    codes, names = trail.events.words("kind")
    present = sorted({names[code] for code in np.unique(codes[here]).tolist() if code >= 0} - {"note"})
    kinds = left.multiselect(
        words.say("Not recorded at all"),
        present,
        format_func=lambda one: words.say(difference.KINDS[one]),
        key="what-if-kinds",
        placeholder=words.say("None"),
    )
    days = middle.number_input(
        words.say("Days anything is kept, from the last row on"),
        min_value=1,
        step=30,
        value=None,
        key="what-if-days",
        placeholder="90",
    )
    location = right.toggle(words.say("No app may read the phone's position"), key="what-if-location")
    shops, told = whatif.categories(trail, here)
    ticked: list[str] = []
    if shops or told:
        st.caption(words.say("Or nothing of a kind of shop, or of a category as the files name it: tick a row."))
        table = {
            words.say("category"): [*(kind(one, words) for one in shops), *told],
            words.say("rows"): [str(count) for count in (*shops.values(), *told.values())],
        }
        ticked = _ticked("categories", table, [*shops, *told])
    return {"kinds": kinds, "days": days, "location": location, "categories": ticked}


def _ticked(name: str, table: dict[str, list[str]], values: list[str]) -> list[str]:
    """Show a table whose rows can be ticked; answer the values of those that are."""
    chosen = set(st.session_state["what_if_values"][name])
    rows = [at for at, value in enumerate(values) if value in chosen]
    answer = st.dataframe(
        table,
        hide_index=True,
        height=min(TABLE_PX, 40 + 35 * len(values)),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": rows}},
        key=f"what-if-{name}-{st.session_state['what_if_drawn']}",
    )
    # A tick can outlive its table by one run of the page.
    return [values[at] for at in sorted(answer["selection"]["rows"]) if at < len(values)]


def _change(values: dict[str, Any]) -> Change:
    on = {THEN: AFTERNOON, TODAY: datetime.now(UTC).date(), OTHER: values["on"]}.get(values["era"])
    return Change(
        companies=frozenset(values["without"]),
        relations=frozenset(values["relations"]),
        kinds=frozenset(values["kinds"]),
        categories=frozenset(values["categories"]),
        cash=frozenset({EVERY} if values["cash"] else values["payments"]),
        instead={values["old"]: values["new"]} if values["old"] and values["new"] else {},
        keep_days=values["days"],
        no_location=values["location"],
        on=on,
    )


def _told(trail: Trail, observer: Observer, scenario: str, day: date, change: Change, words: Words) -> list[str]:
    """Recompute once for each question; the last answer is kept, since every click draws the page again."""
    state = st.session_state
    key = (state["trail_key"], state["lang"], observer.members, scenario, day, repr(change))
    if state.get("what_if", (None,))[0] != key:
        before = whatif.shares(trail, observer, scenario, day)
        if change.is_none:
            answer, after = [], None
        else:
            other = whatif.changed(trail, change, day)
            answer, after = (
                _changes((trail, other), observer, scenario, day, change, words),
                whatif.shares(other, observer, scenario, day),
            )
        brought = difference.shared(before, trail.registry, observer, words, after)
        state["what_if"] = (key, ["\n".join(one) for one in (answer, brought) if one])
    told: list[str] = state["what_if"][1]
    return told


def _guessed(trail: Trail, observer: Observer, scenario: str, change: Change, words: Words) -> list[str]:
    """Say what becomes of the guesses; kept as `_told` is."""
    state = st.session_state
    key = (state["trail_key"], state["lang"], observer.members, scenario, repr(change))
    if state.get("what_if_guessed", (None,))[0] != key:
        chosen = [one for one in rules() if not one.gate]
        with st.spinner(words.say("Guessing …")):
            found = fates.between(trail, whatif.changed(trail, change), chosen, observer, scenario, words.lang)
        state["what_if_guessed"] = (key, ["\n".join(fates.lines(found, words))])
    told: list[str] = state["what_if_guessed"][1]
    return told


def _changes(
    both: tuple[Trail, Trail], observer: Observer, scenario: str, day: date, change: Change, words: Words
) -> list[str]:
    trail, other = both
    first, second = (story.tell(one, observer, scenario, day, words.lang) for one in both)
    said = words.say("What if {otherwise}?", otherwise=difference.described(change, trail.registry, words))
    found = difference.explained(difference.between(first, second), trail, other, change, (day, words))
    return [said, *difference.lines(found, words)]
