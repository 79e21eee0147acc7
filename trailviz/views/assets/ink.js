// Inks and shapes: how a mark looks never rests on colour alone.
const SHAPES = [
  (x, r) => x.arc(0, 0, r, 0, 7),
  (x, r) => x.rect(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76),
  (x, r) => { x.moveTo(0, -r * 1.15); x.lineTo(r * 1.1, r * 0.85); x.lineTo(-r * 1.1, r * 0.85); x.closePath(); },
  (x, r) => { x.moveTo(0, -r * 1.2); x.lineTo(r * 1.1, 0); x.lineTo(0, r * 1.2); x.lineTo(-r * 1.1, 0); x.closePath(); },
  (x, r) => { for (let i = 0; i < 5; i += 1) { const a = -Math.PI / 2 + (i * 2 * Math.PI) / 5; x[i ? "lineTo" : "moveTo"](Math.cos(a) * r * 1.15, Math.sin(a) * r * 1.15); } x.closePath(); },
  (x, r) => { const w = r * 0.45; x.moveTo(-w, -r * 1.1); x.lineTo(w, -r * 1.1); x.lineTo(w, -w); x.lineTo(r * 1.1, -w); x.lineTo(r * 1.1, w); x.lineTo(w, w); x.lineTo(w, r * 1.1); x.lineTo(-w, r * 1.1); x.lineTo(-w, w); x.lineTo(-r * 1.1, w); x.lineTo(-r * 1.1, -w); x.lineTo(-w, -w); x.closePath(); },
];
const HUES = 6;
const PRESENTED_PX = 24;

function readInks(root) {
  const style = getComputedStyle(root);
  const get = (name) => style.getPropertyValue(name).trim();
  const least = root.classList.contains("tv-large") ? PRESENTED_PX : 0;
  return { least, ink: get("--ink"), paper: get("--paper"), muted: get("--muted"), rule: get("--rule"), hues: Array.from({ length: HUES }, (_, i) => get(`--c${i}`)), water: get("--water"), park: get("--park"), road: get("--road"), elevated: get("--elevated"), metro: get("--metro"), land: get("--land"), street: get("--street"), major: get("--major"), casing: get("--casing"), rail: get("--rail"), shore: get("--shore"), font: style.fontFamily, serif: get("--serif") };
}

// A font for text on a canvas, never smaller than a presenter's.
function lettering(inks, px, { weight = "", serif = false } = {}) {
  return `${weight} ${Math.max(px, inks.least)}px ${serif ? inks.serif : inks.font}`.trim();
}

// Draw one mark: solid where recorded, ringed where learnt, open and dashed where only possible, a small ghost where the
// observer has nothing, a heart-shaped nothing never: what the person remembers is a cross nobody has.
function drawMark(x, inks, company, grade, self, radius) {
  const hue = inks.hues[company % HUES];
  // One step further with every round of hues: whoever shares a hue has another shape.
  const shape = SHAPES[(company + Math.floor(company / HUES)) % SHAPES.length];
  x.lineJoin = "round";
  if (self) {
    x.strokeStyle = inks.ink; x.lineWidth = 1.6; x.setLineDash([]);
    x.beginPath(); x.moveTo(-radius * 0.7, -radius * 0.7); x.lineTo(radius * 0.7, radius * 0.7); x.moveTo(radius * 0.7, -radius * 0.7); x.lineTo(-radius * 0.7, radius * 0.7); x.stroke();
    return;
  }
  if (grade >= GRADE.BECAUSE) {
    if (grade === GRADE.BECAUSE) {
      x.beginPath(); x.arc(0, 0, radius + 4.5, 0, 7); x.fillStyle = inks.paper; x.fill(); x.lineWidth = 2; x.setLineDash([]); x.strokeStyle = inks.ink; x.stroke();
    }
    x.beginPath(); shape(x, radius); x.lineWidth = 3; x.strokeStyle = inks.paper; x.stroke(); x.fillStyle = hue; x.fill();
    return;
  }
  x.beginPath(); shape(x, grade ? radius : radius * 0.6); x.fillStyle = inks.paper; x.fill();
  x.lineWidth = grade ? 2 : 1.2; x.strokeStyle = grade ? hue : inks.muted; x.setLineDash(grade ? [3, 2.4] : []); x.stroke(); x.setLineDash([]);
}

// A guess is never a pin: a dotted ring about where it may be, and a question mark on the ring, off the place itself.
function drawGuess(x, inks, company, ring) {
  const hue = inks.hues[company % HUES];
  x.lineWidth = 2; x.strokeStyle = hue; x.setLineDash([0.1, 4.5]); x.lineCap = "round";
  x.beginPath(); x.arc(0, 0, ring, 0, 7); x.stroke(); x.setLineDash([]); x.lineCap = "butt";
  const off = guessSign(ring);
  const px = Math.max(13, inks.least);
  x.beginPath(); x.arc(off, -off, px * 0.58, 0, 7); x.fillStyle = inks.paper; x.fill();
  x.font = lettering(inks, px, { weight: "700" }); x.textAlign = "center"; x.textBaseline = "middle";
  x.fillStyle = hue; x.fillText("?", off, -off); x.textAlign = "left"; x.textBaseline = "alphabetic";
}
// How far right of and above the place the question mark stands.
const guessSign = (ring) => ring * Math.SQRT1_2;

function hatch(color, gap, width, opposite) {
  const d = window.devicePixelRatio || 1;
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(gap * d);
  const x = tile.getContext("2d");
  const n = tile.width;
  x.strokeStyle = color; x.lineWidth = width * d;
  x.beginPath();
  for (const shift of [-n, 0, n]) { if (opposite) { x.moveTo(shift, 0); x.lineTo(shift + n, n); } else { x.moveTo(shift, n); x.lineTo(shift + n, 0); } }
  x.stroke();
  return tile;
}

function pattern(x, tile) {
  const made = x.createPattern(tile, "repeat");
  const d = window.devicePixelRatio || 1;
  if (made.setTransform) made.setTransform(new DOMMatrix([1 / d, 0, 0, 1 / d, 0, 0]));
  return made;
}

// A small drawing of a mark, for keys and chips.
function markIcon(inks, company, grade, self) {
  const canvas = el("canvas", "tv-icon");
  const d = window.devicePixelRatio || 1;
  canvas.width = canvas.height = 22 * d;
  canvas.setAttribute("aria-hidden", "true");
  const x = canvas.getContext("2d");
  x.scale(d, d); x.translate(11, 11);
  drawMark(x, inks, company, grade, self, 5);
  return canvas;
}
