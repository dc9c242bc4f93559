/** The numbers of a forecast as people write them, and what they say. */

import { d3 } from "../../../explorer/web/d3/d3.js";
import { percent, word } from "../../../explorer/web/words/language.js";

const MOST_DECIMALS = 10; // beyond, only digits that differ from 0 are written

/** @returns {string} a value with as many digits as tell values of this spread apart; no minus before a zero */
export function valueInWords(value, spread) {
  if (!Number.isFinite(value)) return "–";
  const size = spread > 0 ? spread : Math.abs(value) || 1;
  const decimals = Math.max(3 - Math.floor(Math.log10(size)), 0);
  const digits = decimals + 1 + Math.floor(Math.log10(Math.abs(value))); // −∞ of 0
  const isSmall = decimals > MOST_DECIMALS;
  const text = isSmall ? value.toPrecision(Math.min(Math.max(digits, 1), MOST_DECIMALS)) : value.toFixed(decimals);
  return (/[1-9]/.test(text) ? text : text.replace("-", "")).replaceAll("-", "−");
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

/** @returns {string} what is expected at the last step ahead, and what became of it by what was changed */
export function fanInWords(app, { state: { origin }, forecast, forecastBefore }) {
  const { series, forecaster: { quantiles, middle, framing: { horizon } } } = app;
  const Q = quantiles.length;
  const spread = spreadOf(series.values);
  const at = (fan, k) => valueInWords(fan[(horizon - 1) * Q + k], spread);
  const values = {
    from: series.times[origin], to: series.times[origin + horizon], n: horizon, median: at(forecast.fan, middle),
    low: at(forecast.fan, 0), high: at(forecast.fan, Q - 1), share: shareBetween(quantiles[0], quantiles[Q - 1]),
    before: forecastBefore && at(forecastBefore.fan, middle),
  };
  if (!Number.isFinite(forecast.base[0])) return word("fan.nothing");
  const [many, one] = Q > 1 ? ["fan.words", "fan.words.next"] : ["fan.words.median", "fan.words.median.next"];
  const said = word(horizon > 1 ? many : one, values);
  return forecastBefore ? `${said} ${word("fan.changed", values)}` : said;
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
  const key = n > 1 ? "fan.came" : inside ? "fan.came.inside" : "fan.came.outside";
  const said = word(key, { n, inside, share: shareBetween(quantiles[0], quantiles[Q - 1]) });
  if (app.payload.reason) return said; // what forecasts is not trained
  const [none, all] = n > 1 ? ["fan.unseen", "fan.seen"] : ["fan.unseen.one", "fan.seen.one"];
  return `${said} ${word(seen === 0 ? none : seen === n ? all : "fan.seen.some")}`;
}

/** @returns {string} what is expected at one step ahead, h from 0 */
export function aheadInWords({ series, forecaster: { quantiles, middle } }, { state: { origin }, forecast: { fan, base } }, h) {
  const Q = quantiles.length;
  const say = (v) => valueInWords(v, spreadOf(series.values));
  const came = series.values[origin + 1 + h];
  const values = {
    t: series.times[origin + 1 + h], median: say(fan[h * Q + middle]), low: say(fan[h * Q]), high: say(fan[h * Q + Q - 1]),
    base: say(base[h]), came: say(came),
  };
  const [plain, beside] = Q > 1 ? ["fan.ahead", "fan.ahead.came"] : ["fan.ahead.median", "fan.ahead.median.came"];
  return word(Number.isFinite(came) ? beside : plain, values);
}

/** @returns {string} what a step of the series is at, for those who cannot see it */
export function pointInWords({ series, state: { at, values } }) {
  const t = series.times[at];
  if (Number.isNaN(values[at])) return word("fan.gap", { t });
  return word("fan.point", { t, value: valueInWords(values[at], spreadOf(series.values)) });
}
