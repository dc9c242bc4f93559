/** Where a unit's memory came from, and how long it keeps. T time steps, called `steps` here; H units. */

import { problem } from "./problem.js";

/** More steps than this would need too much of a browser's memory: steps² numbers. */
export const MOST_ORIGINS = 2000;

/**
 * Split c of unit u after every step into what each step wrote: c_t = Σ_s (∏ f) i_s z_s, and what is left of the start.
 * Where c was held by a clamp, all of it is that step's doing.
 * @param {object} direction of what `run` returns: {H, backwards, z, i, f, c}
 * @param {number} u
 * @param {Uint8Array} mask (steps)
 * @param {number} initial c before the first step
 * @returns {{from: Float64Array, start: Float64Array}} from[t * steps + s]: what is in c after step t from step s;
 *   start[t]: what is left of `initial`; together they are c. A direction that reads backwards has s ≥ t.
 */
export function memoryByOrigin(direction, u, mask, initial = 0) {
  const { H, backwards, z, i, f, c } = direction;
  const steps = mask.length;
  if (steps > MOST_ORIGINS) throw problem("too-long", `${steps} steps: expected at most ${MOST_ORIGINS}`);
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
 * Say in how many steps half of unit u's memory is gone, at the mean of log f over the steps that were read.
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
