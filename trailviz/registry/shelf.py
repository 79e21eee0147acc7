"""The registry as it lies on disk: one company a file in `companies/`, read into what `trailviz.registry` describes."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trailviz.registry import ARTICLES, EVIDENCE, Area, Company, Law, MayRecord, Registry, Relation, Right

if TYPE_CHECKING:
    from collections.abc import Mapping


def load(folder: Path | None = None) -> Registry:
    """Read the registry from a folder of company files (default: the one that ships).

    Raises:
        ValueError: Naming the file, if one is not as docs/registry.md says.
    """
    place = folder or Path(str(files("trailviz") / "companies"))
    companies: dict[str, Company] = {}
    relations: list[Relation] = []
    groups: dict[str, Company] = {}
    laws: dict[str, Law] = {}
    # Sorted, since a folder's own order differs from computer to computer.
    for path in sorted(place.glob("*.toml")):
        with path.open("rb") as file:
            said = tomllib.load(file)
        try:
            if path.stem == "groups":
                groups = {key: _company(key, {**one, "kind": "group"}) for key, one in said.items()}
                continue
            if path.stem == "laws":
                laws = {key: _law(key, one) for key, one in said.items()}
                continue
            companies[path.stem] = _company(path.stem, said)
            relations.extend(_relation(path.stem, one) for one in said.get("relation", ()))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path.name}: expected the key {error}; see docs/registry.md") from error
    return Registry(companies, tuple(sorted(relations, key=lambda one: one.id)), groups, laws)


def _company(company_id: str, said: Mapping[str, Any]) -> Company:
    may = tuple(MayRecord(one["kind"], one["facet"], one["source"]) for one in said.get("may_record", ()))
    kind, region = said.get("kind", "company"), said.get("region", "")
    aliases, members = tuple(said.get("aliases", ())), tuple(said.get("members", ()))
    rights = tuple(
        Right(
            laws=tuple(one["laws"]),
            get=_told(one, "get"),
            object=_told(one, "object"),
            sources=tuple(one["sources"]),
            as_of=one["as_of"],
            confidence=one["confidence"],
            read=one.get("read", True),
        )
        for one in said.get("rights", ())
    )
    return Company(company_id, _told(said, "name"), kind, region, aliases, members, may, rights)


def _law(law_id: str, said: Mapping[str, Any]) -> Law:
    return Law(
        id=law_id,
        names=_told(said, "name"),
        regions=frozenset(said["regions"]),
        since=said["since"],
        terms=_told(said, "term") if "term" in said else {},
        articles={what: _told(said, what) for what in ARTICLES if said[what]},
        notes=_told(said, "note"),
        sources=tuple(said["sources"]),
        as_of=said["as_of"],
    )


def _told(said: Mapping[str, Any], key: str) -> dict[str, str]:
    """Gather what a key says, by language."""
    return {"en": said[key]} | ({"zh-Hans": said[f"{key}_zh"]} if f"{key}_zh" in said else {})


def _relation(subject: str, said: Mapping[str, Any]) -> Relation:
    # Not `own_export` either: only a person's own files prove that, never a file of the registry.
    if said["evidence"] not in EVIDENCE:
        raise KeyError("evidence")
    if not isinstance(said["since"], date):
        raise KeyError("since")  # a text such as "2017" would never be in force, and nobody would notice
    # No source, no relation (0004).
    if not any(one.strip() for one in said["sources"]):
        raise KeyError("sources")
    return Relation(
        id=said["id"],
        subject=subject,
        relation=said["relation"],
        object=said["object"],
        from_id=said.get("from"),
        to_id=said.get("to"),
        direction=said["direction"],
        use=said["use"],
        since=said["since"],
        since_kind=said["since_kind"],
        since_precision=said["since_precision"],
        until=said.get("until"),
        until_precision=said.get("until_precision", ""),
        as_of=said.get("as_of"),
        stake=said.get("stake", ""),
        flows=tuple(said["flows"]),
        evidence=said["evidence"],
        confidence=said["confidence"],
        sources=tuple(said["sources"]),
        notes=_told(said, "note") if "note" in said else {},
        read=said.get("read", True),
        area=_area(said["area"]) if "area" in said else None,
    )


def _area(said: list[float]) -> Area:
    south, west, north, east = said
    return south, west, north, east
