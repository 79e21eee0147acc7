"""What an observer has of a trail, event by event, as columns: all a rule may see.

A cell the observer does not have is blank, and an event of which it has nothing is not there. "Has" is "knows" or "knows
because"; what it only might know is not guessed from, as in the gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from trailviz.acts import NO_TIME
from trailviz.days import DAY_S, DAY_US, NOBODYS, walls, zone_of
from trailviz.events import FACETS
from trailviz.knowledge import Grade
from trailviz.paths import has_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailviz.acts import Acts
    from trailviz.events import Events
    from trailviz.guesses.surroundings import Surroundings
    from trailviz.knowledge import Known
    from trailviz.parties import Parties
    from trailviz.places import Located
    from trailviz.registry import Observer

Answer = TypeVar("Answer")
TEN_THOUSANDTHS = 10_000
MOST_EXACT = 9e11
"""A sum of ten thousandths below this is a whole number that a float holds exactly (2 ** 53)."""
NONE = -1
WHERE = ("time", "end", "place", "destination")
"""The facets that tell where the person was, and when; the last two are the points."""


@dataclass(frozen=True)
class Coded:
    """A column of words as codes (int64, -1 none) into `words`."""

    codes: np.ndarray
    words: tuple[str, ...]

    def among(self, wanted: Iterable[str]) -> np.ndarray:
        """Say which rows have one of these words."""
        chosen = frozenset(wanted)
        return np.array([*(word in chosen for word in self.words), False], bool)[self.codes]

    def take(self, rows: np.ndarray) -> Coded:
        """Answer some rows, with the same words."""
        return Coded(self.codes[rows], self.words)


@dataclass(frozen=True)
class Held:
    """What an observer has, in order of time; every column has one entry an event.

    `position` (int64): where the event stands in the trail. `start`, `end` (int64 microseconds UTC, `NO_TIME` where not had;
    a start known only within bounds is not had); `wall`, `wall_end` (int64): the same as the clock on the wall showed them
    where the event happened. `lat`, `lon`, `r90_m`, `end_lat`, `end_lon`, `end_r90_m`: NaN where not had (of a visit the end
    is its start). `unsure`: a shop's address without a word of who stood there. `amount` (int64, ten thousandths of a
    unit; -1 not had), `currency`, `flow`. `party`: the other side's own words, and `company`, `shop`: what they resolve to
    (a company of the registry, a kind of shop), -1 where neither merchant nor person is had; `person`: the other side
    is one, or may be by its name; `side`: what the row itself says it is (person, company, unknown; nothing: one's own pocket).
    `category`, `detail`: only where the observer has the row itself: wrote it, or has the files. `act`: the deed; two records of
    one deed share it. `precision_s`: how exactly the start is written. `people`: how many live in the town most of it lies in; 0
    where nobody said.
    `around`: what a map says is where, which is public, so that every observer has it; None where no map was given.
    """

    position: np.ndarray
    kind: Coded
    start: np.ndarray
    end: np.ndarray
    wall: np.ndarray
    wall_end: np.ndarray
    precision_s: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    r90_m: np.ndarray
    end_lat: np.ndarray
    end_lon: np.ndarray
    end_r90_m: np.ndarray
    unsure: np.ndarray
    amount: np.ndarray
    currency: Coded
    flow: Coded
    party: Coded
    person: np.ndarray
    side: Coded
    company: Coded
    shop: Coded
    category: Coded
    detail: Coded
    presence: Coded
    mode: Coded
    collector: Coded
    act: np.ndarray
    zone: Coded
    people: int = 0
    around: Surroundings | None = None
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        """Count the events the observer has anything of."""
        return len(self.position)

    def once(self, name: str, make: Callable[[Held], Answer]) -> Answer:
        """Answer what several rules need, worked out once: `home`, `places`."""
        if name not in self._kept:
            self._kept[name] = make(self)
        kept: Answer = self._kept[name]
        return kept

    def take(self, rows: np.ndarray) -> Held:
        """Answer some of the events (positions in these columns, or a mask), in the same order."""
        kept: dict[str, Any] = {
            name: value.take(rows)
            if isinstance(value, Coded)
            else value[rows]
            if isinstance(value, np.ndarray)
            else value
            for name, value in vars(self).items()
            if name != "_kept"
        }
        return Held(**kept)


@dataclass(frozen=True)
class Whereabouts:
    """Rows with a point as if everything were had of them, the class of each, and which are visits that end where they began."""

    whole: Held
    class_of: np.ndarray
    staying: np.ndarray

    def had(self, by_class: np.ndarray) -> Held:
        """Answer what is had of them: a `Held` of which home and work can be asked, at a tenth of the price of `held`.

        Args:
            by_class: Which facets are had of each class of events (bool, `[classes, facets]`).
        """
        of_row = by_class[self.class_of][:, [FACETS.index(name) for name in WHERE]]
        rows = np.flatnonzero(of_row[:, 2:].any(axis=1))
        here = self.whole.take(rows)
        time, end, place, other = of_row[rows].T
        other = np.where(self.staying[rows], place, other)
        blank = {
            **dict.fromkeys(("start", "wall"), (time, NO_TIME)),
            **dict.fromkeys(("end", "wall_end"), (end, NO_TIME)),
            **dict.fromkeys(("lat", "lon", "r90_m"), (place, np.nan)),
            **dict.fromkeys(("end_lat", "end_lon", "end_r90_m"), (other, np.nan)),
        }
        blanked: dict[str, Any] = {
            name: np.where(has, getattr(here, name), none) for name, (has, none) in blank.items()
        }
        return replace(here, _kept={}, **blanked)


def held(
    events: Events,
    parties: Parties,
    acts: Acts,
    located: Located,
    known: Known,
    observer: Observer,
    scenario: str,
    zone: str,
) -> Held:
    """Pick what an observer has of a trail.

    Args:
        events: Read columns: kind, start, start_latest, end, precision_s, zone, amount, currency, flow, party, party_is, category,
            detail, presence, mode.
        parties: What the other sides' words resolve to.
        acts: Which records tell of one deed.
        located: Where events were.
        known: Who knows what.
        observer: Who looks.
        scenario: Which relations count.
        zone: The clock of an event whose own zone is not stated, or is nobody's clock.
    """
    by_class = known.grades(observer, scenario) >= Grade.KNOWS_BECAUSE
    rows = _rows(events, known, by_class)
    wrote = _wrote(parties, rows, observer)
    return _columns(events, parties, acts, located, rows, _has(known, rows, by_class), wrote, zone)


def whereabouts(events: Events, parties: Parties, acts: Acts, located: Located, known: Known, zone: str) -> Whereabouts:
    """Pick every row with a point, and what tells where the person was and when: all that the rules of home and work look at."""
    everything = np.tile(np.isin(FACETS, WHERE), (int(known.class_of.max(initial=-1)) + 1, 1))
    rows = _rows(events, known, everything)
    rows = rows[placed(located)[rows]]
    nobody = np.zeros(len(rows), bool)
    whole = _columns(events, parties, acts, located, rows, _has(known, rows, everything), nobody, zone)
    staying = whole.kind.among(["visit"]) & ~located.has_end[rows]
    return Whereabouts(whole, known.class_of[rows], staying)


def placed(located: Located) -> np.ndarray:
    """Say which events have a point to guess from, at either end: an area has none (0013)."""
    answer: np.ndarray = (located.has_place & ~located.coarse) | (located.has_end & ~located.end_coarse)
    return answer


def _has(known: Known, rows: np.ndarray, by_class: np.ndarray) -> dict[str, np.ndarray]:
    return {name: by_class[:, number][known.class_of[rows]] for number, name in enumerate(FACETS)}


def _columns(
    events: Events,
    parties: Parties,
    acts: Acts,
    located: Located,
    rows: np.ndarray,
    has: dict[str, np.ndarray],
    wrote: np.ndarray,
    zone: str,
) -> Held:
    start, end = _instants(events, rows, has)
    clock = _clocks(events, rows, zone)
    precision = np.nan_to_num(events.numbers("precision_s")[rows], nan=1.0)
    kind = _coded(events, "kind", rows)
    someone: np.ndarray = has["merchant"] | has["person"]
    return Held(
        position=rows,
        kind=kind,
        start=start,
        end=end,
        wall=_walls(start, clock, precision),
        wall_end=_walls(end, clock, precision),
        precision_s=precision,
        **_points(located, rows, has, kind.among(["visit"])),
        unsure=located.unsure[rows],
        amount=_amounts(events, rows, has["amount"]),
        currency=_coded(events, "currency", rows, has["amount"]),
        flow=_coded(events, "flow", rows, has["amount"]),
        party=_coded(events, "party", rows, someone),
        person=parties.person[rows] & someone,
        side=_coded(events, "party_is", rows, someone),
        company=Coded(np.where(someone, parties.party[rows], NONE).astype(np.int64), parties.names),
        shop=_shops(parties, rows, has["merchant"]),
        category=_coded(events, "category", rows, wrote),
        detail=_coded(events, "detail", rows, wrote),
        presence=_coded(events, "presence", rows),
        mode=_coded(events, "mode", rows),
        collector=Coded(parties.collector[rows].astype(np.int64), parties.names),
        act=acts.act[rows],
        zone=clock,
    )


def _rows(events: Events, known: Known, by_class: np.ndarray) -> np.ndarray:
    """Answer the positions of the events of which anything is had, in order of time, then of id."""
    anything: np.ndarray = np.logical_or.reduce(by_class, axis=1)[known.class_of]
    rows: np.ndarray = np.flatnonzero(anything)
    return rows[np.lexsort((events.ids[rows], events.instants("start").view(np.int64)[rows]))]


def _instants(events: Events, rows: np.ndarray, has: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Answer when the events began and ended; of a start that is only bounded nobody says when it was."""
    exact = events.instants("start_latest").view(np.int64)[rows] == NO_TIME
    start = np.where(has["time"] & exact, events.instants("start").view(np.int64)[rows], NO_TIME)
    return start, np.where(has["end"], events.instants("end").view(np.int64)[rows], NO_TIME)


def _wrote(parties: Parties, rows: np.ndarray, observer: Observer) -> np.ndarray:
    """Say of which events the observer has the row itself: it wrote it, or has the files."""
    able = np.array([*(has_row(name, observer.members) for name in parties.names), False], bool)
    answer: np.ndarray = able[parties.collector[rows]]
    return answer


def _points(located: Located, rows: np.ndarray, has: dict[str, np.ndarray], visits: np.ndarray) -> dict[str, Any]:
    """Answer where the events began and ended; a visit without an end of its own ended where it began."""
    # So that a rule about ends of rides and stays need not ask which of the two an event is.
    staying = visits & ~located.has_end[rows]
    # A street or a town is an area: its middle would make a home of a place where nobody was (0013).
    placed = has["place"] & ~located.coarse[rows]
    ends = np.where(staying, placed, has["destination"] & ~located.end_coarse[rows])
    columns: dict[str, Any] = {}
    for name in ("lat", "lon", "r90_m"):
        began, ended = getattr(located, name)[rows], getattr(located, f"end_{name}")[rows]
        columns[name] = np.where(placed, began, np.nan)
        columns[f"end_{name}"] = np.where(ends, np.where(staying, began, ended), np.nan)
    return columns


def _shops(parties: Parties, rows: np.ndarray, had: np.ndarray) -> Coded:
    """Answer the kind of shop of each event's other side."""
    if not had.any():
        return Coded(np.full(len(rows), NONE, np.int64), ())
    kinds = tuple(sorted({one.category for one in parties.brands}))
    number = {category: at for at, category in enumerate(kinds)}
    of_brand = np.array([*(number[one.category] for one in parties.brands), NONE], np.int64)
    return Coded(np.where(had, of_brand[parties.brand[rows]], NONE), kinds)


def _coded(events: Events, name: str, rows: np.ndarray, had: np.ndarray | None = None) -> Coded:
    if had is not None and not had.any():
        # A trail of many years has a hundred thousand words in a column.
        return Coded(np.full(len(rows), NONE, np.int64), ())
    codes, words = events.words(name)
    mine = codes[rows]
    return Coded(mine if had is None else np.where(had, mine, NONE), tuple(words))


def _amounts(events: Events, rows: np.ndarray, had: np.ndarray) -> np.ndarray:
    """Answer sums in whole ten thousandths: exact up to 900 thousand million units, and no float that two sums are compared by."""
    said = events.numbers("amount")[rows]
    # Beyond what a float holds exactly a sum is an error of the file, or nobody's: none is better than a wrong one.
    there = had & (said >= 0) & (said < MOST_EXACT)
    return np.where(there, np.rint(np.where(there, said, 0.0) * TEN_THOUSANDTHS), NONE).astype(np.int64)


def _clocks(events: Events, rows: np.ndarray, zone: str) -> Coded:
    """Answer the clock on the wall of each event: its own zone, unless that is nobody's clock."""
    codes, words = events.words("zone")
    # The last name is for rows that name none.
    names = (*(zone if word in NOBODYS else word for word in words), zone)
    return Coded(np.where(codes[rows] < 0, len(words), codes[rows]), names)


def _walls(instants: np.ndarray, clock: Coded, precision_s: np.ndarray) -> np.ndarray:
    """Answer instants as the clock on the wall showed them, each in its own zone."""
    answer = instants.copy()
    present = np.unique(clock.codes)
    for code in present.tolist():
        here = clock.codes == code if len(present) > 1 else np.ones(len(instants), bool)
        answer[here] = walls(instants[here], zone_of(clock.words[code]))
    # A day alone may be kept as its midnight in UTC, which on the wall is another day.
    dated = (precision_s >= DAY_S) & (instants != NO_TIME) & (answer % DAY_US != 0) & (instants % DAY_US == 0)
    return np.where(dated, instants, answer)


def wall_days(wall: np.ndarray) -> np.ndarray:
    """Answer the local day (`datetime64[D]`) of times on the wall; NaT where there is none."""
    days = np.floor_divide(wall, DAY_US).astype("datetime64[D]")
    days[wall == NO_TIME] = np.datetime64("NaT", "D")
    return days
