// Begin: a report carries its day in the page; in the app the host posts it.
addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("trail");
  const grounds = JSON.parse(document.getElementById("trail-grounds").textContent);
  const map = window[document.querySelector(".folium-map").id];
  const inPage = document.getElementById("trail-data");
  const say = (message) => parent.postMessage(message, "*");
  const ask = inPage ? null : (what, value) => say(what === "height" ? { type: "trail:height", px: value } : { type: "trail:ask", what, value });
  const requests = countRequests();
  function show(payload) {
    makeStage(root, window.L, map, payload, grounds, ask, requests);
    document.documentElement.dataset.trailShown = payload.day || "empty";
    if (!inPage) say({ type: "trail:shown", day: payload.day || "" });
  }
  if (inPage) { show(JSON.parse(inPage.textContent)); return; }
  addEventListener("message", (event) => {
    // Any window may post to a frame; only the host is heard.
    if (event.source !== parent || !event.data) return;
    if (event.data.type === "trail:data") show(event.data.payload);
    if (event.data.type === "trail:requests") requests.around(event.data);
  });
  say({ type: "trail:ready" });
});
