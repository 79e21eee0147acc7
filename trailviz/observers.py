"""Who looks at a trail: read from what a person types, and whoever is worth seeing a day as first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trailviz import knowledge
from trailviz.registry import EVERYONE, SELF, STATE, WHOEVER, Observer, Registry, UnknownNameError, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.events import Events
    from trailviz.knowledge import Known
    from trailviz.parties import Parties

WHOLES = frozenset({EVERYONE, "everybody", "all", STATE})


def named(text: str, registry: Registry, known: Known, parties: Parties) -> Observer:
    """Read who looks; a name that a trail has only in one country (`amazon`: `amazon_cn`) means that one.

    Raises:
        UnknownNameError: If it names nothing.
    """
    whole = text.strip().casefold()
    regions = knowledge.regions(known)
    if whole in WHOLES:
        return registry.observer(text, regions) if whole == STATE else knowledge.whole(known)
    here = {one.casefold(): one for one in parties.names}
    found = []
    for part in dict.fromkeys(one.strip() for one in text.replace(",", "+").split("+") if one.strip()):
        name = part.casefold()
        local = sorted(one for one in here if one.startswith(f"{name}_"))
        if name in WHOEVER and name not in registry.called:
            found.append(registry.observer(SELF))
        elif name not in here and len(local) == 1:
            found.append(registry.observer(local[0]))
        elif name in here and name not in registry.called:
            found.append(Observer(here[name], frozenset([here[name]]), "company", {"en": here[name]}))
        else:
            found.append(registry.observer(part, regions))
    if not found:
        raise UnknownNameError(text, ())
    return found[0] if len(found) == 1 else joined(found)


def busiest(events: Events, then: np.ndarray) -> str:
    """Answer the collector with most rows in person, or with most rows, among some events (a mask) and then among all."""
    codes, words = events.words("collector")
    presence, said = events.words("presence")
    here = presence == said.index("in_person") if "in_person" in said else np.zeros(len(codes), bool)
    ranked = sorted(
        (
            -int((here & then & mine).sum()),
            -int((then & mine).sum()),
            -int((here & mine).sum()),
            -int(mine.sum()),
            word,
        )
        for mine, word in ((codes == code, word) for code, word in enumerate(words))
    )
    # Of files no company wrote, only whoever gets them can know anything.
    return next((word for *_, word in ranked if word != SELF), SELF if ranked else EVERYONE)


def listed(events: Events, known: Known, first: Observer) -> tuple[Observer, ...]:
    """List whom a trail is worth seeing as, one before all others."""
    # What a person's own device wrote no company has: without whoever has the files nobody would see it.
    own = (known.registry.observer(SELF),) if carries_own(events) else ()
    return (first, *(one for one in (*knowledge.observers(known), *own) if one.members != first.members))


def carries_own(events: Events, rows: Sequence[int] | slice = slice(None)) -> bool:
    """Say whether a device of the person's own wrote some of these rows, as against what they noted themselves."""
    (wrote, words), (by, said) = events.words("collector"), events.words("said_by")
    wrote, by = wrote[rows], by[rows]
    return (
        SELF in words
        and "recorded" in said
        and bool(((wrote == words.index(SELF)) & (by == said.index("recorded"))).any())
    )
