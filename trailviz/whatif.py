"""What if: the same trail with something taken away or put in another's place, and what each company brings.

A change is applied to the rows and the relations, and the thinking wing runs again: nothing is estimated.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trailviz import evidence
from trailviz.events import FACETS, SCHEMA, Events
from trailviz.trail import Trail, think

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from trailviz.registry import Observer

PAID = ("payment", "hold", "fee")
LOCATED_BY_PHONE = ("fix", "visit", "leg")
TOLD_WHERE = ("sign_in", "search", "access", "request")
POINTS = ("lat", "lon", "accuracy_m", "end_lat", "end_lon", "end_accuracy_m")
EVERY = "all"
END = FACETS.index("end")
MOST_WHOLE = 5_000
NEAR_DAYS = 6
"""A deed may be paid four days later, and a bank may book that three days after: beyond, only acts reach."""
MOST_EXACT = 8
MACHINE_WORD = 64
DRAWS = 400
SEED = 20170826


@dataclass(frozen=True)
class Change:
    """What is otherwise. Nothing said means nothing changed.

    `companies` write nothing down and pass nothing on; `relations` (row ids) do not exist; `kinds` of event and
    `categories` (a kind of shop, or a file's own word) are not recorded; `cash` names payments (16 hex digits, or `all`) made in cash; `instead` puts a company in another's place;
    `keep_days` is how far back anything is kept, counted from the trail's last day; `no_location` forbids apps the phone's
    position (a ride still needs its pick-up); `on` judges relations as of another day.
    """

    companies: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    cash: frozenset[str] = frozenset()
    instead: Mapping[str, str] = field(default_factory=dict)
    keep_days: int | None = None
    no_location: bool = False
    on: date | None = None

    @property
    def is_none(self) -> bool:
        """Say whether nothing is otherwise."""
        return self == Change()


def changed(trail: Trail, change: Change, day: date | None = None) -> Trail:
    """Answer the trail as it would be. Event ids stay what they were.

    Where only one `day` is asked about, a long trail is walked again around that day alone: the days in which its deeds can
    have been paid, and whatever is linked with them. What is said of the day is the same.
    """
    kept = _kept(trail, change)
    if day is not None and len(trail.events) > MOST_WHOLE:
        kept &= _around(trail, day)
    events = _edited(trail, change, kept)
    registry = trail.registry.without(change.companies, change.relations)
    acts = trail.acts.act
    # By id: positions shift once rows are taken away.
    in_cash = trail.events.ids[np.isin(acts, acts[_in_cash(trail, change.cash)])] if change.cash else None
    on = change.on or trail.on
    # Nothing is estimated: the thinking wing runs again on what is left.
    thought = think(
        events, registry, trail.gazetteer, on=on, instead=change.instead, in_cash=in_cash, cut=change.relations
    )
    same = (trail.accounts, trail.coverage, registry, trail.sample, trail.gazetteer)
    return Trail(*thought, *same, on, trail.zone_name)


def cash_ids(trail: Trail, chosen: frozenset[str]) -> np.ndarray:
    """Answer the ids of the payments that would leave no record if these (16 hex digits, or `all`) were made in cash."""
    return trail.events.ids[_in_cash(trail, chosen)]


def paid(trail: Trail, day: date) -> tuple[int, ...]:
    """List the payments of a day that could have been made in cash: positions, in order of time."""
    here = np.flatnonzero(_in_cash(trail, frozenset({EVERY})) & (trail.day_of == np.datetime64(day)))
    start = trail.events.instants("start")
    return tuple(here[np.argsort(start[here], kind="stable")].tolist())


def _around(trail: Trail, day: date) -> np.ndarray:
    """Say which events lie near enough to a day to have a part in it, undated ones included."""
    apart = np.abs((trail.day_of - np.datetime64(day)).astype(np.int64))
    near = (apart <= NEAR_DAYS) | np.isnat(trail.day_of)
    return near | np.isin(trail.acts.act, np.unique(trail.acts.act[near & ~np.isnat(trail.day_of)]))


def _kept(trail: Trail, change: Change) -> np.ndarray:
    """Say which events would still have been written down."""
    events = trail.events
    kept = np.ones(len(events), bool)
    collectors = np.array([*trail.parties.names, ""], object)[trail.parties.collector]
    kept &= ~np.isin(collectors, list(change.companies))
    # A company that is away has told nobody anything either, though another's file says so.
    heard = np.flatnonzero(_of_kind(events, frozenset({"disclosure"})))
    kept[heard[np.isin(evidence.told_by(events, trail.parties, heard), list(change.companies))]] = False
    kept &= ~_of_kind(events, change.kinds)
    if change.categories:
        kept &= ~of_category(trail, change.categories)
    if change.cash:
        kept &= ~_in_cash(trail, change.cash)
    if change.no_location:
        kept &= ~_of_kind(events, frozenset(LOCATED_BY_PHONE))
    if change.keep_days is not None and len(events):
        dated = ~np.isnat(trail.day_of)
        # From the trail's last day, not from today: a sample of 2017 would be empty.
        last = trail.day_of[dated].max() if dated.any() else np.datetime64("NaT", "D")
        kept &= ~(dated & (trail.day_of <= last - np.timedelta64(change.keep_days, "D")))
    return kept


def _edited(trail: Trail, change: Change, kept: np.ndarray) -> Events:
    """Answer the kept rows, as they would read."""
    events = trail.events
    batches, at = [], 0
    for batch in events.batches:
        part = kept[at : at + batch.num_rows]
        at += batch.num_rows
        one = batch if part.all() else batch.filter(pa.array(part))
        one = _unplaced(one) if change.no_location else one
        batches.append(_rewritten(one, trail, change.instead) if change.instead else one)
    return Events(tuple(one for one in batches if one.num_rows))


def categories(trail: Trail, here: np.ndarray) -> tuple[dict[str, int], dict[str, int]]:
    """Count, among some events (a boolean mask), the kinds of shop and the files' own categories, the most frequent first."""
    brands = trail.parties.brands
    shops = Counter(brands[code].category for code in trail.parties.brand[here & (trail.parties.brand >= 0)].tolist())
    codes, words = trail.events.words("category")
    told = Counter(words[code] for code in codes[here & (codes >= 0)].tolist())
    return dict(shops.most_common()), dict(told.most_common())


def of_category(trail: Trail, chosen: frozenset[str]) -> np.ndarray:
    """Say which events are of a kind of shop, or of a file's own category, with all that was written of the same deed."""
    codes, words = trail.events.words("category")
    found = np.array([*(word in chosen for word in words), False], bool)[codes]
    shops = np.array([*(one.category in chosen for one in trail.parties.brands), False], bool)
    found |= shops[trail.parties.brand]
    return np.isin(trail.acts.act, trail.acts.act[found])


def _of_kind(events: Events, kinds: frozenset[str]) -> np.ndarray:
    codes, words = events.words("kind")
    return np.array([*(word in kinds for word in words), False], bool)[codes]


def _in_cash(trail: Trail, chosen: frozenset[str]) -> np.ndarray:
    """Say which payments would leave no record: those chosen, with all that was written of the same payment."""
    codes, words = trail.events.words("presence")
    far = np.array([*(word == "remote" for word in words), False], bool)[codes]
    payments = _of_kind(trail.events, frozenset(PAID))
    if EVERY in chosen:
        mine = payments & ~far
    else:
        wanted = [int(one, 16) for one in chosen]
        mine = payments & np.isin(trail.events.ids, np.array(wanted, np.uint64))
    return payments & np.isin(trail.acts.act, trail.acts.act[mine])


def _unplaced(batch: pa.Table) -> pa.Table:
    """Take the phone's position out of the rows that have one only because an app asked for it."""
    asked = pc.is_in(batch["kind"].cast(pa.string()), pa.array(TOLD_WHERE))
    for name in POINTS:
        if name in batch.column_names:
            nothing = pa.scalar(None, SCHEMA.field(name).type)
            batch = batch.set_column(
                batch.column_names.index(name), name, pc.if_else(asked, nothing, batch[name].cast(nothing.type))
            )
    return batch


def _rewritten(batch: pa.Table, trail: Trail, instead: Mapping[str, str]) -> pa.Table:
    """Have one company write down what another did."""
    spelled = {}
    for word in pc.unique(batch["collector"].cast(pa.string())).to_pylist():
        known = trail.registry.called.get((word or "").casefold(), word)
        spelled[word] = instead.get(known, word)
    column = pa.array([spelled[one] for one in batch["collector"].to_pylist()], pa.string())
    wanted = SCHEMA.field("collector").type
    return batch.set_column(batch.column_names.index("collector"), "collector", column.dictionary_encode().cast(wanted))


@dataclass(frozen=True)
class Share:
    """What one company brings to what an observer knows, in facts (one facet of one event each).

    `value`: its Shapley value: what it adds on average, over every order in which companies could join. `error`: the standard
    error where orders were drawn, 0 where all were counted. `alone`: how many facts would be gone without it.
    """

    company: str
    value: float
    error: float
    alone: int


def shares(
    trail: Trail, observer: Observer, scenario: str, day: date | None = None, *, exact_to: int = MOST_EXACT
) -> tuple[Share, ...]:
    """Divide what an observer knows (at "knows" or "knows because") among the companies it knows it from.

    Args:
        trail: What is recorded.
        observer: Who looks.
        scenario: Which relations count.
        day: A local day, or None for the whole trail.
        exact_to: For how many companies every order is counted.

    Returns:
        The largest first. The values add up to the number of facts known. Exact for up to so many companies; beyond,
        the mean over drawn orders with its standard error. (Shapley 1953; drawn as in Castro, Gómez, Tejada 2009.)
    """
    game = _Game.of(trail, observer, scenario, day)
    count = len(game.players)
    whole = (1 << count) - 1
    total = game.value(whole)
    if count <= exact_to:
        values, errors = _exact(game), np.zeros(count)
    else:
        values, errors = _drawn(game)
    alone = [total - game.value(whole & ~(1 << at)) for at in range(count)]
    found = [Share(name, float(values[at]), float(errors[at]), int(alone[at])) for at, name in enumerate(game.players)]
    return tuple(sorted(found, key=lambda one: (-one.value, one.company)))


@dataclass(frozen=True)
class _Game:
    """Facts and the companies each needs.

    `needs` (masks of players): one way to a fact an entry, the ways to one fact side by side from `first` on; `weight`: how
    many events the fact stands for.
    """

    players: tuple[str, ...]
    needs: np.ndarray
    first: np.ndarray
    weight: np.ndarray
    _values: dict[int, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, trail: Trail, observer: Observer, scenario: str, day: date | None) -> _Game:
        known, names = trail.known, trail.parties.names
        here = np.ones(len(trail.events), bool) if day is None else trail.day_of == np.datetime64(day)
        # a payment tells a ride's end only beside the ride's own record: that fact needs the company that wrote it, too
        classes = pd.DataFrame({"number": known.class_of[here], "beside": _rides_beside(trail)[here]})
        ways: list[tuple[int, list[frozenset[str]]]] = []
        counted = classes.value_counts(sort=False).reset_index().to_numpy(np.int64).tolist()
        for number, beside, count in counted:
            found = known.routes(number, observer, scenario)
            for bit in range(len(FACETS)):
                to_it = [needed for mask, needed in found if mask >> bit & 1 and int(known.holds[number]) >> bit & 1]
                if bit == END and beside >= 0:
                    to_it = [needed | {names[beside]} for needed in to_it]
                if to_it:
                    ways.append((count, to_it))
        players = tuple(sorted({name for _, to_it in ways for needed in to_it for name in needed}))
        bit_of = {name: 1 << at for at, name in enumerate(players)}
        needs = [sum(bit_of[name] for name in needed) for _, to_it in ways for needed in to_it]
        first = np.cumsum([0, *(len(to_it) for _, to_it in ways)])[:-1]
        # sixty-four companies fit into a machine word; more are counted as Python's whole numbers
        width = np.uint64 if len(players) <= MACHINE_WORD else object
        return cls(players, np.array(needs, width), first, np.array([count for count, _ in ways], np.int64))

    def value(self, members: int) -> int:
        """Count the facts that are known when only these companies (a mask) take part."""
        if members not in self._values:
            if len(self.needs):
                some = self.needs.dtype.type(members) if self.needs.dtype != object else members
                met = np.equal(self.needs & some, self.needs).astype(bool)
                self._values[members] = int(self.weight[np.logical_or.reduceat(met, self.first)].sum())
            else:
                self._values[members] = 0
        return self._values[members]


def _rides_beside(trail: Trail) -> np.ndarray:
    """Answer who wrote down the ride that a payment has its end from (index into the parties' names), else -1."""
    beside = np.full(len(trail.events), -1, np.int64)
    pairs = trail.acts.pairs
    one, other = pairs["one"].to_numpy(np.int64), pairs["other"].to_numpy(np.int64)
    rides, payments = _of_kind(trail.events, frozenset({"ride"})), _of_kind(trail.events, frozenset(PAID))
    for payment, ride in ((one, other), (other, one)):
        linked = payments[payment] & rides[ride]
        beside[payment[linked]] = trail.parties.collector[ride[linked]]
    codes, words = trail.events.words("mode")
    alone = np.array([*(word == "taxi" for word in words), False], bool)[codes]
    # A street taxi's payment tells its end alone, and so does a row with an end of its own.
    return np.where(alone | ~np.isnat(trail.events.instants("end")), -1, beside)


def _exact(game: _Game) -> np.ndarray:
    count = len(game.players)
    values = np.zeros(count)
    for at in range(count):
        others = [one for one in range(count) if one != at]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for chosen in combinations(others, size):
                before = sum(1 << one for one in chosen)
                values[at] += weight * (game.value(before | 1 << at) - game.value(before))
    return values


def _drawn(game: _Game) -> tuple[np.ndarray, np.ndarray]:
    # One seed, so that the same trail has the same shares twice.
    random = np.random.default_rng(SEED)
    count = len(game.players)
    added = np.zeros((DRAWS, count))
    for draw in range(DRAWS):
        members = 0
        for at in random.permutation(count).tolist():
            added[draw, at] = game.value(members | 1 << at) - game.value(members)
            members |= 1 << at
    return added.mean(axis=0), added.std(axis=0, ddof=1) / np.sqrt(DRAWS)
