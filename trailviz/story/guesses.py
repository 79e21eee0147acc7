"""Guesses in words: each a sentence that says it is a guess, with its rows, what came second and what would make it wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from babel.dates import get_day_names
from babel.numbers import format_decimal, format_percent

from trailviz import atlas
from trailviz.events import written
from trailviz.guesses import (
    COUNTED,
    UNCALIBRATED,
    Abstained,
    Clock,
    Guess,
    Length,
    Party,
    Point,
    Share,
    Span,
    Sum,
    Term,
    Weekday,
)
from trailviz.story import whereabouts
from trailviz.story.clauses import Speaker
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trailviz.guesses import Rule, Source, Value
    from trailviz.registry import Observer
    from trailviz.trail import Trail

MOST_ROWS = 100
KILOMETRE_M, DAY_S, HOUR_S = 1000.0, 86_400.0, 3600.0
WHOLE_DAYS_FROM_S = 2 * DAY_S
CLOSE_M = 30.0
"""No radius is told finer than a house and its street."""
MOST_SURE = 0.99
PART_OF_TOWN_M = 1500.0
"""As far as `near` a station reaches: of a point known no better only the town is said."""
SURE = {"very_likely": mark("very likely"), "probably": mark("probably")}
NOBODY_MEASURED = mark("Uncalibrated: nobody has measured how often such a guess is right.")
ARITHMETIC = mark("Counted from the rows, not guessed.")


@dataclass(frozen=True)
class Told:
    """One guess in words. `measured`: what its sureness was measured on, or that nobody measured it. `rows` and `positions` are at most `MOST_ROWS` of `count`; `sure` is empty where nobody measured."""

    rule: str
    what: str
    key: str
    text: str
    sure: str
    p: float | None
    calibration: str
    measured: str
    point: Point | None
    span: tuple[int, int] | None
    positions: tuple[int, ...]
    rows: tuple[tuple[str, int], ...]
    events: tuple[str, ...]
    count: int
    others: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A rule's answer in one language: its guesses, or why it says nothing, and where the rule comes from."""

    rule: str
    title: str
    about: str
    gate: bool
    calibration: str
    told: tuple[Told, ...]
    silences: tuple[str, ...]
    sources: tuple[Source, ...]


def read(trail: Trail, rule: Rule, observer: Observer, scenario: str, lang: str, *, unveil: bool = False) -> Reading:
    """Word what a rule guesses from what an observer has of a trail."""
    return worded(trail, rule, trail.guess(rule, observer, scenario), lang, unveil=unveil)


def worded(trail: Trail, rule: Rule, found: Sequence[Guess | Abstained], lang: str, *, unveil: bool = False) -> Reading:
    """Word what a rule answered."""
    values = (one.values for one in found)
    others = (other.values for one in found if isinstance(one, Guess) for other in one.others)
    positions = sorted({one.position for each in (*values, *others) for one in _parties(each.values())})
    speaker = Speaker.of(trail, positions, lang, unveil=unveil)
    saying = _Saying(rule, speaker)
    return Reading(
        rule=rule.id,
        title=_in(rule.title, lang),
        about=_in(rule.about, lang),
        gate=rule.gate,
        calibration=saying.measured(rule.calibration),
        told=tuple(saying.guess(one) for one in found if isinstance(one, Guess)),
        silences=tuple(saying.silence(one) for one in found if isinstance(one, Abstained)),
        sources=rule.sources,
    )


def lines(one: Told, words: Words) -> list[str]:
    """Say a guess line by line, for a terminal: the sentence first."""
    first = one.text if not one.sure else f"{sureness(one, words)}: {one.text}"
    # A row may have told several events; it is named once.
    rows = list(dict.fromkeys(one.rows))
    shown = "; ".join(words.say("{file}, row {row}", file=file, row=row) for file, row in rows[:3])
    more = one.count - (len(one.rows) - len(rows)) - min(len(rows), 3)
    rest = words.say("rests on {rows}", rows=shown) if shown else ""
    if shown and more > 0:
        rest += words.say(" and {n} more", n=more)
    return [
        first,
        *([rest] if rest else []),
        *(words.say("or else: {other}", other=other) for other in one.others),
        *(words.say("wrong if: {reason}", reason=reason) for reason in one.wrong),
    ]


def sureness(one: Told, words: Words) -> str:
    """Say how sure a guess is: very likely (0.91); nothing where nobody measured."""
    return "" if one.p is None else f"{words.say(SURE[one.sure])} ({probability(one.p)})"


def probability(p: float) -> str:
    """Write a probability with two figures; never 1.00, since nothing here is certain."""
    return f"{min(p, MOST_SURE):.2f}"


def record(reading: Reading) -> dict[str, Any]:
    """Write a rule's answer as scripts read it (docs/cli.md)."""
    return {
        "rule": reading.rule,
        "title": reading.title,
        "calibration": reading.calibration,
        "guesses": [
            {
                "what": one.what,
                "key": one.key,
                "text": one.text,
                "sure": one.sure or None,
                "p": None if one.p is None else round(one.p, 4),
                "calibration": one.calibration,
                "lat": one.point and round(one.point.lat, 6),
                "lon": one.point and round(one.point.lon, 6),
                "r50_m": one.point and round(one.point.r50_m),
                "r90_m": one.point and round(one.point.r90_m),
                "from_us": one.span and one.span[0],
                "until_us": one.span and one.span[1],
                "events": list(one.events),
                "rows": [{"file": file, "row": row} for file, row in one.rows],
                "count": one.count,
                "others": list(one.others),
                "wrong_if": list(one.wrong),
            }
            for one in reading.told
        ],
        "abstains": list(reading.silences),
        "sources": [
            {"title": one.title, "article": one.article, "date": one.date, "url": one.url} for one in reading.sources
        ],
    }


@dataclass(frozen=True)
class _Saying:
    """A rule's texts, filled in one language."""

    rule: Rule
    speaker: Speaker

    @property
    def words(self) -> Words:
        return self.speaker.words

    def guess(self, one: Guess) -> Told:
        trail, rule = self.speaker.trail, self.rule
        rests = list(dict.fromkeys(one.evidence.tolist()))
        chosen = rests[:MOST_ROWS]
        # A rule that was measured may guess something besides that was not.
        calibration = UNCALIBRATED if one.p is None and rule.calibration != COUNTED else rule.calibration
        wrong = (
            _in(rule.wrong[key], self.words.lang)
            for key in (rule.wrong_of[one.what] if one.wrong is None else one.wrong)
        )
        return Told(
            rule=rule.id,
            what=one.what,
            key=one.key or one.what,
            text=self.fill(rule.says[one.what], one.values),
            sure=one.sure,
            p=one.p,
            calibration=calibration,
            measured=self.measured(calibration),
            point=one.point,
            span=one.span,
            positions=tuple(chosen),
            rows=tuple(trail.row_of(at) for at in chosen),
            events=tuple(written(trail.events.ids[at]) for at in chosen),
            count=len(rests),
            others=tuple(self.other(one.what, other.values, other.p) for other in one.others),
            wrong=tuple(wrong),
        )

    def other(self, what: str, values: Mapping[str, Value], p: float | None) -> str:
        text = self.fill(self.rule.says[what], values)
        return text if p is None else f"{text} ({probability(p)})"

    def silence(self, one: Abstained) -> str:
        return self.fill(self.rule.abstains[one.why], one.values)

    def measured(self, calibration: str) -> str:
        if calibration == COUNTED:
            return self.words.say(ARITHMETIC)
        if calibration == UNCALIBRATED:
            return self.words.say(NOBODY_MEASURED)
        return _in(self.rule.measured, self.words.lang)

    def fill(self, text: Mapping[str, str], values: Mapping[str, Value]) -> str:
        return _in(text, self.words.lang).format(**{name: self.value(one) for name, one in values.items()})

    def value(self, one: Value) -> str:  # noqa: PLR0911 - one return a kind of value
        """Write a value as the reader's language does."""
        match one:
            case Sum(amount, currency):
                return self.words.sum(amount, currency)
            case Party(position):
                return self.speaker.company(position, kind=False)
            case Point():
                return self.point(one)
            case Term(code):
                return _in(self.rule.term[code], self.words.lang)
            case tuple():
                return self.words.listed([self.value(each) for each in one])
            case str():
                return one
        return measure(one, self.words)

    def point(self, one: Point) -> str:
        """Say where a point is, no finer than it is known: near a station, in a town, or at its degrees."""
        radius = length(max(one.r90_m, CLOSE_M), self.words)
        if (near := self.near(one)) is not None:
            return self.words.say("{near} (known to {radius})", near=near, radius=radius)
        digits = 4 if one.r90_m < KILOMETRE_M / 2 else 3 if one.r90_m < 5 * KILOMETRE_M else 2
        lat, lon = (f"{degrees:.{digits}f}" for degrees in (one.lat, one.lon))
        return self.words.say("at {lat}, {lon} (known to {radius})", lat=lat, lon=lon, radius=radius)

    def near(self, one: Point) -> str | None:
        """Say what a point is near; a station says too much of a point that is known to a part of town."""
        if one.r90_m <= PART_OF_TOWN_M:
            return whereabouts.beside(self.speaker.trail, np.array([one.lat]), np.array([one.lon]), self.words)[0]
        towns = atlas.cities()
        row = towns.around(one.lat, one.lon)
        return None if row < 0 else whereabouts.at(towns.place(row), self.words)


def measure(one: float | date | Share | Clock | Weekday | Span | Length, words: Words) -> str:  # noqa: PLR0911 - one return a kind of value
    """Write a number, a date or a measure as the reader's language does."""
    match one:
        case Share(of_one):
            return str(format_percent(of_one, locale=words.locale))
        case Clock(minute):
            return clock(minute)
        case Weekday(number):
            return str(get_day_names("wide", locale=words.locale)[number])
        case Span(seconds):
            return span(seconds, words)
        case Length(metres):
            return length(metres, words)
        case date():
            return words.day(one)
        case int():
            return str(format_decimal(one, locale=words.locale))
    return str(format_decimal(Decimal(f"{one:.3g}"), locale=words.locale))


def clock(minute: float) -> str:
    """Write minutes after midnight: 07:40."""
    whole = round(minute) % (24 * 60)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def length(metres: float, words: Words) -> str:
    """Write a length with the figures it deserves: 400 m, 1.2 km, 35 km."""
    if metres < KILOMETRE_M:
        return words.say("{metres} m", metres=f"{round(metres, -1 if metres >= 100 else 0):.0f}")  # noqa: PLR2004 - two figures
    far = metres / KILOMETRE_M
    return words.say("{km} km", km=f"{far:.1f}".removesuffix(".0") if far < 10 else f"{far:.0f}")  # noqa: PLR2004 - two figures


def span(seconds: float, words: Words) -> str:
    """Write a length of time: 25 min, 7 h 30 min, 12 days."""
    if seconds >= WHOLE_DAYS_FROM_S:
        return words.say("{days} days", days=round(seconds / DAY_S))
    return words.span(round(seconds / 60))


def _parties(values: Iterable[Value]) -> Iterable[Party]:
    for one in values:
        if isinstance(one, Party):
            yield one
        elif isinstance(one, tuple):
            yield from _parties(one)


def _in(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or texts["en"]
