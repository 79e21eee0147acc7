// So many zooms a day may shrink for home and work to be in sight.
const AS_WIDE = 1.5;
const STATIONS_FROM = 13.5;
// Where the map's own buttons stand.
const ZOOMS = [0, 0, 52, 84];
const CREDIT = 400;

// The map's own canvas: marks, areas, rides and what could be reached. Leaflet keeps the ground and the panning.
function makeMapLayer(L, map, model, inks) {
  const canvas = L.DomUtil.create("canvas", "tv-marks", map.getPanes().overlayPane);
  // The map beneath takes drags and clicks; marks are found by distance.
  canvas.style.pointerEvents = "none";
  const x = canvas.getContext("2d");
  const d = window.devicePixelRatio || 1;
  const tags = makeTags(L, map);
  const layer = { onPick: null, tags };
  let said = false;
  const point = (lat, lon) => map.latLngToContainerPoint([lat, lon]);
  const pixels = (lat, metres) => metres / ((40075016.7 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom()));

  function place() {
    const size = map.getSize();
    // Leaflet moves its panes while one pans; the canvas stays over what is seen.
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    if (canvas.width !== size.x * d || canvas.height !== size.y * d) {
      canvas.width = size.x * d; canvas.height = size.y * d;
      canvas.style.width = `${size.x}px`; canvas.style.height = `${size.y}px`;
    }
    layer.draw();
  }

  // Where the key lies over the map: measured again where the map or its letters have another size.
  let measured = { key: "", box: [] };
  function covered() {
    const size = map.getSize();
    const now = `${size.x} ${size.y} ${inks.least} ${map.tvCredit}`;
    if (measured.key === now) return measured.box;
    const key = map.getContainer().parentElement.querySelector(".tv-key");
    const over = key && getComputedStyle(key).position === "absolute" && key.offsetHeight > 0;
    const right = over ? Math.max(...[...key.children].map((one) => key.offsetLeft + one.offsetLeft + one.offsetWidth)) : 0;
    const box = over ? [[key.offsetLeft, key.offsetTop, right, key.offsetTop + key.offsetHeight]] : [];
    // The credit lies over whatever is beneath it, and has to be read.
    const credit = map.getContainer().querySelector(".leaflet-control-attribution");
    if (credit && credit.offsetHeight) box.push([size.x - credit.offsetWidth, size.y - credit.offsetHeight, size.x, size.y]);
    measured = { key: now, box };
    return measured.box;
  }

  function area(mark, strong) {
    if (!mark.r || mark.r < 40) return;
    const p = point(mark.lat, mark.lon);
    const radius = Math.max(8, pixels(mark.lat, mark.r));
    const hue = mark.self ? inks.muted : inks.hues[model.data.events.co[mark.event] % HUES];
    const shade = x.createRadialGradient(p.x, p.y, 0, p.x, p.y, radius);
    shade.addColorStop(0, hue); shade.addColorStop(1, `${hue}00`);
    const size = map.getSize();
    // What is as large as the map would only dye it.
    x.globalAlpha = radius > Math.hypot(size.x, size.y) / 2 ? 0.04 : strong ? 0.3 : 0.13; x.fillStyle = shade;
    x.beginPath(); x.arc(p.x, p.y, radius, 0, 7); x.fill(); x.globalAlpha = 1;
    // An area without a mark needs an edge to be seen by.
    if (!strong && !mark.wide) return;
    x.setLineDash([2, 5]); x.lineWidth = 1.4; x.strokeStyle = hue;
    x.beginPath(); x.arc(p.x, p.y, radius, 0, 7); x.stroke(); x.setLineDash([]);
    if (model.data.events.ill[mark.event] && mark.r > 1000) {
      x.font = lettering(inks, 13, { weight: "italic" }); x.textAlign = "center"; x.fillStyle = inks.muted;
      x.fillText(model.data.words.illustrative, Math.min(Math.max(p.x, 50), size.x - 50), Math.min(p.y + radius - 8, size.y - 12));
      x.textAlign = "left";
    }
  }

  // A guessed place: its two radii as areas, half and nine tenths, and no mark of its own.
  function guess(one, now) {
    const p = point(one.lat, one.lon);
    const hue = inks.hues[model.data.events.co[one.e] % HUES];
    const strong = one.e === model.state.selected;
    const ring = guessRing(one);
    const told = model.data.events.t0[one.e] <= now ? 1 : 0.45;
    // Nine tenths may lie within a whole city: a breath of colour, that what lies beneath can be read.
    for (const [metres, ink] of [[one.r90, 0.11], [one.r50, 0.2]]) {
      const radius = Math.max(ring, pixels(one.lat, metres));
      const shade = x.createRadialGradient(p.x, p.y, 0, p.x, p.y, radius);
      shade.addColorStop(0, hue); shade.addColorStop(1, `${hue}00`);
      x.globalAlpha = told * ink * (strong ? 1.4 : 0.8); x.fillStyle = shade;
      x.beginPath(); x.arc(p.x, p.y, radius, 0, 7); x.fill();
    }
    x.globalAlpha = told;
    if (strong) {
      x.setLineDash([1, 6]); x.lineWidth = 1.6; x.strokeStyle = hue;
      x.beginPath(); x.arc(p.x, p.y, Math.max(ring, pixels(one.lat, one.r90)), 0, 7); x.stroke(); x.setLineDash([]);
    }
    x.save(); x.translate(p.x, p.y); drawGuess(x, inks, model.data.events.co[one.e], ring); x.restore();
    x.globalAlpha = 1;
  }
  // Wide enough to stand around a mark, and no wider than a thumb where half lies within kilometres.
  const guessRing = (one) => Math.min(Math.max(17, pixels(one.lat, one.r50)), 60);

  // A ride without a recorded way is a straight dashed line, and only where the observer has both its ends.
  function rides(now) {
    const ev = model.data.events;
    for (let i = 0; i < model.count; i += 1) {
      if (ev.kind[i] !== "ride" || ev.lat[i] === null || ev.elat[i] === null || ev.wide[i] || ev.ewide[i]) continue;
      if (model.gradeOf(i, "place") < GRADE.MIGHT || model.gradeOf(i, "destination") < GRADE.MIGHT) continue;
      const a = point(ev.lat[i], ev.lon[i]);
      const b = point(ev.elat[i], ev.elon[i]);
      x.globalAlpha = ev.t0[i] <= now ? 0.95 : 0.3;
      x.strokeStyle = inks.hues[ev.co[i] % HUES]; x.lineWidth = 2.4; x.setLineDash([7, 7]);
      x.beginPath(); x.moveTo(a.x, a.y); x.lineTo(b.x, b.y); x.stroke(); x.setLineDash([]);
      x.font = lettering(inks, 13, { weight: "italic" });
      // Two short rides side by side would write one word over the other.
      if (model.gradeOf(i, "route") >= GRADE.MIGHT && Math.hypot(b.x - a.x, b.y - a.y) > x.measureText(model.data.words.might).width + 24) {
        x.save();
        x.translate((a.x + b.x) / 2, (a.y + b.y) / 2);
        let turn = Math.atan2(b.y - a.y, b.x - a.x);
        if (Math.abs(turn) > Math.PI / 2) turn += Math.PI;
        x.rotate(turn); x.textAlign = "center";
        x.lineWidth = 4; x.strokeStyle = inks.paper; x.strokeText(model.data.words.might, 0, -6);
        x.fillStyle = inks.ink; x.fillText(model.data.words.might, 0, -6);
        x.restore();
      }
      x.globalAlpha = 1;
    }
  }

  // What both anchors allow at a moment: two discs and what they share; the ellipse is all of it together.
  function reachable(gap, now) {
    if (!gap || !gap.a || !gap.b) return;
    const v = layer.speed(gap);
    const a = point(gap.a[0], gap.a[1]);
    const b = point(gap.b[0], gap.b[1]);
    const scale = pixels((gap.a[0] + gap.b[0]) / 2, 1);
    const t = Math.min(Math.max(now, gap.t0), gap.t1);
    const ra = (v * (t - gap.t0) + gap.a[2]) * scale;
    const rb = (v * (gap.t1 - t) + gap.b[2]) * scale;
    const whole = (v * (gap.t1 - gap.t0) + gap.a[2] + gap.b[2]) * scale;
    const apart = Math.hypot(b.x - a.x, b.y - a.y);
    // At this speed the two records contradict each other: there is no area to draw.
    if (whole <= apart) return;
    const size = map.getSize();
    const corners = [[0, 0], [size.x, 0], [0, size.y], [size.x, size.y]];
    if (corners.every(([left, top]) => Math.hypot(left - a.x, top - a.y) < ra && Math.hypot(left - b.x, top - b.y) < rb)) { everywhere(size); return; }
    x.save();
    x.beginPath(); x.arc(a.x, a.y, ra, 0, 7); x.clip();
    x.beginPath(); x.arc(b.x, b.y, rb, 0, 7); x.clip();
    x.fillStyle = inks.paper; x.globalAlpha = 0.45; x.fillRect(0, 0, size.x, size.y);
    x.fillStyle = pattern(x, hatch(inks.ink, 11, 1.2)); x.globalAlpha = 0.34; x.fillRect(0, 0, size.x, size.y);
    x.globalAlpha = 1; x.lineWidth = 4; x.strokeStyle = inks.ink; x.setLineDash([10, 7]);
    x.beginPath(); x.arc(a.x, a.y, ra, 0, 7); x.stroke();
    x.beginPath(); x.arc(b.x, b.y, rb, 0, 7); x.stroke();
    x.restore();
    x.setLineDash([3, 6]); x.lineWidth = 1.4; x.strokeStyle = inks.ink; x.globalAlpha = 0.7;
    x.beginPath();
    x.ellipse((a.x + b.x) / 2, (a.y + b.y) / 2, whole / 2, Math.sqrt(whole * whole - apart * apart) / 2, Math.atan2(b.y - a.y, b.x - a.x), 0, 7);
    x.stroke(); x.setLineDash([]); x.globalAlpha = 1;
  }

  // An edge beyond the map says nothing, and lines over all of it hide the city: so it is said, and hinted at.
  function everywhere(size) {
    x.fillStyle = pattern(x, hatch(inks.ink, 11, 1.2)); x.globalAlpha = 0.1; x.fillRect(0, 0, size.x, size.y); x.globalAlpha = 1;
    said = true;
  }

  // Above the marks; answers the box taken.
  function saying() {
    const size = map.getSize();
    x.font = lettering(inks, 12.5, { weight: "600" });
    const tall = Math.max(24, inks.least + 8);
    const w = x.measureText(model.data.words.everywhere).width + 16;
    // Where the map is narrow, the credit takes its lower edge.
    const [left, top] = size.x > w + CREDIT ? [10, size.y - tall - 10] : [size.x - w - 8, 8];
    x.fillStyle = inks.ink; x.fillRect(left, top, w, tall);
    x.fillStyle = inks.paper; x.textBaseline = "middle"; x.fillText(model.data.words.everywhere, left + 8, top + tall / 2 + 0.5); x.textBaseline = "alphabetic";
    return [[left - 2, top - 2, left + w + 2, top + tall + 2]];
  }

  const circle = (one) => ({ p: point(one.lat, one.lon), radius: Math.max(LEAST_RING, pixels(one.lat, one.r90)) });

  function names(marks, now, over) {
    const taken = [...over];
    x.font = lettering(inks, 15, { weight: "italic 600", serif: true }); x.textBaseline = "middle";
    const order = marks.filter((m) => m.name && (m.grade || m.event === model.state.selected)).sort((p, q) => q.grade - p.grade || p.t - q.t);
    const told = [];
    for (const mark of order) {
      const p = point(mark.lat, mark.lon);
      if (told.some((one) => Math.hypot(one.x - p.x, one.y - p.y) < 9)) continue;
      told.push(p);
      const text = mark.name.length > 44 ? `${mark.name.slice(0, 43)}…` : mark.name;
      const w = x.measureText(text).width;
      const half = Math.max(10, inks.least * 0.65);
      const spots = [[p.x + 15, p.y], [p.x - 15 - w, p.y], [p.x - w / 2, p.y - half - 10], [p.x - w / 2, p.y + half + 10]];
      const size = map.getSize();
      const spot = spots.find(([left, top]) => left > 4 && left + w < size.x - 4 && !taken.some((box) => left < box[2] && left + w > box[0] && top - half < box[3] && top + half > box[1]));
      if (!spot) continue;
      taken.push([spot[0] - 4, spot[1] - half - 1, spot[0] + w + 4, spot[1] + half + 1]);
      x.globalAlpha = mark.t <= now ? 1 : 0.45;
      x.lineWidth = 4; x.lineJoin = "round"; x.strokeStyle = inks.paper; x.strokeText(text, spot[0], spot[1]);
      x.fillStyle = inks.ink; x.fillText(text, spot[0], spot[1]);
    }
    x.globalAlpha = 1; x.textBaseline = "alphabetic";
    clear(taken);
  }

  const around = (mark) => { const p = point(mark.lat, mark.lon); return [p.x - 9, p.y - 9, p.x + 9, p.y + 9]; };
  // The ground's own names step back where a record's name stands.
  function clear(taken) {
    if (map.tvLetters) map.tvLetters([...taken, ...layer.marks.slice(0, 400).filter((mark) => mark.grade || mark.self).map(around)]);
    const over = [...taken, ...layer.marks.slice(0, 400).filter((mark) => mark.grade || mark.self).map(around)];
    const size = map.getSize();
    const large = inks.least ? inks.least / 12 : 1;
    // Districts first, and a name only where it lies under nothing, another name least of all.
    for (const label of [...(map.tvNames || [])].sort((p, q) => (p.kind < q.kind ? -1 : p.kind > q.kind ? 1 : 0))) {
      const p = point(label.lat, label.lon);
      const box = [p.x + label.left * large, p.y - 9 * large, p.x + label.right * large, p.y + 9 * large];
      const cut = box[0] < 0 || box[1] < 0 || box[2] > size.x || box[3] > size.y;
      const under = cut || over.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1]);
      if (under !== label.under) { label.under = under; label.node.style.visibility = under ? "hidden" : ""; }
      if (!under && (label.kind === "area" || map.getZoom() >= STATIONS_FROM)) over.push(box);
    }
  }

  layer.speed = (gap) => layer.speeds[model.state.reachMode || gap.mode] || gap.v;
  layer.speeds = { walk: 1.4, bike: 4.2, scooter: 5, bus: 5, car: 8.3, taxi: 8.3, metro: 9, train: 33 };

  layer.draw = function draw() {
    x.setTransform(d, 0, 0, d, 0, 0);
    x.clearRect(0, 0, canvas.width, canvas.height);
    if (model.data.empty) return;
    const now = model.state.now;
    const marks = model.marks();
    layer.marks = marks;
    for (const mark of marks) if (mark.grade || mark.self) area(mark, mark.event === model.state.selected);
    layer.guesses = model.guesses();
    said = false;
    reachable(model.state.gap || model.gapAt(now), now);
    const lasting = model.lasting() || [];
    for (const one of lasting) drawLasting(x, inks, circle(one).p, circle(one).radius);
    for (const one of layer.guesses) guess(one, now);
    rides(now);
    const crowded = marks.length > 3000;
    for (const mark of marks) {
      const p = point(mark.lat, mark.lon);
      x.globalAlpha = mark.t <= now ? 1 : 0.42;
      if (crowded && mark.wide) continue;
      if (crowded) { x.fillStyle = inks.hues[model.data.events.co[mark.event] % HUES]; x.fillRect(p.x - 1.6, p.y - 1.6, 3.2, 3.2); continue; }
      x.save(); x.translate(p.x, p.y);
      if (mark.event === model.state.selected) { x.beginPath(); x.arc(0, 0, 16, 0, 7); x.lineWidth = 3; x.strokeStyle = inks.ink; x.stroke(); }
      if (!mark.wide) drawMark(x, inks, model.data.events.co[mark.event], mark.grade, mark.self, 6);
      x.restore();
    }
    x.globalAlpha = 1;
    tags.tell(lasting);
    const above = [ZOOMS, ...covered(), ...(said ? saying() : [])];
    const over = [...above, ...tags.place(circle, above, marks.slice(0, 400).filter((mark) => mark.grade || mark.self).map(around))];
    if (!crowded) names(marks, now, over);
  };

  layer.pick = function pick(p) {
    let best = null;
    for (const mark of layer.marks || []) {
      const q = point(mark.lat, mark.lon);
      const far = Math.hypot(q.x - p.x, q.y - p.y);
      if (far < 18 && (!best || far < best.far || (far === best.far && mark.grade > best.grade))) best = { far, event: mark.event, grade: mark.grade };
    }
    for (const one of layer.guesses || []) {
      const q = point(one.lat, one.lon);
      const off = guessSign(guessRing(one));
      const far = Math.hypot(q.x + off - p.x, q.y - off - p.y);
      if (far < 14 && (!best || far < best.far)) best = { far, event: one.e, grade: 0 };
    }
    return best ? best.event : null;
  };
  layer.fit = function fit() {
    const marks = model.data.empty ? [] : model.marks();
    const others = marks.filter((mark) => !mark.self);
    const seen = others.length ? others : marks;
    const wanted = seen.some((mark) => mark.grade) ? seen.filter((mark) => mark.grade) : seen;
    if (!wanted.length) { map.setView([20, 10], 2, { animate: false }); return; }
    const size = map.getSize();
    const side = size.x > 620 ? 70 : 34;
    // Marks stay clear of the key, which lies over the map and grows on a projector.
    const key = map.getContainer().parentElement.querySelector(".tv-key");
    const above = key && getComputedStyle(key).position === "absolute" ? key.offsetHeight + 22 : 40;
    const day = L.latLngBounds([...wanted, ...model.guesses()].map((mark) => [mark.lat, mark.lon]));
    // Home and work come into sight, unless the day was spent far away from them.
    const all = L.latLngBounds([day.getSouthWest(), day.getNorthEast(), ...(model.lasting() || []).map((one) => [one.lat, one.lon])]);
    map.fitBounds(map.getBoundsZoom(all) >= Math.min(map.getBoundsZoom(day), 15) - AS_WIDE ? all : day, { paddingTopLeft: [side, Math.max(above, 40)], paddingBottomRight: [size.x > 620 ? 210 : 60, 40], maxZoom: 15, animate: false });
  };
  const moves = "move moveend zoomend resize viewreset zoom";
  const clicked = (event) => { if (layer.onPick) layer.onPick(layer.pick(event.containerPoint)); };
  map.on(moves, place);
  map.on("click", clicked);
  layer.remove = () => { map.off(moves, place); map.off("click", clicked); canvas.remove(); tags.remove(); };
  layer.place = place;
  return layer;
}
