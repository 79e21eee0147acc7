"""Where a row happened, and how sure: stated points, names that a gazetteer knows, tier by tier, places carried from other rows; and stays.

`staypoints.scan(at, lat, lon)` finds the stays of a phone's fixes, `legs.legs` what was moved between them, and
`clusters.places(lat, lon, r90_m) -> labels, centres` which stays and visits were at the same place; `visited(events, located)`
does all of it for a trail. `carry(had(...))` puts a row without a place where it most likely was.
"""

from __future__ import annotations

from trailviz.places.askable import Askable, askable, had
from trailviz.places.cities import Cities
from trailviz.places.extract import Extract
from trailviz.places.fusion import BASES, Carried, carry
from trailviz.places.gazetteer import COARSE, TIERS, Gazetteer, Place, Unread, World
from trailviz.places.locate import Located, locate
from trailviz.places.visited import Visited, devices, visited

__all__ = [
    "BASES",
    "COARSE",
    "TIERS",
    "Askable",
    "Carried",
    "Cities",
    "Extract",
    "Gazetteer",
    "Located",
    "Place",
    "Unread",
    "Visited",
    "World",
    "askable",
    "carry",
    "devices",
    "had",
    "locate",
    "visited",
]
