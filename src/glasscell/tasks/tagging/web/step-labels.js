/** The labels of all steps: what a network predicts, stretches of one label, and where predicted and true ones agree. */

import { argmax } from "../../../explorer/web/network/runs.js";

export const NONE = -1; // the label of a step that has none

/** @returns {Int32Array} the labels of a series, of [label, how many steps] one after the other */
export function spreadOut(pairs) {
  return Int32Array.from(pairs.flatMap(([label, count]) => Array(count).fill(label)));
}

/**
 * @param {(t: number) => Float64Array} answerAt the probabilities at a step
 * @returns {{best: Int32Array, shares: Float64Array[]}} (T) the most probable class at each step, and all probabilities
 */
export function labelSteps(answerAt, steps) {
  const shares = Array.from({ length: steps }, (_, t) => answerAt(t));
  return { best: Int32Array.from(shares, argmax), shares };
}

/** @returns {{label: number, from: number, to: number}[]} stretches of one label, `to` included */
export function stretchesOf(labels) {
  const found = [];
  labels.forEach((label, t) => {
    if (t > 0 && label === labels[t - 1]) found.at(-1).to = t;
    else found.push({ label, from: t, to: t });
  });
  return found;
}

/** @returns {{n: number, right: number, wrong: number[]}} labelled steps, how many of them are right, which are wrong */
export function agreementOf(best, truth) {
  const wrong = [];
  let n = 0;
  truth.forEach((label, t) => {
    if (label === NONE) return;
    n++;
    if (best[t] !== label) wrong.push(t);
  });
  return { n, right: n - wrong.length, wrong };
}

/** @returns {number} how many steps have another label than before */
export function changesOf(best, before) {
  return best.reduce((sum, label, t) => sum + (label !== before[t]), 0);
}
