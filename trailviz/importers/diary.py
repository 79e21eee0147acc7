"""trailviz's own diary: a table for any deed no company exports.

Format: delimited text or a workbook with the columns of docs/diary.md; company, kind and start are enough.
Seen: it is ours (2026-11).
Encoding: UTF-8 or GB18030.
Zone: the column `zone` (IANA name or +08:00), or an offset in the time; else assumed and said.
Precision: as written: a day, a minute or a second.
Kept: every row with a time. An empty company is yourself: a note nobody has.
Left out: rows whose kind is not in the list, with the reason `unknown_kind`.
How to get it: write it, in any spreadsheet; docs/diary.md has an example.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT, ITEM, KINDS
from trailviz.geo import to_wgs84
from trailviz.reading import Cells, Columns, Head, Importer, Recognition, table_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("company", "kind", "start")
OPTIONAL = (
    "start_latest", "end_earliest", "end", "zone", "time_basis", "place", "lat", "lon", "uncertainty_m", "end_place",
    "end_lat", "end_lon", "end_uncertainty_m", "datum", "party", "channel", "vehicle", "mode", "service", "items",
    "amount", "currency", "flow", "presence", "people", "detail", "note", "ref",
)  # fmt: skip
PATTERNS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
WITH_OFFSET = ("%Y-%m-%d %H:%M%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z")
FLOWS = {"out": "out", "in": "in", "neither": "neither"}
PRESENCES = {"in_person": "in_person", "remote": "remote", "unknown": "unknown"}
DATUMS = {"wgs84": "wgs84", "gcj02": "gcj02", "bd09": "bd09", "unknown": "unknown"}
BASES = {"stated": "stated", "derived": "derived", "bounded": "bounded", "unknown": "unknown"}
ITEM_TEXT = re.compile(
    r"^(?P<name>.+?)(?:\s+[x×]\s*(?P<quantity>\d+(?:\.\d{1,3})?))?(?:\s*@\s*(?P<amount>\d+(?:\.\d{1,8})?))?$"
)
OFFSET = r"\d(?P<offset>Z|[+-]\d\d:?\d\d)$"
OWN = "self"


def recognise(head: Head) -> Recognition:
    """Look for the diary's header row."""
    return head.has_columns(HEADER, optional=OPTIONAL)


def cells(file: BinaryIO) -> Iterator[Cells]:
    """Read the table under the header."""
    return table_cells(file, HEADER)


def events(rows: Cells) -> Columns:
    """Make one event of every row."""
    kind = pc.utf8_lower(pc.fill_null(rows.text("kind"), ""))
    rows.leave_out(~np.isin(kind.to_numpy(zero_copy_only=False), KINDS), "unknown_kind")
    times = {name: _times(rows, name) for name in ("start", "start_latest", "end_earliest", "end")}
    empty = [pc.is_null(rows.text(name)) for name in times]
    rows.note(
        np.logical_and.reduce([np.asarray(one, dtype=bool) for one in empty]), "start", "a time like 2024-05-31 18:02"
    )
    bounded = pc.or_(pc.is_valid(times["start_latest"]), pc.is_valid(times["end_earliest"]))
    stated = pc.if_else(bounded, "bounded", "stated")
    company = rows.text("company")
    own = pc.is_null(company)
    party = rows.text("party")
    datum = rows.words("datum", DATUMS, other="unknown")
    values: dict[str, object] = {
        **times,
        "kind": kind,
        "collector": pc.if_else(own, OWN, pc.utf8_lower(pc.fill_null(company, ""))),
        "said_by": pc.if_else(own, "told", "recorded"),
        # what a person says of it overrules what follows from the bounds
        "time_basis": pc.coalesce(rows.words("time_basis", BASES), stated),
        "precision_s": rows.precision("start", "end"),
        **_zone(rows),
        "party": party,
        "party_is": pc.if_else(pc.is_valid(party), pa.scalar("company"), pa.scalar(None, pa.string())),
        "amount": rows.money("amount"),
        "currency": rows.text("currency"),
        "flow": rows.words("flow", FLOWS),
        **_point(rows, "", datum),
        **_point(rows, "end_", datum),
        "accuracy_m": rows.numbers("uncertainty_m", low=0, high=1e7),
        "end_accuracy_m": rows.numbers("end_uncertainty_m", low=0, high=1e7),
        "datum": datum,
        "presence": rows.words("presence", PRESENCES, other="unknown"),
        "channel_text": rows.text("channel"),
        "items": _items(rows),
        "people": _lists(rows, "people"),
        "refs": _lists(rows, "ref"),
    }
    plain = ("place", "end_place", "vehicle", "mode", "service", "detail", "note")
    values |= {name: rows.text(name) for name in plain}
    # a column of nulls would cost memory in every batch
    return Columns({name: value for name, value in values.items() if _says_something(value)})


def _times(rows: Cells, column: str) -> pa.Array:
    """Read a column zone by zone; a time with an offset needs none."""
    text = rows.text(column)
    if text.null_count == len(text):
        return pa.nulls(len(text), INSTANT)
    zones = rows.text("zone").to_numpy(zero_copy_only=False)
    answer = np.full(len(rows), np.datetime64("NaT", "us"))
    for zone in {str(one) if one is not None else None for one in zones}:
        here = np.array([one == zone for one in zones])
        part = Cells({column: text.filter(pa.array(here))}, rows.row[here], assumed_zone=rows.assumed_zone)
        known = zone if zone is None or _is_zone(zone) else None
        # one note a row, not one for each of its times
        if known != zone and column == "start":
            rows.note(here, "zone", "a zone like Asia/Shanghai or +08:00")
        # a zone nobody knows costs the row its zone, and not its time
        read = part.times(column, *PATTERNS, *WITH_OFFSET, zone=known)
        rows.unreadable.extend(part.unreadable)
        answer[here] = read.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return pa.array(answer, pa.timestamp("us")).cast(INSTANT)


def _zone(rows: Cells) -> dict[str, object]:
    """Answer the zone a row names, else the offset its time is written with, else the one assumed for the file."""
    named = rows.text("zone").dictionary_encode()
    known = pa.array([one if _is_zone(one) else None for one in named.dictionary.to_pylist()], pa.string())
    named = known.take(named.indices) if len(known) else pa.nulls(len(rows), pa.string())
    found = pc.struct_field(pc.extract_regex(rows.text("start"), OFFSET), "offset")
    offset = pc.replace_substring_regex(found, r"^(...)(\d\d)$", r"\1:\2")
    stated = pc.coalesce(named, pc.if_else(pc.equal(found, "Z"), pa.scalar("+00:00"), offset))
    assumed = pa.scalar(rows.assumed_zone, pa.string())
    return {
        "zone": pc.coalesce(stated, assumed),
        "zone_basis": pc.if_else(pc.is_valid(stated), "stated", "assumed"),
    }


def _point(rows: Cells, which: str, datum: pa.Array) -> dict[str, object]:
    """Read a point, and bring one of a declared Chinese datum to WGS-84; without a longitude there is no point."""
    lat = rows.numbers(f"{which}lat", low=-90, high=90).to_numpy(zero_copy_only=False).copy()
    lon = rows.numbers(f"{which}lon", low=-180, high=180).to_numpy(zero_copy_only=False).copy()
    declared = datum.to_numpy(zero_copy_only=False)
    for shifted in ("gcj02", "bd09"):
        here = (declared == shifted) & np.isfinite(lat) & np.isfinite(lon)
        lat[here], lon[here] = to_wgs84(lat[here], lon[here], shifted)
    none = ~(np.isfinite(lat) & np.isfinite(lon))
    return {f"{which}lat": pa.array(lat, mask=none), f"{which}lon": pa.array(lon, mask=none)}


def _is_zone(name: str) -> bool:
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads the whole zone index once

    return re.fullmatch(r"[+-]\d\d:\d\d", name) is not None or name in available_timezones()


def _items(rows: Cells) -> pa.Array:
    """Read `bananas x 2 @ 3.50; cheese` into names, quantities and sums."""
    listed = []
    for text in rows.text("items").to_pylist():
        parts = [ITEM_TEXT.match(part.strip()) for part in text.split(";") if part.strip()] if text else []
        listed.append(
            [
                {"name": found["name"], "quantity": Decimal(found["quantity"] or 1), "amount": _sum(found["amount"])}
                for found in parts
                if found
            ]
            or None
        )
    return pa.array(listed, pa.list_(ITEM))


def _sum(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _lists(rows: Cells, column: str) -> pa.Array:
    texts = rows.text(column).to_pylist()
    return pa.array(
        [[p.strip() for p in text.split(";") if p.strip()] if text else None for text in texts], pa.list_(pa.string())
    )


def _says_something(value: object) -> bool:
    return not isinstance(value, pa.Array) or value.null_count < len(value)


IMPORTER = Importer(name="diary", collector=OWN, recognise=recognise, cells=cells, events=events)
