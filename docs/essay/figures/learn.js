/** How gates come to be: those of one unit at one row over training, and its forget gate at every row. */

import { put, svg, watchWidth } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { linePath, rulesOf } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { run } from "../../../src/glasscell/explorer/web/network/forward.js";
import { courseOf } from "../../../src/glasscell/explorer/web/network/memory.js";
import { slider } from "./controls.js";

const HEIGHT = 254;
const EDGE = { left: 34, right: 46, top: 14 };
const BOTTOM = 148; // of the lines
const BARS = { top: 182, bottom: 234 };
const GATES = ["i", "f", "o"];

/**
 * @param {Epochs} epochs
 * @param {{x: Float64Array, T: number}} input
 * @param {{unit: number, t: number}} event
 * @returns {{stops: number[], gates: Object<string, number[]>, rows: Float64Array[]}} gates at the event's row after each
 *   epoch that the page has, and the forget gate at every row
 */
export function gatesOverEpochs(epochs, { x, T }, { unit, t }) {
  const ones = epochs.stops.map((epoch) => run(epochs.networkAt(epoch), x, T).layers[0].directions[0]);
  const gates = Object.fromEntries(GATES.map((gate) => [gate, ones.map((one) => courseOf(one, gate, unit)[t])]));
  return { stops: epochs.stops, gates, rows: ones.map((one) => courseOf(one, "f", unit)) };
}

/** @param {HTMLElement} box @param {ReturnType<typeof gatesOverEpochs>} known @param {{t: number}} event */
export function learnFigure(box, { stops, gates, rows }, { t }) {
  const last = stops.length - 1;
  let at = last;
  const plot = svg("svg", { class: "chart", role: "img", height: HEIGHT });
  box.append(slider("Epoch", { min: 0, max: last, step: 1, value: at, text: (k) => String(stops[k]) }, (k) => {
    at = k;
    draw();
  }), plot);
  const size = watchWidth(box, draw);

  function draw() {
    const { width } = size;
    const [left, right] = [EDGE.left, width - EDGE.right];
    const X = d3.scaleLinear([0, last], [left, right]);
    const Y = d3.scaleLinear([0, 1], [BOTTOM, EDGE.top]);
    const row = d3.scaleLinear([-0.5, rows[at].length - 0.5], [left, right]);
    const Z = d3.scaleLinear([0, 1], [BARS.bottom, BARS.top]);
    const slot = row(1) - row(0);
    const isNamed = (k) => k === last || k % Math.ceil(stops.length / 8) === 0;
    const below = (x, y, text, look = "tick") => svg("text", { class: look, x, y, "text-anchor": "middle", text });
    const said = GATES.map((gate) => `${gate} ${gates[gate][at].toFixed(2)}`).join(", ");
    put(plot, { viewBox: `0 0 ${width} ${HEIGHT}`, "aria-label": `After epoch ${stops[at]}: ${said}` });
    plot.replaceChildren(
      ...rulesOf(Y, left, right, 2),
      ...stops.map((epoch, k) => below(X(k), BOTTOM + 17, isNamed(k) ? epoch : "")),
      ...GATES.flatMap((gate, n) => {
        const end = Y(gates[gate].at(-1)) + 7 * n - 3; // apart from the others'
        return [
          svg("path", { class: `line stroke-${gate}`, d: linePath(gates[gate], 0, 1, stops.length, X, Y, width) }),
          svg("text", { class: `tick text-${gate}`, x: right + 6, y: end, text: gate }),
          svg("circle", { class: `fill-${gate}`, cx: X(at), cy: Y(gates[gate][at]), r: 4.5 }),
        ];
      }),
      svg("line", { class: "now", x1: X(at), x2: X(at), y1: EDGE.top, y2: BOTTOM }),
      ...Array.from(rows[at]).flatMap((f, s) => {
        const place = { x: row(s) - slot * 0.36, width: slot * 0.72 };
        return [
          svg("rect", { class: "track", ...place, y: Z(1), height: Z(0) - Z(1) }),
          svg("rect", { class: "fill-f", ...place, y: Z(f), height: Z(0) - Z(f) }),
          below(row(s), HEIGHT - 4, slot < 44 ? s + 1 : `row ${s + 1}`, s === t ? "tick best" : "tick"),
        ];
      }),
    );
  }
  draw();
}
