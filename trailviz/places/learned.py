"""What the trail itself teaches: the points of its own visits and ride ends, under the words their rows give them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trailviz.geo import distance_m
from trailviz.parties.statement import DIGIT
from trailviz.places.branch import key
from trailviz.places.gazetteer import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.events import Events

KINDS = ("visit", "ride", "leg", "tap", "request", "note")
SPREAD_M = 500.0
"""Points of one name farther apart than this are of several places."""
DOOR_M = 150.0
"""A ride ends at the kerb, not at the till (inference.md 5.4)."""
UNNUMBERED_M = 500.0
"""Words without a house number name a street or a quarter: of 51 payments in streets that rides of an invented week ended in, nine
tenths were within 440 m of the ride's end."""
SHORTEST_HAN, SHORTEST = 3, 8
"""A word is looked for inside others from so many characters, or letters, on: shorter ones stand in many by chance."""
MOST_RESTS = 50
APART = "\n"


@dataclass(frozen=True)
class Learned:
    """Places by their folded words, in the order of the words; all of them are of tier `rides`."""

    places: Mapping[str, Place]
    text: str

    def find(self, name: str) -> Place | None:
        """Answer the place whose words are this (folded) name, or the one place whose words hold it."""
        if place := self.places.get(name):
            return place
        if len(name) < (SHORTEST if name.isascii() else SHORTEST_HAN):
            return None
        found = []
        at = self.text.find(name)
        while at >= 0:
            # One string for all words: thousands of names are looked for in it, and find is C.
            first, last = self.text.rfind(APART, 0, at) + 1, self.text.find(APART, at)
            found.append(self.places[self.text[first:last]])
            at = self.text.find(name, last)
        place = _one(found)
        # A ride to number 234 of a street says where the street is, and not where on it the shop is.
        if place is None or place.radius_m >= UNNUMBERED_M or DIGIT.search(name):
            return place
        return replace(place, radius_m=UNNUMBERED_M)


def learned(events: Events) -> Learned:
    """Gather the trail's own visits and ride ends that have both a point and words for it."""
    kinds, words = events.words("kind")
    able = np.array([*(one in KINDS for one in words), False], bool)[kinds]
    found: dict[str, list[Place]] = {}
    for prefix in ("", "end_"):
        if not (events.has(f"{prefix}place") and events.has(f"{prefix}lat")):
            continue
        lat, lon, off = (events.numbers(f"{prefix}{one}") for one in ("lat", "lon", "accuracy_m"))
        codes, said = events.words(f"{prefix}place")
        rows = np.flatnonzero(able & (codes >= 0) & ~np.isnan(lat))
        order = rows[np.lexsort((events.ids[rows], codes[rows]))]
        for group in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(order) else ():
            name = key(said[codes[group[0]]])
            place = _middle(said[codes[group[0]]], lat[group], lon[group], off[group], events.ids[group])
            if name and place is not None:
                found.setdefault(name, []).append(place)
    whole = {name: one for name in sorted(found) if (one := _one(found[name]))}
    return Learned(whole, APART + "".join(f"{name}{APART}" for name in whole))


def _middle(name: str, lat: np.ndarray, lon: np.ndarray, off: np.ndarray, ids: np.ndarray) -> Place | None:
    """Answer the middle of some points of one name, or None where they are of several places."""
    here = float(np.median(lat)), float(np.median(lon))
    spread = float(distance_m(np.array(here[0]), np.array(here[1]), lat, lon).max())
    if spread > SPREAD_M:
        return None
    # Ids in order, so that the order of files changes nothing.
    rests = tuple(np.unique(ids)[:MOST_RESTS].tolist())
    least = DOOR_M if DIGIT.search(name) else UNNUMBERED_M
    radius = max(least, spread, float(np.nan_to_num(off).max()))
    return Place((name,), *here, radius, "rides", label={"en": name, "zh-Hans": name}, rests_on=rests)


def _one(found: list[Place]) -> Place | None:
    """Answer one place for several near each other, or None where they are not."""
    if not found:
        return None
    lat, lon = (np.array([getattr(one, name) for one in found], float) for name in ("lat", "lon"))
    here = float(lat.mean()), float(lon.mean())
    spread = float(distance_m(np.array(here[0]), np.array(here[1]), lat, lon).max())
    if spread > SPREAD_M:
        return None
    if len(found) == 1:
        return found[0]
    rests = tuple(sorted({one for place in found for one in place.rests_on})[:MOST_RESTS])
    radius = spread + max(one.radius_m for one in found)
    return Place(found[0].names, *here, radius, "rides", label=found[0].label, rests_on=rests)
