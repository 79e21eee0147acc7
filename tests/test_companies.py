"""Companies explained, drawn and written to: on a day, with sources, and nothing of a file but its counts."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from trailviz.cli import main
from trailviz.registry import Registry
from trailviz.registry.shelf import load
from trailviz.story.letter import letter, seen
from trailviz.trail import Trail, follow
from trailviz.views import drawing
from trailviz.views.layers import BOX, TALL, laid_out
from trailviz.words import Words

THE_DAY = date(2017, 8, 26)
EVIL = '"><script>alert(1)</script>&{{7*7}}\x07'
ALLOWED = {"svg", "title", "desc", "rect", "text", "path", "circle", "g"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The registry that ships."""
    return load()


def _hostile(tmp_path: Path) -> Trail:
    """A diary whose company and place try to break out of whatever they are put into."""
    line = f'"{EVIL.replace(chr(34), chr(34) * 2)}",ride,2024-05-01 10:00,Europe/London,Secret Street 7,,1.00,GBP\n'
    text = "company,kind,start,zone,place,party,amount,currency\n" + line + line.replace("10:00", "11:00")
    path = tmp_path / "diary.csv"
    path.write_text(text, encoding="utf-8")
    return follow([path])


def _run(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(["companies", *args]) == 0
    return capsys.readouterr().out


def test_a_company_is_explained_with_evidence_source_and_note(capsys: pytest.CaptureFixture[str]) -> None:
    """Each relation of the day says what it carries, on what evidence, who says so, and what that leaves open."""
    told = _run(capsys, "支付宝", "--on", "2017-08-26")

    assert "Ofo can be used inside Alipay (since 28 April 2017" in told
    assert "technode.com/2017/04/28" in told
    assert "Whether she did so is not stated." in told
    assert "network operators must help police" in told


def test_what_is_carried_says_from_whom_to_whom(capsys: pytest.CaptureFixture[str]) -> None:
    """The two directions of one relation carry different things; what is owned and nothing more carries nothing."""
    plaid = _run(capsys, "plaid", "--on", "2019-06-01")
    bought = _run(capsys, "whole_foods_market", "--on", "2018-01-01")

    assert "    from Venmo to Plaid: carries who you are; documented" in plaid
    assert "    from Plaid to Venmo: carries payments (time, sum, shop) and who you are; documented" in plaid
    assert "[US032]" in bought
    assert "carries" not in bought


def test_a_day_narrows_what_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The day the contract ends it is told no more."""
    before, after = (_run(capsys, "ant", "--on", day) for day in ("2022-07-24", "2022-07-25"))

    assert ("CN001" in before, "CN001" in after) == (True, False)


def test_a_source_nobody_read_says_so(capsys: pytest.CaptureFixture[str], registry: Registry) -> None:
    """What is cited from memory is marked where it is told."""
    unread = next(one for one in registry.relations if not one.read)

    assert "cited from memory" in _run(capsys, unread.subject)


def test_rights_are_told_with_law_and_day(capsys: pytest.CaptureFixture[str]) -> None:
    """How to get one's data from Uber, by which articles, as of which day."""
    told = _run(capsys, "uber", "--rights")

    assert "exploreyourdata/download" in told
    assert "Articles 15 and 20" in told
    assert "as of 17 July 2024" in told
    assert json.loads(_run(capsys, "uber", "--rights", "--json"))[0]["laws"][0]["term"] == "one month"


def test_the_letter_counts_what_was_seen(afternoon: Trail) -> None:
    """It names rows, days, facets and the relations by which more may have come, and asks by article."""
    told = letter(afternoon, "alipay", Words("en"), date(2026, 11, 26), afternoon.registry.laws["pipl"])

    assert "Your own export shows me 5 payments, on 26 August 2017." in told
    assert "Ofo can be used inside Alipay" in told
    assert "(Articles 44 and 45)" in told


def test_the_letter_quotes_no_cell(tmp_path: Path) -> None:
    """Places, sums and names of a file stay in the file."""
    trail = _hostile(tmp_path)
    told = letter(trail, "uber", Words("zh-Hans"), date(2026, 11, 26), trail.registry.laws["gdpr"])

    assert "Secret" not in told
    assert "1.00" not in told


def test_what_may_have_come_is_what_the_grades_say(afternoon: Trail) -> None:
    """The letter's counts are the grades of the permitted scenario, company by company."""
    found = seen(afternoon, "alipay")

    assert found.rows == {"payment": 5}
    assert {who: count for who, count, *_ in found.told} == {"amazon_cn": 1, "didi": 1, "hema": 1, "ofo": 2}


def test_a_drawing_is_inert_whatever_a_file_names(tmp_path: Path) -> None:
    """A company called like a script is shown as it is called: no element but shapes and text, no reference, no handler."""
    trail = _hostile(tmp_path)
    picture = drawing.of_trail(trail, THE_DAY, Words("en"))
    root = ET.fromstring(drawing.svg(picture, trail.known.registry, Words("en")))

    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= ALLOWED
    assert [name for one in root.iter() for name in one.attrib if name.startswith("on") or "href" in name] == []
    assert any("<script>" in (one.text or "") for one in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_every_line_of_a_drawing_is_listed_with_its_source(registry: Registry, lang: str) -> None:
    """A page that was printed loses nothing that a pointer would have shown."""
    picture = drawing.of_company(registry, "alipay", THE_DAY, Words(lang))
    page = drawing.svg(picture, registry, Words(lang))

    for tie in picture.ties:
        assert all(page.count(f"[{one.row_id}]") >= 2 for one in tie.relations)


def _sampled(path: str) -> list[tuple[float, float]]:
    """Walk along a path of cubic curves."""
    start, *curves = path[1:].split("C")
    here = tuple(map(float, start.split()))
    points = []
    for curve in curves:
        b1, b2, c1, c2, d1, d2 = map(float, curve.split())
        for step in range(21):
            t, u = step / 20, 1 - step / 20
            points.append(
                (
                    u**3 * here[0] + 3 * u * u * t * b1 + 3 * u * t * t * c1 + t**3 * d1,
                    u**3 * here[1] + 3 * u * u * t * b2 + 3 * u * t * t * c2 + t**3 * d2,
                )
            )
        here = (d1, d2)
    return points


def test_forty_companies_stand_apart() -> None:
    """No two boxes touch, and no line runs behind a box it does not belong to."""
    ties = [(f"c{a}", f"c{b}") for a, b in combinations(range(40), 2) if (a * 7 + b) % 9 == 0]
    layout = laid_out({f"c{number}": number % 4 for number in range(40)}, ties, 30, 80)
    crossed = [
        (tie, one)
        for tie, curve in zip(ties, layout.curves, strict=True)
        for one, (left, top) in layout.boxes.items()
        if one not in tie and any(left < x < left + BOX and top < y < top + TALL for x, y in _sampled(curve.path))
    ]

    assert len(ties) > 80
    assert crossed == []
    assert not any(
        abs(a[0] - b[0]) < BOX and abs(a[1] - b[1]) < TALL for a, b in combinations(layout.boxes.values(), 2)
    )


def test_a_drawing_keeps_the_companies_with_most_lines(registry: Registry) -> None:
    """At most forty are drawn, and the rest is said to be left out."""
    picture = drawing.of_company(registry, "uber", date(2024, 6, 1), Words("en"))

    assert len(picture.names) <= drawing.MOST
    assert picture.left_out == 0
    assert {tie.ways for tie in picture.ties} == {"to", "both", "none"}


def test_a_trail_is_drawn_with_its_own_state_alone(afternoon: Trail) -> None:
    """A Shanghai afternoon is not told to New York, though DiDi had an American shareholder."""
    picture = drawing.of_trail(afternoon, THE_DAY, Words("en"))

    assert not {"us_nyc_tlc", "us_police"} & set(picture.names)
    assert "cn_police_state_security" in picture.names


def test_the_command_draws_to_a_file_and_to_the_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A named file is written once and never over; without a name the terminal shows the same lines."""
    out = tmp_path / "alipay.svg"
    assert "12 companies" in _run(capsys, "alipay", "--on", "2017-08-26", "--draw", str(out))
    assert main(["companies", "alipay", "--draw", str(out)]) == 2
    assert "--force" in capsys.readouterr().err

    assert "▶ Zhima Credit   documented" in _run(capsys, "alipay", "--on", "2017-08-26", "--draw")
