"""Where a row happened, and how sure: a shop's address is a place somebody knows only where a word says the person was in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from trailviz import story
from trailviz.events import FACETS
from trailviz.gaps import sight
from trailviz.knowledge import Grade
from trailviz.trail import Trail, follow

APP = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n"
BRANCH = "示例茶(人民广场店)"
PLACE = f'[sample]\nid = "own"\n[[place]]\nnames = ["{BRANCH}"]\nlabel = {{ en = "a tea shop" }}\nlat = 31.23\nlon = 121.47\nradius_m = 60\n'


def _trail(tmp_path: Path, party: str, item: str) -> Trail:
    rows = f"2024-05-31 18:02:11,餐饮美食,{party},/,{item},支出,12.00,余额宝,交易成功,1\t,M1\t,,\n"
    (tmp_path / "sample.toml").write_text(PLACE, encoding="utf-8")
    (tmp_path / "alipay.csv").write_text(APP + rows, encoding="utf-8")
    return follow([tmp_path])


def _grade(trail: Trail, scenario: str) -> Grade:
    observer = trail.registry.observer("alipay")
    facets = trail.known.of_events(observer, scenario)[0]
    return Grade(int(facets[FACETS.index("place")]))


@pytest.mark.parametrize(
    ("party", "item", "own", "permitted"),
    [
        (BRANCH, "碰一下支付", Grade.KNOWS, Grade.KNOWS),
        (BRANCH, "示例商品", Grade.DOES_NOT_KNOW, Grade.MIGHT_KNOW),
        ("示例餐饮有限公司", BRANCH, Grade.DOES_NOT_KNOW, Grade.MIGHT_KNOW),
        (BRANCH, "外卖订单", Grade.DOES_NOT_KNOW, Grade.DOES_NOT_KNOW),
        ("示例茶", "示例商品", Grade.DOES_NOT_KNOW, Grade.DOES_NOT_KNOW),
    ],
)
def test_a_branch_s_name_is_a_place_the_wallet_might_know(
    tmp_path: Path, party: str, item: str, own: Grade, permitted: Grade
) -> None:
    """A tap makes it known, a delivery makes it nothing, and the name alone, in either field, makes it possible."""
    trail = _trail(tmp_path, party, item)

    assert _grade(trail, "own") == own
    assert _grade(trail, "permitted") == permitted


def test_what_is_only_possible_ends_no_gap(tmp_path: Path) -> None:
    """A place that might be known is no anchor: the hours around it stay blind, though not silent."""
    trail = _trail(tmp_path, BRANCH, "示例商品")
    observer = trail.registry.observer("alipay")
    seen = sight(trail.known, trail.every_moment, observer, "state")

    assert len(seen.anchors) == 0
    assert len(seen.records) > 0


def test_the_sentence_says_might(tmp_path: Path) -> None:
    """Nobody is told to have been in a shop because of its name."""
    trail = _trail(tmp_path, BRANCH, "示例商品")
    observer = trail.registry.observer("alipay")
    said = [one.text for one in story.tell(trail, observer, "permitted", date(2024, 5, 31)).sentences]

    assert any("might" in text and "a tea shop" in text for text in said)
    assert not any("knows" in text and "a tea shop" in text for text in said)
