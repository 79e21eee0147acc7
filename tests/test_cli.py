"""The command line: what it prints, what it refuses, and with which exit code."""

from __future__ import annotations

import argparse
import json
import re
import socket
import zipfile
from pathlib import Path

import pytest

from trailviz import atlas
from trailviz.cli import main, parser
from trailviz.words import LANGUAGES

ROOT = Path(__file__).parents[1]
SAMPLE = str(atlas.sample())


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_check_tells_json_whose_rows_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    """Every row of every file is used, left out or unreadable."""
    code, out, _ = _run(capsys, "check", SAMPLE, "--json")
    files = json.loads(out)["files"]

    assert code == 0
    assert [one["format"] for one in files] == ["alipay_web", "diary"]
    assert all(
        one["rows"]["seen"] == one["rows"]["used"] + sum(one["rows"]["left_out"].values()) + one["rows"]["unreadable"]
        for one in files
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("page.csv", b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        ("statement.pdf", b"%PDF-1.7 secret-name", "PDF"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 secret-name", "picture"),
        ("cut.zip", b"PK\x03\x04broken", "zip"),
        ("table.csv", b"Colour,Shape,Feel\nsecret-name,round,soft\n", "columns"),
        ("bank.csv", b"Date,Description,Amount\n2024-01-01,secret-name,12.00\n", "statement"),
    ],
)
def test_a_file_nobody_reads_gets_one_clear_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    """It says what the file is and what to get instead, exits 1, shows no traceback and repeats no cell."""
    (tmp_path / name).write_bytes(content)
    code, out, err = _run(capsys, "check", str(tmp_path / name))

    assert code == 1
    assert said in out
    assert "secret-name" not in out + err
    assert "Traceback" not in out + err
    assert str(tmp_path) not in out + err


def test_one_bad_file_does_not_stop_the_others(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The rest is read, and the exit code says that some were not."""
    (tmp_path / "empty.csv").write_bytes(b"")
    code, out, _ = _run(capsys, "check", str(tmp_path / "empty.csv"), SAMPLE, "--json")

    assert code == 1
    assert [one["rows"]["used"] for one in json.loads(out)["files"]].count(0) == 1


def test_a_locked_zip_asks_for_its_password(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A zip is read in place; without its password it is named, not guessed at."""
    path = tmp_path / "plain.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(atlas.sample() / "alipay_record_20170827_0900_1.csv", "../../bill.csv")
    code, out, _ = _run(capsys, "check", str(path), "--json")

    assert code == 0
    assert json.loads(out)["files"][0]["rows"]["used"] == 5


@pytest.mark.parametrize(
    "words", [("--as", "dide"), ("--day", "2017-08-27"), ("--day", "yesterday"), ("--zone", "Mars/Olympus")]
)
def test_a_wrong_name_is_answered_with_a_sentence(capsys: pytest.CaptureFixture[str], words: tuple[str, str]) -> None:
    """Wrong usage exits 2 and says what was expected."""
    code, _, err = _run(capsys, "story", *words)

    assert code == 2
    assert re.search(r"Did you mean|Nearest|Expected", err)


def test_the_observer_may_be_named_in_any_way(capsys: pytest.CaptureFixture[str]) -> None:
    """Amazon means the Amazon of this trail; names in Chinese work as well."""
    for name, wanted in (("amazon", "amazon_cn"), ("滴滴出行", "didi"), ("Ofo", "ofo"), ("alipay,ant", "alipay+ant")):
        code, out, _ = _run(capsys, "story", "--as", name, "--json")

        assert code == 0
        assert json.loads(out)["observer"] == wanted


def test_a_saved_trail_tells_the_same_story(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Importing, then reading the saved trail, gives the events back, and does not write over a file unasked."""
    out = tmp_path / "trail.parquet"
    assert _run(capsys, "import", SAMPLE, "--out", str(out))[0] == 0
    code, _, err = _run(capsys, "import", SAMPLE, "--out", str(out))

    assert (code, "--force" in err) == (2, True)
    _, saved, _ = _run(capsys, "check", str(out), "--json")
    assert sum(one["rows"]["used"] for one in json.loads(saved)["files"]) == 15


def test_companies_lists_relations_with_sources(capsys: pytest.CaptureFixture[str]) -> None:
    """On a day, only what was in force on it."""
    _, out, _ = _run(capsys, "companies", "alipay", "--on", "2017-08-26", "--json")

    assert all(one["since"] <= "2017-08-26" and one["sources"] for one in json.loads(out))


def _commands() -> dict[str, argparse.ArgumentParser]:
    group = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(group.choices)


@pytest.mark.parametrize("name", _commands())
def test_every_command_and_option_is_documented(name: str) -> None:
    """docs/cli.md has every command with every option it takes."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    options = [
        option
        for action in _commands()[name]._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    ]

    assert f"`trailviz {name}" in text
    assert [option for option in options if option not in text] == []


def test_every_documented_command_exists() -> None:
    """Nothing is promised that is not there."""
    named = set(
        re.findall(
            r"`trailviz ([a-z-]+)",
            "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]),
        )
    )

    assert named - set(_commands()) == set()


def test_nothing_is_kept_unasked(capsys: pytest.CaptureFixture[str]) -> None:
    """Wipe has nothing to remove after any command."""
    assert "keeps nothing" in _run(capsys, "wipe", "--yes")[1]


@pytest.mark.parametrize(
    ("said", "spoken"),
    [("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh_CN.UTF-8", "zh-Hans"), ("zh-Hans-HK", "zh-Hans"), ("ZH-hans", "zh-Hans"), ("en-GB", "en"), ("en_US", "en")],
)  # fmt: skip
def test_a_language_may_be_written_as_systems_write_it(said: str, spoken: str) -> None:
    """What a person or a computer calls it means the one that is spoken."""
    assert spoken in LANGUAGES
    assert parser().parse_args(["story", "--lang", said]).lang == spoken


@pytest.mark.parametrize("said", ["fr", "zh-TW", "zh-Hant", "", "english"])
def test_a_language_nobody_wrote_is_refused_with_those_that_are(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Traditional Chinese is not quietly another script."""
    with pytest.raises(SystemExit) as refused:
        main(["guess", "--lang", said])

    assert refused.value.code == 2
    told = capsys.readouterr().err
    assert all(one in told for one in LANGUAGES)


def test_a_port_that_is_taken_is_refused_before_anything_is_said_to_be_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another program listens: the sentence says so, and no address is printed that shows the other program."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        assert main(["open", "--no-browser", "--port", str(port)]) == 2
    said = capsys.readouterr()

    assert f"Port {port} cannot be used" in said.err
    assert "http" not in said.out
