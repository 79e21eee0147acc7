"""Silent observers: who can know of a day and hands out no export of it. One a file; they are named, and never graded.

A source speaks for a country (two letters; empty: for any) from a day on. What is not in a person's exports is not the same as not known.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Source:
    """What a source says of a silent observer: in words a language, since when, for which country, and where it stands."""

    says: Mapping[str, str]
    since: date
    country: str
    source: str


@dataclass(frozen=True, slots=True)
class Silent:
    """Who is silent: its names, what it has, how one may ask for it, and the sources, the newest first."""

    id: str
    names: Mapping[str, str]
    has: Mapping[str, str]
    ask: Mapping[str, str]
    sources: tuple[Source, ...]

    def name(self, lang: str = "en") -> str:
        """Answer its name in a language, or in English."""
        return self.names.get(lang) or self.names["en"]

    def spoken_of(self, countries: Iterable[str], day: date) -> Source | None:
        """Answer the newest source for one of these countries that holds on a day; else the newest for any country."""
        here = frozenset(countries)
        then = [one for one in self.sources if one.since <= day]
        return next((one for one in then if one.country in here), next((one for one in then if not one.country), None))


def load(folder: Path | None = None) -> tuple[Silent, ...]:
    """Read the silent observers, in order of id.

    Raises:
        ValueError: Naming the file, if one has no source or no date.
    """
    place = folder or Path(str(files("trailviz") / "silent"))
    return tuple(_read(path) for path in sorted(place.glob("*.toml")))


def _read(path: Path) -> Silent:
    with path.open("rb") as file:
        said = tomllib.load(file)
    try:
        sources = [
            Source(_both(one, "says"), one["since"], one.get("country", ""), one["source"]) for one in said["source"]
        ]
        newest = tuple(sorted(sources, key=lambda one: one.since, reverse=True))
        found = Silent(path.stem, _both(said, "name"), _both(said, "has"), _both(said, "ask"), newest)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name}: expected the key {error}") from error
    if not found.sources or not all(one.source for one in found.sources):
        raise ValueError(f"{path.name}: expected a source with its address")
    return found


def _both(said: Mapping[str, Any], key: str) -> dict[str, str]:
    return {"en": said[key], "zh-Hans": said[f"{key}_zh"]}
