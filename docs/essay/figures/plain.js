/** Why a plain network forgets: one unit, h' = tanh(w·h + x), and how much of its first input is left. */

import { svg } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { chartIn, linePath, rulesOf, stepsBelow } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { percent } from "../../../src/glasscell/explorer/web/words/language.js";
import { slider } from "./controls.js";

const STEPS = 20;

/**
 * @param {number} w
 * @returns {{h: number[], left: number[]}} h at every step, where x is 1 at the first and 0 afterwards; and how much it
 *   still depends on that x, as a share of how much h did at the first step
 */
export function plainUnit(w) {
  const [h, left] = [[Math.tanh(1)], [1]];
  for (let t = 1; t < STEPS; t++) {
    h.push(Math.tanh(w * h[t - 1]));
    left.push(left[t - 1] * w * (1 - h[t] ** 2));
  }
  return { h, left };
}

/** @param {HTMLElement} box where the figure goes */
export function plainFigure(box) {
  let w = 0.9;
  box.append(slider("Weight w", { min: 0, max: 1.6, step: 0.05, value: w, text: (v) => v.toFixed(2) }, (v) => {
    w = v;
    draw();
  }));
  const chart = chartIn(box, { height: 190, edges: { left: 34, right: 8, top: 8, bottom: 24 }, redraw: draw });

  function draw() {
    const { h, left: kept } = plainUnit(w);
    const influence = `of the influence of the first input ${percent(kept.at(-1))} is left`;
    const label = `With w ${w.toFixed(2)}, after ${STEPS} steps h is ${h.at(-1).toFixed(2)}; ${influence}.`;
    chart.draw([w], label, ({ width, left, right, top, bottom }) => {
      const X = d3.scaleLinear([0, STEPS - 1], [left, right]);
      const Y = d3.scaleLinear([0, 1], [bottom, top]);
      const line = (look, values) => svg("path", { class: `line ${look}`, d: linePath(values, 0, 1, STEPS, X, Y, width) });
      const numbers = [...rulesOf(Y, left, right, 2), ...stepsBelow(X, STEPS, width, bottom + 18)];
      return [...numbers, line("stroke-c ghost", kept), line("stroke-h", h)];
    });
  }
  draw();
}
