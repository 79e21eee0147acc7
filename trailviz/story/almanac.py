"""The almanac in words and as JSON: a calendar of days, hours by level, gaps that come back, bits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from trailviz.gaps import LEVELS
from trailviz.gaps.recurring import EVERY_DAY, WEEKDAYS, WEEKEND
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, tzinfo

    from trailviz.almanac import Almanac, Worth
    from trailviz.gaps import Recurring, Stretch, Thresholds
    from trailviz.registry import Registry

PARTS = {
    "known": mark("known: in a ride or visit it has from end to end"),
    "blind": mark("blind: a file speaks, and no place is known"),
    "not_loaded": mark("not loaded: no file covers it"),
}
LEGEND = {
    "known": mark("known"), "blind": mark("blind"), "not_loaded": mark("not loaded"), "observed": mark("observed"),
    "likely_stayed": mark("likely stayed"), "one_of_two": mark("one of two places"), "time_only": mark("a time only"),
    "area_only": mark("within reach only"),
}  # fmt: skip
LEVEL_WORDS = {
    "observed": mark("observed: within {hold} of a record with a place, or in a known ride or visit"),
    "likely_stayed": mark("likely stayed: the records before and after name the same place"),
    "one_of_two": mark("one of two places: the records before and after differ"),
    "time_only": mark("a time only: a record that names no place"),
    "area_only": mark("nothing but what could be reached"),
}
DAYS = (
    mark("every Monday"), mark("every Tuesday"), mark("every Wednesday"), mark("every Thursday"), mark("every Friday"),
    mark("every Saturday"), mark("every Sunday"),
)  # fmt: skip
SHORT_DAYS = (mark("Mo"), mark("Tu"), mark("We"), mark("Th"), mark("Fr"), mark("Sa"), mark("Su"))
TOGETHER = {EVERY_DAY: mark("every day"), WEEKDAYS: mark("every weekday"), WEEKEND: mark("every Saturday and Sunday")}
SHADES = "▁▂▃▄▅▆▇█"
BLIND, NOT_LOADED = "░", "·"
CELL = 6
QUARTER_S = 15 * 60
LITTLE = 0.001
"""A chance below this is worded so: the figure behind it would say more than a model of chance can."""


def calendar(found: Almanac, words: Words) -> list[str]:
    """Draw the days as a calendar, a month a block: how much of each day is known, blind all day, or not loaded."""
    lines: list[str] = []
    month = None
    cells: list[str] = []
    for number, day in enumerate(found.days):
        if (day.year, day.month) != month:
            lines += _weeks(cells)
            month, cells = (day.year, day.month), [" " * CELL] * day.weekday()
            lines += ["", f"{day:%Y-%m}", "".join(_padded(words.say(name)) for name in SHORT_DAYS).rstrip()]
        cells.append(f"{day.day:>2} {shade(found, number)}  ")
    lines += _weeks(cells)
    lines += [
        "",
        words.say(
            "▁ known for less than 15 min, each step twice as long, █ for 16 h or more; ░ blind all day; · no file covers the day"
        ),
    ]
    return lines


def labels(found: Almanac, rows: Mapping[date, int], words: Words) -> list[str]:
    """Say each day in a line: how long it is known, blind and not loaded, and how many records there are."""
    told = []
    # Ten years have few lengths in whole minutes: each is worded once.
    spelled: dict[int, str] = {}
    for number, day in enumerate(found.days):
        minutes = [round(float(found.parts[name][number]) / 60) for name in ("known", "blind", "not_loaded")]
        spans = [spelled.setdefault(one, words.span(one)) for one in minutes]
        told.append(
            words.say(
                "{day}: {known} known, {blind} blind, {rest} not loaded; records: {count}",
                day=words.day(day), known=spans[0], blind=spans[1], rest=spans[2], count=rows.get(day, 0),
            )
        )  # fmt: skip
    return told


def shade(found: Almanac, number: int) -> str:
    """Answer the sign of a day."""
    known, blind = (float(found.parts[name][number]) for name in ("known", "blind"))
    if not known + blind:
        return NOT_LOADED
    if not known:
        return BLIND
    # a ride is minutes and a visit hours: each step doubles
    return SHADES[int(np.clip(np.log2(known / QUARTER_S) + 1, 0, len(SHADES) - 1))]


def summary(found: Almanac, words: Words) -> list[str]:
    """Say how many hours are known, blind and not loaded, and how many are of each level."""
    who = found.observer.name(words.lang)
    first, last = words.day(found.days[0]), words.day(found.days[-1])
    lines = [words.say("{observer}, {first} to {last}", observer=who, first=first, last=last)]
    lines += [_hours(float(found.parts[name].sum()), words.say(text), words) for name, text in PARTS.items()]
    lines += ["", words.say("How sure it can be, hour by hour:")]
    hold = words.span(round(found.limits.hold_s / 60))
    for name in LEVELS:
        lines.append(_hours(float(found.levels[name].sum()), words.say(LEVEL_WORDS[name], hold=hold), words))
    lines.append(
        words.say("“Likely” and “one of two” are guesses from how people were measured to move; they shorten no gap.")
    )
    lines.append("")
    lines += [
        words.say(
            "gaps of at least {length}: {hours} h in all", length=words.span(round(hours * 60)), hours=f"{total:,.1f}"
        )
        for hours, total in found.gap_hours.items()
    ]
    return lines


def stretches(found: Iterable[Stretch], zone: tzinfo, limits: Thresholds, words: Words) -> list[str]:
    """Say, stretch by stretch, how sure an observer can be of where the person was."""
    lines = []
    hold = words.span(round(limits.hold_s / 60))
    for one in found:
        start, end = (words.clock(datetime.fromtimestamp(at / 1e6, UTC), zone) for at in (one.start, one.end))
        # A stretch ends at the end of the day, not at its beginning.
        lines.append(f"{start}–{'24:00' if end == '00:00' else end}  {words.say(LEVEL_WORDS[one.level], hold=hold)}")
    return lines


def returning(found: Iterable[Recurring], words: Words) -> list[str]:
    """Say which gaps come back, on how many days, and how many chance would bring."""
    return [
        words.say(
            "{days} {start}–{end}: blind from end to end on {blind} of {of}; any half-hour of the week is on about {expected} ({chance})",
            days=days_worded(one.days, words), start=one.clock(one.start), end=one.clock(one.end), blind=one.blind, of=one.of,
            expected=round(one.expected), chance=_chance(one.chance, words),
        )
        for one in found
    ]  # fmt: skip


def days_worded(days: tuple[int, ...], words: Words) -> str:
    """Say which days of the week."""
    if days in TOGETHER:
        return words.say(TOGETHER[days])
    return words.say(", ").join(words.say(DAYS[one]) for one in days)


def unsure(found: Almanac, words: Words) -> list[str]:
    """Say the mean location entropy beside what not knowing at all would be."""
    if not found.places:
        return [words.say("No record has a place, so there is nothing to be unsure between.")]
    # Bits say little to most people; so many equally likely places say the same.
    alike = 2**found.bits.mean
    return [
        words.say(
            "On average {bits} bits unsure, like {alike} equally likely places; of {places} places and elsewhere not knowing at all would be {most}.",
            bits=f"{found.bits.mean:.2f}", alike=f"{alike:.1f}", places=found.places, most=f"{found.most:.2f}",
        )
    ]  # fmt: skip


def worths(relations: Iterable[Worth], companies: Iterable[Worth], registry: Registry, words: Words) -> list[str]:
    """Say what each relation is worth, and what another company's own records would be."""
    lines = []
    for one in relations:
        if one.relation:
            row = one.relation
            first, second = (registry.company(end or "").name(words.lang) for end in (row.from_id, row.to_id))
            said = words.say(
                "{bits} bits: what {first} passes to {second} ({row})",
                # With its sign: what breaks a guess makes less sure, and righter (0005).
                bits=f"{one.bits:+.3f}",
                first=first,
                second=second,
                row=one.name,
            )
            lines.append(said)
    for one in companies:
        name = registry.company(one.name).name(words.lang)
        lines.append(
            words.say(
                "{bits} bits: all of {company}'s own records, if it had them", bits=f"{one.bits:+.3f}", company=name
            )
        )
    return lines


def record(found: Almanac) -> dict[str, object]:
    """Write an almanac as scripts read it."""
    return {
        "observer": found.observer.id,
        "scenario": found.scenario,
        "from": found.days[0].isoformat(),
        "to": found.days[-1].isoformat(),
        "thresholds": thresholds(found.limits),
        "days": [
            {
                "day": day.isoformat(),
                **{f"{name}_s": float(seconds[number]) for name, seconds in found.parts.items()},
                "levels_s": {name: float(found.levels[name][number]) for name in LEVELS},
            }
            for number, day in enumerate(found.days)
        ],
        "levels_h": {name: round(float(seconds.sum()) / 3600, 4) for name, seconds in found.levels.items()},
        "gap_hours": {f"{hours:g}": round(total, 4) for hours, total in found.gap_hours.items()},
        "recurring": [
            {
                "days": list(one.days), "start": one.clock(one.start), "end": one.clock(one.end), "blind": one.blind,
                "of": one.of, "expected": round(one.expected, 2), "p": one.chance,
            }
            for one in found.recurring
        ],
        "bits": {
            "mean": round(found.bits.mean, 6), "hours": round(found.bits.seconds / 3600, 4), "places": found.places,
            "most": round(found.most, 6),
        },
    }  # fmt: skip


def worth_record(relations: Iterable[Worth], companies: Iterable[Worth]) -> dict[str, object]:
    """Write what sources are worth, in bits, as scripts read it."""
    return {
        "worth": {
            "relations": [{"relation": one.name, "bits": round(one.bits, 6)} for one in relations],
            "companies": [{"company": one.name, "bits": round(one.bits, 6)} for one in companies],
        }
    }


def thresholds(limits: Thresholds) -> dict[str, float]:
    """Write the thresholds in the units of the command line."""
    return {
        "hold_min": limits.hold_s / 60,
        "same_m": limits.same_m,
        "sure": limits.sure,
        "outer_mps": limits.outer_mps,
        "shortest_min": limits.shortest_s / 60,
    }


def _weeks(cells: list[str]) -> list[str]:
    return ["".join(cells[at : at + 7]).rstrip() for at in range(0, len(cells), 7)]


def _padded(name: str) -> str:
    """Fill a name to the width of a cell; a Chinese character takes two places."""
    return name + " " * (CELL - sum(1 if one.isascii() else 2 for one in name))


def _hours(seconds: float, what: str, words: Words) -> str:
    return words.say("{hours} h  {what}", hours=f"{seconds / 3600:>10,.1f}", what=what)


def _chance(chance: float, words: Words) -> str:
    if chance < LITTLE:
        return words.say("less than one in a thousand by chance")
    return words.say("{chance} by chance", chance=f"{chance:.3f}")
