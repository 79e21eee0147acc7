"""The door on the command line. Every command says what it decided, and no error repeats what a file holds."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from trailviz import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trailviz.registry import Observer
    from trailviz.trail import Trail

USABLE, SOME_NOT, USAGE, INTERRUPTED = 0, 1, 2, 130
SCENARIOS = ("own", "documented", "permitted", "ownership", "state")
DEFAULT_SCENARIO = "ownership"


class RefusedError(Exception):
    """A sentence for the person, and the exit code that goes with it."""

    def __init__(self, sentence: str, code: int = USAGE) -> None:
        """Keep the sentence and the code."""
        super().__init__(sentence)
        self.code = code


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and answer its exit code: 0 all usable, 1 some not, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
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
        sys.stderr.close()
        return USABLE
    except Exception as error:  # noqa: BLE001 - the outermost frame: the type and the room, never what a file holds
        trace = error.__traceback__
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
    top.set_defaults(run=_open, exports=[], password=None, zone=None, port=None, no_browser=False)
    commands = top.add_subparsers(metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], about: str, *, files: str | None = None
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        if files:
            one.add_argument("exports", metavar="EXPORT", nargs=files, help="a file, a folder, a zip or a saved trail")
            one.add_argument("--password", help="the password of a locked zip")
            one.add_argument("--zone", help="the zone of times that name none, such as Europe/Berlin")
        return one

    def observing(one: argparse.ArgumentParser) -> None:
        one.add_argument(
            "--as",
            dest="observer",
            metavar="COMPANY",
            help="who looks: a company, several with commas, everyone, state",
        )
        one.add_argument(
            "--scenario", choices=SCENARIOS, default=DEFAULT_SCENARIO, help="which relations count (default: ownership)"
        )
        one.add_argument("--day", metavar="D", help="a day such as 2017-08-26 (default: the one with most places)")
        one.add_argument("--on", metavar="DATE", help="judge relations as of another day")
        one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")

    _about_files(command, observing)
    one = command("companies", _companies, "List companies, or one company's relations with their sources.")
    one.add_argument("name", nargs="?", help="a company's name in any language, or its id")
    one.add_argument("--on", metavar="DATE", help="only relations in force on this day")
    one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")
    one = command("report", _report, "Write one page for the class that opens without a network.", files="*")
    one.add_argument("--out", required=True, metavar="FILE", help="the page to write, such as afternoon.html")
    one.add_argument("--day", metavar="D", help="a day such as 2017-08-26")
    one.add_argument("--lang", choices=("en", "zh-Hans"), default="en", help="the language of the page")
    one.add_argument("--force", action="store_true", help="write over a file that is there")
    command("formats", _formats, "List the formats that are read.")
    command("samples", _samples, "List the samples that ship.")
    one = command("wipe", _wipe, "Remove everything trailviz ever wrote of its own accord.")
    one.add_argument("--yes", action="store_true", help="do not ask")
    return top


def _about_files(
    command: Callable[..., argparse.ArgumentParser], observing: Callable[[argparse.ArgumentParser], None]
) -> None:
    """Describe the commands that read exports."""
    one = command("open", _open, "Open the app on these files.", files="*")
    one.add_argument("--port", type=int, help="the port to listen on (default: the first free one from 8501)")
    one.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    one = command("check", _check, "Say what each file is and what became of its rows.", files="+")
    one.add_argument("--json", action="store_true", help="for scripts; docs/cli.md describes it")
    one.add_argument("--lang", choices=("en", "zh-Hans"), default="en", help="the language of the sentences")
    one = command("import", _import, "Write all events into one saved trail.", files="+")
    one.add_argument("--out", required=True, metavar="FILE", help="the file to write, such as trail.parquet")
    one.add_argument("--force", action="store_true", help="write over a file that is there")
    one = command("story", _story, "Tell a day as a company could. No files means the sample.", files="*")
    observing(one)
    one.add_argument("--alleged", action="store_true", help="count what is alleged, marked as such")
    one.add_argument("--lang", choices=("en", "zh-Hans"), default="en", help="the language of the sentences")
    observing(command("gaps", _gaps, "List when a company does not know where you were.", files="*"))


def _say(text: str = "") -> None:
    print(text)  # noqa: T201


def _json(value: object) -> None:
    _say(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _paths(parsed: argparse.Namespace) -> list[Path]:
    from trailviz import atlas  # noqa: PLC0415 - a quick --help

    return [Path(one) for one in parsed.exports] or [atlas.sample()]


def _trail(parsed: argparse.Namespace) -> Trail:
    from trailviz.days import UnknownZoneError  # noqa: PLC0415
    from trailviz.trail import follow  # noqa: PLC0415

    shown = sys.stderr.isatty()
    try:
        trail = follow(
            _paths(parsed),
            zone=parsed.zone,
            password=parsed.password,
            on=_date(parsed.on) if getattr(parsed, "on", None) else None,
            progress=(lambda p: print(f"\r{p.file}: {p.rows} rows", end="", file=sys.stderr)) if shown else None,  # noqa: T201
        )
    except UnknownZoneError as error:
        raise RefusedError(
            f"No time zone is called {error}. Expected a name such as Asia/Shanghai, or an offset such as +08:00."
        ) from None
    if shown:
        print(file=sys.stderr)  # noqa: T201
    return trail


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError("Expected a day written like 2017-08-26.") from None


def _day(trail: Trail, text: str | None) -> date:
    listed = [day for day, _ in trail.days]
    if text is None:
        if trail.default_day is None:
            raise RefusedError(
                "No row of these files has a time, so there is no day to tell. `trailviz check` says why.", SOME_NOT
            )
        return trail.default_day
    day = _date(text)
    if day not in listed:
        near = sorted(listed, key=lambda one: abs((one - day).days))[:3]
        raise RefusedError(
            f"Nothing is recorded on {day}. Nearest: {', '.join(map(str, sorted(near))) or 'no day at all'}."
        )
    return day


def _nearest(name: str, near: tuple[str, ...]) -> str:
    hint = f"Did you mean {' or '.join(near)}?" if near else "`trailviz companies` lists them."
    return f"No company is called {name}. {hint}"


def _observer(trail: Trail, text: str | None) -> Observer:
    from trailviz.registry import UnknownNameError  # noqa: PLC0415

    try:
        return trail.observer(text) if text else trail.default_observer
    except UnknownNameError as error:
        raise RefusedError(_nearest(error.name, error.nearest)) from None


def _open(parsed: argparse.Namespace) -> int:
    from trailviz.views.panels import launch  # noqa: PLC0415

    for path in parsed.exports:
        if not Path(path).exists():
            raise RefusedError(
                f"There is no file or folder called {Path(path).name}. Look at the spelling of the path."
            )
    return launch.run(
        [str(Path(one).resolve()) for one in parsed.exports],
        parsed.password,
        parsed.port,
        browser=not parsed.no_browser,
    )


def _check(parsed: argparse.Namespace) -> int:
    from trailviz import verdict  # noqa: PLC0415
    from trailviz.intake import collect  # noqa: PLC0415

    collected = collect(_paths(parsed), zone=parsed.zone, password=parsed.password)
    usable = [one for one in collected.accounts if one.used or one.left_out.get("already_read")]
    if parsed.json:
        _json({"files": [verdict.record(one, parsed.lang) for one in collected.accounts]})
    else:
        for one in collected.accounts:
            _say(f"{one.file}{f' > {one.member}' if one.member else ''}")
            _say(
                f"  {one.format or 'not recognised'} ({one.confidence.name.lower()}): {verdict.summary(one, parsed.lang)}"
            )
            if one.first and one.last:
                _say(
                    f"  from {one.first:%Y-%m-%d %H:%M} to {one.last:%Y-%m-%d %H:%M} UTC; zone {one.zone or 'UTC'} ({one.zone_basis or 'assumed'})"
                )
            for what, count in verdict.left_out(one, parsed.lang).items():
                _say(f"  left out: {count}, {what}")
            for line in [*verdict.notices(one, parsed.lang), *verdict.unreadable(one)[:5]]:
                _say(f"  {line}")
            if said := verdict.advice(one, parsed.lang):
                _say(f"  {said}")
    whole = [
        one for one in collected.accounts if one.member is None or not any(other.file == one.file for other in usable)
    ]
    return USABLE if usable and all(one in usable or (one.seen == 0 and one.format) for one in whole) else SOME_NOT


def _import(parsed: argparse.Namespace) -> int:
    from trailviz.intake import collect, save  # noqa: PLC0415

    out = Path(parsed.out)
    if out.exists() and not parsed.force:
        raise RefusedError(f"{out.name} is there already. Choose another name, or say --force.")
    if not out.parent.is_dir():
        raise RefusedError("The folder to write into does not exist. Make it first.")
    collected = collect(_paths(parsed), zone=parsed.zone, password=parsed.password)
    if not len(collected.events):
        raise RefusedError(
            "None of these files could be read, so nothing was written. `trailviz check` says why.", SOME_NOT
        )
    save(collected.events, collected.accounts, collected.coverage, out)
    _say(
        f"{len(collected.events)} events from {sum(bool(one.used) for one in collected.accounts)} files written to {out.name}."
    )
    return USABLE


def _story(parsed: argparse.Namespace) -> int:
    from trailviz import story  # noqa: PLC0415
    from trailviz.story import record  # noqa: PLC0415

    trail = _trail(parsed)
    observer, day = _observer(trail, parsed.observer), _day(trail, parsed.day)
    told = story.tell(trail, observer, parsed.scenario, day, parsed.lang, alleged=parsed.alleged)
    if parsed.json:
        shared = {"observer": observer.id, "scenario": parsed.scenario, "day": str(day), "zone": told.zone}
        _json(
            {
                **shared,
                "sentences": [record.sentence(one) for one in told.sentences],
                "gaps": [record.gap(gap, text) for gap, text in told.gaps],
            }
        )
        return USABLE
    _say(story.title(observer, day, parsed.lang))
    _say(f"as {observer.id}, scenario {parsed.scenario}, day {day}, zone {told.zone}")
    _say()
    for one in told.sentences:
        _say(f"- {one.text}  [{one.rows[0][0]}, row {one.rows[0][1]}]")
        if one.remark:
            _say(f"    The author: {one.her_word}. {one.remark}")
    _say()
    for _, text in told.gaps:
        _say(f"- {text}")
    for figure in told.figures:
        _say(f"    {figure.start}–{figure.end}  {figure.length}  {figure.label}")
    return USABLE


def _gaps(parsed: argparse.Namespace) -> int:
    from trailviz.story import record  # noqa: PLC0415

    trail = _trail(parsed)
    observer, day = _observer(trail, parsed.observer), _day(trail, parsed.day)
    found = trail.gaps(observer, parsed.scenario, day)
    if parsed.json:
        _json([record.gap(one) for one in found])
        return USABLE
    _say(f"as {observer.id}, scenario {parsed.scenario}, day {day}, zone {trail.zone_name}")
    for one in found:
        start, end = (at.astimezone(trail.zone).strftime("%H:%M") for at in (one.start, one.end))
        area = (
            f", {one.area.area_km2:.0f} km² within reach at {one.speed_mps} m/s"
            if one.area and not one.contradiction
            else ""
        )
        _say(f"{one.kind:10} {start}–{end}  {one.minutes // 60} h {one.minutes % 60:02d} min{area}")
    return USABLE


def _companies(parsed: argparse.Namespace) -> int:
    from trailviz.registry import UnknownNameError, load  # noqa: PLC0415

    registry = load()
    day = _date(parsed.on) if parsed.on else None
    found = list(registry.relations)
    if parsed.name:
        try:
            wanted = registry.find(parsed.name)
        except UnknownNameError as error:
            raise RefusedError(_nearest(error.name, error.nearest)) from None
        found = [one for one in found if wanted in {one.subject, one.object}]
    if day:
        found = [one for one in found if one.in_force(day)]
    if parsed.json:
        names = ("subject", "relation", "object", "since", "until", "as_of", "flows", "evidence", "sources")
        _json([{name: getattr(one, name) for name in names} for one in found])
    elif parsed.name:
        for one in found:
            until = f"until {one.until}" if one.until else f"no end known on {one.as_of}"
            _say(
                f"{registry.company(one.subject).name()} {one.relation} {registry.company(one.object).name()}: since {one.since}, {until}; {one.evidence}"
            )
            _say(f"    carries {', '.join(one.flows) or 'nothing named'}; {'; '.join(one.sources)}")
            if one.note:
                _say(f"    {one.note}")
    else:
        for company in registry.companies.values():
            _say(f"{company.id:32} {company.name()}  {company.names.get('zh-Hans', '')}")
    return USABLE


def _report(parsed: argparse.Namespace) -> int:
    from trailviz.views import report, stage  # noqa: PLC0415

    out = Path(parsed.out)
    if out.exists() and not parsed.force:
        raise RefusedError(f"{out.name} is there already. Choose another name, or say --force.")
    trail = _trail(parsed)
    page = report.page(stage.model(trail, lang=parsed.lang, day=_day(trail, parsed.day)), parsed.lang)
    out.write_text(page, encoding="utf-8")
    _say(f"{out.name} written: {len(page.encode()) // 1024} kB. It opens in any browser, without a network.")
    return USABLE


def _formats(_: argparse.Namespace) -> int:
    from trailviz import keep  # noqa: PLC0415
    from trailviz.importers import discover  # noqa: PLC0415

    for one in discover(keep.mappings()):
        about = one.about or _docstring(one.recognise.__module__)
        _say(f"{one.name:18} {about.get('title', '')}")
        _say(f"{'':18} How to get it: {about.get('how_to_get', 'a table of your own mapping')}")
    return USABLE


def _docstring(module: str) -> dict[str, str]:
    """Answer the title and the way to an export from the fixed lines of its importer's docstring."""
    lines = (sys.modules[module].__doc__ or "").splitlines()
    how = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("How to get it:")), "")
    return {"title": lines[0], "how_to_get": how}


def _samples(_: argparse.Namespace) -> int:
    from trailviz import atlas  # noqa: PLC0415

    for path in atlas.samples():
        _say(f"{path.name:24} {atlas.about([path])['sample']['title']['en']}")
    return USABLE


def _wipe(parsed: argparse.Namespace) -> int:
    from trailviz import keep  # noqa: PLC0415

    files = keep.kept()
    if not files:
        _say("trailviz keeps nothing on this computer.")
        return USABLE
    for path in files:
        _say(path.name)
    if not parsed.yes and input("Remove these? [y/N] ").strip().lower() not in {"y", "yes"}:
        _say("Nothing was removed.")
        return USABLE
    _say(f"{len(keep.wipe())} files removed.")
    return USABLE
