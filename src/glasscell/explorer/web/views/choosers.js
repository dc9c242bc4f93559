/** The choice of the unit and, where there are several, of the layer and the direction. */

import { byId, html, put } from "../kit/dom.js";
import { word } from "../words/language.js";
import { directionKey } from "./place.js";

/**
 * @param {Host} app
 * @returns {View}
 */
export function choosers(app) {
  const { layers } = app.network;
  const box = byId("choosers");
  const field = (key, control) => {
    box.append(html("label", { class: "chooser" }, html("span", { "data-word": key }), " ", control));
    return control;
  };
  const layer = html("select", { id: "layer" });
  const direction = html("select", { id: "direction" });
  if (layers.length > 1) {
    field("layer", layer);
    layers.forEach((_, n) => layer.append(html("option", { value: n, text: n + 1 })));
  }
  if (layers.some(({ directions }) => directions.length > 1)) {
    field("direction", direction);
    for (const n of [0, 1]) direction.append(html("option", { value: n }));
  }
  const unit = field("unit", html("input", { type: "number", min: 1, step: 1, id: "unit" }));
  layer.addEventListener("change", () => app.set({ layer: Number(layer.value) }));
  direction.addEventListener("change", () => app.set({ direction: Number(direction.value) }));
  let isTyping = false; // then frames that are drawn meanwhile leave it alone
  unit.addEventListener("input", () => (isTyping = true));
  for (const end of ["change", "blur"]) unit.addEventListener(end, () => (isTyping = false));
  unit.addEventListener("change", () => app.set({ unit: Math.round(Number(unit.value) || 1) - 1 }));

  return {
    update({ state, one }) {
      layer.value = String(state.layer);
      const { directions } = layers[state.layer];
      [...direction.options].forEach((option, n) => {
        put(option, {
          disabled: n >= directions.length,
          text: n < directions.length ? word(directionKey(app, state.layer, n)) : "–",
        });
      });
      direction.value = String(state.direction);
      put(unit, { max: one.H });
      if (!isTyping && Number(unit.value) !== state.unit + 1) unit.value = state.unit + 1;
    },
  };
}
