"""Who told whom, fed with hostile text and in the app: nothing runs, nothing leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Watched
from tests.browser.test_network import _open
from tests.browser.test_report import PAYLOADS, _poisoned
from trailviz.trail import Trail
from trailviz.views import network

pytestmark = pytest.mark.browser


def test_hostile_text_is_shown_and_does_nothing(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """In every string of the payload it stays a text: nothing runs, nothing is asked for, it is read as written."""
    clean = network.model(afternoon)
    seen = []
    for number, text in enumerate(PAYLOADS):
        told = {**clean, "kinds": dict.fromkeys(clean["kinds"], text)}
        for name in ("companies", "relations", "observers", "scenarios", "days", "periods", "facets", "files"):
            told[name] = _poisoned(clean[name], text)
        told["days"] = [{**one, "day": two["day"]} for one, two in zip(told["days"], clean["days"], strict=True)]
        told["played"] = {**clean["played"], "label": _poisoned(clean["played"]["label"], text)}
        page, wrong = _open(watched.browser, tmp_path / f"{number}.html", told)
        page.locator(".tn-edge").nth(8).focus()
        page.keyboard.press("Enter")
        opened = page.locator(".tn-panel").inner_text()
        page.locator(".tn-moment").focus()
        page.keyboard.press("Home")
        page.locator("[data-tab=streams]").click()
        page.locator("[data-tab=table]").click()
        shown = (opened, page.locator(".tn-tables").inner_text(), page.locator(".tn-what").inner_text())
        literal = text.strip("\u2028")
        seen.append((text, [literal in one for one in shown], page.evaluate("window.pwned"), wrong))
        page.close()

    assert seen == [(text, [True, True, True], None, []) for text in PAYLOADS]
    assert watched.left() == set()


def test_the_app_shows_it_beside_the_day(watched: Watched, app_url: str) -> None:
    """Chosen in the bar, it is mounted in a sandboxed frame of its own; the day keeps its place, and nothing leaves."""
    page = watched.browser.new_page(viewport={"width": 1366, "height": 768})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(app_url)
    page.locator("html[data-trail-shown]").wait_for(state="attached", timeout=60_000)
    page.frame_locator("iframe").locator(".tv-merge").fill("0")
    page.get_by_text("Who told whom", exact=True).click()
    frame = page.frame_locator('iframe[title="Who told whom"]')
    frame.locator("html[data-network-shown]").wait_for(timeout=60_000)
    frame.locator('.tn-node[aria-label^="Alipay"]').click()
    found = Axe().run(page).response["violations"]

    assert page.locator('iframe[title="Who told whom"]').get_attribute("sandbox") == "allow-scripts"
    assert "Told by" in frame.locator(".tn-panel").inner_text()
    assert [(one["id"], [node["html"][:140] for node in one["nodes"][:3]]) for one in found] == []
    page.get_by_text("The day", exact=True).click()
    day = page.frame_locator('iframe[title="Map, timeline and sentences"]')
    day.locator("h1").wait_for()
    assert day.locator("#trail").get_attribute("data-scenario") == "own"
    assert wrong == []
    assert watched.left() == set()
