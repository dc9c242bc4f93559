/** The memory of one unit: what a forget gate lets through at each step, what flows in, and where it came from. */

import { stepBefore } from "./moment.js";

/**
 * What happens to unit u's memory at step t: c = kept + written. Where a clamp holds c itself, all of it is written by the
 * step at which it takes that value, and kept by those after it, regardless of the gates.
 * @param {DirectionRun} one
 * @param {Uint8Array} mask (steps)
 * @returns {Passage} `earlier` is the step read before, or −1; `opening` is the part of the memory before that stays, f
 */
function passageOf(one, u, mask, t) {
  const { H, z, i, f, c } = one;
  const [at, earlier] = [t * H + u, stepBefore(one, t)];
  const before = earlier < 0 ? 0 : c[earlier * H + u];
  if (!mask[t]) return { isRead: false, earlier, before, kept: before, written: 0, opening: 1 };
  const [kept, written] = [f[at] * before, i[at] * z[at]];
  const rounding = c instanceof Float32Array ? 1e-6 : 1e-9; // a text is read in float32
  const isHeld = Math.abs(c[at] - kept - written) > rounding * (1 + Math.abs(kept) + Math.abs(written));
  const stays = earlier >= 0 && c[at] === before;
  if (isHeld && stays) return { isRead: true, earlier, before, kept: before, written: 0, opening: 1, isHeld };
  if (isHeld) return { isRead: true, earlier, before, kept: 0, written: c[at], opening: 0, isHeld };
  return { isRead: true, earlier, before, kept, written, opening: f[at] };
}

/** @returns {Float64Array} a quantity of unit u at every step, NaN where there is none */
export function courseOf(one, name, u) {
  const { H, [name]: values } = one;
  return Float64Array.from({ length: values.length / H }, (_, t) => values[t * H + u]);
}

/** @returns {Passage[]} what happens to unit u's memory at every step */
export function passagesOf(one, u, mask) {
  return Array.from(mask, (_, t) => passageOf(one, u, mask, t));
}

/** @returns {number[]} the steps in the order in which a direction reads them */
export function readingOrder({ backwards }, steps) {
  const order = [...Array(steps).keys()];
  return backwards ? order.reverse() : order;
}

/**
 * Unit u's memory over all steps, split by when it was written: c_t = Σ_s (∏ f) i_s z_s.
 * @param {number} maxGroups steps are joined into at most so many groups, by when they wrote
 * @returns {{u: number, one: DirectionRun, groups: {from: number, to: number, share: Float64Array}[], order: number[],
 *   up: Float64Array, down: Float64Array, passages: Passage[]}} share: the part of the group in c after each step;
 *   `order`: the groups from the one read first; `up` and `down`: the sums of the positive and of the negative shares at
 *   each step, together c
 */
export function riverOf(one, u, mask, maxGroups) {
  const steps = mask.length;
  const count = Math.min(steps, maxGroups);
  const passages = passagesOf(one, u, mask);
  const groups = Array.from({ length: count }, (_, g) => ({
    from: Math.floor((g * steps) / count),
    to: Math.floor(((g + 1) * steps) / count) - 1,
    share: new Float64Array(steps),
  }));
  const [up, down] = [new Float64Array(steps), new Float64Array(steps)];
  for (const t of readingOrder(one, steps)) {
    const { earlier, opening, written } = passages[t];
    for (const { from, to, share } of groups) {
      share[t] = (earlier < 0 ? 0 : opening * share[earlier]) + (t >= from && t <= to ? written : 0);
      (share[t] > 0 ? up : down)[t] += share[t];
    }
  }
  return { u, one, groups, order: readingOrder(one, count), up, down, passages };
}

/**
 * What every step up to t has left in a unit's memory at t.
 * @returns {{step: number, share: number}[]} the largest first
 */
export function originsAt(one, u, mask, t) {
  const found = [];
  let left = 1;
  for (let step = t; step >= 0 && left !== 0; step = stepBefore(one, step)) {
    const { isRead, written, opening } = passageOf(one, u, mask, step);
    if (isRead) found.push({ step, share: left * written });
    left *= opening;
  }
  return found.sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}

/**
 * Return after how many steps half of unit u's memory is gone, at the mean of log f over the steps read.
 * @returns {number} Infinity where nothing is lost, 0 where all is lost at once
 */
export function halfLife(one, u) {
  const logs = courseOf(one, "f", u).filter((v) => !Number.isNaN(v)).map((v) => Math.log(Math.abs(v)));
  const rate = logs.reduce((sum, v) => sum + v, 0) / logs.length;
  return rate < 0 ? Math.log(0.5) / rate : Infinity;
}
