/** Why a plain network forgets: one unit, h' = tanh(w·h + x), and how much of its first input is left. */

import { put, svg, watchWidth } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { linePath, rulesOf, stepsBelow } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { percent } from "../../../src/glasscell/explorer/web/words/language.js";
import { slider } from "./controls.js";

const HEIGHT = 190;
const EDGE = { left: 34, right: 8, top: 8, bottom: 24 };
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
  const plot = svg("svg", { class: "chart", role: "img", height: HEIGHT });
  box.append(slider("Weight w", { min: 0, max: 1.6, step: 0.05, value: w, text: (v) => v.toFixed(2) }, (v) => {
    w = v;
    draw();
  }), plot);
  const size = watchWidth(box, draw);

  function draw() {
    const { h, left } = plainUnit(w);
    const { width } = size;
    const X = d3.scaleLinear([0, STEPS - 1], [EDGE.left, width - EDGE.right]);
    const Y = d3.scaleLinear([0, 1], [HEIGHT - EDGE.bottom, EDGE.top]);
    const path = (values) => linePath(values, 0, 1, STEPS, X, Y, width);
    const influence = `of the influence of the first input ${percent(left.at(-1))} is left`;
    put(plot, {
      viewBox: `0 0 ${width} ${HEIGHT}`,
      "aria-label": `With w ${w.toFixed(2)}, after ${STEPS} steps h is ${h.at(-1).toFixed(2)}; ${influence}.`,
    });
    plot.replaceChildren(
      ...rulesOf(Y, EDGE.left, width - EDGE.right, 2), ...stepsBelow(X, STEPS, width, HEIGHT - 6),
      svg("path", { class: "line stroke-c ghost", d: path(left) }), svg("path", { class: "line stroke-h", d: path(h) }),
    );
  }
  draw();
}
