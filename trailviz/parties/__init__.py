"""Who the other side of an event is: text as companies write it to company ids, with how sure and which clue said so.

Only distinct strings are looked at, so a million rows cost what a few thousand names cost. What does not resolve stays
unresolved: a shop, never a guess. A name of a shop no company of the registry owns may still be a brand, which says what
kind of shop it is and nothing about who knows what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.parties import brands as brands_
from trailviz.parties import people
from trailviz.parties.brands import Brand, Brands, countries_of
from trailviz.parties.companies import CLUES, CONFIDENCE, NOTHING, Read, Reader
from trailviz.parties.names import TWO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trailviz.events import Events
    from trailviz.registry import Registry

# Also the place of the last entry: a null code finds the "unresolved" that closes every table, without a branch.
UNRESOLVED = -1


@dataclass(frozen=True)
class Parties:
    """Company ids of every event, as indices into `names` (int32; -1 where not resolved or not stated).

    `collector`: who wrote the row down. `party`: the other side, with `party_confidence` (float32, 0 to 1) and `clue` (int8, an
    index into `CLUES`; 0 is none). `channel`: the app, code or wallet the row itself says the deed went through. `brand`:
    an index into `brands` (int32; -1 for none): what kind of shop the other side's name is, company or not. `person` (bool): the
    other side is a private person: the row says so, or it is a transfer to what may be a name (`people`).
    """

    names: tuple[str, ...]
    collector: np.ndarray
    party: np.ndarray
    party_confidence: np.ndarray
    clue: np.ndarray
    channel: np.ndarray
    brand: np.ndarray
    brands: tuple[Brand, ...]
    person: np.ndarray

    def id_of(self, index: int) -> str | None:
        """Answer a company id, or None for what is not resolved."""
        return None if index < 0 else self.names[index]

    def brand_of(self, position: int) -> Brand | None:
        """Answer the brand of an event's other side, or None."""
        found = int(self.brand[position])
        return None if found < 0 else self.brands[found]

    def clue_of(self, position: int) -> str | None:
        """Answer which clue named the company of an event's other side (of `CLUES`), or None where none did."""
        return CLUES[int(self.clue[position])] or None


def resolve(events: Events, registry: Registry, brands: Brands | None = None) -> Parties:
    """Turn collector, counterparty, account, item, method and channel words into companies, and shop names into brands.

    Args:
        events: Read columns: collector, kind, currency, party, party_is, party_account, detail, method, channel_text.
        registry: Whose names, aliases, legal names and domains count.
        brands: Whose names say what kind of shop it is; the tables that ship by default.
    """
    brands = brands or brands_.load()
    reader = Reader(registry, brands)
    numbers: dict[str, int] = {}

    def number(company: str | None) -> int:
        return UNRESOLVED if company is None else numbers.setdefault(company, len(numbers))

    collector = _each(events, "collector", lambda text: number(reader.collector(text)))
    # A person stays a person, whatever their name, their account's domain or the item.
    person = _is(events, "party_is", "person")
    said = _named(events, reader, number, person)
    account = np.where(person, UNRESOLVED, _each(events, "party_account", lambda text: number(reader.account(text))))
    # The surer clue speaks first (CONFIDENCE): a name, then the account's domain, then the item.
    _fill(said, account, "account")
    _bought(events, reader, number, said, person)
    channel = _each(events, "channel_text", lambda text: number(reader.channel(text)))
    method = _each(events, "method", lambda text: number(reader.method(text)))
    for column in (said.through, method):
        new = (channel < 0) & (column >= 0) & (column != collector)
        channel[new] = column[new]
    person = person | _looks_private(events, said)
    # A transfer goes to somebody, and people bear the names of shops.
    brand = np.where(person | _is(events, "kind", "transfer"), UNRESOLVED, said.brand).astype(np.int32)
    return Parties(tuple(numbers), collector, said.company, said.sure, said.clue, channel, brand, brands.rows, person)


def _looks_private(events: Events, said: _Said) -> np.ndarray:
    """Say which transfers, whose file does not tell what the other side is, went to or came from what may be a person."""
    codes, words = events.words("party")
    looks = np.append(people.names(words), people.NO_NAME)[codes]
    # Of one word alone nobody knows: a shop that is known by it goes before.
    named = (looks == people.NAME) | ((looks == people.ONE_WORD) & (said.brand < 0))
    answer: np.ndarray = (
        named & _is(events, "kind", "transfer") & _is(events, "party_is", "unknown") & (said.company < 0)
    )
    return answer


def exchanged(parties: Parties, instead: Mapping[str, str]) -> Parties:
    """Answer the same rows with one company in the place of another, wherever it is named."""
    names = list(dict.fromkeys([*parties.names, *instead.values()]))
    table = np.array([*(names.index(instead.get(one, one)) for one in parties.names), UNRESOLVED], np.int32)
    who, other, channel = (table[column] for column in (parties.collector, parties.party, parties.channel))
    return replace(parties, names=tuple(names), collector=who, party=other, channel=channel)


def through(parties: Parties, rows: np.ndarray, channel: str) -> Parties:
    """Answer the same rows, some of which (a boolean mask) went through another channel."""
    # A name at the end leaves every number that other columns hold as it is.
    names = tuple(dict.fromkeys([*parties.names, channel]))
    other = np.where(rows, names.index(channel), parties.channel).astype(np.int32)
    return replace(parties, names=names, channel=other)


@dataclass(frozen=True)
class _Said:
    """What the counterparties of the events say, an event a row; filled in place as further clues are read."""

    company: np.ndarray
    sure: np.ndarray
    clue: np.ndarray
    through: np.ndarray
    brand: np.ndarray


def _named(events: Events, reader: Reader, number: Callable[[str | None], int], person: np.ndarray) -> _Said:
    """Read every distinct counterparty once, and spread the answers over the events."""
    codes, words = events.words("party")
    reads = [*(reader.party(word) for word in words), Read()]
    money, where = _spent(events)
    company, sure, clue, through = (
        np.array(column, kind)[codes]
        for column, kind in (
            ([number(one.company) for one in reads], np.int32),
            ([one.confidence for one in reads], np.float32),
            ([CLUES.index(one.clue) for one in reads], np.int8),
            ([number(one.through) for one in reads], np.int32),
        )
    )
    elsewhere = ~_at_home(events, reader, reads, codes, (money, where))
    # A false company is worse than none (0003): it makes sentences that are wrong about what a company knows.
    for mask in (person, elsewhere):
        company[mask], sure[mask], clue[mask] = UNRESOLVED, 0, 0
    through[person] = UNRESOLVED
    names = list(dict.fromkeys(one.brand for one in reads))
    at = {owners: index for index, owners in enumerate(names)}
    chosen = np.array([[reader.brands.choose(owners, one) for one in where] for owners in names], np.int32)
    brand = chosen[np.array([at[one.brand] for one in reads])[codes], money]
    return _Said(company, sure, clue, through, brand)


def _spent(events: Events) -> tuple[np.ndarray, list[frozenset[str] | None]]:
    """Answer where each event's money was spent: an index into sets of countries, the last of which is "not known".

    A payment abroad states a foreign side: that is the shop's money, and the other the account's.
    """
    own, words = events.words("currency")
    if not events.has("currency_other"):
        return own, [*(countries_of(one) for one in words), None]
    other, others = events.words("currency_other")
    where = [*(countries_of(one) for one in (*words, *others)), None]
    return np.where(other >= 0, other + len(words), own), where


def _at_home(
    events: Events,
    reader: Reader,
    reads: list[Read],
    codes: np.ndarray,
    money: tuple[np.ndarray, list[frozenset[str] | None]],
) -> np.ndarray:
    """Say of which events a company's name may be the company's: those paid, or else recorded, in its part of the world."""
    homes = list(dict.fromkeys(one.only for one in reads))
    home = np.array([homes.index(one.only) for one in reads])[codes]
    if homes == [None]:
        return np.ones(len(codes), bool)
    currency, where = money
    paid = np.array([[only is None or bool(one and one & only) for one in where] for only in homes])
    collector, collectors = events.words("collector")
    lands = [*(reader.lands(one) for one in collectors), frozenset[str]()]
    recorded = np.array([[only is None or bool(one & only) for one in lands] for only in homes])
    known = np.array([one is not None for one in where])[currency]
    return np.where(known, paid[home, currency], recorded[home, collector])


def _bought(
    events: Events, reader: Reader, number: Callable[[str | None], int], said: _Said, person: np.ndarray
) -> None:
    """Read the item's text: where the counterparty is stated but unknown, and where it is a wallet that names the shop."""
    if not events.has("detail"):
        return
    codes, words = events.words("detail")
    stated = (events.words("party")[0] >= 0) & (codes >= 0) & ~person & ~_is(events, "kind", "transfer")
    # Most items are texts of their own; only those that begin as some company's name does are worth reading.
    heads = pc.utf8_lower(pc.utf8_slice_codeunits(pa.array(words, pa.string()), 0, TWO))
    begun = np.asarray(pc.is_in(heads, pa.array(reader.item_heads, pa.string())), dtype=bool)
    table = [reader.item(word) if worth else NOTHING for word, worth in zip(words, begun.tolist(), strict=True)]
    item, house = (
        np.where(stated, np.array([*(number(one) for one in column), UNRESOLVED], np.int32)[codes], UNRESOLVED)
        for column in ([one.company for one in table], [one.through for one in table])
    )
    _fill(said, item, "item")
    # What the other side's own text says it went through goes before what the item says.
    said.through[:] = np.where(said.through < 0, house, said.through)
    # A booking text of PayPal names the shop that the other side's column does not (0003): the house is the channel.
    hosts = [number(one) for one in sorted(reader.houses)]
    wallet = np.flatnonzero(stated & np.isin(said.company, hosts) & (said.company >= 0))
    shops = {code: shop for code in np.unique(codes[wallet]).tolist() if (shop := reader.bought_at(words[code]))}
    if not shops:
        return
    wallet = wallet[np.isin(codes[wallet], list(shops))]
    said.through[wallet] = said.company[wallet]
    reads = {code: reader.party(shop) for code, shop in shops.items()}
    here = [reads[code] for code in codes[wallet].tolist()]
    said.company[wallet] = [number(one.company) for one in here]
    said.sure[wallet] = [CONFIDENCE["item"] if one.company else 0 for one in here]
    # No shop, no clue: the wallet that stood here is now the channel, and not who was paid.
    said.clue[wallet] = [CLUES.index("item") if one.company else 0 for one in here]
    said.brand[wallet] = [reader.brands.choose(one.brand, None) for one in here]


def _fill(said: _Said, column: np.ndarray, clue: str) -> None:
    """Take a further clue where no stronger one has spoken."""
    new = (said.company < 0) & (column >= 0)
    said.company[new], said.sure[new], said.clue[new] = column[new], CONFIDENCE[clue], CLUES.index(clue)


def _each(events: Events, column: str, answer: Callable[[str], int]) -> np.ndarray:
    """Look up every distinct word of a column once."""
    if not events.has(column):
        return np.full(len(events), UNRESOLVED, np.int32)
    codes, words = events.words(column)
    return np.array([*(answer(word) for word in words), UNRESOLVED], np.int32)[codes]


def _is(events: Events, column: str, word: str) -> np.ndarray:
    codes, words = events.words(column)
    return codes == words.index(word) if word in words else np.zeros(len(codes), bool)
