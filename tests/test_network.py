"""The network before any browser: its page names no address, its data are bounded, and other people stay veiled."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from trailviz.trail import Trail, follow
from trailviz.views import network, report, stage
from trailviz.views.map import hashes, shell

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"


def test_nothing_in_the_page_names_an_address() -> None:
    """Neither its markup nor its styles fetch anything; a place inside the page is no address."""
    html = network.shell().html
    bare = re.sub(r"<script[^>]*>.*?</script>", "", html, flags=re.DOTALL)

    assert re.findall(r"""(?:src|href|action)\s*=|url\((?!#)[^)]*\)|@import""", bare) == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", html) == []
    assert network.shell().script_hashes == hashes(html)


def test_a_report_allows_the_scripts_of_both_views(afternoon: Trail) -> None:
    """Every script that runs has its hash in the policy, the stage's and the network's."""
    page = report.page(stage.model(afternoon), "en", network.model(afternoon))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)

    assert policy
    assert [one for one in hashes(page) if one not in policy[1]] == []
    assert {*shell().script_hashes, *network.shell().script_hashes} <= set(hashes(page))


def test_numbers_point_at_what_is_there(afternoon: Trail) -> None:
    """Every step, chain, pattern and class names something that is in the payload, and it is plain JSON."""
    told = network.model(afternoon)
    json.dumps(told)

    assert all(max(one[0], one[1]) < len(told["companies"]) for one in told["steps"])
    assert all(one[2] < len(told["relations"]) for one in told["steps"])
    assert all(step < len(told["steps"]) for chain in told["chains"] for step in chain)
    assert all(way[3] < len(told["chains"]) for ways in told["patterns"] for way in ways)
    assert all(number < len(told["patterns"]) for group in told["groups"] for number in group["patterns"])
    assert sum(count for _, count in told["played"]["n"]) == len(afternoon.events)


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_every_relation_has_its_dates_and_a_source(afternoon: Trail, lang: str) -> None:
    """Since, until and as of stand on their own, and somebody says so."""
    told = network.model(afternoon, lang=lang)

    assert told["relations"]
    assert all(len(one["dates"]) >= 2 and one["sources"] and one["evidence"] for one in told["relations"])


def test_a_long_trail_lists_few_rows(tmp_path: Path) -> None:
    """Ten years of rows are counted by group; only the first of each group, and one day's, are listed."""
    lines = ["company,kind,start,zone,party"]
    lines += [f"Alipay,payment,20{10 + n % 10}-0{1 + n % 9}-1{n % 10} 12:00,Asia/Shanghai,shop" for n in range(6_000)]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    trail = follow([path])
    told = network.model(trail)

    assert len(trail.events) == 6_000
    assert len(told["sampled"]["g"]) <= network.ROWS_A_GROUP * len(told["groups"])
    assert len(told["played"]["t"]) + told["played"]["left"] == max(count for _, count in trail.days)
    assert len(json.dumps(told)) < 100_000


def test_other_people_are_veiled_until_asked_for() -> None:
    """A person's name in a transfer is not in the page, unless it was asked for."""
    trail = follow([FORMATS / "wechat"])
    people = {
        name
        for name, kind in zip(
            trail.events.column("party").to_pylist(), trail.events.column("party_is").to_pylist(), strict=True
        )
        if kind == "person" and name
    }
    day = next(
        day
        for day, _ in trail.days
        if any(name in json.dumps(network.model(trail, day=day, unveil=True), ensure_ascii=False) for name in people)
    )
    veiled = json.dumps(network.model(trail, day=day), ensure_ascii=False)

    assert people
    assert [name for name in people if name in veiled] == []
