/**
 * What a forecaster sees at an origin: the past, scaled by itself alone, and what is known ahead.
 * As in tasks/forecasting/panels/windows.py; tests hold this file to it. No user interface in here.
 *
 * C steps of context, F features of one · H steps ahead, G features of one
 */

import { continueBy, fillGaps, meanOfSeasons, pastOf, scaleOf } from "./past.js";

const SEASONS_BACK = 3; // that what is known ahead looks back
const FEWEST = 3; // steps; of fewer that are the same, nothing is known of how far a forecast may be off
const PER_CHANGE = 1e-9; // of the level: changes that are smaller are the rounding of the numbers

/**
 * @param {{horizon: number, context: number, season: number, reach: number, baseline: object}} framing
 * @param {{before: Float64Array, beside: object, later: object}} series `beside` (T, ·) and `later` (T + H, ·) are what
 *   stands beside the values, {width, values}
 * @param {ArrayLike<number>} values (T) NaN in gaps; above 0 where the baseline is in logarithms
 * @param {number} origin the last step that is seen
 * @returns {{x: Float64Array, ahead: Float64Array, base: Float64Array, scale: number, isUnknown: boolean}} x (C, F),
 *   ahead (H, G), base (H); whether no width follows from it
 */
export function windowAt(framing, series, values, origin) {
  const { horizon, context, season, reach, baseline } = framing;
  const seen = baseline.logs ? Float64Array.from(values, Math.log) : values;
  const before = baseline.logs ? Float64Array.from(series.before, Math.log) : series.before;
  const past = pastOf(fillGaps(seen, season, before), origin, reach);
  const end = past.length - 1;
  const scale = ownScale(past, context, season);
  const per = scale > 0 ? scale : 1;
  const base = continueBy(baseline, past, horizon);
  const known = (v) => (Number.isNaN(v) ? 0 : v);

  const { width } = series.beside;
  const changes = season > 1 ? 2 : 1;
  const F = changes + 2 + width;
  const x = new Float64Array(context * F);
  for (let k = 0; k < context; k++) {
    const at = end - context + 1 + k;
    const t = origin - context + 1 + k;
    const own = [past[at] - past[at - 1], past[at] - past[end]];
    if (season > 1) own.splice(1, 0, past[at] - meanOfSeasons(baseline, past, at).mean);
    own.forEach((v, n) => (x[k * F + n] = known(Math.asinh(v / per))));
    x[k * F + own.length] = t >= 0 && !Number.isNaN(values[t]) ? 1 : 0;
    if (t >= 0) x.set(series.beside.values.subarray(t * width, (t + 1) * width), k * F + own.length + 1);
  }

  const more = season > 1 ? SEASONS_BACK - 1 : 0;
  const G = 1 + more + series.later.width;
  const ahead = new Float64Array(horizon * G);
  for (let h = 0; h < horizon; h++) {
    ahead[h * G] = known(Math.asinh((base[h] - past[end]) / per));
    const at = end + h + 1 - season * Math.ceil((h + 1) / season);
    for (let k = 1; k <= more; k++) {
      const fell = at - k * season >= 0 ? past[at] - past[at - k * season] : 0;
      ahead[h * G + k] = known(Math.asinh(fell / per));
    }
    const t = origin + 1 + h;
    ahead.set(series.later.values.subarray(t * series.later.width, (t + 1) * series.later.width), h * G + 1 + more);
  }
  return { x, ahead, base, scale, isUnknown: scale === 0 && series.first + origin + 1 < FEWEST };
}

/** What one unit of the network's answer is; 0 where nothing ever changed. */
function ownScale(past, context, season) {
  let scale = scaleOf(past.subarray(Math.max(past.length - context - season, 0)), season);
  if (!(scale > 0)) scale = scaleOf(past.subarray(Math.max(past.length - context - 1, 0)), 1);
  const level = past.reduce((most, v) => (Math.abs(v) > most ? Math.abs(v) : most), 0);
  return scale > PER_CHANGE * level ? scale : 0;
}
