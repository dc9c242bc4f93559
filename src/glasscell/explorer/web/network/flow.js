/** The memory of one unit as a river: what a forget gate lets through at each step, and what flows in. No pictures. */

import { memoryByGroup, roundingOf } from "./origin.js";
import { stepBefore } from "./moment.js";

/**
 * What happens to unit u's memory at step t: c = kept + written. Where a clamp held c itself, all of it is written.
 * @param {DirectionRun} one
 * @returns {Passage} `earlier` is the step read before, or −1; `opening` is the part of the memory before that stays, f
 */
export function passageOf(one, u, mask, t) {
  const { H, z, i, f, c } = one;
  const [at, earlier] = [t * H + u, stepBefore(one, t)];
  const before = earlier < 0 ? 0 : c[earlier * H + u];
  if (!mask[t]) return { isRead: false, earlier, before, kept: before, written: 0, opening: 1 };
  const [kept, written] = [f[at] * before, i[at] * z[at]];
  const isHeld = Math.abs(c[at] - kept - written) > roundingOf(c) * (1 + Math.abs(kept) + Math.abs(written));
  if (isHeld) return { isRead: true, earlier, before, kept: 0, written: c[at], opening: 0, isHeld };
  return { isRead: true, earlier, before, kept, written, opening: f[at] };
}

/**
 * Unit u's memory over all steps.
 * @param {number} maxGroups steps are joined into at most so many groups, by when they wrote
 * @returns {{u: number, one: DirectionRun, groups: {from: number, to: number, share: Float64Array}[], order: number[],
 *   up: Float64Array, down: Float64Array, passages: Passage[]}} `order`: the groups from the one read first; `up` and
 *   `down`: the sums of the positive and of the negative shares at each step, together c
 */
export function riverOf(one, u, mask, maxGroups) {
  const { groups } = memoryByGroup(one, u, mask, maxGroups);
  const order = one.backwards ? [...groups.keys()].reverse() : [...groups.keys()];
  const [up, down] = [new Float64Array(mask.length), new Float64Array(mask.length)];
  for (const { share } of groups) share.forEach((v, t) => (v > 0 ? up : down)[t] += v);
  const passages = Array.from(mask, (_, t) => passageOf(one, u, mask, t));
  return { u, one, groups, order, up, down, passages };
}
