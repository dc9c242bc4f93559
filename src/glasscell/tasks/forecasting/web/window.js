/**
 * What a forecaster sees at an origin: the past without gaps, scaled by itself only, the baseline that is corrected, and
 * known future inputs. As in tasks/forecasting/model/windows.py and baselines.py; tests hold this file to them. No user
 * interface in here.
 *
 * C steps of context, F features of one · H steps ahead, G features of one
 */

const SEASONS_BACK = 3; // used for known future inputs
const FEWEST = 3; // steps; with fewer steps, all equal, the error of a forecast is unknown
const PER_CHANGE = 1e-9; // of the level: changes that are smaller are the rounding of the numbers

/**
 * @param {Framing} framing
 * @param {ForecastSeries} series
 * @param {Float64Array} values (T) NaN in gaps; above 0 where the baseline is in logarithms
 * @param {number} origin the last step that is seen
 * @returns {ForecastWindow}
 */
export function windowAt(framing, series, values, origin) {
  const { horizon, context, season, reach, baseline } = framing;
  const [seen, before] = baseline.logs ? [values, series.before].map((list) => list.map(Math.log)) : [values, series.before];
  const filled = fillGaps(seen, season, before);
  const past = Float64Array.from({ length: reach }, (_, k) => filled[origin - reach + 1 + k] ?? NaN);
  const end = past.length - 1;
  const scale = ownScale(past, context, season);
  const inUnits = (v) => (Number.isNaN(v) ? 0 : Math.asinh(v / (scale > 0 ? scale : 1)));
  const base = continueBy(baseline, past, horizon);
  const besideAt = ({ values: all, width }, t) => all.subarray(t * width, (t + 1) * width);

  const x = Array.from({ length: context }, (_, k) => {
    const [at, t] = [end - context + 1 + k, origin - context + 1 + k];
    const since = season > 1 ? [past[at] - meanOfSeasons(baseline, past, at).mean] : [];
    const own = [past[at] - past[at - 1], ...since, past[at] - past[end]].map(inUnits);
    const isKnown = t >= 0 && !Number.isNaN(values[t]) ? 1 : 0;
    return [...own, isKnown, ...(t >= 0 ? besideAt(series.beside, t) : Array(series.beside.width).fill(0))];
  });
  const ahead = Array.from(base, (v, h) => {
    const at = end + h + 1 - season * Math.ceil((h + 1) / season);
    const fell = Array.from({ length: season > 1 ? SEASONS_BACK - 1 : 0 }, (_, k) => past[at] - past[at - (k + 1) * season]);
    return [...[v - past[end], ...fell].map(inUnits), ...besideAt(series.later, origin + 1 + h)];
  });
  const isUnknown = scale === 0 && series.first + origin + 1 < FEWEST;
  return { x: Float64Array.from(x.flat()), ahead: Float64Array.from(ahead.flat()), base, scale, isUnknown };
}

/** Close gaps with the value a season before, or else with the last one; NaN before the first value is left. */
function fillGaps(values, season, before) {
  const reach = before.length;
  const filled = Float64Array.from([...before, ...values]);
  for (let t = reach; t < filled.length; t++) {
    if (!Number.isNaN(filled[t])) continue;
    const earlier = season > 1 && t >= season ? filled[t - season] : NaN;
    filled[t] = Number.isNaN(earlier) && t > 0 ? filled[t - 1] : earlier;
  }
  return filled.slice(reach);
}

/** The scale of the network's output; 0 for a constant series. */
function ownScale(past, context, season) {
  const changes = (by) => {
    const last = past.slice(Math.max(past.length - context - by, 0));
    return meanOf(Array.from(last.subarray(by), (v, k) => Math.abs(v - last[k]))) || 0;
  };
  const scale = changes(season) || changes(1);
  const level = Math.max(...past.map((v) => Math.abs(v) || 0));
  return scale > PER_CHANGE * level ? scale : 0;
}

/** @returns {number} the mean of those numbers that are known; NaN where none is */
function meanOf(numbers) {
  const known = numbers.filter((v) => !Number.isNaN(v));
  return known.reduce((sum, v) => sum + v, 0) / known.length;
}

/**
 * Continue a past as a baseline does.
 * @param {Baseline} baseline
 * @param {Float64Array} past in logarithms where the baseline is
 * @returns {Float64Array} (horizon) in logarithms likewise
 */
function continueBy(baseline, past, horizon) {
  const { steps, season } = baseline;
  const length = past.filter((v) => !Number.isNaN(v)).length;
  const end = past.length - 1;
  if (season === 1) {
    const over = Math.max(Math.min(steps, length - 1), 0);
    const drift = (past[end] - past[end - over]) / Math.max(over, 1);
    return Float64Array.from({ length: horizon }, (_, h) => past[end] + drift * (h + 1));
  }
  if (length < season) return new Float64Array(horizon).fill(past[end]);
  const growth = steps > 0 && past.length > season ? growthOf(baseline, past) : 0;
  return Float64Array.from({ length: horizon }, (_, h) => {
    const rounds = Math.ceil((h + 1) / season);
    const { mean, back } = meanOfSeasons(baseline, past, end + h + 1 - season * (rounds - 1));
    return mean + growth * (rounds - 1 + back);
  });
}

/** The mean of the values 1, 2, … seasons before a step, of those that exist, and their mean distance in seasons. */
function meanOfSeasons({ season, seasons }, past, step) {
  const before = Array.from({ length: seasons }, (_, k) => past[step - (k + 1) * season] ?? NaN).filter((v) => !Number.isNaN(v));
  return { mean: meanOf(before), back: (before.length + 1) / 2 };
}

/** How much the last steps lie above what the seasons before them had, for each season between, in the mean. */
function growthOf(baseline, past) {
  const first = Math.max(past.length - baseline.steps, baseline.season);
  const changes = Array.from(past.subarray(first), (v, k) => {
    const { mean, back } = meanOfSeasons(baseline, past, first + k);
    return (v - mean) / back;
  });
  return meanOf(changes) || 0;
}
