"""Where rows happened, in words: what placed the payments, what a point is near, and what is wrong with a places file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from trailviz import atlas
from trailviz.places.labels import labels
from trailviz.places.tally import tally
from trailviz.places.zones import offered
from trailviz.words import mark

if TYPE_CHECKING:
    import numpy as np

    from trailviz.places import Gazetteer, Place, World
    from trailviz.places.labels import Label
    from trailviz.places.tally import Tally
    from trailviz.trail import Trail
    from trailviz.words import Words

BY = {
    "stated": mark("{count} by their own row"),
    "address": mark("{count} by a given address"),
    "rides": mark("{count} by your own visits and rides"),
    "extract": mark("{count} by your map"),
    "station": mark("{count} by a station's name"),
    "landmark": mark("{count} by a landmark's name"),
    "district": mark("{count} by a district, an area"),
    "street": mark("{count} by a street, an area"),
    "city": mark("{count} by a town, an area"),
}
REFUSALS = {
    "no_places": mark(
        "{file} is no places file. Expected a table with the columns name, lat and lon, [[place]] entries, Overture's places as Parquet, or .osm.pbf: docs/places.md says how."
    ),
    "places_broken": mark("{file} stops making sense part of the way. It may not have come whole: get it again."),
    "places_too_large": mark(
        "{file} holds more places than can be looked up. Cut one city out of it: docs/places.md says how."
    ),
    "places_by_path": mark("{file} is read where it lies. Give its path, not the file itself."),
    "osmium_missing": mark(
        '{file} is read by the package osmium, which is not installed. Install it with: pip install "trailviz[osm]"'
    ),
    "ground_too_large": mark(
        "{file} holds more places than can be looked up. Cut one city out of it: docs/places.md says how."
    ),
    "ground_broken": mark("{file} stops making sense part of the way. It may not have come whole: get it again."),
}
TOWNS_CREDIT = mark("Towns: GeoNames (geonames.org), CC BY 4.0")
STEP_M, LEAST_M, KM = 50, 50, 1000.0


def account(trail: Trail, words: Words) -> list[str]:
    """Say how many payments were placed and by what; nothing where there are no payments, or a sample tells its own places."""
    found = tally(trail.events, trail.located)
    if not found.rows or trail.gazetteer.world is None:
        return []
    if not found.placed:
        lines = [
            words.say(
                "None of {rows} payments is on the map: no row, list or map says where they were.",
                rows=f"{found.rows:,}",
            )
        ]
    else:
        parts = [words.say(BY[tier], count=f"{count:,}") for tier, count in found.by_tier.items()]
        lines = [
            words.say(
                "{placed} of {rows} payments are on the map: {parts}.",
                placed=f"{found.placed:,}",
                rows=f"{found.rows:,}",
                parts=words.listed(parts),
            )
        ]
    if found.unsure:
        lines.append(
            words.say(
                "At {count} of them no word says that you were there: the place might be known, and ends no gap.",
                count=f"{found.unsure:,}",
            )
        )
    return lines


def record(trail: Trail) -> dict[str, object]:
    """Write the account as scripts read it."""
    found: Tally = tally(trail.events, trail.located)
    return {
        "payments": found.rows,
        "placed": found.placed,
        "by_tier": dict(found.by_tier),
        "unsure": found.unsure,
        "remote": found.remote,
    }


def zones(trail: Trail, words: Words) -> list[str]:
    """Offer the zones that rows without one lie in; nothing is changed."""
    if trail.gazetteer.world is None:
        return []
    return [
        words.say(
            "{count} rows name no zone; where they lie, clocks show {zone}. Say --zone {zone} if that is right.",
            count=f"{count:,}",
            zone=zone,
        )
        for zone, count in offered(trail.events, trail.located, trail.gazetteer.world.cities)
    ]


def holding(found: Gazetteer) -> tuple[int, int]:
    """Count the places of a person's own files, and of how many it is said what they are."""
    tables = [one.table for one in found.extracts]
    count = len(found.places) + sum(one.num_rows for one in tables)
    said = sum(bool(one.category) for one in found.places)
    # A map's row may have no word for what it is, or an empty one.
    worded = (pc.sum(pc.not_equal(pc.fill_null(one["categories"], ""), "")).as_py() for one in tables)
    return count, said + sum(one or 0 for one in worded)


def holds(found: Gazetteer, file: str, words: Words) -> str:
    """Say what a places file holds."""
    count, said = holding(found)
    if not said:
        return words.say("{file}: {count} places.", file=file, count=f"{count:,}")
    return words.say(
        "{file}: {count} places; of {said} it says what they are.", file=file, count=f"{count:,}", said=f"{said:,}"
    )


def refusal(error: atlas.PlacesError, words: Words) -> str:
    """Say why a places file cannot be used."""
    return words.say(REFUSALS[error.code], file=error.file)


def unread(trail: Trail) -> list[str]:
    """List the cells of places files that could not be read: file, row, column, what was expected."""
    return [
        f"{one.file}, row {one.row}, column {one.column}: expected {one.expected}." for one in trail.gazetteer.unread
    ]


def at(place: Place, words: Words) -> str:
    """Name the place a row's text was found to mean."""
    name = place.label.get(words.lang) or place.label["en"]
    if place.tier == "station":
        return words.say("near {place} station", place=name)
    return (
        words.say("near {place}", place=name)
        if place.tier in {"landmark", "rides"}
        else words.say("in {place}", place=name)
    )


def beside(trail: Trail, lat: np.ndarray, lon: np.ndarray, words: Words) -> list[str | None]:
    """Say what points are near, or None where nothing is.

    A sample's own places say what its companies could know; what a point is near says to the reader where it is.
    """
    world = trail.gazetteer.world or atlas.gazetteer({}).world
    return [None] * len(lat) if world is None else near(world, lat, lon, words)


def near(world: World, lat: np.ndarray, lon: np.ndarray, words: Words) -> list[str | None]:
    """Say what points are near, or None where nothing is."""
    return [None if one is None else _near(one, words) for one in labels(world.named, world.cities(), lat, lon)]


def _near(label: Label, words: Words) -> str:
    name = label.name.get(words.lang) or label.name["en"]
    if label.kind == "city":
        if label.within:
            return words.say("in {place}", place=name)
        return words.say("about {km} km from {place}", km=f"{label.distance_m / KM:.0f}", place=name)
    # To fifty metres: neither the list nor a phone is better.
    metres = max(LEAST_M, round(label.distance_m / STEP_M) * STEP_M)
    if label.kind == "station":
        return words.say("near {place} station, about {metres} m", place=name, metres=metres)
    return words.say("near {place}, about {metres} m", place=name, metres=metres)
