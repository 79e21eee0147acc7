"""Looking closer in the app: what if, undone and as it was; a super-app of one's own; who is not in the files."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from trailviz.views.panels import page


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page's own script on the sample, run without a browser."""
    monkeypatch.setenv(page.UNGUARDED, "apptest")
    monkeypatch.delenv("TRAILVIZ_PATHS", raising=False)
    return AppTest.from_file(page.__file__, default_timeout=120).run()


def _asked(app: AppTest) -> str:
    """The question the panel answers, or nothing where nothing is otherwise."""
    return next((one.value.splitlines()[0] for one in app.text if one.value.startswith("What if")), "")


def test_nothing_is_laid_open_until_somebody_looks_closer(app: AppTest) -> None:
    """The stage stays in sight."""
    assert not app.exception
    assert len(app.dataframe) == 0
    assert not app.multiselect(key="super-app").value


def test_every_choice_can_be_undone_and_all_at_once(app: AppTest) -> None:
    """Ofo away, cash too; cash undone; as it was; and that undone."""
    app.session_state["closer-what_if"] = True
    app.run()
    app.multiselect(key="what-if-without").set_value(["ofo"]).run()
    app.toggle(key="what-if-cash").set_value(True).run()
    both = _asked(app)
    app.button(key="what-if-undo").click().run()
    one = _asked(app)
    app.button(key="what-if-reset").click().run()
    none = _asked(app)
    app.button(key="what-if-undo").click().run()

    assert not app.exception
    assert "Ofo writes nothing down" in both
    assert "paid in cash" in both
    assert one == "What if Ofo writes nothing down and passes nothing on?"
    assert none == ""
    assert _asked(app) == one


def test_each_other_change_is_offered_in_words(app: AppTest) -> None:
    """A rival app, an era, kinds, days kept and the phone's position."""
    app.session_state["closer-what_if"] = True
    app.run()
    app.selectbox(key="what-if-old").set_value("alipay")
    app.selectbox(key="what-if-new").set_value("tenpay")
    app.segmented_control(key="what-if-era").set_value("today")
    app.multiselect(key="what-if-kinds").set_value(["order"])
    app.number_input(key="what-if-days").set_value(90)
    app.toggle(key="what-if-location").set_value(True)
    app.run()
    said = _asked(app)

    assert not app.exception
    for clause in (
        "instead of Alipay",
        "no order is recorded",
        "older than 90 days",
        "phone's position",
        "relations of",
    ):
        assert clause in said


def test_the_payments_and_relations_of_the_day_stand_in_tables(app: AppTest) -> None:
    """Text of files in tables alone, with the rows they come from."""
    app.session_state["closer-what_if"] = True
    app.run()
    payments, relations = (one.value for one in app.dataframe[:2])

    assert list(payments["when"]) == ["13:24", "15:11", "15:36", "16:01"]
    assert "Alibaba controls Hema" in set(relations["relation"])
    assert all(one.startswith("CN") for one in relations["id"])


def test_a_super_app_of_ones_own_stands_first_on_the_stage(app: AppTest) -> None:
    """Two companies together; as it was, the sample's own observer is first again."""
    app.multiselect(key="super-app").set_value(["didi", "ofo"]).run()
    made = _payload(app)["observers"][0]
    app.button(key="super-app-apart").click().run()

    assert not app.exception
    assert (made["name"], made["members"]) == ("DiDi and Ofo", ["didi", "ofo"])
    assert _payload(app)["observers"][0]["name"] == "Alipay and Ant Financial"


def _payload(app: AppTest) -> dict[str, list[dict[str, object]]]:
    return next(iter(app.session_state["payloads"].values()))


def test_who_is_not_in_the_files_is_named_with_sources(app: AppTest) -> None:
    """Who gets copies, and who is silent."""
    app.session_state["files-box"], app.session_state["files-tabs"] = True, "Who is not in your files"
    app.run()
    told = [one.value for one in app.text]

    assert "Not in your exports is not the same as not known." in told
    assert any(one.startswith("Zhima Credit wrote none of these files") for one in told)
    assert sum(one.strip().startswith("source: ") for one in told) == 3


def test_two_observers_stand_side_by_side_and_change_places(app: AppTest) -> None:
    """What the left alone can tell becomes what the right alone can tell; one observer stands beside itself by what counts."""
    app.session_state["closer-beside"] = True
    app.run()
    left, right = (app.selectbox(key=f"beside-as-{side}") for side in ("left", "right"))
    names = (left.value.name(), right.value.name())
    only = [one.value for one in app.text if ", or more surely than " in one.value]
    app.button(key="beside-exchange").click().run()
    exchanged = [one.value for one in app.text if ", or more surely than " in one.value]

    assert not app.exception
    assert names[0] != names[1]
    assert only[0].startswith(f"Only {names[0]}, or more surely than {names[1]} (")
    assert exchanged[0].startswith(f"Only {names[1]}, or more surely than {names[0]} (")
    assert [one.rpartition("(")[2] for one in exchanged] == [one.rpartition("(")[2] for one in only][::-1]

    app.selectbox(key="beside-as-left").set_value(app.selectbox(key="beside-as-right").value)
    app.selectbox(key="beside-scenario-left").set_value("own").run()
    apart = [one.value for one in app.text if ", or more surely than " in one.value]
    assert not app.exception
    assert f"{names[0]} (" in apart[0]
