"""The stage under a hand: companies switched off, fingers on the lanes, a projector, and the days beside this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page

from tests.browser.conftest import Watched
from trailviz.gaps import Gap
from trailviz.knowledge import SCENARIOS
from trailviz.trail import Trail
from trailviz.views import report, stage
from trailviz.views.stage.day import MOST_OBSERVERS
from trailviz.whatif import Change, changed

pytestmark = pytest.mark.browser
SEEN = """(off) => {
  const data = JSON.parse(document.getElementById("trail-data").textContent);
  const model = makeModel(data);
  model.state.off = new Set([off]);
  return data.observers.map((_, o) => data.scenarios.map((_, s) => {
    const gaps = measureGaps(data, o, s, new Set([off]), model.clock, model.span);
    return gaps.map((one) => [one.kind, one.t0, one.t1, one.a, one.b, one.length, one.text]);
  }));
}"""
FONTS = """() => {
  window.fonts = [];
  for (const name of ["fillText", "strokeText"]) {
    const real = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...told) { window.fonts.push(parseFloat(this.font.match(/([\\d.]+)px/)[1])); return real.apply(this, told); };
  }
}"""


def _open(watched: Watched, path: Path, payload: dict[str, Any], **options: object) -> Page:
    path.write_text(report.page(payload, payload["lang"]), encoding="utf-8")
    page = watched.browser.new_page(viewport={"width": 1366, "height": 768}, **options)  # type: ignore[arg-type]
    page.goto(path.as_uri())
    page.locator("html[data-trail-shown]").wait_for()
    return page


def _told(gap: Gap) -> list[object]:
    ends = ([one.lat, one.lon, one.radius_m] if one else None for one in (gap.a, gap.b))
    return _rounded([gap.kind, gap.start.timestamp(), gap.end.timestamp(), *ends])


def _rounded(told: list[Any]) -> list[object]:
    return [one if not isinstance(one, list) else [round(float(part), 6) for part in one] for one in told]


def test_with_a_company_off_the_gaps_are_those_python_would_find(
    watched: Watched, afternoon: Trail, tmp_path: Path
) -> None:
    """Every observer, every scenario, every company: the page measures again what a trail without that company would show."""
    page = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    day = afternoon.default_day
    assert day is not None
    for company in ("alipay", "ofo", "didi", "hema"):
        without = changed(afternoon, Change(companies=frozenset([company])))
        found = page.evaluate(SEEN, company)
        for observer, of_observer in zip(afternoon.observers[:MOST_OBSERVERS], found, strict=True):
            for scenario, gaps in zip(SCENARIOS, of_observer, strict=True):
                expected = [_told(one) for one in without.gaps(observer, scenario, day)]
                assert [_rounded(one[:5]) for one in gaps] == expected, (company, observer.id, scenario)


def test_a_company_switched_off_changes_the_gaps_on_screen(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Without Ofo the last place is the supermarket's, and the rest of the day is blind; switched on again all is as before."""
    page = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    before = page.locator(".tv-gap").all_inner_texts()
    chip = page.locator(".tv-chip", has_text="Ofo")
    chip.click()
    without = page.locator(".tv-gap").all_inner_texts()

    assert not any("8 h 24 min" in one for one in before)
    assert any("8 h 24 min" in one and "15:36 to 24:00" in one for one in without)
    assert "Gaps are measured without Ofo." in page.locator(".tv-story").inner_text()
    chip.click()
    assert page.locator(".tv-gap").all_inner_texts() == before


def test_two_fingers_stretch_and_move_the_time(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Fingers apart show less time, fingers moved together show other time, and the playhead stays where it was."""
    page = _open(watched, tmp_path / "page.html", stage.model(afternoon), has_touch=True)
    box = page.locator(".tv-field").bounding_box()
    assert box
    clock = page.locator(".tv-clock").inner_text()
    before = _window(page)
    y, middle = box["y"] + 60, box["x"] + box["width"] / 2
    _fingers(page, [(middle - 60, y), (middle + 60, y)], [(middle - 180, y), (middle + 180, y)])
    stretched = _window(page)
    _fingers(page, [(middle - 60, y), (middle + 60, y)], [(middle + 40, y), (middle + 160, y)])
    moved = _window(page)

    assert stretched[1] - stretched[0] == pytest.approx((before[1] - before[0]) / 3, rel=0.05)
    assert moved[1] - moved[0] == pytest.approx(stretched[1] - stretched[0], rel=0.05)
    assert moved[0] < stretched[0] - 600
    assert page.locator(".tv-clock").inner_text() == clock


def test_a_trackpad_s_pinch_zooms(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """A pinch comes as a wheel with Ctrl: it stretches, and does not move."""
    page = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    before = _window(page)
    page.locator(".tv-field").evaluate(
        "node => { const box = node.getBoundingClientRect(); node.dispatchEvent(new WheelEvent('wheel', { deltaY: -40, ctrlKey: true, clientX: box.left + box.width / 2, clientY: box.top + 40, cancelable: true })); }"
    )
    after = _window(page)

    assert after[1] - after[0] < before[1] - before[0]
    assert sum(after) / 2 == pytest.approx(sum(before) / 2, abs=120)


def test_on_a_projector_every_letter_is_large(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Text drawn on the map and in the lanes is as large as the text of the page: 24 pixels or more."""
    page = _open(watched, tmp_path / "page.html", stage.model(afternoon))
    page.evaluate(FONTS)
    page.locator(".tv-presenter").click()
    page.locator(".tv-zooms button", has_text="Whole day").click()
    fonts = page.evaluate("window.fonts")
    small = page.evaluate(
        """() => [...document.querySelectorAll("#trail *")].filter((node) => node.checkVisibility() && [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim()) && !node.closest(".leaflet-control-container, .tv-hidden") && getComputedStyle(node).clipPath === "none" && parseFloat(getComputedStyle(node).fontSize) < 24).map((node) => node.className || node.tagName)"""
    )

    assert len(fonts) > 10
    assert min(fonts) >= 24
    assert small == []


def _window(page: Page) -> tuple[float, float]:
    field = page.locator(".tv-field")
    low, high = (float(field.get_attribute(f"aria-value{name}") or 0) for name in ("min", "max"))
    return low, high


def _fingers(page: Page, start: list[tuple[float, float]], end: list[tuple[float, float]]) -> None:
    """Put two fingers down, move them in steps, and lift them."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, points: list[tuple[float, float]]) -> None:
        told = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    send("touchStart", start[:1])
    send("touchStart", start)
    for step in range(1, 9):
        send(
            "touchMove",
            [(a + (b - a) * step / 8, c + (d - c) * step / 8) for (a, c), (b, d) in zip(start, end, strict=True)],
        )
    send("touchEnd", [])


def test_the_days_beside_this_one_are_a_step_away(watched: Watched, app_url: str, tmp_path: Path) -> None:
    """Buttons and Shift with an arrow go from day to day, and end where the days end."""
    path = tmp_path / "three days.csv"
    days = "".join(f"Beispiel,payment,2024-05-0{day} 10:00,Europe/Berlin,Kino,{day}.50,EUR\n" for day in (1, 2, 4))
    path.write_text(f"company,kind,start,zone,party,amount,currency\n{days}", encoding="utf-8")
    page, frame = _app(watched, app_url)
    page.get_by_role("button", name="Files").click()
    page.locator(".st-key-uploads input[type=file]").set_input_files(path)
    frame.locator("h1", has_text="May 2024").wait_for(timeout=60_000)
    page.keyboard.press("Escape")
    frame.locator(".tv-day-select").select_option("2024-05-02")
    frame.locator("h1", has_text="2 May 2024").wait_for(timeout=30_000)
    frame.get_by_role("button", name="The day after").click()
    frame.locator("h1", has_text="4 May 2024").wait_for(timeout=30_000)

    assert frame.get_by_role("button", name="The day after").is_disabled()
    frame.locator(".tv-field").press("Shift+ArrowLeft")
    frame.locator("h1", has_text="2 May 2024").wait_for(timeout=30_000)
    frame.locator(".tv-field").press("Shift+ArrowLeft")
    frame.locator("h1", has_text="1 May 2024").wait_for(timeout=30_000)
    assert frame.get_by_role("button", name="The day before").is_disabled()


def test_closed_panels_leave_the_lanes_on_the_screen(watched: Watched, app_url: str) -> None:
    """However many panels the page has, closed they share a row above the stage; an open one has the row to itself."""
    page, _ = _app(watched, app_url)
    bottom = page.frame_locator("iframe").locator(".tv-lanes").bounding_box()
    panel = page.locator(".st-key-panels details").first
    before = panel.bounding_box()
    panel.locator("summary").click()
    page.locator(".st-key-panels details[open]").wait_for()
    after = panel.bounding_box()

    assert bottom
    assert before
    assert after
    assert bottom["y"] + bottom["height"] <= 768
    assert before["width"] < 1366 / 2 < 1300 < after["width"]


def test_what_the_policy_stops_is_counted_on_screen(watched: Watched, app_url: str) -> None:
    """An attempt inside the frame and one of the page around it both show, as blocked; nothing left."""
    page, frame = _app(watched, app_url)
    plant = "() => new Promise((done) => { const one = new Image(); one.onerror = done; one.src = 'https://evil.example/p.png'; })"
    next(one for one in page.frames if one is not page.main_frame).evaluate(plant)
    frame.locator(".tv-requests", has_text="1 blocked").wait_for(timeout=10_000)
    page.evaluate(plant)
    frame.locator(".tv-requests", has_text="2 blocked").wait_for(timeout=10_000)

    assert "0 requests left this computer" in frame.locator(".tv-requests").inner_text()


def _app(watched: Watched, url: str) -> tuple[Page, FrameLocator]:
    page = watched.browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(url)
    page.locator("html[data-trail-shown]").wait_for(state="attached", timeout=60_000)
    return page, page.frame_locator("iframe")
