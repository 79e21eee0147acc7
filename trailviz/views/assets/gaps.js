// Gaps measured again with companies switched off: the rules of gaps.py, on the moments of the day. No drawing here.
//
// Times are seconds since 1970. A span list is sorted and does not overlap.
function joined(spans) {
  const sorted = spans.filter(([a, b]) => b > a).sort((p, q) => p[0] - q[0]);
  const out = [];
  for (const [a, b] of sorted) {
    const last = out[out.length - 1];
    if (last && a <= last[1]) last[1] = Math.max(last[1], b);
    else out.push([a, b]);
  }
  return out;
}

function cutTo(spans, low, high) {
  return spans.map(([a, b]) => [Math.max(a, low), Math.min(b, high)]).filter(([a, b]) => b > a);
}

// The stretches between instants and outside spans.
function between(instants, spans, low, high) {
  const inside = [...instants.filter((t) => t >= low && t <= high), ...spans.flat(), low, high].map((t) => Math.min(Math.max(t, low), high));
  const points = [...new Set(inside)].sort((a, b) => a - b);
  const out = [];
  for (let i = 1; i < points.length; i += 1) {
    const middle = (points[i - 1] + points[i]) / 2;
    if (!spans.some(([a, b]) => middle >= a && middle < b)) out.push([points[i - 1], points[i]]);
  }
  return out;
}

// What an observer has of the day without the companies in `off`: a way is whole while none of the companies it needs is off.
function sightOf(data, observer, scenario, off) {
  const S = data.scenarios.length;
  const C = data.classes;
  const F = data.facets.length;
  const at = (observer * S + scenario) * C;
  const cache = new Map();
  const has = (cls, f) => {
    const key = cls * F + f;
    if (!cache.has(key)) cache.set(key, data.gradeBytes[(at + cls) * F + f] >= GRADE.BECAUSE && whole(data, data.wayNumbers[at + cls], f, off));
    return cache.get(key);
  };
  const facet = (name) => data.facets.indexOf(name);
  const [TIME, END, PLACE, DESTINATION] = ["time", "end", "place", "destination"].map(facet);
  const sight = data.sight;
  const told = { anchors: [], records: [], spans: [], busy: [] };
  sight.at.forEach((t, i) => {
    const cls = sight.cls[i];
    if (!has(cls, sight.end[i] ? END : TIME)) return;
    told.records.push(t);
    if (sight.point[i] && has(cls, sight.apart[i] ? DESTINATION : PLACE)) told.anchors.push(i);
  });
  sight.spans.forEach((span, i) => {
    const cls = sight.span_cls[i];
    if (!has(cls, TIME) || !has(cls, END)) return;
    told.busy.push([...span]);
    if (sight.span_point[i] && has(cls, PLACE) && has(cls, sight.span_apart[i] ? DESTINATION : PLACE)) told.spans.push([...span]);
  });
  told.spans = joined(told.spans);
  told.busy = joined(told.busy);
  const speaking = new Set([...sight.members[observer], ...sourcesLeft(data, observer, scenario, off, (cls) => has(cls, TIME) || has(cls, END))]);
  told.loaded = joined(sight.loaded.filter(([company]) => speaking.has(company)).map(([, from, until]) => [from, until]));
  return told;
}

function whole(data, number, f, off) {
  return data.ways[number].some(([mask, needed]) => mask & (1 << f) && !needed.some((one) => off.has(one)));
}

// A company's files still speak for the observer unless it is off, or nothing of it reaches the observer any more.
function sourcesLeft(data, observer, scenario, off, told) {
  const here = new Map();
  data.sight.cls.forEach((cls, i) => { const co = data.sight.co[i]; here.set(co, here.get(co) || told(cls)); });
  return data.sight.sources[observer][scenario].filter((co) => !off.has(data.companies[co].id) && here.get(co) !== false);
}

function measureGaps(data, observer, scenario, off, clock, spoken) {
  const seen = sightOf(data, observer, scenario, off);
  const { sight, t0: low, t1: high } = data;
  const loaded = cutTo(seen.loaded, low, high);
  const anchor = (t) => seen.anchors.filter((i) => sight.at[i] === t && sight.lat[i] !== null).sort((p, q) => sight.r[p] - sight.r[q])[0];
  const point = (i) => (i === undefined ? null : [sight.lat[i], sight.lon[i], sight.r[i]]);
  const found = [];
  const add = (kind, a, b) => {
    if (b - a < sight.shortest) return;
    const before = [...seen.anchors].reverse().find((i) => sight.at[i] === a);
    const mode = kind === "blind" && before !== undefined ? sight.mode[before] : "walk";
    // A clock would call the end of the day 00:00.
    const ends = { start: clock(a), end: b === high ? "24:00" : clock(b), observer: data.observers[observer].name };
    found.push({ kind, t0: a, t1: b, a: kind === "blind" ? point(anchor(a)) : null, b: kind === "blind" ? point(anchor(b)) : null, v: sight.speeds[mode], mode, length: spoken(b - a), text: fill(data.observers[observer].nothings[kind], ends) });
  };
  const kinds = [["blind", seen.anchors.map((i) => sight.at[i]), seen.spans], ["silent", seen.records, seen.busy]];
  for (const [kind, instants, spans] of kinds) for (const [a, b] of between(instants, spans, low, high)) for (const piece of cutTo(loaded, a, b)) add(kind, ...piece);
  for (const piece of between([], cutTo(joined([...seen.spans, ...loaded]), low, high), low, high)) add("not_loaded", ...piece);
  return found.sort((p, q) => p.t0 - q.t0 || (p.kind < q.kind ? -1 : p.kind > q.kind ? 1 : p.t1 - q.t1));
}
