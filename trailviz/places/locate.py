"""Put each event where its row says it was, or where the address of the shop it names is.

A payment has a place only with its shop: in person, at a fixed address. A taxi, an order and a debit have none. Where nothing
tells whether the person stood in the shop, the place is unsure: the shop's, and theirs perhaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trailviz.events import Events
    from trailviz.places.gazetteer import Gazetteer

R50_OF_R90 = 0.55
"""Half of a normally scattered point lies within 0.55 of the radius that holds nine tenths."""
DEFAULT_R90_M = 50.0
NOWHERE = -1
ADDRESSED = ("payment", "refund", "hold")


@dataclass(frozen=True)
class Located:
    """Where each event's start and end were: WGS-84 degrees and metres, NaN where nobody says.

    `tier`: stated, address or "" for the start; `basis`: stated or geocoded; `illustrative` marks a point that stands in
    for one the source does not give; `unsure` marks a shop's address where no word says that the person was in it.
    """

    lat: np.ndarray
    lon: np.ndarray
    r50_m: np.ndarray
    r90_m: np.ndarray
    end_lat: np.ndarray
    end_lon: np.ndarray
    end_r90_m: np.ndarray
    tier: np.ndarray
    basis: np.ndarray
    illustrative: np.ndarray
    unsure: np.ndarray

    @property
    def has_place(self) -> np.ndarray:
        """Which events have a point for their start."""
        return ~np.isnan(self.lat)

    @property
    def has_end(self) -> np.ndarray:
        """Which events have a point for their end."""
        return ~np.isnan(self.end_lat)


def locate(events: Events, gazetteer: Gazetteer) -> Located:
    """Locate the events.

    Args:
        events: Read columns: kind, presence, party, detail, place, end_place, lat, lon, accuracy_m, end_*, illustrative.
        gazetteer: The addresses known.
    """
    lat, lon, r90 = (events.numbers(name).copy() for name in ("lat", "lon", "accuracy_m"))
    end_lat, end_lon, end_r90 = (events.numbers(name).copy() for name in ("end_lat", "end_lon", "end_accuracy_m"))
    illustrative = events.column("illustrative").fill_null(False).to_numpy().copy()  # noqa: FBT003
    stated = ~np.isnan(lat)
    tier = np.where(stated, "stated", "").astype(object)
    basis = tier.copy()
    kinds, words = events.words("kind")
    kind = np.array([*words, ""], dtype=object)[kinds]
    present, away = (_is(events, "presence", word) for word in ("in_person", "remote"))
    # An order or a debit happens anywhere: a payment has a place only with its shop.
    paid = np.isin(kind, ADDRESSED) & ~away
    found = _looked_up(events, "place", gazetteer)
    # a wallet writes the branch as the other side, or as what was bought of a firm of another name
    shop = _looked_up(events, "party", gazetteer)
    shop = np.where(paid, np.where(shop >= 0, shop, _looked_up(events, "detail", gazetteer)), NOWHERE)
    # A point the row states is never moved to an address.
    known = np.where(stated, NOWHERE, np.where(found >= 0, found, shop))
    here = known >= 0
    # A branch's name is not a visit (0008): "might know", never an anchor, so no gap closes on it.
    unsure = here & (found < 0) & ~present
    lat[here], lon[here], r90[here] = (column[known[here]] for column in _points(gazetteer))
    tier[here], basis[here] = "address", "geocoded"
    illustrative[here] |= np.array([place.illustrative for place in gazetteer.places], bool)[known[here]]
    ends = np.where(np.isnan(end_lat), _looked_up(events, "end_place", gazetteer), NOWHERE)
    there = ends >= 0
    end_lat[there], end_lon[there], end_r90[there] = (column[ends[there]] for column in _points(gazetteer))
    r90 = np.where(np.isnan(lat), np.nan, np.where(np.isnan(r90), DEFAULT_R90_M, r90))
    end_r90 = np.where(np.isnan(end_lat), np.nan, np.where(np.isnan(end_r90), DEFAULT_R90_M, end_r90))
    return Located(lat, lon, r90 * R50_OF_R90, r90, end_lat, end_lon, end_r90, tier, basis, illustrative, unsure)


def _looked_up(events: Events, column: str, gazetteer: Gazetteer) -> np.ndarray:
    """Answer the number of the place each event's word names, or NOWHERE; distinct words are looked up once."""
    codes, words = events.words(column)
    # By identity: a place holds a dict, and cannot be hashed.
    number = {id(place): index for index, place in enumerate(gazetteer.places)}
    found = [gazetteer.find(word) for word in words] if gazetteer.places else [None] * len(words)
    table = np.array([*(NOWHERE if place is None else number[id(place)] for place in found), NOWHERE], np.int64)
    return table[codes]


def _points(gazetteer: Gazetteer) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    places = gazetteer.places
    lat = np.array([np.nan if place.lat is None else place.lat for place in places], float)
    lon = np.array([np.nan if place.lon is None else place.lon for place in places], float)
    return lat, lon, np.array([place.radius_m for place in places], float)


def _is(events: Events, column: str, word: str) -> np.ndarray:
    codes, words = events.words(column)
    return codes == words.index(word) if word in words else np.zeros(len(events), bool)
