"""Files in, events out: who can read each file, what it says, what became of every row, and for when it speaks."""

from __future__ import annotations

import hashlib
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from trailviz.days import zone_of
from trailviz.events import COVERAGE, Events, gather
from trailviz.importers import discover, vocabulary
from trailviz.reading import saved
from trailviz.reading.account import Account, Tally
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.choice import choose
from trailviz.reading.contract import Declared, Importer, Recognition
from trailviz.reading.datums import DATUMS, NOTICE, NoSuchFileError, brought, told_of
from trailviz.reading.encodings import UndecodableError
from trailviz.reading.head import head as head_of
from trailviz.reading.identity import Seen
from trailviz.reading.illustrative import is_beside_the_point, marked, sample_beside, zone_beside
from trailviz.reading.mapped import importer as mapped
from trailviz.reading.proposal import Proposal, propose
from trailviz.reading.saved import is_saved, save
from trailviz.reading.skeleton import Skeleton, skeleton
from trailviz.reading.sources import Problem, Source, from_bytes, of_path, sources
from trailviz.reading.spans import coverage as coverage_of
from trailviz.reading.spans import flows_differ
from trailviz.reading.strangers import stranger
from trailviz.reading.tables import Batch, Shared, instants_of, read_batch
from trailviz.reading.union import unite

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from trailviz.reading.cells import Cells
    from trailviz.reading.mapping import ColumnMapping

__all__ = [
    "DATUMS",
    "Account",
    "Collected",
    "NoSuchFileError",
    "Problem",
    "Progress",
    "Proposal",
    "Skeleton",
    "Source",
    "collect",
    "from_bytes",
    "is_saved",
    "proposed",
    "restore",
    "save",
    "skeletons",
    "sources",
    "tried",
]

# Below a megabyte a thread costs more than it gains.
WORTH_A_THREAD = 1 << 20
# the thread that hashes waits for Python's lock once a piece, so pieces are few
PIECE = 8 << 20


@dataclass(frozen=True)
class Progress:
    """How far reading has come: the file at hand, rows read of it, files and bytes done before it."""

    file: str
    rows: int
    files: int
    bytes: int = 0


@dataclass(frozen=True)
class Collected:
    """Everything the files said: events, an account a file, and when each source speaks (`events.COVERAGE`)."""

    events: Events
    accounts: tuple[Account, ...]
    coverage: pa.Table


@dataclass
class _Gathered:
    """What the files read so far have given."""

    batches: list[Batch] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    coverage: list[dict[str, object]] = field(default_factory=list)


def collect(
    files: Iterable[Path | Source],
    *,
    zone: str | None = None,
    password: str | None = None,
    mappings: Path | None = None,
    datums: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Collected:
    """Read files, folders, zips and saved trails; never change one, never stop at one.

    Args:
        files: Paths or sources.
        zone: The zone (IANA name or +08:00) for times that name none; without it a sample's own, else UTC is assumed,
            and said so.
        password: For encrypted zips.
        mappings: A folder with the person's own column mappings.
        datums: For the name of a file, the datum (`DATUMS`) its points are in, whatever it declares.
        progress: Called before each file and after each batch of its rows.

    Raises:
        UnknownZoneError: If there is no such zone.
        NoSuchFileError: If `datums` names a file that is not here; it holds the names.
    """
    datums, unmet = datums or {}, set(datums or ())
    if zone is not None:
        # A zone nobody knows should stop before a gigabyte is read, not after.
        zone_of(zone)
    importers = discover(mappings)
    problems: list[Problem] = []
    so_far = _Gathered()
    done = 0
    for source in sources(files, password=password, problems=problems):
        sample = sample_beside(source)
        # A sample's description and its goldens are no exports, and would stand in the verdicts as failures.
        if sample is not None and is_beside_the_point(source):
            continue
        step = Progress(source.name, 0, len(so_far.accounts), done)
        if progress is not None:
            progress(step)
        told = told_of(source, datums)
        unmet.discard(told or "")
        manner = _Manner(zone or zone_beside(sample), progress, step, datums[told] if told else None)
        _take(source, importers, so_far, manner, sample)
        done += source.size
    if unmet:
        raise NoSuchFileError(*sorted(unmet))
    # After the files: `problems` fills while `sources` is walked.
    so_far.accounts.extend(Account(one.name, one.member, advice=one.code) for one in problems)
    tables, taken_back = unite(so_far.batches)
    for index, rows in taken_back.items():
        so_far.accounts[index] = so_far.accounts[index].taken_back(rows, "already_read")
    return Collected(gather(tables), tuple(so_far.accounts), pa.Table.from_pylist(so_far.coverage, COVERAGE))


def restore(source: Path | Source) -> Collected:
    """Read a trail that `save` wrote.

    Raises:
        BrokenFileError: If the file is damaged or of a later version.
    """
    kept = saved.restore(source if isinstance(source, Source) else of_path(source, source.parent))
    return Collected(kept.events, kept.accounts, kept.coverage)


def proposed(file: Path | Source, name: str, moment: Sequence[str] = ()) -> Proposal | None:
    """Guess what the columns of one table mean; None where it is no table with times.

    Args:
        file: A path or a source.
        name: What the mapping shall be called.
        moment: The columns that hold the moment, where the person has said which.
    """
    source = file if isinstance(file, Source) else of_path(file, file.parent)
    try:
        head = head_of(source)
        with source.open() as opened:
            return propose(opened, head, name, moment)
    # The mapper is offered for files nobody knows: that one is no table is an answer, not an error.
    except (BrokenFileError, UndecodableError, OSError, pa.ArrowInvalid):
        return None


def tried(file: Source, mapping: ColumnMapping) -> tuple[Account, Events]:
    """Read the first rows of a file by a mapping that is not kept yet: what each would be, and an account of them."""
    read = _Read()
    try:
        with file.open() as opened:
            cells = next(iter(mapped(mapping).cells(opened)), None)
        if cells is not None:
            tables = read_batch(mapped(mapping), file, cells, read.tally, Seen(), Shared(), None)
            read.batches.extend(Batch(one, 0) for one in tables)
    except (BrokenFileError, UndecodableError, OSError, pa.ArrowInvalid):
        read.tally.notices["breaks_off"] += 1
    return read.tally.closed(Account(file.name, file.member)), gather([one.table for one in read.batches])


def skeletons(files: Iterable[Path | Source], *, password: str | None = None) -> list[Skeleton]:
    """Describe the shape of every file, and no cell of any, for a bug report."""
    known = vocabulary()
    return [skeleton(source, known) for source in sources(files, password=password, problems=[])]


@dataclass(frozen=True)
class _Manner:
    """How a file is to be read, and whom to tell."""

    zone: str | None
    progress: Callable[[Progress], None] | None
    step: Progress
    datum: str | None = None

    def tell(self, rows: int) -> None:
        if self.progress is not None:
            self.progress(replace(self.step, rows=rows))


@dataclass
class _Read:
    """What one file has given while it is read."""

    tally: Tally = field(default_factory=Tally)
    batches: list[Batch] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    encoding: str | None = None


def _take(source: Source, importers: tuple[Importer, ...], so_far: _Gathered, manner: _Manner, sample: object) -> None:
    """Read one file into what was gathered: events and an account, or an account that says why not."""
    with ThreadPoolExecutor(1) as beside:
        # a small file is hashed before a thread has begun
        large = source.apart and source.size > WORTH_A_THREAD
        hashing = beside.submit(_digest, source) if large else None
        own = _taken(source, importers, so_far, manner, sample)
        if own is None:
            return
        try:
            digest = hashing.result() if hashing else _digest(source)
        except OSError:
            # The file was read and has vanished since (a stick pulled out): its rows stand.
            digest = ""
        so_far.accounts.append(replace(own, sha256=digest))


def _taken(
    source: Source, importers: tuple[Importer, ...], so_far: _Gathered, manner: _Manner, sample: object
) -> Account | None:
    """Read one file; answer its account, or None where it is a saved trail, which brings its own."""
    blank = Account(source.name, source.member, size=source.size)
    try:
        if is_saved(source):
            kept = saved.restore(source)
            so_far.batches.extend(Batch(table, len(so_far.accounts), saved=True) for table in kept.events.batches)
            so_far.accounts.extend(kept.accounts)
            so_far.coverage.extend(kept.coverage.to_pylist())
            return None
        head = head_of(source)
        chosen = choose(head, importers)
        blank = replace(blank, asked=chosen.asked)
        if chosen.importer is None:
            # Two formats that claim a file equally are a fault of ours: to take either would be a guess.
            return replace(blank, advice="tie" if chosen.tied else stranger(head) or "unknown")
        said = dict(chosen.answers)[chosen.importer.name]
        read = _read(source, chosen.importer, len(so_far.accounts), manner, ahead=head.kind == "text")
    except (BrokenFileError, UndecodableError, OSError) as error:
        code = error.code if isinstance(error, BrokenFileError) else "undecodable"
        return replace(blank, advice="cannot_open" if isinstance(error, OSError) else code)
    account, declared = _accounted(blank, chosen.importer, said, read, manner.zone)
    so_far.batches.extend(marked(read.batches, sample if isinstance(sample, dict) else None, source.name))
    so_far.coverage.extend(coverage_of(account, chosen.importer, declared, read.batches))
    return account


def _read(source: Source, importer: Importer, index: int, manner: _Manner, *, ahead: bool) -> _Read:
    """Read a file batch by batch; where it breaks off, what came before stands and the break is noted."""
    read = _Read()
    seen, shared = Seen(), Shared()
    try:
        with source.open() as file:
            batches = importer.cells(file)
            # a JSON decoder never lets go of Python's lock: a second thread would only be waited for
            for cells in _ahead(batches) if ahead and source.size > WORTH_A_THREAD else batches:
                read.lines.extend(cells.lines)
                # The first batch says it: a file has one encoding.
                read.encoding = read.encoding or cells.encoding
                cells.assumed_zone = manner.zone
                if len(cells):
                    tables = read_batch(importer, source, cells, read.tally, seen, shared, manner.zone)
                    read.batches.extend(Batch(_placed(one, manner, read.tally), index) for one in tables)
                else:
                    # A batch without rows still has lines to account for: every row is accounted for.
                    read.tally.notices |= cells.notices
                    read.tally.pass_over(cells)
                manner.tell(read.tally.seen)
    except BrokenFileError as error:
        read.tally.notices[error.code] += 1
    # What damaged bytes make libraries raise; a fault of our own is none of these, and must be seen.
    except (pa.ArrowInvalid, OverflowError, RecursionError, EOFError, zlib.error):
        read.tally.notices["breaks_off"] += 1
    return read


def _placed(table: pa.Table, manner: _Manner, tally: Tally) -> pa.Table:
    """Bring points to WGS-84 from the datum a person told of their file, and note it."""
    if manner.datum is None:
        return table
    table, points = brought(table, manner.datum)
    if points:
        tally.notices[NOTICE[manner.datum]] += points
    return table


def _ahead(batches: Iterator[Cells]) -> Iterator[Cells]:
    """Yield batches while a second thread cuts the next one: Arrow and NumPy let both run at once."""
    with ThreadPoolExecutor(1) as reader:
        # One batch ahead and no more, so that memory grows by one block (0002).
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _accounted(
    blank: Account, importer: Importer, said: Recognition, read: _Read, zone: str | None
) -> tuple[Account, Declared]:
    """Close the account of a file that was read, and answer what it declared about itself."""
    tally = read.tally
    declared = importer.declares(read.lines) if importer.declares else Declared()
    # A heading printed on every page is no row the company counted.
    rows = tally.seen - tally.left_out["header_again"]
    if declared.count is not None and declared.count != rows:
        tally.notices["count_differs"] = abs(declared.count - rows)
    if differing := flows_differ(declared, [batch.table for batch in read.batches]):
        tally.notices["flows_differ"] = differing
    first, last = instants_of([batch.table for batch in read.batches])
    account = replace(
        tally.closed(blank),
        format=importer.name,
        confidence=said.confidence,
        because=said.because,
        encoding=read.encoding,
        zone=importer.zone or _shared_word(read.batches, "zone") or zone,
        zone_basis="format" if importer.zone else _shared_word(read.batches, "zone_basis"),
        first=first,
        last=last,
        advice=importer.lesser or (None if tally.used else "nothing_usable" if tally.seen else "no_rows"),
        declared=declared.count,
        missing=declared.missing,
    )
    return account, declared


def _digest(source: Source) -> str:
    digest = hashlib.sha256()
    room = memoryview(bytearray(min(PIECE, source.size + 1)))
    with source.open() as file:
        # always the same memory: two pieces would be held at once otherwise
        while count := cast("io.BufferedIOBase", file).readinto(room):
            digest.update(room[:count])
    return digest.hexdigest()


def _shared_word(found: list[Batch], name: str) -> str | None:
    """Answer the one word of a column over all batches, `mixed` where there are several, None where there is none."""
    words = {
        word
        for batch in found
        if name in batch.table.column_names
        for word in batch.table[name].unique().to_pylist()
        if word
    }
    return "mixed" if len(words) > 1 else next(iter(words), None)
