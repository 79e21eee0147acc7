"""The page for the class, opened from a file as a pupil would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Watched
from trailviz.trail import Trail
from trailviz.views import report, stage

pytestmark = pytest.mark.browser
PAYLOADS = (
    "</script><img src=x onerror=window.pwned=1>",
    "<img src=https://evil.example/p.png onerror=window.pwned=1>",
    "${window.pwned=1}",
    "`window.pwned=1`",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "![x](https://evil.example/p.png)",
    "\u2028javascript:window.pwned=1",
)


def _open(
    watched: Watched, path: Path, payload: dict[str, Any], width: int = 1366, height: int = 768, scheme: str = "light"
) -> tuple[Page, list[str]]:
    path.write_text(report.page(payload, payload["lang"]), encoding="utf-8")
    page = watched.browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    page.locator("html[data-trail-shown]").wait_for()
    return page, wrong


def test_the_report_asks_for_nothing(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Opened, played and clicked through, it makes no request and no error."""
    page, wrong = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    page.locator(".tv-play").click()
    page.locator(".tv-relation").first.click()
    page.locator(".tv-dialog .tv-close").click()
    page.locator(".tv-chip").first.click()

    assert wrong == []
    assert watched.left() == set()


def test_see_as_and_the_slider_change_the_sentences(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Another observer and another scenario are told at once, without the host."""
    page, _ = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    before = page.locator(".tv-story").inner_text()
    page.locator(".tv-merge").fill("0")

    assert page.locator("#trail").get_attribute("data-scenario") == "own"
    own = page.locator(".tv-story").inner_text()
    assert "rented a bike" in before
    assert "rented a bike" not in own
    page.locator(".tv-who-select").select_option(label="Ofo")
    assert "Ofo knows that you rented a bike" in page.locator(".tv-story").inner_text()


def test_switching_a_company_off_strikes_what_needed_it(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Without Ofo nobody learns of the hire, and the sentence says so."""
    page, _ = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    page.locator(".tv-chip", has_text="Ofo").click()

    assert page.locator(".tv-struck").count() > 0
    assert "not possible without Ofo" in page.locator(".tv-story").inner_text()


def test_the_keyboard_steps_and_plays(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Home, the arrows and space do what a presenter's remote needs."""
    page, _ = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    page.locator(".tv-field").focus()
    page.keyboard.press("Home")
    assert page.locator(".tv-clock").inner_text() == "13:00"
    page.keyboard.press("ArrowRight")
    assert page.locator(".tv-clock").inner_text() == "13:24"
    page.keyboard.press("End")
    assert page.locator(".tv-clock").inner_text() == "19:11"
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.locator(".tv-quiet:not([hidden])").wait_for(timeout=20_000)
    assert "2 h 12 min" in page.locator(".tv-quiet").inner_text()


def test_a_sentence_leads_to_its_row_and_its_mark(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Clicking the evidence moves the playhead to the record and rings it."""
    page, _ = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    page.locator(".tv-chip-row", has_text="row 8").first.click()

    assert page.locator(".tv-clock").inner_text() == "15:36"
    assert page.locator(".tv-card.tv-on").count() > 0


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1366, 768, "light"), (1366, 768, "dark"), (390, 844, "light")]
)
def test_axe_finds_nothing(
    watched: Watched, afternoon: Trail, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    """No violation of the accessibility rules, wide or narrow, light or dark."""
    page, _ = _open(watched, tmp_path / "page.html", stage.model(afternoon), width, height, scheme)
    found = Axe().run(page).response["violations"]

    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []


def test_a_presenter_has_a_map_and_every_control_its_name(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """On a small projector the words grow, the map keeps a third of the screen, and nothing loses its label."""
    page, _ = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    page.locator(".tv-presenter").click()
    box = page.locator(".tv-map").bounding_box()
    found = Axe().run(page).response["violations"]

    assert box
    assert box["height"] > 768 / 3
    assert page.locator(".tv-claim").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 24
    assert [one["id"] for one in found] == []


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_scrolls_sideways(watched: Watched, afternoon: Trail, tmp_path: Path, width: int) -> None:
    """Also with text forty percent longer no page is wider than its window."""
    payload = stage.model(afternoon, lang="en")
    payload["words"] = {key: text + "x" * (len(text) * 2 // 5) for key, text in payload["words"].items()}
    page, _ = _open(watched, tmp_path / "page.html", payload, width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _poisoned(value: Any, text: str) -> Any:
    """Put a text into every string a file could have brought."""
    if isinstance(value, dict):
        kept = {"lang", "zone", "grade", "alleged", "why", "kind", "day", "ground", "mode", "id", "v"}
        return {key: one if key in kept else _poisoned(one, text) for key, one in value.items()}
    if isinstance(value, list):
        return [_poisoned(one, text) for one in value]
    return text + value if isinstance(value, str) and not value.startswith("{") else value


@pytest.mark.parametrize("text", PAYLOADS)
def test_hostile_text_is_shown_and_does_nothing(watched: Watched, afternoon: Trail, tmp_path: Path, text: str) -> None:
    """In every string of the payload it stays a text: nothing runs, nothing is asked for, it is read as written."""
    payload = stage.model(afternoon)
    for name in (
        "events",
        "claims",
        "relations",
        "companies",
        "gaps",
        "figures",
        "observers",
        "scenarios",
        "days",
        "verdicts",
    ):
        payload[name] = _poisoned(payload[name], text)
    payload["facets"] = stage.model(afternoon)["facets"]
    page, wrong = _open(watched, tmp_path / "page.html", payload)
    page.locator(".tv-play").click()

    assert page.evaluate("window.pwned") is None
    assert text.strip("\u2028") in page.locator(".tv-story").inner_text()
    assert wrong == []
    assert watched.left() == set()
