"""The command about people who do not exist: their exports in real formats, with the truth beside them."""

from __future__ import annotations

import errno
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from trailviz.cli.saying import SOME_NOT, USABLE, RefusedError, day_of, tell

if TYPE_CHECKING:
    from trailviz.simulate import City, Persona, Simulated

CITIES = ("shanghai", "london", "san_francisco")
LONGEST_DAYS = 3_660
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""No company here wrote such files before, and calendars end soon after."""
UNWRITABLE = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The disk's share for you is full",
    errno.EACCES: "You may not write there",
    errno.EPERM: "You may not write there",
    errno.EROFS: "That disk can only be read",
    errno.ENOTDIR: "A part of the path is a file",
    errno.ENAMETOOLONG: "The name is too long",
}


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
    wanted, first, out = _wanted(parsed, who, town), _first(parsed), _folder(parsed)
    found = room.simulate(who, town, first=first, days=parsed.days, seed=parsed.seed, companies=wanted)
    before = _saved(found, out)
    tell(
        f"{who.title['en']} in {town.name['en']}, {parsed.days} days from {first}, seed {parsed.seed}. Nobody of this name exists."
    )
    for name in sorted(found.files):
        tell(f"  exports/{name}")
    if before:
        tell(f"  exports/ also holds {before} files that were there before, and they are read along.")
    tell(f"  truth/ ({len(found.truth)} files: what is true, minute by minute)")
    if found.files:
        tell(f"Read the exports with `trailviz open {out.name}/exports`.")
    else:
        tell("No company wrote anything down in these days, so exports/ is empty. More --days show more.")
    return USABLE


def _wanted(parsed: Namespace, who: Persona, town: City) -> list[str] | None:
    """Answer the formats asked for, or None."""
    from trailviz import simulate as room  # noqa: PLC0415

    wanted = [name for one in (parsed.companies or "").split(",") if (name := one.strip())] or None
    if parsed.companies is not None and wanted is None:
        raise RefusedError("Say at least one format after --companies; --list names them.")
    try:
        room.formats_of(who, town, wanted)
    except KeyError as error:
        met = ", ".join(name for name, one in room.formats().items() if one.met_in(town))
        raise RefusedError(
            f"Nobody in {town.name['en']} has an export {error.args[0]} here. Expected: {met}."
        ) from None
    return wanted


def _folder(parsed: Namespace) -> Path:
    """Answer the folder to write: a new or an empty one, or any where that is asked for."""
    out = Path(parsed.out)
    try:
        if out.exists() and not out.is_dir():
            raise RefusedError(f"{out.name} is a file. Say another name, for a folder.")
        if out.is_dir() and not parsed.force and any(out.iterdir()):
            raise RefusedError(f"{out.name} is there already. Choose another name, or say --force.")
    except OSError as error:
        raise RefusedError(f"{_why(error)}: {out.name}. Say another folder.", SOME_NOT) from None
    return out


def _saved(found: Simulated, out: Path) -> int:
    """Write the files; answer how many others the folder of exports held before."""
    from trailviz import simulate as room  # noqa: PLC0415

    exports = out / "exports"
    try:
        before = sum(one.name not in found.files for one in exports.iterdir()) if exports.is_dir() else 0
        room.save(found, out)
    except OSError as error:
        raise RefusedError(
            f"{_why(error)}: {out.name}. What is there now is not whole; say another folder.", SOME_NOT
        ) from None
    return before


def _why(error: OSError) -> str:
    return UNWRITABLE.get(error.errno or 0, "It cannot be written")


def _first(parsed: Namespace) -> date:
    """Answer the first day.

    Raises:
        RefusedError: If the span leaves the years in which these files are written.
    """
    from trailviz import simulate as room  # noqa: PLC0415

    first = day_of(parsed.start) if parsed.start else room.FIRST
    if first < EARLIEST or first.toordinal() + parsed.days > LATEST.toordinal() + 1:
        raise RefusedError(f"Expected days between {EARLIEST} and {LATEST}: in no other years are such files written.")
    return first


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
