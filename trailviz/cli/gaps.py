"""The command about not knowing: the gaps of a day, or the almanac of a span of days."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from trailviz.cli.saying import (
    SOME_NOT,
    USABLE,
    RefusedError,
    chosen_day,
    chosen_observer,
    day_of,
    speaking,
    tell,
    tell_json,
)
from trailviz.cli.saying import trail as follow

if TYPE_CHECKING:
    from trailviz.gaps import Thresholds
    from trailviz.registry import Observer
    from trailviz.trail import Trail
    from trailviz.words import Words

LONGEST_DAYS = 366 * 120


def describe(one: ArgumentParser) -> None:
    """Describe the options of `gaps`."""
    one.add_argument("--from", dest="first", metavar="D", help="the first day of a span: a calendar instead of one day")
    one.add_argument("--to", dest="last", metavar="D", help="its last day, counted too (default: the trail's last)")
    one.add_argument("--all", action="store_true", help="the span from the trail's first day to its last")
    one.add_argument("--shortest", type=float, metavar="MIN", help="pass over shorter gaps (default: 30)")
    one.add_argument(
        "--hold", type=float, metavar="MIN", help="how long a place still counts around its record (default: 15)"
    )
    one.add_argument("--same", type=float, metavar="METRES", help="how near two records are one place (default: 150)")
    one.add_argument("--sure", type=float, metavar="SHARE", help="how sure a guess must be, 0 to 1 (default: 0.8)")
    one.add_argument(
        "--fastest", type=float, metavar="MPS", help="nobody moves faster, in metres a second (default: 33.3)"
    )
    one.add_argument(
        "--speed", type=float, metavar="MPS", help="the speed of the reachable area (default: the last mode's)"
    )
    one.add_argument("--worth", action="store_true", help="what each relation and each other company is worth, in bits")
    speaking(one)


def gaps(parsed: Namespace) -> int:
    """List when a company does not know where you were."""
    from trailviz.words import Words  # noqa: PLC0415 - a quick --help

    limits = _limits(parsed)
    trail = follow(parsed)
    observer, words = chosen_observer(trail, parsed.observer), Words(parsed.lang)
    if parsed.first or parsed.last or parsed.all or parsed.worth:
        return _span(parsed, trail, observer, limits, words)
    return _day(parsed, trail, observer, limits, words)


def _limits(parsed: Namespace) -> Thresholds:
    """Read the thresholds.

    Raises:
        RefusedError: If one is out of its range.
    """
    from trailviz.gaps import Thresholds  # noqa: PLC0415

    usual = Thresholds()
    asked = {
        "hold_s": (parsed.hold, 60.0, 0.0, 24 * 60.0, "--hold", "minutes from 0 to 1440"),
        "shortest_s": (parsed.shortest, 60.0, 0.0, 24 * 60.0, "--shortest", "minutes from 0 to 1440"),
        "same_m": (parsed.same, 1.0, 1.0, 10_000.0, "--same", "metres from 1 to 10000"),
        "sure": (parsed.sure, 1.0, 0.0, 1.0, "--sure", "a share from 0 to 1"),
        "outer_mps": (parsed.fastest, 1.0, 0.1, 400.0, "--fastest", "metres a second from 0.1 to 400"),
    }
    found = {name: getattr(usual, name) for name in asked}
    for name, (value, unit, least, most, option, expected) in asked.items():
        if value is not None:
            if not least <= value <= most:
                raise RefusedError(f"Expected {expected} after {option}.")
            found[name] = value * unit
    if parsed.speed is not None and not 0 < parsed.speed <= 400:  # noqa: PLR2004 - faster than any airliner
        raise RefusedError("Expected metres a second, more than 0 and at most 400, after --speed.")
    return Thresholds(**found)


def _day(parsed: Namespace, trail: Trail, observer: Observer, limits: Thresholds, words: Words) -> int:
    from trailviz import almanac  # noqa: PLC0415
    from trailviz.story import almanac as telling  # noqa: PLC0415
    from trailviz.story import record  # noqa: PLC0415

    day = chosen_day(trail, parsed.day)
    found = trail.gaps(observer, parsed.scenario, day, speed_mps=parsed.speed, shortest_s=limits.shortest_s)
    if parsed.json:
        tell_json([record.gap(one) for one in found])
        return USABLE
    tell(f"as {observer.id}, scenario {parsed.scenario}, day {day}, zone {trail.zone_name}")
    for one in found:
        start, end = (at.astimezone(trail.zone).strftime("%H:%M") for at in (one.start, one.end))
        area = (
            f", {one.area.area_km2:.0f} km² within reach at {one.speed_mps} m/s"
            if one.area and not one.contradiction
            else ""
        )
        tell(f"{one.kind:10} {start}–{end}  {one.minutes // 60} h {one.minutes % 60:02d} min{area}")
    tell()
    for line in telling.stretches(
        almanac.stretches(trail, observer, parsed.scenario, day, limits), trail.zone, limits, words
    ):
        tell(line)
    return USABLE


def _span(parsed: Namespace, trail: Trail, observer: Observer, limits: Thresholds, words: Words) -> int:
    from trailviz import almanac  # noqa: PLC0415
    from trailviz.story import almanac as telling  # noqa: PLC0415

    first, last = (day_of(one) if one else None for one in (parsed.first, parsed.last))
    # Each relation is a walk of its own: one day, unless a span is asked for.
    if parsed.worth and not (parsed.first or parsed.last or parsed.all):
        first = last = chosen_day(trail, parsed.day)
    try:
        days = almanac.span(trail, first, last)
    except ValueError:
        # Two refusals, since two things can be done: get other files, or write the days the right way round.
        if not trail.days:
            raise RefusedError(
                "No row of these files has a time, so there is no day to tell. `trailviz check` says why.", SOME_NOT
            ) from None
        raise RefusedError("Expected a last day that is not before the first.") from None
    if len(days) > LONGEST_DAYS:
        raise RefusedError("Expected a span of at most 120 years.")
    found = almanac.almanac(trail, observer, parsed.scenario, days[0], days[-1], limits)
    worths = almanac.worth(trail, observer, parsed.scenario, days[0], days[-1], limits) if parsed.worth else None
    if parsed.json:
        tell_json(
            {**telling.record(found), "zone": trail.zone_name, **(telling.worth_record(*worths) if worths else {})}
        )
        return USABLE
    tell(f"as {observer.id}, scenario {parsed.scenario}, {days[0]} to {days[-1]}, zone {trail.zone_name}")
    # Another threshold is another result: figures never stand without theirs.
    tell(f"thresholds: {', '.join(f'{name} {value:g}' for name, value in telling.thresholds(limits).items())}")
    for part in (
        telling.calendar(found, words),
        telling.summary(found, words),
        telling.returning(found.recurring, words),
        telling.unsure(found, words),
        telling.worths(*worths, trail.known.registry, words) if worths else [],
    ):
        for line in part:
            tell(line)
        tell()
    return USABLE
