"""The truth beside the exports: where somebody was in every minute, and what of it nobody could know from the files."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trailviz.simulate import money, observers
from trailviz.simulate.agenda import DAY
from trailviz.simulate.exports import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trailviz.simulate.life import Life

README = """\
Nobody in these files exists. {title} in {city} was invented by `trailviz simulate {persona} --city {city_id} --start {first} --days {days} --seed {seed}`;
the same words give the same bytes. Areas, stations and parks are real, shops and people are not, and no home is a real address.

exports/  what companies would hand over. Point trailviz at this folder alone.
truth/    what is true of the person, for judging what was guessed. Times are UTC, intervals [start, end), sums hundredths of the currency.

person.json           homes and workplaces with dates, paydays, rent, subscriptions, split bills, phone outages, and what nobody could know from these files
minute_place.parquet  one row a minute: the place's id (null on the way) and the point
places.csv            every place of this life, with visits and minutes
stays.csv, legs.csv   the diary
sleep.csv             when the person slept
with_others.csv       who was there too
deeds.csv             everything done, also in cash; `by` is the format that shows it
records.csv           what each row of each export should say, from the diary and not from the file
"""
ASLEEP_AFTER, UP_BEFORE = 25, 20
"""Minutes between coming home and sleep, and between sleep and leaving."""
SURE = ("home", "work")


def written(life: Life, told: Sequence[Told], formats: Sequence[str]) -> dict[str, bytes]:
    """Write every truth table, by file name."""
    who, days = life.persona, life.days
    named = {"title": who.title["en"], "city": life.city.name["en"], "persona": who.id, "city_id": life.city.id}
    stays = (
        (number, one.spot.id, _at(life, one.start), _at(life, one.end), one.why, "; ".join(one.company))
        for number, one in enumerate(life.stays)
    )
    legs = (
        (number, one.origin.id, one.target.id, _at(life, one.start), _at(life, one.end), one.mode)
        for number, one in enumerate(life.legs)
    )
    slept = ((_at(life, start), _at(life, end), spot) for start, end, spot in sleep(life))
    others = (
        (_at(life, one.start), _at(life, one.end), one.spot.id, name) for one in life.stays for name in one.company
    )
    person = json.dumps(about(life, told, formats), ensure_ascii=False, indent=1)
    return {
        "README.txt": README.format(**named, first=life.first, days=days, seed=life.seed).encode(),
        "person.json": f"{person}\n".encode(),
        "minute_place.parquet": _minutes(life),
        "places.csv": _places(life),
        "stays.csv": _table(("number", "place", "start", "end", "why", "with"), stays),
        "legs.csv": _table(("number", "from", "to", "start", "end", "mode"), legs),
        "sleep.csv": _table(("start", "end", "place"), slept),
        "with_others.csv": _table(("start", "end", "place", "person"), others),
        "deeds.csv": _deeds(life, told),
        "records.csv": _records(told),
    }


def about(life: Life, told: Sequence[Told], formats: Sequence[str]) -> dict[str, Any]:
    """Say who this is: homes, work, money by the calendar, and what no file could show."""
    shown = {int(one.of.split()[1]) for one in told if one.of.startswith("deed ")}
    recurring: dict[str, list[dict[str, Any]]] = {}
    for one in life.deeds:
        if ":" in one.what or one.what in {"salary", "payout", "allowance", "rent", "rent share", "split", "share"}:
            entry = {"at": _at(life, one.start), "cents": one.cents, "party": one.party, "flow": one.flow, "by": one.by, "recorded": one.number in shown}  # fmt: skip
            recurring.setdefault(one.what, []).append(entry)
    homes = _anchors(life, told, "home")
    works = _anchors(life, told, "work")
    return {
        "invented": True,
        "persona": life.persona.id,
        "about": life.persona.about,
        "city": life.city.id,
        "zone": life.city.zone,
        "currency": life.city.currency,
        "first_day": life.first.isoformat(),
        "days": life.days,
        "seed": life.seed,
        "formats": list(formats),
        "homes": homes,
        "works": works,
        "paydays": [money.in_words(life.first, day) for day in money.paydays(life.persona, life.agenda)],
        "recurring": recurring,
        "nights_away": [
            {"from": _at(life, since), "place": spot.area} for since, spot in life.agenda.bases if spot.away
        ],
        "outages": [[_at(life, since), _at(life, until)] for since, until in observers.outages(life)],
        "unknowable": _unknowable(life, shown, homes, works, recurring),
    }


def sleep(life: Life) -> list[tuple[int, int, str]]:
    """Answer when the person slept, and where: from going to bed, or coming home after it, until getting up."""
    ups = life.agenda.up
    spans = [(0.0, ups[0][0])] + [
        (day * DAY + ups[day][1], (day + 1) * DAY + ups[day + 1][0] if day + 1 in ups else life.days * DAY)
        for day in ups
    ]
    found = []
    for bed, wake in spans:
        inside = [
            (
                max(one.start + ASLEEP_AFTER if one.start else 0, round(bed)),
                min(one.end - UP_BEFORE, round(wake)),
                one.spot.id,
            )
            for one in life.stays
            if one.spot.kind in {"home", "hotel"} and one.start < wake and one.end > bed
        ]
        longest = max(inside, key=lambda one: one[1] - one[0], default=(0, 0, ""))
        if longest[1] - longest[0] > 60:  # noqa: PLR2004 - an hour at least
            found.append(longest)
    return found


def _anchors(life: Life, told: Sequence[Told], kind: str) -> list[dict[str, Any]]:
    """List homes or workplaces with their days, and how many records lead there: to the point, or to the station beside it."""
    here: list[dict[str, Any]] = []
    spots = life.places.homes if kind == "home" else [life.places.work] if life.places.work else []
    for spot in spots:
        stays = [one for one in life.stays if one.spot is spot]
        if not stays:
            continue
        exact = station = 0
        for one in told:
            word, _, number = one.of.partition(" ")
            if word == "stay":
                exact += life.stays[int(number)].spot is spot
            elif word == "deed":
                deed = life.deeds[int(number) - 1]
                began, ended = deed.place is spot, deed.end_place is spot
                there = (began and (one.lat is not None or one.place is not None)) + (ended and (one.end_lat is not None or one.end_place is not None))  # fmt: skip
                exact, station = (exact, station + there) if deed.mode == "metro" else (exact + there, station)
        here.append(
            {
                "id": spot.id, "from": _at(life, stays[0].start), "until": _at(life, stays[-1].end), "hours": round(sum(one.end - one.start for one in stays) / 60, 1),
                "name": spot.name, "area": spot.area, "street": spot.street, "station": spot.station, "lat": round(spot.lat, 6), "lon": round(spot.lon, 6),
                "records_at_it": exact, "records_at_its_station": station,
            }
        )  # fmt: skip
    return here


def _unknowable(
    life: Life, shown: set[int], homes: list[dict[str, Any]], works: list[dict[str, Any]], recurring: Mapping[str, list[dict[str, Any]]]
) -> list[dict[str, Any]]:  # fmt: skip
    """Name what is true and in no file: guessing it right would be luck, and abstaining is right."""
    found: list[dict[str, Any]] = []
    shared = {one["station"] for one in homes if one["station"]}
    for what, anchors in (("home", homes), ("work", works)):
        for one in anchors:
            if not one["records_at_it"] + one["records_at_its_station"]:
                found.append({"what": what, "id": one["id"], "why": "no record begins or ends at it or at its station"})
            elif what == "work" and not one["records_at_it"] and one["station"] in shared:
                # Who walks to school from home rides from there by the station of home.
                found.append(
                    {"what": what, "id": one["id"], "why": "its station is that of home, and no record is nearer"}
                )
    if not works:
        found.append({"what": "work", "id": None, "why": "there is no fixed workplace"})
    found += [
        {"what": what, "id": None, "why": "paid where no file is written"}
        for what, listed in sorted(recurring.items())
        if not any(one["recorded"] for one in listed)
    ]
    hidden = [one for one in life.deeds if one.number not in shown]
    cash = [one for one in hidden if one.by == "cash"]
    found.append({"what": "deeds", "id": None, "why": "in cash", "count": len(cash), "cents": sum(one.cents for one in cash)})  # fmt: skip
    found.append({"what": "deeds", "id": None, "why": "at companies of which no file is written", "count": len(hidden) - len(cash)})  # fmt: skip
    return found


def _minutes(life: Life) -> bytes:
    """Write where the person was in every minute of the span, on a straight line while on the way."""
    stays = [(one.start, one.end, one.spot, one.spot, one.spot.id) for one in life.stays]
    legs = [(one.start, one.end, one.origin, one.target, None) for one in life.legs]
    spans = sorted((*stays, *legs), key=lambda one: one[0])
    start, end = (np.array([life.utc(at).timestamp() / 60 for at in column]) for column in zip(*((one[0], one[1]) for one in spans), strict=True))  # fmt: skip
    minute = np.arange(round(start[0]), round(life.utc(life.days * DAY).timestamp() / 60))
    at = np.searchsorted(start, minute, side="right") - 1
    share = np.clip((minute - start[at]) / np.maximum(end - start, 1e-9)[at], 0.0, 1.0)
    begins = np.array([(one[2].lat, one[2].lon) for one in spans])
    ends = np.array([(one[3].lat, one[3].lon) for one in spans])
    point = begins[at] + share[:, None] * (ends - begins)[at]
    ids = pa.array([one[4] for one in spans], pa.string()).dictionary_encode()
    # the way that leads out of the span is in no leg: nobody is anywhere then
    place = ids.take(pa.array(at, mask=minute >= end[at]))
    table = pa.table(
        {
            "minute": pa.array(minute * 60_000_000, pa.timestamp("us", "UTC")),
            "place": place,
            "lat": pa.array(point[:, 0], pa.float32()),
            "lon": pa.array(point[:, 1], pa.float32()),
        }
    )
    held = io.BytesIO()
    pq.write_table(table, held, compression="zstd")
    return held.getvalue()


def _places(life: Life) -> bytes:
    visits: dict[str, list[int]] = {}
    for one in life.stays:
        visits.setdefault(one.spot.id, []).append(one.end - one.start)
    rows = (
        (one.id, one.kind, one.name, one.area, one.district, one.street, one.station, f"{one.lat:.6f}", f"{one.lon:.6f}", len(visits[one.id]), sum(visits[one.id]))
        for one in life.places.spots.values()
        if one.id in visits
    )  # fmt: skip
    return _table(
        ("id", "kind", "name", "area", "district", "street", "station", "lat", "lon", "visits", "minutes"), rows
    )


def _deeds(life: Life, told: Sequence[Told]) -> bytes:
    shown = {one.of for one in told}
    rows = (
        (one.number, one.kind, one.what, _at(life, one.start), _at(life, one.end) if one.end is not None else "", one.cents, one.flow, one.party, one.place.id if one.place else "",
            one.end_place.id if one.end_place else "", one.mode or "", "; ".join(one.company), one.by, int(f"deed {one.number}" in shown), *(one.other or ("", "")), one.of or "")
        for one in life.deeds
    )  # fmt: skip
    return _table(("number", "kind", "what", "start", "end", "cents", "flow", "party", "place", "end_place", "mode", "with", "by", "recorded", "other_cents", "other_currency", "refund_of"), rows)  # fmt: skip


def _records(told: Iterable[Told]) -> bytes:
    names = tuple(one.name for one in fields(Told))
    return _table(names, (tuple(_cell(getattr(one, name)) for name in names) for one in told))


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\n")
    table.writerow(names)
    table.writerows(rows)
    return held.getvalue().encode()


def _cell(value: object) -> object:
    return "" if value is None else _iso(value) if isinstance(value, datetime) else value


def _at(life: Life, minute: float) -> str:
    return _iso(life.utc(minute))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
