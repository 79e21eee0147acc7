"""A row in a few words, as a mark on a map, in a lane or in a table needs them: no sentence, and no grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailviz.story.difference import KINDS

if TYPE_CHECKING:
    from trailviz.story.clauses import Speaker


def label(speaker: Speaker, position: int, *, kind: bool) -> str:
    """Say of a row with whom it was and of what sum, joined by " · "; other people stay veiled as the speaker veils them.

    `kind`: begin with what kind of row it is, and say what kind of shop a brand is; else the kind stands only where nothing else does.
    """
    row, words = speaker.rows[position], speaker.words
    amount = words.sum(row["amount"], row["currency"]) if row["amount"] is not None else ""
    party = speaker.company(position, kind=kind) if row["party"] else ""
    said = [part for part in (party, amount) if part]
    if kind or not said:
        said.insert(0, words.say(KINDS.get(row["kind"], row["kind"])))
    return " · ".join(said)
