// Mount the stage in a frame of its own: no cookies, no parent page, no socket, only messages.
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
    stage.send = () => frame.contentWindow.postMessage({ type: "trail:data", payload: stage.data.payload }, "*");
    stage.hear = (event) => {
      if (event.source !== frame.contentWindow || !event.data) return;
      const said = event.data;
      if (said.type === "trail:ready") { stage.ready = true; stage.send(); }
      if (said.type === "trail:shown") document.documentElement.dataset.trailShown = said.day;
      if (said.type === "trail:height") frame.style.height = said.px ? `${said.px}px` : stage.data.height;
      if (said.type === "trail:ask") stage.trigger("ask", { what: String(said.what), value: String(said.value) });
    };
    addEventListener("message", stage.hear);
    parentElement.tvStage = stage;
    frame.srcdoc = data.shell;
    parentElement.appendChild(frame);
  }
  const fresh = !stage.data || stage.data.token !== data.token;
  stage.data = data;
  stage.trigger = setTriggerValue;
  if (stage.ready && fresh) stage.send();
  return () => { removeEventListener("message", stage.hear); stage.frame.remove(); parentElement.tvStage = null; };
}
