// Home and work as guessed: a dotted circle as wide as they are known, and beside it a label that can be pressed. Never a mark.
const LASTING = { home: "M3.5 10 11 3.5 18.5 10M5.5 9v9h11V9", second: "M3.5 10 11 3.5 18.5 10M5.5 9v9h11V9", work: "M3.5 7.5h15v10h-15zM8 7.5V4.5h6v3M3.5 12h15" };
const LEAST_RING = 14;

function lastingIcon(kind) {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [name, value] of [["viewBox", "0 0 22 22"], ["class", "tv-icon"], ["aria-hidden", "true"]]) icon.setAttribute(name, value);
  for (const [name, value] of [["d", LASTING[kind]], ["fill", "none"], ["stroke", "currentColor"], ["stroke-width", "1.7"], ["stroke-dasharray", "2.4 1.5"], ["stroke-linejoin", "round"]]) path.setAttribute(name, value);
  icon.append(path);
  return icon;
}

function drawLasting(x, inks, p, radius) {
  x.fillStyle = inks.ink; x.globalAlpha = 0.06;
  x.beginPath(); x.arc(p.x, p.y, radius, 0, 7); x.fill();
  x.globalAlpha = 0.9; x.lineWidth = 2.2; x.strokeStyle = inks.ink; x.setLineDash([0.1, 5]); x.lineCap = "round";
  x.beginPath(); x.arc(p.x, p.y, radius, 0, 7); x.stroke();
  x.setLineDash([]); x.lineCap = "butt"; x.globalAlpha = 1;
}

// What lies beyond the map is told at its edge, with an arrow.
function arrow(p, size) {
  const [x, y] = [p.x / size.x - 0.5, p.y / size.y - 0.5];
  if (Math.abs(x) > Math.abs(y)) return x > 0 ? "→" : "←";
  return y > 0 ? "↓" : "↑";
}

function edge(p, size, w, h, taken) {
  const left = Math.min(Math.max(p.x - w / 2, 6), size.x - w - 6);
  let top = Math.min(Math.max(p.y - h / 2, 90), size.y - h - 44);
  while (taken.some((one) => left < one[2] && left + w > one[0] && top < one[3] && top + h > one[1])) top -= h + 4;
  return [left, top];
}

// The labels on the map: buttons of the page, so that a keyboard reaches them.
function makeTags(L, map) {
  const box = el("div", "tv-tags");
  map.getContainer().append(box);
  let shown = [];
  const out = { box, onOpen: null };
  out.tell = (list) => {
    if (list.length === shown.length && list.every((one, i) => one === shown[i].one)) return;
    shown = list.map((one) => {
      const node = pressable("tv-tag", "", null, () => out.onOpen(one, node));
      const away = el("span", "tv-away");
      away.setAttribute("aria-hidden", "true");
      node.append(lastingIcon(one.kind), el("span", "", one.label), away);
      // Else the map below would take the click, and choose a record.
      L.DomEvent.disableClickPropagation(node);
      return { one, node, away };
    });
    box.replaceChildren(...shown.map((each) => each.node));
  };
  // Beside its circle, where it covers no mark if there is room, and never another label; answers the boxes taken.
  out.place = (at, above, marks) => {
    const size = map.getSize();
    const mine = [];
    for (const { one, node, away } of shown) {
      const { p, radius } = at(one);
      const w = node.offsetWidth; const h = node.offsetHeight;
      const r = Math.min(radius, 120) + 3;
      const spots = [[p.x - w / 2, p.y + r], [p.x - w / 2, p.y - r - h], [p.x + r, p.y - h / 2], [p.x - r - w, p.y - h / 2], [p.x + r * 0.7, p.y + r * 0.7], [p.x - r * 0.7 - w, p.y + r * 0.7]];
      const inside = spots.filter(([left, top]) => left > 2 && top > 2 && left + w < size.x - 2 && top + h < size.y - 2);
      const free = (boxes) => ([left, top]) => !boxes.some((one) => left < one[2] && left + w > one[0] && top < one[3] && top + h > one[1]);
      const labels = [...above, ...mine];
      const there = p.x > 0 && p.y > 0 && p.x < size.x && p.y < size.y;
      away.textContent = there ? "" : arrow(p, size);
      const spot = (there && (inside.find(free([...labels, ...marks])) || inside.find(free(labels)))) || edge(p, size, w, h, labels);
      node.style.transform = `translate(${Math.round(spot[0])}px, ${Math.round(spot[1])}px)`;
      mine.push([spot[0] - 2, spot[1] - 2, spot[0] + w + 2, spot[1] + h + 2]);
    }
    return mine;
  };
  out.remove = () => box.remove();
  return out;
}

// One guess in full: its sentence, the rows it rests on, what else it may be, and what would make it wrong.
function lastingCard(one, words, choose) {
  const rests = el("p", "tv-rests");
  rests.append(el("span", "", `${words.rests_on} `));
  // A row of the day leads to its place; those of other days are named, file by file.
  const elsewhere = new Map();
  for (const row of one.rests) {
    if (row.e === null) { elsewhere.set(row.file, [...(elsewhere.get(row.file) || []), row.row]); continue; }
    const chip = el("button", "tv-chip-row", fill(words.row, row));
    chip.type = "button";
    chip.addEventListener("click", () => choose(row.e));
    rests.append(chip);
  }
  for (const [file, rows] of elsewhere) rests.append(el("span", "tv-chip-row", fill(rows.length > 1 ? words.rows : words.row, { file, row: rows[0], rows: rows.join(words.comma) })));
  if (one.more > 0) rests.append(el("span", "", fill(words.more, { n: one.more })));
  const doubts = el("ul", "");
  one.others.forEach((other) => doubts.append(el("li", "", fill(words.or_else, { other }))));
  one.wrong.forEach((reason) => doubts.append(el("li", "", fill(words.wrong_if, { reason }))));
  return [el("h2", "", one.label), el("p", "tv-claim", one.text), rests, doubts, el("p", "tv-note", one.about), el("p", "tv-note", one.measured)];
}
