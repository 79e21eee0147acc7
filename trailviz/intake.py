"""Files in, events out: who can read each file, what it says, what became of every row, and for when it speaks."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from trailviz.events import COVERAGE, Events, gather
from trailviz.importers import discover
from trailviz.reading.account import FIRST_NOTES, Account, Tally
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.contract import Confidence, Declared, Head, Importer, Recognition
from trailviz.reading.encodings import UndecodableError, detect
from trailviz.reading.head import head as head_of
from trailviz.reading.saved import is_saved, restore, save
from trailviz.reading.sources import Problem, Source, from_bytes, sources
from trailviz.reading.strangers import stranger
from trailviz.reading.tables import Batch, instants_of, read_batch
from trailviz.reading.union import unite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

__all__ = ["Account", "Collected", "Problem", "Progress", "Source", "collect", "from_bytes", "is_saved", "restore", "save"]


@dataclass(frozen=True)
class Progress:
    """How far reading has come: the file at hand, rows read of it, files done."""

    file: str
    rows: int
    files: int


@dataclass(frozen=True)
class Collected:
    """Everything the files said: events, an account a file, and when each source speaks (`events.COVERAGE`)."""

    events: Events
    accounts: tuple[Account, ...]
    coverage: pa.Table


def collect(
    files: Iterable[Path | Source],
    *,
    zone: str | None = None,
    password: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Collected:
    """Read files, folders, zips and saved trails; never change one, never stop at one.

    Args:
        files: Paths or sources.
        zone: The zone for times that name none.
        password: For encrypted zips.
        progress: Called now and then.
    """
    importers = discover()
    problems: list[Problem] = []
    batches: list[Batch] = []
    accounts: list[Account] = []
    coverage: list[dict[str, object]] = []
    for source in sources(files, password=password, problems=problems):
        sample = _sample_beside(source)
        if sample is not None and (source.name == "sample.toml" or "golden" in source.name):
            continue
        if is_saved(source):
            kept = restore(source)
            batches.extend(Batch(table, len(accounts), saved=True) for table in kept.events.batches)
            accounts.extend(kept.accounts)
            coverage.extend(kept.coverage.to_pylist())
            continue
        account, found, said = _read(source, importers, zone, len(accounts), progress)
        batches.extend(_illustrated(found, sample, source.name))
        accounts.append(account)
        coverage.extend(said)
    accounts.extend(Account(one.name, one.member, advice=one.code) for one in problems)
    tables, taken_back = unite(batches)
    for index, rows in taken_back.items():
        account = accounts[index]
        left = dict(account.left_out)
        left["already_read"] = left.get("already_read", 0) + rows
        accounts[index] = replace(account, used=account.used - rows, left_out=left)
    return Collected(gather(tables), tuple(accounts), pa.Table.from_pylist(coverage, COVERAGE))


def choose(head: Head, importers: tuple[Importer, ...]) -> tuple[Importer | None, list[tuple[str, Recognition]]]:
    """Ask every importer and take the single surest; a tie is broken only by column sets that contain each other."""
    asked = [(one, one.recognise(head)) for one in importers]
    answers = [(one.name, said) for one, said in asked]
    best = max((said.confidence for _, said in asked), default=Confidence.NO)
    if best is Confidence.NO:
        return None, answers
    surest = [one for one, said in asked if said.confidence is best]
    if len(surest) > 1:
        beaten = {name for one in surest for name in one.contains}
        surest = [one for one in surest if one.name not in beaten]
    return (surest[0] if len(surest) == 1 and best > Confidence.POSSIBLE else None), answers


def _read(
    source: Source, importers: tuple[Importer, ...], zone: str | None, index: int, progress: Callable[[Progress], None] | None
) -> tuple[Account, list[Batch], list[dict[str, object]]]:
    blank = Account(source.name, source.member, size=source.size, sha256=_digest(source))
    try:
        head = head_of(source)
    except BrokenFileError as error:
        return replace(blank, advice=error.code), [], []
    importer, answers = choose(head, importers)
    asked = tuple((name, said.confidence, said.because) for name, said in answers)
    if importer is None:
        tied = sum(said.confidence is Confidence.CERTAIN for _, said in answers) > 1
        return replace(blank, asked=asked, advice="tie" if tied else stranger(head) or "unknown"), [], []
    said = dict(answers)[importer.name]
    tally = Tally()
    found: list[Batch] = []
    lines: list[str] = []
    seen: dict[int, int] = {}
    try:
        encoding = _encoding(source, head)
        with source.open() as file:
            sheet: str | None = None
            for cells in importer.cells(file):
                if cells.sheet != sheet:  # the same row on two sheets is one row told twice
                    seen, sheet = {}, cells.sheet
                lines.extend(cells.lines)
                cells.assumed_zone = zone
                if len(cells):
                    found.extend(Batch(one, index) for one in read_batch(importer, source, cells, tally, seen, zone))
                if progress is not None:
                    progress(Progress(source.name, tally.seen, index))
    except BrokenFileError as error:
        tally.notices[error.code] += 1
    except UndecodableError:
        return replace(blank, asked=asked, advice="undecodable"), [], []
    declared = importer.declares(lines) if importer.declares else Declared()
    if declared.count is not None and declared.count != tally.seen:
        tally.notices["count_differs"] = abs(declared.count - tally.seen)
    first, last = instants_of([batch.table for batch in found])
    account = replace(
        blank,
        format=importer.name,
        confidence=said.confidence,
        because=said.because,
        encoding=encoding,
        zone=importer.zone or _common(found, "zone") or zone,
        zone_basis="format" if importer.zone else _common(found, "zone_basis"),
        first=first,
        last=last,
        seen=tally.seen,
        used=tally.used,
        left_out=dict(tally.left_out),
        unreadable=tally.unreadable,
        unreadable_cells=tuple(tally.cells[:FIRST_NOTES]),
        notices=dict(tally.notices),
        advice=importer.lesser or (None if tally.used else "nothing_usable"),
        asked=asked,
        declared=declared.count,
        missing=declared.missing,
    )
    return account, found, _coverage(account, importer, declared, found)


def _encoding(source: Source, head: Head) -> str | None:
    if head.kind != "text":
        return None
    with source.open() as file:
        return detect(file)


def _digest(source: Source) -> str:
    with source.open() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _common(found: list[Batch], name: str) -> str | None:
    for batch in found:
        if name in batch.table.column_names:
            words = [word for word in batch.table[name].unique().to_pylist() if word]
            return str(words[0]) if len(words) == 1 else "mixed" if words else None
    return None


def _coverage(account: Account, importer: Importer, declared: Declared, found: list[Batch]) -> list[dict[str, object]]:
    """Say for when this source speaks: its declared window, or each collector's first to last event."""
    shared = {"file": account.file, "member": account.member, "format": account.format, "missing": declared.missing}
    if declared.since is not None and declared.until is not None:
        window = {"from": declared.since, "until": declared.until, "basis": "declared"}
        return [{**shared, "collector": importer.collector, **window}]
    collectors = sorted({word for batch in found for word in batch.table["collector"].unique().to_pylist() if word})
    rows: list[dict[str, object]] = []
    for collector in collectors:
        tables = [batch.table.filter(pa.compute.equal(batch.table["collector"], collector)) for batch in found]
        first, last = instants_of(tables, beyond=True)
        if first is not None and last is not None:
            rows.append({**shared, "collector": collector, "from": first, "until": last, "basis": "first_last"})
    return rows


def _sample_beside(source: Source) -> Mapping[str, object] | None:
    if source.beside is None or not (path := source.beside / "sample.toml").is_file():
        return None
    with path.open("rb") as file:
        said = tomllib.load(file)
    return said if "sample" in said else None


def _illustrated(found: list[Batch], sample: Mapping[str, object] | None, name: str) -> list[Batch]:
    """Mark the events whose rows the sample calls illustrative."""
    if sample is None:
        return found
    entries = sample.get("illustrative", [])
    assert isinstance(entries, list)
    rows = [entry["row"] for entry in entries if entry["file"] == name]
    return [
        replace(batch, table=batch.table.append_column("illustrative", pa.array(np.isin(batch.table["row"].to_numpy(), rows))))
        for batch in found
    ]
