"""A format without its lines, its row, its sample and its golden is not finished."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from trailviz.importers import discover

ROOT = Path(__file__).parents[1]
NAMES = [one.name for one in discover()]
MODULES = [one.name for one in discover() if not one.about]
LINES = ("Format", "Seen", "Encoding", "Zone", "Precision", "Kept", "Left out", "How to get it")
FAULTS = re.compile(r"bad|broken|no-|unknown|title|saved-again|false|missing|cut")


@pytest.mark.parametrize("name", MODULES)
def test_the_docstring_has_the_fixed_lines_in_order(name: str) -> None:
    """An importer says Format, Seen, Encoding, Zone, Precision, Kept, Left out and How to get it, each once."""
    said = import_module(f"trailviz.importers.{name}").__doc__ or ""
    found = re.findall(rf"^({'|'.join(LINES)}): \S", said, re.MULTILINE)

    assert found == list(LINES)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_formats_has_a_row_that_says_how_to_get_it(name: str) -> None:
    """docs/formats/ has one row a format: name, what it is, how to get it, what it gives away, since when it looks so."""
    rows = [line for line in _documented().split("\n") if f"| `{name}` |" in line]

    assert len(rows) == 1
    cells = [cell.strip() for cell in rows[0].strip("|").split("|")]
    assert len(cells) == 5
    assert all(cells)


@pytest.mark.parametrize("name", NAMES)
def test_a_format_has_samples_and_each_its_golden(name: str) -> None:
    """Every sample has a golden beside it, and every golden its sample."""
    folder = ROOT / "sample_data" / "formats" / name
    files = {path.name for path in folder.iterdir()}
    samples = {one for one in files if not one.endswith(".golden")}

    assert samples
    assert files - samples == {f"{one}.golden" for one in samples}


@pytest.mark.parametrize("name", [one for one in NAMES if one.startswith(("alipay", "wechat", "diary"))])
def test_a_format_has_a_sample_named_for_its_fault(name: str) -> None:
    """Beside what is right there is a sample of what goes wrong, and its name says what."""
    assert any(FAULTS.search(path.name) for path in (ROOT / "sample_data" / "formats" / name).iterdir())


def test_no_row_stands_for_a_format_that_is_not_read() -> None:
    """The table promises nothing that no importer keeps."""
    assert set(re.findall(r"^\| `(\w+)` \|", _documented(), re.MULTILINE)) == set(NAMES)


def _documented() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "docs" / "formats").glob("*.md")))
