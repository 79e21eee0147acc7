"""The app in a real browser, with its guard, its frame and its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page

from tests.browser.conftest import Watched

pytestmark = pytest.mark.browser
HOSTILE = "</script><img src=https://evil.example/p.png onerror=window.pwned=1>{{ 7*7 }}{% x %}![x](https://evil.example/q.png)"


def _open(watched: Watched, url: str, width: int = 1366, height: int = 768) -> tuple[Page, FrameLocator, list[str]]:
    page = watched.browser.new_page(viewport={"width": width, "height": height})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(url)
    page.locator("html[data-trail-shown]").wait_for(state="attached", timeout=60_000)
    return page, page.frame_locator("iframe"), wrong


def test_the_afternoon_opens_and_nothing_leaves(watched: Watched, app_url: str) -> None:
    """The sample is on screen, the slider answers in the frame, and no page asked for another address."""
    _, frame, wrong = _open(watched, app_url)
    frame.locator(".tv-merge").fill("0")

    assert "26 August 2017" in frame.locator("h1").inner_text()
    assert "0 requests left this computer" in frame.locator(".tv-requests").inner_text()
    assert frame.locator("#trail").get_attribute("data-scenario") == "own"
    assert wrong == []
    assert watched.left() == set()


def test_a_request_planted_in_the_frame_is_seen(watched: Watched, app_url: str) -> None:
    """The count can turn red: a picture asked for inside the sandboxed frame stands in the net log, blocked by the policy."""
    page, _, wrong = _open(watched, app_url)
    stage = next(one for one in page.frames if one is not page.main_frame)
    stage.evaluate(
        "() => new Promise((done) => { const one = new Image(); one.onerror = done; one.src = 'https://evil.example/p.png'; })"
    )

    assert any("Content Security Policy" in text for text in wrong)


def test_language_changes_in_place(watched: Watched, app_url: str) -> None:
    """Chinese is asked for in the frame and told by Python."""
    _, frame, _ = _open(watched, app_url)
    frame.locator(".tv-right select").select_option("zh-Hans")
    frame.locator("h1", has_text="2017年8月26日").wait_for(timeout=30_000)

    assert "知道" in frame.locator(".tv-story").inner_text()


def test_a_hostile_upload_is_read_and_does_nothing(watched: Watched, app_url: str, tmp_path: Path) -> None:
    """Every column of a diary may hold code: it is shown as text, in the stage and in the verdicts, and can be removed."""
    cell = '"' + HOSTILE.replace('"', '""') + '"'
    path = tmp_path / "hostile {{ 7*7 }} ![x](https:).csv"
    path.write_text(
        "company,kind,start,zone,place,lat,lon,party,detail,note,items,people,vehicle,channel\n"
        f"{cell},order,2024-05-01 10:00,Europe/Berlin,{cell},52.5,13.4,{cell},{cell},{cell},{cell},{cell},{cell},{cell}\n"
        f",note,2024-05-01 11:00,Europe/Berlin,{cell},,,,,{cell},,,,\n",
        encoding="utf-8",
    )
    page, frame, wrong = _open(watched, app_url)
    page.get_by_role("button", name="Files").click()
    page.locator(".st-key-uploads input[type=file]").set_input_files(path)
    frame.locator("h1", has_text="1 May 2024").wait_for(timeout=60_000)

    assert "{{ 7*7 }}" in frame.locator(".tv-story").inner_text()
    assert page.evaluate("window.pwned") is None
    assert wrong == []
    assert watched.left() == set()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_in_the_app(watched: Watched, app_url: str, width: int, height: int) -> None:
    """The page and its frame keep the accessibility rules."""
    page, _, _ = _open(watched, app_url, width, height)
    found = Axe().run(page).response["violations"]

    assert [(one["id"], [node["html"][:140] for node in one["nodes"][:3]]) for one in found] == []


def test_a_table_nobody_knows_is_mapped_on_screen(watched: Watched, app_url: str, tmp_path: Path) -> None:
    """A column may be named with code: it stands in the boxes as text; the kept mapping reads the file at once."""
    path = tmp_path / "karte.csv"
    path.write_text(
        f'Datum;Uhrzeit;Laden;Betrag EUR;"{HOSTILE.replace(";", "")}"\n03.06.2025;18:02;Kino;-4,50;a\n14.06.2025;19:00;Bar;-2,00;b\n'
    )
    page, frame, wrong = _open(watched, app_url)
    page.get_by_role("button", name="Files").click()
    page.locator(".st-key-uploads input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Say what its columns mean").wait_for(timeout=30_000)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Say what its columns mean").click()
    page.get_by_label("The company that wrote it").fill("Sparkasse Beispiel")
    page.keyboard.press("Enter")
    page.get_by_text("Why this proposal").click()
    page.get_by_role("button", name="Keep this mapping").click()
    frame.locator("h1", has_text="Sparkasse Beispiel").wait_for(timeout=60_000)

    assert "EUR 4.50 to Kino at 18:02" in frame.locator(".tv-story").inner_text()
    assert page.evaluate("window.pwned") is None
    assert wrong == []
    assert watched.left() == set()


def test_the_calendar_is_walked_and_opened_by_keys(watched: Watched, app_url: str, tmp_path: Path) -> None:
    """Every day is in it, arrows walk, Enter opens the day on the stage, the levels can be shown, and axe finds nothing."""
    page, _, wrong = _open(watched, app_url)
    days = tmp_path / "diary.csv"
    rows = [
        f"uber,ride,2024-02-{day:02d} 09:00,2024-02-{day:02d} 09:30,UTC,52.5,13.4,52.6,13.3" for day in range(1, 21)
    ]
    days.write_text("company,kind,start,end,zone,lat,lon,end_lat,end_lon\n" + "\n".join(rows), encoding="utf-8")
    page.get_by_role("button", name="Files").click()
    page.locator(".st-key-uploads input[type=file]").set_input_files(days)
    page.locator("html[data-trail-shown^='2024-02']").wait_for(state="attached", timeout=60_000)
    page.keyboard.press("Escape")
    page.get_by_text("Calendar and gaps").click()
    first = page.locator(".tv-day", has_text="1").first
    first.wait_for(timeout=60_000)
    page.locator('.tv-day[tabindex="0"]').focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("html[data-trail-shown='2024-02-08']").wait_for(state="attached", timeout=60_000)
    page.get_by_text("how sure it can be", exact=True).click()
    page.locator(".tv-area_only").first.wait_for(timeout=60_000)

    assert page.locator(".tv-day").count() == len(rows)
    assert page.locator(".tv-day[aria-current=date]").get_attribute("aria-label") == (
        "8 February 2024: 30 min known, 23 h 30 min blind, 0 min not loaded; records: 1"
    )
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert wrong == []
