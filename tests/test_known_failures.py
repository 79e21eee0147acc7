"""What users of other parsers complain of, one test a failure: the rule is ours, the failure was theirs.

C1 to C21 are complaints about Chinese statements, W1 to W19 about exports of the rest of the world, gathered in November 2026.
"""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest

from trailviz.intake import Account, Collected, collect, from_bytes
from trailviz.trail import follow

APP = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n"
WECHAT = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"
REVOLUT = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"


def _row(number: int, *, time: str = "2024-05-31 18:02:11", party: str = "示例店", flow: str = "支出", amount: str = "12.00", state: str = "交易成功", kind: str = "餐饮美食") -> str:  # fmt: skip
    return (
        f"{time},{kind},{party},/,示例商品,{flow},{amount},余额宝,{state},{20240000000000 + number}\t,M{number}\t,,\n"
    )


def _pay(number: int, *, time: str = "2024-05-31 18:02:11", kind: str = "商户消费", amount: str = "¥12.00", state: str = "支付成功", flow: str = "支出") -> str:  # fmt: skip
    return f'{time},{kind},示例店,"示例商品",{flow},{amount},零钱,{state},"4200{number:06d}\t","M{number}\t","/"\n'


def _read(text: str | bytes, name: str = "export.csv") -> Collected:
    return collect([from_bytes(name, text.encode() if isinstance(text, str) else text)])


def _account(text: str | bytes, name: str = "export.csv") -> Account:
    return _read(text, name).accounts[0]


def _column(found: Collected, name: str) -> list[object]:
    return list(found.events.column(name).to_pylist())


def test_c1_the_header_is_found_wherever_it_stands() -> None:
    """A cover sheet longer or shorter than any seen costs no row."""
    for lines in (0, 1, 23, 90):
        assert _account("说明\n" * lines + APP + _row(1) + _row(2)).used == 2


def test_c2_another_issuer_in_the_title_is_no_other_format() -> None:
    """A title is a hint and never a gate."""
    assert _account("某新公司 电子回单\n" + APP + _row(1)).format == "alipay_app"


def test_c3_columns_may_come_in_any_order_and_neutral_has_two_words() -> None:
    """Columns are taken by name, and a new word for neutral keeps its row."""
    names, cells = (line.removesuffix(",\n").split(",") for line in (APP, _row(1, flow="其他")))
    turned = ",".join(reversed(names)) + "\n" + ",".join(reversed(cells)) + "\n"

    assert _column(_read(turned), "flow") == ["neither"]


def test_c4_the_extension_proves_nothing() -> None:
    """A CSV called .xlsx is read by what it is."""
    assert _account(APP + _row(1), "账单.xlsx").used == 1


@pytest.mark.parametrize("written", ['"1,234.50"', "¥1234.50", "￥1234.5", "1234.50", '"¥1，234.50"'])
def test_c5_one_reader_for_every_way_to_write_an_amount(written: str) -> None:
    """Two signs for the yuan, two commas, a number: the same sum."""
    assert [str(one.normalize()) for one in _column(_read(WECHAT + _pay(1, amount=written)), "amount")] == ["1234.5"]  # type: ignore[attr-defined]


def test_c6_an_unknown_kind_keeps_its_row_and_the_others() -> None:
    """A kind of deed invented tomorrow is counted, not fatal."""
    account = _account(WECHAT + _pay(1) + _pay(2, kind="月球消费") + _pay(3))

    assert (account.used, dict(account.notices).get("unknown_word")) == (3, 1)


def test_c7_rows_of_an_unlisted_status_do_not_vanish() -> None:
    """A failed repayment is a row like any other."""
    assert _account(APP + _row(1, state="还款失败") + _row(2, state="前所未见")).used == 2


def test_c8_a_tab_behind_a_quote_is_no_part_of_the_cell() -> None:
    """Ids lose the tab the export ends them with."""
    assert _column(_read(WECHAT + _pay(7)), "refs") == [["4200000007", "M7"]]


def test_c9_a_spreadsheet_s_copy_is_read_to_the_minute_and_says_so() -> None:
    """Slashes, no seconds, padded lines: read, and known to be a minute exact."""
    found = _read(APP + _row(1, time="2026/8/27 14:56"))

    assert _column(found, "precision_s") == [60]


def test_c10_a_time_that_cannot_be_read_is_never_today() -> None:
    """Slash dates are Chinese time, and an unreadable one makes the row unreadable."""
    found = _read(APP + _row(1, time="2024/5/31 08:00:00") + _row(2, time="某天"))

    assert _column(found, "start") == [datetime(2024, 5, 31, tzinfo=UTC)]
    assert found.accounts[0].unreadable == 1


def test_c11_gbk_is_read_as_gbk() -> None:
    """A copy in the encoding of a Chinese Windows has the same words."""
    assert _column(_read((WECHAT + _pay(1)).encode("gb18030")), "party") == ["示例店"]


def test_c12_the_cashbook_is_read_and_the_better_file_named() -> None:
    """What was exported by mistake is used as far as it goes, with the way to the right one."""
    text = "记录时间,分类,收支类型,金额,备注,账户,来源,标签\n2024-05-31 18:02:11,餐饮,支出,12.00,示例,余额,支付宝,\n"
    account = _account(text)

    assert (account.format, account.advice) == ("alipay_cashbook", "get_statement")


def test_c13_merchant_and_wallet_are_linked_and_both_kept() -> None:
    """One ride in two logs is one act of two records."""
    ride = "company,kind,start,end,zone,amount,currency\nDiDi,ride,2024-05-31 17:40,2024-05-31 18:00,Asia/Shanghai,24.00,CNY\n"
    trail = follow(
        [
            from_bytes("didi.csv", ride.encode()),
            from_bytes("a.csv", (APP + _row(1, party="滴滴出行", amount="24.00")).encode()),
        ]
    )

    assert len(trail.events) == 2
    assert len(set(trail.acts.act.tolist())) == 1


def test_c14_two_equal_fares_of_a_day_stay_two() -> None:
    """Same day, same sum, two ids: two rides to work."""
    fares = _row(1, time="2024-05-31 08:00:00", amount="3.00") + _row(2, time="2024-05-31 18:00:00", amount="3.00")

    assert len(_read(APP + fares).events) == 2


def test_c15_a_refund_is_no_income_and_no_visit() -> None:
    """It is a deed of its own kind, and nobody was anywhere for it."""
    found = _read(WECHAT + _pay(1, kind="示例店-退款", state="已全额退款", flow="收入"))

    assert (_column(found, "kind"), _column(found, "presence")) == (["refund"], ["remote"])


def test_c16_neutral_rows_stay() -> None:
    """Paying off a card is neither income nor expense, and still a record."""
    assert _column(_read(APP + _row(1, flow="不计收支", kind="信用借还")), "flow") == ["neither"]


def test_c17_the_footer_is_no_row() -> None:
    """Sums and lines of dashes below the table are not counted as rows."""
    account = _account(APP + _row(1) + "------------------------------------\n共1笔记录,,,\n")

    assert (account.seen, account.used) == (1, 1)


def test_c18_a_text_of_digits_stays_text() -> None:
    """An item called 0731 does not become a number."""
    assert _column(_read(APP + _row(1, party="0731")), "party") == ["0731"]


def test_c19_the_same_file_twice_and_an_overlapping_one_add_nothing_twice() -> None:
    """Rows already told by another file are counted as such."""
    first, second = APP + _row(1) + _row(2), APP + _row(2) + _row(3)
    found = collect(
        [from_bytes(name, text.encode()) for name, text in (("a.csv", first), ("a.csv", first), ("b.csv", second))]
    )

    assert len(found.events) == 3
    assert [dict(one.left_out).get("already_read", 0) for one in found.accounts] == [0, 2, 1]


def test_c20_a_locked_zip_asks_for_its_password() -> None:
    """It is never called damaged."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.csv", APP + _row(1))
    locked = bytearray(made.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + at] |= 1

    assert _account(bytes(locked), "a.zip").advice == "password_needed"


def test_c21_one_odd_row_does_not_take_the_others_along() -> None:
    """The row is named by its number, the rest is used."""
    account = _account(APP + _row(1) + "只有一格\n" + _row(2, time="昨天") + _row(3))

    assert account.used == 2
    assert [one.row for one in account.unreadable_cells] == [4]


def test_w1_a_large_json_is_read_as_it_streams() -> None:
    """A hundred thousand fixes of 17 MB need a small part of what the file's objects would take."""
    one = '{"latitudeE7":312000000,"longitudeE7":1214000000,"accuracy":12,"source":"WIFI","deviceTag":1,"timestamp":"2024-05-31T18:%02d:%02d.%03dZ"}'
    text = '{"locations":[' + ",".join(one % (n // 60 % 60, n % 60, n % 1000) for n in range(100_000)) + "]}"
    data = text.encode()
    source = from_bytes("Records.json", data)
    tracemalloc.start()
    found = collect([source])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.accounts[0].used == 100_000
    assert peak < 6 * len(data)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"semanticSegments":[{"startTime":"2024-05-31T18:00:00+02:00","endTime":"2024-05-31T19:00:00+02:00","visit":{"topCandidate":{"placeLocation":{"latLng":"52.1°, 5.1°"}}}}]}', "google_timeline"),
        ('[{"startTime":"2024-05-31T18:00:00+02:00","endTime":"2024-05-31T19:00:00+02:00","visit":{"topCandidate":{"placeLocation":"geo:52.1,5.1"}}}]', "google_timeline"),
        ('{"timelineObjects":[{"placeVisit":{"location":{"latitudeE7":521000000,"longitudeE7":51000000},"duration":{"startTimestamp":"2024-05-31T18:00:00Z","endTimestamp":"2024-05-31T19:00:00Z"}}}]}', "google_semantic"),
        ('{"locations":[{"timestampMs":"1717178531000","latitudeE7":521000000,"longitudeE7":51000000}]}', "google_records"),
    ],
)  # fmt: skip
def test_w2_every_generation_of_google_is_known_by_its_content(text: str, name: str) -> None:
    """A file may be called anything."""
    account = _account(text, "whatever.json")

    assert (account.format, account.used) == (name, 1)


def test_w3_a_known_file_without_usable_rows_says_so() -> None:
    """Nothing is imported in silence."""
    account = _account('{"locations":[{"timestamp":"soon","latitudeE7":1,"longitudeE7":1}]}', "Records.json")

    assert (account.format, account.used, account.advice) == ("google_records", 0, "nothing_usable")


def test_w4_the_placeholder_of_a_takeout_names_the_right_file() -> None:
    """Whoever uploads it is sent to the phone."""
    assert _account("Your Timeline data is encrypted", "Encrypted Backups.txt").advice == "takeout_moved"


@pytest.mark.parametrize(("offset", "used"), [('"5"', 1), ("5", 1), ('"-5"', 0)])
def test_w5_a_point_timed_by_minutes_is_derived_or_named(offset: str, used: int) -> None:
    """Text or number, the minute is added to the segment's start; one before it is no time."""
    text = '[{"startTime":"2024-05-31T18:00:00+02:00","endTime":"2024-05-31T19:00:00+02:00","timelinePath":[{"point":"geo:52.1,5.1","durationMinutesOffsetFromStartTime":%s}]}]'
    found = _read(text % offset, "timeline.json")

    assert len(found.events) == used
    assert used or found.accounts[0].advice or found.accounts[0].notices


def test_w6_names_in_another_language_change_nothing() -> None:
    """Folder and file may be French."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "Takeout/Historique des positions/Enregistrements.json",
            '{"locations":[{"timestamp":"2024-05-31T18:02:11Z","latitudeE7":521000000,"longitudeE7":51000000}]}',
        )

    assert len(_read(made.getvalue(), "takeout.zip").events) == 1


def test_w7_a_coordinate_that_ran_over_is_put_right_and_counted() -> None:
    """A number beyond half a turn had 32 bits too few."""
    found = _read(
        '{"locations":[{"timestamp":"2024-05-31T18:02:11Z","latitudeE7":521000000,"longitudeE7":4243967296}]}', "r.json"
    )

    assert _column(found, "lon") == [pytest.approx(-5.1)]
    assert dict(found.accounts[0].notices)["repaired_coordinate"] == 1


def test_w8_the_false_z_of_a_local_time_is_not_believed() -> None:
    """Uber writes Z behind a local time of its other files; an offset stated is kept."""
    found = _read(
        '[{"startTime":"2024-05-31T23:00:00-07:00","endTime":"2024-05-31T23:30:00-07:00","visit":{"topCandidate":{"placeLocation":"geo:37.7,-122.4"}}}]',
        "t.json",
    )

    assert _column(found, "start") == [datetime(2024, 6, 1, 6, tzinfo=UTC)]
    assert _column(found, "zone") == ["-07:00"]


def test_w9_importing_again_adds_nothing() -> None:
    """The same fix in two files is one event."""
    text = b'{"locations":[{"timestamp":"2024-05-31T18:02:11Z","latitudeE7":521000000,"longitudeE7":51000000}]}'

    assert len(collect([from_bytes("a.json", text), from_bytes("b.json", text)]).events) == 1


def test_w10_a_new_column_is_no_new_format() -> None:
    """What a bank adds is passed over, and what it turns round is found by name."""
    text = (
        REVOLUT.strip()
        + ",Carbon Footprint\nCARD_PAYMENT,Current,2026-06-01 10:00:00,2026-06-02 09:00:00,Example Café,-3.20,0.00,EUR,COMPLETED,96.80,12g\n"
    )

    assert _account(text).used == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_w11_marks_and_old_encodings_are_read(encoding: str) -> None:
    """An umlaut is one, whatever it was written in."""
    text = (
        REVOLUT
        + "CARD_PAYMENT,Current,2026-06-01 10:00:00,2026-06-02 09:00:00,Bäckerei Müller und Söhne,-3.20,0.00,EUR,COMPLETED,96.80\n"
    )

    assert _column(_read(text.encode(encoding)), "party") == ["Bäckerei Müller und Söhne"]


def test_w12_a_cell_over_lines_and_notes_around_the_table_cost_no_row() -> None:
    """A quoted line break belongs to its cell."""
    text = "Date,Description,Amount,Extended Details,Appears On Your Statement As,Address,City/State,Zip Code,Country,Reference,Category\n"
    text += '06/03/2026,EXAMPLE PIZZA,23.10,,,12 EXAMPLE ST,"NEW YORK\nNY",10001,UNITED STATES,1,Restaurant\n06/04/2026,EXAMPLE BOOKS,9.00,,,,,,,2,Shop\n'

    assert _account(text).used == 2


def test_w13_a_sentinel_is_no_time_and_nothing_is_no_place() -> None:
    """The year 1970 means none, and 0, 0 is nobody's place."""
    found = _read('{"locations":[{"timestamp":"2024-05-31T18:02:11Z","latitudeE7":0,"longitudeE7":0}]}', "r.json")

    assert len(found.events) == 0
    assert sum(found.accounts[0].left_out.values()) + found.accounts[0].unreadable == 1


def test_w14_accuracy_and_source_stay_with_a_fix() -> None:
    """A false point far away is kept, with what tells it apart."""
    found = _read(
        '{"locations":[{"timestamp":"2024-05-31T18:02:11Z","latitudeE7":521000000,"longitudeE7":51000000,"accuracy":3000,"source":"CELL"}]}',
        "r.json",
    )

    assert _column(found, "accuracy_m") == [3000.0]


def test_w15_members_are_read_in_place_and_noise_passed_over() -> None:
    """A name that leads out of the archive is only a name; what macOS adds is nothing."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "../../evil.csv",
            REVOLUT + "CARD_PAYMENT,Current,2026-06-01 10:00:00,,Example,-3.20,0.00,EUR,COMPLETED,96.80\n",
        )
        archive.writestr("__MACOSX/._evil.csv", b"\0\5\x16\7")
    accounts = _read(made.getvalue(), "a.zip").accounts

    assert [(one.member, one.used) for one in accounts] == [("evil.csv", 1)]


def test_w16_two_equal_payments_of_one_file_are_two() -> None:
    """Without ids the second is told apart by being the second."""
    row = "Example,order,2024-05-01 10:00,UTC,Shop,1.00,EUR\n"

    assert len(_read("company,kind,start,zone,party,amount,currency\n" + row + row).events) == 2


@pytest.mark.parametrize(("state", "kind"), [("COMPLETED", "payment"), ("PENDING", "hold"), ("REVERTED", "order")])
def test_w17_what_is_pending_or_reverted_is_no_payment(state: str, kind: str) -> None:
    """A hold holds, and what was taken back never happened."""
    row = f"CARD_PAYMENT,Current,2026-06-01 10:00:00,,Example,-3.20,0.00,EUR,{state},96.80\n"

    assert _column(_read(REVOLUT + row), "kind") == [kind]


def test_w18_a_day_begins_at_the_person_s_midnight() -> None:
    """A payment at one in the night belongs to the new local day, whatever day it was in UTC."""
    text = "company,kind,start,zone,party,amount,currency\nExample,order,2024-05-02 01:00,Asia/Shanghai,Shop,1.00,CNY\n"
    trail = follow([from_bytes("a.csv", text.encode())])

    assert [str(day) for day, _ in trail.days] == ["2024-05-02"]


@pytest.mark.parametrize("front", ["", "\n", '<?xml version="1.0"?>', '\ufeff<?xml version="1.0"?>'])
def test_w19_xml_is_read_without_prologue_and_never_by_entities(front: str) -> None:
    """A GPX may begin as it likes; a word defined inside it is never put in."""
    points = '<trk><trkseg><trkpt lat="52.1" lon="5.1"><time>2024-05-31T18:02:11Z</time></trkpt></trkseg></trk>'
    account = _account(f'{front}<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{points}</gpx>', "a.gpx")
    bomb = f'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaa">]><gpx version="1.1">{points}<name>&a;</name></gpx>'

    assert account.used == 1
    assert "aaaa" not in json.dumps([str(one) for one in _read(bomb, "b.gpx").events.table().to_pylist()])
