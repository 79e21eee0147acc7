"""The guard in front of the app: this computer only, one origin, and a policy that forbids every other address.

Streamlit alone would answer any host name and open its socket to any page of another local program; the guard refuses both
without a call of its own. The page asks for the guard's mark and does not run without it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from trailviz.views import network
from trailviz.views.map import shell

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A foreign name that resolves to this computer (DNS rebinding) still stands in the host header.
HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})
MARK = "x-trailviz-guard"
CLOSED_BY_POLICY = 1008


def policy() -> str:
    """Write the Content-Security-Policy of the app: nothing from elsewhere, no inline script but those we know."""
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    # streamlit's page has inline scripts of its own: their hashes let them run, and no others.
    own = [f"'sha256-{_digest(one)}'" for one in re.findall(r"<script>(.*?)</script>", index, re.DOTALL)]
    scripts = " ".join(dict.fromkeys([*own, *shell().script_hashes, *network.shell().script_hashes]))
    return (
        f"default-src 'none'; script-src 'self' blob: {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'self' blob:; manifest-src 'self'; "
        "media-src 'self' blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; object-src 'none'"
    )


class Guard:
    """Pure ASGI middleware: refuses every host and origin but this computer's own, and adds the policy to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app; the policy is computed from the scripts that are installed."""
        self.app = app
        self.headers = {
            "content-security-policy": policy(),
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }
        self.mark = secrets.token_hex(16).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request of this computer's own page through, and refuse any other."""
        # `lifespan` is the server's own: it has no host and no origin.
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        if not _welcome(scope):
            if scope["type"] == "websocket":
                # In ASGI a socket can be refused only after its connect has been taken.
                await receive()
                await send({"type": "websocket.close", "code": CLOSED_BY_POLICY})
            else:
                await PlainTextResponse("refused", 403)(scope, receive, send)
            return
        # Whoever sends the mark along must not pass for the guard.
        kept = [(name, value) for name, value in scope["headers"] if name.lower() != MARK.encode()]
        marked = {**scope, "headers": [*kept, (MARK.encode(), self.mark)]}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                # streamlit opens some answers to every page; here there is one.
                if "access-control-allow-origin" in headers:
                    del headers["access-control-allow-origin"]
            await send(message)

        await self.app(marked, receive, answer)


def _welcome(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    host, origin, site = headers.get("host", ""), headers.get("origin"), headers.get("sec-fetch-site")
    # `[::1]` without a port ends in its own bracket.
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    if name not in HERE or (origin is not None and origin != f"http://{host}"):
        return False
    if scope["type"] == "websocket":
        # Browsers name the page that opens a socket; what names none is no page of ours.
        return origin is not None
    # A link on another page may open the app, as a person's click does; nothing else may come from there.
    visit = (
        scope["method"] == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )
    return site in {None, "same-origin", "none"} or visit


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
