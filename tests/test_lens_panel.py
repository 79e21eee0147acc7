"""The lenses in the app: what each finds is on the page, and a sample is chosen there."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from trailviz.lenses import lenses
from trailviz.views.panels import page

LENSES = {one.id: one for one in lenses()}
HOSTILE = "![x](http://127.0.0.1:1/pixel.png) {{ 7*7 }} Hotel"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page's own script, run without a browser, with the lenses open."""
    monkeypatch.setenv(page.UNGUARDED, "apptest")
    monkeypatch.delenv("TRAILVIZ_PATHS", raising=False)
    app = AppTest.from_file(page.__file__, default_timeout=60)
    app.session_state["lens-box"] = True
    return app


def _texts(app: AppTest) -> str:
    return "\n".join(one.value for one in app.text)


def test_a_closed_panel_works_nothing_out(app: AppTest) -> None:
    """Until it is opened, no lens is asked."""
    app.session_state["lens-box"] = False
    app.run()

    assert not app.exception
    assert "lens_reading" not in app.session_state


def test_every_lens_is_shown_with_its_limits_and_a_card(app: AppTest) -> None:
    """The six can be chosen in turn; each says what it does not do, and offers something to discuss."""
    app.run()
    for lens in LENSES.values():
        app.selectbox(key="lens").set_value(lens).run()
        assert not app.exception
        assert lens.about["en"] in _texts(app)
        assert lens.not_known[0]["en"] in _texts(app)
        assert "To discuss: " in _texts(app)


def test_the_first_finding_opens_its_rows_and_its_sources(app: AppTest) -> None:
    """File and row, and title and date, stand in tables of their own."""
    app.run()
    app.selectbox(key="lens").set_value(LENSES["zhima"]).run()
    tables = [one.value for one in app.dataframe]

    assert any({"File", "Row"} <= set(one.columns) and len(one) == 5 for one in tables)
    assert any({"Source", "Date"} <= set(one.columns) and one["Date"].str.len().min() > 0 for one in tables)


def test_text_of_a_file_never_reaches_markdown(app: AppTest, tmp_path: Path) -> None:
    """A hostile shop that a rule finds stands in a table, literally, and nowhere in markdown."""
    rows = f'company,kind,start,zone,party,amount,currency\nexample bank,payment,2017-08-26 10:00,Asia/Shanghai,"{HOSTILE}",1,EUR\n'
    (tmp_path / "diary.csv").write_text(rows, encoding="utf-8")
    app.run()
    app.text_input(key="path").set_value(str(tmp_path / "diary.csv")).run()
    app.selectbox(key="lens").set_value(LENSES["court_list"]).run()

    assert not app.exception
    assert any(HOSTILE in one.value.to_string(max_colwidth=None) for one in app.dataframe)
    assert not any(HOSTILE in one.value for kind in (app.markdown, app.caption) for one in kind)


def test_another_sample_is_chosen_and_told(app: AppTest) -> None:
    """London follows Shanghai at one choice, with its own observer, and comes back."""
    app.run()
    app.selectbox(key="choose-sample").set_value("london_afternoon").run()

    assert not app.exception
    assert app.session_state["trail"].default_observer.id == "monzo"
    app.selectbox(key="choose-sample").set_value("shanghai_afternoon").run()
    assert app.session_state["trail"].default_observer.id == "alipay+ant"


def test_a_sample_opened_by_its_folder_is_the_one_chosen(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`trailviz open --sample` opens the app on that sample, without a list of files to remove."""
    folder = next(one for one in page.atlas.samples() if one.name == "london_afternoon")
    monkeypatch.setenv("TRAILVIZ_PATHS", f'["{folder.resolve()}"]')
    app.run()

    assert app.session_state["paths"] == []
    assert app.selectbox(key="choose-sample").value == "london_afternoon"
