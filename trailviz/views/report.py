"""The page for the class: the same shell with one day in it, in one file that asks for nothing."""

from __future__ import annotations

from typing import Any

from trailviz.views.map import inert, shell

STAGE = '<main id="trail"'


def page(payload: dict[str, Any], lang: str = "en") -> str:
    """Write a day as one HTML file that opens from a stick.

    Its own Content-Security-Policy forbids every request and every script but ours.
    """
    built = shell()
    policy = (
        f"default-src 'none'; script-src {' '.join(built.script_hashes)}; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'none'; form-action 'none'; base-uri 'none'"
    )
    html = built.html.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">', 1)
    html = html.replace('<html lang="en">', f'<html lang="{lang}">', 1)
    return html.replace(STAGE, inert("trail-data", payload) + STAGE, 1)
