"""The shell: folium's map with everything inlined and nothing of the person in it. The only room that knows folium.

folium runs strings through Jinja a second time, so no string from a file ever comes near it: the day is posted to the shell
after it is built, or stands in a report as an inert block. Leaflet comes from the package django-js-lib-leaflet.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element
from folium.template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.abc import Traversable

SCRIPTS = (
    "requests.js", "model.js", "gaps.js", "ink.js", "key.js", "sketch.js", "letters.js", "ground.js", "lasting.js", "map_layer.js", "touch.js", "lanes.js", "sentences.js", "playback.js", "head.js", "bar.js",
    "stage.js", "boot.js",
)  # fmt: skip
GROUNDS = ("central_shanghai", "land")
ASSETS = files("trailviz") / "views" / "assets"
LEAFLET = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
# A browser's tools would ask for the address that stands there.
SOURCE_MAP = re.compile(r"^//[#@] sourceMappingURL=.*$", re.MULTILINE)
# `data:` is no request.
REMOTE = re.compile(r"""(?:src|href)\s*=\s*["'](?!data:)|url\((?!["']?data:)|@import""")


@dataclass(frozen=True)
class Shell:
    """A page without data, and the CSP hashes of its scripts."""

    html: str
    script_hashes: tuple[str, ...]


def _bare(chart: folium.Map) -> folium.Map:
    """Take away the ten addresses folium names by default; on this map alone, not on the class."""
    # They are fetched from content networks, and every fetch tells one of them who looks.
    chart.default_js = []
    chart.default_css = []
    return chart


class _Raw(Element):
    """Text put in as it is: a template variable, never a template."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Raw"
        self.text = text


@cache
def shell() -> Shell:
    """Build the page once a process; its text is the same every time.

    Raises:
        AssertionError: If anything in it would be fetched.
    """
    chart = _bare(
        folium.Map(location=[31.23, 121.46], zoom_start=12, tiles=None, max_zoom=18, zoom_snap=0.25, zoom_control=True)
    )
    chart._id = "stage"  # noqa: SLF001 - folium names its map at random, and the CSP hashes need the same text every time
    page: Any = chart.get_root()
    page._id = "page"  # noqa: SLF001
    leaflet = SOURCE_MAP.sub("", _leaflet("leaflet.js"))
    grounds = {name: json.loads((ASSETS / f"{name}.json").read_text("utf-8")) for name in GROUNDS}
    # First of all: folium's own script calls Leaflet as soon as it runs.
    page.header.add_child(_Raw(f"<script>{leaflet}\n</script><style>{_styles()}</style>"), name="leaflet", index=0)
    page.html.add_child(_Raw('<main id="trail" tabindex="-1"></main>' + inert("trail-grounds", grounds)), name="stage")
    code = "\n".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)
    # Out of folium's script and into one of ours, so that only ours has to be strict.
    page.script.add_child(_Raw(f'</script><script>"use strict";\n{code}\n</script><script>'), name="code")
    html = _mended(page.render())
    # Scripts are held by the policy's hashes; what is left, a browser would fetch without being told to.
    bare = re.sub(r"<script[^>]*>.*?</script>", "", html, flags=re.DOTALL)
    assert not REMOTE.search(bare), "the shell names an address"
    return Shell(html, hashes(html))


def hashes(html: str) -> tuple[str, ...]:
    """Answer the CSP source of every script of a page."""
    # Only bare tags: an inert block has a type that no browser runs, and needs no hash.
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    return tuple(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts)


def inert(name: str, value: object) -> str:
    """Write a value as a JSON block that no browser runs, whatever stands in it."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str)
    # `</script>` in a shop's name would end the block and begin code.
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script id="{name}" type="application/json">{text}</script>'


def _leaflet(name: str) -> str:
    found = next(path for path in _walk(files("js_lib_leaflet")) if path.name == name)
    return found.read_text("utf-8")


def _walk(folder: Traversable) -> Iterator[Traversable]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _walk(one)
        else:
            yield one


def _styles() -> str:
    """Join Leaflet's styles and ours; Leaflet's pictures are for markers and layers this map does not have."""
    own = (ASSETS / "stage.css").read_text("utf-8")
    return re.sub(r"[^{}]*\{[^{}]*url\([^{}]*\}", "", _leaflet("leaflet.css")) + own


def _mended(html: str) -> str:
    """Let people zoom the page, and give it a language and a title: folium does neither."""
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    # folium forbids zooming, and whoever sees badly needs it.
    html = re.sub(r'<meta name="viewport".*?/>', viewport, html, flags=re.DOTALL)
    html = html.replace("<html>", '<html lang="en">', 1).replace("<head>", "<head><title>trailviz</title>", 1)
    return re.sub(r"<script>\s*</script>", "", html)
