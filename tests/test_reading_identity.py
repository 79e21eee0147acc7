"""Ids: how equal rows are told apart over the batches of a file."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.reading.identity import Seen, family, told_apart


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), max_size=9), max_size=9))
def test_how_often_an_id_was_met_does_not_depend_on_batches(batches: list[list[int]]) -> None:
    """The sorted blocks count as a dictionary would."""
    seen, counted = Seen(), Counter[int]()
    for batch in batches:
        ids = np.array(batch, np.uint64)
        assert seen.before(ids).tolist() == [counted[one] for one in batch]
        seen.add(ids)
        counted.update(batch)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=12), st.integers(0, 12))
def test_equal_rows_get_ids_of_their_own(ids: list[int], cut: int) -> None:
    """Every row of a file has its own id, the first of equals keeps the plain one, and batches make no difference."""
    whole = np.array(ids, np.uint64)
    at_once, repeated = told_apart(whole, Seen())
    seen = Seen()
    parts = [told_apart(part, seen)[0] for part in (whole[:cut], whole[cut:])]
    assert np.array_equal(np.concatenate(parts), at_once)
    assert len(set(at_once.tolist())) == len(ids)
    assert repeated == len(ids) - len(set(ids))


def test_layouts_of_one_company_share_a_family() -> None:
    """The same payment in two of Alipay's exports has one id: its family is the name before the underscore."""
    assert family("alipay_app") == family("alipay_web") == "alipay"
