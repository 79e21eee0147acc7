"""The command about people who do not exist: their exports in real formats, with the truth beside them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from trailviz.cli.saying import USABLE, RefusedError, day_of, tell

CITIES = ("shanghai", "london", "san_francisco")
LONGEST_DAYS = 3_660


def describe(one: ArgumentParser) -> None:
    """Describe the options of `simulate`."""
    one.add_argument("persona", metavar="PERSONA", nargs="?", help="who, such as office_worker; --list names them")
    one.add_argument("--out", metavar="DIR", help="the folder to write: exports/ and truth/")
    one.add_argument("--city", choices=CITIES, default="shanghai", help="where (default: shanghai)")
    one.add_argument("--days", type=int, default=28, metavar="N", help="for how many days (default: 28)")
    one.add_argument("--start", metavar="D", help="the first day (default: 2026-02-23, a Monday)")
    one.add_argument("--seed", type=int, default=1, metavar="N", help="another life of the same kind (default: 1)")
    one.add_argument("--companies", metavar="FORMAT,...", help="which formats are written; --list names them")
    one.add_argument("--force", action="store_true", help="write into a folder that is there")
    one.add_argument("--list", action="store_true", help="list the personas and the formats")


def simulate(parsed: Namespace) -> int:
    """Invent somebody's days, and write what companies would hand over of them."""
    from trailviz import simulate as room  # noqa: PLC0415 - a quick --help

    if parsed.list:
        return _listed()
    if not parsed.persona or not parsed.out:
        raise RefusedError(
            "Say who, and --out with the folder to write. `trailviz simulate --list` lists who there is."
        )
    if not 1 <= parsed.days <= LONGEST_DAYS:
        raise RefusedError(f"Expected 1 to {LONGEST_DAYS} days after --days.")
    try:
        who = room.persona(parsed.persona)
    except KeyError:
        names = ", ".join(one.id for one in room.personas())
        raise RefusedError(f"No persona is called {parsed.persona}. Expected one of: {names}.") from None
    town = room.city(parsed.city)
    wanted = [one.strip() for one in parsed.companies.split(",")] if parsed.companies else None
    try:
        room.formats_of(who, town, wanted)
    except KeyError as error:
        met = ", ".join(name for name, one in room.formats().items() if one.met_in(town))
        raise RefusedError(
            f"Nobody in {town.name['en']} has an export {error.args[0]} here. Expected: {met}."
        ) from None
    out = Path(parsed.out)
    if out.exists() and not (out.is_dir() and (parsed.force or not any(out.iterdir()))):
        raise RefusedError(f"{out.name} is there already. Choose another name, or say --force.")
    first = day_of(parsed.start) if parsed.start else room.FIRST
    found = room.simulate(who, town, first=first, days=parsed.days, seed=parsed.seed, companies=wanted)
    room.save(found, out)
    tell(
        f"{who.title['en']} in {town.name['en']}, {parsed.days} days from {first}, seed {parsed.seed}. Nobody of this name exists."
    )
    for name in sorted(found.files):
        tell(f"  exports/{name}")
    tell(f"  truth/ ({len(found.truth)} files: what is true, minute by minute)")
    tell(f"Read the exports with `trailviz open {out.name}/exports`.")
    return USABLE


def _listed() -> int:
    from trailviz import simulate as room  # noqa: PLC0415

    for one in room.personas():
        tell(f"{one.id:16} {one.title['en']}")
        tell(f"{'':16} {one.about}")
    tell()
    for name, kind in room.formats().items():
        where = f" ({', '.join(kind.cities)})" if kind.cities else ""
        tell(f"{name:16} {kind.title}{where}")
    return USABLE
