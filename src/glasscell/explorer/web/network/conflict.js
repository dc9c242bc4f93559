/**
 * The tutorial's conflicts: which way steps with the control bit push the weight that a task needs, and the others.
 *
 * In *write* that is the weight of the value in z, in *show* that of h in the answer; *erase* has no such weight. A push
 * is how fast the error would fall if the weight grew, by what those steps contribute, as in `glasscell lab conflict`.
 */

import { gradientOf, splitWeights, watchOne } from "./learning.js";
import { SWITCH } from "./gate-task.js";

/**
 * @param {GateTask} task
 * @param {Cell} cell
 * @param {Float64Array} weights
 * @param {{x: Float64Array, y: Float64Array}} series of gate-task.js
 * @param {number} T
 * @returns {?{marked: number, unmarked: number}} above 0 if the weight is pushed away from 0; null for *erase*
 */
export function pushesOn(task, cell, weights, series, T) {
  if (task === "erase") return null;
  return task === "write" ? onValues(cell, weights, series, T) : onReadOut(cell, weights, series, T);
}

/** The value as two inputs with the same weights, one for marked steps, one for others: so the gradient is in two parts. */
function onValues(cell, weights, { x, y }, T) {
  const width = 4 * cell.H;
  const apart = new Float64Array(3 * y.length);
  for (let n = 0; n < y.length; n++) {
    const [value, bit] = [x[2 * n], x[2 * n + SWITCH]];
    apart.set([value * bit, value * (1 - bit), bit], 3 * n);
  }
  const of = Float64Array.from([...weights.subarray(0, width), ...weights]);
  const wide = { ...cell, D: 3 };
  const { kernel } = splitWeights(gradientOf(wide, of, apart, y, T).gradient, wide);
  const ofZ = (row) => kernel.subarray(row * width + 2 * cell.H, row * width + 3 * cell.H);
  const weight = weights.subarray(2 * cell.H, 3 * cell.H);
  return { marked: along(weight, ofZ(0)), unmarked: along(weight, ofZ(1)) };
}

function onReadOut(cell, weights, { x, y }, T) {
  const { H } = cell;
  const parts = { marked: new Float64Array(H), unmarked: new Float64Array(H) };
  for (let from = 0; from < y.length; from += T) {
    const { h, miss } = watchOne(cell, weights, x, y, from, T);
    for (let t = 0; t < T; t++) {
      const part = x[2 * (from + t) + SWITCH] > 0.5 ? parts.marked : parts.unmarked;
      for (let u = 0; u < H; u++) part[u] += (2 / y.length) * miss[t] * h[(t + 1) * H + u];
    }
  }
  const { readOut } = splitWeights(weights, cell);
  return { marked: along(readOut, parts.marked), unmarked: along(readOut, parts.unmarked) };
}

/** How fast the error falls if the weights grow in the direction that they have. */
function along(weights, gradient) {
  const norm = Math.sqrt(weights.reduce((sum, v) => sum + v * v, 0));
  return norm === 0 ? 0 : -weights.reduce((sum, v, k) => sum + v * gradient[k], 0) / norm;
}
