"""Two invented people, each with three companies' files: what is asked of them is answered, and every sentence can be checked."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from trailviz import deeds, story, whatif
from trailviz.cli import main
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.story import difference, merged, unseen
from trailviz.trail import Trail, follow
from trailviz.whatif import EVERY, Change
from trailviz.words import Words

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
UBER = FORMATS / "uber_rider" / "v2-2025-false-z.csv"
CHINESE = (
    FORMATS / "alipay_app" / "2023.csv",
    FORMATS / "wechat" / "2025.csv",
    FORMATS / "ride_itinerary" / "didi-over-new-year.pdf",
)
NIGHT = date(2025, 3, 1)
REVOLUT = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance"


@pytest.fixture(scope="module")
def parisian(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Trail]:
    """Uber's ride, Revolut's line for it, and where Google's phone was that night."""
    folder = tmp_path_factory.mktemp("parisian")
    (folder / "trips_data.csv").write_bytes(UBER.read_bytes())
    paid = "CARD_PAYMENT,Current,2025-02-28 23:42:10,2025-03-01 08:00:00,Uber,-17.50,0,EUR,COMPLETED,100.00"
    late = "CARD_PAYMENT,Current,2025-03-01 11:05:00,2025-03-02 08:00:00,Example Café,-4.20,0,EUR,COMPLETED,95.80"
    (folder / "revolut.csv").write_text(f"{REVOLUT}\n{paid}\n{late}\n", encoding="utf-8")
    home = {"topCandidate": {"placeId": "ChIJexample", "placeLocation": {"latLng": "48.8800000°, 2.3600000°"}}}
    stay = {"startTime": "2025-03-01T00:45:00.000+01:00", "endTime": "2025-03-01T10:30:00.000+01:00", "visit": home}
    (folder / "Timeline.json").write_text(json.dumps({"semanticSegments": [stay]}), encoding="utf-8")
    return folder, follow([folder])


@pytest.fixture(scope="module")
def shanghainese() -> Trail:
    """Alipay, WeChat and an itinerary of DiDi."""
    return follow(CHINESE)


def test_a_ride_and_the_card_that_paid_it_are_one_deed(parisian: tuple[Path, Trail]) -> None:
    """Revolut has the end and the sum; where from and where to is Uber's."""
    _, trail = parisian
    told, _ = merged.tell(trail, NIGHT)
    wrote = {one.company: set(one.wrote) for one in told[0].entries}

    assert set(wrote) >= {"uber", "revolut"}
    assert {"place", "destination"} <= wrote["uber"]
    assert not {"place", "destination", "time"} & wrote["revolut"]
    assert {"end", "amount"} <= wrote["uber"] & wrote["revolut"]


def test_a_ride_in_paris_goes_to_no_office_in_new_york_and_no_app_in_asia(parisian: tuple[Path, Trail]) -> None:
    """A city's rule and a region's sale carry what happened there."""
    _, trail = parisian
    told = {one.who for one in unseen.copies(trail, Words("en"))}

    assert not told & {"us_nyc_tlc", "us_ladot", "grab"}


def test_paid_in_cash_the_ride_is_still_ubers_and_the_bank_has_nothing(parisian: tuple[Path, Trail]) -> None:
    """Why is said of each sentence."""
    _, trail = parisian
    who, change = trail.observer("revolut"), Change(cash=frozenset({EVERY}))
    other = whatif.changed(trail, change, NIGHT)
    told = [story.tell(one, who, "ownership", NIGHT) for one in (trail, other)]
    found = difference.explained(difference.between(*told), trail, other, change, (NIGHT, Words("en")))

    assert found.lost
    assert {one.why for one in found.lost} <= {
        "what is paid in cash leaves no record",
        "what is paid in cash goes through nobody's wallet",
    }
    assert any(
        sentence.grade == Grade.KNOWS for sentence in story.tell(other, other.observer("uber"), "own", NIGHT).sentences
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_sentence_leads_to_its_row_and_every_because_to_a_dated_source(
    parisian: tuple[Path, Trail], shanghainese: Trail, scenario: str
) -> None:
    """For both people, every day, whoever looks."""
    for trail in (parisian[1], shanghainese):
        relations = {one.row_id: one for one in trail.known.registry.relations}
        rows = {trail.row_of(at) for at in range(len(trail.events))}
        for observer in trail.observers:
            for day, _ in trail.days:
                for one in story.tell(trail, observer, scenario, day).sentences:
                    assert set(one.rows) <= rows
                    assert (
                        one.grade == Grade.KNOWS
                        or one.because
                        or observer.members
                        & {trail.known.deeds[int(number)].collector for number in trail.known.class_of}
                    )
                    assert all(relations[name].sources and relations[name].since for name in one.because)


def test_the_row_a_sentence_names_holds_what_it_says(parisian: tuple[Path, Trail]) -> None:
    """Row 2 of Revolut's file, counted as a person does, is the ride's payment."""
    folder, trail = parisian
    told = story.tell(trail, trail.observer("revolut"), "own", NIGHT)
    paid = next(one for one in told.sentences if "17.50" in one.text)
    file, row = paid.rows[0]
    with (folder / file).open(encoding="utf-8") as lines:
        assert list(csv.reader(lines))[row - 1][4] == "Uber"


@pytest.mark.parametrize("command", ["story", "gaps", "acts", "what-if", "evidence"])
def test_every_question_is_answered_of_both_people(
    parisian: tuple[Path, Trail], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In text and for scripts."""
    for files in ([str(parisian[0])], [str(one) for one in CHINESE]):
        assert main([command, *files]) == 0
        text = capsys.readouterr().out
        assert main([command, *files, "--json"]) == 0
        json.loads(capsys.readouterr().out)
        assert text.strip()


def test_who_looks_by_itself_has_rows_on_the_day_that_is_asked_for(
    shanghainese: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the last day of 2025 only DiDi wrote anything down."""
    assert shanghainese.default_observer.id == "alipay"
    assert main(["story", *(str(one) for one in CHINESE), "--day", "2025-12-31"]) == 0
    assert "as didi, scenario ownership" in capsys.readouterr().out


def test_keys_join_the_rows_of_three_companies_without_a_value(parisian: tuple[Path, Trail]) -> None:
    """The sum in the minute does not, half an hour apart; the deed is found all the same."""
    _, trail = parisian
    found = {one.kind: one for one in deeds.keys(trail.events, trail.parties)}

    assert found["sum_and_minute"].rows >= 3
    assert "17.5" not in " ".join(merged.joined(tuple(found.values()), trail, Words("en")))
