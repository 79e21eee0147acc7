"""The samples of people who do not exist: written again to the byte, read whole, and told as their goldens tell."""

from __future__ import annotations

import json
import os

import pytest

from tests.making import samples as making
from trailviz import atlas, story
from trailviz.knowledge import Grade
from trailviz.story import Sentence
from trailviz.trail import Trail, follow

BY_NAME = {one.id: one for one in making.SHIPPED}
LARGEST = 300_000
ASKED = {
    "shanghai_week": ("alipay+ant", "didi", "tencent", "everyone"),
    "london_week": ("monzo", "transport_for_london", "uber", "google"),
    "san_francisco_day": ("google", "chase", "venmo", "everyone"),
}


@pytest.fixture(scope="module")
def trails() -> dict[str, Trail]:
    """All three, followed once."""
    return {name: follow([atlas.sample(name)]) for name in BY_NAME}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_sample_is_what_its_words_write(name: str) -> None:
    """The person, the city and the seed in sample.toml give every file of the folder, byte for byte."""
    wanted = making.files(BY_NAME[name])
    there = {path.name: path.read_bytes() for path in atlas.sample(name).iterdir() if path.name != "golden_story.txt"}

    assert sorted(there) == sorted(wanted)
    assert [one for one, data in wanted.items() if there[one] != data] == []
    assert max(map(len, there.values())) < LARGEST


@pytest.mark.parametrize("name", BY_NAME)
def test_every_row_is_used_and_the_day_is_shown_first(trails: dict[str, Trail], name: str) -> None:
    """The files are read as real exports are, what is true of the person is not read at all, and the day is the one named."""
    trail, about = trails[name], atlas.about([atlas.sample(name)])["sample"]

    assert [one.file for one in trail.accounts if one.used != one.seen or not one.format] == []
    assert not any(one.file.startswith("golden") for one in trail.accounts)
    assert trail.default_day
    assert trail.default_day.isoformat() == about["day"]
    assert trail.default_observer.id == about["observer"]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_sample_says_that_its_person_is_invented(name: str) -> None:
    """In both languages, before anything else."""
    about = atlas.about([atlas.sample(name)])["sample"]

    assert "does not exist" in about["title"]["en"]
    assert "不存在" in about["title"]["zh-Hans"]
    assert json.loads((atlas.sample(name) / making.TRUTH).read_bytes())["invented"] is True


@pytest.mark.parametrize("name", BY_NAME)
def test_a_day_is_told_as_its_golden_tells(trails: dict[str, Trail], name: str) -> None:
    """What each observer has of the day shown first stands in the golden beside the sample."""
    trail, lines = trails[name], []
    for observer in ASKED[name]:
        found = story.tell(trail, trail.observer(observer), "ownership", trail.default_day).sentences
        lines.append(f"== {observer}")
        lines += sorted(_line(one, trail) for one in found if one.grade > Grade.DOES_NOT_KNOW)
    golden = atlas.sample(name) / "golden_story.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert "\n".join(lines) + "\n" == golden.read_text(encoding="utf-8")


def _line(one: Sentence, trail: Trail) -> str:
    rows = ", ".join(f"{file}:{row}" for file, row in one.rows[:3])
    at = one.at.astimezone(trail.zone).strftime("%H:%M") if one.at else "--"
    return f"{at} {one.claim:8} {one.grade.word:15} {'+'.join(one.facets):30} {rows}  {' '.join(one.because)}".rstrip()


@pytest.mark.parametrize("name", BY_NAME)
def test_whoever_might_know_has_a_reason(trails: dict[str, Trail], name: str) -> None:
    """Where no relation is the reason, the row is: a shop's address, and no word that somebody stood in it."""
    trail = trails[name]
    found = story.tell(trail, trail.observer("everyone"), "ownership", trail.default_day).sentences

    assert [one.text for one in found if one.grade == Grade.MIGHT_KNOW and not one.because_text] == []
