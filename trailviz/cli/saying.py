"""How the command line speaks: lines, JSON, refusals, and the questions every command shares."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trailviz.atlas import PlacesError
    from trailviz.intake import Progress
    from trailviz.registry import Observer
    from trailviz.trail import Trail

# 130 is 128 and the signal's number, as shells count.
USABLE, SOME_NOT, USAGE, INTERRUPTED = 0, 1, 2, 130
MEGABYTE = 1_000_000
ENGLISH, CHINESE = frozenset({"en", "eng"}), frozenset({"zh", "zho", "cmn", "chi"})
TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
AFTERNOON = date(2017, 8, 26)


class RefusedError(Exception):
    """A sentence for the person, and the exit code that goes with it."""

    def __init__(self, sentence: str, code: int = USAGE) -> None:
        """Keep the sentence and the code."""
        super().__init__(sentence)
        self.code = code


def tell(text: str = "") -> None:
    """Print a line."""
    print(text)  # noqa: T201


def tell_json(value: object) -> None:
    """Print a value for scripts."""
    # Letters as they are: names in Chinese should be readable for whoever looks.
    tell(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def language(text: str) -> str:
    """Read a language as people and systems write it (`zh`, `zh_CN.UTF-8`, `en-GB`), and answer the one that is spoken.

    Raises:
        ArgumentTypeError: If it is not spoken here.
    """
    name = text.split(".", maxsplit=1)[0].replace("_", "-").casefold()
    first, *more = name.split("-")
    # Who reads Traditional Chinese is not served by the other script without being told.
    if first in CHINESE and ("hans" in more or not TRADITIONAL & set(more)):
        return "zh-Hans"
    if first in ENGLISH:
        return "en"
    raise ArgumentTypeError(
        f"{text!r} is not spoken here. Expected en (English) or zh-Hans (简体中文, Simplified Chinese)"
    )


def speaking(one: ArgumentParser, what: str = "the sentences") -> None:
    """Describe the option for the language of something."""
    one.add_argument(
        "--lang", type=language, default="en", metavar="LANG", help=f"the language of {what}: en or zh-Hans"
    )


def paths(parsed: Namespace) -> list[Path]:
    """Answer the exports given, or the sample asked for, or the afternoon."""
    from trailviz import atlas  # noqa: PLC0415 - a quick --help

    name = getattr(parsed, "sample", None)
    if name is None:
        return [Path(one) for one in parsed.exports] or [atlas.sample()]
    if parsed.exports:
        raise RefusedError("Say either files or --sample, not both.")
    try:
        return [atlas.sample(name)]
    except KeyError:
        known = ", ".join(one.name for one in atlas.samples())
        raise RefusedError(f"No sample is called {name}. Expected one of: {known}.") from None


def free(name: str, *, force: bool) -> Path:
    """Answer a path that may be written.

    Raises:
        RefusedError: If it is there already and `force` is not said, or its folder is not there.
    """
    out = Path(name)
    if out.exists() and not force:
        raise RefusedError(f"{out.name} is there already. Choose another name, or say --force.")
    if not out.parent.is_dir():
        raise RefusedError("The folder to write into does not exist. Make it first.")
    return out


def no_such_zone(error: Exception) -> str:
    """Say that no zone has this name, and what is expected."""
    return f"No time zone is called {error}. Expected a name such as Asia/Shanghai, or an offset such as +08:00."


def progress() -> Callable[[Progress], None] | None:
    """Show, on a terminal, which file is read and how far; elsewhere nothing."""
    if not sys.stderr.isatty():
        return None

    def shown(step: Progress) -> None:
        done = f"{step.files} files, {step.bytes / MEGABYTE:.0f} MB before it" if step.files else "the first file"
        # To stderr: stdout holds the result, and may go into a file.
        print(f"\r\x1b[2K{step.file}: {step.rows:,} rows ({done})", end="", file=sys.stderr, flush=True)  # noqa: T201

    return shown


def progress_done() -> None:
    """Leave the line of progress."""
    if sys.stderr.isatty():
        print("\r\x1b[2K", end="", file=sys.stderr)  # noqa: T201


def datums(parsed: Namespace) -> dict[str, str]:
    """Read which files are in which datum: `--datum FILE=gcj02`."""
    from trailviz.intake import DATUMS  # noqa: PLC0415

    told = {}
    for one in getattr(parsed, "datum", None) or ():
        name, _, datum = one.rpartition("=")
        if not name or datum not in DATUMS:
            raise RefusedError(f"Expected --datum FILE=DATUM, with a datum out of {', '.join(DATUMS)}.")
        told[Path(name).name] = datum
    return told


def no_such_file(error: Exception) -> str:
    """Say which file a datum was told of that is not here."""
    return f"No file here is called {' or '.join(map(str, error.args))}. --datum takes the name of a file that is read."


def trail(parsed: Namespace) -> Trail:
    """Follow the exports given, or the sample."""
    from trailviz import atlas, keep  # noqa: PLC0415
    from trailviz.days import UnknownZoneError  # noqa: PLC0415
    from trailviz.intake import NoSuchFileError  # noqa: PLC0415
    from trailviz.story import whereabouts  # noqa: PLC0415
    from trailviz.trail import follow  # noqa: PLC0415

    files = paths(parsed)
    # Before minutes are spent on the others.
    if gone := [one.name for one in files if not one.exists()]:
        raise RefusedError(f"There is no file or folder called {gone[0]}. Look at the spelling of the path.")
    try:
        found = follow(
            files,
            gazetteer=counted_places(parsed),
            zone=parsed.zone,
            password=parsed.password,
            mappings=keep.mappings(),
            on=era(parsed.on) if getattr(parsed, "on", None) else None,
            datums=datums(parsed),
            progress=progress(),
        )
    except UnknownZoneError as error:
        raise RefusedError(no_such_zone(error)) from None
    except NoSuchFileError as error:
        raise RefusedError(no_such_file(error)) from None
    except atlas.PlacesError as error:
        raise unusable(error, parsed) from None
    finally:
        progress_done()
    for line in whereabouts.unread(found):
        # To stderr, beside the result and not in it.
        print(line, file=sys.stderr)  # noqa: T201
    return found


def places_files(parsed: Namespace) -> list[Path]:
    """Answer the places files given.

    Raises:
        RefusedError: If one is not there.
    """
    given = [Path(one) for one in getattr(parsed, "places", None) or ()]
    for path in given:
        if not path.is_file():
            raise RefusedError(f"There is no file called {path.name}. Look at the spelling of the path.")
    return given


def counted_places(parsed: Namespace) -> list[Path]:
    """Answer the places files that count: those given, then those kept on this computer, which are told on standard error.

    A sample knows its own places, and what is given by name; what is kept is of the person's own days.
    """
    from trailviz import atlas, keep  # noqa: PLC0415

    given = places_files(parsed)
    if atlas.about(paths(parsed)) or getattr(parsed, "no_kept_places", False):
        return given
    kept = keep.places()
    if kept:
        names = ", ".join(one.name for one in kept)
        # To stderr: a script sees the same result, and a person why it is another one here than elsewhere.
        print(f"With the places kept on this computer: {names}. --no-kept-places leaves them out.", file=sys.stderr)  # noqa: T201
    return [*given, *kept]


def unusable(error: PlacesError, parsed: Namespace) -> RefusedError:
    """Say why a places file cannot be used, and how one that was kept is forgotten."""
    from trailviz import keep  # noqa: PLC0415
    from trailviz.story import whereabouts  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    sentence = whereabouts.refusal(error, Words(getattr(parsed, "lang", "en")))
    given = {one.name for one in places_files(parsed)}
    if error.file in {one.name for one in keep.places()} - given:
        sentence += f" It is kept on this computer; `trailviz places --forget {error.file}` removes it."
    return RefusedError(sentence, SOME_NOT)


def day_of(text: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError("Expected a day written like 2017-08-26.") from None


def era(text: str) -> date:
    """Read the day relations are judged of: a date, `today`, or `2017` for the day of the afternoon."""
    if text.casefold() == "today":
        return datetime.now(UTC).date()
    return AFTERNOON if text == str(AFTERNOON.year) else day_of(text)


def chosen_day(trail: Trail, text: str | None) -> date:
    """Answer the day asked for, or the one with most places."""
    listed = [day for day, _ in trail.days]
    if text is None:
        if trail.default_day is None:
            raise RefusedError(
                "No row of these files has a time, so there is no day to tell. `trailviz check` says why.", SOME_NOT
            )
        return trail.default_day
    day = day_of(text)
    if day not in listed:
        # Nearest in time, not in spelling: a day is missed by a few, seldom by a letter.
        near = sorted(listed, key=lambda one: abs((one - day).days))[:3]
        raise RefusedError(
            f"Nothing is recorded on {day}. Nearest: {', '.join(map(str, sorted(near))) or 'no day at all'}."
        )
    return day


def nearest(name: str, near: tuple[str, ...]) -> str:
    """Say that no company has this name, and which come close."""
    hint = f"Did you mean {' or '.join(near)}?" if near else "`trailviz companies` lists them."
    return f"No company is called {name}. {hint}"


def chosen_observer(trail: Trail, text: str | None, day: date | None = None) -> Observer:
    """Answer who looks: the one asked for, or the one with most rows in person that day."""
    from trailviz.registry import UnknownNameError  # noqa: PLC0415

    try:
        return trail.observer(text) if text else trail.observer_of(day or trail.default_day)
    except UnknownNameError as error:
        raise RefusedError(nearest(error.name, error.nearest)) from None
