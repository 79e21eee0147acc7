"""Commands about a day: its sentences, its gaps, the companies behind them, and the page for the class."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from trailviz.cli.saying import (
    SOME_NOT,
    USABLE,
    RefusedError,
    chosen_day,
    chosen_observer,
    free,
    tell,
    tell_json,
)
from trailviz.cli.saying import trail as follow

if TYPE_CHECKING:
    from trailviz.atlas import Basemap, Box
    from trailviz.story import Story


def story(parsed: Namespace) -> int:
    """Tell a day as a company could."""
    from trailviz import story as telling  # noqa: PLC0415
    from trailviz.story import record, unseen, whereabouts  # noqa: PLC0415
    from trailviz.story.because import short_source  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    trail = follow(parsed)
    day = chosen_day(trail, parsed.day)
    observer = chosen_observer(trail, parsed.observer, day)
    words = Words(parsed.lang)
    standing = unseen.standing(trail, day, parsed.lang)
    told = telling.tell(trail, observer, parsed.scenario, day, parsed.lang, alleged=parsed.alleged)
    if parsed.json:
        shared = {"observer": observer.id, "scenario": parsed.scenario, "day": str(day), "zone": told.zone}
        tell_json(
            {
                **shared,
                "sentences": [record.sentence(one) for one in told.sentences],
                "gaps": [record.gap(gap, text) for gap, text in told.gaps],
                "standing": unseen.record(standing),
                "places": whereabouts.record(trail),
            }
        )
        return USABLE
    tell(telling.title(observer, day, parsed.lang))
    tell(f"as {observer.id}, scenario {parsed.scenario}, day {day}, zone {told.zone}")
    none = unseen.of_observer(trail, observer, words)
    for line in (*([none] if none else ()), *whereabouts.account(trail, words), *whereabouts.zones(trail, words)):
        tell(line)
    tell()
    _sentences(told)
    tell()
    for _, text in told.gaps:
        tell(f"- {text}")
    for figure in told.figures:
        tell(f"    {figure.start}–{figure.end}  {figure.length}  {figure.label}")
    tell()
    for kind in ("copies", "silent"):
        if kind == "silent":
            tell(words.say(unseen.HEADING))
        for stands in (one for one in standing if one.kind == kind):
            tell(
                f"- {stands.text}"
                + (f"  [{short_source(stands.sources[0])}]" if kind == "silent" and stands.sources else "")
            )
    return USABLE


def _sentences(told: Story) -> None:
    """Print the sentences of a day, each with its row, and the guess beside it."""
    for one in told.sentences:
        more = f" and {len(one.rows) - 1} more" if len(one.rows) > 1 else ""
        tell(f"- {one.text}  [{one.rows[0][0]}, row {one.rows[0][1]}{more}]")
        if one.remark:
            tell(f"    The author: {one.her_word}. {one.remark}")
        for part in one.guess.lines if one.guess else ():
            tell(f"    {part}")


def evidence(parsed: Namespace) -> int:
    """List what these files themselves prove that companies told each other."""
    from trailviz.story import proofs  # noqa: PLC0415

    trail = follow(parsed)
    if parsed.json:
        tell_json([proofs.record(one) for one in trail.proven])
        return USABLE
    for line in proofs.proofs(trail, parsed.lang):
        tell(f"- {line}")
    if not trail.proven:
        tell("No file here tells what companies told each other. docs/formats/evidence.md lists those that do.")
    return USABLE


def _ground(parsed: Namespace, boxes: tuple[Box, ...]) -> Basemap:
    """Cut the ground out of the map given, or refuse with a sentence."""
    from trailviz import atlas  # noqa: PLC0415
    from trailviz.views.ground_words import refusal  # noqa: PLC0415
    from trailviz.words import Words  # noqa: PLC0415

    path = Path(parsed.ground)
    try:
        return atlas.basemap(path, boxes)
    except atlas.BrokenFileError as error:
        raise RefusedError(refusal(error, path.name, Words(parsed.lang)), SOME_NOT) from None


def report(parsed: Namespace) -> int:
    """Write the page for the class."""
    from trailviz import keep  # noqa: PLC0415
    from trailviz.views import network, report, stage  # noqa: PLC0415

    # Asked first: a refusal should not come after a minute of reading.
    out = free(parsed.out, force=parsed.force)
    if parsed.ground and not Path(parsed.ground).exists():
        raise RefusedError(
            f"There is no file or folder called {Path(parsed.ground).name}. Look at the spelling of the path."
        )
    trail = follow(parsed)
    day = chosen_day(trail, parsed.day)
    ground = _ground(parsed, stage.boxes(trail, day)) if parsed.ground else None
    shown = stage.model(trail, lang=parsed.lang, day=day, basemap=ground)
    page = report.page(shown, parsed.lang, network.model(trail, lang=parsed.lang, day=day))
    keep.write(out, page)
    tell(f"{out.name} written: {len(page.encode()) // 1024} kB. It opens in any browser, without a network.")
    return USABLE
