// The key: the inks, and the three kinds of nothing, each drawn as it is drawn on the map and in the lanes.
function makeKey(inks, words, lasting) {
  const key = el("div", "tv-key");
  // On a phone it is one line that is pushed to the side, by a keyboard too.
  if (narrow()) { key.tabIndex = 0; key.setAttribute("role", "group"); key.setAttribute("aria-label", words.key); }
  const legend = (icon, text) => { const row = el("span", ""); row.append(icon, document.createTextNode(text)); key.append(row); };
  legend(markIcon(inks, 0, GRADE.KNOWS, false), words.recorded);
  legend(markIcon(inks, 0, GRADE.BECAUSE, false), words.learnt);
  legend(markIcon(inks, 0, GRADE.MIGHT, false), words.might);
  legend(swatch((x) => { x.translate(9, 13); drawGuess(x, { ...inks, least: 0 }, 0, 7); }), words.guessed);
  if (lasting) legend(lastingIcon("home"), words.lasts);
  legend(markIcon(inks, 0, 0, true), words.told);
  legend(hatched(inks, false, true), words.no_record);
  legend(hatched(inks, true, false), words.silent);
  legend(swatch((x) => { x.fillStyle = inks.muted; for (let p = 2; p < 20; p += 6) x.fillRect(p, 10, 2, 2); }), words.not_loaded);
  return key;
}

function swatch(paint) {
  const canvas = el("canvas", "tv-icon");
  const d = devicePixelRatio || 1;
  canvas.width = canvas.height = 22 * d;
  canvas.setAttribute("aria-hidden", "true");
  const x = canvas.getContext("2d");
  x.scale(d, d);
  paint(x);
  return canvas;
}

function hatched(inks, turned, frame) {
  return swatch((x) => {
    x.globalAlpha = turned ? 0.6 : 1; x.fillStyle = pattern(x, hatch(inks.ink, 7, 1.1, turned)); x.fillRect(1, 4, 20, 14);
    if (frame) { x.strokeStyle = inks.ink; x.strokeRect(1.5, 4.5, 19, 13); }
  });
}
