// Mount the stage in a frame of its own: no cookies, no parent page, no socket, only messages.
const OUTSIDE = /^(https?|wss?):(?!\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$))/;

// Count what this page, around the frame, loads from elsewhere and what the policy stops; the frame shows both sums.
function watch(tell) {
  const asked = new Map();
  const stopped = new Map();
  const add = (to, url) => { if (OUTSIDE.test(url)) { to.set(url, (to.get(url) || 0) + 1); tell(told()); } };
  const told = () => {
    // What the policy stopped stands among what was asked for too: it went nowhere.
    const left = [...asked].reduce((all, [url, n]) => all + Math.max(0, n - (stopped.get(url) || 0)), 0);
    return { type: "trail:requests", left, blocked: [...stopped.values()].reduce((all, n) => all + n, 0) };
  };
  const observer = new PerformanceObserver((list) => list.getEntries().forEach((one) => add(asked, one.name)));
  observer.observe({ type: "resource", buffered: true });
  const violated = (event) => add(stopped, event.blockedURI);
  document.addEventListener("securitypolicyviolation", violated);
  return { told, end() { observer.disconnect(); document.removeEventListener("securitypolicyviolation", violated); } };
}

export default function bridge(component) {
  const { data, parentElement, setTriggerValue } = component;
  let stage = parentElement.tvStage;
  if (!stage) {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.title = data.title;
    frame.style.cssText = "border:0;width:100%;display:block";
    frame.style.height = data.height;
    stage = { frame, ready: false };
    // "*", since a sandboxed frame's origin is null, which cannot be named.
    const post = (message) => frame.contentWindow.postMessage(message, "*");
    stage.send = () => post({ type: "trail:data", payload: stage.data.payload });
    stage.watch = watch((told) => { if (stage.ready) post(told); });
    stage.hear = (event) => {
      // Any frame may post to this page; only ours is heard.
      if (event.source !== frame.contentWindow || !event.data) return;
      const said = event.data;
      if (said.type === "trail:ready") { stage.ready = true; stage.send(); post(stage.watch.told()); }
      if (said.type === "trail:shown") document.documentElement.dataset.trailShown = said.day;
      if (said.type === "trail:height") frame.style.height = said.px ? `${said.px}px` : stage.data.height;
      if (said.type === "trail:ask") stage.trigger("ask", { what: String(said.what), value: String(said.value) });
    };
    addEventListener("message", stage.hear);
    parentElement.tvStage = stage;
    // After the listener, or the frame's "ready" could be missed.
    frame.srcdoc = data.shell;
    parentElement.appendChild(frame);
  }
  // streamlit calls this at every click; the playhead must stay where it is.
  const fresh = !stage.data || stage.data.token !== data.token;
  stage.data = data;
  stage.trigger = setTriggerValue;
  if (stage.ready && fresh) stage.send();
  return () => { removeEventListener("message", stage.hear); stage.watch.end(); stage.frame.remove(); parentElement.tvStage = null; };
}
