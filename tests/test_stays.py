"""Staypoints, places and trip legs: where a trail of fixes stood still."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.geo import METRES_A_DEGREE, distance_m
from trailviz.places import clusters, legs, staypoints

A_SECOND = 1_000_000
MINUTE = 60 * A_SECOND


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


def test_a_stay_nobody_saw_the_end_of_lasts_to_its_last_fix_if_wanted() -> None:
    """The scan as published knows no stay before a gap; open-ended it does, and never fills the gap."""
    at = np.array([0, 4, 8, 60, 64, 70]) * MINUTE
    still = np.full(6, 52.0)

    assert len(staypoints.scan(at, still, still)) == 0
    found = staypoints.scan(at, still, still, open_ended=True)

    assert found.start.tolist() == [0, 60 * MINUTE]
    assert found.end.tolist() == [8 * MINUTE, 70 * MINUTE]


def test_pieces_of_one_stay_are_put_together_and_others_are_not() -> None:
    """Ten minutes and 60 metres are the same stop; ten minutes and two kilometres are not, nor an hour."""
    at = np.concatenate([np.arange(0, 10), np.arange(12, 22), np.arange(30, 40), np.arange(140, 150)]) * MINUTE
    lat = np.repeat([52.0, 52.0 + 110 / METRES_A_DEGREE, 52.02, 52.02], 10)
    found = staypoints.scan(at, lat, np.full(40, 5.0), open_ended=True)
    assert len(found) == 4

    together = staypoints.merged(found)

    assert together.first.tolist() == [0, 20, 30]
    assert together.last.tolist() == [19, 29, 39]
    assert together.n.tolist() == [20, 10, 10]
    assert together.lat[0] == pytest.approx(52.0 + 55 / METRES_A_DEGREE)


def test_a_stay_on_the_date_line_is_on_the_date_line() -> None:
    """The mean of 179.9999 and -179.9999 is 180, not nought."""
    lon = np.tile([179.9999, -179.9999], 10)
    found = staypoints.scan(np.arange(20) * MINUTE, np.zeros(20), lon, open_ended=True)

    assert np.abs(found.lon).tolist() == pytest.approx([180])


def test_fixes_out_of_order_are_refused() -> None:
    """A scan of unordered times would invent stays."""
    with pytest.raises(ValueError, match="not in order"):
        staypoints.scan(np.array([2, 1]), np.zeros(2), np.zeros(2))


def test_a_trail_without_a_fix_has_no_stay_and_no_leg() -> None:
    """Nothing in, nothing out."""
    none = np.zeros(0)
    found = staypoints.merged(staypoints.scan(none.astype(np.int64), none, none))

    assert len(found) == len(legs.legs(none.astype(np.int64), none, none, found)) == 0


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
