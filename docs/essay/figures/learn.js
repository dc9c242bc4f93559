/** How gates come to be: those of one unit at one row over training, and its forget gate at every row. */

import { svg } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { chartIn, linePath, rulesOf } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { run } from "../../../src/glasscell/explorer/web/network/forward.js";
import { courseOf } from "../../../src/glasscell/explorer/web/network/memory.js";
import { slider } from "./controls.js";

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
  box.append(slider("Epoch", { min: 0, max: last, step: 1, value: at, text: (k) => String(stops[k]) }, (k) => {
    at = k;
    draw();
  }));
  const chart = chartIn(box, { height: 254, edges: { left: 34, right: 46, top: 14, bottom: 106 }, redraw: draw });

  function draw() {
    const said = GATES.map((gate) => `${gate} ${gates[gate][at].toFixed(2)}`).join(", ");
    chart.draw([at], `After epoch ${stops[at]}: ${said}`, (area) => [...linesIn(area), ...barsIn(area)]);
  }

  /** The gates over the epochs. */
  function linesIn({ width, left, right, top, bottom }) {
    const X = d3.scaleLinear([0, last], [left, right]);
    const Y = d3.scaleLinear([0, 1], [bottom, top]);
    const apart = Math.ceil(stops.length / 8);
    const isNamed = (k) => k === last || (k % apart === 0 && last - k >= apart); // or the last two would collide
    return [
      ...rulesOf(Y, left, right, 2),
      ...stops.map((epoch, k) => textAt(X(k), bottom + 17, isNamed(k) ? epoch : "")),
      ...GATES.flatMap((gate, n) => [
        svg("path", { class: `line stroke-${gate}`, d: linePath(gates[gate], 0, 1, stops.length, X, Y, width) }),
        svg("text", { class: `tick text-${gate}`, x: right + 6, y: Y(gates[gate].at(-1)) + 7 * n - 3, text: gate }), // apart
        svg("circle", { class: `fill-${gate}`, cx: X(at), cy: Y(gates[gate][at]), r: 4.5 }),
      ]),
      svg("line", { class: "now", x1: X(at), x2: X(at), y1: top, y2: bottom }),
    ];
  }

  /** The forget gate at every row after the epoch that is chosen. */
  function barsIn({ left, right, bottom }) {
    const X = d3.scaleLinear([-0.5, rows[at].length - 0.5], [left, right]);
    const Y = d3.scaleLinear([0, 1], [bottom + 86, bottom + 34]);
    const slot = X(1) - X(0);
    return Array.from(rows[at]).flatMap((f, row) => {
      const place = { x: X(row) - slot * 0.36, width: slot * 0.72 };
      return [
        svg("rect", { class: "track", ...place, y: Y(1), height: Y(0) - Y(1) }),
        svg("rect", { class: "fill-f", ...place, y: Y(f), height: Y(0) - Y(f) }),
        textAt(X(row), bottom + 102, slot < 44 ? row + 1 : `row ${row + 1}`, row === t ? "tick best" : "tick"),
      ];
    });
  }
  draw();
}

function textAt(x, y, text, look = "tick") {
  return svg("text", { class: look, x, y, "text-anchor": "middle", text });
}
