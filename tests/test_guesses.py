"""Guesses: only from what an observer has, with its rows; coarser records bring none back; few answers leave much open."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.acts import NO_TIME
from trailviz.cli import main
from trailviz.guesses import Abstained, Guess, rules
from trailviz.guesses.blur import FIGURES, PLACES_M, TIMES_S, Blur, Fate, Lab, blurred
from trailviz.guesses.held import wall_days
from trailviz.guesses.reality import score
from trailviz.story import fates
from trailviz.story import guesses as told
from trailviz.whatif import Change, changed
from trailviz.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailviz.trail import Trail

RULES = {one.id: one for one in rules()}
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)
HOSTILE = "![x](http://127.0.0.1:1/pixel.png) {{ 7*7 }} {name} <script>"


def _year(days: int = 40) -> list[dict[str, Any]]:
    """Tell of days between 7:30 and 23:00 in Shanghai, weekends from 9:30 to 0:30."""
    meal = {
        "collector": "alipay",
        "zone": "Asia/Shanghai",
        "precision_s": 1,
        "party": "示例面馆",
        "amount": 22,
        "currency": "CNY",
        "flow": "out",
        "presence": "in_person",
        "lat": 31.2,
        "lon": 121.4,
    }
    midnights = [MONDAY + timedelta(days=number, hours=-8) for number in range(days)]
    return [
        {**meal, "start": midnight + timedelta(hours=hour)}
        for number, midnight in enumerate(midnights)
        for hour in ((9.5, 13, 24.5) if number % 7 >= 5 else (7.5, 12.2, 23))
    ]


@pytest.mark.parametrize(
    ("metres", "english", "chinese"),
    [
        (42, "42 m", "42 米"),
        (287, "290 m", "290 米"),
        (1000, "1 km", "1 公里"),
        (1234, "1.2 km", "1.2 公里"),
        (35_400, "35 km", "35 公里"),
    ],
)
def test_a_length_is_written_in_the_readers_language(metres: float, english: str, chinese: str) -> None:
    """No Chinese sentence mixes its own words and the letters of a unit."""
    assert [told.length(metres, Words(lang)) for lang in ("en", "zh-Hans")] == [english, chinese]


def _asked(trail: Trail, rule: str, who: str = "alipay") -> tuple[Guess | Abstained, ...]:
    return trail.guess(RULES[rule], trail.observer(who), "ownership")


def test_every_rule_has_words_in_both_languages_and_a_dated_source() -> None:
    """A rule that ships says what it says, where it comes from, and since when."""
    for one in RULES.values():
        assert one.sources
        assert all(source.date for source in one.sources)
        assert one.calibration in {"counted", "uncalibrated"} or one.measured["zh-Hans"]


def test_every_rule_is_documented() -> None:
    """A rule that ships has its row in docs/guesses.md, with how sure it is."""
    told = (Path(__file__).parents[1] / "docs" / "guesses.md").read_text(encoding="utf-8")
    sure = {
        one.id: one.calibration if one.calibration in {"counted", "uncalibrated"} else "measured"
        for one in RULES.values()
    }

    assert [name for name, word in sure.items() if not re.search(rf"\| `{name}` \|.*\| {word} \|", told)] == []


def test_an_observer_holds_only_what_it_has(trail_of: Callable[..., Trail]) -> None:
    """Another company's rows are not there, and cells nobody told are blank."""
    rows = [*_year(3), {"collector": "uber", "kind": "ride", "start": MONDAY, "lat": 1.0, "lon": 2.0}]
    trail = trail_of(rows)
    held = trail.held(trail.observer("alipay"), "own")

    assert len(held) == 9
    assert "uber" not in {held.collector.words[code] for code in held.collector.codes}
    assert trail.held(trail.observer("uber"), "own").amount.tolist() == [-1]


def test_a_persons_own_notes_are_nobodys_to_guess_from(trail_of: Callable[..., Trail]) -> None:
    """What only the diary says, no observer holds."""
    trail = trail_of([*_year(2), {"collector": "self", "kind": "note", "start": MONDAY, "lat": 1.0, "lon": 2.0}])

    assert "note" not in {
        trail.held(trail.observer("everyone"), "state").kind.words[code]
        for code in trail.held(trail.observer("everyone"), "state").kind.codes
    }


def test_the_clock_on_the_wall_is_the_events_own(trail_of: Callable[..., Trail]) -> None:
    """Half past seven in Shanghai is half past seven, wherever the computer stands, and on both sides of a jump of the clocks."""
    berlin = [
        {**_year(1)[0], "zone": "Europe/Berlin", "start": datetime(2024, 3, day, hour, tzinfo=UTC)}
        for day, hour in ((30, 6), (31, 0), (31, 5))
    ]
    trail = trail_of([*_year(1)[:1], *berlin])
    held = trail.held(trail.observer("alipay"), "own")

    assert (held.wall // 60_000_000 % 1440).tolist() == [7 * 60 + 30, 7 * 60, 60, 7 * 60]
    assert str(wall_days(held.wall)[0]) == "2024-03-04"


def test_quiet_hours_are_those_of_the_rows(trail_of: Callable[..., Trail]) -> None:
    """From eleven to half past seven before workdays, later before free days."""
    found = {one.what: one for one in _asked(trail_of(_year()), "sleep") if isinstance(one, Guess)}

    assert told.clock(found["workdays"].values["from"].minute) == "23:00"  # type: ignore[union-attr]
    assert told.clock(found["workdays"].values["until"].minute) == "07:30"  # type: ignore[union-attr]
    assert told.clock(found["free_days"].values["until"].minute) == "09:30"  # type: ignore[union-attr]
    assert found["quiet"].p is None


def test_what_is_charged_at_half_past_four_every_night_wakes_nobody(trail_of: Callable[..., Trail]) -> None:
    """A day's fares are taken from the card in the night: the quiet hours go on until somebody does something."""
    fares = {**_year(1)[0], "party": "Transport for London", "presence": None}
    charged = [
        {**fares, "start": MONDAY + timedelta(days=number, hours=-3.5, minutes=number % 9)} for number in range(40)
    ]
    found = {one.what: one for one in _asked(trail_of([*_year(), *charged]), "sleep") if isinstance(one, Guess)}

    assert told.clock(found["workdays"].values["until"].minute) == "07:30"  # type: ignore[union-attr]


def test_nights_of_one_length_are_not_told_from_and_to_the_same(trail_of: Callable[..., Trail]) -> None:
    """Hours written whole: "usually for 10 h", and not "in half of them for 10 h to 10 h"."""
    meal = _year(1)[0]
    rows = [
        {**meal, "start": MONDAY + timedelta(days=number, hours=hour)} for number in range(20) for hour in (7, 13, 23)
    ]
    trail = trail_of(rows)
    reading = told.read(trail, RULES["sleep"], trail.observer("alipay"), "own", "en")

    assert "usually for 10 h" in reading.told[0].text
    assert reading.told[0].key == "quiet"


def test_somebody_who_works_at_night_keeps_their_own_night(trail_of: Callable[..., Trail]) -> None:
    """With meals all through the night, the quiet hours are by day."""
    meal = _year(1)[0]
    nights = [
        {**meal, "start": MONDAY + timedelta(days=number, hours=hour - 8)}
        for number in range(20)
        for hour in (19, 23, 26, 29, 33)
    ]
    found = next(one for one in _asked(trail_of(nights), "sleep") if isinstance(one, Guess))

    assert told.clock(found.values["from"].minute) == "09:00"  # type: ignore[union-attr]
    assert told.clock(found.values["until"].minute) == "19:00"  # type: ignore[union-attr]


def test_too_few_nights_are_said_and_not_guessed_from(trail_of: Callable[..., Trail]) -> None:
    """A week is not enough; the sentence says how many there are and are needed."""
    trail = trail_of(_year(7))
    reading = told.read(trail, RULES["sleep"], trail.observer("alipay"), "own", "en")

    assert reading.told == ()
    assert reading.silences == ("Nights with a record on both sides of a silence: 6; 14 are needed.",)


@pytest.mark.parametrize(
    ("later_h", "apart_deg", "pairs"), [(5.0, 0.0, 1), (5.0, 0.01, 0), (3.5, 0.0, 0), (6.5, 0.0, 0)]
)
def test_the_published_rule_is_two_rides_and_nothing_else(
    trail_of: Callable[..., Trail], later_h: float, apart_deg: float, pairs: int
) -> None:
    """Late on a Friday or Saturday, and again four to six hours later from within a tenth of a mile."""
    late = datetime(2024, 3, 9, 4, tzinfo=UTC)  # 23:00 on Friday in New York
    ride = {"collector": "uber", "kind": "ride", "zone": "America/New_York", "mode": "car", "lat": 40.7, "lon": -74.0}
    rows = [
        {**ride, "start": late, "end": late + timedelta(minutes=20), "end_lat": 40.75, "end_lon": -73.98},
        {**ride, "start": late + timedelta(hours=later_h, minutes=20), "lat": 40.75 + apart_deg, "lon": -73.98},
    ]
    found = _asked(trail_of(rows), "rides_of_glory", "uber")[0]

    assert (found.values["n"] if isinstance(found, Guess) else 0) == pairs


def test_a_rule_behind_the_gate_runs_only_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """By name alone it is refused, and says how to open the gate."""
    assert main(["guess", "--rule", "rides_of_glory"]) == 2
    assert "--sensitive" in capsys.readouterr().err
    assert main(["guess", "--json"]) == 0
    assert {one["rule"] for one in json.loads(capsys.readouterr().out)["rules"]} == {
        one.id for one in RULES.values() if not one.gate
    }


def test_a_name_with_braces_and_markup_is_only_a_name(trail_of: Callable[..., Trail]) -> None:
    """What a file says fills a sentence and never is one."""
    rows = [{**row, "party": HOSTILE} for row in _year()]
    trail = trail_of(rows)
    for one in RULES.values():
        for each in told.read(trail, one, trail.observer("alipay"), "own", "en").told:
            assert "7*7" not in each.text or HOSTILE in each.text


def test_a_coarser_record_says_less(trail_of: Callable[..., Trail]) -> None:
    """Times fall to the hour on the wall, places into squares, sums to their figures; nothing is counted away."""
    held = trail_of(_year(5)).held(trail_of(_year(5)).observer("alipay"), "own")
    coarse = blurred(held, Blur(1, 2, 1))

    assert len(coarse) == len(held)
    assert (coarse.wall % 3_600_000_000 == 0).all()
    assert len(np.unique(coarse.lat)) == 1
    assert (coarse.r90_m >= 700).all()
    assert set(coarse.amount.tolist()) == {220_000}
    assert np.isnan(blurred(held, Blur(place=4)).lat).all()
    assert (blurred(held, Blur(amount=3)).amount == -1).all()


@pytest.fixture(scope="module")
def lab(trail_of: Callable[..., Trail]) -> Lab:
    """One lab for all examples: each blur is worked out once."""
    trail = trail_of(_year())
    return Lab(trail.held(trail.observer("alipay"), "own"), list(RULES.values()))


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_to_blur_more_never_brings_a_guess_back(lab: Lab, data: st.DataObject) -> None:
    """Whatever survives a blur survives every lesser one."""
    limits = (len(TIMES_S), len(PLACES_M), len(FIGURES))
    one = Blur(*(data.draw(st.integers(0, size - 1)) for size in limits))
    more = Blur(*(data.draw(st.integers(at, size - 1)) for at, size in zip(vars(one).values(), limits, strict=True)))
    less, fates = lab.fates(one), lab.fates(more)

    assert all(fates[name] <= fate for name, fate in less.items())


def test_at_the_day_nobody_can_tell_quiet_hours(trail_of: Callable[..., Trail]) -> None:
    """The rule that needs hours is gone when only days are left."""
    trail = trail_of(_year())
    lab = Lab(trail.held(trail.observer("alipay"), "own"), [RULES["sleep"]])

    assert set(lab.fates(Blur()).values()) == {Fate.SURVIVES}
    assert set(lab.fates(Blur(time=3)).values()) == {Fate.GONE}


@given(st.lists(st.booleans(), max_size=60))
def test_the_interval_holds_the_share_and_narrows_with_answers(answers: list[bool]) -> None:
    """Within 0 and 1, around the share that was seen; twice as many answers leave less open."""
    one, twice = score(answers), score(answers * 2)

    assert 0 <= one.low <= one.high <= 1
    if answers:
        assert one.low <= one.right / one.answered <= one.high
        assert twice.high - twice.low < one.high - one.low


def test_five_of_seven_leave_much_open() -> None:
    """A figure from Wilson's own formula, worked by hand."""
    one = score([True] * 5 + [False] * 2)

    assert (round(one.low, 3), round(one.high, 3)) == (0.359, 0.918)


def test_a_start_known_only_within_bounds_is_no_time_to_guess_from(trail_of: Callable[..., Trail]) -> None:
    """It stays blank on the wall too, and has no day."""
    vague = {**_year(1)[0], "start_latest": MONDAY + timedelta(hours=9), "time_basis": "bounded"}
    held = trail_of([*_year(1), vague]).held(trail_of(_year(1)).observer("alipay"), "own")

    assert (held.wall == NO_TIME).tolist().count(True) == (held.start == NO_TIME).tolist().count(True) == 1
    assert np.isnat(wall_days(held.wall)).sum() == 1


def test_what_if_says_what_becomes_of_the_guesses(trail_of: Callable[..., Trail]) -> None:
    """Without the wallet nothing is left to guess from; with nothing otherwise, all stay."""
    trail = trail_of(_year())
    sleep = [RULES["sleep"]]
    gone = changed(trail, Change(companies=frozenset({"alipay"})))
    seen = fates.between(trail, gone, sleep, trail.observer("alipay"), "own", "en")
    same = fates.between(trail, trail, sleep, trail.observer("alipay"), "own", "en")

    assert {became for _, became in seen.became} == {Fate.GONE}
    assert {became for _, became in same.became} == {Fate.SURVIVES}
    assert fates.lines(seen, Words("en"))[0] == "Guesses no longer made (3):"


def test_a_day_alone_is_that_day_wherever_the_clock_hangs(trail_of: Callable[..., Trail]) -> None:
    """Kept as midnight in UTC, the 4th of March is the 4th in San Francisco, too."""
    row = {**_year(1)[0], "start": MONDAY, "precision_s": 86_400, "zone": "America/Los_Angeles"}
    trail = trail_of([row, {**row, "precision_s": 1}])
    held = trail.held(trail.observer("alipay"), "own")

    assert [str(day) for day in wall_days(held.wall)] == ["2024-03-04", "2024-03-03"]
