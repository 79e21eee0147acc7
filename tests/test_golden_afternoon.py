"""The afternoon of 26 August 2017, facet by facet, against the golden table of graded truth."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from trailviz import atlas, story
from trailviz.events import FACETS
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.registry import Observer
from trailviz.trail import Trail, follow

GOLDEN = list(csv.DictReader((Path(__file__).parent / "golden_afternoon.csv").read_text(encoding="utf-8").splitlines()))
HELD = [row for row in GOLDEN if row["row"]]
DAY = date(2017, 8, 26)


def _class(trail: Trail, row: dict[str, str]) -> int:
    files, rows = trail.events.column("file").to_pylist(), trail.events.column("row").to_pylist()
    position = next(
        at for at, pair in enumerate(zip(files, rows, strict=True)) if pair == (row["file"], int(row["row"]))
    )
    return int(trail.known.class_of[position])


def _grade(trail: Trail, row: dict[str, str], observer: Observer, scenario: str) -> str:
    return Grade(trail.known.grades(observer, scenario)[_class(trail, row), FACETS.index(row["facet"])]).word


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("row", HELD, ids=lambda row: f"{row['fact']}-{row['facet']}")
def test_alipay_and_ant_have_each_facet_at_its_grade(afternoon: Trail, row: dict[str, str], scenario: str) -> None:
    """Alipay with Ant grades every facet of the passage as the golden table does, in each scenario."""
    assert _grade(afternoon, row, afternoon.observer("alipay,ant"), scenario) == row[scenario]


@pytest.mark.parametrize("scenario", ["documented", "ownership"])
@pytest.mark.parametrize("row", HELD, ids=lambda row: f"{row['fact']}-{row['facet']}")
def test_alipay_alone_knows_no_basket(afternoon: Trail, row: dict[str, str], scenario: str) -> None:
    """Without Ant, Alipay keeps its own rows and what went through it, and loses what reached Ant alone."""
    assert _grade(afternoon, row, afternoon.observer("alipay"), scenario) == row[f"alipay_alone_{scenario}"]


@pytest.mark.parametrize("row", HELD, ids=lambda row: f"{row['fact']}-{row['facet']}")
def test_the_state_may_ask_only_for_what_a_duty_names(afternoon: Trail, row: dict[str, str]) -> None:
    """A legal duty reaches the facets its flow carries, and no others."""
    assert _grade(afternoon, row, afternoon.observer("state"), "state") == row["the_state_asks"]


@pytest.mark.parametrize("scenario", ["documented", "ownership"])
@pytest.mark.parametrize("row", HELD, ids=lambda row: f"{row['fact']}-{row['facet']}")
def test_a_learnt_grade_names_its_relations(afternoon: Trail, row: dict[str, str], scenario: str) -> None:
    """The because of each grade is the path the golden table names."""
    path = afternoon.known.because(_class(afternoon, row), row["facet"], afternoon.observer("alipay+ant"), scenario)

    assert "+".join(one.row_id for one in path) == row[f"because_{scenario}"]


def test_an_unstated_channel_is_only_a_might(tmp_path: Path) -> None:
    """If nothing says the bikes were unlocked in Alipay, Alipay might know of them, and no more."""
    folder = tmp_path / "afternoon"
    shutil.copytree(atlas.sample(), folder)
    diary = folder / "diary.csv"
    diary.write_text(diary.read_text(encoding="utf-8").replace("Ofo,Alipay,bike", "Ofo,,bike"), encoding="utf-8")
    trail = follow([folder])
    wrong = [
        (row["fact"], row["facet"])
        for row in HELD
        if row["fact"] in {"A01", "A03", "A15", "A17"}
        and _grade(trail, row, trail.observer("alipay+ant"), "state") != row["bike_channel_not_stated"]
    ]

    assert wrong == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_story_tells_every_claimed_facet_at_its_grade(afternoon: Trail, scenario: str) -> None:
    """Each facet the golden table lists stands in a sentence of its fact, with its grade; also those nobody holds."""
    told = story.tell(afternoon, afternoon.observer("alipay+ant"), scenario, DAY)
    said = {(one.fact, facet): one.grade.word for one in told.sentences for facet in one.facets}
    wrong = [
        (row["fact"], row["facet"], said.get((row["fact"], row["facet"])), row[scenario])
        for row in GOLDEN
        if row["facet"] in FACETS and row["her_word"] and said.get((row["fact"], row["facet"])) != row[scenario]
    ]

    assert wrong == []


def test_the_contract_of_2014_carries_until_the_day_before_its_end() -> None:
    """On 24 July 2022 the basket still reaches Ant by contract; on the 25th and after it does not."""
    hema = next(row for row in HELD if row["fact"] == "A08" and row["facet"] == "items")
    found = {}
    for day in (date(2022, 7, 24), date(2022, 7, 25), date(2022, 8, 1)):
        trail = follow([atlas.sample()], on=day)
        found[day.isoformat()] = _grade(trail, hema, trail.observer("ant"), "documented")

    assert found == {"2022-07-24": "knows_because", "2022-07-25": "does_not_know", "2022-08-01": "does_not_know"}


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_the_computers_own_zone_changes_nothing(zone: str) -> None:
    """The afternoon is told alike wherever the computer stands."""
    command = [sys.executable, "-m", "trailviz", "story", "--json"]
    here = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "TZ": "UTC"}).stdout
    there = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "TZ": zone}).stdout

    assert json.loads(here)["sentences"][0]["at"].startswith("2017-08-26T05:00")
    assert here == there
