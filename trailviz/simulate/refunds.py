"""What is sent back: some days after something was ordered or bought, its price or a part of it returns the way it went."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trailviz.simulate.agenda import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.simulate.chance import Chance
    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.personas import Persona

RETURNED = frozenset({"online", "clothes", "cinema"})
IN_PART = 0.3
AFTER_DAYS = (1, 5)
DESK_MIN = (600, 1_080)
"""Refunds are made in office hours."""


def refunds(persona: Persona, done: Sequence[Deed], chance: Chance, end: float) -> list[tuple[Deed, Deed]]:
    """Answer the refunds of a span, each with its purchase; nothing is drawn for a persona who sends nothing back."""
    often = float(persona.records.get("refunds", 0.0))
    if not often:
        return []
    found = []
    for one in done:
        if one.what not in RETURNED or one.by == "cash" or one.other or not chance.happens(often):
            continue
        back = one.cents if not chance.happens(IN_PART) else max(1, round(one.cents * (0.2 + 0.5 * chance.share())))
        at = (one.start // DAY + chance.whole(*AFTER_DAYS)) * DAY + chance.whole(*DESK_MIN) + chance.share()
        if at < end - 1:
            refund = replace(one, kind="refund", start=at, cents=back, flow="in", place=None, present=False, company=())
            found.append((refund, one))
    return found


def numbered(done: Sequence[Deed], back: Sequence[tuple[Deed, Deed]]) -> list[Deed]:
    """Number deeds and refunds in order of time; a refund names its purchase by number."""
    rows: list[tuple[Deed, Deed | None]] = [*((one, None) for one in done), *back]
    rows.sort(key=lambda row: (row[0].start, row[0].party, row[0].cents))
    number = {id(one): at for at, (one, _) in enumerate(rows, 1)}
    return [replace(one, number=at, of=number[id(of)] if of else 0) for at, (one, of) in enumerate(rows, 1)]
