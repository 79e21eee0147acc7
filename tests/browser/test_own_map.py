"""The person's own map in a real browser: drawn, coloured by the page, never asking for anything, and never running anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Watched
from tests.making import maps
from trailviz.reading.ground import basemap
from trailviz.trail import Trail
from trailviz.views import report, stage

pytestmark = pytest.mark.browser
SQUARE = 31.2304, 121.4737
PAYLOAD = "</script><img src=https://evil.example/p.png onerror=window.pwned=1>{{ 7*7 }}`"
MAP = "window[document.querySelector('.folium-map').id]"
PIXEL = """([lat, lon]) => {
  const map = window[document.querySelector('.folium-map').id];
  const canvas = document.querySelector('canvas.tv-plan');
  const [here, there] = [map.getContainer(), canvas].map((one) => one.getBoundingClientRect());
  const at = map.latLngToContainerPoint([lat, lon]).add([here.left - there.left, here.top - there.top]);
  const d = window.devicePixelRatio;
  return [...canvas.getContext('2d').getImageData(Math.round(at.x * d), Math.round(at.y * d), 1, 1).data].slice(0, 3);
}"""


def _inside(across: int, down: int) -> list[float]:
    """Answer the degrees of a point of the tile."""
    column, row = maps.tile_of(*SQUARE)
    return maps.degrees(column + across / 4096, row + down / 4096)


def _open(
    watched: Watched, trail: Trail, tmp_path: Path, name: str = "sh", scheme: str = "light", **about: str
) -> tuple[Page, list[str]]:
    town = maps.town() + maps.layer("places", [(1, [[(1800, 2600)]], {"kind": "neighbourhood", "name": PAYLOAD})])
    path = maps.pmtiles(tmp_path / f"{name}.pmtiles", {(maps.ZOOM, *maps.tile_of(*SQUARE)): town}, about)
    ground = basemap(path, stage.boxes(trail, trail.default_day))
    page = tmp_path / "page.html"
    page.write_text(report.page(stage.model(trail, basemap=ground), "en"), encoding="utf-8")
    seen = watched.browser.new_page(viewport={"width": 1366, "height": 768}, color_scheme=scheme)  # type: ignore[arg-type]
    wrong: list[str] = []
    seen.on("pageerror", lambda error: wrong.append(str(error)))
    seen.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    seen.goto(page.as_uri())
    seen.locator("html[data-trail-shown]").wait_for()
    return seen, wrong


def _colour(page: Page, name: str) -> list[int]:
    text = page.evaluate(
        "name => getComputedStyle(document.getElementById('trail')).getPropertyValue(name).trim()", name
    )
    return [int(text[at : at + 2], 16) for at in (1, 3, 5)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_water_parks_and_islands_are_where_the_file_has_them(
    watched: Watched, afternoon: Trail, tmp_path: Path, scheme: str
) -> None:
    """In the page's own colours, light and dark."""
    page, wrong = _open(watched, afternoon, tmp_path, scheme=scheme)

    page.evaluate(f"at => {{ {MAP}.setView(at, 14, {{animate: false}}); }}", _inside(1800, 1800))

    assert wrong == []
    assert page.evaluate(PIXEL, _inside(600, 600)) == _colour(page, "--water")
    assert page.evaluate(PIXEL, _inside(1000, 1000)) == _colour(page, "--land")
    assert page.evaluate(PIXEL, _inside(2600, 2600)) == _colour(page, "--park")


def test_a_hostile_map_shows_its_text_and_asks_for_nothing(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Names, the file's name and whose work it is: read as written; nothing runs, nothing leaves."""
    page, wrong = _open(
        watched,
        afternoon,
        tmp_path,
        "a<img src=x onerror=window.pwned=1>",
        attribution="&lt;img src=https://evil.example/c.png onerror=window.pwned=1&gt; & more",
    )
    page.evaluate(f"() => {{ {MAP}.setZoom(16, {{animate: false}}); }}")
    page.mouse.move(500, 400)
    page.mouse.down()
    page.mouse.move(420, 380)
    page.mouse.up()
    credit = page.locator(".leaflet-control-attribution")

    assert "a<img src=x onerror=window.pwned=1>.pmtiles" in credit.inner_text()
    assert "<img src=https://evil.example/c.png" in credit.inner_text()
    assert credit.locator("img").count() == 0
    assert page.evaluate("window.pwned") is None
    assert wrong == []
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert watched.left() == set()


def test_on_a_projector_every_letter_of_the_ground_is_large(watched: Watched, afternoon: Trail, tmp_path: Path) -> None:
    """Read from the back row, like all text on the stage."""
    page, _ = _open(watched, afternoon, tmp_path)
    page.evaluate("""() => {
      window.sizes = new Set();
      const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (...told) {
        window.sizes.add(parseFloat(/([\\d.]+)px/.exec(this.font)[1])); return write.apply(this, told);
      };
    }""")
    page.locator(".tv-presenter").click()
    page.evaluate(f"() => {{ {MAP}.setZoom(14, {{animate: false}}); }}")

    assert min(page.evaluate("[...window.sizes]")) >= 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_the_ground_is_light_and_nothing_wipes_it_out(
    watched: Watched, afternoon: Trail, tmp_path: Path, scheme: str
) -> None:
    """Water and parks are printed in their own colours, and the screen is as it was."""
    page, wrong = _open(watched, afternoon, tmp_path, scheme=scheme)
    page.evaluate(f"at => {{ {MAP}.setView(at, 14, {{animate: false}}); }}", _inside(1800, 1800))
    before = page.evaluate(PIXEL, _inside(600, 600))
    # The gap's hatching lies over the lake, and would mix with its colour.
    page.evaluate("() => { document.querySelector('.tv-marks').style.opacity = 0; }")
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    sheet = pypdfium2.PdfDocument(tmp_path / "page.pdf")[0].render(scale=1).to_numpy()[:, :, 2::-1]

    for colour in ((203, 220, 227), (223, 232, 210)):
        assert (np.abs(sheet.astype(int) - colour).max(axis=2) < 4).sum() > 200
    assert page.evaluate(PIXEL, _inside(600, 600)) == before
    assert wrong == []
