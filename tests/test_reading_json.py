"""JSON: arrays streamed into typed columns, whatever stands in them, and up to where the document breaks off."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.intake import collect, from_bytes
from trailviz.reading.broken import BrokenFileError
from trailviz.reading.cells import Cells, Unreadable
from trailviz.reading.framing import arrays, elements
from trailviz.reading.json import json_cells, paths_in
from trailviz.reading.shapes import Exact, typed

FIX = pa.struct([("lat", pa.int64()), ("accuracy", pa.float64()), ("time", pa.string())])
NESTED = pa.struct([("name", pa.string()), ("path", pa.list_(pa.struct([("point", pa.string())]))), ("top", FIX)])


def streamed(
    text: str | bytes, shape: pa.StructType = FIX, path: str = "locations.item"
) -> tuple[list[Cells], str | None]:
    """Read a document: the cells, and the code it broke off with."""
    cells: list[Cells] = []
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    try:
        cells.extend(json_cells(io.BytesIO(data), {path: shape}, batch=3))
    except BrokenFileError as error:
        return cells, error.code
    return cells, None


def values(cells: list[Cells]) -> list[dict[str, object]]:
    """Answer the rows of some cells as dictionaries."""
    return [row for one in cells for row in pa.table(dict(one.columns)).to_pylist()]


def test_elements_are_numbered_from_one_over_batches() -> None:
    """The row of an element is its place in its array, wherever a batch ends."""
    cells, code = streamed(json.dumps({"other": [1], "locations": [{"lat": n} for n in range(7)]}))
    assert code is None
    assert [int(number) for one in cells for number in one.row] == [1, 2, 3, 4, 5, 6, 7]
    assert [row["lat"] for row in values(cells)] == list(range(7))
    assert {one.sheet for one in cells} == {"locations"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("52", 52),
        ("52.0", 52),
        ('"52"', 52),
        ("52.5", None),
        ("true", None),
        ("[1]", None),
        ("null", None),
        ("1e400", None),
        ("9223372036854775807", 9223372036854775807),
    ],
)
def test_a_number_is_exact_or_null(written: str, kept: int | None) -> None:
    """A number that is not whole never becomes one, and what is neither number nor null is noted."""
    cells, _ = streamed('{"locations": [{"lat": 1}, {"lat": ' + written + "}]}")
    rows = values(cells)
    assert rows[0]["lat"] == 1
    if len(rows) > 1:
        assert rows[1]["lat"] == kept
        assert bool(cells[0].unreadable) == (kept is None and written != "null")


def test_what_has_another_shape_is_noted_by_its_key_and_row() -> None:
    """A text where an object should be is null and named; its neighbours are read."""
    data = {"item": [{"name": 5, "path": [{"point": "a"}, 7], "top": "x"}, {"name": "b", "path": "no"}, 3]}
    cells, _ = streamed(json.dumps(data), NESTED, "item.item")
    rows = values(cells)
    assert (
        rows[0] == {"name": "5", "path": [{"point": "a"}, {"point": None}], "top": None} or rows[0]["path"][1] is None
    )
    assert rows[1]["name"] == "b"
    assert {(one.row, one.column, one.expected) for one in cells[0].unreadable} == {
        (1, "path", "an object"),
        (1, "top", "an object"),
        (2, "path", "a list"),
        (3, "element", "an object"),
    }
    assert all(isinstance(one, Unreadable) for one in cells[0].unreadable)


def test_a_document_that_breaks_off_keeps_what_came_before() -> None:
    """Elements before the break are read, and the break is told."""
    whole = json.dumps({"locations": [{"lat": n} for n in range(10)]})
    cells, code = streamed(whole[: whole.index('{"lat": 8') + 5])
    assert code == "json_breaks_off"
    assert [row["lat"] for row in values(cells)] == list(range(8))


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "1" * 400, "'x'", "\x00"])
def test_what_is_no_json_is_null_or_unreadable(bad: str) -> None:
    """NaN, a number of 400 digits and the like cost their element alone, and never a traceback."""
    cells, _ = streamed('{"locations": [{"lat": 1}, {"lat": ' + bad + '}, {"lat": 3}]}')
    rows = values(cells)
    assert [row["lat"] for row in rows] == [1, None, 3]
    assert [one.row for one in cells[0].unreadable] == [2]


def test_half_a_character_is_replaced() -> None:
    """A lone surrogate, written as an escape, does not stop the row."""
    cells, _ = streamed('{"locations": [{"time": "\\ud800x"}, {"time": "b"}]}')
    assert [row["time"] for row in values(cells)][1] == "b"


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_ends_in_a_code(opening: str) -> None:
    """A million brackets neither hang nor overflow the stack."""
    deep = ('{"locations": [{"lat": 1}, {"x": ' + opening * 300_000).encode()
    cells, code = streamed(deep)
    assert values(cells) == [{"lat": 1, "accuracy": None, "time": None}]
    assert code == "json_breaks_off"
    assert len(paths_in(deep[: 1 << 16])) < 200


def test_a_byte_order_mark_is_passed_over() -> None:
    """A mark before the first brace is not part of the document."""
    cells, code = streamed(b"\xef\xbb\xbf" + b'{"locations": [{"lat": 1}]}')
    assert (values(cells)[0]["lat"], code) == (1, None)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "path", "top", "point", "lat", "time"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_brackets_in_texts_are_not_depth() -> None:
    """Brackets, quotes and backslashes inside strings count for nothing, also where a read ends among them."""
    nasty = '[{"\\\\' * 9_000 + "\\"
    cells, code = streamed(json.dumps({"locations": [{"time": nasty}] * 5}))
    assert (code, [row["time"] for row in values(cells)]) == (None, [nasty] * 5)


@settings(max_examples=80, deadline=None)
@given(st.lists(ANY, max_size=7))
def test_any_json_gives_one_row_an_element(elements: list[object]) -> None:
    """Whatever the elements are, each is one row of the wanted columns, up to where the reader must stop."""
    cells, code = streamed(json.dumps({"locations": elements}), NESTED)
    assert sum(len(one) for one in cells) == len(elements) or code == "json_breaks_off"
    assert all(list(one.columns) == ["name", "path", "top"] for one in cells)


NASTY = st.recursive(
    st.sampled_from([1, "", "a]", '"locations": [', "\\", '\\"', "{", "é面", None, True, 0.5]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["locations", 'a"', "b\\"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(NASTY, max_size=6), NASTY, st.integers(1, 60), st.sampled_from([None, 2]), st.booleans())
def test_elements_are_cut_out_as_the_standard_library_reads_them(
    wanted: list[object],
    beside: object,
    size: int,
    indent: int | None,
    top: bool,  # noqa: FBT001
) -> None:
    """Whatever strings hold and wherever blocks end, the array's elements are those a whole parse finds."""
    whole = wanted if top else {"before": beside, "locations": wanted, "after": {"locations": beside}}
    data = json.dumps(whole, indent=indent, ensure_ascii=bool(size % 2)).encode()
    found = [one for part in elements(io.BytesIO(data), None if top else "locations", size=size) for one in part]
    assert found == wanted


@settings(max_examples=200, deadline=None)
@given(st.lists(st.fixed_dictionaries({"lat": st.integers(0, 9)}, optional={"time": st.text(max_size=3), "x": NASTY}), max_size=20), st.integers(20, 200), st.sampled_from([None, 2]))  # fmt: skip
def test_elements_of_one_shape_are_proven_by_their_parse(
    wanted: list[dict[str, object]], size: int, indent: int | None
) -> None:
    """Where no bracket is looked at, because what was cut out parses, the elements are the same ones."""
    data = json.dumps({"locations": wanted, "after": {"locations": wanted}}, indent=indent).encode()
    found = [one for part in elements(io.BytesIO(data), "locations", size=size, typed=typed(FIX)) for one in part]
    told = [(one.f0, one.f2) if isinstance(one, Exact) else (one["lat"], one.get("time")) for one in found]  # type: ignore[attr-defined,index]
    assert told == [(one["lat"], one.get("time")) for one in wanted]


def test_arrays_are_read_in_one_pass_and_numbered_each_for_itself() -> None:
    """Two arrays of one document come in the document's order, with their own numbers."""
    data = json.dumps({"b": [{"lat": n} for n in range(5)], "x": [1], "a": [{"lat": 9}]}).encode()
    cells = list(json_cells(io.BytesIO(data), {"a.item": FIX, "b.item": FIX}, batch=2))
    assert [(one.sheet, one.row.tolist()) for one in cells] == [("b", [1, 2]), ("b", [3, 4]), ("b", [5]), ("a", [1])]
    assert [row["lat"] for row in values(cells)] == [0, 1, 2, 3, 4, 9]


ONE = pytest.mark.parametrize("value", [{"lat": 3, "time": "]}"}, [1, {"lat": 2}], []])


def beside(value: object) -> bytes:
    """Write a document of two arrays with something between them."""
    whole = {"a": [{"lat": 1}, {"lat": 2}], "one": value, "b": [{"lat": 9, "one": {"lat": 7}}]}
    return json.dumps(whole).encode()


@ONE
@pytest.mark.parametrize("size", [1, 7, 64])
def test_an_object_is_one_element_wherever_a_block_ends(value: object, size: int) -> None:
    """What stands under a key of its own is cut out whole; the arrays beside it are none the worse."""
    told: dict[str | None, list[object]] = {}
    for key, found in arrays(io.BytesIO(beside(value)), {"a": None, "one": None, "b": None}, size=size, single={"one"}):
        told.setdefault(key, []).extend(found)
    assert told == {"a": [{"lat": 1}, {"lat": 2}], "one": [value], "b": [{"lat": 9, "one": {"lat": 7}}]}


@ONE
def test_an_object_beside_arrays_comes_in_the_same_pass(value: object) -> None:
    """It is one row of its own sheet, in the document's order."""
    cells = list(json_cells(io.BytesIO(beside(value)), {"one": FIX, "a.item": FIX, "b.item": FIX}))
    lat = value["lat"] if isinstance(value, dict) else None
    assert [(one.sheet, [row["lat"] for row in values([one])]) for one in cells] == [
        ("a", [1, 2]),
        ("one", [lat]),
        ("b", [9]),
    ]


@pytest.mark.parametrize("value", [5, None, "x"])
def test_what_stands_where_an_object_should_be_is_a_row_all_the_same(value: object) -> None:
    """A number has no brackets to be found by, and is not lost for that."""
    cells = list(json_cells(io.BytesIO(beside(value)), {"a.item": FIX, "one": FIX}))
    assert [(one.sheet, len(one)) for one in cells] == [("a", 2), ("one", 1)]


def test_a_broken_records_file_is_used_as_far_as_it_goes() -> None:
    """Through intake: the fixes before the break are events, and the account names the break."""
    fixes = [
        {"latitudeE7": 312000000, "longitudeE7": 1214000000, "timestamp": f"2024-05-31T10:{n:02d}:00Z"}
        for n in range(20)
    ]
    whole = json.dumps({"locations": fixes}).encode()
    account = collect([from_bytes("Records.json", whole[:-200])]).accounts[0]
    assert account.notices["json_breaks_off"] == 1
    assert 0 < account.used == account.seen < 20


ODD = st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=4), st.lists(st.integers(), max_size=2))  # fmt: skip
ELEMENT = st.one_of(
    st.fixed_dictionaries({}, optional={"n": st.integers(0, 9), "x": st.floats(-9, 9), "t": st.text(max_size=3), "in": st.fixed_dictionaries({}, optional={"n": st.integers(0, 9)}), "many": st.lists(st.fixed_dictionaries({"n": st.integers(0, 9)}), max_size=2)}),
    st.fixed_dictionaries({}, optional={"n": ODD, "x": ODD, "t": ODD, "in": ODD, "many": ODD}),
    ODD,
)  # fmt: skip
MIXED = pa.struct(
    [
        ("n", pa.int64()),
        ("x", pa.float64()),
        ("t", pa.string()),
        ("in", pa.struct([("n", pa.int64())])),
        ("many", pa.list_(pa.struct([("n", pa.int64())]))),
    ]
)


@given(st.lists(ELEMENT, min_size=1, max_size=8))
def test_an_element_is_read_the_same_whatever_stands_beside_it(found: list[object]) -> None:
    """Elements that all have the format's shape take a faster way; one that has not must change none of the others."""

    def read(some: list[object]) -> tuple[list[object], int]:
        cells = list(json_cells(io.BytesIO(json.dumps({"list": some}).encode()), {"list.item": MIXED}))
        rows = [row for one in cells for row in pa.table(dict(one.columns)).to_pylist()]
        return rows, sum(len(one.unreadable) for one in cells)

    together, alone = read(found), [read([one]) for one in found]

    assert together == ([row for rows, _ in alone for row in rows], sum(notes for _, notes in alone))
