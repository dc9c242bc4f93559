/** The gate that throws away: the river of one unit, and a hand on its forget gate. */

import { html, put } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { digitThumbnail } from "../../../src/glasscell/explorer/web/views/digit.js";
import { riverView } from "../../../src/glasscell/explorer/web/views/river.js";
import { changeInWords } from "../../../src/glasscell/explorer/web/views/answer.js";
import { number } from "../../../src/glasscell/explorer/web/words/language.js";
import { toggle } from "./controls.js";

/** @param {HTMLElement} box @param {object} stage of the digits @param {{unit: number, t: number}} event */
export function throwFigure(box, stage, event) {
  const { unit, t } = event;
  const river = riverView(stage);
  const told = html("p", { class: "told", role: "status" });
  const clamp = { gate: "f", value: 1, layer: 0, direction: 0, units: [unit], from: t, to: Infinity };
  const picture = digitThumbnail(stage.state.input.x);
  picture.classList.add("digit");
  box.append(
    toggle("Hold the forget gate open", (isHeld) => {
      stage.set({ clamps: isHeld ? [clamp] : [], t: isHeld ? stage.state.input.T - 1 : t });
    }),
    html("div", { class: "together" }, picture, river.element), told,
  );
  stage.views.push(river, {
    update({ isHeld, one, oneFree, steps, free, result }) {
      const end = (steps - 1) * one.H + unit;
      const change = isHeld && changeInWords(stage, free, result, null);
      put(told, { text: isHeld ? `The memory ends at ${number(one.c[end])} instead of ${number(oneFree.c[end])}; ${change}` : "" });
    },
  });
  stage.redraw();
}
