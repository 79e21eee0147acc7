"""What is wrong with a file as a whole, as a code that `verdict` turns into a sentence."""

from __future__ import annotations


class BrokenFileError(Exception):
    """The file stops making sense: the code says how, and never what it holds."""

    def __init__(self, code: str) -> None:
        """Keep the code alone: a foreign message may repeat a cell."""
        super().__init__(code)
        self.code = code
