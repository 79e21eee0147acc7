"""The guard: this computer's own page, and nobody else."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from trailviz.views.panels.guard import MARK, Guard

OWN = {"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}


async def _page(scope: Scope, _: Receive, send: Send) -> None:
    """A page that answers with the marks it was given."""
    seen = b",".join(value for name, value in scope["headers"] if name == MARK.encode())
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"access-control-allow-origin", b"*")]})
    await send({"type": "http.response.body", "body": seen})


def _ask(kind: str, headers: dict[str, str], method: str = "GET") -> list[Message]:
    """Send one request through the guard."""
    answers: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {
        "type": kind,
        "method": method,
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(Guard(_page)(scope, receive, send))
    return answers


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:8501"},
        {**OWN, "origin": "http://evil.example"},
        {**OWN, "origin": "http://127.0.0.1:9999"},
        {
            "host": "127.0.0.1:8501",
            "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "no-cors",
            "sec-fetch-dest": "image",
        },
    ],
)
def test_another_host_or_origin_is_refused(headers: dict[str, str]) -> None:
    """A name that is not this computer's, a foreign page and another local program get 403."""
    assert _ask("http", headers)[0]["status"] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example", "origin": "http://evil.example"},
        {"host": OWN["host"]},
        {**OWN, "origin": "http://localhost:9999"},
    ],
)
def test_a_socket_opens_only_for_the_page_itself(headers: dict[str, str]) -> None:
    """A socket without an origin, or with another one, is closed."""
    assert _ask("websocket", headers)[0] == {"type": "websocket.close", "code": 1008}


def test_the_page_itself_is_let_in() -> None:
    """The app's own page may ask and open its socket, and a link from elsewhere may open the page."""
    link = {
        "host": "localhost:8501",
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }

    assert _ask("http", OWN)[0]["status"] == 200
    assert _ask("websocket", OWN)[0]["type"] == "websocket.accept"
    assert _ask("http", link)[0]["status"] == 200


def test_every_answer_forbids_other_addresses() -> None:
    """The policy stands on every page, without unsafe-eval, and no answer invites another origin."""
    headers = {name.decode(): value.decode() for name, value in _ask("http", OWN)[0]["headers"]}

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
    assert headers["referrer-policy"] == "no-referrer"


def test_a_request_cannot_bring_the_mark_itself() -> None:
    """The mark the page asks for is the guard's own."""
    body = _ask("http", {**OWN, MARK: "forged"})[1]["body"]

    assert body
    assert b"forged" not in body
