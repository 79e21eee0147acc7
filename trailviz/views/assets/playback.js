// Playback: a clock that runs through the day and stops, large and quiet, where the observer sees nothing.
function makePlayer(model, host) {
  let frame = 0;
  let last = 0;
  let stoppedAt = null;
  const data = model.data;
  const player = { playing: false };

  player.to = function to(t, keep) {
    model.state.now = Math.min(Math.max(t, data.t0), data.t1);
    if (player.playing || keep) model.state.fresh = false;
    host.moved(keep);
  };
  player.stop = function stop() {
    player.playing = false;
    cancelAnimationFrame(frame);
    host.quiet.hidden = true;
    host.playing(false);
  };
  player.start = function start() {
    const steps = model.steps();
    if (!steps.length) return;
    if (model.state.fresh || model.state.now >= steps[steps.length - 1]) { stoppedAt = null; model.state.fresh = false; player.to(steps[0]); }
    model.state.gap = null;
    player.playing = true; last = performance.now();
    host.quiet.hidden = true;
    host.playing(true);
    frame = requestAnimationFrame(tick);
  };
  player.toggle = () => (player.playing ? player.stop() : player.start());

  function hush(gap) {
    stoppedAt = gap.t0;
    player.stop();
    host.quiet.replaceChildren(el("p", "tv-quiet-length", gap.length), el("p", "tv-quiet-text", gap.text), el("p", "tv-quiet-hint", host.words.gap_go_on));
    host.quiet.hidden = false;
  }
  function tick(at) {
    if (!player.playing) return;
    const steps = model.steps();
    const before = model.state.now;
    // Whoever asked for less motion gets steps, not a glide.
    const ahead = host.reduced ? steps.find((one) => one > before) || data.t1 : before + ((at - last) / 1000) * host.speed();
    last = at;
    const gap = model.gapAt(ahead);
    // Once for each gap, or playing could never get past it.
    if (gap && gap.a && gap.b && stoppedAt !== gap.t0) { player.to(gap.t0 + 1); hush(gap); return; }
    player.to(ahead);
    if (ahead >= steps[steps.length - 1] + 60) { player.stop(); return; }
    if (host.reduced) setTimeout(() => { frame = requestAnimationFrame(tick); }, 900); else frame = requestAnimationFrame(tick);
  }
  player.key = function key(event) {
    if (data.empty || /^(SELECT|INPUT|TEXTAREA)$/.test(event.target.tagName) || event.target.closest("dialog")) return;
    const steps = model.steps();
    const now = model.state.now;
    const go = {
      ArrowRight: () => steps.find((one) => one > now + 0.5),
      ArrowLeft: () => [...steps].reverse().find((one) => one < now - 0.5),
      // A presenter's remote sends PageDown and PageUp.
      PageDown: () => steps.find((one) => one > now + 0.5),
      PageUp: () => [...steps].reverse().find((one) => one < now - 0.5),
      Home: () => steps[0],
      End: () => steps[steps.length - 1],
    }[event.key];
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault(); player.stop(); host.day(event.key === "ArrowLeft" ? -1 : 1);
    } else if (event.key === " ") {
      if (event.target.tagName === "BUTTON" && !event.target.classList.contains("tv-play")) return;
      event.preventDefault(); player.toggle();
    } else if (event.key === "Escape") player.stop();
    else if (go) {
      event.preventDefault(); player.stop(); model.state.gap = null;
      const t = go();
      if (t !== undefined) player.to(t);
    }
  };
  host.quiet.onclick = player.start;
  host.playing(false);
  return player;
}
