"""Make the samples of people who do not exist: `sample_data/shanghai_week`, `london_week`, `san_francisco_day`.

    python tests/making/samples.py              # writes them again
    GOLDEN=write pytest tests/test_weeks.py     # and what they tell

Each is what `trailviz simulate` writes with the words that stand in its sample.toml; a test writes the same bytes again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from trailviz import simulate

if TYPE_CHECKING:
    from trailviz.simulate import Simulated
    from trailviz.simulate.cities import Spot

SAMPLES = Path(__file__).parents[2] / "sample_data"
TRUTH = "golden_person.json"
# the only town whose streets are drawn; this life stays within them
GROUND = {"shanghai_week": {"basemap": "central_shanghai"}}
KINDS = {
    "cafe": ("a café", "咖啡馆"), "breakfast": ("a bakery", "早点铺"), "lunch": ("a lunch place", "午餐店"), "restaurant": ("a restaurant", "餐馆"),
    "supermarket": ("a supermarket", "超市"), "convenience": ("a corner shop", "便利店"), "cinema": ("a cinema", "影院"), "hair": ("a hairdresser", "理发店"),
    "pharmacy": ("a pharmacy", "药店"), "clothes": ("a clothes shop", "服饰店"), "gym": ("a gym", "健身馆"),
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """The words one sample is made with, and how it is introduced."""

    id: str
    persona: str
    city: str
    first: date
    days: int
    seed: int
    day: date
    observer: str
    title: tuple[str, str]
    about: tuple[str, str]


SHIPPED = (
    Sample(
        "shanghai_week", "office_worker", "shanghai", date(2026, 2, 23), 7, 355, date(2026, 3, 1), "alipay+ant",
        ("A week in Shanghai of somebody who does not exist", "一个不存在的人在上海的一周"),
        ("An office worker's week as Alipay, WeChat Pay and Didi would hand it over. The person, the shops and every row are invented by trailviz simulate; areas and stations are real.",
            "一位上班族的一周：支付宝、微信支付和滴滴会交出的样子。人物、商户和每一行都由 trailviz simulate 虚构；区域和车站是真实的。"),
    ),
    Sample(
        "london_week", "couple", "london", date(2026, 2, 23), 7, 29, date(2026, 2, 27), "monzo",
        ("A week in London of somebody who does not exist", "一个不存在的人在伦敦的一周"),
        ("One of a couple who split their bills, as Monzo, the transport authority, Uber and Google would hand it over. The person, the shops and every row are invented by trailviz simulate; areas and stations are real.",
            "一对分摊账单的情侣中的一位：Monzo、交通局、优步和谷歌会交出的样子。人物、商户和每一行都由 trailviz simulate 虚构；区域和车站是真实的。"),
    ),
    Sample(
        "san_francisco_day", "couple", "san_francisco", date(2026, 3, 6), 1, 25, date(2026, 3, 6), "google",
        ("A day in San Francisco of somebody who does not exist", "一个不存在的人在旧金山的一天"),
        ("A Friday as Chase, Venmo, Uber and Google would hand it over. The person, the shops and every row are invented by trailviz simulate; areas and streets are real.",
            "一个星期五：大通银行、Venmo、优步和谷歌会交出的样子。人物、商户和每一行都由 trailviz simulate 虚构；区域和街道是真实的。"),
    ),
)  # fmt: skip


def made(sample: Sample) -> Simulated:
    """Invent the person of a sample."""
    who, town = simulate.persona(sample.persona), simulate.city(sample.city)
    return simulate.simulate(who, town, first=sample.first, days=sample.days, seed=sample.seed)


def files(sample: Sample) -> dict[str, bytes]:
    """Answer every file of a sample's folder but what it tells."""
    found = made(sample)
    return {**found.files, TRUTH: found.truth["person.json"], "sample.toml": described(sample, found).encode()}


def described(sample: Sample, found: Simulated) -> str:
    """Write the sample.toml: what is real and invented, and where the names of its rows are."""
    parts = [
        "# Written by tests/making/samples.py. Never read as an export.\n",
        _table("sample", id=sample.id, day=sample.day.isoformat(), zone=found.life.city.zone, observer=sample.observer, **GROUND.get(sample.id, {})),
        _table("sample.title", **{"en": sample.title[0], "zh-Hans": sample.title[1]}),
        _table("sample.about", **{"en": sample.about[0], "zh-Hans": sample.about[1]}),
        "# The same words give the same files.",
        _table("simulated", persona=sample.persona, city=sample.city, start=sample.first.isoformat(), days=sample.days, seed=sample.seed),
        "# Stations are where they are. Shops are invented: a point in a real street, good to radius_m.\n",
    ]  # fmt: skip
    parts += _places(found)
    parts.append(
        '[[invented]]\nfile = "*"\nrows = []\ncolumns = ["everything"]\nwhy = "Nobody lived this. What is true of the invented person stands in golden_person.json."\n'
    )
    return "\n".join(parts)


def _places(found: Simulated) -> list[str]:
    city, listed = found.life.city, []
    english = {one["name"]: one.get("en", one["name"]) for one in (*city.areas, *city.landmarks)}
    texts = {text for one in found.told for text in (one.party, one.place, one.end_place) if text}
    stations = {
        text: next(area for area in (*city.areas, *city.landmarks) if area["station"] == text)
        for text in sorted(texts)
        if any(area["station"] == text for area in city.areas)
    }
    for name, area in stations.items():
        label = {
            "en": f"{english[area['name']]} station",
            "zh-Hans": f"{name}站" if city.language == "zh-Hans" else name,
        }
        listed.append(
            _place([name], area["lat"], area["lon"], 250, label, "A real station, its point good to some 200 m.")
        )
    for spot in found.life.places.spots.values():
        names = [text for text in sorted(texts) if _names(text, spot, found)]
        if not names or spot.away:
            continue
        area = english.get(spot.area, spot.area)
        one, other = KINDS.get(spot.kind, ("a street", "街边"))
        where = "in a real street" if spot.name else "a point in a real street, without a number"
        label = {
            "en": f"{one} in {area}",
            "zh-Hans": f"{spot.area}的{other}" if city.language == "zh-Hans" else f"{spot.area} 的{other}",
        }
        listed.append(_place(names, spot.lat, spot.lon, 150 if spot.name else 300, label, f"Invented, {where}."))
    return listed


def _names(text: str, spot: Spot, found: Simulated) -> bool:
    """Say whether a text of the rows names this place."""
    town = found.life.city.name["en"]
    if text in {f"{spot.street}, {town}", f"上海市 {spot.district} {spot.name or spot.street}"}:
        return True
    shown = any(one.place is spot and one.by not in {"cash", ""} and one.kind == "payment" for one in found.life.deeds)
    return bool(spot.name) and shown and text in {spot.name, spot.name.upper()}


def _place(names: list[str], lat: float, lon: float, radius_m: int, label: dict[str, str], basis: str) -> str:
    said = ", ".join(f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in label.items())
    return (
        f"[[place]]\nnames = {json.dumps(names, ensure_ascii=False)}\nlabel = {{ {said} }}\nlat = {lat:.5f}\nlon = {lon:.5f}\n"
        f"radius_m = {radius_m}\nbasis = {json.dumps(basis)}\n"
    )


def _table(name: str, **values: object) -> str:
    return f"[{name}]\n" + "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()
    )


if __name__ == "__main__":
    for each in SHIPPED:
        folder = SAMPLES / each.id
        folder.mkdir(exist_ok=True)
        for name, data in files(each).items():
            (folder / name).write_bytes(data)
