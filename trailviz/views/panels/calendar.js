// A year of days, a month a block: how much of each is known, blind, or covered by no file. One stop for Tab; arrows walk.
const DAY = 86400000;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function cell(data, number, date) {
  const button = element("button", "tv-day");
  button.type = "button";
  button.tabIndex = -1;
  button.dataset.number = number;
  button.append(element("span", "tv-number", String(date.getUTCDate())));
  const bar = element("span", "tv-bar");
  for (const [part, minutes] of data.parts) {
    if (!minutes[number]) continue;
    const piece = element("span", `tv-${part}`);
    piece.style.flexGrow = String(minutes[number]);
    bar.append(piece);
  }
  button.append(bar);
  button.title = data.labels[number];
  button.setAttribute("aria-label", data.labels[number]);
  // Not `disabled`: the arrow keys must be able to pass over it.
  if (!data.rows[number]) button.setAttribute("aria-disabled", "true");
  if (data.chosen === number) button.setAttribute("aria-current", "date");
  return button;
}

function month(data, name, from, to, first) {
  const block = element("section", "tv-month");
  const head = element("h4", "", name);
  block.append(head);
  const grid = element("div", "tv-grid");
  for (const one of data.weekdays) {
    const title = element("span", "tv-weekday", one);
    title.setAttribute("aria-hidden", "true");
    grid.append(title);
  }
  for (let number = from; number < to; number += 1) {
    const date = new Date(first + number * DAY);
    const button = cell(data, number, date);
    if (number === from) button.style.gridColumnStart = String(((date.getUTCDay() + 6) % 7) + 1);
    grid.append(button);
  }
  block.append(grid);
  return block;
}

function draw(root, data, year) {
  // Days are counted in UTC, where each has 24 hours; their labels come from Python.
  const first = Date.parse(`${data.first}T00:00:00Z`);
  const count = data.labels.length;
  const months = element("div", "tv-months");
  months.setAttribute("role", "group");
  months.setAttribute("aria-label", data.title);
  let from = 0;
  while (from < count) {
    const date = new Date(first + from * DAY);
    const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    const to = Math.min(count, Math.round((next - first) / DAY));
    if (date.getUTCFullYear() === year) months.append(month(data, data.months[date.getUTCMonth()], from, to, first));
    from = to;
  }
  root.querySelector(".tv-months")?.replaceWith(months);
  const shown = [...months.querySelectorAll(".tv-day")];
  const start = shown.find((one) => one.hasAttribute("aria-current")) ?? shown.find((one) => !one.hasAttribute("aria-disabled")) ?? shown[0];
  if (start) start.tabIndex = 0;
}

export default function calendar(component) {
  const { data, parentElement, setTriggerValue } = component;
  let root = parentElement.querySelector(".tv-calendar");
  const [oldest, newest] = [data.first, data.last].map((one) => Number(one.slice(0, 4)));
  const listed = Array.from({ length: newest - oldest + 1 }, (_, at) => oldest + at);
  if (!root) {
    root = element("div", "tv-calendar");
    root.append(element("div", "tv-head"), element("div", "tv-months"));
    parentElement.append(root);
  }
  root.trigger = setTriggerValue;
  if (root.dataset.token === data.token) return undefined;
  root.dataset.token = data.token;
  // Within a shadow root the document's active element is the root's host.
  const walking = root.getRootNode().activeElement?.closest?.(".tv-day");
  const head = root.querySelector(".tv-head");
  head.replaceChildren();
  const chosen = data.chosen === null ? listed[listed.length - 1] : new Date(Date.parse(`${data.first}T00:00:00Z`) + data.chosen * DAY).getUTCFullYear();
  if (listed.length > 1) {
    const label = element("label", "", `${data.year} `);
    const select = element("select", "");
    for (const one of listed) select.append(new Option(String(one), String(one), false, one === chosen));
    select.addEventListener("change", () => draw(root, data, Number(select.value)));
    label.append(select);
    head.append(label);
  } else {
    head.append(element("strong", "", String(listed[0])));
  }
  for (const [part, text] of data.legend) {
    const key = element("span", "tv-key");
    key.append(element("span", `tv-swatch tv-${part}`), document.createTextNode(text));
    head.append(key);
  }
  draw(root, data, chosen);
  // a day was opened by key: the person goes on from there
  if (walking) root.querySelector('.tv-day[tabindex="0"]')?.focus();

  root.onclick = (event) => {
    const button = event.target.closest(".tv-day");
    if (button && !button.hasAttribute("aria-disabled")) root.trigger("day", Number(button.dataset.number));
  };
  root.onkeydown = (event) => {
    const button = event.target.closest(".tv-day");
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, PageUp: -28, PageDown: 28 }[event.key];
    const all = [...root.querySelectorAll(".tv-day")];
    if (!button || (!step && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    const at = all.indexOf(button) + (step ?? 0);
    const target = event.key === "Home" ? all[0] : event.key === "End" ? all[all.length - 1] : all[Math.min(Math.max(at, 0), all.length - 1)];
    button.tabIndex = -1;
    target.tabIndex = 0;
    target.focus();
  };
  return () => { root.remove(); };
}
