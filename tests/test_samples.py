"""The same afternoon in three cities: real formats, invented people, and only the relations of the day."""

from __future__ import annotations

import os
from datetime import date, tzinfo
from pathlib import Path

import pytest

from trailviz import atlas, story
from trailviz.cli import main
from trailviz.knowledge import Grade
from trailviz.story import Sentence
from trailviz.trail import Trail, follow
from trailviz.whatif import Change, changed

DAY = date(2017, 8, 26)
SAN_FRANCISCO, LONDON = "san_francisco_afternoon", "london_afternoon"
ASKED = {
    SAN_FRANCISCO: (
        ("paypal+venmo", "ownership", None),
        ("public", "documented", None),
        ("state", "state", None),
        ("amazon", "ownership", date(2017, 8, 28)),
        ("lyft", "documented", date(2018, 11, 1)),
        ("everyone", "own", None),
    ),
    LONDON: (
        ("monzo", "ownership", None),
        ("transport_for_london", "own", None),
        ("nectar", "permitted", None),
        ("state", "state", None),
        ("everyone", "own", None),
    ),
}
NEW_YORK = (
    "company,kind,start,end,zone,place,lat,lon,end_place,end_lat,end_lon,party,mode\n"
    "uber,ride,2017-08-26 10:00,2017-08-26 10:20,America/New_York,a,40.75,-73.98,b,40.72,-74.00,Uber,car\n"
    "uber,ride,2017-08-26 15:00,2017-08-26 15:20,America/New_York,c,42.36,-71.06,d,42.35,-71.08,Uber,car\n"
)


@pytest.fixture(scope="module")
def trails() -> dict[str, Trail]:
    """Both cities, followed once."""
    return {name: follow([atlas.sample(name)]) for name in ASKED}


class Teller:
    """What an observer knows of a city's day, as of any day; each trail is followed once."""

    def __init__(self, trails: dict[str, Trail]) -> None:
        """Start from the trails as they were."""
        self.trails: dict[tuple[str, date | None], Trail] = {(name, None): one for name, one in trails.items()}

    def zone(self, name: str) -> tzinfo:
        """The city's own time."""
        return self.trails[name, None].zone

    def __call__(self, name: str, observer: str, scenario: str = "ownership", on: date | None = None) -> list[Sentence]:
        """Tell what is known at any grade."""
        if (name, on) not in self.trails:
            self.trails[name, on] = changed(self.trails[name, None], Change(on=on))
        trail = self.trails[name, on]
        sentences = story.tell(trail, trail.observer(observer), scenario, DAY).sentences
        return [one for one in sentences if one.grade > Grade.DOES_NOT_KNOW]


@pytest.fixture(scope="module")
def tell(trails: dict[str, Trail]) -> Teller:
    """Whoever is asked about a city."""
    return Teller(trails)


def _line(one: Sentence, zone: tzinfo) -> str:
    rows = ", ".join(f"{file}:{row}" for file, row in one.rows)
    at = one.at.astimezone(zone).strftime("%H:%M") if one.at else "--"
    return f"{at} {one.fact or '-':4} {one.grade.word:15} {'+'.join(one.facets):40} {rows}  {' '.join(one.because)}".rstrip()


@pytest.mark.parametrize("name", ASKED)
def test_a_sample_tells_what_its_golden_tells(tell: Teller, name: str) -> None:
    """Each observer's grades, facts, rows and relations stand in the golden beside the sample."""
    lines = []
    for observer, scenario, on in ASKED[name]:
        lines.append(f"== {observer}, {scenario}{f', relations of {on}' if on else ''}")
        lines += sorted(_line(one, tell.zone(name)) for one in tell(name, observer, scenario, on))
    golden = atlas.sample(name) / "golden_story.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert "\n".join(lines) + "\n" == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ASKED)
def test_every_row_of_a_sample_is_used_and_its_day_is_shown_first(trails: dict[str, Trail], name: str) -> None:
    """The files are read as real exports are, in the city's own time, and open on 26 August 2017."""
    trail = trails[name]

    assert [one.file for one in trail.accounts if one.used != one.seen or not one.format] == []
    assert trail.default_day == DAY
    assert trail.zone_name == trail.sample["sample"]["zone"]


@pytest.mark.parametrize("name", ASKED)
def test_a_learnt_sentence_names_its_relation_with_a_date_and_a_source(tell: Teller, name: str) -> None:
    """No "because", "might" or duty without who says so."""
    for observer, scenario, on in ASKED[name]:
        learnt = [one for one in tell(name, observer, scenario, on) if one.grade < Grade.KNOWS]
        assert all(one.because and "source: " in one.because_text for one in learnt)


@pytest.mark.parametrize("name", ASKED)
def test_the_passage_is_told_in_each_city(trails: dict[str, Trail], name: str) -> None:
    """Bike, snack, car, basket, ride, delivery, water and bike again stand where they stood in Shanghai."""
    trail = trails[name]
    told = {one.fact for one in story.tell(trail, trail.default_observer, "ownership", DAY).sentences}
    shanghai = {one["id"] for one in atlas.about([atlas.sample()])["fact"]}

    assert {"A01", "A04", "A05", "A08", "A09", "A12", "A13", "A15", "A17"} <= told <= shanghai | {None}


def test_on_that_day_amazon_did_not_yet_own_the_supermarket(tell: Teller) -> None:
    """On 27 August 2017 the basket stays with Whole Foods; from the 28th Amazon might know it, by ownership."""
    found = {
        day: [one.grade for one in tell(SAN_FRANCISCO, "amazon", on=day) if one.claim == "items" and one.fact == "A08"]
        for day in (date(2017, 8, 27), date(2017, 8, 28))
    }

    assert found == {date(2017, 8, 27): [], date(2017, 8, 28): [Grade.MIGHT_KNOW]}


def test_on_that_day_lyft_did_not_yet_own_the_bikes(tell: Teller) -> None:
    """Until November 2018 the bike is Motivate's alone."""
    before, after = (
        {one.fact for one in tell(SAN_FRANCISCO, "lyft", "documented", day)}
        for day in (date(2018, 10, 31), date(2018, 11, 1))
    )

    assert "A01" not in before
    assert {"A01", "A15", "A17"} <= after


def test_the_public_learns_of_the_snack_and_never_of_the_sum(tell: Teller) -> None:
    """Venmo's feed shows who paid whom and when; the amount is not in it, and PayPal's payments are not either."""
    (one,) = tell(SAN_FRANCISCO, "public", "state")

    assert (one.fact, one.facets, one.because) == ("A04", ("time", "person"), ("US046",))


def test_a_rule_of_one_city_says_nothing_of_a_ride_elsewhere(tell: Teller, tmp_path: Path) -> None:
    """The taxi commission of New York has the ride that begins there, and none of Boston, San Francisco or London."""
    (tmp_path / "diary.csv").write_text(NEW_YORK, encoding="utf-8")
    trail = follow([tmp_path])
    tlc = trail.observer("us_nyc_tlc")
    known = [one for one in story.tell(trail, tlc, "state", DAY).sentences if one.grade > Grade.DOES_NOT_KNOW]

    assert {one.rows for one in known} == {(("diary.csv", 2),)}
    assert all(not tell(name, "us_nyc_tlc", "state") for name in ASKED)


def test_the_police_may_ask_and_are_not_said_to_know(tell: Teller) -> None:
    """A duty answers requests: nothing says that anybody asked for this day."""
    assert {one.grade for one in tell(LONDON, "uk_police", "state")} == {Grade.COULD_BE_ASKED}


def test_a_sample_is_chosen_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """`--sample` opens one that ships; a slip is answered with the list, and files beside it are refused."""
    assert main(["story", "--sample", LONDON]) == 0
    assert "as Monzo could read it" in capsys.readouterr().out
    assert main(["story", "--sample", "paris"]) == 2
    assert LONDON in capsys.readouterr().err
    assert main(["story", "--sample", LONDON, str(atlas.sample())]) == 2


def test_samples_lists_the_first_one_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Six ship, the afternoon in Shanghai before the others."""
    assert main(["samples"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]

    assert listed == ["shanghai_afternoon", LONDON, "london_week", SAN_FRANCISCO, "san_francisco_day", "shanghai_week"]
