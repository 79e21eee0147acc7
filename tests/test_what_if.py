"""What if, compare and shares: recomputed, monotone, and adding up."""

from __future__ import annotations

import json
from datetime import date
from itertools import permutations
from pathlib import Path

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
from trailviz.words import Words


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


def test_shares_drawn_from_orders_say_their_error_and_come_near_the_exact_ones(afternoon: Trail) -> None:
    """Within four standard errors."""
    who = afternoon.observer("alipay+ant")
    exact = {one.company: one for one in whatif.shares(afternoon, who, "ownership")}
    for one in whatif.shares(afternoon, who, "ownership", exact_to=0):
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
        (("--without-category", "tea"), "No row has the category tea."),
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


REASONS = (
    (Change(companies=frozenset({"ofo"})), "rented a bike", "not possible without Ofo, which wrote it down"),
    (Change(companies=frozenset({"alibaba"})), "bananas", "not possible without Alibaba, on the way from Hema"),
    (Change(relations=frozenset({"CN011"})), "bananas", "the relation CN011 is taken away"),
    (Change(cash=frozenset({EVERY})), "22.00", "what is paid in cash leaves no record"),
    (Change(cash=frozenset({EVERY})), "got into a", "what is paid in cash goes through nobody's wallet"),
    (Change(kinds=frozenset({"payment"})), "22.00", "no such row is recorded"),
    (Change(instead={"alipay": "wechat_pay"}), "22.00", "wechat_pay wrote it down instead of Alipay"),
)


@pytest.mark.parametrize(("change", "sentence", "why"), REASONS)
def test_a_sentence_that_is_lost_says_what_took_it_away(
    afternoon: Trail, change: Change, sentence: str, why: str
) -> None:
    """One clause: the company, the relation or the choice."""
    found = _explained(afternoon, change)

    assert next(one for one in found.lost if sentence in one.sentence.text).why == why


def test_a_contract_that_is_over_says_when_it_ended(afternoon: Trail) -> None:
    """The relation and its last day, and what began later says since when."""
    later, earlier = (_explained(afternoon, Change(on=on)) for on in (date(2022, 8, 1), date(2017, 4, 1)))
    items = next(one for one in later.lost if "bananas" in one.sentence.text)
    bike = next(one for one in earlier.lost if "rented a bike" in one.sentence.text)

    assert "ended on 25 July 2022" in items.why
    assert "holds only since 28 April 2017" in bike.why


def _explained(trail: Trail, change: Change) -> difference.Difference:
    other, day = whatif.changed(trail, change), _day(trail)
    told = [story.tell(one, trail.default_observer, "ownership", day) for one in (trail, other)]
    return difference.explained(difference.between(*told), trail, other, change, (day, Words("en")))


@given(
    companies=st.frozensets(st.sampled_from(COMPANIES), max_size=2),
    cash=st.booleans(),
    keep=st.sampled_from((None, 1, 2)),
    blindfold=st.booleans(),
)
@settings(max_examples=12, deadline=None)
def test_a_long_trail_walked_around_its_day_says_the_same_of_it(
    companies: frozenset[str],
    cash: bool,  # noqa: FBT001
    keep: int | None,
    blindfold: bool,  # noqa: FBT001
) -> None:
    """As if the afternoon were too long to walk whole: the same sentences, the same gaps."""
    change = Change(companies=companies, cash=frozenset({EVERY} if cash else ()), keep_days=keep, no_location=blindfold)
    trail = follow([atlas.sample()])
    day, kept = _day(trail), whatif.MOST_WHOLE
    whole = whatif.changed(trail, change, day)
    whatif.MOST_WHOLE = 0
    try:
        near = whatif.changed(trail, change, day)
    finally:
        whatif.MOST_WHOLE = kept
    one, other = (story.tell(walk, trail.default_observer, "state", day) for walk in (whole, near))

    assert one.sentences == other.sentences
    assert [text for _, text in one.gaps] == [text for _, text in other.gaps]


def test_what_is_otherwise_is_told_of_the_same_day_in_the_same_zone(tmp_path: Path) -> None:
    """Without the file that named the zone the day is still cut where it was."""
    (tmp_path / "d.csv").write_text(
        "company,kind,start,zone,place,lat,lon,party,amount,currency\n"
        "ofo,ride,2017-08-26 23:30,Asia/Shanghai,,31.2,121.4,,,\nuber,payment,2017-08-26 16:10,UTC,,,,Uber,5.00,USD\n",
        encoding="utf-8",
    )
    trail = follow([tmp_path / "d.csv"])
    other = whatif.changed(trail, Change(companies=frozenset({"ofo"})))

    assert (other.zone_name, [day for day, _ in other.days]) == ("Asia/Shanghai", [date(2017, 8, 27)])


def test_relations_judged_of_another_day_say_what_is_known_of_them_on_it(afternoon: Trail) -> None:
    """On 1 August 2022 nobody has checked for years that Ofo is still inside Alipay, and the sentence says so."""
    other = whatif.changed(afternoon, Change(on=date(2022, 8, 1)))
    told = story.tell(other, afternoon.default_observer, "ownership", _day(afternoon))

    assert any("no end known on 31 December 2018" in one.because_text for one in told.sentences)


@pytest.mark.parametrize("era", ["2017", "today", "2022-08-01"])
def test_an_era_is_a_date_or_a_word(era: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`2017` is the day of the afternoon; a sentence says which day's relations hold."""
    assert main(["what-if", "--on", era, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)

    assert said["what_if"].startswith("the relations of ")
    assert bool(said["lost"]) == (era != "2017")
    assert {one["company"] for one in said["shares"]} >= {one["company"] for one in said["shares_then"]} - {
        "wechat_pay"
    }


def test_an_observer_may_be_made_of_any_companies_the_registry_does_not_know_among_them(tmp_path: Path) -> None:
    """A hypothetical super-app; everyone together includes those nobody registered, too."""
    rows = "\n".join(f"company {n},payment,2024-05-01 1{n}:00,UTC,shop {n},1.00,EUR" for n in range(9))
    (tmp_path / "d.csv").write_text(f"company,kind,start,zone,party,amount,currency\n{rows}\n", encoding="utf-8")
    trail = follow([tmp_path / "d.csv"])
    made = trail.observer("company 1, Company 2 + didi")

    assert made.members == {"company 1", "company 2", "didi"}
    assert made.name() == "company 1, company 2 and DiDi"
    assert len(whatif.shares(trail, trail.observer("everyone"), "own")) == 9
    assert next(one for one in trail.observers if one.kind == "everyone").members >= trail.observer("company 8").members


def test_a_kind_of_shop_taken_away_takes_every_record_of_its_deeds() -> None:
    """The bank's line and the shop's own receipt; a file's own word for a category does the same."""
    trail = follow([atlas.sample("london_afternoon")])
    shops, told = whatif.categories(trail, np.ones(len(trail.events), bool))
    other = whatif.changed(trail, Change(categories=frozenset({"supermarket"})))
    gone = {trail.row_of(at) for at, event in enumerate(trail.events.ids) if event not in other.events.ids}

    assert {"supermarket", "ride_service"} <= set(shops)
    assert "Groceries" in told
    assert {file for file, _ in gone} == {"monzo_transactions.csv", "diary.csv"}
    again = whatif.changed(trail, Change(categories=frozenset({"Groceries"})))
    assert set(again.events.ids.tolist()) == set(other.events.ids.tolist())
