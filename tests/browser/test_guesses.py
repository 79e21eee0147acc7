"""A guessed place on the stage: under its sentence, in the key, for the observer that has it, and gone with what it rests on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Watched
from trailviz.places import Gazetteer
from trailviz.trail import follow
from trailviz.views import report, stage

pytestmark = pytest.mark.browser
ROWS = (
    "company,kind,start,end,zone,lat,lon,uncertainty_m,end_lat,end_lon,end_uncertainty_m,datum,party,mode,amount,currency,flow,presence\n"
    "uber,ride,2024-05-31 08:40,2024-05-31 09:02,Europe/London,51.50,-0.12,30,51.53,-0.10,30,wgs84,Uber,car,9.00,GBP,out,in_person\n"
    "monzo,payment,2024-05-31 09:20,,Europe/London,,,,,,,,<img src=x onerror=window.pwned=1> (Angel),,4.20,GBP,out,in_person\n"
)


def test_a_guess_stands_under_its_sentence_and_leads_to_its_rows(watched: Watched, tmp_path: Path) -> None:
    """Only whoever has both companies' rows guesses; switching the ride's company off takes the guess along."""
    (tmp_path / "diary.csv").write_text(ROWS, encoding="utf-8")
    trail = follow([tmp_path / "diary.csv"], gazetteer=Gazetteer())
    page_file = tmp_path / "page.html"
    page_file.write_text(report.page(stage.model(trail), "en"), encoding="utf-8")
    page = watched.browser.new_page(viewport={"width": 1366, "height": 768})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(page_file.as_uri())
    page.locator("html[data-trail-shown]").wait_for()

    page.locator(".tv-who-select").select_option(label="Monzo")
    assert page.locator(".tv-guess").count() == 0
    page.locator(".tv-who-select").select_option(label="everyone together")
    guess = page.locator(".tv-guess")
    assert guess.count() == 1
    assert "Guess: very likely near where the ride at 09:02 ended" in guess.inner_text()
    assert "guessed" in page.locator(".tv-key").inner_text()
    guess.locator(".tv-chip-row", has_text="diary.csv, row 2").click()
    assert page.locator(".tv-card.tv-on").first.get_attribute("data-event") == "0"
    page.locator(".tv-chip", has_text="Uber").click()
    assert page.locator(".tv-guess").count() == 0
    assert wrong == []
    assert page.evaluate("window.pwned") is None
