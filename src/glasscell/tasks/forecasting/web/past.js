/**
 * What a forecast is made from besides the network: a past without gaps, its scale, and the baseline that is corrected.
 * As in tasks/forecasting/panels/baselines.py; tests hold this file to it. No user interface in here.
 */

/**
 * Close gaps: in each stands what was a season before, or else the last value; NaN before the first value is left.
 * @param {ArrayLike<number>} values (T)
 * @param {number} season
 * @param {ArrayLike<number>} before the last `season` values before these, without gaps
 * @returns {Float64Array} (T)
 */
export function fillGaps(values, season, before) {
  const reach = before.length;
  const filled = Float64Array.from([...before, ...values]);
  for (let t = reach; t < filled.length; t++) {
    if (!Number.isNaN(filled[t])) continue;
    const earlier = season > 1 && t >= season ? filled[t - season] : NaN;
    filled[t] = Number.isNaN(earlier) && t > 0 ? filled[t - 1] : earlier;
  }
  return filled.slice(reach);
}

/** @returns {Float64Array} (length) the last values up to step t, NaN where there were none yet */
export function pastOf(values, t, length) {
  return Float64Array.from({ length }, (_, k) => values[t - length + 1 + k] ?? NaN);
}

/** @returns {number} the mean size of the changes over a season; 0 where there is none */
export function scaleOf(past, season) {
  let [sum, n] = [0, 0];
  for (let t = season; t < past.length; t++) {
    const change = Math.abs(past[t] - past[t - season]);
    if (Number.isNaN(change)) continue;
    sum += change;
    n++;
  }
  return sum / Math.max(n, 1);
}

/**
 * Continue a past as a baseline does.
 * @param {{steps: number, season: number, seasons: number}} baseline
 * @param {Float64Array} past in logarithms where the baseline is
 * @param {number} horizon
 * @returns {Float64Array} (horizon) in logarithms likewise
 */
export function continueBy(baseline, past, horizon) {
  const { steps, season } = baseline;
  const length = past.reduce((sum, v) => sum + !Number.isNaN(v), 0);
  const end = past.length - 1;
  const last = past[end];
  if (season === 1) {
    const over = Math.min(steps, length - 1);
    const drift = (last - past[end - Math.max(over, 0)]) / Math.max(over, 1);
    return Float64Array.from({ length: horizon }, (_, h) => last + drift * (h + 1));
  }
  if (length < season) return new Float64Array(horizon).fill(last);
  const growth = steps > 0 && past.length > season ? growthOf(baseline, past) : 0;
  return Float64Array.from({ length: horizon }, (_, h) => {
    const rounds = Math.ceil((h + 1) / season);
    const { mean, back } = meanOfSeasons(baseline, past, end + h + 1 - season * (rounds - 1));
    return mean + growth * (rounds - 1 + back);
  });
}

/** The mean of what came 1, 2, … seasons before a step, of those that there are, and how many seasons before it lies. */
export function meanOfSeasons({ season, seasons }, past, step) {
  let [total, n] = [past[step - season], 1];
  for (let k = 2; k <= seasons; k++) {
    const one = step - k * season >= 0 ? past[step - k * season] : NaN;
    if (Number.isNaN(one)) continue;
    total += one;
    n++;
  }
  return { mean: total / n, back: (n + 1) / 2 };
}

/** How much the last steps lie above what the seasons before them had, for each season between, in the mean. */
function growthOf(baseline, past) {
  let [sum, n] = [0, 0];
  for (let t = Math.max(past.length - baseline.steps, baseline.season); t < past.length; t++) {
    const { mean, back } = meanOfSeasons(baseline, past, t);
    const change = (past[t] - mean) / back;
    if (Number.isNaN(change)) continue;
    sum += change;
    n++;
  }
  return sum / Math.max(n, 1);
}
