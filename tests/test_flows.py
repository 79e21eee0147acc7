"""Who is told what, for everybody at once: the same answers as for one company at a time, and every row counted once."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_knowledge_laws import ALL, DAY, known_of, worlds
from trailviz import flows
from trailviz.events import FACET_BIT, FACETS, Events, gather
from trailviz.flows import Flows, Way
from trailviz.knowledge import SCENARIOS, Grade, Known
from trailviz.registry import Observer, Registry
from trailviz.trail import Trail, follow

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"


def _ways(found: Flows, number: int, scenario: str, company: str) -> dict[str, Way]:
    """Lay out by facet what comes to one company of one class."""
    return {
        name: way
        for way in found.of(number, scenario)
        for name in FACETS
        if way.to == company and way.facets & FACET_BIT[name]
    }


def _strays(known: Known, found: Flows, company: Observer, scenario: str) -> list[str]:
    """List where the flows differ from what one company is graded, or from what its grade rests on."""
    (name,) = company.members
    grades = known.grades(company, scenario, alleged=True)
    wrong = []
    for number, deed in enumerate(known.deeds):
        if deed.collector == name:
            continue
        ways = _ways(found, number, scenario, name)
        for facet, grade in zip(FACETS, grades[number], strict=True):
            way = ways.get(facet)
            if (way.grade if way else 0) != grade:
                wrong.append(f"{scenario} {name} {number} {facet}: {way} is not {Grade(grade).word}")
            elif way:
                path = tuple(step.relation for step in found.chains[way.chain])
                if path != known.because(number, facet, company, scenario, alleged=True):
                    wrong.append(f"{scenario} {name} {number} {facet}: another path")
    return wrong


@st.composite
def years(draw: st.DrawFn) -> tuple[Registry, Events]:
    """A registry of a few relations that begin and end, and the same few deeds on several days."""
    registry, events = draw(worlds())
    table = events.table()
    days = draw(st.lists(st.sampled_from((-600, -365, -1, 0, 1, 2)), min_size=1, max_size=3, unique=True))
    parts = [
        table.set_column(
            table.column_names.index("start"),
            "start",
            pa.array([DAY + timedelta(days=day)] * table.num_rows, pa.timestamp("us", "UTC")),
        ).set_column(
            table.column_names.index("event_id"),
            "event_id",
            pa.array(range(1 + 10 * number, 1 + 10 * number + table.num_rows), pa.uint64()),
        )
        for number, day in enumerate(days)
    ]
    return registry, gather(parts)


@settings(max_examples=30, deadline=None)
@given(years())
def test_flows_say_what_grades_and_because_say(world: tuple[Registry, Events]) -> None:
    """For every class, facet, company and scenario: the grade is Known.grades', the chain is Known.because's."""
    known = known_of(*world)
    found = flows.derive(known)

    assert [one for who in ALL for scenario in SCENARIOS for one in _strays(known, found, who, scenario)] == []


@pytest.mark.parametrize("which", [(), ("uber_rider", "revolut", "google_timeline"), ("alipay_app", "ride_itinerary")])
def test_real_files_flow_as_they_are_graded(afternoon: Trail, which: tuple[str, ...]) -> None:
    """With the real registry, classes of companies and all, nobody is told more or less than the sentences say."""
    trail = follow([FORMATS / one for one in which]) if which else afternoon
    watching = [one for one in trail.observers if one.kind == "company"]
    watching += [Observer(one, frozenset([one]), "company") for one in sorted(trail.observer("state").members)]

    assert len(watching) > 10
    assert [
        one for who in watching for scenario in SCENARIOS for one in _strays(trail.known, trail.told_on, who, scenario)
    ] == []


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_a_chain_leads_from_the_writer_to_who_is_told(world: tuple[Registry, Events]) -> None:
    """Every step begins where the one before it ended, and no step is worth more than the one before."""
    known = known_of(*world)
    found = flows.derive(known)
    for scenario in SCENARIOS:
        for number, deed in enumerate(known.deeds):
            for way in found.of(number, scenario):
                chain = found.chains[way.chain]
                assert (chain[0].origin, chain[-1].to) == (deed.collector, way.to)
                assert all(one.to == other.origin and one.grade >= other.grade for one, other in pairwise(chain))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 900))), max_size=60), st.integers(0, 40)
)
def test_every_row_is_counted_once(rows: list[tuple[int, int | None]], most: int) -> None:
    """By day or by month, the counts add up to the rows, group by group, undated ones too."""
    classes = np.array([one for one, _ in rows], np.int32)
    days = np.array(["NaT" if day is None else np.datetime64("2020-01-15") + day for _, day in rows], "datetime64[D]")
    found = flows.counts(classes, days, most)

    assert int(found.rows.sum()) == len(rows)
    assert np.bincount(found.of, found.rows, minlength=7).tolist() == np.bincount(classes, minlength=7).tolist()
    assert int(found.rows[found.period < 0].sum()) == int(np.isnat(days).sum())
    assert not found.monthly or all(one.day == 1 for one in found.periods)


def test_an_organ_of_another_country_is_no_listener(afternoon: Trail) -> None:
    """Didi's shareholder Uber does not carry a Shanghai ride to New York's taxi commission."""
    told = {way.to for pattern in afternoon.told_on.patterns for way in pattern}

    assert "us_nyc_tlc" not in told
    assert "cn_police_state_security" in told
