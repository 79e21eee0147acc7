"""Tables nobody wrote an importer for, read by a column mapping."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from trailviz.importers import PRESETS, discover, mappings
from trailviz.intake import collect, from_bytes
from trailviz.reading.head import head as head_of
from trailviz.reading.mapping import MappingError, parsed, written
from trailviz.reading.proposal import Proposal, propose

BANK = """
name = "my_bank"
title = "My Bank, account statement"
collector = "My Bank"
header = ["Datum", "Uhrzeit", "Name", "Zweck", "Betrag", "Wertstellung"]

[time]
columns = ["Datum", "Uhrzeit"]
patterns = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
zone = "Europe/Berlin"
booked = "Wertstellung"

[amount]
column = "Betrag"
decimal = ","
currency = "EUR"

[text]
party = ["Name"]
detail = ["Zweck", "Name"]
"""
ROWS = """Kontoauszug;;;;;
Datum;Uhrzeit;Name;Zweck;Betrag;Wertstellung;Saldo
03.06.2025;18:02;Bäckerei Beispiel;Karte;-1.234,50;04.06.2025;10,00
04.06.2025;;Erika Beispiel;;20,00;;30,00
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one mapping of the person's own."""
    made = tmp_path / "mappings"
    made.mkdir()
    (made / "my_bank.toml").write_text(BANK, "utf-8")
    return made


def test_a_mapping_reads_times_money_and_text_as_it_says(folder: Path, tmp_path: Path) -> None:
    """Date and time of day are joined in the mapping's zone, a decimal comma is one, and a minus is out."""
    export = tmp_path / "auszug.csv"
    export.write_text(ROWS, "utf-8")

    collected = collect([export], mappings=folder)

    first, second = collected.events.table().to_pylist()
    assert collected.accounts[0].format == "my_bank"
    assert (first["start"], first["precision_s"]) == (datetime(2025, 6, 3, 16, 2, tzinfo=UTC), 60)
    assert (first["amount"], first["flow"], first["currency"]) == (Decimal("1234.50"), "out", "EUR")
    assert (first["party"], first["detail"]) == ("Bäckerei Beispiel", "Karte Bäckerei Beispiel")
    assert (second["precision_s"], second["flow"], second["booked"]) == (86_400, "in", None)
    assert collected.accounts[0].seen == 2


def test_a_file_without_its_mapping_is_refused(tmp_path: Path) -> None:
    """The same file is not recognised where the person has no mapping for it."""
    export = tmp_path / "auszug.csv"
    export.write_text(ROWS, "utf-8")

    assert collect([export]).accounts[0].format is None


def test_a_table_without_a_header_is_read_by_its_shape(folder: Path, tmp_path: Path) -> None:
    """Columns called 1, 2, 3 are proven by the cells, and rows keep the numbers a person sees."""
    (folder / "taps.toml").write_text(
        "name = 'taps'\nwidth = 3\ncollector = 'self'\n[proof]\n1 = '\\d{10}'\n2 = '[-\\d.]+'\n"
        "[time]\ncolumns = ['1']\npatterns = ['unix_s']\nzone = 'UTC'\n[place]\nlat = '2'\nlon = '3'\n",
        "utf-8",
    )
    export = tmp_path / "taps.txt"
    export.write_text("1600000000,52.5,13.4\n1600000060,0,0\n", "utf-8")

    rows = collect([export], mappings=folder).events.table().to_pylist()

    assert [(row["row"], row["lat"], row["kind"]) for row in rows] == [(1, 52.5, "fix"), (2, None, "fix")]
    assert rows[0]["start"] == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)


def test_a_mapping_is_written_as_it_is_read() -> None:
    """What `written` writes, `parsed` reads back the same."""
    one = parsed(BANK)

    assert parsed(written(one)) == one


@pytest.mark.parametrize(
    ("line", "wrong", "key"),
    [
        ('name = "my_bank"', 'name = "../x"', "name"),
        ('decimal = ","', 'decimal = ";"', "amount.decimal"),
        ('booked = "Wertstellung"', 'booked = "Valuta"', "header"),
        ('columns = ["Datum", "Uhrzeit"]', "columns = []", "time.columns"),
        ('name = "my_bank"', "name = 3", "name"),
        ('name = "my_bank"', "name = ", "the file"),
    ],
)
def test_a_wrong_mapping_says_which_key_and_what_was_expected(line: str, wrong: str, key: str) -> None:
    """A mapping that cannot be used names its first wrong key."""
    with pytest.raises(MappingError) as raised:
        parsed(BANK.replace(line, wrong))

    assert raised.value.key == key


def test_every_preset_that_ships_can_be_read() -> None:
    """A preset with a slip would be passed over in silence; so none has one."""
    listed = sorted(path.stem for path in PRESETS.glob("*.toml"))

    assert [one.name for one in mappings(PRESETS)] == listed
    assert [one.name for one in mappings(PRESETS) if {"title", "how_to_get", "source"} - set(one.about)] == []


def test_a_persons_mapping_never_replaces_a_format_that_ships(folder: Path) -> None:
    """A mapping called like a format that ships is passed over."""
    (folder / "wechat.toml").write_text(BANK.replace("my_bank", "wechat"), "utf-8")

    names = [one.name for one in discover(folder)]

    assert names.count("wechat") == 1
    assert "my_bank" in names


def _proposed(text: str, encoding: str = "utf-8") -> Proposal:
    source = from_bytes("unknown.csv", text.encode(encoding))
    with source.open() as file:
        found = propose(file, head_of(source), "mine")
    assert found is not None
    return found


def test_a_proposal_finds_the_moment_the_money_and_the_other_side() -> None:
    """Of a table nobody knows, the names and the cells together tell what its columns mean, and why."""
    found = _proposed(ROWS, "cp1252")

    assert (found.mapping.time, found.mapping.patterns[0]) == (("Datum", "Uhrzeit"), "%d.%m.%Y %H:%M")
    assert (found.mapping.amount, found.mapping.decimal, found.mapping.sign) == ("Betrag", ",", "minus_is_out")
    assert (found.mapping.texts["party"], found.mapping.booked) == (("Name",), "Wertstellung")
    assert (found.reasons["amount"], found.reasons["zone"]) == ("name", "unknown")


@pytest.mark.parametrize(
    ("dates", "pattern", "reason"),
    [
        (("03/04/2025", "25/04/2025"), "%d/%m/%Y", "proven"),
        (("04/03/2025", "04/25/2025"), "%m/%d/%Y", "proven"),
        (("01/10/2025", "02/03/2025", "03/05/2025"), "%m/%d/%Y", "rows_in_order"),
        (("04/04/2025", "05/05/2025"), "%d/%m/%Y", "assumed"),
    ],
)
def test_the_order_of_day_and_month_is_told_with_its_reason(dates: tuple[str, ...], pattern: str, reason: str) -> None:
    """A day above twelve proves the order, the rows' own order suggests it, and otherwise it is said to be assumed."""
    found = _proposed("Date,Shop,Amount\n" + "".join(f"{day},Café {at},{at}.50\n" for at, day in enumerate(dates)))

    assert found.mapping.patterns[0] == pattern
    assert found.reasons["time"] == reason


def test_two_columns_of_money_are_out_and_in() -> None:
    """Debit and credit are read as two columns, and a balance is neither."""
    found = _proposed("Date,Text,Debit,Credit,Balance\n2025-06-01,Shop,3.50,,10.00\n2025-06-02,Pay,,20.00,30.00\n")

    assert (found.mapping.paid_out, found.mapping.paid_in, found.mapping.amount) == ("Debit", "Credit", None)


def test_a_table_without_times_gives_no_proposal() -> None:
    """Where no column holds times there is nothing to map."""
    source = from_bytes("list.csv", b"Name,Colour,Amount\nA,red,1.50\nB,blue,2.50\n")
    with source.open() as file:
        assert propose(file, head_of(source), "mine") is None


def test_accents_that_stand_alone_are_not_read_as_chinese(folder: Path, tmp_path: Path) -> None:
    """A Western European file decodes as GB18030 without complaint, and is not read as that."""
    export = tmp_path / "auszug.csv"
    export.write_bytes(ROWS.encode("cp1252"))

    collected = collect([export], mappings=folder)

    assert collected.accounts[0].encoding != "gb18030"
    assert collected.events.table()["party"][0].as_py() == "Bäckerei Beispiel"


def _run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_DATA_HOME": str(home), "HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "trailviz", *arguments], capture_output=True, text=True, env=environment, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the folder for kept mappings is told by an environment variable")
def test_a_mapping_that_is_kept_reads_the_file_until_it_is_forgotten(tmp_path: Path) -> None:
    """`map --save` makes `check` read the table, and `map --forget` takes that back."""
    export = tmp_path / "auszug.csv"
    export.write_text(ROWS, "utf-8")

    assert _run("check", str(export), home=tmp_path).returncode == 1
    saved = _run("map", str(export), "--set", "zone=Europe/Berlin", "--name", "bank", "--save", home=tmp_path)
    assert (saved.returncode, "Kept as bank." in saved.stdout) == (0, True)
    assert "bank (certain): 2 of 2 rows used" in _run("check", str(export), home=tmp_path).stdout
    assert _run("map", "--forget", "bank", home=tmp_path).returncode == 0
    assert _run("check", str(export), home=tmp_path).returncode == 1


def test_a_report_holds_the_shape_of_a_file_and_no_cell(tmp_path: Path) -> None:
    """Whatever a file holds, none of its words, numbers or names stands in the bug report."""
    export = tmp_path / "Erika Beispiel.csv"
    export.write_text(ROWS, "utf-8")

    _run("check", str(export), "--report", str(tmp_path / "report.md"), home=tmp_path)

    report = (tmp_path / "report.md").read_text("utf-8")
    assert "99.99.999;99:99;Aaaa Aaaa;Aaaa;-9.999,99" in report
    assert [
        word for word in re.findall(r"\w{4,}", ROWS.replace(ROWS.splitlines()[1], "") + export.stem) if word in report
    ] == []


def test_what_was_paid_abroad_is_kept_beside_what_was_charged() -> None:
    """N26 names another currency's sum; where it writes the account's own there, nothing is kept twice."""
    header = "Booking Date,Value Date,Partner Name,Partner Iban,Type,Payment Reference,Account Name,Amount (EUR),Original Amount,Original Currency"
    rows = ["2026-03-07,2026-03-07,Beispiel,,Presentment,,Konto,-4.80,-5.70,USD", "2026-03-08,2026-03-08,Beispiel,,Presentment,,Konto,-4.80,-4.80,EUR"]  # fmt: skip
    found = collect([from_bytes("n26.csv", "\n".join([header, *rows, ""]).encode())]).events.table().to_pylist()

    assert [(row["amount_other"], row["currency_other"]) for row in found] == [(Decimal("5.70"), "USD"), (None, None)]
    assert {row["amount"] for row in found} == {Decimal("4.80")}


def test_a_sum_abroad_needs_its_currency() -> None:
    """One without the other is refused, with the key."""
    with pytest.raises(MappingError, match=r"amount\.other"):
        parsed(BANK.replace("[amount]", '[amount]\nother = "Fremd"'))
