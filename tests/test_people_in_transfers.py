"""Whom money is sent to: where a file only says that it was a transfer, what may be a person's name stays veiled."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import story
from trailviz.guesses import rules
from trailviz.guesses.money import money
from trailviz.parties.people import NAME, NO_NAME, ONE_WORD, names
from trailviz.reading.mapping import MappingError, parsed, written
from trailviz.story import guesses as told
from trailviz.trail import Trail, follow
from trailviz.views import network, stage
from trailviz.views.panels.rows import rows_of
from trailviz.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
SAMPLES: dict[str, set[str]] = {
    "monzo/2026.csv": {"Erika Example", "Max"},
    "n26/2026.csv": {"Erika Beispiel"},
    "n26_2021/2021.csv": {"Erika Beispiel"},
    "revolut/2026.csv": {"To Max Beispiel"},
    "wise/2026.csv": {"Max Example"},
    "erste_hu/2026.csv": {"Példa Anna"},
}
"""Formats that say which rows are transfers and not to whom, and the people in their samples; firms and pots stand beside them."""


@pytest.mark.parametrize(("sample", "people"), SAMPLES.items())
def test_a_banks_transfers_to_people_are_to_people(sample: str, people: set[str]) -> None:
    """And its transfers to firms, pots and other currencies are not."""
    trail = follow([FORMATS / sample])
    parties = trail.events.column("party").to_pylist()

    assert {name for name, person in zip(parties, trail.parties.person, strict=True) if person} == people
    assert len(set(parties) - people - {None}) > 0


@pytest.mark.parametrize(("sample", "people"), SAMPLES.items())
def test_no_page_shows_their_names_until_asked_for(sample: str, people: set[str]) -> None:
    """Neither the stage, nor the network, nor the rows behind a guess; asked for, the day names them."""
    trail = follow([FORMATS / sample])
    veiled, shown = "", ""
    for day, _ in trail.days:
        for lang in ("en", "zh-Hans"):
            veiled += json.dumps(stage.model(trail, day=day, lang=lang), ensure_ascii=False)
            veiled += json.dumps(network.model(trail, day=day, lang=lang), ensure_ascii=False)
        shown += json.dumps(stage.model(trail, day=day, unveil=True), ensure_ascii=False)
    veiled += str(rows_of(trail, list(range(len(trail.events))), Words("en")))

    assert [name for name in people if name in veiled] == []
    assert all(name in shown for name in people)


def test_unveiled_the_sentence_itself_names_whom_money_went_to() -> None:
    """Not only the label of the row."""
    trail = follow([FORMATS / "revolut/2026.csv"])
    day = next(day for day, _ in trail.days if day.day == 9)
    texts = [
        [one.text for one in story.tell(trail, trail.default_observer, "own", day, unveil=unveil).sentences]
        for unveil in (False, True)
    ]

    assert "to a person" in texts[0][0]
    assert "to To Max Beispiel" in texts[1][0]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Jane", ONE_WORD),
        ("JANE DOE", NAME),
        ("Transfer from JANE EXAMPLE", NAME),
        ("Smith J Mr", NAME),
        ("O'Brien, Anna", NAME),
        ("JOHN SMITH 4521", NAME),
        ("Jean-Luc Dupré", NAME),
        ("Пётр Иванов", NAME),
        ("张小明", NAME),
        ("买买提·艾山", NAME),
        ("Mr J Power", NAME),
        ("Example Lettings Ltd", NO_NAME),
        ("Voorbeeld B.V.", NO_NAME),
        ("Exemple S.à r.l.", NO_NAME),
        ("Société Exemple", NO_NAME),
        ("上海示例科技有限公司", NO_NAME),
        ("Payment Thank You-Mobile", NO_NAME),
        ("Umbuchung Tagesgeld", NO_NAME),
        ("Exchanged to USD", NO_NAME),
        ("12345678", NO_NAME),
        ("", NO_NAME),
    ],
)
def test_a_name_is_told_from_a_firm_by_its_words(text: str, what: int) -> None:
    """Titles, verbs and numbers beside it are no part of a name."""
    assert names([text]).tolist() == [what]


@settings(max_examples=20)
@given(st.lists(st.text(), max_size=20))
def test_any_text_has_an_answer_and_its_own(texts: list[str]) -> None:
    """What stands beside it in the file changes nothing."""
    assert names(texts).tolist() == names(texts[::-1])[::-1].tolist()


def _row(day: int, party: str, amount: str, **more: Any) -> dict[str, Any]:
    start = datetime(2025, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
    return {
        "collector": "monzo", "start": start, "zone": "Europe/London", "precision_s": 1, "kind": "transfer",
        "party": party, "party_is": "unknown", "amount": Decimal(amount), "currency": "GBP", "flow": "out", **more,
    }  # fmt: skip


def _year() -> list[dict[str, Any]]:
    """Tell of a year: rent to a person, a flatmate's half, pay from a firm, and shopping."""
    months = [30 * number for number in range(12)]
    rows = [_row(day, "Fiona Landlady", "900.00") for day in months]
    rows += [_row(day + 1, "Gus Flatmate", "450.00", flow="in") for day in months]
    rows += [_row(day + 26, "Example Works Ltd", "2400.00", flow="in") for day in months]
    rows += [_row(day, "Corner shop", "12.30", kind="payment", presence="in_person") for day in range(0, 360, 3)]
    return rows


def test_no_card_names_a_person_and_every_card_opens_its_rows(trail_of: Callable[..., Trail]) -> None:
    """Of a bank that only says "Faster payment": roles, never names; the firm that pays is named."""
    trail = trail_of(_year())
    texts = []
    for rule in rules():
        for one in told.read(trail, rule, trail.observer("monzo"), "ownership", "en").told:
            texts += [one.text, *one.others]
            assert one.rows

    said = "\n".join(texts)
    assert "Fiona" not in said
    assert "Gus" not in said
    assert "to a person" in said
    assert "Example Works Ltd" in said


def test_a_pot_is_ones_own_pocket_whatever_it_is_called(trail_of: Callable[..., Trail]) -> None:
    """The file's type says that nobody is the other side, so it is neither spending nor a friend."""
    trail = trail_of([_row(1, "Rainy Day", "50.00", party_is=None), _row(2, "Gus Flatmate", "50.00")])
    had = money(trail.held(trail.observer("monzo"), "own"))

    assert (had.own.tolist(), had.person.tolist()) == ([True, False], [False, True])


def test_who_was_sent_money_is_no_merchant(trail_of: Callable[..., Trail]) -> None:
    """A relation that carries merchants carries no friend."""
    trail = trail_of([_row(1, "Gus Flatmate", "50.00"), _row(2, "Example Works Ltd", "50.00")])
    day = trail.days[0][0]
    (found,) = story.tell(trail, trail.observer("monzo"), "own", day).sentences

    assert "person" in found.facets
    assert "merchant" not in found.facets


MAPPING = """
name = "mine"
header = ["Day", "Who", "Sum", "Type"]
[time]
columns = ["Day"]
patterns = ["%Y-%m-%d"]
[amount]
column = "Sum"
[text]
party = ["Who"]
[sides]
columns = ["Type"]
"P2P" = "person"
"Pot" = "nobody"
"""


def test_a_mapping_may_say_who_the_other_side_is() -> None:
    """It is written and read back the same, and a word that says nothing known is refused."""
    assert parsed(written(parsed(MAPPING))) == parsed(MAPPING)
    with pytest.raises(MappingError, match="sides"):
        parsed(MAPPING.replace('"nobody"', '"friend"'))
