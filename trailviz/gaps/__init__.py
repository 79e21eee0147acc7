"""When an observer does not know where the person was, what could be reached meanwhile, and how sure it can be all the same.

An anchor is an instant with a place that the observer has at "knows" or "knows because". Blind: a stretch with no anchor
inside. Silent: a stretch with no record at all. Nothing an observer only might know makes an anchor; a start known only
within bounds ends no gap. Stretches are `[start, end)`. `sight` is what an observer has; everything else follows from it.
"""

from __future__ import annotations

from trailviz.gaps.bits import Bits, Yardstick, mean_bits, yardstick
from trailviz.gaps.ledger import ledger, parted
from trailviz.gaps.levels import LEVELS, Levels, Stretch, Thresholds, levels
from trailviz.gaps.recurring import Recurring, recurring
from trailviz.gaps.sight import (
    Moments,
    Sight,
    classes_had,
    ends_elsewhere,
    known_spans,
    loaded,
    moments,
    sight,
    sources,
)
from trailviz.gaps.spans import clipped, measured, merged
from trailviz.gaps.stretches import SHORTEST_S, SPEEDS_MPS, Gap, find

__all__ = [
    "LEVELS",
    "SHORTEST_S",
    "SPEEDS_MPS",
    "Bits",
    "Gap",
    "Levels",
    "Moments",
    "Recurring",
    "Sight",
    "Stretch",
    "Thresholds",
    "Yardstick",
    "classes_had",
    "clipped",
    "ends_elsewhere",
    "find",
    "known_spans",
    "ledger",
    "levels",
    "loaded",
    "mean_bits",
    "measured",
    "merged",
    "moments",
    "parted",
    "recurring",
    "sight",
    "sources",
    "yardstick",
]
