"""Files trailviz does not read: each is told what it is by its content, and never left without advice."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.intake import Account, collect, from_bytes
from trailviz.verdict import ADVICE, advice

STRANGERS = {
    b"": "empty_file",
    b"\xef\xbb\xbf\r\n": "empty_file",
    b"<!DOCTYPE html><html><title>Sign in</title></html>": "html_page",
    b"<html><head><title>My Activity History</title></head></html>": "takeout_index",
    b"\x89PNG\r\n\x1a\n0000": "image",
    b"\xff\xd8\xff\xe0JFIF": "image",
    b"%PDF-1.7\n%": "pdf",
    b"SQLite format 3\0" + b"\0" * 100: "sqlite",
    b"\x1f\x8b\x08\0\0\0\0\0": "broken_gzip",
    b"BZh91AY&SY": "gzip",
    b"Rar!\x1a\x07": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\0\1\2\3" * 50: "binary",
    b'{"_type":"location","tst":1,"lat":52.1,"lon":5.1}': "location_other",
    b'{"type":"FeatureCollection","features":[]}': "location_other",
    b"OFXHEADER:100\nDATA:OFXSGML\n<OFX></OFX>": "statement_other",
    b"Date;Betrag;Empf\xc3\xa4nger\n01.02.2024;-5,00;x\n": "statement_other",
    "交易日,银行记账日,卡号后四位,交易描述,存入,支出\n2025-01-18,2025-01-19,0000,x,,1.00\n".encode(): "statement_other",
    b"Account,Flag,Date,Payee,Category Group/Category,Memo,Outflow,Inflow\n": "bookkeeping",
    "成交日期,证券代码,证券名称,成交价格,成交数量\n20240102,000001,x,1,1\n".encode(): "broker",
    b"OFXHEADER:100\nDATA:OFXSGML\n<OFX><INVSTMTMSGSRSV1><INVSTMTRS></INVSTMTRS></INVSTMTMSGSRSV1></OFX>": "broker",
    b"driver_trip_number,status\n1,completed\n": "uber_other",
    b"City_Name,Restaurant_Name,Request_Time_Local,Order_Status\nParis,x,y,z\n": "uber_other",
    b'{"timelineEdits":[{"deviceId":"1"}]}': "takeout_moved",
    b'{"deviceSettings":[{"deviceTag":1}]}': "takeout_moved",
    b'{"friends_v2":[{"name":"x"}]}': "json_other",
    b"a,b,c,d\n1,2,3,4\n": "table_other",
    b"Dear diary, nothing happened.\n": "text_other",
}
HOLLOW = {
    b'<?xml version="1.0"?><gpx version="1.1"><trk/></gpx>': "gpx",
    b'\n<?xml version="1.0"?><kml xmlns="k"><Document/></kml>': "kml",
    b'<?xml version="1.0"?><TrainingCenterDatabase/>': "tcx",
    b'{"Home & Work":{},"Location History":[]}': "snapchat",
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>': "camt",
    b"Event Time (UTC),GPS Time (UTC),Latitude,Longitude\n": "uber_analytics",
}
TAKEOUT = {
    "Encrypted Backups.txt": "takeout_moved",
    "Takeout/Timeline/Tombstones.csv": "takeout_moved",
    "Takeout/Timeline Edits.json": "takeout_moved",
    "archive_browser.html": "takeout_index",
}


def _account(data: bytes, name: str = "export") -> Account:
    (account,) = collect([from_bytes(name, data)]).accounts
    return account


@pytest.mark.parametrize(
    ("data", "code"), STRANGERS.items(), ids=lambda value: value[:24] if isinstance(value, bytes) else value
)
def test_a_stranger_is_told_by_its_content(data: bytes, code: str) -> None:
    """A file without a telling name is refused with the code of what it holds."""
    account = _account(data)

    assert (account.format, account.advice, account.seen) == (None, code, 0)


@pytest.mark.parametrize(("data", "name"), HOLLOW.items(), ids=HOLLOW.values())
def test_an_export_without_rows_is_named_and_said_to_be_empty(data: bytes, name: str) -> None:
    """A known format that holds nothing is not called unreadable: its period was too short."""
    account = _account(data)

    assert (account.format, account.advice, account.seen) == (name, "no_rows", 0)


@pytest.mark.parametrize(("name", "code"), TAKEOUT.items())
def test_what_a_takeout_keeps_after_the_history_moved_is_named(name: str, code: str) -> None:
    """A member that only its fixed name tells is sent to the phone's own export."""
    assert _account(b"placeholder", name).advice == code


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
@pytest.mark.parametrize("code", sorted({*STRANGERS.values(), *TAKEOUT.values()}))
def test_every_code_has_a_sentence_that_says_what_to_do(code: str, lang: str) -> None:
    """No stranger is met with a bare code, in either language."""
    said = advice(Account("export", advice=code), lang)

    assert code in ADVICE
    assert said is not None
    assert said.endswith((".", "。"))


def test_the_name_of_a_wallet_makes_no_export() -> None:
    """A holiday picture called alipay_record.csv is a picture."""
    assert _account(b"\xff\xd8\xff\xe0JFIF", "alipay_record_20240101.csv").advice == "image"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_advice_or_read(data: bytes) -> None:
    """Whatever a file holds, it ends in a format or in advice that has a sentence, never in neither."""
    account = _account(data)

    assert account.format is not None or account.advice in ADVICE
    assert account.seen == account.used + sum(account.left_out.values()) + account.unreadable


@given(st.text(string.ascii_letters + string.digits + ' ,;:\t\n{}[]"<>./', max_size=300))
def test_any_text_gets_a_code(text: str) -> None:
    """The list of strangers always answers one code, if only that nobody knows."""
    account = _account(text.encode())

    assert account.format is not None or (account.advice or "") in ADVICE


def test_no_advice_repeats_the_file() -> None:
    """Advice is the same sentence whatever the file holds: not a word of it is repeated."""
    secret = "Geheimrat"
    said = advice(_account(f"{secret},{secret},{secret}\n1,2,3\n".encode()))

    assert said is not None
    assert secret not in said
