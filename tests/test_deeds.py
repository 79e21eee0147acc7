"""One deed across companies: who holds which facet of it, what is written down twice, and what joins the rows."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from trailviz import atlas, deeds, whatif
from trailviz.cli import main
from trailviz.intake import from_bytes
from trailviz.story import merged
from trailviz.trail import Trail, follow
from trailviz.views.panels import page
from trailviz.whatif import Change

DAY = date(2017, 8, 26)
HEAD = "company,kind,start,zone,party,amount,currency"


@pytest.fixture(scope="module")
def afternoon() -> Trail:
    """The sample, walked once."""
    return follow([atlas.sample()])


def _wrote(trail: Trail) -> dict[str, dict[str, set[str]]]:
    """For each deed of the afternoon, which facets each company wrote down."""
    told, _ = merged.tell(trail, DAY)
    return {deed.at: {one.company: set(one.wrote) for one in deed.entries if one.wrote} for deed in told}


def test_the_supermarket_deed_is_written_down_twice_and_only_the_shop_has_the_items(afternoon: Trail) -> None:
    """Both have time, place and sum; what was bought is the till's alone."""
    shop = _wrote(afternoon)["15:36"]

    assert set(shop) == {"alipay", "hema"}
    assert shop["hema"] - shop["alipay"] == {"items"}


def test_what_is_paid_when_a_ride_ends_tells_its_end_and_not_its_beginning(afternoon: Trail) -> None:
    """Alipay's minute is the ride's last; when it began, DiDi alone wrote down."""
    ride = _wrote(afternoon)["15:11"]

    assert "time" not in ride["alipay"]
    assert {"time", "place", "destination"} <= ride["didi"]
    assert "end" in ride["alipay"] & ride["didi"]


def test_who_is_told_is_shown_with_the_relation_and_never_as_having_written(afternoon: Trail) -> None:
    """Zhima wrote nothing down that day."""
    told, _ = merged.tell(afternoon, DAY)
    zhima = [one for deed in told for one in deed.entries if one.company == "zhima"]

    assert zhima
    assert all(not one.wrote and one.told and one.because == ("CN008",) for one in zhima)


def test_a_deed_one_company_wrote_down_is_counted_and_not_shown(afternoon: Trail) -> None:
    """The snack, the taxi and two bikes."""
    told, alone = merged.tell(afternoon, DAY)

    assert (len(told), alone) == (3, 4)


def test_without_a_company_only_its_part_is_gone(afternoon: Trail) -> None:
    """Every other company's rows and facets stay as they were."""
    before, after = _wrote(afternoon), _wrote(whatif.changed(afternoon, Change(companies=frozenset({"hema"}))))

    assert after == {at: deed for at, deed in before.items() if "hema" not in deed}


def test_the_same_sum_in_the_same_minute_joins_the_rows_of_two_companies(afternoon: Trail) -> None:
    """A ride's minute is its last, since it is paid then."""
    key = next(one for one in deeds.keys(afternoon.events, afternoon.parties) if one.kind == "sum_and_minute")

    assert (key.shared, key.joined) == (2, 4)
    assert key.pairs == (("alipay", "didi", 1), ("alipay", "hema", 1))


ROWS = st.lists(
    st.tuples(st.sampled_from(("aa", "bb", "cc")), st.integers(0, 3), st.integers(1, 2)), min_size=1, max_size=9
)


@given(rows=ROWS)
@settings(max_examples=30, deadline=None)
def test_a_key_counts_what_looking_at_every_row_counts(rows: list[tuple[str, int, int]]) -> None:
    """Rows, distinct values, values at two companies, and the rows these join."""
    lines = [
        f"{who},payment,2024-05-01 10:0{minute},UTC,shop {n},{cents}.00,EUR"
        for n, (who, minute, cents) in enumerate(rows)
    ]
    trail = follow([from_bytes("d.csv", "\n".join([HEAD, *lines, ""]).encode())])
    found = next(one for one in deeds.keys(trail.events, trail.parties) if one.kind == "sum_and_minute")
    at: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for who, minute, cents in rows:
        at[minute, cents].append(who)
    common = [who for who in at.values() if len(set(who)) > 1]

    assert (found.rows, found.distinct, found.shared, found.joined) == (
        len(rows), len(at), len(common), sum(map(len, common)),
    )  # fmt: skip


def test_no_value_of_a_key_is_told() -> None:
    """A card's digits and a person's address join rows, and are not repeated."""
    rows = "company,kind,start,zone,party,amount,currency\nshop,order,2024-05-01 10:00,UTC,shop,7.77,EUR\nbank,payment,2024-05-01 10:00,UTC,shop,7.77,EUR\n"
    trail = follow([from_bytes("d.csv", rows.encode())])
    said = " ".join(merged.joined(deeds.keys(trail.events, trail.parties), trail, merged.Words("en")))

    assert "1 of 1 join 2 rows" in said
    assert "7.77" not in said


def test_the_command_lists_deeds_companies_and_keys(capsys: pytest.CaptureFixture[str]) -> None:
    """Every entry leads to its rows or to its relations."""
    assert main(["acts", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)

    assert [one["at"] for one in said["deeds"]] == ["15:11", "15:36", "16:19"]
    assert all(who["rows"] or who["because"] for one in said["deeds"] for who in one["companies"])
    assert {one["kind"] for one in said["keys"]} == {"id", "sum_and_minute"}


def test_the_app_shows_the_table_and_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks for who wrote and who is told, in the panel."""
    monkeypatch.setenv(page.UNGUARDED, "apptest")
    monkeypatch.delenv("TRAILVIZ_PATHS", raising=False)
    app = AppTest.from_file(page.__file__, default_timeout=60).run()
    app.session_state["files-box"], app.session_state["files-tabs"] = True, "One deed, many rows"
    app.run()
    table = app.dataframe[0].value

    assert not app.exception
    assert set(np.unique(table["items"])) == {"", "●", "○"}
    assert any("the same sum in the same minute" in one.value for one in app.text)
