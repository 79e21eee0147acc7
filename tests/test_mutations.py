"""Every sample of ours, damaged in every way an export gets damaged: told in the account, never a crash, never a silent loss."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from trailviz.intake import Account, collect, from_bytes

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
SAMPLES = sorted(path for path in FORMATS.rglob("*") if path.is_file() and path.suffix not in {".golden", ".toml"})
LEAST_MUTANTS = 2_000
DELIMITERS = ",;\t|"
DATE = re.compile(rb"\b(20\d\d)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\b")
Mutation = Callable[[bytes, random.Random], bytes]


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def _at(data: bytes, chance: random.Random) -> int:
    return chance.randrange(max(1, len(data)))


def _drop_a_line(data: bytes, chance: random.Random) -> bytes:
    lines = _lines(data)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def _say_a_line_twice(data: bytes, chance: random.Random) -> bytes:
    lines = _lines(data)
    at = chance.randrange(len(lines))
    return b"".join([*lines[: at + 1], lines[at] if lines[at].endswith(b"\n") else b"\n" + lines[at], *lines[at + 1 :]])


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: _at(data, chance)]


def _recode(data: bytes, chance: random.Random) -> bytes:
    had = "utf-8" if _decodes(data, "utf-8") else "gb18030"
    into = chance.choice(["utf-8", "gb18030", "utf-16", "utf-8-sig"])
    return data.decode(had, "replace").encode(into, "replace")


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _put_lines_before(data: bytes, chance: random.Random) -> bytes:
    return b"".join(b"Example export, page %d\n" % number for number in range(chance.randrange(1, 30))) + data


def _rename_a_column(data: bytes, chance: random.Random) -> bytes:
    words = list(re.finditer(rb"[A-Za-z\x80-\xff]{4,}", data[:4096]))
    if not words:
        return data
    word = chance.choice(words)
    return data[: word.start()] + b"Renamed" + data[word.end() :]


def _turn_columns_round(data: bytes, _: random.Random) -> bytes:
    mark = max((one.encode() for one in DELIMITERS), key=data.count)
    return b"\n".join(mark.join(reversed(line.split(mark))) for line in data.replace(b"\r\n", b"\n").split(b"\n"))


def _add_columns(data: bytes, _: random.Random) -> bytes:
    mark = max((one.encode() for one in DELIMITERS), key=data.count)
    return b"\n".join(
        line + mark + b"x" if mark in line else line for line in data.replace(b"\r\n", b"\n").split(b"\n")
    )


def _swap_the_delimiter(data: bytes, chance: random.Random) -> bytes:
    mark = max((one.encode() for one in DELIMITERS), key=data.count)
    return data.replace(mark, chance.choice([one for one in DELIMITERS if one.encode() != mark]).encode())


def _write_days_as_numbers(data: bytes, _: random.Random) -> bytes:
    return DATE.sub(lambda found: b"45%d.%d" % (int(found[3]) + 400, int(found[4]) * 400), data)


def _put_a_mark_first(data: bytes, _: random.Random) -> bytes:
    return b"\xef\xbb\xbf" + data


def _end_lines_otherwise(data: bytes, chance: random.Random) -> bytes:
    plain = data.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", chance.choice([b"\r\n", b"\r"]))


def _put_in_nothing(data: bytes, chance: random.Random) -> bytes:
    at = _at(data, chance)
    return data[:at] + b"\0" * chance.randrange(1, 9) + data[at:]


def _flip_bytes(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        made[_at(data, chance)] = chance.randrange(256)
    return bytes(made)


def _open_a_quote(data: bytes, chance: random.Random) -> bytes:
    at = _at(data, chance)
    return data[:at] + b'"' + data[at:]


def _swell_a_cell(data: bytes, chance: random.Random) -> bytes:
    at = _at(data, chance)
    return data[:at] + b"9" * 70_000 + data[at:]


MUTATIONS: tuple[Mutation, ...] = (
    _drop_a_line, _say_a_line_twice, _cut, _recode, _put_lines_before, _rename_a_column, _turn_columns_round, _add_columns, _swap_the_delimiter,
    _write_days_as_numbers, _put_a_mark_first, _end_lines_otherwise, _put_in_nothing, _flip_bytes, _open_a_quote, _swell_a_cell,
)  # fmt: skip


def _read(path: Path, data: bytes) -> tuple[Account, ...]:
    return collect([from_bytes(path.name, data)]).accounts


def _says_something(account: Account) -> bool:
    told = account.advice or account.notices or account.unreadable or account.left_out
    return bool(told)


def test_there_are_mutants_enough() -> None:
    """The net is as wide as it is said to be."""
    assert len(SAMPLES) * len(MUTATIONS) >= LEAST_MUTANTS


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_damaged_sample_is_accounted_for(path: Path) -> None:
    """Whatever is done to a file, each of its rows is used, left out with a reason or unreadable, and no file is left without a word."""
    whole = path.read_bytes()
    for mutation in MUTATIONS:
        chance = random.Random(zlib.crc32(f"{path.name}{mutation.__name__}".encode()))
        for account in _read(path, mutation(whole, chance)):
            counted = account.used + account.unreadable + sum(account.left_out.values())
            assert account.seen == counted, mutation.__name__
            assert account.used or _says_something(account), mutation.__name__


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_is_lost_without_a_word(path: Path) -> None:
    """Where fewer rows come out than the whole file has, the account says that something happened."""
    whole = path.read_bytes()
    before = sum(account.used for account in _read(path, whole))
    quiet = (
        _put_a_mark_first,
        _end_lines_otherwise,
        _put_lines_before,
        _turn_columns_round,
        _add_columns,
        _say_a_line_twice,
    )
    for mutation in quiet:
        chance = random.Random(zlib.crc32(f"{path.name}{mutation.__name__}".encode()))
        accounts = _read(path, mutation(whole, chance))
        after = sum(account.used for account in accounts)
        assert after >= before or any(_says_something(account) for account in accounts), mutation.__name__
