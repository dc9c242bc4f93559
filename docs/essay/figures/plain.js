/** Why a plain network forgets: one unit, h' = tanh(w·h + x), and how much of its first input is left. */

import { put, svg, watchWidth } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { linePath } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { slider } from "./controls.js";

const HEIGHT = 190;
const EDGE = { left: 34, right: 8, top: 8, bottom: 24 };
const PLAIN_STEPS = 20;
const PLAIN_WEIGHT = 0.9;

/**
 * @param {number} w
 * @returns {{h: number[], left: number[]}} h at every step, where x is 1 at the first and 0 afterwards; and how much it
 *   still depends on that x, as a share of how much h did at the first step
 */
export function plainUnit(w) {
  const [h, left] = [[Math.tanh(1)], [1]];
  for (let t = 1; t < PLAIN_STEPS; t++) {
    h.push(Math.tanh(w * h[t - 1]));
    left.push(left[t - 1] * w * (1 - h[t] ** 2));
  }
  return { h, left };
}

/** @param {HTMLElement} box where the figure goes */
export function plainFigure(box) {
  let w = PLAIN_WEIGHT;
  const plot = svg("svg", { class: "chart", role: "img", height: HEIGHT });
  box.append(slider("Weight w", { min: 0, max: 1.6, step: 0.05, value: w, text: (v) => v.toFixed(2) }, (v) => {
    w = v;
    draw();
  }), plot);
  const size = watchWidth(box, () => draw());

  function draw() {
    const { h, left } = plainUnit(w);
    const { width } = size;
    const X = d3.scaleLinear([0, PLAIN_STEPS - 1], [EDGE.left, width - EDGE.right]);
    const Y = d3.scaleLinear([0, 1], [HEIGHT - EDGE.bottom, EDGE.top]);
    const path = (values) => linePath(values, 0, 1, values.length, X, Y, width);
    const end = PLAIN_STEPS - 1;
    put(plot, {
      viewBox: `0 0 ${width} ${HEIGHT}`,
      "aria-label": `With w ${w.toFixed(2)}, after ${PLAIN_STEPS} steps h is ${h[end].toFixed(2)}; of the influence of the first input ${(100 * left[end]).toFixed(1)} % is left.`,
    });
    plot.replaceChildren(
      ...[0, 0.5, 1].flatMap((v) => [
        svg("line", { class: v === 0 ? "axis" : "rule", x1: EDGE.left, x2: width - EDGE.right, y1: Y(v), y2: Y(v) }),
        svg("text", { class: "tick", x: EDGE.left - 6, y: Y(v) + 4, "text-anchor": "end", text: v }),
      ]),
      ...[0, 4, 9, 14, 19].map((t) => svg("text", { class: "tick", x: X(t), y: HEIGHT - 6, "text-anchor": "middle", text: t + 1 })),
      svg("path", { class: "line stroke-c ghost", d: path(left) }),
      svg("path", { class: "line stroke-h", d: path(h) }),
    );
  }
  draw();
}
