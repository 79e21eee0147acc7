// What left this computer, as far as a page can see: what was loaded from elsewhere, and what the policy stopped. Counted once a page.
const OUTSIDE = /^(https?|wss?):(?!\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$))/;

function countRequests() {
  const asked = new Map();
  const stopped = new Map();
  const around = { left: 0, blocked: 0 };
  const add = (to, url) => { if (OUTSIDE.test(url)) to.set(url, (to.get(url) || 0) + 1); };
  const sum = (values) => [...values].reduce((all, one) => all + one, 0);
  const out = { onchange: () => {} };
  // What the policy stopped stands among what was asked for too: it went nowhere.
  out.counted = () => ({
    left: around.left + sum([...asked].map(([url, n]) => Math.max(0, n - (stopped.get(url) || 0)))),
    blocked: around.blocked + sum(stopped.values()),
  });
  new PerformanceObserver((list) => { list.getEntries().forEach((one) => add(asked, one.name)); out.onchange(); }).observe({ type: "resource", buffered: true });
  document.addEventListener("securitypolicyviolation", (event) => { add(stopped, event.blockedURI); out.onchange(); });
  // The page around the frame counts its own.
  out.around = ({ left, blocked }) => { around.left = Number(left) || 0; around.blocked = Number(blocked) || 0; out.onchange(); };
  return out;
}
