"""The words on the stage, in English, by the key the stage's code asks for."""

from __future__ import annotations

from trailviz.words import Words, mark

WORDS = {
    "see_as": mark("See as"),
    "merge": mark("What counts"),
    "day": mark("Day"),
    "alleged": mark("with what is alleged"),
    "requests": mark("{n} requests left this computer"),
    "request": mark("1 request left this computer"),
    "blocked": mark("{n} blocked"),
    "day_before": mark("The day before"),
    "day_after": mark("The day after"),
    "presenter": mark("Presenter"),
    "play": mark("Play"),
    "pause": mark("Pause"),
    "speed": mark("Speed"),
    "slow": mark("5 min a second"),
    "middle": mark("10 min a second"),
    "fast": mark("30 min a second"),
    "whole_day": mark("Whole day"),
    "afternoon": mark("Fit"),
    "zoom_in": mark("Zoom in"),
    "zoom_out": mark("Zoom out"),
    "switch": mark("Companies"),
    "map": mark("Map"),
    "key": mark("Key to the map"),
    "timeline": mark("Timeline: arrow keys step from record to record, with Shift from day to day, space plays"),
    "story": mark("In sentences"),
    "recorded": mark("recorded"),
    "learnt": mark("learnt through another company"),
    "might": mark("might know"),
    "guessed": mark("guessed"),
    "lasts": mark("home or work, guessed"),
    "lasting": mark("Guessed from every day of this trail"),
    "opens": mark("What it rests on"),
    "not_again": mark("With these companies off, home and work are not guessed again here."),
    "or_else": mark("or else: {other}"),
    "wrong_if": mark("wrong if: {reason}"),
    "more": mark("and {n} more rows"),
    "rests_on": mark("It rests on"),
    "own": mark("your own records, which nobody here has"),
    "own_fixes": mark("Positions of your own device: {n}. No company in these files has them."),
    "told": mark("you remember, nobody has it"),
    "no_record": mark("no place: where you could be"),
    "silent": mark("no record at all"),
    "not_loaded": mark("no file covers it"),
    "illustrative": mark("illustrative"),
    "because": mark("because"),
    "row": mark("{file}, row {row}"),
    "rows": mark("{file}, rows {rows}"),
    "not_possible": mark("not possible without {company}"),
    "author": mark("The author says “{word}”."),
    "unseen": mark("Her account says more than this trail shows"),
    "cannot_see": mark("does not know where you were"),
    "gap_go_on": mark("Space goes on"),
    "nothing": mark("No record of this day names anything {observer} could know."),
    "no_rows": mark("No rows yet. Add an export, or open the sample."),
    "no_place": mark("These records name no place, so the map stays empty. The lanes below show when they happened."),
    "walk": mark("on foot"),
    "bike": mark("by bike"),
    "car": mark("by car"),
    "metro": mark("by metro"),
    "reach": mark("Reach"),
    "everywhere": mark("Everywhere here could be reached"),
    "gaps_without": mark("Gaps are measured without {companies}."),
    "comma": mark(", "),
    "sources": mark("sources"),
    "close": mark("Close"),
    "three_ways": mark("The gap, measured three ways"),
    "quoted": mark("“{quote}”: {author}, {published}"),
    "language": mark("Language"),
    "min": mark("{minutes} min"),
    "h": mark("{hours} h"),
    "h_min": mark("{hours} h {minutes} min"),
}
SCENARIOS = {
    "own": (mark("own records"), mark("only what it wrote down itself")),
    "documented": (mark("documented"), mark("and what a source shows was passed on")),
    "permitted": (mark("permitted"), mark("and what a policy allows")),
    "ownership": (mark("one super-app"), mark("and what owners and owned could share")),
    "state": (mark("the state may ask"), mark("and what a legal duty reaches")),
}
# One observer, or several: "Alipay knows", "Alipay and Didi know".
TEMPLATES = {
    "knows": (mark("{observer} knows {claim}."), mark("{observer} know {claim}.")),
    # The same words: what makes it "because" stands under the sentence, with its relation.
    "knows_because": (mark("{observer} knows {claim}."), mark("{observer} know {claim}.")),
    "might_know": (mark("{observer} might know {claim}."), mark("{observer} might know {claim}.")),
    "could_be_asked": (
        mark("{observer} could be told on request {claim}."),
        mark("{observer} could be told on request {claim}."),
    ),
    "alleged": (
        mark("It is alleged that {observer} was told {claim}."),
        mark("It is alleged that {observer} were told {claim}."),
    ),
    "does_not_know": (
        mark("No record in this trail tells {observer} {claim}."),
        mark("No record in this trail tells {observer} {claim}."),
    ),
}


def on_stage(words: Words) -> dict[str, str]:
    """Answer every word of the stage in one language; places in braces are filled by the stage."""
    return {key: words.catalogue.gettext(text) for key, text in WORDS.items()}
