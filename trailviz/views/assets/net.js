// The network page: choices at the top, picture or streams or tables in the middle, the moment below.
//
// Frame to host: {type: "trail:ready"}, {type: "trail:shown", day}, {type: "trail:height", px}, {type: "trail:ask", what, value};
// host to frame: {type: "trail:data", payload}. In a report the data stand in the page.
function makePage(root, data, ask) {
  const { words } = data;
  root.lang = data.lang;
  root.replaceChildren();
  const head = el("header", "tn-head");
  const h1 = el("h1", "");
  head.append(h1);
  root.append(head);
  if (data.empty) { h1.textContent = words.no_rows; return; }

  const net = makeNet(data);
  const { state } = net;
  const live = el("p", "tn-hidden");
  live.setAttribute("aria-live", "polite");
  let graph = null;
  let returnTo = null;
  let shown = "picture";
  let timer = 0;

  const close = () => { picture.clear(); panel.rest(graph); if (returnTo) returnTo.focus(); returnTo = null; };
  function openEdge(key) {
    const one = graph.edges.get(key);
    if (!one) return;
    panel.edge(one).focus();
  }
  const panel = makePanel(net, { onClose: close, onEdge: openEdge });
  const picture = makeGraph(net, { onOpen(chosen, group) {
    if (!chosen) { panel.rest(graph); return; }
    returnTo = group;
    const title = chosen.key ? panel.edge(graph.edges.get(chosen.key)) : panel.company(graph.nodes.get(chosen.i), graph);
    title.focus({ preventScroll: !narrow() });
  } });
  const streams = makeStreams(net, { onStream(text, grade, classes) {
    returnTo = document.activeElement;
    const n = net.rows(state.upto);
    panel.stream(text, grade, classes, [...classes].reduce((sum, c) => sum + n[c], 0)).focus({ preventScroll: !narrow() });
  } });
  const tables = makeTables(net, { onEdge(key) { returnTo = document.activeElement; openEdge(key); } });
  panel.box.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); close(); } });

  const option = (value, text, chosen) => { const one = el("option", "", text); one.value = value; one.selected = chosen; return one; };
  const labelled = (text, control) => { const label = el("label", "tn-control"); label.append(el("span", "", text), control); return label; };
  const controls = el("div", "tn-controls");
  const days = el("select", "tn-days");
  days.append(option("whole", words.whole, state.scope === "whole"));
  data.days.forEach((one) => days.append(option(one.day, `${one.label} (${one.n})`, state.scope === "day" && one.day === data.day)));
  days.addEventListener("change", () => {
    const period = data.periods.findIndex((one) => one.day === days.value);
    if (days.value === "whole") state.scope = "whole";
    else if (days.value === data.day) state.scope = "day";
    else if (ask) { ask("day", days.value); return; }
    else state.scope = period;
    state.upto = null; stop(); refresh();
  });
  // In a report of many years only months are kept apart: a day that is not in the page cannot be chosen there.
  if (!ask) [...days.options].forEach((one) => { if (one.value !== "whole" && one.value !== data.day && (data.monthly || !data.periods.some((p) => p.day === one.value))) one.remove(); });
  const slider = el("input", "tn-merge");
  Object.assign(slider, { type: "range", min: 0, max: data.scenarios.length - 1, step: 1, value: state.scenario });
  const stopped = el("output", "tn-stop");
  const tell = () => { const one = data.scenarios[state.scenario]; stopped.replaceChildren(el("b", "", one.name), el("small", "", one.hint)); slider.setAttribute("aria-valuetext", `${one.name}: ${one.hint}`); };
  slider.addEventListener("input", () => { state.scenario = Number(slider.value); tell(); refresh(); });
  tell();
  const who = el("select", "tn-who");
  who.append(option(-1, words.each, true));
  data.observers.forEach((one, i) => who.append(option(i, one.name, false)));
  who.addEventListener("change", () => { state.observer = Number(who.value); refresh(); });
  const merge = labelled(words.merge, slider);
  merge.append(stopped);
  controls.append(labelled(words.day, days), merge, labelled(words.see_as, who));
  if (data.alleged) {
    const box = el("input", "");
    box.type = "checkbox";
    box.addEventListener("change", () => { state.alleged = box.checked; refresh(); });
    const label = el("label", "tn-check");
    label.append(box, el("span", "", words.alleged_too));
    controls.append(label);
  }
  const right = el("div", "tn-right");
  const tabs = el("div", "tn-tabs");
  tabs.setAttribute("role", "group");
  tabs.setAttribute("aria-label", words.views);
  const field = el("div", "tn-field");
  ["picture", "streams", "table"].forEach((name) => {
    const tab = el("button", "tn-tab", words[name]);
    tab.type = "button";
    tab.dataset.tab = name;
    tab.addEventListener("click", () => { shown = name; refresh(); });
    tabs.append(tab);
  });
  const presenter = el("button", "tn-presenter", words.presenter);
  presenter.type = "button";
  presenter.setAttribute("aria-pressed", String(document.body.classList.contains("tn-large")));
  presenter.addEventListener("click", () => { presenter.setAttribute("aria-pressed", String(document.body.classList.toggle("tn-large"))); refresh(); });
  right.append(tabs, presenter);
  if (ask) {
    const lang = el("select", "");
    [["en", "English"], ["zh-Hans", "简体中文"]].forEach(([value, text]) => lang.append(option(value, text, value === data.lang)));
    lang.setAttribute("aria-label", words.language);
    lang.addEventListener("change", () => ask("lang", lang.value));
    right.append(lang);
  }
  controls.append(right);
  head.append(controls);

  // The moment: a slider over the day's clock, or over the days; what is later is pale.
  const time = el("div", "tn-time");
  const play = el("button", "tn-play", "▶");
  play.type = "button";
  const clock = el("p", "tn-clock");
  const what = el("p", "tn-what");
  const track = el("div", "tn-track");
  const ticks = svg("svg", { class: "tn-ticks", "aria-hidden": "true", preserveAspectRatio: "none" });
  const moment = el("input", "tn-moment");
  moment.type = "range";
  moment.setAttribute("aria-label", words.time);
  track.append(ticks, moment);
  time.append(play, clock, track, what);
  let moments = [];
  const span = () => (state.scope === "day" ? Math.max((moments[moments.length - 1] - moments[0]) * 0.04, 60) : 1);
  function setTime() {
    moments = net.moments();
    time.hidden = moments.length < 2;
    if (time.hidden) return;
    moment.min = moments[0] - span(); moment.max = moments[moments.length - 1] + span(); moment.step = 1;
    moment.value = state.upto === null ? moment.max : state.upto;
    const low = Number(moment.min);
    const long = Number(moment.max) - low;
    ticks.setAttribute("viewBox", "0 0 1000 14");
    const few = moments.length > 600 ? moments.filter((_, k) => k % Math.ceil(moments.length / 600) === 0) : moments;
    ticks.replaceChildren(...few.map((t) => svg("rect", { x: ((t - low) / long) * 1000 - 0.75, y: 0, width: 1.5, height: 14 })));
  }
  const worded = (t) => (state.scope === "day" ? net.clock(t) : data.periods[t].label);
  function at(t) {
    state.upto = t === null || t >= moments[moments.length - 1] + span() * 0.5 ? null : t;
    moment.value = state.upto === null ? moment.max : state.upto;
    lightUp();
  }
  moment.addEventListener("input", () => { stop(); at(Number(moment.value)); });
  moment.addEventListener("keydown", (event) => {
    const now = state.upto === null ? Infinity : state.upto;
    const ahead = () => { const next = moments.find((t) => t > now); return next === undefined ? null : next; };
    const back = () => { const before = moments.filter((t) => t < now).pop(); return before === undefined ? moments[0] : before; };
    const to = { ArrowRight: ahead, ArrowUp: ahead, PageDown: ahead, ArrowLeft: back, ArrowDown: back, PageUp: back, Home: () => moments[0], End: () => null }[event.key];
    if (to) { event.preventDefault(); stop(); at(to()); }
    if (event.key === " ") { event.preventDefault(); toggle(); }
  });
  function stop() { clearTimeout(timer); timer = 0; play.textContent = "▶"; play.setAttribute("aria-label", words.play); }
  function next() {
    const now = state.upto === null ? -Infinity : state.upto;
    const ahead = moments.find((t) => t > now);
    at(ahead === undefined ? null : ahead);
    if (ahead === undefined) { stop(); return; }
    timer = setTimeout(next, Math.min(Math.max(24000 / moments.length, 140), 1600));
  }
  function toggle() {
    if (timer) { stop(); return; }
    play.textContent = "❚❚";
    play.setAttribute("aria-label", words.pause);
    timer = -1;
    next();
  }
  play.addEventListener("click", toggle);

  // Whom the row just played came to, best known first.
  function told(classes) {
    const best = new Map();
    for (const c of classes) for (const way of net.ways(c)) best.set(way[0], Math.max(best.get(way[0]) || 0, way[2]));
    return [5, 4, 3, 2, 1].map((grade) => [grade, [...best].filter((one) => one[1] === grade).map((one) => net.name(one[0]))]).filter((one) => one[1].length).map(([grade, names]) => ` → ${words[`s${grade}`]}: ${names.join(data.lang === "en" ? ", " : "、")}`).join("");
  }
  function lightUp() {
    const { upto } = state;
    clock.textContent = upto === null ? (state.scope === "day" ? words.all_day : words.all_days) : worded(upto);
    moment.setAttribute("aria-valuetext", upto === null ? clock.textContent : fill(words.until, { moment: worded(upto) }));
    if (upto === null) {
      picture.light(null);
      what.textContent = state.scope === "day" && data.played.left ? fill(words.played, { n: net.number(data.played.t.length) }) : "";
    } else {
      const { played } = data;
      const now = new Set();
      let said = "";
      if (state.scope === "day") {
        const last = moments.filter((t) => t <= upto).pop();
        played.t.forEach((t, i) => { if (t === last) now.add(played.g[i]); });
        const here = played.t.map((t, i) => i).filter((i) => played.t[i] === last);
        const one = (i) => { const { wrote, kind } = data.groups[played.g[i]]; return fill(words.event, { moment: net.clock(last), company: wrote < 0 ? words.you : net.name(wrote), what: played.label[i] || data.kinds[kind] || "" }) + told(new Set([played.g[i]])); };
        said = here.slice(0, 3).map(one).join(" ‖ ") + (here.length > 3 ? ` ${fill(words.more_rows, { n: here.length - 3 })}` : "");
      } else {
        for (let k = 0; k < net.counts.rows.length; k += 1) if (net.counts.period[k] === upto) now.add(net.counts.of[k]);
        const n = net.rows(upto);
        const before = upto > 0 ? net.rows(upto - 1) : null;
        const today = n.reduce((sum, k, c) => sum + (data.groups[c].wrote < 0 ? 0 : k - (before ? before[c] : 0)), 0);
        said = `${worded(upto)} · ${net.count(today)}${told(now)}`;
      }
      picture.light({ graph: net.graph(net.rows(upto)), classes: now });
      what.textContent = said;
      if (!timer) live.textContent = said;
    }
    if (shown !== "picture") redraw();
  }

  function redraw() {
    const n = net.rows(shown === "picture" ? null : state.upto);
    if (shown === "streams") streams.draw(net.streams(n));
    if (shown === "table") tables.draw(net.graph(n), net.streams(n));
  }
  const narrow = () => matchMedia("(max-width: 900px)").matches;
  const scopeName = () => (state.scope === "whole" ? words.whole : state.scope === "day" ? data.days.find((one) => one.day === data.day).label : data.periods[state.scope].label);
  function refresh() {
    stop();
    graph = net.graph(net.rows(null));
    h1.textContent = fill(words.title, { scope: scopeName() });
    tabs.querySelectorAll(".tn-tab").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.tab === shown)));
    field.replaceChildren({ picture: picture.box, streams: streams.box, table: tables.box }[shown]);
    setTime();
    picture.clear();
    returnTo = null;
    panel.rest(graph);
    if (graph.total) { if (shown === "picture") picture.draw(graph, null, null); else redraw(); }
    else field.replaceChildren(el("p", "tn-none", fill(words.none, { scope: scopeName() })));
    if (!time.hidden) lightUp();
    Object.assign(root.dataset, { scenario: data.scenarios[state.scenario].id, scope: String(state.scope), observer: state.observer < 0 ? "each" : data.observers[state.observer].id, shown });
    if (ask) ask("height", narrow() ? root.scrollHeight : 0);
  }

  root.append(field, panel.box, time, live);
  refresh();
  let wide = field.clientWidth;
  let waiting = 0;
  new ResizeObserver(() => {
    if (Math.abs(field.clientWidth - wide) < 2 || !field.clientWidth) return;
    wide = field.clientWidth;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => { if (shown === "picture" && graph.total) { picture.draw(graph, null, null); if (!time.hidden) lightUp(); } else redraw(); if (ask) ask("height", narrow() ? root.scrollHeight : 0); });
  }).observe(field);
  // On paper everything stands below each other, the tables too.
  addEventListener("beforeprint", () => { const n = net.rows(null); streams.draw(net.streams(n)); tables.draw(net.graph(n), net.streams(n)); field.replaceChildren(picture.box, streams.box, tables.box); picture.draw(graph, null, null); streams.draw(net.streams(n)); });
  addEventListener("afterprint", refresh);
  return net;
}

addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("network");
  if (!root) return;
  const inPage = document.getElementById("network-data");
  const say = (message) => parent.postMessage(message, "*");
  function show(payload) {
    const ask = inPage ? null : (what, value) => say(what === "height" ? { type: "trail:height", px: value } : { type: "trail:ask", what, value });
    if (!inPage) document.documentElement.lang = payload.lang;
    window.trailvizNetwork = makePage(root, payload, ask);
    document.documentElement.dataset.networkShown = payload.day || "empty";
    if (!inPage) say({ type: "trail:shown", day: payload.day || "" });
  }
  if (inPage) {
    // A report opens on the day; the network is laid out when it is first looked at, since a hidden box has no width.
    let made = false;
    const buttons = [...document.querySelectorAll(".tn-switch button")];
    const view = (name) => {
      document.body.classList.toggle("tn-on", name === "network");
      buttons.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.view === name)));
      if (name === "network" && !made) { made = true; show(JSON.parse(inPage.textContent)); }
    };
    document.body.classList.add("tn-both");
    buttons.forEach((one) => one.addEventListener("click", () => view(one.dataset.view)));
    addEventListener("beforeprint", () => { if (!made) { made = true; show(JSON.parse(inPage.textContent)); } });
    view("day");
    return;
  }
  addEventListener("message", (event) => { if (event.source === parent && event.data && event.data.type === "trail:data") show(event.data.payload); });
  say({ type: "trail:ready" });
});
