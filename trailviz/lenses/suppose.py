"""The same knowledge with other companies, or with relations that are only supposed: graded by the same rules as ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from trailviz.knowledge import Known
from trailviz.registry import Registry, Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

# Not the first day there is: that stands for deeds without a day, which come before all relations.
ALWAYS = date(1, 1, 2)
"""Supposed relations hold on every day a row can have."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Other companies in the roles of a day's own, under the relations of a day (None: of each row's own)."""

    id: str
    title: Mapping[str, str]
    instead: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Cast:
        """Read a `[[cast]]` entry."""
        return cls(said["id"], said["title"], said.get("instead", {}), said.get("on"))


@dataclass(frozen=True, slots=True)
class Supposed:
    """A duty to share that nobody has: from each of some companies to each of others, carrying these flows."""

    origins: tuple[str, ...]
    to: tuple[str, ...]
    flows: tuple[str, ...]
    note: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Supposed:
        """Read a `[[suppose]]` entry."""
        return cls(tuple(said["from"]), tuple(said["to"]), tuple(said["flows"]), said["note"])


def recast(known: Known, cast: Cast | None) -> Known:
    """Answer the same events written down by other companies, or judged by another day's relations."""
    if cast is None or not (cast.instead or cast.on):
        return known
    return Known.of(known.rows.instead(cast.instead, cast.on), known.registry)


def supposed(known: Known, asked: tuple[Supposed, ...]) -> Known:
    """Answer the knowledge if the supposed relations were documented and in force."""
    if not asked:
        return known
    registry = known.registry
    relations = (
        _relation(origin, to, one)
        for one in asked
        for origin in _expanded(registry, one.origins)
        for to in _expanded(registry, one.to)
        if origin != to
    )
    # A copy (0006): the real registry never holds a relation that nobody has.
    wider = registry.with_proven(relations)
    return Known.of(known.rows, wider)


def _expanded(registry: Registry, names: tuple[str, ...]) -> list[str]:
    # A class writes nothing down: a duty of the class is one of each member.
    return [member for name in names for member in (registry.company(name).members or (name,))]


def _relation(origin: str, to: str, one: Supposed) -> Relation:
    return Relation(
        id=f"IF.{origin}.{to}", subject=origin, relation="data_sharing_partner", object=to, from_id=origin, to_id=to,
        # As documented as a law would make it: the question is what would be known then (0006).
        direction="so", use="edge", since=ALWAYS, since_kind="supposed", since_precision="day", until=None,
        until_precision="", as_of=None, stake="", flows=one.flows, evidence="documented_flow", confidence="supposed",
        sources=(one.note,), notes={"en": one.note},
    )  # fmt: skip
