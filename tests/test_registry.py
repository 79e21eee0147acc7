"""Companies and relations: dated, cited, and never used on a day they were not in force."""

from __future__ import annotations

from datetime import date

import pytest

from trailviz.registry import EVIDENCE, Registry, UnknownNameError, load

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
