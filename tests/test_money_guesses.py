"""Guesses about money: pay, rent, subscriptions, shared bills, and delicate kinds beside what they do not prove."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import guesses
from trailviz.events import SCHEMA, gather
from trailviz.guesses import (
    Abstained,
    Guess,
    Held,
    Sum,
    Term,
    contacts,
    payday,
    rent,
    rhythm,
    segments,
    sensitive,
    split_bills,
    subscriptions,
)
from trailviz.guesses.blur import Blur, Fate, Lab
from trailviz.guesses.calendar import due
from trailviz.guesses.money import money
from trailviz.guesses.recurring import recurring
from trailviz.intake import from_bytes
from trailviz.places import Gazetteer
from trailviz.registry import Registry
from trailviz.registry.shelf import load
from trailviz.story.guesses import read
from trailviz.trail import Trail, follow, think

Row = dict[str, Any]
RULES = (payday, rent, subscriptions, rhythm, split_bills, contacts, segments, sensitive)
HERE = Gazetteer(())


@cache
def _registry() -> Registry:
    return load()


def _row(day: str, party: str, amount: str, hour: float = 12, **more: Any) -> Row:
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=hour)
    return {
        "start": start, "party": party, "party_is": "company", "amount": Decimal(amount), "flow": "out", "kind": "payment",
        "currency": "EUR", "collector": "revolut", "file": "a.csv", "zone": "Europe/Berlin", "precision_s": 1, **more,
    }  # fmt: skip


def _person(day: str, name: str, amount: str, hour: float = 12, flow: str = "in") -> Row:
    return _row(day, name, amount, hour, party_is="person", flow=flow, kind="transfer", presence="remote")


def _trail(rows: Iterable[Row]) -> Trail:
    """An event's id is made of what it says, so that the order of the rows is not in it."""
    listed = sorted(rows, key=lambda one: str(sorted(one.items(), key=str)))
    numbered = {id(one): at + 1 for at, one in enumerate(listed)}
    full = [{"event_id": numbered[id(one)], "row": at + 1, **one} for at, one in enumerate(rows)]
    names = sorted({name for row in full for name in row})
    columns = {name: pa.array([row.get(name) for row in full], SCHEMA.field(name).type) for name in names}
    return Trail(*think(gather([pa.table(columns)]), _registry(), HERE), (), pa.table({}), _registry(), {}, HERE)


def _held(rows: Iterable[Row], who: str = "revolut") -> Held:
    trail = _trail(list(rows))
    return trail.held(trail.observer(who), "own")


def _months(year: int, day: int, count: int = 12, start: int = 1) -> list[str]:
    return [f"{year + (start + at - 1) // 12}-{(start + at - 1) % 12 + 1:02d}-{day:02d}" for at in range(count)]


def _guesses(found: Iterable[Guess | Abstained], what: str) -> list[Guess]:
    return [one for one in found if isinstance(one, Guess) and one.what == what]


def _why(found: Iterable[Guess | Abstained]) -> list[str]:
    return [one.why for one in found if isinstance(one, Abstained)]


PAY = [_row(day, "Example Works GmbH", "3000.00", flow="in", kind="transfer") for day in (
    "2024-01-26", "2024-02-28", "2024-03-28", "2024-04-26", "2024-05-28", "2024-06-28", "2024-07-26")]  # fmt: skip
"""Due on the 28th, and on the Friday before where that is a weekend."""
FILM = [_row(day, "Netflix", "12.99", presence="remote") for day in _months(2024, 5, 8)]
HOME = [_row(day, "Hausverwaltung Nord", "900.00", kind="transfer") for day in _months(2024, 2, 8)]


def test_pay_due_on_a_weekend_comes_on_the_friday_before() -> None:
    """The day of the month is the one it is due on, and the roll is said."""
    (found,) = _guesses(payday.guess(_held(PAY)), "payday")

    assert (found.values["day"], found.values["roll"], found.values["count"]) == (28, Term("before"), 7)


def test_the_last_day_of_the_month_is_its_last_whatever_its_length() -> None:
    """31 January, 29 February, 29 March (a Friday), 30 April are one day of the month."""
    days = np.array(["2024-01-31", "2024-02-29", "2024-03-29", "2024-04-30"], "datetime64[D]").astype(np.int64)

    assert (due(days).day, due(days).roll, due(days).off) == (31, "before", 0)


def test_income_is_the_median_of_the_last_three() -> None:
    """A bonus in between is not the income."""
    rows = [
        {**row, "amount": Decimal(sum_)}
        for row, sum_ in zip(PAY, ["2900", "2900", "2900", "2900", "3000", "6000", "3100"], strict=True)
    ]
    (found,) = _guesses(payday.guess(_held(rows)), "income")

    assert found.values["sum"] == Sum(Decimal("3100.00"), "EUR")


def test_two_employers_are_two() -> None:
    """The second is told where it pays a fifth of the first."""
    second = [_row(day, "Evening School", "800.00", flow="in", kind="transfer") for day in _months(2024, 12, 7)]

    assert len(_guesses(payday.guess(_held([*PAY, *second])), "payday")) == 2


def test_money_from_ones_own_pockets_is_no_pay() -> None:
    """A monthly top-up, a wallet's cash-out and a transfer between two own banks are left out."""
    days = _months(2024, 3, 8)
    rows = [_row(day, "Top-up by card", "500", flow="in", kind="top_up") for day in days]
    rows += [_row(day, "PayPal", "100", flow="in", kind="transfer") for day in days]
    rows += [_row(day, "Me Myself", "700", flow="out", kind="transfer", collector="n26", file="b.csv") for day in days]
    rows += [_row(day, "Me Myself", "700", 13, flow="in", kind="transfer") for day in days]

    assert _why(payday.guess(_held(rows, "revolut,n26"))) == ["no_rhythm"]


def test_what_a_person_sends_every_month_is_no_pay() -> None:
    """A flatmate's share comes in as regularly as wages."""
    assert _why(payday.guess(_held([_person(day, "Flatmate", "450.00") for day in _months(2024, 3, 8)]))) == [
        "no_rhythm"
    ]


def test_the_same_sum_each_month_from_what_may_be_a_person_is_support_or_pay() -> None:
    """The bank says no more than a name: neither is told as sure, and no income is worked out of it."""
    rows = [
        _row(day, "Jo Example", "70.00", flow="in", kind="transfer", party_is="unknown") for day in _months(2024, 1, 8)
    ]

    assert [one.what for one in payday.guess(_held(rows)) if isinstance(one, Guess)] == ["support"]


def test_three_sums_that_differ_are_visits_and_no_subscription() -> None:
    """A cinema, once a month for three months, at three prices; at one price it would be a series."""
    differ = [
        _row(day, "Filmhaus", sum_) for day, sum_ in zip(_months(2024, 26, 3), ("48.00", "48.90", "51.00"), strict=True)
    ]
    alike = [{**row, "amount": Decimal("48.00")} for row in differ]

    assert not [one for one in subscriptions.guess(_held(differ)) if isinstance(one, Guess)]
    assert [one for one in subscriptions.guess(_held(alike)) if isinstance(one, Guess)]


def test_interest_beside_real_spending_is_not_told_as_pay() -> None:
    """What comes in is a trifle beside what is spent: pay goes elsewhere."""
    rows = [_row(day, "Some Bank bonus", "1.50", flow="in") for day in _months(2024, 3, 8)]

    assert _why(payday.guess(_held([*rows, *HOME]))) == ["small"]


def test_rent_is_found_by_its_words_and_other_candidates_are_runners_up() -> None:
    """A name with a word for a landlord is better evidence than a larger sum to a person."""
    lent = [_person(day, "Somebody", "1000.00", flow="out") for day in _months(2024, 1, 8)]
    (found,) = _guesses(rent.guess(_held([*HOME, *lent])), "named")

    assert found.values["sum"] == Sum(Decimal("900.00"), "EUR")
    assert len(found.others) == 1


def test_a_loan_is_no_rent() -> None:
    """A word for a loan rules a monthly sum out."""
    rows = [_row(day, "Hypothek Immobilien Bank", "900.00", kind="transfer") for day in _months(2024, 2, 8)]

    assert _why(rent.guess(_held(rows))) == ["none"]


def test_half_of_the_rent_coming_in_is_arithmetic() -> None:
    """Three halves from one person near the day are said, as a fit and no proof."""
    halves = [_person(day, "Flatmate", "450.00") for day in _months(2024, 3, 8)]
    (found,) = _guesses(rent.guess(_held([*HOME, *halves])), "shared")

    assert (found.values["part"], found.values["count"], found.values["people"]) == (Term("half"), 8, 1)


def test_a_price_that_rose_stays_one_subscription() -> None:
    """Four months at the old price and two at the new are one series, with the price before."""
    rows = [
        _row(day, "Netflix", "12.99" if at < 6 else "14.99", presence="remote")
        for at, day in enumerate(_months(2024, 5, 8))
    ]
    told = list(subscriptions.guess(_held(rows)))
    (price,), (found,) = _guesses(told, "price"), _guesses(told, "standing")

    assert (price.values["before"], price.values["sum"]) == (Sum(Decimal("12.99"), "EUR"), Sum(Decimal("14.99"), "EUR"))
    assert found.values["count"] == 8


def test_a_subscription_is_found_among_other_orders_at_the_same_company() -> None:
    """The exact sum keeps the rhythm; the orders do not."""
    draw = random.Random(3)
    orders = [
        _row(f"2024-{draw.randint(1, 8):02d}-{draw.randint(1, 28):02d}", "Amazon.de", f"{draw.uniform(5, 90):.2f}")
        for _ in range(40)
    ]
    prime = [_row(day, "Amazon.de", "8.99", presence="remote") for day in _months(2024, 17, 8)]
    (found,) = _guesses(subscriptions.guess(_held([*orders, *prime])), "standing")

    assert (found.values["sum"], found.values["count"]) == (Sum(Decimal("8.99"), "EUR"), 8)


def test_a_price_that_rose_among_other_orders_is_followed() -> None:
    """Two months at the new price are too few for a series, and belong to the one before."""
    draw = random.Random(4)
    orders = [
        _row(f"2024-{draw.randint(1, 8):02d}-{draw.randint(1, 28):02d}", "Amazon.de", f"{draw.uniform(20, 90):.2f}")
        for _ in range(40)
    ]
    prime = [_row(day, "Amazon.de", "8.99" if at < 6 else "9.99") for at, day in enumerate(_months(2024, 17, 8))]
    told = list(subscriptions.guess(_held([*orders, *prime])))
    (price,), (found,) = _guesses(told, "price"), _guesses(told, "standing")

    assert (price.values["before"], found.values["count"]) == (Sum(Decimal("8.99"), "EUR"), 8)


def test_about_every_two_weeks_on_any_weekday_is_no_rhythm() -> None:
    """Eight lunches at one price, thirteen to fifteen days apart: a canteen, not a contract."""
    days = ["04-08", "04-22", "05-04", "05-19", "06-01", "06-15", "06-30", "07-15"]

    assert recurring(_held([_row(f"2026-{day}", "School canteen", "12.50") for day in days])) == ()


def test_one_missing_payment_ends_nothing() -> None:
    """Eleven of twelve months are one series."""
    rows = [_row(day, "Netflix", "12.99") for at, day in enumerate(_months(2024, 5, 12)) if at != 6]

    assert [len(one.deeds) for one in recurring(_held(rows))] == [11]


def test_what_stopped_is_said_to_have_stopped() -> None:
    """The rest of the records goes on without it."""
    later = [_row(day, "Corner Shop", f"{at}.10") for at, day in enumerate(_months(2024, 20, 12), 1)]
    (found,) = _guesses(subscriptions.guess(_held([*FILM[:4], *later])), "standing")

    assert found.values["state"] == Term("ended")


def test_a_bill_that_varies_by_a_tenth_recurs() -> None:
    """A power bill is no price, and is told as about so much."""
    sums = (70.1, 64.2, 71.9, 66.0, 68.8, 73.3, 65.5, 69.0)
    rows = [_row(day, "Stadtwerke Strom", f"{one:.2f}") for day, one in zip(_months(2024, 9, 8), sums, strict=True)]

    (found,) = _guesses(subscriptions.guess(_held(rows)), "standing")

    assert found.values["about"] == Term("about")


def test_the_same_coffee_every_week_is_a_habit() -> None:
    """What is paid at a counter is no subscription, however regular."""
    first = datetime(2024, 1, 2, tzinfo=UTC)
    rows = [
        _row(f"{first + timedelta(weeks=at):%Y-%m-%d}", "Cafe Milano", "3.50", presence="in_person") for at in range(20)
    ]

    assert _why(subscriptions.guess(_held(rows))) == ["none"]


def test_random_days_at_one_price_do_not_recur() -> None:
    """Five hundred purchases of four prices at eight shops: no series."""
    draw = random.Random(5)
    rows = [
        _row(f"{datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=draw.randint(0, 700)):%Y-%m-%d}", f"Shop {draw.choice('ABCDEFGH')}", draw.choice(["2.50", "3.20", "4.50", "7.90"]))
        for _ in range(500)
    ]  # fmt: skip

    assert recurring(_held(rows)) == ()


def test_a_wallets_row_and_the_banks_count_once() -> None:
    """Two records of one deed are one sum, and both are evidence."""
    wallet = _row("2024-05-01", "Example Noodles", "20.00", 12, collector="paypal", file="p.csv")
    bank = _row("2024-05-01", "PayPal", "20.00", 0, collector="revolut", precision_s=86400)
    had = money(_held([wallet, bank], "paypal,revolut"))

    assert len(had) == 1
    assert len(had.evidence(np.array([0]))) == 2


def test_what_was_given_back_was_not_bought() -> None:
    """A purchase and its refund of the same sum leave nothing."""
    rows = [
        _row("2024-05-01", "Example Shoes", "80.00"),
        _row("2024-05-09", "Example Shoes", "80.00", kind="refund", flow="in"),
    ]

    assert len(money(_held(rows))) == 0


DINNER = _row("2024-05-03", "Noodle House", "90.00", 19, presence="in_person")


def test_two_who_each_paid_back_a_third_were_probably_there() -> None:
    """90 at a restaurant and twice 30 within a day is a shared bill of three."""
    back = [_person("2024-05-03", "Anna", "30.00", 21), _person("2024-05-04", "Ben", "30.10", 9)]
    (found,) = _guesses(split_bills.guess(_held([DINNER, *back])), "split")

    assert len(found.evidence) == 3
    assert found.values["who"] == (Term("person_1"), Term("person_2"))


@pytest.mark.parametrize(
    "back",
    [
        [_person("2024-05-03", "Anna", "30.00", 21)],
        [_person("2024-05-03", "Anna", "30.00", 21), _person("2024-05-04", "Anna", "30.00", 9)],
        [_person("2024-05-03", "Anna", "30.00", 21), _person("2024-05-05", "Ben", "30.00", 9)],
        [_person("2024-05-03", "Anna", "30.00", 18), _person("2024-05-03", "Ben", "30.00", 18)],
        [_person("2024-05-03", "Anna", "33.00", 21), _person("2024-05-03", "Ben", "33.00", 21)],
    ],
    ids=["one of three", "one person twice", "a day late", "before the meal", "another sum"],
)
def test_parts_that_do_not_add_up_are_no_shared_bill(back: list[Row]) -> None:
    """All but the payer, each once, within a day after, in equal parts: or nothing is said."""
    assert _why(split_bills.guess(_held([DINNER, *back]))) == ["none"]


def test_a_transfer_pays_back_one_bill() -> None:
    """Two dinners of the same sum and one half: one of them was shared."""
    other = _row("2024-05-03", "Taco Stand", "90.00", 13, presence="in_person")
    found = split_bills.splits(_held([DINNER, other, _person("2024-05-03", "Anna", "45.00", 21)]))

    assert found is not None
    assert len(found) == 1


def test_where_a_file_has_days_alone_the_next_day_is_near() -> None:
    """A card's statement says no hour: that day and the next count, and the words say so."""
    dinner = {**DINNER, "start": datetime(2024, 5, 3, tzinfo=UTC), "precision_s": 86400, "presence": "unknown"}
    near, far = _person("2024-05-04", "Anna", "45.00", 20), _person("2024-05-05", "Anna", "45.00", 9)

    (found,) = _guesses(split_bills.guess(_held([dinner, near])), "split")

    assert found.values["within"] == Term("days")
    assert _why(split_bills.guess(_held([dinner, far]))) == ["none"]


@pytest.mark.parametrize(
    ("name", "person"),
    [("Anna B. Example", True), ("Example Works Ltd", False), ("TESCO 2041", False), ("Anna", True)],
)
def test_a_transfer_to_what_looks_like_a_name_is_to_a_person(name: str, person: bool) -> None:  # noqa: FBT001 - a case
    """Many banks do not say whether the other side is a person; what is paid, and a word that a shop is known by, is not one."""
    transfer = _row("2024-05-03", name, "45.00", party_is="unknown", kind="transfer")
    paid = _row("2024-05-04", name, "45.00", party_is="unknown")

    assert money(_held([transfer, paid])).person.tolist() == [person, False]


def test_fares_charged_by_the_day_are_not_counted_twice() -> None:
    """Three rides of a transport company's own log, and the day's charge at the bank, are one sum."""
    rides = [
        _row("2024-05-03", "Underground", "2.80", hour, kind="ride", collector="transport_for_london", file="t.csv")
        for hour in (8, 12, 18)
    ]
    charge = _row("2024-05-04", "TfL Travel Charge", "8.10", 3, currency="GBP")

    assert (
        len(money(_held([*[{**ride, "currency": "GBP"} for ride in rides], charge], "transport_for_london,revolut")))
        == 1
    )


def test_a_day_alone_stays_that_day() -> None:
    """A file of days is kept as midnights in UTC; west of Greenwich that is the evening before on the wall."""
    row = {**_row("2024-05-09", "Netflix", "12.99", 0), "precision_s": 86400, "zone": "America/Los_Angeles"}

    assert money(_held([row])).day.tolist() == [int(np.datetime64("2024-05-09").astype(np.int64))]


def test_lately_in_touch_comes_before_often_in_touch() -> None:
    """Five transfers a year ago weigh less than three this month."""
    old = [_person(f"2023-05-{day:02d}", "Old Friend", "10.00") for day in range(1, 6)]
    new = [_person(f"2024-05-{day:02d}", "New Friend", "10.00") for day in range(1, 4)]
    found = _guesses(contacts.guess(_held([*old, *new])), "contact")

    assert [one.values["count"] for one in found] == [3, 5]


def test_no_guess_about_people_says_a_name() -> None:
    """People are numbers, in both languages, on every card that speaks of them."""
    rows = [DINNER, _person("2024-05-03", "Anna Beispiel", "45.00", 21), *[_person(f"2024-05-{day:02d}", "Anna Beispiel", "10.00") for day in range(8, 12)]]  # fmt: skip
    trail = _trail(rows)
    told = [
        one.text
        for rule in guesses.rules()
        if rule.id in {"contacts", "split_bills"}
        for lang in ("en", "zh-Hans")
        for one in read(trail, rule, trail.observer("revolut"), "own", lang).told
    ]

    assert len(told) == 4
    assert not any("Anna" in text for text in told)


PILLS = [_row(f"2024-{month:02d}-11", "Stern Apotheke", f"{month}.35") for month in range(1, 7)]


def test_a_delicate_count_stands_beside_what_it_does_not_prove() -> None:
    """What was seen, what it would be called and what it does not prove are one text."""
    trail = _trail(PILLS)
    rule = next(one for one in guesses.rules() if one.id == "sensitive")
    (told,) = read(trail, rule, trail.observer("revolut"), "own", "en").told

    assert rule.gate
    assert "6 payments at pharmacies" in told.text
    assert "Drugstores and Pharmacies" in told.text
    assert "It does not prove" in told.text


@pytest.mark.parametrize(
    "party",
    ["CASINO SUPERMARCHE LYON", "Church's Chicken", "Church Street Books", "静安寺地铁站", "Western Union", "Barclays", "Dr. Martens Store", "Avocado Bar", "Unionville Grill", "AUTO ECOLE CASINO", "St Johns Parish Council", "Banfield Pet Hospital"],
)  # fmt: skip
def test_a_name_that_only_looks_delicate_is_not(party: str) -> None:
    """Streets, brands and supermarkets bear such words."""
    assert _why(sensitive.guess(_held([_row("2024-05-01", party, "12.00")]))) == ["none", "no_map"]


def test_a_merchant_category_code_is_read_where_a_row_has_one() -> None:
    """8661 is a religious organisation, whatever its name."""
    (found,) = _guesses(sensitive.guess(_held([_row("2024-05-01", "SumUp 1234", "5.00", category="8661")])), "once")

    assert found.values["kind"] == Term("religion")


def test_a_person_named_like_a_clinic_is_a_person() -> None:
    """People are of no kind."""
    row = _row("2024-05-01", "Apotheke Maria", "5.00", party_is="person", kind="transfer")

    assert _why(sensitive.guess(_held([row]))) == ["none", "no_map"]


@pytest.mark.parametrize(("weeks", "said"), [(range(8), 1), ((0, 1, 2, 4, 5, 7), 1), ((0, 1, 3, 5, 7), 0)])
def test_attending_is_said_from_six_weeks_of_eight(weeks: Iterable[int], said: int) -> None:
    """Six Sundays of eight in one slot, with a posterior; five are a count."""
    first = datetime(2024, 1, 7, tzinfo=UTC)
    rows = [_row(f"{first + timedelta(weeks=at):%Y-%m-%d}", "Kirchengemeinde St. Martin", "5.00", 10) for at in weeks]

    assert len(_guesses(sensitive.guess(_held(rows)), "weekly")) == said


def test_a_segment_needs_a_habit() -> None:
    """Three days at a vet's in ninety are a habit a broker has a name for; two are not."""
    rows = [_row(f"2024-05-{day:02d}", "Tierklinik Nord", "40.00") for day in (1, 9, 20)]

    assert [one.key for one in segments.guess(_held(rows)) if isinstance(one, Guess)] == ["pets"]
    assert _why(segments.guess(_held(rows[:2]))) == ["none"]


def _spending(first_week: int) -> list[Row]:
    draw = random.Random(9)
    rows = [_row(day, "Example Works GmbH", "3000.00", flow="in", kind="transfer") for day in _months(2024, 1, 12)]
    for month, day in product(range(1, 13), range(1, 29)):
        at, times = f"2024-{month:02d}-{day:02d}", first_week if day <= 7 else 2
        rows += [_row(at, "City Market", f"{draw.uniform(8, 12):.2f}", draw.uniform(8, 20)) for _ in range(times)]
    return rows


def test_more_spent_after_pay_is_said_only_where_it_is_more_than_chance() -> None:
    """Three a day after pay against two before: a ratio with its interval; two against two: nothing."""
    (found,) = _guesses(rhythm.guess(_held(_spending(3))), "after_pay")
    low, ratio = found.values["low"], found.values["ratio"]

    assert isinstance(low, float)
    assert isinstance(ratio, float)
    assert 1 < low < ratio < 1.7
    assert not _guesses(rhythm.guess(_held(_spending(2))), "after_pay")


WORLD = [*PAY, *FILM, *HOME, *PILLS, DINNER, _person("2024-05-03", "Anna", "45.00", 21), *[_person(day, "Flatmate", "450.00") for day in _months(2024, 3, 8)]]  # fmt: skip


def _told(rows: list[Row]) -> list[tuple[object, ...]]:
    """Everything the rules say of some rows, by event, not by position."""
    trail = _trail(rows)
    return [
        (rule.id, one.text, one.events, one.others)
        for rule in guesses.rules()
        for one in read(trail, rule, trail.observer("revolut"), "own", "en").told
    ]


@given(st.integers(0, 10**9))
@settings(max_examples=6, deadline=None)
def test_the_order_of_the_rows_changes_nothing(seed: int) -> None:
    """The same rows in another order are told in the same words, resting on the same events."""
    mixed = list(WORLD)
    random.Random(seed).shuffle(mixed)

    assert _told(mixed) == _told(list(WORLD))


def test_a_file_loaded_twice_changes_nothing() -> None:
    """A copy of an export adds no pay, no rent and no film."""
    rows = "\n".join(f"revolut,payment,{one['start']:%Y-%m-%d %H:%M},UTC,{one['party']},{one['amount']},EUR,{one['flow']}" for one in [*PAY, *FILM, *HOME])  # fmt: skip
    data = f"company,kind,start,zone,party,amount,currency,flow\n{rows}\n".encode()
    once, twice = (follow([from_bytes(f"{n}.csv", data) for n in range(count)]) for count in (1, 2))
    texts = [
        [one.text for rule in guesses.rules() for one in read(trail, rule, trail.observer("revolut"), "own", "en").told]
        for trail in (once, twice)
    ]

    assert texts[0] == texts[1]
    assert any("Netflix" in text for text in texts[0])


def test_coarser_times_and_sums_keep_what_they_cannot_hide() -> None:
    """In the blur lab the day and two figures still give pay, rent, film and a shared dinner away."""
    seen = _held(WORLD)
    lab = Lab(
        seen, tuple(rule for rule in guesses.rules() if rule.id in {"payday", "rent", "subscriptions", "split_bills"})
    )
    fates = lab.fates(Blur(time=3, amount=1))

    assert {rule for (rule, _, _), fate in fates.items() if fate != Fate.GONE} == {
        "payday",
        "rent",
        "subscriptions",
        "split_bills",
    }


HOSTILE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40) | st.sampled_from(
    ["{party}", "{0.__class__}", "<script>alert(1)</script>", "(" * 60, "\\", "a|b*[", "%s%n", "\u202eevil", "=cmd()", "\x00", "0" * 40]
)  # fmt: skip


@given(st.lists(HOSTILE, min_size=1, max_size=6), st.sampled_from(["person", "company"]))
@settings(max_examples=6, deadline=None)
def test_no_text_of_a_file_breaks_a_rule(names: list[str], side: str) -> None:
    """Braces, patterns, markup and control characters in names and notes are names and notes."""
    rows = [_row(day, name, "9.99", party_is=side, detail=name[::-1], category=name) for name in names for day in _months(2024, 5, 4)]  # fmt: skip
    trail = _trail(rows)
    said = [
        read(trail, rule, trail.observer("revolut"), "own", lang)
        for rule in guesses.rules()
        if rule.id in {one.__name__.rsplit(".", 1)[-1] for one in RULES}
        for lang in ("en", "zh-Hans")
    ]

    assert all(one.told or one.silences for one in said)


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.__name__.rsplit(".", 1)[-1])
def test_without_sums_every_rule_abstains(rule: Any) -> None:
    """A ride log without fares has nothing these rules may guess from."""
    row = _row("2024-05-01", "Uber", "1.00", kind="ride")
    del row["amount"]

    assert {isinstance(one, Abstained) for one in rule.guess(_held([row]))} == {True}
