"""Places of one's own on the command line: given to any command, kept for all of them, and left out where a sample speaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trailviz import atlas, keep
from trailviz.cli import main, parser

HEADER = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n"
PLACES = "name,lat,lon,category\n示例小馆,31.2,121.4,hospital\nBad,x,1,\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer of its own: what is kept lies in a folder of the test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "kept"))
    return tmp_path


@pytest.fixture
def export(folder: Path) -> str:
    """One payment at a shop that no list knows."""
    file = folder / "alipay.csv"
    row = "2024-05-31 18:02:11,餐饮美食,示例小馆,/,示例,支出,12.00,余额宝,交易成功,1\t,M1\t,,\n"
    file.write_text(HEADER + row, encoding="utf-8")
    return str(file)


@pytest.fixture
def table(folder: Path) -> str:
    """A table with one good row and one bad cell."""
    file = folder / "mine.csv"
    file.write_text(PLACES, encoding="utf-8")
    return str(file)


def _placed(capsys: pytest.CaptureFixture[str], *command: str) -> int:
    capsys.readouterr()
    assert main([*command, "--json"]) == 0
    placed = json.loads(capsys.readouterr().out)["places"]["by_tier"].get("address", 0)
    return int(placed)


def test_every_command_that_reads_exports_takes_places() -> None:
    """A script may say the same files to any of them."""
    commands = next(one for one in parser()._actions if hasattr(one, "choices") and one.choices).choices
    reading = [
        name
        for name, one in (commands or {}).items()  # type: ignore[union-attr]
        if name != "map" and any(action.dest == "exports" for action in one._actions)
    ]
    options = {name: {text for action in commands[name]._actions for text in action.option_strings} for name in reading}  # type: ignore[index]

    assert {"open", "check", "import", "evidence", "story", "lens", "companies"} <= set(reading)
    assert all({"--places", "--no-kept-places"} <= one for one in options.values())


def test_what_is_kept_counts_on_the_command_line_until_forgotten(
    export: str, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Kept by name, told on standard error, left out once when asked, and gone when forgotten."""
    assert _placed(capsys, "story", export) == 0
    assert main(["places", table, "--keep"]) == 0
    assert _placed(capsys, "story", export) == 1
    assert _placed(capsys, "story", export, "--no-kept-places") == 0
    assert main(["places"]) == 0
    assert capsys.readouterr().out == "mine.csv\n"
    main(["story", export])
    assert "With the places kept on this computer: mine.csv." in capsys.readouterr().err
    assert main(["places", "--forget", "mine.csv"]) == 0
    assert _placed(capsys, "story", export) == 0
    assert main(["places", "--forget", "mine.csv"]) == 2


def test_a_sample_is_not_told_by_what_somebody_keeps(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A class sees the same story on every computer; a file given by name is meant."""
    main(["places", table, "--keep"])
    capsys.readouterr()
    main(["story", "--sample", atlas.AFTERNOON])
    main(["story", str(atlas.sample())])

    assert "kept on this computer" not in capsys.readouterr().err


def test_a_table_without_kinds_is_not_said_to_have_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence about kinds is for a table that has some."""
    plain = tmp_path / "plain.csv"
    plain.write_text("name,lat,lon\nExample Metro,51.5,-0.1\nExample Cafe,51.6,-0.1\n", encoding="utf-8")

    assert main(["places", str(plain)]) == 0
    assert capsys.readouterr().out.strip() == "plain.csv: 2 places."


def test_check_says_what_a_places_file_holds(export: str, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    """How many places, of how many it is said what they are, and which cell could not be read."""
    assert main(["check", export, "--places", table]) == 0
    out = capsys.readouterr()
    main(["check", export, "--places", table, "--json"])
    (told,) = json.loads(capsys.readouterr().out)["places"]

    assert "mine.csv: 1 places; of 1 it says what they are." in out.out
    assert "mine.csv, row 3, column lat" in out.err
    assert (told["places"], told["with_category"], told["unreadable_cells"][0]["row"]) == (1, 1, 3)


def test_a_saved_trail_holds_no_places_and_says_so(
    export: str, table: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is looked up is looked up when it is read, so that a saved trail never states another file's points."""
    out = folder / "trail.parquet"
    assert main(["import", export, "--places", table, "--out", str(out)]) == 0

    assert "say --places again" in capsys.readouterr().out
    assert _placed(capsys, "story", str(out)) == 0
    assert _placed(capsys, "story", str(out), "--places", table) == 1


def test_import_with_places_that_cannot_be_used_writes_nothing(
    export: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The refusal comes before the file."""
    wrong = folder / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")

    assert main(["import", export, "--places", str(wrong), "--out", str(folder / "x.parquet")]) == 1
    assert "wrong.csv is no places file" in capsys.readouterr().err
    assert not (folder / "x.parquet").exists()


def test_evidence_and_companies_count_places_as_all_do(
    export: str, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cell that cannot be read is named there too: the file was read."""
    for command in (["evidence", export], ["companies", "alipay", "--trail", export]):
        assert main([*command, "--places", table]) == 0
        assert "mine.csv, row 3, column lat" in capsys.readouterr().err


def test_a_kept_table_that_became_unusable_says_how_to_forget_it(
    export: str, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is locked out by a file they cannot see."""
    main(["places", table, "--keep"])
    keep.places()[0].write_text("broken", encoding="utf-8")
    capsys.readouterr()

    assert main(["story", export]) == 1
    assert "`trailviz places --forget mine.csv`" in capsys.readouterr().err


def test_a_map_is_not_kept_and_a_broken_table_neither(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what can be used is kept, and a city stays where it lies."""
    broken = folder / "broken.csv"
    broken.write_text("a,b\n1,2\n", encoding="utf-8")

    assert main(["places", str(broken), "--keep"]) == 1
    assert main(["places", str(folder / "none.csv")]) == 2
    assert keep.kept() == ()
    assert "no file called none.csv" in capsys.readouterr().err
