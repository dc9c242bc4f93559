/** How gates come to be: those of one unit at one row over training, and its forget gate at every row. */

import { put, svg, watchWidth } from "../../../src/glasscell/explorer/web/kit/dom.js";
import { d3 } from "../../../src/glasscell/explorer/web/d3/d3.js";
import { linePath } from "../../../src/glasscell/explorer/web/kit/charts.js";
import { run } from "../../../src/glasscell/explorer/web/network/forward.js";
import { slider } from "./controls.js";

const HEIGHT = 170;
const BARS = 84;
const EDGE = { left: 34, right: 46, top: 14, bottom: 22 };
const GATES = ["i", "f", "o"];

/**
 * @param {object} epochs of the explorer: the networks after each
 * @param {object} input
 * @param {{unit: number, t: number}} event
 * @returns {{stops: number[], gates: Object<string, number[]>, rows: number[][]}} gates at the event's row after each
 *   epoch that the page has, and the forget gate at every row
 */
export function gatesOverEpochs(epochs, { x, T }, { unit, t }) {
  const ones = epochs.stops.map((epoch) => run(epochs.networkAt(epoch), x, T).layers[0].directions[0]);
  const gates = Object.fromEntries(GATES.map((gate) => [gate, ones.map((one) => one[gate][t * one.H + unit])]));
  const rows = ones.map((one) => Array.from({ length: T }, (_, s) => one.f[s * one.H + unit]));
  return { stops: epochs.stops, gates, rows };
}

/** @param {HTMLElement} box @param {object} known from `gatesOverEpochs` @param {{t: number}} event */
export function learnFigure(box, { stops, gates, rows }, { t }) {
  let at = stops.length - 1;
  const plot = svg("svg", { class: "chart", role: "img", height: HEIGHT + BARS });
  box.append(slider("Epoch", { min: 0, max: at, step: 1, value: at, text: (k) => stops[k] }, (k) => {
    at = k;
    draw();
  }), plot);
  const size = watchWidth(box, () => draw());

  function draw() {
    const { width } = size;
    const right = width - EDGE.right;
    const X = d3.scaleLinear([0, stops.length - 1], [EDGE.left, right]);
    const Y = d3.scaleLinear([0, 1], [HEIGHT - EDGE.bottom, EDGE.top]);
    const bar = d3.scaleLinear([-0.5, rows[at].length - 0.5], [EDGE.left, right]);
    const top = HEIGHT + 12;
    const Z = d3.scaleLinear([0, 1], [top + BARS - 32, top]);
    const slot = bar(1) - bar(0);
    put(plot, {
      viewBox: `0 0 ${width} ${HEIGHT + BARS}`,
      "aria-label": `After epoch ${stops[at]}: ${GATES.map((gate) => [gate, gates[gate][at].toFixed(2)].join(" ")).join(", ")}`,
    });
    plot.replaceChildren(
      ...[0, 0.5, 1].flatMap((v) => [
        svg("line", { class: v === 0 ? "axis" : "rule", x1: EDGE.left, x2: right, y1: Y(v), y2: Y(v) }),
        svg("text", { class: "tick", x: EDGE.left - 6, y: Y(v) + 4, "text-anchor": "end", text: v }),
      ]),
      ...stops.map((epoch, k) => svg("text", {
        class: "tick", x: X(k), y: HEIGHT - 5, "text-anchor": "middle", text: k % Math.ceil(stops.length / 8) === 0 || k === stops.length - 1 ? epoch : "",
      })),
      ...GATES.flatMap((gate) => [
        svg("path", { class: `line stroke-${gate}`, d: linePath(gates[gate], 0, 1, stops.length, X, Y, width) }),
        svg("text", { class: `tick text-${gate}`, x: right + 6, y: Y(gates[gate].at(-1)) + 4 + { i: -7, f: 0, o: 7 }[gate], text: gate }),
        svg("circle", { class: `fill-${gate}`, cx: X(at), cy: Y(gates[gate][at]), r: 4.5 }),
      ]),
      svg("line", { class: "now", x1: X(at), x2: X(at), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }),
      ...rows[at].flatMap((f, row) => [
        svg("rect", { class: "track", x: bar(row) - slot * 0.36, width: slot * 0.72, y: top, height: BARS - 32 }),
        svg("rect", { class: "fill-f", x: bar(row) - slot * 0.36, width: slot * 0.72, y: Z(f), height: Z(0) - Z(f) }),
        svg("text", { class: row === t ? "tick best" : "tick", x: bar(row), y: top + BARS - 16, "text-anchor": "middle", text: slot < 44 ? row + 1 : `row ${row + 1}` }),
      ]),
    );
  }
  draw();
}
