"""Which words of a transfer's other side may be a private person's name.

Most banks write who a transfer went to and not whether that is a person. Names of other people are veiled, so what may be one is
taken for one: one to seven words of letters, none a firm's, an office's or one of moving money between one's own pockets
(`people.toml`), and of a single word no known shop's. A firm named after its owner is veiled too: a name shown that should not be
cannot be taken back, a name veiled can be unveiled.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_NAME, ONE_WORD, NAME = 0, 1, 2
"""What a text may be: no name; a single word, which a shop may have too; a name."""
NUMBERED = r"\S*\d\S*"
"""Numbers of orders, of months, of accounts stand beside a name and are none of it."""
WORDS = r"^@?\p{L}[\p{L}\p{M}'’.,·-]*( (&|\p{L}[\p{L}\p{M}'’.,·-]*)){0,6}$"
BEFORE, AFTER = r"(?:^|[^\p{L}\p{M}])", r"(?:[^\p{L}\p{M}]|$)"
POINTED = r" (?:[bn]\. ?v|s\. ?[aàlr]\.?(?: ?r\.?)?(?: ?l)?|e\. ?v)\.?$"
"""B.V., S.à r.l., e.V.: the letters of a firm, written with points."""
HAN_NAME = r"^[\p{Han}·]{2,12}$"
LONG_HAN = r"^\p{Han}{5,}$"
"""Chinese names have two to four characters; those of minorities are written with a point."""


def names(words: Sequence[str]) -> np.ndarray:
    """Say of each text whether it may be a private person's name: `NO_NAME`, `ONE_WORD` or `NAME` (int8)."""
    if not words:
        return np.zeros(0, np.int8)
    lead, other, other_han = _patterns()
    told = pc.utf8_lower(pa.array(words, pa.string()))
    bare = _trimmed(pc.replace_substring_regex(told, NUMBERED, " "))
    # A title or a verb before the name is no part of it; a text that is nothing else stays as it is.
    named = _trimmed(pc.replace_substring_regex(bare, lead, ""))
    named = pc.if_else(pc.equal(named, ""), bare, named)
    fits = pc.match_substring_regex(named, WORDS)
    never = pc.or_(pc.match_substring_regex(named, other), pc.match_substring_regex(named, other_han))
    never = pc.or_(never, pc.match_substring_regex(named, LONG_HAN))
    several = pc.or_(pc.match_substring(named, " "), pc.match_substring_regex(named, HAN_NAME))
    answer = np.where(np.asarray(several), NAME, ONE_WORD)
    return np.where(np.asarray(fits) & ~np.asarray(never), answer, NO_NAME).astype(np.int8)


def _trimmed(text: pa.Array) -> pa.Array:
    return pc.utf8_trim(pc.replace_substring_regex(text, r"\s+", " "), " ")


@cache
def _patterns() -> tuple[str, str, str]:
    """Read the lists that ship: what may stand before a name, and what makes a text none (RE2)."""
    said = tomllib.loads((files("trailviz") / "parties" / "people.toml").read_text(encoding="utf-8"))
    lists = {name: "|".join(re.escape(word) for word in text.split()) for name, text in said.items()}
    other = f"{BEFORE}(?:{lists['firm']}|{lists['nobody']}){AFTER}|{POINTED}"
    return rf"^(?:(?:{lists['lead']})\.? )+", other, f"{lists['firm_han']}|{lists['nobody_han']}"
