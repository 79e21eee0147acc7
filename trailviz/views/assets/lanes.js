const LEAST_S = 120;
// Half of what a mark with its ring takes of a lane.
const MARK = 16;

// The lanes: what the observer has, then one lane a company, then what only the person remembers.
function makeLanes(root, model, inks, words) {
  const box = el("div", "tv-lanes");
  const labels = el("div", "tv-lane-labels");
  const field = el("div", "tv-field");
  const base = el("canvas");
  const over = el("canvas");
  base.setAttribute("aria-hidden", "true"); over.setAttribute("aria-hidden", "true");
  field.append(base, over);
  field.tabIndex = 0;
  field.setAttribute("role", "slider");
  field.setAttribute("aria-label", words.timeline);
  box.append(labels, field);
  const d = window.devicePixelRatio || 1;
  const top = () => (inks.least ? inks.least + 16 : 26);
  const data = model.data;
  const lanes = data.empty ? [] : [{ observer: true }, ...data.companies.map((one, i) => ({ company: i, ...one })).filter((one) => one.lane)];
  const view = { from: data.t0 || 0, to: data.t1 || 1 };
  const out = { box, field, view, onScrub: null, onPick: null };
  const height = () => (inks.least ? inks.least + 12 : innerHeight < 820 || lanes.length > 9 || narrow() ? 25 : 32);
  const full = () => top() + lanes.length * height() + 4;
  let width = 0;
  const px = (t) => ((t - view.from) / (view.to - view.from)) * width;
  const time = (p) => view.from + (p / width) * (view.to - view.from);

  out.relabel = function relabel() {
    labels.replaceChildren();
    labels.style.paddingTop = `${top()}px`;
    for (const lane of lanes) {
      const row = el("div", "tv-lane-label");
      row.style.height = `${height()}px`;
      if (lane.observer) row.append(el("b", "", model.observer().name));
      else {
        row.append(markIcon(inks, lane.company, GRADE.KNOWS, lane.self && !model.hasFiles()), el("span", "", lane.name));
      }
      labels.append(row);
    }
  };

  function size(canvas) {
    canvas.width = width * d; canvas.height = full() * d;
    canvas.style.width = `${width}px`; canvas.style.height = `${full()}px`;
    const x = canvas.getContext("2d");
    x.setTransform(d, 0, 0, d, 0, 0); x.clearRect(0, 0, width, full());
    return x;
  }

  function axis(x) {
    const span = view.to - view.from;
    x.font = lettering(inks, 12.5);
    const room = x.measureText("00:00").width + 22;
    const step = [300, 600, 900, 1800, 3600, 7200, 10800, 21600].find((one) => (one / span) * width > room) || 43200;
    const first = Math.ceil((view.from - data.t0) / step) * step + data.t0;
    x.fillStyle = inks.muted; x.strokeStyle = inks.rule; x.lineWidth = 1;
    for (let t = first; t <= view.to; t += step) {
      const at = Math.round(px(t)) + 0.5;
      x.beginPath(); x.moveTo(at, top() - 4); x.lineTo(at, full()); x.stroke();
      const text = model.clock(t);
      const w = x.measureText(text).width;
      if (at - w / 2 > 0 && at + w / 2 < width) x.fillText(text, at - w / 2, top() - 12);
    }
    x.globalAlpha = 0.5; x.fillStyle = inks.rule;
    for (const [from, to] of [[data.t0, data.t0 + 6 * 3600], [data.t0 + 20 * 3600, data.t1]]) {
      const a = Math.max(px(from), 0); const b = Math.min(px(to), width);
      if (b > a) x.fillRect(a, top(), b - a, full() - top());
    }
    x.globalAlpha = 1;
    lanes.forEach((lane, i) => { const y = top() + i * height() + 0.5; x.strokeStyle = inks.rule; x.beginPath(); x.moveTo(0, y); x.lineTo(width, y); x.stroke(); });
  }

  // Three kinds of nothing: no place (hatched), no record (hatched both ways), no file (dotted).
  function nothings(x) {
    const tiles = { blind: hatch(inks.ink, 7, 1), silent: hatch(inks.ink, 7, 1, true), not_loaded: null };
    for (const gap of model.gaps()) {
      const a = Math.max(px(gap.t0), -2); const b = Math.min(px(gap.t1), width + 2);
      if (b <= a) continue;
      const h = height() - 7; const y = top() + 4;
      if (gap.kind === "not_loaded") {
        x.globalAlpha = 0.6; x.fillStyle = inks.muted;
        for (let p = a + 4; p < b; p += 8) x.fillRect(p, y + h / 2, 2, 2);
      } else {
        x.globalAlpha = gap.kind === "blind" ? 0.5 : 0.28; x.fillStyle = pattern(x, tiles[gap.kind]); x.fillRect(a, y, b - a, h);
        x.globalAlpha = 1;
        if (gap.kind === "blind" && gap.a && gap.b) { x.lineWidth = 1.4; x.strokeStyle = inks.ink; x.strokeRect(a + 0.5, y + 0.5, b - a - 1, h - 1); }
      }
      x.globalAlpha = 1;
    }
    lengths(x);
  }

  // The length of a gap stands where its marks leave the widest room, and nowhere if there is none.
  function lengths(x) {
    x.font = lettering(inks, 12.5, { weight: "600" });
    const tall = Math.max(18, inks.least + 4);
    const marks = mine();
    for (const gap of model.gaps()) {
      if (gap.kind !== "blind") continue;
      const a = Math.max(px(gap.t0), 0); const b = Math.min(px(gap.t1), width);
      const w = x.measureText(gap.length).width + 12;
      const inside = marks.filter((at) => at > a + 1 && at < b - 1);
      // Marks at both ends have rings.
      const edges = [px(gap.t0) < 0 ? -MARK : a, ...inside, px(gap.t1) > width ? width + MARK : b];
      const rooms = edges.slice(1).map((until, i) => [until - edges[i] - 2 * MARK, edges[i] + MARK]);
      const [room, from] = rooms.reduce((most, one) => (one[0] > most[0] ? one : most));
      if (room < w) continue;
      const left = from + room / 2 - w / 2;
      x.fillStyle = inks.ink; x.fillRect(left, top() + height() / 2 - tall / 2, w, tall);
      x.fillStyle = inks.paper; x.textBaseline = "middle"; x.fillText(gap.length, left + 6, top() + height() / 2 + 0.5); x.textBaseline = "alphabetic";
    }
  }

  // Where marks stand in the observer's own lane, from left to right.
  function mine() {
    const ev = data.events;
    const at = [];
    for (let i = 0; i < model.count; i += 1) {
      const off = model.state.off.has(data.companies[ev.co[i]].id);
      const when = moment(i);
      if (!off && when !== null && !model.isNote(i) && data.companies[ev.co[i]].lane && best(i) >= GRADE.MIGHT) at.push(px(when));
    }
    return at.sort((p, q) => p - q);
  }

  // A start that is known only within bounds stands at its end.
  function moment(i) {
    const ev = data.events;
    const from = ev.t0[i] === null ? ev.t1[i] : ev.t0[i];
    return ev.t0l[i] !== null && ev.t0l[i] > from && ev.t1[i] !== null ? ev.t1[i] : from;
  }

  function best(event) {
    let top = 0;
    for (const name of ["time", "end", "place", "destination", "merchant", "amount", "items"]) top = Math.max(top, model.gradeOf(event, name));
    return top;
  }

  function mark(x, event, y, when, grade) {
    x.save(); x.translate(px(when), y);
    if (event === model.state.selected) { x.beginPath(); x.arc(0, 0, 13, 0, 7); x.lineWidth = 2.5; x.strokeStyle = inks.ink; x.stroke(); }
    drawMark(x, inks, data.events.co[event], grade, model.isNote(event), 5.4);
    x.restore();
    out.hits.push([px(when), y, event]);
  }

  function records(x) {
    const ev = data.events;
    const row = {};
    lanes.forEach((lane, i) => { if (!lane.observer) row[lane.company] = top() + i * height() + height() / 2; });
    out.hits = [];
    const mine = top() + height() / 2;
    for (let i = 0; i < model.count; i += 1) {
      const y = row[ev.co[i]];
      const start = ev.t0[i]; const late = ev.t0l[i]; const end = ev.t1[i];
      if (y === undefined || (start === null && end === null)) continue;
      const off = model.state.off.has(data.companies[ev.co[i]].id);
      x.globalAlpha = off ? 0.2 : 1;
      const hue = model.isNote(i) ? inks.muted : inks.hues[ev.co[i] % HUES];
      const from = start === null ? end : start;
      if (end !== null && end > from) {
        const a = px(from); const b = px(end);
        const soft = x.createLinearGradient(a, 0, b, 0);
        const none = hue.startsWith("#") ? `${hue}00` : "transparent";
        soft.addColorStop(0, late !== null && late > from ? none : hue);
        soft.addColorStop(1, ev.t1e[i] !== null && ev.t1e[i] < end ? none : hue);
        x.globalAlpha = off ? 0.1 : 0.4; x.fillStyle = soft; x.fillRect(a, y - 4, b - a, 8); x.globalAlpha = off ? 0.2 : 1;
      } else if (late !== null && late > from) {
        x.globalAlpha = off ? 0.1 : 0.35; x.fillStyle = hue; x.fillRect(px(from), y - 2, px(late) - px(from), 4); x.globalAlpha = off ? 0.2 : 1;
      }
      const grade = model.isNote(i) ? 0 : best(i);
      const when = moment(i);
      if (grade >= GRADE.MIGHT && !off) {
        x.strokeStyle = inks.ink; x.lineWidth = 1.2; x.globalAlpha = grade >= GRADE.BECAUSE ? 0.75 : 0.3; x.setLineDash([1.5, 3.5]);
        x.beginPath(); x.moveTo(px(when), y - 9); x.lineTo(px(when), mine + 9); x.stroke(); x.setLineDash([]); x.globalAlpha = 1;
        mark(x, i, mine, when, grade);
      }
      mark(x, i, y, when, GRADE.KNOWS);
      x.globalAlpha = 1;
    }
  }

  out.draw = function draw() {
    width = field.clientWidth;
    field.style.height = `${full()}px`;
    if (!width || data.empty) return;
    const x = size(base);
    axis(x); nothings(x); records(x);
    out.head();
  };
  out.head = function head() {
    if (!width || data.empty) return;
    const x = size(over);
    const at = px(model.state.now);
    x.strokeStyle = inks.ink; x.lineWidth = 2;
    x.beginPath(); x.moveTo(at, top() - 6); x.lineTo(at, full()); x.stroke();
    x.beginPath(); x.moveTo(at - 7, top() - 18); x.lineTo(at + 7, top() - 18); x.lineTo(at + 7, top() - 10); x.lineTo(at, top() - 3); x.lineTo(at - 7, top() - 10); x.closePath(); x.fillStyle = inks.ink; x.fill();
    field.setAttribute("aria-valuemin", Math.round(view.from)); field.setAttribute("aria-valuemax", Math.round(view.to));
    field.setAttribute("aria-valuenow", Math.round(model.state.now)); field.setAttribute("aria-valuetext", model.clock(model.state.now));
  };
  out.zoom = function zoom(from, to) {
    const middle = (from + to) / 2;
    const half = Math.max(to - from, LEAST_S) / 2;
    view.from = Math.max(middle - half, data.t0); view.to = Math.min(middle + half, data.t1);
    out.draw();
  };
  out.around = (factor, centre) => out.zoom(centre - (centre - view.from) * factor, centre + (view.to - centre) * factor);
  out.fit = function fit() {
    const steps = model.steps();
    if (!steps.length) return;
    const pad = Math.max(900, (steps[steps.length - 1] - steps[0]) * 0.05);
    out.zoom(Math.max(steps[0] - pad, data.t0), Math.min(steps[steps.length - 1] + pad, data.t1));
  };
  // Move and stretch within the day, keeping the length asked for as far as the day is long.
  out.window = function window(from, to) {
    const span = Math.min(Math.max(to - from, LEAST_S), data.t1 - data.t0);
    view.from = Math.min(Math.max(from, data.t0), data.t1 - span);
    view.to = view.from + span;
    out.draw();
  };
  const near = (px, py) => (out.hits || []).find((one) => Math.abs(one[0] - px) < 11 && Math.abs(one[1] - py) < 12);
  listen(field, {
    view, time, now: () => model.state.now, width: () => width, window: out.window, around: out.around,
    hit: (px, py) => { const hit = near(px, py); return hit ? hit[2] : null; },
    pick: (event) => out.onPick(event), scrub: (t) => out.onScrub(t),
  });
  return out;
}
