/** The gate that throws away: the river of one unit, and a hand on its forget gate. */

import { html, put } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { digitThumbnail } from "../../../src/glasscell/explorer/series/web/views/digit.js";
import { riverView } from "../../../src/glasscell/explorer/web/views/river.js";
import { changeInWords } from "../../../src/glasscell/explorer/web/views/answer.js";
import { number } from "../../../src/glasscell/explorer/web/words/language.js";
import { toggle } from "./controls.js";

/**
 * @param {HTMLElement} box
 * @param {Stage} stage of the digits
 * @param {{unit: number, t: number}} event
 */
export function throwFigure(box, stage, { unit, t }) {
  const river = riverView(stage);
  const told = html("p", { class: "told", role: "status" });
  const clamp = /** @type {Clamp} */ ({ gate: "f", value: 1, layer: 0, direction: 0, units: [unit], from: t, to: Infinity });
  const { x, T } = stage.state.input;
  const picture = digitThumbnail(x);
  picture.classList.add("digit");
  box.append(
    toggle("Hold the forget gate open", (isHeld) => stage.set(isHeld ? { clamps: [clamp], t: T - 1 } : { clamps: [], t })),
    html("div", { class: "together" }, picture, river.element), told,
  );
  stage.views.push(river, {
    update({ isHeld, one, oneFree, free, result }) {
      const [held, end] = [one, oneFree].map(({ c, H }) => number(c[(T - 1) * H + unit]));
      const change = isHeld && changeInWords(stage, free, result, null);
      put(told, { text: isHeld ? `The memory ends at ${held} instead of ${end}; ${change}` : "" });
    },
  });
  stage.redraw();
}
