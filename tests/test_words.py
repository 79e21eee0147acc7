"""Both languages are complete, and say the same things."""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1] / "trailviz"
FOLDER = ROOT / "words" / "zh_Hans_CN" / "LC_MESSAGES"
PLACES = re.compile(r"\{(\w+)\}")


def _said() -> set[str]:
    found = extract_from_dir(str(ROOT), method_map=[("**.py", "python")], keywords={"mark": None, "say": None})
    return {one[2] if isinstance(one[2], str) else one[2][0] for one in found} - {""}


def _catalogue() -> dict[str, str]:
    with (FOLDER / "trailviz.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def test_every_message_is_translated() -> None:
    """What the code says in English, the Chinese catalogue says too."""
    catalogue = _catalogue()

    assert {message for message in _said() if not catalogue.get(message)} == set()


def test_no_translation_is_left_over() -> None:
    """A message that nobody says any more has no place in the catalogue."""
    assert set(_catalogue()) - _said() == set()


def test_a_translation_fills_only_places_the_message_has() -> None:
    """A place in braces that the code does not fill would stop the sentence."""
    strange = {
        message for message, told in _catalogue().items() if set(PLACES.findall(told)) - set(PLACES.findall(message))
    }

    assert strange == set()


def test_the_compiled_catalogue_is_the_written_one() -> None:
    """The .mo that ships is made of the .po beside it."""
    with (FOLDER / "trailviz.po").open("rb") as file:
        catalogue = read_po(file)
    made = io.BytesIO()
    write_mo(made, catalogue)
    with (FOLDER / "trailviz.mo").open("rb") as shipped:
        assert {one.id: one.string for one in read_mo(shipped) if one.id} == {
            one.id: one.string for one in read_mo(io.BytesIO(made.getvalue())) if one.id
        }
