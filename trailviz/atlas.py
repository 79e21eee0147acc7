"""Places, ground and samples on disk: merchant addresses, the map of a city, what a sample says of itself, and where the samples are."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trailviz.places import Cities, Gazetteer, Place, World, named
from trailviz.reading import geonames
from trailviz.reading.box import Box
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.ground import Basemap, basemap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "AFTERNOON",
    "Basemap",
    "Box",
    "BrokenFileError",
    "about",
    "basemap",
    "cities",
    "front",
    "gazetteer",
    "sample",
    "samples",
]
AFTERNOON = "shanghai_afternoon"


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


def gazetteer(said: Mapping[str, Any]) -> Gazetteer:
    """Answer what places are looked up in: a sample's own places and no others, or everything that ships."""
    if said:
        # A sample says itself which places its companies could know; another list would know more than its author.
        return Gazetteer(given(said))
    return Gazetteer(world=World(named.load(), cities))


def cities() -> Cities:
    """Answer the towns of the world."""
    return Cities(geonames.towns())


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
        )
        for one in said.get("place", ())
    )
