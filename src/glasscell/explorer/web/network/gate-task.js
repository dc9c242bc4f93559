/** The three tasks of the networks of one unit: the targets at every step, and the error of a prediction. */

import { readOutAt } from "./forward.js";

export const SWITCH = 1; // the channel that is 0 or 1, the control bit
const BIT_PROBABILITY = 0.2;

/** The memory after s, given the value x and the bit u; the tasks are defined in data/problems/gates.py. */
const NEXT_MEMORY = {
  write: (s, x, u) => s + u * x,
  erase: (s, x, u) => (1 - u) * s + x,
  show: (s, x) => s + x,
};

/**
 * @param {GateTask} name
 * @param {ArrayLike<number>} x (T, 2): the value and the bit, row by row
 * @returns {Float64Array} (T) the target at every step
 */
export function targetsOf(name, x) {
  let s = 0;
  return Float64Array.from({ length: x.length / 2 }, (_, t) => {
    const [value, bit] = [x[2 * t], x[2 * t + SWITCH]];
    s = NEXT_MEMORY[name](s, value, bit);
    return name === "show" ? bit * s : s;
  });
}

/**
 * Draw series as data/problems/gates.py does.
 * @param {GateTask} name
 * @param {number} count
 * @param {number} T
 * @param {() => number} random
 * @returns {{x: Float64Array, y: Float64Array}} (count, T, 2) the values and bits, and (count, T) the targets
 */
export function makeSeries(name, count, T, random) {
  const x = Float64Array.from({ length: 2 * count * T }, (_, at) => {
    return at % 2 === SWITCH ? Number(random() < BIT_PROBABILITY) : random() - 0.5;
  });
  const y = new Float64Array(count * T);
  for (let from = 0; from < y.length; from += T) y.set(targetsOf(name, x.subarray(2 * from, 2 * (from + T))), from);
  return { x, y };
}

/** @returns {Float64Array} (T) the network's output at every step */
export function answersOf(network, result) {
  return Float64Array.from({ length: result.steps }, (_, t) => readOutAt(network, result, t)?.[0] ?? NaN);
}

/** @returns {number} the error, averaged over the steps */
export function meanError(answers, targets) {
  return answers.reduce((sum, v, t) => sum + Math.abs(v - targets[t]), 0) / answers.length;
}

/**
 * @param {ArrayLike<number>} values (T) of a gate
 * @param {ArrayLike<number>} x (T, 2)
 * @returns {{on: number, off: number}} its means where the bit is on and elsewhere; NaN where there is no such step
 */
export function meansByBit(values, x) {
  const meanOf = (isOn) => {
    const those = Array.from(values).filter((_, t) => x[2 * t + SWITCH] > 0.5 === isOn);
    return those.reduce((sum, v) => sum + v, 0) / those.length;
  };
  return { on: meanOf(true), off: meanOf(false) };
}
