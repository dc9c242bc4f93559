/** What a forecast is made of, in sentences: each is there only where the numbers imply it. */

import { byId, html, put } from "../../../explorer/web/kit/dom.js";
import { word } from "../../../explorer/web/words/language.js";
import { layersOf } from "./forecaster.js";
import { aheadInWords, cameInWords, intervalInWords, leastInWords, rounded, signedInWords, spreadOf, valueInWords } from "./fan-words.js";

/**
 * What the page opens on: the sentence, and the handle that takes the network away.
 * @param {ForecastApp} app
 * @returns {View}
 */
export function storyView(app) {
  const [event, handle] = [byId("event"), byId("hold-event")];
  handle.addEventListener("click", () => app.set({ bare: !app.state.bare }));
  put(handle, { hidden: Boolean(app.payload.reason), "data-word": "story.bare" });
  return {
    update(/** @type {ForecastFrame} */ frame) {
      const text = eventInWords(app, frame);
      const time = app.series.times[frame.state.origin + 1 + frame.chosen];
      if (event.textContent !== text) event.replaceChildren(...unbroken(text, time));
      put(handle, { "aria-pressed": frame.state.bare });
      put(byId("consequence"), { text: consequenceInWords(app, frame) });
    },
  };
}

/** A sentence whose time does not break at its hyphens. */
function unbroken(text, time) {
  const at = text.indexOf(time);
  return at < 0 ? [text] : [text.slice(0, at), html("b", { text: time }), text.slice(at + time.length)];
}

/** @returns {string} what the baseline expects at the chosen step ahead, and what the network makes of it */
export function eventInWords({ series, payload }, /** @type {ForecastFrame} */ { state: { origin }, layers, chosen, window: { scale } }) {
  const spread = spreadOf(series.values);
  const say = (v) => valueInWords(v, spread);
  const { bare, median, added } = layers;
  if (!Number.isFinite(bare[chosen])) return word("fan.nothing");
  const by = rounded(median[chosen], spread) - rounded(bare[chosen], spread); // so that the sum is right as it is written
  const isSame = (v, h) => rounded(v + bare[h], spread) === rounded(bare[h], spread);
  const values = {
    base: say(bare[chosen]), t: series.times[origin + 1 + chosen], median: say(median[chosen]), by: say(Math.abs(by)),
    reason: payload.reason, least: leastInWords(spread),
  };
  if (payload.weightless) return word("event.weightless", values);
  if (payload.reason) return word("event.alone", values);
  if (scale === 0) return word("event.constant", values);
  if (added.every(isSame)) return word("event.same.all", values);
  if (isSame(added[chosen], chosen)) return word("event.same", values);
  return word(by > 0 ? "event.raises" : "event.lowers", values);
}

/** @returns {string} what came of taking the network away, or of changing values; else the interval, and what is in it */
export function consequenceInWords(app, frame) {
  const done = [frame.state.bare ? bareInWords(app, frame) : "", shiftInWords(app, frame)];
  const found = done.some(Boolean) ? done : [intervalInWords(app, frame, frame.chosen), cameInWords(app, frame)];
  return found.filter(Boolean).join(" ");
}

/** How good the forecast is without the network, where it is known what followed. */
function bareInWords({ series }, { state: { origin }, layers: { bare, median } }) {
  let [n, without, whole] = [0, 0, 0];
  bare.forEach((v, h) => {
    const came = series.values[origin + 1 + h] ?? NaN;
    if (!Number.isFinite(came - v)) return;
    n++;
    without += Math.abs(came - v);
    whole += Math.abs(came - median[h]);
  });
  if (n === 0) return word("bare.shown");
  const spread = spreadOf(series.values);
  const values = { n, without: valueInWords(without / n, spread), whole: valueInWords(whole / n, spread) };
  return word(n > 1 ? "bare.errors" : "bare.error", values);
}

/** Where the reader's change moves the forecast most, and which of the two layers carries it there. */
function shiftInWords({ series, payload, forecaster: { quantiles, middle } }, { state: { origin }, layers, forecastBefore }) {
  if (forecastBefore === null) return "";
  const before = layersOf(forecastBefore, quantiles.length, middle);
  const spread = spreadOf(series.values);
  const moved = layers.median.map((v, h) => v - before.median[h]);
  const h = moved.reduce((best, v, k) => (Math.abs(v) > (Math.abs(moved[best]) || 0) ? k : best), 0);
  const by = rounded(layers.median[h], spread) - rounded(before.median[h], spread);
  if (!Number.isFinite(by)) return "";
  if (by === 0) return word("change.nothing", { least: leastInWords(spread) });
  const base = rounded(layers.bare[h], spread) - rounded(before.bare[h], spread);
  const say = (v) => signedInWords(v, spread);
  const values = { t: series.times[origin + 1 + h], by: say(by), base: say(base), network: say(by - base) };
  return word(payload.reason ? "change.alone" : "change.most", values);
}

/** @returns {string} the step ahead that is pointed at, if one is, and on which value the one that is looked at depends most */
export function stepAheadInWords(app, frame) {
  const ahead = app.hovered === null ? "" : `${aheadInWords(app, frame, app.hovered)}.`;
  return [ahead, gaveInWords(app, frame)].filter(Boolean).join(" ");
}

function gaveInWords({ series, payload }, { state: { origin, bare }, removals, ahead }) {
  if (!removals.isComplete) return word("gave.wait");
  const t = removals.largest(ahead, bare ? "ofBase" : "gave");
  const spread = spreadOf(series.values);
  const values = { to: series.times[origin + 1 + ahead], from: series.times[t], least: leastInWords(spread) };
  if (removals.count === 0) return "";
  const most = t === null ? null : removals.at(t, ahead);
  const isBare = payload.reason || bare;
  if (most === null || rounded(isBare ? most.ofBase : most.gave, spread) === 0) return word("gave.none", values);
  return word("gave.most", { ...values, effect: effectInWords(most, spread, isBare) });
}

/** @returns {string} a past value, and what a step ahead would be without it, where that is known */
export function valueAndEffect({ series, payload }, /** @type {ForecastFrame} */ { state: { origin, values, bare }, removals, ahead }, t) {
  const spread = spreadOf(series.values);
  const time = series.times[t];
  if (Number.isNaN(values[t])) return word("fan.gap", { t: time });
  const point = word("fan.point", { t: time, value: valueInWords(values[t], spread) });
  const found = removals.at(t, ahead);
  if (found === null) return point;
  const effect = effectInWords(found, spread, payload.reason || bare);
  return word("gave.point", { point, to: series.times[origin + 1 + ahead], effect });
}

/** "4.0 lower (baseline 5.0 lower, LSTM 1.0 higher)": what becomes of a median without a value that gave so much. */
function effectInWords({ gave, ofBase }, spread, isBare) {
  const say = (v) => {
    return word(v > 0 ? "effect.lower" : v < 0 ? "effect.higher" : "effect.none", { by: valueInWords(Math.abs(v), spread) });
  };
  const [whole, base] = [rounded(gave, spread), rounded(ofBase, spread)];
  if (isBare) return say(base);
  return word("effect.parts", { whole: say(whole), base: say(base), network: say(rounded(whole - base, spread)) });
}
