"""What if, compare and shares: recomputed, monotone, and adding up."""

from __future__ import annotations

import json
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import atlas, story, whatif
from trailviz.cli import main
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.story import difference
from trailviz.trail import Trail, follow
from trailviz.whatif import EVERY, Change

if TYPE_CHECKING:
    from datetime import date


@pytest.fixture(scope="module")
def afternoon() -> Trail:
    """The sample, walked once."""
    return follow([atlas.sample()])


def _day(trail: Trail) -> date:
    assert trail.default_day is not None
    return trail.default_day


def _grades(trail: Trail, scenario: str) -> dict[int, np.ndarray]:
    grades = trail.known.of_events(trail.default_observer, scenario)
    return dict(zip(trail.events.ids.tolist(), grades, strict=True))


def _difference(trail: Trail, change: Change) -> difference.Difference:
    told = [
        story.tell(one, trail.default_observer, "ownership", _day(trail))
        for one in (trail, whatif.changed(trail, change))
    ]
    return difference.between(*told)


def test_nothing_otherwise_changes_nothing(afternoon: Trail) -> None:
    """The empty change gives the same sentences and the same gaps."""
    found = _difference(afternoon, Change())
    assert (found.lost, found.gained) == ((), ())
    assert all(before == after for before, after in found.minutes.values())


COMPANIES = ("ofo", "didi", "hema", "amazon_cn", "alibaba", "ant", "alipay")
RELATIONS = ("CN001", "CN011", "CN013", "CN016", "CN023", "CN034")


@given(
    companies=st.frozensets(st.sampled_from(COMPANIES)),
    relations=st.frozensets(st.sampled_from(RELATIONS)),
    kinds=st.frozensets(st.sampled_from(("payment", "ride", "order"))),
    scenario=st.sampled_from(SCENARIOS),
)
@settings(max_examples=25, deadline=None)
def test_taking_away_never_makes_anybody_know_more_surely(
    companies: frozenset[str], relations: frozenset[str], kinds: frozenset[str], scenario: str
) -> None:
    """A "might" may appear where the payment that named another channel is gone; nothing surer ever does."""
    trail = follow([atlas.sample()])
    before = _grades(trail, scenario)
    other = whatif.changed(trail, Change(companies=companies, relations=relations, kinds=kinds))
    for event, grades in _grades(other, scenario).items():
        sure = grades >= Grade.KNOWS_BECAUSE
        assert (grades[sure] <= before[event][sure]).all()


def test_a_company_switched_off_takes_its_rows_and_what_it_passed_on(afternoon: Trail) -> None:
    """Without Ofo there is no bike, for anybody."""
    other = whatif.changed(afternoon, Change(companies=frozenset({"ofo"})))
    assert "ofo" not in {deed.collector for deed in other.known.deeds}
    found = _difference(afternoon, Change(companies=frozenset({"ofo"})))
    assert len(found.lost) == 8
    assert all("Ofo" in one.sentence.text or one.sentence.claim in {"route", "end", "move"} for one in found.lost)
    assert found.minutes["blind"][1] > found.minutes["blind"][0]


def test_cash_leaves_the_ride_and_takes_the_payment(afternoon: Trail) -> None:
    """Whoever drove still has the ride."""
    other = whatif.changed(afternoon, Change(cash=frozenset({EVERY})))
    kinds, words = other.events.words("kind")
    kept = {words[code] for code in kinds}
    assert "ride" in kept
    because = {
        row
        for one in _difference(afternoon, Change(cash=frozenset({EVERY}))).lost
        for row in (one.other.because if one.other else ())
    }
    assert "CN023" not in because, "a ride paid in cash did not go through Alipay, nor might it have"
    assert not whatif.paid(other, _day(afternoon))


def test_one_payment_in_cash_takes_that_one_alone(afternoon: Trail) -> None:
    """The others stay."""
    position = whatif.paid(afternoon, _day(afternoon))[0]
    chosen = f"{afternoon.events.ids[position]:016x}"
    other = whatif.changed(afternoon, Change(cash=frozenset({chosen})))
    gone = set(afternoon.events.ids.tolist()) - set(other.events.ids.tolist())
    assert gone == {int(afternoon.events.ids[position])}


def test_with_a_rival_wallet_the_first_one_has_no_record_of_its_own(afternoon: Trail) -> None:
    """The rival writes every row, and is the channel of every deed."""
    other = whatif.changed(afternoon, Change(instead={"alipay": "wechat_pay"}))
    collectors = {deed.collector for deed in other.known.deeds}
    assert "alipay" not in collectors
    assert "wechat_pay" in collectors
    assert "alipay" not in {deed.channel for deed in other.known.deeds}


def test_nothing_older_than_the_days_kept_remains(afternoon: Trail) -> None:
    """Days are counted from the trail's last one."""
    last = afternoon.day_of.max()
    other = whatif.changed(afternoon, Change(keep_days=1))
    assert set(other.day_of.tolist()) == {last.item()}


def test_the_contract_of_2014_carries_the_items_on_the_day_and_not_in_august_2022(afternoon: Trail) -> None:
    """It ended on 25 July 2022."""
    from datetime import date  # noqa: PLC0415

    found = _difference(afternoon, Change(on=date(2022, 8, 1)))
    assert any("bananas" in one.sentence.text for one in found.lost)
    assert not any("bananas" in one.sentence.text for one in _difference(afternoon, Change(on=date(2022, 7, 24))).lost)


@pytest.mark.parametrize("observer", ["alipay+ant", "alipay", "didi", "everyone", "state", "alibaba"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_shares_add_up_to_what_the_observer_knows(afternoon: Trail, observer: str, scenario: str) -> None:
    """Efficiency: no fact is counted twice or left out."""
    who = afternoon.observer(observer)
    shares = whatif.shares(afternoon, who, scenario)
    known = int((afternoon.known.of_events(who, scenario) >= Grade.KNOWS_BECAUSE).sum())
    assert sum(one.value for one in shares) == pytest.approx(known)


def test_a_share_is_what_a_company_adds_on_average_over_every_order(afternoon: Trail) -> None:
    """The definition, with every coalition's walk made again."""
    who, day = afternoon.observer("alipay"), _day(afternoon)
    shares = {one.company: one.value for one in whatif.shares(afternoon, who, "documented", day)}
    added = dict.fromkeys(shares, 0.0)
    orders = list(permutations(shares))
    for order in orders:
        before = 0
        for place, company in enumerate(order):
            gone = frozenset(shares) - set(order[: place + 1])
            other = _known_facts(afternoon, gone, day)
            added[company] += (other - before) / len(orders)
            before = other
    assert shares == pytest.approx(added)


_kept: dict[frozenset[str], int] = {}


def _known_facts(trail: Trail, gone: frozenset[str], day: date) -> int:
    """Count what Alipay knows once these companies are really taken away: the whole walk again, no formula."""
    if gone not in _kept:
        other = whatif.changed(trail, Change(companies=gone))
        grades = other.known.of_events(trail.observer("alipay"), "documented")[other.day_of == np.datetime64(day)]
        _kept[gone] = int((grades >= Grade.KNOWS_BECAUSE).sum())
    return _kept[gone]


def test_shares_drawn_from_orders_say_their_error_and_come_near_the_exact_ones(
    afternoon: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within four standard errors."""
    who = afternoon.observer("alipay+ant")
    exact = {one.company: one for one in whatif.shares(afternoon, who, "ownership")}
    monkeypatch.setattr(whatif, "MOST_EXACT", 0)
    for one in whatif.shares(afternoon, who, "ownership"):
        assert abs(one.value - exact[one.company].value) <= 4 * one.error + 1e-9


def test_two_observers_side_by_side_say_who_tells_more_surely(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Didi knows where to; Alipay knows the snack."""
    assert main(["compare", "--as", "alipay", "--with", "didi", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert any("bound for" in one["text"] for one in said["gained"])
    assert any("13:24" in one["text"] for one in said["lost"])
    assert {one["grade"] for one in said["lost"]} <= {grade.word for grade in Grade}


def test_the_command_says_what_if_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """All changes in one clause."""
    assert main(["what-if", "--without", "ofo", "--cash", "all"]) == 0
    said = capsys.readouterr().out
    assert (
        "What if Ofo writes nothing down and passes nothing on and everything paid in person is paid in cash?" in said
    )
    assert "Shapley" in said


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (("--without", "nobody at all"), "No company is called nobody at all."),
        (("--without-relation", "XX1"), "No relation is called XX1."),
        (("--without-kind", "tea"), "No kind of event is called tea."),
        (("--cash", "zz"), "No event has this id."),
        (("--instead", "alipay"), "Expected two companies"),
        (("--keep-days", "0"), "Expected a number of days"),
    ],
)
def test_a_wrong_change_is_refused_in_a_sentence(
    option: tuple[str, str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is expected, and exit code 2."""
    assert main(["what-if", *option]) == 2
    assert sentence in capsys.readouterr().err
