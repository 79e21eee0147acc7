// Where companies and arrows stand: columns by how a row travels, no label on another. Pure and the same every time.

// Give every company a column: whoever only writes stands left of whoever is told. Surely known arrows rule; where they
// run in a circle the later one gives way, and the weaker arrows only place those whom no sure one reaches.
function columnsOf(companies, steps, wrote) {
  const column = new Map();
  const next = companies.map(() => []);
  const strong = [];
  const reaches = (from, to, seen = new Set()) => from === to || (!seen.has(from) && seen.add(from) && next[from].some((one) => reaches(one, to, seen)));
  const sure = steps.filter((step) => step[3] >= NG.BECAUSE).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [from, to] of sure) if (!reaches(to, from)) { next[from].push(to); strong.push([from, to]); }
  const longest = new Map();
  const depth = (i) => {
    if (!longest.has(i)) longest.set(i, Math.max(0, ...strong.filter((one) => one[1] === i).map((one) => depth(one[0]) + 1)));
    return longest.get(i);
  };
  companies.forEach((_, i) => { if (wrote.has(i) || depth(i) > 0) column.set(i, 1 + depth(i)); });
  const rest = steps.slice().sort((a, b) => b[3] - a[3] || a[0] - b[0] || a[1] - b[1]);
  for (let found = true; found;) {
    found = false;
    for (const [from, to] of rest) if (!column.has(to) && column.has(from)) { column.set(to, column.get(from) + 1); found = true; }
  }
  return (i) => (i === YOU ? 0 : Math.min(column.get(i) || 1, 5));
}

// The least-squares way to put boxes of given height near where they want to be, in order and apart.
function spread(wanted, heights, gap) {
  const blocks = [];
  let offset = 0;
  wanted.forEach((want, i) => {
    const centre = offset + heights[i] / 2;
    blocks.push({ sum: want - centre, n: 1, from: i });
    offset += heights[i] + gap;
    while (blocks.length > 1 && blocks[blocks.length - 2].sum / blocks[blocks.length - 2].n > blocks[blocks.length - 1].sum / blocks[blocks.length - 1].n) {
      const last = blocks.pop();
      blocks[blocks.length - 1].sum += last.sum; blocks[blocks.length - 1].n += last.n;
    }
  });
  const out = [];
  let at = 0;
  let b = 0;
  heights.forEach((height, i) => {
    while (b + 1 < blocks.length && blocks[b + 1].from <= i) b += 1;
    out.push(at + height / 2 + blocks[b].sum / blocks[b].n);
    at += height + gap;
  });
  return out;
}

// Stand the shown companies in their columns, with a free lane through every column an arrow passes.
function arrange(graph, columnOf, size, space) {
  const used = [...new Set([...graph.nodes.keys()].map(columnOf))].sort((a, b) => a - b);
  const columns = used.map(() => []);
  const cell = new Map();
  for (const i of [...graph.nodes.keys()].sort((a, b) => a - b)) {
    const one = { i, col: used.indexOf(columnOf(i)), h: size(i).h, links: [] };
    cell.set(i, one); columns[one.col].push(one);
  }
  const routes = new Map();
  for (const edge of graph.edges.values()) {
    const a = cell.get(edge.from);
    const b = cell.get(edge.to);
    const [low, high] = a.col <= b.col ? [a, b] : [b, a];
    const lane = [low];
    for (let col = low.col + 1; col < high.col; col += 1) {
      const free = { i: null, col, h: space.lane, links: [] };
      columns[col].push(free); lane.push(free);
    }
    lane.push(high);
    if (low.col !== high.col) for (let k = 0; k + 1 < lane.length; k += 1) { lane[k].links.push([lane[k + 1], 1]); lane[k + 1].links.push([lane[k], -1]); }
    routes.set(edge.key, low === a ? lane : lane.reverse());
  }
  const rank = () => columns.forEach((column) => column.forEach((one, k) => { one.rank = (k + 0.5) / column.length; }));
  rank();
  for (let sweep = 0; sweep < 12; sweep += 1) {
    const side = sweep % 2 ? 1 : -1;
    const order = sweep % 2 ? columns.slice().reverse() : columns;
    for (const column of order) {
      const wish = (one) => { const near = one.links.filter((link) => link[1] === side); return near.length ? near.reduce((sum, link) => sum + link[0].rank, 0) / near.length : one.rank; };
      column.forEach((one, k) => { one.wish = wish(one); one.was = k; });
      column.sort((a, b) => a.wish - b.wish || a.was - b.was);
      column.forEach((one, k) => { one.rank = (k + 0.5) / column.length; });
    }
  }
  const tall = (column) => column.reduce((sum, one) => sum + one.h + space.gap, -space.gap);
  const height = Math.max(space.height, ...columns.map(tall));
  columns.forEach((column) => { let y = (height - tall(column)) / 2; column.forEach((one) => { one.y = y + one.h / 2; y += one.h + space.gap; }); });
  for (let sweep = 0; sweep < 8; sweep += 1) {
    for (const column of sweep % 2 ? columns.slice().reverse() : columns) {
      const wanted = column.map((one) => (one.links.length ? one.links.reduce((sum, link) => sum + link[0].y, 0) / one.links.length : one.y));
      const ys = spread(wanted, column.map((one) => one.h), space.gap);
      const first = ys[0] - column[0].h / 2;
      const last = ys[ys.length - 1] + column[column.length - 1].h / 2;
      const shift = first < 0 ? -first : last > height ? Math.max(height - last, -first) : 0;
      column.forEach((one, k) => { one.y = ys[k] + shift; });
    }
  }
  const top = Math.min(...columns.flat().map((one) => one.y - one.h / 2));
  const bottom = Math.max(...columns.flat().map((one) => one.y + one.h / 2));
  const widths = columns.map((column) => Math.max(space.laneWidth, ...column.filter((one) => one.i !== null).map((one) => size(one.i).w)));
  const free = space.width - widths.reduce((sum, one) => sum + one, 0);
  const between = columns.length > 1 ? Math.max(space.between, free / (columns.length - 1)) : 0;
  let x = 0;
  columns.forEach((column, k) => { column.forEach((one) => { one.x = x; one.w = one.i === null ? widths[k] : size(one.i).w; one.colWidth = widths[k]; }); x += widths[k] + between; });
  const lift = bottom - top < space.height ? (space.height - (bottom - top)) / 2 - top : -top;
  columns.flat().forEach((one) => { one.y += lift; });
  return { cell, routes, width: x - between, height: Math.max(space.height, bottom - top), between };
}

// A narrow page has one column: companies under each other, arrows as arcs beside them.
function arrangeNarrow(graph, columnOf, size, space) {
  const order = [...graph.nodes.keys()].sort((a, b) => columnOf(a) - columnOf(b) || a - b);
  const cell = new Map();
  let y = 0;
  for (const i of order) { const { w, h } = size(i); cell.set(i, { i, col: 0, x: 0, w, h, y: y + h / 2, colWidth: w }); y += h + space.gap; }
  return { cell, routes: new Map([...graph.edges.values()].map((edge) => [edge.key, [cell.get(edge.from), cell.get(edge.to)]])), width: space.width, height: y, between: 0, narrow: true };
}

// The line of every arrow: it leaves and enters boxes at a place of its own, so that no two lie on each other at the ends.
function lines(graph, placed) {
  const ports = new Map();
  const want = (one, side, key, y) => { const id = `${one.i}${side}`; if (!ports.has(id)) ports.set(id, []); ports.get(id).push({ key, y, one, side }); };
  const sides = new Map();
  for (const edge of graph.edges.values()) {
    const route = placed.routes.get(edge.key);
    const a = route[0];
    const b = route[route.length - 1];
    const out = placed.narrow || b.col >= a.col ? "r" : "l";
    const into = placed.narrow || b.col <= a.col ? "r" : "l";
    sides.set(edge.key, [out, into]);
    want(a, out, `${edge.key}:a`, route[1].y); want(b, into, `${edge.key}:b`, route[route.length - 2].y);
  }
  const at = new Map();
  for (const list of ports.values()) {
    list.sort((p, q) => p.y - q.y || (p.key < q.key ? -1 : 1));
    const { one, side } = list[0];
    const room = Math.min(one.h - 10, (list.length - 1) * 7);
    list.forEach((port, k) => at.set(port.key, { x: side === "r" ? one.x + one.w : one.x, y: one.y + (list.length > 1 ? (k / (list.length - 1) - 0.5) * room : 0) }));
  }
  const out = new Map();
  let loop = 0;
  for (const edge of graph.edges.values()) {
    const route = placed.routes.get(edge.key);
    const [leave, enter] = sides.get(edge.key);
    const a = at.get(`${edge.key}:a`);
    const b = at.get(`${edge.key}:b`);
    const points = [a];
    const back = leave === "l";
    for (const free of route.slice(1, -1)) points.push({ x: back ? free.x + free.colWidth : free.x, y: free.y }, { x: back ? free.x : free.x + free.colWidth, y: free.y });
    points.push(b);
    let d = `M${a.x.toFixed(1)} ${a.y.toFixed(1)}`;
    const curves = [];
    if (leave === enter && route.length === 2) {
      const far = Math.abs(a.y - b.y);
      const bow = placed.narrow ? Math.min(placed.width - Math.max(a.x, b.x) - 14, 18 + far * 0.3) : Math.min(placed.between * 0.62, 26 + far * 0.16 + (loop % 3) * 8);
      loop += 1;
      const reach = Math.max(a.x, b.x) + bow * 1.33;
      curves.push([a, { x: reach, y: a.y }, { x: reach, y: b.y }, b]);
    } else {
      for (let k = 0; k + 1 < points.length; k += 2) {
        const p = points[k];
        const q = points[k + 1];
        const bend = (q.x - p.x) * 0.5;
        curves.push([p, { x: p.x + bend, y: p.y }, { x: q.x - bend, y: q.y }, q]);
        if (points[k + 2]) curves.push([q, q, points[k + 2], points[k + 2]]);
      }
    }
    curves.forEach(([, c, e, q]) => { d += ` C${[c, e, q].map((one) => `${one.x.toFixed(1)} ${one.y.toFixed(1)}`).join(", ")}`; });
    out.set(edge.key, { d, curves });
  }
  return out;
}

function pointOn(curve, t) {
  const [p, c, e, q] = curve;
  const u = 1 - t;
  const mix = (k) => u * u * u * p[k] + 3 * u * u * t * c[k] + 3 * u * t * t * e[k] + t * t * t * q[k];
  return { x: mix("x"), y: mix("y") };
}

// Words on arrows stand only where they touch no box and no other word; the rest is told when an arrow is chosen.
function placeWords(wanted, boxes) {
  const taken = boxes.slice();
  const out = [];
  const hit = (p, q) => p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h;
  for (const one of wanted) {
    const found = one.spots.map((spot) => ({ x: spot.x - one.w / 2, y: spot.y - one.h / 2, w: one.w, h: one.h })).find((box) => box.x > 0 && box.y > 0 && !taken.some((other) => hit(box, other)));
    if (found) { taken.push(found); out.push({ ...one, box: found }); }
  }
  return out;
}
