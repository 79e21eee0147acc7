// The names on the ground: each once where there is room, the important first, and none under a record's name.
const CITY = 0, TOWN = 1, DISTRICT = 2, STATION = 3, SIGHT = 4, ROAD = 5;
// From which zoom a kind is written; names of cities end where one is inside them.
const FROM = [5, 10, 12, 13.5, 15.5, 13.5];
const CITY_UNTIL = 13;
const STREETS_FROM = 15.5, MAIN_RANK = 3;
const APART_PX = 260, LETTERS_MOST = 160, PRESENTED_MOST = 14;

function makeLetters(L, map, told, inks, lang, view) {
  const canvas = L.DomUtil.create("canvas", "tv-plan", map.getPanes().overlayPane);
  const x = canvas.getContext("2d");
  const d = window.devicePixelRatio || 1;
  const chinese = lang.startsWith("zh");
  const labels = told.labels.kind.map((kind, i) => {
    const at = told.labels;
    const name = told.names[at.name[i]];
    return { kind, x: at.x[i], y: at.y[i], dx: at.dx[i], dy: at.dy[i], rank: at.rank[i], text: (chinese ? name[2] || name[0] : name[1] || name[0]) || name[0] };
  });
  const fonts = [
    { px: 15, weight: "600", serif: true }, { px: 14, weight: "600", serif: true }, { px: 12, weight: "" }, { px: 11.5, weight: "" }, { px: 11.5, weight: "italic" }, { px: 11, weight: "" },
  ];
  let over = [];
  let known = "";

  function place(beside) {
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]).subtract(map.getSize().multiplyBy(0.2).round()).round());
    canvas.style.visibility = "";
    if (canvas.width !== beside.width || canvas.height !== beside.height) {
      canvas.width = beside.width; canvas.height = beside.height;
      canvas.style.width = beside.style.width; canvas.style.height = beside.style.height;
    }
    draw();
  }

  function wanted(label) {
    if (view.zoom < FROM[label.kind] || (label.kind === CITY && view.zoom > CITY_UNTIL)) return false;
    // On a projector letters are large: roads and sights leave the room to places.
    if (inks.least && label.kind >= SIGHT) return false;
    return label.kind !== ROAD || label.rank <= MAIN_RANK || view.zoom >= STREETS_FROM;
  }

  function draw() {
    x.setTransform(d, 0, 0, d, 0, 0);
    x.clearRect(0, 0, canvas.width, canvas.height);
    const margin = map.getSize().multiplyBy(0.2).round();
    const taken = over.map(([a, b, c, e]) => [a + margin.x, b + margin.y, c + margin.x, e + margin.y]);
    const written = new Map();
    let count = 0;
    x.textAlign = "center"; x.textBaseline = "middle"; x.lineJoin = "round"; x.lineWidth = 3;
    for (const label of labels) {
      if (count >= (inks.least ? PRESENTED_MOST : LETTERS_MOST)) break;
      if (!wanted(label)) continue;
      const [px, py] = view.at(label.x, label.y);
      if (px < 0 || py < 0 || px > view.w || py > view.h) continue;
      const font = fonts[label.kind];
      x.font = lettering(inks, font.px, font);
      x.letterSpacing = label.kind === DISTRICT ? "0.06em" : "0px";
      const w = x.measureText(label.text).width + 4;
      const turn = label.kind === ROAD ? along(label, w) : 0;
      if (turn === null) continue;
      if ((written.get(label.text) || []).some(([a, b]) => Math.hypot(a - px, b - py) < APART_PX)) continue;
      const high = Math.max(font.px, inks.least) * 0.62;
      const shift = label.kind === STATION ? w / 2 + 6 : 0;
      const [half, tall] = [Math.abs(Math.cos(turn)) * (w / 2) + Math.abs(Math.sin(turn)) * high, Math.abs(Math.sin(turn)) * (w / 2) + Math.abs(Math.cos(turn)) * high];
      const free = (aside) => {
        const box = [px + shift - half, py + aside - tall, px + shift + half, py + aside + tall];
        return taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1]) ? null : box;
      };
      // A name of a whole quarter may move a little out of the way; a station's or a road's belongs where it is.
      const aside = (label.kind <= DISTRICT ? [0, -high * 2.2, high * 2.2] : [0]).find(free);
      if (aside === undefined) continue;
      taken.push(free(aside)); count += 1;
      written.set(label.text, [...(written.get(label.text) || []), [px, py]]);
      write(label, px, py + aside, turn, shift);
    }
  }

  // A road's name is written where it fits, and never upside down.
  function along(label, w) {
    if (Math.hypot(label.dx, label.dy) * view.scale < w + 8) return null;
    const turn = Math.atan2(label.dy, label.dx);
    return Math.abs(turn) > Math.PI / 2 ? turn - Math.sign(turn) * Math.PI : turn;
  }

  function write(label, px, py, turn, shift) {
    x.save(); x.translate(px, py); x.rotate(turn);
    x.strokeStyle = label.kind === ROAD ? inks.street : inks.land;
    x.fillStyle = label.kind === CITY || label.kind === TOWN ? inks.ink : inks.muted;
    if (label.kind === STATION) { x.fillRect(-2.5, -2.5, 5, 5); }
    x.strokeText(label.text, shift, 0); x.fillText(label.text, shift, 0);
    x.restore();
  }

  // The names of records lie above: drawn again only where they stand elsewhere than before.
  function clear(boxes) {
    const key = boxes.map((one) => one.map(Math.round).join(",")).join(";");
    if (key === known) return;
    known = key; over = boxes;
    draw();
  }
  // While the map grows or shrinks, letters would not.
  return { place, draw, clear, hide: () => { canvas.style.visibility = "hidden"; }, remove: () => canvas.remove() };
}
