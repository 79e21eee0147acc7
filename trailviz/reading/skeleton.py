"""The shape of a file without its contents: for a bug report that a person can post.

Every letter becomes A or a, every digit 9, every Chinese character 字; runs are cut to three. Names of columns and keys
are told only where a format that ships uses them, because a file without a header has a person in its first row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trailviz.reading.broken import BrokenFileError
from trailviz.reading.head import head as head_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.reading.contract import Head
    from trailviz.reading.sources import Source

MOST_ROWS, MOST_CELLS, MOST_KEYS = 30, 40, 120
LONGEST_RUN = 3
CLASSES = (
    (re.compile(r"[A-ZÀ-ÞŁŚŻА-Я]"), "A"),
    (re.compile(r"[a-zß-ÿąćęłńóśźżа-я]"), "a"),
    (re.compile(r"[0-9]"), "9"),
    (re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"), "字"),
    # last, since it takes whatever none before it knew
    (re.compile(r"[^\x00-\x7f字]"), "?"),
)


@dataclass(frozen=True)
class Skeleton:
    """One file's shape: what kind of bytes it holds, the shapes of its first rows or the known ones of its keys."""

    file: str
    size: int
    kind: str
    ends: str
    rows: tuple[str, ...]
    keys: tuple[str, ...]


def skeleton(source: Source, known: Iterable[str]) -> Skeleton:
    """Describe a file's shape.

    Args:
        source: The file.
        known: Words that may be told as they are: names of columns and keys that formats which ship use.
    """
    try:
        head = head_of(source)
    except (BrokenFileError, OSError):
        return Skeleton(shape(source.name), source.size, "broken", "", (), ())
    words = frozenset(known)
    # a file's name may tell a card's last digits (TfL's do) or a person
    name = f"{shape(source.name)}{f' > {shape(source.member)}' if source.member else ''}"
    with source.open() as file:
        start = file.read(4096)
    ends = "CRLF" if b"\r\n" in start else "CR" if b"\r" in start and b"\n" not in start else "LF"
    return Skeleton(name, source.size, head.kind, ends, tuple(_rows(head, words)), tuple(_keys(head, words)))


def shape(text: str) -> str:
    """Answer the shape of a text: `Max 12.50` becomes `Aaa 99.99`."""
    for pattern, letter in CLASSES:
        text = pattern.sub(letter, text)
    return re.sub(r"(.)\1{3,}", lambda run: run[1] * LONGEST_RUN, text)


def _rows(head: Head, known: frozenset[str]) -> list[str]:
    if head.kind in {"xlsx", "xls", "pdf"}:
        rows = [" | ".join(_told(cell, known) for cell in row[:MOST_CELLS]) for row in head.rows[:MOST_ROWS]]
        return [row for row in rows if row.strip(" |")]
    if head.kind != "text":
        return []
    lines = head.text.splitlines()[:MOST_ROWS]
    return [re.sub(r"[^,;\t|]+", lambda cell: _told(cell[0], known), line)[:1000] for line in lines]


def _told(cell: str, known: frozenset[str]) -> str:
    bare = cell.strip().strip('"').strip()
    return cell.replace("\t", "⇥") if bare in known else shape(cell)


def _keys(head: Head, known: frozenset[str]) -> list[str]:
    paths = sorted(head.paths)[:MOST_KEYS]
    return [
        ".".join(part if part.removesuffix("[]") in known else shape(part) for part in path.split("."))
        for path in paths
    ]
