"""How often the guesses are right of people who do not exist, and whether they keep silent where nobody could know.

Run: python benchmarks/quality.py people. Every persona lives 120 days in every city; what everybody together could guess from the files is
held against the truth beside them (docs/simulate.md). Invented people are found by the rules they were invented by: the figures say
that a rule does what it says, not how often it is right of a real person.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz import simulate
from trailviz.guesses import Clock, Guess, rules
from trailviz.intake import from_bytes
from trailviz.simulate import truth
from trailviz.simulate.cities import metres
from trailviz.trail import Trail, follow

if TYPE_CHECKING:
    from trailviz.registry import Observer

DAYS, SEED = 120, 11
NEAR_M = 1_000.0
"""A home lies up to three quarters of a kilometre from its station, and a station is often all that is recorded."""
LEAST, SHARE = 3, 0.75
"""A series counts with three recorded payments; it is found where a guess rests on three quarters of them and on little else."""
EARLY_MIN, ONE_SLEEP = 30.0, 0.8
PAY, RENT = ("salary", "payout"), ("rent",)


@dataclass
class Tally:
    """What became of one kind of guess: right, wrong, silent where it could have been known, silent where it could not."""

    counts: Counter[str] = field(default_factory=Counter)
    who: list[str] = field(default_factory=list)

    def add(self, outcome: str, who: str) -> None:
        """Count one."""
        self.counts[outcome] += 1
        if outcome in {"wrong", "missed"}:
            self.who.append(f"{outcome} {who}")


def lines() -> Iterator[tuple[str, str, str, bool | None]]:
    """Yield what was measured, the figure, the bar, and whether it is met."""
    tallies = {
        name: Tally()
        for name in (
            "home",
            "work",
            "home, one alone",
            "work, one alone",
            "pay",
            "rent",
            "subscriptions",
            "trips",
            "quiet hours",
        )
    }
    shipped = {one.id for one in rules()}
    for who in simulate.personas():
        for town in simulate.cities():
            found = simulate.simulate(who, simulate.city(town), days=DAYS, seed=SEED)
            trail = follow([from_bytes(name, data) for name, data in found.files.items()], zone=found.life.city.zone)
            _judge(trail, found, f"{who.id}/{town}", tallies, shipped)
    for name, tally in tallies.items():
        counts = tally.counts
        said = counts["right"] + counts["wrong"]
        knowable = counts["right"] + counts["missed"]
        if said + knowable:
            yield f"{name}: right of what was said", f"{counts['right']} of {said}", "", None
        if said + knowable and "alone" not in name:
            yield f"{name}: said of what could be known", f"{counts['right']} of {knowable}", "", None
            yield (
                f"{name}: silent where nobody could know",
                f"{counts['silent']} of {counts['silent'] + counts['guessed']}",
                "",
                None,
            )
            for one in tally.who:
                yield f"    {one}", "", "", None


def _judge(trail: Trail, found: simulate.Simulated, who: str, tallies: dict[str, Tally], shipped: set[str]) -> None:
    told = json.loads(found.truth["person.json"])
    said = {one.id: _said(trail, one.id) for one in rules()}
    alone = [one for one in trail.observers if one.id != trail.observer("everyone").id]
    for kind, listed in (("home", told["homes"]), ("work", told["works"])):
        if kind in shipped:
            hidden = {one["id"] for one in told["unknowable"] if one["what"] == kind}
            _anchor(said[kind], listed, hidden, tallies[kind], who)
            for observer in alone:
                _anchor_alone(
                    _said(trail, kind, observer), listed, tallies[f"{kind}, one alone"], f"{who} {observer.id}"
                )
    seconds = trail.events.instants("start").astype("datetime64[s]")
    pay = [one for one in said["payday"] if one.what != "support"]
    _series(pay, told, PAY, seconds, tallies["pay"], who)
    _series(said["rent"], told, RENT, seconds, tallies["rent"], who)
    for name in sorted(told["recurring"]):
        if ":" in name:
            _series(said["subscriptions"], told, (name,), seconds, tallies["subscriptions"], f"{who} {name}")
    known = [_instants(told, (name,)) for name in told["recurring"]]
    for one in said["subscriptions"]:
        if (
            len(one.evidence)
            and one.what != "together"
            and not any(_shared(seconds[one.evidence], series) >= SHARE for series in known)
        ):
            tallies["subscriptions"].add("wrong", f"{who} {trail.events.column('party')[int(one.evidence[0])]}")
    away = bool(told["nights_away"]) and "google_timeline" in found.formats
    guessed = bool(said["trips"])
    tallies["trips"].add("right" if away and guessed else "missed" if away else "wrong" if guessed and not told["nights_away"] else "silent" if not guessed else "guessed", who)  # fmt: skip
    _quiet(said["sleep"], found, tallies["quiet hours"], who)


def _said(trail: Trail, name: str, observer: Observer | None = None) -> list[Guess]:
    rule, who = next(one for one in rules() if one.id == name), observer or trail.observer("everyone")
    return [one for one in trail.guess(rule, who, "ownership") if isinstance(one, Guess)]


def _anchor(said: list[Guess], listed: list[dict[str, Any]], hidden: set[str | None], tally: Tally, who: str) -> None:
    """A home or workplace is found within a kilometre; `hidden` are those that no record leads to, nor to a station of theirs alone."""
    points = [(one.point.lat, one.point.lon) for one in said if one.point is not None]
    for one in listed:
        near = any(metres((one["lat"], one["lon"]), point) <= NEAR_M for point in points)
        tally.add("right" if near else "silent" if one["id"] in hidden else "missed", f"{who} {one['id']}")
    off = [point for point in points if all(metres((one["lat"], one["lon"]), point) > NEAR_M for one in listed)]
    for _ in off:
        tally.add("wrong", who)


def _anchor_alone(said: list[Guess], listed: list[dict[str, Any]], tally: Tally, who: str) -> None:
    """What one company says has to be right; what it could have known is nobody's to say, for the truth counts the records of all."""
    points = [(one.point.lat, one.point.lon) for one in said if one.point is not None]
    for point in points:
        right = any(metres((one["lat"], one["lon"]), point) <= NEAR_M for one in listed)
        tally.add("right" if right else "wrong", who)


def _instants(told: dict[str, Any], names: tuple[str, ...]) -> np.ndarray:
    at = [one["at"].removesuffix("Z") for name in names for one in told["recurring"].get(name, ()) if one["recorded"]]
    return np.array(at, "datetime64[s]")


def _shared(one: np.ndarray, series: np.ndarray) -> float:
    """Answer which share of a guess's rows are of a series, by day: a card's statement knows no hours."""
    return float(np.isin(one.astype("datetime64[D]"), series.astype("datetime64[D]")).mean()) if len(one) else 0.0


def _series(
    said: list[Guess], told: dict[str, Any], names: tuple[str, ...], seconds: np.ndarray, tally: Tally, who: str
) -> None:
    true = _instants(told, names)
    rows = [seconds[one.evidence] for one in said if len(one.evidence)]
    hit = any(_shared(one, true) >= SHARE and _shared(true, one) >= SHARE for one in rows) if len(true) else False
    could = len(true) >= LEAST
    guessed = bool(rows) and names in {PAY, RENT}
    tally.add("right" if could and hit else "wrong" if could and guessed else "missed" if could else "guessed" if guessed else "silent", who)  # fmt: skip


def _quiet(said: list[Guess], found: simulate.Simulated, tally: Tally, who: str) -> None:
    """Quiet hours are an upper bound of sleep: right where the middle night lies within them."""
    slept = [(found.life.local(start), found.life.local(end)) for start, end, _ in truth.sleep(found.life)]
    quiet = next((one for one in said if one.key == "quiet"), None)
    middles = np.array([_after_noon(since) + (until - since).total_seconds() / 120 for since, until in slept])
    # Whoever sleeps by day after a shift and by night before a day off has no quiet hours of their own.
    regular = abs(np.exp(2j * np.pi * middles / 1440).mean()) >= ONE_SLEEP
    if quiet is None:
        tally.add("missed" if regular and len(found.told) > 4 * DAYS else "silent", who)
        return
    since, until = quiet.values["from"], quiet.values["until"]
    assert isinstance(since, Clock)
    assert isinstance(until, Clock)
    bed, up = (float(np.median([_after_noon(one[side]) for one in slept])) for side in (0, 1))
    right = (since.minute - 720) % 1440 <= bed + EARLY_MIN and (until.minute - 720) % 1440 >= up - EARLY_MIN
    tally.add("right" if right else "wrong", f"{who}: {since.minute / 60:.1f} to {until.minute / 60:.1f} h, slept {(bed + 720) % 1440 / 60:.1f} to {(up + 720) % 1440 / 60:.1f}")  # fmt: skip


def _after_noon(at: datetime) -> float:
    return (at.hour * 60 + at.minute - 720) % 1440
