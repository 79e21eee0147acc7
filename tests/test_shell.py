"""The page before any data: what it may hold, and what the browser may run of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from trailviz.views import report
from trailviz.views.map import Shell, hashes, inert, shell

EMPTY = {"v": 1, "lang": "en", "empty": True}


@pytest.fixture(scope="module")
def built() -> Shell:
    """Build the shell once for this file."""
    return shell()


def test_nothing_in_the_shell_names_an_address(built: Shell) -> None:
    """No attribute and no style of the page fetches anything."""
    markup = re.sub(r"<script[^>]*>.*?</script>", "", built.html, flags=re.DOTALL)

    assert re.findall(r"""(?:src|href|action)\s*=\s*["'](?!data:)[^"']*""", markup) == []
    assert re.findall(r"url\((?!data:)[^)]*\)|@import", markup) == []
    assert "sourceMappingURL" not in built.html


def test_the_shell_is_the_same_text_every_time(built: Shell) -> None:
    """A page built anew has the same hashes, so a policy computed at the start stays true."""
    shell.cache_clear()

    assert shell() == built


def test_every_script_of_the_shell_is_in_its_policy(built: Shell) -> None:
    """Each script that runs has its own hash, and a block of data has none."""
    runs = re.findall(r"<script(?![^>]*application/json)[^>]*>(.*?)</script>", built.html, re.DOTALL)
    wanted = tuple(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in runs)

    assert built.script_hashes == wanted
    assert len(wanted) > 1


def test_the_shell_has_a_title_a_language_and_can_be_zoomed(built: Shell) -> None:
    """What folium leaves out of a page's head is put right."""
    assert '<html lang="en">' in built.html
    assert "<title>" in built.html
    assert "user-scalable" not in built.html


def test_the_stage_writes_no_markup(built: Shell) -> None:
    """Our own scripts never turn a text into markup or into code."""
    ours = max(re.findall(r"<script>(.*?)</script>", built.html, re.DOTALL), key=lambda one: one.count("makeStage"))

    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", ours) == []


@pytest.mark.parametrize("text", ["</script><b>", "<!--", "a & b", "\u2028\u2029", "{{ 7*7 }}", "{% for"])
def test_a_block_of_data_cannot_be_left(text: str) -> None:
    """Whatever stands in the data, the block ends where it should and reads back as written."""
    block = inert("trail-data", {"a": text})
    inside = block.removeprefix('<script id="trail-data" type="application/json">').removesuffix("</script>")

    assert not set(inside) & set("<>&\u2028\u2029")
    assert json.loads(inside) == {"a": text}


def test_the_report_forbids_every_request(built: Shell) -> None:
    """The policy comes before everything else in the page, and lets it run our scripts and ask nobody."""
    page = report.page(EMPTY)
    head = page.split("<head>", 1)[1]
    policy = re.match(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', head)

    assert policy
    assert "default-src 'none'" in policy[1]
    assert "connect-src 'none'" in policy[1]
    assert "unsafe-eval" not in policy[1]
    assert [one for one in built.script_hashes if one not in policy[1]] == []
    assert hashes(page) == built.script_hashes
