"""The sentences of a day, worded once for every set of facets that some observer has at one grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailviz import story
from trailviz.events import FACET_BIT
from trailviz.knowledge import SCENARIOS
from trailviz.story import groups

if TYPE_CHECKING:
    from trailviz.registry import Observer
    from trailviz.story import Claim
    from trailviz.story.clauses import Speaker
    from trailviz.trail import Trail


def claimed(
    speaker: Speaker,
    claim: Claim,
    positions: dict[int, int],
    observers: tuple[Observer, ...],
    seen: dict[tuple[int, tuple[str, ...]], set[tuple[str, ...]]],
) -> dict[str, Any]:
    """Word a claim for every set of facets that any observer has at one grade in any scenario; `seen` keeps those sets."""
    trail = speaker.trail
    notes = {one["id"]: one for one in trail.sample.get("fact", ())}
    note = notes.get(claim.fact or "", {})
    lang = speaker.words.lang
    told: dict[str, str] = {}
    if claim.kind == "absent":
        told["0"] = story.missing(speaker, claim)
    else:
        key = (int(trail.known.class_of[claim.position]), claim.facets)
        if key not in seen:
            # Claims of one class have the same sets; asking every observer again would be most of the work.
            seen[key] = _sets(trail, claim, observers)
        last = story.instant(trail, claim.positions[-1]) if claim.positions else None
        # A set has no order, and the page should be the same twice.
        for facets in sorted(seen[key]):
            text = speaker.clause(
                claim.position, claim.kind, frozenset(facets), count=len(claim.positions) or 1, last=last
            )
            told[str(sum(FACET_BIT[name] for name in facets))] = text
    return {
        "e": positions[claim.position],
        "kind": claim.kind,
        "mask": sum(FACET_BIT[name] for name in claim.facets),
        "fact": claim.fact,
        "texts": told,
        "more": len(story.rests_on(trail, claim)) - 1,
        # The author's words stay with her rows (0006): on another trail there is no note.
        "her": note.get("her_word", ""),
        "lower": {
            name: text.get(lang) or text["en"]
            for name, text in note.get("lower", {}).items()
            if name in {*claim.facets, *claim.absent}
        },
    }


def _sets(trail: Trail, claim: Claim, observers: tuple[Observer, ...]) -> set[tuple[str, ...]]:
    """List the sets of a claim's facets that some observer has at one grade in some scenario."""
    return {
        facets
        for one in observers
        for scenario in SCENARIOS
        # With the switch for what is alleged, facets group otherwise.
        for alleged in (False, True)
        for _, facets in groups(trail, claim, trail.known.grades(one, scenario, alleged=alleged))
    }
