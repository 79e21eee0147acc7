"""Start the app: on this computer alone, with every setting that could call out switched off."""

from __future__ import annotations

import json
import os
import runpy
import socket
import sys
import webbrowser
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from trailviz import atlas

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

ADDRESS = "127.0.0.1"
FIRST_PORT, PORTS = 8501, 40
SETTINGS: dict[str, Any] = {
    "server.address": ADDRESS,
    "server.allowedHosts": ["127.0.0.1", "localhost"],
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": False,
    # Megabytes: a Records.json of many years has 1.5 GB (0002).
    "server.maxUploadSize": 2000,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    # A traceback on screen may hold a cell, or a path (CONTRIBUTING, 6).
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "logger.hideWelcomeMessage": True,
    # The stage's own colours (assets/stage.css), so that the page around it is of one piece.
    "theme.light.primaryColor": "#1769d1",
    "theme.light.backgroundColor": "#fbfaf5",
    "theme.light.secondaryBackgroundColor": "#f3efe6",
    "theme.light.textColor": "#1c1b19",
    "theme.dark.primaryColor": "#5b9dff",
    "theme.dark.backgroundColor": "#191b1e",
    "theme.dark.secondaryBackgroundColor": "#26292b",
    "theme.dark.textColor": "#f1eee6",
}
PATHS, PASSWORD, URL, GROUND = "TRAILVIZ_PATHS", "TRAILVIZ_PASSWORD", "TRAILVIZ_URL", "TRAILVIZ_GROUND"
DATUMS = "TRAILVIZ_DATUMS"
PLACES, NO_KEPT = "TRAILVIZ_PLACES", "TRAILVIZ_NO_KEPT_PLACES"


def run(
    paths: list[str],
    password: str | None = None,
    port: int | None = None,
    *,
    browser: bool = True,
    ground: str | None = None,
    datums: Mapping[str, str] | None = None,
    places: Sequence[str] = (),
    kept_places: bool = True,
) -> int:
    """Serve the app until it is stopped; paths are handed over by this process's own environment, never copied."""
    chosen = port or free_port()
    url = f"http://{ADDRESS}:{chosen}"
    os.environ[PATHS] = json.dumps(paths)
    os.environ[DATUMS] = json.dumps(dict(datums or {}))
    if password:
        os.environ[PASSWORD] = password
    if ground:
        os.environ[GROUND] = ground
    os.environ[PLACES] = json.dumps(list(places))
    if not kept_places:
        os.environ[NO_KEPT] = "1"
    if browser:
        os.environ[URL] = url
    sys.argv = sys.argv[:1]
    print(f"trailviz is at {url}\nNothing leaves this computer. Ctrl-C stops it.", flush=True)  # noqa: T201
    # app.py is a script beside the package, since `streamlit run app.py` must find it too.
    app = runpy.run_path(str(atlas.front("app.py")), run_name="trailviz_app")["app"]
    with suppress(KeyboardInterrupt):
        app.run(config={**SETTINGS, "server.port": chosen})
    print("Stopped.")  # noqa: T201
    return 0


def free_port() -> int:
    """Answer the first port from 8501 that nobody listens on."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        if is_free(port):
            return port
    with socket.socket() as probe:
        # Forty programs listen already: whichever port the system has.
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Say whether this program may listen on a port: nobody else does, and the system lets it."""
    with socket.socket() as probe:
        # Else the port of a server that has just stopped looks taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError):
            return False
    return True


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Open the browser once the server listens, if the launcher wants one."""
    if url := os.environ.get(URL):
        webbrowser.open(url)
    yield
