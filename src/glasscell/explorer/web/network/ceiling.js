/** The highest probability that an output layer with bounded logits can give, and its prediction without the bound. */

import { readOut } from "./forward.js";

const BOUNDS = { tanh: [-1, 1], softsign: [-1, 1], sigmoid: [0, 1], hard_sigmoid: [0, 1] };

/** @returns {number} the largest probability that an output layer can give: less than 1 if its logits are bounded */
export function ceilingOf({ C, activation, then, scale }) {
  if (then !== "softmax" || scale || !Object.hasOwn(BOUNDS, activation)) return 1;
  const [low, high] = BOUNDS[activation];
  return 1 / (1 + (C - 1) * Math.exp(low - high));
}

const LOW_CEILING = 0.9;

/** @returns {boolean} whether the activation of an output layer limits its confidence */
export function isBounded(head) {
  return ceilingOf(head) < LOW_CEILING;
}

/**
 * @param {Network} network
 * @param {Run} result
 * @returns {Float64Array} (C) the prediction as the page shows it, without an activation that limits its confidence: the
 *   softmax of a linear function of h, as a probe is, so that both are on one scale
 */
export function shownAnswer({ readOut: head }, { features, answer }) {
  return isBounded(head) ? readOut({ ...head, activation: "linear" }, features) : answer;
}
