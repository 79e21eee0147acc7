"""Which rows may inherit a place, and what an observer has to answer with: the columns `fusion` reads, in order of time.

A row is asked for if the person was there in the flesh, or nothing says otherwise: a payment in a shop, something bought over the
counter. What is done from afar (an online order, a transfer, a delivery, a debit that runs by itself) tells a time and no place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.acts import NO_TIME
from trailviz.days import DAY_US, HOUR_US, WORKING_DAYS, weekdays
from trailviz.geo import distance_m

if TYPE_CHECKING:
    from trailviz.acts import Acts
    from trailviz.events import Events
    from trailviz.parties import Parties
    from trailviz.places.locate import Located

PAID = ("payment", "hold")
AFAR = ("order", "delivery", "transfer", "top_up", "fee")
MOVING = ("ride", "leg", "tap")
RIDES = ("ride", "leg")
CARRIERS = ("public_transport", "railway", "ride_service", "bike_rental", "airline")
"""Brands that are paid under way."""
DOORLESS = (
    "online_shop", "delivery_service", "subscription", "wallet", "card_network", "courier", "travel_agency", "phone_company",
    "utility", "insurance", "bank", "power_bank",
)  # fmt: skip
"""Brands that are paid from anywhere."""
COARSEST_S = 900
"""A row whose time is known no better than a quarter of an hour is asked for by its deed alone."""
BRANCH = r"[（(][^()（）]{2,}[)）]|店$|#\s?\d{2,}|\b\d{3,6}\b"
"""A shop's name that tells it from the chain's other shops: a bracket, a word for branch at its end, or a number."""
WALK_M = 500.0
"""From a station's gate one walks on: half a kilometre, as planners reckon the reach of a stop."""
NO_SHOP = -1
HOURS = 24
SHORTEST_RIDE_S = 120
"""Of a shorter ride the rounding of its times, and of its ends, is most of its speed."""


@dataclass(frozen=True)
class Askable:
    """What a trail may be asked, whoever looks: entries in order of time.

    Rows: `event` (position), `at` (microseconds), `in_person` (the row says so), `exact` (its time is good enough to reckon with),
    `ride_paid` (it pays for a ride: its place is the ride's, or none). Deeds under way: `moved_at`, `moved_event`, `moved_end` (their
    end), `moved_paid` (known by their payment alone). `afar`, `afar_at`: rows done from afar. `rode`, `rode_at`, `took_s`: rides. `shop`,
    `act`: an entry an event; a shop is a number for a name with its branch, or -1.
    """

    event: np.ndarray
    at: np.ndarray
    in_person: np.ndarray
    exact: np.ndarray
    ride_paid: np.ndarray
    moved_at: np.ndarray
    moved_event: np.ndarray
    moved_end: np.ndarray
    moved_paid: np.ndarray
    afar: np.ndarray
    afar_at: np.ndarray
    shop: np.ndarray
    act: np.ndarray
    rode: np.ndarray
    rode_at: np.ndarray
    took_s: np.ndarray

    def within(self, low: int, high: int) -> Askable:
        """Answer what may be asked of `[low, high]` (microseconds)."""
        parts = {
            ("event", "at", "in_person", "exact", "ride_paid"): self.at,
            ("moved_at", "moved_event", "moved_end", "moved_paid"): self.moved_at,
            ("afar", "afar_at"): self.afar_at,
            ("rode", "rode_at", "took_s"): self.rode_at,
        }
        cut: dict[str, np.ndarray] = {}
        for names, at in parts.items():
            part = slice(*np.searchsorted(at, [low, high + 1]))
            cut |= {name: getattr(self, name)[part] for name in names}
        return replace(self, **cut)


@dataclass(frozen=True)
class Anchors:
    """Instants with a place that an observer has, in order of time.

    `at` (microseconds), `event` (position), `lat`, `lon`, `r90_m`; `before`, `after`: the person was there before that instant, or
    after it; `edge`: they came or left then; `hour`: of a local clock, 0 to 23 on weekdays, 24 to 47 at weekends; `act`, `shop`: of
    its row.
    """

    at: np.ndarray
    event: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    r90_m: np.ndarray
    before: np.ndarray
    after: np.ndarray
    edge: np.ndarray
    hour: np.ndarray
    act: np.ndarray
    shop: np.ndarray


@dataclass(frozen=True)
class Had:
    """What one observer has: its anchors, its rows without a place, and when it has the person under way.

    Rows, in order of time: `event`, `at`, `in_person`, `exact`, `ride_paid`, `hour`, `act`, `shop` (as in `Askable` and `Anchors`);
    `area_lat`, `area_lon`, `area_m`: the middle of the town or district a row names, and how far that reaches (NaN: it names none).
    `moved`: instants in microseconds. `speeds_mps`: of the person's rides, as the crow flies.
    """

    anchors: Anchors
    event: np.ndarray
    at: np.ndarray
    in_person: np.ndarray
    exact: np.ndarray
    ride_paid: np.ndarray
    hour: np.ndarray
    act: np.ndarray
    shop: np.ndarray
    area_lat: np.ndarray
    area_lon: np.ndarray
    area_m: np.ndarray
    moved: np.ndarray
    speeds_mps: np.ndarray


def askable(events: Events, acts: Acts, parties: Parties) -> Askable:
    """List the rows that may inherit a place, and the deeds under way that part one place from another.

    Args:
        events: Read columns: kind, presence, party, party_is, start, start_latest, end, precision_s.
        acts: Which records tell of one deed, and which payments paid for a ride.
        parties: Who was paid, and whether that is the name of shops.
    """
    start, end, latest = (events.instants(name).view(np.int64) for name in ("start", "end", "start_latest"))
    kinds, words = events.words("kind")
    kind = np.array([*words, ""], object)
    paid, afar, moving, order, ride = (np.isin(kind, one)[kinds] for one in (PAID, AFAR, MOVING, ["order"], RIDES))
    present, remote = (_is(events, "presence", word) for word in ("in_person", "remote"))
    stands = (start != NO_TIME) & ~_is(events, "party_is", "person") & ~remote & (paid | (order & present))
    category = np.array([*(one.category for one in parties.brands), ""], object)
    carries, doorless = (np.isin(category, one)[parties.brand] for one in (CARRIERS, DOORLESS))
    ride_paid, boarded = acts.end_us != NO_TIME, stands & carries
    # Who has no shop bills when it likes; a company that is no chain of shops as well, unless its row says that one was there.
    shops = present | ((parties.party < 0) | (parties.brand >= 0)) & ~doorless
    stands &= ride_paid | (~carries & shops & ~_told_beside(events, stands, moving))
    rows = np.flatnonzero(stands)
    # Ids break ties, so that the order of files changes nothing.
    rows = rows[np.lexsort((events.ids[rows], start[rows]))]
    precision = events.column("precision_s").fill_null(1).to_numpy()
    # A deed under way is three instants: its start, its end, and that of a payment on board.
    parts = [
        np.flatnonzero(one)
        for one in (moving & (start != NO_TIME), moving & (end != NO_TIME), boarded | (stands & ride_paid))
    ]
    at = np.concatenate([start[parts[0]], end[parts[1]], start[parts[2]]])
    number = np.repeat(np.arange(len(parts)), [len(one) for one in parts])
    order_of = np.argsort(at, kind="stable")
    rode = np.flatnonzero(ride & (latest == NO_TIME) & (start != NO_TIME) & (end != NO_TIME))
    away = np.flatnonzero((remote | (afar & ~present)) & (start != NO_TIME))
    rode, away = (one[np.argsort(start[one], kind="stable")] for one in (rode, away))
    return Askable(
        event=rows, at=start[rows], in_person=present[rows], ride_paid=ride_paid[rows],
        exact=((latest == NO_TIME) & (precision <= COARSEST_S))[rows],
        moved_at=at[order_of], moved_event=np.concatenate(parts)[order_of],
        moved_end=number[order_of] == 1, moved_paid=number[order_of] == 2,  # noqa: PLR2004 - the third part
        afar=away, afar_at=start[away],
        shop=_shops(events, stands), act=acts.act, rode=rode, rode_at=start[rode], took_s=(end[rode] - start[rode]) / 1e6,
    )  # fmt: skip


def had(
    trail: Askable,
    located: Located,
    anchors: tuple[np.ndarray, ...],
    knows: np.ndarray,
    of: np.ndarray,
    midnights: np.ndarray,
) -> Had:
    """Pick what an observer has of what a trail may be asked.

    Args:
        trail: What may be asked of it.
        located: Where each event was.
        anchors: Instants with a place that the observer has, in order of time: instant, event, whether it is the event's second
            point, whether the person left from there then, whether they came there then.
        knows: For every class of events, whether the observer has the time of its start, that of its end, the place of its start,
            that of its end, and has or might have that of its start: boolean `[classes, 5]`.
        of: The class of each event.
        midnights: Local midnights of the days told of, in microseconds.
    """
    timed, ended, placed, reached, maybe = knows.T
    of_rows, of_moved, of_afar = (of[one] for one in (trail.event, trail.moved_event, trail.afar))
    at, event, far, leaving, coming = anchors
    sides = ((located.lat, located.end_lat), (located.lon, located.end_lon), (located.r90_m, located.end_r90_m))
    lat, lon, r90 = (np.where(far, end[event], start[event]) for start, end in sides)
    # A gate is left and reached at once: one walks on from it, so the point is as vague as the walk is long.
    gate = leaving & coming
    # The middle of a town is no place to have been: a guess may say where in it.
    coarse = located.coarse[trail.event] & placed[of_rows]
    wanted = timed[of_rows] & (coarse | ~maybe[of_rows])
    # A record done from afar makes the whole deed one, for whoever has that record.
    wanted &= ~np.isin(trail.act[trail.event], trail.act[trail.afar[timed[of_afar]]])
    moved = np.where(trail.moved_end, ended[of_moved], timed[of_moved])
    deeds = trail.act[trail.moved_event]
    rows = trail.event[wanted]
    # A bank's line of a fare is the fare, too.
    ride_paid = trail.ride_paid[wanted] | np.isin(trail.act[rows], deeds[moved])
    # The fare is often paid a minute after arriving: where the ride itself is had, its own times stand.
    moved &= ~(trail.moved_paid & np.isin(deeds, deeds[moved & ~trail.moved_paid]))
    return Had(
        Anchors(
            at, event, lat, lon, np.where(gate, np.hypot(r90, WALK_M), r90),
            before=leaving | ~coming, after=coming | ~leaving, edge=leaving | coming,
            hour=local_hour(at, midnights), act=trail.act[event], shop=np.where(far, NO_SHOP, trail.shop[event]),
        ),
        event=rows, at=trail.at[wanted], in_person=trail.in_person[wanted], exact=trail.exact[wanted],
        ride_paid=ride_paid, hour=local_hour(trail.at[wanted], midnights), act=trail.act[rows], shop=trail.shop[rows],
        **_areas(located, rows, coarse[wanted]), moved=trail.moved_at[moved],
        speeds_mps=_speeds(trail, located, (timed & ended & placed & reached)[of[trail.rode]]),
    )  # fmt: skip


def local_hour(at: np.ndarray, midnights: np.ndarray) -> np.ndarray:
    """Answer the hour of each instant on a local clock: 0 to 23 on weekdays, 24 to 47 on Saturdays and Sundays."""
    if not len(at):
        return np.zeros(0, np.int64)
    # What lies before the first midnight or after the last (an end that means "never") counts as that day's.
    day = np.maximum(np.searchsorted(midnights, at, side="right") - 1, 0)
    # The day a local midnight begins is the one its noon lies in, east and west of Greenwich.
    weekday = weekdays((midnights + DAY_US // 2) // DAY_US)
    return np.clip((at - midnights[day]) // HOUR_US, 0, HOURS - 1) + HOURS * (weekday[day] >= WORKING_DAYS)


def _areas(located: Located, rows: np.ndarray, coarse: np.ndarray) -> dict[str, np.ndarray]:
    columns = {"area_lat": located.lat, "area_lon": located.lon, "area_m": located.r90_m}
    return {name: np.where(coarse, column[rows], np.nan) for name, column in columns.items()}


def _speeds(trail: Askable, located: Located, whole: np.ndarray) -> np.ndarray:
    """Measure the rides an observer has from end to end: metres a second, as the crow flies."""
    here = whole & (trail.took_s >= SHORTEST_RIDE_S)
    rode, took = trail.rode[here], trail.took_s[here]
    far = distance_m(located.lat[rode], located.lon[rode], located.end_lat[rode], located.end_lon[rode])
    speed = far / took
    return speed[speed > 0]


def _told_beside(events: Events, stands: np.ndarray, moving: np.ndarray) -> np.ndarray:
    """Say which rows tell of a ride as well: a metro's payment and its ride are two events of one row, and the ride has the place."""
    (file, _), (member, members) = (events.words(name) for name in ("file", "member"))
    key = (file * (len(members) + 1) + member + 1 << 32) + events.column("row").to_numpy()
    return stands & np.isin(key, key[moving])


def _shops(events: Events, stands: np.ndarray) -> np.ndarray:
    """Number the shops named with their branch, an entry an event; -1 where none is named, or only a chain."""
    codes, words = events.words("party")
    told = np.asarray(pc.match_substring_regex(pa.array(words, pa.string()), BRANCH), dtype=bool)
    table = np.array([*np.where(told, np.arange(len(words)), NO_SHOP), NO_SHOP], np.int64)
    return np.where(stands, table[codes], NO_SHOP)


def _is(events: Events, column: str, word: str) -> np.ndarray:
    codes, words = events.words(column)
    return codes == words.index(word) if word in words else np.zeros(len(events), bool)
