// What an arrow or a company rests on: rows of the person's files, relations, dates, sources. Text only, never markup.
const MOST_ROWS = 60;

function makePanel(net, host) {
  const { data } = net;
  const { words } = data;
  const box = el("section", "tn-panel");
  box.setAttribute("aria-live", "off");
  const out = { box };
  const ink = (grade, short) => el("span", `tn-ink tn-ink-${grade}`, words[`${short ? "s" : "g"}${grade}`]);

  function head(text, closes) {
    const line = el("div", "tn-panel-head");
    box.classList.toggle("tn-open-panel", closes);
    const title = el("h2", "", text);
    title.tabIndex = -1;
    line.append(title);
    if (closes) { const close = el("button", "tn-close", words.close); close.type = "button"; close.addEventListener("click", host.onClose); line.append(close); }
    box.replaceChildren(line);
    return title;
  }
  function rows(classes, total) {
    const listed = net.listed(classes, null, MOST_ROWS);
    box.append(el("h3", "", `${words.evidence_rows} (${net.number(total)})`));
    const list = el("ul", "tn-rows");
    for (const one of listed) {
      const item = el("li", "");
      const when = one.t !== undefined ? net.clock(one.t) : one.period >= 0 ? data.periods[one.period].label : words.undated;
      item.append(el("span", "tn-when", when), el("span", "", one.label ? `${one.label} ` : ""), el("span", "tn-file", fill(words.row, one)));
      list.append(item);
    }
    box.append(list);
    if (total > listed.length) box.append(el("p", "tn-small", fill(words.more_rows, { n: net.number(total - listed.length) })));
    if (data.day && net.state.scope !== "day") box.append(el("p", "tn-small", words.first_rows));
  }
  function relation(at) {
    const one = data.relations[at];
    const item = el("li", "tn-relation");
    item.append(el("p", "tn-relation-text", one.text), el("p", "tn-small", `${one.evidence} · ${one.dates.join(" · ")}`));
    if (one.note) item.append(el("p", "tn-small", one.note));
    item.append(el("p", "tn-small tn-sources", fill(words.source_list, { sources: words.sources, id: one.id })));
    const list = el("ul", "tn-source-list");
    one.sources.forEach((source) => list.append(el("li", "", source)));
    item.append(list);
    return item;
  }
  function toward(title, edges, name) {
    box.append(el("h3", "", title));
    const list = el("ul", "tn-links");
    for (const one of edges) {
      const item = el("li", "");
      const link = el("button", "tn-link", name(one));
      link.type = "button";
      link.addEventListener("click", () => host.onEdge(one.key));
      item.append(link, el("span", "tn-small", `${net.count(one.rows)} `), ink(one.grade, true));
      list.append(item);
    }
    box.append(list);
  }

  out.edge = function edge(one) {
    const title = head(fill(words.from_to, { origin: net.name(one.from), to: net.name(one.to) }), true);
    const line = el("p", "");
    line.append(ink(one.grade), document.createTextNode(` ${net.count(one.rows)}`));
    box.append(line);
    if (one.mask) box.append(el("p", "", fill(words.carries, { facets: net.facets(one.mask) })));
    if (one.from === YOU) box.append(el("p", "", fill(words.recorded_by, { company: net.name(one.to) })));
    else {
      box.append(el("h3", "", words.relations));
      const list = el("ul", "tn-relations");
      [...one.relations].sort((a, b) => b[1] - a[1]).forEach(([at]) => list.append(relation(at)));
      box.append(list);
    }
    rows(one.classes, one.rows);
    return title;
  };
  out.company = function company(node, graph) {
    const title = head(net.name(node.i), true);
    const edges = [...graph.edges.values()];
    const into = edges.filter((one) => one.to === node.i && one.from !== YOU).sort((a, b) => b.grade - a.grade || b.rows - a.rows);
    const from = edges.filter((one) => one.from === node.i).sort((a, b) => b.grade - a.grade || b.rows - a.rows);
    if (node.i === YOU) { toward(words.wrote_down, from, (one) => net.name(one.to)); return title; }
    box.append(el("p", "", countsOf(node, words, net.number).join(" · ") || words.g0));
    if (into.length) toward(words.came_from, into, (one) => net.name(one.from)); else box.append(el("p", "tn-small", words.nothing_reaches));
    if (from.length) toward(words.went_to, from, (one) => net.name(one.to)); else box.append(el("p", "tn-small", words.tells_nobody));
    const mine = edges.find((one) => one.from === YOU && one.to === node.i);
    if (mine) rows(mine.classes, mine.rows);
    return title;
  };
  out.stream = function stream(text, grade, classes, total) {
    const title = head(text, true);
    const line = el("p", "");
    line.append(ink(grade));
    box.append(line);
    rows(classes, total);
    return title;
  };
  // Nothing chosen: the picture in a sentence, and what it does not say.
  out.rest = function rest(graph) {
    head(words.about, false);
    const list = data.lang === "en" ? ", " : "、";
    const wrote = [...graph.nodes.values()].filter((one) => one.i !== YOU && one.wrote).sort((a, b) => b.wrote - a.wrote);
    const names = wrote.slice(0, 6).map((one) => net.name(one.i)).join(list) + (wrote.length > 6 ? ` + ${wrote.length - 6}` : "");
    const told = [...graph.nodes.values()].filter((one) => one.i !== YOU && one.by.some(Boolean));
    const learnt = told.filter((one) => one.by[NG.BECAUSE]).length;
    const { reached } = graph;
    if (net.state.observer >= 0) box.append(el("p", "tn-said", fill(words.summary_as, { rows: net.count(graph.total), own: net.number(reached[5]), learnt: net.number(reached[4]), might: net.number(reached[3] + reached[2] + reached[1]), none: net.number(reached[0]) })));
    else if (!told.length) box.append(el("p", "tn-said", fill(words.summary_own, { rows: net.count(graph.total), wrote: names })));
    else box.append(el("p", "tn-said", fill(words.summary, { rows: net.count(graph.total), wrote: names, told: told.length, learnt, might: told.length - learnt })));
    box.append(el("p", "tn-small", words.not_when));
    if (graph.own) box.append(el("p", "tn-small", fill(words.own_rows, { n: net.number(graph.own) })));
    box.append(el("p", "tn-small", words.choose), key());
  };
  function key() {
    const list = el("ul", "tn-key");
    list.setAttribute("aria-label", words.key);
    for (let grade = 5; grade >= (data.alleged ? 1 : 2); grade -= 1) {
      const item = el("li", "");
      const line = svg("svg", { width: 54, height: 14, "aria-hidden": "true", class: `tn-sample tn-g${grade}` });
      line.append(svg("path", { d: "M2 7H52", class: "tn-line", "stroke-width": grade === NG.ALLEGED ? 5.5 : 2.5 }));
      if (grade === NG.ALLEGED) line.append(svg("path", { d: "M2 7H52", class: "tn-hollow", "stroke-width": 2.5 }));
      item.append(line, document.createTextNode(words[`g${grade}`]));
      list.append(item);
    }
    return list;
  }
  return out;
}
