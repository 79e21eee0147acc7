"""What a person's own files prove companies told each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trailviz.cli import main
from trailviz.story import proofs
from trailviz.trail import follow

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
REPORT = FORMATS / "apple_app_privacy" / "App_Privacy_Report.ndjson"


def test_calls_of_one_app_to_one_company_are_counted_together() -> None:
    """The file's own count is kept: a line that stands for 137 calls is 137."""
    trail = follow([REPORT])
    told = next(one for one in trail.proven if one.kind == "disclosure")

    assert (told.observer, told.by, told.count) == ("Example Ads Inc.", "org.example.weather", 137)


def test_an_app_that_looked_is_said_to_have_looked() -> None:
    """A sensor is named in words, with the day it was read."""
    said = proofs.proofs(follow([REPORT]))

    assert any(one.startswith("org.example.weather read your location once, 2 June 2026") for one in said)


def test_without_a_day_nothing_is_said_of_one() -> None:
    """A list of connected apps proves who may be told, not when."""
    said = proofs.proofs(follow([FORMATS / "strava_connected" / "connected_apps.csv"]))

    assert (
        said[0]
        == "Strava may tell Example Coach: so says connected_apps.csv, row 3, which names no day. It is counted on no day."
    )


def test_a_trail_of_payments_proves_nothing_of_the_kind() -> None:
    """Only files that tell of disclosures do."""
    assert follow([FORMATS / "jd_finance" / "short.csv"]).proven == ()


def test_the_command_writes_it_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    """Every record says that its basis is the person's own export."""
    assert main(["evidence", str(REPORT), "--json"]) == 0
    assert {one["basis"] for one in json.loads(capsys.readouterr().out)} == {"own_export"}


def test_the_command_says_where_such_files_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing is proven the answer names the page that lists the files which do."""
    main(["evidence", str(FORMATS / "jd_finance" / "short.csv")])

    assert "docs/formats/evidence.md" in capsys.readouterr().out
