"""What kind of shop a name is: a brand's category and the countries it has shops in.

`brands.tsv` is made of the npm package name-suggestion-index (BSD 3-Clause, see LICENCE-name-suggestion-index.md) by
tests/making/brand_table.py; `ours.tsv` is our own list of rides, metros, railways, deliveries, wallets and legal names. A
brand is a word for a shop ("a supermarket"), never a company of the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from trailviz.parties.names import Names
from trailviz.parties.statement import wording

CODE = 3
# Every other code begins with its country's; the euro's does not, so its members are listed.
EURO = frozenset(
    [
        "at",
        "be",
        "bg",
        "cy",
        "de",
        "ee",
        "es",
        "fi",
        "fr",
        "gr",
        "hr",
        "ie",
        "it",
        "lt",
        "lu",
        "lv",
        "mt",
        "nl",
        "pt",
        "si",
        "sk",
    ]
)


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand: its name, category (a code of the tables), countries (ISO 3166 in lower case, UN M49 regions), Wikidata id.

    `size`: the whole part of log10 of how often the source counted it on the map.
    """

    name: str
    category: str
    countries: frozenset[str]
    size: int
    wikidata: str

    def trades_in(self, countries: frozenset[str]) -> bool:
        """Say whether it may have a shop in one of these countries; a region of the world, or nothing said, may be any."""
        here = self.countries
        return not here or any(one.isdigit() for one in here) or bool(here & countries)


@dataclass(frozen=True)
class Brands:
    """All brands, ours first, and their names; an owner of `names` is twice a row, and one more where it is another name.

    `ours`: how many rows are our own.
    """

    rows: tuple[Brand, ...]
    names: Names
    ours: int

    def choose(self, owners: tuple[int, ...], countries: frozenset[str] | None) -> int:
        """Answer which brand a name means where these countries' money was paid (None: not known), or -1 for none.

        Our own list comes first, then a brand under its own name before one under another name, then the bigger, then one
        of that very country.
        """
        found = [one for one in owners if countries is None or self.rows[one // 2].trades_in(countries)]
        # An owner is twice a row: -2 halves to -1, which is none.
        return min(found, key=lambda one: self._order(one, countries), default=-2) // 2

    def _order(self, owner: int, countries: frozenset[str] | None) -> tuple[int, int, int, int, int]:
        one = self.rows[owner // 2]
        return (
            int(owner // 2 >= self.ours),
            owner % 2,
            # Two brands of one name in one currency are not told apart: the bigger is likelier (0003, "Not solved").
            -one.size,
            -int(bool(countries and one.countries & countries)),
            owner,
        )


@cache
def load() -> Brands:
    """Read the two tables that ship; they never change while the program runs."""
    folder = files("trailviz") / "parties"
    rows: list[Brand] = []
    own, table = (_read((folder / file).read_text(encoding="utf-8"), rows) for file in ("ours.tsv", "brands.tsv"))
    words = wording()
    # Only the taken-over table is kept from naming shops by common words: our own list is chosen by hand.
    ours = 1 + max(owner for _, owner in own) // 2
    return Brands(tuple(rows), Names(own, table, words.after | words.before | words.kinds), ours)


def _read(text: str, rows: list[Brand]) -> list[tuple[str, int]]:
    """Read a table's brands into `rows`; answer their names with what each means."""
    named: list[tuple[str, int]] = []
    for line in text.splitlines()[1:]:
        name, others, category, countries, size, wikidata = line.split("\t")
        number = 2 * len(rows)
        named.append((name, number))
        if others:
            named.extend((one, number + 1) for one in others.split("|"))
        rows.append(Brand(name, category, frozenset(countries.split()), int(size), wikidata))
    return named


def countries_of(currency: str | None) -> frozenset[str] | None:
    """Answer where a currency is spent, or None where that says nothing: a code begins with its country's (ISO 4217)."""
    # Codes with X are metals, or money of several countries (XOF).
    if not currency or len(currency) != CODE or currency.startswith("X"):
        return None
    return EURO if currency == "EUR" else frozenset([currency[:2].lower()])
