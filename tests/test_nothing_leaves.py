"""No command of trailviz opens a connection, asks for a name, or starts another program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import maps

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
# pycryptodome asks `file`, on this computer, what kind of machine it is on
WATCH = """
import sys
def watch(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "subprocess.Popen", "os.system"} and args[0] != "file":
        print("LEFT", event, file=sys.stderr)
sys.addaudithook(watch)
from trailviz.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "command",
    [
        ["check", str(FORMATS)],
        ["story"],
        ["gaps", "--as", "alipay"],
        ["companies", "didi"],
        ["evidence", str(FORMATS / "meta_off_facebook")],
        ["map", str(FORMATS / "chase_card" / "2026.csv")],
        ["report", "--out", "page.html"],
        ["formats"],
    ],
    ids=lambda command: command[0],
)
def test_a_command_asks_nobody(command: list[str], tmp_path: Path) -> None:
    """Python's own audit of connections, names and programs stays silent, for every format there is."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )

    assert done.returncode in {0, 1}, done.stderr
    assert "LEFT" not in done.stderr


def test_drawing_a_map_asks_nobody(tmp_path: Path) -> None:
    """The ground of a city comes out of the file on the disk, and from nowhere else."""
    tiles = {(maps.ZOOM, *maps.tile_of(31.2304, 121.4737)): maps.town()}
    maps.pmtiles(tmp_path / "city.pmtiles", tiles)
    done = subprocess.run(
        [sys.executable, "-c", WATCH, "report", "--ground", "city.pmtiles", "--out", "page.html"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )

    assert done.returncode == 0, done.stderr
    assert "LEFT" not in done.stderr


def test_the_watch_sees_a_connection() -> None:
    """The net is not blind: a name asked for inside it is told."""
    ask = "import socket\ntry:\n    socket.getaddrinfo('localhost', 80)\nexcept OSError:\n    pass\n"
    planted = WATCH.replace("from trailviz.cli import main\nsys.exit(main(sys.argv[1:]))\n", ask)
    done = subprocess.run(
        [sys.executable, "-c", planted], capture_output=True, text=True, check=False, encoding="utf-8"
    )

    assert "LEFT socket.getaddrinfo" in done.stderr
