"""The laws of knowing, held against random companies, relations and deeds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import acts, knowledge, parties
from trailviz.events import FACETS, Events, gather
from trailviz.knowledge import SCENARIOS, Grade, Known
from trailviz.places import Gazetteer, locate
from trailviz.registry import Company, Observer, Registry, Relation

NAMES = ("aa", "bb", "cc", "dd")
KINDS = ("payment", "ride", "order", "fix")
FLOWS = ("payment_metadata", "trip_start_end", "route", "purchase_items", "device_location", "identity", "none_known")
EVIDENCE = ("documented_flow", "permitted_by_policy", "only_ownership", "alleged")
RELATIONS = (
    "owns",
    "controls",
    "strategic_investor",
    "minority_investor",
    "data_sharing_partner",
    "payment_processor_for",
    "mini_program_host",
    "legal_obligation_to_state",
)
DAY = datetime(2020, 6, 1, 12, tzinfo=UTC)


@st.composite
def relations(draw: st.DrawFn, number: int) -> Relation:
    """One direction of a relation between two of four companies, or to the state."""
    subject, other = draw(st.sampled_from(NAMES)), draw(st.sampled_from((*NAMES, "state_office")))
    turned = draw(st.booleans())
    kind = draw(st.sampled_from(RELATIONS))
    duty = kind == "legal_obligation_to_state"
    return Relation(
        id=f"R{number:03d}", subject=subject, relation=kind, object=other,
        from_id=other if turned and not duty else subject, to_id=subject if turned and not duty else other,
        direction="os" if turned else "so", use="duty" if duty else "edge",
        since=draw(st.sampled_from((date(2019, 1, 1), date(2020, 6, 1), date(2020, 6, 2)))), since_kind="start", since_precision="day",
        until=draw(st.sampled_from((None, date(2020, 6, 1), date(2020, 6, 2)))), until_precision="day", as_of=None, stake="",
        flows=tuple(draw(st.sets(st.sampled_from(FLOWS), min_size=1, max_size=3))), evidence=draw(st.sampled_from(EVIDENCE)),
        confidence="high", sources=("a source",),
    )  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Registry, Events]:
    """A registry of a few relations, and a few deeds."""
    count = draw(st.integers(0, 7))
    listed = tuple(draw(relations(number)) for number in range(count))
    companies = {name: Company(name, {"en": name}) for name in NAMES} | {
        "state_office": Company("state_office", {"en": "office"}, "state")
    }
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(NAMES),
                st.sampled_from(KINDS),
                st.sampled_from((None, *NAMES)),
                st.sampled_from((None, *NAMES)),
            ),
            min_size=1,
            max_size=4,
        )
    )
    return Registry(companies, listed), events_of(rows)


def events_of(rows: list[tuple[str, str, str | None, str | None]]) -> Events:
    """Make events of collectors, kinds, other sides and channels, all on one day."""
    count = len(rows)
    return gather(
        [
            pa.table(
                {
                    "event_id": pa.array(range(1, count + 1), pa.uint64()),
                    "row": pa.array(range(1, count + 1), pa.int32()),
                    "file": pa.array([f"{collector}.csv" for collector, *_ in rows]),
                    "collector": pa.array([collector for collector, *_ in rows]),
                    "kind": pa.array([kind for _, kind, _, _ in rows]),
                    "start": pa.array([DAY] * count, pa.timestamp("us", "UTC")),
                    "end": pa.array(
                        [DAY if kind == "ride" else None for _, kind, _, _ in rows], pa.timestamp("us", "UTC")
                    ),
                    "party": pa.array([party for _, _, party, _ in rows], pa.string()),
                    "channel_text": pa.array([channel for *_, channel in rows], pa.string()),
                    "amount": pa.array([number + 1 for number in range(count)]).cast(pa.decimal128(28, 8)),
                    "currency": pa.array(["CNY"] * count),
                    "lat": pa.array([31.0] * count),
                    "lon": pa.array([121.0] * count),
                    "end_lat": pa.array([31.1 if kind == "ride" else None for _, kind, _, _ in rows], pa.float64()),
                    "end_lon": pa.array([121.1 if kind == "ride" else None for _, kind, _, _ in rows], pa.float64()),
                }
            )
        ]
    )


def known_of(registry: Registry, events: Events, on: date | None = None) -> Known:
    """Think about some events."""
    named = parties.resolve(events, registry)
    linked = acts.link(events, named)
    return knowledge.derive(events, linked, locate(events, Gazetteer()), named, registry, on=on)


def _observer(*members: str) -> Observer:
    return Observer("+".join(members), frozenset(members), "group")


ALL = [_observer(name) for name in (*NAMES, "state_office")]


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_a_wider_scenario_never_lowers_a_grade(world: tuple[Registry, Events]) -> None:
    """Counting more kinds of relations only adds to what anybody knows."""
    known = known_of(*world)
    steps = [[known.of_events(one, scenario) for scenario in SCENARIOS] for one in ALL]

    assert all((later >= earlier).all() for found in steps for earlier, later in pairwise(found))


@settings(max_examples=60, deadline=None)
@given(worlds(), relations(99))
def test_another_relation_never_lowers_a_grade(world: tuple[Registry, Events], more: Relation) -> None:
    """Adding a relation only adds to what anybody knows."""
    registry, events = world
    before, after = (
        known_of(one, events) for one in (registry, Registry(registry.companies, (*registry.relations, more)))
    )

    assert all(
        (after.of_events(one, scenario) >= before.of_events(one, scenario)).all()
        for one in ALL
        for scenario in SCENARIOS
    )


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_an_observer_with_more_members_knows_no_less(world: tuple[Registry, Events]) -> None:
    """A group's grade is at least that of each of its members."""
    known = known_of(*world)
    pair = _observer("aa", "bb")

    assert all(
        (known.of_events(pair, scenario) >= known.of_events(_observer(one), scenario)).all()
        for one in pair.members
        for scenario in SCENARIOS
    )


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_a_fact_alleged_is_never_known(world: tuple[Registry, Events]) -> None:
    """Counting what is alleged turns nothing into knowing: it only fills what was not known at all."""
    known = known_of(*world)
    for one in ALL:
        for scenario in SCENARIOS:
            plain, said = known.of_events(one, scenario), known.of_events(one, scenario, alleged=True)

            assert ((said == plain) | ((plain == Grade.DOES_NOT_KNOW) & (said == Grade.ALLEGED))).all()


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_every_grade_short_of_ones_own_row_has_its_path(world: tuple[Registry, Events]) -> None:
    """Whoever knows through another company is given the relations, every one in force that day, the last reaching them."""
    known = known_of(*world)
    for one in ALL:
        for scenario in SCENARIOS[1:]:
            grades = known.grades(one, scenario)
            for number, facet in zip(*np.nonzero((grades > 0) & (grades < Grade.KNOWS)), strict=True):
                path = known.because(int(number), FACETS[facet], one, scenario)
                own_might = known.deeds[int(number)].collector in one.members

                assert path or own_might
                assert all(relation.in_force(DAY.date()) for relation in path)


@settings(max_examples=40, deadline=None)
@given(worlds(), st.randoms())
def test_the_order_of_rows_changes_nothing(world: tuple[Registry, Events], chance: object) -> None:
    """The same rows in another order give every event the same grades."""
    registry, events = world
    order = np.array(sorted(range(len(events)), key=lambda at: hash((at, id(chance) % 7))))
    turned = events.take(order)
    before, after = known_of(registry, events), known_of(registry, turned)

    assert all((after.of_events(one, "state") == before.of_events(one, "state")[order]).all() for one in ALL)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_removing_a_row_takes_only_what_rested_on_it(world: tuple[Registry, Events]) -> None:
    """Grades of rows no act joins to the removed one stay as they were."""
    registry, events = world
    named = parties.resolve(events, registry)
    linked = acts.link(events, named).act
    alone = np.flatnonzero(linked != linked[0])
    if len(alone):
        fewer = events.take(np.arange(1, len(events)))
        before, after = known_of(registry, events), known_of(registry, fewer)

        assert all(
            (after.of_events(one, "state")[alone - 1] == before.of_events(one, "state")[alone]).all() for one in ALL
        )


def test_own_records_need_no_relation() -> None:
    """With no relation at all, whoever wrote the row knows what it holds, and nobody else anything."""
    companies = {name: Company(name, {"en": name}) for name in NAMES}
    known = known_of(Registry(companies, ()), events_of([("aa", "payment", "bb", None)]))
    held = known.of_events(_observer("aa"), "own")[0]

    assert [FACETS[facet] for facet in np.flatnonzero(held == Grade.KNOWS)] == ["time", "place", "amount", "merchant"]
    assert not known.of_events(_observer("bb", "cc", "dd"), "state").any()


def test_three_steps_are_too_many() -> None:
    """A tells B, B tells C, C tells D, all documented: B knows because, C might, and D nothing, in every scenario."""
    told = pairwise(NAMES)
    chain = tuple(
        Relation(
            id=f"R{number:03d}", subject=first, relation="data_sharing_partner", object=second, from_id=first, to_id=second,
            direction="so", use="edge", since=date(2019, 1, 1), since_kind="start", since_precision="day", until=None,
            until_precision="", as_of=None, stake="", flows=("payment_metadata",), evidence="documented_flow",
            confidence="high", sources=("a source",),
        )
        for number, (first, second) in enumerate(told)
    )  # fmt: skip
    companies = {name: Company(name, {"en": name}) for name in NAMES}
    known = known_of(Registry(companies, chain), events_of([("aa", "payment", None, None)]))
    time = FACETS.index("time")

    assert [known.grades(_observer(name), "state")[0][time] for name in NAMES] == [
        Grade.KNOWS, Grade.KNOWS_BECAUSE, Grade.MIGHT_KNOW, Grade.DOES_NOT_KNOW,
    ]  # fmt: skip
