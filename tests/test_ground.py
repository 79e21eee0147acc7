"""The ground: datums, days and what can be reached."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailviz import days, geo
from trailviz.reachable import Anchor, reach, slice_at

BOUNDS = datetime(2015, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - hypothesis wants naive bounds
LAT, LON = st.floats(18.5, 53.0), st.floats(74.0, 134.5)


def test_peoples_square_moves_as_published() -> None:
    """The test vector of three libraries: WGS-84 to GCJ-02 to BD-09 at People's Square."""
    gcj = geo.wgs84_to_gcj02(31.2304, 121.4737)
    baidu = geo.gcj02_to_bd09(*gcj)

    assert gcj == pytest.approx((31.228458, 121.478223), abs=1e-6)
    assert baidu == pytest.approx((31.234311, 121.484782), abs=1e-6)


@given(LAT, LON)
def test_both_shifts_can_be_undone_to_a_millimetre(lat: float, lon: float) -> None:
    """There and back lands within 0.001 m, anywhere on the mainland."""
    gcj = geo.gcj02_to_wgs84(*geo.wgs84_to_gcj02(lat, lon))
    baidu = geo.bd09_to_gcj02(*geo.gcj02_to_bd09(lat, lon))

    assert geo.distance_m(lat, lon, *gcj) < 0.001
    assert geo.distance_m(lat, lon, *baidu) < 0.001


def test_a_datum_nobody_declared_is_refused() -> None:
    """A datum is one of four words, never guessed."""
    with pytest.raises(ValueError, match="expected wgs84, gcj02, bd09 or unknown"):
        geo.to_wgs84(31.0, 121.0, "gaode")


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2017, 8, 26), "Asia/Shanghai", datetime(2017, 8, 25, 16, tzinfo=UTC)),
        (date(2018, 11, 4), "America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
        (date(2024, 1, 1), "+05:45", datetime(2023, 12, 31, 18, 15, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_first_instant(day: date, zone: str, start: datetime) -> None:
    """Also where midnight itself is jumped over."""
    assert days.midnight(day, days.zone_of(zone)) == start


def test_an_unknown_zone_is_named() -> None:
    """A zone nobody has gets a sentence of its own."""
    with pytest.raises(days.UnknownZoneError):
        days.zone_of("Mars/Olympus")


@given(
    st.datetimes(*BOUNDS),
    st.sampled_from(["Europe/Paris", "Asia/Shanghai", "Pacific/Auckland"]),
)
def test_an_instant_lies_in_its_local_day(moment: datetime, zone: str) -> None:
    """The day computed for many instants at once is the day the zone itself names."""
    found = days.local_days(np.array([moment], "datetime64[us]"), days.zone_of(zone))[0].astype(object)

    assert found == moment.replace(tzinfo=UTC).astimezone(days.zone_of(zone)).date()


POINTS = st.tuples(st.floats(-60, 60), st.floats(-179, 179))


@given(POINTS, st.floats(0, 30_000), st.floats(0, 6.28), st.floats(300, 20_000), st.floats(0.5, 30))
def test_the_reachable_area_is_the_ellipse_within_one_percent(
    at: tuple[float, float], apart_m: float, heading: float, seconds: float, speed: float
) -> None:
    """Area within 1 % of pi/4 * v*dt * sqrt((v*dt)^2 - d^2); a pair too far apart contradicts itself."""
    lat, lon = geo.Plane(*at).round(np.array([apart_m * np.cos(heading)]), np.array([apart_m * np.sin(heading)]))
    a, b = Anchor(*at), Anchor(float(lat[0]), float(lon[0]))
    d = float(geo.distance_m(np.array(a.lat), np.array(a.lon), np.array(b.lat), np.array(b.lon)))
    found = reach(a, b, seconds, speed)
    path = seconds * speed

    assert found.contradiction == (d >= path)
    if not found.contradiction and d < path * 0.999:
        exact = np.pi / 4 * path * np.sqrt(path**2 - d**2) / 1e6
        assert found.area_km2 == pytest.approx(exact, rel=0.01)


@given(st.floats(0, 4_900), st.floats(600, 20_000), st.floats(0.02, 0.98))
def test_a_slice_lies_in_both_discs(apart_m: float, seconds: float, share: float) -> None:
    """Wherever the person can be at a moment, both anchors can be reached in the time that is left."""
    lat, lon = geo.Plane(31.2, 121.4).round(np.array([apart_m]), np.array([0.0]))
    whole = reach(Anchor(31.2, 121.4), Anchor(float(lat[0]), float(lon[0])), seconds, 8.3)
    outline = slice_at(whole, seconds * share)
    first = geo.distance_m(outline[:, 0], outline[:, 1], np.array(31.2), np.array(121.4))
    second = geo.distance_m(outline[:, 0], outline[:, 1], lat, lon)

    assert len(outline) > 0
    assert (first <= seconds * share * 8.3 * 1.005 + 1).all()
    assert (second <= seconds * (1 - share) * 8.3 * 1.005 + 1).all()
