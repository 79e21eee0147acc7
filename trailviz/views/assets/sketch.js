// The ground without a file: our own sketch, drawn from colours of the page so that dark mode and print follow.
function drawSketch(L, map, ground, named, inks, lang) {
  const styles = () => ({
    water: { stroke: false, fill: true, fillColor: inks.water, fillOpacity: 1 },
    land: { stroke: false, fill: true, fillColor: inks.land, fillOpacity: 1 },
    park: { stroke: false, fill: true, fillColor: inks.park, fillOpacity: 1 },
    road: { color: inks.road, weight: 2.6, fill: false },
    elevated: { color: inks.elevated, weight: 3.6, fill: false },
    metro: { color: inks.metro, weight: 1.2, dashArray: "4 5", fill: false },
  });
  const style = (one) => { const all = styles(); return all[one.properties.kind] || all.road; };
  const renderer = L.canvas({ padding: 0.4 });
  const order = ["land", "park", "water", "road", "elevated", "metro"];
  const shapes = ground.features.filter((one) => one.geometry.type !== "Point").sort((p, q) => order.indexOf(p.properties.kind) - order.indexOf(q.properties.kind));
  map.tvNames = [];
  const plan = L.geoJSON({ type: "FeatureCollection", features: shapes }, { interactive: false, renderer, style });
  const drawn = L.layerGroup([plan]);
  // At once: Leaflet would wait for the next frame, and paper does not.
  drawn.draw = () => { plan.setStyle(style); renderer._redraw(); };
  const write = (kind, name, lat, lon) => {
    const label = el("span", `tv-ground tv-${kind}`, name);
    const wide = [...name].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 13 : kind === "area" ? 8 : 6.6), 0);
    map.tvNames.push({ node: label, kind, lat, lon, left: kind === "station" ? -2 : -wide / 2, right: kind === "station" ? wide + 6 : wide / 2, under: false });
    // A node, not a string: Leaflet would read a string as HTML.
    drawn.addLayer(L.marker([lat, lon], { interactive: false, keyboard: false, icon: L.divIcon({ className: "", iconSize: [0, 0], html: label }) }));
  };
  for (const one of ground.features) {
    const said = one.properties;
    const name = (lang.startsWith("zh") ? said.zh || said.en : said.en || said.zh) || "";
    if (one.geometry.type === "Point" && name && ["area", "station"].includes(said.kind)) write(said.kind, name, one.geometry.coordinates[1], one.geometry.coordinates[0]);
  }
  named.forEach((one) => write(...one));
  const near = () => map.getContainer().classList.toggle("tv-near", map.getZoom() >= STATIONS_FROM);
  map.on("zoomend", near);
  drawn.on("remove", () => map.off("zoomend", near));
  near();
  drawn.addTo(map);
  return drawn;
}
