"""The words of the network, in English, by the key its code asks for."""

from __future__ import annotations

from trailviz.words import Words, mark

WORDS = {
    "title": mark("Who told whom: {scope}"),
    "whole": mark("the whole trail"),
    "day": mark("Day"),
    "merge": mark("What counts"),
    "see_as": mark("See as"),
    "each": mark("each on its own"),
    "alleged_too": mark("with what is alleged"),
    "presenter": mark("Presenter"),
    "language": mark("Language"),
    "picture": mark("Picture"),
    "streams": mark("Streams"),
    "table": mark("Tables"),
    "views": mark("How it is shown"),
    "graph": mark(
        "Companies and who told whom. Arrow keys move along the arrows and up and down, Enter opens, E goes to the arrows."
    ),
    "arrows": mark("Arrows between companies. Arrow keys go from one to the next, Enter opens, Escape goes back."),
    "you": mark("You"),
    "rows": mark("{n} rows"),
    "row_one": mark("1 row"),
    "wrote": mark("wrote {n}"),
    "told": mark("learnt {n}"),
    "might": mark("might {n}"),
    "asked": mark("on request {n}"),
    "said": mark("alleged {n}"),
    "g5": mark("recorded"),
    "g4": mark("learnt through another company"),
    "g3": mark("might know"),
    "g2": mark("could be told on request"),
    "g1": mark("alleged"),
    "g0": mark("no record in this trail"),
    "s5": mark("recorded"),
    "s4": mark("documented"),
    "s3": mark("might"),
    "s2": mark("duty"),
    "s1": mark("alleged"),
    "key": mark("Kinds of arrow"),
    "from_to": mark("{origin} → {to}"),
    "edge": mark("{origin} to {to}: {grade}, {rows}"),
    "node": mark("{company}: {counts}"),
    "carries": mark("Carries {facets}."),
    "recorded_by": mark("{company} wrote these rows down itself; they stand in your own files."),
    "relations": mark("On what evidence"),
    "evidence_rows": mark("Rows of your files"),
    "more_rows": mark("and {n} more"),
    "first_rows": mark("The first rows of each kind are listed; choose a day for all of its rows."),
    "row": mark("{file}, row {row}"),
    "came_from": mark("Told by"),
    "went_to": mark("Tells"),
    "wrote_down": mark("Wrote down"),
    "nothing_reaches": mark("Nothing in this trail reaches it from another company."),
    "tells_nobody": mark("As far as these relations go, it tells nobody."),
    "sources": mark("Sources"),
    "source_list": mark("{sources} · {id}"),
    "close": mark("Close"),
    "about": mark("In a sentence"),
    "summary": mark(
        "{rows} of yours were written down by {wrote}. Told on, they reach {told} companies and offices more or less surely: {learnt} learn something, {might} might."
    ),
    "summary_own": mark("{rows} of yours were written down by {wrote}. With own records only, nobody tells anybody."),
    "summary_as": mark(
        "Of {rows} it wrote {own} itself, learns of {learnt} through others and might know of {might} more; of {none} it has no record in this trail."
    ),
    "not_when": mark(
        "An arrow lights when its row was written. When a copy really moved stands in no file of yours, and no record here does not mean that nobody knows."
    ),
    "own_rows": mark("{n} more rows are your own device's or your notes: no company in these files has them."),
    "quiet": mark("They wrote, and as far as these relations go neither tell nor are told:"),
    "hidden": mark("{n} more companies are in the tables: a picture of more than {most} could not be read."),
    "choose": mark("Choose a company or an arrow to see its rows, relations and sources."),
    "play": mark("Play"),
    "pause": mark("Pause"),
    "time": mark("Up to this moment: arrow keys step from row to row"),
    "until": mark("up to {moment}"),
    "all_day": mark("whole day"),
    "all_days": mark("all days"),
    "event": mark("{moment} · {company}: {what}"),
    "played": mark("Only the first {n} rows of this day are played."),
    "undated": mark("no date"),
    "s_rows": mark("Kinds of row"),
    "s_wrote": mark("Written down by"),
    "s_has": mark("Who has a copy"),
    "s_as": mark("What {observer} has"),
    "stream_each": mark(
        "{rows} make {copies} copies: one at the company that wrote it, and one wherever it is told on, surely or perhaps. Every number adds up to the whole on both sides."
    ),
    "stream_as": mark("Every one of the {rows} ends in exactly one place. The numbers on both sides add up to {n}."),
    "stream": mark("{origin} → {to}: {n} ({grade})"),
    "t_companies": mark("Companies"),
    "t_arrows": mark("Arrows"),
    "t_streams": mark("Streams"),
    "t_company": mark("Company"),
    "t_wrote": mark("Wrote"),
    "t_learnt": mark("Learnt"),
    "t_might": mark("Might know"),
    "t_asked": mark("On request"),
    "t_alleged": mark("Alleged"),
    "t_from": mark("From"),
    "t_to": mark("To"),
    "t_grade": mark("How sure"),
    "t_rows": mark("Rows"),
    "t_what": mark("Carries"),
    "t_why": mark("Relation, dates, evidence and sources"),
    "t_kind": mark("Kind of row"),
    "none": mark("No row of {scope} stands in these files."),
    "no_rows": mark("No rows yet. Add an export, or open the sample."),
}


def on_network(words: Words) -> dict[str, str]:
    """Answer every word of the network in one language; places in braces are filled by its code."""
    return {key: words.catalogue.gettext(text) for key, text in WORDS.items()}
