// The picture of companies: boxes and arrows in SVG, each a button that the keyboard reaches.
const SVG = "http://www.w3.org/2000/svg";
function svg(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes || {}).forEach(([name, value]) => node.setAttribute(name, value));
  if (text !== undefined) node.textContent = text;
  return node;
}
function el(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

// A ruler for words, kept so that fitting forty names costs forty measurements.
function makeRuler(root) {
  const x = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(root).fontFamily;
  const width = (text, px, weight) => { x.font = `${weight || 400} ${px}px ${family}`; return x.measureText(text).width; };
  const cut = (text, px, weight, room) => {
    if (width(text, px, weight) <= room) return text;
    let low = 0;
    let high = text.length;
    while (low < high) { const half = (low + high + 1) >> 1; if (width(`${text.slice(0, half)}…`, px, weight) <= room) low = half; else high = half - 1; }
    return `${text.slice(0, low).trimEnd()}…`;
  };
  // At most two lines, broken at a space where there is one near the edge.
  const wrap = (text, px, weight, room) => {
    if (width(text, px, weight) <= room) return [text];
    let end = text.length;
    while (end > 1 && width(text.slice(0, end), px, weight) > room) end -= 1;
    const space = text.lastIndexOf(" ", end);
    const at = space > end / 3 ? space : /[(（「“]/.test(text[end - 1]) && end > 1 ? end - 1 : end;
    return [text.slice(0, at).trimEnd(), cut(text.slice(at).trimStart(), px, weight, room)];
  };
  return { width, cut, wrap };
}

const MARKS = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-4.5-4.5h9v9h-9z", "M0-5.6L5.4 4.2H-5.4z", "M0-6L5.5 0L0 6L-5.5 0z", "M0-5.7L5.4-1.8L3.4 4.6H-3.4L-5.4-1.8z", "M-2-5.5h4v3.5h3.5v4h-3.5v3.5h-4v-3.5h-3.5v-4h3.5z"];
const MOST_SHOWN = 64;
const MOST_WORDS = 34;
const FEWEST_ASIDE = 5;

function countsOf(node, words, number) {
  const said = [];
  if (node.wrote) said.push(fill(words.wrote, { n: number(node.wrote) }));
  [["told", NG.BECAUSE], ["might", NG.MIGHT], ["asked", NG.ASKED], ["said", NG.ALLEGED]].forEach(([key, grade]) => { if (node.by[grade]) said.push(fill(words[key], { n: number(node.by[grade]) })); });
  return said;
}

function bestOf(node) {
  if (node.wrote) return NG.KNOWS;
  return [NG.BECAUSE, NG.MIGHT, NG.ASKED, NG.ALLEGED].find((grade) => node.by[grade]) || NG.NO;
}

// Whom to show where a picture cannot hold all: those with most rows, the writers first.
function shownOf(graph) {
  const weight = (one) => (one.i === YOU ? Infinity : one.wrote * 4 + one.by.reduce((sum, k, grade) => sum + k * grade, 0) / 4);
  const kept = new Set([...graph.nodes.values()].sort((a, b) => weight(b) - weight(a) || a.i - b.i).slice(0, MOST_SHOWN).map((one) => one.i));
  return {
    ...graph,
    nodes: new Map([...graph.nodes].filter(([i]) => kept.has(i))),
    edges: new Map([...graph.edges].filter(([, one]) => kept.has(one.from) && kept.has(one.to))),
    left: graph.nodes.size - kept.size,
  };
}

function makeGraph(net, host) {
  const { data } = net;
  const { words } = data;
  const box = el("div", "tn-graph");
  const out = { box, chosen: null };
  const wroteEver = new Set(data.empty ? [] : data.groups.map((one) => one.wrote).filter((i) => i >= 0));
  const columnOf = data.empty ? () => 0 : columnsOf(data.companies, data.steps, wroteEver);
  let drawn = null;

  // How large each box is: two lines where there is room, one where many stand under each other.
  function sized(graph, ruler, large, narrow, tight, columns, width) {
    const px = large ? 26 : 14;
    const small = large ? 24 : 12;
    const room = (width - (columns - 1) * (large ? 84 : 66)) / columns;
    const most = narrow ? Math.min(width * 0.62, large ? 420 : 230) : tight ? Math.min(room * 1.35, 260) : Math.max(Math.min(room, large ? 380 : 190), large ? 250 : 112);
    const made = new Map();
    return (i) => {
      if (made.has(i)) return made.get(i);
      const node = graph.nodes.get(i);
      const counts = i === YOU ? net.count(node.wrote) : countsOf(node, words, net.number).join(" · ");
      const inset = i === YOU ? 18 : data.companies[i].ink === null ? 9 : large ? 34 : 24;
      const pad = inset + (i === YOU ? 18 : 9);
      let lines;
      let told;
      let kept = 9;
      let w;
      if (tight && i !== YOU) {
        // The name comes first: where both have no room, the lesser counts stay for whoever opens the box.
        const name = Math.min(ruler.width(net.name(i), px, 600), most * 0.6);
        const all = countsOf(node, words, net.number);
        const fits = (text) => name + ruler.width(text, small) + 8 + pad <= most;
        kept = fits(all.join(" · ")) ? 9 : fits(all[0] || "") ? 1 : 0;
        told = all.slice(0, kept).join(" · ");
        const side = told ? ruler.width(told, small) + 8 : 0;
        lines = [ruler.cut(net.name(i), px, 600, Math.max(most - pad - side, 60))];
        w = ruler.width(lines[0], px, 600) + side + pad + 4;
      } else {
        lines = ruler.wrap(net.name(i), px, 600, most - pad - 4);
        told = ruler.cut(counts, small, 400, most - pad - 4);
        w = Math.max(...lines.map((line) => ruler.width(line, px, 600)), ruler.width(told, small)) + pad + 4;
      }
      const h = tight && i !== YOU ? Math.round((px + small) * 0.95) : Math.round(px * 1.2 * lines.length + small * 1.25 + (large ? 17 : 10));
      made.set(i, { w: Math.ceil(w), h, lines, told, kept, px, small, inset, tight: tight && i !== YOU });
      return made.get(i);
    };
  }

  out.draw = function draw(graph, lit, focus) {
    const again = box.contains(document.activeElement) ? document.activeElement.dataset : null;
    const all = shownOf(graph);
    const large = document.body.classList.contains("tn-large");
    const ruler = makeRuler(box);
    const width = Math.max(box.clientWidth - 24, 280);
    const narrow = width < (large ? 900 : 640);
    const aside = narrow ? [] : quiet(all);
    const shown = { ...all, nodes: new Map([...all.nodes].filter(([i]) => !aside.includes(i))), edges: new Map([...all.edges].filter(([, one]) => !aside.includes(one.to))) };
    const perColumn = new Map();
    [...shown.nodes.keys()].forEach((i) => perColumn.set(columnOf(i), (perColumn.get(columnOf(i)) || 0) + 1));
    const tallest = Math.max(...perColumn.values());
    const seen = Math.max(box.clientHeight - 26, 200);
    const tight = !narrow && !large && tallest * 51 > seen;
    const size = sized(all, ruler, large, narrow, tight, perColumn.size, width);
    const shelf = shelved(aside, size, width, large);
    const space = { width, height: Math.max(seen - shelf.height, 160), gap: Math.max(large ? 8 : tight ? 3 : 9, Math.min((seen - shelf.height) / tallest - (tight ? 27 : 56), 24)), lane: 6, laneWidth: 40, between: large ? 96 : tight ? 44 : 60 };
    const placed = (narrow ? arrangeNarrow : arrange)(shown, columnOf, size, space);
    shelf.cells.forEach((cell) => { cell.y += placed.height + shelf.top; placed.cell.set(cell.i, cell); });
    const paths = lines(shown, placed);
    const picture = svg("svg", { width: Math.ceil(Math.max(placed.width, 1)) + 4, height: Math.ceil(placed.height + shelf.height) + 4, viewBox: `-2 -2 ${Math.ceil(placed.width) + 4} ${Math.ceil(placed.height + shelf.height) + 4}`, role: "group", "aria-label": words.graph, class: "tn-picture" });
    picture.append(heads());
    const edges = svg("g", { class: "tn-edges", role: "group", "aria-label": words.arrows });
    const nodes = svg("g", { class: "tn-nodes" });
    const labels = svg("g", { class: "tn-words", "aria-hidden": "true" });
    const list = [...shown.edges.values()].sort((a, b) => a.from - b.from || a.to - b.to);
    list.forEach((one) => edges.append(arrow(one, paths.get(one.key))));
    for (const [i, cell] of placed.cell) nodes.append(company(i, cell, all.nodes.get(i), size(i)));
    const boxes = [...placed.cell.values()].map((one) => ({ x: one.x - 2, y: one.y - one.h / 2 - 2, w: one.w + 4, h: one.h + 4 }));
    const px = large ? 24 : 12;
    // Where arrows are many the word of the commonest kind would hide them: its dashes say it, and its word comes with a choice.
    const many = list.length > MOST_WORDS;
    const wanted = narrow ? [] : list.filter((one) => one.grade < NG.KNOWS).sort((a, b) => b.grade - a.grade || b.rows - a.rows || (a.key < b.key ? -1 : 1)).map((one) => {
      const { curves } = paths.get(one.key);
      const middle = curves[Math.floor(curves.length / 2)];
      return { key: one.key, hushed: many && one.grade === NG.MIGHT, text: words[`s${one.grade}`], w: ruler.width(words[`s${one.grade}`], px) + 8, h: px + 4, spots: [0.5, 0.4, 0.6, 0.3, 0.7].map((t) => pointOn(middle, t)) };
    });
    for (const one of placeWords(wanted, boxes)) labels.append(svg("text", { x: one.box.x + one.box.w / 2, y: one.box.y + one.box.h - 4, "font-size": px, "data-word": one.key, class: one.hushed ? "tn-hushed" : "" }, one.text));
    if (aside.length) labels.append(svg("text", { x: 0, y: placed.height + shelf.top - 8, "font-size": large ? 24 : 13, class: "tn-shelf" }, words.quiet));
    picture.append(edges, labels, nodes);
    box.replaceChildren(picture);
    if (all.left) box.append(el("p", "tn-left", fill(words.hidden, { n: all.left, most: MOST_SHOWN })));
    drawn = { graph: all, placed, list, size };
    out.light(lit);
    rove(nodes.querySelector(`[data-i="${out.lastNode}"]`) || nodes.querySelector("[data-i]"));
    rove(edges.querySelector(`[data-key="${out.lastEdge}"]`) || edges.querySelector("[data-key]"));
    mark();
    const wish = focus || again;
    if (wish) (wish.key ? edges.querySelector(`[data-key="${wish.key}"]`) : nodes.querySelector(`[data-i="${wish.i}"]`))?.focus();
  };

  // Companies that wrote something and neither tell nor are told need no arrows: they stand together below.
  function quiet(graph) {
    const busy = new Set();
    for (const one of graph.edges.values()) if (one.from !== YOU) { busy.add(one.from); busy.add(one.to); }
    const found = [...graph.nodes.keys()].filter((i) => i !== YOU && !busy.has(i));
    return found.length >= FEWEST_ASIDE && busy.size ? found : [];
  }
  function shelved(aside, size, width, large) {
    if (!aside.length) return { cells: [], height: 0, top: 0 };
    const top = large ? 52 : 36;
    const cells = [];
    let x = 0;
    let y = 0;
    const line = Math.max(...aside.map((i) => size(i).h));
    for (const i of aside) {
      const { w, h } = size(i);
      if (x && x + w > width) { x = 0; y += line + 8; }
      cells.push({ i, col: "aside", x, w, h, y: y + h / 2, colWidth: w });
      x += w + 10;
    }
    return { cells, height: y + line + top, top };
  }

  function heads() {
    const defs = svg("defs");
    for (let grade = 1; grade <= 5; grade += 1) {
      const head = svg("marker", { id: `tn-head-${grade}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" });
      head.append(svg("path", { d: grade >= NG.BECAUSE ? "M0 0L10 5L0 10z" : "M1 1L9 5L1 9", class: `tn-head tn-head-${grade}` }));
      defs.append(head);
    }
    return defs;
  }
  const wide = (rows) => Math.min(1.5 + Math.log2(1 + rows) * 0.45, 6);

  function arrow(one, path) {
    const name = fill(words.edge, { origin: net.name(one.from), to: net.name(one.to), grade: words[`g${one.grade}`], rows: net.count(one.rows) });
    const group = svg("g", { class: `tn-edge tn-g${one.grade}`, role: "button", tabindex: -1, "aria-label": name, "data-key": one.key });
    group.append(svg("path", { d: path.d, class: "tn-hit" }));
    const w = wide(one.rows);
    if (one.grade === NG.ALLEGED) {
      group.append(svg("path", { d: path.d, class: "tn-line", "stroke-width": w + 3 }), svg("path", { d: path.d, class: "tn-hollow", "stroke-width": w, "marker-end": `url(#tn-head-${one.grade})` }));
    } else group.append(svg("path", { d: path.d, class: "tn-line", "stroke-width": w, "marker-end": `url(#tn-head-${one.grade})` }));
    group.append(svg("title", {}, name));
    group.addEventListener("click", () => out.open(group));
    return group;
  }

  function company(i, cell, node, size) {
    const counts = i === YOU ? net.count(node.wrote) : countsOf(node, words, net.number).join(", ") || words.g0;
    const group = svg("g", { class: `tn-node tn-n${i === YOU ? "you" : bestOf(node)}`, role: "button", tabindex: -1, "aria-label": fill(words.node, { company: net.name(i), counts }), "data-i": i, transform: `translate(${cell.x.toFixed(1)} ${(cell.y - cell.h / 2).toFixed(1)})` });
    group.append(svg("rect", { width: cell.w, height: cell.h, rx: i === YOU ? cell.h / 2 : 7, class: "tn-box" }));
    const anchor = i === YOU ? "middle" : "start";
    const x = i === YOU ? cell.w / 2 : size.inset;
    const first = size.tight ? cell.h / 2 + size.px * 0.35 : 4 + size.px * 1.08;
    if (i !== YOU && data.companies[i].ink !== null) {
      const { ink } = data.companies[i];
      group.append(svg("path", { d: MARKS[(ink + Math.floor(ink / 6)) % MARKS.length], class: `tn-mark tn-c${ink % 6}`, transform: `translate(${size.inset / 2 + 1} ${first - size.px * 0.34}) scale(${size.px / 14})` }));
    }
    size.lines.forEach((line, k) => group.append(svg("text", { x, y: first + k * size.px * 1.2, "font-size": size.px, class: "tn-name", "text-anchor": anchor }, line)));
    if (size.tight) group.append(svg("text", { x: cell.w - 9, y: first, "font-size": size.small, class: "tn-count", "text-anchor": "end" }, size.told));
    else group.append(svg("text", { x, y: first + (size.lines.length - 1) * size.px * 1.2 + size.small * 1.4, "font-size": size.small, class: "tn-count", "text-anchor": anchor }, size.told));
    group.append(svg("title", {}, fill(words.node, { company: net.name(i), counts })));
    group.addEventListener("click", () => out.open(group));
    return group;
  }

  // Light what has happened up to now; the arrows of the row just played stand out, and what is still to come is pale.
  out.light = function light(lit) {
    if (!drawn) return;
    box.querySelectorAll(".tn-edge").forEach((group) => {
      const now = lit && lit.graph.edges.get(group.dataset.key);
      group.classList.toggle("tn-later", Boolean(lit) && !now);
      group.classList.toggle("tn-now", Boolean(lit && now && lit.classes && [...now.classes.keys()].some((c) => lit.classes.has(c))));
    });
    box.querySelectorAll("[data-word]").forEach((text) => text.classList.toggle("tn-later", Boolean(lit) && !lit.graph.edges.has(text.dataset.word)));
    box.querySelectorAll(".tn-node").forEach((group) => {
      const i = Number(group.dataset.i);
      const now = lit && lit.graph.nodes.get(i);
      group.classList.toggle("tn-later", Boolean(lit) && (!now || (i !== YOU && bestOf(now) === NG.NO)));
      // What a box counts grows with the moment; its words only ever get shorter than at the end.
      const { told, kept } = drawn.size(i);
      const said = !lit ? told : !now ? "" : i === YOU ? net.count(now.wrote) : countsOf(now, words, net.number).slice(0, kept).join(" · ");
      group.querySelector(".tn-count").textContent = said.length > told.length ? told : said;
    });
  };

  function mark() {
    const chosen = out.chosen;
    const close = new Set();
    if (chosen) for (const one of drawn.list) if (chosen.key ? one.key === chosen.key : one.from === chosen.i || one.to === chosen.i) { close.add(one.key); close.add(one.from); close.add(one.to); }
    box.classList.toggle("tn-picked", Boolean(chosen));
    box.querySelectorAll(".tn-edge").forEach((one) => { one.classList.toggle("tn-near", close.has(one.dataset.key)); one.setAttribute("aria-pressed", String(Boolean(chosen && chosen.key === one.dataset.key))); });
    box.querySelectorAll("[data-word]").forEach((one) => one.classList.toggle("tn-near", close.has(one.dataset.word)));
    box.querySelectorAll(".tn-node").forEach((one) => { const i = Number(one.dataset.i); one.classList.toggle("tn-near", close.has(i) || Boolean(chosen && chosen.i === i)); one.setAttribute("aria-pressed", String(Boolean(chosen && !chosen.key && chosen.i === i))); });
  }
  out.open = function open(group) {
    out.chosen = group.dataset.key ? { key: group.dataset.key } : { i: Number(group.dataset.i) };
    rove(group); mark();
    host.onOpen(out.chosen, group);
  };
  out.clear = () => { out.chosen = null; if (drawn) mark(); };

  // One stop of the tab key for the companies and one for the arrows; the arrow keys move inside.
  function rove(group) {
    if (!group) return;
    group.parentNode.querySelectorAll('[tabindex="0"]').forEach((one) => one.setAttribute("tabindex", -1));
    group.setAttribute("tabindex", 0);
    if (group.dataset.key) out.lastEdge = group.dataset.key; else out.lastNode = group.dataset.i;
  }
  const go = (group) => { if (group) { rove(group); group.focus(); group.scrollIntoView({ block: "nearest", inline: "nearest" }); } };
  function step(group, key) {
    if (group.dataset.key) {
      const all = [...box.querySelectorAll(".tn-edge")];
      const at = all.indexOf(group);
      return { ArrowRight: all[at + 1], ArrowDown: all[at + 1], ArrowLeft: all[at - 1], ArrowUp: all[at - 1], Home: all[0], End: all[all.length - 1] }[key];
    }
    const i = Number(group.dataset.i);
    const cells = [...drawn.placed.cell.values()];
    const me = drawn.placed.cell.get(i);
    const find = (j) => (j === undefined ? null : box.querySelector(`.tn-node[data-i="${j}"]`));
    const near = (list) => list.map((j) => drawn.placed.cell.get(j)).sort((a, b) => Math.abs(a.y - me.y) - Math.abs(b.y - me.y))[0]?.i;
    const same = cells.filter((one) => one.col === me.col).sort((a, b) => a.y - b.y || a.x - b.x);
    const at = same.indexOf(me);
    if (me.col === "aside") return find({ ArrowRight: same[at + 1]?.i, ArrowDown: same[at + 1]?.i, ArrowLeft: same[at - 1]?.i ?? YOU, ArrowUp: same[at - 1]?.i ?? YOU, Home: same[0].i, End: same[same.length - 1].i }[key]);
    if (key === "ArrowDown" && at === same.length - 1) return find(cells.find((one) => one.col === "aside")?.i);
    const ends = { ArrowRight: drawn.list.filter((one) => one.from === i).map((one) => one.to), ArrowLeft: drawn.list.filter((one) => one.to === i).map((one) => one.from) }[key];
    if (ends) return find(near(ends));
    return find({ ArrowDown: same[at + 1]?.i, ArrowUp: same[at - 1]?.i, Home: same[0].i, End: same[same.length - 1].i }[key]);
  }
  box.addEventListener("keydown", (event) => {
    const group = event.target.closest("[data-key], [data-i]");
    if (!group) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); out.open(group); return; }
    if (event.key === "e" || event.key === "E") { event.preventDefault(); go(box.querySelector(group.dataset.key ? '.tn-node[tabindex="0"]' : '.tn-edge[tabindex="0"]')); return; }
    if (event.key === "Escape") { event.preventDefault(); if (out.chosen) { out.clear(); host.onOpen(null); } if (group.dataset.key) go(box.querySelector('.tn-node[tabindex="0"]')); return; }
    if (/^(Arrow|Home$|End$)/.test(event.key)) { event.preventDefault(); go(step(group, event.key)); }
  });
  box.addEventListener("focusin", (event) => { const group = event.target.closest("[data-key], [data-i]"); if (group) rove(group); });
  return out;
}
