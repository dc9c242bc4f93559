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
  const choice = (key, count) => {
    const select = html("select", { id: key, on: { change: () => app.set({ [key]: Number(select.value) }) } });
    for (let n = 0; n < count; n++) select.append(html("option", { value: n, text: n + 1 }));
    return count > 1 ? field(key, select) : select;
  };
  const layer = choice("layer", layers.length);
  const direction = choice("direction", Math.max(...layers.map(({ directions }) => directions.length)));
  const unit = field("unit", html("input", { type: "number", min: 0, step: 1, id: "unit" }));
  let isTyping = false; // frames drawn meanwhile do not change it
  unit.addEventListener("input", () => (isTyping = true));
  for (const end of ["change", "blur"]) unit.addEventListener(end, () => (isTyping = false));
  unit.addEventListener("change", () => app.set({ unit: Math.round(Number(unit.value) || 0) }));

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
      put(unit, { max: one.H - 1 });
      if (!isTyping && unit.value !== String(state.unit)) unit.value = String(state.unit);
    },
  };
}
