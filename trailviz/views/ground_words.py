"""What is said of a map that cannot be drawn: what the file is, and what to get instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailviz.words import Words, mark

if TYPE_CHECKING:
    from trailviz.reading.broken import BrokenFileError

REFUSALS = {
    "no_ground": mark(
        "{file} is no map trailviz can draw. It draws .pmtiles and .mbtiles with vector tiles, .osm.pbf, and Overture's Parquet files."
    ),
    "ground_broken": mark("{file} stops making sense part of the way. It may not have come whole: get it again."),
    "ground_elsewhere": mark("{file} is a map of somewhere else: nothing in it lies where these records do."),
    "ground_too_large": mark("{file} holds more than can be drawn. Cut one city out of it: docs/ground.md says how."),
    "raster_tiles": mark("{file} holds pictures of a map, and trailviz draws its own. Get one with vector tiles."),
    "ground_packed": mark("{file} is packed with Brotli or Zstandard. Get one packed with gzip."),
    "osmium_missing": mark(
        '{file} is read by the package osmium, which is not installed. Install it with: pip install "trailviz[osm]"'
    ),
    "no_boxes": mark("These records name no place, so there is nothing to draw a map around."),
}


def refusal(error: BrokenFileError, file: str, words: Words) -> str:
    """Say why a map is not drawn."""
    return words.say(REFUSALS[error.code], file=file)
