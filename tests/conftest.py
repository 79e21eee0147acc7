"""The afternoon, followed once for all tests that only look at it."""

from __future__ import annotations

import pytest

from trailviz import atlas
from trailviz.trail import Trail, follow


@pytest.fixture(scope="session")
def afternoon() -> Trail:
    """The sample afternoon of 26 August 2017."""
    return follow([atlas.sample()])
