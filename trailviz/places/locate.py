"""Put each event where its row says it was, or where the place of the shop it names is.

A payment has a place only with its shop: in person, at a fixed address. A taxi, an order and a debit have none. Where nothing
tells whether the person stood in the shop, the place is unsure: the shop's, and theirs perhaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import METRES_A_DEGREE
from trailviz.parties.brands import countries_of
from trailviz.places.find import Asked, Finder
from trailviz.places.gazetteer import COARSE
from trailviz.places.learned import Learned, learned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.events import Events
    from trailviz.places.gazetteer import Gazetteer, Place

R50_OF_R90 = 0.55
"""Half of a normally scattered point lies within 0.55 of the radius that holds nine tenths."""
DEFAULT_R90_M = 50.0
NOWHERE = -1
ADDRESSED = ("payment", "refund", "hold")
STATIONS = ("metro", "train")
"""Ways of moving whose places are stations, whatever streets they are called after."""
BY_NAME = ("station", "landmark", "district", "street", "city")
"""Tiers that a web charge has no place of: its text may name the seat of a firm (Transport for London)."""
MOST_COUNTED = 4_000_000
"""Up to so many pairs of text and money a table of all is counted through; 32 MB."""
POINT_STEP, MOST_CELLS = 50.0, 100_000
"""Stated points are looked at in fiftieths of a degree when it is asked which cities a trail is of."""


@dataclass(frozen=True)
class Located:
    """Where each event's start and end were: WGS-84 degrees and metres, NaN where nobody says.

    `tier`, `end_tier`: one of `TIERS`, or ""; `basis`: stated, geocoded (from this row's own text) or carried (its text names a place
    that other events of the trail were at); `illustrative` marks a point that stands in for one the source does not give; `unsure`
    marks a shop's place where no word says that the person was in it; `coarse`, `end_coarse` mark the middle of an area. `at`,
    `end_at`: which of `named` it is, or -1.
    """

    lat: np.ndarray
    lon: np.ndarray
    r50_m: np.ndarray
    r90_m: np.ndarray
    end_lat: np.ndarray
    end_lon: np.ndarray
    end_r90_m: np.ndarray
    tier: np.ndarray
    end_tier: np.ndarray
    basis: np.ndarray
    illustrative: np.ndarray
    unsure: np.ndarray
    coarse: np.ndarray
    end_coarse: np.ndarray
    at: np.ndarray
    end_at: np.ndarray
    named: tuple[Place, ...]

    @property
    def has_place(self) -> np.ndarray:
        """Which events have a point for their start."""
        return ~np.isnan(self.lat)

    @property
    def has_end(self) -> np.ndarray:
        """Which events have a point for their end."""
        return ~np.isnan(self.end_lat)

    @property
    def pinned(self) -> np.ndarray:
        """Which events' start has a point that may be an anchor: not a shop's perhaps, and not the middle of an area."""
        return self.has_place & ~self.unsure & ~self.coarse

    @property
    def end_pinned(self) -> np.ndarray:
        """Which events' end has a point that may be an anchor."""
        return self.has_end & ~self.end_coarse


def locate(events: Events, gazetteer: Gazetteer) -> Located:
    """Locate the events.

    Args:
        events: Read columns: kind, mode, presence, currency, party, detail, place, end_place, lat, lon, accuracy_m, end_*, illustrative.
        gazetteer: What names are looked up in.
    """
    lat, lon, r90 = (events.numbers(name).copy() for name in ("lat", "lon", "accuracy_m"))
    end_lat, end_lon, end_r90 = (events.numbers(name).copy() for name in ("end_lat", "end_lon", "end_accuracy_m"))
    illustrative = events.column("illustrative").fill_null(False).to_numpy().copy()  # noqa: FBT003
    stated, end_stated = ~np.isnan(lat), ~np.isnan(end_lat)
    present, away = (_is(events, "presence", word) for word in ("in_person", "remote"))
    # An order or a debit happens anywhere: a payment has a place only with its shop.
    paid = _among(events, "kind", ADDRESSED) & ~away & ~stated
    asked = {"place": ~stated, "party": paid, "detail": paid, "end_place": ~end_stated}
    search = _Search(events, gazetteer, np.stack([lat, lon], axis=1)[stated], asked)
    said = search.places("place")
    # a wallet writes the branch as the other side, or as what was bought of a firm of another name
    shop = search.offline(search.finer(search.places("party"), search.places("detail")))
    # A town in the place column says less than the shop in it.
    known = np.where(said >= 0, np.where(search.says_more(shop, said), shop, said), shop)
    here = known >= 0
    ends = search.places("end_place")
    there = ends >= 0
    columns = search.columns()
    lat[here], lon[here], r90[here] = (column[known[here]] for column in columns[:3])
    end_lat[there], end_lon[there], end_r90[there] = (column[ends[there]] for column in columns[:3])
    tiers, stands_in = columns[3:]
    coarse, carried = np.isin(tiers, list(COARSE)), tiers == "rides"
    # A branch's name is not a visit (0008), nor is a town where money was booked: "might know", never an anchor.
    own_word = (known == said) & (said >= 0) & ~coarse[known]
    unsure = here & ((~own_word & ~present) | carried[known])
    illustrative[here] |= stands_in[known[here]]
    bases = np.where(tiers == "", "", np.where(carried, "carried", "geocoded")).astype(object)
    r90 = np.where(np.isnan(lat), np.nan, np.where(np.isnan(r90), DEFAULT_R90_M, r90))
    end_r90 = np.where(np.isnan(end_lat), np.nan, np.where(np.isnan(end_r90), DEFAULT_R90_M, end_r90))
    return Located(
        lat, lon, r90 * R50_OF_R90, r90, end_lat, end_lon, end_r90,
        tier=np.where(stated, "stated", tiers[known]), end_tier=np.where(end_stated, "stated", tiers[ends]),
        basis=np.where(stated, "stated", bases[known]), illustrative=illustrative, unsure=unsure,
        coarse=coarse[known], end_coarse=(coarse | carried)[ends], at=known, end_at=ends, named=tuple(search.found),
    )  # fmt: skip


class _Search:
    """Looks the words of whole columns up, each distinct word (of one country's money) once."""

    def __init__(
        self, events: Events, gazetteer: Gazetteer, points: np.ndarray, asked: Mapping[str, np.ndarray]
    ) -> None:
        """Take the stated points, and which rows of each column are asked for."""
        self.events, self.gazetteer, self.asked = events, gazetteer, asked
        self.found: list[Place] = []
        self.number: dict[int, int] = {}
        known = learned(events) if gazetteer.world else Learned({}, "")
        rough = _rough(points) if gazetteer.world else points[:0]
        texts: set[str] = set()
        for column, where in asked.items():
            if gazetteer.world and events.has(column):
                codes, words = events.words(column)
                texts.update(words[one] for one in np.flatnonzero(np.bincount(codes[where & (codes >= 0)])).tolist())
        self.finder = Finder(gazetteer, known, rough, texts)
        self.money, currencies = events.words("currency")
        self.lands = [*(countries_of(one) or None for one in currencies), None]
        self.stations = _among(events, "mode", STATIONS)

    def places(self, column: str) -> np.ndarray:
        """Answer the number of the place each event's word names, or NOWHERE."""
        answer = np.full(len(self.events), NOWHERE, np.int64)
        if not self.events.has(column) or not (self.gazetteer.world or self.gazetteer.places):
            return answer
        codes, words = self.events.words(column)
        rows = np.flatnonzero(self.asked[column] & (codes >= 0))
        shop = column in {"party", "detail"}
        money = np.where(self.money[rows] < 0, len(self.lands) - 1, self.money[rows])
        # One number for text, country of the money, and whether it is a station's: the same of all three is looked up once.
        pair = (codes[rows] * len(self.lands) + money) * 2 + self.stations[rows]
        most = len(words) * len(self.lands) * 2
        # Counted, not sorted, as long as there are few texts however many rows; a file of a million texts is sorted.
        if most <= MOST_COUNTED:
            distinct = np.flatnonzero(np.bincount(pair, minlength=most))
            back = (np.cumsum(np.bincount(distinct, minlength=most)) - 1)[pair]
        else:
            distinct, back = np.unique(pair, return_inverse=True)
        found = [self._numbered(self._asked(one, words, shop=shop)) for one in distinct.tolist()]
        answer[rows] = np.array([*found, NOWHERE], np.int64)[back]
        return answer

    def offline(self, shop: np.ndarray) -> np.ndarray:
        """Leave out the places that only a name gives, where either text of the row names a web address or a wallet."""
        online = np.zeros(len(shop), bool)
        for column in ("party", "detail"):
            if self.gazetteer.world and self.events.has(column):
                codes, words = self.events.words(column)
                flags = np.zeros(len(words) + 1, bool)
                which = np.unique(codes[self.asked[column] & (codes >= 0)])
                flags[which] = [self.finder.is_online(words[one]) for one in which.tolist()]
                online |= flags[codes]
        return np.where(online & np.isin(self.columns()[3], list(BY_NAME))[shop], NOWHERE, shop)

    def _asked(self, pair: int, words: list[str], *, shop: bool) -> Asked:
        rest, station = divmod(pair, 2)
        code, money = divmod(rest, len(self.lands))
        return Asked(words[code], self.lands[money], shop, bool(station) and not shop)

    def _numbered(self, asked: Asked) -> int:
        place = self.finder.find(asked)
        if place is None:
            return NOWHERE
        # By identity: a place holds a dict, and cannot be hashed.
        if id(place) not in self.number:
            self.number[id(place)] = len(self.found)
            self.found.append(place)
        return self.number[id(place)]

    def columns(self) -> tuple[np.ndarray, ...]:
        """Answer, for each place found and once more for none: latitude, longitude, radius, tier, whether it is illustrative."""
        numbers = [[getattr(one, name) for one in self.found] + [np.nan] for name in ("lat", "lon", "radius_m")]
        tiers = np.array([*(one.tier for one in self.found), ""], object)
        return (
            *(np.array(one, float) for one in numbers),
            tiers,
            np.array([*(one.illustrative for one in self.found), False]),
        )

    def finer(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Answer, of two places an event names, the second where it says more than the first."""
        return np.where((first < 0) | self.says_more(second, first), np.where(second >= 0, second, first), first)

    def says_more(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Say where one place is a point and the other an area that holds it."""
        lat, lon, radius, tier, _ = self.columns()
        coarse = np.isin(tier, list(COARSE))
        degrees = np.hypot(lat[one] - lat[other], (lon[one] - lon[other]) * np.cos(np.radians(lat[other])))
        return (
            (one >= 0)
            & (other >= 0)
            & coarse[other]
            & (~coarse[one] | (radius[one] < radius[other]))
            & (degrees * METRES_A_DEGREE <= radius[other] * 1.5)
        )


def _rough(points: np.ndarray) -> np.ndarray:
    """Answer the distinct cells that points lie in, as degrees."""
    lat, lon = np.round(points * POINT_STEP).astype(np.int64).T
    cell = np.unique(lat * MOST_CELLS + lon)
    lat = np.round(cell / MOST_CELLS).astype(np.int64)
    return np.stack([lat, cell - lat * MOST_CELLS], axis=1) / POINT_STEP


def _among(events: Events, column: str, wanted: tuple[str, ...]) -> np.ndarray:
    codes, words = events.words(column)
    return np.array([*(word in wanted for word in words), False], bool)[codes]


def _is(events: Events, column: str, word: str) -> np.ndarray:
    return _among(events, column, (word,))
