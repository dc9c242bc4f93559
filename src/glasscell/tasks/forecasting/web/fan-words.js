/** The numbers of a forecast as people write them, and what they mean. */

import { d3 } from "../../../explorer/web/d3/d3.js";
import { percent, word } from "../../../explorer/web/words/language.js";

const MOST_DECIMALS = 10; // beyond, only digits that differ from 0 are written

const decimalsFor = (size) => Math.max(3 - Math.floor(Math.log10(size)), 0);

/** @returns {string} a value with as many digits as tell values of this spread apart; no minus before a zero */
export function valueInWords(value, spread) {
  if (!Number.isFinite(value)) return "–";
  const decimals = decimalsFor(spread > 0 ? spread : Math.abs(value) || 1);
  const digits = decimals + 1 + Math.floor(Math.log10(Math.abs(value))); // −∞ of 0
  const isSmall = decimals > MOST_DECIMALS;
  const text = isSmall ? value.toPrecision(Math.min(Math.max(digits, 1), MOST_DECIMALS)) : value.toFixed(decimals);
  return (/[1-9]/.test(text) ? text : text.replace("-", "")).replaceAll("-", "−");
}

/** @returns {string} the same, with a plus above 0 */
function signedInWords(value, spread) {
  const text = valueInWords(value, spread);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** @returns {number} what `valueInWords` writes of it, so that sums of such numbers are right as they are written */
export function rounded(value, spread) {
  const decimals = decimalsFor(spread > 0 ? spread : Math.abs(value) || 1);
  return decimals > MOST_DECIMALS || !Number.isFinite(value) ? value : Number(value.toFixed(decimals));
}

/** @returns {string} one in the last digit that is written */
function leastInWords(spread) {
  const decimals = decimalsFor(spread || 1);
  return decimals > MOST_DECIMALS ? "0" : (10 ** -decimals).toFixed(decimals);
}

/** @returns {number} the range of the values of a series */
export function spreadOf(values) {
  const [low = 0, high = 0] = d3.extent(values);
  return high - low;
}

/** How the numbers of a series are written, with its digits: see the functions above. */
export function numbersOf({ values }) {
  const spread = spreadOf(values);
  return {
    say: (v) => valueInWords(v, spread), signed: (v) => signedInWords(v, spread), round: (v) => rounded(v, spread),
    least: leastInWords(spread),
  };
}

/** @returns {string} the nominal coverage between two quantiles */
export function shareBetween(low, high) {
  return percent(Math.round(1e6 * (high - low)) / 1e6);
}

/**
 * What a baseline is called. As `Baseline.name` in tasks/forecasting/baselines/naive.py; a test holds the English to it.
 * @param {Baseline} baseline
 * @returns {string}
 */
export function baselineInWords({ steps, season, seasons, logs }) {
  const over = word(steps === 1 ? "base.over.one" : "base.over", { steps }) + (logs ? word("base.logs") : "");
  if (season === 1) return steps > 0 ? word("base.drift", { over }) : word("base.last");
  const repeated = word(seasons === 1 ? "base.naive" : "base.mean", { seasons });
  return steps > 0 ? word("base.growth", { repeated, over }) : repeated;
}

/** The lowest and the highest quantile of a step ahead, and the words of a sentence about it. */
function stepInWords({ series, forecaster: { quantiles } }, { state: { origin }, shown: { fan } }, h) {
  const Q = quantiles.length;
  const [low, high] = [fan[h * Q], fan[h * Q + Q - 1]];
  const came = series.values[origin + 1 + h] ?? NaN;
  const say = (v) => valueInWords(v, spreadOf(series.values));
  const [t, share] = [series.times[origin + 1 + h], shareBetween(quantiles[0], quantiles[Q - 1])];
  return { low, high, came, say, values: { t, share, low: say(low), high: say(high), came: say(came) } };
}

/** @returns {string} the fraction of the actual values within the fan; "" if none are known */
export function cameInWords(app, frame) {
  const { payload, series: { trained }, forecaster: { quantiles, framing: { horizon } } } = app;
  const steps = Array.from({ length: horizon }, (_, h) => stepInWords(app, frame, h));
  const known = steps.map((step, h) => ({ ...step, at: frame.state.origin + 1 + h })).filter(({ came }) => !Number.isNaN(came));
  const n = known.length;
  if (n === 0 || quantiles.length < 2) return "";
  const inside = known.filter(({ low, high, came }) => came >= low && came <= high).length;
  const key = n > 1 ? "came.many" : inside ? "came.inside" : "came.outside";
  const found = word(key, { n, inside, share: steps[0].values.share });
  if (payload.reason) return found; // what forecasts is not trained
  const seen = known.filter(({ at }) => at <= trained).length;
  const [none, all] = n > 1 ? ["came.unseen", "came.seen"] : ["came.unseen.one", "came.seen.one"];
  return `${found} ${word(seen === 0 ? none : seen === n ? all : "came.seen.some")}`;
}

/** @returns {string} the forecast for one step ahead, h from 0 */
export function aheadInWords(app, frame, h) {
  const { state: { bare }, layers, median } = frame;
  const { payload: { reason, local } } = app;
  const { say, came, values } = stepInWords(app, frame, h);
  return [
    word(bare ? "ahead.bare" : reason ? "ahead.alone" : local ? "ahead.local" : "ahead.both",
      { ...values, median: say(median[h]), base: say(layers.bare[h]), local, network: say(layers.median[h]) }),
    ...(app.forecaster.quantiles.length > 1 && !bare ? [word("ahead.interval", values)] : []),
    ...(Number.isFinite(came) ? [word("ahead.came", values)] : []),
  ].join(word("comma"));
}

/** @returns {string} the interval of a step ahead; "" where there is none */
export function intervalInWords(app, frame, h) {
  const { low, values } = stepInWords(app, frame, h);
  return app.forecaster.quantiles.length < 2 || !Number.isFinite(low) ? "" : word("story.interval", values);
}

/** @returns {string} what a step of the series is at, for those who cannot see it */
export function pointInWords(/** @type {Pick<ForecastApp, "series" | "state">} */ { series, state: { values, at } }, t = at) {
  const value = valueInWords(values[t], spreadOf(series.values));
  return word(Number.isNaN(values[t]) ? "fan.gap" : "fan.point", { t: series.times[t], value });
}
