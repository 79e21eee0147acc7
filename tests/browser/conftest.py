"""A real browser, and the app in a server of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=IsolateSandboxedIframes",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
HERE = {"127.0.0.1", "localhost", "::1", None, ""}


@dataclass
class Watched:
    """A browser whose own net log tells every address a page asked for, also from a sandboxed frame."""

    browser: Browser
    log: Path

    def left(self) -> set[str]:
        """Close the browser and answer the addresses outside this computer that a page asked for."""
        self.browser.close()
        text = self.log.read_text(encoding="utf-8", errors="replace")
        try:
            events = json.loads(text)["events"]
        except ValueError:
            events = json.loads(text.rstrip().rstrip(",") + "]}")["events"]
        asked = [
            one["params"]
            for one in events
            if isinstance(one.get("params"), dict) and {"url", "initiator"} <= one["params"].keys()
        ]
        return {
            one["url"]
            for one in asked
            if one["initiator"] != "not an origin" and urllib.parse.urlparse(one["url"]).hostname not in HERE
        }


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """Chromium with its net log; skipped with a sentence where there is none, unless one is required."""
    if not shutil.which("chromium") and not Path(CHROMIUM).exists():
        if os.environ.get("TRAILVIZ_BROWSER") == "required":
            pytest.fail("A browser is required here, and there is no chromium.")
        pytest.skip("No chromium on this machine: what a person sees is not tested.")
    log = tmp_path / "net.json"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*ARGS, f"--log-net-log={log}"])
        yield Watched(browser, log)
        try:
            browser.close()
        except Error:
            return


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as `trailviz open` serves it, on a port of its own, keeping things in a folder of its own."""
    port = 8700 + os.getpid() % 200
    log = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    server = subprocess.Popen(
        [sys.executable, "-m", "trailviz", "open", "--no-browser", "--port", str(port)],
        stdout=log,
        stderr=log,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path_factory.mktemp("data"))},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Ask until the server answers; each refused connection returns at once."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            pytest.fail("the app did not start")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            continue
    pytest.fail("the app did not answer")
