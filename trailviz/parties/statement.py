"""A statement's text taken apart: the house a payment went through, the words of the name, and what stands around it.

`PAYPAL *SPOTIFY P1B2 LUXEMBOURG` went through PayPal; its first word may be a name, and the rest is a number and a town.
The lists of words are in `statement.toml`, the towns in `towns.txt`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# Without U+00F7, the sign of division that stands among the letters.
LATIN = re.compile(r"[0-9a-z\u00df-\u00f6\u00f8-\u024f]+")
HAN = re.compile(r"[\u3400-\u9fff]")
SITE = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w-])")
MAIL = re.compile(r"@([\w.-]+\.\w+)$")
APOSTROPHES = str.maketrans("", "", "'’‘`´")
DIGIT = re.compile(r"\d")
DOTTED = re.compile(r"(?<![\w.])(?:[a-z]\.){2,}[a-z]?(?![\w])")
APART = re.compile(r" - |: ")
# A year is no shop's number: `CAFE 1900` may be called so.
SHOP_NUMBER = re.compile(r"(?!(?:19|20)\d\d$)[a-z]{0,4}\d{3,8}$")
LONGEST_TOWN = 3
HEAD = 2
# No statement's line is longer; a cell that is may be anything, and only its beginning can name a payee.
READ = 240
FAR = 4
# A word that names a branch turns what stands before it into that branch's place: 星巴克苏州文缘公寓店.
BRANCH = "店|部|厅|馆|中心|广场|站"


@dataclass(frozen=True)
class Wording:
    """The words that stand around a name, ready to be looked up."""

    before: frozenset[str]
    after: frozenset[str]
    kinds: frozenset[str]
    trading: frozenset[str]
    towns: frozenset[str]
    via: Mapping[str, tuple[tuple[str, str], ...]]
    via_han: re.Pattern[str]
    houses: Mapping[str, str]
    before_han: re.Pattern[str]
    after_han: re.Pattern[str]


class Line(NamedTuple):
    """One text taken apart (a tuple: one is made for every text, and a dataclass takes three times as long).

    `via`: the id of the house it says it went through; "" for one the registry does not know, None for none. `text` is what
    is left, folded; `words` its Latin words, of which the first `lead` may stand before a name, the first `star` stand before
    an asterisk, and the first `cut` before a dash or colon set apart (-1: there is none).
    """

    text: str
    words: tuple[str, ...]
    lead: int
    star: int
    cut: int
    via: str | None
    han: bool


@cache
def wording() -> Wording:
    """Read the lists that ship; they never change while the program runs."""
    folder = files("trailviz") / "parties"
    said = tomllib.loads((folder / "statement.toml").read_text(encoding="utf-8"))
    towns = frozenset((folder / "towns.txt").read_text(encoding="utf-8").splitlines())
    place = rf"(?:{_either(said['places_han'])})(?:省|市|区|县)?"
    # The last character before a name is no part of another Chinese word, or all of them are places and words of paying.
    before = rf"(?:^|[^\u3400-\u9fff(])(?:{place}|{_either(said['before_han'])})*$"
    after = rf"$|[^\u3400-\u9fff]|{_either(said['after_han'])}|{place}[^()]{{0,14}}(?:{BRANCH})(?:$|[^\u3400-\u9fff])"
    return Wording(
        _listed(said["before"]),
        _listed(said["after"]),
        _listed(said["kinds"]),
        _listed(said["trading"]),
        towns,
        _by_head(said["via"]),
        re.compile(rf"({_either(' '.join(said['via_han']))})(?:\([^)]*\))?[-－—*\s]+(?=\S)"),
        {**said["via"], **said["via_han"]},
        re.compile(before),
        re.compile(after),
    )


def folded(text: str) -> str:
    """Fold a text for comparing: compatible forms, lower case, no apostrophes, single blanks; accents stay."""
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold().translate(APOSTROPHES)
    return " ".join(plain.replace("'", "").replace("`", "").split())


def spellings(name: str) -> set[str]:
    """Answer a Latin name as one run of letters, in the spellings statements use: `müller`, `mueller`, `muller`."""
    plain = folded(name)
    forms = {plain, plain.replace("&", " and ")}
    forms |= {_umlauts(form) for form in forms} | {bare(form) for form in forms}
    return {"".join(LATIN.findall(form)) for form in forms} - {""}


def taken_apart(text: str, words: Wording) -> Line:
    """Take a text apart."""
    rest, via = folded(text[:READ]), None
    for mark, house in words.via.get(rest[:HEAD], ()):
        if rest.startswith(mark):
            rest, via = rest[len(mark) :].lstrip(" *-"), house
            break
    han = not rest.isascii() and HAN.search(rest) is not None
    if han and (marked := words.via_han.match(rest)):
        rest, via = rest[marked.end() :], words.houses[marked[1]]
        # `支付宝-Starbucks` is Latin once its mark is off.
        han = HAN.search(rest) is not None
    # Initials with dots are one name; letter by letter they would name nobody.
    plain = DOTTED.sub(lambda found: found[0].replace(".", "") + " ", rest) if "." in rest else rest
    found = tuple(LATIN.findall(plain))
    lead = 0
    for one in found:
        if one not in words.before and not DIGIT.search(one):
            break
        lead += 1
    star = len(LATIN.findall(rest.split("*", 1)[0])) if "*" in rest else -1
    apart = APART.search(rest) if " - " in rest or ": " in rest else None
    cut = len(LATIN.findall(rest[: apart.start()])) if apart else -1
    return Line(rest, found, lead, star, cut, via, han)


def explained(line: Line, end: int, words: Wording, *, loose: bool = False) -> bool:
    """Say whether all that follows a name (which ends before word `end`) is a number, a town, or a word beside names.

    After a number, an asterisk, a web address, or a dash set apart comes what a till or an app's title adds: nothing there changes the name.
    `loose`: behind a name that is nothing but a name, a shop's number may also come after words nobody knows, and the kind
    of shop may stand there.
    """
    if 0 < line.star <= end or end == line.cut:
        return True
    # What stands before a till's number is the branch's own wording, which no list foresees.
    if loose and any(SHOP_NUMBER.match(one) for one in line.words[end : end + FAR]):
        return True
    hosts = {part for host in sites(line) for part in host.split(".")}
    if end > 1 and line.words[end - 1] in hosts:
        return True
    at = end
    while at < len(line.words):
        one = line.words[at]
        if DIGIT.search(one) or one in hosts:
            return True
        if one in words.after or len(one) == 1 or (loose and one in words.kinds):
            at += 1
            continue
        for size in range(LONGEST_TOWN, 0, -1):
            if at + size <= len(line.words) and bare(" ".join(line.words[at : at + size])) in words.towns:
                at += size
                break
        else:
            return False
    return True


def trades(line: Line, end: int, words: Wording) -> bool:
    """Say whether what follows a name shows that it is a business: a shop's number, a legal form, `store`, an asterisk."""
    rest = line.words[end:]
    return (
        0 < line.star <= end or any(one in words.trading for one in rest) or bool(rest and SHOP_NUMBER.match(rest[0]))
    )


def sites(line: Line) -> list[str]:
    """List the web addresses a text names, without what follows the host."""
    return SITE.findall(line.text) if "." in line.text else []


def _listed(text: str) -> frozenset[str]:
    found = {one for word in text.split() for one in LATIN.findall(word)}
    return frozenset(found | {bare(one) for one in found} | {_umlauts(one) for one in found})


def _by_head(marks: Mapping[str, str]) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Sort marks under their first letters, the longest first."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    # Else a mark would be cut off at a shorter one it begins with.
    for mark, house in sorted(marks.items(), key=lambda pair: (-len(pair[0]), pair[0])):
        found[mark[:HEAD]] = (*found.get(mark[:HEAD], ()), (mark, house))
    return found


def _either(text: str) -> str:
    # A pattern takes the first branch that fits, not the longest.
    return "|".join(re.escape(word) for word in sorted(set(text.split()), key=lambda word: (-len(word), word)))


def bare(text: str) -> str:
    """Drop accents."""
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _umlauts(text: str) -> str:
    return text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ø", "oe").replace("å", "aa")


def wordlist(text: str) -> Mapping[str, str]:
    """Read `name<TAB>why` lines."""
    return dict(line.split("\t", 1) for line in text.splitlines() if line)
