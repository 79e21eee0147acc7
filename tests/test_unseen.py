"""Who holds no export of the user's: those who get copies, and those who are silent. Named with a source, never graded."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from trailviz import atlas, silent
from trailviz.cli import main
from trailviz.story import unseen
from trailviz.trail import Trail, follow
from trailviz.words import Words

DAY = date(2017, 8, 26)
ALIPAY = Path(__file__).parents[1] / "sample_data" / "formats" / "alipay_app" / "2023.csv"


@pytest.fixture(scope="module")
def afternoon() -> Trail:
    """The sample, walked once."""
    return follow([atlas.sample()])


def test_the_silent_are_named_with_a_source_of_that_country_and_day(afternoon: Trail) -> None:
    """On 26 August 2017 in Shanghai: a law of that June, a report of that year, nothing of 2021 or 2025."""
    found = unseen.silences(afternoon, DAY, Words("en"))

    assert [one.who for one in found] == ["cctv_operator", "mobile_carrier", "phone_maker"]
    assert all(one.sources for one in found)
    assert not any(re.search(r"2018|2021|2025", one.text) for one in found)
    assert "1 June 2017" in found[1].text


def test_the_silent_are_in_no_list_of_observers(afternoon: Trail) -> None:
    """A standing sentence is no grade: nobody can look through their eyes."""
    ids = {one.id for one in silent.load()}

    assert not ids & {one.id for one in afternoon.observers}
    assert not ids & set(afternoon.registry.companies)


@pytest.mark.parametrize(
    ("country", "day", "says"),
    [
        ("GB", date(2024, 1, 1), "Investigatory Powers Act"),
        ("US", date(2024, 1, 1), "196 million"),
        ("GB", date(2015, 1, 1), "Communications data"),
    ],
)
def test_a_source_speaks_for_its_country_from_its_day_on(country: str, day: date, says: str) -> None:
    """Earlier, the older one speaks."""
    carrier = next(one for one in silent.load() if one.id == "mobile_carrier")
    found = carrier.spoken_of({country}, day)

    assert found is not None
    assert says in found.says["en"]


@pytest.mark.parametrize(
    ("country", "day"), [("FR", date(2024, 1, 1)), ("US", date(2011, 1, 1)), ("", date(2024, 1, 1))]
)
def test_no_authority_of_another_country_is_cited(country: str, day: date) -> None:
    """A camera in San Francisco is no matter of a British authority: what a camera has is said, and no source."""
    for one in silent.load():
        found = one.spoken_of({country}, day)
        assert found is None or found.country in {"", country}
        assert found is None or "Brit" not in found.says["en"] + found.source
        assert found is None or ".uk/" not in found.source


def test_a_silent_observer_without_a_source_is_refused(tmp_path: Path) -> None:
    """Nothing is said without one."""
    (tmp_path / "ghost.toml").write_text('name="a"\nname_zh="a"\nhas="a"\nhas_zh="a"\nask="a"\nask_zh="a"\nsource=[]\n')
    with pytest.raises(ValueError, match=r"ghost.toml: expected a source"):
        silent.load(tmp_path)


def test_who_gets_copies_is_named_with_the_relation_and_the_number_of_rows(afternoon: Trail) -> None:
    """Zhima wrote nothing here and is told of every payment."""
    zhima = next(one for one in unseen.copies(afternoon, Words("en")) if one.who == "zhima")

    assert (zhima.count, zhima.because) == (5, ("CN008",))
    assert "wrote none of these files and is told of 5 of their rows" in zhima.text


def test_netsunion_gets_copies_after_june_2018_and_not_before(afternoon: Trail) -> None:
    """The duty began on 30 June 2018."""
    later = follow([ALIPAY])

    assert "netsunion" not in {one.who for one in unseen.copies(afternoon, Words("en"))}
    assert "netsunion" in {one.who for one in unseen.copies(later, Words("en"))}
    assert "netsunion" in {one.id for one in later.observers}


def test_an_observer_that_wrote_nothing_says_so_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Before its sentences."""
    assert main(["story", str(ALIPAY), "--as", "netsunion"]) == 0
    said = capsys.readouterr().out

    assert said.index("NetsUnion wrote none of these files") < said.index("NetsUnion knows")
    assert "Not in your exports is not the same as not known." in said


def test_the_json_has_the_standing_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """Kind, who, text, sources and relations; no grade."""
    assert main(["story", "--json"]) == 0
    standing = json.loads(capsys.readouterr().out)["standing"]

    assert {one["kind"] for one in standing} == {"copies", "silent"}
    assert all("grade" not in one and one["text"] for one in standing)
