// The stage: one page that joins map, lanes and sentences around one playhead.
//
// Frame to host: {type: "trail:ready"}, {type: "trail:shown", day}, {type: "trail:height", px}, {type: "trail:ask", what, value}
// with what "day" or "lang". Host to frame: {type: "trail:data", payload, requests}. A report carries its payload in the page.
function makeStage(root, L, map, data, grounds, ask) {
  const words = data.words;
  const model = makeModel(data);
  const inks = readInks(root);
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  root.lang = data.lang;
  document.documentElement.lang = data.lang;
  root.replaceChildren();

  const head = el("header", "tv-head");
  const title = el("div", "tv-title");
  const h1 = el("h1", "");
  title.append(h1, el("p", "tv-sub", data.subtitle));
  const controls = el("div", "tv-controls");
  head.append(title, controls);
  const mapBox = el("section", "tv-map");
  mapBox.setAttribute("aria-label", words.map);
  mapBox.append(map.getContainer());
  const time = el("section", "tv-time");
  time.setAttribute("aria-label", words.timeline);
  const live = el("p", "tv-hidden");
  live.setAttribute("aria-live", "polite");
  const sentences = makeSentences(model, inks, words);
  const lanes = makeLanes(root, model, inks, words);
  const bar = el("div", "tv-bar");
  const quiet = el("div", "tv-quiet");
  quiet.hidden = true;
  const card = el("dialog", "tv-dialog");
  time.append(bar, lanes.box);
  root.append(head, mapBox, sentences.box, time, live, quiet, card);

  (map.tvGround || []).forEach((one) => one.remove());
  const ground = grounds[data.ground] || grounds.land;
  map.tvGround = [drawGround(L, map, ground, inks, data.lang)];
  map.attributionControl.setPrefix(false);
  if (map.tvCredit) map.attributionControl.removeAttribution(map.tvCredit);
  map.tvCredit = ground.attribution;
  map.attributionControl.addAttribution(map.tvCredit);
  if (map.tvLayer) map.tvLayer.remove();
  const layer = makeMapLayer(L, map, model, inks);
  map.tvLayer = layer;

  function option(value, text, chosen) { const one = el("option", "", text); one.value = value; one.selected = chosen; return one; }
  function labelled(text, control) { const label = el("label", "tv-control"); label.append(el("span", "", text), control); return label; }

  if (!data.empty) {
    const who = el("select", "tv-who-select");
    data.observers.forEach((one, i) => who.append(option(i, one.name, i === model.state.observer)));
    who.addEventListener("change", () => { model.state.observer = Number(who.value); refresh(); });
    const slider = el("input", "tv-merge");
    slider.type = "range"; slider.min = 0; slider.max = data.scenarios.length - 1; slider.step = 1; slider.value = model.state.scenario;
    const stop = el("output", "tv-stop");
    const merge = labelled(words.merge, slider);
    merge.append(stop);
    const tell = () => { const one = data.scenarios[model.state.scenario]; stop.replaceChildren(el("b", "", one.name), el("small", "", one.hint)); slider.setAttribute("aria-valuetext", `${one.name}: ${one.hint}`); };
    slider.addEventListener("input", () => { model.state.scenario = Number(slider.value); tell(); refresh(); });
    tell();
    controls.append(labelled(words.see_as, who), merge);
    if (data.alleged) {
      const box = el("input", ""); box.type = "checkbox";
      box.addEventListener("change", () => { model.state.alleged = box.checked; refresh(); });
      controls.append(labelled(words.alleged, box));
    }
    if (data.days.length > 1 && ask) {
      const days = el("select", "");
      data.days.forEach((one) => days.append(option(one.day, `${one.label} (${one.n})`, one.day === data.day)));
      days.addEventListener("change", () => ask("day", days.value));
      controls.append(labelled(words.day, days));
    }
  }
  const requests = el("p", "tv-requests");
  let left = 0;
  const count = () => { requests.textContent = left === 1 ? words.request : fill(words.requests, { n: left }); requests.classList.toggle("tv-alarm", left > 0); };
  const outside = (url) => /^(https?|wss?):/.test(url) && !/^(https?|wss?):\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url);
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (outside(one.name)) left += 1; count(); }).observe({ type: "resource", buffered: true });
  count();
  const presenter = el("button", "tv-presenter", words.presenter);
  presenter.type = "button"; presenter.setAttribute("aria-pressed", "false");
  presenter.addEventListener("click", () => { const on = root.classList.toggle("tv-large"); presenter.setAttribute("aria-pressed", String(on)); resize(); });
  const right = el("div", "tv-right");
  right.append(requests, presenter);
  if (ask) {
    const lang = el("select", "");
    [["en", "English"], ["zh-Hans", "简体中文"]].forEach(([value, text]) => lang.append(option(value, text, value === data.lang)));
    lang.setAttribute("aria-label", words.language);
    lang.addEventListener("change", () => ask("lang", lang.value));
    right.append(lang);
  }
  controls.append(right);

  const key = el("div", "tv-key");
  const legend = (icon, text) => { const row = el("span", ""); row.append(icon, document.createTextNode(text)); key.append(row); };
  legend(markIcon(inks, 0, GRADE.KNOWS, false), words.recorded);
  legend(markIcon(inks, 0, GRADE.BECAUSE, false), words.learnt);
  legend(markIcon(inks, 0, GRADE.MIGHT, false), words.might);
  legend(markIcon(inks, 0, 0, true), words.told);
  // Three kinds of nothing look different in the lanes; the key says which is which.
  const swatch = (paint) => {
    const canvas = el("canvas", "tv-icon");
    const d = devicePixelRatio || 1;
    canvas.width = canvas.height = 22 * d;
    const x = canvas.getContext("2d");
    x.scale(d, d);
    paint(x);
    return canvas;
  };
  const hatched = (turned, frame) => swatch((x) => {
    x.globalAlpha = turned ? 0.6 : 1; x.fillStyle = pattern(x, hatch(inks.ink, 7, 1.1, turned)); x.fillRect(1, 4, 20, 14);
    if (frame) { x.strokeStyle = inks.ink; x.strokeRect(1.5, 4.5, 19, 13); }
  });
  legend(hatched(false, true), words.no_record);
  legend(hatched(true, false), words.silent);
  legend(swatch((x) => { x.fillStyle = inks.muted; for (let p = 2; p < 20; p += 6) x.fillRect(p, 10, 2, 2); }), words.not_loaded);
  mapBox.append(key);

  const play = el("button", "tv-play");
  play.type = "button";
  const clock = el("p", "tv-clock");
  const what = el("p", "tv-what");
  const speed = el("select", "");
  [[300, words.slow], [600, words.middle], [1800, words.fast]].forEach(([value, text]) => speed.append(option(value, text, value === 300)));
  speed.setAttribute("aria-label", words.speed);
  const zooms = el("div", "tv-zooms");
  const button = (text, name, run) => { const one = el("button", "", text); one.type = "button"; one.setAttribute("aria-label", name); one.addEventListener("click", run); zooms.append(one); };
  button("−", words.zoom_out, () => lanes.around(1.5, model.state.now));
  button("+", words.zoom_in, () => lanes.around(1 / 1.5, model.state.now));
  button(words.afternoon, words.afternoon, () => { lanes.fit(); layer.fit(); });
  button(words.whole_day, words.whole_day, () => lanes.zoom(data.t0, data.t1));
  const chips = el("div", "tv-chips");
  chips.setAttribute("role", "group"); chips.setAttribute("aria-label", words.switch);
  (data.companies || []).forEach((one, i) => {
    if (!one.lane || one.self) return;
    const chip = el("button", "tv-chip");
    chip.type = "button"; chip.setAttribute("aria-pressed", "true");
    chip.append(markIcon(inks, i, GRADE.KNOWS, false), el("span", "", one.name));
    chip.addEventListener("click", () => { if (model.state.off.has(one.id)) model.state.off.delete(one.id); else model.state.off.add(one.id); chip.setAttribute("aria-pressed", String(!model.state.off.has(one.id))); refresh(); });
    chips.append(chip);
  });
  if (!data.empty) bar.append(play, clock, what, chips, speed, zooms);

  const player = makePlayer(model, { reduced, quiet, words, speed: () => Number(speed.value), moved, playing: (on) => { play.textContent = on ? "❚❚" : "▶"; play.setAttribute("aria-label", on ? words.pause : words.play); } });
  play.addEventListener("click", player.toggle);
  lanes.onScrub = (t) => { player.stop(); model.state.gap = null; player.to(t); };
  lanes.onPick = choose;
  layer.onPick = (event) => { if (event !== null) choose(event); };
  sentences.onEvent = choose;
  sentences.onGap = (gap, mode) => { player.stop(); model.state.gap = gap; if (mode) { model.state.reachMode = mode; sentences.draw(); } player.to(model.state.now > gap.t0 && model.state.now < gap.t1 ? model.state.now : (gap.t0 + gap.t1) / 2); };
  sentences.onRelation = (relation) => {
    card.replaceChildren();
    const close = el("button", "tv-close", words.close);
    close.type = "button"; close.addEventListener("click", () => card.close());
    card.append(el("h2", "", relation.text), el("p", "", relation.dates));
    if (relation.note) card.append(el("p", "", relation.note));
    const list = el("ul", "");
    relation.sources.forEach((one) => list.append(el("li", "", one)));
    card.append(el("p", "tv-head", `${words.sources} · ${relation.id}`), list, close);
    card.showModal();
  };

  // On a phone the sentences lie below the map: moving the page under a finger would lose the place.
  const narrow = () => matchMedia("(max-width: 900px)").matches;
  function choose(event) {
    player.stop();
    model.state.selected = event; model.state.gap = null;
    const t = data.events.t0[event] !== null ? data.events.t0[event] : data.events.t1[event];
    sentences.light(event, !narrow());
    player.to(t, true);
    const lat = data.events.lat[event];
    if (lat !== null && !map.getBounds().contains([lat, data.events.lon[event]])) map.panTo([lat, data.events.lon[event]], { animate: !reduced });
    live.textContent = `${model.clock(t)}. ${data.events.label[event]}`;
  }
  function moved(keep) {
    const now = model.state.now;
    if (!keep) {
      let at = null;
      for (let i = 0; i < model.count; i += 1) if (data.events.t0[i] !== null && data.events.t0[i] <= now && !model.isSelf(i) && (at === null || data.events.t0[i] >= data.events.t0[at])) at = i;
      if (at !== model.state.selected) { model.state.selected = at; sentences.light(at, !model.state.fresh && !narrow()); lanes.draw(); }
    }
    clock.textContent = model.clock(now);
    const event = model.state.selected;
    const gap = model.gapAt(now);
    what.textContent = gap && !model.state.off.size ? words.cannot_see : event === null ? "" : `${data.companies[data.events.co[event]].name} · ${data.events.label[event]}`;
    layer.draw();
    if (keep) lanes.draw(); else lanes.head();
  }
  function refresh() {
    h1.textContent = data.empty ? words.no_rows : model.observer().title;
    model.state.gap = null;
    sentences.draw(); lanes.relabel(); lanes.draw(); layer.draw();
    if (model.state.fresh) begin();
    root.dataset.observer = data.empty ? "" : model.observer().id;
    root.dataset.scenario = data.empty ? "" : data.scenarios[model.state.scenario].id;
  }
  function resize() { map.invalidateSize({ animate: false }); lanes.draw(); layer.place(); if (ask) ask("height", narrow() ? root.scrollHeight : 0); }

  // Open on what matters: inside the longest stretch the observer cannot see. Playing starts from the first record.
  function begin() {
    const steps = model.steps();
    const blind = model.gaps().filter((gap) => gap.kind === "blind" && gap.a && gap.b).sort((p, q) => q.t1 - q.t0 - (p.t1 - p.t0))[0];
    model.state.fresh = true;
    player.to(blind ? blind.t0 + (blind.t1 - blind.t0) * 0.72 : steps.length ? steps[steps.length - 1] : data.t0);
    model.state.selected = null;
    sentences.light(null, false); sentences.box.scrollTop = 0; lanes.draw(); layer.draw();
  }

  if (!data.empty && !model.marks().length) mapBox.append(el("p", "tv-noplace", words.no_place));
  refresh();
  map.invalidateSize({ animate: false });
  layer.fit(); layer.place();
  if (!data.empty) { lanes.fit(); begin(); }
  root.onkeydown = (event) => player.key(event);
  let waiting = 0;
  new ResizeObserver(() => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(resize); }).observe(mapBox);
  matchMedia("(prefers-color-scheme: dark)").onchange = () => makeStage(root, L, map, data, grounds, ask);
  addEventListener("beforeprint", () => { layer.draw(); lanes.draw(); });
  return { model, resize };
}
