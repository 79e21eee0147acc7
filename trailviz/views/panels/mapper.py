"""The column mapper on screen: what the columns of an unknown table mean, proposed with reasons, tried, kept by the person.

Names of columns come from the file: they stand in select boxes and `st.text` alone, never in a label or in markdown.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from trailviz import keep, verdict
from trailviz.importers import mappings
from trailviz.intake import proposed, sources, tried
from trailviz.reading.mapping import MappingError, called, check, written
from trailviz.reading.proposal import swapped
from trailviz.registry import SELF
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from streamlit.delta_generator import DeltaGenerator

    from trailviz.events import Events
    from trailviz.intake import Account, Proposal, Source
    from trailviz.reading.mapping import ColumnMapping
    from trailviz.registry import Registry

MAY_BE_A_TABLE = frozenset({"table_other", "statement_other", "location_other", "bookkeeping", "text_other", "unknown"})
ONE = {
    "amount": mark("Amount"), "paid_out": mark("or money out"), "paid_in": mark("and money in"),
    "currency_column": mark("Currency"), "lat": mark("Latitude"), "lon": mark("Longitude"),
}  # fmt: skip
SEVERAL = {
    "party": mark("The other side"), "detail": mark("What it was"), "place": mark("Place"), "category": mark("Category"),
}  # fmt: skip
SIGNS = {
    "minus_is_out": mark("a minus is money out"),
    "plus_is_out": mark("a plus is money out"),
    "all_out": mark("every row is money out"),
}
PREVIEW = ("start", "flow", "amount", "currency", "party", "detail", "place", "lat", "lon")
SHOWN = 5


def offer(account: Account, files: list[Path | Source], password: str | None, registry: Registry, words: Words) -> None:
    """Put a button under a table nobody knows that opens the mapper on it."""
    if account.format is not None or account.advice not in MAY_BE_A_TABLE:
        return
    if st.button(words.say("Say what its columns mean"), key=f"map-{account.sha256}", icon=":material/table_edit:"):
        st.dialog(words.say("What the columns mean"), width="large")(_mapper)(account, files, password, registry, words)


def kept(words: Words) -> None:
    """List the mappings the person keeps, each with the way to forget it."""
    for one in mappings(keep.mappings()):
        row = st.container(horizontal=True, vertical_alignment="center", key=f"kept-{one.name}")
        row.text(words.say("Your mapping {name}", name=one.name))
        row.button(words.say("Forget"), key=f"forget-{one.name}", on_click=_forget, args=(one.name,))


def _keep(mapping: ColumnMapping) -> None:
    keep.write(keep.mappings() / f"{mapping.name}.toml", written(mapping))


def _forget(name: str) -> None:
    (keep.mappings() / f"{name}.toml").unlink(missing_ok=True)


def _mapper(
    account: Account, files: list[Path | Source], password: str | None, registry: Registry, words: Words
) -> None:
    """Show the proposal, let every part be changed, and show what the first rows would be."""
    among = sources(files, password=password, problems=[])
    source = next((one for one in among if (one.name, one.member) == (account.file, account.member)), None)
    # By what the file holds: another one of the same name begins afresh.
    key = f"map-{(account.sha256 or '')[:12]}"
    # The proposal hangs on which column is the moment: asked here, before the box for it is drawn.
    chosen = tuple(st.session_state.get(f"{key}-time", ()))
    found = proposed(source, called(account.member or account.file), chosen) if source else None
    if source is None or found is None:
        st.text(words.say("No column of this file holds times under a header row, so it cannot be mapped."))
        return
    st.text(words.say("{file}: a proposal. Change what is wrong; nothing is kept until you say so.", file=account.file))
    who = _who(registry, key, words)
    mapping = replace(_asked(found, key, words), collector=who)
    try:
        check(mapping)
    except MappingError as error:
        st.text(f"{error.key}: {error.expected}")
        return
    account, events = tried(source, mapping)
    st.text(_preview(account, events, words))
    # Kept by the callback, which runs before the page is drawn: the file is read in that same run.
    said = words.say("Keep this mapping and read the file")
    if st.button(said, key=f"{key}-keep", type="primary", on_click=_keep, args=(mapping,)):
        st.rerun()
    st.caption(words.say("It is one small file on this computer. Files holds the way to forget it."))


def _who(registry: Registry, key: str, words: Words) -> str:
    """Ask which company wrote the table; one the registry does not know is called as it is typed."""
    ids = {one.name(words.lang): one.id for one in registry.companies.values() if one.kind == "company"}
    named = st.selectbox(
        words.say("The company that wrote it"), sorted(ids), index=None, key=f"{key}-who", accept_new_options=True,
        placeholder=words.say("choose or type a name; without one it counts as your own notes, which no company has"),
    )  # fmt: skip
    return ids.get(named or "", named or SELF)


def _asked(found: Proposal, key: str, words: Words) -> ColumnMapping:
    """Draw a field for each meaning, filled as proposed, and answer the mapping as it stands now."""
    one, columns = found.mapping, list(found.columns)
    with st.expander(words.say("Why this proposal")):
        st.text("\n".join(verdict.proposal(found, words.lang)))
    place = _pairs()
    next(place).multiselect(
        words.say("The moment: one column, or a date and a time of day"), columns, default=list(one.time), max_selections=2, key=f"{key}-time"
    )  # fmt: skip
    zone = next(place).selectbox(
        words.say("Time zone of these times"), sorted(zoneinfo.available_timezones()), index=None, key=f"{key}-zone",
        placeholder=words.say("not told: read as UTC"),
    )  # fmt: skip
    # Asked only where both orders could be: a day above twelve has proven the one.
    if swapped(one) != one and st.checkbox(words.say("The other number is the day"), key=f"{key}-swap"):
        one = swapped(one)
    single: dict[str, str | None] = {}
    for field, label in ONE.items():
        had = getattr(one, field)
        single[field] = next(place).selectbox(
            words.say(label), columns, index=columns.index(had) if had in columns else None, key=f"{key}-{field}",
            placeholder=words.say("not in this table"),
        )  # fmt: skip
    texts: dict[str, tuple[str, ...]] = {}
    for field, label in SEVERAL.items():
        had = [name for name in one.texts.get(field, ()) if name in columns]
        texts[field] = tuple(next(place).multiselect(words.say(label), columns, had, key=f"{key}-{field}"))
    if one.sign in SIGNS:
        signs = list(SIGNS)
        sign = next(place).selectbox(
            words.say("Which way the money went"), signs, signs.index(one.sign),
            format_func=lambda name: words.say(SIGNS[name]), key=f"{key}-sign",
        )  # fmt: skip
        one = replace(one, sign=sign)
    name = next(place).text_input(words.say("Name of the mapping"), one.name, key=f"{key}-name")
    kept_texts = {field: names for field, names in {**one.texts, **texts}.items() if names}
    return replace(one, name=name.strip(), zone=zone, texts=kept_texts, **single)  # type: ignore[arg-type]


def _pairs() -> Iterator[DeltaGenerator]:
    """Answer places side by side, pair by pair, so that on a narrow screen what belongs together stays together."""
    while True:
        yield from st.columns(2)


def _preview(account: Account, events: Events, words: Words) -> str:
    """Write the first rows as the mapping would have them."""
    # Counted by the very reader that will read the file, so that the promise is kept.
    lines = [words.say("Of the first {seen} rows, {used} can be read this way.", seen=account.seen, used=account.used)]
    table = events.table().slice(0, SHOWN)
    for row in table.select([one for one in PREVIEW if one in table.column_names]).to_pylist():
        when = f"{row['start']:%Y-%m-%d %H:%M:%S} UTC"
        flow = {"out": words.say("out"), "in": words.say("in")}.get(row.get("flow") or "", "")
        money = f"{flow} {row['amount']:.2f} {row.get('currency') or ''}" if row.get("amount") is not None else ""
        where = f"{row['lat']:.5f}, {row['lon']:.5f}" if row.get("lat") is not None else row.get("place")
        lines.append(
            "   ".join(str(one) for one in (when, money.strip(), row.get("party"), row.get("detail"), where) if one)
        )
    return "\n".join(lines)
