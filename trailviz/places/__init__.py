"""Where a row happened, and how sure: stated points, and addresses that a gazetteer knows."""

from __future__ import annotations

from trailviz.places.gazetteer import Gazetteer, Place
from trailviz.places.locate import Located, locate

__all__ = ["Gazetteer", "Located", "Place", "locate"]
