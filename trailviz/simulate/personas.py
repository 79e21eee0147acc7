"""Personas: how somebody who does not exist spends days and money. Each is one file in `people/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Persona:
    """A way to live: everything its file says.

    `bed` and `wake` are minutes after midnight with their spread; `habits` and `records` are probabilities a day (coffee,
    dinner out) or a deed (cash); `companies` names the export files of a city where they differ from the city's own list.
    """

    id: str
    order: int
    title: Mapping[str, str]
    about: str
    work: Mapping[str, Any]
    bed: tuple[float, float]
    wake: tuple[float, float]
    habits: Mapping[str, float]
    ways: Mapping[str, float]
    records: Mapping[str, float]
    money: Mapping[str, Any]
    companies: Mapping[str, tuple[str, ...]]


def personas() -> tuple[Persona, ...]:
    """Read every persona, in the order they are listed."""
    folder = files("trailviz.simulate") / "people"
    found = (tomllib.loads(one.read_text(encoding="utf-8")) for one in folder.iterdir() if one.name.endswith(".toml"))
    return tuple(sorted((_persona(one) for one in found), key=lambda one: one.order))


def persona(name: str) -> Persona:
    """Read one persona.

    Raises:
        KeyError: If there is none of this name.
    """
    for one in personas():
        if one.id == name:
            return one
    raise KeyError(name)


def _persona(said: dict[str, Any]) -> Persona:
    return Persona(
        id=said["id"],
        order=said["order"],
        title=said["title"],
        about=said["about"],
        work=said["work"],
        bed=tuple(said["bed"]),
        wake=tuple(said["wake"]),
        habits=said["habits"],
        ways=said["ways"],
        records=said["records"],
        money=said["money"],
        companies={city: tuple(names) for city, names in said.get("companies", {}).items()},
    )
