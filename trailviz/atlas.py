"""Places, ground and samples on disk: merchant addresses, the map of a city, what a sample says of itself, and where the samples are."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.places import Cities, Extract, Gazetteer, Place, Unread, World, named
from trailviz.reading import geonames, osm, overture, own_places
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.ground import Basemap, Survey, basemap, cut, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trailviz.events import Events
    from trailviz.reading.sources import Source

__all__ = [
    "AFTERNOON",
    "Basemap",
    "Box",
    "BrokenFileError",
    "PlacesError",
    "Survey",
    "about",
    "basemap",
    "cities",
    "cut",
    "front",
    "gazetteer",
    "sample",
    "samples",
    "survey",
]
AFTERNOON = "shanghai_afternoon"
PARQUET, OSM_HEADER = b"PAR1", b"OSMHeader"
MARGIN_DEGREES, WIDEST_DEGREES = 0.2, 180.0


def front(name: str) -> Path:
    """Find `app.py`, `sample_data` or `.streamlit`: inside the installed package, or at the repository's root."""
    package = Path(str(files("trailviz")))
    inside = package / "_front" / name
    # A wheel brings them inside the package; a checkout has them where `streamlit run app.py` looks.
    return inside if inside.exists() else package.parent / name


def samples() -> tuple[Path, ...]:
    """List the folders of the samples that ship, the one a person meets first before the others."""
    found = (path.parent for path in front("sample_data").glob("*/sample.toml"))
    # False before True: the afternoon comes first.
    return tuple(sorted(found, key=lambda path: (path.name != AFTERNOON, path.name)))


def sample(name: str = AFTERNOON) -> Path:
    """Answer the folder of a sample.

    Raises:
        KeyError: If there is none of this name.
    """
    for path in samples():
        if path.name == name:
            return path
    raise KeyError(name)


def about(paths: Iterable[Path]) -> Mapping[str, Any]:
    """Answer what the first sample among these folders says of itself, or nothing."""
    for path in paths:
        said = path / "sample.toml" if path.is_dir() else path.parent / "sample.toml"
        if said.is_file():
            with said.open("rb") as file:
                return tomllib.load(file)
    return {}


class PlacesError(Exception):
    """A places file that cannot be used: its name, and a code that `story.whereabouts` turns into a sentence."""

    def __init__(self, file: str, code: str) -> None:
        """Keep the file's name, without the path above it, and the code."""
        super().__init__(code)
        self.file, self.code = file, code


def gazetteer(said: Mapping[str, Any], own: Iterable[Path | Source] = (), events: Events | None = None) -> Gazetteer:
    """Answer what places are looked up in: a sample's own places and no others, or everything that ships; and a person's own files.

    Args:
        said: What a sample says of itself; empty for a person's own exports.
        own: Places files: places.csv, `[[place]]` entries, Overture's Parquet, .osm.pbf.
        events: Whose stated points say which part of a map is wanted.

    Raises:
        PlacesError: If a places file cannot be used.
    """
    places: list[Place] = []
    extracts: list[Extract] = []
    unread: list[Unread] = []
    for one in own:
        try:
            kept, points, missed = _opened(one, _around(events))
        except BrokenFileError as error:
            raise PlacesError(one.name, error.code) from None
        except OSError:
            raise PlacesError(one.name, "places_broken") from None
        places += kept
        extracts += points
        unread += missed
    # A sample says itself which places its companies could know; another list would know more than its author.
    world = None if said else World(named.load(), cities)
    return Gazetteer((*places, *given(said)), tuple(extracts), world, tuple(unread))


def _opened(file: Path | Source, box: Box | None) -> tuple[tuple[Place, ...], list[Extract], list[Unread]]:
    """Open one places file, whatever it is."""
    with file.open("rb") if isinstance(file, Path) else file.open() as opened:
        head = opened.read(64)
        if OSM_HEADER in head:
            # libosmium reads files, and a copy on the disk would be one the person did not make.
            if not isinstance(file, Path):
                raise BrokenFileError("places_by_path")
            return (), [Extract(osm.named(file, box))], []
        if head.startswith(PARQUET):
            return (), [Extract(overture.places(file if isinstance(file, Path) else head + opened.read(), box))], []
        read = own_places.read(head + opened.read(own_places.MOST_BYTES + 1))
    missed = [Unread(file.name, one.row, one.column, one.expected) for one in read.unreadable]
    return given({"place": read.rows}), [], missed


def _around(events: Events | None) -> Box | None:
    """Answer the box of a trail's stated points with a margin, or None where it has none or lies on both sides of the date line."""
    if events is None:
        return None
    points = [np.concatenate([events.numbers(f"{end}{name}") for end in ("", "end_")]) for name in ("lat", "lon")]
    lat, lon = (one[np.isfinite(points[0]) & np.isfinite(points[1])] for one in points)
    if not len(lat) or lon.max() - lon.min() > WIDEST_DEGREES:
        return None
    return Box(
        *(
            float(one)
            for one in (
                lat.min() - MARGIN_DEGREES,
                lon.min() - MARGIN_DEGREES,
                lat.max() + MARGIN_DEGREES,
                lon.max() + MARGIN_DEGREES,
            )
        )
    )


def cities() -> Cities:
    """Answer the towns of the world."""
    return Cities(geonames.towns())


def people_around(lat: np.ndarray, lon: np.ndarray) -> int:
    """Answer how many people live in the town in whose reach the middle of some points (degrees, NaN for none) lies; 0 where none does."""
    here = ~np.isnan(lat)
    if not here.any():
        return 0
    row = cities().around(float(np.median(lat[here])), float(np.median(lon[here])))
    return int(cities().population[row]) if row >= 0 else 0


def given(said: Mapping[str, Any]) -> tuple[Place, ...]:
    """Make places of the `[[place]]` entries of a sample or of a person's own places file."""
    return tuple(
        Place(
            tuple(one["names"]),
            one.get("lat"),
            one.get("lon"),
            float(one.get("radius_m", 0)),
            illustrative=one.get("illustrative", False),
            moving=one.get("moving", False),
            label=one.get("label", {}),
            category=one.get("category", ""),
        )
        for one in said.get("place", ())
    )
