"""People who do not exist, from their files: home and work are named right, or not at all where nobody could know."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import pytest

from trailviz import simulate
from trailviz.geo import distance_m
from trailviz.guesses import Abstained, Guess, rules
from trailviz.intake import from_bytes
from trailviz.story import guesses as wording
from trailviz.trail import Trail, follow
from trailviz.views import stage

DAYS = 84
RULES = {one.id: one for one in rules()}
NEAR_M, STATION_M = 150.0, 1000.0
KNOWABLE = [who.id for who in simulate.personas() if who.id != "near_empty"]


@cache
def _lived(who: str, town: str, days: int = DAYS, seed: int = 1) -> tuple[Trail, dict[str, Any]]:
    found = simulate.simulate(simulate.persona(who), simulate.city(town), days=days, seed=seed)
    files = [from_bytes(name, data) for name, data in found.files.items()]
    return follow(files, zone=found.life.city.zone), json.loads(found.truth["person.json"])


def _guessed(trail: Trail, rule: str) -> dict[str, Guess]:
    found = trail.guess(RULES[rule], trail.observer("everyone"), "own")
    return {one.key: one for one in found if isinstance(one, Guess)}


def _silences(trail: Trail, rule: str) -> list[str]:
    found = trail.guess(RULES[rule], trail.observer("everyone"), "own")
    return [one.why for one in found if isinstance(one, Abstained)]


def _at(guess: Guess, places: list[dict[str, Any]], near_m: float = NEAR_M) -> list[int]:
    """Answer which of the true places a guess is at, or at the station of."""
    assert guess.point is not None
    away = [distance_m(guess.point.lat, guess.point.lon, one["lat"], one["lon"]) for one in places]  # type: ignore[arg-type]
    return [number for number, metres in enumerate(away) if metres <= near_m]


@pytest.mark.parametrize("who", [one for one in KNOWABLE if one != "courier"])
def test_every_home_and_workplace_that_is_named_is_a_true_one(who: str) -> None:
    """Whoever it is, nothing is said that is not so: the night nurse's hospital is no home."""
    trail, truth = _lived(who, "san_francisco")
    home, work = _guessed(trail, "home"), _guessed(trail, "work")

    assert home
    assert all(_at(one, truth["homes"]) for one in home.values())
    assert all(_at(one, truth["works"]) for one in work.values())


@pytest.mark.parametrize("who", ["office_worker", "student", "moved", "couple", "traveller", "school_day"])
def test_a_fixed_workplace_is_named(who: str) -> None:
    """An office, a university and a school are all "work"; the way there is told with its times."""
    trail, truth = _lived(who, "san_francisco")

    assert _at(_guessed(trail, "work")["work"], truth["works"])
    assert {"to-work", "to-home"} <= _guessed(trail, "commute").keys()


@pytest.mark.parametrize("town", ["san_francisco", "london"])
def test_a_courier_has_no_workplace(town: str) -> None:
    """The rule says why: the hours are spread."""
    assert _silences(_lived("courier", town, 28)[0], "work") in (["scattered"], ["unsure"])


@pytest.mark.parametrize(
    ("town", "seed"), [("san_francisco", 1), ("london", 1), ("shanghai", 1), ("shanghai", 2), ("shanghai", 11)]
)
def test_where_a_nurse_works_at_night_is_not_their_home(town: str, seed: int) -> None:
    """Days slept off at home tell the two apart; that nights by the clock are work is said without a probability, for nobody has measured it."""
    trail, truth = _lived("night_nurse", town, 120, seed)
    work = _guessed(trail, "work")["work"]

    assert [_at(one, truth["homes"], STATION_M) for one in _guessed(trail, "home").values()] == [[0]]
    assert _at(work, truth["works"], STATION_M) == [0]
    assert (work.what, work.p) == ("night", None)


def test_cars_taken_to_the_night_shift_make_the_hospital_no_home() -> None:
    """Uber drives the nurse of London to work, and seldom home: no night leads to the hospital, so neither home nor work is told."""
    trail, _ = _lived("night_nurse", "london", 120)
    found = [one for rule in ("home", "work") for one in trail.guess(RULES[rule], trail.observer("uber"), "own")]

    assert [one.why for one in found if isinstance(one, Abstained)] == ["elsewhere_more", "home_doubt"]
    assert not [one for one in found if isinstance(one, Guess)]


def test_a_shift_is_said_to_be_unmeasured_on_its_card_and_on_the_map() -> None:
    """The rule of work was measured, and the guess of a shift was not: neither borrows the other's figure."""
    trail, _ = _lived("night_nurse", "san_francisco", 120, 1)
    reading = wording.read(trail, RULES["work"], trail.observer("everyone"), "own", "en")
    drawn = [one for one in stage.model(trail)["lasting"] if one["label"].startswith("Night work?")]

    assert [one.calibration for one in reading.told] == ["uncalibrated"]
    assert "nobody has measured" in reading.told[0].measured
    assert drawn
    assert all(one["measured"] == reading.told[0].measured and one["kind"] == "work" for one in drawn)


def test_the_silence_of_a_shift_is_not_told_as_sleep() -> None:
    """To Alipay the nurse of Shanghai is silent from the gate at the hospital to the gate on the way home: the rule says so."""
    trail, _ = _lived("night_nurse", "shanghai", 120, 2)
    found = trail.guess(RULES["sleep"], trail.observer("alipay"), "own")

    assert [one.why for one in found if isinstance(one, Abstained)] == ["shift"]
    assert not [one for one in found if isinstance(one, Guess)]


def test_two_homes_by_the_metro_are_told_as_a_move() -> None:
    """A gate in Shanghai writes one time a ride: the station beside the old home was left for good, and the one beside the new one since."""
    trail, truth = _lived("moved", "shanghai", 120)
    moved = _guessed(trail, "home")["home-2"]
    told, true = moved.values["date"], date.fromisoformat(truth["homes"][1]["from"][:10])

    assert moved.what == "moved"
    assert isinstance(told, date)
    assert abs((told - true).days) <= 3


def test_a_student_has_two_homes() -> None:
    """The parents' is the second."""
    trail, truth = _lived("student", "london")
    home = _guessed(trail, "home")

    assert [_at(home[key], truth["homes"]) for key in ("home", "home-2")] == [[0], [1]]
    assert home["home-2"].what == "second"


def test_who_moved_is_told_when() -> None:
    """To within a few days, from the one home to the other."""
    trail, truth = _lived("moved", "san_francisco")
    moved = _guessed(trail, "home")["home-2"]

    assert moved.what == "moved"
    told, true = moved.values["date"], date.fromisoformat(truth["homes"][1]["from"][:10])
    assert isinstance(told, date)
    assert abs((told - true).days) <= 3


def test_near_nothing_is_no_reason_to_guess() -> None:
    """Who pays in cash has no home in these files, and the rules say what is lacking."""
    trail, _ = _lived("near_empty", "san_francisco")

    assert _silences(trail, "home") == ["no_places"]
    assert not _guessed(trail, "work") | _guessed(trail, "commute")


@pytest.mark.parametrize("who", ["school_day", "office_worker"])
def test_two_days_are_no_home_and_three_working_days_no_workplace(who: str) -> None:
    """The rules say how many days and working days they have, and how many they need."""
    two, three = (_lived(who, "san_francisco", days)[0] for days in (2, 3))

    assert not _guessed(two, "home")
    assert _silences(two, "home") == ["few_days"]
    assert _guessed(three, "home")
    assert not _guessed(three, "work")
    assert _silences(three, "work") == ["few_days"]


@pytest.mark.parametrize("days", [28, 60])
def test_two_blocks_of_nights_are_a_move_and_no_second_home(days: int) -> None:
    """Half of a short log here, and half there: too short for windows, and still nobody lives in both."""
    trail, truth = _lived("moved", "san_francisco", days)
    home = _guessed(trail, "home")
    told, true = home["home-2"].values["date"], date.fromisoformat(truth["homes"][1]["from"][:10])

    assert [one.what for one in home.values()] == ["home", "moved"]
    assert isinstance(told, date)
    assert abs((told - true).days) <= 1
    assert not [one for one in home["home"].others if one.point == home["home-2"].point]


@pytest.mark.parametrize("town", ["london", "shanghai"])
def test_where_a_pupil_spends_afternoons_is_no_workplace(town: str) -> None:
    """School is walked to and in no file; a park by metro, an hour or two at a time, is told as nothing."""
    trail, _ = _lived("school_day", town, 120, seed=11)

    assert _guessed(trail, "home")
    assert _silences(trail, "work") == ["short"]
    assert not _guessed(trail, "commute")


def test_four_lunches_are_no_workplace() -> None:
    """The near-empty log of Shanghai pays at one noodle shop now and then."""
    trail, _ = _lived("near_empty", "shanghai", 120, seed=11)

    assert _silences(trail, "work") == ["paid_outside"]


@pytest.mark.parametrize(("town", "seed"), [("san_francisco", 11), ("london", 2)])
def test_a_hotel_of_many_trips_is_no_second_home(town: str, seed: int) -> None:
    """Some nights every few weeks, hundreds of kilometres away: the trips are told, and no home there."""
    trail, _ = _lived("traveller", town, 120, seed)

    assert _guessed(trail, "home").keys() == {"home"}
    assert _guessed(trail, "trips")


def test_the_station_beside_home_is_no_second_home() -> None:
    """An office worker of London comes home by the gate 450 m off."""
    trail, _ = _lived("office_worker", "london", 120, seed=4)

    assert _guessed(trail, "home").keys() == {"home"}
    assert _guessed(trail, "work")["work"].what == "work"


def test_shops_next_door_are_no_workplace() -> None:
    """A courier of Shanghai shops around home, and has no fixed workplace."""
    trail, _ = _lived("courier", "shanghai", 120, seed=11)

    assert not _guessed(trail, "work")
