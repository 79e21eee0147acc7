// The day as the stage sees it: what was sent, what is chosen, and what follows from both. No drawing here.
const GRADE = { NO: 0, ALLEGED: 1, ASKED: 2, MIGHT: 3, BECAUSE: 4, KNOWS: 5 };

function bytes(text) {
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) out[i] = raw.charCodeAt(i);
  return out;
}

function makeModel(data) {
  const count = data.empty ? 0 : data.events.id.length;
  const F = data.empty ? 0 : data.facets.length;
  const C = data.empty ? 0 : data.classes;
  const S = data.empty ? 0 : data.scenarios.length;
  const grade = data.empty ? null : bytes(data.grade);
  const said = data.alleged ? bytes(data.alleged) : null;
  const why = data.empty ? null : new Uint16Array(bytes(data.why).buffer);
  data.gradeBytes = grade;
  data.wayNumbers = data.empty ? null : new Uint16Array(bytes(data.way).buffer);
  const facet = {};
  (data.facets || []).forEach((name, i) => { facet[name] = i; });
  const state = { observer: 0, scenario: data.scenario || 0, alleged: false, off: new Set(), now: 0, selected: null, gap: null, reachMode: null };
  const model = { data, count, facet, state, grade: GRADE };

  const cell = (cls, f) => ((state.observer * S + state.scenario) * C + cls) * F + f;

  // What a switched-off company takes with it: its own records, and every path through it.
  model.lost = function lost(event, f) {
    if (!state.off.size) return null;
    const own = data.companies[data.events.co[event]];
    if (state.off.has(own.id)) return own.name;
    // What is surely known stays so while any of its ways is whole.
    const at = (state.observer * S + state.scenario) * C + data.events.cls[event];
    if (model.raw(event, f) >= GRADE.BECAUSE && whole(data, data.wayNumbers[at], f, state.off)) return null;
    const path = data.paths[why[cell(data.events.cls[event], f)]] || [];
    for (const at of path) {
      for (const end of data.relations[at].ends) {
        if (state.off.has(end)) return (data.companies.find((one) => one.id === end) || { name: end }).name;
      }
    }
    return null;
  };
  model.raw = (event, f) => (state.alleged && said ? said : grade)[cell(data.events.cls[event], f)];
  model.gradeOf = (event, name) => (model.lost(event, facet[name]) ? 0 : model.raw(event, facet[name]));
  model.path = (event, f) => (data.paths[why[cell(data.events.cls[event], f)]] || []).map((at) => data.relations[at]);
  model.observer = () => data.observers[state.observer];
  let measured = { key: null, gaps: [] };
  model.gaps = function gaps() {
    if (data.empty) return [];
    if (!state.off.size) return data.gaps[state.observer][state.scenario];
    const key = [state.observer, state.scenario, ...[...state.off].sort()].join(" ");
    if (measured.key !== key) measured = { key, gaps: measureGaps(data, state.observer, state.scenario, state.off, model.clock, model.span) };
    return measured.gaps;
  };
  // The gaps worth a sentence: those between two places; with a company off, also those that were none before.
  model.told = function told() {
    const before = data.empty ? [] : data.gaps[state.observer][state.scenario];
    const is = (gap) => before.some((one) => one.kind === gap.kind && one.t0 === gap.t0 && one.t1 === gap.t1);
    return model.gaps().filter((gap) => gap.kind === "blind" && ((gap.a && gap.b) || !is(gap)));
  };
  model.figures = () => (data.empty ? [] : data.figures[state.observer][state.scenario]);
  model.isSelf = (event) => data.companies[data.events.co[event]].self;
  // What nobody has: whoever has the files has the person's own rows too.
  model.hasFiles = () => model.observer().kind === "files";
  model.isNote = (event) => model.isSelf(event) && !model.hasFiles();

  // A sentence's facets all have one grade; the same grouping as story.groups.
  model.sentences = function sentences() {
    const told = [];
    const guesses = new Map(model.guesses().map((one) => [one.e, one]));
    for (const claim of data.claims || []) {
      if (claim.kind === "absent") continue;
      const byGrade = new Map();
      for (let f = 0; f < F; f += 1) {
        if (!(claim.mask & (1 << f))) continue;
        const one = model.raw(claim.e, f);
        if (!byGrade.has(one)) byGrade.set(one, []);
        byGrade.get(one).push(f);
      }
      for (const one of [...byGrade.keys()].sort((a, b) => b - a)) {
        const facets = byGrade.get(one);
        const mask = facets.reduce((sum, f) => sum | (1 << f), 0);
        const text = claim.texts[mask];
        if (one === GRADE.NO || text === undefined) continue;
        const lower = one < GRADE.BECAUSE ? facets.map((f) => claim.lower[data.facets[f]]).find(Boolean) : null;
        // Beside the sentence that tells when, as story.tell does.
        const guess = claim.kind === "paid" && one >= GRADE.BECAUSE && facets.includes(facet.time) ? guesses.get(claim.e) || null : null;
        told.push({ claim, guess, event: claim.e, grade: one, facets, text, path: model.path(claim.e, facets[0]), lost: model.lost(claim.e, facets[0]), lower, at: data.events.t0[claim.e] });
      }
    }
    return told;
  };
  // What the observer could guess of the day: with a company off, what rests on nothing it took along.
  model.guesses = function guesses() {
    if (data.empty) return [];
    const kept = (guess) => guess.by.every((co) => !state.off.has(data.companies[co].id))
      && model.gradeOf(guess.e, "time") >= GRADE.BECAUSE
      && guess.rests.every((one) => one.e === null || ["place", "destination"].some((name) => model.gradeOf(one.e, name) >= GRADE.BECAUSE));
    return data.guess[state.observer][state.scenario].map((number) => data.guesses[number]).filter(kept);
  };
  // Home and work, as they were worked out for the companies that are off; null where nobody did.
  model.lasting = function lasting() {
    if (data.empty) return [];
    const worked = data.lasts[state.observer][state.scenario];
    const matter = new Set(worked.flatMap(([off]) => off));
    const off = [...matter].filter((co) => state.off.has(data.companies[co].id));
    const found = worked.find(([one]) => one.length === off.length && off.every((co) => one.includes(co)));
    return found && found[1] ? found[1].map((number) => data.lasting[number]) : null;
  };
  model.absent = () => (data.claims || []).filter((claim) => claim.kind === "absent" && Object.keys(claim.lower).length);

  // Marks on the map: where each end was, and how the observer has it.
  model.marks = function marks() {
    const out = [];
    const ev = data.events;
    for (let i = 0; i < count; i += 1) {
      const self = model.isNote(i);
      if (state.off.has(data.companies[ev.co[i]].id)) continue;
      if (ev.lat[i] !== null) out.push({ event: i, end: false, lat: ev.lat[i], lon: ev.lon[i], r: ev.r[i], t: ev.t0[i], name: ev.place[i], wide: ev.wide[i], self, grade: self ? 0 : model.gradeOf(i, "place") });
      if (ev.elat[i] !== null) out.push({ event: i, end: true, lat: ev.elat[i], lon: ev.elon[i], r: ev.er[i], t: ev.t1[i], name: ev.eplace[i], wide: ev.ewide[i], self, grade: self ? 0 : model.gradeOf(i, "destination") });
    }
    return out;
  };

  model.gapAt = (t) => model.gaps().find((gap) => gap.kind === "blind" && t > gap.t0 && t < gap.t1) || null;
  model.steps = function steps() {
    const all = [];
    for (let i = 0; i < count; i += 1) {
      if (data.events.t0[i] !== null) all.push(data.events.t0[i]);
      if (data.events.t1[i] !== null) all.push(data.events.t1[i]);
    }
    return [...new Set(all)].sort((a, b) => a - b);
  };
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zoneFor(data.zone), hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  model.clock = (t) => clock.format(t * 1000);
  model.span = function span(seconds) {
    const minutes = Math.round(seconds / 60);
    const h = Math.floor(minutes / 60);
    const m = minutes % 60;
    if (!h) return fill(data.words.min, { minutes: m });
    return m ? fill(data.words.h_min, { hours: h, minutes: String(m).padStart(2, "0") }) : fill(data.words.h, { hours: h });
  };
  return model;
}

function zoneFor(name) {
  try { new Intl.DateTimeFormat("en", { timeZone: name }); return name; } catch (error) { return "UTC"; }
}

function fill(message, values) {
  return message.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

function el(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  // textContent only: nothing that came from a file becomes markup.
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

// Leaflet reads a credit as HTML; what stands in a file is text.
function harmless(text) {
  return text.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
