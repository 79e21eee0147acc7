"""One export format a file, nothing else. A new format is a new file here: found by looking into the folder.

A bank's table that only needs its columns named is a preset instead: a TOML in `presets/` (see `reading.mapping`).
"""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

from trailviz.reading import Importer
from trailviz.reading.contract import Confidence
from trailviz.reading.mapped import importer as mapped
from trailviz.reading.mapping import ColumnMapping, MappingError, parsed

PRESETS = Path(__file__).parent / "presets"


def discover(own: Path | None = None) -> tuple[Importer, ...]:
    """Find every importer of this folder, every preset, and the person's own mappings in `own`, by name.

    A mapping of the person's that cannot be read, or has the name of a format that ships, is passed over:
    `mappings` says which are there.

    Raises:
        AttributeError: If a module of this folder makes no `IMPORTER`; a test sees it first.
    """
    shipped = _shipped()
    taken = tuple(one.name for one in shipped)
    added = (
        # who has mapped a table has decided: their mapping wins over every format that ships
        replace(mapped(one, surest=Confidence.CERTAIN), contains=taken)
        for one in mappings(own)
        if one.name not in taken
    )
    return tuple(sorted((*shipped, *added), key=lambda one: one.name))


def mappings(folder: Path | None) -> tuple[ColumnMapping, ...]:
    """Read every mapping of a folder that can be read, by name; none where there is no folder."""
    found = []
    for path in sorted(folder.glob("*.toml")) if folder and folder.is_dir() else ():
        try:
            found.append(parsed(path.read_text("utf-8")))
        except (MappingError, OSError, UnicodeDecodeError):
            continue
    return tuple(found)


@cache
def _shipped() -> tuple[Importer, ...]:
    modules = [one.name for one in pkgutil.iter_modules(__path__)]
    found = [cast("Importer", import_module(f"{__name__}.{name}").IMPORTER) for name in modules]
    return (*found, *(mapped(one) for one in mappings(PRESETS)))


def vocabulary() -> frozenset[str]:
    """Answer every word the formats that ship name in a constant: columns, keys, statuses. None is a person's."""
    # for bug reports, in which only our own words stand as they are
    told: set[str] = set()
    for module in pkgutil.iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, (tuple, frozenset, dict)):
                told.update(one for one in value if isinstance(one, str))
    return frozenset(told).union(*(one.header for one in mappings(PRESETS)))
