"""What kind of shop or body the other side is, for the kinds that are delicate or that habits are named after.

`kinds.json` has one entry a kind: merchant category codes (ISO 18245), kinds of shop of the brand tables, words in six languages
and words that rule a kind out. Every distinct text is asked once, by RE2, whose time is linear in the text. A person is of no kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.guesses.held import NONE, Coded
from trailviz.guesses.money import OUT, Money, matching, money

if TYPE_CHECKING:
    from trailviz.guesses.held import Held


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its merchant category codes, kinds of shop, words of the other side, words of a category, and what rules it out."""

    mcc: frozenset[str]
    shops: frozenset[str]
    words: str
    category: str
    never: str


def of_kind(seen: Held, kind: str) -> np.ndarray:
    """Answer the deeds of money paid to a side of some kind (entries of `Money`), in order of time."""
    return seen.once(f"kind-{kind}", lambda one: _of_kind(money(one), kinds()[kind]))


@cache
def kinds() -> dict[str, Kind]:
    """Read the kinds that ship."""
    said = json.loads(files("trailviz.guesses").joinpath("kinds.json").read_text(encoding="utf-8"))
    return {
        name: Kind(
            frozenset(one.get("mcc", ())),
            frozenset(one.get("shops", ())),
            *("|".join(one.get(key, ())) for key in ("words", "category", "never")),
        )
        for name, one in said["kinds"].items()
    }


def _of_kind(had: Money, kind: Kind) -> np.ndarray:
    seen = had.seen
    texts = seen.once("kind-texts", lambda one: tuple(_suspect(column) for column in (one.party, one.detail)))
    hit = seen.shop.among(kind.shops)
    if kind.mcc:
        hit |= _coded(seen.category, kind.mcc)
    if kind.category:
        hit |= matching(seen.category, f"(?i){kind.category}")
    if kind.words:
        # What the tables know to be another kind of shop (a supermarket named Casino) is not asked for words.
        hit |= (_says(texts[0], kind.words) | _says(texts[1], kind.words)) & (seen.shop.codes < 0)
    if kind.never:
        hit &= ~(_says(texts[0], kind.never) | _says(texts[1], kind.never))
    spent = (had.flow == OUT) & ~had.own & ~had.person
    return np.flatnonzero(spent & hit[had.row])


def _suspect(column: Coded) -> tuple[Coded, np.ndarray]:
    """Answer the few words of a column in which any kind's words are found, and for each row which of them (-1 none).

    All kinds are asked at once first: of many thousand names few have any of the words.
    """
    every = "|".join(one.words for one in kinds().values() if one.words)
    if not column.words:
        return column, column.codes
    told = pa.array(column.words, pa.string())
    hit = np.asarray(pc.match_substring_regex(told, f"(?i){every}"))
    number = np.append(np.where(hit, np.cumsum(hit) - 1, NONE), NONE)
    words = tuple(word for word, here in zip(column.words, hit.tolist(), strict=True) if here)
    return Coded(np.arange(len(words)), words), number[column.codes]


def _says(text: tuple[Coded, np.ndarray], words: str) -> np.ndarray:
    few, number = text
    return np.append(matching(few, f"(?i){words}"), False)[number]


def _coded(column: Coded, codes: frozenset[str]) -> np.ndarray:
    """Say which rows' category is a merchant category code, alone or behind the letters MCC, of some."""
    if not column.words:
        return np.zeros(len(column.codes), bool)
    told = pc.extract_regex(pa.array(column.words, pa.string()), r"^(?:MCC\D{0,3})?(?P<code>\d{4})$")
    among = pc.is_in(pc.struct_field(told, "code"), pa.array(sorted(codes), pa.string()))
    return np.append(np.asarray(among), False)[column.codes]
