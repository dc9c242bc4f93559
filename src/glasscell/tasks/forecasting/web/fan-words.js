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
export function signedInWords(value, spread) {
  const text = valueInWords(value, spread);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** @returns {number} what `valueInWords` writes of it, so that sums of such numbers are right as they are written */
export function rounded(value, spread) {
  const decimals = decimalsFor(spread > 0 ? spread : Math.abs(value) || 1);
  return decimals > MOST_DECIMALS || !Number.isFinite(value) ? value : Number(value.toFixed(decimals));
}

/** @returns {string} one in the last digit that is written */
export function leastInWords(spread) {
  const decimals = decimalsFor(spread || 1);
  return decimals > MOST_DECIMALS ? "0" : (10 ** -decimals).toFixed(decimals);
}

/** @returns {number} how far apart the values of a series are */
export function spreadOf(values) {
  const [low = 0, high = 0] = d3.extent(values);
  return high - low;
}

/** @returns {string} the share of values that two quantiles are to enclose */
export function shareBetween(low, high) {
  return percent(Math.round(1e6 * (high - low)) / 1e6);
}

/** @returns {string} how much of what came lies within the fan; "" where nothing is known */
export function cameInWords(app, { state: { origin }, forecast: { fan } }) {
  const { series: { values, trained }, forecaster: { quantiles, framing: { horizon } } } = app;
  const Q = quantiles.length;
  let [n, inside, seen] = [0, 0, 0];
  for (let h = 0; h < horizon; h++) {
    const v = values[origin + 1 + h];
    if (v === undefined || Number.isNaN(v)) continue;
    n++;
    if (origin + 1 + h <= trained) seen++;
    if (v >= fan[h * Q] && v <= fan[h * Q + Q - 1]) inside++;
  }
  if (n === 0 || Q < 2) return "";
  const key = n > 1 ? "came.many" : inside ? "came.inside" : "came.outside";
  const found = word(key, { n, inside, share: shareBetween(quantiles[0], quantiles[Q - 1]) });
  if (app.payload.reason) return found; // what forecasts is not trained
  const [none, all] = n > 1 ? ["came.unseen", "came.seen"] : ["came.unseen.one", "came.seen.one"];
  return `${found} ${word(seen === 0 ? none : seen === n ? all : "came.seen.some")}`;
}

/** @returns {string} what is expected at one step ahead, h from 0 */
export function aheadInWords({ series, payload, forecaster: { quantiles } }, { state: { origin, bare }, forecast: { fan }, layers }, h) {
  const Q = quantiles.length;
  const say = (v) => valueInWords(v, spreadOf(series.values));
  const came = series.values[origin + 1 + h];
  const values = {
    t: series.times[origin + 1 + h], median: say(layers.median[h]), base: say(layers.bare[h]), came: say(came),
    low: say(fan[h * Q]), high: say(fan[h * Q + Q - 1]), share: shareBetween(quantiles[0], quantiles[Q - 1]),
  };
  return [
    word(bare ? "ahead.bare" : payload.reason ? "ahead.alone" : "ahead.both", values),
    ...(Q > 1 && !bare ? [word("ahead.interval", values)] : []),
    ...(Number.isFinite(came) ? [word("ahead.came", values)] : []),
  ].join(word("comma"));
}

/** @returns {string} the interval of a step ahead; "" where there is none */
export function intervalInWords({ series, forecaster: { quantiles } }, { state: { origin }, forecast: { fan } }, h) {
  const Q = quantiles.length;
  const [low, high] = [fan[h * Q], fan[h * Q + Q - 1]];
  if (Q < 2 || !Number.isFinite(low)) return "";
  const say = (v) => valueInWords(v, spreadOf(series.values));
  const share = shareBetween(quantiles[0], quantiles[Q - 1]);
  return word("story.interval", { share, t: series.times[origin + 1 + h], low: say(low), high: say(high) });
}

/** @returns {string} what a step of the series is at, for those who cannot see it */
export function pointInWords({ series, state: { at, values } }) {
  const t = series.times[at];
  if (Number.isNaN(values[at])) return word("fan.gap", { t });
  return word("fan.point", { t, value: valueInWords(values[at], spreadOf(series.values)) });
}
