"""Ends of rides and stays near delicate places of a map: a share of the places there, never a visit, and silent where vague."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailviz.geo import METRES_A_DEGREE, distance_m
from trailviz.guesses import Abstained, Guess, Share, Term, rules, surroundings
from trailviz.guesses.blur import Blur, Lab
from trailviz.guesses.nearby import SIGMA_M, nearby, shares
from trailviz.guesses.sensitive import KINDS
from trailviz.guesses.surroundings import PASSED, Surroundings, words
from trailviz.places import Extract, Gazetteer, Place
from trailviz.story import guesses as told
from trailviz.whatif import Change, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailviz.trail import Trail

RULE = next(one for one in rules() if one.id == "sensitive")
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)
LAT, LON = 31.2, 121.4
CLINIC, CAFE, FLAT = "amenity=clinic", "amenity=cafe", "building=yes"


def _east(metres: float) -> float:
    return LON + metres / METRES_A_DEGREE / np.cos(np.radians(LAT))


def _map(*said: tuple[str, float], radius_m: float = 30.0) -> Extract:
    """Places some metres east of a point."""
    columns = {
        "name": ["x"] * len(said),
        "category": [one for one, _ in said],
        "categories": [one for one, _ in said],
        "lat": [LAT] * len(said),
        "lon": [_east(metres) for _, metres in said],
        "radius_m": [radius_m] * len(said),
    }
    return Extract(pa.table(columns))


def _scattered(said: list[tuple[str, float, float]]) -> Surroundings:
    """Places some metres east and north of a point, and a clinic far away."""
    table = _map(*((word, x) for word, x, _ in said)).table
    lat = pa.array(LAT + np.array([y for *_, y in said]) / METRES_A_DEGREE)
    found = surroundings(
        [Extract(table.set_column(table.column_names.index("lat"), "lat", lat)), _map((CLINIC, 5000.0))], []
    )
    assert found is not None
    return found


def _around(*said: tuple[str, float], radius_m: float = 30.0) -> Surroundings:
    found = surroundings([_map(*said, radius_m=radius_m)], [])
    assert found is not None
    return found


def _share(around: Surroundings, kind: str = "doctor", r90_m: float = 10.0) -> float:
    found, _ = shares(around, np.array([LAT]), np.array([LON]), np.array([r90_m]))
    return float(found[0, around.kinds.index(kind)])


def _w(metres: float) -> float:
    return float(np.exp(-(metres**2) / (2 * SIGMA_M**2)))


def _ride(day: int, hour: float, metres: float, **more: Any) -> dict[str, Any]:
    start = MONDAY + timedelta(days=day, hours=hour)
    ends = {"end": start + timedelta(minutes=25), "end_lat": LAT, "end_lon": _east(metres), "end_accuracy_m": 10.0}
    begin = {"lat": 31.3, "lon": 121.3 + 0.01 * day, "zone": "Etc/GMT", "precision_s": 1}
    return {**begin, **ends, "collector": "didi", "kind": "ride", "mode": "car", "start": start, **more}


def _visit(day: int, hour: float, hours: float | None, metres: float, **more: Any) -> dict[str, Any]:
    start = MONDAY + timedelta(days=day, hours=hour)
    end = {} if hours is None else {"end": start + timedelta(hours=hours)}
    here = {"lat": LAT, "lon": _east(metres), "accuracy_m": 10.0, "zone": "Etc/GMT", "precision_s": 1}
    return {**here, **end, "collector": "google", "kind": "visit", "start": start, **more}


@pytest.fixture
def asked(trail_of: Callable[..., Trail]) -> Callable[..., list[Guess | Abstained]]:
    """Ask the rule of invented rows, with what a map says."""

    def ask(rows: Iterable[dict[str, Any]], around: Surroundings | None) -> list[Guess | Abstained]:
        trail = trail_of(rows)
        held = trail.held(trail.observer("everyone"), "own")
        return [one for one in RULE.guess(replace(held, around=around)) if getattr(one, "why", "") != "no_sums"]

    return ask


def test_the_share_is_the_kind_among_all_places_there_and_one_that_no_map_lists() -> None:
    """The formula of the notes: a clinic at 55 m, a café at 20 m, and w0 = 1 for the flat above."""
    assert _share(_around((CLINIC, 55.0), (CAFE, 20.0))) == pytest.approx(_w(55) / (_w(55) + _w(20) + 1), abs=0.01)
    assert _share(_around((CLINIC, 0.0))) == pytest.approx(0.5)


def test_every_place_of_the_kind_counts_and_every_other_against_it() -> None:
    """A house of ten practices is more of the places there than one; a street of cafés makes it less."""
    one = _share(_around((CLINIC, 0.0), (CAFE, 0.0)))

    assert (
        _share(_around(*[(CLINIC, 0.0)] * 10, (CAFE, 0.0))) > one > _share(_around((CLINIC, 0.0), *[(CAFE, 0.0)] * 9))
    )


def test_a_ground_is_reached_at_its_edge() -> None:
    """A hospital drawn 150 m wide is at the point that lies inside it; a point of a map is where it is."""
    assert _share(_around((CLINIC, 120.0), radius_m=150.0)) == pytest.approx(0.5)
    assert _share(_around((CLINIC, 120.0))) == 0.0


def test_what_is_vague_is_less_and_less_anything() -> None:
    """One clinic at the point: .5 where it is known to 10 m, a tenth at 400 m, and nothing is looked at beyond 1 km."""
    found = [_share(_around((CLINIC, 0.0)), r90_m=r90) for r90 in (10, 150, 400, 900)]

    assert found == sorted(found, reverse=True)
    assert found[2] < 0.1


@given(
    st.lists(
        st.tuples(st.sampled_from([CLINIC, CAFE, "amenity=bar"]), st.floats(-900, 900), st.floats(-900, 900)),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([5.0, 50.0, 200.0, 600.0]),
)
def test_the_net_finds_what_measuring_every_place_finds(said: list[tuple[str, float, float]], r90_m: float) -> None:
    """Cells, rows and two passes answer what the formula answers, whatever the map."""
    around = _scattered([*said, *((word, x / 10, y / 10) for word, x, y in said)])
    sigma, r95 = max(50, r90_m / 2.146), 1.14 * np.hypot(r90_m, 50)
    away = distance_m(np.full(len(around.lat), LAT), np.full(len(around.lat), LON), around.lat, around.lon)
    weight = around.count * np.exp(-(away**2) / (2 * sigma**2)) * (away <= 150 * 2.0 ** np.ceil(np.log2(sigma / 50)))
    for number, kind in enumerate(around.kinds):
        near = (around.kind == number) & (away <= r95)
        expected = weight[around.kind == number].sum() / (weight.sum() + (sigma / 50) ** 2) if near.any() else 0.0
        assert _share(around, kind, r90_m) == pytest.approx(expected, abs=0.02)


def test_a_map_lies_on_the_date_line_as_anywhere() -> None:
    """A clinic on the other side of 180 degrees is next door."""
    table = {"name": ["x"], "category": [CLINIC], "categories": [CLINIC], "lat": [-16.8], "lon": [-179.9999], "radius_m": [30.0]}  # fmt: skip
    around = surroundings([Extract(pa.table(table))], [])
    assert around is not None
    found, away = shares(around, np.array([-16.8]), np.array([179.9999]), np.array([10.0]))

    assert found.max() > 0.4
    assert away.min() == pytest.approx(21, abs=2)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("amenity=clinic", "doctor"),
        ("shop=chemist amenity=pharmacy", "pharmacy"),
        ("amenity=place_of_worship", "religion"),
        ("office=union", "union"),
        ("hospital", "doctor"),
        ("specialized_medical_facility health_care outpatient_care_facility specialized_medical_facility abortion_clinic", "doctor"),
        ("dental_clinic health_care outpatient_care_facility dental_clinic orthodontics", "doctor"),
        ("christian_place_of_worship cultural_and_historic place_of_worship christian_place_of_worship", "religion"),
        ("attorney_or_law_firm services_and_business attorney_or_law_firm immigration_law", "legal"),
        ("bar food_and_drink alcoholic_beverage_venue bar gay_bar", "nightlife"),
        ("doctor", "doctor"),
        ("mosque", "religion"),
        ("check_cashing_payday_loans", "debt"),
        ("wellness_service health_care wellness_service day_spa", ""),
        ("complementary_and_alternative_medicine health_care outpatient_care_facility complementary_and_alternative_medicine acupuncture", ""),
        ("medical_service health_care medical_service medical_cannabis cannabis_clinic", ""),
        ("animal_hospital", ""),
        ("healthcare=alternative", ""),
        ("smoothie_juice_bar", ""),
        ("gay_and_lesbian_services_organization", ""),
        ("amenity=cafe", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_maps_words_say_which_kind(said: str, kind: str) -> None:
    """Overture until 2025 and of 2026, OpenStreetMap: the most special word that is known decides."""
    number = words().read(said)

    assert (words().kinds[number] if number >= 0 else "") == kind


def test_streets_quarters_and_bus_stops_are_no_places_to_be_at() -> None:
    """They would make every share smaller for nothing; a station is one."""
    assert [words().read(one) for one in ("street", "place=suburb", "public_transport=platform")] == [PASSED] * 3
    assert words().read("railway=station public_transport=station") != PASSED


def test_every_kind_of_place_has_its_words_and_no_word_says_two() -> None:
    """The kinds of places are those of payments, each with what it is called and what it does not prove."""
    said = json.loads(files("trailviz.guesses").joinpath("place_kinds.json").read_text("utf-8"))
    every = [*said["none"], *(one for parts in said["kinds"].values() for part in parts.values() for one in part)]

    assert words().kinds == KINDS
    assert all({f"{kind}_place", f"{kind}_near"} <= RULE.term.keys() for kind in KINDS)
    assert len(every) == len(set(every))
    assert all({"branches", "flat", "osm"} == parts.keys() for parts in said["kinds"].values())


def test_rides_ends_and_stays_near_a_clinic_are_days_beside_what_they_do_not_prove(
    trail_of: Callable[..., Trail],
) -> None:
    """One text: how many days of how many, how near, which share, the profiler's name, and what it does not prove."""
    trail = trail_of([_ride(1, 9, 40), _visit(1, 9.5, 1, 55), _ride(8, 9, 40), _ride(3, 9, 3000)])
    trail = replace(trail, gazetteer=Gazetteer(extracts=(_map((CLINIC, 0.0), (CAFE, 4000.0)),)))
    reading = told.read(trail, RULE, trail.observer("everyone"), "own", "en")
    (one,) = reading.told

    assert (
        "on 2 of 3 days a ride ended, or a stay lay, within 60 m of a hospital, clinic, doctor or dentist" in one.text
    )
    assert "on the whole map 1 of 2" in one.text
    assert "Health Care and Physicians" in one.text
    assert "It does not prove that anybody went in" in one.text
    assert "visited" not in one.text
    assert (one.p, one.count, len(one.wrong)) == (None, 3, 3)
    assert "3.5 % of people" in one.text


def test_the_point_of_a_spot_is_where_its_rows_lie(asked: Callable[..., list[Guess | Abstained]]) -> None:
    """A guess says where, no better than its worst row."""
    (one,) = asked([_ride(1, 9, 40), _ride(8, 9, 20)], _around((CLINIC, 0.0)))

    assert isinstance(one, Guess)
    assert one.point is not None
    assert one.point.lon == pytest.approx(_east(30))
    assert one.point.r90_m == 10


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (_ride(1, 9, 40), True),
        (_visit(1, 9, 1, 40), True),
        (_visit(1, 9, None, 40), True),
        (_visit(1, 9, 0.2, 40), False),
        (_ride(1, 9, 40, end_accuracy_m=1200.0), False),
        (_ride(1, 9, 4000, lat=LAT, lon=LON), False),
        (_ride(1, 9, 40, kind="leg", collector="google"), False),
        ({**_visit(1, 9, None, 0), "kind": "payment", "party": "x", "presence": "in_person"}, False),
    ],
    ids=["end", "stay", "check-in", "ten minutes", "vague", "beginning", "leg", "payment"],
)
def test_ends_stays_and_check_ins_count_and_nothing_else(
    row: dict[str, Any],
    said: bool,  # noqa: FBT001
    asked: Callable[..., list[Guess | Abstained]],
) -> None:
    """Ten minutes, a point known to 1.2 km, where a ride began, and a payment (which has words of its own) do not."""
    found = [one for one in asked([row], _around((CLINIC, 0.0))) if isinstance(one, Guess)]

    assert [one.what for one in found] == ["near_once"] * said


def test_beyond_a_kilometre_nothing_is_looked_at_however_many_clinics(trail_of: Callable[..., Trail]) -> None:
    """Even a point in a quarter of clinics says only when, and not where."""
    rows = [_ride(1, 9, 0, end_accuracy_m=1200.0), _ride(2, 9, 0, end_accuracy_m=900.0)]
    trail = trail_of(rows)
    found = nearby(trail.held(trail.observer("everyone"), "own"), _around(*[(CLINIC, 0.0)] * 2000))

    assert len(found.looked) == 1
    assert len(found.at) == 1


def test_fixes_that_stood_still_are_a_stay(asked: Callable[..., list[Guess | Abstained]]) -> None:
    """A phone that lies beside a clinic for half an hour says the same as a visit."""
    fix = {"collector": "google", "kind": "fix", "lat": LAT, "lon": _east(20), "accuracy_m": 10.0, "zone": "Etc/GMT", "precision_s": 1}  # fmt: skip
    away = {**fix, "lat": 31.25, "start": MONDAY + timedelta(minutes=40)}
    rows = [{**fix, "start": MONDAY + timedelta(minutes=5 * at)} for at in range(7)]
    found = asked([*rows, away], _around((CLINIC, 0.0)))

    assert [one.what for one in found if isinstance(one, Guess)] == ["near_once"]


def test_points_on_the_way_to_a_visit_and_back_are_no_stay_on_the_way(
    asked: Callable[..., list[Guess | Abstained]],
) -> None:
    """Two fixes beside a clinic with an hour's dinner elsewhere between them: the visit says where the hour was."""
    fix = {"collector": "google", "kind": "fix", "lat": LAT, "lon": _east(0), "accuracy_m": 10.0, "zone": "Etc/GMT", "precision_s": 1}  # fmt: skip
    rows = [{**fix, "start": MONDAY + timedelta(days=1, hours=hour)} for hour in (18.9, 20.1)]
    found = asked([*rows, _visit(1, 19, 1, 140)], _around((CLINIC, 0.0)))

    assert [one.why for one in found if isinstance(one, Abstained)] == ["far"]
    assert [one.what for one in asked(rows, _around((CLINIC, 0.0))) if isinstance(one, Guess)] == ["near_once"]


def test_a_place_carried_from_another_row_does_not_count(trail_of: Callable[..., Trail]) -> None:
    """A visit whose place only another row's words give is no visit there (0012, 0013)."""
    trail = trail_of([_visit(1, 9, 1, 20)])
    held = trail.held(trail.observer("everyone"), "own")
    carried = replace(held, unsure=np.ones(len(held), bool))

    assert len(nearby(held, _around((CLINIC, 0.0))).at) == 1
    assert len(nearby(carried, _around((CLINIC, 0.0))).looked) == 0


def test_a_kind_below_a_fifth_of_the_places_there_is_not_told(asked: Callable[..., list[Guess | Abstained]]) -> None:
    """A dentist in a street of shops is everybody's dentist; that it is silent is said."""
    found = asked([_ride(1, 9, 0)], _around((CLINIC, 10.0), *[(CAFE, 10.0)] * 9))

    assert [(one.why, one.values["places"]) for one in found if isinstance(one, Abstained)] == [("far", 10)]


def test_home_beside_a_clinic_is_no_clinic(asked: Callable[..., list[Guess | Abstained]]) -> None:
    """Who sleeps there is beside it every day: such ends are left out, and counted."""
    rows = [_visit(day, 20, 12, 20) for day in range(12)]
    found = asked(rows, _around((CLINIC, 0.0)))

    assert [(one.why, one.values.get("count")) for one in found if isinstance(one, Abstained)] == [
        ("own", 12),
    ]


def test_a_nurses_hospital_is_where_she_works(asked: Callable[..., list[Guess | Abstained]]) -> None:
    """Nights that are slept off at home are shifts, and no illness of anybody's."""
    nights = [_visit(7 * week + day, 20, 11, 20) for week in range(8) for day in (0, 1, 2)]
    days = [_visit(7 * week + day + 1, 8, 9, 9000) for week in range(8) for day in (0, 1, 2)]
    free = [_visit(7 * week + day, 20, 12, 9000) for week in range(8) for day in (3, 4, 5)]
    found = asked([*nights, *days, *free], _around((CLINIC, 0.0)))

    assert [one.what for one in found if isinstance(one, Guess)] == []
    assert "own" in [one.why for one in found if isinstance(one, Abstained)]


def test_a_clinic_of_every_wednesday_is_no_workplace(asked: Callable[..., list[Guess | Abstained]]) -> None:
    """The scores call it work; who is there one day a week is told all the same."""
    home = {"lat": 31.25, "lon": 121.5, "end_lat": 31.25, "end_lon": 121.5}
    there = [_ride(2 + 7 * week, 9, 30, lat=home["lat"], lon=home["lon"]) for week in range(8)]
    back = [_ride(2 + 7 * week, 11, 0, **{**home, "lat": LAT, "lon": LON}) for week in range(8)]
    found = asked([*there, *back], _around((CLINIC, 0.0)))

    assert [one.values["days"] for one in found if isinstance(one, Guess) and one.what == "near"] == [8]


@pytest.mark.parametrize(("weeks", "said"), [(range(8), 1), ((0, 1, 3, 5, 7), 0)])
def test_a_weekly_slot_beside_a_place_of_worship_has_its_posterior(
    weeks: Iterable[int], said: int, asked: Callable[..., list[Guess | Abstained]]
) -> None:
    """Six Sundays of eight at ten, with the share of the places there beside it; five are a count."""
    rows = [_ride(6 + 7 * week, 9.6, 30) for week in weeks]
    found = [one for one in asked(rows, _around(("amenity=place_of_worship", 0.0))) if isinstance(one, Guess)]

    assert sum(one.what == "near_weekly" for one in found) == said
    assert found[0].values["kind"] == Term("religion_place")
    assert isinstance(found[0].values["share"], Share)


def test_the_spots_with_most_days_are_told_and_the_others_counted(
    asked: Callable[..., list[Guess | Abstained]],
) -> None:
    """Five spots a kind; a sixth is not hidden."""
    rows = [_ride(9 * day + spot, 9, 2000.0 * spot) for spot in range(6) for day in range(spot + 1)]
    found = asked(rows, _around(*[(CLINIC, 2000.0 * spot) for spot in range(6)]))

    assert [one.values["days"] for one in found if isinstance(one, Guess)] == [6, 5, 4, 3, 2]
    assert [one.why for one in found if isinstance(one, Abstained)] == ["more"]


def test_without_a_map_it_is_said_that_none_was_given(asked: Callable[..., list[Guess | Abstained]]) -> None:
    """Silence about rides is not "no such place"; nor is a map that says of nothing what it is."""
    assert [one.why for one in asked([_ride(1, 9, 0)], None) if isinstance(one, Abstained)] == ["no_map"]
    assert surroundings([], [Place(("x",), LAT, LON, 50.0)]) is None


def test_a_persons_own_table_may_say_what_a_place_is() -> None:
    """By our own word or a map's; its other rows are places there, too."""
    own = [Place(("a",), LAT, LON, 50.0, category="doctor"), Place(("b",), LAT, LON, 50.0)]
    found = surroundings([], own)

    assert found is not None
    assert (found.total, found.of_kind[found.kinds.index("doctor")]) == (2, 1)
    assert _share(found) == pytest.approx(1 / 3)


def test_a_persons_own_radius_is_how_far_off_and_no_ground() -> None:
    """A point good to 150 m is a point; a district is no place to be at."""
    own = [Place(("a",), LAT, _east(50), 150.0, category="doctor"), Place(("b",), LAT, LON, 3000.0, category="doctor")]
    found = surroundings([], own)

    assert found is not None
    assert found.total == 1
    assert _share(found) == pytest.approx(_w(50) / (_w(50) + 1))


def test_every_observer_has_the_map_and_only_its_own_rides(trail_of: Callable[..., Trail]) -> None:
    """What stands where is public; where a ride ended is known to who drove."""
    trail = trail_of([_ride(1, 9, 40), {**_visit(2, 9, 1, 40), "collector": "alipay"}])
    trail = replace(trail, gazetteer=Gazetteer(extracts=(_map((CLINIC, 0.0)),)))
    found = [trail.guess(RULE, trail.observer(who), "own") for who in ("didi", "alipay")]
    dated = [[one.values["since"].day for one in each if isinstance(one, Guess)] for each in found]  # type: ignore[union-attr]

    assert dated == [[5], [6]]


def test_what_a_company_did_not_write_down_is_near_nothing(trail_of: Callable[..., Trail]) -> None:
    """What if Didi were away: the map is the same, and the rides to the clinic are not there."""
    trail = trail_of([_ride(1, 9, 40), _ride(8, 9, 40), _visit(3, 9, 1, 3000)])
    trail = replace(trail, gazetteer=Gazetteer(extracts=(_map((CLINIC, 0.0)),)))
    without = changed(trail, Change(companies=frozenset({"didi"})))
    found = [one.guess(RULE, one.observer("everyone"), "own") for one in (trail, without)]

    assert [[one.what for one in each if isinstance(one, Guess)] for each in found] == [["near"], []]
    assert "far" in [one.why for one in found[1] if isinstance(one, Abstained)]


def test_blur_beyond_a_kilometre_silences_it(trail_of: Callable[..., Trail]) -> None:
    """In the blur lab, coarser squares never bring it back."""
    trail = trail_of([_ride(7 * day, 9, 40) for day in range(6)])
    held = replace(trail.held(trail.observer("everyone"), "own"), around=_around((CLINIC, 0.0)))
    lab = Lab(held, [RULE])

    assert ("sensitive", "near", "near-doctor-1") in lab.guesses(Blur())
    assert [len(lab.guesses(Blur(place=at))) for at in (3, 4)] == [0, 0]
    assert [int(fate) for at in (1, 2, 3, 4) for fate in lab.fates(Blur(place=at)).values()] == sorted(
        (int(fate) for at in (1, 2, 3, 4) for fate in lab.fates(Blur(place=at)).values()), reverse=True
    )


def test_a_map_with_everything_at_one_point_is_read(asked: Callable[..., list[Guess | Abstained]]) -> None:
    """A hundred thousand rows of one point are one cell, and no pair of each with each."""
    said = [(CLINIC, 0.0)] * 50_000 + [(CAFE, 1.0)] * 50_000
    (one,) = asked([_ride(1, 9, 0)], _around(*said))

    assert isinstance(one, Guess)
    assert isinstance(one.values["share"], Share)
    assert one.values["share"].of_one == pytest.approx(0.5, abs=0.01)
