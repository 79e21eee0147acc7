"""The ground for the stage: which boxes a day needs, and how a basemap is sent."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from trailviz.atlas import Box
from trailviz.geo import METRES_A_DEGREE
from trailviz.reading import legend
from trailviz.reading.ground import SHIFT
from trailviz.reading.sheet import BITS, edges
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from datetime import date

    from trailviz.atlas import Basemap
    from trailviz.reading.sheet import Label
    from trailviz.trail import Trail

CELL_M, MOST_BOXES, MOST_CELLS = 12_000, 3, 1_500
LEAST_PAD_M, PAD, WIDEST_M = 2_500, 0.35, 60_000
# A point that may lie anywhere in a city says nothing about which of its streets to draw.
WIDEST_R90_M = 5_000
GRAIN = 0.01
LEFT_OUT = {
    legend.PATH: mark("footpaths"),
    legend.SERVICE: mark("service roads"),
    legend.STREET: mark("small streets"),
    legend.COLLECTOR: mark("side roads"),
    legend.RAIL: mark("rails"),
    legend.RIVER: mark("streams"),
}


def boxes(trail: Trail, day: date | None) -> tuple[Box, ...]:
    """Answer the boxes around the places of a day, or of the whole trail where the day has none; of a trip, one a city.

    The most visited come first; each is padded, at most 60 km wide, and rounded outward to a hundredth of a degree.
    """
    here = trail.located
    near, near_end = (~(one > WIDEST_R90_M) for one in (here.r90_m, here.end_r90_m))
    of_day = trail.day_of == np.datetime64(day) if day else np.zeros(len(near), bool)
    for wanted in (of_day, np.ones(len(near), bool)):
        lat, lon = (
            np.concatenate([start[wanted & near], end[wanted & near_end]])
            for start, end in ((here.lat, here.end_lat), (here.lon, here.end_lon))
        )
        known = ~(np.isnan(lat) | np.isnan(lon))
        if known.any():
            return around(lat[known], lon[known])
    return ()


def around(lat: np.ndarray, lon: np.ndarray) -> tuple[Box, ...]:
    """Put boxes around points, those together whose cells touch."""
    high = CELL_M / METRES_A_DEGREE
    wide = high / np.maximum(np.cos(np.radians(lat)), 0.1)
    cells, cell_of, counts = np.unique(
        np.stack([np.floor(lat / high), np.floor(lon / wide)], 1), axis=0, return_inverse=True, return_counts=True
    )
    if len(cells) > MOST_CELLS:
        # A life of flights: the cells somebody only passed are left out, and what is beside is compared with few.
        busiest = np.sort(np.argsort(-counts, kind="stable")[:MOST_CELLS])
        kept = np.isin(cell_of.reshape(-1), busiest)
        return around(lat[kept], lon[kept])
    group = np.full(len(cells), -1)
    found = 0
    for seed in np.argsort(-counts, kind="stable").tolist():
        if group[seed] >= 0:
            continue
        reached = np.array([seed])
        while len(reached):
            group[reached] = found
            apart = np.abs(cells[:, None] - cells[None, reached]).max(2).min(1)
            reached = np.flatnonzero((apart <= 1) & (group < 0))
        found += 1
    of = group[cell_of.reshape(-1)]
    most = np.argsort(-np.bincount(of), kind="stable")[:MOST_BOXES]
    return tuple(_box(lat[of == one], lon[of == one]) for one in most.tolist())


def _box(lat: np.ndarray, lon: np.ndarray) -> Box:
    degree = METRES_A_DEGREE * max(float(np.cos(np.radians(np.median(lat)))), 0.1)
    sides = []
    # One margin all around, by the longer side: a day along one road still has a city on both sides of it.
    pad_m = max(LEAST_PAD_M, PAD * float(np.ptp(lat)) * METRES_A_DEGREE, PAD * float(np.ptp(lon)) * degree)
    for one, metres in ((lat, METRES_A_DEGREE), (lon, degree)):
        low, high = float(one.min()) - pad_m / metres, float(one.max()) + pad_m / metres
        if (high - low) * metres > WIDEST_M:
            # A trail from town to town: around where most of it is.
            low, high = (float(np.median(one)) + side * WIDEST_M / 2 / metres for side in (-1, 1))
        sides.append((np.floor(low / GRAIN) * GRAIN, np.ceil(high / GRAIN) * GRAIN))
    (south, north), (west, east) = sides
    return Box(max(float(south), -85.0), max(float(west), -180.0), min(float(north), 85.0), min(float(east), 180.0))


def sent(basemap: Basemap, lang: str) -> dict[str, Any]:
    """Write a basemap as JSON-able values: lines and areas as differences of whole numbers, seven bits a byte, in base64.

    Parts come in the order they are painted. Names are text from outside: the stage writes them as text alone.
    """
    shapes = basemap.shapes
    order = np.argsort(shapes.kind, kind="stable")
    lengths = np.diff(shapes.starts)[order]
    begins = np.cumsum(lengths) - lengths
    points = np.repeat(shapes.starts[:-1][order] - begins, lengths) + np.arange(int(lengths.sum()))
    shape = shapes.shape[order]
    x0, y0 = (int(one.min()) if len(one) else 0 for one in (shapes.x, shapes.y))
    steps = np.stack(
        [np.diff((one[points] - least) >> SHIFT, prepend=0) for one, least in ((shapes.x, x0), (shapes.y, y0))], 1
    )
    # The sign goes into the last bit, so that small steps either way stay small.
    folded = np.where(steps < 0, -2 * steps - 1, 2 * steps).ravel()
    numbers = {name: number for number, name in enumerate(dict.fromkeys(one.name for one in basemap.labels))}
    return {
        "bits": BITS - SHIFT,
        "x0": x0 >> SHIFT,
        "y0": y0 >> SHIFT,
        "kinds": list(legend.KINDS),
        "areas": legend.AREAS,
        "boxes": [
            [(one - least) >> SHIFT for one, least in zip(edges(box), (x0, x0, y0, y0), strict=True)]
            for box in basemap.boxes
        ],
        "points": _sevens(folded),
        "lengths": _sevens(lengths),
        "kind": _bytes(shapes.kind[order].astype(np.uint8)),
        "fresh": _bytes(np.concatenate([[1], shape[1:] != shape[:-1]]).astype(np.uint8)[: len(shape)]),
        "names": [[one.local, one.en, one.zh] for one in numbers],
        "labels": _labels(basemap.labels, numbers, x0, y0),
        "credit": credit(basemap, Words(lang)),
    }


def _labels(labels: tuple[Label, ...], numbers: dict[Any, int], x0: int, y0: int) -> dict[str, list[int]]:
    return {
        "kind": [one.kind for one in labels],
        "x": [(one.x - x0) >> SHIFT for one in labels],
        "y": [(one.y - y0) >> SHIFT for one in labels],
        "dx": [one.dx >> SHIFT for one in labels],
        "dy": [one.dy >> SHIFT for one in labels],
        "rank": [one.rank for one in labels],
        "name": [numbers[one.name] for one in labels],
    }


def credit(basemap: Basemap, words: Words) -> str:
    """Say where the ground comes from, of when it is, whose work it is, and what was left out to keep it small."""
    where = (
        words.say("Ground from {file}, {day}", file=basemap.file, day=words.day(basemap.made))
        if basemap.made
        else words.say("Ground from {file}", file=basemap.file)
    )
    parts = [where, basemap.credit]
    if basemap.without:
        parts.append(
            words.say("without {what}", what=words.listed([words.say(LEFT_OUT[one]) for one in basemap.without]))
        )
    return " · ".join(parts)


def _sevens(values: np.ndarray) -> str:
    """Write whole numbers of seven bits a byte, the least first, a set top bit meaning that more follow."""
    numbers = values.astype(np.uint64)
    longer = [(numbers >> np.uint64(7 * more) > 0).astype(np.int64) for more in range(1, 6)]
    sizes = np.sum([np.ones(len(numbers), np.int64), *longer], axis=0)
    starts = np.cumsum(sizes) - sizes
    out = np.zeros(int(sizes.sum()) if len(numbers) else 0, np.uint8)
    for step in range(int(sizes.max()) if len(numbers) else 0):
        more = sizes > step
        low = ((numbers[more] >> np.uint64(7 * step)) & np.uint64(0x7F)).astype(np.uint8)
        out[starts[more] + step] = low | np.where(sizes[more] > step + 1, 0x80, 0).astype(np.uint8)
    return _bytes(out)


def _bytes(raw: np.ndarray) -> str:
    return base64.b64encode(raw.tobytes()).decode()
