/** A slider for the memory itself, above the chips of all that is held. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { clampOf, holdGate, releaseGate } from "../../../explorer/web/network/clamps.js";
import { chipsView } from "../../../explorer/web/views/chips.js";
import { number, word } from "../../../explorer/web/words/language.js";
import { valuesOf } from "./on-off.js";

const STEPS_OF_RANGE = 200;

/**
 * @param {TextApp} app
 * @returns {View}
 */
export function textHolding(app) {
  const check = html("input", { type: "checkbox", id: "gate-c" });
  const slider = html("input", { type: "range", id: "held-c" });
  const value = html("output", { for: "held-c" });
  byId("holding").append(html("div", { class: "hold-memory" },
    html("label", { class: "check" }, check, html("span", { "data-word": "holding.memory" })), slider, value));
  const place = () => {
    const { layer, unit, t } = app.state;
    return { gate: /** @type {const} */ ("c"), layer, direction: 0, unit, t };
  };
  const hold = () => app.set({ clamps: holdGate(app.state.clamps, place(), Number(slider.value)) });
  const release = () => app.set({ clamps: releaseGate(app.state.clamps, place()) });
  check.addEventListener("change", () => (check.checked ? hold() : release()));
  slider.addEventListener("input", hold);
  const chips = chipsView(app);

  return {
    update(frame) {
      const { state, one, oneFree, unit, t } = frame;
      const held = clampOf(state.clamps, place());
      // the slider goes somewhat beyond what the memory ever is in this text
      const reach = Number((1.25 * Math.max(0.5, ...valuesOf(oneFree, unit).map(Math.abs))).toPrecision(2));
      const label = word("holding.memory.value", { unit });
      put(slider, { min: -reach, max: reach, step: reach / STEPS_OF_RANGE, "aria-label": label });
      check.checked = held !== undefined;
      if (document.activeElement !== slider || !held) slider.value = String(held?.value ?? one.c[t * one.H + unit]);
      put(value, { text: number(held?.value ?? Number(slider.value)) });
      chips.update(frame);
    },
  };
}
