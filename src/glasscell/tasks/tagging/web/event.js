/** What happens in a series that is worth a headline: a step, what the network does there, and the unit that does most. */

import { argmax } from "../../../explorer/web/network/runs.js";
import { NONE, stretchesOf } from "./step-labels.js";

const LASTS = 3; // steps for which a label is predicted without a break: less is no switch

/**
 * The rule, in this order. A switch: the first true change from one label to another that the network makes, too, in
 * the second half of the one's stretch or the first half of the other's; of several switches the nearest to the change.
 * An error: of the labeled steps whose prediction is wrong, the one of the highest probability. A change: the first of
 * the prediction. Else the last step.
 * @param {{best: Int32Array, shares: Float64Array[]}} labels from `labelSteps`
 * @param {Int32Array} truth (T)
 * @returns {LabelEvent}
 */
export function eventOf({ best, shares }, truth) {
  return firstSwitch(best, truth) ?? surestError(best, shares, truth) ?? firstChange(best) ??
    { kind: "same", t: best.length - 1, before: null, label: best.at(-1) };
}

/** @returns {?LabelEvent} */
function firstSwitch(best, truth) {
  const pieces = stretchesOf(truth);
  for (const [n, { label, from, to }] of pieces.slice(1).entries()) {
    const { label: before, from: begin } = pieces[n];
    if (label === NONE || before === NONE) continue;
    const [earliest, latest] = [Math.ceil((begin + from) / 2), Math.floor((from + to) / 2)];
    const steps = Array.from({ length: latest - earliest + 1 }, (_, s) => earliest + s).filter((t) => {
      const end = Math.min(Math.max(t, from) + LASTS - 1, to);
      return t > 0 && best[t - 1] === before && best.subarray(t, end + 1).every((k) => k === label);
    });
    if (steps.length === 0) continue;
    const t = steps.reduce((near, step) => (Math.abs(step - from) < Math.abs(near - from) ? step : near));
    return { kind: "switch", t, before, label, late: t - from };
  }
  return null;
}

/** @returns {?LabelEvent} */
function surestError(best, shares, truth) {
  const sure = shares.map((p, t) => (truth[t] === NONE || truth[t] === best[t] ? 0 : p[best[t]]));
  const t = argmax(sure);
  return sure[t] > 0 ? { kind: "error", t, before: truth[t], label: best[t] } : null;
}

/** @returns {?LabelEvent} */
function firstChange(best) {
  const t = best.findIndex((k, s) => s > 0 && k !== best[s - 1]);
  return t > 0 ? { kind: "change", t, before: best[t - 1], label: best[t] } : null;
}

/**
 * The unit whose output h contributes most to the label of an event against the other one: by the change of h since the
 * change, or at an error by h itself, times its weights. If bidirectional, it is one that reads forwards, as the page plays.
 * @returns {?{layer: number, direction: number, unit: number}} null where that is not one product of weights
 */
export function unitBehind({ C, layers, readOut: { hidden, kernel, activation } }, result, /** @type {LabelEvent} */ event) {
  const { kind, t, before, label, late } = event;
  if (hidden.length > 0 || activation !== "linear" || before === null || before >= C) return null;
  const start = kind === "error" ? -1 : t - 1 - Math.max(late ?? 0, 0);
  const [{ H, h }] = result.layers.at(-1).directions;
  const pushes = Array.from({ length: H }, (_, u) => {
    const moved = h[t * H + u] - (start < 0 ? 0 : h[start * H + u]);
    return moved * (kernel[u * C + label] - kernel[u * C + before]);
  });
  return { layer: layers.length - 1, direction: 0, unit: argmax(pushes) };
}
