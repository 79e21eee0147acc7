"""Files that no company holds: what they tell whoever gets them, and that they tell no company anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from trailviz import story
from trailviz.cli import main
from trailviz.events import FACETS
from trailviz.guesses import Guess, rules
from trailviz.knowledge import SCENARIOS, Grade
from trailviz.registry import SELF
from trailviz.trail import Trail, follow
from trailviz.views import stage
from trailviz.views.panels import page

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = {one.id: one for one in rules()}
HOME, WORK, PARK = (31.2450, 121.3970), (31.2155, 121.4080), (31.2570, 121.4250)
Stops = list[tuple[int, tuple[float, float]]]
WORKDAY: Stops = [(0, HOME), (480, HOME), (520, WORK), (1050, WORK), (1090, HOME), (1440, HOME)]
WEEKEND: Stops = [(0, HOME), (660, HOME), (690, PARK), (900, PARK), (930, HOME), (1440, HOME)]
MIDNIGHT = datetime(2025, 11, 2, 16, tzinfo=UTC)
"""Monday, 3 November 2025 begins in Shanghai; a GPX file says it in UTC, as the format has it."""


def _at(minute: int, stops: Stops) -> tuple[float, float]:
    (start, here), (end, there) = next(pair for pair in pairwise(stops) if minute < pair[1][0])
    part = (minute - start) / (end - start)
    return here[0] + (there[0] - here[0]) * part, here[1] + (there[1] - here[1]) * part


def _weeks(path: Path) -> Path:
    """Write the track of three invented weeks in Shanghai, a point every ten minutes."""
    points = []
    for minute in range(0, 21 * 1440, 10):
        lat, lon = _at(minute % 1440, WORKDAY if minute // 1440 % 7 < 5 else WEEKEND)
        shaken = (minute * 7919 % 100 - 50) * 1e-6
        when = MIDNIGHT + timedelta(minutes=minute)
        points.append(f'<trkpt lat="{lat + shaken:.6f}" lon="{lon:.6f}"><time>{when:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>')
    head = '<gpx version="1.1" creator="invented" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    path.write_text(f"{head}{''.join(points)}</trkseg></trk></gpx>", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the three weeks."""
    return _weeks(tmp_path_factory.mktemp("own") / "weeks.gpx")


@pytest.fixture(scope="module")
def own(weeks: Path) -> Trail:
    """Its trail."""
    return follow([weeks])


def _guesses(trail: Trail, rule: str, who: str) -> list[Guess]:
    found = trail.guess(RULES[rule], trail.observer(who), "ownership")
    return [one for one in found if isinstance(one, Guess)]


def test_a_track_of_ones_own_gives_home_and_work_away_to_whoever_gets_it(own: Trail) -> None:
    """Each within a hundred metres of where it was invented, on rows of the file."""
    for rule, truth in (("home", HOME), ("work", WORK)):
        (found,) = _guesses(own, rule, "self")
        assert found.point is not None
        assert abs(found.point.lat - truth[0]) < 0.001
        assert abs(found.point.lon - truth[1]) < 0.001
        assert own.row_of(int(found.evidence[0]))[0] == "weeks.gpx"


@pytest.mark.parametrize("who", ["everyone", "state", "google", "alipay,uber"])
def test_no_company_can_guess_from_it(own: Trail, who: str) -> None:
    """Nobody holds the file but the person: every rule is silent about companies."""
    assert not [one for rule in RULES for one in _guesses(own, rule, who)]


def test_what_ones_own_device_wrote_reaches_no_company(own: Trail) -> None:
    """In no scenario, and not by hearsay."""
    for who in ("everyone", "state"):
        for scenario in SCENARIOS:
            assert not own.known.of_events(own.observer(who), scenario, alleged=True).any()


def test_its_days_are_cut_where_the_points_lie(own: Trail) -> None:
    """Cut in UTC, a Shanghai night is an afternoon and a home looks like night work."""
    assert own.zone_name == "Asia/Shanghai"
    assert [str(day) for day, _ in own.days][::20] == ["2025-11-03", "2025-11-23"]


def test_whoever_has_the_files_looks_first_and_is_named_as_no_company(own: Trail) -> None:
    """By a name of its own, in both languages."""
    first = own.observers[0]

    assert (first.id, first.kind) == (SELF, "files")
    assert {first.name("en"), first.name("zh-Hans")} == {"whoever has these files", "拿到这些文件的人"}
    assert SELF not in own.registry.companies


@pytest.mark.parametrize("name", ["self", "you", "Me", " files "])
def test_a_person_may_call_it_by_several_names(own: Trail, name: str) -> None:
    """All of them mean the same observer."""
    assert own.observer(name).id == SELF


def test_whoever_has_the_files_knows_what_their_rows_hold_and_nothing_more(afternoon: Trail) -> None:
    """Every facet a row holds at "knows", in every scenario; what its collector only may have recorded not at all."""
    known = afternoon.known
    holds = (known.holds[:, None] >> np.arange(len(FACETS), dtype=np.uint32) & 1) > 0
    for scenario in SCENARIOS:
        grades = known.grades(afternoon.observer("self"), scenario)
        assert (grades[holds] == Grade.KNOWS).all()
        assert not grades[~holds].any()
    assert (known.may & ~known.holds).any()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_company_joined_with_the_files_loses_nothing(afternoon: Trail, scenario: str) -> None:
    """Whoever has more knows no less."""
    alone = afternoon.known.grades(afternoon.observer("alipay"), scenario)
    both = afternoon.known.grades(afternoon.observer("alipay,self"), scenario)

    assert (both >= alone).all()
    assert (both >= afternoon.known.grades(afternoon.observer("self"), scenario)).all()


def test_beside_a_company_the_company_looks_first(trail_of: Callable[..., Trail]) -> None:
    """The files stand last in the list, since no company has them all."""
    when = {"start": MIDNIGHT, "lat": 31.2, "lon": 121.4}
    trail = trail_of(
        [
            {**when, "collector": "uber", "kind": "ride"},
            {**when, "collector": "self", "kind": "fix", "said_by": "recorded"},
        ]
    )

    assert trail.observers[0].id == "uber"
    assert trail.observers[-1].id == SELF


def test_a_note_alone_makes_nobody_look(trail_of: Callable[..., Trail]) -> None:
    """What a person remembers beside a company's rows is no file of a device."""
    rows = [
        {"start": MIDNIGHT, "collector": "uber", "kind": "ride"},
        {"start": MIDNIGHT, "collector": "self", "kind": "note", "said_by": "told"},
    ]

    assert SELF not in {one.id for one in trail_of(rows).observers}


def test_a_stay_ones_own_device_noted_is_told_of_the_files_alone(trail_of: Callable[..., Trail]) -> None:
    """The sentence names whoever has these files; of a company there is none."""
    stay = {
        "collector": "self",
        "kind": "visit",
        "said_by": "recorded",
        "start": MIDNIGHT + timedelta(hours=1),
        "end": MIDNIGHT + timedelta(hours=2),
        "zone": "Asia/Shanghai",
        "lat": 31.2,
        "lon": 121.4,
    }
    trail = trail_of([stay, {**stay, "collector": "uber", "kind": "ride"}])
    day = trail.days[0][0]
    told = [one.text for one in story.tell(trail, trail.observer("self"), "own", day).sentences]

    assert any(one.startswith("Whoever has these files knows that you stayed") for one in told)
    for who in ("uber", "everyone"):
        found = story.tell(trail, trail.observer(who), "ownership", day).sentences
        assert found
        assert not any("stayed" in one.text for one in found)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("whoever gets all of them", "no company")), ("zh-Hans", ("拿到全部文件的人", "公司"))]
)
def test_the_command_line_says_whose_guess_it_is(
    weeks: Path, lang: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Above the guesses, in the reader's language."""
    assert main(["guess", str(weeks), "--rule", "home", "--lang", lang]) == 0
    said = capsys.readouterr().out

    assert said.startswith("as self,")
    assert all(word in said.splitlines()[1] for word in words)


def test_switched_off_one_by_one_each_file_counts_as_ones_own(weeks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the files bring is brought by yourself, not by a company called self."""
    assert main(["what-if", str(weeks), "--no-location", "--day", "2025-11-03"]) == 0

    assert "yourself: 288.0 (100%), then 0" in capsys.readouterr().out


def test_on_the_stage_the_points_are_had_by_whoever_has_the_files(own: Trail) -> None:
    """The list holds it, of a kind of its own, with one sentence of all positions."""
    shown = stage.model(own)

    assert shown["observers"][0]["kind"] == "files"
    assert [len(one["texts"]) for one in shown["claims"]] == [1]
    assert not shown["gaps"][0][0]


def test_the_panel_guesses_for_it_and_says_whom_it_means(
    weeks: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the app the first who guesses is whoever has these files."""
    monkeypatch.setenv(page.UNGUARDED, "apptest")
    monkeypatch.setenv("TRAILVIZ_PATHS", json.dumps([str(weeks)]))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    app = AppTest.from_file(page.__file__, default_timeout=60)
    app.session_state["guess-box"] = True
    app.run()
    said = "\n".join(one.value for one in app.text)

    assert not app.exception
    assert app.selectbox(key="guess-as").value.kind == "files"
    assert "It is about no company." in said
    assert "If these files were less exact" in said
    assert "Home: near" in said


def test_a_day_of_notes_alone_is_no_day_of_devices(trail_of: Callable[..., Trail]) -> None:
    """The lane says who wrote what lies in it: a device on the first day, memory on the second."""
    own = {"collector": "self", "kind": "fix", "said_by": "recorded", "lat": 31.2, "lon": 121.4}
    trail = trail_of(
        [
            {**own, "start": MIDNIGHT},
            {"collector": "self", "kind": "note", "said_by": "told", "start": MIDNIGHT + timedelta(days=1)},
        ]
    )
    names = [stage.model(trail, day=day)["companies"][-1]["name"] for day, _ in trail.days]

    assert names == ["Your devices", "You remember"]


@pytest.mark.parametrize("command", ["guess", "story"])
def test_a_file_that_is_not_there_is_named(
    command: str, weeks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in one path is said before the others are read; of the path only the name."""
    assert main([command, str(weeks), str(tmp_path / "wekks.gpx")]) == 2
    assert capsys.readouterr().err == "There is no file or folder called wekks.gpx. Look at the spelling of the path.\n"


def test_years_before_1970_are_years(weeks: Path, tmp_path: Path) -> None:
    """A clock set wrong, or an old diary: its nights are nights."""
    old = tmp_path / "old.gpx"
    old.write_text(weeks.read_text("utf-8").replace("<time>2025", "<time>1960"), encoding="utf-8")
    trail = follow([old])

    assert trail.days[0][0].year == 1960
    assert len(_guesses(trail, "home", "self")) == 1


def test_no_row_at_all_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty folder, and a track without a point."""
    (tmp_path / "empty").mkdir()
    track = tmp_path / "none.gpx"
    track.write_text('<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"></gpx>', encoding="utf-8")

    for one in (tmp_path / "empty", track):
        assert main(["guess", str(one)]) == 1
        assert "nothing to guess from" in capsys.readouterr().err
