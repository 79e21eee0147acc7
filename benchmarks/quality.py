"""How right the places and guesses are, in one table: what was measured, the bar, and whether it is met.

Run: python benchmarks/quality.py [PART ...]. Each part is a file of its own (quality_PART.py) with its data, its split by person
and its bars; the labelled data of real people is read from where it lies and is not part of this project.
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

PARTS = tuple(sorted(path.stem.removeprefix("quality_") for path in Path(__file__).parent.glob("quality_*.py")))
MET = {True: "met", False: "MISSED", None: ""}


def main() -> int:
    """Print the table; 1 where a bar is missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parts", metavar="PART", nargs="*", default=PARTS, help=f"one of {', '.join(PARTS)}")
    missed = 0
    for part in asked.parse_args().parts:
        began = time.perf_counter()
        lines = import_module(f"quality_{part}").lines()
        sys.stdout.write(f"\n{part} ({time.perf_counter() - began:.0f} s)\n")
        for what, measured, bar, met in lines:
            sys.stdout.write(f"  {what:<64} {measured:<26} {bar:<22} {MET[met]}\n")
            missed += met is False
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
