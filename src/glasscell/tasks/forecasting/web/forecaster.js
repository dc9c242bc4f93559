/**
 * A forecaster: members side by side, each an LSTM with an output layer for all steps ahead, and if it continues,
 * another LSTM that continues over them from its last h and c; quantiles that cannot cross.
 * As in tasks/forecasting/model/network.py and layers/quantiles.py; tests hold this file to them. No user interface in here.
 *
 * C steps of context, F features of one · H steps ahead, G features of one · Q quantiles · M members
 */

import { addProduct, continueFrom, run } from "../../../explorer/web/network/forward.js";
import { decode, decodeArray, decodeDirection, weights } from "../../../explorer/web/network/payload.js";
import { problem } from "../../../explorer/web/network/problem.js";
import { argmax } from "../../../explorer/web/network/runs.js";
import { windowAt } from "./window.js";

/**
 * Decode the page's data: members, framing and series.
 * @returns {Forecaster} throws an Error with the code "bad-data" where something does not fit
 */
export function decodeForecaster(payload) {
  try {
    return decodeParts(payload);
  } catch (error) {
    throw error.code ? error : problem("bad-data", `not a forecaster: ${error.message}`);
  }
}

/** @returns {Forecaster} */
function decodeParts(payload) {
  const { framing, quantiles, trust, widening, unlearnt } = payload;
  const { horizon: H } = framing;
  const middle = quantiles.indexOf(0.5);
  expectIn(middle >= 0 && widening.length === quantiles.length, "no median");
  const series = payload.series.map((one) => decodeSeries(one, H));
  const members = payload.members.map(({ network, ahead, continued }) => {
    const decoded = decode({ ...payload, network, probes: null });
    const { shape: [G, Q], values } = decodeArray(ahead);
    expectIn(decoded.C === H * Q && Q === quantiles.length, `answers of ${decoded.C} numbers`);
    const after = continued ? decodeContinued(continued, decoded, G, Q) : null; // none in pages of earlier runs
    return { network: decoded, ahead: values, G, Q, continued: after };
  });
  const { shape, values } = decodeArray(unlearnt);
  expectIn(shape[0] === H && shape[1] === quantiles.length, `widths of ${shape.join(" × ")} quantiles`);
  return { framing, quantiles, middle, trust, widening: Float64Array.from(widening), unlearnt: values, members, series };
}

/** The LSTM that continues over the steps ahead, and its output layer, which is the same at each of them. */
function decodeContinued({ lstm, kernel }, { layers }, G, Q) {
  const direction = decodeDirection(lstm, G);
  const [last] = layers.at(-1).directions;
  expectIn(direction.H === last.H && !direction.backwards, `${lstm.name}: ${direction.H} units after ${last.H}`);
  return { direction, kernel: weights(kernel, [direction.H, Q], `${lstm.name}: read-out`) };
}

function decodeSeries(one, H) {
  const numbers = (values) => Float64Array.from(values, (v) => v ?? NaN);
  const columns = (encoded) => {
    const { shape: [, width], values } = decodeArray(encoded);
    return { width, values };
  };
  const values = numbers(one.values);
  expectIn(one.times.length === values.length + H, `${one.times.length} times`);
  const fan = one.fan ? numbers(one.fan) : null; // of ETS or Theta, where they forecast
  return { ...one, values, before: numbers(one.before), beside: columns(one.beside), later: columns(one.later), fan };
}

function expectIn(condition, message) {
  if (!condition) throw problem("bad-data", message);
}

/**
 * The output of one member, given the outputs of its LSTMs for the past.
 * @param {Forecaster} forecaster
 * @param {Member} member one of its members
 * @param {Run} past of its network: gates that are held there change where the other LSTM starts
 * @param {Float64Array} ahead (H, G)
 * @returns {Float64Array} (H, Q) quantiles of the correction of the baseline, in units of the scale
 */
export function memberAnswer({ framing, middle, trust, widening, unlearnt }, member, past, ahead) {
  const { ahead: kernel, G, Q, continued } = member;
  const found = new Float64Array(framing.horizon * Q);
  const [last] = past.layers.at(-1).directions;
  const later = continued && continueFrom(continued.direction, last, ahead, framing.horizon);
  for (let h = 0; h < framing.horizon; h++) {
    const raw = past.answer.slice(h * Q, (h + 1) * Q);
    addProduct(raw, ahead, h * G, G, kernel);
    if (later) addProduct(raw, later.h, h * later.H, later.H, continued.kernel);
    const median = trust * raw[middle];
    const at = h * Q;
    const mixed = (k, aside) => median + widening[k] * (trust * aside + (1 - trust) * unlearnt[at + k]);
    found[at + middle] = mixed(middle, 0);
    for (let k = middle + 1, aside = 0; k < Q; k++) found[at + k] = mixed(k, (aside += softplus(raw[k])));
    for (let k = middle - 1, aside = 0; k >= 0; k--) found[at + k] = mixed(k, -(aside += softplus(raw[k])));
  }
  return found;
}

/**
 * Within the framing's bounds; NaN, besides the median, if the error is unknown.
 * @param {Forecaster} forecaster
 * @param {ForecastWindow} window
 * @param {Float64Array[]} answers outputs of all members, from `memberAnswer`
 * @returns {Forecast}
 */
export function forecastOf({ framing }, { base, scale, isUnknown }, answers) {
  const { baseline, bounds: [lowest, highest], median } = framing;
  const Q = answers[0].length / base.length;
  const back = baseline.logs ? Math.exp : (v) => v;
  const clip = (v) => Math.min(Math.max(v, lowest ?? -Infinity), highest ?? Infinity);
  const fan = answers[0].map((_, n) => {
    if (isUnknown && median !== null && n % Q !== median) return NaN;
    const mean = answers.reduce((sum, one) => sum + one[n], 0) / answers.length;
    return clip(back(base[Math.floor(n / Q)] + scale * mean));
  });
  const ours = base.map(back);
  return { fan, base: ours, bare: ours.map(clip) };
}

/**
 * The whole way from values to a forecast.
 * @param {Forecaster} forecaster
 * @param {ForecastSeries} series one of its series
 * @param {Float64Array} values of the series, NaN in gaps
 * @param {number} origin
 * @param {(m: number) => Clamp[]} clampsOf the clamps of a member
 * @returns {Forecast}
 */
export function forecastFrom(forecaster, series, values, origin, clampsOf = () => []) {
  const { framing, members } = forecaster;
  const window = windowAt(framing, series, values, origin);
  const answers = members.map((member, m) => {
    return memberAnswer(forecaster, member, run(member.network, window.x, framing.context, clampsOf(m)), window.ahead);
  });
  return forecastOf(forecaster, window, answers);
}

/**
 * The two layers of a forecast: the baseline, and what the network adds to it.
 * @param {Forecast} forecast
 * @param {number} Q how many quantiles there are
 * @param {number} middle which of them is the median
 * @returns {Layers}
 */
export function layersOf({ fan, bare }, Q, middle) {
  const median = mediansOf(fan, Q, middle);
  const added = bare.map((v, h) => median[h] - v);
  const sizes = added.map((v) => Math.abs(v) || 0);
  return { bare, median, added, most: sizes.some((v) => v > 0) ? argmax(sizes) : bare.length - 1 };
}

/** @returns {Float64Array} (H) the medians of quantiles (H, Q) */
export function mediansOf(fan, Q, middle) {
  return fan.filter((_, k) => k % Q === middle);
}

function softplus(v) {
  return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
}
