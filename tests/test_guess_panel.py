"""Guesses in the app: worked out when opened, ticked by the person, kept only when asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from trailviz import keep
from trailviz.views.panels import page

HEADER = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\r\n"


def _alipay(folder: Path) -> Path:
    """Write an invented Alipay account of twenty days: a breakfast at half past seven, a supper at eleven."""
    rows = [
        f"2024-03-{day:02d} {time},餐饮美食,示例面馆(中山公园店),/,面,支出,22.00,余额宝,交易成功,{day:02d}{time[:2]}0001,M{day:02d}{time[:2]},,\r\n"
        for day in range(1, 21)
        for time in ("07:30:00", "23:00:00")
    ]
    path = folder / "alipay_record_20240401_0900_1.csv"
    path.write_bytes((HEADER + "".join(rows)).encode("gb18030"))
    return path


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    """The page's own script on the invented account, with the guesses open, and a folder of its own to keep things in."""
    monkeypatch.setenv(page.UNGUARDED, "apptest")
    monkeypatch.setenv("TRAILVIZ_PATHS", json.dumps([str(_alipay(tmp_path))]))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    app = AppTest.from_file(page.__file__, default_timeout=60)
    app.session_state["guess-box"] = True
    return app.run()


def _texts(app: AppTest) -> str:
    return "\n".join(one.value for one in app.text)


def _titles(app: AppTest) -> str:
    return str([*(one.value for one in app.markdown), *(one.value.to_dict() for one in app.dataframe)])


def _open(app: AppTest) -> None:
    next(one for one in app.button if one.label == "Open").click().run()
    assert not app.exception


def test_a_guess_is_a_card_with_what_would_make_it_wrong(app: AppTest) -> None:
    """Opened, it shows its rule, its rows and its doubts; closed, it is one sentence."""
    assert not app.exception
    assert "Wrong if" not in _texts(app)
    _open(app)

    assert "Wrong if" in _texts(app)
    assert "uncalibrated" in _texts(app)


def test_the_gate_is_shut_until_it_is_opened(app: AppTest) -> None:
    """What hurts to have guessed stands nowhere before the switch is turned."""
    assert "Rides of Glory" not in _titles(app)
    app.toggle(key="guess-gate").set_value(True).run()

    assert not app.exception
    assert "Rides of Glory" in _titles(app)


def test_the_blur_says_what_is_left(app: AppTest) -> None:
    """Turned to days, some guesses are gone, and the count is said."""
    app.select_slider(key="blur-time").set_value(3).run()

    assert not app.exception
    assert " gone" in _texts(app)


def test_what_survives_a_blur_is_said_as_coarsely(app: AppTest) -> None:
    """Times kept to the hour: a silence to half past seven is left as one to seven."""

    def left() -> str:
        return next(one.value for one in app.text if one.value.startswith("still guessed"))

    assert "23:00 to 07:30" in left()
    app.select_slider(key="blur-time").set_value(1).run()

    assert not app.exception
    assert "23:00 to 07:00" in left()


def test_nothing_is_kept_until_it_is_asked_for(app: AppTest) -> None:
    """A tick makes a score; the file comes with the button, and holds no word of what was guessed."""
    _open(app)
    app.button_group[-1].set_value("right").run()
    assert not app.exception
    assert keep.kept() == ()

    next(one for one in app.button if one.label == "Keep the ticks on this computer").click().run()

    (kept,) = keep.kept()
    assert "示例" not in kept.read_text(encoding="utf-8")
    assert json.loads(kept.read_text(encoding="utf-8"))[0]["right"] is True
