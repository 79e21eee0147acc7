"""What is written on a ground that ships: the sketch where the day lies in it, else names of stations and districts around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz import atlas
from trailviz.geo import METRES_A_DEGREE
from trailviz.story import whereabouts
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.places import Place
    from trailviz.trail import Trail

SKETCH, LAND = "central_shanghai", "land"
SKETCHED = (31.18, 121.40, 31.265, 121.53)
"""Where the sketch has something: south, west, north, east."""
CREDITS = {
    SKETCH: mark("Sketch, not for navigation · positions © OpenStreetMap contributors, ODbL"),
    LAND: mark("Land outline: Natural Earth, public domain"),
}
NAMES = mark("Names: our own list, off by some hundred metres")
KINDS = ("station", "district")
MOST, AROUND_M = 240, 6000.0


def ground(trail: Trail, positions: Sequence[int], lang: str, *, own: bool = False) -> dict[str, Any]:
    """Choose the ground of a day: its name, its credit, and the names to be written on it.

    Args:
        trail: What is recorded.
        positions: The events of the day.
        lang: The language.
        own: Whether a person's own map is drawn, which has its own credit and names.
    """
    words = Words(lang)
    lat, lon = _points(trail, np.array(positions, np.int64))
    chosen = trail.sample.get("sample", {}).get("basemap") or (SKETCH if _sketched(lat, lon) else LAND)
    credit = [words.say(CREDITS[chosen])] if chosen in CREDITS and not own else []
    if trail.gazetteer.world:
        credit.append(words.say(whereabouts.TOWNS_CREDIT))
    named = [] if own or chosen == SKETCH or not len(lat) else _named(lat, lon, lang)
    if named:
        credit.insert(1, words.say(NAMES))
    return {"ground": chosen, "credit": " · ".join(credit), "named": named}


def _points(trail: Trail, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    located = trail.located
    lat = np.concatenate([located.lat[at], located.end_lat[at]])
    lon = np.concatenate([located.lon[at], located.end_lon[at]])
    here = ~np.isnan(lat)
    return lat[here], lon[here]


def _sketched(lat: np.ndarray, lon: np.ndarray) -> bool:
    """Say whether most of a day lies where the sketch has something."""
    south, west, north, east = SKETCHED
    inside = (lat > south) & (lat < north) & (lon > west) & (lon < east)
    return bool(len(lat) and inside.mean() > 1 / 2)


def _named(lat: np.ndarray, lon: np.ndarray, lang: str) -> list[list[str | float]]:
    """List stations and districts of our list around the day: kind, name, latitude, longitude."""
    world = atlas.gazetteer({}).world
    if world is None:
        return []
    step = AROUND_M / METRES_A_DEGREE
    wide = step / max(np.cos(np.radians(np.median(lat))), 0.1)
    low, high = (lat.min() - step, lon.min() - wide), (lat.max() + step, lon.max() + wide)

    def around(one: Place) -> bool:
        return one.lat is not None and one.lon is not None and low[0] < one.lat < high[0] and low[1] < one.lon < high[1]

    # Districts first: of a trail across countries not every station can be sent.
    listed = sorted((one for one in world.named.places if one.tier in KINDS and around(one)), key=lambda one: one.tier)
    towns = [_name(one.place, lang) for one in world.named.towns]
    shown: dict[str, list[str | float]] = {}
    for one in listed:
        name = _name(one, lang)
        for town in towns:
            # "Soho London" is how a text must say it; on a map of London it is Soho.
            name = name.removesuffix(f" {town}")
        shown.setdefault(name, ["area" if one.tier == "district" else "station", name, one.lat or 0.0, one.lon or 0.0])
    return list(shown.values())[:MOST]


def _name(place: Place, lang: str) -> str:
    return place.label.get(lang) or place.label["en"]
