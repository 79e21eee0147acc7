// Fingers on the lanes: one moves the playhead, two move and stretch time. A trackpad's pinch is a wheel with Ctrl.
//
// `host`: width(), time(px), now(), hit(x, y), pick(event), scrub(t), window(from, to), around(factor, t), view.
function listen(field, host) {
  const down = new Map();
  let stretch = null;
  let before = null;
  const local = (event) => { const box = field.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  // At least 12 px, or two fingers side by side would stretch time without end.
  const spread = () => { const [a, b] = [...down.values()]; return { middle: (a[0] + b[0]) / 2, apart: Math.max(Math.abs(a[0] - b[0]), 12) }; };
  const release = (event) => { down.delete(event.pointerId); if (down.size < 2) stretch = null; };

  field.addEventListener("pointerdown", (event) => {
    field.setPointerCapture(event.pointerId);
    const at = local(event);
    down.set(event.pointerId, at);
    if (down.size === 2) {
      const { middle, apart } = spread();
      stretch = { held: host.time(middle), apart, span: host.view.to - host.view.from };
      // The first finger of two was no finger that points.
      if (before !== null) host.scrub(before);
      return;
    }
    if (down.size > 2) return;
    const hit = host.hit(...at);
    before = host.now();
    if (hit !== null) { down.delete(event.pointerId); host.pick(hit); } else host.scrub(host.time(at[0]));
  });
  field.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) return;
    const at = local(event);
    down.set(event.pointerId, at);
    if (stretch) {
      // The time between the fingers stays between them.
      const { middle, apart } = spread();
      const span = stretch.span * (stretch.apart / apart);
      const from = stretch.held - (middle / host.width()) * span;
      host.window(from, from + span);
    } else if (down.size === 1) host.scrub(host.time(Math.min(Math.max(at[0], 0), host.width())));
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) field.addEventListener(name, release);

  field.addEventListener("wheel", (event) => {
    event.preventDefault();
    const [x] = local(event);
    const across = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (event.ctrlKey) { host.around(Math.exp(event.deltaY * 0.01), host.time(x)); return; }
    if (!across) { host.around(event.deltaY > 0 ? 1.2 : 1 / 1.2, host.time(x)); return; }
    const shift = ((event.deltaX || event.deltaY) / host.width()) * (host.view.to - host.view.from);
    host.window(host.view.from + shift, host.view.to + shift);
  // A passive listener may not keep the page from scrolling.
  }, { passive: false });
}
