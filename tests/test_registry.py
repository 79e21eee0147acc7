"""Companies and relations: dated, cited, and never used on a day they were not in force."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from trailviz.paths import Deed, Web, arcs
from trailviz.registry import EVIDENCE, Registry, UnknownNameError
from trailviz.registry.shelf import load

THE_DAY = date(2017, 8, 26)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The registry that ships."""
    return load()


def test_every_relation_is_dated_and_cited(registry: Registry) -> None:
    """An edge without a source or a first day is refused."""
    assert [
        one.id for one in registry.relations if not one.sources or not one.since or one.evidence not in EVIDENCE
    ] == []


EDGE = """name = "One"
[[relation]]
id = "XX001-so"
relation = "data_sharing_partner"
object = "one"
from = "one"
to = "one"
direction = "so"
use = "edge"
since = 2020-01-01
since_kind = "start"
since_precision = "day"
flows = []
evidence = "documented_flow"
confidence = "high"
sources = ["a paper of 1 January 2020"]
"""


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('sources = ["a paper of 1 January 2020"]', ""),
        ('sources = ["a paper of 1 January 2020"]', "sources = []"),
        ('sources = ["a paper of 1 January 2020"]', 'sources = [" "]'),
        ("since = 2020-01-01", ""),
        ("since = 2020-01-01", 'since = "2020"'),
        ('evidence = "documented_flow"', 'evidence = "certain"'),
    ],
)
def test_an_edge_without_source_or_date_is_refused(tmp_path: Path, line: str, fault: str) -> None:
    """A fault planted in a company's file stops the registry from loading, and the file is named."""
    (tmp_path / "one.toml").write_text(EDGE, encoding="utf-8")
    assert len(load(tmp_path).relations) == 1
    (tmp_path / "one.toml").write_text(EDGE.replace(line, fault), encoding="utf-8")

    with pytest.raises(ValueError, match=r"one\.toml"):
        load(tmp_path)


def test_every_relation_says_in_both_languages_what_its_source_does_not_say(registry: Registry) -> None:
    """A note of our own stands beside every relation, in English and in Chinese."""
    assert [one.id for one in registry.relations if not one.note("en") or one.note("zh-Hans") == one.note("en")] == []


def test_every_source_stands_alone(registry: Registry) -> None:
    """No source points at another row: a reader finds it from the line itself."""
    assert [one.id for one in registry.relations if any(re.search(r"\bas above\b", text) for text in one.sources)] == []


def test_classes_and_organs_of_the_state_are_named_in_both_languages(registry: Registry) -> None:
    """A brand may keep its name in Chinese; a class or an office may not."""
    named = (one for one in registry.companies.values() if one.kind in {"class", "state"})

    assert [one.id for one in named if "zh-Hans" not in one.names] == []


def test_every_right_is_dated_and_read_or_says_that_it_was_not(registry: Registry) -> None:
    """How to get one's data has a day, a source or the word that there is none, a known law, and both languages."""
    rights = [(one.id, right) for one in registry.companies.values() for right in one.rights]

    assert len(rights) > 30
    assert [
        company
        for company, right in rights
        if not (right.as_of and (right.sources or not right.read) and set(right.laws) <= set(registry.laws))
        or set(right.get) != {"en", "zh-Hans"}
        or set(right.object) != {"en", "zh-Hans"}
    ] == []


def test_a_company_without_a_law_falls_under_its_regions(registry: Registry) -> None:
    """Who names no law is asked by that of the place it comes from."""
    assert [law.id for law in registry.laws_for("didi")] == ["pipl"]
    assert [law.id for law in registry.laws_for("uber")] == ["gdpr", "uk_gdpr", "ccpa"]


@pytest.mark.parametrize(
    ("channel", "because", "might"), [("visa", True, False), (None, False, True), ("paypal", False, False)]
)
def test_a_card_network_learns_only_of_what_went_through_it(
    registry: Registry,
    channel: str | None,
    because: bool,  # noqa: FBT001
    might: bool,  # noqa: FBT001
) -> None:
    """A class of a channel carries for its members: as documented when the row names it, as "if" when it names none."""
    deed = Deed("chase", "payment", None, channel, date(2024, 6, 1))
    web = Web.of(arcs(registry), deed, 2, alleged=False)
    told = [arc.undocumented for arc, _ in web.links.get("chase", ()) if arc.to == "visa"]

    assert (False in told, bool(told) and False not in told) == (because, might)


def test_what_is_asked_for_one_by_one_is_no_flow(registry: Registry) -> None:
    """That police were given some records does not say that they were given this one: a request is never a feed."""
    police = [one for one in registry.relations if one.object.endswith("_police") and one.use == "duty"]

    assert len(police) > 8
    assert {one.evidence for one in police} <= {"permitted_by_policy", "alleged"}


def test_every_end_of_a_relation_is_a_company(registry: Registry) -> None:
    """Nobody is related to a name that has no file."""
    ends = {end for one in registry.relations for end in (one.subject, one.object, one.from_id, one.to_id) if end}

    assert ends - set(registry.companies) == set()


def test_ids_are_given_once(registry: Registry) -> None:
    """A relation's direction has one id."""
    ids = [one.id for one in registry.relations]

    assert len(ids) == len(set(ids))


def test_nothing_of_low_confidence_is_used(registry: Registry) -> None:
    """What could not be verified is left out."""
    assert {one.confidence for one in registry.relations} <= {"high", "medium"}


def test_no_name_means_two_companies(registry: Registry) -> None:
    """An alias on a statement resolves to one company."""
    owner: dict[str, set[str]] = {}
    for company in registry.companies.values():
        for name in (company.id, *company.names.values(), *company.aliases):
            owner.setdefault(name.casefold(), set()).add(company.id)

    assert {name for name, companies in owner.items() if len(companies) > 1} == set()


@pytest.mark.parametrize(
    ("relation", "day", "holds"),
    [
        ("CN001", THE_DAY, True),
        ("CN001", date(2022, 7, 24), True),
        ("CN001", date(2022, 7, 25), False),
        ("CN013", THE_DAY, True),
        ("CN014", THE_DAY, True),
        ("CN016", THE_DAY, True),
        ("CN016", date(2017, 4, 27), False),
        ("CN069", THE_DAY, False),
        ("CN069", date(2018, 7, 1), True),
        ("CN079", THE_DAY, True),
        ("CN080", THE_DAY, True),
        ("CN039", THE_DAY, False),
        ("CN039", date(2017, 9, 26), True),
        ("CN022", THE_DAY, False),
        ("EU010", THE_DAY, True),
        ("US032", THE_DAY, False),
        ("US032", date(2017, 8, 28), True),
        ("CN070", date(2018, 7, 1), True),
        ("CN050", date(2018, 7, 1), True),
        ("CN049", date(2020, 12, 15), False),
        ("CN050", date(2020, 12, 15), True),
        ("CN001", date(2022, 7, 26), False),
        ("CN002", date(2022, 7, 26), False),
        ("US055", date(2024, 9, 29), True),
        ("US055", date(2024, 10, 1), False),
        ("CN085", date(2024, 4, 30), False),
        ("CN085", date(2024, 5, 1), True),
        ("CN067", date(2024, 11, 10), False),
        ("CN067", date(2024, 11, 11), True),
    ],
)
def test_a_relation_holds_from_its_first_day_until_before_its_last(
    registry: Registry,
    relation: str,
    day: date,
    holds: bool,  # noqa: FBT001
) -> None:
    """Intervals are half-open: the day a contract ends it no longer carries."""
    assert any(one.in_force(day) for one in registry.relations if one.row_id == relation) is holds


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("支付宝", "alipay"),
        ("DIDI", "didi"),
        ("滴滴出行科技有限公司", "didi"),
        ("Ofo", "ofo"),
        ("深圳市财付通支付科技有限公司", "tenpay"),
    ],
)
def test_a_company_is_found_by_any_of_its_names(registry: Registry, name: str, found: str) -> None:
    """Names in both languages and legal names mean the same company."""
    assert registry.find(name) == found


def test_an_unknown_name_answers_with_the_nearest(registry: Registry) -> None:
    """A slip of the finger is answered with what may have been meant."""
    with pytest.raises(UnknownNameError) as caught:
        registry.observer("alypay")

    assert "alipay" in caught.value.nearest


def test_observers_are_sets(registry: Registry) -> None:
    """Companies joined by a plus, a comma or a group are one observer; everyone leaves out the state."""
    assert registry.observer("alipay+ant").members == registry.observer("Ant, 支付宝").members
    assert registry.observer("ant_group").members == {"alipay", "ant", "zhima"}
    assert not registry.observer("everyone").members & registry.state


def test_an_old_relation_says_when_it_was_last_seen(registry: Registry) -> None:
    """A day after `as_of` is worded as such, and an approximate start as probable."""
    ant_in_didi = next(one for one in registry.relations if one.row_id == "CN026")

    assert ant_in_didi.open_after(THE_DAY)
    assert next(one for one in registry.relations if one.row_id == "CN072").doubtful_on(THE_DAY)


def test_a_registry_with_more_relations_keeps_everything_else() -> None:
    """What one's own files prove takes away no group and no law."""
    registry = load()
    wider = registry.with_proven(registry.relations[:1])
    assert len(wider.relations) == len(registry.relations) + 1
    assert (wider.groups, wider.laws, wider.companies) == (registry.groups, registry.laws, registry.companies)
