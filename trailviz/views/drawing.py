"""Companies drawn as a graph on a day: who tells whom, on what evidence. One SVG file, offline, and a text twin.

Columns run from those who write things down to those who may ask; a line is never crossed by a name, because names stand
in boxes of their own over the lines. The ink never rests on colour alone. Every text is escaped: a collector's name may
come from a person's file.
"""

from __future__ import annotations

import html
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trailviz import knowledge
from trailviz.registry import HOLDING, SELF
from trailviz.story.because import dated, phrase
from trailviz.views.layers import BOX, TALL, laid_out
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from trailviz.registry import Registry, Relation
    from trailviz.trail import Trail
    from trailviz.views.layers import Curve

MOST = 40
REACHED = "state"
LINE, MARGIN, HEAD, NARROWEST = 17, 30, 84, 900
# From U+2E80 on (Chinese, Japanese, Korean) a letter is as wide as two.
LONGEST, WIDE, LETTER = 26, 0x2E80, 6.3
STRENGTH = ("documented_flow", "own_export", "permitted_by_policy", "duty", "only_ownership", "alleged")
INKS = {
    "documented_flow": ("#123f66", "2.4", "", mark("documented")),
    "own_export": ("#0b6b3a", "2.4", "", mark("proven by your own files")),
    "permitted_by_policy": ("#2f6fa8", "1.8", "8 5", mark("permitted by its policy")),
    "duty": ("#7a4b00", "1.8", "12 4 2 4", mark("the state may ask")),
    "only_ownership": ("#5c6670", "1.6", "2 5", mark("ownership only: no flow of data is documented")),
    "alleged": ("#a3213f", "1.8", "1 7", mark("alleged, not proven")),
}
SVG = "role=\"img\" font-family=\"system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif\""
TITLE = mark("{company}: who tells whom")
WHOLE = mark("The companies of this trail: who tells whom")


@dataclass(frozen=True, slots=True)
class Tie:
    """All relations between two companies, in one line: from whom to whom, or both ways, or no way at all."""

    origin: str
    to: str
    ways: str
    ink: str
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: names by id, the column of each, the lines, and how many companies found no room."""

    title: str
    day: date
    names: Mapping[str, str]
    columns: Mapping[str, int]
    ties: tuple[Tie, ...]
    left_out: int


def of_company(registry: Registry, company_id: str, day: date, words: Words) -> Picture:
    """Gather the relations of a company on a day: who tells it on its left, whom it tells on its right."""
    ties = _ties(registry, registry.about(company_id, day), {company_id})
    columns = {company_id: 1}
    for one in ties:
        other = one.to if one.origin == company_id else one.origin
        tells = one.ways == "both" or (one.ways == "to" and one.origin == company_id)
        owned = one.ways == "none" and one.origin == company_id
        columns.setdefault(other, 2 if tells or owned else 0)
    title = words.say(TITLE, company=registry.company(company_id).name(words.lang))
    return _picture(registry, title, day, columns, ties, words, keep=(company_id,))


def of_trail(trail: Trail, day: date, words: Words) -> Picture:
    """Gather the relations on a day among those who wrote a trail and those it can reach.

    Columns: who wrote it; whom they tell; whom those tell; the state.
    """
    registry = trail.known.registry  # with what the trail's own files prove
    first = [one for one in dict.fromkeys(deed.collector for deed in trail.known.deeds) if one != SELF]
    regions = knowledge.regions(trail.known)
    reached = {
        one
        for one in trail.known.reached(REACHED, asked=True)
        # Only the state of the trail's own region, or Uber would carry a Shanghai ride to New York (0001).
        if one not in registry.state or registry.company(one).region in regions
    }
    ties = _ties(registry, registry.in_force(day), {*first, *reached})
    told = {end for tie in ties if {tie.origin, tie.to} & set(first) for end in (tie.origin, tie.to)}
    columns = {}
    for one in sorted({end for tie in ties for end in (tie.origin, tie.to)} | set(first)):
        columns[one] = 0 if one in first else 3 if one in registry.state else 1 if one in told else 2
    return _picture(registry, words.say(WHOLE), day, columns, ties, words, keep=first)


def svg(picture: Picture, registry: Registry, words: Words) -> str:
    """Draw a picture as one SVG document: no script, no link, no font of its own, every relation listed below."""
    layout = laid_out(picture.columns, [(tie.origin, tie.to) for tie in picture.ties], MARGIN, HEAD)
    width = max(layout.width, NARROWEST)
    drawn = zip(picture.ties, layout.curves, strict=True)
    lines = [_line(tie, number, curve, picture, registry, words) for number, (tie, curve) in enumerate(drawn, 1)]
    boxes = [_box(one, picture.names[one], layout.boxes[one], registry) for one in picture.columns]
    # Beside the picture, not in a file of its own: it is printed and passed on alone.
    legend, below = _legend(picture, layout.height + LINE * 2, words)
    listed, bottom = _listing(picture, registry, words, below, width)
    under = words.say("Relations in force on {date}; each has its source.", date=words.day(picture.day))
    if picture.left_out:
        under += " " + words.say("{count} companies with the fewest lines are not drawn.", count=picture.left_out)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom}" {SVG}>',
            f"<title>{_safe(picture.title)}</title>",
            f"<desc>{_safe(under)}</desc>",
            f'<rect width="{width}" height="{bottom}" fill="#ffffff"/>',
            f'<text x="{MARGIN}" y="34" font-size="22" font-weight="600" fill="#14212b">{_safe(picture.title)}</text>',
            f'<text x="{MARGIN}" y="56" font-size="13" fill="#44515c">{_safe(under)}</text>',
            *lines, *boxes, *legend, *listed, "</svg>", "",
        ]
    )  # fmt: skip


def plain(picture: Picture, words: Words) -> str:
    """Draw a picture in text: one line a tie, the strongest evidence first."""
    arrows = {
        "documented_flow": "──",
        "own_export": "══",
        "permitted_by_policy": "╌╌",
        "duty": "╌·",
        "only_ownership": "··",
    }
    lines = [picture.title, words.day(picture.day), ""]
    width = max((_columns_of(picture.names[one.origin]) for one in picture.ties), default=0)
    for one in picture.ties:
        ink = arrows.get(one.ink, "??")
        head, tail = {"to": ("─", "▶"), "both": ("◀", "▶"), "none": ("─", "─")}[one.ways]
        name = picture.names[one.origin]
        rows = ", ".join(dict.fromkeys(relation.row_id for relation in one.relations))
        lines.append(
            f"{name}{' ' * (width - _columns_of(name))} {head}{ink}{ink}{tail} {picture.names[one.to]}"
            f"   {words.say(INKS[one.ink][3])}  [{rows}]"
        )
    if not picture.ties:
        lines.append(words.say("No relation was in force that day."))
    if picture.left_out:
        lines.append(words.say("{count} companies with the fewest lines are not drawn.", count=picture.left_out))
    return "\n".join(lines)


def _ties(registry: Registry, relations: Iterable[Relation], inside: set[str]) -> list[Tie]:
    """Join relations into one line a pair; a class stands for those of its members that are drawn."""
    pairs: defaultdict[tuple[str, str], list[tuple[str, str, str, Relation]]] = defaultdict(list)
    alone = len(inside) == 1
    for one in relations:
        # A limit or a context row is words beside the picture, never a line in it.
        if one.use not in {"edge", "duty"}:
            continue
        # Where the direction is none or unknown neither end is told, and still the two are related.
        flows = one.from_id is not None and one.to_id is not None
        ends = (one.from_id, one.to_id) if flows else (one.subject, one.object)
        for origin in _drawn(registry, str(ends[0]), inside):
            for to in _drawn(registry, str(ends[1]), inside):
                # Of one company only its own lines: what its neighbours tell each other was not asked.
                both_in = origin in inside and to in inside
                if origin != to and (both_in or (alone and {origin, to} & inside)):
                    first, second = sorted((origin, to))
                    pairs[first, second].append((origin, to, _ink(one), one))
    return sorted(
        (_tie(found) for found in pairs.values()), key=lambda tie: (STRENGTH.index(tie.ink), tie.origin, tie.to)
    )


def _tie(found: Sequence[tuple[str, str, str, Relation]]) -> Tie:
    # One line has one ink: the weaker relations behind it stand in the list below.
    strongest = min((ink for _, _, ink, _ in found), key=STRENGTH.index)
    flowing = {(origin, to) for origin, to, _, one in found if one.from_id is not None}
    origin, to = min(flowing) if flowing else found[0][:2]
    # No arrowhead for what only owns: owning is not receiving data.
    ways = "both" if len(flowing) > 1 else "to" if flowing else "none"
    return Tie(origin, to, ways, strongest, tuple(dict.fromkeys(one for *_, one in found)))


def _drawn(registry: Registry, company_id: str, inside: set[str]) -> tuple[str, ...]:
    members = tuple(one for one in registry.company(company_id).members if one in inside)
    return members or (company_id,)


def _ink(one: Relation) -> str:
    # A documented duty is an ordinary documented link (docs/how-it-knows.md); one on request could be asked.
    if one.use == "duty" and one.evidence != "documented_flow":
        return "duty"
    # what an owner merely holds names no flow, whatever document shows that it owns
    return "only_ownership" if one.relation in HOLDING and not one.flows else one.evidence


def _picture(
    registry: Registry,
    title: str,
    day: date,
    columns: Mapping[str, int],
    ties: Sequence[Tie],
    words: Words,
    *,
    keep: Sequence[str],
) -> Picture:
    """Keep the companies with the most lines, those asked for first."""
    weight: defaultdict[str, int] = defaultdict(int)
    for one in ties:
        weight[one.origin] += 1
        weight[one.to] += 1
    ordered = sorted(columns, key=lambda one: (one not in keep, -weight[one], one))
    kept = ordered[:MOST]
    drawn = tuple(one for one in ties if one.origin in kept and one.to in kept)
    names = {one: registry.company(one).name(words.lang) for one in kept}
    return Picture(title, day, names, {one: columns[one] for one in sorted(kept)}, drawn, len(columns) - len(kept))


def _line(tie: Tie, number: int, curve: Curve, picture: Picture, registry: Registry, words: Words) -> str:
    """Draw a tie as a curve between two boxes, with its arrowheads, its number and its relations as a tooltip."""
    colour, wide, dashes, _ = INKS[tie.ink]
    told = "\n".join(_told(tie, registry, words, picture.day))
    heads = []
    if tie.ways in {"to", "both"}:
        heads.append(_head(curve.end, curve.end_from, colour))
    if tie.ways == "both":
        heads.append(_head(curve.start, curve.start_from, colour))
    x, y = curve.number
    return (
        f'<g><title>{_safe(told)}</title><path d="{curve.path}" fill="none" stroke="{colour}" stroke-width="{wide}" '
        f'stroke-dasharray="{dashes or "none"}"/>{"".join(heads)}'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" fill="#ffffff" stroke="{colour}"/>'
        f'<text x="{x:.0f}" y="{y + 3.5:.0f}" font-size="10" text-anchor="middle" fill="#14212b">{number}</text></g>'
    )


def _head(point: tuple[float, float], side: float, colour: str) -> str:
    """Draw an arrowhead that touches a box from its right (side above 0) or its left."""
    return f'<path d="M{point[0]:.0f} {point[1]:.1f}l{9 if side > 0 else -9} -4.5v9z" fill="{colour}"/>'


def _box(company_id: str, name: str, place: tuple[float, float], registry: Registry) -> str:
    kind = registry.company(company_id).kind
    fill, edge = {"state": ("#fff4df", "#7a4b00"), "class": ("#f1f3f5", "#5c6670")}.get(kind, ("#eaf3fb", "#123f66"))
    x, y = place
    parts = _folded(name, LONGEST, 2)
    first = y + TALL / 2 + 5 - (len(parts) - 1) * LINE / 2
    texts = "".join(
        f'<text x="{x + BOX / 2:.0f}" y="{first + row * LINE:.0f}" font-size="14" text-anchor="middle" fill="#14212b">{_safe(part)}</text>'
        for row, part in enumerate(parts)
    )
    dashes = ' stroke-dasharray="4 3"' if kind == "class" else ""
    return (
        f'<g><title>{_safe(name)}</title><rect x="{x:.0f}" y="{y:.0f}" width="{BOX}" height="{TALL}" '
        f'rx="7" fill="{fill}" stroke="{edge}"{dashes}/>{texts}</g>'
    )


def _legend(picture: Picture, top: int, words: Words) -> tuple[list[str], int]:
    """Say what each ink means; only those that occur."""
    drawn = []
    used = [ink for ink in STRENGTH if any(tie.ink == ink for tie in picture.ties)]
    for row, ink in enumerate(used):
        colour, wide, dashes, meaning = INKS[ink]
        y = top + row * 22
        drawn.append(
            f'<path d="M{MARGIN} {y}h56" stroke="{colour}" stroke-width="{wide}" stroke-dasharray="{dashes or "none"}"/>'
            f'<text x="{MARGIN + 68}" y="{y + 5}" font-size="13" fill="#14212b">{_safe(words.say(meaning))}</text>'
        )
    return drawn, top + len(used) * 22 + 12


def _listing(picture: Picture, registry: Registry, words: Words, top: int, width: int) -> tuple[list[str], int]:
    """List every tie by its number, so that a printed page loses nothing."""
    drawn, y = [], top + 8
    for number, tie in enumerate(picture.ties, 1):
        for row, told in enumerate(_told(tie, registry, words, picture.day)):
            for fold, line in enumerate(_folded(told, round((width - 2 * MARGIN) / LETTER) - 4)):
                start = f"{number}." if not row and not fold else ""
                drawn.append(
                    f'<text x="{MARGIN + 24}" y="{y}" font-size="12" fill="#2a3843">{_safe(line)}</text>'
                    + (f'<text x="{MARGIN}" y="{y}" font-size="12" fill="#2a3843">{start}</text>' if start else "")
                )
                y += LINE
    return drawn, y + MARGIN


def _told(tie: Tie, registry: Registry, words: Words, day: date) -> list[str]:
    seen: dict[str, str] = {}
    for one in tie.relations:
        seen.setdefault(one.row_id, f"{phrase(one, registry, words)} ({dated(one, words, day)}) [{one.row_id}]")
    return list(seen.values())


def _folded(text: str, longest: int, most: int | None = None) -> list[str]:
    """Fold a text into lines of so many columns, at spaces where it has some; what finds no room in `most` lines is cut."""
    lines = []
    while text:
        if _columns_of(text) <= longest:
            lines.append(text)
            break
        fits = next(at for at in range(len(text), 0, -1) if _columns_of(text[:at]) <= longest)
        cut = max(text.rfind(" ", 1, fits + 1), text.rfind("-", 1, fits) + 1)
        # A space far to the left would leave half a line empty, and Chinese has none.
        cut = cut if cut > fits // 2 else fits
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: longest - 2] + "…"]
    return lines


def _columns_of(text: str) -> int:
    return sum(2 if ord(sign) >= WIDE else 1 for sign in text)


def _safe(text: str) -> str:
    """Escape a text for SVG; a sign XML knows no place for becomes a question mark."""
    told = "".join(
        sign if sign in "\t\n" or (sign >= " " and not "\ud800" <= sign <= "\udfff") else "?" for sign in text
    )
    return html.escape(told.replace("\ufffe", "?").replace("\uffff", "?"))
