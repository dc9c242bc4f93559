/** One unit at one step: its numbers as they enter the equations, and the sums inside its gates. */

import { ACTIVATIONS } from "./activations.js";
import { QUANTITIES } from "./quantities.js";

/** @returns {number} the step that a direction read just before t, or −1 */
export function stepBefore(one, t) {
  const before = one.backwards ? t + 1 : t - 1;
  return before * one.H < one.c.length ? before : -1;
}

/**
 * All numbers of unit u at step t, each as it enters the equations.
 * @returns {Moment} `before` is the memory before, `kept` f·before, `written` i·z, `shown` φ(c)
 */
export function momentOf(network, result, layer, direction, u, t) {
  const one = result.layers[layer].directions[direction];
  const earlier = stepBefore(one, t);
  const before = earlier < 0 ? 0 : one.c[earlier * one.H + u];
  const [z, i, f, o, c, h] = QUANTITIES.map((name) => one[name][t * one.H + u]);
  const φ = ACTIVATIONS[network.layers[layer].directions[direction].variant.output_activation];
  return { read: result.mask[t] === 1, z, i, f, o, c, h, before, kept: f * before, written: i * z, shown: φ(c) };
}

/** @returns {number[]} what a layer reads at step t: the input as scaled, a token's row, or the h of the layer below */
export function layerInput(result, layer, t) {
  if (layer === 0) {
    const D = result.read.length / result.steps;
    return [...result.read.subarray(t * D, (t + 1) * D)];
  }
  return result.layers[layer - 1].directions.flatMap(({ H, h }) => [...h.subarray(t * H, (t + 1) * H)]);
}

/**
 * The sums inside the block input and the gates of unit u at step t.
 * @returns {Object<string, {x: number, h: number, c: number, g: number, b: number, sum: number}>} for z, i, f, o: the
 *   share of the input, of h before, of c (peepholes), of the gates before (full gate recurrence), and of the bias
 */
export function sumsOf(network, result, layer, direction, u, t) {
  const { kernel, recurrentKernel, bias, peepholeKernel, gateKernel } = network.layers[layer].directions[direction];
  const one = result.layers[layer].directions[direction];
  const { H } = one;
  const earlier = stepBefore(one, t);
  let real = earlier; // gates are remembered across skipped steps
  while (real >= 0 && !result.mask[real]) real = stepBefore(one, real);
  const rowsAt = (names, s) => (s < 0 ? [] : [...names].flatMap((name) => [...one[name].subarray(s * H, (s + 1) * H)]));
  const [x, h, ifo] = [layerInput(result, layer, t), rowsAt("h", earlier), rowsAt("ifo", real)];
  const product = (v, matrix, width, column) => v.reduce((sum, one, row) => sum + one * matrix[row * width + column], 0);
  return Object.fromEntries([..."ifzo"].map((gate, block) => {
    const column = block * H + u;
    const own = "ifo".indexOf(gate) * H + u; // below 0 for z, which has neither peepholes nor what gates add
    const seen = gate === "o" ? one.c[t * H + u] : earlier < 0 ? 0 : one.c[earlier * H + u];
    const part = {
      x: product(x, kernel, 4 * H, column),
      h: product(h, recurrentKernel, 4 * H, column),
      c: peepholeKernel && own >= 0 ? peepholeKernel[own] * seen : 0,
      g: gateKernel && own >= 0 ? product(ifo, gateKernel, 3 * H, own) : 0,
      b: bias?.[column] ?? 0,
    };
    return [gate, { ...part, sum: part.x + part.h + part.c + part.g + part.b }];
  }));
}
