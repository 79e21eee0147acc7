"""What a sample says of its own files: which rows are illustrative, and what beside them is no export."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from trailviz.days import UnknownZoneError, zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailviz.reading.sources import Source
    from trailviz.reading.tables import Batch

NAME = "sample.toml"


def sample_beside(source: Source) -> Mapping[str, Any] | None:
    """Answer what the sample.toml in a file's folder says, or None where there is none that can be read."""
    # an upload lies in no folder
    if source.beside is None or not (path := source.beside / NAME).is_file():
        return None
    try:
        with path.open("rb") as file:
            said = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return None
    return said if "sample" in said else None


def zone_beside(sample: Mapping[str, Any] | None) -> str | None:
    """Answer the zone a sample says its files' times are in, where they name none; None where it says nothing usable."""
    said = sample.get("sample") if sample else None
    named = said.get("zone") if isinstance(said, dict) else None
    if not isinstance(named, str):
        return None
    try:
        zone_of(named)
    except UnknownZoneError:
        return None
    return named


def is_beside_the_point(source: Source) -> bool:
    """Say whether a file of a sample's folder is its description or a golden result, and so no export."""
    return source.name == NAME or source.name.rsplit("/", 1)[-1].startswith(("golden", ".golden"))


def marked(found: list[Batch], sample: Mapping[str, Any] | None, name: str) -> list[Batch]:
    """Mark the events whose rows the sample's `[[illustrative]]` entries name by `file` and `row`."""
    if sample is None:
        return found
    # anybody may write such a file: what has another shape marks nothing
    entries = [one for one in sample.get("illustrative", ()) if isinstance(one, dict) and one.get("file") == name]
    rows = [one["row"] for one in entries if isinstance(one.get("row"), int)]
    return [
        replace(
            one, table=one.table.append_column("illustrative", pa.array(np.isin(one.table["row"].to_numpy(), rows)))
        )
        for one in found
    ]
