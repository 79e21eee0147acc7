// The stage: one page that joins map, lanes and sentences around one playhead.
//
// Frame to host: {type: "trail:ready"}, {type: "trail:shown", day}, {type: "trail:height", px}, {type: "trail:ask", what, value}
// with what "day" or "lang". Host to frame: {type: "trail:data", payload}, {type: "trail:requests", left, blocked}. A report carries
// its payload in the page.
function makeStage(root, L, map, data, grounds, ask, requests) {
  const words = data.words;
  const model = makeModel(data);
  const inks = readInks(root);
  const stage = { root, map, model, inks, words, ask, reduced: matchMedia("(prefers-reduced-motion: reduce)").matches };
  root.lang = data.lang;
  document.documentElement.lang = data.lang;
  stage.head = makeHead(model, words, { ask, requests, refresh: () => refresh(stage), presenting: () => present(stage) });
  stage.sentences = makeSentences(model, inks, words);
  stage.lanes = makeLanes(root, model, inks, words);
  stage.card = makeCard(words);
  stage.bar = makeBar(model, inks, words, {
    toggle: () => stage.player.toggle(), refresh: () => refresh(stage), zoom: (factor) => stage.lanes.around(factor, model.state.now),
    fit: () => { stage.lanes.fit(); stage.layer.fit(); }, whole: () => stage.lanes.zoom(data.t0, data.t1),
  });
  furnish(stage);
  ground(stage, L, grounds);
  stage.layer = map.tvLayer = makeMapLayer(L, map, model, inks);
  stage.player = makePlayer(model, { reduced: stage.reduced, quiet: stage.quiet, words, speed: stage.bar.speed, playing: stage.bar.playing, moved: (keep) => moved(stage, keep), day: stage.head.day });
  connect(stage);
  if (!data.empty && !model.marks().length) stage.mapBox.append(el("p", "tv-noplace", words.no_place));
  refresh(stage);
  // Leaflet measured its box before the page was furnished.
  map.invalidateSize({ animate: false });
  stage.layer.fit(); stage.layer.place();
  if (!data.empty) { stage.lanes.fit(); begin(stage); }
  // Canvases have no stylesheet: their inks were read once, above.
  matchMedia("(prefers-color-scheme: dark)").onchange = () => makeStage(root, L, map, data, grounds, ask, requests);
  return { model, resize: () => resize(stage) };
}

// Put the parts into the page, in reading order.
function furnish(stage) {
  const { root, map, words } = stage;
  const mapBox = stage.mapBox = el("section", "tv-map");
  mapBox.setAttribute("aria-label", words.map);
  mapBox.append(map.getContainer(), makeKey(stage.inks, words, (stage.model.data.lasting || []).length > 0));
  const time = el("section", "tv-time");
  time.setAttribute("aria-label", words.timeline);
  time.append(stage.bar.box, stage.lanes.box);
  stage.live = el("p", "tv-hidden");
  stage.live.setAttribute("aria-live", "polite");
  stage.quiet = el("div", "tv-quiet");
  stage.quiet.hidden = true;
  root.replaceChildren(stage.head.box, mapBox, stage.sentences.box, time, stage.live, stage.quiet, stage.card.box);
}

function ground(stage, L, grounds) {
  const { map, model, inks } = stage;
  // folium made the map once; every day puts a new stage on it, and takes the old one's things away.
  (map.tvGround || []).forEach((one) => one.remove());
  const chosen = grounds[model.data.ground] || grounds.land;
  const own = model.data.basemap;
  map.tvGround = [drawSketch(L, map, own ? grounds.land : chosen, own ? [] : model.data.named || [], inks, model.data.lang)];
  if (own) map.tvGround.push(makeGround(L, map, own, inks, model.data.lang));
  map.attributionControl.setPrefix(false);
  if (map.tvCredit) map.attributionControl.removeAttribution(map.tvCredit);
  map.tvCredit = [own ? own.credit : "", model.data.credit || ""].filter(Boolean).map(harmless).join(" · ");
  map.attributionControl.addAttribution(map.tvCredit);
  if (map.tvLayer) map.tvLayer.remove();
}

function connect(stage) {
  const { root, lanes, layer, sentences, player, model } = stage;
  const scrub = (t) => { player.stop(); model.state.gap = null; player.to(t); };
  lanes.onScrub = scrub;
  lanes.onPick = (event) => choose(stage, event);
  layer.onPick = (event) => { if (event !== null) choose(stage, event); };
  sentences.onEvent = (event) => choose(stage, event);
  sentences.onRelation = stage.card.show;
  sentences.onLasting = layer.tags.onOpen = (one, from) => {
    if (!stage.map.getBounds().contains([one.lat, one.lon])) stage.map.panTo([one.lat, one.lon], { animate: !stage.reduced });
    stage.card.guess(one, (event) => choose(stage, event), from);
  };
  sentences.onGap = (gap, mode) => {
    player.stop();
    model.state.gap = gap;
    if (mode) { model.state.reachMode = mode; sentences.draw(); }
    const inside = model.state.now > gap.t0 && model.state.now < gap.t1;
    player.to(inside ? model.state.now : (gap.t0 + gap.t1) / 2);
  };
  root.onkeydown = (event) => player.key(event);
  let waiting = 0;
  // In the next frame: to resize within the observer's own turn would call it again.
  new ResizeObserver(() => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(() => resize(stage)); }).observe(stage.mapBox);
  matchMedia("print").onchange = (event) => onPaper(stage, event.matches);
}

// On a phone the sentences lie below the map: moving the page under a finger would lose the place.
const narrow = () => matchMedia("(max-width: 900px)").matches;

function choose(stage, event) {
  const { model, map } = stage;
  const ev = model.data.events;
  stage.player.stop();
  model.state.selected = event; model.state.gap = null;
  const t = ev.t0[event] !== null ? ev.t0[event] : ev.t1[event];
  stage.sentences.light(event, !narrow());
  stage.player.to(t, true);
  if (ev.lat[event] !== null && !map.getBounds().contains([ev.lat[event], ev.lon[event]])) map.panTo([ev.lat[event], ev.lon[event]], { animate: !stage.reduced });
  stage.live.textContent = `${model.clock(t)}. ${ev.label[event]}`;
}

// The last record before the playhead is the one under it.
function under(model, now) {
  const ev = model.data.events;
  let at = null;
  for (let i = 0; i < model.count; i += 1) if (ev.t0[i] !== null && ev.t0[i] <= now && !model.isNote(i) && (at === null || ev.t0[i] >= ev.t0[at])) at = i;
  return at;
}

function moved(stage, keep) {
  const { model, lanes, words } = stage;
  const { state, data } = model;
  if (!keep) {
    const at = under(model, state.now);
    if (at !== state.selected) { state.selected = at; stage.sentences.light(at, !state.fresh && !narrow()); lanes.draw(); }
  }
  const event = state.selected;
  const here = event === null ? "" : `${data.companies[data.events.co[event]].name} · ${data.events.label[event]}`;
  stage.bar.tell(model.clock(state.now), model.gapAt(state.now) ? words.cannot_see : here);
  stage.layer.draw();
  if (keep) lanes.draw(); else lanes.head();
}

function refresh(stage) {
  const { root, model } = stage;
  stage.head.tell();
  model.state.gap = null;
  stage.sentences.draw(); stage.lanes.relabel(); stage.lanes.draw(); stage.layer.draw();
  if (model.state.fresh) begin(stage);
  root.dataset.observer = model.data.empty ? "" : model.observer().id;
  root.dataset.scenario = model.data.empty ? "" : model.data.scenarios[model.state.scenario].id;
}

function resize(stage) {
  stage.map.invalidateSize({ animate: false });
  stage.lanes.draw(); stage.layer.place();
  if (stage.ask) stage.ask("height", narrow() ? stage.root.scrollHeight : 0);
}

// Paper is light, and so are the inks there. Copies are printed: a canvas that is emptied while a page is made for paper wipes out
// what lies below it, too.
function onPaper(stage, printed) {
  const { root, map } = stage;
  Object.assign(stage.inks, readInks(root));
  for (const one of [...map.tvGround, stage.layer, stage.lanes]) if (one.draw) one.draw();
  for (const [canvas, copy] of stage.copies || []) { copy.remove(); canvas.style.display = ""; }
  stage.copies = !printed ? [] : [...root.querySelectorAll("canvas")].map((canvas) => {
    const copy = canvas.cloneNode();
    if (canvas.width && canvas.height) copy.getContext("2d").drawImage(canvas, 0, 0);
    canvas.after(copy);
    canvas.style.display = "none";
    return [canvas, copy];
  });
}

// On a projector everything is read from the back row: text on the canvases grows with the text of the page.
function present(stage) {
  const on = stage.root.classList.toggle("tv-large");
  stage.inks.least = on ? PRESENTED_PX : 0;
  stage.lanes.relabel();
  resize(stage);
  stage.layer.fit();
  return on;
}

// Open on what matters: inside the longest stretch the observer cannot see. Else at the last record. Playing starts from the first.
function begin(stage) {
  const { model } = stage;
  const last = [...model.data.events.t0.filter((t, i) => t !== null && !model.isNote(i)).slice(-1), ...model.steps().slice(-1), model.data.t0][0];
  const blind = model.gaps().filter((gap) => gap.kind === "blind" && gap.a && gap.b).sort((p, q) => q.t1 - q.t0 - (p.t1 - p.t0))[0];
  model.state.fresh = true;
  stage.player.to(blind ? blind.t0 + (blind.t1 - blind.t0) * 0.72 : last);
  model.state.selected = null;
  stage.sentences.light(null, false); stage.sentences.box.scrollTop = 0; stage.lanes.draw(); stage.layer.draw();
}
