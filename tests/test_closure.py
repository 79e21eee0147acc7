"""Walking for all deeds at once finds what walking for each alone finds."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_knowledge_laws import ALL, NAMES, events_of, known_of, relations, worlds
from trailviz.events import FACET_BIT, FACETS, Events
from trailviz.knowledge import SCENARIOS, Grade, Known
from trailviz.paths import Web, arcs
from trailviz.registry import Company, Observer, Registry, Relation
from trailviz.registry.shelf import load


def _walked(known: Known, number: int, facet: str, who: Observer, scenario: str, *, alleged: bool) -> Grade:
    """Grade one facet of one class by listing every path there is, as docs/how-it-knows.md says it."""
    deed, bit = known.deeds[number], FACET_BIT[facet]
    held, may = bool(int(known.holds[number]) & bit), bool(int(known.may[number]) & bit)
    level = SCENARIOS.index(scenario)
    web = Web.of(arcs(known.registry), deed, level, alleged=True)
    best = Grade.KNOWS if held and deed.collector in who.members else Grade.DOES_NOT_KNOW
    may = may and level >= SCENARIOS.index("permitted")
    if may and deed.collector in who.members:
        best = max(best, Grade.MIGHT_KNOW)
    paths: list[tuple[str, list[object]]] = [(deed.collector, [])]
    while paths:
        company, path = paths.pop()
        for arc, mask in web.links.get(company, ()):
            longer = [*path, arc]
            counted = sum(one.counted for one in longer)  # type: ignore[attr-defined]
            guessed = sum(one.undocumented for one in longer)  # type: ignore[attr-defined]
            said = any(one.alleged for one in longer)  # type: ignore[attr-defined]
            if not mask & bit or counted > 2 or guessed > 1 or len(longer) > 4 + arc.duty:
                continue
            sure = not guessed and counted <= 1
            if arc.to in who.members:
                if arc.duty:
                    grade = Grade.COULD_BE_ASKED if held and sure and not said else Grade.DOES_NOT_KNOW
                elif said:
                    grade = Grade.ALLEGED if alleged and (held or int(known.may[number]) & bit) else Grade.DOES_NOT_KNOW
                elif held and sure:
                    grade = Grade.KNOWS_BECAUSE
                else:
                    grade = Grade.MIGHT_KNOW if (held and level >= 1) or may else Grade.DOES_NOT_KNOW
                best = max(best, grade)
            if not arc.duty:
                paths.append((arc.to, longer))
    return best


@settings(max_examples=15, deadline=None)
@given(worlds(), st.booleans())
def test_the_walk_for_all_is_the_walk_for_each(world: tuple[Registry, Events], alleged: bool) -> None:  # noqa: FBT001
    """Every grade of every class is the best of all paths, listed one by one."""
    registry, events = world
    known = known_of(registry, events)
    for who in ALL:
        for scenario in SCENARIOS:
            grades = known.grades(who, scenario, alleged=alleged)
            for number in range(len(known.holds)):
                for facet in ("time", "place", "items", "identity"):
                    walked = _walked(known, number, facet, who, scenario, alleged=alleged)

                    assert Grade(int(grades[number, FACETS.index(facet)])) == walked


def test_the_walk_through_the_real_registry_is_the_walk_for_each() -> None:
    """On payments and rides of a dozen real companies, in every scenario and for everybody a path reaches."""
    registry = load()
    wrote = ("alipay", "didi", "ofo", "google", "paypal")
    rows = [(who, kind, "hema", None) for who in wrote for kind in ("payment", "ride", "fix")]
    known = known_of(registry, events_of(rows))
    among = [Observer(one, frozenset([one]), "company") for one in sorted(known.reached("ownership"))[::12]]
    for who in [*among, registry.observer("state")]:
        for scenario in ("documented", "state"):
            grades = known.grades(who, scenario)
            for number in range(len(known.holds)):
                for facet in ("place", "amount"):
                    found = Grade(int(grades[number, FACETS.index(facet)]))

                    assert found == _walked(known, number, facet, who, scenario, alleged=False)


@settings(max_examples=12, deadline=None)
@given(worlds(), st.integers(0, 6))
def test_without_a_relation_is_the_registry_without_it(world: tuple[Registry, Events], which: int) -> None:
    """Taking a relation from what is known gives the same grades as never having had it."""
    registry, events = world
    known = known_of(registry, events)
    gone = f"R{which:03d}"
    never = known_of(registry.without((), [gone]), events)

    assert all(
        (known.without([gone]).of_events(one, scenario) == never.of_events(one, scenario)).all()
        for one in ALL
        for scenario in SCENARIOS
    )


@settings(max_examples=12, deadline=None)
@given(relations(1), st.dates(date(2019, 1, 1), date(2021, 1, 1)))
def test_dates_are_half_open(one: Relation, day: date) -> None:
    """A relation carries from its first day on and not on the day it ends, judged on any day."""
    companies = {name: Company(name, {"en": name}) for name in (*NAMES, "state_office")}
    registry = Registry(companies, (one,))
    events = events_of([(who, kind, side, None) for who in NAMES for kind in ("payment", "ride") for side in NAMES])
    there = known_of(registry, events, on=day)
    graded = np.array([there.of_events(who, "state", alleged=True) for who in ALL])
    alone = np.array([known_of(Registry(companies, ()), events).of_events(who, "state") for who in ALL])
    if not (one.since <= day and (one.until is None or day < one.until)):
        assert (graded == alone).all()
    else:
        always = Registry(companies, (type(one)(**{**_fields(one), "since": date(1990, 1, 1), "until": None}),))

        assert (graded == [known_of(always, events).of_events(who, "state", alleged=True) for who in ALL]).all()


def _fields(one: Relation) -> dict[str, object]:
    return {name: getattr(one, name) for name in type(one).__slots__}
