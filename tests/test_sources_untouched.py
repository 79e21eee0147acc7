"""A person's files are read where they lie and never changed; what is stopped leaves nothing half done."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from trailviz.intake import Progress, collect

FORMATS = Path(__file__).parents[1] / "sample_data" / "formats"
HEADER = "company,kind,start,zone,place,party,amount,currency\n"


def _state(folder: Path) -> dict[str, tuple[str, int, int]]:
    """The content, size and time of change of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_size,
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_reading_every_sample_changes_none_of_them(tmp_path: Path) -> None:
    """Hashes, sizes and times are the same before and after, and nothing is put beside the files."""
    copied = tmp_path / "mine"
    shutil.copytree(FORMATS, copied)
    before = _state(copied)
    collect([copied])

    assert _state(copied) == before


def test_several_zips_of_one_takeout_are_one_trail(tmp_path: Path) -> None:
    """Parts of a Takeout, given in any order and once twice, tell what the whole tells."""
    members = {
        "Takeout/Location History/Records.json": next((FORMATS / "google_records").glob("*.json")),
        "Takeout/My Activity/Maps/MyActivity.html": FORMATS / "google_activity" / "MyActivity.html",
    }
    whole = tmp_path / "takeout-whole.zip"
    parts = [tmp_path / f"takeout-20260101-{number:03d}.zip" for number in (1, 2)]
    for name, target in ((None, whole), *zip(members, parts, strict=True)):
        with zipfile.ZipFile(target, "w") as made:
            for member, path in members.items():
                if name in {None, member}:
                    made.write(path, member)

    apart = collect([parts[1], parts[0], parts[0]]).events

    assert sorted(apart.ids.tolist()) == sorted(collect([whole]).events.ids.tolist())


def test_files_bytes_and_rows_are_told_while_reading(tmp_path: Path) -> None:
    """Each file is named before it is read, with what lies behind, and its rows as they come."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(HEADER + "shop,order,2024-05-01 10:00,UTC,,Shop,1,EUR\n", encoding="utf-8")
    steps: list[Progress] = []
    collect([tmp_path], progress=steps.append)

    assert [(one.file, one.files) for one in steps if not one.rows] == [("a.csv", 0), ("b.csv", 1)]
    assert max(one.rows for one in steps) == 1
    assert steps[-1].bytes == (tmp_path / "a.csv").stat().st_size


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is opened as on Linux and macOS")
@pytest.mark.parametrize("held", [False, True])
def test_stopping_an_import_leaves_nothing_half_written(tmp_path: Path, held: bool) -> None:  # noqa: FBT001
    """Ctrl-C while rows are read: no new file, an old one as it was, and a sentence instead of a traceback."""
    rows = "".join(f"shop,order,2024-05-01 10:{at % 60:02d},UTC,,Shop {at},1.00,EUR\n" for at in range(1_000_000))
    (tmp_path / "diary.csv").write_text(HEADER + rows, encoding="utf-8")
    out = tmp_path / "trail.parquet"
    if held:
        out.write_bytes(b"what was there before")
    before = _state(tmp_path)
    outer, inner = os.openpty()
    command = [sys.executable, "-m", "trailviz", "import", str(tmp_path / "diary.csv"), "--out", str(out), "--force"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=inner)
    os.close(inner)
    shown = b""
    while b"rows" not in shown:
        shown += os.read(outer, 1 << 16)
    running.send_signal(signal.SIGINT)
    while True:
        try:
            shown += os.read(outer, 1 << 16)
        except OSError:  # the other end is closed
            break
    code = running.wait(timeout=60)
    os.close(outer)

    assert _state(tmp_path) == before
    assert (code, b"Stopped." in shown, b"Traceback" in shown) == (130, True, False)
