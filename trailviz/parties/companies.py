"""A company of the registry read off one text: its name, an address of its web site or mail, or what was bought there.

Every answer has a confidence and the clue that gave it. A name is believed only where nothing is left unexplained; where a
shop elsewhere bears it too (Hema of Shanghai, HEMA of Utrecht) only for money of the company's own part of the world.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from trailviz.parties.names import LEFT, TWO, WHOLE, WORD, Names, Search
from trailviz.parties.statement import LATIN, MAIL, Line, folded, sites, taken_apart, wording
from trailviz.registry import SELF, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.parties.brands import Brands
    from trailviz.parties.names import Match
    from trailviz.registry import Company, Registry

CLUES = ("", "name", "legal_name", "descriptor", "site", "account", "name_within", "item")
"""What named a company: nothing; the whole text; a legal name; `LYFT *RIDE`; a web address; the account's mail domain; a
name with a number, town or the like behind it; the item's text."""

CONFIDENCE = {
    "": 0.0, "name": 1.0, "legal_name": 1.0, "descriptor": 0.95, "site": 0.9, "account": 0.9, "name_within": 0.8, "item": 0.6,
}  # fmt: skip
WALLET = "wallet"
ORDINARY = 0.7
"""What a whole text is worth whose name is an ordinary word."""

DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
LEGAL = re.compile(r"(公司|ltd|limited|plc|inc|llc|gmbh|ag|sarl|s\.?a\.?|b\.?v\.?|technologies)\W*$")
# 北京三快在线科技有限公司上海分公司: a Chinese name this long is nobody else's, whatever follows.
LONG_HAN = 6
BOUGHT_AT = re.compile(
    r"(?:ihr einkauf bei|your purchase at|votre achat chez|su compra en|uw aankoop bij|achat chez)\s+(.+)$"
)
BEFORE_MARK = re.compile(r"[-－—|/&+,，(（]")
REGIONS = {
    "EU": "at be bg ch cy cz de dk ee es fi fr gb gr hr hu ie is it li lt lu lv mt nl no pl pt ro se si sk",
    "SEA": "bn id kh la mm my ph sg th tl vn", "AF": "eg et gh ke ma ng rw tz ug za",
}  # fmt: skip
"""The countries of the registry's regions that are not one country."""


class Read(NamedTuple):
    """What one counterparty text says.

    `company` (None where unresolved), `confidence`, `clue`; `only`: the countries whose money the name needs, where a shop
    elsewhere bears it; `through`: the house it went through; `brand`: the owners of the brand name it holds.
    """

    company: str | None = None
    confidence: float = 0.0
    clue: str = ""
    only: frozenset[str] | None = None
    through: str | None = None
    brand: tuple[int, ...] = ()


NOTHING = Read()


class Reader:
    """A registry and the brands, ready to read texts."""

    def __init__(self, registry: Registry, brands: Brands) -> None:
        """Index every name, legal name and domain that may stand on a statement."""
        self.registry, self.brands, self.words = registry, brands, wording()
        self.ids = sorted(registry.companies)
        called = [(name, number) for number, one in enumerate(self.ids) for name in _stated(registry.companies[one])]
        # An address is looked up whole, by its host: as a run of letters it would be found inside other names.
        names = Names([(name, number) for name, number in called if not DOMAIN.fullmatch(folded(name))])
        self.domains = {folded(name): self.ids[number] for name, number in called if DOMAIN.fullmatch(folded(name))}
        self.search = Search(self.words, names, brands.names)
        self.item_heads = sorted({*names.han, *(mark[:TWO] for mark in self.words.houses)})
        self.houses = frozenset(self.words.houses.values()) & frozenset(registry.companies)
        self.spelled: dict[str, str] = {}

    def collector(self, text: str) -> str:
        """Answer who wrote a row down: a company, oneself, or a company nobody registered, as it was first written."""
        if text == SELF:
            return SELF
        try:
            return self.registry.find(text)
        except UnknownNameError:
            return self.spelled.setdefault(text.casefold(), text)

    def lands(self, collector: str) -> frozenset[str]:
        """Answer the countries of whoever wrote a row down; none where that is not known."""
        found = self.registry.called.get(collector.strip().casefold(), "")
        return _lands(self.registry.companies[found].region) if found in self.registry.companies else frozenset()

    def party(self, text: str) -> Read:
        """Read a counterparty."""
        line = taken_apart(text, self.words)
        through = line.via if line.via in self.registry.companies else None
        found, shop = self.search.find(line)
        brand = self._shops(shop) if shop else ()
        if site := self._site(line):
            return Read(site, CONFIDENCE["site"], "site", None, through, brand)
        # Nothing stands behind the house's mark, so nobody else was paid.
        if through and not line.words and not line.han:
            return Read(through, CONFIDENCE["name"], "name", None, None, brand)
        # What is left unexplained may make it another shop's name: 全家福饭店 is no 全家 (0003).
        if found is None or (found.rest == LEFT and not (line.han and len(found.key) >= LONG_HAN)):
            return Read(through=through, brand=brand) if through or brand else NOTHING
        clue = self._clue(found, line)
        sure = ORDINARY if found.kind == WORD and found.rest == WHOLE else CONFIDENCE[clue]
        company = self.ids[found.owners[0]]
        if line.han and self._is_wallet(found) and not line.text.replace(" ", "").startswith(found.key):
            return Read(through=company)  # 还款-银联-某人: what it went through, not who was paid
        return Read(
            company, sure, clue, self._only(company, found, clue), None if through == company else through, brand
        )

    def _shops(self, shop: Match) -> tuple[int, ...]:
        """Answer the brands a name may mean; our own list has its endings, so nothing may be left unexplained behind one."""
        if shop.rest != LEFT:
            return shop.owners
        return tuple(one for one in shop.owners if one // 2 >= self.brands.ours)

    def account(self, text: str) -> str | None:
        """Read the company of a mail address's domain."""
        found = MAIL.search(text.casefold())
        return self._domain(found[1]) if found else None

    def item(self, text: str) -> Read:
        """Read the company a Chinese item begins with: `哈啰单车骑行…`; a wallet there is what it went through."""
        line = taken_apart(text, self.words)
        through = line.via if line.via in self.registry.companies else None
        found = self.search.find(line)[0] if line.han else None
        if found is None or found.rest == LEFT or not line.text.replace(" ", "").startswith(found.key):
            return Read(through=through)
        company = self.ids[found.owners[0]]
        if self._is_wallet(found):
            return Read(through=company)
        return Read(company, CONFIDENCE["item"], "item", None, through)

    def bought_at(self, text: str) -> str | None:
        """Answer the shop a wallet's booking text names: `Ihr Einkauf bei …`."""
        found = BOUGHT_AT.search(folded(text))
        return found[1] if found else None

    def channel(self, text: str) -> str | None:
        """Read the app or wallet that a row's own word for it names; such words name nothing else."""
        line = taken_apart(text, self.words)
        if line.via in self.registry.companies:
            return line.via
        # Only the registry's names (set 0): a brand is no company and enters no path (0003).
        found = self.search.anywhere(line, 0)
        return self.ids[found.owners[0]] if found else None

    def method(self, text: str) -> str | None:
        """Read a wallet off a method of payment: `微信-招商银行信用卡`, `PayPal`; a bank or a card is none."""
        head = BEFORE_MARK.split(text, maxsplit=1)[0]
        if (marked := taken_apart(f"{head}-x", self.words).via) in self.registry.companies:
            return marked
        found = self.search.find(taken_apart(head, self.words))[0]
        company = self.ids[found.owners[0]] if found and found.rest == WHOLE else None
        # A bank or a card pays; only a house passes a payment on, and is a channel.
        return company if company in self.houses else None

    def _is_wallet(self, found: Match) -> bool:
        """Say whether a Chinese name is that of a wallet."""
        alike = self.brands.names.han.get(found.key[:TWO], ())
        rows = (self.brands.rows[one // 2] for key, owners in alike if key == found.key for one in owners)
        return any(one.category == WALLET for one in rows)

    def _clue(self, found: Match, line: Line) -> str:
        if found.rest == WHOLE:
            return "legal_name" if LEGAL.search(line.text) else "name"
        if line.star >= 0 and not line.han:
            return "descriptor"
        return "name_within"

    def _only(self, company: str, found: Match, clue: str) -> frozenset[str] | None:
        """Answer the countries a name is the company's in, if there are shops of that name and none of them there."""
        # A legal name has one bearer, whatever money was paid.
        if clue == "legal_name":
            return None
        here = _lands(self.registry.companies[company].region)
        shops = [self.brands.rows[one // 2] for one in self.brands.names.latin.get(found.key, ())]
        return here if here and shops and not any(one.trades_in(here) for one in shops) else None

    def _site(self, line: Line) -> str | None:
        """Find a registered web site where a payee's name stands."""
        for host in sites(line):
            before = LATIN.findall(line.text[: line.text.index(host)])
            if len(before) <= line.lead and (found := self._domain(host)):
                return found
        return None

    def _domain(self, host: str) -> str | None:
        """Find whose domain a host is under; an app's id (`com.example.rider`) is one written backwards."""
        parts = host.split(".")
        # The longest first: a service with an address of its own is not its parent.
        for at in range(len(parts) - 1):
            if (found := self.domains.get(".".join(parts[at:]))) is not None:
                return found
        for end in range(len(parts), 1, -1):
            backwards = self.domains.get(".".join(reversed(parts[:end]))) or self.domains.get(".".join(parts[:end]))
            if backwards is not None:
                return backwards
        return None


def _lands(region: str) -> frozenset[str]:
    return frozenset(REGIONS.get(region, region.lower()).split())


def _stated(company: Company) -> Iterator[str]:
    """List the names of a company that may stand on a statement; a class is known by its aliases, nobody else at all."""
    if company.kind == "company" or (company.kind == "class" and company.aliases):
        yield from company.names.values()
        yield from company.aliases
