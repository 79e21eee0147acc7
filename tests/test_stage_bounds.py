"""A day with more events than a stage holds is drawn as far as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailviz.views import stage
from trailviz.views.stage.happened import MOST_EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailviz.trail import Trail


def test_a_day_of_more_events_than_fit_is_drawn_as_far_as_it_goes(
    trail_of: Callable[..., Trail], noon_fix: dict[str, Any]
) -> None:
    """The first 60,000 of a day; of a payment beyond them nothing is claimed, and the page does not fail."""
    late = {
        "collector": "alipay",
        "zone": "UTC",
        "precision_s": 1,
        "start": noon_fix["start"].replace(hour=13),
        "amount": 12,
    }
    trail = trail_of([*([noon_fix] * MOST_EVENTS), late])

    model = stage.model(trail)

    assert len(model["events"]["id"]) == MOST_EVENTS
    assert all(claim["e"] < MOST_EVENTS for claim in model["claims"])
