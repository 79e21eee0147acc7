"""Staypoints, places and trip legs: where a trail of fixes stood still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import places
from trailviz.events import SCHEMA, Events, gather
from trailviz.geo import METRES_A_DEGREE, distance_m
from trailviz.places import clusters, legs, staypoints
from trailviz.trail import Trail

A_SECOND = 1_000_000
MINUTE = 60 * A_SECOND
EPOCH = datetime(2024, 5, 1, tzinfo=UTC)


def _naive(at: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Scan one fix after the other, as the paper says it."""
    found, since = [], 0
    for now in range(1, len(at)):
        if at[now] - at[now - 1] > 15 * MINUTE:
            since = now
        elif distance_m(lat[since], lon[since], lat[now], lon[now]) >= 100:
            if at[now] - at[since] >= 5 * MINUTE:
                found.append((int(at[since]), int(at[now]), since, now - 1))
            since = now
    return found


def _walked(seed: int, count: int, step: float, pause_s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Walk at random from anywhere on earth: `step` degrees, `pause_s` seconds on average."""
    chance = np.random.default_rng(seed)
    at = np.cumsum(chance.exponential(pause_s, count) * A_SECOND).astype(np.int64)
    lat = np.clip(chance.uniform(-89, 89) + np.cumsum(chance.normal(0, step, count)), -90, 90)
    lon = (chance.uniform(-180, 180) + np.cumsum(chance.normal(0, step, count)) + 180) % 360 - 180
    return at, lat, lon


def _week(count: int = 40_000, seed: int = 20261126) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Invent a week of a phone: stays at eight places with jitter, ways between them, sometimes an hour's silence."""
    chance = np.random.default_rng(seed)
    spots = np.array([31.2, 121.4]) + chance.normal(0, 0.05, (8, 2))
    here, clock, pieces, times = spots[0], 0, [], []
    for _ in range(400):
        there = spots[chance.integers(0, 8)]
        way = np.linspace(here, there, int(np.hypot(*(there - here)) * METRES_A_DEGREE / 50) + 2)
        piece = np.concatenate([way, np.repeat([there], chance.integers(20, 2000), axis=0)])
        pieces.append(piece + chance.normal(0, 5e-5, piece.shape))
        times.append(clock + 5 * A_SECOND * np.arange(len(piece)))
        clock, here = int(times[-1][-1]) + (5 if chance.random() < 0.8 else 3600) * A_SECOND, there
    points = np.concatenate(pieces)[:count]
    return np.concatenate(times)[:count], points[:, 0], points[:, 1]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 700), st.floats(-6, -2.5), st.floats(0, 3))
def test_leaping_along_the_path_finds_what_a_scan_of_every_fix_finds(
    seed: int, count: int, step: float, pause: float
) -> None:
    """Near a pole, across the date line, standing and flying: the same stays to the fix."""
    trail = _walked(seed, count, 10**step, 10**pause)

    found = staypoints.scan(*trail)

    assert list(
        zip(*(one.tolist() for one in (found.start, found.end, found.first, found.last)), strict=True)
    ) == _naive(*trail)


def test_an_invented_week_has_the_stays_trackintel_finds_in_it() -> None:
    """Measured with trackintel 1.4.2 on 2026-11-26: `generate_staypoints()` as it comes, on these very fixes."""
    found = staypoints.scan(*_week())

    assert len(found) == 25
    assert (int(found.first.sum()), int(found.last.sum())) == (507_233, 534_474)


def test_a_stay_nobody_saw_the_end_of_lasts_to_its_last_fix() -> None:
    """The scan as published knows no stay before a silence or the end; the trail does, and never says when somebody left unseen."""
    at = np.array([0, 4, 8, 60, 64, 70]) * MINUTE
    lat = np.repeat([52.0, 53.0], 3)

    assert len(staypoints.scan(at, lat, lat)) == 0
    found = staypoints.stays(at, lat, lat)

    assert found.start.tolist() == [0, 60 * MINUTE]
    assert found.end.tolist() == [8 * MINUTE, 70 * MINUTE]
    assert found.hidden_s.tolist() == [0, 0]


def test_a_silence_between_two_fixes_at_one_place_is_a_stay_up_to_a_night() -> None:
    """Seven hours without a fix and back at the same spot: a stay that says how much of it nobody saw. Nine hours: two."""
    still = np.full(4, 52.0)
    for hours, stays in ((7, 1), (9, 2)):
        at = np.array([0, 10, 10 + hours * 60, 20 + hours * 60]) * MINUTE
        found = staypoints.stays(at, still, still)
        assert len(found) == stays
        assert found.hidden_s.sum() == (hours * 3600 if stays == 1 else 0)


def test_whoever_was_seen_elsewhere_did_not_stay() -> None:
    """Home, silence, a shop, silence, home: two stays, though hardly a minute between them was observed."""
    at = np.array([0, 10, 190, 370, 380]) * MINUTE
    lat = np.array([52.0, 52.0, 52.05, 52.0, 52.0])

    assert staypoints.stays(at, lat, lat).end.tolist() == [10 * MINUTE, 380 * MINUTE]


def test_pieces_of_one_stay_are_put_together_and_others_are_not() -> None:
    """Two minutes and 110 metres are the same stop; two kilometres are another, and so is the next day."""
    at = np.concatenate([np.arange(0, 10), np.arange(12, 22), np.arange(30, 40), np.arange(1540, 1550)]) * MINUTE
    lat = np.repeat([52.0, 52.0 + 110 / METRES_A_DEGREE, 52.02, 52.02], 10)

    found = staypoints.stays(at, lat, np.full(40, 5.0))

    assert found.first.tolist() == [0, 20, 30]
    assert found.last.tolist() == [19, 29, 39]
    assert found.n.tolist() == [20, 10, 10]
    assert found.lat[0] == pytest.approx(52.0 + 55 / METRES_A_DEGREE)


def test_a_trail_that_jumps_about_has_a_wider_radius() -> None:
    """Jitter of thirty metres would cut a stay of fifty into pieces too short to see; of a metre it does not."""
    chance = np.random.default_rng(4)
    lat, lon = 52.0 + chance.normal(0, 30, (2, 120)) / METRES_A_DEGREE
    at = np.arange(120) * MINUTE

    spent = {
        radius: (found.end - found.start).sum()
        for radius in (None, 50.0)
        if (found := staypoints.stays(at, lat, lon, radius_m=radius))
    }

    assert spent[None] >= 110 * MINUTE > spent[50.0]


def test_a_stay_on_the_date_line_is_on_the_date_line() -> None:
    """The mean of 179.9999 and -179.9999 is 180, not nought."""
    lon = np.tile([179.9999, -179.9999], 10)

    assert np.abs(staypoints.stays(np.arange(20) * MINUTE, np.zeros(20), lon).lon).tolist() == pytest.approx([180])


def test_fixes_out_of_order_are_refused() -> None:
    """A scan of unordered times would invent stays."""
    with pytest.raises(ValueError, match="not in order"):
        staypoints.scan(np.array([2, 1]), np.zeros(2), np.zeros(2))


def test_a_trail_without_a_fix_has_no_stay_and_no_leg() -> None:
    """Nothing in, nothing out."""
    none = np.zeros(0)
    found = staypoints.stays(none.astype(np.int64), none, none)

    assert (
        len(staypoints.scan(none.astype(np.int64), none, none))
        == len(found)
        == len(legs.legs(none.astype(np.int64), none, none, found))
        == 0
    )


def test_a_leg_is_as_long_as_its_fixes_and_says_that_something_is_missing() -> None:
    """Round the corner is longer than straight; twenty minutes of silence are told."""
    east = np.array([0, 0, 0, 1000, 1000, 1000, 1000, 1000])
    north = np.array([0, 0, 0, 0, 1000, 1000, 1000, 9000])
    at = np.array([0, 3, 6, 8, 30, 33, 39, 41]) * MINUTE
    lat, lon = north / METRES_A_DEGREE, east / METRES_A_DEGREE
    stays = staypoints.scan(at, lat, lon)

    found = legs.legs(at, lat, lon, stays)

    assert (len(stays), len(found)) == (2, 1)
    assert found.length_m[0] == pytest.approx(2000, rel=0.001)
    assert found.straight_m[0] == pytest.approx(1000 * np.sqrt(2), rel=0.001)
    assert found.gap.tolist() == [True]
    assert (found.start[0], found.end[0]) == (8 * MINUTE, 30 * MINUTE)


def _components(lat: np.ndarray, lon: np.ndarray, eps: float) -> list[int]:
    """Link every pair, one after the other."""
    root = np.arange(len(lat))
    for one in range(len(lat)):
        for other in np.flatnonzero(distance_m(lat[one], lon[one], lat, lon) <= eps):
            root[root == max(root[one], root[other])] = min(root[one], root[other])
    return sorted(np.bincount(root)[np.unique(root)].tolist())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(-3.4, -2), st.sampled_from([0.0, 121.4, 179.9995, -179.9998]))
def test_points_are_linked_as_if_every_pair_were_measured(seed: int, spread: float, lon: float) -> None:
    """The grid leaves no link out, at the date line neither; no place is wider than its bound."""
    chance = np.random.default_rng(seed)
    points = np.array([chance.uniform(-80, 80), lon]) + chance.normal(0, 10**spread, (80, 2))
    lat, lon_ = points[:, 0], (points[:, 1] + 180) % 360 - 180

    labels, centres = clusters.places(lat, lon_)

    for label in range(len(centres)):
        here = labels == label
        assert distance_m(lat[here][:, None], lon_[here][:, None], lat[here], lon_[here]).max() <= 610
    if (found := _components(lat, lon_, 100)) and len(found) == len(centres):
        assert sorted(centres.visits.tolist()) == found
    else:
        assert len(found) < len(centres)


def test_a_place_on_the_date_line_is_one_place() -> None:
    """Forty metres apart, on either side of it, with a place half round the world between them on the map."""
    lat, lon = np.array([0.0, 30, 60, 0]) / METRES_A_DEGREE, np.array([179.9999, -179.9998, 179.9999, 10])

    labels, centres = clusters.places(lat, lon)

    assert labels.tolist() == [0, 0, 0, 1]
    assert abs(centres.lon[0]) > 179.9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(-4, -2))
def test_places_are_the_same_whatever_the_order_of_the_rows(seed: int, spread: float) -> None:
    """The same visits shuffled: the same labels and, to the last digit, the same centres."""
    chance = np.random.default_rng(seed)
    lat, lon = (chance.normal(middle, 10**spread, 60).round(4) for middle in (31.2, 121.4))
    at, order = chance.integers(0, 40, 60), chance.permutation(60)

    labels, centres = clusters.places(lat, lon, at=at)
    shuffled, same = clusters.places(lat[order], lon[order], at=at[order])

    assert shuffled.tolist() == labels[order].tolist()
    for name in ("lat", "lon", "radius_m", "visits"):
        assert getattr(same, name).tolist() == getattr(centres, name).tolist()


def test_places_are_numbered_by_their_first_visit() -> None:
    """The first place of the trail is place 0, wherever it lies."""
    lat, at = np.array([50.0, 40.0, 30.0, 40.0]), np.array([30, 20, 40, 10])

    assert clusters.places(lat, np.zeros(4), at=at).labels.tolist() == [1, 0, 2, 0]


def test_a_chain_of_stops_along_a_street_is_not_one_place() -> None:
    """Fifty stops 90 metres apart are linked each to the next, and are still not one place of 4.4 kilometres."""
    lat = 31.2 + np.arange(50) * 90 / METRES_A_DEGREE
    labels, centres = clusters.places(lat, np.full(50, 121.4))

    assert len(centres) > 6
    assert max(np.ptp(lat[labels == one]) for one in range(len(centres))) * METRES_A_DEGREE <= 600
    assert all(one <= other for one, other in pairwise(labels.tolist()))


def test_ends_of_rides_are_linked_over_150_metres_and_vague_points_not_at_all() -> None:
    """A car stops where there is room; a district's middle is no place."""
    lat = np.array([0, 140, 10_000, 10_050]) / METRES_A_DEGREE
    lon = np.zeros(4)

    assert clusters.places(lat, lon).labels.tolist() == [0, 1, 2, 2]
    assert clusters.places(lat, lon, eps_m=np.array([100, 150, 100, 100])).labels.tolist() == [0, 0, 1, 1]
    r90 = np.array([20.0, np.nan, 2000.0, 50.0])
    assert clusters.places(lat, lon, r90).labels.tolist() == [0, 1, -1, 2]


def _event(kind: str, minute: int, **more: object) -> dict[str, object]:
    when = EPOCH + timedelta(minutes=minute)
    return {"kind": kind, "start": when, "collector": "google", "file": "a.json", **more}


def _visited(*rows: dict[str, object]) -> tuple[Events, places.Visited]:
    named = [{"event_id": at + 1, "row": at + 1, **row} for at, row in enumerate(rows)]
    names = sorted({name for row in named for name in row})
    columns = {name: pa.array([row.get(name) for row in named], SCHEMA.field(name).type) for name in names}
    events = gather([pa.table(columns)])
    return events, places.visited(events, places.locate(events, places.Gazetteer()))


def test_stays_visits_rides_and_payments_at_one_spot_are_at_one_place() -> None:
    """Five records of two companies, and the fix of the street between belongs nowhere."""
    home, work = {"lat": 52.0, "lon": 5.0}, {"lat": 52.1, "lon": 5.0}
    _, found = _visited(
        *(_event("fix", minute, **home) for minute in (0, 5, 10)),
        _event("fix", 14, lat=52.05, lon=5.0),
        _event("visit", 20, **work),
        _event("ride", 30, **work, end=EPOCH + timedelta(minutes=50), end_lat=52.001, end_lon=5.0, collector="uber"),
        _event("payment", 60, lat=52.0002, lon=5.0, presence="in_person", collector="alipay"),
        _event("payment", 70, lat=48.0, lon=2.0, presence="remote", collector="alipay"),
        _event("search", 80, **work),
    )

    assert found.of_start.tolist() == [0, 0, 0, -1, 1, 1, 0, -1, -1]
    assert found.of_end.tolist() == [-1, -1, -1, -1, -1, 0, -1, -1, -1]
    assert (found.of_stay.tolist(), found.stays.first.tolist(), found.stays.last.tolist()) == ([0], [0], [2])
    assert found.centres.visits.tolist() == [3, 2]


def test_two_phones_never_make_one_trail() -> None:
    """Their fixes alternate between two cities: each phone has its own stay, and nobody commutes every minute."""
    rows = [_event("fix", n, lat=52.0 + n % 2, lon=5.0, device=f"phone {n % 2}") for n in range(20)]

    events, found = _visited(*rows)

    assert found.of_start.tolist() == [0, 1] * 10
    assert found.stays.n.tolist() == [10, 10]
    assert sorted(events.column("device")[int(one)].as_py() for one in found.stays.first) == ["phone 0", "phone 1"]


def test_a_shop_known_to_two_kilometres_is_no_place(afternoon: Trail) -> None:
    """Of the afternoon, only the shop with an address and the bike left beside it name a place, and it is one."""
    found = afternoon.visited
    vague = afternoon.located.r90_m > clusters.VAGUE_M

    assert vague.any()
    assert (found.of_start[vague] == -1).all()
    assert found.centres.visits.tolist() == [2]
