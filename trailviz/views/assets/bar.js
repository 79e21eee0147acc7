// The bar over the lanes: play, the clock, what is under the playhead, the companies' switches, speed and zoom.
//
// `host`: toggle, refresh, zoom(factor), fit, whole.
function makeBar(model, inks, words, host) {
  const box = el("div", "tv-bar");
  const play = pressable("tv-play", "", words.play, () => host.toggle());
  const clock = el("p", "tv-clock");
  const what = el("p", "tv-what");
  const speed = el("select", "");
  [[300, words.slow], [600, words.middle], [1800, words.fast]].forEach(([value, text]) => speed.append(option(value, text, value === 300)));
  speed.setAttribute("aria-label", words.speed);
  const zooms = el("div", "tv-zooms");
  for (const [text, name, run] of [["−", words.zoom_out, () => host.zoom(1.5)], ["+", words.zoom_in, () => host.zoom(1 / 1.5)], [words.afternoon, words.afternoon, host.fit], [words.whole_day, words.whole_day, host.whole]]) zooms.append(pressable("", text, name, run));
  if (!model.data.empty) box.append(play, clock, what, switches(model, inks, words, host), speed, zooms);
  return {
    box,
    speed: () => Number(speed.value),
    playing(on) { play.textContent = on ? "❚❚" : "▶"; play.setAttribute("aria-label", on ? words.pause : words.play); },
    tell(time, text) { clock.textContent = time; what.textContent = text; },
  };
}

function switches(model, inks, words, host) {
  const { off } = model.state;
  const chips = el("div", "tv-chips");
  chips.setAttribute("role", "group"); chips.setAttribute("aria-label", words.switch);
  (model.data.companies || []).forEach((one, i) => {
    if (!one.lane || one.self) return;
    const chip = pressable("tv-chip", "", null, () => {
      if (!off.delete(one.id)) off.add(one.id);
      chip.setAttribute("aria-pressed", String(!off.has(one.id)));
      host.refresh();
    });
    chip.setAttribute("aria-pressed", "true");
    chip.append(markIcon(inks, i, GRADE.KNOWS, false), el("span", "", one.name));
    chips.append(chip);
  });
  return chips;
}

// What is opened from a sentence or the map: a relation in full (what it says, for when, its note and sources), or a lasting guess.
function makeCard(words) {
  const card = el("dialog", "tv-dialog");
  const close = pressable("tv-close", words.close, null, () => card.close());
  // On a phone the page around the frame scrolls, and the middle of the frame may be far from what was pressed.
  const open = (from) => {
    card.showModal();
    const box = card.getBoundingClientRect();
    card.style.marginTop = narrow() ? `${Math.max(Math.min(from.getBoundingClientRect().top - 40, innerHeight - box.height - 8), 8)}px` : "";
    card.scrollTop = 0;
  };
  const guess = (one, choose, from) => {
    card.replaceChildren(close, ...lastingCard(one, words, (event) => { card.close(); choose(event); }));
    open(from);
  };
  const show = (relation, from) => {
    const list = el("ul", "");
    relation.sources.forEach((one) => list.append(el("li", "", one)));
    card.replaceChildren(close, el("h2", "", relation.text), el("p", "", relation.dates));
    if (relation.note) card.append(el("p", "", relation.note));
    card.append(el("p", "tv-head", `${words.sources} · ${relation.id}`), list);
    open(from);
  };
  return { box: card, show, guess };
}
