"""Cards for teachers: a case, a view or a system in two sentences, with its date, its source and questions to discuss."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from trailviz.lenses import Source


@dataclass(frozen=True, slots=True)
class Card:
    """One card. Texts are per language. `quote` is at most 25 words, in the language it was printed in.

    `lenses` are those it belongs to; `not_said` is what readers tend to add that the source does not say.
    """

    id: str
    order: int
    kind: str
    date: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    not_said: Mapping[str, str]
    questions: tuple[Mapping[str, str], ...]
    sources: tuple[Source, ...]
    lenses: tuple[str, ...]
    quote: str = ""
    quote_by: str = ""


def cards(folder: Path | None = None) -> tuple[Card, ...]:
    """Read every card of a folder (default: those that ship), in their order.

    Raises:
        ValueError: Naming the file, if one is not as docs/lenses.md says.
    """
    place = folder or Path(str(files("trailviz") / "lenses" / "cards"))
    return tuple(sorted((_card(path) for path in place.glob("*.toml")), key=lambda one: (one.order, one.id)))


def _card(path: Path) -> Card:
    with path.open("rb") as file:
        said = tomllib.load(file)
    try:
        return Card(
            id=path.stem,
            order=said["order"],
            kind=said["kind"],
            date=said["date"],
            title=said["title"],
            summary=said["summary"],
            not_said=said["not_said"],
            questions=tuple(said["question"]),
            sources=tuple(Source(**one) for one in said["source"]),
            lenses=tuple(said["lenses"]),
            quote=said.get("quote", ""),
            quote_by=said.get("quote_by", ""),
        )
    # A card may come from a teacher's own folder: the file and the key say where to look.
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name}: expected {error}; see docs/lenses.md") from error
