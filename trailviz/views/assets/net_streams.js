// Streams: kinds of row to the company that wrote them to who has a copy. Widths are counts; each side adds up.
function makeStreams(net, host) {
  const { data } = net;
  const { words } = data;
  const box = el("div", "tn-streams");
  const out = { box };
  const BAR = 12;

  function hatches() {
    const defs = svg("defs");
    const tile = (id, d, grade) => { const one = svg("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }); one.append(svg("rect", { width: 8, height: 8, class: `tn-tile tn-tile-${grade}` }), svg("path", { d, class: `tn-tile-line tn-tile-line-${grade}` })); defs.append(one); };
    tile("tn-fill-3", "M-2 10L10-2M-2 2L2-2M6 10L10 6", 3);
    tile("tn-fill-2", "M3 4h2M7 0h2M-1 0h2M7 8h2M-1 8h2", 2);
    tile("tn-fill-1", "M0 0L8 8M8 0L0 8", 1);
    return defs;
  }

  // One column of bars: heights by count, in order, never closer than a line of words.
  function column(entries, x, scale, line, height) {
    const bars = new Map();
    const heights = entries.map((one) => Math.max(one.n * scale, 1.5));
    const pitch = heights.map((h) => Math.max(h, line));
    const sum = pitch.reduce((a, b) => a + b, 0);
    const gap = entries.length > 1 ? Math.max(3, Math.min(26, (height - sum) / (entries.length - 1))) : 0;
    let y = Math.max(0, (height - sum - gap * (entries.length - 1)) / 2);
    entries.forEach((one, k) => { bars.set(one.id, { ...one, x, y: y + (pitch[k] - heights[k]) / 2, h: heights[k], left: 0, right: 0 }); y += pitch[k] + gap; });
    return { bars, height: y - gap };
  }

  out.draw = function draw(streams) {
    const large = document.body.classList.contains("tn-large");
    const ruler = makeRuler(box);
    const px = large ? 24 : 13.5;
    const line = px * 1.42;
    const each = net.state.observer < 0;
    const width = Math.max(box.clientWidth - 24, 280);
    const narrow = width < 640;
    const side = narrow ? Math.floor(width * 0.27) : large ? 320 : 190;
    const end = each || narrow ? side : Math.round(side * 1.4);
    const middle = (side + width - end) / 2;
    const seen = Math.max(box.clientHeight - 96, 260);
    const most = Math.max(streams.left.size, streams.middle.size, streams.right.size);
    const height = Math.max(seen, most * (line + 3));
    const space = height - most * 4;
    const scale = streams.sum ? Math.max(space * 0.62, 60) / streams.sum : 0;
    const by = (map, name, order) => [...map].map(([id, n]) => ({ id, n, name: name(id) })).sort(order || ((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1)));
    const lefts = column(by(streams.left, (id) => data.kinds[id] || id), side, scale, line, height);
    const middles = column(by(streams.middle, (id) => net.name(id)), middle - BAR / 2, scale, line, height);
    const rights = column(by(streams.right, (id) => (each ? net.name(id) : words[`g${id}`]), each ? null : (a, b) => b.id - a.id), width - end - BAR, scale, line, height);
    const full = Math.max(height, lefts.height, middles.height, rights.height);
    const picture = svg("svg", { width, height: Math.ceil(full) + 30, viewBox: `0 -26 ${width} ${Math.ceil(full) + 30}`, role: "group", "aria-label": words.streams, class: "tn-picture" });
    picture.append(hatches());
    const bands = svg("g", { class: "tn-bands" });
    const flow = (from, to, n, grade, name, classes) => {
      const h = Math.max(n * scale, 1);
      const y0 = from.y + from.right;
      const y1 = to.y + to.left;
      from.right += n * scale; to.left += n * scale;
      const x0 = from.x + BAR;
      const x1 = to.x;
      const mid = (x0 + x1) / 2;
      const band = svg("path", { d: `M${x0} ${y0}C${mid} ${y0} ${mid} ${y1} ${x1} ${y1}L${x1} ${y1 + h}C${mid} ${y1 + h} ${mid} ${y0 + h} ${x0} ${y0 + h}Z`, class: `tn-band tn-band-${grade}`, role: "button", tabindex: bands.childNodes.length ? -1 : 0, "aria-label": name, "data-band": bands.childNodes.length });
      band.append(svg("title", {}, name));
      band.addEventListener("click", () => host.onStream(name, grade, classes));
      bands.append(band);
    };
    const places = (bars, key) => bars.get(key);
    const order = (bars) => [...bars.keys()];
    const leftOrder = order(lefts.bars);
    const middleOrder = order(middles.bars);
    const rightOrder = order(rights.bars);
    const first = streams.first.map((one) => ({ kind: one.key[0], who: Number(one.key[1]), n: one.n, classes: one.classes })).sort((a, b) => leftOrder.indexOf(a.kind) - leftOrder.indexOf(b.kind) || middleOrder.indexOf(a.who) - middleOrder.indexOf(b.who));
    const second = streams.second.map((one) => ({ who: Number(one.key[0]), end: each ? Number(one.key[1]) : Number(one.key[2]), grade: Number(one.key[2]), n: one.n, classes: one.classes })).sort((a, b) => middleOrder.indexOf(a.who) - middleOrder.indexOf(b.who) || rightOrder.indexOf(a.end) - rightOrder.indexOf(b.end) || b.grade - a.grade);
    for (const one of first) flow(places(lefts.bars, one.kind), places(middles.bars, one.who), one.n, NG.KNOWS, fill(words.stream, { origin: data.kinds[one.kind] || one.kind, to: net.name(one.who), n: net.number(one.n), grade: words.g5 }), one.classes);
    for (const one of second) flow(places(middles.bars, one.who), places(rights.bars, one.end), one.n, one.grade, fill(words.stream, { origin: net.name(one.who), to: each ? net.name(one.end) : words[`g${one.end}`], n: net.number(one.n), grade: words[`g${one.grade}`] }), one.classes);
    picture.append(bands);
    const texts = svg("g", { "aria-hidden": "true" });
    const word = (bar, x, anchor, room, pill) => {
      const number = ` ${net.number(bar.n)}`;
      const name = ruler.cut(bar.name, px, 600, room - ruler.width(number, px) - 4);
      const w = ruler.width(name, px, 600) + ruler.width(number, px) + 8;
      const y = bar.y + bar.h / 2;
      const group = svg("g", { class: "tn-label", "data-label": "" });
      if (pill) group.append(svg("rect", { x: anchor === "end" ? x - w : x - w / 2 - 2, y: y - line / 2 + 1, width: w + 4, height: line - 2, rx: 4, class: "tn-pill" }));
      const text = svg("text", { x: pill && anchor === "end" ? x - 3 : x, y: y + px * 0.34, "font-size": px, "text-anchor": anchor });
      text.append(svg("tspan", { class: "tn-name" }, name), svg("tspan", { class: "tn-count" }, number));
      group.append(text);
      texts.append(group);
    };
    const bar = (one) => texts.append(svg("rect", { x: one.x, y: one.y, width: BAR, height: one.h, class: "tn-bar-mark" }));
    for (const one of lefts.bars.values()) { bar(one); word(one, one.x - 6, "end", side - 8, false); }
    for (const one of middles.bars.values()) { bar(one); if (narrow) word(one, middle, "middle", 104, true); else word(one, one.x - 5, "end", (middle - side - BAR) * 0.72, true); }
    for (const one of rights.bars.values()) { bar(one); word(one, one.x + BAR + 6, "start", end - 8, false); }
    const title = (text, x, anchor) => texts.append(svg("text", { x, y: -10, "font-size": px - 0.5, "text-anchor": anchor, class: "tn-heading" }, text));
    title(words.s_rows, side + BAR, "end");
    title(words.s_wrote, middle, "middle");
    title(each ? words.s_has : ruler.cut(fill(words.s_as, { observer: data.observers[net.state.observer].name }), px, 600, width / 2 - 60), width, "end");
    picture.append(texts);
    const said = each ? fill(words.stream_each, { rows: net.count(streams.rows), copies: net.number(streams.sum) }) : fill(words.stream_as, { rows: net.count(streams.rows), n: net.number(streams.sum) });
    box.replaceChildren(el("p", "tn-small tn-stream-said", said), picture);
    box.dataset.sum = String(streams.sum);
  };
  box.addEventListener("keydown", (event) => {
    const band = event.target.closest("[data-band]");
    if (!band) return;
    const all = [...band.parentNode.children];
    const at = all.indexOf(band);
    const to = { ArrowDown: all[at + 1], ArrowRight: all[at + 1], ArrowUp: all[at - 1], ArrowLeft: all[at - 1], Home: all[0], End: all[all.length - 1] }[event.key];
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); band.dispatchEvent(new MouseEvent("click")); }
    else if (to) { event.preventDefault(); band.setAttribute("tabindex", -1); to.setAttribute("tabindex", 0); to.focus(); }
  });
  return out;
}
