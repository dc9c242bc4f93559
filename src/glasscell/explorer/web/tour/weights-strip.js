/** A unit's four columns of the matrix, as strips of colour: what tells its four boxes apart. */

import { colourTable } from "../kit/colours.js";
import { html, put } from "../kit/dom.js";
import { number, word } from "../words/language.js";

const IN_THE_DIAGRAM = ["f", "i", "z", "o"]; // as they stand in the diagram
const IN_THE_MATRIX = { i: 0, f: 1, z: 2, o: 3 }; // as they stand in the matrix

/**
 * @param {{kernel: ArrayLike<number>, recurrentKernel: ArrayLike<number>, H: number}} direction
 * @returns {{rows: number[][], D: number, reach: number}} the weights of x and of h before in each box, in the order
 *   f, i, z, o; how many of them are those of x; and the largest
 */
export function columnsOf({ kernel, recurrentKernel, H }, unit) {
  const D = kernel.length / (4 * H);
  const column = (weights, n, gate) => Array.from({ length: n }, (_, k) => weights[(4 * k + IN_THE_MATRIX[gate]) * H + unit]);
  const rows = IN_THE_DIAGRAM.map((gate) => [...column(kernel, D, gate), ...column(recurrentKernel, H, gate)]);
  return { rows, D, reach: rows.flat().reduce((most, v) => Math.max(most, Math.abs(v)), 0) };
}

/** @returns {HTMLElement} the strips of the current unit: a row a box, the weights of x to the left of those of h */
export function weightsStrip(app, { layer, direction, unit }) {
  const weights = app.network.layers[layer].directions[direction];
  const { rows, D, reach } = columnsOf(weights, unit);
  const width = rows[0].length;
  const strips = rows.map((row, n) => {
    const canvas = html("canvas", { width, height: 1, "aria-hidden": "true" });
    const table = colourTable("z");
    const picture = new ImageData(width, 1);
    const pixels = new Uint32Array(picture.data.buffer);
    row.forEach((v, k) => {
      pixels[k] = table[Math.round(127.5 * (1 + v / (reach || 1)))];
    });
    canvas.getContext("2d").putImageData(picture, 0, 0);
    return html("div", { class: "weights-row" }, html("b", { class: `ink-${IN_THE_DIAGRAM[n]}`, text: IN_THE_DIAGRAM[n] }), canvas);
  });
  const [x, h] = Object.entries({ x: D, h: width - D }).map(([name, n]) => {
    const span = html("span", { text: word("tour.strip", { name, n }) });
    span.style.width = `${(100 * n) / width}%`;
    return span;
  });
  const figure = html("div", { class: "weights-strip", role: "img" }, ...strips, html("div", { class: "weights-names" }, x, h));
  put(figure, { "aria-label": word("tour.strip.label", { unit: unit + 1, D, H: width - D, reach: number(reach) }) });
  return figure;
}
