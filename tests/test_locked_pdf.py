"""A PDF with a password: asked for, opened in memory, and never written back."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pypdfium2
import pytest

from trailviz.intake import Account, Collected, collect, from_bytes
from trailviz.reading.pdf import unlocked

STATEMENT = Path(__file__).parents[1] / "sample_data" / "formats" / "mpesa" / "statement-2026-09.pdf"
PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
PERMITTED = -4


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    told, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        told.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(told)


def _locked(plain: bytes, password: str) -> bytes:
    """Lock a PDF as the oldest standard handler does (RC4, 40 bits): its streams alone, which is all a reader needs."""
    copy = io.BytesIO()
    pypdfium2.PdfDocument(plain).save(copy)
    data = copy.getvalue()
    first = bytes(range(16))
    padded = (password.encode() + PADDING)[:32]
    owner = _rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    told = padded + owner + (PERMITTED & 0xFFFFFFFF).to_bytes(4, "little") + first
    key = hashlib.md5(told, usedforsecurity=False).digest()[:5]

    def lock(found: re.Match[bytes]) -> bytes:
        number = int(found[1])
        own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0", usedforsecurity=False).digest()[:10]
        return found[0][: found.start(3) - found.start(0)] + _rc4(own, found[3]) + found[4]

    data = re.sub(rb"(\d+) 0 obj\r\n((?:(?!endobj).)*?stream\r\n)(.*?)(\r\nendstream)", lock, data, flags=re.DOTALL)
    entry = (
        b"/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P %d/O<%s>/U<%s>>>/ID[<%s><%s>]"
        % (PERMITTED, owner.hex().encode(), _rc4(key, PADDING).hex().encode(), first.hex().encode(), first.hex().encode())
    )  # fmt: skip
    return re.sub(rb"/ID\[<[0-9A-Fa-f]+><[0-9A-Fa-f]+>\]", entry, data)


LOCKED = _locked(STATEMENT.read_bytes(), "24-09")


def _read(password: str | None) -> Collected:
    return collect([from_bytes("statement.pdf", LOCKED)], password=password)


def _account(password: str | None) -> Account:
    return _read(password).accounts[0]


def test_a_locked_pdf_asks_for_its_password_like_a_zip() -> None:
    """Without one, and with a wrong one, a sentence says what to do, and nothing is read."""
    assert _account(None).advice == "pdf_password_needed"
    assert _account("guess").advice == "pdf_wrong_password"
    assert _account(None).used == _account("guess").used == 0


def test_with_its_password_it_says_what_the_open_one_says() -> None:
    """The same deeds with the same ids, whether the lock is on or off."""
    told, plain = _read("24-09"), collect([STATEMENT])

    assert told.accounts[0].format == "mpesa"
    assert sorted(told.events.ids) == sorted(plain.events.ids)


def test_the_file_stays_locked_on_the_disk(tmp_path: Path) -> None:
    """Its copy without the lock lives in memory."""
    path = tmp_path / "statement.pdf"
    path.write_bytes(LOCKED)

    assert collect([path], password="24-09").accounts[0].used > 0
    assert path.read_bytes() == LOCKED
    assert [one.name for one in tmp_path.iterdir()] == ["statement.pdf"]


@pytest.mark.parametrize("data", [STATEMENT.read_bytes(), b"%PDF-1.4\n/Encrypt nothing of the kind", b"%PDF"])
def test_what_has_no_lock_stays_as_it_is(data: bytes) -> None:
    """A password is no harm to a file that needs none."""
    assert unlocked(data, "24-09") is None
