"""The page for the class: the same shell with one day in it, in one file that asks for nothing."""

from __future__ import annotations

from typing import Any

from trailviz.views import network
from trailviz.views.map import hashes, inert, shell
from trailviz.words import Words, mark

STAGE = '<main id="trail"'
VIEWS = (("day", mark("The day")), ("network", mark("Who told whom")))


def page(payload: dict[str, Any], lang: str = "en", told: dict[str, Any] | None = None) -> str:
    """Write a day, and the network of its companies where it is given, as one HTML file that opens from a stick.

    Its own Content-Security-Policy forbids every request and every script but ours.
    """
    html = shell().html.replace('<html lang="en">', f'<html lang="{lang}">', 1)
    html = html.replace(STAGE, inert("trail-data", payload) + STAGE, 1)
    if told is not None:
        html = html.replace("</head>", f"{network.part()}</head>", 1)
        both = f"{_switch(lang)}{inert('network-data', told)}{network.MOUNT}"
        html = html.replace("</main>", f"</main>{both}", 1)
    policy = (
        f"default-src 'none'; script-src {' '.join(hashes(html))}; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'none'; form-action 'none'; base-uri 'none'"
    )
    return html.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def _switch(lang: str) -> str:
    """Write the bar that leads from the day to its network and back; its words are ours, none are the person's."""
    words = Words(lang)
    buttons = "".join(
        f'<button type="button" data-view="{name}" aria-pressed="{str(name == "day").lower()}">{words.say(text)}</button>'
        for name, text in VIEWS
    )
    return f'<nav class="tn-switch" aria-label="{words.say("Views")}">{buttons}</nav>'
