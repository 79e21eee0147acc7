"""Sentences and gaps as scripts read them: the stable JSON that docs/cli.md describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailviz.events import written

if TYPE_CHECKING:
    from trailviz.gaps import Gap
    from trailviz.story import Sentence


def sentence(one: Sentence) -> dict[str, object]:
    """Write a sentence with its grade, its evidence and its relations."""
    return {
        "id": one.id,
        "at": one.at.isoformat() if one.at else None,
        "text": one.text,
        "grade": one.grade.word,
        "facets": list(one.facets),
        "time_basis": one.time_basis,
        "fact": one.fact,
        "events": list(one.events),
        "rows": [{"file": file, "row": row} for file, row in one.rows],
        "because": list(one.because),
        "party": one.party.record() if one.party else None,
        "guess": one.guess.record() if one.guess else None,
    }


def gap(one: Gap, text: str | None = None) -> dict[str, object]:
    """Write a gap with its length, the events at its ends and the area that could be reached."""
    said = {
        "observer": one.observer,
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "kind": one.kind,
        "minutes": one.minutes,
        "speed_mps": one.speed_mps,
        "before": written(one.before) if one.before is not None else None,
        "after": written(one.after) if one.after is not None else None,
        "reach_km2": round(one.area.area_km2, 3) if one.area else None,
        "contradiction": one.contradiction,
    }
    return {**said, "text": text} if text else said
