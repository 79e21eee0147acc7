"""The house keeps its rules: imports run downwards, doors are where they should be, pins are equal, nothing calls out."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = sorted((ROOT / "trailviz").rglob("*.py"))
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PLANTED = {
    "the house: one list of rooms, imports run downwards": ("trailviz/geo.py", "import trailviz.cli"),
    "who thinks knows no file format": ("trailviz/acts.py", "import trailviz.reading"),
    "who reads knows no company": ("trailviz/intake.py", "import trailviz.registry"),
    "a room speaks no language of its own: words only where people are spoken to": (
        "trailviz/gaps/__init__.py",
        "import trailviz.words",
    ),
    "who invents people has seen no reader, else reading them back proves nothing": (
        "trailviz/simulate/exports/monzo.py",
        "import trailviz.importers",
    ),
    "the ground stands on nothing": ("trailviz/geo.py", "import trailviz.days"),
    "an importer knows no other importer": ("trailviz/importers/diary.py", "import trailviz.importers.wechat"),
    "streamlit only in views.panels (and app.py)": ("trailviz/story/__init__.py", "import streamlit"),
    "folium only in views.map": ("trailviz/views/stage/day.py", "import folium"),
    "file formats only in reading (simulate writes some)": ("trailviz/intake.py", "import zipfile"),
    "nothing leaves this computer": ("trailviz/atlas.py", "import urllib.request"),
}


def _lint(folder: Path) -> str:
    """Run the contracts over a copy of the package."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
    ).stdout


def _copy(folder: Path) -> None:
    for path in CODE:
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")


def test_imports_keep_every_contract(tmp_path: Path) -> None:
    """No import runs upwards or through a wall."""
    _copy(tmp_path)

    assert "0 broken" in _lint(tmp_path)


def test_each_contract_breaks_where_its_import_is_planted(tmp_path: Path) -> None:
    """A contract that could not turn red would promise nothing: each is shown its forbidden import, all at once."""
    _copy(tmp_path)
    for name, line in PLANTED.values():
        path = tmp_path / name
        path.write_text(
            path.read_text(encoding="utf-8").replace(
                "from __future__ import annotations\n", f"from __future__ import annotations\n{line}\n", 1
            ),
            encoding="utf-8",
        )
    told = _lint(tmp_path)
    kept = [name for name in PLANTED if f"{name} BROKEN" not in told]

    assert kept == []


def test_parquet_and_csv_readers_stay_in_the_reading_wing() -> None:
    """What import-linter cannot see, the syntax trees show: pyarrow's own readers and pandas' have one door."""
    # simulate only writes: its truth tables are Parquet, and no reader may be shared with what reads its files
    doors = ("reading", "intake.py", "simulate")
    strays = []
    for path in CODE:
        if path.relative_to(ROOT / "trailviz").parts[0] in doors:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if any(name.startswith(("pyarrow.parquet", "pyarrow.csv", "pyarrow.json", "pyarrow.fs")) for name in names):
                strays.append(path.name)
            if (
                isinstance(node, ast.Attribute)
                and node.attr.startswith("read_")
                and getattr(node.value, "id", "") == "pd"
            ):
                strays.append(path.name)

    assert strays == []


def test_the_pins_of_uv_and_pip_are_the_same() -> None:
    """`constraints.txt` and uv's constraint-dependencies pin one resolved set."""
    pins = [
        line.strip().replace('"', "'")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]

    assert pins == CONFIG["tool"]["uv"]["constraint-dependencies"]


def test_every_direct_dependency_is_pinned() -> None:
    """Nothing the package asks for is left to the day of installing."""
    asked = [*CONFIG["project"]["dependencies"], *CONFIG["project"]["optional-dependencies"]["test"]]
    names = {re.split(r"[<>=\[]", one)[0] for one in asked}
    pinned = {re.split(r"==", one)[0] for one in CONFIG["tool"]["uv"]["constraint-dependencies"]}

    assert names - pinned == set()


def test_no_committed_file_names_a_package_host() -> None:
    """The lock file that would name one is ignored by git, and no configuration does."""
    named = [
        path.name
        for path in (ROOT / "pyproject.toml", ROOT / "constraints.txt", ROOT / ".ci" / "run")
        if re.search(r"https?://", path.read_text(encoding="utf-8"))
    ]

    assert named == []
    assert "uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


def test_ci_runs_the_readmes_test_command() -> None:
    """What the README says to run is what CI runs."""
    assert "uv run pytest" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\nuv run pytest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
