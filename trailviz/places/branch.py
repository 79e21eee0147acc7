"""A payee's text cut into chain, branch, town: `罗森(静安寺店)`, `TESCO METRO 1234 COVENT GARDEN LONDON GB`, `REWE//BERLIN/DE`.

Nothing is guessed here: a cut offers the runs of letters in which a gazetteer may know a name, the likeliest first. What may
stand around a name is the statement reader's own list (`parties/statement.toml`), so the two never disagree.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from trailviz.parties.statement import DIGIT, HAN, Line, sites, taken_apart, wording

if TYPE_CHECKING:
    from collections.abc import Mapping

LATIN = re.compile(r"[0-9a-z]+")
ACCENTED = re.compile(r"[^\x00-\x7f\u3000-\u9fff]")
HAN_RUN = re.compile(r"[\u3400-\u9fff0-9a-z]+")
BRACKET = re.compile(r"[(\[【〔「《<]([^()\[\]【】〔〕「」《》<>]{2,40})[)\]】〕」》>]")
SHOP = re.compile(
    r"(?:第?(?:[一二三四五六七八九十]{1,3}|(?<!\d)\d{1,3})?(?:号|分|新|老)?"
    r"(?:旗舰店|概念店|体验店|直营店|加盟店|专卖店|便利店|门店|餐厅|餐馆|饭店|酒店|药店|书店|食堂|影城|校区|院区|超市|店|馆))+$"
)
IS_STATION = re.compile(
    r"(?:地铁站|轻轨站|(?<!火车)(?<!高铁)站)(?:[a-z0-9一二三四五六七八九十]{0,3}(?:号)?(?:出)?口)?$"
)
NO_SHOP = re.compile(
    r"公司|集团|银行|基金|保险|学校|大学$|医院|中心$|政府|局|委员会|社保|公积金|法院|税务|电力|燃气|水务"
)
# A name behind one of these is another name: 小南门 is not 南门, and 徐家汇路 is a street far from 徐家汇.
BEFORE, AFTER = "东西南北新老小大上下中", "路街道巷弄村镇乡县区市省大东西南北中新桥里"
TOWNLY = re.compile(r"市?(?:地铁|轨道|公交|巴士|出租|城际|火车|高铁|机场|自来水|停车)|市(?!民卡|场|井)")
STREETLY = re.compile(
    r"[东西南北中][一二三四五六七八九十0-9]?(?:路|街|大道|站|门|区)|路|街|大道|公园|广场|大厦|饭店|新村"
)
LAST_LABEL = re.compile(r"\.(?:com|net|org|info|app|shop|[a-z]{2})$")
WALLETS = frozenset(["paypal", "klarna", "stripe"])
LONGEST, FEWEST_HAN, MOST_OFF, SHORTEST = 4, 2, 5, 3
"""Words a name has at most, characters it has at least, words taken off an end at most, letters below which a word alone is weak."""


@dataclass(frozen=True)
class Around:
    """The words that stand around towns and branches, ready to be looked up."""

    states: frozenset[str]
    words_too: frozenset[str]
    houses: frozenset[str]
    stations: frozenset[str]
    tills: frozenset[str]
    forms: frozenset[str]
    lands: Mapping[str, str]


class Ending(NamedTuple):
    """A run at the end of a text that may be a town or a place.

    `key`: folded; `first`: the word it begins with; `land`, `state`: the codes behind it; `station`: a word behind it says it is
    one; `weak`: a word that is also something else, with no code behind it.
    """

    key: str
    first: int
    land: str
    state: str
    station: bool
    weak: bool


class Cut(NamedTuple):
    """One text cut. All runs are folded (`key`).

    `whole`: the text as one run; `words`: its Latin words, none where it is Chinese; `branch`: what the brackets or the shop's
    suffix say is the branch, "" where nothing does; `chain`: what stands before it; `station`: the branch says it is a station;
    `towns`: Chinese runs that may be a town's name; `seat`: a town in the text is not where one stood: it stands beside a web address,
    a wallet, or a firm's legal form; `online`: the text names a wallet of the web or a web address that can be no abbreviation.
    """

    whole: str
    words: tuple[str, ...]
    chain: str
    branch: str
    station: bool
    towns: tuple[str, ...]
    seat: bool
    online: bool


@cache
def around() -> Around:
    """Read the lists that ship; they never change while the program runs."""
    said = tomllib.loads((files("trailviz") / "places" / "branch.toml").read_text(encoding="utf-8"))
    listed = {
        name: frozenset(said[name].split()) for name in ("states", "words_too", "houses", "stations", "tills", "forms")
    }
    return Around(**listed, lands={word: land for land, words in said["lands"].items() for word in words.split()})


def key(text: str) -> str:
    """Fold a name for comparing: lower case, no accents, letters and digits only; Chinese stays as it is."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if ACCENTED.search(plain):
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    return "".join(HAN_RUN.findall(plain))


def cut(text: str) -> Cut:
    """Cut one text."""
    line = taken_apart(text, wording())
    hosts = sites(line)
    seat = line.via in WALLETS or bool(hosts)
    # `ST.PANCRAS` and `Kartennr.abc` look like hosts.
    online = line.via in WALLETS or any(LAST_LABEL.search(one) for one in hosts)
    if line.han:
        return _han(line, seat=seat, online=online)
    words = tuple(LATIN.findall(_unaccented(line.text)))
    # A card payment's line has the shop's name; the firm's whole name comes with a debit, and with its office's address.
    seat = seat or any(one in around().forms for one in words[1:])
    return Cut("".join(words), words, "", "", station=False, towns=(), seat=seat, online=online)


def endings(words: tuple[str, ...]) -> list[Ending]:
    """List the runs at the end of some words, without the codes, numbers and postcodes that stand behind a town; longest first."""
    found: list[Ending] = []
    lists = around()
    land = state = ""
    station = False
    end = len(words)
    for _ in range(MOST_OFF):
        if not end:
            break
        for size in range(min(LONGEST, end), 0, -1):
            first = end - size
            # `3297 COVENT GARDEN` is a shop's number and a branch, and `PARIS 11` is one name.
            if not any(DIGIT.search(one) for one in words[first : end - 1]) and not words[first].isdigit():
                # `HOTEL BERLIN` is called so, wherever it stands.
                loose = size == 1 and (words[first] in lists.words_too or len(words[first]) < SHORTEST)
                weak = not (land or state) and (loose or (first > 0 and words[first - 1] in lists.houses))
                found.append(Ending("".join(words[first:end]), first, land, state, station, weak))
        last = words[end - 1]
        if last in lists.lands or last in lists.states:
            land, state = land or lists.lands.get(last, ""), state or (last.upper() if last in lists.states else "")
        elif last in lists.stations:
            station = True
        elif not DIGIT.search(last) and len(last) > 1:
            break
        end -= 1
    return found


def inside(branch: str, known: frozenset[str]) -> tuple[str, str] | None:
    """Answer the longest known name a Chinese branch is, ends with or begins with, and what stands before it.

    静安寺久光 begins with 静安寺; 徐家汇路 does not begin with 徐家汇.
    """
    count = len(branch)
    for size in range(count, FEWEST_HAN - 1, -1):
        tail, before = branch[count - size :], branch[: count - size]
        # Two characters stand by chance at the end of many a name.
        if tail in known and (not before or (size > FEWEST_HAN and before[-1] not in BEFORE)):
            return tail, before
        head = branch[:size]
        if size > FEWEST_HAN and head in known and branch[size] not in AFTER:
            return head, ""
    return None


def _han(line: Line, *, seat: bool, online: bool) -> Cut:
    text = line.text
    found = [one for one in BRACKET.findall(text) if HAN.search(one)]
    outside = key(BRACKET.sub(" ", text))
    whole = key(text)
    # Of several brackets the last names the branch: 海底捞(火锅)(静安寺店).
    said = key(found[-1]) if found else ""
    bare, shop = _without(SHOP, said or outside)
    branch, station = _without(IS_STATION, bare)
    towns = (
        []
        if NO_SHOP.search(outside)
        else [
            *_towns(outside, said=False),
            *(_towns(said, said=True) if shop or station or TOWNLY.search(said) else ()),
        ]
    )
    if said:
        return Cut(whole, (), outside, branch, station, tuple(towns), seat, online)
    # 罗森静安寺店: where the chain ends is only known to whoever knows the places.
    return Cut(whole, (), "", branch if shop or station else "", station, tuple(towns), seat, online)


def _towns(run: str, *, said: bool) -> list[str]:
    """List what may be a town's name at a run's beginning: in brackets any, elsewhere only before what a town runs itself.

    兰州拉面 is a dish and 南京西路 a street of Shanghai.
    """
    sizes = [size for size in (4, 3, 2) if len(run) >= size]
    return [run[:size] for size in sizes if (not STREETLY.match(run[size:]) if said else TOWNLY.match(run[size:]))]


def _without(ending: re.Pattern[str], text: str) -> tuple[str, bool]:
    bare = ending.sub("", text)
    return (bare, True) if bare and bare != text else (text, False)


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).replace(
        "ß", "ss"
    )
