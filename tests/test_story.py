"""Sentences say what the facets allow, and nothing more."""

from __future__ import annotations

import itertools
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from trailviz import atlas, story
from trailviz.events import FACETS
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.story.clauses import Speaker
from trailviz.trail import Trail, follow
from trailviz.views import stage
from trailviz.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date(2017, 8, 26)
FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
TELLTALE = {
    "time": "13:00",
    "place": "Concession",
    "destination": "Jing'an",
    "merchant": "Ofo",
    "amount": "22.00",
    "items": "bananas",
    "vehicle": "X0000",
    "person": "driver",
}


def test_a_clause_gives_away_only_its_facets(afternoon: Trail) -> None:
    """Whatever set of a claim's facets is worded, no word of another facet shows through."""
    leaks = []
    found = story.claims(afternoon, DAY)
    speaker = Speaker.of(afternoon, sorted({claim.position for claim in found}), "en")
    for claim in found:
        for size in range(1, len(claim.facets) + 1):
            for facets in itertools.combinations(claim.facets, size):
                text = speaker.clause(claim.position, claim.kind, frozenset(facets))
                leaks += [
                    (claim.fact, facets, text)
                    for name, word in TELLTALE.items()
                    if word in text and name not in facets and name in claim.facets
                ]

    assert leaks == []


def test_a_wider_scenario_removes_no_facet_from_the_story(afternoon: Trail) -> None:
    """What is told in one scenario is told in every wider one."""
    for observer in ("alipay+ant", "didi", "ofo", "amazon", "state", "everyone"):
        before: set[tuple[str, str]] = set()
        for scenario in SCENARIOS:
            told = story.tell(afternoon, afternoon.observer(observer), scenario, DAY)
            now = {(one.events[0], facet) for one in told.sentences if one.grade for facet in one.facets}

            assert before <= now, (observer, scenario)
            before = now


def test_the_swim_is_known_to_nobody(afternoon: Trail) -> None:
    """The pool is the person's own memory: no observer has it in any scenario."""
    for observer in afternoon.observers:
        told = story.tell(afternoon, observer, "state", DAY, alleged=True)

        assert {one.grade for one in told.sentences if one.fact == "A13"} == {Grade.DOES_NOT_KNOW}
        assert not any("swim" in one.text or "pool" in one.text for one in told.sentences)


def test_lower_grades_say_why(afternoon: Trail) -> None:
    """Where our grade is lower than the author's word, the sentence says why: five facets of the passage."""
    told = story.tell(afternoon, afternoon.observer("alipay+ant"), "ownership", DAY)
    lower = {(one.fact, facet) for one in told.sentences if one.remark for facet in one.facets}

    assert lower == {
        ("A04", "items"),
        ("A06", "destination"),
        ("A07", "destination"),
        ("A07", "entered"),
        ("A10", "place"),
    }


def test_the_gap_is_told_with_what_lies_inside(afternoon: Trail) -> None:
    """The records inside a gap are named, and are not places."""
    told = story.tell(afternoon, afternoon.observer("alipay+ant"), "ownership", DAY)
    text = next(text for gap, text in told.gaps if gap.kind == "blind" and gap.minutes == 205)

    assert text == (
        "Alipay and Ant Financial do not know where you were from 15:36 to 19:01: at 16:01 a taxi was paid, "
        "at 16:19 an order was paid, and neither is a place."
    )


def test_three_figures_stand_side_by_side(afternoon: Trail) -> None:
    """By her words three hours, by rule 3 h 25, silent 2 h 42."""
    told = story.tell(afternoon, afternoon.observer("alipay+ant"), "ownership", DAY)

    assert [(one.start, one.end, one.length) for one in told.figures] == [
        ("16:01", "19:01", "3 h"), ("15:36", "19:01", "3 h 25 min"), ("16:19", "19:01", "2 h 42 min"),
    ]  # fmt: skip


def test_an_unveiled_name_is_never_told_unasked(afternoon: Trail) -> None:
    """Third persons are a driver or a person until somebody asks for names."""
    text = str(stage.model(afternoon)["events"]["label"]) + str(stage.model(afternoon)["claims"])

    assert "with a driver" in text


@pytest.mark.parametrize(("lang", "said"), [("en", "position"), ("zh-Hans", "位置")])
def test_a_row_without_another_side_or_a_sum_is_called_by_its_kind_in_words(lang: str, said: str) -> None:
    """On the stage a fix is a position, not the code of its kind."""
    trail = follow([FORMATS / "google_records"])
    told = stage.model(trail, lang=lang)["events"]

    assert {name for name, kind in zip(told["label"], told["kind"], strict=True) if kind == "fix"} == {said}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_stage_has_a_text_for_every_group(afternoon: Trail, lang: str) -> None:
    """For every observer and scenario, the browser finds a text for each group of facets that shares a grade."""
    payload = stage.model(afternoon, lang=lang)
    wanting = []
    claims = [claim for claim in story.claims(afternoon, DAY) if claim.kind != "absent"]
    sent = [one for one in payload["claims"] if one["kind"] != "absent"]
    for observer in afternoon.observers:
        for scenario in SCENARIOS:
            grades = afternoon.known.grades(observer, scenario)
            for claim, told in zip(claims, sent, strict=True):
                for _, facets in story.groups(afternoon, claim, grades):
                    mask = sum(1 << FACETS.index(name) for name in facets)
                    wanting += [] if str(mask) in told["texts"] else [(observer.id, scenario, claim.kind, facets)]

    assert wanting == []


def test_because_names_the_relation_its_date_and_its_source(afternoon: Trail) -> None:
    """The basket reaches Ant through a shop that is owned and a contract that is dated and cited."""
    told = story.tell(afternoon, afternoon.observer("alipay+ant"), "documented", DAY)
    basket = next(one for one in told.sentences if one.fact == "A08" and one.facets == ("items",))

    assert basket.because == ("CN011", "CN001")
    assert "since 12 August 2014; until 25 July 2022; source: sec.gov" in basket.text


def test_money_that_came_in_is_never_told_as_paid() -> None:
    """A friend's half of a dinner arrives on the account: the story and the silence around it say so."""
    trail = follow([atlas.sample("london_week")])
    told = story.tell(trail, trail.observer("monzo"), "ownership", date(2026, 2, 27))

    said = [*(one.text for one in told.sentences), *(text for _, text in told.gaps)]
    friend = [text for text in said if "from a person" in text]
    assert len(friend) == 2
    assert all("received GBP 11.21 from" in text or "money came in from" in text for text in friend), friend
    assert not [text for text in said if "Alex Example" in text]


def test_a_day_of_forty_thousand_points_is_told_in_one_go(
    trail_of: Callable[..., Trail], noon_fix: dict[str, Any]
) -> None:
    """No point is looked up among all the others: that took 59 s of 200,000 points at one instant (2026-11-26)."""
    trail = trail_of([noon_fix] * 40_000)
    google = trail.observer("google")
    story.tell(trail, google, "own", noon_fix["start"].date())

    began = time.process_time()
    told = story.tell(trail, google, "own", noon_fix["start"].date())

    assert len(told.sentences) == 1
    assert time.process_time() - began < 1.5
