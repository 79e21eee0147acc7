"""`trailviz places`: what places files hold, and the person's own tables kept for every command; nothing is copied unless asked."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trailviz.cli.saying import USABLE, RefusedError, counted_places, speaking, tell, unusable

if TYPE_CHECKING:
    from trailviz.events import Events
    from trailviz.places import Gazetteer

TABLES = (".csv", ".toml")


def describe(one: ArgumentParser) -> None:
    """Describe the options of `places`."""
    one.add_argument("places", metavar="FILE", nargs="*", help="a table of places, or a map; none lists what you keep")
    one.add_argument("--keep", action="store_true", help="keep these tables, so that they count for every command")
    one.add_argument("--forget", metavar="NAME", help="remove a table you kept")
    speaking(one)


def places(parsed: Namespace) -> int:
    """Say what places files hold, keep them, list those kept, or forget one."""
    from trailviz import keep  # noqa: PLC0415 - a quick --help

    if parsed.forget:
        return _forget(parsed.forget)
    kept = keep.places()
    if not parsed.places:
        for path in kept:
            tell(path.name)
        if not kept:
            tell("You keep no places on this computer.")
        return USABLE
    for path in map(Path, parsed.places):
        if not path.is_file():
            raise RefusedError(f"There is no file called {path.name}. Look at the spelling of the path.")
        tell(told(opened(path, None, parsed), path.name, parsed.lang))
        if parsed.keep:
            _keep(path)
    return USABLE


def opened(path: Path, events: Events | None, parsed: Namespace) -> Gazetteer:
    """Open one places file, and name the cells of it that cannot be read on standard error.

    Raises:
        RefusedError: If it cannot be used.
    """
    from trailviz import atlas  # noqa: PLC0415

    try:
        found = atlas.gazetteer({}, [path], events)
    except atlas.PlacesError as error:
        raise unusable(error, parsed) from None
    for one in found.unread:
        print(f"{one.file}, row {one.row}, column {one.column}: expected {one.expected}.", file=sys.stderr)  # noqa: T201
    return found


def counted(parsed: Namespace, events: Events) -> list[tuple[str, Gazetteer]]:
    """Open every places file that counts, each by itself, as far as it lies around the events."""
    return [(path.name, opened(path, events, parsed)) for path in counted_places(parsed)]


def told(found: Gazetteer, file: str, lang: str) -> str:
    """Say what a places file holds."""
    from trailviz.story import whereabouts  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    return whereabouts.holds(found, file, Words(lang))


def record(found: Gazetteer, file: str) -> dict[str, Any]:
    """Write what a places file holds as scripts read it."""
    from trailviz.story import whereabouts  # noqa: PLC0415

    count, said = whereabouts.holding(found)
    cells = [{"row": one.row, "column": one.column, "expected": one.expected} for one in found.unread]
    return {"file": file, "places": count, "with_category": said, "unreadable_cells": cells}


def _keep(path: Path) -> None:
    from trailviz import keep  # noqa: PLC0415

    # A map of a city may be large, and stays where it lies.
    if path.suffix.lower() not in TABLES:
        raise RefusedError(f"{path.name} is a map and stays where it lies: give it with --places. Tables are kept.")
    keep.write_bytes(keep.places_folder() / path.name, path.read_bytes())
    tell(f"Kept. It counts for every command from now on; `trailviz places --forget {path.name}` undoes it.")


def _forget(name: str) -> int:
    from trailviz import keep  # noqa: PLC0415

    kept = {one.name: one for one in keep.places()}
    if name not in kept:
        raise RefusedError(f"You keep no places called {name}. Kept: {', '.join(kept) or 'none'}.")
    kept[name].unlink()
    tell(f"{name} is forgotten.")
    return USABLE
