"""Abbreviated time zones beside a time: offsets of those that mean one thing only.

IST is Irish, Indian and Israeli, CST American, Chinese and Cuban: such a time keeps no zone but what the person names.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

OFFSETS = {
    "UTC": "+0000", "GMT": "+0000", "Z": "+0000", "WET": "+0000", "WEST": "+0100", "BST": "+0100", "CET": "+0100", "CEST": "+0200", "MEZ": "+0100",
    "MESZ": "+0200", "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "EST": "-0500", "EDT": "-0400", "CDT": "-0500", "MST": "-0700",
    "MDT": "-0600", "PST": "-0800", "PDT": "-0700", "AKST": "-0900", "AKDT": "-0800", "HST": "-1000", "JST": "+0900", "KST": "+0900",
    "SGT": "+0800", "HKT": "+0800", "AEST": "+1000", "AEDT": "+1100", "ACST": "+0930", "AWST": "+0800", "NZST": "+1200", "NZDT": "+1300",
}  # fmt: skip


def offset(zones: pa.Array, **own: str) -> pa.Array:
    """Answer the offset (`-0500`) each abbreviation means, null where it means several; `own` adds what a company fixes."""
    known = {**OFFSETS, **own}
    coded = zones.dictionary_encode()
    listed = [known.get((one or "").strip().upper()) for one in coded.dictionary.to_pylist()]
    return pa.array(listed, pa.string()).take(coded.indices) if listed else pa.nulls(len(zones), pa.string())


def with_offset(moments: pa.Array, offsets: pa.Array) -> pa.Array:
    """Write each moment with its offset, and without one where there is none."""
    return pc.coalesce(pc.binary_join_element_wise(moments, offsets, ""), moments)


def zone_of(offsets: pa.Array) -> pa.Array:
    """Write `-0500` as the zone `-05:00`."""
    return pc.replace_substring_regex(offsets, r"^([+-]\d\d)(\d\d)$", r"\1:\2")
