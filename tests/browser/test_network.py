"""Who told whom, in a real browser: its sums, its boxes, its keys, its tables, and nothing that runs or leaves."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGS, CHROMIUM
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.registry import SELF, Observer
from trailviz.trail import Trail, follow
from trailviz.views import network, report
from trailviz.views.stage_words import on_stage
from trailviz.words import Words

pytestmark = pytest.mark.browser
FORMATS = Path(__file__).parents[2] / "sample_data" / "formats"
EMPTY = {"v": 1, "lang": "en", "empty": True, "days": [], "words": on_stage(Words("en")), "zone": "UTC", "subtitle": ""}
NAMES = (
    "Alipay", "WeChat Pay", "DiDi", "Meituan", "Hellobike", "Ofo", "Hema", "Ele.me", "Taobao", "JD.com", "Amap", "Amazon",
    "Apple", "Google", "Meta", "Uber", "Lyft", "PayPal", "Venmo", "Revolut", "Monzo", "Strava", "Visa", "Mastercard",
    "Plaid", "Transport for London", "Bakery", "Cinema", "Gym", "Pharmacy", "Books", "Parking", "Coffee", "Hotel", "Cargo",
    "Clinic", "A Company With A Name Nobody Could Fit Into One Line", "长名字公司长名字公司长名字公司长名字公司", "Ferry", "Zoo",
)  # fmt: skip


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Trail:
    """An invented trail that forty companies wrote, over three days."""
    lines = ["company,kind,start,zone,lat,lon,party,amount,currency"]
    for number, name in enumerate(NAMES):
        for again in range(1 + number % 3):
            kind = ("payment", "ride", "order")[(number + again) % 3]
            moment = f"2024-05-0{1 + (again % 3)} {7 + (number * 3 + again * 5) % 15:02d}:{number:02d}"
            party = NAMES[(number * 7 + 3) % 40]
            lines.append(f"{name},{kind},{moment},Asia/Shanghai,31.2,121.4,{party},{number + 5}.00,CNY")
    path = tmp_path_factory.mktemp("forty") / "forty.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return follow([path])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests that only look; those that count requests start one of their own."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("TRAILVIZ_BROWSER") == "required":
            pytest.fail("A browser is required here, and there is no chromium.")
        pytest.skip("No chromium on this machine: what a person sees is not tested.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


def _open(
    browser: Browser, path: Path, told: dict[str, Any], size: tuple[int, int] = (1366, 768), scheme: str = "light"
) -> tuple[Page, list[str]]:
    path.write_text(report.page(EMPTY, told["lang"], told), encoding="utf-8")
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    page.locator(".tn-switch [data-view=network]").click()
    page.locator("html[data-network-shown]").wait_for()
    return page, wrong


def _counted(trail: Trail, observer: Observer, scenario: str, rows: np.ndarray) -> Counter[str]:
    """Count rows by how well somebody has them, from the grades of the events themselves."""
    codes, words = trail.events.words("collector")
    names = np.array([trail.parties.names[number] for number in trail.parties.collector])
    own = np.isin(names, list(observer.members))
    best = np.where(own, int(Grade.KNOWS), trail.known.of_events(observer, scenario).max(axis=1))
    told = rows & (codes != (words.index(SELF) if SELF in words else -2))
    return Counter(str(grade) for grade in best[told].tolist())


SUMS = """() => {
  const net = window.trailvizNetwork, { data, state } = net, out = [], was = { ...state };
  for (const scope of [data.day ? "day" : "whole", "whole"]) for (let s = 0; s < data.scenarios.length; s += 1)
    for (let o = -1; o < data.observers.length; o += 1) {
      Object.assign(state, { scope, scenario: s, observer: o, alleged: false });
      const n = net.rows(null), graph = net.graph(n), streams = net.streams(n);
      const sum = (values) => [...values].reduce((a, b) => a + b, 0);
      const through = [...streams.middle.keys()].every((who) =>
        sum(streams.first.filter((one) => Number(one.key[1]) === who).map((one) => one.n)) === streams.middle.get(who) &&
        sum(streams.second.filter((one) => Number(one.key[0]) === who).map((one) => one.n)) === streams.middle.get(who));
      const nodes = {};
      for (const one of graph.nodes.values()) if (one.i >= 0) nodes[data.companies[one.i].id] = { wrote: one.wrote, by: one.by };
      out.push({ scope, s, o, total: graph.total, reached: graph.reached, nodes, through, sum: streams.sum, rows: streams.rows,
        sides: [streams.left, streams.middle, streams.right].map((side) => sum(side.values())) });
    }
  Object.assign(state, was);
  return out;
}"""


@pytest.mark.parametrize(
    "which", [None, ("uber_rider", "revolut", "google_timeline"), ("alipay_app", "wechat", "ride_itinerary")]
)
def test_every_sum_is_the_one_python_would_make(
    chromium: Browser, afternoon: Trail, tmp_path: Path, which: tuple[str, ...] | None
) -> None:
    """For each day, scenario and observer the page's numbers are those of the grades, and streams add up on every side."""
    trail = afternoon if which is None else follow([FORMATS / one for one in which])
    told = network.model(trail)
    page, _ = _open(chromium, tmp_path / "page.html", told)
    day = trail.day_of == np.datetime64(told["day"])
    everything = np.ones(len(day), bool)
    wrong = []
    for found in page.evaluate(SUMS):
        rows = day if found["scope"] == "day" else everything
        scenario = SCENARIOS[found["s"]]
        if not found["through"] or any(side != found["sum"] for side in found["sides"]):
            wrong.append(("streams", found["scope"], scenario, found["o"]))
        if found["o"] >= 0:
            seen = _counted(trail, trail.observers[found["o"]], scenario, rows)
            if [seen[str(grade)] for grade in range(6)] != found["reached"] or found["sum"] != found["total"]:
                wrong.append((trail.observers[found["o"]].id, found["scope"], scenario, seen, found["reached"]))
            continue
        copies = 0
        for name, node in found["nodes"].items():
            seen = _counted(trail, Observer(name, frozenset([name]), "company"), scenario, rows)
            # what a company wrote itself is not told to it
            if [node["wrote"], *node["by"][1:5]] != [seen["5"], *(seen[str(grade)] for grade in (1, 2, 3, 4))]:
                wrong.append((name, found["scope"], scenario, seen, node))
            copies += seen.total() - seen["0"]
        if found["sum"] != copies:
            wrong.append(("copies", found["scope"], scenario, copies, found["sum"]))

    assert wrong == []


BOXES = """() => {
  const rect = (node) => { const r = node.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  const shown = (node) => getComputedStyle(node).display !== "none";
  return {
    boxes: [...document.querySelectorAll(".tn-node .tn-box")].map(rect),
    words: [...document.querySelectorAll(".tn-words text")].filter(shown).map(rect),
    texts: [...document.querySelectorAll(".tn-node")].map((node) => [rect(node.querySelector(".tn-box")), [...node.querySelectorAll("text")].map(rect)]),
    labels: [...document.querySelectorAll(".tn-label text, .tn-heading")].map(rect),
    wide: document.documentElement.scrollWidth - innerWidth,
  };
}"""


def _meets(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] - 0.5 and other[0] < one[2] - 0.5 and one[1] < other[3] - 0.5 and other[1] < one[3] - 0.5


def _meetings(boxes: list[list[float]]) -> int:
    return sum(_meets(one, other) for number, one in enumerate(boxes) for other in boxes[:number])


@pytest.mark.parametrize(
    ("size", "lang", "who"),
    [
        ((1366, 768), "en", "reader"),
        ((1920, 1080), "zh-Hans", "reader"),
        ((390, 844), "en", "reader"),
        ((1366, 768), "en", "presenter"),
    ],
)
def test_no_label_lies_on_another_at_forty_companies(
    chromium: Browser, forty: Trail, tmp_path: Path, size: tuple[int, int], lang: str, who: str
) -> None:
    """Boxes, the words in them, the words on arrows and those of the streams are measured: none meets another."""
    page, _ = _open(chromium, tmp_path / "page.html", network.model(forty, lang=lang), size)
    page.locator(".tn-days").select_option("whole")
    page.locator(".tn-merge").fill("4")
    if who == "presenter":
        page.locator("#network .tn-presenter").click()
    found = page.evaluate(BOXES)
    page.locator("[data-tab=streams]").click()
    streams = page.evaluate(BOXES)

    assert len(found["boxes"]) > 40
    assert _meetings(found["boxes"]) == 0
    assert _meetings(found["words"]) == 0
    assert [word for word in found["words"] if any(_meets(word, box) for box in found["boxes"])] == []
    assert [
        text
        for box, texts in found["texts"]
        for text in texts
        if text[0] < box[0] - 1 or text[2] > box[2] + 1 or text[1] < box[1] - 2 or text[3] > box[3] + 2
    ] == []
    assert [texts for _, texts in found["texts"] if _meetings(texts)] == []
    assert len(streams["labels"]) > 60
    assert _meetings(streams["labels"]) == 0
    assert max(found["wide"], streams["wide"]) <= 0


def test_the_keyboard_reaches_companies_and_arrows(chromium: Browser, afternoon: Trail, tmp_path: Path) -> None:
    """Tab enters, arrows walk along the arrows, Enter opens the evidence, Escape closes it and comes back."""
    page, _ = _open(chromium, tmp_path / "page.html", network.model(afternoon))
    page.locator(".tn-presenter").focus()
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    page.keyboard.press("Tab")
    arrow = page.evaluate(focused)
    page.keyboard.press("e")
    start = page.evaluate(focused)
    page.keyboard.press("ArrowRight")
    beside = page.evaluate(focused)
    page.keyboard.press("ArrowDown")
    below = page.evaluate(focused)
    page.keyboard.press("Enter")
    opened = page.locator(".tn-panel").inner_text()
    page.keyboard.press("Escape")

    assert " to " in arrow
    assert start.startswith("You: 10 rows")
    assert beside not in {start, below}
    assert below.split(":")[0] in opened
    assert page.evaluate(focused) == below
    assert "In a sentence" in page.locator(".tn-panel").inner_text()


def test_an_arrow_opens_its_rows_dates_evidence_and_sources(
    chromium: Browser, afternoon: Trail, tmp_path: Path
) -> None:
    """From DiDi to Alipay: one row of the diary, the relation, since when and as of when, and who says so."""
    page, _ = _open(chromium, tmp_path / "page.html", network.model(afternoon))
    page.locator('.tn-edge[aria-label^="DiDi to Alipay"]').focus()
    page.keyboard.press("Enter")
    told = page.locator(".tn-panel").inner_text()

    assert "learnt through another company 1 row" in told
    assert "DiDi is paid through Alipay" in told
    assert "since about 2015" in told
    assert "as of 31 October 2017" in told
    assert "documented" in told
    assert "Wired" in told
    assert "diary.csv, row 3" in told


def test_time_lights_who_was_told_when(chromium: Browser, afternoon: Trail, tmp_path: Path) -> None:
    """At the first record only the bike's arrows are lit; the hour says whom they reached; the end lights all."""
    page, _ = _open(chromium, tmp_path / "page.html", network.model(afternoon))
    page.locator(".tn-moment").focus()
    page.keyboard.press("Home")
    first = page.locator(".tn-edge:not(.tn-later)").evaluate_all(
        "all => all.map((one) => one.getAttribute('aria-label'))"
    )
    said = page.locator(".tn-what").inner_text()
    clock = page.locator(".tn-clock").inner_text()
    page.keyboard.press("End")

    assert clock == "13:00"
    assert said.startswith("13:00 · Ofo: ride")
    assert "Alipay" in said
    assert any(one.startswith("Ofo to Alipay") for one in first)
    assert not any(one.startswith("DiDi") for one in first)
    assert page.locator(".tn-later").count() == 0


def test_scenario_and_observer_choose_the_arrows(chromium: Browser, afternoon: Trail, tmp_path: Path) -> None:
    """Own records know no arrow between companies; seen as one company, only what leads to it stays."""
    page, _ = _open(chromium, tmp_path / "page.html", network.model(afternoon))
    arrows = page.locator('.tn-edge:not([aria-label^="You to"])')
    page.locator(".tn-merge").fill("0")
    own = arrows.count()
    page.locator(".tn-merge").fill("3")
    page.locator(".tn-who").select_option(label="Zhima Credit")
    leading = arrows.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    page.locator("[data-tab=table]").click()

    assert own == 0
    assert any(one.startswith("Alipay to Zhima Credit") for one in leading)
    assert not any("SoftBank" in one for one in leading)
    assert len(leading) == page.locator(".tn-table").nth(1).locator("tbody tr").count() - 5


@pytest.mark.parametrize(
    ("size", "scheme", "lang"),
    [((1366, 768), "light", "en"), ((1366, 768), "dark", "zh-Hans"), ((390, 844), "light", "en")],
)
def test_axe_finds_nothing(
    chromium: Browser, afternoon: Trail, tmp_path: Path, size: tuple[int, int], scheme: str, lang: str
) -> None:
    """Picture, streams and tables, wide or narrow, light or dark, keep the accessibility rules."""
    page, _ = _open(chromium, tmp_path / "page.html", network.model(afternoon, lang=lang), size, scheme)
    found = []
    for tab in ("picture", "streams", "table"):
        page.locator(f"[data-tab={tab}]").click()
        found += Axe().run(page).response["violations"]
    page.locator("[data-tab=picture]").click()
    page.locator(".tn-node").nth(2).focus()
    page.keyboard.press("Enter")
    page.locator("#network .tn-presenter").click()
    found += Axe().run(page).response["violations"]

    assert [(one["id"], [node["html"][:140] for node in one["nodes"][:3]]) for one in found] == []


def test_paper_holds_picture_streams_and_tables(chromium: Browser, afternoon: Trail, tmp_path: Path) -> None:
    """Printed, everything stands below each other, the day and the network, and the controls are gone."""
    page, wrong = _open(chromium, tmp_path / "page.html", network.model(afternoon))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator(".tn-graph .tn-node").count() > 10
    assert page.locator(".tn-streams .tn-band").count() > 10
    assert page.locator(".tn-table").count() == 4
    assert not page.locator("#network .tn-controls").is_visible()
    assert page.locator("#trail").is_visible()
    assert wrong == []
