// The day in sentences: what the observer has, in order of time, with the gaps where they fall.
function makeSentences(model, inks, words) {
  const box = el("section", "tv-story");
  box.tabIndex = 0;
  box.setAttribute("aria-label", words.story);
  const out = { box, onEvent: null, onGap: null, onRelation: null, onLasting: null };
  const INK = { 5: "recorded", 4: "learnt", 3: "might", 2: "asked", 1: "alleged" };

  // Split a template at its places, so that the grade's own words can be inked.
  function sentence(template, observer, claim, grade) {
    const line = el("p", "tv-claim");
    for (const part of template.split(/(\{\w+\})/)) {
      if (part === "{observer}") line.append(el("span", "tv-who", observer));
      else if (part === "{claim}") line.append(el("mark", "", claim));
      else if (part.trim().length < 2) line.append(document.createTextNode(part));
      else line.append(el("b", `tv-grade tv-${INK[grade] || "none"}`, part));
    }
    return line;
  }

  function card(told) {
    const item = el("li", `tv-card tv-is-${INK[told.grade]}`);
    item.dataset.event = String(told.event);
    const observer = model.observer();
    item.append(sentence(observer.templates[model.data.grades[told.grade]], observer.name, told.text, told.grade));
    if (told.lost) {
      item.classList.add("tv-struck");
      item.append(el("p", "tv-note tv-lost", fill(words.not_possible, { company: told.lost })));
    }
    if (told.path.length && !told.lost) {
      const why = el("p", "tv-why");
      why.append(el("span", "", `${words.because} `));
      told.path.forEach((relation, i) => {
        const link = el("button", "tv-relation", relation.text);
        link.type = "button"; link.title = relation.dates;
        // Else the card behind would take the click, and move the playhead.
        link.addEventListener("click", (event) => { event.stopPropagation(); out.onRelation(relation, link); });
        if (i) why.append(el("span", "", " + "));
        why.append(link);
      });
      item.append(why);
    }
    const row = model.data.events;
    const chip = el("button", "tv-chip-row");
    chip.type = "button";
    const more = told.claim.more ? ` +${told.claim.more}` : "";
    chip.append(markIcon(inks, row.co[told.event], GRADE.KNOWS, false), el("span", "", fill(words.row, { file: row.file[told.event], row: row.row[told.event] }) + more));
    chip.addEventListener("click", () => out.onEvent(told.event));
    item.append(chip);
    if (told.guess) item.append(guessed(told.guess));
    if (told.lower) item.append(el("p", "tv-note", `${fill(words.author, { word: told.claim.her })} ${told.lower}`));
    item.addEventListener("click", () => out.onEvent(told.event));
    return item;
  }

  // A guess stands under its sentence and leads to the rows it rests on; a row of another day is named only.
  function guessed(guess) {
    const box = el("div", "tv-guess");
    box.append(el("p", "tv-guessed", guess.text));
    const rests = el("p", "tv-rests");
    rests.append(el("span", "", `${words.rests_on} `));
    for (const one of guess.rests) {
      const chip = el(one.e === null ? "span" : "button", "tv-chip-row", fill(words.row, one));
      if (one.e !== null) {
        chip.type = "button";
        chip.addEventListener("click", (event) => { event.stopPropagation(); out.onEvent(one.e); });
      }
      rests.append(chip);
    }
    box.append(rests);
    return box;
  }

  function gapCard(gap) {
    const item = el("li", `tv-card tv-gap tv-gap-${gap.kind}`);
    item.append(el("p", "tv-length", gap.length), el("p", "tv-claim", gap.text));
    if (gap.kind === "blind" && gap.a && gap.b) {
      const reach = el("p", "tv-reach");
      reach.append(el("span", "", `${words.reach}: `));
      for (const mode of ["walk", "bike", "car", "metro"]) {
        const choice = el("button", "tv-mode", words[mode]);
        choice.type = "button";
        choice.setAttribute("aria-pressed", String((model.state.reachMode || (gap.mode === "taxi" ? "car" : gap.mode)) === mode));
        choice.addEventListener("click", (event) => { event.stopPropagation(); out.onGap(gap, mode); });
        reach.append(choice);
      }
      item.append(reach);
    }
    item.addEventListener("click", () => out.onGap(gap, null));
    return item;
  }

  function figures() {
    const list = model.figures();
    if (!list.length || model.state.off.size) return null;
    const item = el("li", "tv-card tv-figures");
    item.append(el("p", "tv-head", words.three_ways));
    const table = el("dl", "");
    for (const one of list) {
      const row = el("div", "");
      row.append(el("dt", "", one.length), el("dd", "", `${one.start}–${one.end} · ${one.label}`));
      table.append(row);
    }
    item.append(table);
    const passage = model.data.passage;
    if (passage) item.append(el("p", "tv-note", fill(words.quoted, { quote: passage.quote, author: passage.author, published: passage.published })));
    return item;
  }

  // What holds on more days than this one, after the day itself.
  function lasting() {
    const found = model.lasting();
    if (found && !found.length) return;
    const list = el("ol", "tv-cards");
    for (const one of found || []) {
      const item = el("li", "tv-card tv-lasting");
      const open = el("button", "tv-chip-row", words.opens);
      open.type = "button";
      item.append(el("p", "tv-claim", one.text), open);
      item.addEventListener("click", () => out.onLasting(one, open));
      list.append(item);
    }
    if (!found) list.append(el("li", "tv-card tv-note", words.not_again));
    box.append(el("h2", "", words.lasting), list);
  }

  out.draw = function draw() {
    box.replaceChildren();
    const data = model.data;
    if (data.empty) { box.append(el("p", "tv-empty", words.no_rows)); return; }
    const told = model.sentences();
    const gaps = model.told();
    const list = el("ol", "tv-cards");
    // A second later: a gap stands behind the record it begins with.
    const entries = [...told.map((one) => ({ at: one.at === null ? Infinity : one.at, node: () => card(one) })), ...gaps.map((gap) => ({ at: gap.t0 + 1, node: () => gapCard(gap) }))];
    entries.sort((p, q) => p.at - q.at).forEach((one) => list.append(one.node()));
    if (!told.length) box.append(el("p", "tv-empty", fill(words.nothing, { observer: model.observer().name })));
    const measured = figures();
    if (measured) list.append(measured);
    if (model.state.off.size) {
      const off = model.data.companies.filter((one) => model.state.off.has(one.id)).map((one) => one.name);
      list.append(el("li", "tv-card tv-note tv-without", fill(words.gaps_without, { companies: off.join(words.comma) })));
    }
    box.append(list);
    lasting();
    const absent = model.absent();
    if (absent.length) {
      box.append(el("h2", "", words.unseen));
      const more = el("ol", "tv-cards");
      for (const claim of absent) {
        const item = el("li", "tv-card");
        const observer = model.observer();
        item.append(sentence(observer.templates.does_not_know, observer.name, claim.texts[0], 0));
        item.append(el("p", "tv-note", `${fill(words.author, { word: claim.her })} ${Object.values(claim.lower)[0]}`));
        more.append(item);
      }
      box.append(more);
    }
    // Whoever has the files has told the positions and stays already; what one remembers makes no sentence.
    const claimed = new Set(data.claims.map((claim) => claim.e));
    const own = data.events.id.map((_, i) => i).filter((i) => model.isNote(i) || (model.isSelf(i) && data.events.kind[i] !== "fix" && !claimed.has(i)));
    const remembered = own.filter((i) => data.events.kind[i] !== "fix");
    if (own.length) {
      const more = el("ol", "tv-cards tv-own");
      for (const i of remembered) {
        const item = el("li", "tv-card");
        const line = el("p", "tv-claim");
        line.append(markIcon(inks, data.events.co[i], 0, true), el("span", "", data.events.label[i]));
        item.append(line);
        item.addEventListener("click", () => out.onEvent(i));
        item.dataset.event = String(i);
        more.append(item);
      }
      if (own.length > remembered.length) more.append(el("li", "tv-card tv-note", fill(words.own_fixes, { n: own.length - remembered.length })));
      box.append(el("h2", "", remembered.some((i) => data.events.kind[i] === "note") ? words.told : words.own), more);
    }
    out.light(model.state.selected, false);
  };
  out.light = function light(event, scroll) {
    let first = null;
    for (const item of box.querySelectorAll(".tv-card")) {
      const on = event !== null && item.dataset.event === String(event);
      item.classList.toggle("tv-on", on);
      if (on && !first) first = item;
    }
    if (first && scroll) first.scrollIntoView({ block: "nearest", behavior: "auto" });
  };
  return out;
}
