"""The door on the command line. Every command says what it decided, and no error repeats what a file holds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trailviz import __version__
from trailviz.cli import (
    acts,
    companies,
    doubts,
    files,
    findings,
    gaps,
    guess,
    lens,
    mapping,
    otherwise,
    places,
    simulate,
)
from trailviz.cli.saying import INTERRUPTED, SOME_NOT, USABLE, RefusedError, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Written out: `knowledge` brings NumPy with it, and --help should be quick.
SCENARIOS = ("own", "documented", "permitted", "ownership", "state")
DEFAULT_SCENARIO = "ownership"
PLACES_HELP = "places of your own: a table (name, lat, lon, radius_m), or a map with shops in it; as often as needed"
GROUND_HELP = "a map of the city on this computer: .pmtiles, .mbtiles, .osm.pbf, or Overture's Parquet files"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and answer its exit code: 0 all usable, 1 some not, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal without Chinese letters must not end a command half way.
            stream.reconfigure(errors="replace")
    parsed = parser().parse_args(argv)
    try:
        run: Callable[[argparse.Namespace], int] = parsed.run
        return run(parsed)
    except RefusedError as refused:
        print(refused, file=sys.stderr)  # noqa: T201
        return refused.code
    except KeyboardInterrupt:
        print("Stopped. Nothing was left half-written.", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        # `| head` is no fault; Python would complain once more while it ends.
        sys.stderr.close()
        return USABLE
    except Exception as error:  # noqa: BLE001 - the outermost frame: the type and the room, never what a file holds
        trace = error.__traceback__
        # The innermost frame says where; the error's own text may hold a cell, and is left out.
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        room = f"{Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else "?"
        print(  # noqa: T201
            f"This is a fault of trailviz, not of your file: {type(error).__name__} in {room}. Please report it.",
            file=sys.stderr,
        )
        return SOME_NOT


def parser() -> argparse.ArgumentParser:
    """Describe every command and option."""
    top = argparse.ArgumentParser(
        prog="trailviz", description="What one super-app could know of your day. Nothing leaves this computer."
    )
    top.add_argument("--version", action="version", version=f"trailviz {__version__}")
    top.set_defaults(
        run=files.open_app,
        exports=[],
        password=None,
        zone=None,
        port=None,
        no_browser=False,
        sample=None,
        ground=None,
        datum=None,
        places=None,
        no_kept_places=False,
    )
    commands = top.add_subparsers(metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], about: str, *, files: str | None = None
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        if files:
            one.add_argument("exports", metavar="EXPORT", nargs=files, help="a file, a folder, a zip or a saved trail")
            one.add_argument("--password", help="the password of a locked zip or PDF")
            one.add_argument("--zone", help="the zone of times that name none, such as Europe/Berlin")
            one.add_argument(
                "--datum",
                metavar="FILE=DATUM",
                action="append",
                help="read a file's points as gcj02 or bd09, whatever it declares",
            )
        if files in {"+", "*"}:
            _placing(one)
        if files == "*":
            one.add_argument("--sample", metavar="NAME", help="a sample that ships instead of files of your own")
        return one

    def observing(one: argparse.ArgumentParser, *, days: bool = True) -> None:
        one.add_argument(
            "--as",
            dest="observer",
            metavar="COMPANY",
            help="who looks: a company, several with commas, everyone, state, self (whoever has these files)",
        )
        one.add_argument(
            "--scenario", choices=SCENARIOS, default=DEFAULT_SCENARIO, help="which relations count (default: ownership)"
        )
        if days:
            one.add_argument("--day", metavar="D", help="a day such as 2017-08-26 (default: the one with most places)")
        one.add_argument("--on", metavar="DATE", help="judge relations as of another day")
        one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")

    _about_files(command, observing)
    _about_the_rest(command)
    return top


def _placing(one: argparse.ArgumentParser) -> None:
    """Describe the places of one's own, which every command that reads exports takes alike."""
    one.add_argument("--places", metavar="FILE", action="append", help=PLACES_HELP)
    one.add_argument("--no-kept-places", action="store_true", help="leave out the places kept on this computer")


def _about_the_rest(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Describe the commands that look at no day: companies, proofs, doubts, the page, invented people, lists."""
    one = command("companies", companies.companies, "List companies; explain, draw or write to one.")
    companies.describe(one)
    _placing(one)
    one = command(
        "evidence", findings.evidence, "List what these files prove that companies told each other.", files="+"
    )
    one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")
    speaking(one)
    one = command(
        "doubts", doubts.doubts, "Say what in these files cannot be, or hardly can; change nothing.", files="*"
    )
    doubts.describe(one)
    one = command("report", findings.report, "Write one page for the class that opens without a network.", files="*")
    one.add_argument("--out", required=True, metavar="FILE", help="the page to write, such as afternoon.html")
    one.add_argument("--ground", metavar="FILE", help=GROUND_HELP)
    one.add_argument("--day", metavar="D", help="a day such as 2017-08-26")
    speaking(one, "the page")
    one.add_argument("--force", action="store_true", help="write over a file that is there")
    one = command(
        "simulate", simulate.simulate, "Invent a person's days, and write their exports with the truth beside."
    )
    simulate.describe(one)
    one = command("places", places.places, "Say what places files hold; keep, list or forget your own.")
    places.describe(one)
    command("formats", files.formats, "List the formats that are read.")
    command("samples", files.samples, "List the samples that ship.")
    one = command("wipe", files.wipe, "Remove everything trailviz ever wrote of its own accord.")
    one.add_argument("--yes", action="store_true", help="do not ask")


def _about_files(command: Callable[..., argparse.ArgumentParser], observing: Callable[..., None]) -> None:
    """Describe the commands that read exports."""
    one = command("open", files.open_app, "Open the app on these files.", files="*")
    one.add_argument("--port", type=int, help="the port to listen on (default: the first free one from 8501)")
    one.add_argument("--ground", metavar="FILE", help=GROUND_HELP)
    one.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    one = command("check", files.check, "Say what each file is and what became of its rows.", files="+")
    one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")
    speaking(one)
    one.add_argument("--report", metavar="FILE", help="write the shape of the files, and no cell, for an issue tracker")
    one.add_argument("--force", action="store_true", help="write over a file that is there")
    one = command("map", mapping.propose, "Say what the columns of an unknown table mean, and keep it.", files="?")
    mapping.describe(one)
    one = command("import", files.save_trail, "Write all events into one saved trail.", files="+")
    one.add_argument("--out", required=True, metavar="FILE", help="the file to write, such as trail.parquet")
    one.add_argument("--force", action="store_true", help="write over a file that is there")
    one = command("story", findings.story, "Tell a day as a company could. No files means the sample.", files="*")
    observing(one)
    one.add_argument("--alleged", action="store_true", help="count what is alleged, marked as such")
    speaking(one)
    one = command("gaps", gaps.gaps, "List when a company does not know where you were.", files="*")
    observing(one)
    gaps.describe(one)
    one = command("guess", guess.guess, "Say what a company could guess, and how surely.", files="*")
    observing(one, days=False)
    guess.describe(one)
    one = command(
        "acts", acts.acts, "Say which companies hold which part of one deed, and what joins their rows.", files="*"
    )
    acts.describe(one)
    one = command("lens", lens.lens, "Lay a rule book over a trail; without a name, list them.")
    # Before the exports: positions count, so `files` cannot describe them here.
    one.add_argument("name", metavar="NAME", nargs="?", help="a lens, such as court_list")
    one.add_argument("exports", metavar="EXPORT", nargs="*", help="a file, a folder, a zip; none means the sample")
    one.add_argument("--password", help="the password of a locked zip or PDF")
    one.add_argument("--zone", help="the zone of times that name none, such as Europe/Berlin")
    one.add_argument("--sample", metavar="NAME", help="a sample that ships instead of files of your own")
    _placing(one)
    observing(one)
    speaking(one)
    one = command("compare", otherwise.compare, "Lay two observers of a day side by side.", files="*")
    observing(one)
    otherwise.describe_compare(one)
    one = command(
        "what-if", otherwise.what_if, "Recompute a day with something otherwise, and say what changed.", files="*"
    )
    observing(one)
    otherwise.describe_what_if(one)
