"""Make trailviz/parties/brands.tsv from the npm package name-suggestion-index (BSD 3-Clause).

Run once for a version, and by the test that holds the table to its source:

    npm pack name-suggestion-index@VERSION
    python tests/making/brand_table.py name-suggestion-index-VERSION.tgz

One brand a row: its name, the other names it goes by (`|`), its category, the countries (ISO 3166, UN M49 regions; `001`
is everywhere; empty where the source draws a circle), its size (the whole part of log10 of how often the package counted
it on the map), its Wikidata id. Nothing is added that the package does not say.
"""

from __future__ import annotations

import json
import math
import re
import sys
import tarfile
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VERSION = "8.0.20260918"
TABLE = Path(__file__).parents[2] / "trailviz" / "parties" / "brands.tsv"
HEADER = ("name", "other_names", "category", "countries", "size", "wikidata")
NAMES = ("name", "short_name", "name:en", "name:zh", "name:zh-Hans", "name:zh-Hant", "official_name", "alt_name")
WHERE = re.compile(r"\s*[(（][^()（）]*[)）]$")
LATIN_OR_HAN = re.compile(r"[a-z\u3400-\u9fff]", re.IGNORECASE)
# Earlier wins where a brand runs several kinds of shop that are equally common.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "supermarket": ("shop/supermarket", "shop/frozen_food", "shop/greengrocer", "shop/health_food", "shop/country_store"),
    "wholesale": ("shop/wholesale",),
    "convenience_store": ("shop/convenience", "shop/kiosk", "shop/newsagent", "shop/general", "shop/outpost"),
    "cafe": ("amenity/cafe", "shop/coffee", "shop/tea", "shop/bubble_tea"),
    "fast_food": ("amenity/fast_food", "amenity/food_court"),
    "restaurant": ("amenity/restaurant",),
    "pub": ("amenity/pub", "amenity/bar", "amenity/biergarten", "amenity/nightclub"),
    "ice_cream": ("amenity/ice_cream",),
    "bakery": ("shop/bakery", "shop/pastry"),
    "food_shop": ("shop/butcher", "shop/deli", "shop/confectionery", "shop/chocolate", "shop/cheese", "shop/dairy", "shop/nuts", "shop/seafood", "shop/spices", "shop/beverages", "shop/food"),
    "liquor_store": ("shop/alcohol", "shop/wine"),
    "pharmacy": ("amenity/pharmacy",),
    "drugstore": ("shop/chemist", "shop/cosmetics", "shop/perfumery", "shop/beauty"),
    "petrol_station": ("amenity/fuel", "highway/services"),
    "charging_station": ("amenity/charging_station",),
    "bank": ("amenity/bank", "amenity/bureau_de_change", "amenity/money_transfer", "shop/money_lender", "office/financial", "amenity/payment_centre"),
    "insurance": ("office/insurance",),
    "department_store": ("shop/department_store", "shop/mall"),
    "variety_store": ("shop/variety_store", "shop/charity", "shop/second_hand", "shop/party", "shop/gift"),
    "clothes_shop": ("shop/clothes", "shop/fashion_accessories", "shop/bag", "shop/leather", "shop/baby_goods"),
    "shoe_shop": ("shop/shoes",),
    "sports_shop": ("shop/sports", "shop/outdoor", "shop/bicycle", "shop/fishing"),
    "jeweller": ("shop/jewelry", "shop/watches"),
    "optician": ("shop/optician", "shop/hearing_aids"),
    "electronics_shop": ("shop/electronics", "shop/computer", "shop/hifi", "shop/appliance", "shop/video_games", "shop/camera", "shop/photo"),
    "phone_shop": ("shop/mobile_phone", "shop/telecommunication", "office/telecommunication"),
    "furniture_shop": ("shop/furniture", "shop/bed", "shop/houseware", "shop/kitchen", "shop/interior_decoration", "shop/household_linen", "shop/carpet", "shop/lighting"),
    "diy_store": ("shop/doityourself", "shop/hardware", "shop/trade", "shop/paint", "shop/tiles", "shop/flooring", "shop/tool_hire", "shop/electrical"),
    "garden_centre": ("shop/garden_centre", "shop/florist", "shop/agrarian"),
    "pet_shop": ("shop/pet",),
    "bookshop": ("shop/books", "shop/stationery", "shop/craft", "shop/music", "shop/copyshop"),
    "toy_shop": ("shop/toys", "shop/games", "shop/anime", "shop/model"),
    "car_service": ("shop/car_repair", "shop/car_parts", "shop/tyres", "amenity/car_wash", "amenity/vehicle_inspection", "shop/car", "shop/motorcycle"),
    "car_rental": ("amenity/car_rental", "amenity/car_sharing"),
    "parking": ("amenity/parking",),
    "bike_rental": ("amenity/bicycle_rental",),
    "hotel": ("tourism/hotel", "tourism/motel", "tourism/hostel", "tourism/caravan_site", "tourism/apartment"),
    "travel_agency": ("shop/travel_agency",),
    "cinema": ("amenity/cinema",),
    "gym": ("leisure/fitness_centre", "leisure/sports_centre"),
    "leisure": ("leisure/bowling_alley", "leisure/trampoline_park", "leisure/indoor_play", "leisure/amusement_arcade", "tourism/theme_park", "amenity/karaoke_box", "amenity/internet_cafe"),
    "betting": ("shop/bookmaker", "amenity/casino", "amenity/gambling", "shop/lottery", "leisure/adult_gaming_centre"),
    "hairdresser": ("shop/hairdresser", "shop/massage", "shop/tattoo"),
    "laundry": ("shop/laundry", "shop/dry_cleaning"),
    "clinic": ("amenity/clinic", "amenity/doctors", "amenity/dentist", "healthcare/laboratory", "amenity/hospital", "healthcare/physiotherapist"),
    "vet": ("amenity/veterinary",),
    "post": ("amenity/post_office",),
    "school": ("amenity/language_school", "amenity/prep_school", "amenity/kindergarten", "amenity/driving_school", "amenity/childcare"),
    "tobacconist": ("shop/tobacco", "shop/e-cigarette"),
    "storage": ("shop/storage_rental",),
    "estate_agent": ("office/estate_agent",),
    "coworking": ("office/coworking",),
}  # fmt: skip


@dataclass
class Brand:
    """What the package says of one brand, over all the kinds of shop it runs."""

    name: str
    wikidata: str
    counted: dict[str, tuple[int, int]] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))
    others: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)

    @property
    def category(self) -> str:
        """The kind of shop it most often is; of equal ones the earlier in CATEGORIES."""
        order = list(CATEGORIES)
        return max(self.counted, key=lambda one: (self.counted[one], -order.index(one)))


def table(package: Path) -> str:
    """Answer the table's text, made of a tarball of the npm package."""
    with tarfile.open(package) as tar:
        items = _json(tar, "dist/json/nsi.min.json")["nsi"]
        kept = _json(tar, "dist/json/filtered/brands_keep.min.json")["keep"]
    rows = (_row(one) for one in _brands(items, kept))
    return "\n".join(["\t".join(HEADER), *sorted("\t".join(row) for row in rows)]) + "\n"


def _brands(items: dict[str, Any], kept: dict[str, int]) -> list[Brand]:
    category_of = {tag: name for name, tags in CATEGORIES.items() for tag in tags}
    found: dict[tuple[str, str], Brand] = {}
    for path, said in items.items():
        tree, tag = path.split("/", 1)
        if tree != "brands" or tag not in category_of:
            continue
        for one in said["items"]:
            name, tags = _without_where(_clean(one["displayName"])), one["tags"]
            if not LATIN_OR_HAN.search(name):
                continue
            wikidata = tags.get("brand:wikidata", "")
            brand = found.setdefault((name.casefold(), wikidata), Brand(name, wikidata))
            seen = kept.get(f"{tag}|{tags.get('name', name)}", 0)
            more, times = brand.counted[category_of[tag]]
            brand.counted[category_of[tag]] = (more + seen, times + 1)
            brand.others |= {_clean(part) for key in NAMES for part in tags.get(key, "").split(";")}
            brand.others |= {_clean(other) for other in one.get("matchNames", ())}
            brand.countries |= {_country(place) for place in one["locationSet"].get("include", ())}
    return list(found.values())


def _row(brand: Brand) -> tuple[str, ...]:
    known = brand.name.casefold()
    others = sorted(
        {one for one in map(_without_where, brand.others) if LATIN_OR_HAN.search(one) and one.casefold() != known}
    )
    countries = sorted({"001"} if "001" in brand.countries else brand.countries - {""})
    size = int(math.log10(1 + sum(seen for seen, _ in brand.counted.values())))
    return brand.name, "|".join(others), brand.category, " ".join(countries), str(size), brand.wikidata


def _country(place: object) -> str:
    """Answer a country or a region of the UN; a part of a country is its country, a circle on the map is nothing."""
    word = str(place).split("-", 1)[0].removesuffix(".geojson").lower()
    word = {"fx": "fr", "conus": "us", "eu": "150", "uk": "gb"}.get(word, word)
    return word if re.fullmatch(r"[a-z]{2}|\d{3}", word) else ""


def _without_where(name: str) -> str:
    """Drop the country an editor put behind a name: `Target (USA)`."""
    return WHERE.sub("", name) or name


def _clean(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).replace("|", " ").split())


def _json(tar: tarfile.TarFile, name: str) -> Any:
    file = tar.extractfile(f"package/{name}")
    assert file is not None
    return json.load(file)


if __name__ == "__main__":
    TABLE.write_text(table(Path(sys.argv[1])), encoding="utf-8")
