"""Pairs by key and time, and each row's nearest: the same as looking at every pair, one by one."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz import pairing
from trailviz.days import DAY_US, MINUTE_US
from trailviz.pairing import met, nearest, opened, portions, within

ROWS = st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 2), st.integers(-50, 50)), max_size=12)
CANDIDATES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=25)


@given(left=ROWS, right=ROWS, low=st.integers(-20, 5), length=st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_rows_are_paired_by_equal_keys_and_a_span_of_time(
    left: list[tuple[int, int, int]], right: list[tuple[int, int, int]], low: int, length: int
) -> None:
    """Both ends of the span count."""
    one, other = (np.array(side, np.int64).reshape(-1, 3) for side in (left, right))
    found = within(one[:, :2].T, one[:, 2], other[:, :2].T, other[:, 2], low, low + length)
    wanted = [
        (a, b)
        for a, first in enumerate(left)
        for b, second in enumerate(right)
        if first[:2] == second[:2] and first[2] + low <= second[2] <= first[2] + low + length
    ]

    assert sorted(zip(*(side.tolist() for side in found), strict=True)) == wanted


RANGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8)


@given(ranges=RANGES)
@settings(deadline=None)
def test_a_range_opens_into_all_it_holds_and_one_that_ends_before_it_begins_into_nothing(
    ranges: list[tuple[int, int]],
) -> None:
    """Range by range, each from its lower end on; in portions the same, in the same order."""
    low, high = np.array(ranges, np.int64).reshape(-1, 2).T
    wanted = [(whose, entry) for whose, (first, end) in enumerate(ranges) for entry in range(first, end)]
    parts = list(portions(low, high))

    assert list(zip(*(one.tolist() for one in opened(low, high)), strict=True)) == wanted
    assert [pair for whose, entry in parts for pair in zip(whose.tolist(), entry.tolist(), strict=True)] == wanted


def test_ranges_that_fill_no_memory_together_are_opened_in_portions() -> None:
    """Ten ranges of a million entries: never much more than two million at once, and none is cut in two."""
    parts = list(portions(np.zeros(10, np.int64), np.full(10, 1_000_000)))

    assert [len(entry) for _, entry in parts] == [2_000_000] * 5
    assert [np.unique(whose).tolist() for whose, _ in parts] == [[at, at + 1] for at in range(0, 10, 2)]


def _one_by_one(pairs: list[tuple[int, int]]) -> list[int]:
    taken: set[int] = set()
    chosen = []
    for at, (one, other) in enumerate(pairs):
        if not {one, other} & taken:
            taken |= {one, other}
            chosen.append(at)
    return chosen


@given(pairs=CANDIDATES, rounds=st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_choosing_in_rounds_is_choosing_one_by_one(pairs: list[tuple[int, int]], rounds: int) -> None:
    """However few the rounds: what is left over is finished in order."""
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    kept = pairing.MOST_ROUNDS
    pairing.MOST_ROUNDS = rounds
    try:
        found = nearest(np.arange(len(pairs)), (ends[:, 0], ends[:, 1]))
    finally:
        pairing.MOST_ROUNDS = kept

    assert found.tolist() == _one_by_one(pairs)


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=8),
    others=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=8),
    span=st.integers(0, 4),
)
def test_rows_that_meet_any_are_those_that_are_paired(
    rows: list[tuple[int, int]], others: list[tuple[int, int]], span: int
) -> None:
    """The same rows, without the pairs."""
    left, right = (np.array(one, np.int64).reshape(-1, 2).T for one in (rows, others))
    asked = [left[0]], left[1], [right[0]], right[1], -span, span

    assert np.flatnonzero(met(*asked)).tolist() == np.unique(within(*asked)[0]).tolist()


def test_transfers_of_one_sum_are_not_paired_each_with_each() -> None:
    """Fifty thousand transfers of one sum in a month were 200 million pairs: only whether there is one is asked."""
    began = np.arange(50_000) * MINUTE_US
    keys = [np.full(50_000, 120_000), np.zeros(50_000, np.int64)]

    before = time.process_time()
    assert met(keys, began, keys, began, -3 * DAY_US, 3 * DAY_US).all()
    assert time.process_time() - before < 0.5
