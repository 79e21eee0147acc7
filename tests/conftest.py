"""What many tests look at: the afternoon, followed once; and trails of invented rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import settings

from trailviz import atlas
from trailviz.events import COVERAGE, SCHEMA, gather
from trailviz.places import Gazetteer
from trailviz.registry.shelf import load
from trailviz.trail import Trail, follow, think

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


# No test is timed: on a busy machine a deadline says something of the machine.
settings.register_profile("trailviz", deadline=None)
settings.load_profile("trailviz")


@pytest.fixture(scope="session", autouse=True)
def _folder_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a developer keeps counts for no test, and no test wipes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def afternoon() -> Trail:
    """The sample afternoon of 26 August 2017."""
    return follow([atlas.sample()])


@pytest.fixture
def noon_fix() -> dict[str, Any]:
    """Answer a position of a phone in Shanghai at noon of 4 March 2024, UTC."""
    at = datetime(2024, 3, 4, 12, tzinfo=UTC)
    return {
        "collector": "google",
        "kind": "fix",
        "zone": "UTC",
        "precision_s": 1,
        "start": at,
        "lat": 31.2,
        "lon": 121.4,
    }


@pytest.fixture(scope="session")
def trail_of() -> Callable[..., Trail]:
    """Make a trail of invented rows, each a few cells; ids and row numbers are counted where none are given."""
    registry, gazetteer = load(), Gazetteer()

    def made(rows: Iterable[Mapping[str, Any]], zone: str | None = None) -> Trail:
        shared = [
            {"event_id": at + 1, "row": at + 1, "kind": "payment", "file": row.get("collector", "x"), **row}
            for at, row in enumerate(rows)
        ]
        names = sorted({name for row in shared for name in row})
        cells = {name: pa.array([row.get(name) for row in shared], SCHEMA.field(name).type) for name in names}
        thought = think(gather([pa.table(cells)]), registry, gazetteer)
        return Trail(*thought, (), COVERAGE.empty_table(), registry, {}, gazetteer, None, zone)

    return made
