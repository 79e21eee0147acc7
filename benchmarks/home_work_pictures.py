"""The reliability plot and the risk–coverage curve of home and work, as SVG (`quality_home.py --pictures` writes them)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
BINS = 10


class Guessed(Protocol):
    """What is drawn: how probable each guess was, whether it was right, and both of ten bins of as many."""

    @property
    def p(self) -> np.ndarray:
        """How probable."""

    @property
    def right(self) -> np.ndarray:
        """Whether it was."""

    def bins(self) -> Iterator[tuple[float, float, int]]:
        """Answer p on average, how many were right, n."""


def pictures(found: dict[str, Guessed], named: str) -> None:
    """Draw both, of the way of logging `named`."""
    PICTURES.joinpath("home-work-reliability.svg").write_text(_reliability(found, named), encoding="utf-8")
    PICTURES.joinpath("home-work-coverage.svg").write_text(_coverage(found, named), encoding="utf-8")


COLOURS = {"home": "#2f6fb0", "work": "#b0662f"}
SIDE, LEFT, TOP = 300, 56, 40


def _frame(title: str, across: str, up: str, body: list[str], ticks: tuple[float, float]) -> str:
    low, high = ticks
    marks = [
        f'<text x="{LEFT + SIDE * part:.0f}" y="{TOP + SIDE + 18}" text-anchor="middle">{part:g}</text>'
        for part in (0, 0.25, 0.5, 0.75, 1)
    ]
    marks += [
        f'<text x="{LEFT - 6}" y="{TOP + SIDE * (1 - part) + 4:.0f}" text-anchor="end">{low + (high - low) * part:g}</text>'
        for part in (0, 0.5, 1)
    ]
    key = [
        f'<circle cx="{LEFT + 10 + 70 * at}" cy="{TOP - 10}" r="4" fill="{colour}"/><text x="{LEFT + 18 + 70 * at}" y="{TOP - 6}">{what}</text>'
        for at, (what, colour) in enumerate(COLOURS.items())
    ]
    width, height = LEFT + SIDE + 30, TOP + SIDE + 46
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" font-size="11">',
            f"<title>{title}</title>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="{LEFT}" y="16" font-size="13">{title}</text>',
            f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>',
            *marks,
            *key,
            f'<text x="{LEFT + SIDE / 2}" y="{height - 8}" text-anchor="middle">{across}</text>',
            f'<text x="14" y="{TOP + SIDE / 2}" text-anchor="middle" transform="rotate(-90 14 {TOP + SIDE / 2})">{up}</text>',
            *body,
            "</svg>\n",
        ]
    )


def _reliability(found: dict[str, Guessed], named: str) -> str:
    body = [f'<path d="M{LEFT} {TOP + SIDE}L{LEFT + SIDE} {TOP}" stroke="#bbb" stroke-dasharray="4 4"/>']
    for what, figures in found.items():
        for p, right, n in figures.bins():
            x, y = LEFT + SIDE * p, TOP + SIDE * (1 - right)
            body.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[what]}" fill-opacity=".8"><title>{what}: said {p:.2f}, '
                f"right {right:.2f}, n {n}</title></circle>"
            )
    sizes = ", ".join(f"{what} {len(figures.p)} guesses in {BINS} bins" for what, figures in found.items())
    return _frame(f"Said and so ({named})", f"probability said; {sizes}", "share that was right", body, (0, 1))


def _coverage(found: dict[str, Guessed], named: str) -> str:
    body = []
    for what, figures in found.items():
        order = np.argsort(-figures.p, kind="stable")
        wrong = np.cumsum(1 - figures.right[order]) / np.arange(1, len(order) + 1)
        part = np.arange(1, len(order) + 1) / len(order)
        line = " ".join(
            f"{LEFT + SIDE * x:.1f},{TOP + SIDE * (1 - min(y / 0.5, 1)):.1f}" for x, y in zip(part, wrong, strict=True)
        )
        body.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[what]}" stroke-width="1.5"/>')
        for least in (0.5, 0.8):
            told_ = int((figures.p >= least).sum())
            if told_:
                x, y = LEFT + SIDE * part[told_ - 1], TOP + SIDE * (1 - min(wrong[told_ - 1] / 0.5, 1))
                body.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[what]}"><title>{what}: p of {least} or more</title></circle>'
                )
    return _frame(
        f"Who is told something ({named})",
        "share of people, surest first; dots: p ≥ .8, p ≥ .5",
        "share told something wrong",
        body,
        (0, 0.5),
    )
