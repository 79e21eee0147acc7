"""Where a row happened, and how sure: stated points, and names that a gazetteer knows, tier by tier; and where a person stayed.

`staypoints.scan(at, lat, lon)` finds the stays of a phone's fixes, `legs.legs` what was moved between them, and
`clusters.places(lat, lon, r90_m) -> labels, centres` which stays and visits were at the same place; `visited(events, located)`
does all of it for a trail.
"""

from __future__ import annotations

from trailviz.places.cities import Cities
from trailviz.places.extract import Extract
from trailviz.places.gazetteer import COARSE, TIERS, Gazetteer, Place, World
from trailviz.places.locate import Located, locate
from trailviz.places.visited import Visited, devices, visited

__all__ = [
    "COARSE",
    "TIERS",
    "Cities",
    "Extract",
    "Gazetteer",
    "Located",
    "Place",
    "Visited",
    "World",
    "devices",
    "locate",
    "visited",
]
