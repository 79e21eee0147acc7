"""Names looked for in text: where one stands, and how much of the text it leaves unexplained.

A name is looked for only where a payee's name stands: at the beginning, or behind words of paying. Names that are also
words (`Next`, `Shell`) must leave nothing unexplained; names that people or towns bear (`Paul`, `Halifax`) must besides be
followed by what only a business has. docs/decisions/0003 has the figures behind these rules.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from trailviz.parties.statement import HAN, LATIN, Line, Wording, bare, explained, folded, spellings, trades, wordlist

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WHOLE, BEGUN, LEFT = "whole", "explained", "unexplained"
WORD, PERSON = "word", "name"
HEAD = 3
TWO = 2
DISTINCT_HAN = 4
MOST_WORDS = 7
SHORTEST_JOINED = 5


class Match(NamedTuple):
    """A name found in a text: what it means (`owners`), under which key, and what the rest of the text is.

    `rest`: whole (nothing is left), explained, or unexplained. `kind`: "" for a name of its own, word, or name (of people).
    `trading`: what follows shows a business.
    """

    owners: tuple[int, ...]
    key: str
    rest: str
    kind: str
    trading: bool


@cache
def ambiguous() -> Mapping[str, str]:
    """Read which names are also words, or names of people and towns: `name<TAB>word|name`, one a line."""
    text = (files("trailviz") / "parties" / "ambiguous.tsv").read_text(encoding="utf-8")
    return wordlist(text)


class Names:
    """Names with what they mean, by the run of letters they are written with. `single`: runs that are one word of a name."""

    def __init__(
        self,
        named: Iterable[tuple[str, int]],
        more: Iterable[tuple[str, int]] = (),
        common: frozenset[str] = frozenset(),
    ) -> None:
        """Take names and what each means, a number; a name that means several things keeps all of them, in order.

        Of `more`, a name made only of `common` words (`Farmacia Central`) is left out: it names nothing.
        """
        self.latin: dict[str, tuple[int, ...]] = {}
        han: dict[str, tuple[int, ...]] = {}
        single: set[str] = set()
        several: set[str] = set()
        nothing: frozenset[str] = frozenset()
        for name, owner, left_out in (*((*one, nothing) for one in named), *((*one, common) for one in more)):
            plain = folded(name)
            if not plain.isascii() and HAN.search(plain):
                key = plain.replace(" ", "")
                han[key] = (*han.get(key, ()), owner)
                continue
            run = LATIN.findall(plain)
            # A brand called `Farmacia Central` would name every chemist's in the middle of a town.
            if left_out.issuperset(run) or ("." in plain and "".join(run) in left_out):
                continue
            keys = {"".join(run)} if plain.isascii() and "&" not in plain else spellings(plain)
            keys = {key for key in keys if len(key) > 1}  # a letter names nobody
            for key in keys:
                known = self.latin.get(key, ())
                if owner not in known:
                    self.latin[key] = (*known, owner)
            (single if len(run) == 1 else several).update(keys)
        # `hm` is written in one; where a name also occurs in several words, words side by side may be it.
        self.single = frozenset(single - several)
        # The longest first, so that 美团外卖 is found before 美团.
        self.han: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
        for key in sorted(han, key=lambda one: (-len(one), one)):
            self.han.setdefault(key[:TWO], []).append((key, han[key]))

    def stands(self, joined: str, start: int, end: int) -> bool:
        """Refuse a short single word that is only there because two others stand side by side (`h m` of a person)."""
        return end - start == 1 or joined not in self.single or len(joined) >= SHORTEST_JOINED


class Search:
    """Several sets of names looked for at once: a text is walked once, whoever asks."""

    def __init__(self, words: Wording, *sets: Names) -> None:
        """Take the words that may stand around names, and the sets."""
        self.words, self.sets, self.kinds = words, sets, ambiguous()
        # A run of letters that no name begins with is given up at once; nearly all are.
        self.heads = frozenset(key[:HEAD] for one in sets for key in one.latin)
        self.keys = frozenset(key for one in sets for key in one.latin)
        self.han_heads: dict[str, list[tuple[int, str, tuple[int, ...]]]] = {}
        for number, one in enumerate(sets):
            for head, listed in one.han.items():
                self.han_heads.setdefault(head, []).extend((number, key, owners) for key, owners in listed)
        firsts = sorted({re.escape(head[0]) for head in self.han_heads})
        self.han_first = re.compile(f"[{''.join(firsts)}]" if firsts else "(?!)")

    def find(self, line: Line) -> list[Match | None]:
        """Find, for each set, the longest name that stands where a payee's name stands."""
        found: list[Match | None] = [None] * len(self.sets)
        if line.han:
            self._han(line, found)
        best = self._latin(line)
        if best is not None:
            for number, span in enumerate(best):
                if span is not None and found[number] is None:
                    found[number] = self._judged(line, span, self.sets[number])
        return found

    def anywhere(self, line: Line, number: int) -> Match | None:
        """Find the longest name of one set anywhere in a text, whatever stands around it; of equals the first."""
        names, text, count = self.sets[number], line.text.replace(" ", ""), len(line.words)
        found = [
            (key, owners)
            for at in range(len(text))
            for key, owners in names.han.get(text[at : at + TWO], ())
            if text.startswith(key, at)
        ]
        found += [
            (key, names.latin[key])
            for start in range(count)
            for end in range(start + 1, min(start + MOST_WORDS, count) + 1)
            if (key := "".join(line.words[start:end])) in names.latin and names.stands(key, start, end)
        ]
        if not found:
            return None
        key, owners = max(found, key=lambda pair: len(pair[0]))
        return Match(owners, key, BEGUN, "", trading=False)

    def _latin(self, line: Line) -> list[tuple[str, int, int] | None] | None:
        """Find, for each set, the longest run that is a name: the run, its first word, the word after its last."""
        best: list[tuple[str, int, int] | None] | None = None
        text, heads, keys = line.words, self.heads, self.keys
        for start in range(min(line.lead + 1, len(text))):
            joined = ""
            for end, word in enumerate(text[start : start + MOST_WORDS], start + 1):
                joined += word
                if joined in keys:
                    best = best or [None] * len(self.sets)
                    for number, names in enumerate(self.sets):
                        longest = best[number]
                        longer = longest is None or len(joined) > len(longest[0])
                        if longer and joined in names.latin and names.stands(joined, start, end):
                            best[number] = (joined, start, end)
                elif joined[:HEAD] not in heads and len(joined) >= HEAD:
                    break
        return best

    def _judged(self, line: Line, span: tuple[str, int, int], names: Names) -> Match | None:
        key, start, end = span
        if line.han and (start or not _opens(line.text, line.words[:end], self.words)):
            return None
        kind = self.kinds.get(key) or self.kinds.get(bare(key), "")
        if len(key) <= TWO and "&" not in line.text:
            kind = PERSON  # two letters are initials more often than a brand
        if kind == PERSON and "&" in line.text:
            kind = WORD  # people are not joined by an ampersand
        trading = trades(line, end, self.words)
        whole = end == len(line.words) and not line.han
        # A name of its own may be followed by more (`loose`); one that is also a word or a person's may not (0003).
        rest = WHOLE if whole else BEGUN if line.han or explained(line, end, self.words, loose=not kind) else LEFT
        # `Paul Smith` is somebody, until what follows is what only a business has.
        if kind == PERSON and not (rest == BEGUN and trading):
            return None
        # `NEXT DOOR DELI` is no Next.
        if kind == WORD and rest == LEFT:
            return None
        return Match(names.latin[key], key, rest, kind, trading)

    def _han(self, line: Line, found: list[Match | None]) -> None:
        """Find, for each set, the first Chinese name with nothing but its own kind of words beside it."""
        text, heads = line.text.replace(" ", ""), self.han_heads
        for first in self.han_first.finditer(text):
            at = first.start()
            for number, key, owners in heads.get(text[at : at + TWO], ()):
                if found[number] is None and text.startswith(key, at):
                    found[number] = self._judged_han(text, at, key, owners)

    def _judged_han(self, text: str, at: int, key: str, owners: tuple[int, ...]) -> Match | None:
        rest, kind = text[at + len(key) :], self.kinds.get(key, "")
        sound = self.words.after_han.match(rest)
        # Two or three characters turn up inside other names; four or more seldom do, unless they are also a word.
        if not sound and (len(key) < DISTINCT_HAN or kind):
            return None
        if kind == PERSON and not HAN.match(rest):
            return None
        # 雨滴滴答咖啡 holds 滴滴, and is a café: the name must begin where a word does.
        if not self.words.before_han.search(text[:at]):
            return None
        return Match(owners, key, WHOLE if not rest and not at else BEGUN if sound else LEFT, kind, bool(rest))


def _opens(text: str, run: tuple[str, ...], words: Wording) -> bool:
    """Say whether a Latin name opens a Chinese text and what follows leaves it what it is: `KFC(人民广场店)`."""
    found = re.match(r"[^0-9a-z]*".join(map(re.escape, run)), text)
    return found is not None and words.after_han.match(text[found.end() :].lstrip()) is not None
