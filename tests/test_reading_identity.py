"""Ids: how equal rows are told apart over the batches of a file."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from trailviz.reading.identity import Seen, event_ids, family, told_apart


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


@given(st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=9))
def test_an_id_does_not_know_how_its_column_is_kept(party: list[str | None]) -> None:
    """Texts and their dictionary give the same ids; a column of nulls gives those of no column."""
    part = np.zeros(len(party), np.int16)
    plain = pa.array(party, pa.string())
    nothing = pa.nulls(len(party), pa.string())
    assert np.array_equal(
        event_ids("x", {"party": plain}, None, part), event_ids("x", {"party": plain.dictionary_encode()}, None, part)
    )
    assert np.array_equal(event_ids("x", {"note": nothing}, None, part), event_ids("x", {}, None, part))
    assert np.array_equal(
        event_ids("x", {"detail": plain}, nothing, part), event_ids("x", {"detail": plain}, None, part)
    )


def test_what_stands_in_another_column_is_another_event() -> None:
    """The same word as party or as detail, the same number as latitude or as longitude, are told apart."""
    part, word, number = np.zeros(1, np.int16), pa.array(["a"]), pa.array([31.2])
    ids = [event_ids("x", {name: word}, None, part)[0] for name in ("party", "detail", "note", "place")]
    ids += [event_ids("x", {name: number}, None, part)[0] for name in ("lat", "lon", "end_lat", "end_lon")]
    assert len(set(ids)) == len(ids)
