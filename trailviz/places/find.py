"""A payee's text to a place, tier by tier: given addresses, the trail's own, a map on disk, our list, a town, or nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trailviz.parties.statement import DIGIT
from trailviz.places.branch import around, cut, inside, key
from trailviz.places.gazetteer import Place
from trailviz.places.named import is_street, street_of
from trailviz.places.towns import Towns

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from trailviz.places.branch import Cut
    from trailviz.places.gazetteer import Gazetteer
    from trailviz.places.learned import Learned
    from trailviz.places.named import Entry

LONG_NUMBER = re.compile(r"\d{6,}")
SHOP_OFF_M = 500.0
"""A shop named after a station or a landmark stands near it: of 112 in an invented Shanghai nine tenths were within 513 m (0013)."""
STATION_FIRST = ("station", "landmark", "district", "street")
STREET_FIRST = ("landmark", "street", "station", "district")


@dataclass(frozen=True)
class Asked:
    """One text to be looked up: what it says, which countries its money is of (None: not known), and whose word it is.

    `shop`: it names who was paid, not the place itself; `station`: what is meant is a station, whatever the text says.
    """

    text: str
    lands: frozenset[str] | None = None
    shop: bool = True
    station: bool = False


class Finder:
    """Looks texts up, tier by tier. Each distinct text is cut once."""

    def __init__(self, gazetteer: Gazetteer, learned: Learned, points: np.ndarray, texts: Iterable[str]) -> None:
        """Take the gazetteer, the trail's own places, its stated points (degrees, a pair a row), and every text there is."""
        self.gazetteer, self.learned = gazetteer, learned
        self.own = {key(name): one for one in reversed(gazetteer.places) for name in one.names}
        self.own_keys = frozenset(self.own)
        # An order's number makes every text another one, and says nothing of a place.
        each = {_short(text) for text in texts} if gazetteer.world else set()
        self.cuts = {text: cut(text) for text in sorted(each)}
        self._known: dict[Asked, Place | None] = {}
        self.towns = Towns(gazetteer.world, points, self.cuts.values()) if gazetteer.world else None

    def find(self, asked: Asked) -> Place | None:
        """Answer the place of a text, of the surest tier that knows one; the text is one of those given at the start."""
        given = self.gazetteer.given(asked.text)
        if given is not None:
            # A taxi's code is where the taxi is, and no other list knows better.
            return None if given.moving or given.lat is None else given
        if self.towns is None:
            return None
        asked = replace(asked, text=_short(asked.text))
        if asked not in self._known:
            self._known[asked] = self._looked_up(asked, self.towns)
        return self._known[asked]

    def is_online(self, text: str) -> bool:
        """Say whether a text (one of those given at the start) names a web address or a wallet."""
        return self.cuts[_short(text)].online

    def _looked_up(self, asked: Asked, towns: Towns) -> Place | None:
        one = self.cuts[asked.text]
        # In the order of `TIERS`; a firm's seat is where its office is, and no list of places says where its till stood.
        return (
            self._own(one)
            or self._learned(one)
            or self._extract(one, asked, towns)
            or (None if one.seat and asked.shop else self._listed(one, asked, towns) or self._town(one, asked, towns))
        )

    def _own(self, cut: Cut) -> Place | None:
        place = self.own.get(cut.whole)
        if place is None and (found := inside(cut.branch, self.own_keys) if cut.branch else None):
            place = self.own[found[0]]
        # TESCO METRO 3297 COVENT GARDEN GB is the `Tesco Metro Covent Garden` of one's own list.
        plain = _plain(cut.words)
        for count in range(len(plain), 1, -1):
            place = place or self.own.get("".join(plain[:count]))
        return place if place is not None and place.lat is not None and not place.moving else None

    def _learned(self, cut: Cut) -> Place | None:
        runs = [cut.branch] if cut.branch else []
        if cut.words and self.towns:
            runs = [cut.whole, *(one.key for one in self.towns.endings(cut.words) if one.first and not one.weak)]
        return next((place for run in runs if (place := self.learned.find(run))), None)

    def _extract(self, one: Cut, asked: Asked, towns: Towns) -> Place | None:
        """Answer a shop of a map: the chain's with this branch, the only one of its name, or one near what the branch is named after."""
        words, town = towns.off(one.words, asked.lands)
        # 全家(静安寺店) may stand in the map as 全家 with 静安寺 in its address.
        pairs = [(one.chain, one.branch)] if one.chain and one.branch else []
        # The branch without the shop's number and words like `store`, which no map writes.
        pairs += [("".join(words[:count]), "".join(_plain(words[count:]))) for count in range(1, len(words))]
        ends = [one.branch] if one.branch else [run.key for run in towns.endings(words) if run.first and not run.weak]
        for extract in self.gazetteer.extracts:
            found = next((place for chain, said in pairs if said and (place := extract.find(chain, said))), None)
            found = found or extract.alone("".join(_plain(words)) or one.whole)
            if found is None and (near := next((place for end in ends if (place := extract.alone(end))), None)):
                found = _near(near) if asked.shop and near.tier != "street" else near
            # A map of one town knows nothing of a shop whose text names another.
            if found is not None and (town is None or towns.reaches(town, found)):
                return found
        return None

    def _listed(self, cut: Cut, asked: Asked, towns: Towns) -> Place | None:
        """Answer a station, landmark, district or street of our list."""
        if not cut.words:
            return self._listed_han(cut, asked, towns)
        words, town = towns.off(cut.words, asked.lands)
        near = towns.near(town) if town is not None else None
        for run in dict.fromkeys((cut.words, words)):
            for ending in towns.endings(run):
                # A shop may bear a place's name (`Soho`); a station's word behind it says that the place is meant.
                if ending.first or not asked.shop or ending.station:
                    place = self._entry(ending.key, asked, near, station=ending.station)
                    if place is not None:
                        return place
        return None

    def _listed_han(self, cut: Cut, asked: Asked, towns: Towns) -> Place | None:
        said = cut.branch if asked.shop else cut.branch or cut.whole
        # 北京国贸 is the 国贸 of Beijing; but 上海火车站 is a name, of which the town is a part.
        town = next((one for one in cut.towns if said.startswith(one) and towns.large(one) is not None), "")
        rest = said[len(town) :].removeprefix("市")
        for run in (said, rest, rest.partition("区")[2]):
            if run and (found := inside(run, towns.named.keys)):
                rows = [row for one in (found[1], *cut.towns) if (row := towns.large(one)) is not None]
                near = towns.near(rows[0], 0.0) if rows else None
                return self._entry(found[0], asked, near, station=cut.station)
        return None

    def _entry(self, name: str, asked: Asked, cities: frozenset[int] | None, *, station: bool) -> Place | None:
        """Choose among the entries of a name by city, and between a station and the street it is called after."""
        station = station or asked.station
        listed = self.towns.named.by_key.get(name, ()) if self.towns else ()
        entries = [one for one in listed if self._may(one, asked, cities, station=station)]
        # 人民广场 is in many cities: of two that may be meant, neither is.
        if len({one.town for one in entries}) != 1:
            return None
        kinds = {one.place.tier: one for one in reversed(entries)}
        entry = next(kinds[kind] for kind in (STATION_FIRST if station else STREET_FIRST) if kind in kinds)
        # A named street is as long as the street; only a word for a station makes it the station.
        if entry.place.tier == "station" and not station and is_street(entry.place):
            return street_of(entry)
        return _near(entry.place) if entry.place.tier in {"station", "landmark"} and asked.shop else entry.place

    def _may(self, entry: Entry, asked: Asked, cities: frozenset[int] | None, *, station: bool) -> bool:
        if self.towns is None or (entry.said and asked.shop and not station):
            return False
        # The text's own town says which city, whatever money was paid with.
        if cities is not None:
            return entry.town in cities
        land = self.towns.named.towns[entry.town].country
        return (not asked.lands or land in asked.lands) and (entry.town in self.towns.here or entry.alone)

    def _town(self, cut: Cut, asked: Asked, towns: Towns) -> Place | None:
        """Answer the town a text names."""
        if not cut.words:
            rows = [row for name in cut.towns if (row := towns.large(name)) is not None]
            return towns.place(rows[0]) if rows else None
        for ending in towns.endings(cut.words):
            row = towns.meant(ending, asked.lands)
            # A shop may be called after a town; a town is the last word of a text, not the whole of it.
            if row is not None and (ending.first or not asked.shop):
                return towns.place(row)
        return None


def _short(text: str) -> str:
    return LONG_NUMBER.sub("0", text)


def _plain(words: tuple[str, ...]) -> list[str]:
    """Answer words without numbers and what only tills write."""
    return [one for one in words if not DIGIT.search(one) and one not in around().tills]


def _near(place: Place) -> Place:
    return Place(place.names, place.lat, place.lon, max(place.radius_m, SHOP_OFF_M), place.tier, label=place.label)
