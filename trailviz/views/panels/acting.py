"""Help to act: how to get one's data from a company of the trail, how to object, and a letter that names what was seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from trailviz.registry import SELF
from trailviz.story import companies
from trailviz.story.letter import letter

if TYPE_CHECKING:
    from trailviz.registry import Law
    from trailviz.trail import Trail
    from trailviz.words import Words

LETTER_PX = 420
REACHED = "permitted"


def panel(trail: Trail, words: Words) -> None:
    """Offer the companies of a trail, those with records first; nothing where it names none."""
    listed = _companies(trail)
    if not listed:
        return
    registry = trail.registry
    with st.expander(words.say("Ask for your data")), st.container(key="act"):
        chosen, by = st.columns(2)
        company = chosen.selectbox(
            words.say("Company"),
            listed,
            format_func=lambda one: registry.company(one).name(words.lang),
            key="act-company",
        )
        law: Law | None = by.selectbox(
            words.say("By which law"),
            [*registry.laws_for(company), None],
            format_func=lambda one: one.name(words.lang) if one else words.say("none in particular"),
            key=f"act-law-{company}",
        )
        way, wording = st.columns(2)
        way.text("\n".join([*companies.ways(registry, company, words), *(companies.by_law(law, words) if law else ())]))
        text = letter(trail, company, words, datetime.now(UTC).date(), law)
        # a text area shows text as it is; the letter is the person's own to change before it goes anywhere
        # Its key is the text: under one key streamlit would keep the last letter when another is asked for.
        told = wording.text_area(
            words.say("A letter, to change as you like"), text, height=LETTER_PX, key=f"act-{hash(text)}"
        )
        wording.download_button(
            words.say("Save the letter"), told, file_name="letter.txt", mime="text/plain", key="act-save"
        )
        st.caption(words.say("trailviz sends nothing. The letter counts what was seen and quotes none of it."))


def _companies(trail: Trail) -> list[str]:
    """List those who wrote rows down, then those something may have reached."""
    known = trail.known
    wrote = list(dict.fromkeys(deed.collector for deed in known.deeds if deed.collector != SELF))
    # Whoever may have been told can be asked as well, and only the answer shows whether it was.
    told = sorted(one for one in known.reached(REACHED) - set(wrote) if trail.registry.company(one).kind == "company")
    return [*sorted(wrote), *told]
