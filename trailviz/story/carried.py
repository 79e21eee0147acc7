"""A guessed place in words: near what, how sure, how far off, and the rows it rests on. It always says that it is a guess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from trailviz.events import written
from trailviz.guesses import VERY_LIKELY
from trailviz.places import BASES
from trailviz.words import mark

if TYPE_CHECKING:
    from datetime import date

    from trailviz.places import Carried
    from trailviz.story.clauses import Speaker

SURE = (mark("probably"), mark("very likely"))
WHERE = {
    "same_deed": mark("where the other record of this deed is"),
    "bracketed": mark("where you were both at {first} and at {last}"),
    "after": mark("near the place recorded at {first}"),
    "before": mark("near the place recorded at {first}"),
    "same_shop": mark("where this shop was on other visits"),
    "usual_hour": mark("where you mostly are at that hour of the week"),
}
RODE = {
    "after": mark("near where the ride at {first} ended"),
    "before": mark("near where the ride at {first} began"),
    "same_deed": mark("where the ride ended or began that it paid for"),
}
GUESS = mark("Guess: {sure} {where} (p {p}), within about {far}.")
IF_PRESENT = mark("Guess: if you paid in person, {sure} {where} (p {p}), within about {far}.")
RESTS = mark("It rests on {rows}.")
SECOND = mark("Or else near {lat}, {lon} (p {p}).")
MOVING = ("ride", "leg")
WORTH = 0.05
"""A runner-up less likely than this is not worth a sentence."""
MOST = 0.99
"""No guess is certain, whatever rounding makes of it."""
KILOMETRE_M, FAR_M = 1000.0, 10_000.0


@dataclass(frozen=True)
class Guessed:
    """The guessed place of one event, in words. `positions` and `rows`: the events it rests on; `r90_m` nine times in ten."""

    position: int
    text: str
    rests: str
    second: str
    p: float
    lat: float
    lon: float
    r50_m: float
    r90_m: float
    basis: str
    if_present: bool
    positions: tuple[int, ...]
    events: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Its sentences in order: the guess, the runner-up if there is one, what it rests on."""
        return tuple(part for part in (self.text, self.second, self.rests) if part)

    def record(self) -> dict[str, object]:
        """Write it as scripts read it; docs/cli.md describes it."""
        return {
            "text": self.text,
            "p": round(self.p, 4),
            "basis": self.basis,
            "if_present": self.if_present,
            "lat": round(self.lat, 6),
            "lon": round(self.lon, 6),
            "r50_m": round(self.r50_m),
            "r90_m": round(self.r90_m),
            "rests_on": list(self.events),
            "rows": [{"file": file, "row": row} for file, row in self.rows],
        }


def guessed(speaker: Speaker, carried: Carried, position: int, day: date) -> Guessed | None:
    """Word the place an event was guessed to be at; None where none is told."""
    number = carried.entry(position)
    if number is None:
        return None
    trail, say = speaker.trail, speaker.words.say
    rests = carried.rests_on(number).tolist()
    basis = BASES[carried.basis[number]]
    kinds, words = trail.events.words("kind")
    rode = all(words[kinds[one]] in MOVING for one in rests)
    where = RODE[basis] if rode and basis in RODE else WHERE[basis]
    since, until = _around(speaker, rests, position, day)
    place = say(where, first=until if basis == "before" else since, last=until)
    p, r90 = float(carried.p[number]), float(carried.r90_m[number])
    present = bool(carried.if_present[number])
    text = say(
        IF_PRESENT if present else GUESS,
        sure=say(SURE[p >= VERY_LIKELY]),
        where=place,
        p=f"{min(p, MOST):.2f}",
        far=_far(r90, speaker),
    )
    rows = tuple(trail.row_of(one) for one in rests)
    told = say(", ").join(say("{file}, row {row}", file=file, row=row) for file, row in rows)
    other = float(carried.second_p[number])
    lat, lon = (f"{float(one[number]):.4f}" for one in (carried.second_lat, carried.second_lon))
    second = say(SECOND, lat=lat, lon=lon, p=f"{other:.2f}") if other >= WORTH else ""
    return Guessed(
        position, text, say(RESTS, rows=told), second, p, float(carried.lat[number]), float(carried.lon[number]),
        float(carried.r50_m[number]), r90, basis, present, tuple(rests), tuple(written(trail.events.ids[one]) for one in rests), rows,
    )  # fmt: skip


def _around(speaker: Speaker, rests: list[int], position: int, day: date) -> tuple[str, str]:
    """Say when the person was last recorded before a row, and when first after it, by the events its place rests on."""
    events = speaker.trail.events
    start, end = (events.instants(name) for name in ("start", "end"))
    at = start[position]
    every = np.concatenate([start[rests], end[rests]])
    every = every[~np.isnat(every)]
    before, after = every[every <= at], every[every >= at]
    since, until = (before.max() if len(before) else at), (after.min() if len(after) else at)
    return _clock(speaker, since, day), _clock(speaker, until, day)


def _clock(speaker: Speaker, moment: np.datetime64, day: date) -> str:
    """Write a time of day, with its date where it is another day's."""
    words, zone = speaker.words, speaker.trail.zone
    instant = datetime.fromtimestamp(int(moment.astype("datetime64[us]").astype(np.int64)) / 1e6, UTC)
    local = instant.astimezone(zone).date()
    clock = words.clock(instant, zone)
    return clock if local == day else words.say("{time} on {day}", time=clock, day=words.day(local))


def _far(metres: float, speaker: Speaker) -> str:
    """Write a radius no finer than it is known."""
    step = 10 if metres < KILOMETRE_M / 5 else 50
    if metres < KILOMETRE_M:
        return speaker.words.say("{metres} m", metres=max(10, int(round(metres / step) * step)))
    return speaker.words.say("{km} km", km=f"{metres / KILOMETRE_M:.{0 if metres >= FAR_M else 1}f}")
