"""What is drawn of a map, and which words of the map makers mean it.

One table for all: OpenStreetMap's own tags, Overture's classes, and the tile schemas made from them (Protomaps 3 and 4,
OpenMapTiles 3, Shortbread 1, Mapbox Streets 8; read in their documentation in November 2026) share most of their words. A word that is not
listed is not drawn: borders and buildings are left out on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

KINDS = ("green", "water", "river", "rail", "path", "service", "street", "collector", "primary", "motorway")
"""What is drawn, in the order it is painted; the first two are areas, the others lines."""
GREEN, WATER, RIVER, RAIL, PATH, SERVICE, STREET, COLLECTOR, PRIMARY, MOTORWAY = range(len(KINDS))
AREAS = 2
LABELS = ("city", "town", "district", "station", "sight", "road")
CITY, TOWN, DISTRICT, STATION, SIGHT, ROAD = range(len(LABELS))
NOTHING = -1
CALLED = 16
"""Added to the kind of a road whose line carries its name alone, and which is drawn elsewhere."""

ROADS = {
    MOTORWAY: ("motorway", "motorway_link", "highway"),
    PRIMARY: ("trunk", "trunk_link", "primary", "primary_link", "major_road"),
    COLLECTOR: ("secondary", "secondary_link", "tertiary", "tertiary_link", "medium_road"),
    STREET: (
        "residential", "unclassified", "living_street", "pedestrian", "minor", "minor_road", "road", "busway", "street", "street_limited",
        "bus_guideway",
    ),
    SERVICE: ("service", "track", "other", "alley", "driveway"),
    PATH: ("path", "footway", "cycleway", "steps", "bridleway", "corridor", "sidewalk", "crosswalk"),
    RAIL: (
        "rail", "subway", "light_rail", "tram", "transit", "narrow_gauge", "monorail", "funicular", "standard_gauge", "major_rail", "minor_rail",
        "broad_gauge", "railway",
    ),
}  # fmt: skip
GREENS = (
    "park", "forest", "wood", "grass", "grassland", "meadow", "garden", "cemetery", "grave_yard", "golf_course",
    "nature_reserve", "protected_area", "protected", "national_park", "recreation_ground", "recreation", "village_green",
    "allotments", "scrub", "heath", "zoo", "playground", "pitch", "orchard", "vineyard", "common", "dog_park", "greenfield",
    "horticulture", "shrub", "plant_nursery",
)  # fmt: skip
PLACES = {
    CITY: ("city", "locality:city", "capital"),
    TOWN: ("town", "locality:town", "borough"),
    DISTRICT: ("suburb", "quarter", "neighbourhood", "neighborhood", "macrohood", "microhood", "district", "village", "hamlet"),
}  # fmt: skip
STATIONS = (
    "station",
    "train_station",
    "subway_station",
    "railway",
    "railway_station",
    "tram_station",
    "ferry_terminal",
)
SIGHTS = (
    "museum", "attraction", "university", "college", "hospital", "stadium", "theatre", "theater", "park", "zoo", "mall",
    "aquarium", "castle", "palace", "cathedral", "landmark", "viewpoint", "aerodrome", "airport", "gallery", "monument",
    "theme_park", "library", "townhall", "town_hall", "marketplace", "arts_centre", "national_park",
)  # fmt: skip


ROAD_OF = {word: kind for kind, words in ROADS.items() for word in words}
GREEN_OF = dict.fromkeys(GREENS, GREEN)
LABEL_OF = {
    **dict.fromkeys(SIGHTS, SIGHT),
    **dict.fromkeys(STATIONS, STATION),
    **{word: kind for kind, words in PLACES.items() for word in words},
}


def looked_up(words: np.ndarray, table: Mapping[str, int]) -> np.ndarray:
    """Answer the kind each word means by a table, or `NOTHING`."""
    # Texts and numbers may share a column of a tile; only texts are looked up.
    return np.array([table.get(word, NOTHING) if isinstance(word, str) else NOTHING for word in words], np.int8)


def either(*told: np.ndarray) -> np.ndarray:
    """Answer the first of several columns that says something, value by value."""
    answer = told[0].copy()
    for other in told[1:]:
        answer = np.where(answer == NOTHING, other, answer)
    return answer
