"""Google's raw location history (`Records.json`, until 2024): a position every few minutes, in ten-millionths of a degree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from trailviz.simulate import observers
from trailviz.simulate.cities import moved
from trailviz.simulate.exports import Export, Format, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.simulate.life import Life

NAME = "Records.json"
STAYING_MIN, MOVING_MIN, OFF_M = 8.0, 2.0, 14.0
E7 = 1e7


def write(life: Life) -> Export:
    """Write every position the phone sent."""
    export, locations = Export(), []
    for at, of, lat, lon, accuracy in sorted(_positions(life)):
        east, north = round(lon * E7), round(lat * E7)
        stamp = f"{life.utc(at):%Y-%m-%dT%H:%M:%S}.000Z"
        locations.append({"latitudeE7": north, "longitudeE7": east, "accuracy": accuracy, "source": "WIFI" if accuracy > 15 else "GPS", "deviceTag": 1000000001, "timestamp": stamp})  # fmt: skip  # noqa: PLR2004
        export.told.append(Told(NAME, "fix", life.utc(at), of, lat=north / E7, lon=east / E7))
    export.files[NAME] = json.dumps({"locations": locations}, indent=1).encode()
    return export


def _positions(life: Life) -> Iterator[tuple[float, str, float, float, int]]:
    chance, off = life.chance("records"), observers.outages(life)
    for number, stay in enumerate(life.stays):
        for since, until in observers.on(stay.start, stay.end, off):
            at = since + STAYING_MIN * chance.share()
            while at < until:
                lat, lon = moved(stay.spot.lat, stay.spot.lon, chance.near(0, OFF_M), chance.near(0, OFF_M))
                yield at, f"stay {number}", lat, lon, chance.whole(5, 40)
                at += STAYING_MIN * (0.7 + 0.6 * chance.share())
    for number, leg in enumerate(life.legs):
        for at, lat, lon in observers.along(leg, chance, MOVING_MIN, OFF_M):
            if observers.on(int(at), int(at) + 1, off):
                yield at, f"leg {number}", lat, lon, chance.whole(4, 20)


FORMAT = Format("google_records", "Google, location history (Records.json)", ("google",), (), write)
