"""Every sample shown to every importer: the folder's own is the single surest, and no other is tempted."""

from __future__ import annotations

from pathlib import Path

import pytest

from trailviz.importers import discover
from trailviz.intake import from_bytes
from trailviz.reading import Confidence, Head, Importer
from trailviz.reading.choice import choose
from trailviz.reading.head import head as head_of

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
SAMPLES = sorted(path for path in FORMATS.glob("*/*") if path.suffix != ".golden")
IMPORTERS = discover()


def _head(path: Path) -> Head:
    return head_of(from_bytes("export", path.read_bytes()))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_exactly_one_importer_is_surest_and_it_is_the_folders(path: Path) -> None:
    """A sample is taken by the importer its folder names, without a tie and without the file's name as a hint."""
    chosen = choose(_head(path), IMPORTERS)

    assert not chosen.tied
    assert chosen.importer is not None
    assert chosen.importer.name == path.parent.name


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_other_importer_could_read_a_sample(path: Path) -> None:
    """Every importer but the folder's own answers NO or POSSIBLE, so a lost importer never hands its file to another."""
    answers = {one.name: one.recognise(_head(path)) for one in IMPORTERS}

    assert {name for name, said in answers.items() if said.confidence > Confidence.POSSIBLE} == {path.parent.name}


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda one: one.name)
def test_every_answer_has_a_reason(importer: Importer) -> None:
    """Whatever an importer answers, it says why, in a clause about structure."""
    assert all(importer.recognise(_head(path)).because for path in SAMPLES)


@pytest.mark.parametrize("kind", ["empty", "binary", "image", "pdf", "html", "sqlite", "zip", "xls"])
def test_bytes_that_are_no_table_are_claimed_by_nobody(kind: str) -> None:
    """A file of a foreign kind is refused by every importer."""
    assert {one.recognise(Head("alipay_record.csv", kind)).confidence for one in IMPORTERS} == {Confidence.NO}
