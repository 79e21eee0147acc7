// The head of the stage: the title, whose eyes, what counts, the day, what left this computer, presenter and language.
function option(value, text, chosen) { const one = el("option", "", text); one.value = value; one.selected = chosen; return one; }

function labelled(text, control) {
  const label = el("label", "tv-control");
  label.append(el("span", "", text), control);
  return label;
}

function pressable(className, text, name, run) {
  const one = el("button", className, text);
  one.type = "button";
  if (name) one.setAttribute("aria-label", name);
  one.addEventListener("click", run);
  return one;
}

// `host`: refresh, ask (null in a report), presenting, requests.
function makeHead(model, words, host) {
  const data = model.data;
  const box = el("header", "tv-head");
  const title = el("div", "tv-title");
  const h1 = el("h1", "");
  title.append(h1, el("p", "tv-sub", data.subtitle));
  const controls = el("div", "tv-controls");
  box.append(title, controls);
  const out = { box, day: () => {} };
  if (!data.empty) {
    controls.append(seeAs(model, words, host), mergeSlider(model, words, host));
    if (data.alleged) controls.append(allegedSwitch(model, words, host));
    // A report holds one day, and there is nobody to ask for another.
    if (data.days.length > 1 && host.ask) {
      const days = daySteps(data, words, host.ask);
      out.day = days.step;
      controls.append(days.box);
    }
  }
  const right = el("div", "tv-right");
  right.append(leftCounter(words, host.requests), presenterButton(words, host));
  if (host.ask) right.append(languages(data, words, host.ask));
  controls.append(right);
  out.tell = () => { h1.textContent = data.empty ? words.no_rows : model.observer().title; };
  return out;
}

function seeAs(model, words, host) {
  const who = el("select", "tv-who-select");
  model.data.observers.forEach((one, i) => who.append(option(i, one.name, i === model.state.observer)));
  who.addEventListener("change", () => { model.state.observer = Number(who.value); host.refresh(); });
  return labelled(words.see_as, who);
}

function mergeSlider(model, words, host) {
  const { scenarios } = model.data;
  const slider = el("input", "tv-merge");
  slider.type = "range"; slider.min = 0; slider.max = scenarios.length - 1; slider.step = 1; slider.value = model.state.scenario;
  const stop = el("output", "tv-stop");
  const tell = () => {
    const one = scenarios[model.state.scenario];
    stop.replaceChildren(el("b", "", one.name), el("small", "", one.hint));
    slider.setAttribute("aria-valuetext", `${one.name}: ${one.hint}`);
  };
  slider.addEventListener("input", () => { model.state.scenario = Number(slider.value); tell(); host.refresh(); });
  tell();
  const box = labelled(words.merge, slider);
  box.append(stop);
  return box;
}

function allegedSwitch(model, words, host) {
  const box = el("input", "");
  box.type = "checkbox";
  box.addEventListener("change", () => { model.state.alleged = box.checked; host.refresh(); });
  return labelled(words.alleged, box);
}

// The days that hold something, with a step to either side; a day's number of records stands beside it.
function daySteps(data, words, ask) {
  const box = el("div", "tv-days");
  const select = el("select", "tv-day-select");
  const here = data.days.findIndex((one) => one.day === data.day);
  data.days.forEach((one) => select.append(option(one.day, `${one.label} (${one.n})`, one.day === data.day)));
  select.addEventListener("change", () => ask("day", select.value));
  const step = (by) => { const other = data.days[here + by]; if (other) ask("day", other.day); };
  const earlier = pressable("tv-day-step", "‹", words.day_before, () => step(-1));
  const later = pressable("tv-day-step", "›", words.day_after, () => step(1));
  earlier.disabled = here <= 0;
  later.disabled = here < 0 || here >= data.days.length - 1;
  earlier.title = words.day_before; later.title = words.day_after;
  box.append(earlier, labelled(words.day, select), later);
  return { box, step };
}

function leftCounter(words, requests) {
  const box = el("p", "tv-requests");
  box.setAttribute("role", "status");
  requests.onchange = () => {
    const { left, blocked } = requests.counted();
    const said = left === 1 ? words.request : fill(words.requests, { n: left });
    box.textContent = blocked ? `${said}${words.comma}${fill(words.blocked, { n: blocked })}` : said;
    box.classList.toggle("tv-alarm", left + blocked > 0);
  };
  requests.onchange();
  return box;
}

function presenterButton(words, host) {
  const one = pressable("tv-presenter", words.presenter, null, () => one.setAttribute("aria-pressed", String(host.presenting())));
  one.setAttribute("aria-pressed", "false");
  return one;
}

function languages(data, words, ask) {
  const lang = el("select", "");
  [["en", "English"], ["zh-Hans", "简体中文"]].forEach(([value, text]) => lang.append(option(value, text, value === data.lang)));
  lang.setAttribute("aria-label", words.language);
  lang.addEventListener("change", () => ask("lang", lang.value));
  return lang;
}
