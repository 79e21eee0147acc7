"""Archives and files that lie: one clear code each, no traceback, and the other files still load."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
import pyzipper

from trailviz.intake import Account, collect, from_bytes
from trailviz.reading.sources import Problem, sources

DIARY = b"company,kind,start\nexample,payment,2024-05-31 18:02\nexample,payment,2024-05-31 19:02\n"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip of these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def locked(password: bytes, encryption: int | None) -> bytes:
    """Make an AES zip of the diary."""
    made = io.BytesIO()
    with pyzipper.AESZipFile(made, "w", compression=pyzipper.ZIP_DEFLATED, encryption=encryption) as archive:
        archive.setpassword(password)
        archive.writestr("diary.csv", DIARY)
    return made.getvalue()


def one(data: bytes, name: str = "export.zip", password: str | None = None) -> Account:
    """Offer these bytes beside a good diary, which must load, and answer their account."""
    collected = collect([from_bytes(name, data), from_bytes("good.csv", DIARY)], password=password)
    good = next(account for account in collected.accounts if account.file == "good.csv")
    assert good.used + sum(good.left_out.values()) == 2
    return next(account for account in collected.accounts if account.file == name)


def test_a_zip_is_read_in_place_and_its_noise_is_passed_over() -> None:
    """The export in a zip is read; what a Mac adds is not even mentioned."""
    data = zipped({"a/diary.csv": DIARY, "__MACOSX/a/._diary.csv": b"x", ".DS_Store": b"x"})
    collected = collect([from_bytes("e.zip", data)])
    assert [(a.file, a.member, a.used) for a in collected.accounts] == [("e.zip", "a/diary.csv", 2)]


def test_a_zip_in_a_zip_is_read_and_one_deeper_is_not() -> None:
    """Nesting stops at two: what lies deeper is named and refused."""
    inner = zipped({"diary.csv": DIARY})
    assert one(zipped({"inner.zip": inner})).used == 2
    deeper = one(zipped({"outer.zip": zipped({"inner.zip": inner})}))
    assert (deeper.member, deeper.advice) == ("outer.zip/inner.zip", "zip_too_deep")


def test_a_dense_member_is_a_bomb() -> None:
    """A member that unpacks to 200 times its size and more is not opened."""
    assert one(zipped({"zeros.csv": bytes(70 << 20)})).advice == "zip_bomb"


def test_many_dense_members_are_a_bomb_together() -> None:
    """Members each under the bound count together, so a quilt of small bombs is refused at once."""
    assert one(zipped({f"{n}.csv": bytes(8 << 20) for n in range(9)})).advice == "zip_bomb"


def test_too_many_members_are_refused_before_they_are_listed() -> None:
    """A directory of members that is itself a bomb is not read."""
    data = bytearray(zipped({"a.csv": b"x"}))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", 1 << 30)
    assert one(bytes(data)).advice == "zip_too_many_members"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("../../etc/diary.csv", "etc/diary.csv"),
        ("/etc/diary.csv", "etc/diary.csv"),
        ("C:\\x\\diary.csv", "x/diary.csv"),
    ],
)
def test_a_name_is_shown_and_never_followed(written: str, shown: str, tmp_path: Path) -> None:
    """A member's name leads nowhere: nothing is written, and the way out of the archive is not even shown."""
    before = sorted(tmp_path.parent.rglob("diary.csv"))
    account = one(zipped({written: DIARY}))
    assert (account.member, account.used) == (shown, 2)
    assert sorted(tmp_path.parent.rglob("diary.csv")) == before


def test_a_link_in_a_zip_is_not_followed() -> None:
    """A symbolic link as a member is refused, wherever it points."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("link.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert one(made.getvalue()).advice == "zip_link"


def test_a_link_or_a_pipe_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    """Links lead out of the folder and a pipe would be waited for: neither is opened."""
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.csv").write_bytes(DIARY)
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in" / "pipe.csv")
    (tmp_path / "in" / "diary.csv").write_bytes(DIARY)
    problems: list[Problem] = []
    assert [source.name for source in sources([tmp_path / "in"], problems=problems)] == ["diary.csv"]
    assert problems == []


def test_two_members_of_one_name_are_two() -> None:
    """Where a name comes twice both members are read, each its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("diary.csv", DIARY)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("diary.csv", DIARY.replace(b"2024", b"2023"))
    collected = collect([from_bytes("e.zip", made.getvalue())])
    assert [account.used for account in collected.accounts] == [2, 2]


def test_chinese_names_come_out_in_their_own_letters() -> None:
    """Zips of Chinese companies write names in GB18030 without saying so."""
    data = zipped({"placeholdername.csv": DIARY})
    name = "支付宝交易明细示.csv".encode("gb18030")
    raw = data.replace(b"placeholdername.csv", name[:19].ljust(19, b"v"))
    assert "支付宝交易" in str(one(raw).member)


@pytest.mark.parametrize("given", ["right", "wrong", None])
def test_an_aes_zip_wants_its_password(given: str | None) -> None:
    """The right password reads it; a wrong one and none are told apart."""
    account = one(locked(b"right", pyzipper.WZ_AES), password=given)
    assert account.advice == {"right": None, "wrong": "wrong_password", None: "password_needed"}[given]
    assert account.used == (2 if given == "right" else 0)


def test_the_old_cipher_is_read_too(old_zip: bytes) -> None:
    """ZipCrypto, which WeChat uses, opens with its password and not with another."""
    assert one(old_zip, password="right").used == 2
    assert one(old_zip, password="wrong").advice == "wrong_password"
    assert one(old_zip).advice == "password_needed"


@pytest.fixture
def old_zip() -> bytes:
    """A zip of the diary under the traditional PKWARE cipher (APPNOTE 6.1), which no library here writes."""

    def crc(value: int, byte: int) -> int:
        return (zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF) & 0xFFFFFFFF

    keys = [0x12345678, 0x23456789, 0x34567890]

    def turn(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in b"right":
        turn(byte)
    check = zlib.crc32(DIARY)
    secret = bytearray()
    for byte in bytes(11) + bytes([check >> 24]) + DIARY:
        mixed = (keys[2] | 2) & 0xFFFF
        secret.append(byte ^ ((mixed * (mixed ^ 1)) >> 8 & 0xFF))
        turn(byte)
    name = b"diary.csv"
    fields = struct.pack("<HHHHHIII", 20, 1, 0, 0, 33, check, len(secret), len(DIARY))
    local = b"PK\x03\x04" + fields + struct.pack("<HH", len(name), 0) + name + bytes(secret)
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + end


@pytest.mark.parametrize("kept", [30, 60, 100, -1, -25])
def test_a_truncated_zip_is_told(kept: int) -> None:
    """Wherever a download was cut off, the zip is refused in one word."""
    assert one(zipped({"diary.csv": DIARY * 3})[:kept]).advice == "broken_zip"


def test_a_damaged_member_does_not_hide_the_others() -> None:
    """One member's bytes are wrong: it is told, and the rest is read."""
    data = bytearray(zipped({"a.csv": DIARY, "b.csv": DIARY.replace(b"2024", b"2023")}, zipfile.ZIP_STORED))
    data[data.find(b"2024")] = ord("9")
    collected = collect([from_bytes("e.zip", bytes(data))])
    assert sorted((account.member, account.used, account.advice) for account in collected.accounts) == [
        ("a.csv", 0, "broken_member"),
        ("b.csv", 2, None),
    ]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b" \r\n\t\n", "empty_file"),
        ("a.csv", b"<!DOCTYPE html><html><body>Sign in</body></html>", "html_page"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "image"),
        ("a.xlsx", b"PK\x03\x04" + bytes(200), "broken_zip"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "broken_workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") + bytes(2000), "workbook_locked"),
        ("a.parquet", b"PAR1" + bytes(100) + b"PAR1", "binary"),
    ],
)
def test_a_wrong_file_gets_one_code(name: str, data: bytes, code: str) -> None:
    """What is no export is told by what it is."""
    assert one(data, name).advice == code


def sheet(cells: str) -> bytes:
    """Make a workbook of this sheet XML."""
    kinds = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    )
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    rows = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    texts = {
        "[Content_Types].xml": kinds,
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": links,
        "xl/worksheets/sheet1.xml": rows,
    }
    return zipped({name: text.encode() for name, text in texts.items()})


def test_a_cell_far_out_does_not_lay_out_all_before_it() -> None:
    """Two cells at the corners of a sheet would cost 17 thousand million: refused before the reader sees them."""
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert one(sheet(far), "a.xlsx").advice == "workbook_too_large"


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    """A sheet of 401 MB of blanks is measured, not opened."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as out,
    ):
        for _ in range(401):
            out.write(b" " * (1 << 20))
    assert one(made.getvalue(), "a.xlsx").advice == "workbook_too_large"


def test_a_file_that_is_not_there_is_told_by_its_name_alone(tmp_path: Path) -> None:
    """No folder of the person's computer stands in an account."""
    account = collect([tmp_path / "missing.csv"]).accounts[0]
    assert (account.file, account.advice) == ("missing.csv", "no_such_file")
