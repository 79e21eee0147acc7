"""Sentences about what in a trail cannot be, or hardly can: what it is, where, and what a person can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from trailviz.events import written
from trailviz.registry import SELF
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from trailviz.doubts import Doubt
    from trailviz.trail import Trail

SAID = {
    "teleport": mark(
        "{file}: leaps faster than any plane: {count}. The fastest: {km} km in {time} (row {row} to row {last})."
    ),
    "two_phones": mark(
        "{file}: points that come in turns from two places some {km} km apart, with {count} leaps between them (one from row {row} to row {last}). So two phones in one export look."
    ),
    "fast": mark(
        "{file}: stretches faster than a road allows, and no record of a flight or a train: {count}. The longest: {km} km in {time} (row {row} to row {last})."
    ),
    "infeasible": mark(
        "{one} and {other}: records too far apart for the time between them: {count}. The farthest: {km} km in {time} ({file}, row {row}; {last_file}, row {last})."
    ),
    "null_island": mark("{file}: points at 0, 0, in the sea off Africa: {count} (the first in row {row})."),
    "swapped": mark(
        "{file}: points that lie amid your other places once latitude and longitude are swapped: {count} of {of} (the first in row {row})."
    ),
    "latitude": mark("{file}: cells that can be no latitude, for they lie beyond a pole: {count}."),
    "gcj02": mark(
        "{file}: {count} of {of} places lie some {metres} m from places in {other}, all the same way, as Chinese maps (GCJ-02) are shifted from GPS (WGS-84). One place as it stands: {lat}, {lon}. Shifted back: {shifted_lat}, {shifted_lon}."
    ),
    "backwards": mark("{file}: rows that end before they begin: {count} (the first is row {row})."),
    "ages_off": mark("{file}: times before 1990 or after 2099: {count} (the first in row {row})."),
    "zone_assumed": mark("{file}: times that name no zone, read as {zone}: {count}."),
}
ADVICE = {
    "teleport": mark(
        "One of the two points is wrong, or a clock was. If you know which, remove its row from a copy of the file."
    ),
    "two_phones": mark("If one of them is another person's, or stays at home, export each phone by itself."),
    "fast": mark("A flight or a fast train explains it; so do a wrong point and another person's phone."),
    "infeasible": mark("You were not at both: a card lent, an order made from afar, or a wrong place or time."),
    "null_island": mark("A program wrote nought where it knew nothing. Read them as no place."),
    "swapped": mark("If the columns are the wrong way round, swap their headings in a copy of the file."),
    "latitude": mark("Latitude and longitude may be the wrong way round: swap their headings in a copy of the file."),
    "gcj02": mark(
        "To read the file as GCJ-02, say --datum {file}=gcj02, or turn the switch in the app. Leave it away, and all is as before."
    ),
    "backwards": mark(
        "One of their two times is wrong. No stay and no way is read from them; if you know which time it is, put it right in a copy of the file."
    ),
    "ages_off": mark(
        "A clock was not set, or a date was misread. Put it right, or leave the row out, in a copy of the file."
    ),
    "zone_assumed": mark("If they were written elsewhere, say where with --zone, such as --zone Europe/Berlin."),
}
UNCHANGED = mark("These are findings. Nothing was changed, moved or left out because of them.")
NOTHING = mark("Nothing in these files contradicts itself, as far as trailviz looks.")
MOST_ROWS = 100


@dataclass(frozen=True)
class Told:
    """A doubt in words: what it is, and what a person can do."""

    doubt: Doubt
    text: str
    advice: str


def doubts(trail: Trail, lang: str = "en") -> list[Told]:
    """Say what there is to doubt in a trail."""
    words = Words(lang)
    return [_told(one, trail, words) for one in trail.doubts]


def lines(told: list[Told]) -> list[str]:
    """List doubts with what to do, indented; what is to do about several in a row stands once, after the last."""
    listed = []
    for one, following in zip_longest(told, told[1:]):
        listed.append(one.text)
        if following is None or following.advice != one.advice:
            listed.append(f"    {one.advice}")
    return listed


def record(told: Told, trail: Trail) -> dict[str, object]:
    """Write a doubt as scripts read it; docs/cli.md describes it."""
    one = told.doubt
    rows = one.rows[:MOST_ROWS].tolist()
    stands = [trail.row_of(row) for row in rows]
    return {
        "code": one.code,
        "file": one.file,
        "other": one.other or None,
        "numbers": dict(one.numbers),
        "count": len(one.rows),
        "pair": [written(int(trail.events.ids[row])) for row in one.pair],
        "events": [written(int(trail.events.ids[row])) for row in rows],
        "rows": [{"file": file, "row": row} for file, row in stands],
        "text": told.text,
        "advice": told.advice,
    }


def _told(one: Doubt, trail: Trail, words: Words) -> Told:
    stands = [trail.row_of(row) for row in one.pair] or [(one.file, 0)]
    numbers = one.numbers
    between = one.code == "infeasible"
    values = {
        "file": stands[0][0],
        "row": stands[0][1],
        "last_file": stands[-1][0],
        "last": stands[-1][1],
        "one": _name(one.file, trail, words) if between else one.file,
        "other": _name(one.other, trail, words) if between else one.other,
        "zone": one.other or "UTC",
        "km": f"{numbers.get('distance_m', 0) / 1000:,.0f}",
        "metres": f"{numbers.get('distance_m', 0):,.0f}",
        "time": _time(numbers.get("seconds", 0), words),
        "count": f"{numbers.get('count', 0):,.0f}",
        "of": f"{numbers.get('of', 0):,.0f}",
        **{name: f"{numbers.get(name, 0):.5f}" for name in ("lat", "lon", "shifted_lat", "shifted_lon")},
    }
    return Told(one, words.say(SAID[one.code], **values), words.say(ADVICE[one.code], **values))


def _name(collector: str, trail: Trail, words: Words) -> str:
    return words.say("your own device") if collector == SELF else trail.registry.company(collector).name(words.lang)


def _time(seconds: float, words: Words) -> str:
    return words.say("{count} s", count=round(seconds)) if seconds < 60 else words.span(round(seconds / 60))  # noqa: PLR2004 - a minute
