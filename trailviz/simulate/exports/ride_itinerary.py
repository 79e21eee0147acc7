"""Didi's itinerary (行程单): a PDF with the rides of a span, minutes and no year in a row, `area|place` and no coordinates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from trailviz.simulate.diary import DETOUR
from trailviz.simulate.exports import Export, Format, Told
from trailviz.simulate.paper import pdf

if TYPE_CHECKING:
    from trailviz.simulate.cities import Spot
    from trailviz.simulate.life import Life

HEADINGS = ("序号", "车型", "上车时间", "城市", "起点", "终点", "里程[公里]", "金额[元]", "备注")
WIDTHS = (34, 62, 92, 52, 160, 160, 62, 62, 70)
WEEKDAYS = "一二三四五六日"
TOWN = "上海市"
MINUTE_S = 60


def write(life: Life) -> Export:
    """Write the itinerary of the whole span, asked for on the day after."""
    rides = life.by("ride_itinerary")
    last = life.first + timedelta(days=life.days - 1)
    name = f"didi_itinerary_{life.first:%Y%m%d}-{last:%Y%m%d}.pdf"
    chance, export = life.chance("didi"), Export()
    rows = []
    for number, ride in enumerate(rides, 1):
        assert ride.place is not None
        assert ride.end_place is not None
        at = life.local(ride.start)
        length = ride.place.metres_to(ride.end_place) * DETOUR / 1000
        car = chance.one(("快车", "快车", "特惠快车"))
        rows.append(
            (str(number), car, f"{at:%m-%d %H:%M} 周{WEEKDAYS[at.weekday()]}", TOWN, _end(ride.place), _end(ride.end_place), f"{length:.1f}", f"{ride.cents / 100:.2f}", "")
        )  # fmt: skip
        export.told.append(
            Told(name, "ride", life.utc(int(ride.start)), f"deed {ride.number}", precision_s=MINUTE_S, cents=ride.cents, currency="CNY", flow="out",
                place=f"{TOWN} {_end(ride.place).replace('|', ' ')}", end_place=f"{TOWN} {_end(ride.end_place).replace('|', ' ')}", mode="car")
        )  # fmt: skip
    total = sum(one.cents for one in rides) / 100
    cover = (
        "滴滴出行-行程单",
        "DIDI TRAVEL - TRIP TABLE",
        f"申请日期：{last + timedelta(days=1):%Y-%m-%d}",
        f"行程起止日期：{life.first:%Y-%m-%d} 至 {last:%Y-%m-%d}",
        "行程人手机号：13800000000",
        f"共{len(rides)}笔行程，合计{total:.2f}元",
    )
    export.files[name] = pdf.table(cover, HEADINGS, WIDTHS, rows)
    return export


def _end(spot: Spot) -> str:
    return f"{spot.district}|{spot.name or spot.street}"


FORMAT = Format("ride_itinerary", "Didi, itinerary of rides (PDF)", ("ride_itinerary",), ("shanghai",), write)
