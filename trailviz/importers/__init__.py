"""One export format a file, nothing else. A new format is a new file here: found by looking into the folder."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import cast

from trailviz.reading import Importer


def discover() -> tuple[Importer, ...]:
    """Find every importer of this folder, by name.

    Raises:
        AttributeError: If a module of this folder makes no `IMPORTER`; a test sees it first.
    """
    found = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return tuple(sorted((cast("Importer", module.IMPORTER) for module in found), key=lambda one: one.name))
