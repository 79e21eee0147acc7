"""Lenses: rules with their sources laid over rows, and nothing scored."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from trailviz import atlas
from trailviz.cli import main
from trailviz.events import written
from trailviz.knowledge import Grade
from trailviz.lenses import LANGUAGES, Lens, lenses
from trailviz.lenses.cards import Card, cards
from trailviz.registry.shelf import load
from trailviz.story import lens as told
from trailviz.trail import Trail, follow
from trailviz.whatif import Change, changed

GOLDEN = list(csv.DictReader((Path(__file__).parent / "golden_afternoon.csv").read_text(encoding="utf-8").splitlines()))
LENSES = {one.id: one for one in lenses()}
BANNED = (
    "company,kind,start,end,zone,place,party,mode,service,amount,currency,flow,presence,detail\n"
    "flighty,ride,2017-08-26 08:00,2017-08-26 10:00,Asia/Shanghai,,,plane,EX1,,,,in_person,\n"
    "china_railway,ride,2017-08-26 11:00,,Asia/Shanghai,,,train,G7,,,,in_person,\n"
    "china_railway,ride,2017-08-26 12:00,,Asia/Shanghai,,,train,D7,,,,in_person,\n"
    "china_railway,ride,2012-08-26 12:00,,Asia/Shanghai,,,train,G7,,,,in_person,\n"
    "alipay,payment,2017-08-26 13:00,,Asia/Shanghai,,Example Golf Club,,,900,CNY,out,in_person,\n"
    "ofo,ride,2017-08-26 14:00,,Asia/Shanghai,outside a hotel,Ofo,bike,,,,,in_person,bike hire\n"
    "alipay,payment,2017-08-26 15:00,,Asia/Shanghai,inside Example Hotel,Example Foods,,,20,CNY,out,in_person,\n"
    ",payment,2017-08-26 16:00,,Asia/Shanghai,,Example Golf Club,,,900,CNY,out,in_person,told by the person alone\n"
)


def _look(trail: Trail, name: str, observer: str | None = None, scenario: str = "ownership") -> told.Reading:
    who = trail.observer(observer) if observer else trail.default_observer
    return told.read(trail, LENSES[name], who, scenario, "en")


def _rows(reading: told.Reading, rule: str) -> list[tuple[str, int]]:
    return [row for one in reading.entries if one.rule == rule for row in one.rows]


def test_there_are_six_lenses_in_their_order() -> None:
    """The systems of the seed document, each a file."""
    assert list(LENSES) == ["afternoon", "zhima", "court_list", "national_plan", "corporate", "elsewhere"]


@pytest.mark.parametrize("lens", LENSES.values(), ids=list(LENSES))
def test_every_rule_is_cited_and_dated(lens: Lens) -> None:
    """A rule without a source, or a source without a title and a date, is no rule."""
    assert [rule.id for rule in lens.rules if not rule.sources] == []
    assert [one for rule in lens.rules for one in rule.sources if not one.title or not one.date] == []


@pytest.mark.parametrize("lens", LENSES.values(), ids=list(LENSES))
def test_a_lens_says_in_both_languages_what_it_does_not_do_and_what_is_not_known(lens: Lens) -> None:
    """Limits and gaps of knowledge are part of the rule book."""
    texts = [lens.title, lens.about, *lens.limits, *lens.not_known, *(rule.text for rule in lens.rules)]
    texts += [rule.needs for rule in lens.rules if rule.maybe]

    assert lens.limits
    assert lens.not_known
    assert [one for one in texts if not all(one.get(lang) for lang in LANGUAGES)] == []


@pytest.mark.parametrize("lens", LENSES.values(), ids=list(LENSES))
def test_every_company_a_lens_names_is_registered(lens: Lens) -> None:
    """A lens asks, exchanges and supposes only companies the registry knows."""
    registry = load()
    named = {one for rule in lens.rules for one in rule.observers} - {"asked"}
    named |= {one for cast in lens.casts for pair in cast.instead.items() for one in pair if "wechat" not in one}
    named |= {one for supposed in lens.suppose for one in (*supposed.origins, *supposed.to)}

    assert {one for one in named if one not in registry.companies} == set()


def test_the_afternoon_grades_each_claim_as_the_golden_table_does(afternoon: Trail) -> None:
    """Every facet the author claims has the grade of the golden table, in every scenario."""
    observer = afternoon.observer("alipay+ant")
    wrong = []
    for scenario in ("own", "documented", "permitted", "ownership", "state"):
        found = {
            (one.rule.id, facet): one.grade.word if one.grade is not None else ""
            for one in afternoon.look(LENSES["afternoon"], observer, scenario)
            for facet in one.facets
        }
        golden = {(row["fact"], row["facet"]): row[scenario] for row in GOLDEN if (row["fact"], row["facet"]) in found}
        wrong += [(key, scenario, found[key], word) for key, word in golden.items() if found[key] != word]

    assert wrong == []


def test_the_afternoon_agrees_with_the_author_on_all_but_five(afternoon: Trail) -> None:
    """28 of 33; ours is lower at A04 items, A06 and A07 destination, A07 entering and A10 place, each with its reason."""
    reading = _look(afternoon, "afternoon")
    lower = [one for one in reading.entries if one.agrees is False]

    assert [(one.rule, one.facets) for one in lower] == [
        ("A04", ("items",)),
        ("A06", ("destination",)),
        ("A07", ("destination",)),
        ("A07", ("entered",)),
        ("A10", ("place",)),
    ]
    assert all(one.remark for one in lower)
    assert reading.summary.startswith("28 of 33")


def test_the_gap_is_measured_three_ways(afternoon: Trail) -> None:
    """By her words 3 h, by rule 3 h 25, silent 2 h 42."""
    assert [one.length for one in _look(afternoon, "afternoon").figures] == ["3 h", "3 h 25 min", "2 h 42 min"]


def test_zhima_could_be_fed_by_payments_and_is_fed_no_score(afternoon: Trail) -> None:
    """Alipay's five rows could feed one heading by a documented relation; nothing feeds friends or identity."""
    reading = _look(afternoon, "zhima")
    sure = [one for one in reading.entries if one.grade == Grade.KNOWS_BECAUSE]

    assert [(one.rule, one.count, one.because) for one in sure] == [("behaviour", 5, ("CN008",))]
    assert {one.rule for one in reading.entries} == {"behaviour", "ability"}
    assert len(reading.silent) == 3


def test_nobody_feeds_zhima_before_it_began() -> None:
    """The same rows under the relations of 2014 come to Zhima by none."""
    assert _look(follow([atlas.sample()], on=date(2014, 8, 26)), "zhima").entries == ()


def test_the_list_refuses_planes_and_fast_trains_and_never_a_bike_outside_a_hotel(tmp_path: Path) -> None:
    """Sure only where the row says so; "may" with what the row lacks; not before the rule was in force.

    A place is not looked at, nor what the person alone remembers.
    """
    (tmp_path / "diary.csv").write_text(BANNED, encoding="utf-8")
    reading = _look(follow([tmp_path]), "court_list")
    found = {(one.rule, one.maybe): [row for _, row in one.rows] for one in reading.entries}

    assert found == {
        ("plane", False): [2],
        ("fast_train", False): [3],
        ("first_class", True): [4],
        ("luxury", True): [6],
    }


def test_the_afternoon_holds_nothing_the_list_forbids(afternoon: Trail) -> None:
    """Twelve rules, each told with its article, and no row."""
    reading = _look(afternoon, "court_list")

    assert reading.entries == ()
    assert len(reading.silent) == len(LENSES["court_list"].rules)
    assert all(any("Art. 3" in one.article for one in sources) for _, sources in reading.silent)


def test_the_eight_pilots_would_learn_what_zhima_has(afternoon: Trail) -> None:
    """Without the duty seven of them and the credit centre have nothing; with it, what Zhima knows because of Alipay."""
    reading = _look(afternoon, "national_plan")
    counts = {one.rule: (one.before, one.after) for one in reading.entries}
    zhima = counts.pop("zhima")

    assert len(counts) == 8
    assert zhima[0] == zhima[1] > 0
    assert set(counts.values()) == {(0, 19)}


def test_the_difference_vanishes_with_the_relation_it_rests_on(afternoon: Trail) -> None:
    """If Alipay told Zhima nothing, a duty of the pilots would carry nothing of this day."""
    without = changed(afternoon, Change(relations=frozenset({"CN008"})))

    assert {one.after for one in _look(without, "national_plan").entries if one.rule != "zhima"} == {0}


def test_supposing_changes_nothing_that_is_kept(afternoon: Trail) -> None:
    """The registry and the grades of the trail are what they were before the lens was asked."""
    before = afternoon.known.grades(afternoon.observer("state"), "state").copy()
    _look(afternoon, "national_plan")

    assert np.array_equal(afternoon.known.grades(afternoon.observer("state"), "state"), before)
    assert not any(one.since_kind == "supposed" for one in afternoon.registry.relations)


def test_only_companies_registered_in_china_are_rated(afternoon: Trail) -> None:
    """The corporate lens names the five firms of the day, with the case of one of them, and the person nowhere."""
    reading = _look(afternoon, "corporate")

    assert len([one for one in reading.entries if one.rule == "register"]) == 5
    assert _rows(reading, "ofo_2018") == [("diary.csv", 2), ("diary.csv", 6)]
    assert _look(follow([atlas.sample("london_afternoon")]), "corporate").entries == ()


def test_scores_elsewhere_exchanges_the_companies_and_takes_the_relations_of_its_day(afternoon: Trail) -> None:
    """On its own day Alipay tells Zhima; as PayPal it may tell bureaux, as Klarna it tells Experian."""
    found = {
        (one.cast.split(",")[0], one.because[0])
        for one in _look(afternoon, "elsewhere").entries
        if one.rule == "bureaux"
    }

    assert found == {
        ("The companies of this trail", "CN008"),
        ("The same deeds with American companies", "US045"),
        ("The same deeds with European companies", "EU015"),
        ("The same deeds with European companies", "EU016"),
    }


def test_a_payment_in_cash_takes_exactly_its_own_row_out_of_a_lens(afternoon: Trail) -> None:
    """No finding outlives its rows, and no other finding suffers."""
    snack = ("alipay_record_20170827_0900_1.csv", 10)
    paid = next(at for at in range(len(afternoon.events)) if afternoon.row_of(at) == snack)
    cash = Change(cash=frozenset({written(afternoon.events.ids[paid])}))
    before, after = (set(_rows(_look(one, "zhima"), "behaviour")) for one in (afternoon, changed(afternoon, cash)))

    assert before - after == {snack}
    assert after <= before


@pytest.mark.parametrize("card", cards(), ids=lambda one: one.id)
def test_a_card_has_its_date_its_source_and_a_question_in_both_languages(card: Card) -> None:
    """A card is a text somebody can check and talk about."""
    assert card.date
    assert all(one.title and one.date for one in card.sources)
    texts = (card.title, card.summary, card.not_said, *card.questions)
    assert all(text.get(lang) for text in texts for lang in LANGUAGES)
    assert card.sources
    assert card.questions
    assert len(card.quote.split()) <= 25
    assert set(card.lenses) <= set(LENSES)


def test_every_lens_has_a_card_to_discuss() -> None:
    """No lens is shown without something to talk about."""
    assert set(LENSES) == {lens for card in cards() for lens in card.lenses}


def test_the_command_lists_tells_and_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name the lenses are listed; with one, JSON holds rows and sources; a slip is answered with the nearest."""
    assert main(["lens"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(LENSES)
    assert main(["lens", "zhima", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert all(one["rows"] and one["sources"][0]["title"] and one["sources"][0]["date"] for one in found)
    assert main(["lens", "court"]) == 2
    assert "court_list" in capsys.readouterr().err


@pytest.mark.parametrize("name", LENSES)
def test_a_lens_speaks_chinese(afternoon: Trail, name: str) -> None:
    """Every finding, limit and card can be told in both languages."""
    reading = told.read(afternoon, LENSES[name], afternoon.default_observer, "ownership", "zh-Hans")

    assert not any(one.text.isascii() for one in reading.entries)
    assert not any(line.isascii() for line in (*reading.limits, *reading.not_known))


def test_a_broken_lens_names_its_file(tmp_path: Path) -> None:
    """A slip in a lens is told with the file's name and the document that describes it."""
    (tmp_path / "mine.toml").write_text('order = 1\n[title]\nen = "x"\n', encoding="utf-8")

    with pytest.raises(ValueError, match=r"mine\.toml.*docs/lenses\.md"):
        lenses(tmp_path)
