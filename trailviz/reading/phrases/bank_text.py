"""Place and time hidden in what a bank writes beside a card payment: no bank calls it location data.

Observed: girocard text of German banks (2018 to 2025), Austrian terminals (2017), ATMs of ABN AMRO and ASN (2010 to 2020), an
Irish card (2019), a British card (2018), cards of the United States (2023 to 2026). A pattern fills only what it proves: a date
without a year is the last such day before the booking, an hour is an hour, and a city of two words is only taken where its
first word says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.events import INSTANT
from trailviz.reading.cells import Cells

STATES = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)
FIRST_WORDS = (
    "NEW|SAN|LOS|LAS|SANTA|SAINT|ST|FORT|FT|EL|PALO|LONG|NORTH|SOUTH|EAST|WEST|JERSEY|SALT LAKE|KANSAS|OKLAHOMA|MOUNTAIN|REDWOOD"
    "|DALY|COLORADO|BATON|VIRGINIA|PEMBROKE|MIAMI|BEVERLY|GRAND|GREEN|LITTLE|ANN|CORAL|BOCA|ROUND|CEDAR|DES|SIOUX|HIGH|UNION"
)
CLOCK = r"(?P<h>[01]\d|2[0-3]):(?P<mi>[0-5]\d)"
CITY_US = rf"(?P<city>(?:(?:{FIRST_WORDS}) )?[A-Z][A-Z'-]+) (?P<region>{STATES})"
MONTHS = {
    name: f"{number:02d}"
    for number, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
WEEKDAYS = {name: number for number, name in enumerate(["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"])}
PARTS = (
    "y",
    "mo",
    "d",
    "h",
    "mi",
    "s",
    "merchant",
    "city",
    "region",
    "street",
    "zip",
    "cc",
    "branch",
    "card",
    "weekday",
    "hour",
    "half",
)


@dataclass(frozen=True)
class Pattern:
    """One bank's way of writing: a regular expression with named parts, and what they prove together."""

    name: str
    country: str
    regex: str
    presence: str | None = None
    mode: str | None = None
    service: str | None = None


# in this order: what one has told none after it changes, so the general ones stand last
PATTERNS = (
    Pattern("girocard shop", "DE", r"^(?P<merchant>[^/]+?)//(?P<city>[^/]+?)/(?P<cc>[A-Z]{2})?\b", "in_person"),
    Pattern("girocard moment", "DE", rf"(?P<y>20\d\d)-(?P<mo>\d\d)-(?P<d>\d\d)T{CLOCK}(?::(?P<s>\d\d))?.*?(?:KFN \d+|Debitk\.\d+)", "in_person"),
    Pattern("terminal", "AT", rf"^(?P<merchant>[^ ].*?)\s+(?P<branch>\d{{4}})\s+K\d\s+(?P<d>\d\d)\.(?P<mo>\d\d)\.\s*{CLOCK}", "in_person"),
    Pattern("terminal with a city", "AT", rf"^POS\s+[\d.,]+\s+AT\s+K\d\s+(?P<d>\d\d)\.(?P<mo>\d\d)\.\s*{CLOCK}\s+(?P<merchant>.+?)(?: (?P<branch>\d{{4}}))? (?P<city>\S+) (?P<zip>\d{{4}})$", "in_person"),
    Pattern("cash machine", "AT", rf"^(?P<merchant>(?:BANKOMAT|AUTOMAT|ATM)\b.*?)\s+K\d\s+(?P<d>\d\d)\.(?P<mo>\d\d)\.\s*(?:UM\s*)?{CLOCK}", "in_person"),
    Pattern("cash machine", "NL", rf"(?P<merchant>[A-Z][A-Z ]+ BANK|GELDMAAT|ATM)>(?P<city>[A-Z][\w' -]*?)\s+(?P<d>\d\d)-(?P<mo>\d\d)-(?P<y>\d{{4}})\s+{CLOCK}", "in_person"),
    Pattern("card payment with a point", "NL", r"(?:BEA|GEA)\s+NR:\w+\s+(?P<d>\d\d)\.(?P<mo>\d\d)\.(?P<yy>\d\d)/(?P<h>[01]\d|2[0-3])\.(?P<mi>[0-5]\d)\s+(?P<merchant>.+?),\s?PAS\d+", "in_person"),
    Pattern("card payment", "NL", rf"(?:Betaalautomaat|Pinbetaling|BEA|GEA|CS|CCV).*?(?P<y>20\d\d)-(?P<mo>\d\d)-(?P<d>\d\d) {CLOCK}", "in_person"),
    Pattern("card with city", "IE", r"^(?P<card>\d{4}) (?P<d>\d\d)(?P<month>[A-Z]{3})(?P<yy>\d\d) \w*\s*, ?(?P<merchant>[^,]+?) ?, ?(?P<city>[^,]+?) ?,", "in_person"),
    Pattern("day of the payment", "HK", r"^(?P<merchant>.+?)\s+(?:HC\d+\s+)?\(?(?P<d>\d\d)(?P<month>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)(?P<yy>\d\d)?\)?$"),
    Pattern("metro of a city", "HK", r"^(?P<merchant>[A-Z]+ METRO|MTR)\b", "in_person", "metro"),
    Pattern("minute after the name", "UK", rf"^(?P<merchant>.+?)@{CLOCK}$"),
    Pattern("ride with its hour", "US", r"^(?P<merchant>LYFT) \*RIDE (?P<weekday>MON|TUE|WED|THU|FRI|SAT|SUN) (?P<hour>\d\d?)(?P<half>AM|PM)", "in_person", "car", "LYFT RIDE"),
    Pattern("ride", "US", r"^(?P<merchant>UBER|LYFT)\b ?(?:\* ?|   )?(?:TRIP|RIDE)", "in_person", "car"),
    Pattern("delivery", "US", r"^(?P<merchant>UBER|DOORDASH|DD|GRUBHUB|INSTACART) ?\* ?(?:EATS|DOORDASH|[A-Z])", "remote"),
    Pattern("New York tap", "US", r"^(?:MTA\*NYCT PAYGO|OMNY ?PYG)", "in_person", "metro", "NYC Transit"),
    Pattern("PATH tap", "US", r"^PATH TAPP PAYGO", "in_person", "train", "PATH"),
    Pattern("bike share", "US", r"^(?:CITI ?BIK|BAY ?WHEELS|LYFT \*(?:BIKE|CITIBIKE)|DIVVY|BLUEBIKES|CAPITAL ?BIKESHARE)", "in_person", "bike"),
    Pattern("street and zip", "US", rf"^(?P<merchant>.+?) (?P<street>\d+ [A-Z0-9].*?)\s?(?P<zip>\d{{5}})(?:-\d{{4}})? (?P<region>{STATES}) USA?$"),
    Pattern("city and state", "US", rf"^(?P<merchant>.+?)\s+{CITY_US}(?:\s*\d{{5,}}[A-Z0-9]*)?$"),
)  # fmt: skip
ZONES = {
    "DE": "Europe/Berlin",
    "AT": "Europe/Vienna",
    "NL": "Europe/Amsterdam",
    "IE": "Europe/Dublin",
    "UK": "Europe/London",
    "HK": "Asia/Hong_Kong",
}
# ABN AMRO writes soft hyphens into its dates
SOFT = "\u00ad"


@dataclass(frozen=True)
class Told:
    """What bank text tells, one element a row; null (and NaT) where it tells nothing."""

    party: pa.Array
    place: pa.Array
    start: pa.Array
    start_latest: pa.Array
    precision_s: pa.Array
    presence: pa.Array
    instrument: pa.Array
    mode: pa.Array
    service: pa.Array
    zone: pa.Array

    def over(self, values: dict[str, object], rows: int) -> dict[str, object]:
        """Put what the text tells over the columns of plain rows: its moment before the booking, which becomes `booked`."""
        known = pc.is_valid(self.start)
        plain = values["start"]
        merged = {
            "start": pc.coalesce(self.start, plain),
            "booked": pc.coalesce(
                values.get("booked", pa.nulls(rows, INSTANT)), pc.if_else(known, plain, pa.scalar(None, INSTANT))
            ),
            "precision_s": pc.if_else(known, self.precision_s, values["precision_s"]),
            "time_basis": pc.if_else(pc.is_valid(self.start_latest), "bounded", "stated"),
            "start_latest": self.start_latest,
            "zone": _over(pc.if_else(known, self.zone, pa.scalar(None, pa.string())), values.get("zone"), rows),
            "zone_basis": pc.if_else(known, "format", values.get("zone_basis", "assumed")),
            "presence": pc.coalesce(self.presence, pa.scalar("unknown")),
            "place": _over(self.place, values.get("place"), rows),
            "party": _named(self.party, _over(pa.nulls(rows, pa.string()), values.get("party"), rows)),
            "instrument": _over(self.instrument, values.get("instrument"), rows),
            "mode": _over(self.mode, values.get("mode"), rows),
            "service": _over(self.service, values.get("service"), rows),
        }
        return {**values, **merged}


def tell(rows: Cells, text: pa.Array, booked: pa.Array, *countries: str, zone: str | None = None) -> Told:
    """Read what bank text tells of place and time.

    Args:
        rows: The batch the text belongs to.
        text: The bank's words, party first, then its text; one a row.
        booked: The local day of the booking as text (`2025-06-03`), for times without a year.
        countries: Whose ways of writing to try, such as "DE", in this order.
        zone: The account's zone, for patterns that do not fix one themselves.
    """
    # a statement repeats its texts: each is searched once
    coded = pc.replace_substring(pc.fill_null(text, ""), SOFT, "").dictionary_encode()
    words = pc.utf8_trim_whitespace(coded.dictionary)
    found: dict[str, np.ndarray] = {
        part: np.full(len(words), None, object) for part in (*PARTS, "presence", "mode", "service", "country")
    }
    for pattern in PATTERNS:
        # what an Austrian terminal writes means nothing in an American statement
        if pattern.country in countries:
            _match(pattern, words, found)
    found["place"] = np.array([*(_place(found, at) for at in range(len(words))), None], object)[:-1]
    index = coded.indices.to_numpy()
    part = {name: values[index] for name, values in found.items()}
    moment = _moment(part, booked.to_pylist())
    zones = np.array([ZONES.get(one or "", zone) for one in part["country"]], object)
    start, latest = _instants(rows, moment, zones, part)
    return Told(
        party=_text(part["merchant"]),
        place=_text(part["place"]),
        start=start,
        start_latest=latest,
        precision_s=pa.array(
            np.where(_given(part["s"]), 1, np.where(_given(part["h"]) | _given(part["hour"]), 60, 86_400)).astype(
                np.int32
            )
        ),
        presence=_text(part["presence"]),
        instrument=_text(part["card"]),
        mode=_text(part["mode"]),
        service=_text(part["service"]),
        zone=_text(zones),
    )


def _match(pattern: Pattern, words: pa.Array, found: dict[str, np.ndarray]) -> None:
    """Fill what a pattern proves where no pattern before it has told it."""
    parts = pc.extract_regex(words, f"(?i){pattern.regex}")
    hit = np.asarray(pc.is_valid(parts))
    if not hit.any():
        return
    told = {field.name: pc.struct_field(parts, field.name).to_numpy(zero_copy_only=False) for field in parts.type}
    if "month" in told:
        told["mo"] = np.array([MONTHS.get((one or "").upper()) for one in told.pop("month")], object)
    if "yy" in told:
        told["y"] = np.array([f"20{one}" if one else None for one in told.pop("yy")], object)
    fixed = {"presence": pattern.presence, "mode": pattern.mode, "service": pattern.service, "country": pattern.country}
    for name, value in {**told, **{key: np.full(len(words), one, object) for key, one in fixed.items() if one}}.items():
        empty = ~_given(found[name]) & hit
        found[name][empty] = [one.strip() if isinstance(one, str) and one.strip() else None for one in value[empty]]


def _moment(part: dict[str, np.ndarray], booked: list[str | None]) -> np.ndarray:
    """Write each row's wall clock time; a day without a year is its last before the booking, an hour is its weekday's."""
    written = np.full(len(booked), None, object)
    for at in np.flatnonzero(_given(part["h"]) | _given(part["d"])):
        clock = f"{part['h'][at] or '00'}:{part['mi'][at] or '00'}:{part['s'][at] or '00'}"
        if part["d"][at] is None:
            # a minute alone (`NAME@12:34`) has no other day
            written[at] = f"{booked[at]} {clock}" if booked[at] else None
        elif part["y"][at]:
            written[at] = f"{part['y'][at]}-{part['mo'][at]}-{part['d'][at]} {clock}"
        elif booked[at]:
            day = str(booked[at])
            year = int(day[:4]) - (f"{part['mo'][at]}-{part['d'][at]}" > day[5:10])
            written[at] = f"{year}-{part['mo'][at]}-{part['d'][at]} {clock}"
    for at in np.flatnonzero(_given(part["weekday"]) & _given(part["hour"])):
        if booked[at]:
            booked_on = np.datetime64(str(booked[at])[:10])
            # 1 January 1970 was a Thursday
            back = (int((booked_on.astype(np.int64) + 3) % 7) - WEEKDAYS[part["weekday"][at].upper()]) % 7
            hour = int(part["hour"][at]) % 12 + (12 if part["half"][at].upper() == "PM" else 0)
            written[at] = f"{booked_on - back} {hour:02d}:00:00"
    return written


def _instants(
    rows: Cells, moment: np.ndarray, zones: np.ndarray, part: dict[str, np.ndarray]
) -> tuple[pa.Array, pa.Array]:
    """Read the wall clock times, each in its zone; an hour lasts until its end."""
    start = pa.nulls(len(moment), INSTANT)
    for zone in {*zones[_given(moment)]}:
        mine = replace(
            rows,
            columns={
                "moment": pa.array(
                    [one if its == zone else None for one, its in zip(moment, zones, strict=True)], pa.string()
                )
            },
            unreadable=[],
        )
        start = pc.coalesce(start, mine.times("moment", "%Y-%m-%d %H:%M:%S", zone=zone, noted=False))
    hour = pa.array(_given(part["weekday"]))
    end = pc.add(start.cast(pa.timestamp("us")), pa.scalar(np.timedelta64(3600, "s"))).cast(INSTANT)
    return start, pc.if_else(hour, end, pa.scalar(None, INSTANT))


def _place(part: dict[str, np.ndarray], at: int) -> str | None:
    """Write the place as the bank does: street, zip and city, region or country, or the branch's number."""
    street, code, city, region, country = (part[name][at] for name in ("street", "zip", "city", "region", "cc"))
    told = (street, " ".join(filter(None, (code, city))), region, country)
    said = ", ".join(" ".join(one.split()) for one in told if one)
    branch = part["branch"][at]
    if not said and branch and part["merchant"][at]:
        return f"{part['merchant'][at]} {branch}"
    return said or None


def _given(values: np.ndarray) -> np.ndarray:
    """Say which elements are not None."""
    return np.array([one is not None for one in values], bool)


def _text(values: np.ndarray) -> pa.Array:
    return pa.array(values.tolist(), pa.string())


def _named(told: pa.Array, plain: pa.Array) -> pa.Array:
    """Take the name out of the text, unless the bank has a better one in a column of its own and the text only goes on."""
    length = np.asarray(pc.utf8_length(pc.fill_null(plain, "")))
    names = zip(told.to_pylist(), plain.to_pylist(), length, strict=True)
    goes_on = [bool(size and one and one.startswith(str(column)) and len(one) > size) for one, column, size in names]
    return pc.if_else(pa.array(goes_on, pa.bool_()), plain, pc.coalesce(told, plain))


def _over(told: pa.Array, plain: object, rows: int) -> pa.Array:
    return pc.coalesce(
        told,
        plain
        if isinstance(plain, pa.Array)
        else pa.nulls(rows, pa.string())
        if plain is None
        else pa.repeat(pa.scalar(plain, pa.string()), rows),
    )
