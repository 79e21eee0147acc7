// What the network says for a choice of days, scenario and observer: sums of what Python found. No drawing here.
const NG = { NO: 0, ALLEGED: 1, ASKED: 2, MIGHT: 3, BECAUSE: 4, KNOWS: 5 };
const YOU = -1;

function ints(text) {
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) out[i] = raw.charCodeAt(i);
  return new Int32Array(out.buffer);
}
const fill = (message, values) => message.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));

function makeNet(data) {
  const counts = { period: ints(data.counts.period), of: ints(data.counts.of), rows: ints(data.counts.rows) };
  const state = { scope: data.day ? "day" : "whole", scenario: data.scenario, observer: -1, alleged: false, upto: null };
  const net = { data, state, counts };

  // Rows of each group in the chosen days, up to a moment (seconds, or a period's number) where one is given.
  net.rows = function rows(upto) {
    const n = new Float64Array(data.groups.length);
    const { scope } = state;
    if (scope === "day") {
      const { played } = data;
      if (upto === null) played.n.forEach(([c, k]) => { n[c] += k; });
      else for (let i = 0; i < played.t.length; i += 1) if (played.t[i] <= upto) n[played.g[i]] += 1;
      return n;
    }
    for (let i = 0; i < counts.rows.length; i += 1) {
      const p = counts.period[i];
      if (scope === "whole" ? upto === null || (p >= 0 && p <= upto) : p === scope) n[counts.of[i]] += counts.rows[i];
    }
    return n;
  };

  // The moments the scrubber stops at: seconds of a day's rows, or numbers of days.
  net.moments = function moments() {
    if (state.scope === "day") return [...new Set(data.played.t)].sort((a, b) => a - b);
    return state.scope === "whole" ? data.periods.map((_, i) => i) : [];
  };

  // The ways a group is told on, in the scenario, to whom it concerns: [to, facets, grade, chain].
  net.ways = function ways(c) {
    const all = data.patterns[data.groups[c].patterns[state.scenario]].filter((way) => way[2] > NG.ALLEGED || state.alleged);
    if (state.observer < 0) return all;
    const members = new Set(data.observers[state.observer].members);
    if (members.has(data.groups[c].wrote)) return [];
    // An observer's grade is the best of its members', facet by facet; of equal ones the chain that stands first.
    const best = new Map();
    for (const way of all) {
      if (!members.has(way[0])) continue;
      for (let f = 0; f < data.facets.length; f += 1) {
        if (!(way[1] & (1 << f))) continue;
        const so = best.get(f);
        if (!so || way[2] > so[2] || (way[2] === so[2] && way[3] < so[3])) best.set(f, way);
      }
    }
    const joined = new Map();
    for (const [f, way] of best) joined.set(way, (joined.get(way) || 0) | (1 << f));
    return [...joined].map(([way, mask]) => [way[0], mask, way[2], way[3]]);
  };

  // What one step of a chain is worth to this way: never more than the way itself where a row only may hold a facet.
  function worth(way, step) {
    const chain = data.chains[way[3]];
    return way[2] < data.steps[chain[chain.length - 1]][3] ? Math.min(step[3], way[2]) : step[3];
  }

  net.graph = function graph(n) {
    const nodes = new Map();
    const edges = new Map();
    const node = (i) => { if (!nodes.has(i)) nodes.set(i, { i, wrote: 0, by: [0, 0, 0, 0, 0, 0] }); return nodes.get(i); };
    function edge(from, to, c, rows, mask, grade, relation) {
      const key = `${from}>${to}`;
      if (!edges.has(key)) edges.set(key, { key, from, to, rows: 0, grade: 0, mask: 0, relations: new Map(), classes: new Map() });
      const one = edges.get(key);
      if (!one.classes.has(c)) { one.classes.set(c, 0); one.rows += rows; }
      one.classes.set(c, one.classes.get(c) | mask);
      one.mask |= mask; one.grade = Math.max(one.grade, grade);
      if (relation !== null) one.relations.set(relation, Math.max(one.relations.get(relation) || 0, grade));
    }
    let total = 0;
    let own = 0;
    const reached = [0, 0, 0, 0, 0, 0];
    n.forEach((rows, c) => {
      if (!rows) return;
      const { wrote, holds } = data.groups[c];
      if (wrote < 0) { own += rows; return; }
      total += rows;
      node(wrote).wrote += rows;
      edge(YOU, wrote, c, rows, holds, NG.KNOWS, null);
      const best = new Map();
      for (const way of net.ways(c)) {
        best.set(way[0], Math.max(best.get(way[0]) || 0, way[2]));
        for (const at of data.chains[way[3]]) {
          const step = data.steps[at];
          node(step[0]); node(step[1]);
          edge(step[0], step[1], c, rows, way[1], worth(way, step), step[2]);
        }
      }
      for (const [to, grade] of best) node(to).by[grade] += rows;
      if (state.observer >= 0) {
        const mine = data.observers[state.observer].members.includes(wrote);
        reached[mine ? NG.KNOWS : Math.max(0, ...best.values())] += rows;
      }
    });
    nodes.set(YOU, { i: YOU, wrote: total, by: [0, 0, 0, 0, 0, 0] });
    return { nodes, edges, total, own, reached };
  };

  // Streams: kinds of row, who wrote them, and where they are. For every company on its own a row counts once a copy; for
  // one observer it counts once, at how well it is known. Either way each side adds up to the same number.
  net.streams = function streams(n) {
    const left = new Map();
    const middle = new Map();
    const right = new Map();
    const first = new Map();
    const second = new Map();
    const add = (map, key, k) => map.set(key, (map.get(key) || 0) + k);
    const flow = (map, key, k, c) => { if (!map.has(key)) map.set(key, { key: key.split("|"), n: 0, classes: new Set() }); map.get(key).n += k; map.get(key).classes.add(c); };
    let rows = 0;
    let sum = 0;
    n.forEach((k, c) => {
      const { wrote, kind } = data.groups[c];
      if (!k || wrote < 0) return;
      rows += k;
      const ends = new Map();
      const best = new Map();
      for (const way of net.ways(c)) best.set(way[0], Math.max(best.get(way[0]) || 0, way[2]));
      if (state.observer < 0) {
        best.set(wrote, NG.KNOWS);
        for (const [to, grade] of best) ends.set(`${to}|${grade}`, k);
      } else {
        const mine = data.observers[state.observer].members.includes(wrote);
        ends.set(`|${mine ? NG.KNOWS : Math.max(0, ...best.values())}`, k);
      }
      for (const [end, copies] of ends) {
        sum += copies;
        add(left, kind, copies); add(middle, wrote, copies);
        flow(first, `${kind}|${wrote}`, copies, c); flow(second, `${wrote}|${end}`, copies, c);
        const [to, grade] = end.split("|");
        add(right, state.observer < 0 ? Number(to) : Number(grade), copies);
      }
    });
    return { rows, sum, left, middle, right, first: [...first.values()], second: [...second.values()] };
  };

  // The rows behind an edge or a company, as far as they are listed, in order of time.
  net.listed = function listed(classes, upto, most) {
    const out = [];
    const { played, sampled } = data;
    const file = (from, i) => ({ file: data.files[from.f[i]] || "", row: from.r[i] });
    if (state.scope === "day") {
      for (let i = 0; i < played.t.length && out.length < most; i += 1) if (classes.has(played.g[i]) && (upto === null || played.t[i] <= upto)) out.push({ ...file(played, i), t: played.t[i], label: played.label[i] || null });
    } else {
      for (let i = 0; i < sampled.g.length && out.length < most; i += 1) if (classes.has(sampled.g[i]) && (state.scope === "whole" ? upto === null || (sampled.p[i] >= 0 && sampled.p[i] <= upto) : sampled.p[i] === state.scope)) out.push({ ...file(sampled, i), period: sampled.p[i] });
    }
    return out;
  };
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: known(data.zone), hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  net.clock = (t) => clock.format(t * 1000);
  net.name = (i) => (i === YOU ? data.words.you : data.companies[i].name);
  net.facets = (mask) => data.facets.filter((_, f) => mask & (1 << f)).join(data.lang === "en" ? ", " : "、");
  net.count = (k) => (k === 1 ? data.words.row_one : fill(data.words.rows, { n: net.number(k) }));
  const digits = new Intl.NumberFormat("en-GB");
  net.number = (k) => digits.format(k);
  return net;
}

function known(zone) {
  try { new Intl.DateTimeFormat("en", { timeZone: zone }); return zone; } catch (error) { return "UTC"; }
}
