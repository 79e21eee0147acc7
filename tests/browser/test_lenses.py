"""The lenses on screen: opened, chosen by keyboard or mouse, and deaf to what a file says."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
HOSTILE = "</script><img src=https://evil.example/p.png onerror=window.pwned=1>{{ 7*7 }}![x](https://evil.example/q.png) Hotel"


def test_a_lens_opens_on_hostile_rows_and_nothing_leaves(watched: Watched, app_url: str, tmp_path: Path) -> None:
    """A hotel whose name is code may have been refused; it is shown as text, and no page asks for anything."""
    cell = '"' + HOSTILE.replace('"', '""') + '"'
    path = tmp_path / "stay.csv"
    path.write_text(
        f"company,kind,start,zone,party,detail,amount,currency\n{cell},payment,2024-05-01 10:00,Asia/Shanghai,{cell},{cell},90,CNY\n",
        encoding="utf-8",
    )
    page = watched.browser.new_page(viewport={"width": 1366, "height": 768})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(app_url)
    page.locator("html[data-trail-shown]").wait_for(state="attached", timeout=60_000)
    page.get_by_role("button", name="Files").click()
    page.locator(".st-key-uploads input[type=file]").set_input_files(path)
    page.frame_locator("iframe").locator("h1", has_text="1 May 2024").wait_for(timeout=60_000)
    page.keyboard.press("Escape")
    page.get_by_text("Lenses on this day").click()
    page.get_by_text("Mara Hvistendahl wrote down").wait_for(timeout=30_000)
    page.locator(".st-key-lens input").click()
    page.get_by_role("option", name="The court's list").click()
    page.get_by_text("may have been refused").first.wait_for(timeout=30_000)

    assert page.evaluate("window.pwned") is None
    assert wrong == []
    assert watched.left() == set()


def test_axe_finds_nothing_in_an_open_lens(watched: Watched, app_url: str) -> None:
    """The open panel keeps the accessibility rules."""
    page = watched.browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(app_url)
    page.locator("html[data-trail-shown]").wait_for(state="attached", timeout=60_000)
    page.get_by_text("Lenses on this day").click()
    page.get_by_text("28 of 33 things she claims").wait_for(timeout=30_000)
    page.get_by_text("To discuss").first.wait_for(timeout=30_000)
    found = Axe().run(page).response["violations"]

    assert [(one["id"], [node["html"][:140] for node in one["nodes"][:3]]) for one in found] == []
