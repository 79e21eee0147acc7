"""Home and work on the stage: what the rules say of what an observer has, on the day shown, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from trailviz import atlas
from trailviz.guesses import Abstained, Guess, Point, rules
from trailviz.knowledge import SCENARIOS
from trailviz.story import lasting as telling
from trailviz.trail import follow
from trailviz.views import stage
from trailviz.whatif import Change, changed

if TYPE_CHECKING:
    from trailviz.trail import Trail

RULES = {one.id: one for one in rules() if one.id in telling.RULES}
HERE, THERE = Point(31.2, 121.4, 60, 150), Point(31.3, 121.5, 60, 150)
NO_ROWS = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def london() -> Trail:
    """Follow the London week once."""
    return follow([atlas.sample("london_week")])


def _same(one: Guess | Abstained, other: Guess | Abstained) -> bool:
    """Say whether two answers are alike, to the last figure and row."""
    alike = type(one) is type(other) and np.array_equal(one.evidence, other.evidence) and one.values == other.values
    return alike and (not isinstance(one, Guess) or (one.what, one.p, one.point) == (other.what, other.p, other.point))  # type: ignore[union-attr]


def test_for_the_stage_a_rule_says_what_it_says_of_all_that_is_had(london: Trail, afternoon: Trail) -> None:
    """Looking at nothing but whereabouts changes no guess and no row, for any observer in any scenario."""
    for trail in (london, afternoon):
        for observer in trail.observers:
            for scenario in SCENARIOS:
                for rule in RULES.values():
                    quick, whole = trail.lasting.guess(rule, observer, scenario), trail.guess(rule, observer, scenario)
                    assert len(quick) == len(whole)
                    assert all(map(_same, quick, whole))


def test_nothing_is_drawn_of_the_afternoon(afternoon: Trail) -> None:
    """One day is no home: no rule says one, for nobody."""
    model = stage.model(afternoon)

    assert model["lasting"] == []
    assert all(cell == [[[], []]] for observer in model["lasts"] for cell in observer)


def test_home_and_work_follow_the_observer(london: Trail) -> None:
    """Google and Transport for London have a home, each from its own rows; Uber and the bank have none."""
    model = stage.model(london)
    own = SCENARIOS.index("own")
    had = {
        one["id"]: [model["lasting"][number] for number in cells[own][0][1]]
        for one, cells in zip(model["observers"], model["lasts"], strict=True)
    }

    assert had["google"][0]["kind"] == "home"
    assert {row["file"] for one in had["google"] for row in one["rests"]} == {"Timeline.json"}
    assert had["transport_for_london"][0]["kind"] == "home"
    assert not {row["file"] for one in had["transport_for_london"] for row in one["rests"]} & {"Timeline.json"}
    assert had["uber"] == had["monzo"] == []
    assert had["google"][0]["label"] == "Home? very likely"
    assert all(one["text"].startswith("Guess, very likely (0.") for one in model["lasting"])
    assert all(one["wrong"] and one["measured"] and one["about"] for one in model["lasting"])


def test_with_companies_off_the_guess_is_that_of_the_trail_without_them(london: Trail) -> None:
    """What the browser takes for a choice of switches is what a walk without those companies says."""
    everyone = next(one for one in london.observers if one.id == "everyone")
    for off in ({"google"}, {"transport_for_london"}, {"google", "uber"}):
        other = changed(london, Change(companies=frozenset(off)))
        for rule in RULES.values():
            here = london.lasting.guess(rule, everyone, "ownership", frozenset(off))
            there = other.guess(rule, other.observer("everyone"), "ownership")
            assert [(one.p, one.point) for one in here if isinstance(one, Guess)] == [
                (one.p, one.point) for one in there if isinstance(one, Guess)
            ]


def test_every_choice_of_a_few_switches_is_sent(london: Trail) -> None:
    """Of four companies those with two off; a company alone has one choice, and without it nothing is guessed."""
    model = stage.model(london)
    cells = {
        one["id"]: {tuple(off): numbers for off, numbers in cells[model["scenario"]]}
        for one, cells in zip(model["observers"], model["lasts"], strict=True)
    }

    assert sorted(map(len, cells["everyone"])) == [0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert sorted(map(len, cells["google"])) == [0, 1]
    assert cells["google"][()]
    assert [numbers for off, numbers in cells["google"].items() if off] == [[]]


def _told(values: dict[str, Any] | None, what: str, p: float, point: Point) -> Guess:
    return Guess(what, values or {"place": point, "rows": 9, "nights": 9}, NO_ROWS, p, what, point)


def test_before_a_move_home_is_the_place_that_was_left(afternoon: Trail) -> None:
    """The rule says where home was until when; on the days since, it is the place the rule names."""
    moved = _told({"from": HERE, "to": THERE, "date": date(2024, 5, 10)}, "moved", 0.6, THERE)
    found = [_told(None, "home", 0.9, THERE), moved]

    def home(day: date) -> list[tuple[Point, str]]:
        return [(one.point, one.label) for one in telling.on(afternoon, RULES["home"], found, day, "en")]

    assert home(date(2024, 5, 9)) == [(HERE, "Home? probably")]
    assert home(date(2024, 5, 10)) == [(THERE, "Home? very likely")]


def test_a_second_home_stands_beside_the_first(afternoon: Trail) -> None:
    """Both are told, each by its own name, in either language."""
    found = [_told(None, "home", 0.9, HERE), _told(None, "second", 0.6, THERE)]

    labels = [one.label for one in telling.on(afternoon, RULES["home"], found, date(2024, 5, 1), "zh-Hans")]

    assert labels == ["住处？很可能", "第二个住处？可能"]


def test_an_abstention_draws_nothing(afternoon: Trail) -> None:
    """Where a rule says why it is silent, the map is silent."""
    assert telling.on(afternoon, RULES["work"], [Abstained("only_home")], date(2024, 5, 1), "en") == ()
