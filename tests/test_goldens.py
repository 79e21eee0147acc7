"""One golden test for every format: what each sample says, line by line, in local wall-clock time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from trailviz.days import zone_of
from trailviz.importers import discover
from trailviz.intake import Account, Collected, collect

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
SAMPLES = sorted(path for path in FORMATS.glob("*/*") if path.suffix != ".golden")
SHOWN = (
    "collector", "start_latest", "end_earliest", "end", "booked", "time_basis", "precision_s", "party", "party_is", "party_account",
    "people", "detail", "category", "status", "note", "items", "method", "instrument", "refs", "amount", "fee", "currency", "flow",
    "lat", "lon", "accuracy_m", "place", "place_ref", "end_lat", "end_lon", "end_place", "mode", "service", "vehicle", "device",
    "presence", "channel_text", "said_by", "probability",
)  # fmt: skip


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_says_what_its_golden_says(path: Path) -> None:
    """Every event, left-out row and unreadable cell of a sample stands in the golden beside it."""
    told = _told(collect([path]))
    golden = path.with_name(path.name + ".golden")
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(told, encoding="utf-8")

    assert told == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_is_recognised_by_its_own_importer(path: Path) -> None:
    """The file's folder names the importer that reads it, and it is the single surest."""
    (account,) = collect([path]).accounts

    assert account.format == path.parent.name


def test_every_importer_has_a_sample() -> None:
    """A format without a sample cannot be held to anything."""
    assert {one.name for one in discover()} == {path.parent.name for path in SAMPLES}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_reading_a_file_twice_adds_nothing(path: Path) -> None:
    """The same export under two names gives the same events once."""
    once = collect([path]).events

    assert sorted(collect([path, path]).events.ids) == sorted(once.ids)


def _told(collected: Collected) -> str:
    lines = [
        _event(row)
        for row in sorted(
            collected.events.table().to_pylist(), key=lambda row: (row.get("sheet") or "", row["row"], row["part"])
        )
    ]
    return "\n".join([*lines, *(_account(one) for one in collected.accounts)]) + "\n"


def _event(row: dict[str, Any]) -> str:
    zone = zone_of(row.get("zone") or "UTC")

    def shown(value: object) -> str:
        return (
            value.astimezone(zone).isoformat(sep=" ")
            if hasattr(value, "astimezone")
            else f"{value:.6f}"
            if isinstance(value, float)
            else str(value)
        )

    said = [f"{name}={shown(row[name])}" for name in SHOWN if row.get(name) not in (None, [], "")]
    return f"{row.get('sheet') or 'row'} {row['row']}.{row['part']} {row['kind']} {shown(row.get('start'))} | {' | '.join(said)}"


def _account(one: Account) -> str:
    cells = "".join(f"\n  row {cell.row}, {cell.column}: expected {cell.expected}" for cell in one.unreadable_cells)
    return (
        f"{one.format} {one.confidence.name} encoding {one.encoding} seen {one.seen} used {one.used} left out {dict(one.left_out)} "
        f"unreadable {one.unreadable} notices {dict(sorted(one.notices.items()))} missing {one.missing} declared {one.declared}{cells}"
    )
