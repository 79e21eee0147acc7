"""People who do not exist: their days, their companies' export files in the real formats, and the truth beside them.

A persona lives in a city's real geography (`live`), each company writes down what it would have seen (`exports/`), and
tables say what is true of every minute (`truth`). This room knows no importer: reading its files back and finding the
same events is a proof only as long as neither side has seen the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from trailviz.simulate import truth
from trailviz.simulate.cities import City, cities, city
from trailviz.simulate.exports import Format, Told, formats
from trailviz.simulate.life import Life, live
from trailviz.simulate.personas import Persona, persona, personas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "City", "Format", "Life", "Persona", "Simulated", "Told", "cities", "city", "formats", "formats_of", "live", "persona", "personas", "save", "simulate",
]  # fmt: skip

FIRST = date(2026, 2, 23)
"""A Monday, so that a week begins as weeks do; four weeks from it hold a payday and a rent."""


@dataclass(frozen=True)
class Simulated:
    """A life, the export files of it by name, what each of their rows should say, and the truth tables by name."""

    life: Life
    formats: tuple[str, ...]
    files: dict[str, bytes]
    told: tuple[Told, ...]
    truth: dict[str, bytes]


def formats_of(who: Persona, town: City, wanted: Sequence[str] | None = None) -> tuple[str, ...]:
    """Answer which formats are written: those asked for, else the persona's in this city, else the city's.

    Raises:
        KeyError: If a format is asked for that cannot be written, or that nobody in this city has.
    """
    names = tuple(wanted) if wanted else who.companies.get(town.id, town.companies)
    known = formats()
    for name in names:
        if name not in known or not known[name].met_in(town):
            raise KeyError(name)
    return names


def simulate(
    who: Persona,
    town: City,
    *,
    first: date = FIRST,
    days: int = 28,
    seed: int = 1,
    companies: Sequence[str] | None = None,
) -> Simulated:
    """Invent somebody's days and write their export files: the same words, the same bytes.

    Raises:
        KeyError: As `formats_of` does.
    """
    names = formats_of(who, town, companies)
    life, known = live(who, town, first, days, seed), formats()
    # who did nothing at a company has no file of it to ask for
    written = [export for export in (known[name].write(life) for name in names) if export.told]
    told = tuple(one for export in written for one in export.told)
    files = {name: data for export in written for name, data in export.files.items()}
    return Simulated(life, names, files, told, truth.written(life, told, names))


def save(found: Simulated, out: Path) -> None:
    """Write the files under `exports/` and the truth under `truth/` of a folder, over what is there by the same names.

    Raises:
        OSError: If it cannot be written.
    """
    for folder, files in (("exports", found.files), ("truth", found.truth)):
        (out / folder).mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (out / folder / name).write_bytes(data)
