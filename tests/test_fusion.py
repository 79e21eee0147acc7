"""Carried places: a row without a place inherits one from the same observer's other rows, as a guess and never as an anchor."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import story
from trailviz.places import BASES, Carried, Gazetteer, carry
from trailviz.places.askable import Anchors, Had
from trailviz.registry import Registry
from trailviz.registry.shelf import load
from trailviz.story import record
from trailviz.trail import Trail, follow
from trailviz.views import stage

HEAD = "company,kind,start,end,zone,place,lat,lon,uncertainty_m,end_place,end_lat,end_lon,end_uncertainty_m,datum,party,mode,amount,currency,flow,presence\n"
RIDE = "uber,ride,2024-05-31 {start},2024-05-31 {end},Europe/London,,51.50,-0.12,30,,{lat},{lon},30,wgs84,Uber,car,9.00,GBP,out,in_person\n"
PAID = "{who},payment,2024-05-31 {at},,Europe/London,,,,,,,,,,{shop},{mode},{sum},GBP,out,{presence}\n"
MINUTE_US, HOUR_US = 60_000_000, 3_600_000_000


def _ride(start: str, end: str, lat: float = 51.53, lon: float = -0.10) -> str:
    return RIDE.format(start=start, end=end, lat=lat, lon=lon)


def _paid(
    at: str, shop: str = "A shop", presence: str = "in_person", who: str = "uber", mode: str = "", kind: str = "payment"
) -> str:
    row = PAID.format(who=who, at=at, shop=shop, presence=presence, mode=mode, sum=f"{int(at[:2])}.{at[3:5]}")
    return row.replace(",payment,", f",{kind},", 1)


def _trail(folder: Path, *rows: str) -> Trail:
    folder.mkdir(exist_ok=True)
    (folder / "diary.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    return _followed(folder / "diary.csv")


@cache
def _registry() -> Registry:
    return load()


def _followed(*files: Path) -> Trail:
    """Follow files by the one registry, knowing no places but those that rows state."""
    return follow(files, _registry(), Gazetteer())


def _carried(trail: Trail, who: str = "uber", scenario: str = "own") -> Carried:
    return trail.carried(trail.registry.observer(who), scenario)


def _guess(trail: Trail, who: str = "uber", scenario: str = "own") -> tuple[str, float, list[tuple[str, int]]]:
    """Answer the basis and p of the only row that was asked for, and the rows it rests on."""
    carried = _carried(trail, who, scenario)
    assert len(carried.event) == 1
    return BASES[carried.basis[0]], float(carried.p[0]), [trail.row_of(int(one)) for one in carried.rests_on(0)]


def test_a_payment_soon_after_a_ride_is_probably_where_the_ride_ended(tmp_path: Path) -> None:
    """Within twenty minutes of a drop-off nearly all measured payments were there; the guess names the ride it rests on."""
    trail = _trail(tmp_path, _ride("13:40", "14:02"), _paid("14:20"))
    carried = _carried(trail)

    basis, p, rows = _guess(trail)
    assert (basis, rows) == ("after", [("diary.csv", 2)])
    assert p > 0.9
    assert (carried.lat[0], carried.lon[0]) == (51.53, -0.10)
    assert 0 < carried.r50_m[0] < carried.r90_m[0] < 2000


def test_the_longer_ago_the_less_sure_and_the_wider(tmp_path: Path) -> None:
    """An hour later the same guess is less sure, and its area wider."""
    soon, late = (_carried(_trail(tmp_path / at[:2], _ride("13:40", "14:02"), _paid(at))) for at in ("14:20", "15:20"))

    assert soon.p[0] > late.p[0]
    assert soon.r90_m[0] < late.r90_m[0]


@pytest.mark.parametrize(
    ("presence", "kind"),
    [("remote", "payment"), ("unknown", "order"), ("unknown", "transfer"), ("unknown", "delivery")],
)
def test_what_is_done_from_afar_tells_a_time_and_no_place(tmp_path: Path, presence: str, kind: str) -> None:
    """An online order five minutes after a ride says nothing of where one is."""
    carried = _carried(_trail(tmp_path, _ride("13:40", "14:02"), _paid("14:07", presence=presence, kind=kind)))

    assert not carried.has_place.any()


def test_where_no_word_says_so_the_guess_is_for_the_case_that_one_was_there(tmp_path: Path) -> None:
    """A payment that may have been made from anywhere carries that condition."""
    said, unsaid = (
        _carried(_trail(tmp_path / one, _ride("13:40", "14:02"), _paid("14:20", presence=one)))
        for one in ("in_person", "unknown")
    )

    assert not said.if_present[0]
    assert unsaid.if_present[0]


def test_between_two_records_of_one_place_one_stayed(tmp_path: Path) -> None:
    """Dropped off and picked up at one place three hours apart: both rides are the evidence."""
    back = _ride("17:00", "17:20", 51.50, -0.12).replace("51.50,-0.12,30,,51.5", "51.53,-0.10,30,,51.5", 1)
    basis, p, rows = _guess(_trail(tmp_path, _ride("13:40", "14:02"), _paid("15:30"), back))

    assert (basis, rows) == ("bracketed", [("diary.csv", 2), ("diary.csv", 4)])
    assert p > 0.9


def test_a_taxi_in_between_parts_a_payment_from_the_ride_before(tmp_path: Path) -> None:
    """Whoever pays a taxi after the ride has left its end."""
    carried = _carried(
        _trail(tmp_path, _ride("13:40", "14:02"), _paid("14:10", shop="A taxi", mode="taxi"), _paid("14:20"))
    )

    assert len(carried.event) == 2
    assert not carried.has_place.any()


def test_a_fare_is_paid_where_its_ride_ended(tmp_path: Path) -> None:
    """A ride and its payment are one deed, so the payment has the ride's place; who has no ride has none."""
    fare = "monzo,payment,2024-05-31 14:02,,Europe/London,,,,,,,,,,Uber,,9.00,GBP,out,in_person\n"
    # Two rows of one export are never one deed.
    for name, row in (("rides.csv", _ride("13:40", "14:02")), ("bank.csv", fare)):
        (tmp_path / name).write_text(HEAD + row, encoding="utf-8")
    trail = _followed(tmp_path / "rides.csv", tmp_path / "bank.csv")
    together = trail.carried(trail.observer("uber+monzo"), "own")

    assert [BASES[one] for one in together.basis] == ["same_deed"]
    assert together.lat[0] == 51.53
    assert not _carried(trail, "monzo").has_place.any()


def test_a_shop_with_its_branch_is_where_it_was_before(tmp_path: Path) -> None:
    """Twice paid right after a ride there, the third payment hours later is put there too, and rests on both rides."""
    shop = "Example Tea (Angel)"
    rides = [_ride("08:00", "08:20"), _ride("10:00", "10:20"), _ride("12:00", "12:20", 51.60, -0.30)]
    trail = _trail(
        tmp_path, rides[0], _paid("08:25", shop), rides[1], _paid("10:25", shop), rides[2], _paid("21:00", shop)
    )
    carried = _carried(trail)

    assert BASES[carried.basis[-1]] == "same_shop"
    assert carried.lat[-1] == 51.53
    assert [trail.row_of(int(one))[1] for one in carried.rests_on(2)] == [2, 4]


def test_a_chain_without_a_branch_is_no_place(tmp_path: Path) -> None:
    """The same rows with the chain's bare name: no shop is told from another, so nothing is guessed from it."""
    rides = [_ride("08:00", "08:20"), _ride("10:00", "10:20"), _ride("12:00", "12:20", 51.60, -0.30)]
    trail = _trail(tmp_path, rides[0], _paid("08:25"), rides[1], _paid("10:25"), rides[2], _paid("23:50"))

    assert BASES[_carried(trail).basis[-1]] != "same_shop"


@pytest.mark.parametrize(("town", "told"), [("London", True), ("Manchester", False)])
def test_a_town_s_name_is_narrowed_and_never_contradicted(tmp_path: Path, town: str, told: bool) -> None:  # noqa: FBT001
    """A row that names the town the ride ended in is put near the ride's end; one that names another town is not."""
    row = _paid("14:20").replace("Europe/London,,", f"Europe/London,{town},", 1)
    (tmp_path / "diary.csv").write_text(HEAD + _ride("13:40", "14:02") + row, encoding="utf-8")
    trail = follow([tmp_path / "diary.csv"], _registry())
    carried = _carried(trail)

    assert trail.located.coarse[carried.event].all()
    assert carried.has_place.tolist() == [told]


def test_records_that_nobody_can_have_made_carry_nothing(tmp_path: Path) -> None:
    """Two anchors a thousand kilometres and an hour apart: one of them is wrong, and a guess would rest on it."""
    far = _ride("15:00", "15:20").replace("51.50,-0.12,30", "60.00,5.00,30", 1)
    carried = _carried(_trail(tmp_path, _ride("13:40", "14:02"), _paid("14:20"), far))

    assert not carried.has_place.any()


def test_a_guess_is_never_an_anchor(tmp_path: Path) -> None:
    """What is carried closes no gap, is in nobody's grades, and is not among the places of the trail."""
    trail = _trail(tmp_path, _ride("13:40", "14:02"), _paid("14:20"))
    observer, day = trail.registry.observer("uber"), trail.default_day
    assert day is not None
    before = trail.gaps(observer, "own", day), trail.known.grades(observer, "own").copy()
    carried = trail.carried(observer, "own")
    fresh = replace(trail, _answers={})

    assert carried.has_place.all()
    assert trail.gaps(observer, "own", day) == before[0] == fresh.gaps(observer, "own", day)
    assert (trail.known.grades(observer, "own") == before[1]).all()
    assert np.isnan(trail.located.lat[carried.event]).all()
    assert not set(carried.event.tolist()) & set(trail.sight(observer, "own").anchor_events.tolist())


def test_who_has_not_the_place_it_rests_on_has_not_the_guess(tmp_path: Path) -> None:
    """The bank knows the payment and not the ride: it has no guess; together with the ride's company it has one."""
    trail = _trail(tmp_path, _ride("13:40", "14:02"), _paid("14:20", who="monzo"))

    assert not _carried(trail, "monzo").has_place.any()
    assert trail.carried(trail.observer("uber+monzo"), "own").has_place.all()


def test_another_company_s_rows_change_nothing_of_a_guess(tmp_path: Path) -> None:
    """A guess is computed from the observer's own rows: a bank's payment elsewhere is not heard of."""
    alone = _trail(tmp_path / "a", _ride("13:40", "14:02"), _paid("14:20"))
    beside = _trail(tmp_path / "b", _ride("13:40", "14:02"), _paid("14:20"), _paid("14:10", who="monzo", mode="taxi"))

    assert _guess(alone)[:2] == _guess(beside)[:2]


def test_the_story_says_a_guess_is_one_and_leads_to_its_rows(tmp_path: Path) -> None:
    """Beside the sentence that tells when: near what, how sure, how far off; in both languages, and in the JSON."""
    trail = _trail(tmp_path, _ride("13:40", "14:02"), _paid("14:20", "A shop", "unknown"))
    day, observer = trail.default_day, trail.registry.observer("uber")
    assert day is not None
    told = {lang: story.tell(trail, observer, "own", day, lang) for lang in ("en", "zh-Hans")}
    english, chinese = ([one for one in each.sentences if one.guess] for each in told.values())
    assert len(english) == len(chinese) == 1
    guess = english[0].guess
    assert guess is not None
    assert guess.text.startswith("Guess: if you paid in person, very likely near where the ride at 14:02 ended (p 0.9")
    assert guess.rests == "It rests on diary.csv, row 2."
    assert chinese[0].guess is not None
    assert chinese[0].guess.text.startswith("猜测")
    assert "probably" not in chinese[0].guess.text
    written = record.sentence(english[0])["guess"]
    assert isinstance(written, dict)
    assert written["basis"] == "after"
    assert written["rests_on"] == [f"{int(trail.events.ids[0]):016x}"]
    assert all(record.sentence(one)["guess"] is None for one in told["en"].sentences if not one.guess)


def test_the_stage_has_each_observer_s_own_guesses(tmp_path: Path) -> None:
    """A guess is sent once, and listed for those observers and scenarios that have it."""
    trail = _trail(tmp_path, _ride("13:40", "14:02"), _paid("14:20", who="monzo"))
    sent = stage.model(trail)
    by_name = {one["id"]: sent["guess"][number] for number, one in enumerate(sent["observers"])}

    assert len(sent["guesses"]) == 1
    assert by_name["monzo"][0] == []
    assert by_name["everyone"][0] == [0]
    assert sent["guesses"][0]["rests"] == [{"e": 0, "file": "diary.csv", "row": 2}]


def _had(at: list[int], place: list[int], sort: list[int], asked: list[int], shop: list[int]) -> Had:
    """Make what an observer has of a few anchors and rows, in minutes."""
    anchor = np.sort(np.array(at, np.int64)) * MINUTE_US
    rows = np.sort(np.array(asked, np.int64)) * MINUTE_US
    kind, where = np.array(sort, np.int64), np.array(place, np.int64)
    count = len(anchor)
    anchors = Anchors(
        anchor, np.arange(count), 51.5 + 0.01 * where, np.zeros(count), np.full(count, 30.0), before=kind != 0, after=kind != 1,
        edge=kind != 2, hour=anchor // HOUR_US % 24, act=np.arange(count), shop=np.full(count, -1),
    )  # fmt: skip
    size = len(rows)
    return Had(
        anchors, event=np.arange(size) + count, at=rows, in_person=np.ones(size, bool), exact=np.ones(size, bool),
        ride_paid=np.zeros(size, bool), hour=rows // HOUR_US % 24, act=np.arange(size) + count, shop=np.array(shop, np.int64),
        moved=anchor[kind != 2], speeds_mps=np.zeros(0),
        **dict.fromkeys(("area_lat", "area_lon", "area_m"), np.full(size, np.nan)),
    )  # fmt: skip


@st.composite
def _random(draw: st.DrawFn) -> Had:
    count, rows = draw(st.integers(0, 12)), draw(st.integers(1, 6))
    numbers = [
        draw(st.lists(one, min_size=count, max_size=count))
        for one in (st.integers(0, 4000), st.integers(0, 3), st.integers(0, 2))
    ]
    asked, shop = (
        draw(st.lists(one, min_size=rows, max_size=rows)) for one in (st.integers(0, 4000), st.integers(-1, 1))
    )
    return _had(*numbers, asked, shop)


def _without(had: Had, event: int) -> Had:
    kept = had.anchors.event != event
    gone = had.anchors.at[~kept & had.anchors.edge]
    names = had.anchors.__dataclass_fields__
    anchors = Anchors(**{name: getattr(had.anchors, name)[kept] for name in names})
    return replace(had, anchors=anchors, moved=np.delete(had.moved, np.searchsorted(had.moved, gone)))


@settings(max_examples=50, deadline=None)
@given(_random())
def test_a_carried_place_rests_on_what_is_had_and_changes_when_it_is_taken_away(had: Had) -> None:
    """Laws: p is a chance; half lies within nine tenths; a place has evidence, all of it had; without a piece of it the guess differs."""
    carried = carry(had)
    told = np.flatnonzero(carried.has_place)

    assert ((carried.p >= 0) & (carried.p <= 1)).all()
    assert (carried.p[told] >= 0.5).all()
    assert (carried.r50_m[told] <= carried.r90_m[told]).all()
    assert (carried.second_p[told] <= carried.p[told]).all()
    assert (carried.p + carried.second_p <= 1 + 1e-9).all()
    assert (carried.basis[told] > 0).all()
    for row in told.tolist():
        rests = carried.rests_on(row)
        assert len(rests)
        assert set(rests.tolist()) <= set(had.anchors.event.tolist())
        for event in rests.tolist():
            less = carry(_without(had, event))
            same = less.lat[row] == carried.lat[row] and less.p[row] == carried.p[row]
            assert not same or less.rests_on(row).tolist() != rests.tolist()
    for row in np.flatnonzero(~carried.has_place).tolist():
        assert not len(carried.rests_on(row))
