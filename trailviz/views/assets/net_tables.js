// The twin of the picture in tables: the same sums for whoever reads or listens instead of looking.
function makeTables(net, host) {
  const { data } = net;
  const { words } = data;
  const box = el("div", "tn-tables");
  const out = { box };

  function table(caption, heads, rows) {
    const wrap = el("div", "tn-table");
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "region");
    wrap.setAttribute("aria-label", caption);
    const one = el("table", "");
    one.append(el("caption", "", caption));
    const top = el("thead", "");
    const line = el("tr", "");
    heads.forEach((text) => { const cell = el("th", "", text); cell.scope = "col"; line.append(cell); });
    top.append(line);
    const body = el("tbody", "");
    for (const row of rows) {
      const tr = el("tr", "");
      row.forEach((cell, k) => {
        const td = el(k ? "td" : "th", typeof cell === "number" ? "tn-n" : "");
        if (!k) td.scope = "row";
        if (cell instanceof Node) td.append(cell); else td.textContent = typeof cell === "number" ? net.number(cell) : cell;
        tr.append(td);
      });
      body.append(tr);
    }
    one.append(top, body);
    wrap.append(one);
    box.append(wrap);
  }
  function why(one) {
    const list = el("ul", "");
    [...one.relations].sort((a, b) => b[1] - a[1]).forEach(([at]) => {
      const relation = data.relations[at];
      list.append(el("li", "", `${relation.text} (${relation.evidence}; ${relation.dates.join("; ")}; ${words.sources}: ${relation.sources.join("; ")})`));
    });
    return list;
  }
  out.draw = function draw(graph, streams) {
    box.replaceChildren();
    const nodes = [...graph.nodes.values()].filter((one) => one.i !== YOU).sort((a, b) => b.wrote - a.wrote || b.by[NG.BECAUSE] - a.by[NG.BECAUSE] || b.by[NG.MIGHT] - a.by[NG.MIGHT] || a.i - b.i);
    table(words.t_companies, [words.t_company, words.t_wrote, words.t_learnt, words.t_might, words.t_asked, words.t_alleged], nodes.map((one) => [net.name(one.i), one.wrote, one.by[4], one.by[3], one.by[2], one.by[1]]));
    const edges = [...graph.edges.values()].sort((a, b) => b.grade - a.grade || a.from - b.from || a.to - b.to);
    table(words.t_arrows, [words.t_from, words.t_to, words.t_grade, words.t_rows, words.t_what, words.t_why], edges.map((one) => {
      const open = el("button", "tn-link", net.name(one.to));
      open.type = "button";
      open.setAttribute("aria-label", fill(words.edge, { origin: net.name(one.from), to: net.name(one.to), grade: words[`g${one.grade}`], rows: net.count(one.rows) }));
      open.addEventListener("click", () => host.onEdge(one.key));
      return [net.name(one.from), open, words[`g${one.grade}`], one.rows, net.facets(one.mask), one.from === YOU ? fill(words.recorded_by, { company: net.name(one.to) }) : why(one)];
    }));
    const kinds = streams.first.map((one) => [data.kinds[one.key[0]] || one.key[0], net.name(Number(one.key[1])), one.n]);
    table(`${words.t_streams}: ${words.s_rows} → ${words.s_wrote}`, [words.t_kind, words.s_wrote, words.t_rows], kinds.sort((a, b) => b[2] - a[2]));
    const ends = streams.second.map((one) => [net.name(Number(one.key[0])), one.key[1] === "" ? words[`g${one.key[2]}`] : net.name(Number(one.key[1])), words[`g${one.key[2]}`], one.n]);
    table(`${words.t_streams}: ${words.s_wrote} → ${words.s_has}`, [words.s_wrote, words.s_has, words.t_grade, words.t_rows], ends.sort((a, b) => b[3] - a[3]));
  };
  return out;
}
