"""`trailviz map`: what the columns of an unknown table mean, proposed with reasons, changed and kept by the person."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from trailviz.cli.saying import SOME_NOT, USABLE, RefusedError, speaking, tell

if TYPE_CHECKING:
    from trailviz.reading.mapping import ColumnMapping
    from trailviz.reading.proposal import Proposal

LISTS = {"time": "time", "patterns": "patterns", "refs": "refs", "out_words": "out_words"}
WORDS = {
    "name": "name", "collector": "collector", "zone": "zone", "booked": "booked", "end": "end", "amount": "amount",
    "out": "paid_out", "in": "paid_in", "decimal": "decimal", "sign": "sign", "direction": "direction", "currency": "currency",
    "currency_column": "currency_column", "lat": "lat", "lon": "lon", "datum": "datum", "kind": "kind",
}  # fmt: skip


def describe(one: ArgumentParser) -> None:
    """Describe the options of `map`."""
    one.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="change a field, such as time=Datum,Uhrzeit or zone=Europe/Berlin; an empty value takes it out",
    )
    one.add_argument("--name", help="the name of the mapping, such as my_bank")
    one.add_argument("--save", action="store_true", help="keep it, so that files of this shape are read from now on")
    one.add_argument("--forget", metavar="NAME", help="remove a mapping you kept")
    one.add_argument("--list", action="store_true", help="list the mappings you kept")
    speaking(one)


def propose(parsed: Namespace) -> int:
    """Propose a mapping for a table, with reasons; keep it where that is asked for."""
    from trailviz import keep, verdict  # noqa: PLC0415 - a quick --help
    from trailviz.importers import mappings  # noqa: PLC0415
    from trailviz.reading.mapping import MappingError, called, check, written  # noqa: PLC0415

    if parsed.forget or parsed.list:
        return _kept(parsed)
    if not parsed.exports:
        raise RefusedError("Which table? Expected one file, such as trailviz map statement.csv.")
    path = Path(parsed.exports)
    found = _proposal(path, parsed.name or called(path.name))
    try:
        changed = _changed(found.mapping, parsed.changes)
        # Before it is shown or kept: a mapping that cannot work would fail later, on every file.
        check(changed)
    except MappingError as error:
        raise RefusedError(f"{error.key}: expected {error.expected}.") from None
    for line in verdict.proposal(dataclasses.replace(found, mapping=changed), parsed.lang):
        tell(line)
    tell()
    tell(written(changed))
    if not parsed.save:
        tell("Nothing was kept. Change a field with --set, and keep it with --save.")
        return USABLE
    out = keep.mappings() / f"{changed.name}.toml"
    # Asked before it is written, for afterwards it is always there.
    replaced = any(one.name == changed.name for one in mappings(keep.mappings()))
    keep.write(out, written(changed))
    tell(
        f"{'Replaced' if replaced else 'Kept'} as {changed.name}. `trailviz check` reads files of this shape now; --forget {changed.name} undoes it."
    )
    return USABLE


def _kept(parsed: Namespace) -> int:
    from trailviz import keep  # noqa: PLC0415
    from trailviz.importers import mappings  # noqa: PLC0415

    listed = mappings(keep.mappings())
    if parsed.list:
        for one in listed:
            tell(f"{one.name:24} {', '.join(one.header) or f'{one.width} columns'}")
        if not listed:
            tell("You keep no mapping yet.")
        return USABLE
    if parsed.forget not in {one.name for one in listed}:
        near = ", ".join(one.name for one in listed) or "none"
        raise RefusedError(f"You keep no mapping called {parsed.forget}. Kept: {near}.")
    (keep.mappings() / f"{parsed.forget}.toml").unlink()
    tell(f"{parsed.forget} is forgotten.")
    return USABLE


def _proposal(path: Path, name: str) -> Proposal:
    from trailviz.intake import proposed  # noqa: PLC0415

    if not path.is_file():
        raise RefusedError(f"There is no file called {path.name}. Look at the spelling of the path.")
    found = proposed(path, name)
    if found is None:
        raise RefusedError(
            "No column of this file holds times under a header row, so nothing can be mapped. `trailviz check` says what the file is.",
            SOME_NOT,
        )
    return found


def _changed(one: ColumnMapping, changes: list[str]) -> ColumnMapping:
    """Put `--set` into the mapping."""
    from trailviz.reading.mapping import TEXTS  # noqa: PLC0415

    for change in changes:
        key, equals, value = change.partition("=")
        # A comma alone is a value: the decimal sign of half of Europe.
        values = tuple(part.strip() for part in value.split(",") if part.strip()) if value != "," else (",",)
        if not equals or key not in {*LISTS, *WORDS, *TEXTS}:
            known = ", ".join(sorted({*LISTS, *WORDS, *TEXTS}))
            raise RefusedError(f"No field is called {key}. Expected FIELD=VALUE with one of {known}.")
        if key in TEXTS:
            one = dataclasses.replace(
                one, texts={**{k: v for k, v in one.texts.items() if k != key}, **({key: values} if values else {})}
            )
        elif key in LISTS:
            one = dataclasses.replace(one, **{LISTS[key]: values})  # type: ignore[arg-type]
        else:
            one = dataclasses.replace(one, **{WORDS[key]: value or None})  # type: ignore[arg-type]
    return one
