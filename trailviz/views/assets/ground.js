// The ground cut out of the person's own file: whole numbers in, painted by kind from the page's colours.

// Whole numbers of seven bits a byte, the least first.
function wholes(text) {
  const raw = bytes(text);
  const out = new Float64Array(raw.length);
  let count = 0;
  let value = 0;
  let place = 1;
  for (let i = 0; i < raw.length; i += 1) {
    // Not shifted: bits beyond the thirty-second would fall off.
    value += (raw[i] & 127) * place;
    if (raw[i] < 128) { out[count] = value; count += 1; value = 0; place = 1; } else place *= 128;
  }
  return out.subarray(0, count);
}

function unfolded(told) {
  const steps = wholes(told.points);
  const lengths = wholes(told.lengths);
  const signed = (n) => (n % 2 ? -(n + 1) / 2 : n / 2);
  const points = new Float32Array(steps.length);
  let x = 0;
  let y = 0;
  for (let i = 0; i < steps.length; i += 2) { x += signed(steps[i]); y += signed(steps[i + 1]); points[i] = x; points[i + 1] = y; }
  const starts = new Uint32Array(lengths.length + 1);
  const bounds = new Float32Array(lengths.length * 4);
  for (let part = 0; part < lengths.length; part += 1) {
    starts[part + 1] = starts[part] + lengths[part];
    let [west, east, north, south] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = starts[part]; i < starts[part + 1]; i += 1) {
      west = Math.min(west, points[2 * i]); east = Math.max(east, points[2 * i]);
      north = Math.min(north, points[2 * i + 1]); south = Math.max(south, points[2 * i + 1]);
    }
    bounds.set([west, east, north, south], part * 4);
  }
  return { points, starts, bounds, kind: bytes(told.kind), fresh: bytes(told.fresh) };
}

// Widths in pixels at zooms 10, 12, 14, 16 and 18; nothing thinner than a third of a pixel is drawn.
const WIDTHS = {
  river: [0.8, 1.2, 2, 3.4, 6], rail: [0, 0.6, 0.9, 1.4, 2], path: [0, 0, 0, 1.1, 1.8], service: [0, 0, 0, 2, 6],
  street: [0, 0, 1.4, 4, 11], collector: [0, 1.1, 2.6, 5.8, 15], primary: [0.8, 1.7, 3.6, 7.4, 18], motorway: [1.2, 2.2, 4.2, 8.4, 20],
};

function widthAt(kind, zoom) {
  const at = Math.min(Math.max((zoom - 10) / 2, 0), 3.999);
  const low = WIDTHS[kind][Math.floor(at)];
  return low + (WIDTHS[kind][Math.floor(at) + 1] - low) * (at - Math.floor(at));
}

function makeGround(L, map, told, inks, lang) {
  const shapes = unfolded(told);
  const d = window.devicePixelRatio || 1;
  const canvas = L.DomUtil.create("canvas", "tv-plan leaflet-zoom-animated", map.getPanes().overlayPane);
  const x = canvas.getContext("2d");
  const numbers = told.kinds.map((_, number) => shapes.kind.indexOf(number));
  const ends = told.kinds.map((_, number) => shapes.kind.lastIndexOf(number) + 1);
  const view = { scale: 1, left: 0, top: 0, zoom: 0, corner: null };
  view.at = (px, py) => [px * view.scale - view.left, py * view.scale - view.top];

  // A margin around what is seen, so that a drag shows no edge until it ends.
  function place() {
    const size = map.getSize();
    const margin = size.multiplyBy(0.2).round();
    const corner = map.containerPointToLayerPoint([0, 0]).subtract(margin).round();
    const [w, h] = [size.x + 2 * margin.x, size.y + 2 * margin.y];
    L.DomUtil.setTransform(canvas, corner, 1);
    if (canvas.width !== w * d || canvas.height !== h * d) {
      canvas.width = w * d; canvas.height = h * d;
      canvas.style.width = `${w}px`; canvas.style.height = `${h}px`;
    }
    view.zoom = map.getZoom();
    view.corner = map.layerPointToLatLng(corner);
    view.scale = (256 * 2 ** view.zoom) / 2 ** told.bits;
    const origin = map.getPixelOrigin().add(corner);
    view.left = origin.x - told.x0 * view.scale; view.top = origin.y - told.y0 * view.scale;
    view.w = w; view.h = h;
    paint();
  }

  // Parts of a kind that are seen, as one path: a kind is painted in one stroke.
  function trace(kind) {
    const { points, starts, bounds, fresh } = shapes;
    const line = kind >= told.areas;
    const { scale, left, top, w, h } = view;
    const least = (line ? 0.7 : 1.2) / scale;
    x.beginPath();
    for (let part = Math.max(numbers[kind], 0); part < ends[kind]; part += 1) {
      const b = part * 4;
      if (bounds[b] * scale - left > w || bounds[b + 1] * scale - left < 0 || bounds[b + 2] * scale - top > h || bounds[b + 3] * scale - top < 0) continue;
      if (Math.max(bounds[b + 1] - bounds[b], bounds[b + 3] - bounds[b + 2]) < least) continue;
      // Areas one by one: where two overlap, even and odd would cancel each other.
      if (!line && fresh[part]) { x.fill("evenodd"); x.stroke(); x.beginPath(); }
      let i = starts[part] * 2;
      const end = starts[part + 1] * 2;
      x.moveTo(points[i] * scale - left, points[i + 1] * scale - top);
      for (i += 2; i < end; i += 2) x.lineTo(points[i] * scale - left, points[i + 1] * scale - top);
      if (!line) x.closePath();
    }
    if (line) x.stroke(); else { x.fill("evenodd"); x.stroke(); }
  }

  function stroke(name, colour, width, dash = []) {
    x.strokeStyle = colour; x.lineWidth = width; x.setLineDash(dash);
    // Nobody sees how a hairline turns, and rounding it takes most of the time.
    x.lineJoin = width < 2.5 ? "bevel" : "round"; x.lineCap = width < 2.5 || dash.length ? "butt" : "round";
    trace(told.kinds.indexOf(name));
  }

  function paint() {
    x.setTransform(d, 0, 0, d, 0, 0);
    x.clearRect(0, 0, canvas.width, canvas.height);
    x.save();
    x.beginPath();
    for (const [west, east, north, south] of told.boxes) { const [a, b] = view.at(west, north); const [c, e] = view.at(east, south); x.rect(a, b, c - a, e - b); }
    x.fillStyle = inks.land; x.fill(); x.clip();
    // A hair of the area's own colour hides the seams between tiles.
    for (const [name, colour] of [["green", inks.park], ["water", inks.water]]) { x.fillStyle = colour; stroke(name, colour, 0.6); }
    const wide = (name) => widthAt(name, view.zoom);
    stroke("river", inks.water, wide("river"));
    if (wide("rail") > 0.3) stroke("rail", inks.rail, wide("rail"), view.zoom >= 14 ? [7, 4] : []);
    if (wide("path") > 0.3) stroke("path", inks.casing, wide("path"), [3, 3]);
    const roads = ["service", "street", "collector", "primary", "motorway"].filter((name) => wide(name) > 0.3);
    // The casings of all before any road: so that where roads meet, the crossing is open.
    for (const name of roads) stroke(name, inks.casing, wide(name) + (wide(name) > 2.4 ? 1.6 : 0.5));
    for (const name of roads) if (wide(name) > 1.2) stroke(name, name === "primary" || name === "motorway" ? inks.major : inks.street, wide(name));
    x.restore();
    // Where the file's ground ends: beyond it nobody has drawn anything.
    x.strokeStyle = inks.casing; x.lineWidth = 1; x.setLineDash([2, 5]);
    for (const [west, east, north, south] of told.boxes) { const [a, b] = view.at(west, north); const [c, e] = view.at(east, south); x.strokeRect(a, b, c - a, e - b); }
    x.setLineDash([]);
  }

  const letters = makeLetters(L, map, told, inks, lang, view);
  const moved = () => { place(); letters.place(canvas); };
  const zooming = (event) => { letters.hide(); L.DomUtil.setTransform(canvas, map._latLngToNewLayerPoint(view.corner, event.zoom, event.center), map.getZoomScale(event.zoom, view.zoom)); };
  map.on("moveend zoomend resize viewreset", moved);
  map.on("zoomanim", zooming);
  map.tvLetters = letters.clear;
  moved();
  return { draw() { paint(); letters.draw(); }, remove() { map.off("moveend zoomend resize viewreset", moved); map.off("zoomanim", zooming); canvas.remove(); letters.remove(); map.tvLetters = null; } };
}
