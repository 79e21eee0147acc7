"""People who do not exist: what is written is read back as what was true of them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import simulate
from trailviz.cli import main
from trailviz.cli.simulate import CITIES
from trailviz.guesses import Guess, rules
from trailviz.intake import Collected, collect, from_bytes
from trailviz.simulate import Life, Simulated, Told
from trailviz.simulate.truth import about
from trailviz.simulate.truth import sleep as nights
from trailviz.trail import Trail, follow

WEEK = [
    (who.id, town)
    for who in simulate.personas()
    for town in simulate.cities()
]  # fmt: skip
NEAR = 1e-6
SAME = ("currency", "flow", "place", "end_place", "mode")


def _made(who: str, town: str, days: int = 4, seed: int = 3, companies: list[str] | None = None) -> Simulated:
    return simulate.simulate(simulate.persona(who), simulate.city(town), days=days, seed=seed, companies=companies)


def _lived(who: str, town: str, days: int) -> Life:
    return simulate.live(simulate.persona(who), simulate.city(town), simulate.FIRST, days, 3)


def _read(found: Simulated) -> Collected:
    files = [from_bytes(name, data) for name, data in found.files.items()]
    return collect(files, zone=found.life.city.zone)


def _order(kind: str, start: datetime | None, cents: int | None, lat: float | None) -> tuple[Any, ...]:
    return kind, start.timestamp() if start else 0.0, cents or 0, round(lat or 0.0, 6)


def _differs(told: Told, event: dict[str, Any]) -> list[str]:
    """Name what an event says otherwise than the diary."""
    wrong = [name for name in SAME if getattr(told, name) is not None and getattr(told, name) != event.get(name)]
    if told.cents is not None and event["amount"] != Decimal(told.cents) / 100:
        wrong.append("amount")
    if told.party is not None and told.party not in (event.get("party") or ""):
        wrong.append("party")
    other = (Decimal(told.other_cents) / 100 if told.other_cents else None, told.other_currency)
    if other != (event.get("amount_other"), event.get("currency_other")):
        wrong.append("amount_other")
    for name in ("lat", "lon", "end_lat", "end_lon"):
        value = getattr(told, name)
        if value is not None and abs((event.get(name) if event.get(name) is not None else 999) - value) > NEAR:
            wrong.append(name)
    if told.start is not None and abs(event["start"] - told.start) >= timedelta(seconds=told.precision_s):
        wrong.append("start")
    if told.end is not None and abs(event["end"] - told.end) >= timedelta(seconds=told.precision_s):
        wrong.append("end")
    return wrong


def _disagreements(found: Simulated) -> list[object]:
    """List what reading the files back says otherwise than the diary: rows not used, counts that differ, events."""
    read = _read(found)
    odd = {"count_differs", "flows_differ", "unknown_word", "breaks_off"}
    unsound: list[object] = [
        one
        for one in read.accounts
        if one.format not in found.formats or one.used != one.seen or one.advice or odd & set(one.notices)
    ]
    events = sorted(
        read.events.table().to_pylist(),
        key=lambda row: _order(row["kind"], row["start"], int((row.get("amount") or 0) * 100), row.get("lat")),
    )
    told = sorted(found.told, key=lambda one: _order(one.kind, one.start, one.cents, one.lat))
    if [one.kind for one in told] != [row["kind"] for row in events]:
        return [*unsound, f"{len(told)} records were lived, {len(events)} read"]
    pairs = zip(told, events, strict=True)
    return [*unsound, *((one, wrong) for one, row in pairs if (wrong := _differs(one, row)))]


@pytest.mark.parametrize(("who", "town"), WEEK, ids=str)
def test_what_is_written_is_read_back_as_what_was_lived(who: str, town: str) -> None:
    """Times, sums, places and other sides of every row are those of the diary; every row is used and every count agrees."""
    assert _disagreements(_made(who, town)) == []


@pytest.mark.parametrize("name", list(simulate.formats()))
def test_every_format_tells_something(name: str) -> None:
    """No writer is tested on an empty file alone."""
    kind = simulate.formats()[name]
    town = kind.cities[0] if kind.cities else "london"
    found = _made("traveller", town, days=12, companies=[name])

    assert len(found.told) > 2
    assert _disagreements(found) == []


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32), town=st.sampled_from(simulate.cities()))
def test_any_seed_is_read_back(seed: int, town: str) -> None:
    """The law holds for every seed, not for the one at hand."""
    assert _disagreements(_made("courier", town, days=3, seed=seed)) == []


@pytest.mark.parametrize(("town", "first"), [("london", date(2026, 10, 23)), ("san_francisco", date(2026, 3, 6))])
def test_the_clocks_may_change_meanwhile(town: str, first: date) -> None:
    """An hour lived twice in October, or left out in March, moves no record of a night shift."""
    found = simulate.simulate(simulate.persona("night_nurse"), simulate.city(town), first=first, days=5, seed=9)

    assert _disagreements(found) == []


def test_the_same_words_give_the_same_bytes() -> None:
    """Exports and truth alike; another seed is another life."""
    one, again, other = (_made("couple", "shanghai", seed=seed) for seed in (7, 7, 8))

    assert (one.files, one.truth) == (again.files, again.truth)
    assert one.files != other.files


def test_one_company_more_moves_no_life() -> None:
    """Which files are written changes nothing of what happened."""
    few, many = _made("student", "london", companies=["monzo"]), _made("student", "london")

    assert few.truth["stays.csv"] == many.truth["stays.csv"]
    assert few.truth["deeds.csv"].splitlines()[1][:60] == many.truth["deeds.csv"].splitlines()[1][:60]


def test_nobody_is_in_two_places() -> None:
    """Stays and ways follow each other without a hole or an overlap, and no way is faster than its means."""
    fastest_mps = {"walk": 2.0, "bike": 6.0, "bus": 9.0, "metro": 14.0, "car": 14.0, "scooter": 10.0, "train": 70.0, "plane": 250.0}  # fmt: skip
    for who in simulate.personas():
        life = _lived(who.id, "london", days=9)
        spans = sorted([(one.start, one.end) for one in life.stays] + [(one.start, one.end) for one in life.legs])
        assert all(one[1] == other[0] for one, other in pairwise(spans)), who.id
        for leg in life.legs:
            assert leg.origin.metres_to(leg.target) <= fastest_mps[leg.mode] * (leg.end - leg.start) * 60, (who.id, leg)


def test_everybody_sleeps_in_a_bed() -> None:
    """Nobody spends a night at the office, and each night of the span is slept, for seven hours or so."""
    for who in simulate.personas():
        life = _lived(who.id, "shanghai", days=12)
        assert (
            max(one.end - one.start for one in life.stays if one.spot.kind == "work") < 14 * 60
            if life.places.work
            else True
        )
        slept = [end - start for start, end, _ in nights(life)]
        assert len(slept) >= 11, who.id
        assert 300 < sum(slept) / len(slept) < 640, who.id


def test_nobody_shops_at_night() -> None:
    """Shops are paid in their hours."""
    for who in simulate.personas():
        life = _lived(who.id, "san_francisco", days=12)
        at = [life.local(one.start).hour for one in life.deeds if one.place and one.kind == "payment"]
        assert all(6 <= hour <= 23 for hour in at), who.id


def test_no_invented_name_is_a_brands() -> None:
    """Nobody real is said to have been visited: no shop, firm or person of any city is read as a brand or a company."""
    names = [name for town in map(simulate.city, simulate.cities()) for name in _names(town)]
    rows = [f'03/06/2026,03/07/2026,"{name.upper()} SAN FRANCISCO CA",Shopping,Sale,-1.00,' for name in names]
    head = "Transaction Date,Post Date,Description,Category,Type,Amount,Memo"
    trail = follow([from_bytes("chase.csv", "\n".join([head, *rows]).encode())])
    brands = [trail.parties.brand_of(number) for number in range(len(trail.events))]

    assert len(names) == len(brands)
    assert [one.name for one in brands if one] == []
    assert set(trail.parties.party.tolist()) == {-1}


def _names(town: simulate.City) -> list[str]:
    money = town.money
    people = [money[key] for key in ("landlord", "employer", "shop", "deliverer", "carrier", "partner", "parent")]
    firms = [money["utility"][0], money["phone"][0], *(one[0] for one in town.subscriptions.values())]
    return [*(word for words in town.shops.values() for word in words), *people, *money["friends"], *firms]


def test_the_command_offers_every_city() -> None:
    """What can be said without reading a city's file is what there is."""
    assert set(CITIES) == set(simulate.cities())


def test_the_command_writes_exports_that_check_out(tmp_path: Path) -> None:
    """Every file it writes is one of a format, and the truth beside says that nobody exists."""
    assert main(["simulate", "school_day", "--city", "london", "--days", "5", "--out", str(tmp_path / "who")]) == 0
    assert main(["check", str(tmp_path / "who" / "exports")]) == 0
    assert "invented" in (tmp_path / "who" / "truth" / "README.txt").read_text(encoding="utf-8")


def test_nothing_is_written_over_unasked(tmp_path: Path) -> None:
    """A folder that is there is refused, and taken where that is said."""
    asked = ["simulate", "near_empty", "--days", "2", "--out", str(tmp_path / "who")]

    assert [main(asked), main(asked), main([*asked, "--force"])] == [0, 2, 0]


@pytest.mark.parametrize(
    ("asked", "named"), [(["nobody"], "office_worker"), (["moved", "--companies", "monzo"], "alipay_app")]
)
def test_a_slip_names_who_and_what_there_is(
    asked: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody of that name; a bank that nobody in Shanghai has."""
    assert main(["simulate", *asked, "--out", str(tmp_path / "b")]) == 2
    assert named in capsys.readouterr().err


def test_a_bank_and_the_wallets_tell_one_deed_twice() -> None:
    """What a wallet took from the card stands in both files with one sum, and is one deed of a trail."""
    found = _made("holiday", "shanghai", days=28)
    twice = {one.of for one in found.told if one.file.startswith("boc") and one.flow == "out" and one.currency == "CNY"}
    wallets = [one for one in found.told if one.of in twice and not one.file.startswith("boc") and one.cents]
    trail = _trail(found)

    assert len(twice) > 5
    assert {one.of for one in wallets} == twice
    assert len(set(trail.acts.act.tolist())) <= len(trail.events) - len(twice)


def _trail(found: Simulated) -> Trail:
    return follow([from_bytes(name, data) for name, data in found.files.items()], zone=found.life.city.zone)


def test_pay_that_a_bank_shows_is_found_in_shanghai() -> None:
    """The wallets do not see it: before there was a bank's file nobody could know it."""
    found = _made("holiday", "shanghai", days=120, companies=["boc_debit"])
    trail = _trail(found)
    rule = next(one for one in rules() if one.id == "payday")
    said = trail.guess(rule, trail.observer("boc"), "own")

    assert "salary" not in {one["what"] for one in about(found.life, found.told, found.formats)["unknowable"]}
    assert [one.what for one in said if isinstance(one, Guess)] == ["payday", "income"]


@pytest.mark.parametrize("town", simulate.cities())
def test_a_holiday_is_paid_in_the_money_of_the_country(town: str) -> None:
    """By card at the shops there, none of it near home, and the truth has both sums of every deed."""
    found = _made("holiday", town, days=28)
    abroad = [one for one in found.life.deeds if one.other]
    city = found.life.city

    assert len({one.place.name for one in abroad if one.place and one.kind == "payment"}) > 2
    assert {one.other[1] for one in abroad if one.other} == {city.abroad["currency"]}
    assert all(one.by in {city.pays["abroad"], "cash"} for one in abroad)
    table = found.truth["deeds.csv"].decode().splitlines()
    assert sum(f",{city.abroad['currency']}," in line for line in table) == len(abroad)


def _back(found: Simulated) -> list[tuple[Any, Any]]:
    deeds = found.life.deeds
    return [(one, deeds[one.of - 1]) for one in deeds if one.of]


@pytest.mark.parametrize("town", simulate.cities())
def test_what_is_sent_back_returns_the_way_it_was_paid(town: str) -> None:
    """After its purchase, never more than it, whole or in part; reading it back says the same of every row."""
    found = _made("holiday", town, days=150, seed=2)
    pairs = _back(found)

    assert all(back.start > bought.start and back.cents <= bought.cents for back, bought in pairs)
    assert all((back.by, back.party, back.flow) == (bought.by, bought.party, "in") for back, bought in pairs)
    assert {back.cents == bought.cents for back, bought in pairs} == {True, False}
    assert _disagreements(found) == []


def test_both_wallets_write_refunds_as_they_do() -> None:
    """Alipay beside income and spending and with the purchase closed, WeChat as income with the sum in the purchase's status."""
    found = _made("holiday", "shanghai", days=150, seed=2)
    alipay, wechat = (
        next(data for name, data in found.files.items() if name.startswith(one)) for one in ("alipay", "wechat")
    )
    text = alipay.decode("gb18030")

    assert {back.by for back, _ in _back(found)} == {"alipay_app", "wechat"}
    assert "不计收支" in text.split("交易时间,")[1]
    assert "交易关闭" in text
    with zipfile.ZipFile(io.BytesIO(wechat)) as book:
        assert "-退款" in book.read("xl/worksheets/sheet1.xml").decode() + "".join(
            book.read(name).decode() for name in book.namelist() if "shared" in name
        )


def test_who_sends_nothing_back_lives_as_before() -> None:
    """Refunds and holidays draw nothing from the chance of other people, so that the samples stay as they were."""
    for who in ("office_worker", "couple", "traveller"):
        life = _lived(who, "london", 20)
        assert not any(one.of or one.other for one in life.deeds)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["office_worker", "--days", "0"], "Expected 1 to 3660 days"),
        (["office_worker", "--days", "3661"], "Expected 1 to 3660 days"),
        (["nobody"], "No persona is called nobody"),
        (["office_worker", "--companies", "monzo"], "Nobody in Shanghai has an export monzo"),
        (["office_worker", "--companies", ", ,"], "Say at least one format"),
        (["office_worker", "--start", "1969-12-31"], "Expected days between 2000-01-01 and 2099-12-31"),
        (["office_worker", "--start", "0001-01-01"], "Expected days between"),
        (["office_worker", "--start", "2099-12-30", "--days", "4"], "Expected days between"),
        (["office_worker", "--start", "9999-12-30"], "Expected days between"),
        (["office_worker", "--start", "2024-02-30"], "Expected a day written like"),
    ],
)
def test_what_nobody_can_live_is_refused_in_a_sentence(
    asked: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is written."""
    assert main(["simulate", *asked, "--out", str(tmp_path / "who")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "who").exists()


def test_a_city_that_is_not_there_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    """As any choice is."""
    with pytest.raises(SystemExit):
        main(["simulate", "office_worker", "--city", "tokyo", "--out", "x"])
    told = capsys.readouterr().err
    assert all(one in told for one in CITIES)


@pytest.mark.parametrize("seed", [10**40, -7, 0])
def test_any_whole_number_is_a_seed(seed: int, tmp_path: Path) -> None:
    """However long, or below zero."""
    out = tmp_path / "who"
    assert main(["simulate", "school_day", "--days", "3", "--seed", str(seed), "--out", str(out)]) == 0
    assert any((out / "exports").iterdir())


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the way, a disk without room, a place that is no disk: why, and the name alone of where."""
    ask = ["simulate", "near_empty", "--days", "3", "--out"]
    (tmp_path / "file").write_text("x")
    full = tmp_path / "full"
    (full / "truth").mkdir(parents=True)
    (full / "truth" / "person.json").symlink_to("/dev/full")

    for out, why in (
        (tmp_path / "file", "file is a file"),
        (tmp_path / "file" / "sub", "A part of the path is a file: sub"),
        (Path("/proc/who"), "who. What is there now is not whole"),
        (full, "The disk is full: full"),
    ):
        assert main([*ask, str(out), "--force"]) in {1, 2}
        told = capsys.readouterr().err
        assert why in told
        assert str(tmp_path) not in told


def test_a_life_without_a_record_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who pays in cash for three days has nothing that could be opened."""
    assert main(["simulate", "near_empty", "--days", "3", "--out", str(tmp_path / "who")]) == 0
    told = capsys.readouterr().out
    assert "exports/ is empty" in told
    assert "trailviz open" not in told


def test_what_was_in_the_folder_before_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another life's files would be read along with these."""
    ask = ["simulate", "office_worker", "--out", str(tmp_path / "who"), "--days"]
    assert main([*ask, "4"]) == 0
    assert "before" not in capsys.readouterr().out
    assert main([*ask, "5"]) == 2
    assert main([*ask, "5", "--force"]) == 0
    assert "that were there before" in capsys.readouterr().out
