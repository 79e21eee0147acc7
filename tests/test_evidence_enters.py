"""What a person's own files prove enters what companies know: of its days, of what it shows, and of nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import evidence, story, whatif
from trailviz.cli import main
from trailviz.intake import Source, from_bytes
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.trail import Trail, follow
from trailviz.whatif import Change

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HEAD = "company,kind,start,zone,party,amount,currency"


def _shop(*moments: datetime) -> Source:
    rows = [f"Example Shop,order,{at:%Y-%m-%d %H:%M},UTC,Example Shop,{n + 1}.00,EUR" for n, at in enumerate(moments)]
    return from_bytes("shop.csv", "\n".join([HEAD, *rows, ""]).encode())


def _meta(*events: tuple[datetime, str], by: str = "Example Shop") -> Source:
    listed = [{"id": n, "type": kind, "timestamp": int(at.timestamp())} for n, (at, kind) in enumerate(events)]
    return from_bytes("meta.json", json.dumps({"off_facebook_activity_v2": [{"name": by, "events": listed}]}).encode())


def _grades(trail: Trail, observer: str, scenario: str) -> dict[int, np.ndarray]:
    grades = trail.known.of_events(trail.observer(observer), scenario)
    return dict(zip(trail.events.ids.tolist(), grades, strict=True))


def _shop_row(trail: Trail, scenario: str = "documented") -> Grade:
    """How well Meta knows when the shop's first order was."""
    at = next(at for at in range(len(trail.events)) if trail.row_of(at) == ("shop.csv", 2))
    return Grade(int(trail.known.of_events(trail.observer("meta"), scenario)[at][0]))


def test_a_purchase_told_within_ten_minutes_is_known_because_the_own_file_says_so() -> None:
    """The sentence names the file and its row."""
    trail = follow([_shop(NOON), _meta((NOON + timedelta(minutes=2), "PURCHASE"))])
    told = story.tell(trail, trail.observer("meta"), "documented", date(2026, 5, 1))
    bought = next(one for one in told.sentences if one.rows == (("shop.csv", 2),))

    assert bought.grade == Grade.KNOWS_BECAUSE
    assert bought.facets == ("time", "merchant"), "neither the sum nor what was bought was told"
    assert "your own file says so: meta.json, row 1" in bought.text
    assert bought.because == trail.proven[0].relations


def test_another_purchase_of_that_day_might_be_the_one_that_was_told() -> None:
    """The file shows a purchase told that day; at another hour, nothing shows that it was this one."""
    trail = follow([_shop(NOON - timedelta(hours=6)), _meta((NOON, "PURCHASE"))])

    assert _shop_row(trail, "documented") == Grade.DOES_NOT_KNOW
    assert _shop_row(trail, "permitted") == Grade.MIGHT_KNOW


@pytest.mark.parametrize("kind", ["PAGE_VIEW", "CUSTOM"])
def test_a_page_view_carries_no_purchase(kind: str) -> None:
    """Only the flows the file shows."""
    trail = follow([_shop(NOON), _meta((NOON, kind))])

    assert _shop_row(trail, "state") == Grade.DOES_NOT_KNOW
    assert trail.proven[0].flows == ()


@pytest.mark.parametrize("days", [-1, 1])
def test_what_was_told_one_day_says_nothing_of_the_next(days: int) -> None:
    """The relation is in force on the days the file shows, and on no other."""
    trail = follow([_shop(NOON), _meta((NOON + timedelta(days=days), "PURCHASE"))])

    assert _shop_row(trail, "state") == Grade.DOES_NOT_KNOW


def test_a_purchase_told_after_midnight_utc_is_of_the_day_it_was_made() -> None:
    """Meta counts in UTC, the shop in its own zone: the deed's day decides."""
    rows = f"{HEAD}\nExample Shop,order,2026-05-01 00:30,Europe/Berlin,Example Shop,1.00,EUR\n"
    shop = from_bytes("shop.csv", rows.encode())
    trail = follow([shop, _meta((datetime(2026, 4, 30, 22, 31, tzinfo=UTC), "PURCHASE"))])

    assert _shop_row(trail) == Grade.KNOWS_BECAUSE


MOMENTS = st.integers(0, 96).map(lambda quarter: NOON + timedelta(minutes=15 * quarter))
TOLD = st.lists(st.tuples(MOMENTS, st.sampled_from(("PURCHASE", "PAGE_VIEW"))), max_size=5)


@given(orders=st.lists(MOMENTS, min_size=1, max_size=4, unique=True), told=TOLD, more=TOLD)
@settings(max_examples=8, deadline=None)
def test_more_told_never_lowers_and_without_the_file_exactly_that_is_gone(
    orders: list[datetime], told: list[tuple[datetime, str]], more: list[tuple[datetime, str]]
) -> None:
    """Monotone in what is proven; taking the file away gives the trail that never had it."""
    shop, bank = (
        _shop(*orders),
        from_bytes("b.csv", f"{HEAD}\nrevolut,payment,2026-05-01 12:00,UTC,Example Shop,1.00,EUR\n".encode()),
    )
    without = follow([shop, bank])
    walks = [without, *(follow([shop, bank, _meta(*one)]) for one in (told, [*told, *more]) if one)]
    for scenario in SCENARIOS:
        for observer in ("meta", "everyone", "revolut"):
            found = [_grades(walk, observer, scenario) for walk in walks]
            for fewer, wider in pairwise(found):
                assert all((wider[event] >= grades).all() for event, grades in fewer.items())
    silenced = whatif.changed(walks[-1], Change(kinds=frozenset({"disclosure"})))
    for scenario in SCENARIOS:
        before, after = (_grades(one, "everyone", scenario) for one in (without, silenced))
        assert before.keys() == after.keys()
        assert all((before[event] == grades).all() for event, grades in after.items())
    assert evidence.relations(silenced.events, silenced.parties, silenced.acts) == ()


@given(told=TOLD.filter(bool))
@settings(max_examples=6, deadline=None)
def test_one_proven_relation_taken_away_leaves_the_others(told: list[tuple[datetime, str]]) -> None:
    """By its id, as any relation."""
    trail = follow([_shop(NOON), _meta(*told)])
    proven = {one.id for one in evidence.relations(trail.events, trail.parties, trail.acts)}
    for one in proven:
        other = whatif.changed(trail, Change(relations=frozenset({one})))
        assert {rel.id for rel in other.known.registry.relations if rel.evidence == "own_export"} == proven - {one}


@pytest.mark.parametrize("turn", [list, lambda files: list(reversed(files))])
def test_the_order_of_files_changes_no_name(turn: Callable[[list[Source]], list[Source]]) -> None:
    """A relation is named by what it says."""
    files = [_shop(NOON), _meta((NOON, "PURCHASE"))]
    trail = follow(turn(files))

    assert [one.id for one in evidence.relations(trail.events, trail.parties, trail.acts)] == ["OWNff26a33194"]


def test_the_registry_may_not_claim_what_only_a_persons_own_file_proves() -> None:
    """No company file that ships is of this evidence."""
    assert not any(one.evidence == "own_export" for one in follow([_shop(NOON)]).registry.relations)


def test_the_command_names_the_row_the_flow_and_the_relation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that a script can look each up."""
    for source in (_shop(NOON), _meta((NOON, "PURCHASE"))):
        (tmp_path / source.name).write_bytes(source.open().read())
    assert main(["evidence", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)[0]

    assert (found["rows"], found["flows"], found["linked"]) == ([1], ["purchase_told"], 1)
    assert len(found["relations"]) == 1


def test_what_is_proven_stands_beside_the_registry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked of a company with one's files: told, when, by which row, on the basis of one's own export."""
    for source in (_shop(NOON), _meta((NOON, "PURCHASE"), (NOON + timedelta(days=3), "PAGE_VIEW"))):
        (tmp_path / source.name).write_bytes(source.open().read())
    assert main(["companies", "meta", "--trail", str(tmp_path)]) == 0
    said = capsys.readouterr().out

    assert "told Meta (once, 1 May 2026; your own file says so: meta.json, row 1)" in said
    assert "carries a purchase (when and with whom); your own export" in said
    assert "told Meta (once, 4 May 2026" in said
    assert main(["companies", "meta"]) == 0
    assert "your own export" not in capsys.readouterr().out
