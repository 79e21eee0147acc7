"""How well stays are found: phones with a diary beside them, told as stop or move fix by fix.

Run: python benchmarks/quality_stops.py. Reads the diary days of Eurostat's SSI open geodata where they lie (EUPL-1.2; never
copied). The radius was chosen on the person Utrecht1; the others are told apart, and all together. Time is weighed by the
seconds to the next fix; a silence of more than fifteen minutes was observed by nobody and counts for neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from trailviz.places import staypoints

DIARIES = Path(__file__).parents[2] / "shared" / "reference" / "labelled" / "gps_diary"
ELSEWHERE = Path("/work/shared/reference/labelled/gps_diary")
TUNED = "Utrecht1"
SILENT_S, STOP_S = 15 * 60, 5 * 60
STOP_F1, MOVE_F1, PIECES = 0.93, 0.69, 1.5


class Day(NamedTuple):
    """One file: a person's fixes of a day, and whether the diary says that they stood."""

    person: str
    when: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    stood: np.ndarray


class Score(NamedTuple):
    """Time-weighted F1 of stop and of move; of the diary's stops, how many were found, and in how many pieces."""

    stop_f1: float
    move_f1: float
    found: float
    pieces: float
    stops: int


def days(folder: Path) -> list[Day]:
    """Read the diary days."""
    read = []
    for file in sorted(folder.glob("*.csv")):
        table = pd.read_csv(file, keep_default_na=False)
        at = pd.to_datetime(table["timestamp"], utc=True).astype("datetime64[us, UTC]").astype("int64").to_numpy()
        order = np.argsort(at, kind="stable")
        lat, lon = (table[name].to_numpy(float)[order] for name in ("latitude", "longitude"))
        stood = table["stop"].astype(str).str.upper().eq("TRUE").to_numpy()[order]
        read.append(Day(str(table["user_id"].iloc[0]), at[order], lat, lon, stood))
    return read


def score(some: list[Day], *, plain: bool = False) -> Score:
    """Hold the stays found against the diary; `plain`: by the published scan alone."""
    times = np.zeros((2, 2))
    pieces: list[int] = []
    for day in some:
        find = staypoints.scan if plain else staypoints.stays
        found = find(day.when, day.lat, day.lon)
        seconds = np.diff(day.when) / 1e6
        middle = (day.when[:-1] + day.when[1:]) // 2
        last = np.searchsorted(found.start, middle, side="right") - 1
        inside = np.append(found.end, 0)[last] > middle
        seen = seconds <= SILENT_S
        np.add.at(times, (day.stood[:-1][seen].astype(int), inside[seen].astype(int)), seconds[seen])
        opens = np.flatnonzero(np.diff(day.stood, prepend=~day.stood[:1]))
        for since, until in zip(opens, np.append(opens[1:], len(day.when)) - 1, strict=True):
            if day.stood[since] and day.when[until] - day.when[since] >= STOP_S * 1e6:
                touch = (found.start < day.when[until]) & (found.end > day.when[since])
                pieces.append(int(touch.sum()))
    wrong = times[0, 1] + times[1, 0]
    told = np.array(pieces)
    found_of = float(told[told > 0].mean()) if told.any() else 0.0
    stop, move = (2 * right / (2 * right + wrong) for right in (times[1, 1], times[0, 0]))
    return Score(float(stop), float(move), float((told > 0).mean()), found_of, len(told))


def lines() -> list[tuple[str, str, str, bool | None]]:
    """Answer rows of what, measured, bar, and whether it is met (None: no bar)."""
    folder = DIARIES if DIARIES.exists() else ELSEWHERE
    read = days(folder) if folder.exists() else []
    if not read:
        return [("stops against the diary", "not measured: the diary days are not here", "", None)]
    told: list[tuple[str, str, str, bool | None]] = []
    parts = {
        f"chosen on {TUNED}": [day for day in read if day.person == TUNED],
        "the others": [day for day in read if day.person != TUNED],
        "all": read,
    }
    for name, some in parts.items():
        one = score(some)
        barred = not name.startswith("chosen")
        said = f"diary, {name} ({len(some)} days, {one.stops} stops)"
        told += [
            (f"{said}: stop F1", f"{one.stop_f1:.3f}", f">= {STOP_F1}", one.stop_f1 >= STOP_F1 if barred else None),
            (f"{said}: move F1", f"{one.move_f1:.3f}", f">= {MOVE_F1}", one.move_f1 >= MOVE_F1 if barred else None),
            (f"{said}: pieces a stop", f"{one.pieces:.2f}", f"<= {PIECES}", one.pieces <= PIECES if barred else None),
            (f"{said}: stops found", f"{one.found:.2f}", "", None),
        ]
    plain = score(read, plain=True)
    told.append(
        (
            "diary, all, published scan alone",
            f"stop {plain.stop_f1:.3f}, move {plain.move_f1:.3f}, {plain.pieces:.2f} pieces",
            "",
            None,
        )
    )
    return told


if __name__ == "__main__":
    for what, measured, bar, met in lines():
        verdict = {True: "met", False: "missed", None: ""}[met]
        print(f"{what:58} {measured:>42}  {bar:8} {verdict}")
