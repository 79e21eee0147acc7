"""Intake: the right importer or a refusal, every row accounted for, overlaps united, saved trails restored."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.days import UnknownZoneError
from trailviz.intake import Collected, Progress, collect, from_bytes, restore, save
from trailviz.reading import Columns, Confidence, Head, Importer, Recognition
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.choice import choose

DIARY = "company,kind,start,party,amount,note\n"
WEB = (
    "支付宝交易记录明细查询\n交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,"
    "金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态,\n"
)
SAMPLE = Path(__file__).parent.parent / "sample_data" / "shanghai_afternoon"


def diary(*rows: str) -> bytes:
    """Write a diary."""
    return (DIARY + "".join(row + "\n" for row in rows)).encode()


def web(*rows: tuple[str, str, str]) -> bytes:
    """Write a web query of (id, time, refunded sum) rows."""
    lines = [
        f"{own},,{at},{at},{at},其他,即时到账交易,示例小店,示例,9.00,支出,交易成功,0.00,{back},,已支出,\n"
        for own, at, back in rows
    ]
    return (WEB + "".join(lines)).encode("gb18030")


def loaded(*files: tuple[str, bytes]) -> Collected:
    """Collect named bytes."""
    return collect([from_bytes(name, data) for name, data in files])


def balanced(collected: Collected) -> bool:
    """Say whether every account adds up."""
    return all(a.seen == a.used + sum(a.left_out.values()) + a.unreadable for a in collected.accounts)


CELLS = st.sampled_from(
    [
        "2024-05-31 18:02",
        "2024-05-31",
        "x",
        "",
        "payment",
        "ride",
        "9.00",
        "1e30",
        "NaN",
        '"',
        ",",
        "-----",
        "\n",
        "示例",
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=8), max_size=8))
def test_every_row_is_used_left_out_or_unreadable(rows: list[list[str]]) -> None:
    """However wrong the rows of an export are, its account adds up and every event has its own id."""
    collected = loaded(("d.csv", diary(*[",".join(row) for row in rows])))
    assert balanced(collected)
    assert len(set(collected.events.ids.tolist())) == len(collected.events)


def test_a_cell_that_cannot_be_read_is_named_and_never_repeated() -> None:
    """The account says row, column and what was expected; the cell's content is nowhere in it."""
    account = loaded(("d.csv", diary("a,payment,SECRET,b,1.00,n", "a,payment,2024-05-31,b,SECRET,n"))).accounts[0]
    assert [(one.row, one.column) for one in account.unreadable_cells] == [(2, "start"), (3, "amount")]
    assert (account.used, account.unreadable) == (1, 1)
    assert "SECRET" not in repr(account)


def test_the_same_export_twice_adds_nothing() -> None:
    """Rows another file told are left out, and both accounts add up."""
    data = web(("1", "2024-05-31 18:02:11", ""), ("2", "2024-05-31 18:02:11", "3.00"))
    collected = loaded(("a.csv", data), ("b.csv", data))
    assert len(collected.events) == 3
    assert [a.used for a in collected.accounts] == [2, 0]
    assert collected.accounts[1].left_out == {"already_read": 2}
    assert balanced(collected)


def test_an_overlap_adds_only_what_is_new_in_any_order() -> None:
    """Two exports that overlap give the same ids whichever comes first."""
    one = web(("1", "2024-05-30 10:00:00", ""), ("2", "2024-05-31 10:00:00", ""))
    two = web(("2", "2024-05-31 10:00:00", ""), ("3", "2024-06-01 10:00:00", ""))
    there, back = loaded(("a.csv", one), ("b.csv", two)), loaded(("b.csv", two), ("a.csv", one))
    assert len(there.events) == 3
    assert sorted(there.events.ids) == sorted(back.events.ids)


def test_two_equal_rows_of_one_file_stay_two() -> None:
    """Two metro fares in one minute are two, also when the file is given twice."""
    data = diary("metro,ride,2024-05-31 08:00,,4.00,", "metro,ride,2024-05-31 08:00,,4.00,")
    assert len(loaded(("a.csv", data)).events) == 2
    assert len(loaded(("a.csv", data), ("b.csv", data)).events) == 2
    assert loaded(("a.csv", data)).accounts[0].notices["equal_rows"] == 1


def test_a_copy_a_spreadsheet_saved_is_united_with_the_precise_one() -> None:
    """A row without its seconds and its id is the row of the same minute, sum and party."""
    precise = web(("1", "2024-05-31 18:02:11", ""), ("2", "2024-05-31 18:09:11", ""))
    coarse = web(("1.0E+27", "2024/5/31 18:02", ""), ("", "2024/5/31 18:09", ""), ("", "2024/5/31 18:30", ""))
    collected = loaded(("copy.csv", coarse), ("a.csv", precise))
    assert len(collected.events) == 3
    assert [(a.used, a.left_out.get("already_read", 0)) for a in collected.accounts] == [(1, 2), (2, 0)]


def test_ids_do_not_depend_on_name_row_or_encoding() -> None:
    """The same rows in another file, order and encoding have the same ids."""
    rows = [("1", "2024-05-31 18:02:11", ""), ("2", "2024-05-31 19:02:11", "")]
    here = loaded(("a.csv", web(*rows)))
    there = loaded(("other.txt", web(*rows[::-1]).decode("gb18030").encode("utf-8-sig")))
    assert sorted(here.events.ids) == sorted(there.events.ids)


def test_ids_are_pinned() -> None:
    """Ids are for life: these were computed once and must never change."""
    own = loaded(("a.csv", web(("2017", "2017-08-26 13:24:05", "3.00"))))
    told = loaded(("d.csv", diary("ofo,ride,2017-08-26 13:00,,1.00,n", "ofo,ride,2017-08-26 13:00,,1.00,n")))
    assert [f"{one:016x}" for one in [*own.events.ids, *told.events.ids]] == PINNED


PINNED = ["fe8179a60d402ab5", "719102904823f904", "a99956583a902e36", "fa353d710f2e1c75"]


def test_sources_are_never_changed(tmp_path: Path) -> None:
    """Reading leaves a file as it was, and the account holds its SHA-256."""
    path = tmp_path / "d.csv"
    path.write_bytes(diary("a,payment,2024-05-31,b,1.00,n"))
    before, stamp = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns
    account = collect([path]).accounts[0]
    assert account.sha256 == before == hashlib.sha256(path.read_bytes()).hexdigest()
    assert path.stat().st_mtime_ns == stamp


def test_a_zone_is_used_where_none_is_written() -> None:
    """The person's zone is for times that name none; without it they are read as UTC."""
    data = diary("a,payment,2024-05-31 18:02,b,1.00,n")
    assert collect([from_bytes("d.csv", data)], zone="Asia/Tokyo").accounts[0].first.hour == 9
    assert collect([from_bytes("d.csv", data)]).accounts[0].first.hour == 18
    with pytest.raises(UnknownZoneError):
        collect([from_bytes("d.csv", data)], zone="Mars/Olympus")


def test_progress_is_told_and_may_stop_the_reading() -> None:
    """Each file is announced; an interruption from the listener goes through untouched."""
    told: list[Progress] = []
    collect([from_bytes("a.csv", diary("a,payment,2024-05-31,b,1,n")), from_bytes("b.csv", b"x")], progress=told.append)
    assert [one.file for one in told if one.rows == 0][:1] == ["a.csv"]
    assert max(one.rows for one in told) == 1
    assert told[-1].bytes > 0

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect([from_bytes("a.csv", b"x")], progress=stop)


def test_the_sample_marks_what_is_illustrative() -> None:
    """sample.toml is no export; the rows it names, and no others, are illustrative."""
    collected = collect([SAMPLE])
    assert sorted(account.file for account in collected.accounts) == ["alipay_record_20170827_0900_1.csv", "diary.csv"]
    marked = collected.events.frame(["file", "row", "illustrative"])
    assert 0 < marked["illustrative"].sum() < len(marked)
    assert balanced(collected)


def test_a_broken_sample_description_stops_nothing(tmp_path: Path) -> None:
    """A sample.toml that is no TOML is a file like any other."""
    (tmp_path / "sample.toml").write_text("[[[", "utf-8")
    (tmp_path / "d.csv").write_bytes(diary("a,payment,2024-05-31,b,1.00,n"))
    assert {a.file: a.used for a in collect([tmp_path]).accounts} == {"d.csv": 1, "sample.toml": 0}


def test_coverage_is_the_declared_window_or_first_to_last() -> None:
    """A diary covers each company from its first row to the end of its last minute."""
    rows = loaded(
        ("d.csv", diary("a,payment,2024-05-31 18:02,b,1,n", "a,payment,2024-05-31 18:04,b,1,n"))
    ).coverage.to_pylist()
    assert [(row["collector"], row["basis"], str(row["until"] - row["from"])) for row in rows] == [
        ("a", "first_last", "0:03:00")
    ]


def test_a_saved_trail_is_restored_whole(tmp_path: Path) -> None:
    """Events, accounts and coverage come back equal, alone or through collect."""
    collected = collect([SAMPLE])
    out = tmp_path / "trail.parquet"
    save(collected.events, collected.accounts, collected.coverage, out)
    kept = restore(out)
    assert kept.accounts == collected.accounts
    assert kept.coverage.equals(collected.coverage)
    assert kept.events.table().to_pylist() == collected.events.table(kept.events.table().column_names).to_pylist()
    assert len(collect([out, SAMPLE]).events) == len(collected.events)
    assert [path.name for path in tmp_path.iterdir()] == ["trail.parquet"]


@pytest.mark.parametrize(
    "told", ["{", "[]", '{"version": 1}', '{"version": 99, "accounts": [], "coverage": []}', "null"]
)
def test_a_forged_trail_is_refused(told: str, tmp_path: Path) -> None:
    """Whatever stands in a saved trail's description, it is refused with a code and stops nothing."""
    out = tmp_path / "trail.parquet"
    columns = {name: pa.array([], pa.string()) for name in ("event_id", "format", "file", "row", "collector", "kind")}
    pq.write_table(pa.table(columns).replace_schema_metadata({b"trailviz": told.encode()}), out)
    with pytest.raises(BrokenFileError):
        restore(out)
    assert collect([out]).accounts[0].advice in {"broken_saved_trail", "later_saved_trail"}


def test_the_account_is_json_and_names_no_folder(tmp_path: Path) -> None:
    """An account never holds a path above the file's name."""
    folder = tmp_path / "private" / "inner"
    folder.mkdir(parents=True)
    (folder / "d.csv").write_bytes(diary("a,payment,2024-05-31,b,1.00,n"))
    accounts = collect([folder / "d.csv", tmp_path / "private"]).accounts
    assert [account.file for account in accounts] == ["d.csv", "inner/d.csv"]
    assert "private" not in json.dumps([repr(account) for account in accounts])


def importer(name: str, sure: Confidence, contains: tuple[str, ...] = ()) -> Importer:
    """Make an importer that is always this sure."""
    return Importer(
        name=name,
        collector="x",
        recognise=lambda _: Recognition(sure, "because"),
        cells=lambda _: iter(()),
        events=lambda _: Columns({}),
        contains=contains,
    )


@pytest.mark.parametrize(
    ("asked", "chosen", "tied"),
    [
        ([importer("a", Confidence.CERTAIN), importer("b", Confidence.LIKELY)], "a", False),
        ([importer("a", Confidence.CERTAIN), importer("b", Confidence.CERTAIN)], None, True),
        ([importer("a", Confidence.CERTAIN, ("b",)), importer("b", Confidence.CERTAIN)], "a", False),
        ([importer("a", Confidence.LIKELY), importer("b", Confidence.LIKELY)], None, True),
        ([importer("a", Confidence.POSSIBLE), importer("b", Confidence.NO)], None, False),
        ([], None, False),
    ],
)
def test_the_single_surest_importer_reads(asked: list[Importer], chosen: str | None, tied: bool) -> None:  # noqa: FBT001
    """A tie or nobody is a refusal; only a format that contains the other breaks a tie."""
    choice = choose(Head("x", "text"), tuple(asked))
    assert (choice.importer.name if choice.importer else None, choice.tied) == (chosen, tied)
    assert len(choice.asked) == len(asked)


def test_a_refusal_gives_every_importers_reason() -> None:
    """A file nobody knows says why each importer said no."""
    account = loaded(("x.csv", b"one,two\n1,2\n")).accounts[0]
    assert account.format is None
    assert account.advice
    assert len(account.asked) > 2
    assert all(why for _, _, why in account.asked)


def test_a_restored_trail_takes_upload_bytes_too(tmp_path: Path) -> None:
    """A saved trail may come as an upload."""
    collected = collect([SAMPLE])
    save(collected.events, collected.accounts, collected.coverage, tmp_path / "t.parquet")
    again = loaded(("t.parquet", (tmp_path / "t.parquet").read_bytes()))
    assert np.array_equal(np.sort(again.events.ids), np.sort(collected.events.ids))


def test_a_repeated_row_of_headings_is_counted_and_left_out() -> None:
    """Lists that were pasted together repeat their headings: seen, left out with its reason, never read."""
    rows = [f"example,order,2024-05-01 {hour}:00,Shop,12.00,\n" for hour in (10, 11)]
    text = DIARY + rows[0] + DIARY + rows[1]
    (account,) = collect([from_bytes("diary.csv", text.encode())]).accounts

    assert (account.seen, account.used, dict(account.left_out)) == (3, 2, {"header_again": 1})


def test_a_month_without_a_row_is_not_spoken_for() -> None:
    """A hole of whole months in an export without a declared window is no file's time; a quiet week is."""
    days = ("2024-01-05", "2024-01-28", "2024-04-02", "2024-04-20")
    rows = "".join(f"example,order,{day} 10:00,Shop,12.00,\n" for day in days)
    coverage = collect([from_bytes("diary.csv", (DIARY + rows).encode())]).coverage.to_pylist()

    assert [(one["from"].strftime("%m-%d"), one["until"].strftime("%m-%d")) for one in coverage] == [
        ("01-05", "02-01"),
        ("04-01", "04-20"),
    ]
