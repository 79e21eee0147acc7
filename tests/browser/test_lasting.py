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
    return _written(tmp_path_factory, "london_week")


def _written(tmp_path_factory: pytest.TempPathFactory, sample: str) -> Path:
    page_file = tmp_path_factory.mktemp("week") / "page.html"
    page_file.write_text(report.page(stage.model(follow([atlas.sample(sample)])), "en"), encoding="utf-8")
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
    """The bank has no home to guess; without Google everyone has another's, and without all companies nobody has one."""
    page = _open(watched, week)
    page.locator(".tv-who-select").select_option(label="Monzo")
    assert page.locator(".tv-tag").count() == 0
    assert page.locator(".tv-lasting").count() == 0
    page.locator(".tv-who-select").select_option(label="everyone together")
    with_all = page.locator(".tv-lasting").first.inner_text()
    page.locator(".tv-chip", has_text="Google").click()
    without = page.locator(".tv-lasting").first.inner_text()

    assert "Home: near Brixton station" in with_all
    assert "Home: near Brixton station" in without
    assert with_all != without
    for chip in ("Transport for London", "Monzo", "Uber"):
        page.locator(".tv-chip", has_text=chip).click()
    assert page.locator(".tv-tag").count() == 0
    assert "home or work, guessed" in page.locator(".tv-key").inner_text()


def test_on_a_phone_map_timeline_and_first_sentence_share_the_screen(
    watched: Watched, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In this order, one below the other, and the label of home lies on the map."""
    page = _open(watched, _written(tmp_path_factory, "shanghai_week"), 390, 844)
    places = [page.locator(name).first.bounding_box() for name in (".leaflet-container", ".tv-time", ".tv-card")]
    boxes = [box for box in places if box]
    tag = page.locator(".tv-tag").first.bounding_box()

    assert [box["y"] for box in boxes] == sorted(box["y"] for box in boxes)
    assert boxes[-1]["y"] < 800
    assert tag
    assert boxes[0]["y"] <= tag["y"] < tag["y"] + tag["height"] <= boxes[1]["y"]
    assert boxes[0]["x"] <= tag["x"] < tag["x"] + tag["width"] <= boxes[0]["width"]
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []


BOXES = """() => [".leaflet-control-attribution", ".tv-tag", ".leaflet-container"].map((name) => {
  const r = document.querySelector(name).getBoundingClientRect();
  return [r.left, r.top, r.right, r.bottom];
})"""


def _dragged(page: Page, right: float, down: float) -> None:
    """Drag the map by its left edge, where nothing is pressed, and let it stand."""
    ground = page.evaluate(BOXES)[2]
    x, y = ground[0] + 20 + max(-right, 0), (ground[1] + ground[3]) / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=8)
    page.mouse.up()
    page.wait_for_function("() => !document.querySelector('.leaflet-pan-anim, .leaflet-dragging')")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_no_label_lies_under_the_credit_of_the_map(watched: Watched, week: Path, width: int, height: int) -> None:
    """The credit covers what is beneath it: dragged there, the label of home goes to another side of its circle."""
    page = _open(watched, week, width, height)
    page.locator(".tv-who-select").select_option(label="Google")
    page.locator(".tv-tag").first.wait_for()
    while page.locator(".tv-tag .tv-away").first.inner_text():
        _dragged(page, 60 if page.locator(".tv-tag .tv-away").first.inner_text() == "←" else 0, -60)
    credit, tag, _ = page.evaluate(BOXES)
    _dragged(page, (credit[0] + credit[2] - tag[0] - tag[2]) / 2, credit[1] + 10 - tag[3])
    credit, tag, _ = page.evaluate(BOXES)

    assert tag[3] > credit[1] - 120
    assert not (tag[0] < credit[2] and tag[2] > credit[0] and tag[1] < credit[3] and tag[3] > credit[1]), (tag, credit)
