"""The time zone of a point, offline: by the package tzfpy where the extra `[tz]` is installed, else the nearest town's.

Measured on 4,800 points around twelve cities: no point on land has another offset by the nearest town (basemap-and-places.md, 6).
In Xinjiang two clocks are kept; Beijing's is what payment apps print, and what both answer here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from trailviz.events import Events
    from trailviz.places.cities import Cities
    from trailviz.places.locate import Located

STEP = 20.0
"""Points are asked for in twentieths of a degree: five kilometres, and a trail of a city is a dozen questions."""
XINJIANG, BEIJING = "Asia/Urumqi", "Asia/Shanghai"
ROUGH_CITY = "city"


def zones(lat: np.ndarray, lon: np.ndarray, cities: Callable[[], Cities]) -> np.ndarray:
    """Answer the IANA zone of each point (WGS-84 degrees), "" where there is none: no point, or far out at sea."""
    found = np.full(len(lat), "", object)
    able = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    cells, back = np.unique(np.round(np.stack([lat[able], lon[able]], axis=1) * STEP), axis=0, return_inverse=True)
    if len(cells):
        north, east = np.clip(cells[:, 0] / STEP, -90, 90), np.clip(cells[:, 1] / STEP, -180, 180)
        answer = np.array(_asked(north, east, cities), object)
        found[able] = answer[back.ravel()]
    return found


def offered(events: Events, located: Located, cities: Callable[[], Cities]) -> tuple[tuple[str, int], ...]:
    """Answer the zones that rows without a zone lie in, where that is another than was assumed, with how many rows; the most first.

    Nothing is changed: a zone that is only likely is offered, and the person says `--zone`. Read columns: zone, zone_basis.
    """
    basis, words = events.words("zone_basis")
    assumed = np.array([*(word == "assumed" for word in words), False], bool)[basis]
    codes, said = events.words("zone")
    rows = np.flatnonzero(
        assumed & located.has_place & ((located.tier == "stated") | (located.tier == ROUGH_CITY) | located.pinned)
    )
    there = zones(located.lat[rows], located.lon[rows], cities)
    taken = np.array([*said, ""], object)[codes[rows]]
    counted = Counter(there[(there != taken) & (there != "")].tolist())
    return tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _asked(lat: np.ndarray, lon: np.ndarray, cities: Callable[[], Cities]) -> list[str]:
    library = _library()
    if library is not None:
        said = [library.get_tz(east, north) or "" for north, east in zip(lat.tolist(), lon.tolist(), strict=True)]
    else:
        table = cities()
        rows = table.nearest(lat, lon)[0].tolist()
        said = ["" if row < 0 else table.word("zone", row) for row in rows]
    return [BEIJING if one == XINJIANG else one for one in said]


def _library() -> ModuleType | None:
    try:
        import tzfpy  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    module: ModuleType = tzfpy
    return module
