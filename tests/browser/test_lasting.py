"""Home and work on the map: a label that is pressed by mouse and keyboard, opens its rows, and goes with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Watched
from trailviz import atlas
from trailviz.trail import follow
from trailviz.views import report, stage

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of the week in London."""
    page_file = tmp_path_factory.mktemp("week") / "page.html"
    page_file.write_text(report.page(stage.model(follow([atlas.sample("london_week")])), "en"), encoding="utf-8")
    return page_file


def _open(watched: Watched, page_file: Path, width: int = 1366, height: int = 768) -> Page:
    page = watched.browser.new_page(viewport={"width": width, "height": height})
    page.goto(page_file.as_uri())
    page.locator("html[data-trail-shown]").wait_for()
    return page


def test_a_label_on_the_map_opens_the_rows_of_its_guess(watched: Watched, week: Path) -> None:
    """By keyboard too; a row of the day leads to its place, and the label says that it is a guess."""
    page = _open(watched, week)
    page.locator(".tv-who-select").select_option(label="Google")
    page.locator(".tv-tag", has_text="Home? very likely").focus()
    page.keyboard.press("Enter")
    card = page.locator(".tv-dialog[open]")
    card.wait_for()

    assert card.locator("h2").inner_text() == "Home? very likely"
    assert "Guess, very likely (0.99). Home: near Brixton station" in card.inner_text()
    assert "wrong if: " in card.inner_text()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    card.locator("button.tv-chip-row").first.click()
    assert page.locator(".tv-dialog[open]").count() == 0
    assert page.locator(".tv-card.tv-on").count() > 0


def test_labels_follow_who_looks_and_what_is_switched_off(watched: Watched, week: Path) -> None:
    """Uber has no home to guess; with Google off everyone still has one, and with three companies off none but the last one's."""
    page = _open(watched, week)
    page.locator(".tv-who-select").select_option(label="Uber")
    assert page.locator(".tv-tag").count() == 0
    assert page.locator(".tv-lasting").count() == 0
    page.locator(".tv-who-select").select_option(label="everyone together")
    with_all = page.locator(".tv-lasting").all_inner_texts()
    page.locator(".tv-chip", has_text="Google").click()
    without = page.locator(".tv-lasting").all_inner_texts()

    assert len(with_all) == len(without) == 2
    assert with_all != without
    page.locator(".tv-chip", has_text="Transport for London").click()
    assert page.locator(".tv-tag", has_text="Work").count() == 0
    assert "home or work, guessed" in page.locator(".tv-key").inner_text()


def test_on_a_phone_map_timeline_and_first_sentence_share_the_screen(watched: Watched, week: Path) -> None:
    """In this order, one below the other, and no two labels lie over each other."""
    page = _open(watched, week, 390, 844)
    page.locator(".tv-who-select").select_option(label="Google")
    boxes = [page.locator(name).first.bounding_box() for name in (".tv-map", ".tv-time", ".tv-card")]
    tops = [box["y"] for box in boxes if box]
    home, work = (page.locator(".tv-tag").nth(at).bounding_box() for at in (0, 1))

    assert tops == sorted(tops)
    assert tops[-1] < 800
    assert home
    assert work
    assert (
        home["y"] + home["height"] <= work["y"]
        or work["y"] + work["height"] <= home["y"]
        or (home["x"] + home["width"] <= work["x"] or work["x"] + work["width"] <= home["x"])
    )
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
