"""What the stage is given: a day of a trail, graded for every observer and scenario at once; docs/stage.md has its shape."""

from __future__ import annotations

from trailviz.views.stage.day import file_verdict, model
from trailviz.views.stage.ground import boxes, credit

__all__ = ["boxes", "credit", "file_verdict", "model"]
