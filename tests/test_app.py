"""The page in its states: the sample, a file, a refused file, nothing of a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.making import maps
from trailviz import keep
from trailviz.views.panels import own_places, page

DIARY = "company,kind,start,zone,place,party,amount,currency\nexample shop,order,2024-05-01 10:00,Europe/Berlin,,Example shop,12.00,EUR\n"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page's own script, run without a browser."""
    monkeypatch.setenv(page.UNGUARDED, "apptest")
    monkeypatch.delenv("TRAILVIZ_PATHS", raising=False)
    return AppTest.from_file(page.__file__, default_timeout=60)


def test_the_page_opens_on_the_sample(app: AppTest) -> None:
    """Without a file the afternoon is followed, and nothing goes wrong."""
    app.run()

    assert not app.exception
    assert len(app.session_state["trail"].events) == 15


def test_a_company_can_be_asked(app: AppTest) -> None:
    """Choosing a company shows the way to one's data, the law, and a letter that counts what was seen."""
    app.run()
    app.selectbox(key="act-company").select("alipay").run()

    assert not app.exception
    assert any("authorisation" in one.value for one in app.text)
    assert any("5 payments" in one.value and "Articles 44 and 45" in one.value for one in app.text_area)


def test_without_the_guard_the_page_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that lost its guard shows a sentence and no data."""
    monkeypatch.delenv(page.UNGUARDED, raising=False)
    bare = AppTest.from_file(page.__file__, default_timeout=60).run()

    assert "guard" in bare.error[0].value
    assert "trail" not in bare.session_state


def test_a_path_is_read_where_it_lies_and_can_be_removed(app: AppTest, tmp_path: Path) -> None:
    """A file given by its path replaces the sample; removing it brings the sample back."""
    (tmp_path / "diary.csv").write_text(DIARY, encoding="utf-8")
    app.run()
    app.text_input(key="path").set_value(str(tmp_path / "diary.csv")).run()

    assert not app.exception
    assert len(app.session_state["trail"].events) == 1
    app.button(key="remove-0").click().run()
    assert len(app.session_state["trail"].events) == 15


def test_a_refused_file_is_told_in_a_sentence(app: AppTest, tmp_path: Path) -> None:
    """An empty file leaves a verdict, and no traceback."""
    (tmp_path / "empty.csv").write_bytes(b"")
    app.run()
    app.text_input(key="path").set_value(str(tmp_path / "empty.csv")).run()

    assert not app.exception
    assert any("empty" in one.value for one in app.text)


def test_a_path_that_is_not_there_is_said(app: AppTest) -> None:
    """A slip in a path is answered with the name alone."""
    app.run()
    app.text_input(key="path").set_value("/nowhere/at/all.csv").run()

    assert any("all.csv" in one.value and "/nowhere" not in one.value for one in app.text)


def test_an_unknown_table_is_mapped_kept_read_and_forgotten(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proposal stands under the table; kept, the file is read by it, and forgotten, it is refused again."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "kept"))
    table = tmp_path / "karte.csv"
    table.write_text(
        "Datum;Laden;Betrag EUR\n03.06.2025;Bäckerei Beispiel;-4,50\n14.06.2025;Kino Beispiel;-12,00\n", "utf-8"
    )
    app.run()
    app.text_input(key="path").set_value(str(table)).run()
    next(one for one in app.button if (one.key or "").startswith("map-")).click().run()
    preview = [one.value for one in app.text if "can be read this way" in one.value]
    next(one for one in app.button if (one.key or "").endswith("-keep")).click().run()

    assert "out 4.50 EUR" in preview[0]
    assert app.session_state["trail"].accounts[0].format == "my_karte"
    app.button(key="forget-my_karte").click().run()
    assert not app.exception
    assert app.session_state["trail"].accounts[0].format is None


def test_a_map_by_its_path_is_drawn_refused_and_removed(app: AppTest, tmp_path: Path) -> None:
    """A map lies under the sample; a wrong one is refused with a sentence; removing it brings the sketch back."""
    good = maps.pmtiles(tmp_path / "sh.pmtiles", {(maps.ZOOM, *maps.tile_of(31.2304, 121.4737)): maps.town()})
    (tmp_path / "wrong.pmtiles").write_bytes(b"no map")
    app.run()
    app.text_input(key="ground-path").set_value(str(good)).run()

    assert not app.exception
    assert app.session_state["basemap"].file == "sh.pmtiles"
    app.text_input(key="ground-path").set_value(str(tmp_path / "wrong.pmtiles")).run()
    assert app.session_state["basemap"] is None
    assert any("wrong.pmtiles is no map" in one.value for one in app.text)
    app.button(key="ground-remove").click().run()
    assert not app.exception
    assert app.session_state["basemap_key"] is None
    assert not any("no map" in one.value for one in app.text)


def test_places_of_one_s_own_put_payments_on_the_map(app: AppTest, tmp_path: Path) -> None:
    """A path counts at once, a file that is none is named and the exports are told all the same, and Remove takes it away."""
    (tmp_path / "d.csv").write_text(
        "company,kind,start,zone,party,amount,currency\nalipay,payment,2024-05-01 10:00,Asia/Shanghai,示例便利(某某花园店),12.00,CNY\n",
        encoding="utf-8",
    )
    (tmp_path / "places.csv").write_text("name,lat,lon\n某某花园,31.2,121.4\nbad,x,1\n", encoding="utf-8")
    app.run()
    app.text_input(key="path").set_value(str(tmp_path / "d.csv")).run()
    app.text_input(key="places-path").set_value(str(tmp_path / "places.csv")).run()

    assert not app.exception
    assert list(app.session_state["trail"].located.tier) == ["address"]
    assert any("1 by a given address" in one.value and "row 3, column lat" in one.value for one in app.text)
    app.text_input(key="places-path").set_value(str(tmp_path / "d.csv")).run()
    assert any("d.csv is no places file" in one.value for one in app.warning)
    app.button(key="places-remove-1").click().run()
    app.button(key="places-remove-0").click().run()
    assert list(app.session_state["trail"].located.tier) == [""]
    assert not app.warning


def test_places_are_kept_only_when_asked_and_wiped_with_the_rest(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept counts the next time, can be forgotten, and goes with everything else."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "kept"))
    app.run()
    assert keep.kept() == ()
    own_places.keep_file("../places.csv", b"name,lat,lon\nX,1,2\n")
    app.run()

    assert [one.name for one in keep.kept()] == ["places.csv"]
    assert any("places.csv, kept on this computer" in one.value for one in app.text)
    app.button(key="forget-places-places.csv").click().run()
    assert keep.kept() == ()
