"""What in a trail cannot be, or hardly can: leaps, two phones in one, places at nought, swapped or shifted, clocks without a zone.

Doubts are findings. No event is changed, left out or moved because of one: what it means only the person knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailviz.doubts.datums import shifted
from trailviz.doubts.doubt import Doubt
from trailviz.doubts.moves import apart, leaps
from trailviz.doubts.points import ages_off, assumed, backwards, impossible, nowhere, swapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailviz.events import Events
    from trailviz.places import Located

__all__ = ["Doubt", "find"]


def find(events: Events, located: Located, unreadable: Iterable[tuple[str, str]] = ()) -> tuple[Doubt, ...]:
    """Find what to doubt in a trail, file by file.

    Args:
        events: The trail.
        located: Where each event was.
        unreadable: The file of each cell that could not be read, and what was expected there.
    """
    return (
        *leaps(events, located),
        *apart(events, located),
        *nowhere(events),
        *swapped(events),
        *impossible(unreadable),
        *shifted(events),
        *backwards(events),
        *ages_off(events),
        *assumed(events),
    )
