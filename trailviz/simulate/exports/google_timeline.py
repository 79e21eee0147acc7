"""Google's Timeline as an Android phone exports it since 2024: visits, activities, paths, and Google's own conclusions.

What the phone knew is the life with its faults: hours without the phone, a point some metres off, minutes late.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from trailviz.simulate import observers
from trailviz.simulate.agenda import DAY
from trailviz.simulate.cities import moved
from trailviz.simulate.diary import DETOUR
from trailviz.simulate.exports import Export, Format, Told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from trailviz.simulate.chance import Chance
    from trailviz.simulate.diary import Leg
    from trailviz.simulate.life import Life

NAME = "Timeline.json"
TYPES = {"walk": "WALKING", "bike": "CYCLING", "bus": "IN_BUS", "metro": "IN_SUBWAY", "car": "IN_PASSENGER_VEHICLE", "scooter": "MOTORCYCLING", "train": "IN_TRAIN", "plane": "FLYING"}  # fmt: skip
SHORTEST_VISIT_MIN = 5
RAW_DAYS, RAW_EVERY_MIN = 1, 20
PLACE_M, PATH_M = 12.0, 18.0
PROFILE_DAYS, BLOCK_MIN = 14, 120
MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def write(life: Life) -> Export:
    """Write what the phone kept of the span."""
    phone = _Phone(life)
    segments: list[tuple[float, dict[str, Any], list[Told]]] = []
    for number, stay in enumerate(life.stays):
        segments += phone.visit(number, stay.start, stay.end, stay.spot.id)
    for number, leg in enumerate(life.legs):
        segments += phone.activity(number, leg)
    segments += phone.paths()
    segments.sort(key=lambda one: one[0])
    raw, seen = phone.raw()
    export = Export(told=[told for *_, listed in segments for told in listed] + seen)
    found: dict[str, Any] = {"semanticSegments": [one for _, one, _ in segments], "rawSignals": raw}
    if profile := phone.profile():
        found["userLocationProfile"] = {"frequentPlaces": profile}
        for place in profile:
            lat, lon = (float(one) for one in place["placeLocation"].replace("°", "").split(","))
            export.told.append(Told(NAME, "statement", None, f"profile {place['label']}", lat=lat, lon=lon))
    export.files[NAME] = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return export


class _Phone:
    """A phone: where it thinks places are, and when it was off."""

    def __init__(self, life: Life) -> None:
        self.life, self.chance = life, life.chance("google")
        self.off = observers.outages(life)
        self.points: dict[str, tuple[float, float]] = {}
        self.ids: dict[str, str] = {}
        self.path: list[tuple[int, str, float, float]] = []
        for spot in life.places.spots.values():
            self.points[spot.id] = _off(spot.lat, spot.lon, self.chance, PLACE_M)
            self.ids[spot.id] = "ChIJ" + "".join(self.chance.one(MARKS) for _ in range(23))

    def visit(self, number: int, start: int, end: int, spot: str) -> list[tuple[float, dict[str, Any], list[Told]]]:
        """Keep a stay of five minutes and more, cut where the phone was off."""
        kept = []
        for since, until in observers.on(start, end, self.off):
            if until - since < SHORTEST_VISIT_MIN:
                continue
            begin, stop = since + 0.2 + 1.2 * self.chance.share(), until - 0.1 - 0.8 * self.chance.share()
            lat, lon = self.points[spot]
            top = {"placeId": self.ids[spot], "semanticType": "UNKNOWN", "probability": round(0.4 + 0.5 * self.chance.share(), 2), "placeLocation": {"latLng": _written(lat, lon)}}  # fmt: skip
            segment = {**self._span(begin, stop), "visit": {"hierarchyLevel": 0, "probability": round(0.6 + 0.38 * self.chance.share(), 2), "topCandidate": top}}  # fmt: skip
            told = Told(
                NAME,
                "visit",
                self.life.utc(begin),
                f"stay {number}",
                end=self.life.utc(stop),
                lat=round(lat, 7),
                lon=round(lon, 7),
            )
            kept.append((begin, segment, [told]))
        return kept

    def activity(self, number: int, leg: Leg) -> list[tuple[float, dict[str, Any], list[Told]]]:
        """Keep a way, and its points every few minutes for the paths; none where the phone was off at either end."""
        if observers.on(leg.start, leg.end, self.off) != [(leg.start, leg.end)]:
            return []
        begin, stop = leg.start + 0.3 * self.chance.share(), leg.end - 0.3 * self.chance.share()
        start, end = (_off(spot.lat, spot.lon, self.chance, PATH_M) for spot in (leg.origin, leg.target))
        length = leg.origin.metres_to(leg.target) * DETOUR
        segment = {
            **self._span(begin, stop),
            "activity": {
                "start": {"latLng": _written(*start)},
                "end": {"latLng": _written(*end)},
                "distanceMeters": round(length, 1),
                "probability": round(0.55 + 0.4 * self.chance.share(), 2),
                "topCandidate": {"type": TYPES[leg.mode], "probability": round(0.4 + 0.55 * self.chance.share(), 2)},
            },
        }
        of = f"leg {number}"
        told = Told(NAME, "leg", self.life.utc(begin), of, end=self.life.utc(stop), lat=round(start[0], 7), lon=round(start[1], 7), end_lat=round(end[0], 7), end_lon=round(end[1], 7), mode=leg.mode)  # fmt: skip
        # the minutes that are written are whole ones
        self.path += [
            (int(at), of, round(lat, 7), round(lon, 7))
            for at, lat, lon in observers.along(leg, self.chance, every_min=3.0, off_m=PATH_M)
        ]
        return [(begin, segment, [told])]

    def paths(self) -> Iterator[tuple[float, dict[str, Any], list[Told]]]:
        """Gather the points of all ways into blocks of two hours, as the phone does."""
        for block, points in groupby(self.path, key=lambda one: one[0] // BLOCK_MIN * BLOCK_MIN):
            kept = list(points)
            path = [{"point": _written(lat, lon), "time": _time(self.life.local(at))} for at, _, lat, lon in kept]
            first, last = (_time(self.life.local(at)) for at in (block, block + BLOCK_MIN))
            told = [Told(NAME, "fix", self.life.utc(at), of, lat=lat, lon=lon) for at, of, lat, lon in kept]
            yield block, {"startTime": first, "endTime": last, "timelinePath": path}, told

    def raw(self) -> tuple[list[dict[str, Any]], list[Told]]:
        """Keep single positions of the last day."""
        end = self.life.days * DAY
        positions, told = [], []
        for stay in self.life.stays:
            at = max(stay.start, end - RAW_DAYS * DAY) + RAW_EVERY_MIN * self.chance.share()
            while at < stay.end:
                if observers.on(int(at), int(at) + 1, self.off):
                    lat, lon = _off(stay.spot.lat, stay.spot.lon, self.chance, PATH_M)
                    position = {"LatLng": _written(lat, lon), "accuracyMeters": self.chance.whole(9, 38), "altitudeMeters": 20.0, "source": self.chance.one(("WIFI", "WIFI", "GPS")), "timestamp": _time(self.life.local(at)), "speedMetersPerSecond": 0.0}  # fmt: skip
                    positions.append({"position": position})
                    told.append(Told(NAME, "fix", self.life.utc(at), "raw", lat=round(lat, 7), lon=round(lon, 7)))
                at += RAW_EVERY_MIN * (0.8 + 0.4 * self.chance.share())
        return positions, told

    def profile(self) -> list[dict[str, str]]:
        """Say which places Google takes for home and work, once it has seen two weeks."""
        if self.life.days < PROFILE_DAYS:
            return []
        named = [("HOME", self.life.places.homes[-1].id), *([("WORK", "work")] if self.life.places.work else [])]
        return [
            {"placeId": self.ids[spot], "placeLocation": _written(*self.points[spot]), "label": label}
            for label, spot in named
        ]

    def _span(self, begin: float, stop: float) -> dict[str, Any]:
        first, last = self.life.local(begin), self.life.local(stop)
        return {
            "startTime": _time(first),
            "endTime": _time(last),
            "startTimeTimezoneUtcOffsetMinutes": _offset(first),
            "endTimeTimezoneUtcOffsetMinutes": _offset(last),
        }


def _offset(at: datetime) -> int:
    behind = at.utcoffset()
    assert behind is not None
    return int(behind.total_seconds() // 60)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _written(lat: float, lon: float) -> str:
    return f"{lat:.7f}°, {lon:.7f}°"


def _off(lat: float, lon: float, chance: Chance, off_m: float) -> tuple[float, float]:
    return moved(lat, lon, chance.near(0, off_m), chance.near(0, off_m))


FORMAT = Format("google_timeline", "Google, Timeline from the phone (JSON)", ("google",), (), write)
