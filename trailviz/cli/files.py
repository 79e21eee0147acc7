"""Commands about files: what each is, what became of its rows, saving them, and the formats that are read."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from trailviz import __version__
from trailviz.cli import places
from trailviz.cli.saying import (
    SOME_NOT,
    USABLE,
    RefusedError,
    datums,
    free,
    no_such_file,
    no_such_zone,
    paths,
    places_files,
    progress,
    progress_done,
    tell,
    tell_json,
)  # fmt: skip

if TYPE_CHECKING:
    from trailviz.intake import Account, Collected


def open_app(parsed: Namespace) -> int:
    """Open the app on the exports given, or on the sample."""
    from trailviz.views.panels import launch  # noqa: PLC0415

    # Here, before a browser opens: who looks at its window does not read the terminal.
    for path in [*parsed.exports, *((parsed.ground,) if parsed.ground else ())]:
        if not Path(path).exists():
            raise RefusedError(
                f"There is no file or folder called {Path(path).name}. Look at the spelling of the path."
            )
    if parsed.port is not None and not launch.is_free(parsed.port):
        raise RefusedError(
            f"Port {parsed.port} cannot be used: another program listens there, or the system does not allow it. "
            "Name another one from 1024 to 65535, or leave --port out for the first free one."
        )
    chosen = paths(parsed) if parsed.exports or parsed.sample else []
    return launch.run(
        [str(one.resolve()) for one in chosen],
        parsed.password,
        parsed.port,
        browser=not parsed.no_browser,
        ground=str(Path(parsed.ground).resolve()) if parsed.ground else None,
        datums=datums(parsed),
        places=[str(one.resolve()) for one in places_files(parsed)],
        kept_places=not parsed.no_kept_places,
    )


def collected(parsed: Namespace) -> Collected:
    """Read the exports given, showing how far that has come."""
    from trailviz import keep  # noqa: PLC0415 - a quick --help
    from trailviz.days import UnknownZoneError  # noqa: PLC0415
    from trailviz.intake import NoSuchFileError, collect  # noqa: PLC0415

    try:
        return collect(
            paths(parsed),
            zone=parsed.zone,
            password=parsed.password,
            mappings=keep.mappings(),
            datums=datums(parsed),
            progress=progress(),
        )
    except UnknownZoneError as error:
        raise RefusedError(no_such_zone(error)) from None
    except NoSuchFileError as error:
        raise RefusedError(no_such_file(error)) from None
    finally:
        progress_done()


def check(parsed: Namespace) -> int:
    """Say what each file is and what became of its rows."""
    from trailviz import verdict  # noqa: PLC0415

    out = free(parsed.report, force=parsed.force) if parsed.report else None
    found = collected(parsed)
    beside = places.counted(parsed, found.events)
    if out is not None:
        _write_report(parsed, found, out)
    elif parsed.json:
        files = [verdict.record(one, parsed.lang) for one in found.accounts]
        tell_json({"files": files, "places": [places.record(one, name) for name, one in beside]})
    else:
        for account in found.accounts:
            _say_account(account, parsed.lang)
        for name, one in beside:
            tell(places.told(one, name, parsed.lang))
    # A file whose every row another one told was read well.
    usable = [one for one in found.accounts if one.used or one.left_out.get("already_read")]
    # A zip counts by what can be used of it: a picture beside the statements is no failure.
    whole = [one for one in found.accounts if one.member is None or not any(other.file == one.file for other in usable)]
    return USABLE if usable and all(one in usable or (one.seen == 0 and one.format) for one in whole) else SOME_NOT


def _say_account(one: Account, lang: str) -> None:
    from trailviz import verdict  # noqa: PLC0415

    tell(f"{one.file}{f' > {one.member}' if one.member else ''}")
    tell(f"  {one.format or 'not recognised'} ({one.confidence.name.lower()}): {verdict.summary(one, lang)}")
    if one.first and one.last:
        zone = f"zone {one.zone or 'UTC'} ({one.zone_basis or 'assumed'})"
        tell(f"  from {one.first:%Y-%m-%d %H:%M} to {one.last:%Y-%m-%d %H:%M} UTC; {zone}")
    for what, count in verdict.left_out(one, lang).items():
        tell(f"  left out: {count}, {what}")
    for line in [*verdict.notices(one, lang), *verdict.unreadable(one)[:5]]:
        tell(f"  {line}")
    if said := verdict.advice(one, lang):
        tell(f"  {said}")


def _write_report(parsed: Namespace, found: Collected, out: Path) -> None:
    """Write the structure and counts of files, and no cell of them, for an issue tracker."""
    from trailviz import keep, verdict  # noqa: PLC0415
    from trailviz.intake import skeletons  # noqa: PLC0415

    text = verdict.bug_report(found.accounts, skeletons(paths(parsed), password=parsed.password), __version__)
    keep.write(out, text)
    tell(f"{out.name} written. It holds the shape of the files and no cell of them; read it before you send it.")


def save_trail(parsed: Namespace) -> int:
    """Write all events into one saved trail."""
    from trailviz.intake import save  # noqa: PLC0415

    out = free(parsed.out, force=parsed.force)
    found = collected(parsed)
    # An empty saved trail would look like a life without records.
    if not len(found.events):
        raise RefusedError(
            "None of these files could be read, so nothing was written. `trailviz check` says why.", SOME_NOT
        )
    # Before it is written: a refusal leaves nothing behind.
    beside = places.counted(parsed, found.events)
    save(found.events, found.accounts, found.coverage, out)
    read = sum(bool(one.used) for one in found.accounts)
    tell(f"{len(found.events)} events from {read} files written to {out.name}.")
    for name, one in beside:
        tell(places.told(one, name, "en"))
    if beside:
        tell("A saved trail holds no places: they are looked up when it is read, so say --places again, or keep them.")
    return USABLE


def formats(_: Namespace) -> int:
    """List the formats that are read, and how to get each."""
    from trailviz import keep  # noqa: PLC0415
    from trailviz.importers import discover  # noqa: PLC0415

    for one in discover(keep.mappings()):
        about = one.about or _docstring(one.recognise.__module__)
        tell(f"{one.name:18} {about.get('title', '')}")
        tell(f"{'':18} How to get it: {about.get('how_to_get', 'a table of your own mapping')}")
    return USABLE


def _docstring(module: str) -> dict[str, str]:
    """Answer the title and the way to an export from the fixed lines of its importer's docstring."""
    lines = (sys.modules[module].__doc__ or "").splitlines()
    how = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("How to get it:")), "")
    return {"title": lines[0], "how_to_get": how}


def samples(_: Namespace) -> int:
    """List the samples that ship."""
    from trailviz import atlas  # noqa: PLC0415

    for path in atlas.samples():
        tell(f"{path.name:24} {atlas.about([path])['sample']['title']['en']}")
    return USABLE


def wipe(parsed: Namespace) -> int:
    """Remove what trailviz wrote of its own accord, after asking."""
    from trailviz import keep  # noqa: PLC0415

    files = keep.kept()
    if not files:
        tell("trailviz keeps nothing on this computer.")
        return USABLE
    for path in files:
        tell(path.name)
    if not parsed.yes and input("Remove these? [y/N] ").strip().lower() not in {"y", "yes"}:
        tell("Nothing was removed.")
        return USABLE
    tell(f"Files removed: {len(keep.wipe())}.")
    return USABLE
