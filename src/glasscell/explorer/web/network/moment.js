/** One unit at one step: its numbers as they enter the equations, and the sums inside its gates. */

import { ACTIVATIONS } from "./activations.js";
import { QUANTITIES } from "./quantities.js";

/** @returns {number} the step that a direction read just before t, or −1 */
export function stepBefore(one, t) {
  const steps = one.c.length / one.H;
  const before = one.backwards ? t + 1 : t - 1;
  return before >= 0 && before < steps ? before : -1;
}

/**
 * All numbers of unit u at step t, each as it enters the equations.
 * @returns {{read: boolean, z: number, i: number, f: number, o: number, c: number, h: number, before: number,
 *   hBefore: number, kept: number, written: number, shown: number}} `before` is the memory before, `kept` f·before,
 *   `written` i·z, `shown` φ(c)
 */
export function momentOf(network, result, layer, direction, u, t) {
  const one = result.layers[layer].directions[direction];
  const at = t * one.H + u;
  const earlier = stepBefore(one, t);
  const before = earlier < 0 ? 0 : one.c[earlier * one.H + u];
  const [z, i, f, o, c, h] = QUANTITIES.map((name) => one[name][at]);
  const φ = ACTIVATIONS[network.layers[layer].directions[direction].variant.output_activation];
  return {
    read: result.mask[t] === 1,
    z, i, f, o, c, h,
    before,
    hBefore: earlier < 0 ? 0 : one.h[earlier * one.H + u],
    kept: f * before,
    written: i * z,
    shown: φ(c),
  };
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
  const weightsOf = network.layers[layer].directions[direction];
  const one = result.layers[layer].directions[direction];
  const { H } = one;
  const x = layerInput(result, layer, t);
  const earlier = stepBefore(one, t);
  const row = (name, s) => (s < 0 ? null : one[name].subarray(s * H, (s + 1) * H));
  const h = row("h", earlier);
  let real = earlier; // gates are remembered across skipped steps
  while (real >= 0 && !result.mask[real]) real = stepBefore(one, real);
  const gates = ["i", "f", "o"].map((name) => row(name, real));
  const sums = {};
  for (const [block, gate] of ["i", "f", "z", "o"].entries()) {
    const column = block * H + u;
    const part = { x: 0, h: 0, c: 0, g: 0, b: weightsOf.bias?.[column] ?? 0 };
    for (let d = 0; d < x.length; d++) part.x += x[d] * weightsOf.kernel[d * 4 * H + column];
    if (h) for (let v = 0; v < H; v++) part.h += h[v] * weightsOf.recurrentKernel[v * 4 * H + column];
    const peephole = "ifo".indexOf(gate);
    if (weightsOf.peepholeKernel && peephole >= 0) {
      const seen = gate === "o" ? one.c[t * H + u] : earlier < 0 ? 0 : one.c[earlier * H + u];
      part.c = weightsOf.peepholeKernel[peephole * H + u] * seen;
    }
    if (weightsOf.gateKernel && peephole >= 0 && real >= 0) {
      for (let k = 0; k < 3; k++) {
        for (let v = 0; v < H; v++) {
          part.g += gates[k][v] * weightsOf.gateKernel[(k * H + v) * 3 * H + peephole * H + u];
        }
      }
    }
    part.sum = part.x + part.h + part.c + part.g + part.b;
    sums[gate] = part;
  }
  return sums;
}
