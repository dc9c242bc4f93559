/** Where a unit's memory came from, and how long it lasts. `steps` time steps, H units. */

import { problem } from "./problem.js";

/** @returns {number} how far c may be off from f·c + i·z by rounding alone, as a share: more is a memory that is held */
export function roundingOf(values) {
  return values instanceof Float32Array ? 1e-6 : 1e-9; // a text is read in float32
}

/** The most steps that a browser's memory allows for: steps² numbers. */
export const MAX_ORIGIN_STEPS = 2000;

/**
 * Split c of unit u after every step into what each step wrote: c_t = Σ_s (∏ f) i_s z_s, and what is left of the start.
 * Where a clamp held c, all of it comes from that step.
 * @param {DirectionRun} direction
 * @param {number} u
 * @param {Uint8Array} mask (steps)
 * @param {number} initial c before the first step
 * @returns {{from: Float64Array, start: Float64Array}} from[t * steps + s]: what is in c after step t from step s;
 *   start[t]: what is left of `initial`; together they are c. A direction that reads backwards has s ≥ t.
 */
export function memoryByOrigin(direction, u, mask, initial = 0) {
  const { H, backwards, z, i, f, c } = direction;
  const steps = mask.length;
  if (steps > MAX_ORIGIN_STEPS) throw problem("too-long", `${steps} steps: expected at most ${MAX_ORIGIN_STEPS}`);
  const from = new Float64Array(steps * steps);
  const start = new Float64Array(steps);
  let before = -1; // the step read before
  for (let n = 0; n < steps; n++) {
    const t = backwards ? steps - 1 - n : n;
    const at = t * H + u;
    const f_t = mask[t] ? f[at] : 1;
    const written = mask[t] ? i[at] * z[at] : 0;
    const was = before < 0 ? initial : c[before * H + u];
    const follows = f_t * was + written;
    const isHeld = Math.abs(c[at] - follows) > 1e-12 * (Math.abs(f_t * was) + Math.abs(written));
    if (isHeld) {
      from[t * steps + t] = c[at];
    } else {
      for (let s = 0; s < steps && before >= 0; s++) from[t * steps + s] = f_t * from[before * steps + s];
      start[t] = f_t * (before < 0 ? initial : start[before]);
      from[t * steps + t] += written;
    }
    before = t;
  }
  return { from, start };
}

/**
 * Split a unit's memory by when it was written, steps joined into at most `maxGroups` groups: the same sums as
 * `memoryByOrigin`, without its steps × steps numbers.
 * @returns {{groups: {from: number, to: number, share: Float64Array}[]}} share: (steps) what of the group is in c
 */
export function memoryByGroup(one, u, mask, maxGroups) {
  const { H, backwards, z, i, f, c } = one;
  const steps = mask.length;
  const count = Math.min(steps, maxGroups);
  const groups = Array.from({ length: count }, (_, g) => ({
    from: Math.floor((g * steps) / count),
    to: Math.floor(((g + 1) * steps) / count) - 1,
    share: new Float64Array(steps),
  }));
  const holds = new Float64Array(count);
  const rounding = roundingOf(c);
  let was = 0;
  for (let n = 0; n < steps; n++) {
    const t = backwards ? steps - 1 - n : n;
    const at = t * H + u;
    const mine = groups.findIndex(({ to }) => t <= to);
    if (mask[t]) {
      const follows = f[at] * was + i[at] * z[at];
      const isHeld = Math.abs(c[at] - follows) > rounding * (1 + Math.abs(follows));
      for (let g = 0; g < count; g++) holds[g] *= isHeld ? 0 : f[at];
      holds[mine] += isHeld ? c[at] : i[at] * z[at];
    }
    was = c[at];
    for (let g = 0; g < count; g++) groups[g].share[t] = holds[g];
  }
  return { groups };
}

/**
 * What every step up to t has left in a unit's memory at t.
 * @returns {{step: number, share: number}[]} the largest first
 */
export function originsAt(one, u, mask, t) {
  const { H, backwards, z, i, f } = one;
  const steps = mask.length;
  const found = [];
  let left = 1;
  for (let s = t; s >= 0 && s < steps; s += backwards ? 1 : -1) {
    if (!mask[s]) continue;
    const at = s * H + u;
    found.push({ step: s, share: left * i[at] * z[at] });
    left *= f[at];
    if (left === 0) break;
  }
  return found.sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}

/**
 * Return after how many steps half of unit u's memory is gone, at the mean of log f over the steps read.
 * @returns {number} Infinity where nothing is lost, 0 where all is lost at once
 */
export function halfLife(direction, u) {
  const { H, f } = direction;
  let sum = 0;
  let real = 0;
  for (let at = u; at < f.length; at += H) {
    if (Number.isNaN(f[at])) continue; // no step
    sum += Math.log(Math.abs(f[at]));
    real++;
  }
  const rate = sum / real;
  return rate < 0 ? Math.log(0.5) / rate : Infinity;
}
